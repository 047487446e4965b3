"""From a question to the entries that may answer it, best first. Pure: no files, no clock, no chance.

Every entry is judged by three signals: the chance that a classifier trained on the phrasings gives it, how near its
nearest phrasing is, and coverage: how much of what the question is about the entry speaks of, and the other way round.
Entries are scored, not phrasings, so that an entry has no advantage by the number of its phrasings.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import chain, islice
from sys import intern

import numpy as np

from bot.knowledge.entries import Entry
from bot.knowledge.library import Library
from bot.matching.classifier import LARGEST, Classifier, evidence, unfitted_chances
from bot.matching.coverage import Asked, Coverage
from bot.matching.english import is_common
from bot.matching.features import QUESTION_WORDS, STOPWORDS, Reading, read
from bot.matching.index import Floats, Ints
from bot.matching.lexicon import Lexicon
from bot.matching.names import Names
from bot.matching.shortlist import Shortlist
from bot.matching.space import Pairs, Point, Space
from bot.matching.spelling import Speller
from bot.matching.text import is_latin
from bot.matching.vectors import hash_of, shipped_vectors

CHANCE_WEIGHT, NEAREST_WEIGHT, COVERAGE_WEIGHT = 0.58, 0.27, 0.15
"""Weights of the three signals in a score; together one."""
OTHER_NAME_WEIGHT = 0.15
"""What a score loses when the question names one thing and the entry is about others."""
RERANKED = 10
"""How many entries coverage is computed for; the others stay behind these anyway."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer, its score in [0, 1], its phrasing nearest to the question, and the score's parts."""

    entry: str
    score: float
    question: str
    signals: Mapping[str, float]


def parts_of(signals: Mapping[str, float]) -> dict[str, float]:
    """What each signal of a candidate adds to its score, negative if it counts against it. Their sum is the score."""
    near, coverage = signals.get("nearest", 0.0), signals.get("coverage", 0.0)
    sure = float(evidence(np.array(signals.get("chance", 0.0), dtype=np.float32)))
    return {
        "chance": CHANCE_WEIGHT * sure,
        "nearest": NEAREST_WEIGHT * near,
        "coverage": COVERAGE_WEIGHT * coverage,
        "other_name": 0.0 - OTHER_NAME_WEIGHT * signals.get("other_name", 0.0),
    }


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
    """A question beside some or all `entries` (their numbers, ascending) and beside their `phrasings`, those of the
    entry at place i from `starts[i]` on. `total` adds up what is known of an entry before coverage.
    """

    entries: Ints
    starts: Ints
    phrasings: Ints
    similarity: Floats
    nearest: Floats
    chances: Floats
    total: Floats

    def closest(self, place: int) -> int:
        """Place of the phrasing nearest to the question, of the entry at a place."""
        start = int(self.starts[place])
        end = int(self.starts[place + 1]) if place + 1 < len(self.starts) else len(self.similarity)
        return start + int(self.similarity[start:end].argmax())


