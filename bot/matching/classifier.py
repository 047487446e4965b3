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
from bot.matching.kernel import Kernel
from bot.matching.space import Point, Space
from bot.matching.vectors import DIMENSIONS

STIFFNESS = 17.0
"""Inverse strength of the ridge penalty (C); larger follows the phrasings more closely."""
SHARPNESS = 20.0
NEIGHBOURS = 5
"""Where nothing was fitted: what mean similarity is multiplied by, and over how many phrasings it is taken."""
FEWEST_STEPS, STEPS = 6, 24
"""How often the weights are bettered at least and at most."""
ENOUGH = 0.01
"""Share of the loss below which a further step would gain too little to change answers."""
BOLDNESS = 8.0
"""By how much the curvature is taken to be less than the bound that holds for any chances; see `fit`."""
LEADING = 32
"""Directions in which the phrasings differ most; see `fit`."""
LARGEST = 10_000
"""Phrasings up to which the weights are fitted: time and memory grow with the phrasings times the entries."""
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
        kernel = space.kernel()
        return cls._of(*space.fold(kernel, fit(kernel, owners, entries)))

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


def fit(kernel: Kernel | Floats, owners: Ints, entries: int) -> Floats:
    """Weights of shape (phrasings, entries), from the phrasings' similarities to each other (a symmetric matrix, or
    what multiplies as one).

    Nesterov's accelerated gradient in the dual variables, begun anew with half the step whenever the loss has grown
    (the scheme of O'Donoghue and Candès 2015). The few directions in which the phrasings differ most would force short
    steps on all others, so their part of the slope is shrunk (the preconditioner of EigenPro, Ma and Belkin 2017). The
    bound on the curvature, one half, is that of two entries which share all chance between them; among many entries
    most chances are near to nothing, and longer steps go well. The same input gives the same weights.
    """
    target = np.eye(entries, dtype=np.float32)[owners]
    directions, shrink, rest = _leading(kernel)
    bold = max(1.0, min(BOLDNESS, entries / 2))
    step = np.float32(1.0 / (0.55 * rest / bold + 1.0 / STIFFNESS))
    weights: Floats = np.zeros_like(target)
    ahead, momentum, before = weights, 1.0, np.inf
    for number in range(STEPS):
        slope, loss = _slope(kernel @ ahead if number else weights, ahead, target)
        if loss > before:
            ahead, momentum, before, step = weights, 1.0, np.inf, step / np.float32(2)
            continue
        if number >= FEWEST_STEPS and before - loss < ENOUGH * before:
            break
        slope -= directions @ (shrink[:, None] * (directions.T @ slope))
        stepped: Floats = ahead - step * slope
        faster = (1.0 + (1.0 + 4.0 * momentum * momentum) ** 0.5) / 2.0
        ahead = stepped + np.float32((momentum - 1.0) / faster) * (stepped - weights)
        weights, momentum, before = stepped, faster, loss
    return weights


def _slope(scores: Floats, weights: Floats, target: Floats) -> tuple[Floats, float]:
    """The slope of the loss at weights that give these scores, and the loss: of each phrasing the logarithm of the
    chance of its entry, negative, and the penalty.
    """
    chances = softmax(scores)
    of_own = np.maximum(np.einsum("pe,pe->p", chances, target), np.finfo(np.float32).tiny)
    penalty = float(np.einsum("pe,pe->", weights, scores, dtype=np.float64)) / (2 * STIFFNESS)
    loss = penalty - float(np.log(of_own).sum(dtype=np.float64))
    slope: Floats = chances  # its numbers are done with
    slope -= target
    slope += weights / np.float32(STIFFNESS)
    return slope, loss


def _leading(kernel: Kernel | Floats) -> tuple[Floats, Floats, float]:
    """The leading eigenvectors of a kernel, the share by which each is to be shrunk so that it is as long as the
    next one behind them, and that one's eigenvalue. Found by subspace iteration.
    """
    size = len(kernel)
    count = min(LEADING + 1, size)
    angles = np.outer(np.arange(1, size + 1), np.arange(count)) * 2.39996  # any fixed start will do
    basis: Floats = np.cos(angles).astype(np.float32)
    for _ in range(6):
        basis, _ = np.linalg.qr(kernel @ basis)
    values, turned = np.linalg.eigh(basis.T @ (kernel @ basis))
    rest = max(float(values[0]), 1.0)  # few or repeated phrasings have directions of no length at all
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
