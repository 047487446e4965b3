"""One question before and after a change of the knowledge files, and whether it came off worse. Pure.

A question *has* its entry when the member sees it: as the answer, or as the first of the choices. It is *lost* when it
had its entry and has it no more. What an off-topic question should have is nothing, and any text is a wrong one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.answering import TEXTS, Answer, Outcome
from bot.knowledge.recorded import HELD_OUT, NOTHING


class Origin(StrEnum):
    """Where a question comes from."""

    RECORDED = "recorded"
    """Recorded with the entry that it must reach: a loss counts."""
    LISTED = "listed"
    """An entry lists it, before and after, in a folder that has no recorded questions: a loss counts."""
    REMOVED = "removed"
    """An entry listed it before and does no more: shown where it goes, never a loss."""
    RECENT = "recent"
    """Asked lately, with no known right entry: shown where its answer moves, never a loss."""


@dataclass(frozen=True, slots=True)
class Case:
    """One question that both sides are asked. `targets` are the entries any of which answers it, none for an off-topic
    or a recent one; `place` is file:line below the knowledge folder, empty for a recent one.
    """

    question: str
    origin: Origin
    targets: tuple[str, ...] = ()
    place: str = ""
    previous: str | None = None

    @property
    def held_out(self) -> bool:
        """Whether its words are not to be repeated anywhere."""
        return self.place.startswith(f"questions/{HELD_OUT}.md:")


@dataclass(frozen=True, slots=True)
class Reached:
    """What one side says to a question: the outcome's name, the entry whose text is shown, the buttons under it, the
    first three entries by rank, and the phrasing that was nearest in the first of them (empty where a rule decided).
    """

    outcome: str
    entry: str | None
    offered: tuple[str, ...] = ()
    ranked: tuple[str, ...] = ()
    phrasing: str = ""

    @classmethod
    def of(cls, answer: Answer) -> "Reached":
        """What matters here of an answer."""
        first = next(iter(answer.candidates), None)
        phrasing = first.question if first is not None and "rule" not in first.signals else ""
        ranked = tuple(candidate.entry for candidate in answer.candidates[:3])
        offered = tuple(choice.entry for choice in answer.choices)
        return cls(answer.outcome.value, answer.entry, offered, ranked, phrasing)

    @property
    def answered(self) -> bool:
        """Whether the member got an entry's text."""
        return self.outcome in TEXTS

    @property
    def asks_back(self) -> bool:
        """Whether the member was given choices."""
        return self.outcome == Outcome.CHOICES

    @property
    def seen(self) -> tuple[str, ...]:
        """The entries that the member sees as text or button, the foremost first; none where nothing is answered."""
        first = (self.entry,) if self.answered and self.entry is not None else ()
        return (*first, *self.offered) if self.answered or self.asks_back else ()

    @property
    def shown(self) -> tuple[str, str | None]:
        """What the member notices: how it ended, and the foremost entry."""
        return self.outcome, next(iter(self.seen), None)

    def answers(self, targets: Sequence[str]) -> bool:
        """Whether the text was one of `targets`; that of a safety card counts when its button leads to one. Under any
        other text a button offers the answer to a second question, which makes the first no better.
        """
        led_to = self.offered if self.outcome == Outcome.SAFETY else ()
        return self.answered and any(entry in targets for entry in (self.entry, *led_to))

    def has(self, targets: Sequence[str]) -> bool:
        """Whether the member sees one of `targets`, as the answer or as the first choice. Nothing has no entry."""
        return self.answers(targets) or (self.asks_back and any(entry in targets for entry in self.offered[:1]))

    def ranks_first(self, targets: Sequence[str]) -> bool:
        """Whether one of `targets` came first, shown or not."""
        return any(entry in targets for entry in self.ranked[:1])

    def wrong_for(self, targets: Sequence[str]) -> bool:
        """Whether a text answered that is none of `targets`."""
        return self.answered and not self.answers(targets)

    @property
    def words(self) -> str:
        """What the member sees in a few words, for a row of the report."""
        if self.answered:
            return self.entry or NOTHING
        return f"choices {' / '.join(self.offered)}" if self.asks_back else "no answer"

    def as_json(self) -> list[Any]:
        """The fields in their order, short, since some thousands are kept."""
        return [self.outcome, self.entry, list(self.offered), list(self.ranked), self.phrasing]

    @classmethod
    def from_json(cls, row: Sequence[Any]) -> "Reached":
        """What `as_json` gave.

        Raises:
            ValueError: it has another length.
        """
        outcome, entry, offered, ranked, phrasing = row
        return cls(outcome, entry, tuple(offered), tuple(ranked), phrasing)


