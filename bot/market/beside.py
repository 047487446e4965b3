"""Figures beside the price: yields of tokens, and what protocols hold."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from bot.clock import Clock
from bot.knowledge.facts import Protocol, Token
from bot.market import defillama
from bot.market.circuit import Circuit
from bot.market.endpoints import Endpoints
from bot.market.errors import Malformed
from bot.market.http import Http
from bot.market.kept import Kept
from bot.market.memory import MarketMemory
from bot.market.numbers import table

FOR: Final = timedelta(hours=1)
"""Their provider renews these figures about once an hour."""
POOLS_FOR: Final = timedelta(days=7)
_POOLS_NOTE: Final = "pools"


@dataclass(frozen=True, slots=True)
class Dated:
    """A figure with the moment it is of and who states it."""

    value: Decimal
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class YieldFigure:
    """A yield in percent a year, with the parts that its provider tells apart."""

    apy: Dated
    base: Decimal | None = None
    reward: Decimal | None = None


class Beside:
    """Yields and totals, each fetched when it is first asked for."""

    def __init__(self, endpoints: Endpoints, http: Http, clock: Clock, memory: MarketMemory) -> None:
        self._endpoints, self._http, self._clock, self._memory = endpoints, http, clock, memory
        self._totals_circuit = Circuit(f"{defillama.NAME} totals", clock)
        self._yields_circuit = Circuit(f"{defillama.NAME} yields", clock)
        self._totals: dict[str, Kept[Dated]] = {}
        self._yields: dict[str, Kept[YieldFigure]] = {}
        self._wanted: dict[tuple[str, str], str] = {}
        pools_circuit = Circuit(f"{defillama.NAME} pools", clock)
        self._pools: Kept[Mapping[str, str]] = Kept(
            self._fetch_pools, clock=clock, circuit=pools_circuit, fresh_for=POOLS_FOR
        )

    def expect(self, tokens: Sequence[Token]) -> None:
        """Say which tokens have a pool that must be looked up."""
        looked_up = [token for token in tokens if token.yield_project and not token.yield_pool]
        self._wanted = {(token.yield_project, token.symbol.upper()): token.symbol for token in looked_up}

    async def total(self, protocol: Protocol, within: float) -> Dated | None:
        """What a protocol holds, in US dollars at market prices."""
        if not protocol.tvl_slugs:
            return None
        if protocol.id not in self._totals:
            self._totals[protocol.id] = Kept(
                lambda: self._fetch_total(protocol), clock=self._clock, circuit=self._totals_circuit, fresh_for=FOR
            )
        return await self._totals[protocol.id].get(within)

    async def yield_of(self, token: Token, within: float) -> YieldFigure | None:
        """The yield of a token as its provider reckons it."""
        until = asyncio.get_running_loop().time() + within
        pool = token.yield_pool or await self._pool_of(token, within)
        if not pool:
            return None
        if token.symbol not in self._yields:
            self._yields[token.symbol] = Kept(
                lambda: self._fetch_yield(pool), clock=self._clock, circuit=self._yields_circuit, fresh_for=FOR
            )
        return await self._yields[token.symbol].get(max(0.0, until - asyncio.get_running_loop().time()))

    async def close(self) -> None:
        """Give up requests that are on their way."""
        for total in self._totals.values():
            await total.close()
        for figure in self._yields.values():
            await figure.close()
        await self._pools.close()

    async def _fetch_total(self, protocol: Protocol) -> Dated:
        trouble = Malformed("it has no total")
        for slug in protocol.tvl_slugs:
            try:
                body = await self._http.fetch(defillama.tvl_request(self._endpoints.totals, slug))
                return Dated(defillama.parse_tvl(body), self._clock(), defillama.NAME)
            except Malformed as error:
                trouble = Malformed(f"no total for {slug}: {error.cause}")
        raise trouble

    async def _fetch_yield(self, pool: str) -> YieldFigure:
        found = defillama.parse_yield(await self._http.fetch(defillama.yield_request(self._endpoints.yields, pool)))
        return YieldFigure(Dated(found.apy, found.at, defillama.NAME), found.base, found.reward)

    async def _pool_of(self, token: Token, within: float) -> str:
        """The pool that was looked up; empty where there is none, or none yet."""
        pools = await self._pools.get(within) if token.yield_project else None
        return (pools or {}).get(token.symbol, "")

    async def _fetch_pools(self) -> Mapping[str, str]:
        """The pools that the files do not name: from an earlier look-up, else from the list of all there are."""
        noted = _noted(await self._memory.note(_POOLS_NOTE))
        if set(self._wanted.values()) <= noted.keys():
            return noted
        async with self._http.stream(defillama.pools_request(self._endpoints.yields)) as chunks:
            found = await defillama.largest_pools(chunks, self._wanted)
        pools = {**noted, **{self._wanted[wanted]: pool for wanted, pool in found.items()}}
        await self._memory.keep_note(_POOLS_NOTE, json.dumps(pools))
        return pools


def _noted(text: str | None) -> dict[str, str]:
    try:
        noted = json.loads(text or "{}")
    except ValueError:
        return {}
    return {name: pool for name, pool in table(noted).items() if defillama.is_pool(pool)}
