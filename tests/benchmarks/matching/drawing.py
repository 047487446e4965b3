"""The picture of a run as SVG text: quality against CPU, and CPU against size. Pure, and without a plotting library.

It brings its own light background, so that it reads the same on light and dark pages.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 960, 400
LETTER, LINE = 6.3, 14.0
"""Width of a letter and height of a line of labels, in the picture's units."""
LEAST = 1e-3
"""Smaller numbers are drawn as this on a logarithmic axis."""
COLOURS = ("#8c564b", "#c2478f", "#6e7781", "#1f77b4", "#218a21", "#9467bd", "#d62728", "#ff7f0e")
FONT = 'font-family="system-ui, sans-serif" font-size="12"'
INK, FAINT, PAPER = "#24292f", "#d0d7de", "#ffffff"


@dataclass(frozen=True, slots=True)
class Series:
    """One method: `points` are (phrasings, CPU ms, share right first), by phrasings; `main` is shown alone."""

    label: str
    points: tuple[tuple[int, float, float], ...]
    main: tuple[int, float, float] | None


@dataclass(frozen=True, slots=True)
class Frame:
    """A panel: its place in the picture, and what numbers its edges stand for."""

    left: float
    right: float
    low: tuple[float, float]
    high: tuple[float, float]
    log: tuple[bool, bool]
    top: float = 56.0
    bottom: float = 340.0

    def x(self, value: float) -> float:
        """Where a number of the horizontal axis lies."""
        return self.left + _part(value, self.low[0], self.high[0], log=self.log[0]) * (self.right - self.left)

    def y(self, value: float) -> float:
        """Where a number of the vertical axis lies."""
        return self.bottom - _part(value, self.low[1], self.high[1], log=self.log[1]) * (self.bottom - self.top)


def _part(value: float, low: float, high: float, *, log: bool) -> float:
    if log:
        value, low, high = math.log10(max(value, LEAST)), math.log10(low), math.log10(high)
    return (value - low) / (high - low)


def picture(series: Sequence[Series], phrasings: int) -> str:
    """The whole picture; `phrasings` is the size of the panel on quality."""
    coloured = [(one, COLOURS[at % len(COLOURS)]) for at, one in enumerate(series)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {FONT}>',
        "<title>Right entry first against CPU a question, and CPU a question by number of phrasings</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="{PAPER}"/>',
        *_quality(coloured, phrasings),
        *_growth(coloured),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _quality(coloured: Sequence[tuple[Series, str]], phrasings: int) -> list[str]:
    shown = [(one.label, one.main, colour) for one, colour in coloured if one.main is not None]
    if not shown:
        return []
    low, high = _decades(point[1] for _, point, _ in shown)
    frame = Frame(64, 450, (low, 0.0), (high, 1.0), (True, False))
    shares = [step / 5 for step in range(6)]
    parts = _axes(frame, _powers(low, high), shares, "CPU ms a question", lambda share: f"{share:.0%}")
    parts.append(_text(64, 32, f"Right entry first, {phrasings:,} phrasings", weight="bold"))
    dots = [(label, frame.x(point[1]), frame.y(point[2]), colour) for label, point, colour in shown]
    taken = [(x - 7, y - 7, x + 7, y + 7) for _, x, y, _ in dots]
    for label, x, y, colour in dots:
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>')
        place = _free(x, y, len(label) * LETTER, taken, frame)
        taken.append(place)
        parts.append(_text(place[0], place[3] - 3, label, colour))
    return parts


Box = tuple[float, float, float, float]


def _free(x: float, y: float, width: float, taken: Sequence[Box], frame: Frame) -> Box:
    """A place for a label beside a dot that covers no other label or dot, or else the first choice."""
    lefts = (x + 9, x - 9 - width, x - width / 2)
    tops = (y - 7, y - 22, y + 8, y - 36, y + 22)
    places = [
        (left, top, left + width, top + LINE) for top in tops for left in lefts if left != lefts[2] or top != tops[0]
    ]
    inside = [place for place in places if place[0] >= frame.left and place[2] <= frame.right + 12]
    clear = (place for place in inside if not any(_overlap(place, other) for other in taken))
    return next(clear, places[0])


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _growth(coloured: Sequence[tuple[Series, str]]) -> list[str]:
    shown = [(one, colour) for one, colour in coloured if one.points]
    if not shown:
        return []
    points = [point for one, _ in shown for point in one.points]
    left, right = _decades(point[0] for point in points)
    low, high = _decades(point[1] for point in points)
    frame = Frame(530, 770, (left, low), (right, high), (True, True))
    parts = _axes(frame, _powers(left, right), _powers(low, high), "phrasings", _number)
    parts.append(_text(530, 32, "CPU ms a question by number of phrasings", weight="bold"))
    for one, colour in shown:
        path = [(frame.x(count), frame.y(cost)) for count, cost, _ in one.points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in path]
    return parts + _legend(shown, frame)


def _legend(shown: Sequence[tuple[Series, str]], frame: Frame) -> list[str]:
    """Labels at the ends of the lines, pushed apart where they would touch."""
    ends = sorted((frame.y(one.points[-1][1]), one.label, colour) for one, colour in shown)
    rows: list[float] = []
    for y, _, _ in ends:
        rows.append(max(y, rows[-1] + LINE) if rows else y)
    over = max(0.0, rows[-1] - frame.bottom)
    rows = [row - over for row in rows]
    return [_text(782, row + 4, label, colour) for row, (_, label, colour) in zip(rows, ends, strict=True)]


def _axes(
    frame: Frame, across: Iterable[float], up: Iterable[float], name: str, shown: Callable[[float], str]
) -> list[str]:
    parts = []
    for value in across:
        x = frame.x(value)
        parts.append(_line(x, frame.top, x, frame.bottom))
        parts.append(_text(x, frame.bottom + 18, _number(value), anchor="middle"))
    for value in up:
        y = frame.y(value)
        parts.append(_line(frame.left, y, frame.right, y))
        parts.append(_text(frame.left - 8, y + 4, shown(value), anchor="end"))
    parts.append(_text((frame.left + frame.right) / 2, frame.bottom + 38, name, anchor="middle"))
    return parts


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="{FAINT}"/>'


def _text(x: float, y: float, text: str, colour: str = INK, *, anchor: str = "start", weight: str = "normal") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}">'
        f"{escape(text)}</text>"
    )


def _decades(values: Iterable[float]) -> tuple[float, float]:
    """The powers of ten around positive numbers, at least one decade apart."""
    logs = [math.log10(max(value, LEAST)) for value in values]
    low = math.floor(min(logs))
    return 10.0**low, 10.0 ** max(math.ceil(max(logs)), low + 1)


def _powers(low: float, high: float) -> list[float]:
    return [10.0**power for power in range(round(math.log10(low)), round(math.log10(high)) + 1)]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"
