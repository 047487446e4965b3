"""The one place where an error becomes a sentence for the member and a record for the operator."""

import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import discord
from discord import app_commands

from bot.errors import BotError
from bot.ui.delivery import ALREADY_ANSWERED, DROPPED
from bot.ui.layout import Card
from bot.ui.pages import error_card

log = logging.getLogger("bot.cogs")

Say = Callable[[Card], Awaitable[object]]

SORRY: Final = "Something went wrong on my side, and it is not your fault. Please try again in a moment."
OUTDATED: Final = "This command has changed since your Discord loaded it. Please reload Discord and try again."

UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, INVALID_TOKEN = 10015, 10062, 50027
TOO_LATE: Final = frozenset({UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, INVALID_TOKEN, ALREADY_ANSWERED})
_OUR_OWN_WORDS: Final = (BotError, discord.HTTPException, *DROPPED)


class Unquoted(Exception):  # noqa: N818
    """Stands in the log for an error whose message may quote what a member typed: its type and trace, no message."""


@asynccontextmanager
async def guarded(say: Say, where: str) -> AsyncIterator[None]:
    """Ends whatever goes wrong inside with one sentence to the member through `say` and one record in the log.

    `where` names the command or button for the log. This is the boundary of everything a member can set off.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001
        await report(error, say, where)


async def report(error: BaseException, say: Say, where: str) -> None:
    """Tell the member and the log about an error; never raises what Discord or the line to it may raise."""
    cause = _cause(error)
    if isinstance(cause, discord.HTTPException) and (cause.code in TOO_LATE or isinstance(cause, discord.Forbidden)):
        log.warning("%s: Discord no longer takes or allows the answer (%d).", where, cause.code)
        return
    card = _explained(cause, where)
    try:
        await say(card)
    except (discord.DiscordException, *DROPPED) as failure:
        log.warning("%s: the member could not be told about it (%s).", where, type(failure).__name__)


def record(error: BaseException, where: str) -> str:
    """Write one record with the trace of an error and return the code that it carries."""
    error_id = secrets.token_hex(4)
    log.error("%s failed [%s]", where, error_id, exc_info=_unquoted(error))
    return error_id


def _cause(error: BaseException) -> BaseException:
    return error.original if isinstance(error, app_commands.CommandInvokeError) else error


def _explained(cause: BaseException, where: str) -> Card:
    if isinstance(cause, BotError):
        log.info("%s: %s", where, type(cause).__name__)
        return error_card(cause.sentence)
    if isinstance(cause, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        log.warning("%s: the member's Discord has an older version of the command.", where)
        return error_card(OUTDATED)
    return error_card(SORRY, record(cause, where))


def _unquoted(error: BaseException) -> BaseException:
    """The error with its trace and causes, each without its message unless the words are ours or Discord's."""
    if isinstance(error, _OUR_OWN_WORDS):
        safe = Unquoted(f"{type(error).__name__}: {error}")
    else:
        safe = Unquoted(type(error).__name__)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    safe.__cause__ = None if cause is None else _unquoted(cause)
    return safe.with_traceback(error.__traceback__)
