"""`/price`, `/compare` and `/chart`."""

from collections.abc import Sequence
from typing import Final

from discord import app_commands
from discord.ext import commands

from bot.answering import Face, Question
from bot.answering.prices import PriceDesk
from bot.answering.secrets import holds_secret
from bot.cogs.answers import posts_here
from bot.cogs.prices.naming import NO_PRICES, meant_by
from bot.cogs.prices.presses import show
from bot.cogs.prices.protocols import show_protocols
from bot.cogs.services import Host, host_of, place_of
from bot.cogs.suggestions import Choices, suggested
from bot.market.pasts import RANGES
from bot.ui.cards import answer_card
from bot.ui.delivery import Interaction
from bot.ui.ids import Screen, Shown
from bot.ui.pages import note_card
from bot.ui.quotes import USUAL_DAYS

LONGEST: Final = 100
"""Characters of a token's name as typed."""

ONE: Final = "A token"
ONE_OR_ALL: Final = "A token; leave it out to see all"
ONE_OR_PROTOCOLS: Final = "A token; leave all out to see the protocols"

Typed = app_commands.Range[str, 1, LONGEST]


async def any_token(interaction: Interaction, current: str) -> Choices:
    """Tokens that have a price, while the member types."""
    return _suggested(host_of(interaction).services.prices, current, comparable=False)


async def comparable(interaction: Interaction, current: str) -> Choices:
    """Tokens that can be compared, while the member types."""
    return _suggested(host_of(interaction).services.prices, current, comparable=True)


def _suggested(prices: PriceDesk | None, current: str, *, comparable: bool) -> Choices:
    if prices is None:
        return []
    return suggested(lambda: ((one, f"{one}: {name}") for one, name in prices.suggest(current, comparable=comparable)))


class Prices(commands.Cog):
    """Prices by command."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @app_commands.command(name="price", description="The live price of one token or of all, with source and age")
    @app_commands.describe(token=ONE_OR_ALL)
    @app_commands.autocomplete(token=any_token)
    async def price(self, interaction: Interaction, token: Typed | None = None) -> None:
        """One token in full, or a line for each."""
        await self._answer(interaction, Screen.ALL if token is None else Screen.ONE, [token])

    @app_commands.command(name="compare", description="Two to five tokens side by side, or without any the protocols")
    @app_commands.describe(token1=ONE_OR_PROTOCOLS, token2=ONE, token3=ONE, token4=ONE, token5=ONE)
    @app_commands.autocomplete(
        token1=comparable, token2=comparable, token3=comparable, token4=comparable, token5=comparable
    )
    async def compare(
        self,
        interaction: Interaction,
        token1: Typed | None = None,
        token2: Typed | None = None,
        token3: Typed | None = None,
        token4: Typed | None = None,
        token5: Typed | None = None,
    ) -> None:
        """Tokens one under the other; without any the protocols."""
        typed = [token1, token2, token3, token4, token5]
        if any(typed) or not self._host.services.desk.library.facts.compared:
            await self._answer(interaction, Screen.SIDE_BY_SIDE, typed)
        else:
            await show_protocols(interaction, self._host, public=await posts_here(interaction, self._host))

    @app_commands.command(name="chart", description="How a token's price went against the rate its protocol states")
    @app_commands.describe(token=ONE, days=f"How far back; {USUAL_DAYS} days if you leave it out")
    @app_commands.rename(days="range")
    @app_commands.choices(days=[app_commands.Choice(name=one.name, value=one.days) for one in RANGES])
    @app_commands.autocomplete(token=any_token)
    async def chart(self, interaction: Interaction, token: Typed, days: int = USUAL_DAYS) -> None:
        """A picture, and the same in words."""
        await self._answer(interaction, Screen.CHART, [token], days)

    async def _answer(
        self, interaction: Interaction, screen: Screen, named: Sequence[str | None], days: int = 0
    ) -> None:
        services, delivery = self._host.services, self._host.delivery
        typed = [one for one in named if one is not None]
        if holds_secret(" ".join(typed)):
            warning = await services.desk.ask(Question(" ".join(typed), Face.SLASH))
            await delivery.respond(interaction, answer_card(warning, place_of(interaction)))
        elif services.prices is None:
            await delivery.respond(interaction, note_card(NO_PRICES))
        elif (meant := meant_by(services.prices, screen, typed)).trouble:
            await delivery.respond(interaction, note_card(meant.trouble))
        else:
            public = await posts_here(interaction, self._host)
            await show(interaction, self._host, services.prices, Shown(screen, meant.symbols, days), public=public)
