"""Live prices: `/price`, `/compare`, `/chart`, and what can be pressed under them."""

from bot.cogs.prices.commands import Prices
from bot.cogs.prices.presses import ITEMS

__all__ = ["ITEMS", "Prices"]
