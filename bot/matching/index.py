"""Cosine similarity of one question to many texts over compressed sparse arrays."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class SparseIndex:
    """TF-IDF vectors of `size` documents, stored by feature.

    Feature number f occurs in the documents `documents[offsets[f]:offsets[f + 1]]` with the unit-normalised
    `weights` beside them. `idf` has one more value: that of a feature no document holds.
    """

    numbers: Mapping[str, int]
    offsets: Ints
    documents: Ints
    weights: Floats
    idf: Floats
    size: int

    @classmethod
    def build(cls, documents: Sequence[Mapping[str, float]], owners: Sequence[int]) -> "SparseIndex":
        """Index `documents` (feature to weight). `owners` names the entry of each: rarity counts entries, so that
        an entry with many phrasings does not make its own words look common.
        """
        holders: Counter[str] = Counter()
        for feature, _ in {(feature, owner) for owner, doc in zip(owners, documents, strict=True) for feature in doc}:
            holders[feature] += 1
        numbers = {feature: number for number, feature in enumerate(sorted(holders))}
        entries = len(set(owners)) or 1
        counts = np.array([holders[feature] for feature in numbers] + [0.5], dtype=np.float32)
        idf = np.log1p(entries / counts).astype(np.float32)
        postings: list[list[tuple[int, float]]] = [[] for _ in numbers]
        for number, document in enumerate(documents):
            for feature, weight in _unit(document, numbers, idf).items():
                postings[numbers[feature]].append((number, weight))
        lengths = [len(posting) for posting in postings]
        flat = [item for posting in postings for item in posting]
        return cls(
            numbers=numbers,
            offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
            documents=np.array([document for document, _ in flat], dtype=np.int32),
            weights=np.array([weight for _, weight in flat], dtype=np.float32),
            idf=idf,
            size=len(documents),
        )

    def similarity(self, features: Mapping[str, float]) -> Floats:
        """Cosine in [0, 1] of `features` to every document. Features nobody holds count in the question's length,
        so a question full of foreign words is near to nothing.
        """
        known: list[int] = []
        values: list[float] = []
        norm = 0.0
        for feature, weight in features.items():
            number = self.numbers.get(feature, -1)
            value = weight * float(self.idf[number])
            norm += value * value
            if number >= 0:
                known.append(number)
                values.append(value)
        if not known:
            return np.zeros(self.size, dtype=np.float32)
        spans = [(self.offsets[number], self.offsets[number + 1]) for number in known]
        lengths = [end - start for start, end in spans]
        holders = np.concatenate([self.documents[start:end] for start, end in spans])
        weights = np.concatenate([self.weights[start:end] for start, end in spans])
        weights *= np.repeat(np.array(values, dtype=np.float32) / norm**0.5, lengths)
        return np.bincount(holders, weights=weights, minlength=self.size).astype(np.float32)


def _unit(document: Mapping[str, float], numbers: Mapping[str, int], idf: Floats) -> dict[str, float]:
    values = {feature: weight * float(idf[numbers[feature]]) for feature, weight in document.items()}
    norm = sum(value * value for value in values.values()) ** 0.5 or 1.0
    return {feature: value / norm for feature, value in values.items()}
