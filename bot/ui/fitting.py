"""Many lines in little room. Pure."""

from collections.abc import Sequence
from typing import Final

from bot.ui import limits
from bot.ui.text import one_line, shortened, units

AROUND: Final = 8
"""Units that a line costs beside its own text: its end, and the marks before and behind it."""
SHORTEST: Final = 40
"""A line is left out rather than cut to fewer units."""

Groups = Sequence[Sequence[str]]


def fitted(groups: Groups, room: int) -> list[list[str]]:
    """Groups of lines that together fit into `room` units. The longest lines are shortened first, where a sentence
    ends if possible; where that is not enough the largest group loses its last lines.
    """
    kept = [group[: max(1, room // AROUND)] for group in tidied(groups)]
    while (share := _share([line for group in kept for line in group], room)) < SHORTEST:
        max(kept, key=len).pop()
    return [[shortened(line, share) for line in group] for group in kept]


def tidied(groups: Groups) -> list[list[str]]:
    """Each line as one line, without empty ones."""
    return [[line for line in map(one_line, group) if line] for group in groups]


def cost(groups: Groups) -> int:
    """Units that the lines take."""
    return sum(units(line) + AROUND for group in groups for line in group)


def _share(lines: Sequence[str], room: int) -> int:
    """The largest length to which lines must be cut so that all fit."""
    left = room - AROUND * len(lines)
    for place, size in enumerate(sorted(map(units, lines))):
        even = left // (len(lines) - place)
        if size > even:
            return even
        left -= size
    return limits.TEXT
