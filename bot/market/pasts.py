"""The market price of a token over the last days, in ETH, beside the rates that were recorded meanwhile."""

from bisect import bisect_left
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from bot.clock import Clock
from bot.knowledge.facts import Token
from bot.market import coingecko, defillama
from bot.market.chart import History, Point
from bot.market.circuit import Circuit
from bot.market.endpoints import Endpoints
from bot.market.errors import ProviderError
from bot.market.http import Http
from bot.market.kept import Kept
from bot.market.quotes import SKEW

FOR: Final = timedelta(minutes=10)
FEWEST: Final = 12
"""Prices below which the second provider is asked as well."""

Dated = tuple[datetime, Decimal]


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of time that can be charted: one price each `period` (as DefiLlama writes it), `span` of them."""

    name: str
    days: int
    period: str
    span: int


RANGES: Final = (
    Range("24 hours", 1, "15m", 96),
    Range("7 days", 7, "1h", 168),
    Range("30 days", 30, "4h", 180),
    Range("90 days", 90, "12h", 180),
)


def range_of(days: int) -> Range:
    """The shortest range that holds so many days."""
    return next((one for one in RANGES if one.days >= days), RANGES[-1])


@dataclass(frozen=True, slots=True)
class Past:
    """Prices in ETH with the provider that stated them."""

    source: str
    points: tuple[Point, ...]


class Pasts:
    """Price histories, each fetched when it is first asked for and kept for some minutes."""

    def __init__(self, ether: Token | None, endpoints: Endpoints, http: Http, clock: Clock) -> None:
        self._ether, self._endpoints, self._http, self._clock = ether, endpoints, http, clock
        self._circuit = Circuit("Price histories", clock)
        self._kept: dict[tuple[str, int], Kept[Past]] = {}

    async def history(self, token: Token, days: int, rates: Sequence[Point], within: float) -> History | None:
        """What can be drawn of the last days; None where no provider tells."""
        wanted = range_of(days)
        kept = self._kept.get((token.symbol, wanted.days))
        if kept is None:
            kept = Kept(lambda: self._fetch(token, wanted), clock=self._clock, circuit=self._circuit, fresh_for=FOR)
            self._kept[token.symbol, wanted.days] = kept
        past = await kept.get(within)
        if past is None:
            return None
        return History(token.symbol, wanted.days, past.points, tuple(rates), past.source, self._clock())

    async def close(self) -> None:
        """Give up requests that are on their way."""
        for kept in self._kept.values():
            await kept.close()

    async def _fetch(self, token: Token, wanted: Range) -> Past:
        found = await self._tried(self._first(token, wanted))
        if len(found) < FEWEST and token.coingecko:
            second = await self._tried(self._second(token, wanted))
            if len(second) > len(found):
                return Past(coingecko.NAME, _points(second))
        if not found:
            raise ProviderError("nobody tells a history")
        return Past(defillama.NAME, _points(found))

    async def _tried(self, asking: Awaitable[list[Dated]]) -> list[Dated]:
        try:
            return await asking
        except ProviderError:
            return []

    async def _first(self, token: Token, wanted: Range) -> list[Dated]:
        if not token.llama or self._ether is None or not self._ether.llama:
            return []
        start = int((self._clock() - timedelta(days=wanted.days)).timestamp())
        keys = (token.llama, self._ether.llama)
        body = await self._http.fetch(
            defillama.history_request(self._endpoints.coins, keys, start, wanted.span, wanted.period)
        )
        prices = defillama.parse_history(body, keys)
        return in_ether(prices[token.llama], prices[self._ether.llama])

    async def _second(self, token: Token, wanted: Range) -> list[Dated]:
        key = self._endpoints.second_key
        request = coingecko.history_request(self._endpoints.second, key, token.coingecko, wanted.days)
        return coingecko.parse_history(await self._http.fetch(request))


def in_ether(prices: Sequence[Dated], ether: Sequence[Dated]) -> list[Dated]:
    """Each price over ether's nearest one; left out where that is too far away to be of the same moment."""
    times = [at for at, _ in ether]
    found = []
    for at, usd in prices:
        place = bisect_left(times, at)
        near = min(ether[max(0, place - 1) : place + 1], key=lambda one: abs(one[0] - at), default=None)
        if near is not None and abs(near[0] - at) <= SKEW:
            found.append((at, usd / near[1]))
    return found


def _points(dated: Sequence[Dated]) -> tuple[Point, ...]:
    return tuple(Point(at, value) for at, value in dated)
