"""Browsing: `/topics`, its menus, and the way from a question without an answer to what there is."""

from discord import app_commands
from discord.ext import commands

from bot.cogs.answers import OpenPress
from bot.cogs.press import Press
from bot.cogs.services import Host
from bot.ui.delivery import Interaction
from bot.ui.ids import Action, plain_template
from bot.ui.pages import note_card, topic_card, topics_card

NO_TOPIC = "That topic is no longer here. Please start again with `/topics`."


class Browse(commands.Cog):
    """`/topics`."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @app_commands.command(name="topics", description="Browse everything I can answer")
    async def topics(self, interaction: Interaction) -> None:
        """Show the topics."""
        await self._host.delivery.respond(interaction, topics_card(self._host.services.desk.topics()))


class TopicsPress(Press, template=plain_template(Action.TOPICS)):
    """Opens the topics under an answer."""

    action = Action.TOPICS

    async def pressed(self, interaction: Interaction, host: Host) -> None:
        """Show the topics in a message of their own."""
        await host.delivery.respond(interaction, topics_card(host.services.desk.topics()))


class BackPress(Press, template=plain_template(Action.BACK)):
    """Goes from one topic back to all."""

    action = Action.BACK

    async def pressed(self, interaction: Interaction, host: Host) -> None:
        """Put the topics in the place of the topic."""
        await host.delivery.replace(interaction, topics_card(host.services.desk.topics()))


class TopicPress(Press, template=plain_template(Action.TOPIC)):
    """A topic that was picked."""

    action = Action.TOPIC

    async def pressed(self, interaction: Interaction, host: Host) -> None:
        """Put the entries of the topic in the place of the topics."""
        topic = next((topic for topic in host.services.desk.topics() if topic.id == self.value), None)
        if topic is None:
            await host.delivery.respond(interaction, note_card(NO_TOPIC))
        else:
            await host.delivery.replace(interaction, topic_card(topic))


class PickPress(OpenPress, template=plain_template(Action.PICK)):
    """An entry that was picked in a menu."""

    action = Action.PICK

    @property
    def entry(self) -> str:
        """The id of the entry that was picked."""
        return self.value


ITEMS: tuple[type[Press], ...] = (TopicsPress, BackPress, TopicPress, PickPress)
