"""Towers side by side, built of layers that are named and explained below."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.diagrams.diagram import Column, Diagram, Layer
from bot.diagrams.sheet import (
    ACCENTS,
    FINE,
    MARGIN,
    PAPER,
    RULE,
    SOFT,
    TEXT,
    WIDTH,
    Block,
    Shape,
    Sheet,
    block_of,
    tinted,
)
from bot.market.canvas import Box, Colour

APART: Final = 14
"""Pixels between two towers."""
SEAM: Final = 6
"""Pixels between two layers."""
PADDING: Final = 10
TINT: Final = 0.28
_SWATCH: Final = 34
_LEAST: Final = 62
"""Height of the lowest layer."""


@dataclass(frozen=True, slots=True)
class _Tower:
    """A column in measured texts, from the top down."""

    name: Block
    says: Block
    bricks: tuple[tuple[Layer, Block], ...]

    @property
    def height(self) -> float:
        """Of the whole tower."""
        above = self.name.height + 6 + self.says.height + 12
        return above + sum(_high(block) + SEAM for _, block in self.bricks)


def add_stacks(sheet: Sheet, diagram: Diagram, top: float, paper: Box) -> float:
    """Put the towers of a picture and the list of its layers below `top`, and give where they end."""
    width = (WIDTH - 2 * MARGIN - (len(diagram.columns) - 1) * APART) / len(diagram.columns)
    colours = {layer.name: ACCENTS[at % len(ACCENTS)] for at, layer in enumerate(diagram.layers)}
    towers = [_measured(column, diagram.layers, width) for column in diagram.columns]
    ground = top + max(tower.height for tower in towers)
    for at, tower in enumerate(towers):
        _add_tower(sheet, tower, Box(MARGIN + at * (width + APART), ground - tower.height, 0, ground), width, colours)
    sheet.shapes.append(Shape(Box(MARGIN, ground + 2, WIDTH - MARGIN, ground + 6), RULE))
    return _add_list(sheet, diagram.layers, ground + 30, colours, paper)


def _measured(column: Column, layers: tuple[Layer, ...], width: float) -> _Tower:
    known = {layer.name: layer for layer in layers}
    return _Tower(
        name=block_of(column.name, TEXT, width),
        says=block_of(column.says, FINE, width, SOFT),
        bricks=tuple((known[name], block_of(name, FINE, width - 2 * PADDING)) for name in column.layers),
    )


def _high(block: Block) -> float:
    return max(_LEAST, block.height + 2 * PADDING)


def _add_tower(sheet: Sheet, tower: _Tower, place: Box, width: float, colours: Mapping[str, Colour]) -> None:
    head = Box(place.left, place.top, place.left + width, place.top + tower.name.height + 6 + tower.says.height)
    sheet.frames.append(head)
    below = sheet.write(tower.name, head.left, head.top, head, PAPER) + 6
    sheet.write(tower.says, head.left, below, head, PAPER)
    top = head.bottom + 12
    for layer, block in tower.bricks:
        box = Box(head.left, top, head.right, top + _high(block))
        fill = tinted(colours[layer.name], TINT)
        sheet.panel(box, colours[layer.name], fill, radius=10)
        start = box.top + (_high(block) - block.height) / 2
        sheet.write(block, box.left + (width - block.width) / 2, start, box, fill)
        top = box.bottom + SEAM


def _add_list(sheet: Sheet, layers: tuple[Layer, ...], top: float, colours: Mapping[str, Colour], paper: Box) -> float:
    """The layers, each with its colour, its name and what it brings."""
    left = MARGIN + _SWATCH + 18
    for layer in layers:
        name, says = (
            block_of(layer.name, TEXT, WIDTH - MARGIN - left),
            block_of(layer.says, FINE, WIDTH - MARGIN - left, SOFT),
        )
        swatch = Box(MARGIN, top + 2, MARGIN + _SWATCH, top + 2 + _SWATCH)
        inner = Box(swatch.left + 3, swatch.top + 3, swatch.right - 3, swatch.bottom - 3)
        colour = colours[layer.name]
        sheet.shapes += [Shape(swatch, colour, 8), Shape(inner, tinted(colour, TINT), 5)]
        below = sheet.write(name, left, top, paper, PAPER)
        top = (sheet.write(says, left, below + 5, paper, PAPER) if says.lines else below) + 14
    return top - 14
