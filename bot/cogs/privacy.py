"""`/privacy`: what is held, and erasing what belongs to the member who asks."""

from discord import app_commands
from discord.ext import commands

from bot.cogs.press import Press
from bot.cogs.services import Host, Services
from bot.errors import StorageUnavailable
from bot.ui.delivery import Interaction
from bot.ui.ids import Action, plain_template
from bot.ui.pages import erased_note, held_note, note_card, privacy_card


class Privacy(commands.Cog):
    """What the bot keeps."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @app_commands.command(name="privacy", description="What I keep, and a button that erases what is yours")
    async def privacy(self, interaction: Interaction) -> None:
        """Show what is kept, to this member alone."""
        services = self._host.services
        held = await self._host.delivery.in_time(interaction, _held(services, interaction.user.id))
        card = privacy_card(held, services.settings.retention_days)
        await self._host.delivery.respond(interaction, card)


class ErasePress(Press, template=plain_template(Action.ERASE)):
    """Erases what is held about the member who presses."""

    action = Action.ERASE

    async def pressed(self, interaction: Interaction, host: Host) -> None:
        """Erase, and say how much it was."""
        member = interaction.user.id
        forgot = [host.turns.forget(member), host.lately.forget(member)]
        erased = await host.delivery.in_time(interaction, host.services.memory.erase_member(member))
        said = erased_note(erased, last=any(forgot))
        await host.delivery.respond(interaction, note_card(said), private=True)


ITEMS: tuple[type[Press], ...] = (ErasePress,)


async def _held(services: Services, member: int) -> str:
    try:
        return held_note(await services.memory.holdings(member))
    except StorageUnavailable as error:
        return error.sentence
