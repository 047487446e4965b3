"""DefiLlama's three hosts: what they know, what they answer, and what goes wrong with their data.

Shapes from its OpenAPI document of 29 July 2026, semantics from the code of its servers (defillama-server,
yield-server): unknown and old coins are left out, keys come back as they were asked for.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

from bot.clock import Clock
from tests.doubles.behaviours import HTML, TEXT, body
from tests.doubles.serving import Behaviour, Number, Reply, Request, Verbatim, number

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
EXPRESS_JSON = "application/json; charset=utf-8"
DAY = 86_400
WIDTH = "12h"
"""How old a current price may be; `searchWidth` changes it."""
HISTORICAL_WIDTH = 6 * 3_600
UNITS = {"w": 7 * DAY, "d": DAY, "h": 3_600, "m": 60}

Points = Sequence[tuple[int, Number]]
"""Prices by Unix seconds."""


@dataclass(frozen=True, slots=True)
class Coin:
    """A price as it is known. `at` is Unix seconds or None for the moment of asking."""

    price: Verbatim
    symbol: str
    at: int | None
    confidence: Verbatim | None
    decimals: int | None

    def fields(self, now: int) -> dict[str, Any]:
        """In the order of the documents' examples; coins of CoinGecko have no decimals."""
        known = {
            "decimals": self.decimals,
            "symbol": self.symbol,
            "price": self.price,
            "timestamp": now if self.at is None else self.at,
            "confidence": self.confidence,
        }
        return {name: value for name, value in known.items() if value is not None}


