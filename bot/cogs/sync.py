"""Telling Discord which commands there are, only when they changed."""

import hashlib
import json
import logging
from typing import Any

import discord
from discord import app_commands

from bot.storage import Memory
from bot.ui.delivery import DROPPED

log = logging.getLogger("bot.cogs")

STATE = "commands"


async def sync_if_changed(tree: app_commands.CommandTree[Any], memory: Memory, application: int | None) -> None:
    """Send the commands to Discord unless it has exactly these. A failure is told in the log and does not stop the bot.

    Commands that Discord knows from an earlier start keep working.
    """
    current = fingerprint(tree, application)
    if await memory.get_state(STATE) == current:
        log.info("Discord has the commands already; none of them changed.")
        return
    try:
        synced = await tree.sync()
    except (discord.DiscordException, *DROPPED) as error:
        log.error("The commands could not be sent to Discord; the next start tries again. %s", error)  # noqa: TRY400
        return
    await memory.set_state(STATE, current)
    log.info("Sent %d commands to Discord.", len(synced))


def fingerprint(tree: app_commands.CommandTree[Any], application: int | None) -> str:
    """Stands for the commands of one application, whatever their order."""
    payload = sorted(json.dumps(command.to_dict(tree), sort_keys=True) for command in tree.get_commands())
    return hashlib.sha256(json.dumps([application, payload]).encode()).hexdigest()
