"""Market prices from two providers: all tokens and ether in one request each."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from bot.clock import Clock
from bot.knowledge.facts import Token
from bot.market import coingecko, defillama
from bot.market.circuit import Circuit
from bot.market.endpoints import Endpoints
from bot.market.errors import Malformed
from bot.market.http import Http
from bot.market.kept import Kept
from bot.market.quotes import Spot, in_eth

ETHER: Final = "ETH"
"""The symbol of the token that others are priced in; the knowledge files name its providers' ids."""
FIRST_FOR: Final = timedelta(seconds=60)
SECOND_FOR: Final = timedelta(minutes=5)
"""Ten thousand requests a month, which the second provider gives away, are one in four and a half minutes."""

Spots = Mapping[str, Spot]


class Prices:
    """Spot prices of `tokens` by symbol. A token that a later answer leaves out keeps the price that was last known."""

    def __init__(self, tokens: Sequence[Token], endpoints: Endpoints, http: Http, clock: Clock) -> None:
        self._endpoints, self._http = endpoints, http
        self._keys = {token.symbol: token.llama for token in tokens if token.llama}
        self._ids = {token.symbol: token.coingecko for token in tokens if token.coingecko}
        self._first: Kept[Spots] = Kept(
            self._fetch_first, clock=clock, circuit=Circuit(defillama.NAME, clock), fresh_for=FIRST_FOR
        )
        self._second: Kept[Spots] = Kept(
            self._fetch_second, clock=clock, circuit=Circuit(coingecko.NAME, clock), fresh_for=SECOND_FOR
        )

    async def first(self, within: float) -> Spots:
        """Prices of the first provider, waiting at most `within` seconds for new ones."""
        return (await self._first.get(within) if self._keys else None) or {}

    async def second(self, within: float) -> Spots:
        """Prices of the second provider, waiting at most `within` seconds for new ones."""
        return (await self._second.get(within) if self._ids else None) or {}

    async def close(self) -> None:
        """Give up requests that are on their way."""
        await self._first.close()
        await self._second.close()

    async def _fetch_first(self) -> Spots:
        body = await self._http.fetch(defillama.prices_request(self._endpoints.coins, [*self._keys.values()]))
        seen = defillama.parse_prices(body, self._keys.values())
        ether = seen.get(self._keys.get(ETHER, ""))
        spots = {symbol: _spot(symbol, seen[key], ether) for symbol, key in self._keys.items() if key in seen}
        return _renewed(self._first, spots)

    async def _fetch_second(self) -> Spots:
        request = coingecko.prices_request(self._endpoints.second, self._endpoints.second_key, [*self._ids.values()])
        seen = coingecko.parse_prices(await self._http.fetch(request), self._ids.values())
        spots = {
            symbol: Spot(coingecko.NAME, seen[name].usd, seen[name].at, seen[name].eth)
            for symbol, name in self._ids.items()
            if name in seen
        }
        return _renewed(self._second, spots)


def _spot(symbol: str, seen: defillama.Seen, ether: defillama.Seen | None) -> Spot:
    eth: Decimal | None = None
    if symbol == ETHER:
        eth = Decimal(1)
    elif ether is not None:
        eth = in_eth(seen.usd, seen.at, ether.usd, ether.at)
    return Spot(defillama.NAME, seen.usd, seen.at, eth, seen.confidence)


def _renewed(kept: Kept[Spots], spots: Spots) -> Spots:
    """The new prices over those last known. An answer without any price is no answer."""
    if not spots:
        raise Malformed("its answer holds none of the prices asked for")
    return {**(kept.held.value if kept.held else {}), **spots}
