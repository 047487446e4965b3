"""How often the right entry comes first, and at what cost: ours beside what else could be taken, in one run.

`python -m tests.benchmarks.matching_quality [KNOWLEDGE]` asks all recorded questions of a knowledge folder and prints
a Markdown table. BM25 gets the same plain words, repaired and stemmed, as ours; WRatio compares the texts as typed.
"""

import math
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rapidfuzz import fuzz, process

from bot.knowledge import RecordedQuestion, read_library, read_recorded
from bot.matching.matcher import Matcher

K1, B = 1.5, 0.75
"""The usual parameters of BM25 (Robertson and Zaragoza, 2009)."""
PLACES = 3
NEAREST = 30

Rank = Callable[[str], Sequence[str]]


class Phrasings:
    """All phrasings of a folder with the entry of each; an entry ranks by its best one."""

    def __init__(self, entries: Sequence[tuple[str, str]]) -> None:
        self.texts = [text for text, _ in entries]
        self.owners = [owner for _, owner in entries]

    def by_entry(self, order: Sequence[int]) -> list[str]:
        return list(dict.fromkeys(self.owners[number] for number in order))


def bm25(phrasings: Phrasings, matcher: Matcher) -> Rank:
    documents = [Counter(matcher.read(text).content) for text in phrasings.texts]
    holders = Counter(word for document in documents for word in document)
    average = sum(document.total() for document in documents) / len(documents)
    postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for number, document in enumerate(documents):
        norm = K1 * (1 - B + B * document.total() / average)
        for word, count in document.items():
            rarity = math.log(1 + (len(documents) - holders[word] + 0.5) / (holders[word] + 0.5))
            postings[word].append((number, rarity * count * (K1 + 1) / (count + norm)))

    def rank(question: str) -> Sequence[str]:
        scores: defaultdict[int, float] = defaultdict(float)
        for word in matcher.read(question).content:
            for number, score in postings.get(word, ()):
                scores[number] += score
        return phrasings.by_entry(sorted(scores, key=lambda number: (-scores[number], number)))

    return rank


def wratio(phrasings: Phrasings) -> Rank:
    lowered = [text.lower() for text in phrasings.texts]

    def rank(question: str) -> Sequence[str]:
        found = process.extract(question.lower(), lowered, scorer=fuzz.WRatio, limit=NEAREST)
        return phrasings.by_entry([number for _, _, number in found])

    return rank


def ours(matcher: Matcher) -> Rank:
    return lambda question: [candidate.entry for candidate in matcher.rank(question).candidates]


def row(name: str, rank: Rank, questions: Sequence[RecordedQuestion]) -> str:
    began = time.process_time()
    found = [(rank(recorded.question), recorded.entries) for recorded in questions]
    cost = (time.process_time() - began) / len(questions) * 1000
    first = sum(any(entry in right for entry in ranked[:1]) for ranked, right in found) / len(questions)
    three = sum(any(entry in right for entry in ranked[:PLACES]) for ranked, right in found) / len(questions)
    return f"| {name} | {first:.1%} | {three:.1%} | {cost:.2f} |"


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "knowledge")
    library = read_library(folder, datetime.now(UTC).date()).library
    parts, _ = read_recorded(folder, library.entries)
    matcher = Matcher(library)
    trained = matcher.trained()
    phrasings = Phrasings([(text, entry.id) for entry in library.published for text in (*entry.questions, entry.title)])
    methods = {
        "rapidfuzz WRatio": wratio(phrasings),
        "BM25, same words": bm25(phrasings, matcher),
        "ours, untrained": ours(matcher),
        "ours": ours(trained),
    }
    for part, recorded in sorted(parts.items()):
        questions = [one for one in recorded if not one.off_topic]
        print(f"\nPart {part}, {len(questions)} questions, {len(phrasings.texts)} phrasings\n")
        print("| method | right first | among three | ms CPU a question |\n|---|---|---|---|")
        print("\n".join(row(name, rank, questions) for name, rank in methods.items()))


if __name__ == "__main__":
    main()