class Llama:
    """What DefiLlama knows in this test, and the right answer of each of its hosts."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.forget()

    def forget(self) -> None:
        """Know nothing."""
        self._coins: dict[str, Coin] = {}
        self._history: dict[str, list[tuple[int, Verbatim]]] = {}
        self._tvl: dict[str, Verbatim] = {}
        self._yields: dict[str, list[dict[str, Any]]] = {}
        self._pools: list[dict[str, Any]] = []

    def know_price(self, key: str, usd: Number, at: int | None, confidence: Number | None, symbol: str | None) -> None:
        """See `Providers.price`."""
        sure = None if confidence is None else number(confidence)
        before = self._coins.get(key.lower())
        name = symbol or (before.symbol if before else key.rpartition(":")[2])
        decimals = None if key.startswith("coingecko:") else 18
        self._coins[key.lower()] = Coin(number(usd), name, at, sure, decimals)

    def know_history(self, key: str, points: Points) -> None:
        """See `Providers.history`."""
        self._history[key.lower()] = sorted((at, number(usd)) for at, usd in points)

    def know_tvl(self, slug: str, usd: Number) -> None:
        """See `Providers.tvl`."""
        self._tvl[_slug(slug)] = number(usd)

    def know_yields(self, pool: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """See `Providers.yield_rows`."""
        self._yields[pool] = [{**_YIELD, **row} for row in rows]

    def know_pools(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """See `Providers.pools`."""
        self._pools = [{**_POOL, **row} for row in rows]

    # coins.llama.fi

    def coins(self, request: Request) -> Reply:
        """The coins host."""
        match request.path.strip("/").split("/"):
            case ["prices", "current", keys]:
                return self._current(keys.split(","), seconds(request.query.get("searchWidth", WIDTH)))
            case ["prices", "historical", at, keys] if at.isdecimal():
                return self._historical(keys.split(","), int(at), request.query.get("searchWidth"))
            case ["chart", keys]:
                return self._chart(keys.split(","), request.query)
        return Reply({"message": "Not Found"}, 404)

    def _current(self, keys: Iterable[str], width: float) -> Reply:
        now = _unix(self._clock())
        known = {key: coin for key in keys if (coin := self._coins.get(key.lower()))}
        fresh = {key: coin for key, coin in known.items() if coin.at is None or now - coin.at < width}
        content = {"coins": {key: coin.fields(now) for key, coin in fresh.items()}}
        return Reply(content, headers={"Expires": _http_date(_next_five_minutes(self._clock()))})

    def _historical(self, keys: Iterable[str], at: int, width: str | None) -> Reply:
        within = HISTORICAL_WIDTH if width is None else seconds(width)
        found = {key: self._closest(key, at, within) for key in keys}
        coins = {key: self._dated(key, *point) for key, point in found.items() if point}
        return Reply({"coins": coins})

    def _dated(self, key: str, at: int, price: Verbatim) -> dict[str, Any]:
        return replace(self._coin(key), price=price, at=at).fields(at)

    def _coin(self, key: str) -> Coin:
        unknown = Coin(number(0), key.rpartition(":")[2], None, number(Decimal("0.99")), None)
        return self._coins.get(key.lower(), unknown)

    def _chart(self, keys: Iterable[str], query: Mapping[str, str]) -> Reply:
        if "start" in query and "end" in query:
            return Reply({"message": "use either start or end parameter, not both"}, 400)
        period = seconds(query.get("period", "d"))
        width = seconds(query["searchWidth"]) if "searchWidth" in query else period / 10
        moments = _grid(query, period)
        found = {key: [self._closest(key, at, width) for at in moments] for key in keys}
        coins = {key: self._series(key, points) for key, points in found.items() if any(points)}
        return Reply({"coins": coins}, headers={"Cache-Control": "max-age=3600"})

    def _series(self, key: str, points: Iterable[tuple[int, Verbatim] | None]) -> dict[str, Any]:
        told = self._coin(key).fields(0)
        prices = [{"timestamp": at, "price": usd} for at, usd in sorted({point for point in points if point})]
        return {name: told[name] for name in ("symbol", "confidence", "decimals") if name in told} | {"prices": prices}

    def _closest(self, key: str, at: int, width: float) -> tuple[int, Verbatim] | None:
        near = [point for point in self._history.get(key.lower(), ()) if abs(point[0] - at) <= width]
        return min(near, key=lambda point: abs(point[0] - at), default=None)

    # api.llama.fi

    def api(self, request: Request) -> Reply:
        """The host of totals."""
        expires = {"Expires": _http_date(self._clock() + timedelta(minutes=5))}
        match request.path.strip("/").split("/"):
            case ["tvl", slug] if _slug(slug) in self._tvl:
                return Reply(text=self._tvl[_slug(slug)], headers=expires)
        return Reply(text="Not found", status=404, kind=TEXT)

    # yields.llama.fi

    def yields(self, request: Request) -> Reply:
        """The host of yields."""
        match request.path.strip("/").split("/"):
            case ["pools"]:
                return self._success(self._pools)
            case ["chart", pool] if UUID.fullmatch(pool):
                return self._success(self._yields.get(pool, []))
            case ["chart", _]:
                return Reply("invalid configID!", 400, kind=EXPRESS_JSON)
        return Reply(text="<!DOCTYPE html><pre>Cannot GET</pre>", status=404, kind=HTML)

    def _success(self, rows: list[dict[str, Any]]) -> Reply:
        expires = {"Expires": _http_date(_next_minute_22(self._clock()))}
        return Reply({"status": "success", "data": rows}, headers=expires, kind=EXPRESS_JSON)


_YIELD: dict[str, Any] = dict.fromkeys(
    ("timestamp", "tvlUsd", "apy", "apyBase", "apyReward", "il7d", "apyBase7d", "pricePerShare")
)
_POOL: dict[str, Any] = {
    "chain": "Ethereum",
    "project": "",
    "symbol": "",
    "tvlUsd": 0,
    **dict.fromkeys(("apyBase", "apyReward")),
    "apy": 0,
    "rewardTokens": None,
    "pool": "00000000-0000-0000-0000-000000000000",
    **dict.fromkeys(("apyPct1D", "apyPct7D", "apyPct30D")),
    "stablecoin": False,
    "ilRisk": "no",
    "exposure": "single",
    "predictions": {"predictedClass": None, "predictedProbability": None, "binnedConfidence": None},
    "poolMeta": None,
    "mu": 0,
    "sigma": 0,
    "count": 1,
    "outlier": False,
    **dict.fromkeys(
        ("underlyingTokens", "il7d", "apyBase7d", "apyMean30d", "volumeUsd1d", "volumeUsd7d", "apyBaseInception")
    ),
}


def seconds(period: str) -> float:
    """What the server makes of `4h`, `2d`, `w` or `600`."""
    text = period.lower()
    for unit, length in UNITS.items():
        if unit in text:
            return float(text.replace(unit, "") or 1) * length
    return float(text)


def _grid(query: Mapping[str, str], period: float) -> list[int]:
    """The moments of a chart: forward from `start` or back from `end`; one at least."""
    span = max(1, int(query.get("span", "0")))
    step = round(-period if "end" in query else period)
    origin = int(query.get("end", query.get("start", "1514764800")))
    return [origin + step * index for index in range(span)]


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-").replace("'", "")


def _unix(at: datetime) -> int:
    return int(at.timestamp())


def _http_date(at: datetime) -> str:
    return format_datetime(at, usegmt=True)


def _next_five_minutes(at: datetime) -> datetime:
    ahead = at + timedelta(minutes=5 - at.minute % 5)
    return ahead.replace(second=20, microsecond=0)


def _next_minute_22(at: datetime) -> datetime:
    mark = at.replace(minute=22, second=0, microsecond=0)
    return mark if mark > at else mark + timedelta(hours=1)


# What goes wrong with coins. Without keys all coins of the answer are meant.

Fields = dict[str, Any]


def _coins(change: Callable[[Fields], Fields], keys: Iterable[str]) -> Behaviour:
    meant = {key.lower() for key in keys}

    def behave(reply: Reply) -> Reply:
        coins = reply.content["coins"]
        changed = {key: change(coin) if not meant or key.lower() in meant else coin for key, coin in coins.items()}
        return replace(reply, content={"coins": changed})

    return behave


def missing(*keys: str) -> Behaviour:
    """Leaves these coins out."""
    left_out = {key.lower() for key in keys}

    def behave(reply: Reply) -> Reply:
        coins = reply.content["coins"]
        return replace(
            reply, content={"coins": {key: coin for key, coin in coins.items() if key.lower() not in left_out}}
        )

    return behave


def no_coins() -> Behaviour:
    """`{"coins":{}}`, as for unknown coins only."""
    return lambda reply: replace(reply, content={"coins": {}})


def field(name: str, value: Number | None, *keys: str) -> Behaviour:
    """One field of each coin as this text, or without it for None."""
    if value is None:
        return _coins(lambda coin: {known: coin[known] for known in coin if known != name}, keys)
    text = number(value)
    return _coins(lambda coin: coin | {name: text}, keys)


def priced(price: Number, *keys: str) -> Behaviour:
    """Another price: `0`, `-1`, `"NaN"`, `"Infinity"`, `"1e400"`, `"true"`, `"null"`, `'"12"'`."""
    return field("price", price, *keys)


def confidence(value: Number | None, *keys: str) -> Behaviour:
    """Another confidence, or none."""
    return field("confidence", value, *keys)


def stamped(at: Number, *keys: str) -> Behaviour:
    """Another time, in Unix seconds."""
    return field("timestamp", at, *keys)


def undated(*keys: str) -> Behaviour:
    """No time, which the real server counts as fresh."""
    return field("timestamp", None, *keys)


def aged(by: float, *keys: str) -> Behaviour:
    """Older by so many seconds than what is known: 11 h and 3 days for stale prices, 12 min of ETH alone for skew.
    Served however old it becomes; a price that was *set* with an old time is left out, as by the real server.
    """
    return _coins(lambda coin: coin | {"timestamp": coin["timestamp"] - round(by)}, keys)


def distressed(*keys: str) -> Behaviour:
    """A price of 0 with a confidence above 1: how the server's code of 2026 marks assets that are worth nothing."""
    return _coins(lambda coin: coin | {"price": number(0), "confidence": number("1.01")}, keys)


