"""What one measurement is about: entries with a given number of phrasings, and the questions asked of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from bot.knowledge import Entry, RecordedQuestion
from tests.benchmarks.matching import filler

FEWEST = 5
"""Phrasings of an entry where a small size has no room for all entries."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Entries to choose from, and questions; a question without entries is off-topic."""

    entries: tuple[Entry, ...]
    questions: tuple[RecordedQuestion, ...]

    @property
    def phrasings(self) -> list[tuple[str, str]]:
        """Every phrasing with the id of its entry; those of one entry stand together."""
        return [(text, entry) for entry, texts in phrasings_of(self.entries).items() for text in texts]


def phrasings_of(entries: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    """All texts by which an entry is asked for: its questions, its title, and near misses of others that name it."""
    texts = {entry.id: {*entry.questions, entry.title} for entry in entries}
    for entry in entries:
        for miss in entry.not_this:
            if miss.entry in texts:
                texts[miss.entry].add(miss.question)
    return {entry: tuple(sorted(own)) for entry, own in texts.items()}


def count_of(entries: Sequence[Entry]) -> int:
    """How many phrasings entries have."""
    return sum(map(len, phrasings_of(entries).values()))


def of_size(
    entries: Sequence[Entry],
    questions: Iterable[RecordedQuestion],
    size: int,
    frequencies: Mapping[str, float],
    seed: int,
) -> Corpus:
    """The shipped entries with `size` phrasings: a seeded sample of them, or all of them among filler.

    A sample keeps all entries where each can have one phrasing; else fewer entries, `FEWEST` phrasings each. Questions
    about entries left out are left out too, off-topic ones never. `frequencies` are Zipf values of English words.
    """
    shipped = count_of(entries)
    if size < shipped:
        return _about(thinned(entries, size, seed), questions)
    words = filler.Words.of([text for own in phrasings_of(entries).values() for text in own], frequencies)
    return _about((*entries, *filler.entries(words, size - shipped, seed)), questions)


def thinned(entries: Sequence[Entry], size: int, seed: int) -> tuple[Entry, ...]:
    """Entries with a sample of their phrasings, `size` in all or what there is."""
    chance = Random(seed)  # noqa: S311 - a benchmark must be the same every time
    kept = list(entries)
    if size < len(kept):
        kept = sorted(chance.sample(kept, max(1, size // FEWEST)), key=lambda entry: entry.id)
    texts = phrasings_of(entries)
    each, more = divmod(size, len(kept))
    return tuple(_with(entry, texts[entry.id], each + (at < more), chance) for at, entry in enumerate(kept))


def _with(entry: Entry, texts: Sequence[str], count: int, chance: Random) -> Entry:
    title, *others = chance.sample(texts, min(count, len(texts)))
    return replace(entry, title=title, questions=tuple(others) or (title,), not_this=())


def _about(entries: tuple[Entry, ...], questions: Iterable[RecordedQuestion]) -> Corpus:
    held = {entry.id for entry in entries}
    limited = (replace(one, entries=tuple(entry for entry in one.entries if entry in held)) for one in questions)
    asked = zip(questions, limited, strict=True)
    return Corpus(entries, tuple(left for one, left in asked if one.off_topic or left.entries))
