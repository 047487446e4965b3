"""The ways to a price and a stated rate for every token that are measured: ours, and what the usual packages give.

The measured process loads this, so it imports nothing that one of the methods brings with it.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from statistics import median
from typing import Any, Final, Protocol

from bot.clock import utc_now
from bot.knowledge.facts import Facts, Token

DAYS: Final = 100
"""Days of earlier readings that our market room holds against a new one; it never holds more."""
BATCH: Final = 50
"""Quotes from the cache between two looks at the CPU clock."""
FEW: Final = 3
GROWTH: Final = Decimal("0.00008")
"""By how much a rate grows in a day: 3 % a year."""
ONE: Final = 10**18

Premiums = dict[str, float]
"""Percent that the market price of a token stands above its stated rate, by symbol."""


@dataclass(frozen=True, slots=True)
class Material:
    """The tokens to quote, where the doubles are, and what the rates there are (ETH by symbol)."""

    facts: Facts
    coins: str
    totals: str
    yields: str
    second: str
    node: str
    rates: Mapping[str, Decimal]


class Method(Protocol):
    """One way to quote all tokens."""

    def cold(self) -> Premiums:
        """A quote of all tokens by somebody who asked for nothing before."""
        ...

    def again(self, count: int) -> float:
        """CPU seconds of one more quote: the median of about `count`, or of `FEW` where each goes out again."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class Ours:
    """The bot's market room, which quotes out of what was fetched within the last minute."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._runner = asyncio.Runner()
        self._market: Any = None

    def cold(self) -> Premiums:
        """A new room without connections. A rate's earlier readings are remembered, as in any bot that has run."""
        return self._runner.run(self._cold())

    async def _cold(self) -> Premiums:
        # Here and not above, for its memory and time are part of what is measured.
        from bot.market.endpoints import Endpoints
        from bot.market.market import Market

        if self._market is not None:
            await self._market.close()
        at = self._material
        endpoints = Endpoints(at.coins, at.totals, at.yields, at.second, nodes=(at.node,))
        self._market = Market(at.facts, endpoints, utc_now, memory=Readings(at.rates))
        quotes = await self._market.quotes([token.symbol for token in self._market.tokens])
        return {quote.token.symbol: float(quote.premium) for quote in quotes if quote.premium is not None}

    def again(self, count: int) -> float:
        """From the cache, one after the other."""
        return self._runner.run(self._again(count))

    async def _again(self, count: int) -> float:
        symbols = [token.symbol for token in self._market.tokens]
        spent = []
        for _ in range(max(1, count // BATCH)):
            began = time.process_time()
            for _ in range(BATCH):
                await self._market.quotes(symbols)
            spent.append((time.process_time() - began) / BATCH)
        return median(spent)

    def close(self) -> None:
        """End the connections and the loop."""
        if self._market is not None:
            self._runner.run(self._market.close())
        self._runner.close()


class Readings:
    """A market room's memory that holds two readings a day of every rate, each a little below the next."""

    def __init__(self, rates: Mapping[str, Decimal]) -> None:
        self._rates = rates

    def record(self, reading: object) -> None:
        """Nothing more is kept."""

    async def past(self, since: datetime) -> Sequence[Any]:
        """All readings that are not too old."""
        from bot.market.ethereum import Reading

        now, half_a_day = utc_now(), timedelta(hours=12)
        return [
            Reading(symbol, rate * (1 - GROWTH * halves / 2), 1, now - halves * half_a_day)
            for symbol, rate in self._rates.items()
            for halves in range(2 * DAYS, 0, -1)
            if now - halves * half_a_day >= since
        ]

    async def note(self, name: str) -> str | None:
        """Nothing is noted."""

    async def keep_note(self, name: str, text: str) -> None:
        """Nothing is noted."""


class Packages:
    """What one writes with pycoingecko and web3 after reading their first pages: one request for all prices, then one
    contract call a token, one after the other. Nothing is kept between two quotes.

    Around each call web3 asks the node which chain it is on; `cached` has it remember that.
    """

    def __init__(self, material: Material, *, cached: bool = False) -> None:
        self._material, self._cached = material, cached
        tokens = material.facts.tokens.values()
        self._rated = [token for token in tokens if token.rate_contract and token.coingecko]
        self._ids = [token.coingecko for token in tokens if token.coingecko]
        self._gecko: Any = None
        self._web3: Any = None

    def cold(self) -> Premiums:
        """With new clients."""
        # By name, so that everything else works without them.
        pycoingecko, web3 = import_module("pycoingecko"), import_module("web3")
        self.close()
        self._gecko = pycoingecko.CoinGeckoAPI()
        self._gecko.api_base_url = f"{self._material.second}/"
        self._web3 = web3.Web3(web3.HTTPProvider(self._material.node, cache_allowed_requests=self._cached))
        return self._quote()

    def again(self, count: int) -> float:
        """With the same clients and connections, and every request once more."""
        spent = []
        for _ in range(min(count, FEW)):
            began = time.process_time()
            self._quote()
            spent.append(time.process_time() - began)
        return median(spent)

    def close(self) -> None:
        """End the connections."""
        if self._gecko is not None:
            self._gecko.session.close()

    def _quote(self) -> Premiums:
        prices = self._gecko.get_price(
            ids=self._ids, vs_currencies="usd,eth", include_last_updated_at=True, precision="full"
        )
        rates = {token.symbol: self._rate(token) for token in self._rated}
        return {
            token.symbol: (prices[token.coingecko]["eth"] / (rates[token.symbol] / ONE) - 1) * 100
            for token in self._rated
            if token.coingecko in prices
        }

    def _rate(self, token: Token) -> int:
        name, takes_amount = token.rate_call.partition("(")[0], "uint256" in token.rate_call
        number = {"name": "", "type": "uint256"}
        inputs = [number] if takes_amount else []
        function = {"type": "function", "name": name, "stateMutability": "view", "inputs": inputs, "outputs": [number]}
        contract = self._web3.eth.contract(address=token.rate_contract, abi=[function])
        found: int = contract.functions[name](*([ONE] if takes_amount else [])).call()
        return found


@dataclass(frozen=True, slots=True)
class Kind:
    """How a method is called, which packages it is made of, and how it is begun."""

    label: str
    packages: tuple[str, ...]
    begin: Callable[[Material], Method]

    @property
    def missing(self) -> str | None:
        """Why it cannot be measured here; None where it can."""
        names = (name.partition(".")[0] for name in self.packages)
        absent = [name for name in names if find_spec(name) is None]
        return f"{self.label} is left out: {' and '.join(absent)} cannot be imported." if absent else None


METHODS: Final[Mapping[str, Kind]] = {
    "ours": Kind("ours", ("bot.market.market", "httpx"), Ours),
    "packages": Kind("pycoingecko and web3", ("pycoingecko", "web3"), Packages),
    "cached": Kind(
        "the same, web3 keeping the chain's number", ("pycoingecko", "web3"), partial(Packages, cached=True)
    ),
}
