"""The bot with live prices: a real market behind providers that the test plays."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from bot.answering.desk import Desk
from bot.answering.live import MarketFigures
from bot.answering.prices import PriceDesk
from bot.knowledge import Library, read_library
from bot.market.http import Http
from bot.market.market import Market
from tests.discord.conftest import Asked, SetClock
from tests.discord.prices.facts import write_priced_library
from tests.discord.prices.upstream import Upstream, endpoints


@pytest.fixture
def upstream(clock: SetClock) -> Upstream:
    return Upstream(clock)


@pytest.fixture
def incidents() -> str:
    """Text of the file of incidents."""
    return ""


@pytest.fixture
def node() -> bool:
    """Whether a node is set, and with it stated rates and premiums."""
    return False


@pytest.fixture
def library(tmp_path: Path, incidents: str) -> Library:
    (tmp_path / "priced").mkdir()
    reading = read_library(write_priced_library(tmp_path / "priced", incidents), date(2026, 11, 22))
    assert not [one for one in reading.problems if one.code != "no-sources"]
    return reading.library


@pytest.fixture
async def market(library: Library, clock: SetClock, upstream: Upstream, node: bool) -> AsyncIterator[Market]:
    http = Http(clock, httpx.MockTransport(upstream))
    market = Market(library.facts, endpoints(node=node), clock, http=http)
    yield market
    await market.close()


@pytest.fixture
async def desk(library: Library, market: Market, asked: Asked) -> Desk:
    prices = PriceDesk(market, library.facts)
    return Desk(library, live=MarketFigures(market, library.facts), prices=prices, recorder=asked)
