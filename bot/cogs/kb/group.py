"""`/kb`, the moderators' workshop: what its features share. Each feature is a `Part` in a file of its own.

A part is a class with plain `@app_commands.command` methods, which become `/kb <name>`; `Knowledge` in `__init__.py`
puts the parts together. A command that changes what is served, or shows what members asked, begins with
`serving = self.serving_at_home(interaction)`; one that only tells with `serving = self.serving`. Whatever they refuse
is an error with a sentence, which the tree shows to the moderator. Buttons derive from `KbPress`.
"""

import asyncio
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Coroutine
from contextlib import suppress
from typing import Any, Final, Protocol, TypeVar, cast

from discord.ext import commands

from bot.answering.secrets import holds_secret
from bot.cogs.press import Press
from bot.cogs.servers import is_home, not_home_sentence
from bot.cogs.services import Host
from bot.curation.serving import Serving
from bot.errors import BotError, StorageUnavailable
from bot.ui.delivery import Interaction
from bot.ui.layout import Card
from bot.ui.pages import note_card
from bot.ui.text import one_line, typed

log = logging.getLogger("bot.cogs")

T = TypeVar("T")

COMMAND: Final = "kb"
NOT_ALLOWED: Final = "This is for the moderators of this server, so nothing is changed."
ONE_VERSION: Final = "I was started with one version of the knowledge and cannot change it."
LEAKS: Final = "That looks as if it held a recovery phrase or a private key, so I kept none of it. Write it without."
UNTOLD: Final = "No moderators' channel could be told; `/settings` sets one."
PATIENCE: Final = 3.0
"""Seconds that moderators wait for the records; on a disk that hangs there is no end to it."""
_MEMBER = re.compile(r"\S*discord(?:app)?\.com/users/\S*|(?<![/\d])\d{15,20}(?!\d)")
"""The number of a user, or a link to one; numbers in other links are of something else."""
_NAMED = re.compile(r"[\w.+-]*@[\w.-]*\w")
HANGS: Final = "My records do not answer at the moment. Please try again in a few minutes."
UNWRITTEN: Final = "My records cannot be reached, so this is not in the audit log."


class Refused(BotError):  # noqa: N818 - it names what happened, as its sentence does
    """A command of moderators that cannot be carried out here; the sentence says why."""


class Workshop(Host, Protocol):
    """The bot as the workshop sees it."""

    @property
    def deciding(self) -> asyncio.Lock:
        """Held while a moderator's press is judged and carried out, so that of two at once one is late."""
        ...

    async def fit_features(self) -> None:
        """Offer the commands that the version served now has something for, and tell Discord about a change of them."""
        ...


class Part(commands.Cog):
    """Some of the subcommands of `/kb`."""

    host: Workshop

    @property
    def serving(self) -> Serving:
        """What is served, and the way to other versions.

        Raises:
            Refused: there is only one version.
        """
        return serving_of(self.host)

    def serving_at_home(self, interaction: Interaction) -> Serving:
        """The same for what only moderators of a home server may do or see.

        Raises:
            Refused: this server is no home, or there is only one version.
        """
        check_home(interaction, self.host)
        return self.serving

    async def show(self, interaction: Interaction, work: Awaitable[Card]) -> None:
        """Show the moderator alone the card that `work` gives; where that takes long they see that the bot is at it."""
        card = await self.host.delivery.in_time(interaction, work)
        await self.host.delivery.respond(interaction, card, private=True)


class KbPress(Press, ABC, template=r"(?!)"):
    """A press of moderators of a home server. Whoever may no longer use `/kb` is told that nothing changed."""

    async def pressed(self, interaction: Interaction, host: Host) -> None:
        """See whether the member may, and carry it out. The card that was pressed stays until that is done."""
        may = await host.delivery.in_time(interaction, host.servers.may_use(interaction, COMMAND), in_place=True)
        if not may:
            await host.delivery.respond(interaction, note_card(NOT_ALLOWED), private=True)
            return
        check_home(interaction, host)
        await self.carried_out(interaction, cast(Workshop, host), serving_of(host))

    @abstractmethod
    async def carried_out(self, interaction: Interaction, host: Workshop, serving: Serving) -> None:
        """What the press does. A `BotError` is told to the member alone."""


def serving_of(host: Host) -> Serving:
    """What is served. Raises Refused where there is only one version."""
    if host.services.serving is None:
        raise Refused(ONE_VERSION)
    return host.services.serving


def check_home(interaction: Interaction, host: Host) -> None:
    """Raises Refused with what the operator has to set, where a server is no home of the bot."""
    if not is_home(interaction, host):
        raise Refused(not_home_sentence(interaction))


async def in_time(work: Awaitable[T]) -> T:
    """What the records say, or StorageUnavailable where they take too long."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await work
    except TimeoutError as error:
        raise StorageUnavailable(HANGS) from error


async def kept_in_time(work: Awaitable[bool]) -> bool:
    """Whether a decision was kept, which holds from the moment it is made; a restart would forget one that was not."""
    try:
        return await in_time(work)
    except StorageUnavailable:
        return False


async def noted(host: Host, action: str, *, actor: int, target: str, old: str, new: str) -> str:
    """Write down what a moderator has done that must be possible without records too. Empty, or the sentence that says
    that it is not written down.
    """
    with suppress(StorageUnavailable):
        await in_time(host.services.memory.add_audit(action, actor=actor, target=target, old=old, new=new))
        return ""
    log.warning("An action of a moderator (%s) could not be written down.", action)
    return UNWRITTEN


_LASTING: Final[set["asyncio.Task[Any]"]] = set()


def lasting(work: Coroutine[Any, Any, T]) -> "asyncio.Future[T]":
    """Work that goes on to its end, with its record and its notice, also where Discord no longer takes the answer."""
    task = asyncio.ensure_future(work)
    _LASTING.add(task)
    task.add_done_callback(_LASTING.discard)
    return asyncio.shield(task)


async def tell(host: Host, card: Card) -> str:
    """Post a card in the moderators' channels. Empty, or the sentence that says that nobody was told."""
    with suppress(StorageUnavailable):  # which channel it is cannot be read
        if await host.servers.tell_moderators(card):
            return ""
    return UNTOLD


async def moderators_of(host: Host, guild: int | None) -> int | None:
    """The moderators' channel of a server; None where there is none, or where that cannot be read."""
    with suppress(StorageUnavailable):
        return None if guild is None else (await host.servers.of(guild)).moderators
    return None


def plain(typed_text: str) -> str:
    """What a moderator typed, as it may be kept and shown: one line without marks of people or their numbers.

    Raises:
        Refused: it holds what looks like a recovery phrase or a private key.
    """
    found = one_line(typed(typed_text))
    if holds_secret(typed_text) or holds_secret(found):  # marks within a word may have hidden it
        raise Refused(LEAKS)
    return _MEMBER.sub("…", found)


def nameless(text: str) -> str:
    """The same without mail addresses, and without names that somebody is called by with an @."""
    return _NAMED.sub("…", text)


async def nobody(_: Card) -> None:
    """Nobody is waiting for what went wrong beside the bot; the log has it."""


def who(interaction: Interaction) -> str:
    """The moderator as Discord marks them, for a message of Discord and never for the records."""
    return interaction.user.mention
