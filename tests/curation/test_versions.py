"""Copies of the knowledge folder: whole or not at all, and only as many as are wanted."""

import errno
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.curation.versions import Versions
from bot.knowledge import read_library
from tests.curation.small import write, write_small

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small(tmp_path / "knowledge")


@pytest.fixture
def versions(tmp_path: Path, folder: Path) -> Versions:
    return Versions(tmp_path / "data", folder, keep=3)


def version(folder: Path) -> str:
    return read_library(folder, TODAY).library.version


def everything_in(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*")]


def test_a_copy_reads_as_its_folder_does(versions, folder):
    write(folder, "pictures/one.png", "no description of it")
    write(folder, "questions/dev.md", "- where from -> rewards\n")
    write(folder, "README.md", "a note")
    draft = versions.copy(folder)
    assert read_library(draft, TODAY) == read_library(folder, TODAY)
    assert (draft / "questions" / "dev.md").read_text() == "- where from -> rewards\n"


def test_what_is_hidden_or_set_aside_is_not_copied(versions, folder):
    write(folder, ".git/objects/aa", "much")
    write(folder, "_notes/idea.md", "an idea")
    write(folder, "yield/.rewards.md.swp", "an editor's own")
    assert {".git", "_notes", ".rewards.md.swp"}.isdisjoint(everything_in(versions.copy(folder)))


def test_kept_versions_come_newest_first_and_the_oldest_go(versions, folder):
    names = []
    for day in range(5):
        write(folder, "yield/rewards.md", (folder / "risk/slashing.md").read_text().replace("The stake", f"Day {day}"))
        names.append(version(folder))
        versions.keep(versions.copy(folder), names[-1], 3, NOW + timedelta(days=day))
    kept = versions.kept()
    assert [one.version for one in kept] == names[:1:-1]
    assert [one.at for one in kept] == [NOW + timedelta(days=day) for day in (4, 3, 2)]
    assert [version(one.folder) for one in kept] == names[:1:-1]


def test_a_version_that_comes_again_is_kept_once(versions, folder):
    for hour in range(3):
        versions.keep(versions.copy(folder), version(folder), 3, NOW + timedelta(hours=hour))
    assert [one.at for one in versions.kept()] == [NOW + timedelta(hours=2)]


def test_a_version_is_found_by_the_beginning_of_its_name_where_that_is_clear(versions, folder):
    versions.keep(versions.copy(folder), "aab1", 3, NOW)
    versions.keep(versions.copy(folder), "aac2", 3, NOW + timedelta(hours=1))
    assert versions.find("aab").version == "aab1"
    for unclear in ("aa", "", "zz"):
        assert versions.find(unclear) is None


def test_versions_of_another_folder_are_not_among_them(versions, folder, tmp_path):
    versions.keep(versions.copy(folder), "aab1", 3, NOW)
    assert Versions(tmp_path / "data", tmp_path / "other").kept() == []


def test_a_disk_that_is_full_half_way_leaves_nothing_behind(versions, folder, tmp_path, monkeypatch):
    real = Path.open
    written = []

    def until_full(self, *args, **options):
        if "xb" in args:
            written.append(self)
            if len(written) > 2:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(self, *args, **options)

    monkeypatch.setattr(Path, "open", until_full)
    with pytest.raises(OSError, match="No space left"):
        versions.copy(folder)
    assert versions.kept() == []
    assert not list((tmp_path / "data").rglob("*.md"))


def test_a_copy_without_a_name_is_never_served(versions, folder):
    versions.copy(folder)
    assert versions.kept() == []


@pytest.mark.parametrize("note", ["", "{", '{"version": "a"}', "[]", '{"version": "a", "at": "soon", "entries": 3}'])
def test_a_damaged_copy_is_not_offered(versions, folder, note):
    kept = versions.keep(versions.copy(folder), "aab1", 3, NOW)
    (kept.folder / ".version.json").write_text(note)
    assert versions.kept() == []


def test_a_link_out_of_the_folder_is_refused_in_the_copy_too(versions, folder, tmp_path):
    secret = write(tmp_path, "elsewhere/secret.md", "not for members")
    (folder / "yield" / "secret.md").symlink_to(secret)
    draft = versions.copy(folder)
    (problem,) = read_library(draft, TODAY).problems
    assert (problem.file, problem.code) == ("yield/secret.md", "outside-folder")


def test_a_link_within_the_folder_is_read_as_the_file_it_means(versions, folder):
    (folder / "yield" / "again.md").symlink_to(folder / "risk" / "slashing.md")
    draft = versions.copy(folder)
    assert read_library(draft, TODAY).library.version == version(folder)
    assert not (draft / "yield" / "again.md").is_symlink()


def test_a_broken_link_or_a_pipe_is_told_as_unreadable(versions, folder):
    (folder / "yield" / "broken.md").symlink_to(folder / "yield" / "nothing.md")
    os.mkfifo(folder / "yield" / "pipe.md")
    draft = versions.copy(folder)
    found = {problem.file: problem.code for problem in read_library(draft, TODAY).problems}
    assert found == {"yield/broken.md": "unreadable", "yield/pipe.md": "unreadable"}


def test_of_a_file_that_is_far_too_large_only_the_size_is_copied(versions, folder):
    with (folder / "yield" / "huge.md").open("wb") as file:
        file.truncate(10 * 1024 * 1024)
    draft = versions.copy(folder)
    (problem,) = read_library(draft, TODAY).problems
    assert (problem.file, problem.code) == ("yield/huge.md", "too-large")
    assert (draft / "yield" / "huge.md").stat().st_blocks * 512 < 1024 * 1024
