"""Protocols as cards. Pure: whatever a table holds, the card stays within Discord's limits."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.answering.protocols import IN_FULL, ISSUERS, UNGRADED, UNRANKED, ProtocolTable, ProtocolText, banners_of
from bot.ui import limits
from bot.ui.fitting import AROUND, Groups, cost, fitted, tidied
from bot.ui.ids import Action
from bot.ui.layout import (
    Button,
    Card,
    Colour,
    Part,
    Place,
    Row,
    divider,
    incidents,
    menus,
    panel,
    posted_by,
    press,
    row,
    small,
    text,
    titled,
)

TITLE: Final = "Protocols compared"
BEHIND: Final = "Yield and risks"
ONE: Final = "One protocol in full"
SHORTENED: Final = "Some of this is shortened to fit into one message; the menu below shows a protocol in full."
NOTHING: Final = "There is no protocol here to compare."
MOST_TEXTS: Final = 12
"""Texts that stand apart in one list; a message holds 40 parts of all kinds."""
_YIELD, _RISKS, _EXITS = "Yield from: ", "Risk factors, each with its date:", "Ways out: "


def protocols_card(table: ProtocolTable, place: Place) -> Card:
    """All protocols with what they hold and the names of what can go wrong; each opens in full."""
    first, then = _kept([_brief(one) for one in table.layers], [_brief(one) for one in table.issuers], table, place)
    parts = [titled(TITLE, "" if table.all else NOTHING), *_blocks(first)]
    parts += [divider(), text(f"**{ISSUERS}**"), *_blocks(then)] if then else []
    parts += [divider(), small(IN_FULL, UNRANKED)] if table.all else []
    return _card(table.banners, place, [*parts, _buttons(place), *_menu(table.all, place)])


def protocol_card(one: ProtocolText, place: Place) -> Card:
    """One protocol with everything known of it."""
    lines = [one.what, f"{_YIELD}{one.yield_from}" if one.yield_from else ""]
    exits = [f"{_EXITS}{one.exits}", f"{one.deposited} {one.note}"]
    room = _room(one.banners, place) - cost([[one.heading, _RISKS]])
    about, risks, leaving = fitted([_bold(lines), _risks(one), _bold(exits)], room)
    parts = [titled(one.heading, "\n".join(about)), *_listed(risks), *_blocks([leaving])]
    everything = None if place.public else press(Action.PROTOCOLS, "All protocols")
    return _card(one.banners, place, [*parts, divider(), small(UNGRADED), _buttons(place, one.id, everything)])


def behind_card(found: Sequence[ProtocolText], place: Place) -> Card:
    """Where the yield of some tokens comes from, and what can go wrong at the protocols behind them."""
    whole = [
        [one.heading, *_bold([f"{_YIELD}{one.yield_from}"]), *(f"- {risk}" for risk in _risks(one))] for one in found
    ]
    banners = banners_of(found)
    kept = fitted(whole, _room(banners, place) - cost([[SHORTENED]]))
    fine_print = [UNGRADED] if kept == tidied(whole) else [SHORTENED, UNGRADED]
    parts = [titled(BEHIND, "" if found else NOTHING), *_blocks(map(_headed, kept)), divider(), small(*fine_print)]
    return _card(banners, place, [*parts, *_menu(found, place)])


def _brief(one: ProtocolText) -> list[str]:
    named = ", ".join(factor for factor, _ in one.factors)
    risks = f"-# Risk factors: {named}" if named else ""
    if one.is_layer:
        return [one.heading, one.what, f"{one.deposited} {one.note}", risks]
    return [one.heading, one.deposited, risks]


def _kept(
    layers: Groups, issuers: Groups, table: ProtocolTable, place: Place
) -> tuple[list[list[str]], list[list[str]]]:
    """Both lists of short texts within the room of a card."""
    kept = fitted([*layers, *issuers], _room(table.banners, place) - cost([[ISSUERS]]))
    headed = [_headed(lines) for lines in kept]
    return headed[: len(layers)], headed[len(layers) :]


def _headed(lines: Sequence[str]) -> list[str]:
    return [f"**{lines[0]}**", *lines[1:]] if lines else []


def _bold(lines: Sequence[str]) -> list[str]:
    """Lines whose beginning up to a colon says what they are, with that in bold."""
    known = (_YIELD, _EXITS)
    return [
        next((f"**{start.strip()}** {line.removeprefix(start)}" for start in known if line.startswith(start)), line)
        for line in lines
    ]


def _risks(one: ProtocolText) -> list[str]:
    return [f"**{factor}**: {evidence}" for factor, evidence in one.factors]


def _listed(risks: Sequence[str]) -> list[Part]:
    return [text("\n".join([f"**{_RISKS}**", *(f"- {risk}" for risk in risks)]))] if risks else []


def _blocks(groups: Iterable[Sequence[str]]) -> list[Part]:
    """A text for each group; one for all where a card could not hold as many."""
    found = ["\n".join(lines) for lines in groups if lines]
    return [text("\n".join(found))] if len(found) > MOST_TEXTS else [text(one) for one in found]


def _menu(found: Sequence[ProtocolText], place: Place) -> list[Row]:
    if place.public:
        return []
    return menus(Action.PROTOCOL, ONE, [(one.id, one.heading) for one in found])


def _buttons(place: Place, protocol: str | None = None, *more: Button | None) -> Row | None:
    """A public card stays as it is; who presses there gets their own."""
    if place.public:
        return row(press(Action.PROTOCOLS, "Ask for yourself", protocol))
    sharing = press(Action.POST_PROTOCOLS, place.share_label, protocol) if place.shareable else None
    if sharing is not None:
        sharing.disabled = place.shared
    return row(sharing, *more)


def _card(banners: Sequence[str], place: Place, parts: Iterable[Part | None]) -> Card:
    return Card([*posted_by(place.shared_by), *incidents(banners), panel(Colour.LIVE, *parts)])


def _room(banners: Sequence[str], place: Place) -> int:
    """What the protocols may take once everything around them has its room."""
    around = limits.NOTICE + limits.TITLE + AROUND + min(cost([banners]), limits.BANNERS) + cost([[IN_FULL, UNRANKED]])
    return limits.TEXT - around - (0 if place.shared_by is None else limits.NAME)
