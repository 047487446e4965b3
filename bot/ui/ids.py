"""Custom ids of buttons and menus. They hold all the state there is, so that a press means the same after a restart.

The version in front lets a later release read, or refuse kindly, what an older one sent.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.ui import limits

VERSION: Final = "rb1"
_ENTRY: Final = r"(?P<entry>[a-z0-9-]+)"
_USABLE = re.compile(r"[a-z0-9-]+")
_NAME: Final = r"[a-z0-9-]+"
_SYMBOL: Final = r"[A-Za-z0-9]{1,12}"


class Action(StrEnum):
    """What a press asks for."""

    OPEN = "open"
    MORE = "more"
    SOURCES = "src"
    RELATED = "rel"
    HELPFUL = "up"
    NOT_HELPFUL = "down"
    SHARE = "share"
    TOPICS = "topics"
    BACK = "back"
    TOPIC = "topic"
    PICK = "pick"
    ERASE = "erase"
    SEE = "see"
    RENEW = "renew"
    POST = "post"
    DETAILS = "details"
    BEHIND = "behind"
    PROTOCOLS = "protocols"
    PROTOCOL = "protocol"
    POST_PROTOCOLS = "post-protocols"
    GUIDE = "guide"
    AGAIN = "again"
    ANSWERS = "set-answers"
    MENTIONS = "set-mentions"
    MODERATORS = "set-moderators"
    VERSION = "kb-version"
    VERSIONS = "kb-versions"
    SERVE = "kb-serve"
    CONFIRM = "kb-confirm"
    WITHDRAW = "kb-withdraw"
    GAPS = "kb-gaps"
    DRAFT = "kb-draft"
    PHRASING = "kb-phrasing"
    ASIDE = "kb-aside"
    BRING_BACK = "kb-bring-back"
    PREVIEW = "kb-preview"


class Screen(StrEnum):
    """What a card of prices shows: all tokens, one, some as lines, some compared, or the chart of one."""

    ALL = "all"
    ONE = "one"
    SOME = "some"
    SIDE_BY_SIDE = "side"
    CHART = "chart"


@dataclass(frozen=True, slots=True)
class Shown:
    """What to ask for to make a card of prices anew. `symbols` are empty for all tokens; `days` is the range of a
    chart.
    """

    screen: Screen
    symbols: tuple[str, ...] = ()
    days: int = 0

    @classmethod
    def of(cls, symbols: tuple[str, ...]) -> "Shown":
        """The plain prices of some tokens."""
        return cls(Screen.ONE if len(symbols) == 1 else Screen.SOME, symbols)


def entry_id(action: Action, entry: str, page: int = 0) -> str | None:
    """The id of a press about an entry, or None where the entry's id is too long or no id that a file can have."""
    found = f"{VERSION}:{action}:{entry}" + (f":{page}" if page else "")
    return found if len(found) <= limits.CUSTOM_ID and _USABLE.fullmatch(entry) else None


def plain_id(action: Action, number: int | None = None) -> str:
    """The id of a press that is about no entry; `number` tells several menus of one card apart."""
    return f"{VERSION}:{action}" + ("" if number is None else f":{number}")


def entry_template(action: Action) -> str:
    """Matches `entry_id(action, …)`; the groups are `entry` and `page`."""
    return rf"{VERSION}:{action}:{_ENTRY}(?::(?P<page>\d{{1,3}}))?"


def plain_template(action: Action) -> str:
    """Matches `plain_id(action, …)`."""
    return rf"{VERSION}:{action}(?::\d{{1,2}})?"


def switch_id(action: Action, *, on: bool) -> str:
    """The id of a press that turns something on or off; pressed twice it does so once."""
    return f"{VERSION}:{action}:{'on' if on else 'off'}"


def switch_template(action: Action) -> str:
    """Matches `switch_id(action, …)`; the group `on` is `on` or `off`."""
    return rf"{VERSION}:{action}:(?P<on>on|off)"


def pair_id(action: Action, first: str, second: str) -> str | None:
    """The id of a press about two names, such as two versions, or None where these are none an id can hold."""
    found = f"{VERSION}:{action}:{first}:{second}"
    return found if len(found) <= limits.CUSTOM_ID and all(map(_USABLE.fullmatch, (first, second))) else None


def pair_template(action: Action) -> str:
    """Matches `pair_id(action, …)`; the groups are `first` and `second`."""
    return rf"{VERSION}:{action}:(?P<first>{_NAME}):(?P<second>{_NAME})"


def guide_id(answers: Sequence[str]) -> str | None:
    """The id of the menu that asks what follows `answers` of the guide, or None where these are none an id can hold."""
    found = ":".join([VERSION, Action.GUIDE, *([".".join(answers)] if answers else [])])
    return found if len(found) <= limits.CUSTOM_ID and all(map(_USABLE.fullmatch, answers)) else None


def guide_template() -> str:
    """Matches `guide_id(…)`; `answers_in` reads it."""
    return rf"{VERSION}:{Action.GUIDE}(?::(?P<answers>{_NAME}(?:\.{_NAME})*))?"


def answers_in(match: re.Match[str]) -> tuple[str, ...]:
    """The answers that a custom id of `guide_template` holds."""
    return tuple(filter(None, (match["answers"] or "").split(".")))


def protocols_template(action: Action) -> str:
    """Matches the id of a press about all protocols, or about the one that the group `protocol` names."""
    return rf"{VERSION}:{action}(?::(?P<protocol>{_NAME}))?"


def prices_id(action: Action, shown: Shown) -> str | None:
    """The id of a press about a card of prices, or None where a symbol is none that an id can hold or all are too
    long.
    """
    parts = [VERSION, action, shown.screen, ".".join(shown.symbols), str(shown.days or "")]
    found = ":".join(parts).rstrip(":")
    return found if len(found) <= limits.CUSTOM_ID and re.fullmatch(prices_template(action), found) else None


def prices_template(action: Action) -> str:
    """Matches `prices_id(action, …)` and nothing else; `shown_by` reads it."""
    one = rf"{Screen.ONE}:{_SYMBOL}"
    several = rf"(?:{Screen.SOME}|{Screen.SIDE_BY_SIDE}):{_SYMBOL}(?:\.{_SYMBOL}){{1,9}}"
    chart = rf"{Screen.CHART}:{_SYMBOL}:\d{{1,3}}"
    return rf"{VERSION}:{action}:(?P<shown>{Screen.ALL}|{one}|{several}|{chart})"


def shown_by(match: re.Match[str]) -> Shown:
    """What a custom id of `prices_template` stands for."""
    screen, symbols, days = (*match["shown"].split(":"), "", "")[:3]
    return Shown(Screen(screen), tuple(filter(None, symbols.split("."))), int(days or 0))
