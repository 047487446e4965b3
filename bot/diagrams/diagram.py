"""What one explanatory picture says, as immutable data."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

FORMAT: Final = 1
"""To be counted up when the same description is drawn in another way, so that all drawings count as old."""
FIGURE: Final = re.compile(r"\{figure:([A-Za-z0-9-]+)\}")
"""A place in a text that a dated figure fills."""
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Not from `strftime`, which writes the months of the machine's language."""


class Kind(StrEnum):
    """How a picture is built: towers of layers side by side, or one card under the other."""

    STACKS = "stacks"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Named:
    """Where the picture's content comes from: the day that the source speaks of, and its name."""

    when: date
    name: str


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer that towers are built of, and what it brings with it."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Column:
    """A tower: its name, a few words about it, and the names of its layers from the top down."""

    name: str
    says: str
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A card: `facts` are pairs of a label and what is said under it. `mark` is one sign in front of the name,
    `tag` a few words behind it, `heading` stands above the card; each may be empty.
    """

    name: str
    facts: tuple[tuple[str, str], ...]
    mark: str = ""
    tag: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Diagram:
    """A picture. `alt` says in a sentence or two what it shows; `as_of` is the day up to which its sources speak.
    Stacks have `layers` and `columns`, rows have `rows`.
    """

    kind: Kind
    title: str
    alt: str
    as_of: date
    sources: tuple[Named, ...]
    notes: tuple[str, ...] = ()
    layers: tuple[Layer, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()


def filled(diagram: Diagram, figures: Mapping[str, str]) -> Diagram:
    """`diagram` with each `{figure:id}` as `figures` says it. Raises KeyError for one that is not there."""
    found: Diagram = _changed(diagram, lambda text: FIGURE.sub(lambda slot: figures[slot[1]], text))
    return found


def texts_of(diagram: Diagram) -> tuple[str, ...]:
    """Every text of the picture, `alt` included."""
    found: list[str] = []

    def noted(text: str) -> str:
        found.append(text)
        return text

    _changed(diagram, noted)
    return tuple(found)


def _changed(part: Any, change: Callable[[str], str]) -> Any:
    """`part` of a picture with every text in it changed."""
    if type(part) is str:
        return change(part)
    if isinstance(part, tuple):
        return tuple(_changed(one, change) for one in part)
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{field.name: _changed(getattr(part, field.name), change) for field in fields(part)})
    return part


def digest_of(diagram: Diagram) -> str:
    """Names what a drawing shows, its filled figures included, in 16 hexadecimal digits."""
    content = json.dumps([FORMAT, asdict(diagram)], default=str, sort_keys=True)
    return sha256(content.encode()).hexdigest()[:16]


def short_date(day: date) -> str:
    """`2 Oct 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def origin_of(diagram: Diagram) -> str:
    """The last lines of a picture: how far its sources reach, and which they are."""
    names = "; ".join(f"{source.name} ({short_date(source.when)})" for source in diagram.sources)
    return f"As of {short_date(diagram.as_of)}. Sources: {names}."
