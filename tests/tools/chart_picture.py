"""Draws the chart in the README from made-up prices: `python -m tests.tools.chart_picture`."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bot.market.chart import History, Point
from bot.market.drawing import draw

PICTURE = Path("tests/pictures/chart.png")
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DAYS, EVERY = 30, timedelta(hours=4)
START, GROWTH = 1.0790, 0.00008
"""The made-up rate in ETH, and by how much of itself it grows a day."""


def made_up() -> History:
    """A month in which the market hovers a little below the rate and once slips further."""
    chance = random.Random(4)  # noqa: S311 - a picture
    gap, market = -0.0012, []
    for step in range(DAYS * 6 + 1):
        days = step / 6
        gap += 0.25 * (-0.0012 - gap) + chance.gauss(0, 0.0006) - (0.006 if step == 100 else 0)
        price = START * (1 + GROWTH * days) * (1 + gap)
        market.append(Point(NOW - timedelta(days=DAYS) + EVERY * step, Decimal(f"{price:.6f}")))
    rate = [Point(NOW - timedelta(days=DAYS - day), _rate(day)) for day in range(DAYS + 1)]
    return History("ezETH", DAYS, tuple(market), tuple(rate), "made-up data", NOW)


def _rate(day: int) -> Decimal:
    return Decimal(f"{START * (1 + GROWTH * day):.6f}")


if __name__ == "__main__":
    PICTURE.write_bytes(draw(made_up()))
