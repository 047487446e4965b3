"""Recorded questions: phrasings kept apart from the entries, to measure what the matcher does with new ones."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.knowledge.entries import Entry, question_key
from bot.knowledge.hints import did_you_mean
from bot.knowledge.problems import Problem, Problems, printable

THRESHOLDS = "calibration.json"
"""What `knowledge eval` fits on the recorded questions stands beside them under this name."""
NOTHING = "nothing"
"""What stands behind the arrow of a question that must not be answered."""
_MEANT = re.compile(r"^\s*(?:[-*+•–—]|\d{1,9}[.)]\s)|^(?!#).*(?:->|→)")
"""A line that is a question or was meant as one; everything else is a heading or a remark."""
_AFTER = " >> "
"""Stands between a question and the follow-up that is recorded."""
_LINE = re.compile(r"^[-*]\s+(?P<question>.*\S)\s+(?:->|→)\s*(?P<targets>[^>→]+)$")


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
    listed = {question_key(question): entry.id for entry in entries.values() for question in entry.questions}
    for path in sorted((root / "questions").glob("*.md")):
        file = f"questions/{printable(path.name)}"
        try:
            lines = path.read_text(encoding="utf-8-sig").split("\n")
        except UnicodeDecodeError:
            problems.add(file, 1, "not-utf8", fatal=True)
            continue
        except OSError as error:
            problems.add(file, 1, "unreadable", cause=error.strerror or "unknown cause", fatal=True)
            continue
        parts[path.stem] = [
            recorded
            for number, text in enumerate(lines, 1)
            if _MEANT.match(text) and (recorded := _read_line(text, number, file, entries, problems))
        ]
        for recorded in parts[path.stem]:
            other = listed.get(question_key(recorded.question))
            if other is not None:
                problems.add(file, recorded.line, "recorded-in-entry", other=other)
    for path in sorted((root / "questions").glob("*")):
        if path.suffix != ".md" and path.name != THRESHOLDS and not path.name.startswith((".", "_")):
            name = printable(path.name)
            problems.add(f"questions/{name}", 1, "not-an-entry", name=name)
    return parts, list(problems.sorted())


def _read_line(
    text: str, number: int, file: str, entries: Mapping[str, Entry], problems: Problems
) -> RecordedQuestion | None:
    match = _LINE.match(text.strip())
    if match is None:
        problems.add(file, number, "bad-recorded", text=text.strip().lstrip("-*+•–— "))
        return None
    before, after, question = match["question"].rpartition(_AFTER)
    previous = before.strip() if after else None
    targets = tuple(target.strip() for target in match["targets"].split(","))
    if targets == (NOTHING,):
        return RecordedQuestion(question.strip(), (), file, number, previous)
    for target in targets:
        if target not in entries:
            problems.add(file, number, "unknown-entry", id=target, hint=did_you_mean(target, entries))
    return RecordedQuestion(question.strip(), targets, file, number, previous)
