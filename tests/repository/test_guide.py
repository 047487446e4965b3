"""What the moderators' two pages say is so: commands, pictures, and the entry that the guide writes."""

import argparse
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import discord
import pytest
from PIL import Image

from bot.answering.frozen import Frozen
from bot.cli import _parser, main
from bot.cogs import saved
from bot.cogs.kb import Knowledge
from bot.cogs.kb.group import Workshop
from bot.curation.incidents import Act, Proposal, opening
from bot.curation.serving import Changes, Outcome, Report
from bot.knowledge import Library, Problem
from bot.knowledge.entry_file import read_entry
from bot.knowledge.problems import Problems
from bot.knowledge.template import entry_text
from bot.ui.kb import report_card
from bot.ui.kb_decisions import frozen_card, proposal_card
from bot.ui.layout import Card
from tests.folders import TODAY, library_of, write_folder
from tests.folders import entry_text as an_entry
from tests.tools.guide_sample import (
    FROZEN_ENTRY,
    INCIDENT,
    PICTURES,
    REASON,
    SAMPLE,
    SAMPLE_FILE,
    SLIP,
    WORDS,
)

ROOT = Path(__file__).parents[2]
KNOWLEDGE = ROOT / "knowledge"
GUIDE = (KNOWLEDGE / "GUIDE.md").read_text(encoding="utf-8")
README = (KNOWLEDGE / "README.md").read_text(encoding="utf-8")
PAGES = pytest.mark.parametrize("page", [GUIDE, README], ids=["GUIDE.md", "README.md"])
NAMES = "saved.png", "slip.png", "freeze.png", "incident.png"
ONE_PAGE = 130
"""Lines."""
DIALOGUE = re.compile(r"```\n(Topic, .*?)```", re.DOTALL)
PROMPT = re.compile(r"^(?P<prompt>.*?(?:: ?|^ +\d+\. ?|^ +\| ?))(?P<typed>.*)$")


# commands


def actions_of(*names: str) -> dict[str, argparse.ArgumentParser]:
    """The commands below one of the command line, by name."""
    parser = _parser()
    for name in (*names, None):
        (below,) = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
        if name is not None:
            parser = below.choices[name]
    return dict(below.choices)


def kb_commands() -> set[str]:
    """Every `/kb …` that can be typed, by its whole name."""
    group = Knowledge(cast(Workshop, None)).app_command
    assert isinstance(group, discord.app_commands.Group)
    every = group.walk_commands()
    return {one.qualified_name for one in every if not isinstance(one, discord.app_commands.Group)}


def test_every_knowledge_command_stands_in_the_reference():
    table = README[README.index("\n## All commands") :]
    for name in actions_of("knowledge"):
        assert f"`knowledge {name}" in table, name


def test_every_kb_command_stands_in_the_reference():
    table = README[README.index("\n## In Discord") :]
    for name in kb_commands():
        assert re.search(rf"^\| .*`/{name}`", table, re.MULTILINE), name


@PAGES
def test_every_command_that_a_page_names_exists(page: str):
    actions, known = actions_of("knowledge"), kb_commands()
    for name in re.findall(r"`(?:python -m bot )?knowledge ([a-z]+)", page):
        assert name in actions, name
    for name in re.findall(r"^python -m bot knowledge ([a-z]+)", page, re.MULTILINE):
        assert name in actions, name
    for name in re.findall(r"`/(kb(?: [a-z]+){1,2})", page):
        assert any(one in {name, name.rpartition(" ")[0]} or one.startswith(f"{name} ") for one in known), name


@PAGES
def test_every_option_that_a_page_names_exists(page: str):
    options = {option for parser in actions_of("knowledge").values() for option in parser._option_string_actions}
    for name in re.findall(r"`[^`\n]*?(?<!-)(--[a-z][a-z-]*)", page):
        assert name in options or name == "--jq", name  # of GitHub's own command


