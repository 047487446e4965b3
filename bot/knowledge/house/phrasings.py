"""Phrasings of two entries that differ so little that nobody could say which of the two is meant."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

from bot.knowledge.entries import Entry, question_key

_WORD = re.compile(r"[a-z0-9]+(?:[.'’][a-z0-9]+)*")
_EMPTY = frozenset(
    """
    a an the is are am be do does did i my me we our you your it its this that there of to in on for with and or please
    hey hi just so really actually exactly one ones some any s ll re ve
    """.split()  # noqa: SIM905 - read at a glance
)
_STEM = 3
"""Letters that a word keeps at least."""
_LONG = 6
"""Letters from which two words that differ by one slip count as the same word; shorter ones are often two words."""


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One phrasing, the entry it belongs to and what is left of it without empty words."""

    text: str
    entry: Entry
    words: tuple[str, ...]


def near_identical(entries: Sequence[Entry], names: frozenset[str]) -> Iterator[tuple[Phrasing, Phrasing]]:
    """Pairs of phrasings from different entries, the later entry's first, that hold the same words apart from order,
    capitals, endings and empty words, or apart from one mistyped letter. `names` (tokens and protocols, in small
    letters) are never taken for each other.
    """
    seen: dict[tuple[str, ...], Phrasing] = {}
    but_one: dict[tuple[str, ...], list[tuple[str, Phrasing]]] = defaultdict(list)
    for entry in entries:
        for question in entry.questions:
            phrasing = _phrasing(question, entry)
            first = seen.setdefault(phrasing.words, phrasing) if phrasing.words else phrasing
            if first.entry is not entry:
                if question_key(first.text) != question_key(question):  # else told as a question that both list
                    yield phrasing, first
                continue
            for place, word in enumerate(phrasing.words):
                if len(word) < _LONG or word in names:
                    continue
                rest = phrasing.words[:place] + phrasing.words[place + 1 :]
                for other, theirs in but_one[rest]:
                    if theirs.entry is not entry and other != word and DamerauLevenshtein.distance(word, other) == 1:
                        yield phrasing, theirs
                but_one[rest].append((word, phrasing))


def _phrasing(question: str, entry: Entry) -> Phrasing:
    words = [_stem(word) for word in _WORD.findall(question.lower()) if word not in _EMPTY]
    return Phrasing(question, entry, tuple(sorted(words)))


def _stem(word: str) -> str:
    """Without the s of a plural or a verb; one letter less in "class" would be a slip, not a plural."""
    return word[:-1] if len(word) > _STEM and word.endswith("s") and not word.endswith("ss") else word
