"""Small files: whole or not at all, and the oldest of a kind let go of."""

import os

import pytest

from bot.curation.keeping import keep_newest, write_whole


@pytest.fixture
def full_disk(monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)


def test_a_text_takes_the_place_of_another_and_keeps_the_permissions_of_its_file(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("old and long")
    path.chmod(0o640)
    write_whole(path, "nöu\n")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == ("nöu\n".encode(), 0o640)


def test_a_link_to_a_file_stays_a_link(tmp_path):
    path, link = tmp_path / "page.md", tmp_path / "link.md"
    path.write_text("old")
    link.symlink_to(path)
    write_whole(link, "new")
    assert link.is_symlink()
    assert path.read_text() == "new"


def test_on_a_full_disk_the_file_before_stays_and_nothing_lies_beside_it(tmp_path, full_disk):
    path = tmp_path / "page.md"
    path.write_text("old")
    with pytest.raises(OSError, match="No space"):
        write_whole(path, "new")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("page.md", "old")]


def test_the_oldest_of_a_kind_go_and_files_of_another_kind_stay(tmp_path):
    folder = tmp_path / "kept"
    for age, name in enumerate(("c.json", "a.json", "b.json", "model.npz")):
        keep_newest(folder / name, name.encode(), 3)
        os.utime(folder / name, (1000 + age, 1000 + age))
    keep_newest(folder / "d.json", "newest", 3)
    assert sorted(one.name for one in folder.iterdir()) == ["a.json", "b.json", "d.json", "model.npz"]
