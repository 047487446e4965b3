"""Texts that mean the same, found without anybody saying how many meanings there are. Pure.

Two texts are compared in the matcher's space, by their words and by what English words mean. Words are as rare as in
the library; those that it does not know, which gaps are about, count as the rarest. Letters have no part: slips are
mended before, and they would take most of the time. Groups are stars (Aslam, Pelekhov and Rus, "The star clustering
algorithm", 2004): a text with everything that is alike to it, those with most members around them first. In a chain of
neighbours the ends may mean different things; here all of a group is alike to the text in its middle.
"""

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.matching.features import CONCEPT_WEIGHT, Reading
from bot.matching.index import Floats, Ints
from bot.matching.space import Space

ALIKE: Final = 0.26
"""Least similarity of a text to the middle of its group; fitted to the first set in `tests/curation/test_inbox.py`."""
OTHER_NAMES: Final = 0.20
"""What a similarity loses when two texts do not name the same tokens and protocols. Fitted there too."""
NO_SHARED_NAME: Final = 0.60
"""The same when both name some and share none: other tokens are other questions, however alike the rest of them is."""
FREQUENT: Final = 400
"""Texts above which a feature is multiplied as a column of a dense matrix; the cheapest of 100, 200, 400 and 800."""
WORDS: Final = 0.55
"""Share of the words in a similarity; the other is that of the meaning. Fitted there too."""
_ROWS: Final = 512
"""Texts that are compared with all others at a time."""

Asker = tuple[str, str]
"""The key that a hash was made under, and the hash."""


def distinct(askers: Collection[Asker]) -> int:
    """How many members these are at least: hashes of two keys may be of one member, so the most under any one key."""
    by_key: dict[str, set[str]] = {}
    for key, asker in askers:
        by_key.setdefault(key, set()).add(asker)
    return max(map(len, by_key.values()), default=0)


@dataclass(frozen=True, slots=True)
class Star:
    """A group: the number of the text in its middle, and all its texts with their similarity to that one, nearest
    first.
    """

    middle: int
    members: tuple[tuple[int, float], ...]


def stars(
    readings: Sequence[Reading], askers: Sequence[Collection[Asker]], space: Space, names: Collection[str], k: int
) -> list[Star]:
    """The groups of texts that `k` members or more asked together; text number i was asked by `askers[i]`.

    The texts are all different and in an order that depends on nothing but them, so the same texts give the same
    groups. `names` are the words that are tokens and protocols. No text is in two groups, most are in none.
    """
    if not readings:
        return []
    alikeness = Alikeness.of(readings, space, names)
    middles = _middles(alikeness, askers, k)
    members: list[list[tuple[int, float]]] = [[] for _ in middles]
    for text, (place, similarity) in enumerate(_nearest(alikeness, middles)):
        if similarity >= ALIKE:
            members[place].append((text, similarity))
    found = [Star(one, tuple(sorted(own, key=_nearest_first))) for one, own in zip(middles, members, strict=True)]
    return [star for star in found if distinct([who for text, _ in star.members for who in askers[text]]) >= k]


def _nearest_first(member: tuple[int, float]) -> tuple[float, int]:
    return -member[1], member[0]


def _middles(alikeness: "Alikeness", askers: Sequence[Collection[Asker]], k: int) -> list[int]:
    """The texts that groups are built around: those with most askers near them first, as long as `k` members remain
    around one who are not yet in a group.
    """
    counts = np.array([distinct(who) for who in askers], dtype=np.int64)
    near = np.concatenate([np.packbits(rows >= ALIKE, axis=1) for rows in alikeness.blocks()])
    around = np.array([int(counts @ _unpacked(row, len(counts))) for row in near])
    free = np.ones(len(counts), dtype=bool)
    middles: list[int] = []
    for text in np.argsort(-around, kind="stable").tolist():
        if around[text] < k:
            break
        if not free[text]:
            continue
        own = np.flatnonzero(_unpacked(near[text], len(counts)) & free)
        if distinct([who for one in own.tolist() for who in askers[one]]) >= k:
            middles.append(text)
            free[own] = False
    return middles


def _unpacked(bits: NDArray[np.uint8], size: int) -> NDArray[np.bool_]:
    return np.unpackbits(bits, count=size).astype(bool)


