"""`/help` and `/about`."""

from discord import app_commands
from discord.ext import commands

from bot.cogs.services import Host, Services
from bot.ui.delivery import Interaction
from bot.ui.layout import Card
from bot.ui.pages import EXAMPLES, about_card, help_card


class Help(commands.Cog):
    """What the bot is and how to ask it."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @app_commands.command(name="help", description="How to ask me, with examples")
    async def help(self, interaction: Interaction) -> None:
        """Show how to ask."""
        await self._host.delivery.respond(interaction, how_to_ask(self._host.services))

    @app_commands.command(name="about", description="What I am, what I know, and how fresh it is")
    async def about(self, interaction: Interaction) -> None:
        """Show what stands behind the answers."""
        await self._host.delivery.respond(interaction, about_card(self._host.services.desk))


def how_to_ask(services: Services) -> Card:
    """The card of help for what this bot can do."""
    facts = services.desk.library.facts
    return help_card(
        services.desk.suggest("", EXAMPLES),
        mentions=services.settings.answer_mentions,
        prices=services.prices is not None,
        protocols=bool(facts.compared),
        guide=facts.guide is not None,
    )
