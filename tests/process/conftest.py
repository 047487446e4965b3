"""The real bot as a process of its own, connected to the stand-in of Discord, with a small knowledge folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.discord.library import write_library
from tests.process.product import BOT, TOKEN, Product, environment
from tests.standin import StandIn, launch, problems


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_library(tmp_path_factory.mktemp("knowledge"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory, knowledge: Path) -> AsyncIterator[Product]:
    """One bot for all tests of a module. Nothing it sends may break Discord's rules, and nothing may go wrong."""
    data = tmp_path_factory.mktemp("data") / "new"
    async with StandIn(validator=problems, token=TOKEN) as discord:
        async with launch(discord, BOT, environment(data, knowledge)) as bot:
            yield Product(discord, bot, data)
        assert discord.requests.problems() == []
        assert "Traceback" not in bot.stderr
        assert TOKEN not in bot.stderr
        assert bot.stdout == ""


@pytest_asyncio.fixture
async def discord() -> AsyncIterator[StandIn]:
    """A stand-in for tests that start the bot themselves."""
    async with StandIn(validator=problems, token=TOKEN) as standin:
        yield standin
        assert standin.requests.problems() == []


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that does not exist yet."""
    return tmp_path / "data"
