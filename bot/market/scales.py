"""Where the marks of a picture's axes stand: few, at round values and round times."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from bot.market.chart import MONTHS

MOST_MARKS = 5
FINEST = Decimal("0.0001")
"""No mark is finer than the numbers beside it, which have four decimals."""
_HOURS = (1, 2, 3, 6, 12)
_DAYS = (1, 2, 3, 7, 14)
_MONTHS = (1, 2, 3, 6, 12, 24)
_WITH_YEAR = 3
"""From this many months between two marks on, they name the year instead of the day."""

TimeMark = tuple[datetime, str]


def round_marks(low: Decimal, high: Decimal, most: int = MOST_MARKS) -> tuple[Decimal, ...]:
    """At most `most` multiples of 1, 2, 2.5 or 5 times a power of ten within [`low`, `high`], all of one step."""
    marks = (_multiples(step, low, high, most + 1) for step in _steps(high - low))
    return next(found for found in marks if len(found) <= most)


def _steps(span: Decimal) -> Iterator[Decimal]:
    """Round steps from below what `span` needs upward."""
    exponent = max(FINEST, span / 100).adjusted()
    while True:
        for digits in ("1", "2", "2.5", "5"):
            step = Decimal(digits).scaleb(exponent)
            if step % FINEST == 0:
                yield step
        exponent += 1


def _multiples(step: Decimal, low: Decimal, high: Decimal, most: int) -> tuple[Decimal, ...]:
    first = int((low / step).to_integral_value(ROUND_CEILING))
    last = int((high / step).to_integral_value(ROUND_FLOOR))
    return tuple(step * at for at in range(first, min(last + 1, first + most)))


def decimals_of(marks: tuple[Decimal, ...]) -> int:
    """How many decimals all of `marks` need."""
    return max((_decimals(mark) for mark in marks), default=0)


def _decimals(mark: Decimal) -> int:
    exponent = mark.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def time_marks(start: datetime, end: datetime) -> tuple[TimeMark, ...]:
    """At most `MOST_MARKS` round moments from `start` to `end` with their names: hours, days or months, in UTC.

    Meant for ranges of a few hours to ten years.
    """
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    return next(marks for marks in _time_choices(start, end) if len(marks) <= MOST_MARKS)


def _time_choices(start: datetime, end: datetime) -> Iterator[tuple[TimeMark, ...]]:
    midnight = end.replace(hour=0, minute=0, second=0, microsecond=0)
    for hours in _HOURS:
        marks = _back_from(midnight + timedelta(days=1), timedelta(hours=hours), start, end)
        yield tuple((at, f"{at:%H:%M}" if at.hour else _day(at)) for at in marks)
    for days in _DAYS:
        yield tuple((at, _day(at)) for at in _back_from(midnight, timedelta(days=days), start, end))
    for months in _MONTHS:
        with_year = months >= _WITH_YEAR
        yield tuple((at, _month(at) if with_year else _day(at)) for at in _months(months, start, end))


def _back_from(anchor: datetime, step: timedelta, start: datetime, end: datetime) -> list[datetime]:
    """Every `step` before `anchor` that lies in the range; no more than are needed to see that they are too many."""
    skipped = max(0, -((end - anchor) // step))
    marks: list[datetime] = []
    at = anchor - skipped * step
    while at >= start and len(marks) <= MOST_MARKS:
        marks.append(at)
        at -= step
    return marks[::-1]


def _months(step: int, start: datetime, end: datetime) -> list[datetime]:
    firsts = range(start.year * 12 + start.month, end.year * 12 + end.month)
    return [datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC) for count in firsts if count % step == 0]


def _day(at: datetime) -> str:
    return f"{at.day} {MONTHS[at.month - 1]}"


def _month(at: datetime) -> str:
    return f"{MONTHS[at.month - 1]} {at.year}"
