"""What is compared: words with their neighbours and meanings, and the letters inside words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.matching.lexicon import Lexicon

BIGRAM_WEIGHT = 0.5
CONCEPT_WEIGHT = 0.7
GRAM = 3
"""Letters of a character n-gram. Longer ones made the index half as large again and found nothing more."""

# Words that carry no topic and whose stems would only blur neighbours: articles, pronouns, forms of be and do,
# courtesy. Question words stay, because "how", "when" and "why" ask for different things.
STOPWORDS = frozenset(
    """
    a an the i me my mine we us our you your yours he she it its they them their this that these those is am
    are was were be been being do does did doing done has have had having will would shall should can could
    may might must of in on at to for from by with as and or but if so then than there here just really
    please thanks sir sirs hello hi hey guys anyone someone somebody everyone everybody know tell want need
    like also still even much very good morning night honestly kind not no s t
    """.split()  # noqa: SIM905 - a paragraph of words reads better than a list of quotes
)

QUESTION_WORDS = frozenset("what why how when where which who whose whom".split())  # noqa: SIM905 - the same


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as the matcher sees it: plain words, their stems and the names of meanings among them."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    content: tuple[str, ...]
    """The stems that are not stopwords, in order; all of them when every word is one."""
    concepts: tuple[str, ...]
    latin: bool = True
    """Whether the letters are mostly Latin, so that the text can be English at all."""


def read(words: Sequence[str], lexicon: Lexicon, *, latin: bool = True) -> Reading:
    """Everything that scoring needs to know about a run of plain words."""
    stems = lexicon.stemmed(words)
    kept = [at for at, word in enumerate(words) if word not in STOPWORDS] or list(range(len(words)))
    content = [stems[at] for at in kept]
    return Reading(tuple(words), tuple(stems), tuple(content), tuple(lexicon.concepts(stems)), latin)


def word_features(reading: Reading) -> dict[str, float]:
    """Feature to weight: content stems, pairs of neighbouring content stems, meanings."""
    weights: dict[str, float] = dict.fromkeys(reading.content, 1.0)
    for first, second in pairwise(reading.content):
        weights[f"{first} {second}"] = BIGRAM_WEIGHT
    for concept in reading.concepts:
        weights[concept] = CONCEPT_WEIGHT
    return weights


def char_features(reading: Reading) -> dict[str, float]:
    """Character n-grams inside the content words, each word padded so that its ends count."""
    grams: dict[str, float] = {}
    for word in reading.content:
        padded = f" {word} "
        for at in range(len(padded) - GRAM + 1):
            grams[padded[at : at + GRAM]] = 1.0
    return grams
