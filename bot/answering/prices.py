"""What members see of prices: one token, a board of all, a comparison, a chart. Every face shows these views."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.answering.quoting import (
    METHODS,
    NO_PRICES,
    QuoteText,
    board_line,
    board_notes,
    disagreement,
    issuer_of,
    premium_notes,
    quote_text,
    warnings_of,
)
from bot.answering.slots import dated
from bot.knowledge.facts import Facts, Protocol, Token
from bot.market.chart import History, premiums, text_twin
from bot.market.market import Details, Market
from bot.market.pasts import RANGES
from bot.market.prices import ETHER
from bot.market.quotes import LARGE, Held, Quote

FEWEST, MOST = 2, 5
"""Tokens that can be compared."""
DETAIL_WITHIN: Final = 1.5
"""Seconds that yields and totals are waited for beside a price."""
PICTURES: Final = 16
"""Pictures that are held, each for as long as its data stays the same."""
_NOT_DRAWN: Final[Mapping[Held, str]] = {
    Held.DISAGREE: "Two sources disagree about the price, so no premium is drawn",
    Held.INCIDENT: "An incident is open, so no premium is drawn",
    Held.PAUSED: "The rate is paused, so no premium is drawn",
    Held.FROZEN: "The rate is frozen, so no premium is drawn",
    Held.JUMPED: "The rate jumped, so no premium is drawn",
    Held.UNCONFIRMED: "The price is not confirmed, so no premium is drawn",
}
_FAR: Final = "The past has one source only, and its price was far from the rate, so no premium is drawn"


@dataclass(frozen=True, slots=True)
class PriceView:
    """Prices ready to be shown. `banners` are open incidents; `notes` are small print below all sections; `symbols`
    say what to ask again for. `has_background` says that more is known of the protocols behind them.
    """

    title: str
    sections: tuple[QuoteText, ...]
    quotes: tuple[Quote, ...]
    banners: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    details: Mapping[str, Details] | None = None
    has_background: bool = False

    @property
    def symbols(self) -> tuple[str, ...]:
        """The tokens shown, in order."""
        return tuple(quote.token.symbol for quote in self.quotes)


@dataclass(frozen=True, slots=True)
class ChartView:
    """A price history: the same numbers as a picture (PNG) and as text. Without data only the text."""

    symbol: str
    days: int
    title: str
    text: str
    picture: bytes | None = None
    banners: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class PriceDesk:
    """Answers what members ask about prices by name of a token."""

    def __init__(self, market: Market, facts: Facts) -> None:
        self._market, self._facts = market, facts
        self._spellings = _spellings(market.tokens, facts)
        self._pictures: OrderedDict[tuple[str, int], tuple[object, bytes]] = OrderedDict()
        self._drawing = asyncio.Semaphore(1)

    @property
    def symbols(self) -> tuple[str, ...]:
        """The tokens that have a price, in the order of the files."""
        return tuple(token.symbol for token in self._market.tokens)

    @property
    def comparable(self) -> tuple[str, ...]:
        """The tokens that can be compared: those that stand for staked or restaked ETH."""
        return tuple(token.symbol for token in self._market.tokens if token.stands_for_ether)

    def find(self, typed: str) -> str | None:
        """The token that a spelling means: its symbol in any capitals, an alias, or its protocol's name."""
        return self._spellings.get(_plain(typed))

    def suggest(self, typed: str, *, comparable: bool = False) -> list[tuple[str, str]]:
        """Symbols with their names for what has been typed so far, those that begin with it first."""
        wanted = _plain(typed)
        symbols = self.comparable if comparable else self.symbols
        begin = {symbol for spelling, symbol in self._spellings.items() if spelling.startswith(wanted)}
        hold = {symbol for spelling, symbol in self._spellings.items() if wanted in spelling}
        ordered = [one for one in symbols if one in begin] + [one for one in symbols if one in hold - begin]
        return [(symbol, self._facts.tokens[symbol].name) for symbol in ordered]

    def meant(self, words: Sequence[str], usual: Sequence[str]) -> tuple[str, ...]:
        """The tokens that a question in plain words is about, of those that have a price.

        Tokens go before protocols, and none is taken where only tokens without a price are named. Where nothing is
        named these are `usual`. ETH is what others are priced in, so beside them it counts only if it is usual.
        """
        lower = {symbol.lower(): symbol for symbol in self._facts.tokens}
        named = dict.fromkeys(lower[word] for word in words if word in lower)
        asked = [one for one in named if one != ETHER or ETHER in usual]
        protocols = [self._spellings[word] for word in words if word in self._facts.protocols.keys() & self._spellings]
        ether = [ETHER] if ETHER in named else []
        return tuple(one for one in asked or dict.fromkeys(protocols) or [*ether, *usual] if one in self.symbols)

    async def one(self, symbol: str) -> PriceView:
        """A token with everything known of it."""
        return self._view(f"{symbol} price", await self.figures([symbol]))

    async def figures(self, symbols: Sequence[str]) -> list[tuple[Quote, Details]]:
        """Quotes with what stands beside them, as data."""
        quotes, details = await asyncio.gather(
            self._market.quotes(symbols), self._market.details(symbols, DETAIL_WITHIN)
        )
        return [(quote, details.get(quote.token.symbol, Details())) for quote in quotes]

    async def board(self) -> PriceView:
        """All tokens, one line each."""
        return await self._lines(self.symbols)

    async def several(self, symbols: Sequence[str]) -> PriceView:
        """What a question about some tokens gets: one in full, more as lines."""
        return await (self.one(symbols[0]) if len(symbols) == 1 else self._lines(symbols))

    async def _lines(self, symbols: Sequence[str]) -> PriceView:
        quotes = await self._market.quotes(symbols)
        any_price = any(quote.spot or quote.others for quote in quotes)
        text = QuoteText("Prices", tuple(map(board_line, quotes)) if any_price else (NO_PRICES,))
        return PriceView("Live prices", (text,), tuple(quotes), self._banners(quotes), board_notes(quotes))

    async def compare(self, symbols: Sequence[str]) -> PriceView:
        """Two to five tokens one under the other, with the ways out of each."""
        figures = await self.figures(symbols)
        quotes = [quote for quote, _ in figures]
        view = self._view(" · ".join(quote.token.symbol for quote in quotes), figures)
        sections = tuple(
            replace(text, beside=(*text.beside, *self._exits(quote)), fine_print=())
            for text, quote in zip(view.sections, quotes, strict=True)
        )
        methods = [METHODS] if any(METHODS in text.fine_print for text in view.sections) else []
        notes = (*methods, *premium_notes(quotes))
        return replace(view, sections=sections, notes=notes, has_background=self._has_background(quotes))

    async def chart(self, symbol: str, days: int) -> ChartView:
        """The market price against the stated rate over the last days."""
        history, quotes = await asyncio.gather(self._market.history(symbol, days), self._market.quotes([symbol]))
        name = next((one.name for one in RANGES if one.days >= days), RANGES[-1].name)
        title, banners = f"{symbol} over {name}", self._banners(quotes)
        warnings = tuple(line for quote in quotes for line in (*disagreement(quote), *warnings_of(quote, self._facts)))
        if history is None:
            text = "No provider tells the price history at the moment. Please try again in a minute."
            return ChartView(symbol, days, title, text, None, banners, warnings)
        held_back = next(filter(None, map(_held_back, quotes)), "") or _too_far(history)
        picture = await self._drawn(history, held_back)
        return ChartView(symbol, days, title, text_twin(history, held_back=held_back), picture, banners, warnings)

    async def _drawn(self, history: History, held_back: str) -> bytes:
        """The picture, drawn in a thread of its own, one at a time: drawing must hold up no answer."""
        key = history.symbol, history.days
        wanted = history.market, history.rate, held_back, history.now.replace(second=0, microsecond=0)
        async with self._drawing:
            known = self._pictures.get(key)
            if known is not None and known[0] == wanted:
                return known[1]
            picture = await asyncio.to_thread(_draw, history, held_back)
            self._pictures[key] = wanted, picture
            self._pictures.move_to_end(key)
            while len(self._pictures) > PICTURES:
                self._pictures.popitem(last=False)
            return picture

    def _view(self, title: str, figures: Sequence[tuple[Quote, Details]]) -> PriceView:
        quotes = tuple(quote for quote, _ in figures)
        sections = tuple(quote_text(quote, self._facts, detail.apy, detail.tvl) for quote, detail in figures)
        notes = sections[0].fine_print if len(sections) == 1 else ()
        details = {quote.token.symbol: detail for quote, detail in figures}
        return PriceView(title, sections, quotes, self._banners(quotes), notes, details)

    def _banners(self, quotes: Sequence[Quote]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(case.banner for quote in quotes for case in quote.incidents))

    def _exits(self, quote: Quote) -> list[str]:
        protocol = self._facts.protocols.get(quote.token.protocol)
        said = "" if protocol is None else ways_out(protocol, self._facts)
        return [f"Ways out at {issuer_of(quote, self._facts)}: {said}"] if said else []

    def _has_background(self, quotes: Sequence[Quote]) -> bool:
        protocols = (self._facts.protocols.get(quote.token.protocol) for quote in quotes)
        return any(one is not None and (one.yield_from or one.risks) for one in protocols)


