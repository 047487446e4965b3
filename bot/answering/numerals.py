"""How numbers and times are written, the same on every face and every machine.

A moment stands in a text as Discord's own mark, `<t:1795340100:R>`, which Discord shows as "3 minutes ago" to every
reader in their language. Faces that cannot do that write it out with `plain_times`.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

MINUS: Final = "\N{MINUS SIGN}"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MARK = re.compile(r"<t:(-?\d{1,12})(?::[tTdDfFR])?>")
_MILLION, _BILLION = Decimal(10**6), Decimal(10**9)
_CENTS_FROM: Final = Decimal("0.99995")
"""What rounds to a dollar is written as one."""
_BILLIONS_FROM: Final = Decimal("999.5") * _MILLION
_DIGITS_BELOW: Final = 4


def counted(count: int, one: str, more: str = "") -> str:
    """A number of things: `1 entry`, `2 entries`. `more` is the plural where it is not `one` with an s."""
    return f"{count} {one if count == 1 else more or one + 's'}"


def dollars(value: Decimal) -> str:
    """A price: `$2,088.92`, below a dollar with four digits that count, as `$0.3412`. `value` is positive."""
    if value >= _CENTS_FROM:
        return f"${value:,.2f}"
    return f"${value:.{_DIGITS_BELOW - 1 - value.adjusted()}f}"


def rough_dollars(value: Decimal) -> str:
    """A total: `$7.1 billion`, `$118 million`, `$940,000`. `value` is positive."""
    if value >= _BILLIONS_FROM:
        return f"${value / _BILLION:.1f} billion"
    if value >= _MILLION:
        return f"${_short(value / _MILLION)} million"
    return f"${value:,.0f}"


def _short(value: Decimal) -> str:
    return f"{value:.1f}" if value < 10 else f"{value:.0f}"  # noqa: PLR2004 - two digits that count


def ether(value: Decimal) -> str:
    """An amount of ETH for one token: `1.0819 ETH`."""
    return f"{value:.4f} ETH"


def signed_percent(value: Decimal) -> str:
    """A gap: `+0.21%`, with a proper minus sign; what rounds to nothing has no sign."""
    size = f"{abs(value):.2f}"
    sign = "" if not Decimal(size) else "+" if value > 0 else MINUS
    return f"{sign}{size}%"


def percent(value: Decimal) -> str:
    """A yield: `2.83%`."""
    return f"{value:.2f}%"


def relative(at: datetime) -> str:
    """A moment as Discord shows it by its distance from now."""
    return f"<t:{int(at.timestamp())}:R>"


def short_date(day: date) -> str:
    """`2 Oct 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def clock_time(at: datetime) -> str:
    """`22 Nov 2026, 14:35 UTC`."""
    utc = at.astimezone(UTC)
    return f"{short_date(utc)}, {utc:%H:%M} UTC"


def plain_times(text: str) -> str:
    """A text with its moments written out for a face that knows no marks. What is no moment stays as it is."""
    return _MARK.sub(_written_out, text)


def _written_out(mark: re.Match[str]) -> str:
    try:
        return clock_time(datetime.fromtimestamp(int(mark[1]), UTC))
    except (ValueError, OverflowError, OSError):
        return mark[0]
