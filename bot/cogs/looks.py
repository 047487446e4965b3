"""What cards of prices look like, worked out once for all who ask for the same at the same time."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot.answering.prices import PriceDesk
from bot.clock import Clock
from bot.ui.ids import Screen, Shown
from bot.ui.layout import Card, Place
from bot.ui.quotes import board_card, chart_card, compare_card, quote_card

LASTING: Final = timedelta(seconds=1)
"""For how long an answer is given again; figures are kept for a minute anyway, so that nobody misses a new one."""
HELD: Final = 16
"""Answers that are held; charts bring their pictures with them."""


class Look:
    """Prices that were looked up, as a card for any place."""

    def __init__(self, build: Callable[[Place], Card]) -> None:
        self._build = build
        self._cards: dict[Place, Card] = {}

    def __call__(self, place: Place) -> Card:
        """The card for a place; those with a member's name are not kept."""
        if place.shared_by is not None:
            return self._build(place)
        return self._cards.get(place) or self._cards.setdefault(place, self._build(place))


@dataclass(frozen=True, slots=True)
class _Asked:
    task: "asyncio.Task[Look]"
    prices: PriceDesk
    at: datetime


class Looks:
    """Looks prices up. On the day of an incident hundreds ask the same within a second: they share the answer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: OrderedDict[Shown, _Asked] = OrderedDict()

    async def of(self, prices: PriceDesk, shown: Shown) -> Look:
        """What `shown` looks like now. Raises whatever went wrong."""
        asked = self._asked.get(shown)
        if asked is None or asked.prices is not prices or not self._is_recent(asked):
            asked = _Asked(asyncio.create_task(_looked_up(prices, shown)), prices, self._clock())
            self._asked[shown] = asked
            self._asked.move_to_end(shown)
            while len(self._asked) > HELD:
                self._asked.popitem(last=False)
        # One who goes away must not end the work of the others.
        await asyncio.wait([asked.task])
        return asked.task.result()

    def _is_recent(self, asked: _Asked) -> bool:
        if not asked.task.done():
            return True
        failed = asked.task.cancelled() or asked.task.exception() is not None
        return not failed and abs(self._clock() - asked.at) < LASTING


async def _looked_up(prices: PriceDesk, shown: Shown) -> Look:
    symbols = shown.symbols
    match shown.screen:
        case Screen.ALL:
            return Look(partial(board_card, await prices.board(), shown))
        case Screen.ONE:
            return Look(partial(quote_card, await prices.one(symbols[0])))
        case Screen.SOME:
            return Look(partial(board_card, await prices.several(symbols), shown))
        case Screen.SIDE_BY_SIDE:
            return Look(partial(compare_card, await prices.compare(symbols)))
        case Screen.CHART:
            return Look(partial(chart_card, await prices.chart(symbols[0], shown.days)))
