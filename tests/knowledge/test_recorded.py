"""Recorded questions: what counts as one, and what is reported."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.knowledge import Problem, RecordedQuestion, read_library, read_recorded
from tests.folders import TODAY, write_folder
from tests.knowledge.problem_of import SMALLEST, changed

ENTRIES = {"t/x.md": SMALLEST, "t/exit-queue.md": changed(8, "- how long")}
Parts = dict[str, list[RecordedQuestion]]


def _read(root: Path, files: Mapping[str, str | bytes | Path]) -> tuple[Parts, list[Problem]]:
    write_folder(root, {**ENTRIES, **{f"questions/{name}": text for name, text in files.items()}})
    return read_recorded(root, read_library(root, TODAY).library.entries)


def test_a_folder_without_recorded_questions_has_no_parts(tmp_path: Path):
    assert _read(tmp_path, {}) == ({}, [])


def test_each_file_is_a_part_with_its_questions_in_their_lines(tmp_path: Path):
    parts, problems = _read(
        tmp_path,
        {
            "dev.md": "# For tuning\n\nSome words about it.\n\n- why is it so -> x\n- pizza? -> nothing\n",
            "test.md": "* a -> b, really? → exit-queue, x",
        },
    )
    assert problems == []
    assert parts == {
        "dev": [
            RecordedQuestion("why is it so", ("x",), "questions/dev.md", 5),
            RecordedQuestion("pizza?", (), "questions/dev.md", 6),
        ],
        "test": [RecordedQuestion("a -> b, really?", ("exit-queue", "x"), "questions/test.md", 1)],
    }
    assert [question.off_topic for question in parts["dev"]] == [False, True]


def test_a_follow_up_is_recorded_with_the_question_before_it(tmp_path: Path):
    parts, problems = _read(tmp_path, {"dev.md": "- is x long >> and how about y? -> exit-queue\n- a >> b -> nothing"})
    assert problems == []
    assert [(one.previous, one.question, one.entries) for one in parts["dev"]] == [
        ("is x long", "and how about y?", ("exit-queue",)),
        ("a", "b", ()),
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_byte_order_mark_and_line_ends_of_windows_do_no_harm(line_end: str, tmp_path: Path):
    text = f"\ufeff- why -> x{line_end}- who -> nothing{line_end}"
    parts, problems = _read(tmp_path, {"dev.md": text.encode()})
    assert problems == []
    assert [(question.question, question.entries) for question in parts["dev"]] == [("why", ("x",)), ("who", ())]


@pytest.mark.parametrize(
    "line",
    [
        *("- why", "- why ->", "- why -> ", "- -> x", "- why => x", "- why -> > x", "- why -> ,", "- >> why -> x"),
        *("-why", "• why", "+ why", "1. why", "– why"),
    ],
)
def test_a_line_meant_as_a_question_is_never_dropped_in_silence(line: str, tmp_path: Path):
    parts, problems = _read(tmp_path, {"dev.md": f"# T\n{line}\n"})
    assert [(p.file, p.line, p.code) for p in problems] == [("questions/dev.md", 2, "bad-recorded")]
    assert parts == {"dev": []}


def test_an_unknown_entry_is_named_with_the_one_that_was_meant(tmp_path: Path):
    _, problems = _read(tmp_path, {"dev.md": "- why -> exit-que\n- who -> x, y\n"})
    assert [str(problem) for problem in problems] == [
        "questions/dev.md:1: there is no entry 'exit-que'; did you mean 'exit-queue'?",
        "questions/dev.md:2: there is no entry 'y'",
    ]


def test_nothing_cannot_stand_beside_an_entry(tmp_path: Path):
    _, problems = _read(tmp_path, {"dev.md": "- why -> x, nothing\n"})
    assert [str(problem) for problem in problems] == ["questions/dev.md:1: there is no entry 'nothing'"]


def test_a_phrasing_of_an_entry_measures_nothing(tmp_path: Path):
    _, problems = _read(tmp_path, {"dev.md": "- HOW  long?! -> exit-queue\n"})
    assert [(p.line, p.code) for p in problems] == [(1, "recorded-in-entry")]


def test_a_file_that_cannot_be_read_is_reported_and_the_others_are_read(tmp_path: Path):
    parts, problems = _read(
        tmp_path, {"a.md": b"- caf\xe9 -> x", "b.md": Path("gone.md"), "c.md": "- why -> x", "d.txt": "- why -> x"}
    )
    assert list(parts) == ["c"]
    assert [(p.file, p.line, p.code) for p in problems] == [
        ("questions/a.md", 1, "not-utf8"),
        ("questions/b.md", 1, "unreadable"),
        ("questions/d.txt", 1, "not-an-entry"),
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.one_of(st.text(max_size=100), st.text("-> x\n,→*#", max_size=60)))
def test_any_text_is_read_or_refused_within_its_lines(text: str, tmp_path: Path):
    _, problems = _read(tmp_path, {"dev.md": text.encode()})
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert all(1 <= problem.line <= len(lines) for problem in problems if problem.file == "questions/dev.md")
