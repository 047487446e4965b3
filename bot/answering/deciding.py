"""What a question leads to: an entry, a choice between entries, or nothing. Pure, and the same every time."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.answers import Outcome, RankedEntry
from bot.knowledge.library import Library
from bot.matching.decision import CHOICES, Calibrations, Decision, Verdict, comparable_scores, decide
from bot.matching.features import Reading
from bot.matching.matcher import Matcher, Ranking
from bot.matching.routes import Routes

SAFETY = "safety"
"""The topic whose entries are safety cards."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The end of the way through matching: `entry` answers, or `offered` are the entries to pick from.

    Under a safety entry `offered` holds the ordinary answer, if there is one.
    """

    outcome: Outcome
    entry: str | None
    offered: tuple[str, ...]
    candidates: tuple[RankedEntry, ...]


def decide_question(
    library: Library,
    matcher: Matcher,
    routes: Routes,
    calibrations: Calibrations,
    reading: Reading,
    sentences: Sequence[Reading],
) -> Decided:
    """Rules first, then the ranking. `sentences` are the parts of `reading`, which rules look at one by one."""
    ranking = matcher.rank_reading(reading)
    verdict = decide(ranking, calibrations)
    candidates = _candidates(ranking, verdict)
    routed = routes.find(sentences)
    if routed is not None:
        return _routed(library, routed, verdict, candidates)
    if not reading.latin or verdict.decision is Decision.NO_ANSWER:
        return Decided(Outcome.NO_ANSWER, None, (), candidates)
    if verdict.decision is Decision.CHOICES:
        return Decided(Outcome.CHOICES, None, tuple(c.entry for c in candidates[:CHOICES]), candidates)
    return Decided(_outcome(library, candidates[0].entry), candidates[0].entry, (), candidates)


def _candidates(ranking: Ranking, verdict: Verdict) -> tuple[RankedEntry, ...]:
    scores = comparable_scores(ranking, verdict)
    return tuple(RankedEntry(c.entry, round(scores[c.entry], 4), c.question, c.signals) for c in ranking.candidates)


def _routed(library: Library, entry: str, verdict: Verdict, candidates: tuple[RankedEntry, ...]) -> Decided:
    outcome = _outcome(library, entry)
    others = tuple(candidate for candidate in candidates if candidate.entry != entry)
    best_is_other = bool(candidates) and candidates[0].entry != entry
    sure = best_is_other and verdict.decision is Decision.ANSWER
    offered = (candidates[0].entry,) if sure and outcome is Outcome.SAFETY else ()
    first = RankedEntry(entry, 1.0, library.entries[entry].questions[0], {"rule": 1.0})
    return Decided(outcome, entry, offered, (first, *others))


def _outcome(library: Library, entry: str) -> Outcome:
    return Outcome.SAFETY if library.entries[entry].topic == SAFETY else Outcome.ANSWER
