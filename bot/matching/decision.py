"""Answer, ask back, or decline: decided in one place, from how well the best entries fit.

Two chances are estimated by logistic regression: that the best entry is right, and that one of the best three is.
Coefficients and thresholds are fitted on recorded questions (`knowledge eval --fit`) and shipped in
`data/calibration.json`; nothing in them knows a subject.
"""

import json
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from bot.knowledge.library import Library
from bot.matching.matcher import Ranking

log = logging.getLogger("bot.matching")

CHOICES = 3
FEATURES = ("score", "margin", "gap", "known", "coverage", "nearest", "chance", "foreign", "length")
"""What the chances are estimated from; see `features_of`."""


class Decision(StrEnum):
    """What to do with a question."""

    ANSWER = "answer"
    CHOICES = "choices"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the two chances, an intercept first and then one for each of `FEATURES`, and their thresholds."""

    right: tuple[float, ...]
    covered: tuple[float, ...]
    answer_from: float
    choices_from: float


@dataclass(frozen=True, slots=True)
class Calibrations:
    """One calibration for rankings with a classifier and one for those without."""

    trained: Calibration
    untrained: Calibration

    def of(self, ranking: Ranking) -> Calibration:
        """The one that a ranking is judged by."""
        return self.trained if ranking.trained else self.untrained

    @classmethod
    def parse(cls, text: str) -> "Calibrations":
        """Read the JSON that `dump` writes.

        Raises:
            ValueError: it is not JSON, or was written for other features.
            LookupError, TypeError: something is missing in it.
        """
        tables = json.loads(text)
        if tables["features"] != ["intercept", *FEATURES]:
            raise ValueError("it was fitted by another version of the code")
        return cls(_parsed(tables["trained"]), _parsed(tables["untrained"]))

    def dump(self, about: Mapping[str, str] = MappingProxyType({})) -> str:
        """JSON with the names of the features in front, and behind these what is to be known `about` it."""
        tables = {name: _dumped(getattr(self, name)) for name in ("trained", "untrained")}
        return json.dumps({"features": ["intercept", *FEATURES], **about, **tables}, indent=1) + "\n"


def _parsed(table: Mapping[str, Any]) -> Calibration:
    return Calibration(tuple(table["right"]), tuple(table["covered"]), table["answer_from"], table["choices_from"])


def _dumped(calibration: Calibration) -> dict[str, object]:
    return {
        "right": [round(weight, 4) for weight in calibration.right],
        "covered": [round(weight, 4) for weight in calibration.covered],
        "answer_from": round(calibration.answer_from, 4),
        "choices_from": round(calibration.choices_from, 4),
    }


@cache
def shipped_calibrations() -> Calibrations:
    """The calibrations that come with the code."""
    return Calibrations.parse(resources.files("bot.matching").joinpath("data/calibration.json").read_text("utf-8"))


def calibrations_of(library: Library) -> Calibrations:
    """The thresholds that a library brings, or those of the code where it brings none that can be read."""
    if not library.thresholds:
        return shipped_calibrations()
    try:
        return Calibrations.parse(library.thresholds)
    except (ValueError, LookupError, TypeError) as error:
        log.warning("The kept thresholds cannot be used (%s); those that come with the code serve.", error)
        return shipped_calibrations()


def features_of(ranking: Ranking) -> tuple[float, ...]:
    """The numbers that a ranking is judged by, in the order of `FEATURES`.

    score: of the best entry; margin: over the second; gap: over the fourth, so how far the first three stand out;
    known: share of the question that any entry has words for; coverage, nearest, chance: the best entry's signals;
    foreign: words of other subjects, three at most;
    length: logarithm of the number of content words.
    """
    scores = [candidate.score for candidate in ranking.candidates[:4]] + [0.0] * 4
    signals = ranking.candidates[0].signals if ranking.candidates else {}
    best = (signals.get("coverage", 0.0), signals.get("nearest", 0.0), signals.get("chance", 0.0))
    length = math.log(1 + ranking.content_words)
    return (
        scores[0],
        ranking.margin,
        scores[0] - scores[3],
        ranking.known,
        *best,
        float(min(ranking.foreign, 3)),
        length,
    )


def chance(weights: Sequence[float], features: Sequence[float]) -> float:
    """Logistic regression: a chance in (0, 1)."""
    total = weights[0] + sum(weight * value for weight, value in zip(weights[1:], features, strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision and the two chances it rests on."""

    decision: Decision
    right: float
    covered: float


def decide(ranking: Ranking, calibrations: Calibrations) -> Verdict:
    """What to do with a ranked question. A question typed exactly as an entry lists it is answered; one that names a
    token or protocol is never answered with what is about others, however alike the rest of it sounds.
    """
    if not ranking.candidates:
        return Verdict(Decision.NO_ANSWER, 0.0, 0.0)
    calibration = calibrations.of(ranking)
    features = features_of(ranking)
    right, covered = chance(calibration.right, features), chance(calibration.covered, features)
    if ranking.exact:
        return Verdict(Decision.ANSWER, max(right, 0.99), max(covered, 0.99))
    if right >= calibration.answer_from and not ranking.candidates[0].signals.get("other_name"):
        return Verdict(Decision.ANSWER, right, covered)
    if covered >= calibration.choices_from and len(ranking.candidates) > 1:
        return Verdict(Decision.CHOICES, right, covered)
    return Verdict(Decision.NO_ANSWER, right, covered)


def comparable_scores(ranking: Ranking, verdict: Verdict) -> Mapping[str, float]:
    """A score in [0, 1] for every candidate that can be compared between questions: the chance that the question
    is covered, shared out by how the entries stand to the best one.
    """
    if not ranking.candidates:
        return {}
    best = ranking.candidates[0].score or 1.0
    return {candidate.entry: verdict.covered * candidate.score / best for candidate in ranking.candidates}
