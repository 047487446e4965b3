"""How much of a question an entry has words for, and how much of the entry's phrasing the question says.

Weighed by how rare words are in English at large, so that agreeing on "validator" counts and agreeing on "the" does
not. This is the signal that notices a familiar frame around a foreign subject.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.matching.english import rarity
from bot.matching.features import STOPWORDS, Reading


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question is about: the numbers of its content stems that are known, their weights, and the weight of all
    of them, known or not.
    """

    known: Mapping[int, float]
    total: float

    @property
    def share_known(self) -> float:
        """Share in [0, 1] of what the question is about that any entry has a word for."""
        return sum(self.known.values()) / self.total if self.total else 0.0


class Coverage:
    """Built once; `entries` and `phrasings` are runs of stem numbers, one after the other in compact arrays."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._entries = _Runs()
        self._phrasings = _Runs()
        self._weights: dict[int, float] = {}

    def add_phrasing(self, reading: Reading) -> None:
        """Add the next phrasing."""
        mass = _mass(reading)
        numbers = [self._number(stem) for stem in mass]
        self._weights.update(zip(numbers, mass.values(), strict=True))
        self._phrasings.append(sorted(numbers))

    def add_entry(self, readings: Iterable[Reading]) -> None:
        """Add the next entry, with everything it says."""
        stems = {stem for reading in readings for stem in (*reading.content, *reading.concepts)}
        self._entries.append(sorted(self._number(stem) for stem in sorted(stems)))

    def knows(self, stem: str) -> bool:
        """Whether any entry has a word."""
        return stem in self._numbers

    def asked(self, reading: Reading) -> Asked:
        """What a question is about."""
        mass = _mass(reading)
        known = {self._numbers[stem]: weight for stem, weight in mass.items() if stem in self._numbers}
        return Asked(known, sum(mass.values()))

    def overlap(self, asked: Asked, entry: int, phrasing: int) -> float:
        """Harmonic mean (F1) of the share of the question that the entry has words for, and the share of its phrasing
        that the question says: 0 for nothing in common, 1 for all.
        """
        covered = self._entries.sum_held(entry, asked.known)
        whole = shared = 0.0
        for number in self._phrasings.run(phrasing):
            whole += self._weights[number]
            shared += asked.known.get(number, 0.0)
        if not asked.total or not whole or not covered + shared:
            return 0.0
        recall, precision = covered / asked.total, shared / whole
        return 2 * recall * precision / (recall + precision)

    def _number(self, stem: str) -> int:
        return self._numbers.setdefault(stem, len(self._numbers))


class _Runs:
    """Ascending runs of numbers, stored end to end."""

    def __init__(self) -> None:
        self._values = array("l")
        self._ends = array("l", [0])

    def append(self, run: Sequence[int]) -> None:
        self._values.extend(run)
        self._ends.append(len(self._values))

    def run(self, at: int) -> Sequence[int]:
        return self._values[self._ends[at] : self._ends[at + 1]]

    def sum_held(self, at: int, weights: Mapping[int, float]) -> float:
        """The weights of those numbers that a run holds."""
        values, start, end = self._values, self._ends[at], self._ends[at + 1]
        total = 0.0
        for number, weight in weights.items():
            place = bisect_left(values, number, start, end)
            if place < end and values[place] == number:
                total += weight
        return total


def _mass(reading: Reading) -> dict[str, float]:
    """Stem to how much it says, by its rarity in English at large. Of a name with a kind, half is said by the kind:
    what an entry says of one token of a kind covers a question about another to that extent.
    """
    pairs = zip(reading.words, reading.stems, strict=True)
    mass = {stem: rarity(word) for word, stem in pairs if word not in STOPWORDS}
    for name, kind in reading.kinds:
        if name in mass:
            mass[name] = mass[kind] = mass[name] / 2
    return mass
