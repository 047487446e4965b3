"""`knowledge fmt` as a moderator and as a pre-commit hook run it."""

import stat
from pathlib import Path

import pytest

from bot.cli import main
from bot.workshop import formatting
from tests.folders import entry_text, write_folder

Printed = pytest.CaptureFixture[str]
UNEVEN = entry_text("B", ["b"]).replace("- b", "*  b").replace("\n", "\r\n")
UNIFORM = entry_text("B", ["b"])


def fmt(folder: Path, *more: str) -> int:
    return main(["knowledge", "fmt", *more, "--knowledge", str(folder)])


def test_a_uniform_folder_is_not_touched(folder: Path, capsys: Printed):
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*.md")}
    assert fmt(folder) == 0
    assert capsys.readouterr() == ("0 rewritten, 4 uniform already, 0 left as they are.\n", "")
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*.md")} == before


def test_it_rewrites_what_differs_and_names_it(folder: Path, capsys: Printed):
    write_folder(folder, {"basics/b.md": UNEVEN})
    assert fmt(folder) == 0
    assert capsys.readouterr().out.splitlines() == [
        "knowledge/basics/b.md: rewritten",
        "1 rewritten, 4 uniform already, 0 left as they are.",
    ]
    assert (folder / "basics/b.md").read_bytes() == UNIFORM.encode()


def test_check_writes_nothing_shows_the_difference_and_exits_1(folder: Path, capsys: Printed):
    write_folder(folder, {"basics/b.md": UNEVEN})
    assert fmt(folder, "--check") == 1
    out = capsys.readouterr().out
    assert "knowledge/basics/b.md: would be rewritten" in out
    assert "  -*  b\n  +- b\n" in out
    assert (folder / "basics/b.md").read_bytes() == UNEVEN.encode()


def test_check_says_so_where_only_line_ends_differ(folder: Path, capsys: Printed):
    write_folder(folder, {"basics/b.md": UNIFORM.replace("\n", "\r\n")})
    assert fmt(folder, "--check") == 1
    assert "b.md: would be rewritten (line ends, or the end of the file)" in capsys.readouterr().out


def test_check_of_a_uniform_folder_exits_0(folder: Path):
    assert fmt(folder, "--check") == 0


def test_a_file_with_a_fatal_problem_is_left_and_told_and_the_others_are_done(folder: Path, capsys: Printed):
    broken = UNEVEN.replace("status", "statsu")
    write_folder(folder, {"basics/b.md": UNEVEN, "basics/c.md": broken, "basics/d.md": b"\xff"})
    assert fmt(folder) == 1
    out = capsys.readouterr().out
    assert "knowledge/basics/c.md:2: 'statsu' is not a known name here" in out
    assert "knowledge/basics/d.md:1: this file is not plain UTF-8 text" in out
    assert out.endswith("1 rewritten, 4 uniform already, 2 left as they are.\n")
    assert (folder / "basics/c.md").read_bytes() == broken.encode()
    assert (folder / "basics/d.md").read_bytes() == b"\xff"


@pytest.mark.parametrize("typed", ["basics/b.md", "b", "basics"])
def test_files_are_named_by_path_id_or_folder(folder: Path, typed: str):
    write_folder(folder, {"basics/b.md": UNEVEN, "slashing/other.md": UNEVEN})
    assert fmt(folder, typed) == 0
    assert (folder / "basics/b.md").read_bytes() == UNIFORM.encode()
    assert (folder / "slashing/other.md").read_bytes() == UNEVEN.encode()


def test_a_path_is_taken_from_where_one_stands_as_a_hook_gives_it(folder: Path, monkeypatch: pytest.MonkeyPatch):
    write_folder(folder, {"basics/b.md": UNEVEN})
    monkeypatch.chdir(folder.parent)
    assert main(["knowledge", "fmt", "knowledge/basics/b.md"]) == 0
    assert (folder / "basics/b.md").read_bytes() == UNIFORM.encode()


@pytest.mark.parametrize("place", ["README.md", "questions/dev.md", "facts/figures.toml", "basics/_aside.md"])
def test_files_that_are_no_entries_are_passed_over(folder: Path, place: str, capsys: Printed):
    write_folder(folder, {"README.md": "*  x\r\n", "basics/_aside.md": UNEVEN})
    before = (folder / place).read_bytes()
    assert fmt(folder, str(folder / place)) == 0
    assert f"knowledge/{place}: passed over" in capsys.readouterr().out
    assert (folder / place).read_bytes() == before


def test_a_name_that_means_nothing_is_wrong_usage_with_a_hint(folder: Path, capsys: Printed):
    assert fmt(folder, "what-is-slashin") == 2
    assert capsys.readouterr().err == (
        "There is no file or entry 'what-is-slashin'; did you mean 'what-is-slashing'?\n"
    )


def test_a_link_to_a_place_outside_is_never_written_through(folder: Path, tmp_path: Path):
    outside = tmp_path / "outside.md"
    outside.write_bytes(UNEVEN.encode())
    write_folder(folder, {"basics/linked.md": outside})
    assert fmt(folder) == 0
    assert outside.read_bytes() == UNEVEN.encode()


def test_a_file_keeps_its_permissions_and_nothing_else_is_left_behind(folder: Path):
    write_folder(folder, {"basics/b.md": UNEVEN})
    (folder / "basics/b.md").chmod(0o640)
    names = sorted((folder / "basics").iterdir())
    assert fmt(folder) == 0
    assert stat.S_IMODE((folder / "basics/b.md").stat().st_mode) == 0o640
    assert sorted((folder / "basics").iterdir()) == names


def test_a_full_disk_leaves_the_old_file_whole(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed):
    write_folder(folder, {"basics/b.md": UNEVEN})
    names = sorted((folder / "basics").iterdir())

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bot.curation.keeping.os.fsync", full)
    assert fmt(folder) == 1
    assert "basics/b.md:1: this file cannot be written (No space left on device)" in capsys.readouterr().out
    assert (folder / "basics/b.md").read_bytes() == UNEVEN.encode()
    assert sorted((folder / "basics").iterdir()) == names


def test_what_somebody_saves_meanwhile_is_not_overwritten(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
):
    path = write_folder(folder, {"basics/b.md": UNEVEN}) / "basics/b.md"
    really = formatting.format_entry

    def slowly(text: str, *rest):
        if text == UNEVEN:
            path.write_text("saved meanwhile", encoding="utf-8")
        return really(text, *rest)

    monkeypatch.setattr(formatting, "format_entry", slowly)
    assert fmt(folder) == 1
    assert "changed meanwhile" in capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == "saved meanwhile"


def test_a_missing_folder_is_one_sentence(tmp_path: Path, capsys: Printed):
    assert fmt(tmp_path / "gone") == 1
    assert capsys.readouterr() == ("", "There is no knowledge folder called 'gone'.\n")
