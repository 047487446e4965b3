"""Repair of mistyped words against the words that the entries use."""

from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.matching.english import is_common
from bot.matching.lexicon import Lexicon, stem

SHORTEST = 4
"""Words below this length are left alone: one edit turns too many of them into each other."""
SHORTEST_ORDINARY = 5
"""Below this length only a swap of letters and slips of names are mended: `doge` is not a slip of `dodge`."""
CUTOFF = 76.0
"""Least rapidfuzz `ratio` (0 to 100) between a mistyped word and the word it is taken for."""
LOOKED_UP = 24
"""Unknown words of one question that are looked up."""
LENGTH_GAP = 2
"""Letters by which a slip may be longer or shorter than the word."""
REMEMBERED = 4096
"""Words whose repair is remembered; at the next one all are forgotten."""

_FILLING = ("does", "from", "have", "that", "they", "this", "what", "when", "which", "will", "with", "your")
"""The commonest words without a topic, none of them one letter from a ticker that is asked about."""


class Speller:
    """Knows the words of a knowledge base and mends words that are probably slips of one of them."""

    def __init__(self, vocabulary: Iterable[str], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._known = frozenset(vocabulary) | lexicon.symbols | lexicon.slang_words | lexicon.elsewhere
        self._stems = frozenset(map(stem, self._known))
        words = sorted(w for w in self._known if len(w) >= SHORTEST and not w.isdigit() and w not in lexicon.elsewhere)
        self._plain = _by_length(word for word in words if word not in lexicon.symbols)
        self._symbols = _by_length(sorted(lexicon.symbols))
        self._memory: dict[str, str] = {}

    def mend(self, words: Sequence[str]) -> list[str]:
        """`words` with slips repaired, among the first `LOOKED_UP` unknown ones: nobody slips more often, and a text
        of gibberish must not hold up other questions. A word that could be two different names stays as it was typed.
        """
        unknown = list(dict.fromkeys(word for word in words if self._is_unknown(word)))[:LOOKED_UP]
        mended = {word: self._mended(word) for word in unknown}
        return [mended.get(word, word) for word in words]

    def _is_unknown(self, word: str) -> bool:
        if len(word) < SHORTEST or word in self._known or is_common(word) or word.isdigit():
            return False
        return not self._lexicon.is_form_of(word, self._stems)  # another form of a known word is no slip

    def _mended(self, word: str) -> str:
        known = self._memory.get(word)
        if known is None:
            if len(self._memory) >= REMEMBERED:
                self._memory.clear()
            known = self._memory[word] = self._repair(word)
        return known

    def _repair(self, word: str) -> str:
        names = [name for name in _near(self._symbols, word, 1) if OSA.distance(word, name, score_cutoff=1) <= 1]
        if names:
            # Two names one slip away: guessing would answer about the wrong token.
            return names[0] if len(names) == 1 else word
        swapped = sorted(other for other in _swaps(word) if other in self._known)
        if len(swapped) == 1:
            return swapped[0]
        if len(word) < SHORTEST_ORDINARY:
            # A slip of a word that carries no topic only has to go; `doas` may be any of them.
            return next((other for other in _FILLING if OSA.distance(word, other, score_cutoff=1) <= 1), word)
        alike = _near(self._plain, word, LENGTH_GAP)
        found = process.extract(word, alike, scorer=fuzz.ratio, score_cutoff=CUTOFF, limit=5)
        near = [(OSA.distance(word, known), -score, known) for known, score, _ in found]
        return min(near)[2] if near else word


def _by_length(words: Iterable[str]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for word in words:
        found.setdefault(len(word), []).append(word)
    return found


def _near(words: Mapping[int, Sequence[str]], word: str, gap: int) -> list[str]:
    """The words that are at most `gap` letters longer or shorter, the shorter first."""
    return [other for length in range(len(word) - gap, len(word) + gap + 1) for other in words.get(length, ())]


def _swaps(word: str) -> set[str]:
    """What `word` becomes when two neighbouring letters change places, the commonest slip of all."""
    return {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
