"""The local try-out: the real bot in a simulated Discord server, shown in a browser on this machine only."""

import asyncio
import sys
import threading
from collections.abc import Coroutine
from typing import Any

from bot.answering.desk import Desk
from bot.app import open_services, stop_on_signals
from bot.cogs.client import RestakingBot
from bot.console import chat
from bot.errors import UsageError
from bot.settings import Settings

BANNER = "Local try-out: nothing here reaches Discord."
_MISSING = "The browser try-out needs the package simcord; install it with: pip install 'restaking-bot[tryout]'"


async def try_out(settings: Settings) -> None:
    """Serve the try-out until Ctrl+C or SIGTERM, and on a terminal offer the text chat beside it.

    Raises:
        UsageError: the optional package behind the browser page is not installed.
    """
    try:
        import simcord
    except ImportError as error:
        raise UsageError(_MISSING) from error
    stop = stop_on_signals()
    async with (
        open_services(settings, tryout=True) as services,
        simcord.run(RestakingBot(services, shard_count=1), check_errors=False) as env,
    ):
        guild = env.create_guild("Try-out server")
        channel = guild.create_text_channel("restaking-questions")
        member = guild.add_member(env.create_user("you"))
        async with env.preview(channel, viewers=[member], layout="channel") as page:
            print(f"{BANNER}\nOpen {page.url}\nType /ask and a question, or mention the bot. Ctrl+C ends.", flush=True)
            if sys.stdin.isatty():
                threading.Thread(target=_chat, args=(services.desk,), daemon=True).start()
            await _first(page.wait_closed(), stop.wait())


def _chat(desk: Desk) -> None:
    """The text chat has a thread and a loop of its own: waiting for a line must not hold up the page."""
    asyncio.run(chat(desk))


async def _first(*events: Coroutine[Any, Any, object]) -> None:
    tasks = [asyncio.ensure_future(event) for event in events]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
