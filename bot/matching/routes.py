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


@dataclass(frozen=True, slots=True)
class _CompiledTerm:
    runs: tuple[tuple[str, ...], ...]
    names: frozenset[str]
    negated: bool

    def holds(self, stems: Sequence[str], present: frozenset[str]) -> bool:
        found = not self.names.isdisjoint(present) or any(_occurs(run, stems, present) for run in self.runs)
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
        self._rules = [
            (entry.id, [_compile(term.alternatives, lexicon, negated=term.negated) for term in rule.terms])
            for entry in ordered
            for rule in entry.always
        ]

    def find(self, reading: Reading) -> str | None:
        """The id of the entry that a question must reach, if a rule says so."""
        present = frozenset(reading.stems)
        for entry, terms in self._rules:
            if all(term.holds(reading.stems, present) for term in terms):
                return entry
        return None


def _compile(alternatives: Sequence[str], lexicon: Lexicon, *, negated: bool) -> _CompiledTerm:
    names = lexicon.symbols if ANY_NAME in alternatives else frozenset()
    written = (alternative for alternative in alternatives if alternative != ANY_NAME)
    runs = (tuple(lexicon.stemmed(lexicon.plain(alternative))) for alternative in written)
    return _CompiledTerm(tuple(run for run in runs if run), names, negated)
