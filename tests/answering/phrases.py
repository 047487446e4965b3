"""Recovery phrases that open nothing: made here, from fixed numbers, for tests of the guard."""

import hashlib

from mnemonic import Mnemonic

LENGTHS = {12: 16, 15: 20, 18: 24, 21: 28, 24: 32}
"""Words of a phrase to bytes of the number it stands for."""


def phrase(words: int, seed: int, language: str = "english") -> str:
    """A phrase with a valid checksum, always the same for the same arguments."""
    number = hashlib.sha256(f"{seed} {words}".encode()).digest()[: LENGTHS[words]]
    return Mnemonic(language).to_mnemonic(number)
