"""Paper for a picture: smooth shapes and sharp texts, each text with the rectangle that it covers.

The only module that knows Pillow, so it is imported when a picture is asked for, not at the start of the bot.
Lengths are pixels of the finished picture, from its upper left corner.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import pairwise
from math import hypot
from types import MappingProxyType

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

FINER = 2
"""Shapes are drawn this many times larger and scaled down, which smooths their edges."""
MINUS = "−"
"""The font has no minus sign; it is drawn as the bar of the plus sign, as typefaces do."""
_SIGNS = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("«°±´·»‘’“”…‹›™" + MINUS)
"""What the font of Pillow can write, and the minus."""
_WRITTEN_AS = {"–": "-", "—": "-", "→": "->", "≤": "<=", "≥": ">=", "×": "x", "\u00a0": " ", "\u202f": " "}

COLOURS = 128
"""Of a finished picture: a few, and the steps of their smoothed edges."""
HALO = 5
"""How far a halo reaches around its text."""
_NO_NOTES: Mapping[str, str] = MappingProxyType({})

Place = tuple[float, float]
Colour = tuple[int, ...]
"""Red, green and blue from 0 to 255."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its edges."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box", apart: float = 0) -> bool:
        """Whether the two share a point or lie less than `apart` from each other."""
        return (
            self.left < other.right + apart
            and other.left < self.right + apart
            and self.top < other.bottom + apart
            and other.top < self.bottom + apart
        )

    def holds(self, other: "Box") -> bool:
        """Whether `other` lies within this one."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks. A `halo` in the colour of its ground keeps it legible on lines; `on_axis` marks a scale."""

    size: int
    colour: Colour
    halo: bool = False
    on_axis: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A text on the paper: its left end on the base line, and the rectangle that it covers."""

    text: str
    start: Place
    box: Box
    style: Style
    ground: Colour
    """What mostly lies behind it, lines aside."""


def writable(text: str) -> str:
    """`text` in signs that the font has: accents go, other scripts become question marks."""
    return "".join(_writable(sign) for sign in text)


def _writable(sign: str) -> str:
    if sign in _SIGNS:
        return sign
    plain = _WRITTEN_AS.get(sign) or unicodedata.normalize("NFKD", sign)
    kept = "".join(one for one in plain if one in _SIGNS)
    return kept or (" " if sign.isspace() else "" if unicodedata.combining(sign) else "?")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("this build of Pillow has no scalable font")
    return font


def width_of(text: str, size: int) -> float:
    """How far `text` runs at a font size."""
    return sum(_advance(part, size) for part in _parts(writable(text)))


def clipped(text: str, size: int, width: float) -> str:
    """`text`, cut with an ellipsis where it would run further than `width`."""
    text = writable(text)
    if width_of(text, size) <= width:
        return text
    fitting = bisect_right(range(1, len(text)), width, key=lambda length: width_of(text[:length] + "…", size))
    return text[:fitting] + "…"


def wrapped(text: str, size: int, width: float, most: int, between: str = " ") -> list[str]:
    """`text` in at most `most` lines of at most `width`, broken at `between`; what is too long is clipped."""
    lines: list[str] = []
    for word in writable(text).split(between):
        longer = between.join([*lines[-1:], word])
        if lines and (len(lines) == most or width_of(longer, size) <= width):
            lines[-1] = longer
        else:
            lines.append(word)
    return [clipped(line, size, width) for line in lines]


def balanced(text: str, size: int, width: float, most: int) -> list[str]:
    """`text` as `wrapped`, in lines of about the same length."""
    lines = wrapped(text, size, width, most)
    while width > size:
        width -= size
        narrower = wrapped(text, size, width, most)
        if len(narrower) > len(lines) or " ".join(narrower) != " ".join(lines):
            break
    return wrapped(text, size, width + size, most)


def _parts(text: str) -> Iterator[str]:
    """`text` as runs of what the font writes, with each minus sign by itself."""
    for at, part in enumerate(text.split(MINUS)):
        if at:
            yield MINUS
        if part:
            yield part


def _advance(part: str, size: int) -> float:
    return _font(size).getlength("+" if part == MINUS else part)


class Canvas:
    """A picture in the making. Shapes go below all texts, in the order in which they come."""

    def __init__(self, width: int, height: int, paper: Colour) -> None:
        self.box = Box(0, 0, width, height)
        self.paper = paper
        self.texts: list[Text] = []
        self._shapes = Image.new("RGB", (width * FINER, height * FINER), paper)
        self._pen = ImageDraw.Draw(self._shapes)

    def area(self, box: Box, colour: Colour, radius: float = 0) -> None:
        """A filled rectangle, its corners rounded by `radius`."""
        edges = tuple(edge * FINER for edge in (box.left, box.top, box.right, box.bottom))
        self._pen.rounded_rectangle(edges, radius * FINER, fill=colour)

    def line(self, places: Sequence[Place], colour: Colour, width: float) -> None:
        """A line through two or more `places`."""
        thick = round(width * FINER)
        finer = [(x * FINER, y * FINER) for x, y in places]
        self._pen.line(finer, fill=colour, width=thick, joint="curve")
        if thick > FINER:
            for end in (places[0], places[-1]):
                self.dot(end, colour, width / 2)

    def dashes(self, places: Sequence[Place], colour: Colour, width: float, pattern: tuple[float, float]) -> None:
        """A line through two or more `places` in dashes and spaces of the lengths in `pattern`."""
        for dash in _dashes(places, *pattern):
            self._pen.line([(x * FINER, y * FINER) for x, y in dash], fill=colour, width=round(width * FINER))

    def dot(self, place: Place, colour: Colour, radius: float) -> None:
        """A filled circle."""
        x, y = place
        edges = (x - radius, y - radius, x + radius, y + radius)
        self._pen.ellipse(tuple(edge * FINER for edge in edges), colour)

    def covered(self, box: Box, colours: Iterable[Colour]) -> int:
        """How much of `box` shapes of these `colours` cover by now, in quarter pixels."""
        wanted = set(colours)
        return sum(count for count, colour in self._colours(box) if colour in wanted)

    def _colours(self, box: Box) -> list[tuple[int, Colour]]:
        """How many quarter pixels of `box` have which colour. Nothing is smoothed yet, so there are few colours."""
        edges = [int(edge * FINER) for edge in (box.left, box.top, box.right, box.bottom)]
        cut = self._shapes.crop((edges[0], edges[1], max(edges[2], edges[0] + 1), max(edges[3], edges[1] + 1)))
        found = cut.getcolors(cut.width * cut.height) or []
        return [(count, colour) for count, colour in found if isinstance(colour, tuple)]

    def is_free(self, box: Box, apart: float) -> bool:
        """Whether `box` lies on the paper, at least `apart` from every text so far."""
        return self.box.holds(box) and not any(box.meets(text.box, apart) for text in self.texts)

    def write(self, text: str, start: Place, style: Style) -> None:
        """`text` with the left end of its base line at `start`. Its ground is what is drawn by now."""
        text = writable(text)
        box = box_of(text, start, style.size)
        ground = max(self._colours(box))[1] if style.halo else self.paper
        self.texts.append(Text(text, start, box, style, ground))

    def png(self, notes: Mapping[str, str] = _NO_NOTES) -> bytes:
        """The picture as a PNG file of `COLOURS` colours, a third as large as one of all colours. `notes` are written
        into the file by their keywords, for programs.
        """
        width, height = round(self.box.right), round(self.box.bottom)
        image = self._shapes.resize((width, height), Image.Resampling.LANCZOS)
        pen = ImageDraw.Draw(image)
        for text in self.texts:
            _write(pen, text)
        file, told = BytesIO(), PngImagePlugin.PngInfo()
        for keyword, note in notes.items():
            told.add_text(keyword, note)
        image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(file, "PNG", pnginfo=told)
        return file.getvalue()


def box_of(text: str, start: Place, size: int) -> Box:
    """What `text` covers at most when its base line begins at `start`."""
    font, width = _font(size), width_of(text, size)
    _, top, _, bottom = font.getbbox("Agjy(|", anchor="ls")
    return Box(start[0], start[1] + top, start[0] + width, start[1] + bottom)


def _write(pen: ImageDraw.ImageDraw, text: Text) -> None:
    if text.style.halo:
        _ink(pen, text, text.ground, HALO)
    _ink(pen, text, text.style.colour, 0)


def _ink(pen: ImageDraw.ImageDraw, text: Text, colour: Colour, wider: int) -> None:
    """The signs of `text`, each `wider` on all sides."""
    size, (x, y) = text.style.size, text.start
    for part in _parts(text.text):
        if part == MINUS:
            pen.rectangle(_minus(x, y, size, wider), colour)
        else:
            pen.text((x, y), part, colour, _font(size), "ls", stroke_width=wider)
        x += _advance(part, size)


def _minus(x: float, y: float, size: int, wider: int) -> tuple[int, int, int, int]:
    """Where the bar of a plus sign of the font is whose base line begins at `x`, `y`."""
    left, right = x + size / 12, x + _advance(MINUS, size) - size / 12
    thick = max(2, round(size / 15))
    top = round(y - 0.31 * size - thick / 2)
    return round(left) - wider, top - wider, round(right) - 1 + wider, top + thick - 1 + wider


def _dashes(places: Sequence[Place], dash: float, space: float) -> Iterator[list[Place]]:
    """The pieces of a line that are drawn: each the places from where a dash begins to where it ends."""
    on, left, piece = True, dash, [places[0]]
    for (x, y), (to_x, to_y) in pairwise(places):
        length, done = hypot(to_x - x, to_y - y), 0.0
        while length - done > left:
            done += left
            turn = (x + (to_x - x) * done / length, y + (to_y - y) * done / length)
            if on:
                yield [*piece, turn]
            on, left, piece = not on, space if on else dash, [turn]
        left -= length - done
        piece.append((to_x, to_y))
    if on and len(piece) > 1:
        yield piece
