"""Which entries are taken for each other, and which phrasings mislead: where a moderator's hour is spent best."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.answering import Outcome
from bot.curation.asked import Asked
from bot.curation.phrasings import file_of, lines_in
from bot.knowledge import Library, RecordedQuestion
from bot.knowledge.plain import short
from bot.knowledge.recorded import NOTHING

QUOTED = 90
"""Longest text that is quoted in the report for people, in characters."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """`count` questions that belong to `right` and had `first` ranked first; None where nothing was ranked.

    `answered` of them got a wrong text, the others choices or no answer.
    """

    right: str
    first: str | None
    count: int
    answered: int
    example: RecordedQuestion

    def line(self, *, quote: bool) -> str:
        """The pair for people; the example's words only where they may be read."""
        place = f"{self.example.file}:{self.example.line}"
        example = f"{place}: {short(self.example.question, QUOTED)}" if quote else place
        return f"{_times(self.count, self.answered)} {self.right} lost to {self.first or NOTHING}: {example}"

    def as_json(self, *, quote: bool) -> dict[str, object]:
        """The pair for programs; `question` is null where it is not to be read."""
        question = self.example.question if quote else None
        example = {"file": self.example.file, "line": self.example.line, "question": question}
        return {name: getattr(self, name) for name in ("right", "first", "count", "answered")} | {"example": example}


def _times(count: int, answered: int) -> str:
    return f"{count} × ({answered} answered)" if answered else f"{count} ×"


def confusion_pairs(asked: Iterable[Asked]) -> tuple[Confusion, ...]:
    """Pairs of the best right entry and the one ranked first instead, most frequent first.

    Together they are the covered questions whose right entry was not first.
    """
    found: dict[tuple[str, str | None], list[Asked]] = {}
    for one in asked:
        if not one.recorded.off_topic and not one.right_within(1):
            found.setdefault((one.recorded.entries[0], next(iter(one.ranked), None)), []).append(one)
    pairs = [
        Confusion(right, first, len(lost), sum(map(_answered_wrongly, lost)), lost[0].recorded)
        for (right, first), lost in found.items()
    ]
    return tuple(sorted(pairs, key=lambda pair: (-pair.count, -pair.answered, pair.right, pair.first or "")))


def _answered_wrongly(one: Asked) -> bool:
    return one.answered and not one.answered_right


@dataclass(frozen=True, slots=True)
class Misleading:
    """A phrasing that was nearest in an entry that wrongly stood first.

    `lost` holds the entries whose questions it took, most frequent first, with how many; None stands for off-topic
    questions that it drew to an answer or to choices. `answered` of them all got a wrong text. `line` is None until
    `with_lines` has looked into the file.
    """

    phrasing: str
    entry: str
    file: str
    lost: tuple[tuple[str | None, int], ...]
    answered: int
    line: int | None = None

    @property
    def count(self) -> int:
        """How many recorded questions it misled."""
        return sum(count for _, count in self.lost)

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        victims = ", ".join(entry or "off-topic questions" for entry, _ in self.lost)
        return f'{_times(self.count, self.answered)} {place}: "{short(self.phrasing, QUOTED)}" took from {victims}'

    def as_json(self) -> dict[str, object]:
        """The phrasing for programs; the entry of off-topic questions is null."""
        lost = [{"entry": entry, "count": count} for entry, count in self.lost]
        names = ("phrasing", "entry", "file", "line", "count", "answered")
        return {name: getattr(self, name) for name in names} | {"took_from": lost}


def worst_phrasings(asked: Iterable[Asked], library: Library) -> tuple[Misleading, ...]:
    """Phrasings by how many questions they misled. What a rule decided was misled by no phrasing."""
    misled: dict[tuple[str, str], list[Asked]] = {}
    for one in filter(_misled, asked):
        first = one.answer.candidates[0]
        misled.setdefault((first.entry, first.question), []).append(one)
    found = [
        Misleading(
            phrasing, entry, file_of(library, entry, phrasing), _victims(lost), sum(map(_answered_wrongly, lost))
        )
        for (entry, phrasing), lost in misled.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, -one.answered, one.entry, one.phrasing)))


def _misled(one: Asked) -> bool:
    if one.answer.chances is None or not one.ranked or one.right_within(1):
        return False
    return not one.recorded.off_topic or one.answer.outcome is not Outcome.NO_ANSWER


def _victims(lost: Iterable[Asked]) -> tuple[tuple[str | None, int], ...]:
    counts = Counter(next(iter(one.recorded.entries), None) for one in lost)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0] or "")))


def with_lines(phrasings: Sequence[Misleading], root: Path) -> tuple[Misleading, ...]:
    """The same with the line of each in its file below `root`; a file that has gone meanwhile has no lines."""
    lines = {file: lines_in(root / file) for file in {one.file for one in phrasings}}
    return tuple(replace(one, line=lines[one.file].get(one.phrasing)) for one in phrasings)
