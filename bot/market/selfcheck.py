"""Asks every provider once and says what differs from what the rest of this room expects of it.

Meant for the first day of an installation, and for any day on which figures are missing: ids get renamed, contracts get
upgraded, and nobody can check that from a desk without a network.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final, TypeVar

from bot.clock import Clock
from bot.knowledge.facts import Facts, Protocol, Token
from bot.market import coingecko, defillama
from bot.market.endpoints import Endpoints
from bot.market.errors import ProviderError, RateLimited
from bot.market.ethereum import Block, block_request, parse_block
from bot.market.http import Http, Request
from bot.market.nodes import AGREEMENT
from bot.market.prices import ETHER
from bot.market.quotes import FRESH, SKEW, SURE

T = TypeVar("T")

YIELD_AGE: Final = timedelta(days=3)
"""Pools get one row a day."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: where, what was seen, and whether that is as expected."""

    where: str
    seen: str
    fine: bool

    def __str__(self) -> str:
        return f"{'ok     ' if self.fine else 'differs'}  {self.where}: {self.seen}"


class _Look:
    """One look at all providers."""

    def __init__(self, facts: Facts, endpoints: Endpoints, http: Http, clock: Clock) -> None:
        self._tokens = [token for token in facts.tokens.values() if token.is_priced]
        self._protocols = [protocol for protocol in facts.protocols.values() if protocol.tvl_slugs]
        self._endpoints, self._http, self._clock = endpoints, http, clock

    async def findings(self) -> AsyncIterator[Finding]:
        """What is seen, provider by provider."""
        for part in (self._first, self._second, self._totals, self._yields, self._pools, self._nodes):
            async for finding in part():
                yield finding

    async def _first(self) -> AsyncIterator[Finding]:
        keys = {token.symbol: token.llama for token in self._tokens if token.llama}
        if not keys:
            return
        request = defillama.prices_request(self._endpoints.coins, [*keys.values()])
        seen, wrong = await self._asked(request, lambda body: defillama.parse_prices(body, keys.values()))
        if seen is None:
            yield Finding("DefiLlama prices", wrong, fine=False)
            return
        ether = seen.get(keys.get(ETHER, ""))
        for symbol, key in keys.items():
            yield self._priced(f"DefiLlama price of {symbol}", seen.get(key), ether)

    def _priced(self, where: str, seen: defillama.Seen | None, ether: defillama.Seen | None) -> Finding:
        if seen is None:
            return Finding(where, "missing, or no usable number; compare its address or id", fine=False)
        age = self._clock() - seen.at
        doubts = [f"{_minutes(age)} old"] if abs(age) > FRESH else []
        if ether is not None and abs(seen.at - ether.at) > SKEW:
            doubts.append(f"{_minutes(abs(seen.at - ether.at))} apart from ether's")
        if seen.confidence is not None and seen.confidence < SURE:
            doubts.append(f"confidence {seen.confidence}")
        return Finding(where, "; ".join(doubts) or f"{seen.usd} USD, {_minutes(age)} old", fine=not doubts)

    async def _second(self) -> AsyncIterator[Finding]:
        ids = {token.symbol: token.coingecko for token in self._tokens if token.coingecko}
        if not ids:
            return
        request = coingecko.prices_request(self._endpoints.second, self._endpoints.second_key, [*ids.values()])
        seen, wrong = await self._asked(request, lambda body: coingecko.parse_prices(body, ids.values()))
        if seen is None:
            yield Finding("CoinGecko prices", wrong, fine=False)
            return
        for symbol, name in ids.items():
            found = seen.get(name)
            where = f"CoinGecko price of {symbol}"
            if found is None:
                yield Finding(where, f"'{name}' is missing or has no usable number; compare the id", fine=False)
            else:
                age = self._clock() - found.at
                told = f"{found.usd} USD, {_minutes(age)} old" + ("" if found.eth else ", not in ETH")
                yield Finding(where, told, fine=found.eth is not None and abs(age) <= FRESH)

    async def _totals(self) -> AsyncIterator[Finding]:
        for protocol in self._protocols:
            for place, slug in enumerate(protocol.tvl_slugs):
                yield await self._total(protocol, slug, needed=place == 0)

    async def _total(self, protocol: Protocol, slug: str, *, needed: bool) -> Finding:
        usd, wrong = await self._asked(defillama.tvl_request(self._endpoints.totals, slug), defillama.parse_tvl)
        where = f"DefiLlama total of {protocol.name} as '{slug}'"
        if usd is None:
            return Finding(where, wrong if needed else f"{wrong} (spare name, not needed)", fine=not needed)
        return Finding(where, f"{usd:.0f} USD", fine=True)

    async def _yields(self) -> AsyncIterator[Finding]:
        for token in self._tokens:
            if token.yield_pool:
                yield await self._yield(token, token.yield_pool)

    async def _yield(self, token: Token, pool: str) -> Finding:
        found, wrong = await self._asked(defillama.yield_request(self._endpoints.yields, pool), defillama.parse_yield)
        where = f"DefiLlama yield of {token.symbol}"
        if found is None:
            return Finding(where, f"{wrong}; compare yield_pool", fine=False)
        age = self._clock() - found.at
        told = f"{found.apy}% a year, {round(age / timedelta(days=1))} days old"
        return Finding(where, told, fine=abs(age) <= YIELD_AGE)

    async def _pools(self) -> AsyncIterator[Finding]:
        wanted = {(t.yield_project, t.symbol.upper()): t for t in self._tokens if t.yield_project and not t.yield_pool}
        if not wanted:
            return
        found, trouble = await _tried(self._largest(wanted))
        for pair, token in wanted.items():
            pool = (found or {}).get(pair)
            where = f"DefiLlama pool of {token.symbol}"
            if pool is None:
                yield Finding(where, trouble or f"none of {pair[1]} by '{pair[0]}' on Ethereum", fine=False)
            else:
                yield Finding(where, f'found; to save the look-up write yield_pool = "{pool}"', fine=True)
                yield await self._yield(token, pool)

    async def _largest(self, wanted: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        async with self._http.stream(defillama.pools_request(self._endpoints.yields)) as chunks:
            return await defillama.largest_pools(chunks, wanted)

    async def _nodes(self) -> AsyncIterator[Finding]:
        if not self._endpoints.nodes:
            yield Finding("Ethereum nodes", "ETH_RPC_URLS is empty, so there are no premiums", fine=False)
        first: Block | None = None
        for number, url in enumerate(self._endpoints.nodes, 1):
            where = f"Ethereum node {number}"
            request = block_request(url, self._tokens)
            block, wrong = await self._asked(request, lambda body: parse_block(body, self._tokens, self._clock()))
            if block is None:
                yield Finding(where, wrong, fine=False)
                continue
            age = (self._clock() - block.at).total_seconds()
            yield Finding(where, f"block {block.number}, {age:.0f} s old", fine=True)
            for finding in self._rates(where, block, first):
                yield finding
            first = first or block

    async def _asked(self, request: Request, read: Callable[[bytes], T]) -> tuple[T | None, str]:
        """What a provider answers, or None with what is wrong."""

        async def asked() -> T:
            return read(await self._http.fetch(request))

        return await _tried(asked())

    def _rates(self, where: str, block: Block, first: Block | None) -> Sequence[Finding]:
        found = [_rated(where, token, block, first) for token in self._tokens if token.rate_contract]
        for token in self._tokens:
            if token.pause_contract:
                flag = block.paused.get(token.symbol)
                told = "cannot be asked whether it is paused" if flag is None else "paused" if flag else "not paused"
                found.append(Finding(f"{where}, {token.symbol}", told, fine=flag is False))
        return found


def _rated(where: str, token: Token, block: Block, first: Block | None) -> Finding:
    reading = block.rates.get(token.symbol)
    place = f"{where}, rate of {token.symbol}"
    if reading is None:
        return Finding(place, f"{token.rate_call} of {token.rate_contract} gives no rate", fine=False)
    other = first.rates.get(token.symbol) if first else None
    apart = abs(reading.rate / other.rate - 1) if other else Decimal(0)
    doubt = f", {apart:.4%} away from the first node's" if apart > AGREEMENT else ""
    return Finding(place, f"{reading.rate:.6f} ETH{doubt}", fine=not doubt)


async def look(facts: Facts, endpoints: Endpoints, http: Http, clock: Clock) -> list[Finding]:
    """Everything that is seen in one look, one request at a time."""
    return [finding async for finding in _Look(facts, endpoints, http, clock).findings()]


async def _tried(asking: Awaitable[T]) -> tuple[T | None, str]:
    try:
        return await asking, ""
    except RateLimited as error:
        wait = "" if error.retry_after is None else f", to be asked again in {error.retry_after:.0f} s"
        return None, f"asks for patience{wait}"
    except ProviderError as error:
        return None, error.cause


def _minutes(age: timedelta) -> str:
    return f"{age.total_seconds() / 60:.0f} min"
