"""What the pages say about the product is true."""

import re
import tomllib
from datetime import date
from pathlib import Path

from packaging.requirements import Requirement

from bot.knowledge.entry_file import read_entry
from bot.knowledge.problems import Problems
from bot.knowledge.prose import SLOT_KINDS
from bot.knowledge.sections import SECTIONS
from bot.settings import VARIABLES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MODERATORS = (ROOT / "knowledge" / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_two_commands_come_first_and_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    first = README.index("make run")
    assert first < README.index("make test") < README.index("## ", first)
    for command in set(re.findall(r"(?:^|`)make ([a-z-]+)", README + CONTRIBUTING + MODERATORS, re.MULTILINE)):
        assert re.search(rf"^{command}:", makefile, re.MULTILINE), command


def test_every_environment_variable_stands_in_the_readme_with_its_default():
    for name, default, _ in VARIABLES:
        (row,) = [line for line in README.splitlines() if line.startswith(f"| `{name}`")]
        assert default in row


def test_every_dependency_says_why_it_is_there():
    optional = [need for needs in PROJECT["optional-dependencies"].values() for need in needs]
    for need in [*PROJECT["dependencies"], *optional]:
        assert re.search(rf"^\|[^|]*\b{re.escape(Requirement(need).name)}\b[^|]*\| \S", CONTRIBUTING, re.MULTILINE), (
            need
        )


def test_links_and_pictures_of_the_pages_exist():
    for page, text in ((ROOT / "README.md", README), (ROOT / "CONTRIBUTING.md", CONTRIBUTING)):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
            if "://" not in target:
                assert (page.parent / target).exists(), target


def test_the_moderators_example_is_read_without_a_problem():
    (example,) = [block for block in re.findall(r"```\n(.*?)```", MODERATORS, re.DOTALL) if block.startswith("---")]
    problems = Problems()
    entry = read_entry(example, "kelp-withdrawal", "withdrawals", date(2026, 11, 22), problems.in_file("example.md"))
    assert entry is not None
    assert problems.sorted() == ()


def test_the_moderators_page_names_every_section_and_slot_kind():
    for section in SECTIONS:
        assert f"## {section}" in MODERATORS or f"**{section}**" in MODERATORS
    for kind in SLOT_KINDS:
        assert f"{{{kind}:" in MODERATORS


def test_the_procfile_starts_the_bot():
    assert (ROOT / "Procfile").read_text(encoding="utf-8").strip() == "worker: python -m bot"
