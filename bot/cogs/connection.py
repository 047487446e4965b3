"""Connecting to Discord, and leaving it within the time a host allows."""

import asyncio
import logging
from contextlib import suppress

import discord

from bot.errors import BotError, SettingsError
from bot.ui.delivery import DROPPED

log = logging.getLogger("bot.cogs")

GRACE = 0.2
"""Seconds in which answers that are on their way still arrive; nearly all take a few milliseconds."""
CLOSE_WITHIN = 1.0
"""Seconds for the gateway to close after the process was asked to end."""


async def run_until(bot: discord.Client, token: str, stop: asyncio.Event) -> None:
    """Run `bot` until `stop` is set or the connection ends for good.

    Raises:
        BotError: Discord refuses the bot, in a sentence for the operator.
    """
    running = asyncio.create_task(bot.start(token))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    ended_by_itself = running.done()
    if not ended_by_itself:
        log.info("Stopping.")
        await asyncio.sleep(GRACE)
    try:
        async with asyncio.timeout(CLOSE_WITHIN):
            await bot.close()
    except TimeoutError:
        log.warning("The connection to Discord did not close within %.1f seconds.", CLOSE_WITHIN)
    if ended_by_itself:
        _explain(running)
    else:
        running.cancel()
        with suppress(asyncio.CancelledError, discord.DiscordException, OSError):
            await running


def _explain(running: "asyncio.Task[None]") -> None:
    """Turn the ways in which Discord refuses a bot into a sentence."""
    try:
        running.result()
    except discord.LoginFailure as error:
        raise SettingsError("Discord refused DISCORD_TOKEN; copy the token again from the developer portal.") from error
    except discord.PrivilegedIntentsRequired as error:
        raise BotError("Discord refused the bot's intents; it needs no privileged one.") from error
    except discord.ConnectionClosed as error:
        raise BotError(f"Discord closed the connection for good (code {error.code}).") from error
    except (discord.HTTPException, discord.RateLimited, discord.GatewayNotFound, *DROPPED) as error:
        reason = f"HTTP status {error.status}" if isinstance(error, discord.HTTPException) else type(error).__name__
        raise BotError(f"Discord could not be reached ({reason}); check the network, then start again.") from error
