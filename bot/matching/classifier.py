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

from bot.matching.index import Floats, Ints
from bot.matching.space import Point, Space
from bot.matching.vectors import DIMENSIONS

STIFFNESS = 17.0
"""Inverse strength of the ridge penalty (C); larger follows the phrasings more closely."""
SHARPNESS = 20.0
NEIGHBOURS = 5
"""Where nothing was fitted: what mean similarity is multiplied by, and over how many phrasings it is taken."""
STEPS = 24
LEADING = 32
"""Directions in which the phrasings differ most; see `fit`."""
LARGEST = 10_000
"""Phrasings up to which the weights are fitted: memory grows with the square, time with it times the entries."""
_DIGEST = 32
"""Bytes in front of kept weights by which damage is seen."""
FLOOR = 1e-3
"""Chances below this are all the same to `evidence`."""


@dataclass(frozen=True, slots=True)
class Classifier:
    """The fitted weights, folded from phrasings to features: `weights` of shape (features, entries) in steps of
    `steps` (one a feature), so that a question costs one small sum over its features, and `meanings` of shape
    (entries, `DIMENSIONS`).
    """

    weights: NDArray[np.int8]
    steps: Floats
    meanings: Floats

    @classmethod
    def train(cls, space: Space, owners: Ints, entries: int) -> "Classifier | None":
        """Train on the phrasings of `space`; None when there are too many or none."""
        if not 0 < len(owners) <= LARGEST:
            return None
        return cls._of(*space.fold(fit(space.kernel(), owners, entries)))

    @classmethod
    def _of(cls, folded: Floats, meanings: Floats) -> "Classifier":
        largest = np.maximum(folded.max(axis=1, initial=0), -folded.min(axis=1, initial=0))
        steps = (np.maximum(largest, 1e-9) / 127).astype(np.float32)
        folded /= steps[:, None]  # in place: of a large library these are hundreds of megabytes
        return cls(np.rint(folded, out=folded).astype(np.int8), steps, meanings)

    def fits(self, space: Space, entries: int) -> bool:
        """Whether the weights have the shape that a space and a number of entries ask for."""
        features = len(space.index.offsets) - 1
        shapes = self.weights.shape, self.steps.shape, self.meanings.shape
        return shapes == ((features, entries), (features,), (entries, DIMENSIONS))

    def dump(self) -> bytes:
        """The weights as bytes that `parse` reads, on this or any other machine."""
        file = BytesIO()
        np.savez_compressed(file, weights=self.weights, steps=self.steps, meanings=self.meanings)
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
            return cls(arrays["weights"], arrays["steps"], arrays["meanings"])

    def chances(self, text: Point) -> Floats:
        """The chance of each entry to be the one that a text asks for; they sum to one."""
        numbers = text.features.numbers
        sizes = text.features.values * self.steps[numbers]
        # not `sizes @ …`: BLAS starts threads for long questions, which costs a server more than it gains
        scores: Floats = np.einsum("f,fe->e", sizes, self.weights[numbers].astype(np.float32))
        return softmax(scores + np.vecdot(self.meanings, text.meaning))


def fit(kernel: Floats, owners: Ints, entries: int) -> Floats:
    """Weights of shape (phrasings, entries), from the phrasings' similarities to each other (a symmetric matrix).

    Nesterov's accelerated gradient in the dual variables. The few directions in which the phrasings differ most would
    force short steps on all others, so their part of the slope is shrunk (the preconditioner of EigenPro, Ma and
    Belkin 2017). The same input gives the same weights.
    """
    target = np.eye(entries, dtype=np.float32)[owners]
    directions, shrink, rest = _leading(kernel)
    step = np.float32(1.0 / (0.55 * rest + 1.0 / STIFFNESS))
    weights: Floats = np.zeros_like(target)
    ahead, momentum = weights, 1.0
    for _ in range(STEPS):
        slope = softmax(kernel @ ahead) - target + ahead / np.float32(STIFFNESS)
        slope -= directions @ (shrink[:, None] * (directions.T @ slope))
        stepped: Floats = (ahead - step * slope).astype(np.float32, copy=False)
        faster = (1.0 + (1.0 + 4.0 * momentum * momentum) ** 0.5) / 2.0
        pull = np.float32((momentum - 1.0) / faster)
        ahead = (stepped + pull * (stepped - weights)).astype(np.float32, copy=False)
        weights, momentum = stepped, faster
    return weights


def _leading(kernel: Floats) -> tuple[Floats, Floats, float]:
    """The leading eigenvectors of a kernel, the share by which each is to be shrunk so that it is as long as the
    next one behind them, and that one's eigenvalue. Found by subspace iteration.
    """
    size = len(kernel)
    count = min(LEADING + 1, size)
    angles = np.outer(np.arange(1, size + 1), np.arange(count)) * 2.39996  # any fixed start will do
    basis = np.cos(angles).astype(np.float32)
    for _ in range(6):
        basis, _ = np.linalg.qr(kernel @ basis)
    values, turned = np.linalg.eigh(basis.T @ (kernel @ basis))
    rest = max(float(values[0]), 1e-6)
    vectors = (basis @ turned[:, 1:]).astype(np.float32)
    shrink = (1 - rest / np.maximum(values[1:], rest)).astype(np.float32)
    return vectors, shrink, rest


def unfitted_chances(similarity: Floats, starts: Ints) -> Floats:
    """What can be said without training: chances by the mean similarity to an entry's `NEIGHBOURS` nearest phrasings,
    from the similarities to the phrasings of some entries, those of the entry at place i from `starts[i]` on.
    """
    ends = np.append(starts[1:], len(similarity))
    sizes = ends - starts
    places = np.repeat(np.arange(len(starts)), sizes)
    ascending = similarity[np.lexsort((similarity, places))]
    sums = np.zeros(len(starts), dtype=np.float32)
    for back in range(1, NEIGHBOURS + 1):
        held = sizes >= back
        sums[held] += ascending[ends[held] - back]
    means = (sums / np.minimum(sizes, NEIGHBOURS)).astype(np.float32)
    return softmax(means * np.float32(SHARPNESS))


def softmax(scores: Floats) -> Floats:
    """Rows of scores as rows of chances that sum to one."""
    powers: Floats = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return chances


def evidence(chances: Floats) -> Floats:
    """Chances on a logarithmic scale, as numbers in [0, 1]: 1 for certain, 0 for `FLOOR` and less."""
    scaled: Floats = 1.0 - np.log(np.maximum(chances, FLOOR)) / np.log(FLOOR)
    return scaled.astype(np.float32)
