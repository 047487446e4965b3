"""The local try-out: the real bot in a simulated Discord server, shown in a browser on this machine only.

What it remembers lies in a temporary folder and goes when it ends: the simulated Discord knows no commands from an
earlier start, and what is tried out must not mix with what members asked.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.app import open_services, stop_on_signals, working_beside
from bot.clock import Clock
from bot.cogs.client import RestakingBot
from bot.cogs.saved import Saved
from bot.cogs.services import Services
from bot.console import chat_beside
from bot.errors import UsageError
from bot.settings import Settings
from bot.storage import ServerSettings

if TYPE_CHECKING:
    import simcord

NAME: Final = "Restaking Bot"
CHANNEL: Final = "restaking-questions"
EXAMPLE: Final = "is restaking safe to hold long term?"
TOPIC: Final = "A try-out on this machine: type /ask and a question. Nothing here reaches Discord."
TICK: Final = 1.0
"""Seconds between two looks at the real time; the clock of the simulated Discord stands still by itself."""
HOUR: Final = timedelta(hours=1)

_BANNER = """
Local try-out in a simulated Discord on this machine; nothing reaches Discord.

  Open  {url}
  Type  /ask and a question, or /topics, or /help
  End   Ctrl+C

To use Discord itself, set DISCORD_TOKEN to your bot's token (see README.md).
"""
_MISSING = (
    "DISCORD_TOKEN is not set, and the local try-out needs packages that are not installed; "
    "set the token, or install them with: pip install '.[tryout]'"
)
_NO_PORT = "The local try-out cannot listen on 127.0.0.1 ({reason}); allow that, or set DISCORD_TOKEN."


async def try_out(settings: Settings) -> None:
    """Serve the try-out until Ctrl+C, SIGTERM or the end of the page, and on a terminal offer the text chat beside it.

    Raises:
        UsageError: an optional package is not installed, or no port can be opened.
    """
    _quieten(settings)
    _require_simcord()
    stop = stop_on_signals()
    with TemporaryDirectory(prefix="restaking-bot-") as folder:
        async with (
            open_services(replace(settings, data_dir=Path(folder)), tryout=True) as services,
            working_beside(services),
            _logged_in(services) as (bot, env),
            _page(env, bot) as page,
            _beside(_keep_time(env, services.clock)),
        ):
            print(_BANNER.format(url=page.url), flush=True)
            with chat_beside(services.desk) if sys.stdin.isatty() else nullcontext():
                await _first(page.wait_closed(), stop.wait())


def _require_simcord() -> None:
    try:
        import simcord  # noqa: F401 - an optional package
    except ImportError as error:
        raise UsageError(_MISSING) from error


def _quieten(settings: Settings) -> None:
    """Lines about a Discord that there is not would only puzzle, unless the operator asked for a level."""
    if settings.log_level == Settings().log_level:
        logging.getLogger("discord").setLevel(logging.ERROR)
        logging.getLogger("bot").setLevel(logging.WARNING)


@asynccontextmanager
async def _logged_in(services: Services) -> "AsyncIterator[tuple[RestakingBot, simcord.Env]]":
    """The bot under its name, and the simulated Discord that it is in, set to the real time."""
    import simcord

    bot = RestakingBot(services, shard_count=1)
    async with simcord.run(bot, check_errors=False) as env:
        await _tell_time(env, services.clock)
        if bot.user is not None:
            await bot.user.edit(username=NAME)
        yield bot, env


@asynccontextmanager
async def _page(env: "simcord.Env", bot: RestakingBot) -> "AsyncIterator[simcord.Preview]":
    """A channel with a first message, and two members: one asks, the other shows what everybody else sees."""
    import simcord

    users = [env.create_user(name) for name in ("you", "another member")]
    guild = env.create_guild("Try-out", owner=users[0])  # who may use what is for moderators
    channel = guild.create_text_channel(CHANNEL, topic=TOPIC)
    members = [guild.add_member(user) for user in users]
    # Says first what can be tried, so that a newcomer does not meet an empty page.
    await bot.greet(channel.id, EXAMPLE)
    edited = await _show_edits(bot, guild.id, channel.id)
    preview = env.preview(channel, viewers=members, layout="channel", timezone=_timezone(bot.services.clock()))
    async with AsyncExitStack() as stack:
        try:
            page = await stack.enter_async_context(preview)
        except simcord.SetupError as error:
            raise UsageError(_unavailable(error.__cause__)) from error
        await stack.enter_async_context(_beside(_keep_shown(page, edited)))
        yield page


async def _show_edits(bot: RestakingBot, guild_id: int, channel_id: int) -> asyncio.Event:
    """What moderators are told of edited files, and the card of what was saved, stand in the same channel. The event is
    set when there is something new.
    """
    edited, serving = asyncio.Event(), bot.services.serving
    await bot.services.memory.set_server(ServerSettings(guild_id, moderators=channel_id))

    async def new(*_: object) -> None:
        edited.set()

    if serving is not None:
        serving.readers += [Saved(bot, channel_id, serving.base.entries).show, new]
        serving.observers.append(new)
    return edited


async def _keep_shown(page: "simcord.Preview", edited: asyncio.Event) -> None:
    """The page shows by itself what its reader does; of what the bot does unasked it has to be told. While it is busy
    with a press or a message that waits for the next try.
    """
    import simcord

    while await edited.wait():
        edited.clear()
        try:
            await page.refresh()
        except (simcord.SetupError, TimeoutError):
            edited.set()
            await asyncio.sleep(TICK / 4)


def _unavailable(cause: BaseException | None) -> str:
    return _NO_PORT.format(reason=cause.strerror) if isinstance(cause, OSError) else _MISSING


async def _keep_time(env: "simcord.Env", clock: Clock) -> None:
    while True:
        await asyncio.sleep(TICK)
        await _tell_time(env, clock)


async def _tell_time(env: "simcord.Env", clock: Clock) -> None:
    """Set the simulated Discord to the real time; while it is busy with a press or a message, the next tick does."""
    import simcord

    with suppress(simcord.SetupError, TimeoutError):
        await env.advance_time(max(0.0, (clock() - env.now()).total_seconds()))


def _timezone(now: datetime) -> str:
    """The name of this machine's zone as far as whole hours from UTC go, else UTC."""
    hours, rest = divmod(now.astimezone().utcoffset() or timedelta(), HOUR)
    name = "UTC" if rest or not hours else f"Etc/GMT{-hours:+d}"  # these names count westward
    try:
        return ZoneInfo(name).key
    except ZoneInfoNotFoundError:
        return "UTC"


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.ensure_future(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _first(*events: Coroutine[Any, Any, object]) -> None:
    tasks = [asyncio.ensure_future(event) for event in events]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
