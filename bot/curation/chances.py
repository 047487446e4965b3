"""Whether the chances that the bot states are true, and what it gains by being silent. Arithmetic only.

Everywhere a question is a pair: the stated chance of being right in [0, 1], and whether it was right.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import fsum
from typing import TypeAlias

from bot.curation.share import Share

BINS = 10
Stated: TypeAlias = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose stated chance lies in [low, high), the last bin holding 1 too."""

    low: float
    high: float
    stated: float | None
    """Mean stated chance; None of no question."""
    right: Share

    @property
    def gap(self) -> float:
        """How far the mean stated chance is from the share that was right, in [0, 1]; 0 of no question."""
        return 0.0 if self.stated is None else abs(self.stated - self.right.value)

    def as_json(self) -> dict[str, object]:
        """The bin for programs; `right` is null where the bin is empty."""
        right = None if self.stated is None else self.right.as_json()
        return {"low": self.low, "high": self.high, "n": self.right.total, "stated": self.stated, "right": right}


@dataclass(frozen=True, slots=True)
class Reliability:
    """The reliability diagram: `BINS` bins of equal width over [0, 1]."""

    bins: tuple[Bin, ...]

    @property
    def total(self) -> int:
        """How many questions the bins hold together."""
        return sum(one.right.total for one in self.bins)

    @property
    def error(self) -> float:
        """Expected calibration error in [0, 1]: the mean gap of the bins by their questions (Guo et al. 2017)."""
        return fsum(one.gap * one.right.total for one in self.bins) / self.total if self.total else 0.0

    def as_json(self) -> dict[str, object]:
        """The diagram for programs."""
        return {"n": self.total, "error": self.error, "bins": [one.as_json() for one in self.bins]}


def reliability(questions: Sequence[Stated]) -> Reliability:
    """Stated chances held against what was right."""
    held: list[list[Stated]] = [[] for _ in range(BINS)]
    for chance, right in questions:
        held[min(int(chance * BINS), BINS - 1)].append((chance, right))
    return Reliability(tuple(_bin(at, inside) for at, inside in enumerate(held)))


def _bin(at: int, inside: Sequence[Stated]) -> Bin:
    mean = fsum(chance for chance, _ in inside) / len(inside) if inside else None
    return Bin(at / BINS, (at + 1) / BINS, mean, Share(sum(right for _, right in inside), len(inside)))


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """What is wrong when only the surest questions are answered (Geifman and El-Yaniv 2017).

    `risks[k - 1]` is the share in [0, 1] of wrong answers among the k questions with the greatest stated chance.
    `least` is the area that an order without fault would have with the same right and wrong answers.
    """

    risks: tuple[float, ...]
    least: float

    @property
    def area(self) -> float:
        """Area under the curve (AURC) in [0, 1]: the mean risk over all coverages; 0 of no question."""
        return _mean(self.risks)

    @property
    def curve(self) -> tuple[tuple[float, float], ...]:
        """Coverage in (0, 1] and the risk there, from the surest question to all of them."""
        return tuple((count / len(self.risks), risk) for count, risk in enumerate(self.risks, 1))


def risk_coverage(questions: Sequence[Stated]) -> RiskCoverage:
    """The curve of these questions. Questions with the same chance count as if in a random order of their own, so
    that the order in which they are recorded changes nothing.
    """
    faultless = [(float(right), right) for _, right in questions]
    return RiskCoverage(tuple(_risks(questions)), _mean(tuple(_risks(faultless))))


def _risks(questions: Sequence[Stated]) -> Iterator[float]:
    before, wrong = 0, 0
    for _, tied in groupby(sorted(questions, key=_chance, reverse=True), key=_chance):
        rights = [right for _, right in tied]
        missed = len(rights) - sum(rights)
        for more in range(1, len(rights) + 1):
            yield (wrong + missed * more / len(rights)) / (before + more)
        before, wrong = before + len(rights), wrong + missed


def _chance(question: Stated) -> float:
    return question[0]


def _mean(values: Sequence[float]) -> float:
    return fsum(values) / len(values) if values else 0.0


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Chance in [0, 1] that one of `positive` is above one of `negative`, a tie counting half (Mann-Whitney).

    0.5 is no better than a coin; None where either side is empty.
    """
    if not positive or not negative:
        return None
    ordered = sorted(negative)
    won = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in positive)
    return won / (2 * len(positive) * len(negative))
