"""How fast one member may ask. Pure: the clock is passed in."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.clock import Clock

BURST = 6
EVERY = 4.0
MEMBERS = 10_000


@dataclass(frozen=True, slots=True)
class Slowed:
    """A request that came too soon: when the next one will be answered, and whether this is the first in a row."""

    until: datetime
    first: bool


@dataclass(slots=True)
class _Bucket:
    full_at: float = 0.0
    told: bool = False


class Pace:
    """A token bucket for each member: `burst` requests at once, then one more every `every` seconds.

    At most `members` buckets are held; the one unused longest goes first. `clock` returns aware UTC times.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        burst: int = BURST,
        every: float = EVERY,
        members: int = MEMBERS,
    ) -> None:
        self._clock = clock
        self._every = every
        self._span = burst * every
        self._members = members
        self._buckets: OrderedDict[int, _Bucket] = OrderedDict()

    def admit(self, member: int) -> Slowed | None:
        """Charge one request to the member; None when it may be answered."""
        now = self._clock().timestamp()
        bucket = self._bucket(member)
        # A clock that was set back must not lock anybody out for longer than an empty bucket does.
        begins = bucket.full_at = min(max(bucket.full_at, now), now + self._span)
        if begins + self._every > now + self._span:
            first, bucket.told = not bucket.told, True
            return Slowed(datetime.fromtimestamp(begins + self._every - self._span, UTC), first)
        bucket.full_at, bucket.told = begins + self._every, False
        return None

    def _bucket(self, member: int) -> _Bucket:
        bucket = self._buckets.setdefault(member, _Bucket())
        self._buckets.move_to_end(member)
        if len(self._buckets) > self._members:
            self._buckets.popitem(last=False)
        return bucket
