"""The phrasings' similarities to each other, as a matrix that is multiplied and never written out.

Every similarity is a product of two vectors of features, so the matrix is a tall one times its transpose, and that one
is nearly empty. To multiply by it in two halves takes half the time of the whole matrix and a fraction of its memory,
which would grow with the square of the phrasings (270 megabytes at 8,000).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.matching.index import Floats, Ints, SparseIndex

FREQUENT = 160
"""Documents above which a feature is multiplied as a column of a dense matrix; about the cheapest from 100 to 300."""


@dataclass(frozen=True, slots=True)
class Levels:
    """A sparse matrix: level j holds number j of every row that has so many, as their columns and the numbers beside
    them. The rows stand in `order`, those with most numbers first, so that the rows of a level are the first ones.
    """

    order: NDArray[np.intp]
    columns: tuple[Ints, ...]
    numbers: tuple[Floats, ...]

    @classmethod
    def of(cls, rows: Ints, columns: Ints, numbers: Floats, size: int) -> "Levels":
        """A matrix of `size` rows, from its numbers in any order, each with its row and column."""
        by_row = np.argsort(rows, kind="stable")
        counts = np.bincount(rows, minlength=size)
        order = np.argsort(-counts, kind="stable")
        starts = (np.cumsum(counts) - counts)[order]
        held = np.searchsorted(-counts[order], -np.arange(counts.max(initial=0)), side="left").tolist()
        places = [by_row[starts[:many] + level] for level, many in enumerate(held)]
        return cls(order, tuple(columns[at] for at in places), tuple(numbers[at][:, None] for at in places))

    def times(self, other: Floats) -> Floats:
        """The product with a matrix of shape (columns, width), of shape (rows, width)."""
        sums = np.zeros((len(self.order), other.shape[1]), dtype=np.float32)
        room = np.empty_like(sums)
        for columns, numbers in zip(self.columns, self.numbers, strict=True):
            part = room[: len(columns)]
            np.take(other, columns, axis=0, out=part, mode="clip")  # other modes make a copy on the way
            part *= numbers
            sums[: len(columns)] += part
        room[self.order] = sums
        return room


@dataclass(frozen=True, slots=True)
class Kernel:
    """The similarities of n texts to each other: a symmetric matrix of shape (n, n) for `kernel @ weights`.

    It is R Rᵀ. Of R the features that many texts hold, and the vectors beside them, are `dense`, of shape (n, frequent
    features and dimensions); the others stand in `by_text` and, transposed, in `by_feature`. Of every feature of the
    index `frequent` says whether it is in the dense part, and `scales` what its weights were multiplied by.
    """

    dense: Floats
    by_text: Levels
    by_feature: Levels
    frequent: NDArray[np.bool_]
    scales: Floats

    @classmethod
    def of(cls, index: SparseIndex, beside: Floats) -> "Kernel":
        """The similarities of an index's documents, each with the product of its row of `beside` added."""
        counts = np.diff(index.offsets)
        frequent = counts > FREQUENT
        scales = np.sqrt(np.array(index.shares, dtype=np.float32)[index.kinds])
        own = np.where(frequent, np.cumsum(frequent), np.cumsum(~frequent)) - 1
        common, features = np.repeat(frequent, counts), np.repeat(own, counts).astype(np.int32)
        texts, numbers = index.documents.astype(np.int32), index.weights * np.repeat(scales, counts)
        dense = np.zeros((index.size, int(frequent.sum()) + beside.shape[1]), dtype=np.float32)
        dense[texts[common], features[common]] = numbers[common]
        dense[:, dense.shape[1] - beside.shape[1] :] = beside
        rare = texts[~common], features[~common], numbers[~common]
        by_text = Levels.of(*rare, index.size)
        return cls(dense, by_text, Levels.of(rare[1], rare[0], rare[2], int((~frequent).sum())), frequent, scales)

    def __len__(self) -> int:
        return len(self.dense)

    def __matmul__(self, weights: Floats) -> Floats:
        product: Floats = self.dense @ (self.dense.T @ weights)
        product += self.by_text.times(self.by_feature.times(weights))
        return product

    def by_feature_of(self, weights: Floats) -> Floats:
        """For every feature of the index the sum of `weights` (one row a text) as the texts hold it, of shape
        (features, columns of `weights`).
        """
        sums = np.empty((len(self.frequent), weights.shape[1]), dtype=np.float32)
        sums[self.frequent] = self.dense[:, : int(self.frequent.sum())].T @ weights
        sums[~self.frequent] = self.by_feature.times(weights)
        sums /= self.scales[:, None]
        return sums
