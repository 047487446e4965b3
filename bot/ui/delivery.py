"""How cards are sent, and what is done when Discord or the line to it fails.

discord.py tries again by itself after a 500. It does not after a dropped connection, nor after a 503 on a channel
message; both would lose the answer, so both are tried again here.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, TypeVar

import aiohttp
import discord

from bot.ui.layout import Card, text

log = logging.getLogger("bot.cogs")

T = TypeVar("T")
Interaction = discord.Interaction[Any]

ALREADY_ANSWERED: Final = 40060
NO_REPLY_WITHOUT_HISTORY: Final = 160002
UNAVAILABLE: Final = 503
ARRIVED: Final = "arrived"
"""Key in an interaction's `extras` that marks a first answer which arrived although the line dropped."""
ANNOUNCED: Final = "announced"
"""Key in an interaction's `extras` that marks one that was acknowledged before everybody and has no answer yet."""
APART: Final = "This answer is for the member who asked alone."
TURNS: Final = 16
"""Turns of the event loop in which an answer is ready whose figures are at hand; a price takes nine."""
DROPPED: Final = (aiohttp.ClientError, OSError)
"""What aiohttp raises when a connection cannot be made or breaks off."""


def in_bot_dm(interaction: Interaction) -> bool:
    """Whether the member and the bot are alone, so that nothing needs to be hidden."""
    return interaction.context.dm_channel


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sends every card of the bot.

    `notice` is a line above each card, empty for none. `patience` is how many seconds an answer may take before the
    interaction is acknowledged without it; Discord waits 3, and a member should see within one that the bot is at it.
    `live_patience` is the same for live figures, which are at hand or need a request. `delays` are the waits in
    seconds before a message to a channel is tried again.
    """

    notice: str = ""
    patience: float = 0.8
    live_patience: float = 0.05
    delays: tuple[float, ...] = (0.5, 1.5)

    async def in_time(
        self,
        interaction: Interaction,
        work: Awaitable[T],
        *,
        patience: float | None = None,
        in_place: bool = False,
        public: bool = False,
    ) -> T:
        """The result of `work`. Where that takes longer than `patience` (usually `self.patience`) the member sees that
        the bot is at it, as privately as usual unless it is to be `public`. `in_place` says that the result will
        replace the card whose button was pressed, which then stays until it is there.
        """
        task = asyncio.ensure_future(work)
        try:
            if not await _done_soon(task):
                await asyncio.wait([task], timeout=self.patience if patience is None else patience)
            if not task.done():
                await (self.acknowledge(interaction) if in_place else _announce(interaction, public=public))
            return await task
        finally:
            task.cancel()

    async def respond(self, interaction: Interaction, card: Card, *, private: bool | None = None) -> None:
        """Answer an interaction: outside direct messages only its member sees it, unless `private` says otherwise.

        One that was acknowledged before gets a follow-up.
        """
        hidden = not in_bot_dm(interaction) if private is None else private
        view = self._dressed(card)
        if hidden and ANNOUNCED in interaction.extras:
            await self._respond_apart(interaction, card)
        elif _is_answered(interaction):
            await _twice(lambda: interaction.followup.send(view=view, files=_files(card), ephemeral=hidden))
            interaction.extras.pop(ANNOUNCED, None)
        else:
            await _answered_once(
                interaction,
                lambda: interaction.response.send_message(view=view, files=_files(card), ephemeral=hidden),
            )

    async def _respond_apart(self, interaction: Interaction, card: Card) -> None:
        """Answer the member alone although everybody sees that an answer is to come: the next message would take the
        place of that and be seen as well, so something that says nothing does, and goes.
        """
        view, nothing = self._dressed(card), Card([text(APART)])
        await _twice(lambda: interaction.edit_original_response(view=nothing))
        del interaction.extras[ANNOUNCED]
        await _twice(lambda: interaction.followup.send(view=view, files=_files(card), ephemeral=True))
        try:
            await _twice(interaction.delete_original_response)
        except (discord.HTTPException, *DROPPED) as error:
            log.info("A note that an answer is private could not be deleted (%s).", type(error).__name__)

    async def replace(self, interaction: Interaction, card: Card) -> None:
        """Put a card in the place of the one whose button was pressed, and its pictures in the place of that one's."""
        view = self._dressed(card)
        if _is_answered(interaction):
            await _twice(lambda: interaction.edit_original_response(view=view, attachments=_instead(interaction, card)))
        else:
            await _answered_once(
                interaction,
                lambda: interaction.response.edit_message(view=view, attachments=_instead(interaction, card)),
            )

    async def acknowledge(self, interaction: Interaction) -> None:
        """Tell Discord that a press arrived; nothing changes on the screen."""
        await _answered_once(interaction, interaction.response.defer)

    async def post(self, interaction: Interaction, card: Card) -> bool:
        """Show a card to everybody in the channel, once the interaction was acknowledged.

        False where Discord showed it to the member alone, as it does for apps that the server has not installed.
        """
        view = self._dressed(card)
        message = await _twice(
            lambda: interaction.followup.send(view=view, files=_files(card), ephemeral=False, wait=True)
        )
        return not message.flags.ephemeral

    async def send(self, message: discord.Message, card: Card, *, as_reply: bool) -> None:
        """Answer a message in its channel, as a visible reply to it or without pointing at it. Nobody is pinged.

        The nonce makes Discord drop the second of two tries that both arrive.
        """
        view, nonce = self._dressed(card), str(message.id)
        if as_reply:
            try:
                reference = message.to_reference(fail_if_not_exists=False)
                await self._patiently(
                    lambda: message.channel.send(
                        view=view, files=_files(card), nonce=nonce, reference=reference, mention_author=False
                    )
                )
            except discord.Forbidden as error:
                if error.code != NO_REPLY_WITHOUT_HISTORY:
                    raise
            else:
                return
        await self._patiently(lambda: message.channel.send(view=view, files=_files(card), nonce=nonce))

    async def tell(self, channel: discord.abc.Messageable, card: Card) -> None:
        """Post a card in a channel that nobody there asked for. Nobody is pinged."""
        view, nonce = self._dressed(card), secrets.token_hex(8)
        await self._patiently(lambda: channel.send(view=view, files=_files(card), nonce=nonce))

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        for delay in self.delays:
            try:
                return await call()
            except (discord.HTTPException, *DROPPED) as error:
                if isinstance(error, discord.HTTPException) and error.status != UNAVAILABLE:
                    raise
                log.info("A message could not be sent (%s); trying again in %.1f s.", type(error).__name__, delay)
            await asyncio.sleep(delay)
        return await call()

    def _dressed(self, card: Card) -> Card:
        return card.headed(self.notice) if self.notice else card


