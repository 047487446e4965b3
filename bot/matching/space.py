"""Where texts are compared: by their words, by the letters inside them, and by what English words mean.

All three are cosines; the similarity of two texts is their weighted mean, so the matrix of the phrasings' similarities
to each other is a kernel that a classifier can be trained on.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from bot.matching.features import Reading, char_features, pairs_of, word_features
from bot.matching.index import Encoded, Features, Floats, IndexBuilder, SparseIndex
from bot.matching.kernel import Kernel
from bot.matching.vectors import DIMENSIONS, Vectors, unit

WORDS, LETTERS, MEANING = 0.36, 0.24, 0.40
"""Shares of the three in a similarity."""
COMMON = 8


class Pairs:
    """Checksums of the pairs of neighbouring words that stand in two phrasings or more. The others are most of all
    features and find nothing: on recorded questions the ranking is as good without them, in a quarter of the memory.
    """

    def __init__(self) -> None:
        self._seen = array("L")

    def add(self, reading: Reading) -> None:
        """Take note of a phrasing's pairs."""
        self._seen.extend({crc32(pair.encode()) for pair in pairs_of(reading)})

    def shared(self) -> frozenset[int]:
        """Those of the pairs that two phrasings or more hold."""
        sums = np.sort(np.array(self._seen, dtype=np.uint32))
        return frozenset(sums[1:][sums[1:] == sums[:-1]].tolist())


@dataclass(frozen=True, slots=True)
class Point:
    """A text in the terms of one space: its features, and its meaning as a vector of `DIMENSIONS` numbers."""

    features: Encoded
    meaning: Floats


@dataclass(frozen=True, slots=True)
class Space:
    """The phrasings of a library, ready to be compared with a question.

    `meanings` has the shape (phrasings, `DIMENSIONS`); `centre` is what all phrasings have in common, which says
    nothing about any of them and is taken off every meaning.
    """

    index: SparseIndex
    vectors: Vectors
    centre: Floats
    meanings: Floats
    common: frozenset[int]
    """Numbers of the features that more than one phrasing in `COMMON` holds."""

    @classmethod
    def of(cls, readings: Iterable[Reading], owners: Sequence[int], pairs: Pairs, vectors: Vectors) -> "Space":
        """The space of phrasings, of which number i belongs to the entry `owners[i]`, and whose `pairs` were noted."""
        builder = IndexBuilder((WORDS, LETTERS))
        shared = pairs.shared()
        meanings, known = np.empty((len(owners), DIMENSIONS), dtype=np.float32), np.empty(len(owners))
        for row, (reading, owner) in enumerate(zip(readings, owners, strict=True)):
            builder.add(_indexed(reading, shared), owner)
            meanings[row], known[row] = vectors.encode(reading.words)
        index = builder.build()
        centre = (meanings.sum(axis=0, dtype=np.float64) / max(1, len(meanings))).astype(np.float32)
        for row, share in enumerate(known.tolist()):
            meanings[row] = _meaning(meanings[row], share, centre)
        common = np.flatnonzero(np.diff(index.offsets) * COMMON > index.size)
        return cls(index, vectors, centre, meanings, frozenset(common.tolist()))

    def locate(self, reading: Reading) -> Point:
        """A text as a point of this space."""
        vector, known = self.vectors.encode(reading.words)
        features = word_features(reading), char_features(reading)
        return Point(self.index.encode(features), _meaning(vector, known, self.centre))

    def similarity(self, point: Point) -> Floats:
        """Similarity of a text to every phrasing, nearly 1 for the same text: the common features are left out, which
        are most of the work and, on recorded questions, none of the quality.
        """
        return self.index.similarity(point.features.without(self.common)) + self.likeness(self.meanings, point)

    def likeness(self, meanings: Floats, point: Point) -> Floats:
        """The part of meaning in the similarity to some phrasings' `meanings`. One number after the other: BLAS would
        start threads for a matrix of this size, which costs a server more than it gains.
        """
        likeness: Floats = np.vecdot(meanings, point.meaning) * np.float32(MEANING)
        return likeness

    def kernel(self) -> Kernel:
        """Similarities of all phrasings to each other, of shape (phrasings, phrasings), for `kernel @ weights`."""
        return Kernel.of(self.index, np.float32(MEANING**0.5) * self.meanings)

    def fold(self, kernel: Kernel, weights: Floats) -> tuple[Floats, Floats]:
        """Weights of phrasings, of shape (phrasings, columns), as weights of features and of meanings that give a
        text the same sums: shapes (features, columns) and (columns, `DIMENSIONS`). `kernel` is this space's.
        """
        return kernel.by_feature_of(weights), np.float32(MEANING) * (weights.T @ self.meanings)


def _meaning(vector: Floats, known: float, centre: Floats) -> Floats:
    """What sets a text apart from the others, shorter the less of it is known; zeros when nothing is."""
    return unit(vector - centre) * np.float32(known) if known else np.zeros_like(vector)


def _indexed(reading: Reading, shared: frozenset[int]) -> Features:
    words = word_features(reading)
    kept = {name: weight for name, weight in words.items() if " " not in name or crc32(name.encode()) in shared}
    return kept, char_features(reading)
