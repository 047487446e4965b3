"""Whether a text in Latin letters is English. Pure, without a dependency: small words tell languages apart.

Every word is a piece of evidence, the logarithm of how much likelier it is in another language than in English. What
carries a question (names, terms, slips) is in neither table and says nothing.
"""

from collections.abc import Collection, Iterable
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from bot.matching.english import RAREST, frequencies

CLEAR: Final = 3.0
"""Evidence from which a text is in another language: a thousand to one."""
STRONGEST: Final = 3.5
"""The most that one word says, for either side: a loan word must not outweigh a sentence."""
STRONGEST_LETTER: Final = 1.0
"""The same for a single letter, which may be chat for a word."""
SMALL: Final = 4.5
"""Zipf value from which an English word speaks for English. Rarer ones are used in other languages as well."""

# Chat for English words that are words of other languages too; "wat is" is English at least as often as Dutch.
_CHAT: Final = frozenset("da dat dem den dis fam im ive n r ser sers tho u ur wat wen wit ya yo".split())  # noqa: SIM905

Weights = MappingProxyType[str, float]


@cache
def languages() -> MappingProxyType[str, Weights]:
    """Language to its commonest words, each with its evidence against English, at most `STRONGEST`."""
    text = resources.files("bot.matching").joinpath("data/languages.txt").read_text(encoding="utf-8")
    found: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        language, value, *words = line.split()
        found.setdefault(language, {}).update((word, _apart(word, float(value))) for word in words)
    return MappingProxyType({language: MappingProxyType(weights) for language, weights in found.items()})


def _apart(word: str, value: float) -> float:
    most = STRONGEST if len(word) > 1 else STRONGEST_LETTER
    return min(value - frequencies().get(word, RAREST), most)


@cache
def _telling() -> frozenset[str]:
    """The words without which no text can be another language."""
    return frozenset(word for weights in languages().values() for word, weight in weights.items() if weight > 0)


def telling(words: Iterable[str]) -> frozenset[str]:
    """Those among `words` that would speak for another language."""
    return _telling().intersection(words)


def is_english(words: Iterable[str], neutral: Collection[str] = ()) -> bool:
    """Whether the words of a text in Latin letters, slang written out, are English or may well be: few words that say
    nothing either way are. Those in `neutral`, the names and words of the subject, are not looked at.
    """
    heard = [word for word in words if word not in neutral and word not in _CHAT]
    if _telling().isdisjoint(heard):
        return True
    english = {word: _english(word) for word in heard}
    return all(
        sum(weights.get(word, against) for word, against in english.items()) < CLEAR for weights in languages().values()
    )


def _english(word: str) -> float:
    value = frequencies().get(word, RAREST)
    return -min(value - RAREST, STRONGEST) if value >= SMALL else 0.0
