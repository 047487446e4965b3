"""Fits what the decision rests on to recorded questions: two logistic regressions and two thresholds.

The objective: an answer that is wrong, or given to an off-topic question, costs most; declining a covered question and
choices without the right entry cost less, choices with it least. The chances are fitted on the part `dev` only. As they
are estimates of how often something is right, the thresholds follow from the costs: a question is answered when that
is expected to cost less than asking back, and asked back about when that is expected to cost less than declining.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.errors import KnowledgeError
from bot.knowledge import RecordedQuestion
from bot.matching.decision import CHOICES, FEATURES, Calibration, chance, features_of
from bot.matching.matcher import Matcher, Ranking

WRONG_ANSWER, WRONG_CHOICES, RIGHT_CHOICES, DECLINED = 8.0, 2.0, 1.0, 2.5
"""Cost of each way to end; a right answer and an honest no to an off-topic question cost nothing."""
FALSE_ANSWERS_LIMIT = 0.02
"""Highest share of off-topic questions that may be answered on the part that is fitted on."""
ANSWER_FROM = 1 - RIGHT_CHOICES / WRONG_ANSWER
"""Chance of being right from which an answer is expected to cost less than choices that hold the right entry."""
UNTRAINED_ANSWER_FROM = 0.94
"""The same where no classifier was trained: the signals then agree too easily on what merely sounds alike."""
CHOICES_FROM = WRONG_CHOICES / (WRONG_CHOICES + DECLINED - RIGHT_CHOICES)
"""Chance of being covered from which choices are expected to cost less than declining."""
RIDGE = 0.02

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """A ranking with what the recorded question says about it."""

    ranking: Ranking
    right: bool
    covered: bool
    off_topic: bool


def fit(matcher: Matcher, questions: Sequence[RecordedQuestion]) -> Calibration:
    """The calibration that does best on `questions`. The same questions give the same result.

    Raises:
        KnowledgeError: no question is left to learn from once those that entries list word for word are set aside.
    """
    return fit_judged(judge(matcher, questions), trained=matcher.classifier is not None)


def judge(matcher: Matcher, questions: Sequence[RecordedQuestion]) -> list[Judged]:
    """What a matcher makes of recorded questions, without those that entries list word for word."""
    return [one for recorded in questions if (one := _judge(matcher, recorded)) is not None]


def fit_judged(judged: Sequence[Judged], *, trained: bool, left_out: Sequence[str] = ()) -> Calibration:
    """The same for rankings that were judged before; features `left_out` get no weight.

    Raises:
        KnowledgeError: there is nothing to learn from.
    """
    if not judged:
        raise KnowledgeError("None of the recorded questions can be learned from; add some that no entry lists.")
    features = np.array([features_of(one.ranking) for one in judged])
    features[:, [FEATURES.index(name) for name in left_out]] = 0.0
    right = logistic(features, np.array([one.right for one in judged], dtype=float))
    covered = logistic(features, np.array([one.covered for one in judged], dtype=float))
    false = [chance(right, row) for one, row in zip(judged, features.tolist(), strict=True) if one.off_topic]
    least = ANSWER_FROM if trained else UNTRAINED_ANSWER_FROM
    return Calibration(right, covered, max(least, _above_all_but(FALSE_ANSWERS_LIMIT, false)), CHOICES_FROM)


def _above_all_but(limit: float, chances: Sequence[float]) -> float:
    """A threshold that at most the share `limit` of `chances` reaches."""
    refused = sorted(chances, reverse=True)[math.floor(limit * len(chances)) :]
    return math.nextafter(refused[0], math.inf) if refused else 0.0


def _judge(matcher: Matcher, recorded: RecordedQuestion) -> Judged | None:
    if recorded.previous:  # the ranking alone knows nothing of what was asked before
        return None
    ranking = matcher.rank(recorded.question)
    if not ranking.candidates or ranking.exact:
        return None
    entries = [candidate.entry in recorded.entries for candidate in ranking.candidates]
    return Judged(ranking, entries[0], any(entries[:CHOICES]), recorded.off_topic)


def logistic(features: Floats, labels: Floats) -> tuple[float, ...]:
    """Ridge logistic regression by Newton's method; the intercept first, and not shrunk."""
    rows = np.column_stack([np.ones(len(features)), features])
    ridge = RIDGE * len(rows) * np.diag([0.0, *features.var(axis=0)])
    weights = np.zeros(rows.shape[1])
    for _ in range(30):
        estimate = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (estimate - labels) + ridge @ weights
        curve = (rows.T * (estimate * (1 - estimate))) @ rows + ridge + 1e-9 * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    return tuple(float(weight) for weight in weights)
