"""Questions by command and by message menu."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.answering import Answer, Face, Outcome, Question
from bot.answering.secrets import holds_secret
from bot.cogs.answers import posts_here
from bot.cogs.drawings import card_of
from bot.cogs.services import Host, host_of, place_of
from bot.cogs.suggestions import Choices, suggested
from bot.ui import limits
from bot.ui.delivery import Interaction
from bot.ui.layout import PUBLIC
from bot.ui.pages import note_card
from bot.ui.text import typed

MENU = "Answer this"
LONGEST = 1000
NO_TEXT = "That message has no text that I can read."


async def answer(interaction: Interaction, question: Question) -> None:
    """Ask the desk and show the answer to the member, who can share it from there, or to all where the server has set
    so.
    """
    host = host_of(interaction)
    posting = await posts_here(interaction, host) and not holds_secret(question.text)
    found = await host.delivery.in_time(interaction, host.services.desk.ask(question), public=posting)
    host.lately.asked(interaction.user.id, found)
    card = card_of(found, host.services)
    if posting and _is_for_all(found):
        await host.delivery.respond(interaction, card(PUBLIC), private=False)
    else:
        await host.delivery.respond(interaction, card(place_of(interaction)))


def _is_for_all(answer: Answer) -> bool:
    """Whether others may see an answer: what is about somebody's safety concerns them alone."""
    return not answer.private and answer.outcome is not Outcome.SAFETY


class Ask(commands.Cog):
    """`/ask` with suggestions, and the menu of a message."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._menu = app_commands.ContextMenu(name=MENU, callback=self.answer_this)

    async def cog_load(self) -> None:
        """Add the menu, which discord.py does not collect from a cog."""
        self._host.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take the menu away."""
        self._host.tree.remove_command(MENU, type=discord.AppCommandType.message)

    @app_commands.command(name="ask", description="Ask a question in your own words and get a reviewed answer")
    @app_commands.describe(question="Your question, in your own words")
    async def ask(self, interaction: Interaction, question: app_commands.Range[str, 1, LONGEST]) -> None:
        """Answer a question."""
        await answer(interaction, Question(typed(question), Face.SLASH, asker=interaction.user.id))

    @ask.autocomplete("question")
    async def suggest(self, _: Interaction, current: str) -> Choices:
        """Questions that have an answer, while the member types."""
        return suggested(lambda: ((text, text) for text in self._host.services.desk.suggest(current, limits.OPTIONS)))

    async def answer_this(self, interaction: Interaction, message: discord.Message) -> None:
        """Answer what somebody wrote, to the member who used the menu."""
        text = typed(message.content)
        if text:
            await answer(interaction, Question(text, Face.MENU, asker=interaction.user.id))
        else:
            await self._host.delivery.respond(interaction, note_card(NO_TEXT))
