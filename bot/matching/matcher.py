"""From a question to the entries that may answer it, best first. Pure: no files, no clock, no chance.

Four similarities are computed for every entry: that of the question to the entry's nearest phrasing and to all
its phrasings together, over words and over letters. To them comes coverage: how much of what the question is
about the entry speaks of. Entries are scored, not phrasings, so a well-phrased entry has no advantage of number.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.knowledge.entries import Entry
from bot.knowledge.library import Library
from bot.matching.english import rarity
from bot.matching.features import STOPWORDS, Reading, char_features, read, word_features
from bot.matching.index import Floats, Ints, SparseIndex
from bot.matching.lexicon import Lexicon
from bot.matching.spelling import Speller
from bot.matching.text import clean, is_latin

BEST_WEIGHT, PROFILE_WEIGHT, COVERAGE_WEIGHT = 0.4, 0.4, 0.2
WORD_SHARE = 0.6
ANSWER_WEIGHT = 0.15
"""Weight of a word that occurs in the answer's text, against one in a phrasing."""
RERANKED = 12
"""How many entries coverage is computed for; the others stay behind these anyway."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer, its score in [0, 1], and its phrasing nearest to the question."""

    entry: str
    score: float
    question: str
    signals: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates of one question, best first, and what the question looks like as a whole."""

    candidates: tuple[Candidate, ...]
    known: float
    """Share in [0, 1] of what the question is about, by rarity in English, that any entry has a word for."""
    content_words: int
    exact: bool = False
    """Whether the best candidate lists the question word for word."""

    @property
    def margin(self) -> float:
        """How far the best candidate is ahead of the second."""
        scores = [candidate.score for candidate in self.candidates[:2]] + [0.0, 0.0]
        return scores[0] - scores[1]


@dataclass(frozen=True, slots=True)
class _Phrasing:
    text: str
    entry: int
    reading: Reading


Features = Callable[[Reading], dict[str, float]]


class Matcher:
    """Built once for a library, then asked many times. Immutable but for a memory of spelling repairs."""

    def __init__(self, library: Library) -> None:
        self._entries = library.published
        self.lexicon = Lexicon.of(library.facts)
        typed = [(text, at) for at, entry in enumerate(self._entries) for text in _texts(entry, self._entries)]
        plain = [(text, at, self.lexicon.plain(text)) for text, at in typed]
        vocabulary = {word for _, _, words in plain for word in words}
        answers = [self.lexicon.plain(f"{entry.answer} {entry.more}") for entry in self._entries]
        counts = Counter(word for words in answers for word in set(words))
        vocabulary |= {word for word, count in counts.items() if count > 1}
        self.speller = Speller(vocabulary, self.lexicon)
        phrasings = sorted((at, text, tuple(words)) for text, at, words in plain)
        self._phrasings = [_Phrasing(text, at, read(words, self.lexicon)) for at, text, words in phrasings]
        self._first = np.searchsorted([phrasing.entry for phrasing in self._phrasings], range(len(self._entries)))
        self._exact = {
            p.reading.stems: self._entries[p.entry].id for p in self._phrasings if len(p.reading.content) > 1
        }
        bodies = [read(words, self.lexicon) for words in answers]
        self._words = self._index(word_features, bodies)
        self._chars = self._index(char_features, bodies)
        self._vocabularies = [self._vocabulary(at, bodies[at]) for at in range(len(self._entries))]
        self._known = frozenset().union(*self._vocabularies) if self._vocabularies else frozenset()

    def _index(self, features: Features, bodies: Sequence[Reading]) -> SparseIndex:
        """One index over all phrasings and, behind them, one document an entry with everything it says."""
        documents = [features(phrasing.reading) for phrasing in self._phrasings]
        profiles: list[defaultdict[str, float]] = [defaultdict(float) for _ in self._entries]
        for phrasing, document in zip(self._phrasings, documents, strict=True):
            norm = sum(weight * weight for weight in document.values()) ** 0.5 or 1.0
            for name, weight in document.items():
                profiles[phrasing.entry][name] += weight / norm
        for profile, body in zip(profiles, bodies, strict=True):
            for name in features(body):
                profile[name] += ANSWER_WEIGHT
        owners = [phrasing.entry for phrasing in self._phrasings]
        return SparseIndex.build([*documents, *profiles], [*owners, *range(len(profiles))])

    def _vocabulary(self, at: int, body: Reading) -> frozenset[str]:
        own = (phrasing.reading for phrasing in self._phrasings if phrasing.entry == at)
        return frozenset(name for reading in (*own, body) for name in (*reading.content, *reading.concepts))

    def read(self, question: str) -> Reading:
        """The question in plain, spelled-out words."""
        words = self.lexicon.aliases.replace(self.speller.mend(self.lexicon.plain(question)))
        return read(words, self.lexicon, latin=is_latin(clean(question)))

    def rank(self, question: str, limit: int = 10) -> Ranking:
        """The `limit` best candidates for any text. Never raises; nothing recognised gives no candidate."""
        return self.rank_reading(self.read(question), limit)

    def rank_reading(self, reading: Reading, limit: int = 10) -> Ranking:
        """The same for a question that was read before."""
        if not self._entries or not reading.content:
            return Ranking((), 0.0, 0)
        best_words, profile_words, nearest = self._similarities(self._words, word_features(reading))
        best_chars, profile_chars, _ = self._similarities(self._chars, char_features(reading))
        best = WORD_SHARE * best_words + (1 - WORD_SHARE) * best_chars
        profile = WORD_SHARE * profile_words + (1 - WORD_SHARE) * profile_chars
        rough = BEST_WEIGHT * best + PROFILE_WEIGHT * profile
        order = np.argsort(-rough, kind="stable")[: max(RERANKED, limit)]
        mass = _mass(reading)
        candidates = [
            self._candidate(int(at), mass, reading, int(nearest[at]), float(best[at]), float(profile[at]))
            for at in order
            if rough[at] > 0
        ]
        candidates.sort(key=lambda candidate: (-candidate.score, candidate.entry))
        exact = bool(candidates) and self._exact.get(reading.stems) == candidates[0].entry
        return Ranking(tuple(candidates[:limit]), self._share(mass), len(reading.content), exact)

    def _similarities(self, index: SparseIndex, features: Mapping[str, float]) -> tuple[Floats, Floats, Ints]:
        """For every entry: similarity to its nearest phrasing, to its profile, and which phrasing is nearest."""
        similarity = index.similarity(features)
        phrasings, profile = similarity[: len(self._phrasings)], similarity[len(self._phrasings) :]
        best = np.maximum.reduceat(phrasings, self._first)
        nearest = np.array(
            [
                start + int(np.argmax(phrasings[start:end])) if best[at] > 0 else start
                for at, (start, end) in enumerate(zip(self._first, [*self._first[1:], len(phrasings)], strict=True))
            ]
        )
        return best, profile, nearest

    def _candidate(
        self, at: int, mass: Mapping[str, float], reading: Reading, nearest: int, best: float, profile: float
    ) -> Candidate:
        coverage = self._coverage(at, mass, reading, nearest)
        score = BEST_WEIGHT * best + PROFILE_WEIGHT * profile + COVERAGE_WEIGHT * coverage
        signals = {"nearest": best, "profile": profile, "coverage": coverage}
        return Candidate(self._entries[at].id, min(score, 1.0), self._phrasings[nearest].text, signals)

    def _coverage(self, at: int, mass: Mapping[str, float], reading: Reading, nearest: int) -> float:
        """F1 of meaning: how much of the question the entry knows, and of its nearest phrasing the question says."""
        total = sum(mass.values())
        vocabulary = self._vocabularies[at]
        covered = sum(weight for name, weight in mass.items() if name in vocabulary)
        asked = set(reading.content)
        phrasing = _mass(self._phrasings[nearest].reading)
        said = sum(weight for name, weight in phrasing.items() if name in asked)
        whole = sum(phrasing.values())
        if not total or not whole or not covered + said:
            return 0.0
        recall, precision = covered / total, said / whole
        return 2 * recall * precision / (recall + precision)

    def _share(self, mass: Mapping[str, float]) -> float:
        total = sum(mass.values())
        return sum(weight for name, weight in mass.items() if name in self._known) / total if total else 0.0


def _texts(entry: Entry, entries: Sequence[Entry]) -> list[str]:
    """What leads to an entry: its questions, its title, and questions that others send to it."""
    sent = [miss.question for other in entries for miss in other.not_this if miss.entry == entry.id]
    return list(dict.fromkeys([*entry.questions, entry.title, *sent]))


def _mass(reading: Reading) -> dict[str, float]:
    """Stem to how much it says, by its rarity in English at large."""
    return {
        stem: rarity(word) for word, stem in zip(reading.words, reading.stems, strict=True) if word not in STOPWORDS
    }
