"""Prices as cards. Pure: whatever a view holds, the card stays within Discord's limits."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.answering.prices import MOST, ChartView, PriceView
from bot.answering.quoting import QuoteText
from bot.market.pasts import RANGES, Range, range_of
from bot.market.prices import ETHER
from bot.market.quotes import Age, Held, Quote
from bot.ui import limits
from bot.ui.fitting import AROUND, cost, fitted, tidied
from bot.ui.ids import Action, Screen, Shown
from bot.ui.layout import (
    Button,
    Card,
    Colour,
    Part,
    Picture,
    Place,
    divider,
    gallery,
    incidents,
    menus,
    panel,
    posted_by,
    price_press,
    row,
    small,
    text,
    titled,
)
from bot.ui.text import shortened

USUAL_DAYS: Final = 30
"""Range of a chart that nobody chose."""
SHORTENED: Final = "Some of this is shortened to fit into one message; compare fewer tokens to read all of it."
_FIRST: Final = 0.75
"""Share of the room that numbers and warnings may take, so that something is left for what stands beside them."""
_BEYOND: Final = 30
"""Room for saying how many more there are."""
_GRAVE: Final = frozenset({Held.DISAGREE, Held.INCIDENT, Held.PAUSED, Held.FROZEN, Held.JUMPED, Held.UNCONFIRMED})
"""What may cost a member money; the other reasons only say what is not known."""


def quote_card(view: PriceView, place: Place) -> Card:
    """One token with everything known of it."""
    notes = _notes(view.notes)
    parts, _ = _sections(view.sections[:1], view.quotes, "### {}", _room(view, place, notes))
    buttons = price_buttons(Shown(Screen.ONE, view.symbols), place)
    onward = [] if place.public else _onward(view.symbols)
    return _card(view, place, *(parts or [titled(view.title, "")]), *_fine_print(notes), row(*buttons, *onward))


def compare_card(view: PriceView, place: Place) -> Card:
    """Tokens one under the other."""
    notes = _notes((SHORTENED, *view.notes))
    sections, shared = _said_once(view)
    parts, is_whole = _sections(sections, view.quotes, "**{}**", _room(view, place, [*notes, *shared]))
    title = titled(view.title, "")
    shown = Shown(Screen.SIDE_BY_SIDE, view.symbols)
    background = price_press(Action.BEHIND, "Yield and risks", shown) if view.has_background else None
    buttons = row(*price_buttons(shown, place), None if place.public else background)
    fine_print = _fine_print(notes[1:] if is_whole else notes)
    return _card(view, place, title, divider(), *parts, *_block(shared), *fine_print, buttons)


def board_card(view: PriceView, shown: Shown, place: Place) -> Card:
    """Tokens with a line for each; `shown` says whether these are all there are."""
    notes = _notes(view.notes)
    (lines,) = tidied([[line for section in view.sections for line in section.lines]])
    (kept,) = fitted([lines], _room(view, place, notes) - _BEYOND)
    if len(kept) < len(lines):
        kept.append(f"… and {len(lines) - len(kept)} more.")
    names = [(quote.token.symbol, f"{quote.token.symbol}: {quote.token.name}") for quote in view.quotes]
    details = [] if place.public else menus(Action.DETAILS, "Details of one token", names)[:1]
    buttons = row(*price_buttons(shown, place))
    return _card(view, place, titled(view.title, "\n".join(kept)), *_fine_print(notes), buttons, *details)


def chart_card(view: ChartView, place: Place) -> Card:
    """A picture of a token's price with the same in words under it, or the words alone."""
    said, warnings = fitted([view.text.split("\n")], limits.BODY)[0], fitted([view.warnings], limits.CAVEATS)[0]
    pictures = [] if view.picture is None else [_picture(view, view.picture, said)]
    shown = Shown(Screen.CHART, (view.symbol,), view.days)
    body = panel(
        Colour.LIVE,
        titled(view.title, ""),
        *map(gallery, pictures),
        *_block(warnings),
        *([small(*said)] if pictures and said else _block(said)),
        row(_own(shown)) if place.public else row(*_ranges(view), _share(shown, place)),
    )
    return Card([*posted_by(place.shared_by), *incidents(view.banners), body], pictures)


def _picture(view: ChartView, data: bytes, said: Sequence[str]) -> Picture:
    alt = shortened("\n".join(said), limits.PICTURE_TEXT)
    return Picture(f"{view.symbol}-{view.days}-days.png", data, alt or view.symbol)


def price_buttons(shown: Shown, place: Place) -> list[Button | None]:
    """What can be pressed wherever prices stand. A public card stays as it is; who presses there gets their own."""
    if place.public:
        return [_own(shown)]
    return [price_press(Action.RENEW, "Refresh", shown), _share(shown, place)]


def _own(shown: Shown) -> Button | None:
    return price_press(Action.SEE, "Ask for yourself", shown)


