"""The subject's own words: symbols kept whole, aliases and slang made plain, words that mean the same.

Everything here comes from the knowledge files, so the code knows no subject.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from sys import intern

import Stemmer

from bot.knowledge.facts import Facts
from bot.matching.text import clean, words_of

LONGEST_RUN = 2
"""Words of a phrase that can stand in a same-meaning group."""
_stemmer = Stemmer.Stemmer("english")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of an English word (Snowball's English stemmer): slashing, slashed and slash are one."""
    stemmed = str(_stemmer.stemWord(word))
    return word if stemmed == word else intern(stemmed)  # one string a stem: there are thousands


class PhraseTable:
    """Replaces words or runs of words by others, the longest run first."""

    def __init__(self, phrases: Mapping[tuple[str, ...], tuple[str, ...]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
        for run, plain in sorted(phrases.items(), key=lambda item: (-len(item[0]), item[0])):
            self._by_first.setdefault(run[0], []).append((run, plain))

    def replace(self, words: Sequence[str]) -> list[str]:
        """`words` with every known run replaced once, from left to right."""
        result: list[str] = []
        position = 0
        while position < len(words):
            for run, plain in self._by_first.get(words[position], ()):
                if tuple(words[position : position + len(run)]) == run:
                    result.extend(plain)
                    position += len(run)
                    break
            else:
                result.append(words[position])
                position += 1
        return result


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the facts say about words. `symbols` are names that are never stemmed or spell-corrected."""

    symbols: frozenset[str] = frozenset()
    aliases: PhraseTable = field(default_factory=lambda: PhraseTable({}))
    slang: PhraseTable = field(default_factory=lambda: PhraseTable({}))
    slang_words: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
    """Names of other subjects, kept whole like symbols."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Symbol to the name of its kind, so that what is said of one LRT is near to what is asked about another."""
    groups: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    """Stemmed word or pair of words to the name of the group of words that mean the same."""

    @classmethod
    def of(cls, facts: Facts) -> "Lexicon":
        """Collect the words of a library's facts."""
        symbols = {symbol.lower() for symbol in facts.tokens} | {name.lower() for name in facts.protocols}
        slang = {_words(typed): _words(plain) for typed, plain in facts.synonyms.slang.items()}
        aliases = dict(_aliases(facts))
        taken = {run for run in slang if len(run) == 1 and run[0] in symbols}
        return cls(
            symbols=frozenset(symbols),
            aliases=PhraseTable({run: plain for run, plain in aliases.items() if run}),
            slang=PhraseTable({run: plain for run, plain in slang.items() if run and run not in taken}),
            slang_words=frozenset(word for run in slang for word in run),
            elsewhere=facts.synonyms.elsewhere - symbols,
            kinds={token.symbol.lower(): f"={token.kind.lower()}" for token in facts.tokens.values() if token.kind},
            groups=dict(_groups(facts, symbols)),
        )

    def plain(self, text: str) -> list[str]:
        """The words of any text, slang written out and aliases turned into the names they stand for."""
        return self.aliases.replace(self.slang.replace(words_of(clean(text), self.symbols)))

    def stemmed(self, words: Iterable[str]) -> list[str]:
        """Stems of `words`; symbols stay whole so that names one letter apart never blur."""
        return [word if word in self.symbols or word in self.elsewhere else self._stem(word) for word in words]

    def _stem(self, word: str) -> str:
        """A word that becomes a name by losing more than the s of a plural is a slip, and of which name is open."""
        stemmed = stem(word)
        return word if stemmed in self.symbols and word != f"{stemmed}s" else stemmed

    def is_form_of(self, word: str, stems: frozenset[str]) -> bool:
        """Whether the stem of a word is among `stems`; a slip of a name is no form of it."""
        return self._stem(word) in stems

    def concepts(self, stems: Sequence[str]) -> list[str]:
        """Names of the same-meaning groups that occur in `stems`, as words or as pairs of words, and of the kinds of
        the symbols in them.
        """
        runs = [(one,) for one in stems] + list(pairwise(stems))
        groups = [self.groups[run] for run in runs if run in self.groups]
        return groups + [self.kinds[one] for one in stems if one in self.kinds]


def _words(text: str) -> tuple[str, ...]:
    return tuple(words_of(clean(text)))


def _aliases(facts: Facts) -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
    for protocol in facts.protocols.values():
        for alias in (protocol.id, *protocol.aliases):
            yield _words(alias), (protocol.id.lower(),)
    for token in facts.tokens.values():
        for alias in token.aliases:
            yield _words(alias), (token.symbol.lower(),)


def _groups(facts: Facts, symbols: set[str]) -> Iterable[tuple[tuple[str, ...], str]]:
    for name, members in facts.synonyms.same.items():
        for member in (name, *members):
            run = tuple(word if word in symbols else stem(word) for word in _words(member))
            if 0 < len(run) <= LONGEST_RUN:
                yield run, f"={name}"
