"""Questions that lean on the one before: "and for ezeth?". Pure.

What such a question could mean is put together from both, in several ways where nobody can tell; the ranking decides
which of them is one that the entries answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.answering.answers import Outcome
from bot.answering.deciding import Decided
from bot.knowledge.facts import Facts
from bot.matching.features import QUESTION_WORDS, STOPWORDS
from bot.matching.lexicon import Lexicon

LONGEST: Final = 6
"""Words of a question that can lean on the one before; a longer one says itself what it asks."""
PLACES: Final = 8
"""Places of the earlier question in which the new words are tried."""
LONGEST_REFERRING: Final = 10
"""Words of a question in which "it" may stand for what the one before named."""
_REFERRING: Final = frozenset({"it", "its", "them", "they"})
LONGEST_PREVIOUS: Final = 40
"""Words of an earlier question that is leaned on."""
KNOWN: Final = 0.5
"""Share of what a leaning question adds that the entries must have words for before any place is guessed for it."""
_BEGINNINGS: Final = (
    ("what", "about"),
    ("how", "about"),
    ("what", "if"),
    ("same", "for"),
    ("same", "with"),
    ("the", "same", "for"),
    ("and",),
    ("but",),
    ("also",),
    ("or",),
)
_TOKEN, _PROTOCOL = "token", "protocol"


_ASKING_ALONE: Final = QUESTION_WORDS | {"else", "exactly", "far", "long", "many", "much", "often", "soon"}
"""Words of a question that says nothing of what it is about: "how long?"."""


@dataclass(frozen=True, slots=True)
class Combined:
    """One thing that a question and the one before may mean together. `renamed` marks those in which a name took the
    place of another of its kind, so that nothing else was guessed.
    """

    words: tuple[str, ...]
    renamed: bool = False


class FollowUps:
    """Puts questions together for one library."""

    def __init__(self, facts: Facts, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._spelled = {symbol.lower(): symbol for symbol in facts.tokens}
        self._kinds = dict.fromkeys(self._spelled, _TOKEN)
        self._kinds |= {name.lower(): _PROTOCOL for name in facts.protocols if name.lower() not in self._kinds}

    def combined(self, text: str, previous: str) -> list[Combined]:
        """What `text` may mean after `previous`, the likeliest first; nothing when it does not lean on it."""
        said, before = self._lexicon.plain(text), self._lexicon.plain(previous)
        if not before or len(before) > LONGEST_PREVIOUS:
            return []
        new = self._new(said)
        if not new:
            return list(self._referred(said, before))
        names = [word for word in new if word in self._kinds]
        found = list(self._renamed(new, before, names[0])) if names else list(self._filled_in(new, before))
        options = dict.fromkeys([*found, Combined((*before, *new))])
        return [one for one in options if one.words != tuple(before)]

    def spelled(self, words: Sequence[str]) -> str:
        """Words as they are shown, tokens in their own spelling."""
        return " ".join(self._spelled.get(word, word) for word in words)

    def _new(self, words: Sequence[str]) -> tuple[str, ...]:
        """The words that a leaning question adds, empty when it leans on nothing."""
        if not 0 < len(words) <= LONGEST:
            return ()
        rest = _without_beginning(words)
        kept = tuple(word for word in rest if word not in STOPWORDS)
        leans = len(rest) < len(words) or all(word in self._kinds for word in kept) or _ASKING_ALONE.issuperset(kept)
        return kept if leans else ()

    def _referred(self, said: Sequence[str], before: Sequence[str]) -> Iterator[Combined]:
        """A question that says "it" after one that names something, with the last such name in its place."""
        named = [word for word in before if word in self._kinds]
        refers = not _REFERRING.isdisjoint(said) and self._kinds.keys().isdisjoint(said)
        if named and refers and len(said) <= LONGEST_REFERRING:
            yield Combined(tuple(named[-1] if word in _REFERRING else word for word in said))

    def _renamed(self, new: Sequence[str], before: Sequence[str], name: str) -> Iterator[Combined]:
        """The earlier question about `name`: in the place of each name of its kind, or of any if there is none."""
        others = tuple(word for word in new if word != name)
        old = list(dict.fromkeys(word for word in before if word in self._kinds))
        same = [word for word in old if self._kinds[word] == self._kinds[name]]
        for replaced in same or old:
            swapped = tuple(name if word == replaced else word for word in before)
            yield Combined((*swapped, *others), renamed=not others)

    def _filled_in(self, new: Sequence[str], before: Sequence[str]) -> Iterator[Combined]:
        """The earlier question with the new words in the place of one other; its names stay."""
        places = [at for at, word in enumerate(before) if word not in STOPWORDS and word not in self._kinds]
        for at in places[-PLACES:]:
            yield Combined((*before[:at], *new, *before[at + 1 :]))


def _without_beginning(words: Sequence[str]) -> Sequence[str]:
    for beginning in _BEGINNINGS:
        if tuple(words[: len(beginning)]) == beginning and len(words) > len(beginning):
            return _without_beginning(words[len(beginning) :])
    return words


def clearest(options: Mapping[Combined, Decided], before: Decided, alone: Decided) -> Combined | None:
    """The option to take, None where the question stands better `alone`.

    A name in the place of another decides whatever comes of it. Words put elsewhere are a guess: it must lead to an
    answer, to another one than `before`, and more surely than the question alone.
    """
    renamed = [one for one in options if one.renamed and options[one].outcome is not Outcome.NO_ANSWER]
    if renamed:
        return max(renamed, key=lambda one: (options[one].entry is not None, _sureness(options[one])))
    if alone.known < KNOWN:
        return None
    guessed = [one for one, decided in options.items() if decided.entry not in {None, before.entry}]
    best = max(guessed, key=lambda one: _sureness(options[one]), default=None)
    if best is not None and (alone.entry is None or _sureness(options[best]) > _sureness(alone)):
        return best
    return _asked_back(options) if alone.outcome is Outcome.NO_ANSWER else None


def _asked_back(options: Mapping[Combined, Decided]) -> Combined | None:
    """Both questions one after the other, where that leads to choices."""
    last = list(options)[-1]
    return last if options[last].outcome is Outcome.CHOICES else None


def _sureness(decided: Decided) -> float:
    """The chance of being right; a rule is sure."""
    return decided.chances[0] if decided.chances is not None else 1.0
