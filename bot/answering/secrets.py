"""Recovery phrases and private keys in what members type.

Such input is never stored, logged, matched or echoed. Recognised are twelve words of one BIP-39 list in a row,
whatever the checksum (a phrase with a slip in it is still a secret), and 64 hexadecimal digits. The latter may also
be a transaction hash, so nobody is accused; it is not kept.
"""

import re
import unicodedata
from functools import cache
from typing import Final

from mnemonic import Mnemonic

LENGTHS: Final = (12, 15, 18, 21, 24)
"""Words of a BIP-39 recovery phrase."""
DISTINCT: Final = 6
"""Different words that a run needs to be taken for a phrase without a valid checksum: `moon moon moon …` is not one."""
_HEX = re.compile(r"(?<![0-9a-zA-Z])(?:0x)?[0-9a-fA-F]{64}(?![0-9a-zA-Z])")
_BETWEEN = re.compile(r"[\W\d_]+")


@cache
def _lists() -> tuple[tuple[Mnemonic, frozenset[str]], ...]:
    lists = (Mnemonic(language) for language in sorted(Mnemonic.list_languages()))
    return tuple((mnemonic, frozenset(mnemonic.wordlist)) for mnemonic in lists)


def holds_secret(text: str) -> bool:
    """Whether `text` holds something that opens a wallet. Reads all of it, in time linear in its length."""
    visible = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Cf")
    if _HEX.search(visible):
        return True
    words = [word for word in _BETWEEN.split(visible.casefold()) if word]
    return any(_has_phrase(words, mnemonic, known) for mnemonic, known in _lists())


def _has_phrase(words: list[str], mnemonic: Mnemonic, known: frozenset[str]) -> bool:
    run: list[str] = []
    for word in [*words, ""]:
        if word in known:
            run.append(word)
        elif len(run) >= LENGTHS[0] and _is_phrase(run, mnemonic):
            return True
        else:
            run = []
    return False


def _is_phrase(run: list[str], mnemonic: Mnemonic) -> bool:
    if len(set(run)) >= DISTINCT:
        return True
    windows = (run[at : at + length] for length in LENGTHS for at in range(len(run) - length + 1))
    return any(mnemonic.check(" ".join(window)) for window in windows)
