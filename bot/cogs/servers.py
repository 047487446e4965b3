"""What each server has set, which servers are the bot's homes, who may change settings, and how moderators are told."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import app_commands

from bot.errors import StorageUnavailable
from bot.storage import ServerSettings
from bot.ui.delivery import DROPPED, Interaction
from bot.ui.layout import Card

if TYPE_CHECKING:
    from bot.cogs.services import Host

log = logging.getLogger("bot.cogs")

PATIENCE: Final = 0.5
"""Seconds that an answer waits for settings, which are at hand but at the start; Discord waits 3 for the answer."""

NOT_KEPT: Final = "I cannot reach my records at the moment, so nothing is changed. Please try again in a few minutes."
_NOT_HOME: Final = (
    "This changes what I answer everywhere, so only the servers that run me can do it. To make this one of them, "
    "whoever operates me adds {server} to `BOT_HOME_SERVERS` and starts me again."
)


class Setting(StrEnum):
    """What a moderator of a server changes at a time; the action in the audit log."""

    ANSWERS = "settings: answers"
    MENTIONS = "settings: mentions"
    MODERATORS = "settings: moderators' channel"

    def said(self, settings: ServerSettings) -> str:
        """Its value in words, channels as Discord marks them."""
        match self:
            case Setting.ANSWERS:
                return "public" if settings.public else "private"
            case Setting.MENTIONS:
                return " ".join(f"<#{one}>" for one in settings.mention_channels) or "all channels"
            case Setting.MODERATORS:
                return "none" if settings.moderators is None else f"<#{settings.moderators}>"


class Servers:
    """What servers have set, and their moderators. The settings lie in the bot's memory, which reads them once; where
    that cannot be done, a server counts as one that has set nothing.
    """

    def __init__(self, host: "Host") -> None:
        self._host = host
        self._changing = asyncio.Lock()
        self._unheard: set[int] = set()
        self._commands: dict[str, app_commands.AppCommand] = {}

    async def of(self, guild: int) -> ServerSettings:
        """What the server with this id has set."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._host.services.memory.server(guild)
        except (TimeoutError, StorageUnavailable):  # asked again the next time
            return ServerSettings(guild)

    async def hears(self, guild: int, channel: Any) -> bool:
        """Whether mentions are answered in a channel of the server; a thread belongs to the channel that it is in."""
        chosen = (await self.of(guild)).mention_channels
        places = {channel.id, channel.parent_id} if isinstance(channel, discord.Thread) else {channel.id}
        return not chosen or not places.isdisjoint(chosen)

    async def change(
        self, guild: int, setting: Setting, change: Callable[[ServerSettings], ServerSettings], *, actor: int
    ) -> None:
        """Keep what `change` makes of the server's settings, with an action of the user `actor` in the audit log;
        nothing where they are so already. Of two changes at once the second is made to what the first has left.

        Raises:
            StorageUnavailable: it could not be kept; the settings stay as they are.
        """
        async with self._changing:
            before = await self._host.services.memory.server(guild)
            after = change(before)
            if after == before:
                return
            old, new = setting.said(before), setting.said(after)
            # Written first: an action that came to nothing can be put right there, a change without a trace cannot.
            await self._note(setting, guild, actor, old, new)
            try:
                await self._keep(before, after)
            except StorageUnavailable:
                with suppress(StorageUnavailable):
                    await self._note(f"{setting} (not kept)", guild, actor, new, old)
                raise

    async def forget(self, guild: int) -> None:
        """Let go of what a server has set that the bot is no longer in."""
        self._unheard.discard(guild)
        async with self._changing:
            try:
                await self._host.services.memory.set_server(ServerSettings(guild))
            except StorageUnavailable:
                log.warning("The settings of a server that the bot was removed from could not be deleted.")

    async def tell_moderators(self, card: Card) -> int:
        """Post a card in the moderators' channel of each home server, without a ping; in how many it now stands.

        A channel that cannot be reached is told in the log, once until it can be again. Never raises for that.
        """
        told = 0
        for guild in self._host.guilds:
            channel = (await self.of(guild.id)).moderators if is_home(guild.id, self._host) else None
            if channel is not None:
                told += await self._tell(guild, channel, card)
        return told

    async def may_use(self, interaction: Interaction, command: str) -> bool:
        """Whether the member may use a command that asks for Manage Server by default, for presses on what it showed:
        they hold that permission now, or the server's own settings of the command let them in.
        """
        allowed = interaction.permissions
        if allowed.manage_guild or allowed.administrator:
            return True
        member, guild = interaction.user, interaction.guild
        if guild is None or not isinstance(member, discord.Member):
            return False
        try:
            rules = await (await self._command(command)).fetch_permissions(guild)
        except (discord.DiscordException, *DROPPED, KeyError):  # there are none, or Discord cannot say
            return False
        return _lets_in(rules.permissions, member)

    async def _note(self, action: str, guild: int, actor: int, old: str, new: str) -> None:
        memory = self._host.services.memory
        await memory.add_audit(action, actor=actor, target=f"server {guild}", old=old, new=new)

    async def _keep(self, before: ServerSettings, after: ServerSettings) -> None:
        """Where the settings could not be read at first they looked unset, and what they hold must not be lost."""
        memory = self._host.services.memory
        if await memory.server(after.guild) != before:
            raise StorageUnavailable(NOT_KEPT)
        await memory.set_server(after)

    async def _tell(self, guild: discord.Guild, channel_id: int, card: Card) -> bool:
        trouble = ""
        try:
            channel = guild.get_channel_or_thread(channel_id)
            if isinstance(channel, discord.abc.Messageable):
                await self._host.delivery.tell(channel, card)
            else:
                trouble = "the channel is gone"
        except (discord.DiscordException, *DROPPED) as error:
            trouble = type(error).__name__
        if trouble and guild.id not in self._unheard:
            log.warning("The moderators of server %d cannot be told anything (%s).", guild.id, trouble)
        (self._unheard.add if trouble else self._unheard.discard)(guild.id)
        return not trouble

    async def _command(self, name: str) -> app_commands.AppCommand:
        if name not in self._commands:
            self._commands = {one.name: one for one in await self._host.tree.fetch_commands()}
        return self._commands[name]


def is_home(where: Interaction | int | None, host: "Host") -> bool:
    """Whether moderators of a server, given by its id or by what happens there, may change what the bot serves
    everywhere: it is listed in `BOT_HOME_SERVERS`, or where nothing is listed, it is the only one that the bot is in.
    """
    guild = where.guild_id if isinstance(where, discord.Interaction) else where
    listed = host.services.settings.home_servers
    return guild in listed if listed else [one.id for one in host.guilds] == [guild]


def not_home_sentence(where: Interaction | int | None) -> str:
    """What a moderator of another server is told, with what the operator has to set."""
    guild = where.guild_id if isinstance(where, discord.Interaction) else where
    return _NOT_HOME.format(server="its id" if guild is None else f"`{guild}`")


def _lets_in(rules: Sequence[app_commands.AppCommandPermissions], member: discord.Member) -> bool:
    """Whether a server's rules for a command let the member in: one about the member stands above those about roles,
    and one about everybody below them. Among roles one that allows stands above one that does not.
    """
    everybody = member.guild.id
    roles = {role.id for role in member.roles} - {everybody}
    for about in ({member.id}, roles, {everybody}):
        if said := [rule.permission for rule in rules if rule.id in about]:
            return any(said)
    return False
