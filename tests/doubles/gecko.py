"""CoinGecko's demo host: what it knows, what it answers, and what goes wrong with its data.

Shapes from its OpenAPI document `demo-api.json` of 22 June 2026. That names no errors; theirs are from public reports.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.clock import Clock
from tests.doubles.behaviours import body, headed
from tests.doubles.llama import DAY, Points
from tests.doubles.serving import Behaviour, Number, Reply, Request, Verbatim, number

KIND = "application/json; charset=utf-8"
BASE = "/api/v3"
DEMO_HEADER = "x-cg-demo-api-key"
KEY_PARAMETERS = ("x_cg_demo_api_key", "x_cg_pro_api_key")
MILLISECONDS = 41
"""Added to each time of a chart, for real ones are never whole seconds."""
_TIME = "last_updated_at"


class Gecko:
    """What CoinGecko knows in this test, and its right answers. With a `key`, requests that carry another one are
    refused; requests without one are keyless and fine.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.key: str | None = None
        self.forget()

    def forget(self) -> None:
        """Know nothing."""
        self._prices: dict[str, dict[str, Verbatim]] = {}
        self._times: dict[str, int | None] = {}
        self._charts: dict[tuple[str, str], list[tuple[int, Verbatim]]] = {}

    def know_price(self, name: str, prices: Mapping[str, Number | None], at: int | None) -> None:
        """See `Providers.gecko_price`."""
        self._prices[name] = {currency: number(value) for currency, value in prices.items() if value is not None}
        self._times[name] = at

    def know_history(self, name: str, points: Points, currency: str) -> None:
        """See `Providers.gecko_history`."""
        self._charts[name, currency] = sorted((at, number(value)) for at, value in points)

    def answer(self, request: Request) -> Reply:
        """The demo host."""
        if self.key is not None and request.headers.get(DEMO_HEADER, self.key) != self.key:
            return wrong_key()(Reply())
        match request.path.strip("/").split("/"):
            case ["ping"]:
                return Reply({"gecko_says": "(V3) To the Moon!"}, kind=KIND)
            case ["simple", "price"]:
                return self._simple(request.query)
            case ["coins", name, "market_chart"]:
                return self._last_days(name, request.query)
            case ["coins", name, "market_chart", "range"]:
                return self._range(name, request.query)
        return _refused("Incorrect path. Please check https://docs.coingecko.com/", 404)

    def _simple(self, query: Mapping[str, str]) -> Reply:
        if not query.get("vs_currencies"):
            return _refused("Missing parameter vs_currencies", 422)
        currencies = query["vs_currencies"].lower().split(",")
        dated = query.get("include_last_updated_at") == "true"
        names = [name for name in query.get("ids", "").split(",") if name in self._prices]
        return Reply({name: self._coin(name, currencies, dated=dated) for name in names}, kind=KIND)

    def _coin(self, name: str, currencies: Iterable[str], *, dated: bool) -> dict[str, Any]:
        known, at = self._prices[name], self._times[name]
        coin: dict[str, Any] = {currency: known[currency] for currency in currencies if currency in known}
        return coin | {_TIME: self._now() if at is None else at} if dated else coin

    def _now(self) -> int:
        return int(self._clock().timestamp())

    def _last_days(self, name: str, query: Mapping[str, str]) -> Reply:
        days, now = query.get("days", ""), self._now()
        if days != "max" and not days.isdecimal():
            return _refused("Missing parameter days", 422)
        return self._chart(name, query, 0 if days == "max" else now - int(days) * DAY, now)

    def _range(self, name: str, query: Mapping[str, str]) -> Reply:
        since, until = query.get("from", ""), query.get("to", "")
        if not since.isdecimal() or not until.isdecimal():
            return _refused("Missing parameter from or to", 422)
        return self._chart(name, query, int(since), int(until))

    def _chart(self, name: str, query: Mapping[str, str], since: int, until: int) -> Reply:
        if not query.get("vs_currency"):
            return _refused("Missing parameter vs_currency", 422)
        points = self._points(name, query["vs_currency"].lower())
        if points is None:
            return _refused("coin not found", 404)
        wanted = [(at * 1000 + MILLISECONDS, value) for at, value in points if since <= at <= until]
        rest = [[at, 0] for at, _ in wanted]
        return Reply({"prices": [list(pair) for pair in wanted], "market_caps": rest, "total_volumes": rest}, kind=KIND)

    def _points(self, name: str, currency: str) -> list[tuple[int, Verbatim]] | None:
        """As told, or in ETH from the dollars of this coin and of ETH at the closest time."""
        told = self._charts.get((name, currency))
        dollars, ether = self._charts.get((name, "usd")), self._charts.get(("ethereum", "usd"))
        if told is not None or currency != "eth" or dollars is None or not ether:
            return told
        closest = [(at, usd, min(ether, key=lambda point: abs(point[0] - at))[1]) for at, usd in dollars]
        return [(at, _divided(usd, by)) for at, usd, by in closest]