def lower_cased() -> Behaviour:
    """Keys in small letters instead of as they were asked for."""
    return lambda reply: replace(
        reply, content={"coins": {key.lower(): coin for key, coin in reply.content["coins"].items()}}
    )


# What goes wrong with totals.


def tvl_null() -> Behaviour:
    """`null` in the place of the number."""
    return body("null")


def tvl_text() -> Behaviour:
    """A number in quotes."""
    return body('"12"')


def tvl_beyond() -> Behaviour:
    """A number larger than any that is right."""
    return body("1e400")


def tvl_empty() -> Behaviour:
    """200 without a body: a protocol without a record."""
    return body("")


def tvl_not_found() -> Behaviour:
    """404 with plain text, as newer servers say it."""
    return body("Not found", 404, TEXT)


def tvl_refused() -> Behaviour:
    """400 with JSON, as older servers say it."""
    return body('{"message":"Protocol is not in our database"}', 400)


# What goes wrong with yields.


def last_apy_null() -> Behaviour:
    """The newest row without a yield."""

    def behave(reply: Reply) -> Reply:
        *rows, last = reply.content["data"]
        return replace(reply, content={"status": "success", "data": [*rows, last | {"apy": None}]})

    return behave


def no_rows() -> Behaviour:
    """Success with empty data."""
    return lambda reply: replace(reply, content={"status": "success", "data": []})


def invalid_pool() -> Behaviour:
    """400 `"invalid configID!"`, as for an id that is no UUID."""
    return body('"invalid configID!"', 400, EXPRESS_JSON)
