"""What members asked last in direct messages, for the next to lean on. Pure: the clock is passed in."""

from collections import OrderedDict
from datetime import datetime, timedelta

from bot.clock import Clock

MINUTES = 10
MEMBERS = 2_000
LONGEST = 500
"""Characters of a question that is held; nothing short leans on a longer one."""


class Turns:
    """The last question of each member, in memory alone: never written anywhere, gone after `minutes` or at the end of
    the process.

    At most `members` are held; the one who asked longest ago goes first. `clock` returns aware UTC times.
    """

    def __init__(self, clock: Clock, *, minutes: float = MINUTES, members: int = MEMBERS) -> None:
        self._clock = clock
        self._lasting = timedelta(minutes=minutes)
        self._members = members
        self._turns: OrderedDict[int, tuple[datetime, str]] = OrderedDict()

    def remember(self, member: int, question: str) -> None:
        """Hold a question in place of the member's earlier one, and let go of all that are too old."""
        now = self._clock()
        self._turns[member] = (now, question if len(question) <= LONGEST else "")
        self._turns.move_to_end(member)
        while len(self._turns) > self._members or self._is_over(next(iter(self._turns.values()))[0], now):
            self._turns.popitem(last=False)

    def previous(self, member: int) -> str | None:
        """What the member asked last, if that is not too long ago."""
        asked = self._turns.get(member)
        if asked is None:
            return None
        if self._is_over(asked[0], self._clock()):
            del self._turns[member]
            return None
        return asked[1] or None

    def forget(self, member: int) -> bool:
        """Let go of what the member asked; whether there was anything."""
        return self._turns.pop(member, None) is not None

    def _is_over(self, asked: datetime, now: datetime) -> bool:
        return abs(now - asked) > self._lasting  # a clock that was set back must not keep a question for longer
