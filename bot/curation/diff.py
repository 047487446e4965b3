"""What a change of the knowledge files does to the questions that were recorded. Pure: both sides were asked before.

The change passes when it loses no question that it does not list as intended; see `bot.curation.moves` for what a loss
is, and `bot.curation.intended` for the list.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.answering.numerals import counted
from bot.curation.intended import Intended, added_to, remarks
from bot.curation.moves import Case, Change, Move, Origin, Phrasing, Reached, change_of
from bot.knowledge.recorded import NOTHING


@dataclass(frozen=True, slots=True)
class Side:
    """One version of the files: its name, how many entries members can reach, and what was left out of it, as lines
    `file:line: what is wrong`.
    """

    version: str
    entries: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of the questions whose right entry is known ended in which way. `right` and `wrong` are texts; an
    off-topic question that gets no text counts as `declined`.
    """

    right: int = 0
    wrong: int = 0
    choices: int = 0
    declined: int = 0

    @classmethod
    def of(cls, cases: Iterable[Case], reached: Iterable[Reached]) -> "Tally":
        """Count the recorded questions, and those that stand for them where there are none."""
        ends = Counter(
            _end(case, one)
            for case, one in zip(cases, reached, strict=True)
            if case.origin in {Origin.RECORDED, Origin.LISTED}
        )
        return cls(**ends)

    @property
    def asked(self) -> int:
        """All of them."""
        return self.right + self.wrong + self.choices + self.declined


def _end(case: Case, reached: Reached) -> str:
    if reached.answered:
        return "right" if reached.answers(case.targets) else "wrong"
    return "choices" if reached.asks_back else "declined"


@dataclass(frozen=True, slots=True)
class Loss:
    """Questions that one entry loses to another; `nothing` stands for either where no entry does."""

    entry: str
    taker: str
    moves: tuple[Move, ...]

    @property
    def intended(self) -> bool:
        """Whether the change lists every one of them."""
        return all(move.intended for move in self.moves)

    @property
    def by(self) -> tuple[Phrasing, ...]:
        """What took them, each once, what took most first."""
        return tuple(phrasing for phrasing, _ in Counter(m.by for m in self.moves if m.by is not None).most_common())

    @property
    def sentence(self) -> str:
        """The loss in one line: "kelp-withdrawal loses 2 questions to is-rseth-safe"."""
        many = counted(len(self.moves), "question")
        if self.entry == NOTHING:
            return f"{self.taker} answers {many} that must not be answered"
        if all(move.change is Change.NEWLY_WRONG for move in self.moves):
            return f"{self.taker} wrongly answers {many} of {self.entry}"
        return f"{self.entry} loses {many}" + ("; no entry answers" if self.taker == NOTHING else f" to {self.taker}")