def _divided(amount: Verbatim, by: Verbatim) -> Verbatim:
    """A quotient in 12 places; what is no number stays as it was told."""
    try:
        return number(round(Decimal(amount) / Decimal(by), 12))
    except (InvalidOperation, ZeroDivisionError):
        return amount


def _refused(message: str, status: int) -> Reply:
    return Reply({"error": message}, status, kind=KIND)


# What goes wrong with coins. Without names all coins of the answer are meant.

Fields = dict[str, Any]


def _coins(change: Callable[[Fields], Fields], names: tuple[str, ...]) -> Behaviour:
    def behave(reply: Reply) -> Reply:
        known = reply.content
        return replace(
            reply, content={name: change(known[name]) if name in (names or known) else known[name] for name in known}
        )

    return behave


def omitted(*names: str) -> Behaviour:
    """Leaves these ids out, as unknown ones are."""
    return lambda reply: replace(
        reply, content={name: coin for name, coin in reply.content.items() if name not in (names or reply.content)}
    )


def emptied(*names: str) -> Behaviour:
    """`{"id":{}}`: an inactive coin."""
    return _coins(lambda _coin: {}, names)


def field(name: str, value: Number | None, *names: str) -> Behaviour:
    """One field (`usd`, `eth`, `last_updated_at`) as this text, or without it for None."""
    if value is None:
        return _coins(lambda coin: {known: coin[known] for known in coin if known != name}, names)
    text = number(value)
    return _coins(lambda coin: coin | {name: text}, names)


def usd_null(*names: str) -> Behaviour:
    """`{"usd":null}`."""
    return field("usd", "null", *names)


def undated(*names: str) -> Behaviour:
    """No `last_updated_at`, although it was asked for."""
    return field(_TIME, None, *names)


def aged(by: float, *names: str) -> Behaviour:
    """Older by so many seconds than what is known."""
    return _coins(lambda coin: coin | {_TIME: coin[_TIME] - round(by)}, names)


# What is said in the place of an answer.


def error_a(status: int = 404, message: str = "coin not found") -> Behaviour:
    """`{"error": text}`."""
    return body(json.dumps({"error": message}), status, KIND)


def error_b(status: int = 429, code: int | None = None, message: str = "the request was refused") -> Behaviour:
    """`{"status": {"error_code", "error_message"}}`; the code is the HTTP status unless it is given. Seen with 200."""
    told = {"error_code": status if code is None else code, "error_message": message}
    return body(json.dumps({"status": told}), status, KIND)


def error_c(status: int = 401, code: int = 10002, message: str = "the API key is missing") -> Behaviour:
    """`{"error": {"status": {"error_code", "error_message"}}}`."""
    return body(json.dumps({"error": {"status": {"error_code": code, "error_message": message}}}), status, KIND)


def too_many(retry_after: str | None = "119") -> Behaviour:
    """429 as it was captured from the real host: shape B, from the network in front of it."""
    headers = {"Server": "cloudflare"} | ({} if retry_after is None else {"Retry-After": retry_after})
    return headed(error_b(429, message="You've exceeded the Rate Limit."), headers)


def error_with_200(code: int = 429) -> Behaviour:
    """Shape B with status 200."""
    return error_b(200, code)


def wrong_key() -> Behaviour:
    """401 for a key that is not known here."""
    return error_b(401, 10002, "the API key is not valid for this host")
