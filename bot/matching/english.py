"""How common a word is in English at large, to tell words that carry a question from words that fill it."""

from functools import cache
from importlib import resources
from types import MappingProxyType

RAREST = 3.5
"""Zipf value given to words outside the list: a little rarer than the rarest word in it."""
COMMONEST = 7.8


@cache
def frequencies() -> MappingProxyType[str, float]:
    """Word to Zipf value (base-ten logarithm of occurrences in a billion words) for 10,000 common words."""
    text = resources.files("bot.matching").joinpath("data/english.txt").read_text(encoding="utf-8")
    table: dict[str, float] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        value, *words = line.split()
        table.update(dict.fromkeys(words, float(value)))
    return MappingProxyType(table)


def is_common(word: str) -> bool:
    """Whether `word` is an ordinary English word, which must not be taken for a typo."""
    return word in frequencies()


def rarity(word: str) -> float:
    """Weight of a word in [0, 1]: 0 for `the`, 1 for words outside the list."""
    return (COMMONEST - frequencies().get(word, RAREST)) / (COMMONEST - RAREST)
