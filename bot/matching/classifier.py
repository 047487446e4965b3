"""Learns from the phrasings alone what separates the entries.

Multinomial logistic regression in the span of the phrasings: the score of an entry is a weighted sum of the
question's similarities to all phrasings, and the weights are fitted so that every phrasing finds its own entry. This
uses what similarity to the nearest phrasing cannot see: which words two neighbouring entries do not share.
"""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from bot.matching.index import Encoded, Floats, Ints, SparseIndex

STIFFNESS = 10.0
"""Inverse strength of the ridge penalty (C); larger follows the phrasings more closely."""
STEPS = 40
LARGEST = 4_000
"""Phrasings up to which the weights are fitted: memory grows with the square, time with it times the entries."""
_DIGEST = 32
"""Bytes in front of kept weights by which damage is seen."""
FLOOR = 1e-3
"""Chances below this are all the same to `evidence`."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """The fitted weights, folded from phrasings to features: `weights` of shape (features, entries) in steps of
    `steps` (one a feature), so that a question costs one small sum over its features.
    """

    weights: NDArray[np.int8]
    steps: Floats

    @classmethod
    def train(cls, index: SparseIndex, owners: Ints, entries: int) -> "Classifier | None":
        """Train on the first `len(owners)` documents of `index`; None when there are too many or none."""
        if not 0 < len(owners) <= LARGEST:
            return None
        dual = fit(_kernel(index, len(owners)), owners, entries)
        folded = index.sums_by_feature(dual)
        largest = np.maximum(folded.max(axis=1), -folded.min(axis=1))
        steps = (np.maximum(largest, 1e-9) / 127).astype(np.float32)
        folded /= steps[:, None]  # in place: of a large library these are hundreds of megabytes
        return cls(np.rint(folded, out=folded).astype(np.int8), steps)

    def fits(self, index: SparseIndex, entries: int) -> bool:
        """Whether the weights have the shape that an index and a number of entries ask for."""
        return self.weights.shape == (len(index.offsets) - 1, entries) and len(self.steps) == len(self.weights)

    def dump(self) -> bytes:
        """The weights as bytes that `parse` reads, on this or any other machine."""
        file = BytesIO()
        np.savez_compressed(file, weights=self.weights, steps=self.steps)
        return sha256(file.getvalue()).digest() + file.getvalue()

    @classmethod
    def parse(cls, data: bytes) -> "Classifier":
        """Weights from bytes.

        Raises:
            ValueError: the bytes are not what `dump` wrote.
        """
        digest, packed = data[:_DIGEST], data[_DIGEST:]
        if sha256(packed).digest() != digest:
            raise ValueError("these are not the weights of a classifier")
        with np.load(BytesIO(packed), allow_pickle=False) as arrays:
            return cls(arrays["weights"], arrays["steps"])

    def chances(self, text: Encoded) -> Floats:
        """The chance of each entry to be the one that a text asks for; they sum to one."""
        sizes = text.values * self.steps[text.numbers]
        return softmax(sizes @ self.weights[text.numbers].astype(np.float32))


def _kernel(index: SparseIndex, count: int) -> Floats:
    """Similarities of the first `count` documents to each other, each document scaled as a question would be."""
    shares = np.array(index.shares, dtype=np.float32)[index.kinds]
    features = np.repeat(np.arange(len(index.offsets) - 1), np.diff(index.offsets))
    order = np.argsort(index.documents, kind="stable")
    ends = np.cumsum(np.bincount(index.documents, minlength=index.size))
    kernel = np.empty((count, count), dtype=np.float32)
    for document in range(count):
        own = order[ends[document - 1] if document else 0 : ends[document]]
        text = Encoded(features[own].tolist(), index.weights[own] * shares[features[own]])
        kernel[document] = index.similarity(text)[:count]
    return kernel


def fit(kernel: Floats, owners: Ints, entries: int) -> Floats:
    """Weights of shape (phrasings, entries), from the phrasings' similarities to each other (a symmetric matrix).

    Nesterov's accelerated gradient in the dual variables; the step comes from the largest eigenvalue, found by power
    iteration. The same input gives the same weights.
    """
    target = np.eye(entries, dtype=np.float32)[owners]
    step = np.float32(1.0 / (0.5 * _largest_eigenvalue(kernel) + 1.0 / STIFFNESS))
    weights: Floats = np.zeros_like(target)
    ahead, momentum = weights, 1.0
    for _ in range(STEPS):
        slope = softmax(kernel @ ahead) - target + ahead / np.float32(STIFFNESS)
        stepped: Floats = (ahead - step * slope).astype(np.float32, copy=False)
        faster = (1.0 + (1.0 + 4.0 * momentum * momentum) ** 0.5) / 2.0
        pull = np.float32((momentum - 1.0) / faster)
        ahead = (stepped + pull * (stepped - weights)).astype(np.float32, copy=False)
        weights, momentum = stepped, faster
    return weights


def _largest_eigenvalue(kernel: Floats) -> float:
    direction: Floats = np.ones(len(kernel), dtype=np.float32)
    length = np.float32(1.0)
    for _ in range(20):
        direction = np.matmul(kernel, direction / length, dtype=np.float32)
        length = np.float32(max(float(np.linalg.norm(direction)), 1e-9))
    return float(length)


def softmax(scores: Floats) -> Floats:
    """Rows of scores as rows of chances that sum to one."""
    powers: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return chances


def evidence(chances: Floats) -> Floats:
    """Chances on a logarithmic scale, as numbers in [0, 1]: 1 for certain, 0 for `FLOOR` and less."""
    scaled: Floats = 1.0 - np.log(np.maximum(chances, FLOOR)) / np.log(FLOOR)
    return scaled.astype(np.float32)
