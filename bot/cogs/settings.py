"""`/settings`: what a server sets for itself, with a press for each of it."""

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs.press import Press
from bot.cogs.servers import Setting, is_home
from bot.cogs.services import Host
from bot.errors import StorageUnavailable
from bot.ui.delivery import Interaction
from bot.ui.ids import Action, plain_template, switch_template
from bot.ui.layout import Card
from bot.ui.pages import note_card

COMMAND: Final = "settings"
NOT_ALLOWED: Final = "You may no longer change the settings of this server, so nothing is changed."


class Server(commands.Cog):
    """`/settings`. Who may use it is Discord's to decide, by Manage Server or by what the server sets instead."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @app_commands.command(name=COMMAND, description="For moderators: how I work in this server")
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.default_permissions(manage_guild=True)
    async def settings(self, interaction: Interaction) -> None:
        """Show the settings to the moderator alone."""
        guild = interaction.guild
        if guild is not None:
            card = await self._host.delivery.in_time(interaction, card_of(guild, self._host))
            await self._host.delivery.respond(interaction, card, private=True)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Let go of what a server has set that the bot was removed from."""
        await self._host.servers.forget(guild.id)


async def card_of(guild: discord.Guild, host: Host, note: str = "") -> Card:
    """The card of a server's settings, as they are now."""
    from bot.ui.settings import Surroundings, settings_card  # noqa: PLC0415 - the bot starts without it

    settings = await host.servers.of(guild.id)
    told, chosen = settings.moderators, {*settings.mention_channels, settings.moderators} - {None}
    around = Surroundings(
        present=frozenset(one for one in chosen if one is not None and guild.get_channel(one) is not None),
        trouble="" if told is None else trouble_in(guild, told),
        overheard=told is not None and _is_read_by_all(guild, told),
        mentions=host.services.settings.answer_mentions,
        home=is_home(guild.id, host),
    )
    return settings_card(settings, around, note)


def trouble_in(guild: discord.Guild, channel_id: int) -> str:
    """Why the bot cannot post in a channel, with what helps; empty where it can."""
    channel, me = guild.get_channel(channel_id), guild.me
    if me is None:
        return "I am here for commands only and cannot post; add me again with the scope `bot`."
    if channel is None:
        return "I cannot find that channel any more."
    allowed = channel.permissions_for(me)
    needed = {"View Channel": allowed.view_channel, "Send Messages": allowed.send_messages}
    missing = " and ".join(f"**{name}**" for name, held in needed.items() if not held)
    return f"I cannot post in <#{channel_id}>: give me {missing} there." if missing else ""


def _is_read_by_all(guild: discord.Guild, channel_id: int) -> bool:
    channel = guild.get_channel(channel_id)
    return channel is not None and channel.permissions_for(guild.default_role).view_channel


class SettingPress(Press, ABC, template=r"(?!)"):
    """A press that changes a setting of the server."""

    async def pressed(self, interaction: Interaction, host: Host) -> None:
        """Change it and show what is set now; whoever may no longer do so is told that nothing changed."""
        card = await host.delivery.in_time(interaction, self._carried_out(interaction, host), in_place=True)
        if card is None:
            await host.delivery.respond(interaction, note_card(NOT_ALLOWED), private=True)
        else:
            await host.delivery.replace(interaction, card)

    async def _carried_out(self, interaction: Interaction, host: Host) -> Card | None:
        guild = interaction.guild
        if guild is None or not await host.servers.may_use(interaction, COMMAND):
            return None
        try:
            note = await self.changed(guild, interaction.user.id, host)
        except StorageUnavailable as error:
            note = error.sentence
        return await card_of(guild, host, note)

    @abstractmethod
    async def changed(self, guild: discord.Guild, actor: int, host: Host) -> str:
        """Change the setting; why it could not be, or nothing."""

    @property
    def channels(self) -> tuple[int, ...]:
        """The ids of the channels that were picked, in the order of their ids: the order of picking means nothing."""
        menu = self.item
        return tuple(sorted(one.id for one in menu.values)) if isinstance(menu, discord.ui.ChannelSelect) else ()


class AnswersPress(SettingPress, template=switch_template(Action.ANSWERS)):
    """Makes answers to commands public or private."""

    action = Action.ANSWERS

    async def changed(self, guild: discord.Guild, actor: int, host: Host) -> str:
        """Set what the button said, whatever was set meanwhile."""
        public = self.match["on"] == "on"
        await host.servers.change(guild.id, Setting.ANSWERS, lambda now: replace(now, public=public), actor=actor)
        return ""


class MentionsPress(SettingPress, template=plain_template(Action.MENTIONS)):
    """Limits mentions to the channels that were picked; none stands for all."""

    action = Action.MENTIONS

    async def changed(self, guild: discord.Guild, actor: int, host: Host) -> str:
        """Set the channels."""
        picked = self.channels
        await host.servers.change(
            guild.id, Setting.MENTIONS, lambda now: replace(now, mention_channels=picked), actor=actor
        )
        return ""


class ModeratorsPress(SettingPress, template=plain_template(Action.MODERATORS)):
    """Says where moderators are told what concerns them."""

    action = Action.MODERATORS

    async def changed(self, guild: discord.Guild, actor: int, host: Host) -> str:
        """Set the channel, unless nothing could be posted there."""
        picked = next(iter(self.channels), None)
        trouble = "" if picked is None else trouble_in(guild, picked)
        if not trouble:
            await host.servers.change(
                guild.id, Setting.MODERATORS, lambda now: replace(now, moderators=picked), actor=actor
            )
        return trouble and f"{trouble} Nothing is changed."


ITEMS: tuple[type[Press], ...] = (AnswersPress, MentionsPress, ModeratorsPress)
