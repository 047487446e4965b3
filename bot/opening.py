"""Composition of what needs no Discord: the market, and editions with live figures."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

from bot.answering.desk import Desk
from bot.answering.edition import Edition
from bot.answering.live import MarketFigures
from bot.answering.prices import PriceDesk
from bot.clock import Clock
from bot.knowledge import Facts, Library
from bot.market.endpoints import Endpoints
from bot.market.market import Market
from bot.market.memory import MarketMemory
from bot.matching.matcher import Matcher
from bot.settings import Settings

log = logging.getLogger("bot.app")

GRACE: Final = 30.0
"""Seconds that answers under way may still ask the market of an edition that is served no more."""


def endpoints_of(settings: Settings) -> Endpoints:
    """Where the operator says the providers are."""
    return Endpoints(
        coins=settings.coins_url,
        totals=settings.totals_url,
        yields=settings.yields_url,
        second=settings.second_url,
        second_key=settings.second_key,
        nodes=settings.rpc_urls,
    )


@asynccontextmanager
async def open_market(
    library: Library, settings: Settings, clock: Clock, memory: MarketMemory | None = None
) -> AsyncIterator[Market]:
    """Live figures for the tokens of a library; its connections are closed at the end."""
    market = Market(library.facts, endpoints_of(settings), clock, memory=memory)
    try:
        yield market
    finally:
        await market.close()


def desk_of(library: Library, market: Market, **parts: Any) -> Desk:
    """A desk with live figures."""
    return Desk(library, live=MarketFigures(market, library.facts), prices=PriceDesk(market, library.facts), **parts)


class MarketStand:
    """Builds editions with live figures. They share one market for as long as tokens and protocols stay the same, so
    that a change of text costs no price that is known; whatever is open is closed at the end.
    """

    def __init__(self, settings: Settings, clock: Clock, memory: MarketMemory | None = None) -> None:
        self._settings, self._clock, self._memory = settings, clock, memory
        self._market: Market | None = None
        self._watch: asyncio.Task[None] | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    def edition(self, library: Library, matcher: Matcher | None = None) -> Edition:
        """An edition of a library; it is not served yet."""
        market = self._market
        if market is None or not market.fits(library.facts):
            market = Market(library.facts, endpoints_of(self._settings), self._clock, memory=self._memory)
        return Edition(library, matcher=matcher, **_figures(market, library.facts))

    def told(self, edition: Edition, library: Library) -> Edition:
        """An edition with other incidents."""
        market = _market_of(edition)
        return edition.told(library, **_figures(market, library.facts))

    def moved(self, edition: Edition) -> None:
        """An edition is served from now on."""
        market, before = _market_of(edition), self._market
        market.take(edition.library.facts)
        if market is before:
            return
        self._market = market
        if self._watch is not None:
            self._watch.cancel()
        self._watch = asyncio.create_task(market.watch())
        self._watch.add_done_callback(partial(tell_failure, "The stated rates are no longer watched."))
        if before is not None:
            leaving = asyncio.create_task(_left(before))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)

    async def close(self) -> None:
        """Close what is open."""
        tasks = [*self._leaving, *([self._watch] if self._watch else [])]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        if self._market is not None:
            await self._market.close()


def tell_failure(what: str, task: asyncio.Task[None]) -> None:
    """Log why a task that works beside the bot has ended."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("%s", what, exc_info=error)


async def _left(market: Market) -> None:
    try:
        await asyncio.sleep(GRACE)
    finally:
        await market.close()


def _figures(market: Market, facts: Facts) -> dict[str, Any]:
    return {"live": MarketFigures(market, facts), "prices": PriceDesk(market, facts)}


def _market_of(edition: Edition) -> Market:
    assert isinstance(edition.live, MarketFigures)  # noqa: S101 - this stand built it
    return edition.live.market
