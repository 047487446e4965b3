"""A git revision as a folder."""

import os
import subprocess

import pytest

from bot.curation.revisions import base_folder
from bot.errors import UsageError
from tests.folders import write_folder


def git(place, *arguments):
    told = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
    who |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", str(place), *arguments], check=True, capture_output=True, env=told | who)


@pytest.fixture
def repository(tmp_path):
    root = write_folder(tmp_path / "repo", {"knowledge/a/x.md": "old\n", "other.txt": "not ours", "later/y.md": "y"})
    (root / "knowledge/a/link.md").symlink_to("/etc/hostname")
    git(root, "init", "-b", "main")
    git(root, "add", "knowledge", "other.txt")
    git(root, "commit", "-m", "one")
    write_folder(root, {"knowledge/a/x.md": "new\n", "knowledge/b/z.md": "z\n"})
    return root


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("revision", ["HEAD", "main", "HEAD^{commit}", "main@{0}"])
def test_a_revision_holds_what_was_committed_and_no_link_out_of_it(repository, revision):
    with base_folder(revision, repository / "knowledge") as base:
        assert contents(base) == {"a/x.md": "old\n"}
        assert base.name == "knowledge"
    assert not base.exists()
    assert (repository / "knowledge/a/x.md").read_text() == "new\n"


def test_the_folder_may_be_the_whole_repository(repository):
    with base_folder("HEAD", repository) as base:
        assert contents(base) == {"knowledge/a/x.md": "old\n", "other.txt": "not ours"}


def test_what_git_tells_its_hooks_does_not_mislead(repository, monkeypatch):
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    with base_folder("HEAD", repository / "knowledge") as base:
        assert contents(base) == {"a/x.md": "old\n"}


def test_a_folder_is_taken_as_it_is(repository, tmp_path):
    with base_folder(str(repository / "later"), tmp_path) as base:
        assert base == repository / "later"


@pytest.mark.parametrize(
    ("revision", "place", "sentence"),
    [
        ("nosuch", "knowledge", "'nosuch' is neither a folder nor a git revision here"),
        ("--all", "knowledge", "'--all' is neither a folder nor a git revision here"),
        ("", "knowledge", "'' is neither a folder nor a git revision here"),
        ("HEAD", "later", "In the revision 'HEAD' there is no folder later"),
        ("HEAD", "missing", "There is no knowledge folder called 'missing'"),
    ],
)
def test_what_cannot_be_compared_with_is_said_in_a_sentence(repository, revision, place, sentence):
    with pytest.raises(UsageError) as raised, base_folder(revision, repository / place):
        pass
    assert raised.value.sentence.startswith(sentence)


def test_a_folder_outside_of_any_repository_needs_a_folder_to_compare_with(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    folder = write_folder(tmp_path / "alone", {"a/x.md": "x"})
    with pytest.raises(UsageError, match="alone is in no git repository"), base_folder("HEAD", folder):
        pass


def test_without_git_a_folder_has_to_be_named(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="git is not installed"), base_folder("HEAD", repository / "knowledge"):
        pass
