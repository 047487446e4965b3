"""Custom ids of buttons and menus. They hold all the state there is, so that a press means the same after a restart.

The version in front lets a later release read, or refuse kindly, what an older one sent.
"""

import re
from enum import StrEnum
from typing import Final

from bot.ui import limits

VERSION: Final = "rb1"
_ENTRY: Final = r"(?P<entry>[a-z0-9-]+)"
_USABLE = re.compile(r"[a-z0-9-]+")


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
