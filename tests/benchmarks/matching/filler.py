"""Made-up entries that crowd a library, to see what real questions and the machine make of 100,000 phrasings.

A filler phrasing is a real one whose function words stay where they are, while every other word is exchanged for one
of its entry's topic: a made-up protocol name, ordinary English words and a few words of the real phrasings. So its
length, word order and sharing of words inside an entry are those of real phrasings, and its meaning is nil: quality
in such a crowd says how well real questions survive it, not how well as many reviewed entries would be told apart.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from random import Random

from bot.knowledge import Entry, Status

FUNCTION_WORD = 5.8
"""Zipf value from which on a word is kept as one of the sentence's frame; it marks half of the words of a question."""
PHRASINGS = 10
"""Phrasings of a filler entry, its title among them."""
ENGLISH_WORDS, SUBJECT_WORDS = 8, 4
"""Words of a topic from English at large, and from the real phrasings, where usual words come more often."""
NAMED = 0.7
"""Share of phrasings that may use the name of what their entry is about."""
SAID = 4
"""Phrasings that stand for the answer's text, which is about forty words."""
_WORD = re.compile(r"[a-z0-9']+")
_OPENINGS = "b br c d dr f fl g gr h j k kr l m n p pl q r s st t tr v w x z".split()  # noqa: SIM905 - reads better
_VOWELS = "a e i o u ai eo io".split()  # noqa: SIM905 - the same
_ENDINGS = ("", "", "fi", "dao", "lend", "ex", "swap", "nox", "ra", "lia")


@dataclass(frozen=True, slots=True)
class Words:
    """What filler is made of: real phrasings as frames, and the words that may fill their gaps."""

    frames: tuple[str, ...]
    kept: frozenset[str]
    english: tuple[str, ...]
    subject: tuple[str, ...]

    @classmethod
    def of(cls, phrasings: Sequence[str], frequencies: Mapping[str, float]) -> "Words":
        """From real phrasings and the Zipf values of English words."""
        kept = frozenset(word for word, value in frequencies.items() if value >= FUNCTION_WORD)
        english = tuple(sorted(word for word in frequencies if word not in kept and len(word) > 2))
        frames = tuple(phrasing.lower() for phrasing in phrasings)
        used = (word for frame in frames for word in _WORD.findall(frame))
        return cls(frames, kept, english, tuple(word for word in used if word not in kept))


def entries(words: Words, phrasings: int, seed: int) -> Iterator[Entry]:
    """Filler entries with `phrasings` phrasings in all; the same seed gives the same ones."""
    chance = Random(seed)  # noqa: S311 - a benchmark must be the same every time
    for number in range(-(-phrasings // PHRASINGS)):
        yield _entry(words, number, min(PHRASINGS, phrasings - number * PHRASINGS), chance)


def _entry(words: Words, number: int, count: int, chance: Random) -> Entry:
    topic = _topic(words, chance)
    found: dict[str, None] = {}
    while len(found) < count:
        found[_phrasing(words, topic, chance)] = None
    title, *others = found
    name = f"filler-{number:05}"
    return Entry(
        id=name,
        topic="filler",
        file=f"filler/{name}.md",
        status=Status.PUBLISHED,
        title=title,
        questions=tuple(others) or (title,),
        answer=". ".join([title, *others][:SAID]),
    )


def _topic(words: Words, chance: Random) -> list[str]:
    """What a filler entry is about, its made-up name first."""
    others = chance.sample(words.english, ENGLISH_WORDS) + chance.choices(words.subject, k=SUBJECT_WORDS)
    return [_name(chance), *others]


def _name(chance: Random) -> str:
    syllables = [chance.choice(_OPENINGS) + chance.choice(_VOWELS) for _ in range(chance.randint(2, 3))]
    return "".join(syllables) + chance.choice(_ENDINGS)


def _phrasing(words: Words, topic: Sequence[str], chance: Random) -> str:
    frame = chance.choice(words.frames)
    others = chance.sample(topic[1:], len(topic) - 1)
    if chance.random() < NAMED:
        others.insert(chance.randrange(len(others) // 2), topic[0])
    filling = cycle(others)
    return _WORD.sub(lambda word: word[0] if word[0] in words.kept else next(filling), frame)
