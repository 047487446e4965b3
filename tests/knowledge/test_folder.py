"""A folder of files as one snapshot: which files count, and what a broken one does to the others."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import KnowledgeError
from bot.knowledge import read_library
from tests.folders import TODAY, entry_text, write_folder
from tests.knowledge.problem_of import SMALLEST, changed


def _other(question: str) -> str:
    return changed(8, f"- {question}")


def test_a_missing_folder_is_an_error_in_one_sentence_without_its_path(tmp_path: Path):
    with pytest.raises(KnowledgeError) as caught:
        read_library(tmp_path / "knowlege", TODAY)
    assert caught.value.sentence == "There is no knowledge folder called 'knowlege'."


def test_a_file_in_place_of_the_folder_is_the_same_error(tmp_path: Path):
    (tmp_path / "knowledge").write_text("")
    with pytest.raises(KnowledgeError, match="no knowledge folder called 'knowledge'"):
        read_library(tmp_path / "knowledge", TODAY)


def test_an_empty_folder_is_an_empty_library_without_a_problem(tmp_path: Path):
    reading = read_library(tmp_path, TODAY)
    assert (dict(reading.library.entries), reading.problems) == ({}, ())


def test_entry_files_alone_are_a_knowledge_base(tmp_path: Path):
    write_folder(tmp_path, {"tea/green.md": SMALLEST, "tea/black.md": _other("why")})
    reading = read_library(tmp_path, TODAY)
    assert reading.problems == ()
    assert list(reading.library.entries) == ["black", "green"]
    assert reading.library.topics == ("tea",)


def test_the_topic_is_the_folder_and_the_id_the_file(tmp_path: Path):
    write_folder(tmp_path, {"exit-queues/how-long-2.MD": SMALLEST})
    entry = read_library(tmp_path, TODAY).library.entries["how-long-2"]
    assert (entry.topic, entry.file) == ("exit-queues", "exit-queues/how-long-2.MD")


def test_drafts_and_retired_entries_are_held_but_not_published(tmp_path: Path):
    files = {
        "t/a.md": entry_text("Berries in May", ["when"]),
        "t/b.md": entry_text("apples", ["where"]),
        "t/c.md": entry_text("Old", ["who"], status="retired"),
        "u/d.md": entry_text("New", ["what"], status="draft"),
    }
    library = read_library(write_folder(tmp_path, files), TODAY).library
    assert set(library.entries) == {"a", "b", "c", "d"}
    assert [entry.id for entry in library.published] == ["a", "b"]
    assert library.topics == ("t",)
    assert [entry.id for entry in library.in_topic("t")] == ["b", "a"]


@pytest.mark.parametrize(
    "place",
    ["README.md", "t/readme.md", ".git/x.md", "t/.x.md.swp", "_drafts/x.md", "t/_x.md", "LICENSE", "facts/README.md"],
)
def test_notes_hidden_files_and_files_set_aside_are_passed_over(place: str, tmp_path: Path):
    write_folder(tmp_path, {"t/a.md": SMALLEST, place: "anything"})
    reading = read_library(tmp_path, TODAY)
    assert (list(reading.library.entries), reading.problems) == (["a"], ())


@pytest.mark.parametrize("name", ["Exit.md", "exit queue.md", "exit_queue.md", "éxit.md", "a-.md", "a--b.md", "#.md"])
def test_a_file_name_that_is_no_id_is_refused_with_one_that_is(name: str, tmp_path: Path):
    write_folder(tmp_path, {f"t/{name}": SMALLEST})
    reading = read_library(tmp_path, TODAY)
    assert not reading.library.entries
    (problem,) = reading.problems
    cure = problem.message.rsplit(" ", 1)[1]
    assert (problem.file, problem.line, problem.code) == (f"t/{name}", 1, "bad-id")
    (tmp_path / "t" / name).rename(tmp_path / "t" / cure)
    assert read_library(tmp_path, TODAY).problems == ()


def test_a_file_name_that_is_not_valid_utf8_is_named_in_letters_that_can_be_printed(tmp_path: Path):
    (tmp_path / "t").mkdir()
    try:
        (Path(os.fsdecode(os.fsencode(tmp_path / "t") + b"/caf\xe9.md"))).write_text(SMALLEST)
    except OSError:
        pytest.skip("this file system takes valid UTF-8 names only")
    (problem,) = read_library(tmp_path, TODAY).problems
    assert problem.code == "bad-id"
    str(problem).encode()


def test_one_broken_file_leaves_the_others_served(tmp_path: Path):
    files = {"t/a.md": SMALLEST, "t/b.md": "# no header", "t/c.md": b"\xff\xfe", "t/d.md": _other("why")}
    reading = read_library(write_folder(tmp_path, files), TODAY)
    assert list(reading.library.entries) == ["a", "d"]
    assert [(p.file, p.code) for p in reading.problems] == [("t/b.md", "no-header"), ("t/c.md", "not-utf8")]


def test_a_file_as_large_as_allowed_is_read(tmp_path: Path):
    room = 256 * 1024 - len(SMALLEST.encode()) - 1
    write_folder(tmp_path, {"t/a.md": SMALLEST + "\n" + " " * room})
    assert read_library(tmp_path, TODAY).problems == ()


def test_links_inside_the_folder_are_followed_and_links_out_of_it_are_not(tmp_path: Path):
    outside = tmp_path / "outside"
    write_folder(outside, {"secret.md": _other("who"), "facts/tokens.toml": "x"})
    root = write_folder(
        tmp_path / "knowledge",
        {
            "t/a.md": SMALLEST,
            "t/_kept.md": _other("why"),
            "t/b.md": Path("_kept.md"),
            "t/c.md": outside / "secret.md",
            "t/d.md": Path("../../outside/secret.md"),
            "facts/tokens.toml": outside / "facts/tokens.toml",
            "u": outside,
        },
    )
    reading = read_library(root, TODAY)
    assert list(reading.library.entries) == ["a", "b"]
    assert [(p.file, p.code) for p in reading.problems] == [
        (file, "outside-folder") for file in ("facts/tokens.toml", "t/c.md", "t/d.md", "u")
    ]


def test_the_folder_itself_may_be_a_link(tmp_path: Path):
    write_folder(tmp_path, {"real/t/a.md": SMALLEST, "knowledge": Path("real")})
    reading = read_library(tmp_path / "knowledge", TODAY)
    assert (list(reading.library.entries), reading.problems) == (["a"], ())


def test_a_question_that_only_a_draft_repeats_is_no_problem(tmp_path: Path):
    files = {"t/a.md": SMALLEST, "t/b.md": changed(2, "status: draft")}
    assert read_library(write_folder(tmp_path, files), TODAY).problems == ()


def test_the_version_names_the_content_and_not_the_place_or_the_day(tmp_path: Path):
    one = write_folder(tmp_path / "one", {"t/a.md": SMALLEST, "facts/links.toml": "allowed = []"})
    two = shutil.copytree(one, tmp_path / "two")
    version = read_library(one, TODAY).library.version
    assert read_library(two, date(2030, 1, 1)).library.version == version
    for place, text in {"t/a.md": _other("why"), "facts/links.toml": 'allowed = ["a.b"]', "t/b.md": SMALLEST}.items():
        changed_folder = shutil.copytree(one, tmp_path / place.replace("/", "-"))
        write_folder(changed_folder, {place: text})
        assert read_library(changed_folder, TODAY).library.version != version


def test_a_snapshot_cannot_be_changed(tmp_path: Path):
    library = read_library(write_folder(tmp_path, {"t/a.md": SMALLEST}), TODAY).library
    with pytest.raises(TypeError):
        library.entries["b"] = library.entries["a"]  # type: ignore[index]
    with pytest.raises(AttributeError):
        library.entries["a"].title = "Other"  # type: ignore[misc]


def test_a_slot_with_a_dated_figure_is_no_problem(tmp_path: Path):
    files = {
        "t/a.md": changed(11, "About {tvl:renzo} and {figure:queue}."),
        "facts/figures.toml": """
