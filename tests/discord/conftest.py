"""The real bot, desk and memory in a simulated Discord, with a clock that the test moves."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import simcord

from bot.answering import Answer, Choice, Outcome, Question
from bot.answering.desk import Desk
from bot.cogs.client import RestakingBot
from bot.cogs.services import Services
from bot.knowledge import read_library
from bot.settings import Settings
from bot.storage import Memory
from tests.discord.library import write_library
from tests.standin.schema import problems

# SimCord looks every 50 ms whether the bot is done, which takes it two. The default is private; the version is pinned.
simcord.Env._settle_internal.__kwdefaults__["idle"] = 0.001


class SetClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Asked:
    """What the desk tells its recorder."""

    def __init__(self) -> None:
        self.questions: list[Question] = []

    def asked(self, text: str, answer: Answer, question: Question) -> None:
        self.questions.append(question)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def library_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_library(tmp_path_factory.mktemp("knowledge"))


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def desk(library_folder: Path, asked: Asked) -> Desk:
    """The real desk. A question that an entry lists word for word is answered, however the matcher is tuned."""
    return Desk(read_library(library_folder, date(2026, 11, 22)).library, recorder=asked)


@pytest.fixture
def between_two(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the desk ask back, whatever the question."""

    async def ask(_: Question) -> Answer:
        offered = (Choice("alpha-rewards", "Rewards at Alpha"), Choice("beta-rewards", "Rewards at Beta"))
        return Answer(Outcome.CHOICES, "Did you mean one of these?", "Pick one.", choices=offered)

    monkeypatch.setattr(desk, "ask", ask)


@pytest.fixture
async def memory(tmp_path: Path, clock: SetClock) -> AsyncIterator[Memory]:
    async with Memory(tmp_path / "data", clock=clock, flush_interval=60.0) as memory:
        yield memory


@pytest.fixture
def services(desk: Desk, memory: Memory, clock: SetClock) -> Services:
    return Services(desk=desk, memory=memory, settings=Settings(), clock=clock)


@pytest.fixture
def build(services: Services) -> Callable[..., RestakingBot]:
    """Builds the bot, with some services changed."""

    def build(**changes: object) -> RestakingBot:
        return RestakingBot(replace(services, **changes), shard_count=1)

    return build


@pytest.fixture
def changes() -> dict[str, object]:
    """What a test module or class changes about the services."""
    return {}


@pytest.fixture
def simcord_bot(build: Callable[..., RestakingBot], changes: dict[str, object]) -> RestakingBot:
    return build(**changes)


@pytest.fixture
def env(simcord_env: simcord.Env) -> Iterator[simcord.Env]:
    """The simulated Discord. Afterwards everything the bot sent is judged by Discord's own rules."""
    yield simcord_env
    refused = [
        f"{request.method} {request.path}: {problem}"
        for request in simcord_env.http_requests
        for problem in problems(request.method, request.path, request.json)
    ]
    assert not refused


@pytest.fixture
def channel(env: simcord.Env):
    return env.create_guild().create_text_channel("general")


@pytest.fixture
def alice(env: simcord.Env, channel):
    return env.guild.add_member(env.create_user("alice"))
