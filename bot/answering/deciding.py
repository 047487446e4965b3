"""What a question leads to: an entry, a choice between entries, or nothing. Pure, and the same every time."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from enum import StrEnum

from bot.answering.answers import Outcome, RankedEntry
from bot.answering.parts import Heard, Picked, picked_from
from bot.knowledge.library import Library
from bot.matching.chatter import is_chatter
from bot.matching.clauses import clauses_of, likeliest, stands_alone
from bot.matching.decision import Calibrations, comparable_scores, decide
from bot.matching.features import Reading
from bot.matching.language import is_english, telling
from bot.matching.matcher import Matcher
from bot.matching.routes import Routes
from bot.matching.text import clean, sentences_of, words_of

SAFETY = "safety"
"""The topic whose entries are safety cards."""
LONGEST = 120
"""Words of a message that is ranked as a whole."""
JUDGED = 500
"""Characters of a message by which its language is told. A longer one is no mere greeting."""


class Reason(StrEnum):
    """Why a question gets no answer."""

    UNKNOWN = "unknown"
    LANGUAGE = "language"
    CHATTER = "chatter"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Decided:
    """The end of the way through matching: `entry` answers, or `offered` are the entries to pick from.

    Under an answer `offered` holds what else the message asked; under a safety entry the ordinary answer, if there is
    one. `chances` are the verdict's two, right and covered, where the ranking decided; a rule states none.
    `known` is the share in [0, 1] of what the question is about that any entry has a word for.
    """

    outcome: Outcome
    entry: str | None
    offered: tuple[str, ...]
    candidates: tuple[RankedEntry, ...]
    chances: tuple[float, float] | None = None
    reason: Reason = Reason.UNKNOWN
    known: float = 0.0


class Judge:
    """Decides questions for one library."""

    def __init__(self, library: Library, matcher: Matcher, calibrations: Calibrations) -> None:
        self._library = library
        self.matcher = matcher
        self._calibrations = calibrations
        self._routes = Routes(library, matcher.lexicon, first=(SAFETY,))
        self._own = _own_words(library) | matcher.lexicon.symbols

    def taught(self, matcher: Matcher) -> "Judge":
        """The same with a matcher that was trained meanwhile."""
        other = copy(self)
        other.matcher = matcher
        return other

    def decide(self, text: str, reading: Reading) -> Decided:
        """Rules first, which hold in any language; then what an entry lists word for word; then whether it is a
        question, and in English; then the ranking of the whole text and of its parts.
        """
        if not reading.words:
            reason = Reason.EMPTY if reading.latin else Reason.LANGUAGE
            return Decided(Outcome.NO_ANSWER, None, (), (), reason=reason)
        whole = self._heard(self._gist(text, reading))
        routed = self._routes.find(self._sentences(text, reading))
        if routed is not None:
            return self._routed(routed, self._picked(text, reading, whole), whole)
        if self._is_listed(whole, reading):
            return self._ordinary(picked_from(whole, ()), whole)
        why_not = self._no_question(text, reading)
        if why_not is not None:
            shown = whole.candidates if why_not is Reason.LANGUAGE else ()
            return Decided(Outcome.NO_ANSWER, None, (), shown, whole.chances, why_not)
        return self._ordinary(self._picked(text, reading, whole), whole)

    def _gist(self, text: str, reading: Reading) -> Reading:
        """The message, or of a very long one the parts that are looked at by themselves as well."""
        if len(reading.words) <= LONGEST:
            return reading
        gist = self.matcher.read(" ".join(clause.text for clause in likeliest(clauses_of(text))))
        return gist if len(gist.words) < len(reading.words) else reading

    def _heard(self, reading: Reading) -> Heard:
        ranking = self.matcher.rank_reading(reading)
        verdict = decide(ranking, self._calibrations)
        scores = comparable_scores(ranking, verdict)
        ranked = (RankedEntry(c.entry, round(scores[c.entry], 4), c.question, c.signals) for c in ranking.candidates)
        return Heard(verdict, tuple(ranked), exact=ranking.exact, known=ranking.known)

    def _sentences(self, text: str, reading: Reading) -> Sequence[Reading]:
        parts = sentences_of(text)
        return [self.matcher.read(part) for part in dict.fromkeys(parts)] if len(parts) > 1 else [reading]

    def _picked(self, text: str, reading: Reading, whole: Heard) -> Picked:
        clauses = clauses_of(text)
        if len(clauses) < 2 or whole.exact:  # noqa: PLR2004 - one part is the whole
            return picked_from(whole, ())
        parts = ((clause, self.matcher.read(clause.text)) for clause in likeliest(clauses))
        names = self.matcher.lexicon.symbols
        heard = [(clause, self._heard(part)) for clause, part in parts if stands_alone(part.words, names)]
        return picked_from(whole, heard, len(reading.words))

    def _is_listed(self, whole: Heard, reading: Reading) -> bool:
        nearest = self.matcher.lexicon.plain(whole.candidates[0].question) if whole.candidates else []
        return whole.exact or nearest == list(reading.words)

    def _no_question(self, text: str, reading: Reading) -> Reason | None:
        words = self.matcher.lexicon.plain(text[:JUDGED])
        if not (reading.latin and is_english(words, self._own)):
            return Reason.LANGUAGE
        return Reason.CHATTER if len(text) <= JUDGED and is_chatter(words) else None

    def _ordinary(self, picked: Picked, whole: Heard) -> Decided:
        outcome = Outcome.NO_ANSWER
        if picked.entry is not None:
            outcome = self._outcome(picked.entry)
        elif picked.offered:
            outcome = Outcome.CHOICES
        return Decided(
            outcome, picked.entry, picked.offered, picked.candidates, picked.decisive.chances, known=whole.known
        )

    def _routed(self, entry: str, picked: Picked, whole: Heard) -> Decided:
        outcome = self._outcome(entry)
        others = tuple(candidate for candidate in picked.candidates if candidate.entry != entry)
        ordinary = [one for one in (picked.entry, *picked.offered) if one is not None and one != entry]
        offered = tuple(ordinary) if picked.entry is not None and outcome is Outcome.SAFETY else ()
        first = RankedEntry(entry, 1.0, self._library.entries[entry].questions[0], {"rule": 1.0})
        return Decided(outcome, entry, offered, (first, *others), known=whole.known)

    def _outcome(self, entry: str) -> Outcome:
        return Outcome.SAFETY if self._library.entries[entry].topic == SAFETY else Outcome.ANSWER


def _own_words(library: Library) -> frozenset[str]:
    """Words of other languages that the entries' own phrasings use: they say nothing about a question's language."""
    return frozenset().union(*(telling(words_of(clean(text))) for e in library.published for text in e.questions))
