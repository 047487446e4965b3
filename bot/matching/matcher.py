"""From a question to the entries that may answer it, best first. Pure: no files, no clock, no chance.

Every entry is compared with the question in two ways, over words and over the letters inside them: by its nearest
phrasing, and by all its phrasings together (its profile). A classifier trained on the phrasings adds what separates
the entries from each other, and coverage how much of what the question is about the entry speaks of, and the other
way round. Entries are scored, not phrasings, so that an entry has no advantage by the number of its phrasings.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from math import fsum

import numpy as np

from bot.knowledge.entries import Entry
from bot.knowledge.library import Library
from bot.matching.classifier import Classifier, evidence
from bot.matching.english import is_common, rarity
from bot.matching.features import QUESTION_WORDS, STOPWORDS, Reading, char_features, read, word_features
from bot.matching.index import Document, Features, Floats, IndexBuilder, SparseIndex, accumulate
from bot.matching.lexicon import Lexicon
from bot.matching.spelling import Speller
from bot.matching.text import is_latin

NEAREST_WEIGHT, PROFILE_WEIGHT, COVERAGE_WEIGHT = 0.25, 0.55, 0.2
CLASSIFIER_WEIGHT = 0.7
"""Weight of the classifier's evidence against the other three together."""
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
    trained: bool = True
    """Whether a classifier had its part in the scores; without one they mean something else."""
    foreign: int = 0
    """Content words that no entry has and that are not common English either: names and tickers of other subjects."""

    @property
    def margin(self) -> float:
        """How far the best candidate is ahead of the second."""
        scores = [candidate.score for candidate in self.candidates[:2]] + [0.0, 0.0]
        return scores[0] - scores[1]


@dataclass(frozen=True, slots=True)
class _Compared:
    """A question beside every phrasing (`phrasings`) and every entry (the others), each a number in [0, 1] but
    `total`, which adds up what is known of an entry before coverage.
    """

    phrasings: Floats
    profiles: Floats
    chances: Floats
    total: Floats

    def is_near(self, entry: int) -> bool:
        """Whether the entry has anything in common with the question."""
        return bool(self.profiles[entry] > 0)


