"""Live prices: `/price`, `/compare`, `/chart`, and what can be pressed under them."""

from bot.cogs.prices.commands import Prices
from bot.cogs.prices.presses import ITEMS as PRICE_ITEMS
from bot.cogs.prices.protocols import ITEMS as PROTOCOL_ITEMS

ITEMS = (*PRICE_ITEMS, *PROTOCOL_ITEMS)

__all__ = ["ITEMS", "Prices"]
