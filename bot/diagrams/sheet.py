"""The paper that a picture is laid out on: measured texts, each in the frame that it belongs to, and flat shapes.

Imported when a picture is drawn or checked, since measuring loads Pillow. Lengths are pixels of the finished picture.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.market.canvas import Box, Colour, Place, box_of, width_of, writable

WIDTH: Final = 900
MARGIN: Final = 36
EDGE: Final = 4
"""Of the line around the picture, which sets it off on a light and on a dark page."""
PAPER: Final = (0x2B, 0x2D, 0x31)
FIELD: Final = (0x36, 0x39, 0x3F)
RULE: Final = (0x8A, 0x8E, 0x98)
INK: Final = (0xF2, 0xF3, 0xF5)
SOFT: Final = (0xC4, 0xC9, 0xD0)
ACCENTS: Final = (
    (0x56, 0xB4, 0xE9),
    (0xE6, 0x9F, 0x00),
    (0x2F, 0xB8, 0x8D),
    (0xF0, 0xE4, 0x42),
    (0xDB, 0x8E, 0xBA),
    (0xF0, 0x7B, 0x3A),
    (0xB5, 0xBA, 0xC1),
)
"""After Okabe and Ito 2008, for people with any colour vision; the darker ones lightened for a dark ground."""

TITLE: Final = 46
NAME: Final = 34
TEXT: Final = 29
FINE: Final = 28
"""Sizes of texts. On a phone the picture is 360 px wide or more, where the smallest text is still 11 px."""
LEADING: Final = 1.28
"""From one base line to the next, in sizes of the text."""
SHORT: Final = 0.3
"""A last line that takes less than this share of its width looks lost."""
_DATE = re.compile(r"\(?\b(?:\d{1,2} )?[A-Z][a-z]{2,8} \d{4}\b\)?")
_TIED: Final = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled rectangle, its corners rounded by `radius`."""

    box: Box
    colour: Colour
    radius: float = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: the left end of its base line, what it covers, the frame it belongs to and what lies behind."""

    text: str
    start: Place
    size: int
    colour: Colour
    box: Box
    frame: Box
    ground: Colour


@dataclass(frozen=True, slots=True)
class Block:
    """A text broken into lines, not yet at its place."""

    lines: tuple[str, ...]
    size: int
    colour: Colour

    @property
    def height(self) -> float:
        """From the top of its first line to the bottom of its last."""
        return 0 if not self.lines else (len(self.lines) - 1) * self.pitch + tall(self.size)

    @property
    def pitch(self) -> float:
        """From one base line to the next."""
        return max(round(self.size * LEADING), tall(self.size))

    @property
    def width(self) -> float:
        """Of its longest line."""
        return max((width_of(line, self.size) for line in self.lines), default=0)


@dataclass(slots=True)
class Sheet:
    """What stands on the paper so far. `frames` never overlap, and each text lies in one of them or on the paper."""

    shapes: list[Shape] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)

    def write(self, block: Block, left: float, top: float, frame: Box, ground: Colour) -> float:
        """Put a text at its place and give where it ends, down the paper."""
        for number, text in enumerate(block.lines):
            start = (left, top + number * block.pitch - box_of("", (0, 0), block.size).top)
            box = box_of(text, start, block.size)
            self.lines.append(Line(text, start, block.size, block.colour, box, frame, ground))
        return top + block.height

    def panel(self, box: Box, edge: Colour, fill: Colour, *, radius: float = 14, width: float = 3) -> None:
        """A frame with a line around it."""
        inner = Box(box.left + width, box.top + width, box.right - width, box.bottom - width)
        self.shapes += [Shape(box, edge, radius), Shape(inner, fill, radius - width)]
        self.frames.append(box)


def tall(size: int) -> float:
    """How high a line of text is, from its highest letter to its lowest."""
    box = box_of("", (0, 0), size)
    return box.bottom - box.top


def block_of(text: str, size: int, width: float, colour: Colour = INK) -> Block:
    """A text in lines of at most `width`. A word that is wider is broken, so that nothing is cut off; a date stays on
    one line, and a last line of a single word is avoided.
    """
    units = [piece for unit in _units(writable(text)) for piece in _pieces(unit, size, width)]
    lines = _greedy(units, size, width)
    if len(lines) > 1 and width_of(lines[-1], size) < SHORT * width:
        lines = _even(units, size, width, len(lines))
    return Block(tuple(lines), size, colour)


def _units(text: str) -> list[str]:
    """What a line can be broken between: words, and dates as a whole."""
    joined = _DATE.sub(lambda date: date[0].replace(" ", _TIED), " ".join(text.split()))
    return [unit.replace(_TIED, " ") for unit in joined.split(" ") if unit]


def _pieces(word: str, size: int, width: float) -> list[str]:
    pieces = [""]
    for sign in word:
        if pieces[-1] and width_of(pieces[-1] + sign, size) > width:
            pieces.append("")
        pieces[-1] += sign
    return pieces


def _greedy(units: Sequence[str], size: int, width: float) -> list[str]:
    lines: list[str] = []
    for unit in units:
        longer = " ".join([*lines[-1:], unit])
        if lines and width_of(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(unit)
    return lines


def _even(units: Sequence[str], size: int, width: float, count: int) -> list[str]:
    """The same units in `count` narrower lines, so that the last one is not lost, where that can be had."""
    for narrower in range(int(width), int(width / 2), -4):
        lines = _greedy(units, size, narrower)
        if len(lines) > count:
            break
        if width_of(lines[-1], size) >= SHORT * width:
            return lines
    return _greedy(units, size, width)


def tinted(colour: Colour, share: float) -> Colour:
    """The colour of the paper with a share of another."""
    return tuple(round(one * share + paper * (1 - share)) for one, paper in zip(colour, PAPER, strict=True))
