"""Fits what the decision rests on to recorded questions: two logistic regressions and two thresholds.

The objective: an answer that is wrong, or given to an off-topic question, costs most; declining a covered question and
choices without the right entry cost less, choices with it least. The chances are fitted on the part `dev` only. As they
are estimates of how often something is right, the thresholds follow from the costs: a question is answered when that
is expected to cost less than asking back, and asked back about when that is expected to cost less than declining.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.errors import KnowledgeError, UsageError
from bot.knowledge import Library, RecordedQuestion
from bot.matching.decision import CHOICES, Calibration, Calibrations, chance, features_of
from bot.matching.matcher import Matcher, Ranking

DEV = "dev"
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
class _Judged:
    """A ranking with what the recorded question says about it."""

    ranking: Ranking
    right: bool
    covered: bool
    off_topic: bool


def fit_and_keep(library: Library, parts: Mapping[str, Sequence[RecordedQuestion]]) -> Calibrations:
    """Fit on the part `dev`, with a classifier and without, and write the result to where the code reads it.

    Raises:
        KnowledgeError: there is no part `dev`, or nothing in it can be learned from.
        UsageError: the code's own folder cannot be written, as where it was installed for all users.
    """
    if not parts.get(DEV):
        raise KnowledgeError("There are no recorded questions in questions/dev.md to set the thresholds on.")
    matcher = Matcher(library)
    calibrations = Calibrations(fit(matcher.trained(), parts[DEV]), fit(matcher, parts[DEV]))
    target = Path(str(resources.files("bot.matching").joinpath("data/calibration.json")))
    try:
        target.write_text(calibrations.dump(), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{target.name} cannot be written ({error.strerror}); fit in a checkout.") from error
    return calibrations


def fit(matcher: Matcher, questions: Sequence[RecordedQuestion]) -> Calibration:
    """The calibration that does best on `questions`. The same questions give the same result.

    Raises:
        KnowledgeError: no question is left to learn from once those that entries list word for word are set aside.
    """
    judged = [one for recorded in questions if (one := _judge(matcher, recorded)) is not None]
    if not judged:
        raise KnowledgeError("None of the recorded questions can be learned from; add some that no entry lists.")
    features = np.array([features_of(one.ranking) for one in judged])
    right = _logistic(features, np.array([one.right for one in judged], dtype=float))
    covered = _logistic(features, np.array([one.covered for one in judged], dtype=float))
    false = [chance(right, row) for one, row in zip(judged, features.tolist(), strict=True) if one.off_topic]
    least = ANSWER_FROM if matcher.classifier else UNTRAINED_ANSWER_FROM
    return Calibration(right, covered, max(least, _above_all_but(FALSE_ANSWERS_LIMIT, false)), CHOICES_FROM)


def _above_all_but(limit: float, chances: Sequence[float]) -> float:
    """A threshold that at most the share `limit` of `chances` reaches."""
    refused = sorted(chances, reverse=True)[math.floor(limit * len(chances)) :]
    return math.nextafter(refused[0], math.inf) if refused else 0.0


def _judge(matcher: Matcher, recorded: RecordedQuestion) -> _Judged | None:
    ranking = matcher.rank(recorded.question)
    if not ranking.candidates or ranking.exact:
        return None
    entries = [candidate.entry in recorded.entries for candidate in ranking.candidates]
    return _Judged(ranking, entries[0], any(entries[:CHOICES]), recorded.off_topic)


def _logistic(features: Floats, labels: Floats) -> tuple[float, ...]:
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