class Change(StrEnum):
    """What happened to a question, the worst first."""

    LOST = "lost"
    """It had its entry and has it no more."""
    NEWLY_WRONG = "newly_wrong"
    """A wrong text answers it, which none did before."""
    LESS_SURE = "less_sure"
    """It was answered rightly and is asked back now, with the right entry first; or that was the first choice and is a
    later one now, behind an entry that did not change, or is not shown though no other comes before it."""
    NEWLY_RIGHT = "newly_right"
    """The right text answers it, which it did not before."""
    NEWLY_FIRST = "newly_first"
    """It is asked back with the right entry first, which it did not have before."""
    NO_LONGER_WRONG = "no_longer_wrong"
    """A wrong text answered it; now it is asked back or declined."""
    MOVED = "moved"
    """Something else is shown, no better or worse by what is recorded, or where nothing is."""


COUNTED = frozenset({Change.LOST, Change.NEWLY_WRONG})
"""What a change of the files must not do unless it says so."""


def change_of(case: Case, before: Reached, after: Reached, changed: frozenset[str] = frozenset()) -> Change | None:
    """What happened to a question between two versions; None where the member sees the same.

    `changed` are the entries that the change touches. Where choices merely change their order, only one of these takes
    a question: any change makes a few choices that were nearly even trade places far from it.
    """
    if case.origin is Origin.RECENT:
        return Change.MOVED if before.shown != after.shown else None
    if case.origin is Origin.REMOVED:
        return None if after.has(case.targets) else Change.MOVED
    if before.has(case.targets) and not after.has(case.targets):
        return Change.LESS_SURE if _still_near(case.targets, before, after, changed) else Change.LOST
    if after.wrong_for(case.targets) and not before.wrong_for(case.targets):
        return Change.NEWLY_WRONG
    return _kept_or_gained(case.targets, before, after)


def _still_near(targets: Sequence[str], before: Reached, after: Reached, changed: frozenset[str]) -> bool:
    """Whether a first choice became a later one behind an entry that is as it was, or is not shown though nothing else
    came before it: the member was asked back before, and nobody is told anything wrong now.
    """
    if before.answered or after.answered:
        return False
    if not after.seen:
        return after.ranks_first(targets)
    return after.offered[0] not in changed and any(entry in targets for entry in after.offered)


def _kept_or_gained(targets: Sequence[str], before: Reached, after: Reached) -> Change | None:
    if after.answers(targets) and not before.answers(targets):
        return Change.NEWLY_RIGHT
    if before.answers(targets) and not after.answers(targets):
        return Change.LESS_SURE
    if after.has(targets) and not before.has(targets):
        return Change.NEWLY_FIRST
    if before.wrong_for(targets) and not after.wrong_for(targets):
        return Change.NO_LONGER_WRONG
    return Change.MOVED if before.shown != after.shown else None


@dataclass(frozen=True, slots=True)
class Phrasing:
    """Words of the new files that brought a question to an entry, with their file and, where it was found, the line.
    No words mean a rule of that file.
    """

    text: str
    file: str
    line: int | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f'"{self.text}" ({place})' if self.text else f"a rule in {place}"


@dataclass(frozen=True, slots=True)
class Move:
    """A question of which the member sees something else after the change.

    `question` is None where its words are held out. `by` is the phrasing that decided after the change, where the
    question reached an entry that is none of its `targets`; `intended` says that the change lists this loss.
    """

    change: Change
    origin: Origin
    place: str
    question: str | None
    targets: tuple[str, ...]
    before: Reached
    after: Reached
    by: Phrasing | None = None
    intended: bool = False

    @property
    def is_loss(self) -> bool:
        """Whether this counts against the change."""
        return self.change in COUNTED

    @property
    def loser(self) -> str:
        """Who should have the question: the entry that had it, else the best of its targets, or `nothing`."""
        had = [entry for entry in self.before.seen if entry in self.targets]
        return next(iter([*had, *self.targets]), NOTHING)

    @property
    def taker(self) -> str:
        """Who has it now: the entry shown, else the first choice, or `nothing`."""
        return next(iter(self.after.seen), NOTHING)

    @property
    def newly_answered(self) -> bool:
        """Whether a text answers it, rightly or not, and none did before."""
        return self.after.answered and not self.before.answered

    @property
    def newly_declined(self) -> bool:
        """Whether it gets neither text nor choices, and got one of them before."""
        return not self.after.seen and bool(self.before.seen)

    def as_json(self) -> dict[str, Any]:
        """The move for programs; `from_json` reads it back."""
        by = None if self.by is None else {"text": self.by.text, "file": self.by.file, "line": self.by.line}
        return {
            "change": self.change.value,
            "origin": self.origin.value,
            "place": self.place,
            "question": self.question,
            "targets": list(self.targets),
            "loser": self.loser,
            "taker": self.taker,
            "before": self.before.as_json(),
            "after": self.after.as_json(),
            "by": by,
            "intended": self.intended,
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Move":
        """A move from what `as_json` gave.

        Raises:
            LookupError, TypeError, ValueError: it is something else.
        """
        by = row["by"]
        return cls(
            Change(row["change"]),
            Origin(row["origin"]),
            row["place"],
            row["question"],
            tuple(row["targets"]),
            Reached.from_json(row["before"]),
            Reached.from_json(row["after"]),
            None if by is None else Phrasing(by["text"], by["file"], by["line"]),
            row["intended"],
        )
