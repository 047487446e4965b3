"""What the cogs are given: everything that is not Discord, and the few things every cog shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

import discord
from discord import app_commands

from bot.answering.desk import Desk
from bot.answering.prices import PriceDesk
from bot.clock import Clock
from bot.cogs.lately import Lately
from bot.cogs.looks import Looks
from bot.cogs.pace import Pace
from bot.cogs.servers import Servers
from bot.cogs.turns import Turns
from bot.curation.serving import Serving
from bot.settings import Settings
from bot.storage import Memory
from bot.ui.delivery import Delivery, Interaction, in_bot_dm
from bot.ui.errors import Say
from bot.ui.layout import ALONE, PRIVATE, Place


@dataclass(frozen=True, slots=True)
class Services:
    """What the bot is built from. `clock` returns aware UTC times; `tryout` marks every card as not from Discord;
    `serving` is the way to other versions of the knowledge, None where there is only one.
    """

    desk: Desk
    memory: Memory
    settings: Settings
    clock: Clock
    tryout: bool = False
    serving: Serving | None = None

    @property
    def knowledge_dir(self) -> Path:
        """Where the drawings of the served version lie."""
        return self.settings.knowledge_dir if self.serving is None else self.serving.folder

    @property
    def prices(self) -> PriceDesk | None:
        """The desk for prices; None where no token has one."""
        desk = self.desk.prices
        return desk if desk is not None and desk.symbols else None


class Host(Protocol):
    """The bot as its cogs and buttons see it."""

    @property
    def tree(self) -> app_commands.CommandTree[Any]:
        """Its commands."""
        ...

    @property
    def user(self) -> discord.ClientUser | None:
        """Its account, once it is known."""
        ...

    @property
    def guilds(self) -> Sequence[discord.Guild]:
        """The servers that it is in."""
        ...

    @property
    def services(self) -> Services:
        """What the bot was built from."""
        ...

    @property
    def pace(self) -> Pace:
        """How fast members may ask."""
        ...

    @property
    def turns(self) -> Turns:
        """What members asked last in direct messages."""
        ...

    @property
    def lately(self) -> Lately:
        """What each member asked last and what came of it."""
        ...

    @property
    def servers(self) -> Servers:
        """What servers have set, and their moderators."""
        ...

    @property
    def looks(self) -> Looks:
        """What cards of prices look like."""
        ...

    @property
    def delivery(self) -> Delivery:
        """How cards are sent."""
        ...


def host_of(interaction: Interaction) -> Host:
    """The bot that an interaction came to."""
    return cast(Host, interaction.client)


def place_of(interaction: Interaction) -> Place:
    """Where the answer to an interaction stands."""
    return ALONE if in_bot_dm(interaction) else PRIVATE


def privately(interaction: Interaction) -> Say:
    """Says something to the member of the interaction alone."""
    return partial(host_of(interaction).delivery.respond, interaction, private=True)


def replying(host: Host, message: discord.Message) -> Say:
    """Says something in answer to a message."""
    return partial(host.delivery.send, message, as_reply=message.guild is not None)
