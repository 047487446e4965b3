"""Where everything in a picture stands, worked out once: SVG and PNG are both made from this.

Imported when a picture is drawn or checked, since measuring loads Pillow.
"""

from dataclasses import dataclass
from typing import Final

from bot.diagrams.diagram import Diagram, Kind, origin_of
from bot.diagrams.rows import add_rows
from bot.diagrams.sheet import EDGE, FINE, MARGIN, PAPER, RULE, SOFT, TITLE, WIDTH, Line, Shape, Sheet, block_of
from bot.diagrams.stacks import add_stacks
from bot.market.canvas import Box, Colour

_INDENT: Final = 26
_FAR_DOWN: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Layout:
    """A finished picture: shapes from the lowest to the highest, then texts. `frames` are the cards in it."""

    width: int
    height: int
    paper: Colour
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    frames: tuple[Box, ...]

    @property
    def box(self) -> Box:
        """The whole picture."""
        return Box(0, 0, self.width, self.height)


def laid_out(diagram: Diagram) -> Layout:
    """The layout of a picture, `WIDTH` wide and as high as it needs. Pure: the same picture is laid out the same."""
    sheet = Sheet()
    paper = Box(EDGE, EDGE, WIDTH - EDGE, _FAR_DOWN)
    top = sheet.write(block_of(diagram.title, TITLE, WIDTH - 2 * MARGIN), MARGIN, MARGIN, paper, PAPER)
    add = add_stacks if diagram.kind is Kind.STACKS else add_rows
    top = add(sheet, diagram, top + 28, paper)
    bottom = _add_foot(sheet, diagram, top + 26, paper)
    height = round(bottom + MARGIN)
    shapes = (_edge(height), *sheet.shapes)
    frame = Box(EDGE, EDGE, WIDTH - EDGE, height - EDGE)
    lines = tuple(_in_frame(line, paper, frame) for line in sheet.lines)
    return Layout(WIDTH, height, RULE, shapes, lines, tuple(sheet.frames))


def _edge(height: int) -> Shape:
    return Shape(Box(EDGE, EDGE, WIDTH - EDGE, height - EDGE), PAPER)


def _in_frame(line: Line, paper: Box, frame: Box) -> Line:
    """A text that stands on the paper itself lies within the line around the picture."""
    if line.frame != paper:
        return line
    return Line(line.text, line.start, line.size, line.colour, line.box, frame, line.ground)


def _add_foot(sheet: Sheet, diagram: Diagram, top: float, paper: Box) -> float:
    """Notes, each behind a dot, and below a line where the content comes from."""
    for note in diagram.notes:
        block = block_of(note, FINE, WIDTH - 2 * MARGIN - _INDENT)
        middle = top + 17
        sheet.shapes.append(Shape(Box(MARGIN + 2, middle - 5, MARGIN + 12, middle + 5), SOFT, 5))
        top = sheet.write(block, MARGIN + _INDENT, top, paper, PAPER) + 12
    sheet.shapes.append(Shape(Box(MARGIN, top + 8, WIDTH - MARGIN, top + 10), RULE))
    return sheet.write(block_of(origin_of(diagram), FINE, WIDTH - 2 * MARGIN, SOFT), MARGIN, top + 26, paper, PAPER)
