"""The smallest entry file, and what is wrong with a folder of such files."""

from collections.abc import Mapping
from pathlib import Path

from bot.curation.drawings import check_drawings
from bot.knowledge import Entry, Problem, read_library, read_recorded
from bot.knowledge.entry_file import read_entry
from bot.knowledge.problems import Problems
from tests.folders import TODAY, write_folder

SMALLEST = """---
status: published
reviewed: 2026-11-01
---
# Title

## Questions
- how

## Answer
Yes.

## Sources
- 2026-01-01 A book"""
"""Fourteen lines without a problem; the tests name these lines by their number."""


def changed(line: int, text: str) -> str:
    """The smallest entry with another text in `line`."""
    lines = SMALLEST.split("\n")
    lines[line - 1] = text
    return "\n".join(lines)


def with_lines(after: int, *more: str) -> str:
    """The smallest entry with `more` behind the line `after`."""
    lines = SMALLEST.split("\n")
    return "\n".join([*lines[:after], *more, *lines[after:]])


def without(*lines: int) -> str:
    """The smallest entry without these lines."""
    return "\n".join(text for number, text in enumerate(SMALLEST.split("\n"), 1) if number not in lines)


def problems_of(root: Path, files: Mapping[str, str | bytes | Path]) -> tuple[list[Problem], Mapping[str, Entry]]:
    """Everything that is wrong with a folder of `files`, as `knowledge check` counts it, and what can be served."""
    write_folder(root, files)
    reading = read_library(root, TODAY, thorough=True)
    _, recorded = read_recorded(root, reading.library.entries)
    pictures = check_drawings(root, reading.library, TODAY)
    return sorted([*reading.problems, *recorded, *pictures]), reading.library.entries


def read(text: str) -> tuple[Entry | None, list[Problem]]:
    """One entry file `x.md` of the topic `t`, without a folder around it."""
    problems = Problems()
    entry = read_entry(text, "x", "t", TODAY, problems.in_file("t/x.md"))
    return entry, list(problems.sorted())