[queue]
say = "15 days"
value = "15"
unit = "days"
as_of = 2026-06-29
source = "A report"
[renzo-tvl]
say = "$118 million"
value = "118"
unit = "million USD"
as_of = 2026-10-02
source = "A site"
live = "tvl:renzo"
""",
    }
    assert read_library(write_folder(tmp_path, files), TODAY).problems == ()


def test_a_link_to_a_part_of_an_allowed_domain_is_allowed_and_to_one_that_ends_alike_is_not(tmp_path: Path):
    files = {
        "t/a.md": SMALLEST
        + "\n- 2026-01-01 [A](https://docs.ethereum.org/x)\n- 2026-01-01 [B](https://notethereum.org/x)",
        "facts/links.toml": 'allowed = ["ethereum.org"]',
    }
    problems = read_library(write_folder(tmp_path, files), TODAY).problems
    assert [(p.line, p.code) for p in problems] == [(16, "link-not-allowed")]


PLACES = ("t/x.md", "facts/figures.toml", "facts/synonyms.toml")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), place=st.sampled_from(PLACES))
def test_any_bytes_as_a_file_leave_the_rest_served(content: bytes, place: str, tmp_path: Path):
    write_folder(tmp_path, {"t/a.md": SMALLEST})
    for file in PLACES:
        (tmp_path / file).unlink(missing_ok=True)
    reading = read_library(write_folder(tmp_path, {place: content}), TODAY)
    assert "a" in reading.library.entries


def test_links_that_lead_in_a_circle_are_told_and_the_rest_is_served(tmp_path):
    folder = write_folder(tmp_path / "knowledge", {"basics/good.md": entry_text("Good", ["what is good"])})
    (folder / "basics" / "one.md").symlink_to(folder / "basics" / "two.md")
    (folder / "basics" / "two.md").symlink_to(folder / "basics" / "one.md")
    reading = read_library(folder, TODAY)
    assert set(reading.library.entries) == {"good"}
    assert {(problem.file, problem.code) for problem in reading.problems} == {
        ("basics/one.md", "unreadable"),
        ("basics/two.md", "unreadable"),
    }