def _share(shown: Shown, place: Place) -> Button | None:
    if not place.shareable:
        return None
    return price_press(Action.POST, place.share_label, shown, disabled=place.shared)


def _onward(symbols: tuple[str, ...]) -> list[Button | None]:
    """From one token to its chart and to all others. Charts are in ETH, so ETH itself has none."""
    chart = price_press(Action.SEE, "Chart", Shown(Screen.CHART, symbols, USUAL_DAYS))
    return [None if symbols == (ETHER,) else chart, price_press(Action.SEE, "All prices", Shown(Screen.ALL))]


def _ranges(view: ChartView) -> list[Button | None]:
    """The present range can be pressed only where nothing could be drawn, to try again."""
    present = None if view.picture is None else range_of(view.days)
    shown = [(one, Shown(Screen.CHART, (view.symbol,), one.days)) for one in RANGES]
    return [price_press(Action.RENEW, _brief(one), screen, disabled=one == present) for one, screen in shown]


def _brief(one: Range) -> str:
    """`24 h`, `30 d`, so that all ranges stand in one row of a phone."""
    number, _, unit = one.name.partition(" ")
    return f"{number} {unit[:1]}"


def _card(view: PriceView, place: Place, *parts: Part | None) -> Card:
    return Card([*posted_by(place.shared_by), *incidents(view.banners), panel(Colour.LIVE, *parts)])


def _notes(notes: Sequence[str]) -> list[str]:
    return fitted([notes], limits.CAVEATS)[0]


def _fine_print(notes: Sequence[str]) -> list[Part]:
    return [divider(), small(*notes)] if notes else []


def _room(view: PriceView, place: Place, notes: Sequence[str]) -> int:
    """What the sections may take once everything around them has its room."""
    title = min(cost([[view.title]]), limits.TITLE + AROUND)
    banners = min(cost([view.banners]), limits.BANNERS)
    name = 0 if place.shared_by is None else limits.NAME
    return limits.TEXT - limits.NOTICE - title - banners - name - cost([notes])


def _said_once(view: PriceView) -> tuple[list[QuoteText], list[str]]:
    """Sections without the warnings that all of them share, and those, unless the notes say so already."""
    sections = list(view.sections[:MOST])
    warnings = [dict.fromkeys(section.warnings) for section in sections]
    shared = [one for one in warnings[0] if all(one in others for others in warnings)] if len(sections) > 1 else []
    rest = [replace(one, warnings=tuple(w for w in one.warnings if w not in shared)) for one in sections]
    return rest, _notes(shared) if all(quote.rates_connected for quote in view.quotes) else []


def _sections(
    sections: Sequence[QuoteText], quotes: Sequence[Quote], heading: str, room: int
) -> tuple[list[Part], bool]:
    """Texts for each section within `room` units, and whether nothing had to be shortened for that. The numbers of all
    sections come first, close together, and then what stands beside them.
    """
    numbers = [group for one in sections for group in ((one.title, *one.lines), one.warnings)]
    beside = [_named(one.beside, quote) for one, quote in zip(sections, quotes, strict=False)]
    kept = fitted(numbers, int(room * _FIRST))
    kept_beside = fitted(beside, room - cost(kept))
    parts: list[Part] = []
    for place, quote in enumerate(quotes[: len(sections)]):
        parts += _numbers(heading, kept[2 * place], quote)
        parts += _block(_marked(kept[2 * place + 1], quote))
    parts += _beside(kept_beside, named=len(sections) > 1)
    return parts, kept == tidied(numbers) and kept_beside == tidied(beside)


def _named(lines: Sequence[str], quote: Quote) -> Sequence[str]:
    return (quote.token.symbol, *lines) if lines else ()


def _beside(groups: Sequence[Sequence[str]], *, named: bool) -> list[Part]:
    """What stands beside the numbers, under the symbol of its token where there are several."""
    parts: list[Part] = [divider()] if named and any(groups) else []
    for symbol, *lines in filter(None, groups):
        parts += _block([*([f"**{symbol}**"] if named else []), *(f"- {line}" for line in lines)])
    return parts


def _numbers(heading: str, lines: Sequence[str], quote: Quote) -> list[Part]:
    """The title and the numbers; where there is no price of now, the line that says so stands out."""
    title, *rest = lines or [quote.token.symbol]
    if rest and (quote.age is Age.LAST_KNOWN or (quote.spot is None and quote.others)):
        rest[0] = f"⚠️ **{rest[0]}**"
    return _block([heading.format(title), *rest])


def _marked(warnings: Sequence[str], quote: Quote) -> list[str]:
    """Warnings stand out, the most serious one most; that something is merely not known does not."""
    if not _GRAVE & set(quote.held) and not any(incident.paused for incident in quote.incidents):
        return list(warnings)
    return [f"⚠️ {warning}" if place else f"⚠️ **{warning}**" for place, warning in enumerate(warnings)]


def _block(lines: Sequence[str]) -> list[Part]:
    return [text("\n".join(lines))] if lines else []
