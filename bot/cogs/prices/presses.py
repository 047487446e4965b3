"""Cards of prices and their buttons: see, refresh, share, details of one token."""

from abc import ABC, abstractmethod
from typing import Final

from bot.answering.prices import PriceDesk
from bot.cogs.answers import post_for, why_not_here
from bot.cogs.press import Press
from bot.cogs.prices.naming import ALL, NO_PRICES
from bot.cogs.services import Host, place_of
from bot.ui.delivery import Interaction
from bot.ui.ids import Action, Screen, Shown, plain_template, prices_template, shown_by
from bot.ui.layout import PUBLIC
from bot.ui.pages import note_card

GONE: Final = f"I no longer follow every token of that card. {ALL}"


async def show(interaction: Interaction, host: Host, prices: PriceDesk, shown: Shown, *, public: bool = False) -> None:
    """Show prices to the member alone, or to all."""
    delivery = host.delivery
    asking = host.looks.of(prices, shown)
    look = await delivery.in_time(interaction, asking, patience=delivery.live_patience, public=public)
    place = PUBLIC if public else place_of(interaction)
    await delivery.respond(interaction, look(place), private=False if public else None)


class PricePress(Press, ABC, template=r"(?!)"):
    """A press about prices."""

    async def pressed(self, interaction: Interaction, host: Host) -> None:
        """Go on where there still are such prices, or say that there are not."""
        prices = host.services.prices
        if prices is None:
            await host.delivery.respond(interaction, note_card(NO_PRICES))
        elif not set(self.shown.symbols) <= set(prices.symbols):
            await host.delivery.respond(interaction, note_card(GONE))
        else:
            await self.carried_out(interaction, host, prices)

    @abstractmethod
    async def carried_out(self, interaction: Interaction, host: Host, prices: PriceDesk) -> None:
        """What the press does."""

    @property
    def shown(self) -> Shown:
        """The prices it is about."""
        return shown_by(self.match)


class SeePress(PricePress, template=prices_template(Action.SEE)):
    """Opens a card of prices for whoever presses."""

    action = Action.SEE

    async def carried_out(self, interaction: Interaction, host: Host, prices: PriceDesk) -> None:
        """Show it in a message of its own."""
        await show(interaction, host, prices, self.shown)


class DetailsPress(SeePress, template=plain_template(Action.DETAILS)):
    """A token that was picked."""

    action = Action.DETAILS

    @property
    def shown(self) -> Shown:
        """That token alone."""
        return Shown(Screen.ONE, (self.value,))


class RenewPress(PricePress, template=prices_template(Action.RENEW)):
    """Asks again, or for another range of a chart."""

    action = Action.RENEW

    async def carried_out(self, interaction: Interaction, host: Host, prices: PriceDesk) -> None:
        """Put what is known now in the place of the card."""
        delivery = host.delivery
        asking = host.looks.of(prices, self.shown)
        look = await delivery.in_time(interaction, asking, patience=delivery.live_patience, in_place=True)
        await delivery.replace(interaction, look(place_of(interaction)))


class PostPress(PricePress, template=prices_template(Action.POST)):
    """Posts prices for everybody in the channel."""

    action = Action.POST

    async def carried_out(self, interaction: Interaction, host: Host, prices: PriceDesk) -> None:
        """Acknowledge first, so that the private card can be changed once the prices are posted."""
        reason = why_not_here(interaction)
        if reason is not None:
            await host.delivery.respond(interaction, note_card(reason))
            return
        await host.delivery.acknowledge(interaction)
        await post_for(interaction, host, await host.looks.of(prices, self.shown))


ITEMS: tuple[type[Press], ...] = (SeePress, DetailsPress, RenewPress, PostPress)