@PAGES
def test_every_make_target_that_a_page_names_exists(page: str):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", page, re.MULTILINE))
    assert named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_what_moderators_run_needs_no_more_than_the_try_out():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("run", "new", "knowledge", "diff"):
        assert re.search(rf"^{target}: \$\(VENV\)/\.ready-run$", makefile, re.MULTILINE), target


# links and length


@PAGES
def test_links_of_a_page_lead_somewhere(page: str):
    headings = {re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in headings_of(page)}
    for target in re.findall(r"\]\(([^)]+)\)", outside_code(page)):
        file, _, place = target.partition("#")
        assert "://" in target or (KNOWLEDGE / file).exists(), target
        assert not place or file or place in headings, target


def test_every_chapter_of_the_reference_stands_in_its_contents():
    contents = README[: README.index("\n## ")]
    for heading in headings_of(README):
        assert f"[{heading}](" in contents or f"\n### {heading}" in README, heading


def test_the_guide_stays_one_page():
    assert len(GUIDE.splitlines()) <= ONE_PAGE


def headings_of(page: str) -> list[str]:
    return re.findall(r"^###? (.+)$", outside_code(page), re.MULTILINE)


def outside_code(page: str) -> str:
    return re.sub(r"^```.*?^```$", "", page, flags=re.DOTALL | re.MULTILINE)


# the entry that the guide writes


def dialogue() -> list[tuple[str, str]]:
    """What the guide shows of `make new`: each prompt with what is typed there."""
    (block,) = DIALOGUE.findall(GUIDE)
    lines = [PROMPT.match(line) for line in block.splitlines()]
    return [(line["prompt"].rstrip(), line["typed"]) for line in lines if line is not None]


def shown_folder(path: Path) -> Path:
    """A small folder in which what the guide types is possible."""
    return write_folder(
        path,
        {
            "glossary/slot.md": an_entry("What is a slot?", ["what is a slot", "slot meaning", "how long is a slot"]),
            "facts/protocols.toml": '[kelp]\nname = "Kelp"\n',
            "facts/tokens.toml": '[rsETH]\nname = "Kelp ETH"\nprotocol = "kelp"\n',
            "facts/caveats.toml": '[not-advice]\nsay = "This explains."\n',
            "facts/links.toml": 'allowed = ["ethereum.org"]\n',
        },
    )


def test_what_the_guide_types_writes_the_entry_of_its_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    folder, waiting = shown_folder(tmp_path / "knowledge"), iter(dialogue())

    def answered(prompt: str = "") -> str:
        expected, typed = next(waiting)
        assert " ".join(prompt.split()) == " ".join(expected.split()), (prompt, typed)
        return typed

    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr("builtins.input", answered)
    monkeypatch.setattr("bot.workshop.new.somebody_is_there", lambda: True)
    monkeypatch.setattr("bot.workshop.new.utc_now", lambda: datetime.combine(TODAY, datetime.min.time(), UTC))
    assert main(["knowledge", "new", "--knowledge", str(folder)]) == 0
    assert list(waiting) == [], capsys.readouterr().out
    assert (folder / SAMPLE_FILE).read_text(encoding="utf-8") == entry_text(SAMPLE, TODAY)


def test_the_guide_follows_its_own_advice_on_phrasings():
    assert "eight or more" in GUIDE
    assert len(SAMPLE.questions) >= 8


def test_the_name_of_the_sample_is_that_of_the_branch_and_the_file_in_the_guide():
    name = Path(SAMPLE_FILE).stem
    assert f"git switch -c {name}\n" in GUIDE
    assert f"git push -u origin {name}\n" in GUIDE
    assert f"`knowledge/{SAMPLE_FILE}`" in GUIDE


# pictures


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(shown_folder(tmp_path_factory.mktemp("guide")), {})


def words_in(name: str) -> str:
    """The words that a picture shows."""
    with Image.open(PICTURES / name) as picture:
        return str(picture.info[WORDS])


def said_on(card: Card) -> Iterator[str]:
    """What a card says, piece by piece, without marks and without what is different each time, such as moments."""
    for part in walk(card.to_components()):
        for line in str(part.get("content", part.get("label", ""))).splitlines():
            pieces = re.split(r"<t:[^>]*>|<@[^>]*>|\*\*|`|^### |^- |^-# ", line.replace("\\", ""))
            yield from (" ".join(piece.split()).strip() for piece in pieces if len(piece.strip()) > 1)


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in components:
        yield part
        yield from walk(part.get("components", []))


