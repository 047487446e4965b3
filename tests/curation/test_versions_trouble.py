"""Copies of the knowledge folder where the clock, the disk, the folder or another process does what it should not."""

import errno
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.curation.versions import STALE, Versions
from bot.errors import KnowledgeError
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


def test_a_copy_that_another_process_is_making_is_left_alone(versions, folder, tmp_path):
    mine = versions.copy(folder)
    theirs = Versions(tmp_path / "data", folder).copy(folder)
    assert mine != theirs
    assert read_library(mine, TODAY) == read_library(theirs, TODAY) == read_library(folder, TODAY)


def test_what_a_killed_process_left_goes_once_nobody_can_be_at_it(versions, folder):
    left = versions.copy(folder)
    old = left.stat().st_mtime - STALE - 1
    os.utime(left, (old, old))
    versions.drop(versions.copy(folder))
    assert not left.exists()


def test_what_is_kept_after_the_clock_was_set_back_is_the_newest_and_stays(versions, folder):
    for number in range(4):
        versions.keep(versions.copy(folder), f"aab{number}", 3, NOW - timedelta(days=number))
    again = versions.keep(versions.copy(folder), "aab2", 3, NOW - timedelta(days=9))
    assert [one.version for one in versions.kept()] == ["aab2", "aab3", "aab1"]
    assert versions.kept()[0].at == NOW - timedelta(days=9)
    assert (again.folder / "yield" / "rewards.md").exists()


def test_a_clock_that_stands_still_costs_no_version(versions, folder):
    for number in range(3):
        versions.keep(versions.copy(folder), f"aab{number}", 3, NOW)
    versions.keep(versions.copy(folder), "aab2", 3, NOW)
    assert [one.version for one in versions.kept()] == ["aab2", "aab1", "aab0"]


def test_a_version_that_two_processes_kept_is_one_version(versions, folder):
    kept = versions.keep(versions.copy(folder), "aab1", 3, NOW)
    twin = kept.folder.with_name(kept.folder.name.replace("2026", "2025"))
    versions.copy(folder).rename(twin)
    (twin / ".version.json").write_bytes((kept.folder / ".version.json").read_bytes())
    assert [one.folder for one in versions.kept()] == [kept.folder]
    assert versions.find("aab1") == versions.kept()[0]


def test_a_folder_that_deployments_exchange_behind_a_link_keeps_its_versions(tmp_path):
    link = tmp_path / "current"
    for number in range(2):
        release = write_small(tmp_path / f"release-{number}" / "knowledge")
        link.unlink(missing_ok=True)
        link.symlink_to(release)
        versions = Versions(tmp_path / "data", link)
        versions.keep(versions.copy(link), f"aab{number}", 3, NOW + timedelta(days=number))
    assert [one.version for one in versions.kept()] == ["aab1", "aab0"]


def test_a_link_that_leads_to_itself_is_told_as_unreadable(versions, folder):
    (folder / "yield" / "loop.md").symlink_to("loop.md")
    (folder / "yield" / "up").symlink_to(folder, target_is_directory=True)
    draft = versions.copy(folder)
    assert {one.file: one.code for one in read_library(draft, TODAY).problems} == {"yield/loop.md": "unreadable"}


def test_a_topic_that_cannot_be_read_is_no_topic_that_is_gone(versions, folder, tmp_path, monkeypatch):
    real = os.scandir

    def refuse(path):
        if str(path).endswith("yield"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(KnowledgeError, match="'yield' cannot be read"):
        versions.copy(folder)
    monkeypatch.undo()
    assert not list((tmp_path / "data").rglob("*.md"))


def test_a_version_that_came_back_is_in_its_new_place_in_the_order(versions, folder):
    for number, name in enumerate(("aab1", "aab2", "aab1")):
        versions.keep(versions.copy(folder), name, 3, NOW + timedelta(hours=number))
    assert [one.version for one in versions.kept()] == ["aab1", "aab2"]


def test_of_files_that_nobody_reads_as_knowledge_only_the_name_is_copied(versions, folder):
    write(folder, "yield/film.mp4", "x" * 3_000_000)
    draft = versions.copy(folder)
    assert (draft / "yield" / "film.mp4").stat().st_size == 0
    assert read_library(draft, TODAY) == read_library(folder, TODAY)
