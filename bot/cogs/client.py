"""The bot on Discord: intents, commands, and the one way errors and floods are met."""

import asyncio
import logging
import sys
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.cogs import answers, browse, kb, prices, privacy, settings, strategy
from bot.cogs.ask import Ask
from bot.cogs.help import Help
from bot.cogs.lately import Lately
from bot.cogs.listen import Listen
from bot.cogs.looks import Looks
from bot.cogs.pace import Pace
from bot.cogs.press import Press
from bot.cogs.servers import Servers
from bot.cogs.services import Services, host_of, privately
from bot.cogs.sync import sync_if_changed
from bot.cogs.turns import Turns
from bot.ui.delivery import Delivery, Interaction
from bot.ui.errors import guarded, record, report
from bot.ui.pages import slow_card, welcome_card

log = logging.getLogger("bot.cogs")

# The bot has no voice; without this discord.py would warn at each start that packages for it are missing.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False

TRYOUT = "Local try-out: this runs on your own machine and is not Discord."
LONGEST_RATE_LIMIT = 30.0
"""Seconds after which a call fails rather than waits for Discord's rate limit."""
ITEMS: tuple[type[Press], ...] = (
    *answers.ITEMS,
    *browse.ITEMS,
    *kb.ITEMS,
    *prices.ITEMS,
    *privacy.ITEMS,
    *settings.ITEMS,
    *strategy.ITEMS,
)


class Tree(app_commands.CommandTree[Any]):
    """The commands, with what is common to all of them."""

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Slow down a member who floods. Suggestions while typing never count."""
        if interaction.type is discord.InteractionType.autocomplete:
            return True
        say = privately(interaction)
        async with guarded(say, "slowing down"):
            slowed = host_of(interaction).pace.admit(interaction.user.id)
            if slowed is None:
                return True
            await say(slow_card(slowed.until))
        return False

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Tell the member and the log."""
        name = "a command" if interaction.command is None else f"/{interaction.command.qualified_name}"
        await report(error, privately(interaction), name)


class RestakingBot(commands.AutoShardedBot):
    """The Discord face of the desk. Building it needs no token and touches neither disk nor network."""

    def __init__(self, services: Services, *, shard_count: int | None = None) -> None:
        super().__init__(
            command_prefix=(),
            help_command=None,
            tree_cls=Tree,
            intents=intents(mentions=services.settings.answer_mentions),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_ratelimit_timeout=LONGEST_RATE_LIMIT,
            shard_count=shard_count,
        )
        self.services = services
        self.pace = Pace(services.clock)
        self.turns = Turns(services.clock)
        self.lately = Lately(services.clock, services.memory)
        self.looks = Looks(services.clock)
        self.servers = Servers(self)
        self.deciding = asyncio.Lock()
        self._fitting = asyncio.Lock()
        self.delivery = Delivery(notice=TRYOUT if services.tryout else "")

    async def setup_hook(self) -> None:
        """Load every feature, take up the buttons of earlier runs, and tell Discord about changed commands."""
        features = (Ask, browse.Browse, prices.Prices, Help, privacy.Privacy, settings.Server, Listen)
        for feature in features:
            await self.add_cog(feature(self))
        await self.add_cog(kb.Knowledge(self))
        await self.add_cog(kb.Notices(self))
        await self._fit()
        self.add_dynamic_items(*ITEMS)
        await sync_if_changed(self.tree, self.services.memory, self.application_id)

    async def fit_features(self) -> None:
        """Offer the commands that the version served now has something for, and tell Discord about a change of them."""
        async with self._fitting:
            if await self._fit():
                await sync_if_changed(self.tree, self.services.memory, self.application_id)

    async def _fit(self) -> bool:
        """Whether commands have come or gone."""
        wanted = self.services.desk.library.facts.guide is not None
        name = strategy.Strategy.__cog_name__
        if wanted == (self.get_cog(name) is not None):
            return False
        if wanted:
            await self.add_cog(strategy.Strategy(self))
        else:
            await self.remove_cog(name)
        return True

    async def on_connect(self) -> None:
        """Tell the operator that Discord took the bot, for each shard and each new session."""
        if not self.services.tryout:
            log.info("Connected to Discord as %s; servers: %d.", self.user, len(self.guilds))

    async def greet(self, channel_id: int, example: str) -> None:
        """Say in a channel what can be tried, with a question as an example."""
        mention = self.user.mention if self.user is not None and self.services.settings.answer_mentions else None
        place = self.get_channel(channel_id)
        if isinstance(place, discord.abc.Messageable):
            guide = self.services.desk.library.facts.guide is not None
            card = welcome_card(example, mention, prices=self.services.prices is not None, guide=guide)
            await place.send(view=card.headed(TRYOUT))

    async def on_message(self, message: discord.Message, /) -> None:
        """Keep discord.py from looking for prefix commands; `Listen` answers messages."""

    async def on_error(self, event_method: str, /, *_: Any, **__: Any) -> None:
        """Record what went wrong in an event; nobody is waiting for an answer to it."""
        error = sys.exc_info()[1]
        if error is not None:
            record(error, event_method)


def intents(*, mentions: bool) -> discord.Intents:
    """The events the bot asks Discord for, none of them privileged; mentions need the messages of servers."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.dm_messages = True
    wanted.guild_messages = mentions
    return wanted
