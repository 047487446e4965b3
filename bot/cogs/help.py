"""`/help` and `/about`."""

from discord import app_commands
from discord.ext import commands

from bot.cogs.services import Host, Services
from bot.storage import ServerSettings
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
        guild = interaction.guild_id
        settings = None if guild is None else await self._host.servers.of(guild)
        await self._host.delivery.respond(interaction, how_to_ask(self._host.services, settings))

    @app_commands.command(name="about", description="What I am, what I know, and how fresh it is")
    async def about(self, interaction: Interaction) -> None:
        """Show what stands behind the answers."""
        services = self._host.services
        await self._host.delivery.respond(interaction, about_card(services.desk, measured(services)))


def measured(services: Services) -> list[str]:
    """What may be said of how often the answers of the version served now are right, in sentences."""
    from bot.curation.accuracy import load_card, told  # noqa: PLC0415 - few ask; the start need not wait for it

    desk = services.desk
    card = load_card(services.settings.data_dir, desk.library)
    return told(card, trained=desk.matcher.classifier is not None)


def how_to_ask(services: Services, server: ServerSettings | None = None) -> Card:
    """The card of help for what this bot can do, in a server for what that has set."""
    facts = services.desk.library.facts
    return help_card(
        services.desk.suggest("", EXAMPLES),
        mentions=services.settings.answer_mentions,
        chosen=server is not None and bool(server.mention_channels),
        public=server is not None and server.public,
        prices=services.prices is not None,
        protocols=bool(facts.compared),
        guide=facts.guide is not None,
    )
