"""The one door of the market room: quotes, yields, totals and history of the tokens that the knowledge files name."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.clock import Clock
from bot.knowledge.facts import Facts, Incident, Token
from bot.market.beside import Beside, Dated, YieldFigure
from bot.market.chart import History, Point
from bot.market.endpoints import Endpoints
from bot.market.ethereum import Block
from bot.market.http import Http
from bot.market.memory import MarketMemory, NoMemory
from bot.market.nodes import Nodes
from bot.market.pasts import Pasts, range_of
from bot.market.prices import ETHER, Prices, Spots
from bot.market.quotes import Evidence, Quote, is_strange, needs_second, quote_of

BUDGET: Final = 2.5
"""Seconds to a first answer; what takes longer is there for the next to ask."""
FIRST_SHARE: Final = 0.6
"""Share of the time that the first provider is waited for, so that the second can step in."""
WATCH_EVERY: Final = 6 * 3600.0
"""Seconds between two looks at the stated rates that nobody asked for, so that a frozen one is noticed."""
WATCH_AFTER: Final = 60.0


@dataclass(frozen=True, slots=True)
class Details:
    """What may stand beside a quote; each part is None where it is not known."""

    apy: YieldFigure | None = None
    tvl: Dated | None = None


class Market:
    """Live figures of the tokens in `facts`. Every method answers within its time and never raises for a provider's
    sake: what cannot be had is missing, and what is old says so.
    """

    def __init__(
        self,
        facts: Facts,
        endpoints: Endpoints,
        clock: Clock,
        *,
        http: Http | None = None,
        memory: MarketMemory | None = None,
    ) -> None:
        self._facts, self._clock = facts, clock
        self._http = http or Http(clock)
        kept = memory or NoMemory()
        self.tokens = tuple(token for token in facts.tokens.values() if token.is_priced)
        self._prices = Prices(self.tokens, endpoints, self._http, clock)
        self._nodes = Nodes(endpoints.nodes, self.tokens, self._http, clock, kept)
        self._beside = Beside(endpoints, self._http, clock, kept)
        self._beside.expect(self.tokens)
        self._pasts = Pasts(facts.tokens.get(ETHER), endpoints, self._http, clock)

    def fits(self, facts: Facts) -> bool:
        """Whether it is for the tokens and protocols of these facts."""
        return (self._facts.tokens, self._facts.protocols) == (facts.tokens, facts.protocols)

    def take(self, facts: Facts) -> None:
        """Go by the incidents of other facts that it fits, from the next quote on."""
        self._facts = facts

    async def quotes(self, symbols: Iterable[str], within: float = BUDGET) -> list[Quote]:
        """A quote for each of `symbols` that is known, in their order."""
        wanted = [self._facts.tokens[symbol] for symbol in dict.fromkeys(symbols) if symbol in self._facts.tokens]
        until = asyncio.get_running_loop().time() + within
        first, block = await asyncio.gather(self._first_prices(wanted, within), self._nodes.block(within))
        found = {token.symbol: self._evidence(token, first, block) for token in wanted}
        doubtful = {token.symbol for token in wanted if self._is_doubtful(token, found[token.symbol])}
        if doubtful:
            second = await self._prices.second(max(0.0, until - asyncio.get_running_loop().time()))
            found |= {symbol: replace(found[symbol], second=second.get(symbol)) for symbol in doubtful}
        now = self._clock()
        return [quote_of(token, found[token.symbol], self._incidents(token), now) for token in wanted]

    async def _first_prices(self, wanted: Sequence[Token], within: float) -> Spots:
        """Prices of the first provider. Where they are not enough by themselves the second is asked at once, beside
        the nodes, which may be slow.
        """
        first = await self._prices.first(within * FIRST_SHARE)
        if any(self._is_doubtful(token, Evidence(first.get(token.symbol))) for token in wanted):
            await self._prices.second(within * (1 - FIRST_SHARE))
        return first

    def _is_doubtful(self, token: Token, evidence: Evidence) -> bool:
        if not token.coingecko:
            return False
        in_eth = None if evidence.first is None else evidence.first.eth
        return is_strange(token, in_eth) or needs_second(evidence, self._clock())

    def _evidence(self, token: Token, first: Spots, block: Block | None) -> Evidence:
        rate = block.rates.get(token.symbol) if block else None
        paused = block.paused.get(token.symbol, False) if block else False
        past = self._nodes.past(token.symbol)
        return Evidence(first.get(token.symbol), None, rate, paused, past, self._nodes.connected)

    def _incidents(self, token: Token) -> tuple[Incident, ...]:
        return self._facts.open_incidents((token.protocol,)) if token.protocol else ()

    async def details(self, symbols: Sequence[str], within: float = BUDGET) -> Mapping[str, Details]:
        """Yields of tokens, and what their protocols hold, all fetched side by side."""
        tokens = [self._facts.tokens[symbol] for symbol in symbols if symbol in self._facts.tokens]
        found = await asyncio.gather(*(self._detail(token, within) for token in tokens))
        return {token.symbol: detail for token, detail in zip(tokens, found, strict=True)}

    async def _detail(self, token: Token, within: float) -> Details:
        protocol = token.protocol if token.stands_for_ether else ""
        return Details(*await asyncio.gather(self.apr(token.symbol, within), self.tvl(protocol, within)))

    async def apr(self, symbol: str, within: float = BUDGET) -> YieldFigure | None:
        """The yield of a token; held back while an incident at its protocol is open."""
        token = self._facts.tokens.get(symbol)
        if token is None or self._incidents(token):
            return None
        return await self._beside.yield_of(token, within)

    async def tvl(self, protocol: str, within: float = BUDGET) -> Dated | None:
        """What a protocol holds, in US dollars."""
        known = self._facts.protocols.get(protocol)
        return None if known is None else await self._beside.total(known, within)

    async def history(self, symbol: str, days: int, within: float = BUDGET) -> History | None:
        """The price over the last days beside the rates recorded meanwhile; None where nobody tells."""
        token = self._facts.tokens.get(symbol)
        if token is None:
            return None
        wanted = range_of(days)
        # The nodes load what was recorded, and add the rate of now.
        past, _ = await asyncio.gather(self._pasts.past(token, wanted, within), self._nodes.block(within))
        if past is None:
            return None
        rates = tuple(Point(one.at, one.rate) for one in self._nodes.past(symbol))
        return History(symbol, wanted.days, past.points, rates, past.source, self._clock())

    async def watch(self) -> None:
        """Read the stated rates now and then, for ever, so that the daily readings have no holes."""
        await asyncio.sleep(WATCH_AFTER)
        while self._nodes.connected:
            await self._nodes.block(BUDGET)
            await asyncio.sleep(WATCH_EVERY)

    async def close(self) -> None:
        """Give up what is on its way and close the connections."""
        for part in (self._prices, self._nodes, self._beside, self._pasts):
            await part.close()
        await self._http.close()
