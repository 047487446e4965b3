"""Which tokens a member means, and what to say where that cannot be told. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.answering.prices import FEWEST, MOST, PriceDesk
from bot.knowledge.hints import closest
from bot.market.prices import ETHER
from bot.ui.ids import Screen

NEAR: Final = 5
"""Tokens that are named where none has the name that was typed."""
ALL: Final = "`/price` without a token shows all that I follow."
NO_PRICES: Final = "This bot has no live prices. `/topics` lists what it can answer."
NO_CHART: Final = f"Charts show prices in {ETHER}, so there is none of {ETHER} itself. `/price` shows its price."
NONE_NAMED: Final = f"Name {FEWEST} to {MOST} tokens to compare."
TOO_FEW: Final = "That is one token only. Name at least two different ones to compare."


@dataclass(frozen=True, slots=True)
class Meant:
    """The symbols of the tokens that were named, each once, or in `trouble` a sentence about why there are none."""

    symbols: tuple[str, ...] = ()
    trouble: str = ""


def meant_by(prices: PriceDesk, screen: Screen, typed: Sequence[str]) -> Meant:
    """The tokens that `typed` name. What was typed is never repeated: it may be anything."""
    found = [prices.find(one) for one in typed]
    if None in found:
        place = found.index(None)
        return Meant(trouble=_unknown(prices, typed[place], place + 1 if len(typed) > 1 else None))
    symbols = tuple(dict.fromkeys(one for one in found if one is not None))
    return Meant(symbols, _unfit(prices, screen, symbols))


def _unknown(prices: PriceDesk, typed: str, place: int | None) -> str:
    where = "" if place is None else f" in `token{place}`"
    near = _near(prices, typed)
    hint = f" Did you mean {_either(near)}?" if near else ""
    return f"I follow no token by the name{where} that you typed.{hint} {ALL}"


def _near(prices: PriceDesk, typed: str) -> list[str]:
    """Symbols that hold what was typed, then those whose symbol or name looks like it."""
    holding = [symbol for symbol, _ in prices.suggest(typed)] if typed.strip() else []
    known = {spelling: symbol for symbol, name in prices.suggest("") for spelling in (symbol, name)}
    alike: list[str] = []
    while len(alike) < NEAR and (spelling := closest(typed, known)) is not None:
        alike.append(known.pop(spelling))
    return list(dict.fromkeys([*holding, *alike]))[:NEAR]


def _either(names: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _unfit(prices: PriceDesk, screen: Screen, symbols: tuple[str, ...]) -> str:
    """Why these tokens cannot be shown so; empty where they can."""
    if screen is Screen.CHART and symbols == (ETHER,):
        return NO_CHART
    if screen is not Screen.SIDE_BY_SIDE:
        return ""
    unlike = [symbol for symbol in symbols if symbol not in prices.comparable]
    if unlike:
        return (
            f"{unlike[0]} does not stand for staked or restaked {ETHER}, so it cannot be compared. "
            f"These can: {', '.join(prices.comparable)}."
        )
    if not symbols:
        return NONE_NAMED
    return TOO_FEW if len(symbols) < FEWEST else ""
