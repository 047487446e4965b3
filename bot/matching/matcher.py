"""From a question to the entries that may answer it, best first. Pure: no files, no clock, no chance.

Every entry is compared with the question in two ways, over words and over the letters inside them: by its nearest
phrasing, and by all its phrasings together (its profile). To this comes coverage: how much of what the question is
about the entry speaks of, and the other way round. Entries are scored, not phrasings, so that an entry has no
advantage by the number of its phrasings.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from bot.knowledge.entries import Entry
from bot.knowledge.library import Library
from bot.matching.english import rarity
from bot.matching.features import QUESTION_WORDS, STOPWORDS, Reading, char_features, read, word_features
from bot.matching.index import Features, Floats, IndexBuilder, SparseIndex, accumulate
from bot.matching.lexicon import Lexicon
from bot.matching.spelling import Speller
from bot.matching.text import is_latin

NEAREST_WEIGHT, PROFILE_WEIGHT, COVERAGE_WEIGHT = 0.25, 0.55, 0.2
WORD_SHARE = 0.6
"""Share of words in a similarity; the rest is that of the letters inside them."""
ANSWER_WEIGHT = 0.15
"""Weight of a word that occurs in the answer's text, against one in a phrasing."""
RERANKED = 10
"""How many entries coverage is computed for; the others stay behind these anyway."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer, its score in [0, 1], its phrasing nearest to the question, and the score's parts."""

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
    """Whether the best candidate, and it alone, lists the question: the same stems in the same order, two or more of
    which carry meaning."""

    @property
    def margin(self) -> float:
        """How far the best candidate is ahead of the second."""
        scores = [candidate.score for candidate in self.candidates[:2]] + [0.0, 0.0]
        return scores[0] - scores[1]


class Matcher:
    """Built once for a library, then asked many times. Immutable but for memories of words seen before."""

    def __init__(self, library: Library) -> None:
        self._entries = library.published
        self.lexicon = Lexicon.of(library.facts)
        sent = _sent_by_others(self._entries)
        self._texts: list[str] = []
        self._owners: list[int] = []
        for at, entry in enumerate(self._entries):
            own = sorted({*entry.questions, entry.title, *sent.get(entry.id, ())})
            self._texts.extend(own)
            self._owners.extend([at] * len(own))
        plain = [self.lexicon.plain(text) for text in self._texts]
        answers = [self.lexicon.plain(f"{entry.answer} {entry.more}") for entry in self._entries]
        self.speller = Speller(_vocabulary(plain, answers) | self._rule_words(), self.lexicon)
        readings = [read(words, self.lexicon) for words in plain]
        bodies = [read(words, self.lexicon) for words in answers]
        self._first = np.searchsorted(self._owners, range(len(self._entries)))
        self._index = self._build_index(readings, bodies)
        self._said = [_mass(reading) for reading in readings]
        self._listed = _listed(readings, self._owners)
        self._vocabularies = self._entry_vocabularies(readings, bodies)
        self._known = frozenset(chain.from_iterable(self._vocabularies))

    def _rule_words(self) -> set[str]:
        """The words of all `Always` rules: they must not be taken for slips of other words, and their slips count."""
        rules = chain.from_iterable(entry.always for entry in self._entries)
        texts = chain.from_iterable(term.alternatives for rule in rules for term in rule.terms)
        return {word for text in texts for word in self.lexicon.plain(text)}

    def _build_index(self, readings: Sequence[Reading], bodies: Sequence[Reading]) -> SparseIndex:
        """One document a phrasing and, behind these, one an entry with everything it says."""
        builder = IndexBuilder((WORD_SHARE, 1 - WORD_SHARE))
        profiles: list[list[dict[str, float]]] = [[{}, {}] for _ in self._entries]
        for reading, owner in zip(readings, self._owners, strict=True):
            features = _features(reading)
            builder.add(features, owner)
            accumulate(profiles[owner], features, unit=True)
        for owner, (profile, body) in enumerate(zip(profiles, bodies, strict=True)):
            accumulate(profile, _features(body), ANSWER_WEIGHT)
            builder.add(profile, owner)
            profile.clear()
        return builder.build()

    def _entry_vocabularies(self, readings: Sequence[Reading], bodies: Sequence[Reading]) -> list[frozenset[str]]:
        words: list[set[str]] = [{*body.content, *body.concepts} for body in bodies]
        for reading, owner in zip(readings, self._owners, strict=True):
            words[owner].update(reading.content, reading.concepts)
        return [frozenset(known) for known in words]

    def read(self, question: str) -> Reading:
        """The question in plain, spelled-out words."""
        words = self.lexicon.aliases.replace(self.speller.mend(self.lexicon.plain(question)))
        return read(words, self.lexicon, latin=is_latin(question))

    def rank(self, question: str, limit: int = 10) -> Ranking:
        """The `limit` best candidates for any text. Never raises; nothing recognised gives no candidate."""
        return self.rank_reading(self.read(question), limit)

    def rank_reading(self, reading: Reading, limit: int = 10) -> Ranking:
        """The same for a question that was read before."""
        if not self._entries or not reading.content:
            return Ranking((), 0.0, 0)
        similarity = self._index.similarity(_features(reading))
        phrasings, profiles = similarity[: len(self._texts)], similarity[len(self._texts) :]
        nearest = np.maximum.reduceat(phrasings, self._first)
        rough = NEAREST_WEIGHT * nearest + PROFILE_WEIGHT * profiles
        order = [at for at in np.argsort(-rough, kind="stable")[: max(RERANKED, limit)].tolist() if rough[at] > 0]
        mass = _mass(reading)
        candidates = [self._candidate(at, phrasings, float(profiles[at]), mass) for at in order]
        candidates.sort(key=lambda candidate: (-candidate.score, candidate.entry))
        listing = self._listed.get(reading.stems)
        if listing is not None:
            first = self._candidate(listing, phrasings, float(profiles[listing]), mass)
            candidates = [replace(first, score=1.0), *(one for one in candidates if one.entry != first.entry)]
        return Ranking(tuple(candidates[:limit]), self._share(mass), len(reading.content), listing is not None)

    def _candidate(self, at: int, phrasings: Floats, profile: float, mass: Mapping[str, float]) -> Candidate:
        start = int(self._first[at])
        end = int(self._first[at + 1]) if at + 1 < len(self._first) else len(self._texts)
        closest = start + int(phrasings[start:end].argmax())
        nearest = float(phrasings[closest])
        coverage = _overlap(mass, self._vocabularies[at], self._said[closest])
        score = NEAREST_WEIGHT * nearest + PROFILE_WEIGHT * profile + COVERAGE_WEIGHT * coverage
        signals = {"nearest": nearest, "profile": profile, "coverage": coverage}
        return Candidate(self._entries[at].id, min(score, 1.0), self._texts[closest], signals)

    def _share(self, mass: Mapping[str, float]) -> float:
        total = sum(mass.values())
        return sum(weight for name, weight in mass.items() if name in self._known) / total if total else 0.0


