"""The folder of pictures: what of it is read at the start, what is reported, and what is shipped."""

from pathlib import Path

import pytest

from bot.clock import today, utc_now
from bot.curation.drawings import check_drawings
from bot.knowledge import read_library
from bot.knowledge.entries import Status
from bot.knowledge.pictures import DRAWING_LIMIT, PNG, SVG, drawing
from tests.diagrams.sample import ROWS, STACKS, drawn
from tests.folders import TODAY, entry_text, write_folder
from tests.knowledge.problem_of import problems_of

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
MAGIC = b"\x89PNG\r\n\x1a\n"


def version_of(folder: Path) -> str:
    return read_library(folder, TODAY).library.version


def test_the_version_follows_descriptions_and_not_their_drawings(tmp_path: Path):
    before = version_of(write_folder(tmp_path, {"t/x.md": entry_text("X", ["x"])}))
    described = version_of(write_folder(tmp_path, {"pictures/x.toml": STACKS}))
    assert described != before
    assert version_of(write_folder(tmp_path, drawn(STACKS))) == described
    assert version_of(write_folder(tmp_path, {"pictures/x.toml": STACKS.replace("Ways out", "Exits")})) != described


def test_at_the_start_a_description_is_kept_as_it_stands_and_not_read(tmp_path: Path):
    reading = read_library(write_folder(tmp_path, {"pictures/x.toml": "no = toml = at all"}), TODAY)
    assert dict(reading.library.pictures) == {"x": "no = toml = at all"}
    assert reading.problems == ()
    assert [problem.code for problem in check_drawings(tmp_path, reading.library, TODAY)] == ["bad-toml"]


def test_a_picture_and_its_drawings_are_no_problem(tmp_path: Path):
    entry = entry_text("X", ["x"], picture="x")
    problems, served = problems_of(tmp_path, {"t/x.md": entry, "pictures/README.md": "note", **drawn(STACKS)})
    assert problems == []
    assert served["x"].picture == "x"


def test_an_entry_with_an_unknown_picture_is_told_the_nearest_and_served(tmp_path: Path):
    files = {"t/x.md": entry_text("X", ["x"], picture="layer")}
    files |= {file.replace("/x.", "/layers."): content for file, content in drawn(STACKS).items()}
    (problem,), served = problems_of(tmp_path, files)
    assert problem.message == "there is no picture 'layer' in pictures/; did you mean 'layers'?"
    assert served["x"].status is Status.PUBLISHED


@pytest.mark.parametrize("name", ["y.svg", "y.png", "notes.txt", "Y.toml", "an entry.md"])
def test_what_is_neither_a_description_nor_the_drawing_of_one_is_told(name: str, tmp_path: Path):
    (problem,), _ = problems_of(tmp_path, {f"pictures/{name}": "", **drawn(STACKS)})
    assert (problem.file, problem.code) == (f"pictures/{name}", "not-a-picture")


def test_a_figure_that_has_changed_makes_a_drawing_old(tmp_path: Path):
    figures = '[queue]\nsay = "15 to 21 days"\nvalue = "21"\nunit = "d"\nas_of = 2025-12-31\nsource = "Docs"\n'
    problems, _ = problems_of(tmp_path, {"facts/figures.toml": figures, **drawn(ROWS)})
    assert problems == []
    problems, _ = problems_of(tmp_path, {"facts/figures.toml": figures.replace("15", "14")})
    assert [(problem.file, problem.code) for problem in problems] == [("pictures/x.toml", "old-drawing")]
    assert problems[0].message.startswith("x.svg and x.png are older")


def test_a_new_day_alone_makes_no_drawing_old(tmp_path: Path):
    """What counts is the content, so that a checkout, which sets all times anew, changes nothing."""
    write_folder(tmp_path, drawn(STACKS))
    for path in (tmp_path / "pictures").iterdir():
        path.touch()
    assert check_drawings(tmp_path, read_library(tmp_path, TODAY).library, TODAY) == ()


def test_a_description_that_leads_out_of_the_folder_is_not_read(tmp_path: Path):
    write_folder(tmp_path, {"outside.toml": STACKS})
    reading = read_library(write_folder(tmp_path / "k", {"pictures/x.toml": Path("../../outside.toml")}), TODAY)
    assert dict(reading.library.pictures) == {}
    assert [problem.code for problem in reading.problems] == ["outside-folder"]


def test_a_drawing_is_given_as_it_lies_in_the_folder(tmp_path: Path):
    write_folder(tmp_path, {"pictures/x.png": MAGIC + b"rest", "pictures/x.svg": "<svg/>"})
    assert drawing(tmp_path, "x", PNG) == MAGIC + b"rest"
    assert drawing(tmp_path, "x", SVG) == b"<svg/>"


def test_what_must_not_be_shown_as_a_drawing_is_refused(tmp_path: Path):
    """What a link leads to elsewhere could be anything on the machine, and would be posted in a channel."""
    write_folder(tmp_path, {"secret": MAGIC})
    folder = write_folder(
        tmp_path / "k",
        {
            "pictures/out.png": Path("../../secret"),
            "pictures/text.png": "not a picture",
            "pictures/large.png": MAGIC + b"0" * DRAWING_LIMIT,
        },
    )
    reasons = {"gone": "No such file", "out": "out of the folder", "text": "it is no PNG", "large": "it is too large"}
    for name, reason in reasons.items():
        with pytest.raises(OSError, match=reason) as raised:
            drawing(folder, name, PNG)
        assert reason in raised.value.strerror


def test_the_shipped_pictures_have_no_problem_and_each_is_shown_by_an_entry():
    day = max(today(utc_now), TODAY)
    library = read_library(KNOWLEDGE, day).library
    assert [str(problem) for problem in check_drawings(KNOWLEDGE, library, day)] == []
    assert set(library.pictures) == {"layers", "yield-parts", "slashable", "exit-routes"}
    shown = {entry.id: entry.picture for entry in library.published if entry.picture}
    assert (
        shown.items()
        >= {
            "what-is-an-lrt": "layers",
            "lst-vs-lrt": "layers",
            "where-yield-comes-from": "yield-parts",
            "what-is-slashing": "slashable",
            "how-to-exit-an-lrt": "exit-routes",
        }.items()
    )


def test_a_picture_says_nothing_that_an_entry_must_not_say(tmp_path: Path):
    told = drawn(STACKS.replace('title = "Ways out"', 'title = "Ways out that are safe"'))
    problems, _ = problems_of(tmp_path, {"facts/rules.toml": 'verdict = ["safe"]', **told})
    assert [(problem.file, problem.code) for problem in problems] == [("pictures/x.toml", "verdict-wording")]
    assert STACKS.split("\n").index('title = "Ways out"') + 1 == problems[0].line
