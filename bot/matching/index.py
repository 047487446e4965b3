"""Similarity of one question to many texts over compressed sparse arrays."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Features = Sequence[Mapping[str, float]]
"""What a text is compared by: one mapping of feature to weight for each kind of feature."""
Document = tuple[Ints, Floats]
_CHUNK = 1000
"""Features whose sums are computed at a time, which bounds the memory that building needs."""


@dataclass(frozen=True, slots=True)
class SparseIndex:
    """TF-IDF vectors of `size` documents, stored by feature.

    Each kind of feature is a vector of its own, unit-normalised; the similarity of two texts is the weighted mean of
    the cosines of their kinds. Feature number f occurs in `documents[offsets[f]:offsets[f + 1]]` with the `weights`
    beside them, and `kinds[f]` says of which kind it is. `idf[-1]` is the rarity of a feature that no document holds.
    """

    numbers: tuple[Mapping[str, int], ...]
    kinds: Ints
    shares: tuple[float, ...]
    offsets: Sequence[int]
    documents: Ints
    weights: Floats
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
        weights = np.concatenate([self.weights[start:end] for start, end in spans])
        weights *= np.repeat(text.values, [end - start for start, end in spans])
        return np.bincount(holders, weights=weights, minlength=self.size).astype(np.float32)

    def kernel(self) -> Floats:
        """Similarities of all documents to each other, of shape (documents, documents)."""
        features, weights, ends = self.by_document()
        shares = np.array(self.shares, dtype=np.float32)[self.kinds]
        kernel = np.empty((self.size, self.size), dtype=np.float32)
        for document in range(self.size):
            own = slice(ends[document], ends[document + 1])
            held = features[own]
            kernel[document] = self.similarity(Encoded(held.tolist(), weights[own] * shares[held]))
        return kernel

    def by_document(self) -> tuple[Ints, Floats, Ints]:
        """The same vectors stored by document: document d has the features `[offsets[d]:offsets[d + 1]]` of the first
        array with the weights beside them in the second; the offsets are the third.
        """
        features = np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int32), np.diff(self.offsets))
        order = np.argsort(self.documents, kind="stable")
        ends = np.cumsum(np.bincount(self.documents, minlength=self.size))
        return features[order], self.weights[order], np.concatenate([[0], ends]).astype(np.int32)

    def sums_by_feature(self, rows: Floats) -> Floats:
        """For every feature the sum of `rows` (one a document, from the first on) weighted as the documents hold it.

        Documents without a row count nothing. The result has the shape (features, columns of `rows`).
        """
        sums = np.zeros((len(self.offsets) - 1, rows.shape[1]), dtype=np.float32)
        for start in range(0, len(sums), _CHUNK):
            numbers = range(start, min(start + _CHUNK, len(sums)))
            span = slice(self.offsets[numbers.start], self.offsets[numbers.stop])
            held = self.documents[span] < len(rows)
            feature = np.repeat(numbers, np.diff(self.offsets[numbers.start : numbers.stop + 1]))[held]
            part = rows[self.documents[span][held]] * self.weights[span][held][:, None]
            firsts = np.flatnonzero(np.diff(feature, prepend=-1))
            if len(firsts):
                sums[feature[firsts]] = np.add.reduceat(part, firsts)
        return sums


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text in the terms of one index: feature numbers, and their weights with each kind scaled to its share."""

    numbers: list[int]
    values: Floats


class IndexBuilder:
    """Collects documents one by one as small arrays, so that building needs little more memory than the index."""

    def __init__(self, shares: Sequence[float]) -> None:
        self._shares = tuple(shares)
        self._numbers: list[dict[str, int]] = [{} for _ in shares]
        self._kinds: list[int] = []
        self._documents: list[Document] = []
        self._owners: list[int] = []

    def encode(self, features: Features) -> Document:
        """A text as two small arrays: the numbers of its features, and their weights."""
        numbers: list[int] = []
        weights: list[float] = []
        for kind, mapping in enumerate(features):
            numbers.extend(self._number(kind, feature) for feature in mapping)
            weights.extend(mapping.values())
        return np.array(numbers, dtype=np.int32), np.array(weights, dtype=np.float32)

    def add(self, features: Features, owner: int) -> None:
        """Add a text as a document that belongs to the entry `owner`."""
        self.append(self.encode(features), owner)

    def append(self, document: Document, owner: int) -> None:
        """Add what `encode` made of a text."""
        self._documents.append(document)
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
        idf = self._idf()
        kinds = np.array(self._kinds, dtype=np.int32)
        scaled = [_unit(numbers, weights * idf[numbers], kinds) for numbers, weights in self._documents]
        features = np.concatenate([numbers for numbers, _ in self._documents] or [np.zeros(0, np.int32)])
        weights = np.concatenate(scaled or [np.zeros(0, np.float32)])
        holders = np.repeat(np.arange(len(scaled), dtype=np.int32), [len(weights) for weights in scaled])
        order = np.argsort(features, kind="stable")
        offsets = np.concatenate([[0], np.cumsum(np.bincount(features, minlength=len(kinds)))])
        return SparseIndex(
            tuple(self._numbers),
            kinds,
            self._shares,
            array("l", offsets.tolist()),
            holders[order],
            weights[order],
            array("f", idf.tolist()),
            len(scaled),
        )

    def _idf(self) -> Floats:
        """Natural logarithm of one plus entries over holders, for each feature and, last, for an unknown one."""
        holders = np.zeros(len(self._kinds), dtype=np.float32)
        entries = sorted(set(self._owners))
        owned: dict[int, list[Ints]] = {owner: [] for owner in entries}
        for (numbers, _), owner in zip(self._documents, self._owners, strict=True):
            owned[owner].append(numbers)
        for documents in owned.values():
            holders[np.unique(np.concatenate(documents))] += 1.0
        return np.log1p(max(1, len(entries)) / np.append(holders, np.float32(0.5))).astype(np.float32)


def _unit(numbers: Ints, weights: Floats, kinds: Ints) -> Floats:
    """`weights` with each kind of feature scaled to length one."""
    of = kinds[numbers]
    norms = np.sqrt(np.bincount(of, weights=weights * weights)) if len(numbers) else np.ones(1)
    return (weights / np.maximum(norms, 1e-9)[of]).astype(np.float32)
