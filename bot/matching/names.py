"""Names as hard evidence: a question that names one token is not answered with what is about another.

Tokens and protocols come from the facts. What an entry is about stands at its top (`tokens:`, `protocols:`), or shows
in its phrasings when most of them name the same thing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.knowledge.entries import Entry
from bot.knowledge.facts import Facts
from bot.matching.features import Reading
from bot.matching.lexicon import Lexicon

MOST = 0.5
"""Share of an entry's phrasings from which a name in them is what the entry is about."""


class Names:
    """What each entry is about, and which names its phrasings say besides."""

    def __init__(self, facts: Facts, lexicon: Lexicon) -> None:
        self._names = lexicon.symbols | lexicon.elsewhere
        self._elsewhere = lexicon.elsewhere
        self._family = _families(facts)
        self._about: list[frozenset[str]] = []
        self._said: list[frozenset[str]] = []

    def add(self, entry: Entry, readings: Sequence[Reading], body: Reading) -> None:
        """Learn what the next entry is about from its header and the readings of its phrasings and of its text."""
        said = Counter(name for reading in readings for name in self.asked(reading))
        often = {name for name, count in said.items() if count >= MOST * len(readings)} - self._elsewhere
        header = {name.lower() for name in (*entry.tokens, *entry.protocols)}
        self._about.append(self._with_family(header or often))
        self._said.append(frozenset(said) | self._elsewhere.intersection(body.words))

    def asked(self, reading: Reading) -> frozenset[str]:
        """The names in a text, each in its plain spelling."""
        return self._names.intersection(reading.words)

    def conflict(self, entry: int, asked: frozenset[str]) -> bool:
        """Whether a question names something of another subject that entry number `entry` does not say, or names
        something and the entry is about other things only.
        """
        if not asked:
            return False
        about, unsaid = self._about[entry], asked - self._said[entry]
        return not unsaid.isdisjoint(self._elsewhere) or bool(about and unsaid and about.isdisjoint(asked))

    def _with_family(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset(member for name in names for member in (name, *self._family.get(name, ())))


def _families(facts: Facts) -> dict[str, frozenset[str]]:
    """A protocol with its tokens: who asks about one of them may mean any."""
    families: dict[str, set[str]] = {}
    for token in facts.tokens.values():
        if token.protocol:
            families.setdefault(token.protocol.lower(), {token.protocol.lower()}).add(token.symbol.lower())
    return {name: frozenset(family) for family in families.values() for name in family}
