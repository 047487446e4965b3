"""What the market room asks to be remembered between two starts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.market.ethereum import Reading


class MarketMemory(Protocol):
    """Keeps readings of stated rates, and short notes."""

    def record(self, reading: Reading) -> None:
        """Keep a reading; neither waits nor raises."""
        ...

    async def past(self, since: datetime) -> Sequence[Reading]:
        """The readings kept since then, of each day at least the first; none where they cannot be read."""
        ...

    async def note(self, name: str) -> str | None:
        """The note of that name."""
        ...

    async def keep_note(self, name: str, text: str) -> None:
        """Keep a note in place of an earlier one."""
        ...


class NoMemory:
    """Remembers nothing."""

    def record(self, reading: Reading) -> None:
        """Nothing happens."""

    async def past(self, since: datetime) -> Sequence[Reading]:
        """Nothing."""
        del since
        return ()

    async def note(self, name: str) -> str | None:
        """Nothing."""
        del name
        return None

    async def keep_note(self, name: str, text: str) -> None:
        """Nothing happens."""
