"""What members asked last in direct messages, for the next to lean on. Pure: the clock is passed in."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.clock import Clock

MINUTES = 10
MEMBERS = 2_000
LONGEST = 500
"""Characters of a question that is held; nothing short leans on a longer one."""

T = TypeVar("T")


class Fleeting(Generic[T]):
    """One thing of each member, in memory alone: never written anywhere, gone after `minutes` or at the end of the
    process.

    At most `members` are held; the one whose thing was put longest ago goes first. `clock` returns aware UTC times.
    """

    def __init__(self, clock: Clock, minutes: float, members: int) -> None:
        self._clock = clock
        self._lasting = timedelta(minutes=minutes)
        self._members = members
        self._held: OrderedDict[int, tuple[datetime, T]] = OrderedDict()

    def put(self, member: int, thing: T) -> None:
        """Hold a thing in place of the member's earlier one, and let go of all that are too old."""
        now = self._clock()
        self._held[member] = (now, thing)
        self._held.move_to_end(member)
        while len(self._held) > self._members or self._is_over(next(iter(self._held.values()))[0], now):
            self._held.popitem(last=False)

    def get(self, member: int) -> T | None:
        """The thing of the member, if that is not too old."""
        held = self._held.get(member)
        if held is None:
            return None
        if self._is_over(held[0], self._clock()):
            del self._held[member]
            return None
        return held[1]

    def forget(self, member: int) -> bool:
        """Let go of the member's thing; whether there was any."""
        return self._held.pop(member, None) is not None

    def _is_over(self, put: datetime, now: datetime) -> bool:
        return abs(now - put) > self._lasting  # a clock that was set back must not keep a question for longer


class Turns:
    """The last question of each member, held as `Fleeting` holds things."""

    def __init__(self, clock: Clock, *, minutes: float = MINUTES, members: int = MEMBERS) -> None:
        self._questions = Fleeting[str](clock, minutes, members)

    def remember(self, member: int, question: str) -> None:
        """Hold a question in place of the member's earlier one; one that is too long only takes its place."""
        self._questions.put(member, question if len(question) <= LONGEST else "")

    def previous(self, member: int) -> str | None:
        """What the member asked last, if that is not too long ago."""
        return self._questions.get(member) or None

    def forget(self, member: int) -> bool:
        """Let go of what the member asked; whether there was anything."""
        return self._questions.forget(member)
