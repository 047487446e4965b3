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
    kinds: tuple[tuple[str, str], ...] = ()
    """The names among the words, each with the name of its kind."""
    latin: bool = True
    """Whether the letters are mostly Latin, so that the text can be English at all."""


def read(words: Sequence[str], lexicon: Lexicon, *, latin: bool = True) -> Reading:
    """Everything that scoring needs to know about a run of plain words."""
    stems = lexicon.stemmed(words)
    kept = [at for at, word in enumerate(words) if word not in STOPWORDS] or list(range(len(words)))
    content = [stems[at] for at in kept]
    kinds = tuple((word, lexicon.kinds[word]) for word in words if word in lexicon.kinds)
    return Reading(tuple(words), tuple(stems), tuple(content), tuple(lexicon.concepts(stems)), kinds, latin)


def word_features(reading: Reading) -> dict[str, float]:
    """Feature to weight: stems, pairs of neighbours with the ends of the text as neighbours too, meanings.

    The words without a topic take part: they are common, so each says little, but "how long until" and "why does my"
    ask for different things. On intents of other subjects they are worth three to six points of right-first.
    """
    weights: dict[str, float] = dict.fromkeys(reading.stems, 1.0)
    weights.update(dict.fromkeys(pairs_of(reading), BIGRAM_WEIGHT))
    for concept in reading.concepts:
        weights[concept] = CONCEPT_WEIGHT
    return weights


def pairs_of(reading: Reading) -> list[str]:
    """Neighbouring stems with a blank between them; the ends of the text are neighbours too."""
    return [f"{first} {second}" for first, second in pairwise(("^", *reading.stems, "$"))]


def char_features(reading: Reading) -> dict[str, float]:
    """Character n-grams inside the words, each word padded so that its ends count."""
    grams: dict[str, float] = {}
    for word in reading.words:
        padded = f" {word} "
        for at in range(len(padded) - GRAM + 1):
            gram = padded[at : at + GRAM]
            grams[gram] = grams.get(gram, 0.0) + 1.0
    return grams
