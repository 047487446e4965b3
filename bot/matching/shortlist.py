"""Entries worth a closer look in a library too large to compare a question with every phrasing.

Two cheap looks name the candidates: the rarest features of the question in the index, and the entries' mean meanings.
The phrasings of the entries they name, and no others, are then compared by everything that a small library is
compared by.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.matching.index import Encoded, Floats, Ints, SparseIndex, distinct
from bot.matching.space import Point, Space

BUDGET = 40_000
"""Places in the index that the first look may visit: the rarest features first, so the commonest are left out."""
BY_FEATURES, BY_MEANING = 24, 8
"""Entries that each look names."""


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The phrasings by document and the entries by meaning. `first[e]` is the first phrasing of entry number e, and
    one more at the end; `features`, `weights` and `offsets` are the vectors of the phrasings, stored by phrasing.
    """

    space: Space
    first: Ints
    owners: Ints
    features: Ints
    weights: Floats
    offsets: Ints
    meanings: Floats

    @classmethod
    def of(cls, space: Space, owners: Sequence[int], entries: int) -> "Shortlist":
        """Prepare a space, phrasing i of which belongs to the entry `owners[i]`, in ascending order."""
        owned = np.array(owners, dtype=np.int32)
        first = np.searchsorted(owned, range(entries + 1)).astype(np.int32)
        sums = np.add.reduceat(space.meanings, first[:-1], axis=0)
        lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        return cls(space, first, owned, *space.index.by_document(), (sums / lengths).astype(np.float32))

    def entries(self, point: Point, wanted: int | None) -> Ints:
        """Numbers of the entries to look at, ascending, the `wanted` one among them; at least one."""
        partial = _partial(self.space.index, point.features)
        scores = np.zeros(len(self.meanings), dtype=np.float32)
        held = np.flatnonzero(partial)
        np.maximum.at(scores, self.owners[held], partial[held])
        named = [np.array([wanted or 0], dtype=np.int32), _best(scores, BY_FEATURES)]
        if point.meaning.any():
            named.append(_best(np.vecdot(self.meanings, point.meaning), BY_MEANING))
        return distinct(np.concatenate(named).astype(np.int64)).astype(np.int32)

    def similarity(self, point: Point, entries: Ints) -> tuple[Ints, Ints, Floats]:
        """The phrasings of some entries, where those of each begin, and their similarity to a text."""
        phrasings = _runs(self.first[entries], self.first[entries + 1])
        begins = np.concatenate([[0], np.cumsum(self.first[entries + 1] - self.first[entries])[:-1]]).astype(np.int32)
        starts, ends = self.offsets[phrasings], self.offsets[phrasings + 1]
        asked = np.zeros(len(self.space.index.kinds), dtype=np.float32)
        asked[point.features.numbers] = point.features.values
        at = _runs(starts, ends)
        products = np.append(asked[self.features[at]] * self.weights[at], np.float32(0))
        sums = np.add.reduceat(products, np.concatenate([[0], np.cumsum(ends - starts)[:-1]]))
        sums += self.space.likeness(self.space.meanings[phrasings], point)
        return phrasings, begins, sums


def _partial(index: SparseIndex, text: Encoded) -> Floats:
    """Similarity of a text to every document by as many of its features, rarest first, as the budget allows."""
    lengths = [index.offsets[number + 1] - index.offsets[number] for number in text.numbers]
    order = sorted(range(len(lengths)), key=lambda at: (lengths[at], text.numbers[at]))
    left = BUDGET
    taken: list[int] = []
    for at in order:
        left -= lengths[at]
        if left < 0 and taken:
            break
        taken.append(at)
    return index.similarity(Encoded([text.numbers[at] for at in taken], text.values[taken]))


def _best(scores: Floats, count: int) -> Ints:
    """Places of the best scores above zero, the first of equals before the others."""
    if len(scores) > count:
        least = np.partition(scores, len(scores) - count)[len(scores) - count]
        places = np.flatnonzero(scores >= max(least, 1e-9))
    else:
        places = np.flatnonzero(scores > 0)
    return places[np.argsort(-scores[places], kind="stable")[:count]].astype(np.int32)


def _runs(starts: Ints, ends: Ints) -> Ints:
    """All numbers from each start to before its end, one run after the other."""
    lengths = ends - starts
    shifts = np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    runs: Ints = (np.arange(int(lengths.sum()), dtype=np.int32) + shifts).astype(np.int32)
    return runs
