"""A thousand members who ask for prices at the same moment, and what the first of all questions does to the bot."""

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import quantiles

from tests.process.market import Outside, answered, ask_at_once, at_once
from tests.process.product import BOT, environment
from tests.standin import BotProcess, Interaction, StandIn, launch

WATCHED = [sys.executable, "-m", "tests.benchmarks.market.watched_bot"]
ECHO = [sys.executable, "tests/standin/echo_bot.py"]
TOKENS = (None, "ezETH")
WITHIN = 30.0
TRAINED = 60.0
PAUSE = 1.0
"""Seconds before the first question in which the bot has nothing to do."""
STALL = re.compile(r"^stalled ([\d.]+) ([\d.]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Crowd:
    """How a crowd fared: seconds from each interaction until Discord had a first answer, and until a member could read
    the last one; how many never could, the requests that went to each host, the errors in the log, and the bot's CPU
    seconds for all of it, None where the system does not tell.
    """

    sent: int
    lost: int
    acknowledged: Sequence[float]
    readable: Sequence[float]
    requests: Mapping[str, int]
    errors: int
    cpu: float | None


@dataclass(frozen=True, slots=True)
class First:
    """The first `/price` of a process: seconds until Discord had a first answer and until it could be read, and the
    longest time in which the bot could do nothing else.
    """

    acknowledged: float
    readable: float
    stall: float


@dataclass(frozen=True, slots=True)
class Crowds:
    """All that was measured in Discord's stand-in. `echo` is a bot that only repeats what it is told."""

    empty: Crowd
    filled: Crowd
    echo: Crowd
    first: First


def percentile(seconds: Sequence[float], share: int) -> float:
    """The seconds that `share` percent stay under; 0 of nothing."""
    return quantiles(seconds, n=100)[share - 1] if len(seconds) > 1 else sum(seconds)


async def crowds(outside: Outside, knowledge: Path, count: int) -> Crowds:
    """Measure everything, each in a bot of its own."""
    async with running(outside, knowledge, BOT) as (discord, bot):
        empty = await one_crowd(outside, discord, bot, count)
        filled = await one_crowd(outside, discord, bot, count)
    async with running(outside, knowledge, WATCHED) as (discord, bot):
        first = await first_price(discord, bot)
    return Crowds(empty, filled, await echoes(count), first)


@asynccontextmanager
async def running(outside: Outside, knowledge: Path, arguments: list[str]) -> AsyncIterator[tuple[StandIn, BotProcess]]:
    """A bot with nothing left to do: trained, its commands registered, and nobody has asked it anything."""
    with tempfile.TemporaryDirectory(prefix="market-cost-") as folder:
        env = environment(Path(folder), knowledge, **outside.environment)
        async with StandIn() as discord, launch(discord, arguments, env) as bot:
            await bot.wait_for_output("is trained", TRAINED)
            await registered(discord, "price")
            await asyncio.sleep(PAUSE)
            yield discord, bot


async def registered(discord: StandIn, command: str) -> None:
    """Wait until the bot registered a command. Raises TimeoutError."""
    await discord.requests.wait_for(lambda _: any(one["name"] == command for one in discord.rest.commands()), 20.0)


async def one_crowd(outside: Outside, discord: StandIn, bot: BotProcess, count: int) -> Crowd:
    """So many members at once."""
    before = outside.counts()
    found = await watched(bot, ask_at_once(discord, count, TOKENS))
    return replace(found, requests=outside.counts_since(before))


async def watched(bot: BotProcess, asking: Awaitable[Sequence[Interaction]]) -> Crowd:
    """How those fare who ask now."""
    spent, printed = cpu_seconds(bot.pid), len(bot.stderr)
    asked = await asking
    lost = await answered(asked, WITHIN)
    acknowledged = [one.acknowledged - one.sent for one in asked if one.acknowledged is not None]
    readable = [one.visible - one.sent for one in asked if one.visible is not None]
    cpu = None if spent is None else (cpu_seconds(bot.pid) or 0.0) - spent
    return Crowd(len(asked), lost, acknowledged, readable, {}, bot.stderr[printed:].count(" ERROR "), cpu)


def cpu_seconds(pid: int) -> float | None:
    """User and system time of a process so far; None where there is no /proc."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return None
    after_name = stat.read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


async def echoes(count: int) -> Crowd:
    """The same number of commands to a bot that only repeats: what the stand-in and discord.py take for themselves."""
    async with StandIn() as discord, launch(discord, ECHO, {"DISCORD_TOKEN": "made-up"}) as bot:
        await registered(discord, "echo")
        return await watched(bot, at_once(discord, "echo", [{"text": "ezETH"}] * count))


async def first_price(discord: StandIn, bot: BotProcess) -> First:
    """One member alone."""
    (asked,) = await ask_at_once(discord, 1, ["ezETH"])
    await asked.message(WITHIN)
    await asyncio.sleep(0.1)
    assert asked.acknowledged is not None
    assert asked.visible is not None
    stalls = [float(late) for until, late in STALL.findall(bot.stderr) if float(until) > asked.sent]
    return First(asked.acknowledged - asked.sent, asked.visible - asked.sent, max(stalls, default=0.0))