def ways_out(protocol: Protocol, facts: Facts) -> str:
    """How long leaving a protocol takes and what it costs, as dated figures and a note; empty where that is unknown."""
    figures = [facts.figures[name] for name in protocol.exits if name in facts.figures]
    known = "; ".join(f"{figure.label or figure.id.replace('-', ' ')} {dated(figure)}" for figure in figures)
    return " ".join(filter(None, (f"{known}." if known else "", protocol.exit_note)))


def _plain(typed: str) -> str:
    return " ".join(typed.lower().split()).lstrip("$ ")


def _spellings(tokens: Sequence[Token], facts: Facts) -> dict[str, str]:
    """Every spelling with the symbol it means; a protocol's name means its first token that has a rate.

    What a token without a price is called means no other: whoever types PUFFER is not told the price of pufETH.
    """
    found = {token.symbol.lower(): token.symbol for token in facts.tokens.values()}
    for token in facts.tokens.values():
        for spelling in (token.name, *token.aliases):
            found.setdefault(spelling.lower(), token.symbol)
    for protocol in facts.protocols.values():
        own = [token for token in tokens if token.protocol == protocol.id]
        first = next((token for token in own if token.rate_contract), own[0] if own else None)
        if first is not None:
            for spelling in (protocol.id, protocol.name, *protocol.aliases):
                found.setdefault(spelling.lower(), first.symbol)
    priced = {token.symbol for token in tokens}
    return {spelling: symbol for spelling, symbol in found.items() if symbol in priced}


def _held_back(quote: Quote) -> str:
    """Why a picture shows no premium; empty where it may."""
    return next((_NOT_DRAWN[held] for held in quote.held if held in _NOT_DRAWN), "")


def _too_far(history: History) -> str:
    """A gap that large is shown only where a second source confirms it, and the past has none."""
    return _FAR if any(abs(premium.value) >= LARGE for premium in premiums(history)) else ""


def _draw(history: History, held_back: str) -> bytes:
    from bot.market.drawing import draw  # noqa: PLC0415 - the picture library is loaded when the first chart is asked for

    return draw(history, held_back=held_back)