class _Readings:
    """Texts that are read anew each time somebody goes through them: all at once they would need more memory than
    what is built from them.
    """

    def __init__(self, texts: Sequence[str], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        # Aliases twice, as in a question that was mended: "restaked swell ether" is first "… eth" and then rswETH.
        self._plain = [" ".join(lexicon.aliases.replace(lexicon.plain(text))) for text in texts]

    def words(self) -> Iterator[list[str]]:
        """The plain words of each text."""
        return (list(map(intern, text.split())) for text in self._plain)

    def __iter__(self) -> Iterator[Reading]:
        return (read(words, self._lexicon) for words in self.words())

    def __len__(self) -> int:
        return len(self._plain)


class Matcher:
    """Built once for a library, then asked many times. Immutable but for memories of words seen before.

    It answers at once without a classifier, somewhat less well; `trained` and `taught` give the one that has it.
    """

    def __init__(self, library: Library) -> None:
        self._entries = sorted(library.published, key=lambda entry: entry.id)  # so that no order of files matters
        self.lexicon = Lexicon.of(library.facts)
        self._texts, self._owners = _phrasings(self._entries)
        plain = _Readings(self._texts, self.lexicon)
        answers = _Readings([f"{entry.answer} {entry.more}" for entry in self._entries], self.lexicon)
        self.speller = Speller(_vocabulary(plain.words(), answers.words()) | self._rule_words(), self.lexicon)
        self._first = np.searchsorted(self._owners, range(len(self._entries))).astype(np.int32)
        self._all = np.arange(len(self._entries), dtype=np.int32), np.arange(len(self._texts), dtype=np.int32)
        self._names, self._coverage = Names(library.facts, self.lexicon), Coverage()
        pairs = Pairs()
        self._listed = self._describe(plain, answers, pairs)
        self._space = Space.of(plain, self._owners, pairs, shipped_vectors())
        large = len(self._texts) > LARGEST
        self._shortlist = Shortlist.of(self._space, self._owners, len(self._entries)) if large else None
        self.classifier: Classifier | None = None

    def _describe(self, phrasings: Iterable[Reading], bodies: Iterable[Reading], pairs: Pairs) -> dict[int, int]:
        """Learn what every entry says, note the `pairs` of words in its phrasings, and give back which one lists a
        question: the key of each phrasing to the number of the entry, where that is one entry only.
        """
        listed: dict[int, int] = {}
        twice: set[int] = set()
        left, sizes = iter(phrasings), np.diff([*self._first.tolist(), len(self._texts)]).tolist()
        for at, (entry, body, size) in enumerate(zip(self._entries, bodies, sizes, strict=True)):
            own = list(islice(left, size))
            self._names.add(entry, own, body)
            self._coverage.add_entry([*own, body])
            for reading in own:
                self._coverage.add_phrasing(reading)
                pairs.add(reading)
                key = _key(reading.stems)
                if len(reading.content) > 1 and listed.setdefault(key, at) != at:
                    twice.add(key)
        return {key: at for key, at in listed.items() if key not in twice}

    def _owned(self) -> Ints:
        return np.array(self._owners, dtype=np.int32)

    def _rule_words(self) -> set[str]:
        """The words of all `Always` rules: they must not be taken for slips of other words, and their slips count."""
        rules = chain.from_iterable(entry.always for entry in self._entries)
        texts = chain.from_iterable(term.alternatives for rule in rules for term in rule.terms)
        return {word for text in texts for word in self.lexicon.plain(text)}

    def trained(self) -> "Matcher":
        """The same matcher with a classifier trained on its phrasings. Takes about a second at 4,000 phrasings."""
        return self.taught(Classifier.train(self._space, self._owned(), len(self._entries)))

    def taught(self, classifier: Classifier | None) -> "Matcher":
        """The same matcher with a classifier that was trained on the same library before, or with none.

        One that does not fit, because it was kept by another version, is not taken.
        """
        fits = classifier is not None and classifier.fits(self._space, len(self._entries))
        other = copy(self)
        other.classifier = classifier if fits else None
        return other

    @property
    def space(self) -> Space:
        """Where the phrasings stand, for who compares texts with each other."""
        return self._space

    def knows(self, word: str) -> bool:
        """Whether any entry has a word, in whatever form."""
        (stem,) = self.lexicon.stemmed([word])
        return self._coverage.knows(stem)

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
        listing = self._listed.get(_key(reading.stems))
        compared = self._compare(reading, listing)
        candidates = self._candidates(reading, compared, max(RERANKED, limit))
        if listing is not None:
            first = next(one for one in candidates if one.entry == self._entries[listing].id)
            candidates = [replace(first, score=1.0), *(one for one in candidates if one is not first)]
        return Ranking(
            candidates=tuple(candidates[:limit]),
            known=self._coverage.asked(reading).share_known,
            content_words=len(reading.content),
            foreign=self._foreign(reading),
            exact=listing is not None,
            trained=self.classifier is not None,
        )

    def _compare(self, reading: Reading, listing: int | None) -> _Compared:
        point = self._space.locate(reading)
        if self._shortlist is None:
            entries, phrasings, starts = *self._all, self._first
            similarity = self._space.similarity(point)
        else:
            entries = self._shortlist.entries(point, listing)
            phrasings, starts, similarity = self._shortlist.similarity(point, entries)
        nearest = np.maximum.reduceat(similarity, starts)
        chances = self._chances(point, similarity, starts)
        total = NEAREST_WEIGHT * nearest + CHANCE_WEIGHT * evidence(chances)
        return _Compared(entries, starts, phrasings, similarity, nearest, chances, total)

    def _chances(self, point: Point, similarity: Floats, starts: Ints) -> Floats:
        return self.classifier.chances(point) if self.classifier else unfitted_chances(similarity, starts)

    def _candidates(self, reading: Reading, compared: _Compared, limit: int) -> list[Candidate]:
        """The best before coverage is known, ordered with it."""
        asked, names = self._coverage.asked(reading), self._names.asked(reading)
        places = np.argsort(-compared.total, kind="stable")[:limit].tolist()
        candidates = [self._candidate(place, compared, asked, names) for place in places if compared.nearest[place] > 0]
        return sorted(candidates, key=lambda candidate: (-candidate.score, candidate.entry))

    def _candidate(self, place: int, compared: _Compared, asked: Asked, names: frozenset[str]) -> Candidate:
        entry, closest = int(compared.entries[place]), compared.closest(place)
        phrasing = int(compared.phrasings[closest])
        coverage = self._coverage.overlap(asked, entry, phrasing)
        other_name = float(self._names.conflict(entry, names))
        signals = {
            "nearest": float(compared.similarity[closest]),
            "chance": float(compared.chances[place]),
            "coverage": coverage,
            "other_name": other_name,
        }
        score = float(compared.total[place]) + COVERAGE_WEIGHT * coverage - OTHER_NAME_WEIGHT * other_name
        return Candidate(self._entries[entry].id, min(max(score, 0.0), 1.0), self._texts[phrasing], signals)

    def _foreign(self, reading: Reading) -> int:
        pairs = zip(reading.words, reading.stems, strict=True)
        known = self._coverage.knows
        return sum(not known(stem) and not is_common(word) for word, stem in pairs if word not in STOPWORDS)


def _phrasings(entries: Sequence[Entry]) -> tuple[list[str], list[int]]:
    """Every way in which entries are asked for, and the number of the entry that each belongs to."""
    texts: list[str] = []
    owners: list[int] = []
    sent = _sent_by_others(entries)
    for at, entry in enumerate(entries):
        own = sorted({*entry.questions, entry.title, *sent.get(entry.id, ())})
        texts.extend(own)
        owners.extend([at] * len(own))
    return texts, owners


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


def _key(stems: Sequence[str]) -> int:
    return hash_of(" ".join(stems))
