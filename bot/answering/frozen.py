"""What moderators have stopped the bot from saying, until they lift it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frozen:
    """Entries, by id, that are not answered from, or with `everything` all of them. Warnings for somebody who typed a
    recovery phrase and live prices go on: neither comes from an entry alone.
    """

    everything: bool = False
    entries: frozenset[str] = frozenset()

    def holds(self, entry: str) -> bool:
        """Whether this entry must not be answered from."""
        return self.everything or entry in self.entries

    def with_entry(self, entry: str) -> "Frozen":
        """The same with one more entry."""
        return Frozen(self.everything, self.entries | {entry})

    def without(self, entry: str) -> "Frozen":
        """The same without an entry."""
        return Frozen(self.everything, self.entries - {entry})


NOTHING = Frozen()
