"""Cards one under the other: a name with its mark and its tag, and under it labels with what is said of each."""

from dataclasses import dataclass
from typing import Final

from bot.diagrams.diagram import Diagram, Row
from bot.diagrams.sheet import (
    ACCENTS,
    FIELD,
    FINE,
    MARGIN,
    NAME,
    PAPER,
    SOFT,
    TEXT,
    WIDTH,
    Block,
    Shape,
    Sheet,
    block_of,
)
from bot.market.canvas import Box, Colour, width_of, writable

PADDING: Final = 22
STRIPE: Final = 10
"""Across the coloured edge at the left of a card."""
ROUND: Final = 14
"""Radius of a card's corners."""
BETWEEN: Final = 16
"""Pixels between two cards."""
_CIRCLE: Final = 50
"""Across the circle around a mark; no head of a card is lower."""
_GAP: Final = 16
"""Between a mark, a name and a tag."""
_RIM, _SIDE = 7, 16
"""Of a tag, above and below its text, and beside it."""
_BESIDE: Final = 20
"""Between a label and what is said under it."""
_STEP: Final = 10
"""Between what is said under one label and under the next."""
_WIDEST_LABEL: Final = 0.3
"""Share of a card that its labels take at most."""


@dataclass(frozen=True, slots=True)
class _Card:
    """A row in measured texts."""

    name: Block
    mark: Block
    tag: Block
    pairs: tuple[tuple[Block, Block], ...]
    label_width: float

    @property
    def head(self) -> float:
        """Height of the line of the name, with what stands beside it."""
        return max(self.name.height, _CIRCLE, self.tag.height + 2 * _RIM)

    @property
    def height(self) -> float:
        """Of the whole card."""
        return 2 * PADDING + self.head + sum(_STEP + max(label.height, says.height) for label, says in self.pairs)


def add_rows(sheet: Sheet, diagram: Diagram, top: float, paper: Box) -> float:
    """Put the cards of a picture under each other from `top` on, and give where they end."""
    colours = _colours(diagram.rows)
    labels = [label for row in diagram.rows for label, _ in row.facts]
    widest = max((width_of(label, TEXT) for label in labels), default=0)
    for number, (row, colour) in enumerate(zip(diagram.rows, colours, strict=True)):
        if row.heading:
            block = block_of(row.heading, NAME, WIDTH - 2 * MARGIN, SOFT)
            top = sheet.write(block, MARGIN, top + (10 if number else 0), paper, PAPER) + BETWEEN
        top = _add_card(sheet, _measured(row, widest), top, colour) + BETWEEN
    return top - BETWEEN


def _colours(rows: tuple[Row, ...]) -> list[Colour]:
    """Rows of the same tag, or else of the same mark, have the same colour; those with neither are grey."""
    keys = [row.tag or row.mark for row in rows]
    distinct = list(dict.fromkeys(filter(None, keys)))
    return [ACCENTS[distinct.index(key) % (len(ACCENTS) - 1)] if key else ACCENTS[-1] for key in keys]


def _measured(row: Row, widest: float) -> _Card:
    inside = WIDTH - 2 * MARGIN - STRIPE - 2 * PADDING
    label_width = min(widest, inside * _WIDEST_LABEL)
    mark, tag = block_of(writable(row.mark)[:1], NAME, _CIRCLE, PAPER), block_of(row.tag, FINE, inside / 2)
    beside = (_CIRCLE + _GAP if mark.lines else 0) + (tag.width + 2 * _SIDE + _GAP if tag.lines else 0)
    rest = inside - label_width - _BESIDE
    return _Card(
        name=block_of(row.name, NAME, inside - beside),
        mark=mark,
        tag=tag,
        pairs=tuple(
            (block_of(label, TEXT, label_width, SOFT), block_of(says, TEXT, rest)) for label, says in row.facts
        ),
        label_width=label_width,
    )


def _add_card(sheet: Sheet, card: _Card, top: float, colour: Colour) -> float:
    box = Box(MARGIN, top, WIDTH - MARGIN, top + card.height)
    sheet.shapes += [
        Shape(Box(box.left, box.top, box.left + 2 * ROUND, box.bottom), colour, ROUND),
        Shape(Box(box.left + STRIPE, box.top, box.right, box.bottom), FIELD, ROUND),
        Shape(Box(box.left + STRIPE, box.top, box.left + STRIPE + 2 * ROUND, box.bottom), FIELD),
    ]
    sheet.frames.append(box)
    left = box.left + STRIPE + PADDING
    _add_head(sheet, card, left, box, colour)
    below = box.top + PADDING + card.head
    for label, says in card.pairs:
        below += _STEP
        sheet.write(label, left, below, box, FIELD)
        sheet.write(says, left + card.label_width + _BESIDE, below, box, FIELD)
        below += max(label.height, says.height)
    return box.bottom


def _add_head(sheet: Sheet, card: _Card, left: float, box: Box, colour: Colour) -> None:
    """A name with what stands before and behind it, all three around the same height."""
    middle = box.top + PADDING + card.head / 2
    if card.mark.lines:
        circle = Box(left, middle - _CIRCLE / 2, left + _CIRCLE, middle + _CIRCLE / 2)
        sheet.shapes.append(Shape(circle, colour, _CIRCLE / 2))
        start = left + (_CIRCLE - card.mark.width) / 2
        sheet.write(card.mark, start, middle - card.mark.height / 2, circle, colour)
        left = circle.right + _GAP
    sheet.write(card.name, left, middle - card.name.height / 2, box, FIELD)
    if card.tag.lines:
        _add_tag(sheet, card.tag, box.right - PADDING, middle, colour)


def _add_tag(sheet: Sheet, tag: Block, right: float, middle: float, colour: Colour) -> None:
    """A tag in a rounded field of its own, up to the right edge of a card's texts."""
    high = tag.height / 2 + _RIM
    box = Box(right - tag.width - 2 * _SIDE, middle - high, right, middle + high)
    inner = Box(box.left + 3, box.top + 3, box.right - 3, box.bottom - 3)
    sheet.shapes += [Shape(box, colour, 18), Shape(inner, PAPER, 15)]
    sheet.write(tag, box.left + _SIDE, middle - tag.height / 2, box, PAPER)
