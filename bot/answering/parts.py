"""A message of several parts: which of them is answered, and what is offered besides. Pure.

The chances of a whole message fall with everything in it that is no question, so a question in a long story is read
by itself as well. Two parts that are each about an entry of their own are two questions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.answering.answers import RankedEntry
from bot.matching.clauses import Clause
from bot.matching.decision import CHOICES, Decision, Verdict

LONG: Final = 25
"""Words of a message from which one sure sentence may answer although the whole is not sure, or is sure of another."""
STORY: Final = 50
"""Words from which the whole text answers only what one of its questions asks: so much chatter is near to anything."""
MOST_ANSWERED: Final = 3
"""Sure questions of one message up to which the first is answered; of a list of more, which is meant is asked back."""
OFFERED: Final = 2
"""Further questions of one message that are offered under the answer to the first."""
OFFERED_FROM: Final = 0.8
"""Chance of being right from which the entry of an unsure question is offered beside an answer."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A text, ranked and judged by itself; `candidates` with comparable scores, best first."""

    verdict: Verdict
    candidates: tuple[RankedEntry, ...]
    exact: bool = False
    known: float = 0.0

    @property
    def best(self) -> str | None:
        """The entry that answers best, None where nothing is near."""
        return self.candidates[0].entry if self.candidates else None

    @property
    def answer(self) -> str | None:
        """The entry that is sure enough to answer."""
        return self.best if self.verdict.decision is Decision.ANSWER else None

    @property
    def chances(self) -> tuple[float, float]:
        """That the best entry is right, and that the text is covered, each in [0, 1]."""
        return self.verdict.right, self.verdict.covered


@dataclass(frozen=True, slots=True)
class Picked:
    """The entry that answers, or None; what is offered; all candidates in that order; the text that decided."""

    entry: str | None
    offered: tuple[str, ...]
    candidates: tuple[RankedEntry, ...]
    decisive: Heard


def picked_from(whole: Heard, parts: Sequence[tuple[Clause, Heard]], length: int = 0) -> Picked:
    """What a message of `length` words leads to, from its whole text and its parts in their order.

    Several sure parts: the first answers and the others are offered. Else, of a long message, its one sure sentence,
    and of any the whole text if it is sure. Where nothing is sure, parts that ask about different entries are the
    choices.
    """
    decisive = _decisive(whole, parts, length)
    if decisive is not None and decisive.best is not None:
        besides = _unlike(decisive.best, _besides(parts))[:OFFERED]
        pool = [*decisive.candidates, *(c for _, heard in parts if heard.best in besides for c in heard.candidates)]
        return Picked(decisive.best, besides, _in_order((decisive.best, *besides), pool), decisive)
    asked = tuple(dict.fromkeys(h.best for clause, h in parts if clause.asks and h.best and _is_heard(h)))
    if len(asked) > 1:
        pool = [*whole.candidates, *(candidate for _, heard in parts for candidate in heard.candidates)]
        ranked = _in_order(asked[:CHOICES], pool)
        return Picked(None, tuple(c.entry for c in ranked[:CHOICES]), ranked, whole)
    offered = whole.candidates[:CHOICES] if _is_heard(whole) else ()
    return Picked(None, tuple(candidate.entry for candidate in offered), whole.candidates, whole)


def _decisive(whole: Heard, parts: Sequence[tuple[Clause, Heard]], length: int) -> Heard | None:
    sure = [(clause, heard) for clause, heard in parts if heard.answer is not None]
    answers = {heard.answer for _, heard in sure}
    if len(answers) > MOST_ANSWERED:
        return None
    if len(answers) > 1:
        return sure[0][1]
    sentences = [heard for clause, heard in sure if clause.sentence]
    if sentences and length > LONG:
        return sentences[0]
    asked = {heard.best for clause, heard in parts if clause.asks}
    if length > STORY and asked and whole.best not in asked:
        return None
    return whole if whole.answer is not None else None


def _is_heard(heard: Heard) -> bool:
    return heard.verdict.decision is not Decision.NO_ANSWER


def _besides(parts: Iterable[tuple[Clause, Heard]]) -> Iterable[str]:
    """The entries of the parts that are sure, or that ask and are nearly so."""
    for clause, heard in parts:
        nearly = clause.asks and _is_heard(heard) and heard.verdict.right >= OFFERED_FROM
        if heard.best is not None and (heard.answer is not None or nearly):
            yield heard.best


def _unlike(entry: str, others: Iterable[str]) -> tuple[str, ...]:
    return tuple(other for other in dict.fromkeys(others) if other != entry)


def _in_order(first: Sequence[str], pool: Sequence[RankedEntry]) -> tuple[RankedEntry, ...]:
    """The candidates of several texts, each once with its best score, those named `first` in front. No score is above
    the one before it: a score says how an entry stands in the end.
    """
    best: dict[str, RankedEntry] = {}
    for candidate in sorted(pool, key=lambda one: -one.score):
        best.setdefault(candidate.entry, candidate)
    named = [best.pop(entry) for entry in first]
    top = max(candidate.score for candidate in pool)
    ordered = [replace(named[0], score=top), *named[1:], *best.values()]
    for at in range(1, len(ordered)):
        if ordered[at].score > ordered[at - 1].score:
            ordered[at] = replace(ordered[at], score=ordered[at - 1].score)
    return tuple(ordered)
