"""How numbers and times are written, the same on every face and every machine.

A moment stands in a text as Discord's own mark, `<t:1795340100:R>`, which Discord shows as "3 minutes ago" to every
reader in their language. Faces that cannot do that write it out with `plain_times`.
"""

import re
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

MINUS: Final = "\N{MINUS SIGN}"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MARK = re.compile(r"<t:(-?\d{1,12})(?::[tTdDfFR])?>")
_MILLION, _BILLION = Decimal(10**6), Decimal(10**9)
_CENTS_FROM: Final = 1
_DIGITS_BELOW: Final = 4


def dollars(value: Decimal) -> str:
    """A price: `$2,088.92`, below a dollar with four digits that count, as `$0.3412`."""
    if value >= _CENTS_FROM:
        return f"${value.quantize(Decimal('0.01'), ROUND_HALF_EVEN):,}"
    places = _DIGITS_BELOW - 1 - value.adjusted()
    return f"${value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN):f}"


def rough_dollars(value: Decimal) -> str:
    """A total: `$7.1 billion`, `$118 million`, `$940,000`."""
    if value >= _BILLION:
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
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    sign = "" if rounded == 0 else "+" if rounded > 0 else MINUS
    return f"{sign}{abs(rounded):.2f}%"


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
    """A text with its moments written out for a face that knows no marks."""
    return _MARK.sub(lambda mark: clock_time(datetime.fromtimestamp(int(mark[1]), UTC)), text)