def _nearest(alikeness: "Alikeness", middles: Sequence[int]) -> list[tuple[int, float]]:
    """For every text the place of the nearest of the `middles`, and the similarity to it; a middle is its own."""
    if not middles:
        return []
    best = np.full(alikeness.size, -1.0, dtype=np.float32)
    place = np.zeros(alikeness.size, dtype=np.int64)
    for start in range(0, len(middles), _ROWS):
        some = alikeness.rows(np.array(middles[start : start + _ROWS]))
        nearer = some.max(axis=0) > best
        place[nearer] = start + some.argmax(axis=0)[nearer]
        best[nearer] = some.max(axis=0)[nearer]
    place[middles], best[middles] = np.arange(len(middles)), 1.0
    return list(zip(place.tolist(), best.tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Alikeness:
    """The similarities of n texts to each other, computed some rows at a time: all of them would be gigabytes.

    `dense`, of shape (n, columns), holds the meanings and the features of many texts; text t holds the `rare` features
    `numbers[starts[t]:starts[t + 1]]` with the `weights` beside them, and `holders` are the texts of each rare feature
    with their weights. `named[t]` is a number for the set of names in text t, and `apart` what two such sets cost.
    """

    dense: Floats
    starts: Sequence[int]
    numbers: Sequence[int]
    weights: Sequence[float]
    holders: Sequence[tuple[Ints, Floats]]
    named: Ints
    apart: Floats

    @property
    def size(self) -> int:
        """How many texts there are."""
        return len(self.dense)

    @classmethod
    def of(cls, readings: Sequence[Reading], space: Space, names: Collection[str]) -> "Alikeness":
        """Compare texts in the terms of a library's space."""
        table = _Table()
        for reading in readings:
            table.add(_vector(reading, space))
        meanings = np.array([space.locate(reading).meaning for reading in readings], dtype=np.float32)
        sets: dict[frozenset[str], int] = {}
        named = [sets.setdefault(frozenset(names).intersection(one.words), len(sets)) for one in readings]
        apart = np.array([[_apart(one, other) for other in sets] for one in sets], dtype=np.float32)
        return table.built(np.float32((1 - WORDS) ** 0.5) * meanings, np.array(named, dtype=np.int32), apart)

    def blocks(self) -> Iterator[Floats]:
        """All rows, `_ROWS` at a time."""
        for start in range(0, self.size, _ROWS):
            yield self.rows(np.arange(start, min(start + _ROWS, self.size)))

    def rows(self, wanted: NDArray[np.int64]) -> Floats:
        """Similarities of the `wanted` texts to all, of shape (wanted, n); at most 1, below 0 for what is unlike."""
        rows: Floats = self.dense[wanted] @ self.dense.T
        for row, text in zip(rows, wanted.tolist(), strict=True):
            for place in range(self.starts[text], self.starts[text + 1]):
                texts, weights = self.holders[self.numbers[place]]
                row[texts] += np.float32(self.weights[place]) * weights
        rows -= self.apart[self.named[wanted]][:, self.named]
        return rows


class _Table:
    """Collects the vectors of texts in compact arrays."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._starts = array("l", [0])
        self._numbers = array("i")
        self._weights = array("f")

    def add(self, vector: Mapping[str, float]) -> None:
        self._numbers.extend([self._known.setdefault(feature, len(self._known)) for feature in vector])
        self._weights.extend(vector.values())
        self._starts.append(len(self._numbers))

    def built(self, meanings: Floats, named: Ints, apart: Floats) -> Alikeness:
        numbers, weights = np.array(self._numbers, dtype=np.int32), np.array(self._weights, dtype=np.float32)
        texts = np.repeat(np.arange(len(meanings), dtype=np.int32), np.diff(np.array(self._starts)))
        counts = np.bincount(numbers, minlength=len(self._known))
        frequent = counts > FREQUENT
        common = frequent[numbers]
        columns = (np.cumsum(frequent) - 1)[numbers]
        dense = np.zeros((len(meanings), int(frequent.sum()) + meanings.shape[1]), dtype=np.float32)
        dense[texts[common], columns[common]] = weights[common]
        dense[:, dense.shape[1] - meanings.shape[1] :] = meanings
        texts, weights = texts[~common], weights[~common]
        numbers = (np.cumsum(~frequent) - 1)[numbers[~common]].astype(np.int32)
        starts = np.concatenate([[0], np.cumsum(np.bincount(texts, minlength=len(meanings)))])
        order = np.argsort(numbers, kind="stable")
        ends = np.cumsum(counts[~frequent])[:-1]
        pairs = zip(np.split(texts[order], ends), np.split(weights[order], ends), strict=True)
        return Alikeness(dense, starts.tolist(), numbers.tolist(), weights.tolist(), list(pairs), named, apart)


def _apart(one: frozenset[str], other: frozenset[str]) -> float:
    if one == other:
        return 0.0
    return NO_SHARED_NAME if one and other and one.isdisjoint(other) else OTHER_NAMES


def _vector(reading: Reading, space: Space) -> dict[str, float]:
    """A text as weights of its words and of the meanings among them."""
    known, idf = space.index.numbers[0], space.index.idf
    weights = dict.fromkeys(reading.stems, 1.0) | dict.fromkeys(reading.concepts, CONCEPT_WEIGHT)
    values = {name: weight * idf[known.get(name, -1)] for name, weight in weights.items()}
    length = sum(value * value for value in values.values()) ** 0.5 or 1.0
    return {name: value * WORDS**0.5 / length for name, value in values.items()}
