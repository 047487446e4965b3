"""The parts of a message that may each be a question of its own. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from bot.matching.features import QUESTION_WORDS, STOPWORDS
from bot.matching.text import sentences_of

_ASKING: Final = (
    r"(?:what|whats|why|how|hows|when|where|wheres|which|who|whos|whose|wen|wat|is|are|can|could|do|does|did|should"
    r"|will|would)\b"
)
_OPENING: Final = r"(?:and|also|plus|but|or|so|then|ok|okay|hi|hello|hey)\b[\s,]*"
_BREAK = re.compile(
    rf"(?<=;)\s+|\s+&\s+|,?\s+(?:and|but)\s+also\b,?|,?\s+(?:and|also|plus|or|but|then)\s+(?={_ASKING})"
    rf"|,\s+(?={_ASKING})",
    re.IGNORECASE,
)
_BEGINS = re.compile(rf"\W*{_ASKING}", re.IGNORECASE)
_OPENED = re.compile(rf"^\W*(?:{_OPENING})+", re.IGNORECASE)
LOOKED_AT: Final = 5
"""Parts of one message that are ranked, so that a long one costs no more than a few questions."""

_POINTING: Final = frozenset("it its that this these those they them their there then one ones such same".split())  # noqa: SIM905
SAID: Final = 3
"""Words with a meaning from which a part that points back at another still says itself what it asks about."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part as typed, whether it has the form of a question, and whether it is a sentence rather than a piece of one.

    A piece may have left behind what it is about.
    """

    text: str
    asks: bool
    sentence: bool = True


def clauses_of(text: str) -> list[Clause]:
    """The parts of a message as typed, in order: split at sentence ends, line ends, `&`, "and also", and before a
    question word that follows a comma or an "and". Words that only open a part are left out.
    """
    return [clause for sentence in sentences_of(text) for clause in _pieces(sentence)]


def _pieces(sentence: str) -> list[Clause]:
    opened = (_OPENED.sub("", f"{part} ", count=1).strip() for part in _BREAK.split(sentence))
    parts = [part for part in opened if any(map(str.isalnum, part))]
    return [Clause(part, _asks(part), sentence=len(parts) == 1) for part in parts]


def likeliest(clauses: Sequence[Clause], limit: int = LOOKED_AT) -> list[Clause]:
    """At most `limit` clauses in their order: those with the form of a question first, the others from both ends,
    where a message says what it is about.
    """
    if len(clauses) <= limit:
        return list(clauses)
    last = len(clauses) - 1
    order = sorted(range(len(clauses)), key=lambda at: (not clauses[at].asks, min(at, last - at)))
    return [clauses[at] for at in sorted(order[:limit])]


def stands_alone(words: Collection[str], names: Collection[str]) -> bool:
    """Whether a part with these plain words says itself what it is about: "how does that work" does not. One with a
    name of the subject always does.
    """
    if any(word in names for word in words):
        return True
    said = sum(word not in STOPWORDS and word not in QUESTION_WORDS for word in words)
    return said >= (1 if _POINTING.isdisjoint(words) else SAID)


def _asks(part: str) -> bool:
    return part.endswith("?") or _BEGINS.match(part) is not None
