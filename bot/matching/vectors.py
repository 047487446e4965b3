"""What sentences mean, as far as the sum of their words tells: static vectors of common English words and pairs.

The table is made by `tests/tools/word_vectors.py`, which names the teacher, the texts and their licences. It knows
English, not the subject: words that it does not have say nothing here, and a text of such words is near to nothing.
"""

import mmap
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from importlib import resources
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.matching.english import rarity

Floats = NDArray[np.float32]

DIMENSIONS = 96
_SHORTEST = 1e-9
"""Length below which a vector counts as zero."""
FILES = ("vectors-keys.npy", "vectors-places.npy", "vectors-rows.npy", "vectors-steps.npy")
"""Keys in ascending order, the number of the row of each, the rows of eight-bit numbers, the commonest words first so
that few pages of the file are ever read, and each row's step.
"""
LEAST_RARITY = 0.05
"""Weight of the commonest words when it is counted how much of a text is known."""


def hash_of(text: str) -> int:
    """A number of 64 bits for a text, the same on every machine."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


@lru_cache(maxsize=1024)
def key_of(feature: str) -> int:
    """The number under which a word, or a pair of words with a blank between them, stands in the table."""
    return hash_of(feature)


@dataclass(frozen=True, slots=True)
class Vectors:
    """The table of vectors; its rows are read from disk when they are needed."""

    keys: Sequence[int]
    places: Sequence[int]
    rows: NDArray[np.int8]
    steps: Floats

    def encode(self, words: Sequence[str]) -> tuple[Floats, float]:
        """What a text means, as a vector of length one (or zeros), and the share in [0, 1] of the text, by its words'
        rarity, that the table knows.
        """
        found: list[int] = []
        whole = seen = 0.0
        for word in words:
            at = self._find(word)
            weight = rarity(word) + LEAST_RARITY
            whole += weight
            if at >= 0:
                seen += weight
                found.append(at)
        found.extend(at for pair in pairwise(words) if (at := self._find(" ".join(pair))) >= 0)
        if not found:
            return np.zeros(DIMENSIONS, dtype=np.float32), 0.0
        return unit(np.einsum("w,wd->d", self.steps[found], self.rows[found].astype(np.float32))), seen / whole

    def _find(self, feature: str) -> int:
        key = key_of(feature)
        at = bisect_left(self.keys, key)
        return self.places[at] if at < len(self.keys) and self.keys[at] == key else -1


def unit(vector: Floats) -> Floats:
    """A vector scaled to length one; zeros stay zeros."""
    length = float(vector @ vector) ** 0.5
    return vector / np.float32(length) if length > _SHORTEST else vector


@cache
def shipped_vectors() -> Vectors:
    """The table that comes with the code."""
    keys, places, rows, steps = map(_table, FILES)
    return Vectors(array("Q", keys.tobytes()), array("i", places.tobytes()), rows, np.array(steps))


def let_go_of_pages() -> None:
    """Give back the memory into which building an index has read nearly all of the table; questions look up a few rows,
    which the system reads again from its cache. Where it cannot be told so nothing changes.
    """
    mapped = shipped_vectors().rows.base
    if isinstance(mapped, np.memmap):
        mapped = mapped.base
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def _table(name: str) -> NDArray[Any]:
    with resources.as_file(resources.files("bot.matching").joinpath("data", name)) as file:
        return np.asarray(np.load(file, mmap_mode="r"))
