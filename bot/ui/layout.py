"""What cards are made of: a framed panel of text, with rows of buttons and menus under it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any

import discord

from bot.ui import limits
from bot.ui.ids import Action, Shown, entry_id, plain_id, prices_id
from bot.ui.text import clean, escape, one_line, shortened

Button = discord.ui.Button[Any]
Row = discord.ui.ActionRow[Any]
Part = discord.ui.Item[Any]


class Colour(IntEnum):
    """The edge of a panel, which tells outcomes apart at a glance."""

    ANSWER = 0x3B82F6
    LIVE = 0x14B8A6
    ASK_BACK = 0xEAB308
    QUIET = 0x6B7280
    SAFETY = 0xF97316
    INCIDENT = 0xB91C1C


@dataclass(frozen=True, slots=True)
class Place:
    """Where a card stands, which decides on its buttons. `shareable` asks for a Share button and `shared` shows that it
    was pressed. A `public` card is seen by others, so nothing on it can be changed by whoever presses a button;
    `shared_by` is the name of the member who posted it, as they chose it.
    """

    shareable: bool = False
    shared: bool = False
    public: bool = False
    shared_by: str | None = None

    @property
    def share_label(self) -> str:
        """What stands on the Share button."""
        return "Shared" if self.shared else "Share"


ALONE = Place()
"""Where nobody else is."""
PRIVATE = Place(shareable=True)
"""Among others, seen by one member."""
SHARED = Place(shareable=True, shared=True)
"""The same after Share was pressed."""
PUBLIC = Place(public=True)


"""In a channel."""


def posted(by: str) -> Place:
    """In a channel, where a member of that name posted it."""
    return Place(public=True, shared_by=by)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture (PNG) that is sent with a card. `name` is a file name of letters, digits, dots and dashes;
    `description` says to who cannot see it what it shows.
    """

    name: str
    data: bytes
    description: str


class Card(discord.ui.LayoutView):
    """One message. Its buttons carry their own state, so discord.py is told not to keep it in memory.

    `pictures` are sent with it; where each stands says a `gallery` among its parts.
    """

    def __init__(self, parts: Iterable[Part], pictures: Sequence[Picture] = ()) -> None:
        super().__init__(timeout=None)
        self.pictures = tuple(pictures)
        self._made: list[dict[str, Any]] | None = None
        for part in parts:
            self.add_item(part)

    def is_finished(self) -> bool:
        """Always: an answer must cost neither a timer nor a place in the store of views."""
        return True

    def to_components(self) -> list[dict[str, Any]]:
        """What is sent, made once: a card does not change, and popular ones are sent again and again."""
        if self._made is None:
            self._made = super().to_components()  # type: ignore[no-untyped-call]
        return self._made

    def headed(self, line: str) -> "Card":
        """The same card with one small line above it; cards leave room for it."""
        return _Headed(line, self)


class _Headed(Card):
    """A line above another card, which stays as it is."""

    def __init__(self, line: str, card: Card) -> None:
        super().__init__([small(line)], card.pictures)
        self._card = card

    def to_components(self) -> list[dict[str, Any]]:
        return [*super().to_components(), *self._card.to_components()]


def panel(colour: Colour, *parts: Part | None) -> discord.ui.Container[Any]:
    """A frame around the parts that there are."""
    return discord.ui.Container(*filter(None, parts), accent_colour=int(colour))


def text(content: str) -> discord.ui.TextDisplay[Any]:
    """A piece of Markdown. Discord refuses an empty one and what cannot be printed."""
    return discord.ui.TextDisplay(clean(content) or "…")


def titled(title: str, body: str, room: int = limits.PAGE) -> discord.ui.TextDisplay[Any]:
    """A title with a text under it."""
    return discord.ui.TextDisplay(_titled(title, body, room))


@lru_cache(maxsize=256)  # the same entries are shown again and again
def _titled(title: str, body: str, room: int) -> str:
    return f"### {shortened(one_line(title), limits.TITLE) or '…'}\n{shortened(clean(body), room)}".rstrip()


def small(*lines: str) -> discord.ui.TextDisplay[Any]:
    """Small print, one line for each."""
    return text("\n".join(f"-# {line}" for line in lines))


def gallery(picture: Picture) -> discord.ui.MediaGallery[Any]:
    """The place of a picture that is sent with the card."""
    return discord.ui.MediaGallery(
        discord.MediaGalleryItem(f"attachment://{picture.name}", description=picture.description)
    )


def incidents(banners: Iterable[str]) -> list[Part]:
    """Open incidents in a frame of their own, which stands above everything else; nothing without any."""
    lines = "\n".join(f"⚠️ **{banner}**" for banner in map(one_line, banners) if banner)
    return [panel(Colour.INCIDENT, text(shortened(lines, limits.BANNERS)))] if lines else []


def posted_by(name: str | None) -> list[Part]:
    """Who posted a card for everybody, by the name they chose; nothing for a card that nobody did."""
    return [] if name is None else [small(f"Shared by **{escape(name)}**")]


def divider() -> discord.ui.Separator[Any]:
    """A thin line, which sets small print apart from the text above it."""
    return discord.ui.Separator()


def press(
    action: Action, label: str, entry: str | None = None, *, page: int = 0, emoji: str | None = None
) -> Button | None:
    """A button; None where the entry's id does not fit into one."""
    custom_id = plain_id(action) if entry is None else entry_id(action, entry, page)
    if custom_id is None:
        return None
    return discord.ui.Button(label=_label(label, limits.LABEL), custom_id=custom_id, emoji=emoji)


def price_press(
    action: Action, label: str, shown: Shown, *, emoji: str | None = None, disabled: bool = False
) -> Button | None:
    """A button under a card of prices; None where its tokens do not fit into one."""
    custom_id = prices_id(action, shown)
    if custom_id is None:
        return None
    return discord.ui.Button(label=label, custom_id=custom_id, emoji=emoji, disabled=disabled)


def row(*buttons: Button | None) -> Row | None:
    """The buttons that there are, at most five, side by side."""
    present = [button for button in buttons if button is not None]
    return discord.ui.ActionRow(*present) if present else None


def menus(action: Action, placeholder: str, options: Iterable[tuple[str, str]]) -> list[Row]:
    """Select menus for pairs of value and label, 25 to a menu; values that are too long or double are left out."""
    usable = {value: label for value, label in options if 0 < len(value) <= limits.CUSTOM_ID and value.isascii()}
    choices = list(usable.items())
    starts = range(0, len(choices), limits.OPTIONS)
    return [
        menu(plain_id(action, number), placeholder, choices[start : start + limits.OPTIONS])
        for number, start in enumerate(starts[: limits.MENUS])
    ]


def menu(custom_id: str, placeholder: str, options: Iterable[tuple[str, str]]) -> Row:
    """One select menu for at most 25 pairs of value and label, each value different."""
    choices = [discord.SelectOption(label=_label(label, limits.OPTION_LABEL), value=value) for value, label in options]
    shown = _label(placeholder, limits.PLACEHOLDER)
    return discord.ui.ActionRow(discord.ui.Select(custom_id=custom_id, placeholder=shown, options=choices))


@lru_cache(maxsize=512)
def _label(label: str, room: int) -> str:
    return shortened(one_line(label), room) or "…"
