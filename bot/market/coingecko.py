"""CoinGecko: the second opinion on market prices. What its OpenAPI document of 22 June 2026 says, and what it was seen
to do: unknown ids are left out, numbers may be null, and an error can arrive with status 200.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from bot.market.errors import Malformed, RateLimited
from bot.market.http import Request
from bot.market.numbers import amount, moment, read_json, table

NAME: Final = "CoinGecko"
CHART_LIMIT: Final = 4_000_000
_TOO_MANY: Final = 429


@dataclass(frozen=True, slots=True)
class Seen:
    """A price in US dollars and in ETH of the same moment."""

    usd: Decimal
    eth: Decimal | None
    at: datetime


def _headers(base: str, key: str) -> dict[str, str]:
    """The key goes where no log line shows it."""
    if not key:
        return {}
    return {"x-cg-pro-api-key" if "//pro-api." in base else "x-cg-demo-api-key": key}


def prices_request(base: str, key: str, ids: Sequence[str]) -> Request:
    """Asks for all prices at once."""
    params = {
        "ids": ",".join(ids),
        "vs_currencies": "usd,eth",
        "include_last_updated_at": "true",
        "precision": "full",
    }
    return Request(f"{base}/simple/price", params, _headers(base, key))


def parse_prices(body: bytes, ids: Iterable[str]) -> dict[str, Seen]:
    """The usable prices by id. Raises Malformed or RateLimited for an error in the place of prices."""
    answer = read_json(body)
    if not isinstance(answer, dict):
        raise Malformed("its answer holds no prices")
    _refuse_error(answer)
    seen = {name: _seen(table(answer.get(name))) for name in ids}
    return {name: price for name, price in seen.items() if price is not None}


def _refuse_error(answer: dict[str, Any]) -> None:
    """Its three shapes of errors, which can carry status 200."""
    error = answer.get("error")
    status = table(answer.get("status")) or table(table(error).get("status"))
    if status.get("error_code") == _TOO_MANY:
        raise RateLimited(None)
    if status.get("error_code") is not None or isinstance(error, str):
        raise Malformed("it sent an error in the place of prices")


def _seen(coin: dict[str, Any]) -> Seen | None:
    usd, at = amount(coin.get("usd")), moment(coin.get("last_updated_at"))
    return None if usd is None or at is None else Seen(usd, amount(coin.get("eth")), at)


def history_request(base: str, key: str, name: str, days: int) -> Request:
    """Asks for the price in ETH over the last days."""
    params = {"vs_currency": "eth", "days": str(days)}
    return Request(f"{base}/coins/{name}/market_chart", params, _headers(base, key), limit=CHART_LIMIT)


def parse_history(body: bytes) -> list[tuple[datetime, Decimal]]:
    """Dated prices in ETH, in order of time. Raises Malformed."""
    answer = table(read_json(body))
    _refuse_error(answer)
    rows = answer.get("prices")
    if not isinstance(rows, list):
        raise Malformed("its answer holds no history")
    found = [_point(row) for row in rows]
    return sorted(point for point in found if point is not None)


def _point(row: object) -> tuple[datetime, Decimal] | None:
    match row:
        case [int() | Decimal() as milliseconds, value]:
            at, eth = moment(Decimal(milliseconds) / 1000), amount(value)
            return None if at is None or eth is None else (at, eth)
    return None
