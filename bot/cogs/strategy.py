"""`/strategy`: three short questions, and the explanation that the answers lead to. The answers live in the buttons."""

from collections.abc import Sequence
from typing import Final

from discord import app_commands
from discord.ext import commands

from bot.cogs.press import Press
from bot.cogs.services import Host
from bot.ui.delivery import Interaction, in_bot_dm
from bot.ui.ids import Action, answers_in, guide_template, plain_template
from bot.ui.layout import Card
from bot.ui.pages import note_card

CHANGED: Final = "The questions have changed meanwhile. Please start again with `/strategy`."
NO_GUIDE: Final = "There are no such questions here any more. `/topics` lists what I can answer."


class Strategy(commands.Cog):
    """`/strategy`, where the knowledge files hold a guide."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @app_commands.command(
        name="strategy", description="Three short questions that lead to an explanation, not to advice"
    )
    async def strategy(self, interaction: Interaction) -> None:
        """Ask the first question."""
        await self._host.delivery.respond(interaction, card_after(self._host, ()))


class GuidePress(Press, template=guide_template()):
    """An answer that was picked; those before it stand in the custom id."""

    action = Action.GUIDE

    async def pressed(self, interaction: Interaction, host: Host) -> None:
        """Go on to what follows."""
        await _turn(interaction, host, card_after(host, (*answers_in(self.match), self.value)))


class AgainPress(Press, template=plain_template(Action.AGAIN)):
    """Goes back to the first question."""

    action = Action.AGAIN

    async def pressed(self, interaction: Interaction, host: Host) -> None:
        """Ask the first question again."""
        await _turn(interaction, host, card_after(host, ()))


def card_after(host: Host, answers: Sequence[str]) -> Card:
    """What follows the ids of these answers: the next question, the explanation, or why there is neither."""
    from bot.answering.strategy import Asked, step_of  # noqa: PLC0415 - the bot starts without them
    from bot.ui.strategy import question_card, result_card  # noqa: PLC0415 - the same

    library = host.services.desk.library
    step = step_of(library, answers)
    if step is None:
        return note_card(NO_GUIDE if library.facts.guide is None else CHANGED)
    return question_card(step) if isinstance(step, Asked) else result_card(step)


async def _turn(interaction: Interaction, host: Host, card: Card) -> None:
    """Put a card in the place of the one that was pressed, unless others see that one: whoever presses there gets
    their own.
    """
    message = interaction.message
    own = in_bot_dm(interaction) or (message is not None and message.flags.ephemeral)
    await (host.delivery.replace if own else host.delivery.respond)(interaction, card)


ITEMS: tuple[type[Press], ...] = (GuidePress, AgainPress)
