"""Live figures for the slots of entries, each with its age and source in the text."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.answering.answers import ShownFigure
from bot.answering.numerals import dollars, ether, percent, relative, rough_dollars, signed_percent
from bot.answering.prices import PriceView
from bot.answering.quoting import rate_state, unchanged
from bot.knowledge.facts import Facts
from bot.market.beside import Dated, YieldFigure
from bot.market.market import Details, Market
from bot.market.quotes import Age, Held, Quote, Spot, StatedRate

WITHIN: Final = 1.2
"""Seconds that an answer waits for its figures; a dated one is at hand."""
QUOTED: Final = frozenset({"price", "rate", "premium"})
_GRAVE: Final = frozenset({Held.DISAGREE, Held.INCIDENT, Held.PAUSED, Held.FROZEN, Held.JUMPED, Held.UNCONFIRMED})
"""What speaks against a premium of an earlier day too; the other reasons only say that nothing newer is known."""


class MarketFigures:
    """The values of slots such as `rate:rsETH`, from the market."""

    def __init__(self, market: Market, facts: Facts) -> None:
        self.market, self._facts = market, facts

    async def figures(self, slots: tuple[str, ...]) -> Mapping[str, ShownFigure]:
        """Current values, without a text where one must not be said; what is not known or too old is left out."""
        asked = [_parts(slot) for slot in slots]
        symbols = [key for kind, key in asked if kind in QUOTED]
        beside = [self._other(kind, key) for kind, key in asked if kind not in QUOTED]
        quotes, others = await asyncio.gather(self._quotes(symbols), asyncio.gather(*beside))
        found = [_quoted(kind, quotes[key]) for kind, key in asked if kind in QUOTED and key in quotes]
        known = {figure.slot: figure for figure in (*found, *others) if figure is not None}
        return known | {f"premium:{one}": _unsaid(quote) for one, quote in quotes.items() if _GRAVE & set(quote.held)}

    async def _quotes(self, symbols: Sequence[str]) -> Mapping[str, Quote]:
        quotes = await self.market.quotes(symbols, WITHIN) if symbols else []
        return {quote.token.symbol: quote for quote in quotes}

    async def _other(self, kind: str, key: str) -> ShownFigure | None:
        if kind == "tvl" and (total := await self.market.tvl(key, WITHIN)) is not None:
            return _total(key, total)
        if kind == "apr" and (apy := await self.market.apr(key, WITHIN)) is not None:
            return _yield(key, apy)
        return None


def figures_of(view: PriceView) -> tuple[ShownFigure, ...]:
    """Every figure that a view of prices shows, with its time and source; each price where two sources disagree."""
    found: list[ShownFigure | None] = []
    for quote in view.quotes:
        found += [_price(quote.token.symbol, spot) for spot in quote.others]
        found += [_quoted(kind, quote) for kind in ("price", "rate", "premium")]
        detail = (view.details or {}).get(quote.token.symbol, Details())
        found.append(_yield(quote.token.symbol, detail.apy) if detail.apy else None)
        found.append(_total(quote.token.protocol, detail.tvl) if detail.tvl else None)
    return tuple(figure for figure in found if figure is not None)


def _yield(symbol: str, apy: YieldFigure) -> ShownFigure:
    return _shown(f"apr:{symbol}", f"{percent(apy.apy.value)} a year", apy.apy.source, apy.apy.at)


def _total(protocol: str, total: Dated) -> ShownFigure:
    return _shown(f"tvl:{protocol}", rough_dollars(total.value), total.source, total.at)


def _price(symbol: str, spot: Spot) -> ShownFigure:
    return _shown(f"price:{symbol}", dollars(spot.usd), spot.source, spot.at)


def _parts(slot: str) -> tuple[str, str]:
    kind, _, key = slot.partition(":")
    return kind, key


def _quoted(kind: str, quote: Quote) -> ShownFigure | None:
    symbol, spot, rate = quote.token.symbol, quote.spot, quote.rate
    if kind == "rate":
        return None if rate is None else _rate(quote, rate)
    if spot is None or quote.age is Age.LAST_KNOWN:
        return None
    if kind == "price":
        return _price(symbol, spot)
    if quote.premium is None:
        return None
    return _shown(f"premium:{symbol}", signed_percent(quote.premium), f"{spot.source} against the stated rate", spot.at)


def _rate(quote: Quote, rate: StatedRate) -> ShownFigure:
    symbol = quote.token.symbol
    said = f"{ether(rate.value)} per {symbol}{rate_state(quote)}"
    return _shown(f"rate:{symbol}", said, "its contract", rate.at, unchanged(quote))


def _unsaid(quote: Quote) -> ShownFigure:
    return ShownFigure(f"premium:{quote.token.symbol}", "", quote.asked, "", live=True)


def _shown(slot: str, said: str, source: str, at: datetime, more: str = "") -> ShownFigure:
    return ShownFigure(slot, f"{said} ({source}, {relative(at)}{more})", at, source, live=True)
