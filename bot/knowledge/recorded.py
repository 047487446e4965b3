"""Recorded questions: phrasings kept apart from the entries, to measure what the matcher does with new ones."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.entries import Entry, question_key
from bot.knowledge.hints import did_you_mean
from bot.knowledge.plain import ARROW, BEFORE_ARROW, conflict_in, plain
from bot.knowledge.problems import Problem, Problems, printable

THRESHOLDS = "calibration.json"
"""What `knowledge eval` fits on the recorded questions stands beside them under this name."""
INTENDED = "intended.md"
"""Losses that a change lists as intended (`bot/curation/intended.py`): no part of the recorded questions."""
HELD_OUT = "test"
"""The part whose questions are not to be read while tuning: reports name their places and do not quote them."""
NOTHING = "nothing"
"""What stands behind the arrow of a question that must not be answered."""
_MEANT = re.compile(rf"^\s*(?:[-*+•–—]|\d{{1,9}}[.)]\s)|^(?!#).*{ARROW}")
"""A line that is a question or was meant as one; everything else is a heading or a remark."""
_FOLLOW_UP = re.compile(r"^(?P<before>.*)(?:>>|»)(?P<question>.*)$")
"""A question and the one that follows it."""
_MARKS = "-*+•–— "
_LINE = re.compile(
    rf"^(?P<mark>(?:[-*+•–—]|\d{{1,9}}[.)])\s+)?(?P<question>.*\S){BEFORE_ARROW}{ARROW}\s*(?P<targets>[^>→]+)$"
)


@dataclass(frozen=True, slots=True)
class RecordedQuestion:
    """A question with the entries any of which answers it (best first); none for an off-topic one. A follow-up has the
    question before it as `previous`.
    """

    question: str
    entries: tuple[str, ...]
    file: str
    line: int
    previous: str | None = None

    @property
    def off_topic(self) -> bool:
        """Whether the bot must not answer this."""
        return not self.entries


def read_recorded(root: Path, entries: Mapping[str, Entry]) -> tuple[dict[str, list[RecordedQuestion]], list[Problem]]:
    """All recorded questions under `root`/questions by part (the file's stem, such as dev or test)."""
    problems = Problems()
    parts: dict[str, list[RecordedQuestion]] = {}
    # What points to an entry whose file has a slip points well; that file has a problem of its own.
    known = entries.keys() | {path.stem for path in root.glob("*/*.md")}
    listed = {question_key(question): entry.id for entry in entries.values() for question in entry.questions}
    for path in sorted((root / "questions").glob("*")):
        file = f"questions/{printable(path.name)}"
        if path.name in {THRESHOLDS, INTENDED} or path.name.startswith((".", "_")):
            continue
        if path.suffix.lower() != ".md":
            problems.add_stray(file, path.name)
        elif (lines := _lines(path, file, problems)) is not None:
            parts[path.stem] = [
                recorded
                for number, text in enumerate(lines, 1)
                if _MEANT.match(text) and (recorded := _read_line(text, number, file, known, problems))
            ]
            _check_measures(parts[path.stem], listed, problems)
    return parts, list(problems.sorted())


def _lines(path: Path, file: str, problems: Problems) -> list[str] | None:
    try:
        lines = plain(path.read_text(encoding="utf-8")).split("\n")
    except UnicodeDecodeError:
        problems.add(file, 1, "not-utf8", fatal=True)
    except OSError as error:
        problems.add(file, 1, "unreadable", cause=error.strerror or "unknown cause", fatal=True)
    else:
        if (conflict := conflict_in(lines)) is None:
            return lines
        problems.add(file, conflict, "conflict", fatal=True)
    return None


def _read_line(
    text: str, number: int, file: str, entries: Collection[str], problems: Problems
) -> RecordedQuestion | None:
    match = _LINE.match(text.strip())
    typed = text.strip().lstrip(_MARKS)
    targets = tuple(filter(None, (target.strip() for target in match["targets"].split(",")))) if match else ()
    if match is None or not targets or not match["question"].strip(_MARKS):
        problems.add(file, number, "bad-recorded", text=typed)
        return None
    if match["mark"] is None:
        problems.add(file, number, "not-a-bullet", text=text.strip())
        return None
    previous, question = _turns(match["question"])
    if not question:
        problems.add(file, number, "bad-recorded", text=typed)
        return None
    if [target.lower() for target in targets] == [NOTHING]:
        return RecordedQuestion(question, (), file, number, previous)
    for target in targets:
        if target not in entries:
            problems.add(file, number, "unknown-entry", id=target, hint=did_you_mean(target, entries))
    return RecordedQuestion(question, targets, file, number, previous)


def _turns(typed: str) -> tuple[str | None, str]:
    """The question before, if any, and the question, which is empty where either is missing."""
    follow_up = _FOLLOW_UP.match(typed)
    if follow_up is None:
        return None, typed.strip()
    before, question = (part.strip() for part in follow_up.group("before", "question"))
    return (before, question) if before else (None, "")


def _check_measures(recorded: Sequence[RecordedQuestion], listed: Mapping[str, str], problems: Problems) -> None:
    """Report what would measure nothing, or count twice."""
    seen: dict[tuple[str, str], int] = {}
    for one in recorded:
        other = listed.get(question_key(one.question))
        if other is not None:
            problems.add(one.file, one.line, "recorded-in-entry", other=other)
        key = (question_key(one.previous or ""), question_key(one.question) or one.question)
        if key in seen:
            problems.add(one.file, one.line, "repeated-question", first=seen[key])
        seen.setdefault(key, one.line)
