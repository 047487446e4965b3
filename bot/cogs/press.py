"""The base of every button and menu: one way in for pace and errors, and no state in memory."""

import re
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import discord

from bot.answering import Answer
from bot.cogs.services import Host, host_of, privately
from bot.ui.delivery import Interaction
from bot.ui.errors import guarded
from bot.ui.ids import Action
from bot.ui.pages import note_card, slow_card

GONE = "That answer is no longer here: its entry was changed or taken back. Please ask again."


class Press(discord.ui.DynamicItem[discord.ui.Item[Any]], ABC, template=r"(?!)"):
    """A press on a button or a choice in a menu, made anew from its custom id each time it happens."""

    action: ClassVar[Action]

    def __init__(self, item: discord.ui.Item[Any], match: re.Match[str]) -> None:
        super().__init__(item)
        self.match = match

    @classmethod
    async def from_custom_id(cls, _: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:
        """Read the press from its custom id."""
        return cls(item, match)

    async def callback(self, interaction: Interaction) -> None:
        """Carry out the press, unless the member is too quick; whatever goes wrong is told."""
        host, say = host_of(interaction), privately(interaction)
        async with guarded(say, f"button {self.action}"):
            slowed = host.pace.admit(interaction.user.id)
            if slowed is None:
                await self.pressed(interaction, host)
            else:
                await say(slow_card(slowed.until))

    @abstractmethod
    async def pressed(self, interaction: Interaction, host: Host) -> None:
        """What the press does."""

    @property
    def value(self) -> str:
        """What was picked in a menu."""
        return self.item.values[0] if isinstance(self.item, discord.ui.Select) else ""


class EntryPress(Press, ABC, template=r"(?!)"):
    """A press about one entry."""

    async def pressed(self, interaction: Interaction, host: Host) -> None:
        """Look the entry up and go on with its answer, or say that it is gone."""
        answer = await host.delivery.in_time(interaction, host.services.desk.open(self.entry))
        if answer is None:
            await host.delivery.respond(interaction, note_card(GONE))
        else:
            await self.opened(interaction, host, answer)

    @abstractmethod
    async def opened(self, interaction: Interaction, host: Host, answer: Answer) -> None:
        """What the press does with the answer of its entry."""

    @property
    def entry(self) -> str:
        """The id of the entry, from the custom id or from what was picked."""
        return str(self.match["entry"])
