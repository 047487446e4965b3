"""`/help` and `/about`."""

from discord import app_commands
from discord.ext import commands

from bot.cogs.services import Host
from bot.ui.delivery import Interaction
from bot.ui.pages import EXAMPLES, about_card, help_card


class Help(commands.Cog):
    """What the bot is and how to ask it."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @app_commands.command(name="help", description="How to ask me, with examples")
    async def help(self, interaction: Interaction) -> None:
        """Show how to ask."""
        services = self._host.services
        card = help_card(services.desk.suggest("", EXAMPLES), mentions=services.settings.answer_mentions)
        await self._host.delivery.respond(interaction, card)

    @app_commands.command(name="about", description="What I am, what I know, and how fresh it is")
    async def about(self, interaction: Interaction) -> None:
        """Show what stands behind the answers."""
        await self._host.delivery.respond(interaction, about_card(self._host.services.desk))
