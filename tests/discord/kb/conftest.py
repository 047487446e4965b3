"""The bot over a small folder whose files tests change, with a moderators' channel and two moderators."""

from collections.abc import Callable
from pathlib import Path

import discord
import pytest

from bot.cogs.client import RestakingBot
from bot.cogs.services import Services
from bot.curation.serving import Serving
from bot.curation.starting import begin
from bot.errors import BotError, StorageUnavailable
from bot.settings import Settings
from bot.storage import Memory, ServerSettings
from tests.curation.small import entry, write, write_small
from tests.curation.stands import PlainStand, without_processes
from tests.discord.kb.walk import WHERE

MANAGE = discord.Permissions(manage_guild=True)


@pytest.fixture(autouse=True)
def trained_here(monkeypatch):
    without_processes(monkeypatch)


@pytest.fixture
def env(env):
    """Besides the rules of Discord: whatever is refused is an error with a sentence, never one of another kind."""
    yield env
    assert [one for one in env.errors if not isinstance(getattr(one, "original", one), BotError)] == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small(tmp_path / "knowledge")


@pytest.fixture
def start(folder, tmp_path, clock) -> Callable:
    """What a process works with that has just started on a memory."""

    async def start(memory: Memory) -> Services:
        settings = Settings(knowledge_dir=folder, data_dir=tmp_path / "data")
        serving = Serving(await begin(settings, memory, clock), PlainStand(), memory, settings, clock)
        return Services(desk=serving.desk, memory=memory, settings=settings, clock=clock, serving=serving)

    return start


@pytest.fixture
async def services(start, memory) -> Services:
    return await start(memory)


@pytest.fixture
async def restart(env, start, tmp_path, clock, memory):
    """Ends the process and starts another one; gives what that works with."""
    begun: list[Memory] = [memory]

    async def restart(before_start: Callable[[], object] = lambda: None) -> Services:
        await begun[-1].close()
        before_start()
        begun.append(Memory(tmp_path / "data", clock=clock, flush_interval=60.0))
        begun[-1].start()
        services = await start(begun[-1])
        await env.restart_bot(RestakingBot(services, shard_count=1))
        return services

    yield restart
    await begun[-1].close()


@pytest.fixture
def serving(services) -> Serving:
    return services.serving


@pytest.fixture
def moderators(env, channel):
    """Two who manage the server."""
    role = env.guild.create_role("moderators", permissions=MANAGE)
    return [env.guild.add_member(env.create_user(name), roles=[role]) for name in ("mo", "em")]


@pytest.fixture
def mo(moderators):
    return moderators[0]


@pytest.fixture
def em(moderators):
    return moderators[1]


@pytest.fixture
async def room(env, channel, memory):
    """The moderators' channel."""
    found = env.guild.create_text_channel("moderators")
    await memory.set_server(ServerSettings(env.guild.id, moderators=found.id))
    return found


@pytest.fixture
def kb(channel, clock):
    """Uses a subcommand of `/kb` and gives what the member alone sees."""

    async def kb(member, command, **options):
        clock.advance(60)
        result = await member.slash(channel, f"kb {command}", **options)
        assert result.ephemeral
        return result.response

    return kb


@pytest.fixture
def press(clock):
    """Presses a button some time later."""

    async def press(member, message, label):
        clock.advance(60)
        return await member.click(message, label=label)

    return press


@pytest.fixture
def unreachable(memory, monkeypatch):
    """Makes the memory refuse everything that is asked of it from now on."""

    def install():
        async def refuse(*_, **__):
            raise StorageUnavailable("I cannot reach my records at the moment.")

        monkeypatch.setattr(memory, "_demand", refuse)

    return install


@pytest.fixture
def rewards(folder):
    """Changes what one entry says."""

    def rewards(answer: str) -> None:
        write(folder, "yield/rewards.md", entry("Where rewards come from", WHERE, answer))

    return rewards
