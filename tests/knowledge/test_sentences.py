"""Each sentence that a moderator can read: the example on the page of errors brings it about, and its cure mends it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.curation.drawings import draw
from bot.diagrams.layout import laid_out
from bot.knowledge import Problem, read_library
from bot.knowledge.examples import ENTRY, Example, examples
from bot.knowledge.problems import SENTENCES
from tests.diagrams.sample import STACKS, drawable, drawn
from tests.folders import TODAY, write_folder
from tests.knowledge.problem_of import SMALLEST, changed, problems_of, with_lines

Files = Mapping[str, str | bytes | Path]
PICTURE = "pictures/ways-out.toml"
TALL = STACKS.replace('["Both can be paused."]', str([f"Note {number}: {'word ' * 40}" for number in range(12)]))


def _drawn(text: str) -> dict[str, str | bytes]:
    """The description of the examples' picture, with its drawings."""
    return {file.replace("/x.", "/ways-out."): data for file, data in drawn(text).items()}


TOLD: dict[str, tuple[Files, Files]] = {
    "not-utf8": ({ENTRY: SMALLEST.encode("utf-16")}, {ENTRY: SMALLEST}),
    "too-large": ({ENTRY: b"a" * (256 * 1024 + 1)}, {ENTRY: SMALLEST}),
    "unreadable": ({ENTRY: Path("gone.md")}, {ENTRY: SMALLEST}),
    "outside-folder": ({ENTRY: Path("../../elsewhere.md")}, {ENTRY: SMALLEST}),
    "long-answer": (
        {ENTRY: with_lines(3, "review_every: 90 days").replace("Yes.", " ".join(["It is so."] * 101))},
        {ENTRY: changed(11, "It is so.\n\n## More\n" + " ".join(["It is so."] * 101))},
    ),
    "tall-picture": (_drawn(TALL), _drawn(STACKS)),
    "no-drawing": ({PICTURE: STACKS}, _drawn(STACKS)),
    "old-drawing": (
        {
            **_drawn(STACKS),
            "pictures/ways-out.png": _drawn(STACKS.replace("Ways out", "Exits"))["pictures/ways-out.png"],
        },
        _drawn(STACKS),
    ),
}
"""What the examples tell in words, as folders: the wrong one and the right one."""
EXAMPLES = list(examples().values())


def _folders(example: Example) -> tuple[Files, Files]:
    return TOLD[example.code] if example.told else (example.folder(example.wrong), example.folder(example.right))


def _problems(root: Path, files: Files, *, drawings: bool = False) -> list[Problem]:
    """What `knowledge check` says of a folder of these files, its pictures drawn first where `drawings`."""
    write_folder(root, files)
    if drawings:
        draw(root, read_library(root, TODAY).library)
    return problems_of(root, {})[0]


def _says(example: Example) -> str:
    height = str(laid_out(drawable(TALL)).height)
    return example.says.replace("2096", height) if example.code == "tall-picture" else example.says


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_the_wrong_example_is_reported_once_with_its_place_and_its_cure(example: Example, tmp_path: Path):
    problems = _problems(tmp_path / "knowledge", _folders(example)[0], drawings=not example.told)
    assert [(problem.code, str(problem)) for problem in problems] == [(example.code, f"{example.at}: {_says(example)}")]


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_the_right_example_has_no_problem_at_all(example: Example, tmp_path: Path):
    assert _problems(tmp_path / "knowledge", _folders(example)[1], drawings=not example.told) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_an_entry_file_is_left_out_exactly_when_its_problem_is_fatal(example: Example, tmp_path: Path):
    files = _folders(example)[0]
    problems, served = problems_of(tmp_path / "knowledge", files)
    entry_files = {file for file in files if file.endswith(".md") and not file.startswith("questions/")}
    broken = {problem.file for problem in problems if problem.fatal}
    assert {entry.file for entry in served.values()} == entry_files - broken


def test_every_sentence_has_its_example():
    assert {name for name in examples() if " " not in name} == set(SENTENCES)
    assert {example.code for example in EXAMPLES} == set(SENTENCES)


def test_the_examples_that_are_told_in_words_are_those_shown_here_as_folders():
    assert {example.code for example in EXAMPLES if example.told} == set(TOLD)


def test_the_smallest_entry_has_no_problem(tmp_path: Path):
    problems, served = problems_of(tmp_path, {"t/x.md": SMALLEST})
    assert problems == []
    assert served["x"].questions == ("how",)


def test_a_problem_stands_at_the_line_that_holds_the_slip_even_where_its_words_occur_before(tmp_path: Path):
    file = with_lines(8, "- how do i", "", "## Not this", "- how do -> gone", "- how -> y", "- how do i exit -> gone")
    problems, _ = problems_of(
        tmp_path, {"t/x.md": file.replace("# Title", "# how do"), "t/y.md": changed(5, "# Somehow")}
    )
    assert [(p.file, p.line, p.code) for p in problems] == [
        ("t/x.md", 12, "unknown-entry"),
        ("t/x.md", 14, "unknown-entry"),
        ("t/y.md", 8, "shared-question"),
    ]
