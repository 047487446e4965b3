"""Recovery phrases and private keys in what members type.

Such input is never stored, logged, matched or echoed. Recognised are twelve words of one BIP-39 list in a row,
whatever the checksum (a phrase in the wrong order is still a secret), and 64 hexadecimal digits. The latter may also
be a transaction hash, so nobody is accused; it is not kept.
"""

import re
import unicodedata
from functools import cache
from itertools import islice
from typing import Final

from mnemonic import Mnemonic

LENGTHS: Final = (12, 15, 18, 21, 24)
"""Words of a BIP-39 recovery phrase."""
DISTINCT: Final = 6
"""Different words that a run needs to be taken for a phrase without a valid checksum: `moon moon moon …` is not one."""
MOST_CHECKED: Final = 200
"""Checksums that are tried in one run of fewer different words; test wallets need one, a flood does not count."""
_HEX = re.compile(r"(?<![0-9a-zA-Z])(?:0[xX])?[0-9a-fA-F]{64}(?![0-9a-zA-Z])")
_KEY: Final = 64
_ALPHANUMERIC: Final = {code: " " for code in range(128) if not chr(code).isalnum()}
_ALPHABETIC: Final = {code: " " for code in range(128) if not chr(code).isalpha()}
_UNSEEN = {"Cf", "Mn"}
_GAPS = {"Cc", "Co", "Cn", "Cs"}
_BREAKS: Final = "\n\t\r"
_BETWEEN = re.compile(r"[\W\d_]+")


@cache
def _lists() -> tuple[tuple[Mnemonic, dict[str, str]], ...]:
    """Every list, with its words by how they are recognised: without accents, which many people leave out."""
    lists = (Mnemonic(language) for language in sorted(Mnemonic.list_languages()))
    return tuple((mnemonic, {_bare(word): word for word in mnemonic.wordlist}) for mnemonic in lists)


def holds_secret(text: str) -> bool:
    """Whether `text` holds something that opens a wallet. Reads all of it, in time linear in its length.

    What cannot be seen may stand between two words as well as within one, where matching drops it, so both are tried.
    """
    whole = _without_gaps(text)
    return _holds(text) or (whole != text and _holds(whole))


def _holds(text: str) -> bool:
    bare = _bare(text)
    if bare.isascii():  # in a tenth of the time, for floods
        keys, words = bare.translate(_ALPHANUMERIC).split(), bare.translate(_ALPHABETIC).split()
    else:
        keys, words = [bare], [word for word in _BETWEEN.split(bare) if word]
    if any(len(key) >= _KEY and _HEX.search(key) for key in keys):
        return True
    if len(words) < LENGTHS[0]:
        return False
    return any(_has_phrase(words, mnemonic, known) for mnemonic, known in _lists())


def _without_gaps(text: str) -> str:
    """The text without control characters, those that no writing has, and halves of characters; line ends stay."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c in _BREAKS or unicodedata.category(c) not in _GAPS)


def _bare(text: str) -> str:
    """Small letters without accents, other marks and invisible characters."""
    if text.isascii():
        return text.lower()
    kept = (c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in _UNSEEN)
    return "".join(kept).casefold()


def _has_phrase(words: list[str], mnemonic: Mnemonic, known: dict[str, str]) -> bool:
    """A run of a phrase's least length holds one of any words that stand that far apart, so the others are looked at
    only around those that are on the list.
    """
    at = LENGTHS[0] - 1
    while at < len(words):
        last = at
        if words[at] in known:
            first = at
            while first and words[first - 1] in known:
                first -= 1
            while last + 1 < len(words) and words[last + 1] in known:
                last += 1
            run = [known[word] for word in words[first : last + 1]]
            if len(run) >= LENGTHS[0] and _is_phrase(run, mnemonic):
                return True
            last += 1  # no run reaches over the word behind this one
        at = last + LENGTHS[0]
    return False


def _is_phrase(run: list[str], mnemonic: Mnemonic) -> bool:
    if len(set(run)) >= DISTINCT:
        return True
    windows = (" ".join(run[at : at + length]) for length in LENGTHS for at in range(len(run) - length + 1))
    return any(mnemonic.check(window) for window in islice(dict.fromkeys(windows), MOST_CHECKED))
