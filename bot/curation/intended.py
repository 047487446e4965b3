"""Losses that a change of the knowledge files lists as intended, in `questions/intended.md`. Pure.

A line names two entries, `- losing-entry -> gaining-entry`, or repeats a recorded question, or names its place,
`- dev.md:12`. Only lines that the base does not have count: what an earlier change allowed is not allowed for ever. A
day in front, `- 2026-11-22 a -> b`, makes a line that was used before a new one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.curation.moves import Move
from bot.knowledge.entries import question_key
from bot.knowledge.hints import did_you_mean
from bot.knowledge.plain import ARROW, plain
from bot.knowledge.recorded import INTENDED, NOTHING

FILE = f"questions/{INTENDED}"
_BULLET = re.compile(r"^\s*(?:[-*+•–—]|\d{1,3}[.)])\s+")
_MEANT = re.compile(rf"^(?!\s*#).*{ARROW}")
"""A line that forgot its bullet."""
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}[\s:,]+")
_PAIR = re.compile(rf"^`?([A-Za-z0-9-]*[A-Za-z0-9])`?\s*{ARROW}\s*`?([A-Za-z0-9-]+)`?[.;,]?$")
_PLACE = re.compile(r"^`?(?:questions/)?([\w-]+\.md):(\d+)`?$")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Intended:
    """One line: a pair of entries, or a question (its key), or a place (file:line below the knowledge folder)."""

    line: int
    text: str
    pair: tuple[str, str] | None = None
    question: str = ""
    place: str = ""

    def covers(self, move: Move) -> bool:
        """Whether this line lists that loss."""
        if self.pair is not None:
            return self.pair == (move.loser, move.taker)
        if self.place:
            return self.place == move.place
        return move.question is not None and question_key(move.question) == self.question


def read_intended(text: str) -> tuple[Intended, ...]:
    """The lines of the file; headings and remarks between them are passed over."""
    numbered = enumerate(plain(text).split("\n"), 1)
    return tuple(_line(number, line) for number, line in numbered if _BULLET.match(line) or _MEANT.match(line))


def _line(number: int, line: str) -> Intended:
    text = _BLANKS.sub(" ", _BULLET.sub("", line)).strip()
    meant = _DAY.sub("", text)
    if pair := _PAIR.match(meant):
        return Intended(number, text, pair=(pair[1].lower(), pair[2].lower()))
    if place := _PLACE.match(meant):
        return Intended(number, text, place=f"questions/{place[1]}:{place[2]}")
    return Intended(number, text, question=question_key(meant.strip("\"'`“”‘’")))


def added_to(lines: Iterable[Intended], base: Iterable[Intended]) -> tuple[tuple[Intended, ...], tuple[Intended, ...]]:
    """The lines that the change itself adds, and those that stood in the base already."""
    before = {line.text for line in base}
    lines = tuple(lines)
    return tuple(x for x in lines if x.text not in before), tuple(x for x in lines if x.text in before)


def remarks(
    added: Sequence[Intended], old: Sequence[Intended], losses: Sequence[Move], known: Iterable[str]
) -> tuple[str, ...]:
    """A sentence for every line that does nothing: misspelled, without a loss, or of an earlier change."""
    names = [*known, NOTHING]
    unused = [line for line in added if not any(line.covers(loss) for loss in losses)]
    return (
        *(_unused(line, names) for line in unused),
        *(
            f"{FILE}:{line.line}: this line is of an earlier change and counts no more; remove it"
            + (", or write today's date in front to list it again" if any(map(line.covers, losses)) else "")
            for line in old
        ),
    )


def _unused(line: Intended, names: Sequence[str]) -> str:
    strange = next((entry for entry in line.pair or () if entry not in names), None)
    if strange is not None:
        return f"{FILE}:{line.line}: there is no entry '{strange}'{did_you_mean(strange, names)}"
    return f"{FILE}:{line.line}: nothing is lost that way, so the line lists nothing; remove it"