def _features(reading: Reading) -> Features:
    return word_features(reading), char_features(reading)


def _sent_by_others(entries: Sequence[Entry]) -> dict[str, list[str]]:
    """Near misses of other entries, by the entry they belong to: one more way in which that one is asked for."""
    sent: dict[str, list[str]] = {}
    for entry in entries:
        for miss in entry.not_this:
            sent.setdefault(miss.entry, []).append(miss.question)
    return sent


def _vocabulary(phrasings: Iterable[Sequence[str]], answers: Iterable[Sequence[str]]) -> set[str]:
    """Words that a slip may be mended to. A word that a single answer uses may be a slip itself."""
    counts = Counter(word for words in answers for word in set(words))
    repeated = {word for word, count in counts.items() if count > 1}
    return set(chain.from_iterable(phrasings)) | repeated | STOPWORDS | QUESTION_WORDS


def _listed(readings: Sequence[Reading], owners: Sequence[int]) -> dict[tuple[str, ...], int]:
    """Stems of a phrasing to the entry that lists it, where that is one entry only."""
    found: dict[tuple[str, ...], set[int]] = {}
    for reading, owner in zip(readings, owners, strict=True):
        if len(reading.content) > 1:
            found.setdefault(reading.stems, set()).add(owner)
    return {stems: min(listing) for stems, listing in found.items() if len(listing) == 1}


def _mass(reading: Reading) -> dict[str, float]:
    """Stem to how much it says, by its rarity in English at large."""
    pairs = zip(reading.words, reading.stems, strict=True)
    return {stem: rarity(word) for word, stem in pairs if word not in STOPWORDS}


def _overlap(asked: Mapping[str, float], vocabulary: frozenset[str], said: Mapping[str, float]) -> float:
    """F1 of meaning: how much of the question the entry has words for, and how much of its nearest phrasing the
    question says.
    """
    total, whole = sum(asked.values()), sum(said.values())
    covered = sum(map(asked.__getitem__, asked.keys() & vocabulary))
    shared = sum(map(said.__getitem__, said.keys() & asked.keys()))
    if not total or not whole or not covered + shared:
        return 0.0
    recall, precision = covered / total, shared / whole
    return 2 * recall * precision / (recall + precision)
