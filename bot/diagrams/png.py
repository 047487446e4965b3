"""A layout as a PNG file."""

from bot.diagrams.layout import Layout
from bot.market.canvas import Canvas, Style

_KEY = "Description digest"
"""Of the text in the file that names what it shows."""


def png_of(layout: Layout, title: str, alt: str, digest: str) -> bytes:
    """The picture as a PNG file. `digest` is written into it, for `is_png_of`."""
    canvas = Canvas(layout.width, layout.height, layout.paper)
    for shape in layout.shapes:
        canvas.area(shape.box, shape.colour, shape.radius)
    for line in layout.lines:
        canvas.write(line.text, line.start, Style(line.size, line.colour))
    return canvas.png({"Title": title, "Description": alt, _KEY: digest})


def is_png_of(data: bytes, digest: str) -> bool:
    """Whether a file shows the picture of that digest."""
    return f"{_KEY}\0{digest}".encode() in data
