"""`knowledge draw`, and what `knowledge check` and `ask` say of pictures."""

import json
from pathlib import Path

import pytest

from bot.cli import main
from tests.diagrams.sample import STACKS, changed
from tests.folders import entry_text, write_folder

Printed = pytest.CaptureFixture[str]
PNG = b"\x89PNG\r\n\x1a\n"
ALT = "Two ways out."


@pytest.fixture
def illustrated(folder: Path) -> Path:
    """The folder with a picture that nobody has drawn yet."""
    entry = entry_text("What are the ways out?", ["what are the ways out", "how do i exit"], picture="ways-out")
    return write_folder(folder, {"exits/ways-out.md": entry, "pictures/ways-out.toml": STACKS})


def run(*arguments: str, folder: Path) -> int:
    return main([*arguments, "--knowledge", str(folder)])


def test_draw_writes_both_drawings_beside_the_description_and_then_the_check_is_content(
    illustrated: Path, capsys: Printed
):
    assert run("knowledge", "check", folder=illustrated) == 1
    assert "pictures/ways-out.toml:1: ways-out.svg and ways-out.png are missing" in capsys.readouterr().out
    assert run("knowledge", "draw", folder=illustrated) == 0
    assert capsys.readouterr() == (
        "knowledge/pictures/ways-out: drawn as .svg and .png\n1 drawn, 0 up to date, 0 problems.\n",
        "",
    )
    assert (illustrated / "pictures/ways-out.png").read_bytes().startswith(PNG)
    assert (illustrated / "pictures/ways-out.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert run("knowledge", "check", folder=illustrated) == 0


def test_draw_leaves_what_is_up_to_date_and_draws_it_when_told_to(illustrated: Path, capsys: Printed):
    run("knowledge", "draw", folder=illustrated)
    png = illustrated / "pictures/ways-out.png"
    before = png.stat().st_mtime_ns
    capsys.readouterr()
    assert run("knowledge", "draw", folder=illustrated) == 0
    assert capsys.readouterr().out == "0 drawn, 1 up to date, 0 problems.\n"
    assert png.stat().st_mtime_ns == before
    assert main(["knowledge", "draw", "--again", "--knowledge", str(illustrated)]) == 0
    assert png.stat().st_mtime_ns != before


def test_a_changed_description_is_reported_and_drawn_anew(illustrated: Path, capsys: Printed):
    run("knowledge", "draw", folder=illustrated)
    write_folder(illustrated, {"pictures/ways-out.toml": changed(STACKS, ('title = "Ways out"', 'title = "Exits"'))})
    capsys.readouterr()
    assert run("knowledge", "check", folder=illustrated) == 1
    assert "ways-out.svg and ways-out.png are older than this description" in capsys.readouterr().out
    assert run("knowledge", "draw", folder=illustrated) == 0
    assert ">Exits<" in (illustrated / "pictures/ways-out.svg").read_text(encoding="utf-8")


def test_a_description_with_a_slip_is_told_and_the_others_are_drawn(illustrated: Path, capsys: Printed):
    write_folder(illustrated, {"pictures/broken.toml": changed(STACKS, ('"stacks"', '"stack"'))})
    assert run("knowledge", "draw", folder=illustrated) == 1
    out, err = capsys.readouterr()
    assert err == "knowledge/pictures/broken.toml:1: [kind] must be one of stacks, rows, not 'stack'\n"
    assert out.endswith("1 drawn, 0 up to date, 1 problem.\n")
    assert not (illustrated / "pictures/broken.svg").exists()


def test_drawings_that_cannot_be_written_are_one_sentence(illustrated: Path, capsys: Printed):
    (illustrated / "pictures/ways-out.svg").mkdir()
    assert run("knowledge", "draw", folder=illustrated) == 2
    assert capsys.readouterr().err == "The drawings of ways-out cannot be written (Is a directory).\n"


def test_draw_in_a_folder_without_pictures_has_nothing_to_do(folder: Path, capsys: Printed):
    assert run("knowledge", "draw", folder=folder) == 0
    assert capsys.readouterr().out == "0 drawn, 0 up to date, 0 problems.\n"


def test_ask_shows_a_picture_in_words(illustrated: Path, capsys: Printed):
    assert run("ask", "what are the ways out", folder=illustrated) == 0
    out = capsys.readouterr().out
    assert f"Picture: {ALT}\nWays out\n" in out
    assert "- Liquid (for example), from the top down: Token, Validators." in out
    assert "As of 1 May 2026. Sources: A contract (1 May 2026); Some docs (31 Dec 2025)." in out


def test_ask_as_json_has_the_key_only_where_there_is_a_picture(illustrated: Path, capsys: Printed):
    run("ask", "--json", "what are the ways out", folder=illustrated)
    run("ask", "--json", "what is restaking", folder=illustrated)
    pictured, plain = map(json.loads, capsys.readouterr().out.splitlines())
    assert set(pictured["picture"]) == {"id", "alt", "text"}
    assert (pictured["picture"]["id"], pictured["picture"]["alt"]) == ("ways-out", ALT)
    assert "Token: It can be sold." in pictured["picture"]["text"]
    assert "picture" not in plain


def test_an_answer_whose_picture_is_broken_is_given_without_it(
    illustrated: Path, capsys: Printed, caplog: pytest.LogCaptureFixture
):
    write_folder(illustrated, {"pictures/ways-out.toml": "kind ="})
    assert run("ask", "--json", "what are the ways out", folder=illustrated) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["entry"] == "ways-out"
    assert "picture" not in row
    (line,) = [record.getMessage() for record in caplog.records if record.name == "bot.answering"]
    assert line.startswith("The picture of ways-out is left out: pictures/ways-out.toml:1: the file is not valid TOML")
