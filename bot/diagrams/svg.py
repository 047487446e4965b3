"""A layout as SVG text, which needs no fonts of the reader's: each line says how wide it is."""

from html import escape
from typing import Final

from bot.diagrams.layout import Layout
from bot.diagrams.sheet import Line, Shape
from bot.market.canvas import Colour

FONTS: Final = "Aileron, Helvetica, Arial, sans-serif"
"""The first is the one that widths are measured with."""


def svg_of(layout: Layout, title: str, alt: str, digest: str) -> str:
    """The picture as the text of an SVG file. `digest` is written into it, for `is_svg_of`."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{layout.width}" height="{layout.height}" '
        f'viewBox="0 0 {layout.width} {layout.height}" role="img" aria-labelledby="title alt" {_mark(digest)}>'
    )
    return "\n".join(
        [
            head,
            f'<title id="title">{escape(title, quote=False)}</title>',
            f'<desc id="alt">{escape(alt, quote=False)}</desc>',
            f'<rect width="{layout.width}" height="{layout.height}" fill="{_hex(layout.paper)}"/>',
            *map(_rectangle, layout.shapes),
            f'<g font-family="{FONTS}">',
            *map(_text, layout.lines),
            "</g>",
            "</svg>\n",
        ]
    )


def is_svg_of(text: str, digest: str) -> bool:
    """Whether a file shows the picture of that digest."""
    return _mark(digest) in text


def _mark(digest: str) -> str:
    return f'data-description="{digest}"'


def _rectangle(shape: Shape) -> str:
    box = shape.box
    radius = f' rx="{_number(shape.radius)}"' if shape.radius else ""
    return (
        f'<rect x="{_number(box.left)}" y="{_number(box.top)}" width="{_number(box.right - box.left)}" '
        f'height="{_number(box.bottom - box.top)}"{radius} fill="{_hex(shape.colour)}"/>'
    )


def _text(line: Line) -> str:
    x, y = line.start
    wide = _number(line.box.right - line.box.left)
    return (
        f'<text x="{_number(x)}" y="{_number(y)}" font-size="{line.size}" fill="{_hex(line.colour)}" '
        f'textLength="{wide}" lengthAdjust="spacingAndGlyphs">{escape(line.text, quote=False)}</text>'
    )


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
