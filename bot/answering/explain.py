"""Why a question went where it went, as data: for `ask --json` and for whoever edits the entries."""

from bot.answering.answers import Answer, RankedEntry
from bot.matching.matcher import parts_of

SHOWN = 3
"""Candidates that are explained."""
RULE = "rule"
"""The one signal of an entry that an `Always` rule chose."""


def explanation(answer: Answer) -> dict[str, object]:
    """What was decided on: `right` and `covered` are the estimated chances that the first candidate answers the
    question, and that one of the first few does (null where no ranking decided); `margin` is how far the first is ahead
    of the runner-up; each candidate comes with the phrasing that matched and each signal's part in its score.
    """
    right, covered = answer.chances or (None, None)
    scores = [_score(candidate) for candidate in answer.candidates[:2]]
    return {
        "right": right,
        "covered": covered,
        "margin": round(scores[0] - sum(scores[1:]), 4) if scores else None,
        "runner_up": answer.candidates[1].entry if len(answer.candidates) > 1 else None,
        "candidates": [_candidate(candidate) for candidate in answer.candidates[:SHOWN]],
    }


def _score(candidate: RankedEntry) -> float:
    return 1.0 if RULE in candidate.signals else sum(parts_of(candidate.signals).values())


def _candidate(candidate: RankedEntry) -> dict[str, object]:
    parts = {RULE: 1.0} if RULE in candidate.signals else parts_of(candidate.signals)
    return {
        "entry": candidate.entry,
        "phrasing": candidate.question,
        "signals": {name: round(value, 4) for name, value in candidate.signals.items()},
        "parts": {name: round(value, 4) for name, value in parts.items()},
    }