async def _done_soon(task: "asyncio.Future[Any]") -> bool:
    """Whether work is done that has nothing to wait for. That takes some turns of the event loop and no timer, which
    would run out before the work has its turns where hundreds ask at once.
    """
    for _ in range(TURNS):
        await asyncio.sleep(0)
        if task.done():
            return True
    return False


async def _announce(interaction: Interaction, *, public: bool) -> None:
    """Show the member, or all, that the bot is at it. The next answer takes the place of that, seen by as many."""
    hidden = not (public or in_bot_dm(interaction))
    if public:
        interaction.extras[ANNOUNCED] = True
    await _answered_once(interaction, lambda: interaction.response.defer(ephemeral=hidden, thinking=True))


def _files(card: Card) -> list[discord.File]:
    """The pictures of a card to be uploaded; each try needs new ones, for a file is read once."""
    found = [discord.File(BytesIO(one.data), one.name, description=one.description) for one in card.pictures]
    return found or discord.utils.MISSING


def _instead(interaction: Interaction, card: Card) -> list[discord.File]:
    """The same for an edited message, which otherwise keeps the pictures that it had."""
    has_some = interaction.message is not None and bool(interaction.message.attachments)
    return _files(card) if card.pictures or not has_some else []


async def _twice(call: Callable[[], Awaitable[T]]) -> T:
    """Call again at once where the connection drops."""
    try:
        return await call()
    except DROPPED as error:
        log.info("The line to Discord dropped (%s); trying again.", type(error).__name__)
    return await call()


def _is_answered(interaction: Interaction) -> bool:
    """Whether the first answer is given. discord.py does not know of one that arrived on a line that dropped."""
    return interaction.response.is_done() or ARRIVED in interaction.extras


async def _answered_once(interaction: Interaction, call: Callable[[], Awaitable[object]]) -> None:
    """The first answer to an interaction. Where the line dropped, the first try may have arrived all the same."""
    try:
        await call()
    except DROPPED as error:
        log.info("The line to Discord dropped (%s); answering again.", type(error).__name__)
    else:
        return
    try:
        await call()
    except discord.HTTPException as error:
        if error.code != ALREADY_ANSWERED:
            raise
        interaction.extras[ARRIVED] = True
