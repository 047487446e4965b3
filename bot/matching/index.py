"""Similarity of one question to many texts over compressed sparse arrays."""

from array import array
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Numbers = NDArray[np.uint16] | NDArray[np.int32]
Halves = NDArray[np.float16]
Features = Sequence[Mapping[str, float]]
"""What a text is compared by: one mapping of feature to weight for each kind of feature."""
_SHORT = 2**16
"""Documents that can be told apart by two bytes."""


@dataclass(frozen=True, slots=True)
class SparseIndex:
    """TF-IDF vectors of `size` documents, stored by feature.

    Each kind of feature is a vector of its own, unit-normalised; the similarity of two texts is the weighted mean of
    the cosines of their kinds. Feature number f occurs in `documents[offsets[f]:offsets[f + 1]]` with the `weights`
    beside them (in half precision, which is a third of the memory together with the short numbers of the documents, and
    ranks alike), and `kinds[f]` says of which kind it is. `idf[-1]` is the rarity of a feature that no document holds.
    """

    numbers: tuple[Mapping[str, int], ...]
    kinds: Ints
    shares: tuple[float, ...]
    offsets: Sequence[int]
    documents: Numbers
    weights: Halves
    idf: Sequence[float]
    size: int

    def encode(self, features: Features) -> "Encoded":
        """A text's features as numbers of this index. Features nobody holds count in the text's length, so that a
        question full of foreign words is near to nothing.
        """
        known: list[int] = []
        values: list[float] = []
        for numbers, share, weights in zip(self.numbers, self.shares, features, strict=True):
            self._collect(numbers, share, weights, known, values)
        return Encoded(known, np.array(values, dtype=np.float32))

    def _collect(
        self,
        numbers: Mapping[str, int],
        share: float,
        weights: Mapping[str, float],
        known: list[int],
        values: list[float],
    ) -> None:
        found: list[float] = []
        norm = 0.0
        for feature, weight in weights.items():
            number = numbers.get(feature, -1)
            value = weight * self.idf[number]
            norm += value * value
            if number >= 0:
                known.append(number)
                found.append(value)
        scale = share / norm**0.5 if norm else 0.0
        values.extend([value * scale for value in found])

    def similarity(self, text: "Encoded") -> Floats:
        """Similarity in [0, 1] of a text to every document."""
        if not text.numbers:
            return np.zeros(self.size, dtype=np.float32)
        offsets = self.offsets
        spans = [(offsets[number], offsets[number + 1]) for number in text.numbers]
        holders = np.concatenate([self.documents[start:end] for start, end in spans])
        weights = np.concatenate([self.weights[start:end] for start, end in spans]).astype(np.float32)
        weights *= np.repeat(text.values, [end - start for start, end in spans])
        return np.bincount(holders, weights=weights, minlength=self.size).astype(np.float32)

    def by_document(self) -> tuple[Ints, Floats, Ints]:
        """The same vectors stored by document: document d has the features `[offsets[d]:offsets[d + 1]]` of the first
        array with the weights beside them in the second; the offsets are the third.
        """
        features = np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int32), np.diff(self.offsets))
        order = np.argsort(self.documents, kind="stable")
        ends = np.cumsum(np.bincount(self.documents, minlength=self.size))
        return features[order], self.weights[order].astype(np.float32), np.concatenate([[0], ends]).astype(np.int32)


def _short(numbers: Ints) -> NDArray[np.uint16]:
    return numbers.astype(np.uint16)


def distinct(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers, ascending, each once. `numpy.unique` would load all of masked arrays, two megabytes, for this."""
    ascending = np.sort(numbers)
    return ascending[np.diff(ascending, prepend=-1) > 0]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text in the terms of one index: feature numbers, and their weights with each kind scaled to its share."""

    numbers: list[int]
    values: Floats

    def without(self, dropped: Container[int]) -> "Encoded":
        """The same text without some features, its others as heavy as before."""
        kept = [at for at, number in enumerate(self.numbers) if number not in dropped]
        return Encoded([self.numbers[at] for at in kept], self.values[kept])


class IndexBuilder:
    """Collects documents one by one in compact arrays, so that building needs little more memory than the index."""

    def __init__(self, shares: Sequence[float]) -> None:
        self._shares = tuple(shares)
        self._numbers: list[dict[str, int]] = [{} for _ in shares]
        self._kinds = array("i")
        self._features = array("i")
        self._weights = array("f")
        self._lengths = array("i")
        self._owners = array("i")

    def add(self, features: Features, owner: int) -> None:
        """Add a text as a document that belongs to the entry `owner`."""
        before = len(self._features)
        for kind, mapping in enumerate(features):
            self._features.extend([self._number(kind, feature) for feature in mapping])
            self._weights.extend(mapping.values())
        self._lengths.append(len(self._features) - before)
        self._owners.append(owner)

    def _number(self, kind: int, feature: str) -> int:
        known = self._numbers[kind]
        number = known.get(feature)
        if number is None:
            number = known[feature] = len(self._kinds)
            self._kinds.append(kind)
        return number

    def build(self) -> SparseIndex:
        """The index over everything added. Rarity counts entries, not documents, so that an entry with many phrasings
        does not make its own words look common.
        """
        kinds, features = np.array(self._kinds, dtype=np.int32), np.array(self._features, dtype=np.int32)
        documents = np.repeat(np.arange(len(self._lengths), dtype=np.int32), self._lengths)
        idf = self._idf(features, documents)
        weights = self._unit(np.array(self._weights, dtype=np.float32) * idf[features], documents, kinds[features])
        order = np.argsort(features, kind="stable")
        offsets = np.concatenate([[0], np.cumsum(np.bincount(features, minlength=len(kinds)))])
        return SparseIndex(
            tuple(self._numbers),
            kinds,
            self._shares,
            array("l", offsets.tolist()),
            _short(documents[order]) if len(self._lengths) <= _SHORT else documents[order],
            weights[order].astype(np.float16),
            array("f", idf.tolist()),
            len(self._lengths),
        )

    def _unit(self, weights: Floats, documents: Ints, kinds: Ints) -> Floats:
        """`weights` with each kind of feature of each document scaled to length one."""
        places = documents * np.int32(len(self._shares)) + kinds
        lengths = np.sqrt(np.bincount(places, weights=weights * weights)) if len(weights) else np.ones(1)
        weights /= np.maximum(lengths, 1e-9).astype(np.float32)[places]
        return weights

    def _idf(self, features: Ints, documents: Ints) -> Floats:
        """Natural logarithm of one plus entries over holders, for each feature and, last, for an unknown one."""
        owners = np.array(self._owners, dtype=np.int64)
        held = distinct(owners[documents] * len(self._kinds) + features)
        holders = np.bincount(held % max(1, len(self._kinds)), minlength=len(self._kinds)).astype(np.float32)
        entries = max(1, len(set(self._owners)))
        return np.log1p(entries / np.append(holders, np.float32(0.5))).astype(np.float32)
