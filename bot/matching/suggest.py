"""Autocomplete: phrasings that hold the words typed so far. A look-up: each keystroke costs next to nothing."""

import sys
from bisect import bisect_left
from collections import Counter, OrderedDict
from itertools import accumulate, zip_longest

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.library import Library
from bot.matching.features import STOPWORDS
from bot.matching.text import clean, words_of

LIMIT = 25
"""Choices that Discord shows."""
LENGTH = 100
"""Characters of a choice that Discord accepts."""

REMEMBERED = 4
"""Words up to which a look-up is remembered. Longer ones come back rarely, and might be a phrase being typed."""
KEPT = 4096
"""Look-ups that are remembered."""
_AFTER_ALL = chr(sys.maxunicode)
"""Sorts behind every letter that a word can hold."""

Mask = NDArray[np.bool_]
"""One yes or no for each text."""


class Suggester:
    """For every word the phrasings that hold it, in the order of the words, so that all words with one beginning stand
    side by side; the last word typed counts as a beginning.
    """

    def __init__(self, library: Library) -> None:
        asked = (entry.questions for entry in library.published)
        # The first phrasing of every entry before the second of any, so that what is shown differs in meaning.
        phrasings = [text for row in zip_longest(*asked) for text in row if text is not None]
        titles = [entry.title for entry in library.published]
        self._texts = [text for text in dict.fromkeys([*titles, *phrasings]) if len(text) <= LENGTH]
        self._opening = _opening(library)
        holders: dict[str, list[int]] = {}
        for number, text in enumerate(self._texts):
            for word in words_of(clean(text)):
                holders.setdefault(word, []).append(number)
        self._words = sorted(holders)
        self._holders = np.array([number for word in self._words for number in holders[word]], dtype=np.int32)
        self._offsets = list(accumulate((len(holders[word]) for word in self._words), initial=0))
        self._remembered: OrderedDict[tuple[str, ...], tuple[str, ...]] = OrderedDict()

    def suggest(self, typed: str, limit: int = LIMIT) -> list[str]:
        """At most `limit` texts for what has been typed; some titles while that is nothing."""
        words = tuple(words_of(clean(typed[:LENGTH])))
        found = self._known(words) if len(words) <= REMEMBERED else self._suggest(words)
        return list(found[:limit])

    def _known(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """What was found before. A decorated method would hold on to its suggester after its library is gone."""
        found = self._remembered.get(words)
        if found is None:
            found = self._remembered[words] = self._suggest(words)
            if len(self._remembered) > KEPT:
                self._remembered.popitem(last=False)
        return found

    def _suggest(self, words: tuple[str, ...]) -> tuple[str, ...]:
        if not words:
            return self._opening
        masks = [self._holding(word) for word in words[:-1]] + [self._beginning(words[-1])]
        matching = np.logical_and.reduce(masks)
        if not matching.any():
            carrying = [mask for word, mask in zip(words, masks, strict=True) if mask.any() and word not in STOPWORDS]
            matching = np.logical_and.reduce(carrying) if carrying else matching
        return tuple(self._texts[number] for number in np.flatnonzero(matching)[:LIMIT])

    def _holding(self, word: str) -> Mask:
        at = bisect_left(self._words, word)
        known = at < len(self._words) and self._words[at] == word
        return self._mask(at, at + 1) if known else self._beginning(word)

    def _beginning(self, start: str) -> Mask:
        return self._mask(bisect_left(self._words, start), bisect_left(self._words, start + _AFTER_ALL))

    def _mask(self, first: int, last: int) -> Mask:
        """Which texts hold any of the words from number `first` up to, without it, `last`."""
        held = np.zeros(len(self._texts), dtype=np.bool_)
        held[self._holders[self._offsets[first] : self._offsets[last]]] = True
        return held


def _opening(library: Library) -> tuple[str, ...]:
    """Titles to begin with: what other entries point to most, from one topic after the other."""
    pointed = Counter(other for entry in library.published for other in entry.related)
    pointed.update(miss.entry for entry in library.published for miss in entry.not_this)
    by_topic = [sorted(library.in_topic(topic), key=lambda entry: -pointed[entry.id]) for topic in library.topics]
    by_topic.sort(key=lambda entries: -pointed[entries[0].id])
    titles = [entry.title for row in zip_longest(*by_topic) for entry in row if entry is not None]
    return tuple(dict.fromkeys(title for title in titles if len(title) <= LENGTH))[:LIMIT]
