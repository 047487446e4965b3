"""Numbers as providers send them: exact, or refused. A wrong number shown with confidence is worse than none."""

import json
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from bot.market.errors import Malformed

LARGEST: Final = Decimal(10) ** 15
SMALLEST: Final = Decimal(10) ** -12
EARLIEST: Final = 1_438_269_973
"""When Ethereum began; no price or block is older. Unix seconds."""
LATEST: Final = 253_402_300_799
_DIGITS: Final = 40
_LARGEST_EXPONENT: Final = 400
"""Beyond it arithmetic itself fails."""


def read_json(body: bytes) -> Any:
    """A JSON text with its fractions as `Decimal`; NaN, infinities and what no figure can be are None, so that one of
    them spoils nothing beside it. Raises Malformed for what is no JSON.
    """
    try:
        return json.loads(body, parse_float=_fraction, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise Malformed("it sent no JSON that can be read") from error


def _fraction(text: str) -> Decimal | None:
    try:
        exact = Decimal(text)
    except InvalidOperation:
        return None
    return exact if abs(exact.adjusted()) <= _LARGEST_EXPONENT else None


def amount(value: object) -> Decimal | None:
    """A positive number within bounds that any price, rate or total keeps; None for everything else.

    Texts and booleans are refused although they could be read as numbers: a provider that sends them has changed.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    exact = Decimal(value)
    if not exact.is_finite() or len(exact.as_tuple().digits) > _DIGITS:
        return None
    return exact if SMALLEST <= exact <= LARGEST else None


def share(value: object) -> Decimal | None:
    """A number in [0, 1], such as a confidence; None for everything else."""
    if value == 0 and not isinstance(value, bool):
        return Decimal(0)
    exact = amount(value)
    return exact if exact is not None and exact <= 1 else None


def percent(value: object) -> Decimal | None:
    """A yield in percent a year, zero included; None for everything else."""
    if value == 0 and not isinstance(value, bool):
        return Decimal(0)
    return amount(value)


def moment(value: object) -> datetime | None:
    """Unix seconds as an aware UTC time; None where it is no time on Ethereum."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not EARLIEST <= value <= LATEST:
        return None
    return datetime.fromtimestamp(int(value), UTC)


def table(value: object) -> dict[str, Any]:
    """A JSON object, or an empty one in the place of anything else."""
    return value if isinstance(value, dict) else {}