def held(card: Card, name: str) -> None:
    """Raises where a picture shows other words than the card."""
    words = words_in(name)
    for piece in said_on(card):
        assert piece in words, f"{name} is older than what the bot says; run: make guide-pictures"


def test_the_guide_shows_every_picture_of_its_folder_and_no_other():
    assert re.findall(r"!\[[^\]]+\]\(_guide/([^)]+)\)", GUIDE) == list(NAMES)
    assert {path.name for path in PICTURES.iterdir()} == set(NAMES)


def test_the_picture_of_a_saved_entry_shows_the_sample_as_it_is_posted_now():
    words = words_in("saved.png")
    expected = saved._PUBLISHED.format(file=SAMPLE_FILE), SAMPLE.title, *SAMPLE.answer.split("\n\n")
    for said in (*expected, "Sources", "Helpful", "Not helpful"):
        assert said in words, "saved.png is older than what the bot says; run: make guide-pictures"


def test_the_picture_of_a_slip_shows_the_problems_that_the_slip_has_now(library: Library):
    words = words_in("slip.png")
    served = re.search(r"Version ([0-9a-f]+) is served", words)
    assert served is not None
    problems = problems_of_the_slip()
    said = f"The knowledge files have {len(problems)} problems. Version {served[1]} is served as before."
    held(report_card(Report(Outcome.REFUSED, served[1], said, problems), library), "slip.png")


def problems_of_the_slip() -> tuple[Problem, ...]:
    found = Problems()
    text = entry_text(SAMPLE, TODAY).replace(*SLIP)
    read_entry(text, Path(SAMPLE_FILE).stem, "glossary", TODAY, found.in_file(SAMPLE_FILE))
    assert found.sorted()
    return found.sorted()


def test_the_picture_of_a_freeze_shows_what_is_said_now(tmp_path: Path):
    title = re.search(rf"Frozen now: {FROZEN_ENTRY} (.+?)\. /kb", words_in("freeze.png"))
    assert title is not None
    library = library_of(tmp_path, {f"exits/{FROZEN_ENTRY}.md": an_entry(title[1], ["a", "b", "c"])})
    card = frozen_card(
        "Frozen: I am silent there from now on",
        f"Before: nothing\nReason: {REASON}",
        Frozen(False, frozenset({FROZEN_ENTRY})),
        library,
    )
    held(card, "freeze.png")


def test_the_picture_of_a_proposal_shows_what_is_said_now(library: Library):
    words = words_in("incident.png")
    opened = re.search(r"\(kelp-(\d{4}-\d{2}-\d{2})\)", words)
    assert opened is not None
    day = date.fromisoformat(opened[1])
    case = opening(library.facts, [INCIDENT["protocols"]], INCIDENT["title"], INCIDENT["banner"], day)
    proposal = Proposal("p1", Act.OPEN, case, "one", datetime.combine(day, datetime.min.time(), UTC))
    held(proposal_card(proposal, "<@1>"), "incident.png")


# what the guide quotes


def test_what_the_guide_says_that_the_bot_says_is_said(library: Library):
    taken = report_card(Report(Outcome.TAKEN, "v", "", (), Changes(), kept=True), library)
    assert "A new version is served" in " ".join(said_on(taken))
    assert '"A new version is served"' in GUIDE


def test_the_end_of_a_check_and_of_a_diff_are_those_that_the_guide_waits_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path / "data"))
    folder = shown_folder(tmp_path / "knowledge")
    assert main(["knowledge", "check", "--knowledge", str(folder)]) == 0
    assert main(["knowledge", "diff", str(folder), "--knowledge", str(folder)]) == 0
    printed = capsys.readouterr().out
    for said in ("0 problems", "Nothing is lost"):
        assert said in printed
        assert f"`{said}`" in GUIDE
