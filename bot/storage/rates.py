"""The rates that protocols state, by day: what of a reading is kept, and what of a row may be believed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, TypeGuard

from sqlite_utils import Database

from bot.storage.events import Rated, storable

RATE_RETENTION: Final = timedelta(days=400)
"""How long a day of rates is held: a year, and some weeks to compare it with. Public figures, so nobody shortens it."""

AHEAD: Final = timedelta(days=1)
"""How far the clocks of this host and of a chain may part. A row of a later day would never be old enough to go."""

MOST_DIGITS: Final = 78
"""Of a word of 256 bits, the largest number a contract can state. It bounds the length of what is written."""

LARGEST_BLOCK: Final = 2**63 - 1
"""The largest number SQLite holds; a larger one would refuse every record that waits beside it."""

KEEP_RATE: Final = """
    insert into rates (token, day, rate, block, at, last_rate, last_block, last_at)
    values (:token, :day, :rate, :block, :at, :rate, :block, :at)
    on conflict (token, day) do update set
        rate = case when :at < at then :rate else rate end,
        block = case when :at < at then :block else block end,
        at = min(at, :at),
        last_rate = case when :at > last_at then :rate else last_rate end,
        last_block = case when :at > last_at then :block else last_block end,
        last_at = max(last_at, :at)
    where :at < at or :at > last_at
"""

# `union` leaves one of two equal rows, so that the only reading of a day is given once.
READ_RATES: Final = """
    select token, rate, block, at from rates where at >= :since
    union
    select token, last_rate, last_block, last_at from rates where last_at >= :since
    order by token, at
"""

PRUNE_RATES: Final = "delete from rates where last_at < ?"


@dataclass(frozen=True, slots=True)
class KeptRate:
    """What a protocol stated its token to be worth: `rate` in ETH per token, exact, finite and positive.

    It was stated in the block of that number, whose time is `at` (aware UTC, whole seconds).
    """

    token: str
    rate: Decimal
    block: int
    at: datetime


def rated(kept: KeptRate, now: datetime) -> Rated | None:
    """The reading as it is written, or None for one that is not kept.

    Not kept is a rate that is not finite and positive or has more digits than any contract can state, a block that
    is no number of a block, and a time without a zone, older than `RATE_RETENTION` or more than `AHEAD` after
    `now`.
    """
    if not (_is_rate(kept.rate) and _is_block(kept.block) and _is_timely(kept.at, now)):
        return None
    seconds = int(kept.at.timestamp())
    day = datetime.fromtimestamp(seconds, UTC).date().isoformat()
    return Rated(storable(kept.token), day, format(kept.rate, "f"), kept.block, seconds)


def read_rates(db: Database, since: datetime) -> list[KeptRate]:
    """The first and the last reading of each token and day that are not older than `since`, by token, then time."""
    rows = db.execute(READ_RATES, {"since": since.timestamp()}).fetchall()
    return [reading for row in rows if (reading := _reading(*row)) is not None]


def _reading(token: str, rate: object, block: object, at: object) -> KeptRate | None:
    """What the row holds, or None where somebody has edited it into what cannot have been read."""
    if not isinstance(at, int) or not _is_block(block):
        return None
    try:
        reading = KeptRate(token, Decimal(str(rate)), block, datetime.fromtimestamp(at, UTC))
    except (InvalidOperation, ValueError, OverflowError, OSError):
        return None
    return reading if _is_rate(reading.rate) else None


def _is_rate(rate: Decimal) -> bool:
    if not rate.is_finite() or rate <= 0:
        return False
    return abs(rate.adjusted()) <= MOST_DIGITS and len(rate.as_tuple().digits) <= MOST_DIGITS


def _is_block(block: object) -> TypeGuard[int]:
    return isinstance(block, int) and 0 <= block <= LARGEST_BLOCK


def _is_timely(at: datetime, now: datetime) -> bool:
    return at.utcoffset() is not None and now - RATE_RETENTION <= at <= now + AHEAD
