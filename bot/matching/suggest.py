"""Autocomplete: phrasings that hold the words typed so far. A look-up: each keystroke costs next to nothing."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest

from bot.knowledge.library import Library
from bot.matching.features import STOPWORDS
from bot.matching.text import clean, words_of

LIMIT = 25
"""Choices that Discord shows."""
LENGTH = 100
"""Characters of a choice that Discord accepts."""

REMEMBERED = 4
"""Words up to which a look-up is remembered. Longer ones come back rarely, and might be a phrase being typed."""


class Suggester:
    """Every word of every phrasing as a bit set over phrasings; the last word typed counts as a beginning."""

    def __init__(self, library: Library) -> None:
        asked = (entry.questions for entry in library.published)
        # The first phrasing of every entry before the second of any, so that what is shown differs in meaning.
        phrasings = [text for row in zip_longest(*asked) for text in row if text is not None]
        titles = [entry.title for entry in library.published]
        self._texts = [text for text in dict.fromkeys([*titles, *phrasings]) if len(text) <= LENGTH]
        self._opening = _opening(library)
        bits: dict[str, int] = {}
        for number, text in enumerate(self._texts):
            for word in words_of(clean(text)):
                bits[word] = bits.get(word, 0) | 1 << number
        self._words = sorted(bits)
        self._bits = [bits[word] for word in self._words]
        self._cached = lru_cache(maxsize=4096)(self._suggest)

    def suggest(self, typed: str, limit: int = LIMIT) -> list[str]:
        """At most `limit` texts for what has been typed; some titles while that is nothing."""
        words = tuple(words_of(clean(typed[:LENGTH])))
        found = self._cached(words) if len(words) <= REMEMBERED else self._suggest(words)
        return list(found[:limit])

    def _suggest(self, words: tuple[str, ...]) -> tuple[str, ...]:
        if not words:
            return self._opening
        sets = [self._holding(word) for word in words[:-1]] + [self._beginning(words[-1])]
        matching = _intersection(sets)
        if not matching:
            carrying = [held for word, held in zip(words, sets, strict=True) if held and word not in STOPWORDS]
            matching = _intersection(carrying)
        return tuple(self._texts[number] for number in _lowest(matching, LIMIT))

    def _holding(self, word: str) -> int:
        at = bisect_left(self._words, word)
        return self._bits[at] if at < len(self._words) and self._words[at] == word else self._beginning(word)

    def _beginning(self, start: str) -> int:
        held = 0
        for at in range(bisect_left(self._words, start), len(self._words)):
            if not self._words[at].startswith(start):
                break
            held |= self._bits[at]
        return held


def _opening(library: Library) -> tuple[str, ...]:
    """Titles to begin with: what other entries point to most, from one topic after the other."""
    pointed = Counter(other for entry in library.published for other in entry.related)
    pointed.update(miss.entry for entry in library.published for miss in entry.not_this)
    by_topic = [sorted(library.in_topic(topic), key=lambda entry: -pointed[entry.id]) for topic in library.topics]
    by_topic.sort(key=lambda entries: -pointed[entries[0].id])
    titles = [entry.title for row in zip_longest(*by_topic) for entry in row if entry is not None]
    return tuple(dict.fromkeys(title for title in titles if len(title) <= LENGTH))[:LIMIT]


def _intersection(sets: Sequence[int]) -> int:
    if not sets:
        return 0
    common = sets[0]
    for held in sets[1:]:
        common &= held
    return common


def _lowest(bits: int, limit: int) -> list[int]:
    numbers: list[int] = []
    while bits and len(numbers) < limit:
        lowest = bits & -bits
        numbers.append(lowest.bit_length() - 1)
        bits ^= lowest
    return numbers