class Matcher:
    """Built once for a library, then asked many times. Immutable but for memories of words seen before.

    It answers at once without a classifier, somewhat less well; `trained` and `taught` give the one that has it.
    """

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
        self.classifier: Classifier | None = None
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
        shared = _shared_pairs(readings)
        profiles: list[Document] = []
        for owner, (start, end) in enumerate(pairwise([*self._first, len(readings)])):
            profile: list[dict[str, float]] = [{}, {}]
            for reading in readings[start:end]:
                features = _indexed(reading, shared)
                builder.add(features, owner)
                accumulate(profile, features, unit=True)
            accumulate(profile, _indexed(bodies[owner], shared), ANSWER_WEIGHT)
            profiles.append(builder.encode(profile))
        for owner, document in enumerate(profiles):
            builder.append(document, owner)
        return builder.build()

    def _entry_vocabularies(self, readings: Sequence[Reading], bodies: Sequence[Reading]) -> list[frozenset[str]]:
        words: list[set[str]] = [{*body.content, *body.concepts} for body in bodies]
        for reading, owner in zip(readings, self._owners, strict=True):
            words[owner].update(reading.content, reading.concepts)
        return [frozenset(known) for known in words]

    def trained(self) -> "Matcher":
        """The same matcher with a classifier trained on its phrasings. Takes about a second at 3,000 phrasings."""
        owners = np.array(self._owners, dtype=np.int32)
        return self.taught(Classifier.train(self._index, owners, len(self._entries)))

    def taught(self, classifier: Classifier | None) -> "Matcher":
        """The same matcher with a classifier that was trained on the same library before, or with none.

        One that does not fit, because it was kept by another version, is not taken.
        """
        fits = classifier is not None and classifier.fits(self._index, len(self._entries))
        other = copy(self)
        other.classifier = classifier if fits else None
        return other

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
        compared = self._compare(reading)
        order = np.argsort(-compared.total, kind="stable")[: max(RERANKED, limit)].tolist()
        mass = _mass(reading)
        candidates = [self._candidate(at, compared, mass) for at in order if compared.is_near(at)]
        candidates.sort(key=lambda candidate: (-candidate.score, candidate.entry))
        listing = self._listed.get(reading.stems)
        if listing is not None:
            first = self._candidate(listing, compared, mass)
            candidates = [replace(first, score=1.0), *(one for one in candidates if one.entry != first.entry)]
        return Ranking(
            candidates=tuple(candidates[:limit]),
            known=self._share(mass),
            content_words=len(reading.content),
            foreign=self._foreign(reading),
            exact=listing is not None,
            trained=self.classifier is not None,
        )

    def _compare(self, reading: Reading) -> _Compared:
        text = self._index.encode(_features(reading))
        similarity = self._index.similarity(text)
        phrasings, profiles = similarity[: len(self._texts)], similarity[len(self._texts) :]
        nearest = np.maximum.reduceat(phrasings, self._first)
        total = NEAREST_WEIGHT * nearest + PROFILE_WEIGHT * profiles
        if self.classifier is None:
            return _Compared(phrasings, profiles, np.zeros_like(profiles), total)
        chances = self.classifier.chances(text)
        return _Compared(phrasings, profiles, chances, total + CLASSIFIER_WEIGHT * evidence(chances))

    def _candidate(self, at: int, compared: _Compared, mass: Mapping[str, float]) -> Candidate:
        start = int(self._first[at])
        end = int(self._first[at + 1]) if at + 1 < len(self._first) else len(self._texts)
        closest = start + int(compared.phrasings[start:end].argmax())
        coverage = _overlap(mass, self._vocabularies[at], self._said[closest])
        whole = 1.0 + (CLASSIFIER_WEIGHT if self.classifier else 0.0)
        score = (float(compared.total[at]) + COVERAGE_WEIGHT * coverage) / whole
        signals = {
            "nearest": float(compared.phrasings[closest]),
            "profile": float(compared.profiles[at]),
            "chance": float(compared.chances[at]),
            "coverage": coverage,
        }
        return Candidate(self._entries[at].id, min(score, 1.0), self._texts[closest], signals)

    def _foreign(self, reading: Reading) -> int:
        pairs = zip(reading.words, reading.stems, strict=True)
        return sum(stem not in self._known and not is_common(word) for word, stem in pairs if word not in STOPWORDS)

    def _share(self, mass: Mapping[str, float]) -> float:
        total = sum(mass.values())
        return sum(weight for name, weight in mass.items() if name in self._known) / total if total else 0.0


def _features(reading: Reading) -> Features:
    return word_features(reading), char_features(reading)


def _shared_pairs(readings: Iterable[Reading]) -> frozenset[str]:
    """Pairs of words that stand in two phrasings or more. The others are most of all features and find nothing: on
    recorded questions the ranking is as good without them, in a quarter of the memory.
    """
    pairs = Counter(chain.from_iterable(_pairs(word_features(reading)) for reading in readings))
    return frozenset(pair for pair, count in pairs.items() if count > 1)


def _pairs(features: Iterable[str]) -> list[str]:
    return [feature for feature in features if " " in feature]


def _indexed(reading: Reading, shared: frozenset[str]) -> Features:
    words, chars = _features(reading)
    return {feature: weight for feature, weight in words.items() if " " not in feature or feature in shared}, chars


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
    covered = fsum(map(asked.__getitem__, vocabulary.intersection(asked)))  # exact, so that no order matters
    shared = fsum(map(said.__getitem__, said.keys() & asked.keys()))
    if not total or not whole or not covered + shared:
        return 0.0
    recall, precision = covered / total, shared / whole
    return 2 * recall * precision / (recall + precision)
