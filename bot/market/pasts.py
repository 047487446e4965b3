"""The market price of a token over the last days, in ETH, beside the rates that were recorded meanwhile."""

from bisect import bisect_left
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from bot.clock import Clock
from bot.knowledge.facts import Token
from bot.market import coingecko, defillama
from bot.market.chart import Point
from bot.market.circuit import Circuit
from bot.market.endpoints import Endpoints
from bot.market.errors import Malformed, ProviderError
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

    @property
    def width(self) -> int:
        """Half a period, in seconds."""
        return int(timedelta(days=self.days) / self.span / 2 / timedelta(seconds=1))


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
        self._first_circuit = Circuit(f"{defillama.NAME} histories", clock)
        self._second_circuit = Circuit(f"{coingecko.NAME} histories", clock)
        self._kept: dict[tuple[str, int], Kept[Past]] = {}

    async def past(self, token: Token, wanted: Range, within: float) -> Past | None:
        """The prices of a range, waiting at most `within` seconds; None where no provider tells."""
        kept = self._kept.get((token.symbol, wanted.days))
        if kept is None:
            kept = Kept(lambda: self._fetch(token, wanted), clock=self._clock, circuit=self._circuit, fresh_for=FOR)
            self._kept[token.symbol, wanted.days] = kept
        return await kept.get(within)

    async def close(self) -> None:
        """Give up requests that are on their way."""
        for kept in self._kept.values():
            await kept.close()

    async def _fetch(self, token: Token, wanted: Range) -> Past:
        first, second = list[Dated](), list[Dated]()
        if token.llama and self._ether is not None and self._ether.llama:
            first = await _told(self._first_circuit, partial(self._first, token.llama, self._ether.llama, wanted))
        if len(first) < FEWEST and token.coingecko:
            second = await _told(self._second_circuit, partial(self._second, token, wanted))
        if not first and not second:
            raise Malformed(f"nobody tells a history of {token.symbol}")
        if len(second) > len(first):
            return Past(coingecko.NAME, _points(second))
        return Past(defillama.NAME, _points(first))

    async def _first(self, key: str, ether: str, wanted: Range) -> list[Dated]:
        start = int((self._clock() - timedelta(days=wanted.days)).timestamp())
        keys, every = (key, ether), (wanted.span, wanted.period, wanted.width)
        body = await self._http.fetch(defillama.history_request(self._endpoints.coins, keys, start, *every))
        prices = defillama.parse_history(body, keys)
        return in_ether(prices[key], prices[ether])

    async def _second(self, token: Token, wanted: Range) -> list[Dated]:
        key = self._endpoints.second_key
        request = coingecko.history_request(self._endpoints.second, key, token.coingecko, wanted.days)
        return coingecko.parse_history(await self._http.fetch(request))


async def _told(circuit: Circuit, asking: Callable[[], Awaitable[list[Dated]]]) -> list[Dated]:
    """What a provider tells; nothing while it is left alone."""
    if not circuit.admits():
        return []
    try:
        found = await asking()
    except Malformed:
        found = []  # it is there, and does not know this token
    except ProviderError as error:
        circuit.failed(error)
        return []
    circuit.succeeded()
    return found


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
