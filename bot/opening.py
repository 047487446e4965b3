"""Composition of what needs no Discord: the market, and a desk with live figures."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.answering.desk import Desk
from bot.answering.live import MarketFigures
from bot.answering.prices import PriceDesk
from bot.clock import Clock
from bot.knowledge import Library
from bot.market.endpoints import Endpoints
from bot.market.market import Market
from bot.market.memory import MarketMemory
from bot.settings import Settings


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