@dataclass(frozen=True, slots=True)
class KnowledgeDiff:
    """The whole comparison. `before` and `after` count the same questions; `moves` are those of which a member sees
    something else; `stale` are lines of the list of intended losses that do nothing, `notes` what else to know.
    """

    base: Side
    new: Side
    before: Tally
    after: Tally
    moves: tuple[Move, ...] = ()
    recorded: int = 0
    recent: int = 0
    stale: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What entries lose to which others, the most questions first."""
        return losses_of(self.moves)

    @property
    def unlisted(self) -> tuple[Move, ...]:
        """The lost questions that the change does not list: with one of them it does not pass."""
        return tuple(move for move in self.moves if move.is_loss and not move.intended)

    def of(self, *changes: Change) -> tuple[Move, ...]:
        """The recorded questions to which one of these happened."""
        return tuple(move for move in self.moves if move.change in changes and move.origin in _KNOWN)

    @property
    def gains(self) -> tuple[Move, ...]:
        """Recorded questions that come off better."""
        return self.of(Change.NEWLY_RIGHT, Change.NEWLY_FIRST, Change.NO_LONGER_WRONG)

    @property
    def newly_answered(self) -> tuple[Move, ...]:
        """Questions, recorded or recent, that a text answers which none did before."""
        return tuple(move for move in self.moves if move.newly_answered)

    @property
    def newly_declined(self) -> tuple[Move, ...]:
        """Questions, recorded or recent, that get nothing any more."""
        return tuple(move for move in self.moves if move.newly_declined)

    @property
    def of_recent(self) -> tuple[Move, ...]:
        """Recent questions whose answer moves."""
        return tuple(move for move in self.moves if move.origin is Origin.RECENT)

    @property
    def of_removed(self) -> tuple[Move, ...]:
        """Phrasings that an entry listed before and that do not reach it now."""
        return tuple(move for move in self.moves if move.origin is Origin.REMOVED)

    def lines(self) -> list[str]:
        """The comparison for people."""
        from bot.curation.diff_text import text_lines  # noqa: PLC0415 - it reads this module's data

        return text_lines(self)

    def markdown(self) -> str:
        """The comparison as a comment on a pull request."""
        from bot.curation.diff_text import markdown  # noqa: PLC0415 - the same

        return markdown(self)

    def as_json(self) -> dict[str, Any]:
        """The comparison for programs; `from_json` reads it back. No question of the held-out part is in it."""
        losses = [
            {"entry": loss.entry, "taker": loss.taker, "count": len(loss.moves), "intended": loss.intended}
            for loss in self.losses
        ]
        return {
            "base": _side_as_json(self.base),
            "new": _side_as_json(self.new),
            "before": _tally_as_json(self.before),
            "after": _tally_as_json(self.after),
            "recorded": self.recorded,
            "recent": self.recent,
            "unlisted": len(self.unlisted),
            "newly_answered": len(self.newly_answered),
            "newly_declined": len(self.newly_declined),
            "losses": losses,
            "moves": [move.as_json() for move in self.moves],
            "stale": list(self.stale),
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "KnowledgeDiff":
        """The comparison from what `as_json` gave.

        Raises:
            LookupError, TypeError, ValueError: it is something else.
        """
        return cls(
            _side(data["base"]),
            _side(data["new"]),
            Tally(**data["before"]),
            Tally(**data["after"]),
            tuple(Move.from_json(row) for row in data["moves"]),
            data["recorded"],
            data["recent"],
            tuple(data["stale"]),
            tuple(data["notes"]),
        )


_KNOWN = frozenset({Origin.RECORDED, Origin.LISTED})
"""Questions whose right entry is known."""


def losses_of(moves: Iterable[Move]) -> tuple[Loss, ...]:
    """Lost questions by who loses and who takes them, the most first, unlisted before listed."""
    found: dict[tuple[str, str], list[Move]] = {}
    for move in moves:
        if move.is_loss:
            found.setdefault((move.loser, move.taker), []).append(move)
    losses = [Loss(entry, taker, tuple(lost)) for (entry, taker), lost in found.items()]
    return tuple(sorted(losses, key=lambda one: (one.intended, -len(one.moves), one.entry, one.taker)))


def moves_between(
    cases: Sequence[Case], before: Sequence[Reached], after: Sequence[Reached], changed: frozenset[str] = frozenset()
) -> tuple[Move, ...]:
    """The questions of which a member sees something else, in their order, after a change of the entries `changed`.
    What is held out loses its words here.
    """
    return tuple(
        Move(change, case.origin, case.place, None if case.held_out else case.question, case.targets, old, new)
        for case, old, new in zip(cases, before, after, strict=True)
        if (change := change_of(case, old, new, changed)) is not None
    )


def with_intended(
    diff: KnowledgeDiff, lines: Sequence[Intended], base: Sequence[Intended], known: Iterable[str]
) -> KnowledgeDiff:
    """The same with the losses marked that the change lists; `known` are the entries of both sides."""
    added, old = added_to(lines, base)
    lost = [move for move in diff.moves if move.is_loss]
    moves = tuple(
        replace(move, intended=move.is_loss and any(line.covers(move) for line in added)) for move in diff.moves
    )
    return replace(diff, moves=moves, stale=remarks(added, old, lost, known))


def compare(
    sides: tuple[Side, Side],
    cases: Sequence[Case],
    reached: tuple[Sequence[Reached], Sequence[Reached]],
    notes: Sequence[str] = (),
    changed: frozenset[str] = frozenset(),
) -> KnowledgeDiff:
    """The comparison of two sides, the base first, that were asked the same `cases`; `changed` are the entries that
    differ between them.
    """
    origins = Counter(case.origin for case in cases)
    return KnowledgeDiff(
        sides[0],
        sides[1],
        Tally.of(cases, reached[0]),
        Tally.of(cases, reached[1]),
        moves_between(cases, *reached, changed),
        origins[Origin.RECORDED],
        origins[Origin.RECENT],
        notes=tuple(notes),
    )


def _side_as_json(side: Side) -> dict[str, Any]:
    return {"version": side.version, "entries": side.entries, "left_out": list(side.left_out)}


def _side(data: Mapping[str, Any]) -> Side:
    return Side(data["version"], data["entries"], tuple(data["left_out"]))


def _tally_as_json(tally: Tally) -> dict[str, int]:
    return {name: getattr(tally, name) for name in ("right", "wrong", "choices", "declined")}
