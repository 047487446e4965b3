"""The buttons under an answer: open, more, sources, related, helpful or not, share."""

from abc import ABC
from collections.abc import Callable
from typing import ClassVar

import discord

from bot.answering import Answer
from bot.cogs.drawings import card_of
from bot.cogs.press import GONE, EntryPress, Press
from bot.cogs.services import Host, place_of
from bot.ui.cards import more_card, related_card, sources_card
from bot.ui.delivery import Interaction
from bot.ui.ids import Action, entry_template
from bot.ui.layout import SHARED, Card, Place, posted
from bot.ui.pages import note_card

THANKS = "Thank you, your vote is counted. The other button changes it."
ONLY_FOR_YOU = (
    "I cannot post here: this server has not added me and keeps outside apps private. The answer stays with you."
)
MAY_NOT_WRITE = "You cannot write in this channel, so I will not post here for you. The answer stays with you."
NOT_TO_SHARE = "This answer is for you alone, so I do not post it."


class OpenPress(EntryPress, template=entry_template(Action.OPEN)):
    """Shows the entry that a choice stands for."""

    action = Action.OPEN

    async def opened(self, interaction: Interaction, host: Host, answer: Answer) -> None:
        """Answer as if the entry had been asked for."""
        host.lately.opened(interaction.user.id, self.entry)
        await host.delivery.respond(interaction, card_of(answer, host.services)(place_of(interaction)))


class MorePress(EntryPress, template=entry_template(Action.MORE)):
    """Shows what did not fit into the answer."""

    action = Action.MORE

    async def opened(self, interaction: Interaction, host: Host, answer: Answer) -> None:
        """Show the page that the custom id names."""
        await host.delivery.respond(interaction, more_card(answer, int(self.match["page"] or 0)))


class SourcesPress(EntryPress, template=entry_template(Action.SOURCES)):
    """Shows where an answer comes from."""

    action = Action.SOURCES

    async def opened(self, interaction: Interaction, host: Host, answer: Answer) -> None:
        """Show the sources."""
        await host.delivery.respond(interaction, sources_card(answer))


class RelatedPress(EntryPress, template=entry_template(Action.RELATED)):
    """Shows what goes with an answer."""

    action = Action.RELATED

    async def opened(self, interaction: Interaction, host: Host, answer: Answer) -> None:
        """Show the related entries."""
        await host.delivery.respond(interaction, related_card(answer))


class VotePress(EntryPress, ABC, template=r"(?!)"):
    """A vote on an answer, in place of the member's earlier one."""

    helpful: ClassVar[bool]

    async def opened(self, interaction: Interaction, host: Host, _: Answer) -> None:
        """Count the vote and thank the member alone."""
        host.services.memory.record_feedback(interaction.user.id, self.entry, helpful=self.helpful)
        host.lately.voted(interaction.user.id, self.entry, helpful=self.helpful)
        await host.delivery.respond(interaction, note_card(THANKS), private=True)


class HelpfulPress(VotePress, template=entry_template(Action.HELPFUL)):
    """The answer helped."""

    action = Action.HELPFUL
    helpful = True


class NotHelpfulPress(VotePress, template=entry_template(Action.NOT_HELPFUL)):
    """The answer did not help."""

    action = Action.NOT_HELPFUL
    helpful = False


class SharePress(EntryPress, template=entry_template(Action.SHARE)):
    """Posts the answer for everybody in the channel."""

    action = Action.SHARE

    async def pressed(self, interaction: Interaction, host: Host) -> None:
        """Acknowledge first, so that the private card can be changed once the answer is posted."""
        reason = why_not_here(interaction)
        if reason is not None:
            await host.delivery.respond(interaction, note_card(reason))
            return
        await host.delivery.acknowledge(interaction)
        answer = await host.services.desk.open(self.entry)
        if answer is None:
            await host.delivery.respond(interaction, note_card(GONE))
        else:
            await self.opened(interaction, host, answer)

    async def opened(self, interaction: Interaction, host: Host, answer: Answer) -> None:
        """Post, then show on the private card that it was done."""
        if answer.private:
            await host.delivery.respond(interaction, note_card(NOT_TO_SHARE))
            return
        await post_for(interaction, host, card_of(answer, host.services))


async def post_for(interaction: Interaction, host: Host, card: Callable[[Place], Card]) -> None:
    """Post a card for everybody in the name of the member, then show on the private one that it was done. The
    interaction was acknowledged before.
    """
    if await host.delivery.post(interaction, card(posted(interaction.user.display_name))):
        await host.delivery.replace(interaction, card(SHARED))
    else:
        await host.delivery.respond(interaction, note_card(ONLY_FOR_YOU))


def why_not_here(interaction: Interaction) -> str | None:
    """Why nothing is posted in this channel for this member, or None where it can be."""
    if interaction.guild_id is None:
        return None
    allowed = interaction.permissions
    outside = interaction.is_user_integration() and not interaction.is_guild_integration()
    if outside and not allowed.use_external_apps:
        return ONLY_FOR_YOU
    in_thread = isinstance(interaction.channel, discord.Thread)
    writes = allowed.send_messages_in_threads if in_thread else allowed.send_messages
    return None if writes else MAY_NOT_WRITE


async def posts_here(interaction: Interaction, host: Host) -> bool:
    """Whether an answer to a command is for everybody in the channel: the server has set so, the member may write
    there, and it is the server that installed the bot and not the member alone.
    """
    own = interaction.is_user_integration() and not interaction.is_guild_integration()
    if interaction.guild_id is None or own or why_not_here(interaction) is not None:
        return False
    return (await host.servers.of(interaction.guild_id)).public


ITEMS: tuple[type[Press], ...] = (
    OpenPress,
    MorePress,
    SourcesPress,
    RelatedPress,
    HelpfulPress,
    NotHelpfulPress,
    SharePress,
)
