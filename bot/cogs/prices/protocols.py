"""Protocols beside each other, one of them in full, and what stands behind the tokens of a comparison."""

from collections.abc import Callable
from functools import partial
from typing import Final

from bot.answering.prices import PriceDesk
from bot.cogs.answers import post_for, why_not_here
from bot.cogs.press import Press
from bot.cogs.prices.presses import PricePress
from bot.cogs.services import Host, place_of
from bot.ui.delivery import Interaction
from bot.ui.ids import Action, plain_template, prices_template, protocols_template
from bot.ui.layout import PUBLIC, Card, Place
from bot.ui.pages import note_card

GONE: Final = "That protocol is no longer here. `/compare` without a token shows all that are."


async def show_protocols(interaction: Interaction, host: Host, protocol: str = "", *, public: bool = False) -> None:
    """Show all protocols, or one of them in full, to the member alone, or to all."""
    delivery = host.delivery
    looking = _look(host, protocol)
    card = await delivery.in_time(interaction, looking, patience=delivery.live_patience, public=public)
    place = PUBLIC if public else place_of(interaction)
    await delivery.respond(interaction, card(place), private=False if public else None)


async def _look(host: Host, protocol: str) -> Callable[[Place], Card]:
    """What that looks like now, for any place."""
    from bot.answering.protocols import table_of  # noqa: PLC0415 - the bot starts without them
    from bot.ui.protocols import protocol_card, protocols_card  # noqa: PLC0415 - the same

    desk = host.services.desk
    table = await table_of(desk.library.facts, desk.live)
    if not protocol:
        return partial(protocols_card, table)
    one = table.find(protocol)
    return (lambda _: note_card(GONE)) if one is None else partial(protocol_card, one)


class ProtocolsPress(Press, template=protocols_template(Action.PROTOCOLS)):
    """Opens the comparison of protocols, or one of them, for whoever presses."""

    action = Action.PROTOCOLS

    async def pressed(self, interaction: Interaction, host: Host) -> None:
        """Show it in a message of its own."""
        await show_protocols(interaction, host, self.protocol)

    @property
    def protocol(self) -> str:
        """The id of the protocol, empty for all."""
        return self.match["protocol"] or ""


class ProtocolPress(ProtocolsPress, template=plain_template(Action.PROTOCOL)):
    """A protocol that was picked."""

    action = Action.PROTOCOL

    @property
    def protocol(self) -> str:
        """The id of the one that was picked."""
        return self.value


class PostProtocolsPress(ProtocolsPress, template=protocols_template(Action.POST_PROTOCOLS)):
    """Posts it for everybody in the channel."""

    action = Action.POST_PROTOCOLS

    async def pressed(self, interaction: Interaction, host: Host) -> None:
        """Acknowledge first, so that the private card can be changed once the other is posted."""
        reason = why_not_here(interaction)
        if reason is not None:
            await host.delivery.respond(interaction, note_card(reason))
            return
        await host.delivery.acknowledge(interaction)
        await post_for(interaction, host, await _look(host, self.protocol))


class BehindPress(PricePress, template=prices_template(Action.BEHIND)):
    """Shows where the yield of the compared tokens comes from, and what can go wrong."""

    action = Action.BEHIND

    async def carried_out(self, interaction: Interaction, host: Host, prices: PriceDesk) -> None:
        """Show it in a message of its own."""
        del prices
        from bot.answering.protocols import behind  # noqa: PLC0415 - the bot starts without them
        from bot.ui.protocols import behind_card  # noqa: PLC0415 - the same

        facts = host.services.desk.library.facts
        card = behind_card(behind(facts, self.shown.symbols), place_of(interaction))
        await host.delivery.respond(interaction, card)


ITEMS: tuple[type[Press], ...] = (ProtocolsPress, ProtocolPress, PostProtocolsPress, BehindPress)
