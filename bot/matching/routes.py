"""`Always` rules: wording that decides by itself which entry answers, before anything is ranked.

The rules stand in the entries, so what must never be missed (a scam, a request for a forecast) is written where
moderators can read and change it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.knowledge.library import Library
from bot.matching.features import Reading
from bot.matching.lexicon import Lexicon

ANY_NAME = "{token}"
"""Stands in a rule for any token or protocol of the facts."""
ANY_NUMBER = "{number}"
"""Stands in a rule for any word with a digit: 4000, 10k, 2027."""


@dataclass(frozen=True, slots=True)
class _CompiledTerm:
    runs: tuple[tuple[str, ...], ...]
    names: frozenset[str]
    number: bool
    negated: bool

    @property
    def anchors(self) -> frozenset[str]:
        """Stems one of which must occur for the term to hold; empty when that cannot be said."""
        if self.negated or self.number:
            return frozenset()
        return self.names | {run[0] for run in self.runs}

    def holds(self, stems: Sequence[str], present: frozenset[str]) -> bool:
        found = (
            not self.names.isdisjoint(present)
            or (self.number and any(character.isdigit() for stem in present for character in stem))
            or any(_occurs(run, stems, present) for run in self.runs)
        )
        return found != self.negated


def _occurs(run: tuple[str, ...], stems: Sequence[str], present: frozenset[str]) -> bool:
    if not present.issuperset(run):
        return False
    if len(run) == 1:
        return True
    return any(tuple(stems[at : at + len(run)]) == run for at in range(len(stems) - len(run) + 1))


class Routes:
    """All `Always` rules of a library, in the order of the entries' ids; those of `first` topics go before."""

    def __init__(self, library: Library, lexicon: Lexicon, first: Sequence[str] = ()) -> None:
        ordered = sorted(library.published, key=lambda entry: (entry.topic not in first, entry.id))
        rules = [
            (entry.id, [_compile(term.alternatives, lexicon, negated=term.negated) for term in rule.terms])
            for entry in ordered
            for rule in entry.always
        ]
        self._rules = [(entry, terms, [t.anchors for t in terms if t.anchors]) for entry, terms in rules]

    def find(self, sentences: Sequence[Reading]) -> str | None:
        """The id of the entry that a question must reach, if a rule says so. A rule must hold within one sentence:
        in a long message its words would otherwise meet by chance.
        """
        read = [(reading.stems, frozenset(reading.stems)) for reading in sentences]
        for entry, terms, anchors in self._rules:
            for stems, present in read:
                if _within_reach(anchors, present) and all(term.holds(stems, present) for term in terms):
                    return entry
        return None


def _within_reach(anchors: Sequence[frozenset[str]], present: frozenset[str]) -> bool:
    """A cheap first look that lets nearly every rule go for nearly every question."""
    for anchor in anchors:  # noqa: SIM110 - a generator costs more than the look itself
        if present.isdisjoint(anchor):
            return False
    return True


def _compile(alternatives: Sequence[str], lexicon: Lexicon, *, negated: bool) -> _CompiledTerm:
    names = lexicon.symbols if ANY_NAME in alternatives else frozenset()
    written = (alternative for alternative in alternatives if alternative not in {ANY_NAME, ANY_NUMBER})
    runs = (tuple(lexicon.stemmed(lexicon.plain(alternative))) for alternative in written)
    return _CompiledTerm(tuple(run for run in runs if run), names, ANY_NUMBER in alternatives, negated)
