"""The picture of a price against the protocol-stated rate, with the premium below: made for a phone, on dark paper.

Imported when a picture is asked for, since it loads Pillow. Every number in the picture stands in the words of
`bot.market.chart.text_twin` too, but those along the axes. Pure: the same history is the same picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from bot.market.canvas import Box, Canvas, Colour, Place, Style, balanced, box_of, clipped, width_of, wrapped
from bot.market.chart import (
    NOISE,
    ChartFacts,
    History,
    Labels,
    Point,
    Stretch,
    facts_of,
    labels,
    percent,
    premium_stretches,
    rate_stretches,
    stretches,
)
from bot.market.scales import decimals_of, round_marks, time_marks

WIDTH: Final = 1080
HEIGHT: Final = 1200
MARGIN: Final = 48
PAPER: Final = (0x2B, 0x2D, 0x31)
INK: Final = (0xF2, 0xF3, 0xF5)
SOFT: Final = (0xB5, 0xBA, 0xC1)
GRID: Final = (0x3C, 0x3F, 0x45)
ZERO: Final = (0x80, 0x84, 0x8E)
SHADE: Final = (0x3A, 0x3E, 0x47)
FIELD: Final = (0x32, 0x34, 0x3A)
ORANGE: Final = (0xE6, 0x9F, 0x00)
BLUE: Final = (0x56, 0xB4, 0xE9)
"""Orange and blue are told apart by people with any colour vision (Okabe and Ito 2008)."""
LOUD: Final = (ORANGE, BLUE, INK)
"""The colours of lines, which texts keep off where they can."""

TITLE: Final = Style(60, INK)
HEADING: Final = Style(32, SOFT)
AXIS: Final = Style(30, SOFT, on_axis=True)
NOTE: Final = Style(28, SOFT)
SENTENCE: Final = Style(34, INK)
NAME: Final = 28
VALUE: Final = 34
"""Sizes of the two lines of a label at the end of a line."""
TALL: Final = 84
"""Height of both lines of such a label."""
MARK: Final = 30
DOT: Final = 8
LEVEL: Final = 24
"""Pixels of height up to which two points say the same."""
LINE: Final = 4.5
FINE: Final = 3
DENSE: Final = 1000
"""Points from which on a line is drawn fine, as thick strokes would run together."""
APART: Final = 6
"""Between two texts there are at least so many pixels."""

PRICE_TOP, PRICE_BOTTOM = 200, 640
PREMIUM_TOP, PREMIUM_BOTTOM = 752, 1010
LEAST_SPAN: Final = Decimal("0.002")
"""Of the price: the scale never makes more of less than 0.2 %, or the rounding of a price would look like a storm."""
LEAST_PREMIUM: Final = Decimal("0.4")
"""Percent that the lower scale shows at least, on both sides of zero."""
ROOM: Final = Decimal("0.1")
"""Share of a scale that stays free above and below the lines."""


Scale = tuple[Decimal, Decimal]
"""The lowest and the highest value that a field shows."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A field of the picture with its scales: time along, a value up."""

    box: Box
    start: datetime
    end: datetime
    low: Decimal
    high: Decimal

    def place(self, point: Point) -> Place:
        """Where a point stands in the picture."""
        return self.x(point.at), self.y(point.value)

    def x(self, at: datetime) -> float:
        """Where a moment stands."""
        return self.box.left + (at - self.start) / (self.end - self.start) * (self.box.right - self.box.left)

    def y(self, value: Decimal) -> float:
        """Where a value stands."""
        share = float((value - self.low) / (self.high - self.low))
        return self.box.bottom - share * (self.box.bottom - self.box.top)


def draw(history: History, *, held_back: str = "") -> bytes:
    """The picture as a PNG of `WIDTH` x `HEIGHT`. With `held_back`, that sentence stands instead of the premium."""
    return compose(history, held_back=held_back).png()


def compose(history: History, *, held_back: str = "") -> Canvas:
    """The picture before it becomes a file, with the texts that stand in it."""
    canvas = Canvas(WIDTH, HEIGHT, PAPER)
    said = labels(history, held_back=held_back)
    _frame(canvas, said)
    if said.no_lines:
        _sentence(canvas, said.no_lines, Box(MARGIN, PRICE_TOP, WIDTH - MARGIN, PREMIUM_BOTTOM))
        return canvas
    facts = facts_of(history)
    price, premium = _panels(history, facts, said)
    _write_at(canvas, said.subtitle, (MARGIN, 150), HEADING)
    _write_at(canvas, said.premium_title, (MARGIN, PREMIUM_TOP - 34), HEADING)
    _time_axis(canvas, price, premium)
    _draw_price(canvas, price, history, facts, said)
    if said.no_premium:
        _sentence(canvas, said.no_premium, Box(MARGIN, premium.box.top, WIDTH - MARGIN, premium.box.bottom))
    else:
        _draw_premium(canvas, premium, history, facts, said)
    return canvas


def _frame(canvas: Canvas, said: Labels) -> None:
    """What every picture has: its title above, its sources below."""
    room = WIDTH - 2 * MARGIN
    _write_at(canvas, clipped(said.title, TITLE.size, room), (MARGIN, 100), TITLE)
    rows = wrapped(" · ".join(said.notes), NOTE.size, room, 3, between=" · ")
    for at, row in enumerate(rows):
        _write_at(canvas, row, (MARGIN, PREMIUM_BOTTOM + 112 + at * 38), NOTE)


def _sentence(canvas: Canvas, text: str, box: Box) -> None:
    """A sentence in the middle of a field that would else hold lines."""
    canvas.area(box, FIELD, radius=16)
    rows = balanced(text, SENTENCE.size, box.right - box.left - 2 * MARGIN, 4)
    first = (box.top + box.bottom) / 2 - (len(rows) - 1) * 24 + 12
    for at, row in enumerate(rows):
        x = (box.left + box.right - width_of(row, SENTENCE.size)) / 2
        _write_at(canvas, row, (x, first + at * 48), SENTENCE)


def _write_at(canvas: Canvas, text: str, start: Place, style: Style) -> bool:
    """Writes `text` where it has room beside the texts so far, and says whether it had."""
    free = bool(text) and canvas.is_free(box_of(text, start, style.size), APART)
    if free:
        canvas.write(text, start, style)
    return free


def _panels(history: History, facts: ChartFacts, said: Labels) -> tuple[Panel, Panel]:
    """The fields of price and premium, as wide as the numbers on both sides leave room."""
    price = _price_scale(history)
    premium = _premium_scale(facts)
    numbers = [*_price_names(price).values(), *_premium_names(premium).values()]
    ends = [width_of(text, VALUE) for text in (said.market, said.rate, said.premium)]
    left = MARGIN + max(width_of(number, AXIS.size) for number in numbers) + 16
    right = WIDTH - MARGIN - max(*ends, width_of("market", NAME)) - 18
    times = (history.start, history.now)
    return (
        Panel(Box(left, PRICE_TOP, right, PRICE_BOTTOM), *times, *price),
        Panel(Box(left, PREMIUM_TOP, right, PREMIUM_BOTTOM), *times, *premium),
    )


def _price_scale(history: History) -> Scale:
    values = [point.value for points in (history.market, *rate_stretches(history)) for point in points]
    low, high = min(values), max(values)
    missing = max(Decimal(0), LEAST_SPAN * high - (high - low)) / 2
    room = (high - low + 2 * missing) * ROOM
    return max(Decimal(0), low - missing - room), high + missing + room


def _premium_scale(facts: ChartFacts) -> Scale:
    known = [point.value for point in (facts.premium_low, facts.premium_high) if point]
    low, high = min(-LEAST_PREMIUM, *known, LEAST_PREMIUM), max(-LEAST_PREMIUM, *known, LEAST_PREMIUM)
    room = (high - low) * ROOM
    return low - room, high + room


def _price_names(scale: Scale) -> dict[Decimal, str]:
    marks = round_marks(*scale)
    return {mark: f"{mark:.{decimals_of(marks)}f}" for mark in marks}


def _premium_names(scale: Scale) -> dict[Decimal, str]:
    marks = round_marks(*scale, most=4)
    return {mark: percent(mark, decimals_of(marks)) if mark else "0%" for mark in marks}


def _time_axis(canvas: Canvas, price: Panel, premium: Panel) -> None:
    for at, name in time_marks(price.start, price.end):
        x = price.x(at)
        for box in (price.box, premium.box):
            canvas.line([(x, box.top), (x, box.bottom)], GRID, 2)
        width = width_of(name, AXIS.size)
        start = min(max(x - width / 2, MARGIN), WIDTH - MARGIN - width)
        _write_at(canvas, name, (start, premium.box.bottom + 46), AXIS)


def _value_axis(canvas: Canvas, panel: Panel, names: dict[Decimal, str]) -> None:
    for value, name in names.items():
        y = panel.y(value)
        canvas.line([(panel.box.left, y), (panel.box.right, y)], GRID, 2)
        start = panel.box.left - 16 - width_of(name, AXIS.size)
        _write_at(canvas, name, (start, y + 11), AXIS)


def _draw_price(canvas: Canvas, panel: Panel, history: History, facts: ChartFacts, said: Labels) -> None:
    _value_axis(canvas, panel, _price_names((panel.low, panel.high)))
    stated = rate_stretches(history)
    _draw_lines(canvas, panel, stretches(history.market), ORANGE)
    for stretch in stated:
        canvas.dashes([panel.place(point) for point in stretch], BLUE, LINE, (16, 10))
    ends = [_End("market", said.market, ORANGE, panel.place(history.market[-1]))]
    ends += [_End("rate", said.rate, BLUE, panel.place(stretch[-1])) for stretch in stated[-1:]]
    _name_ends(canvas, panel, ends)
    _mark(canvas, panel, "low", said.market_low, (facts.market_low, facts.market_last), ORANGE)
    _mark(canvas, panel, "high", said.market_high, (facts.market_high, facts.market_last), ORANGE)


def _draw_premium(canvas: Canvas, panel: Panel, history: History, facts: ChartFacts, said: Labels) -> None:
    top, bottom = panel.y(NOISE), panel.y(-NOISE)
    canvas.area(Box(panel.box.left, top, panel.box.right, bottom), SHADE)
    if bottom - top > 2 * APART:
        _explain_shade(canvas, said.noise)
    _value_axis(canvas, panel, _premium_names((panel.low, panel.high)))
    canvas.line([(panel.box.left, panel.y(Decimal(0))), (panel.box.right, panel.y(Decimal(0)))], ZERO, 2)
    parts = premium_stretches(history)
    _draw_lines(canvas, panel, parts, INK)
    _name_ends(canvas, panel, [_End("", said.premium, INK, panel.place(parts[-1][-1]))])
    _mark(canvas, panel, "low", said.premium_low, (facts.premium_low, facts.premium_last), INK)
    _mark(canvas, panel, "high", said.premium_high, (facts.premium_high, facts.premium_last), INK)
    _explain_blank(canvas, panel, said.before, panel.x(parts[0][0].at))


def _draw_lines(canvas: Canvas, panel: Panel, parts: Sequence[Stretch], colour: Colour) -> None:
    dense = sum(map(len, parts)) > DENSE
    for part in parts:
        places = [panel.place(point) for point in part]
        if len(places) > 1:
            canvas.line(places, colour, FINE if dense else LINE)
        else:
            canvas.dot(places[0], colour, LINE)


def _explain_shade(canvas: Canvas, text: str) -> None:
    x, y = WIDTH - MARGIN - width_of(text, NOTE.size), PREMIUM_TOP - 34
    if _write_at(canvas, text, (x, y), NOTE):
        canvas.area(Box(x - 46, y - 22, x - 12, y + 2), SHADE, radius=4)


def _explain_blank(canvas: Canvas, panel: Panel, text: str, until: float) -> None:
    """Says why the field is empty before `until`, above or below the shade, where that has room."""
    x = (panel.box.left + until - width_of(text, NOTE.size)) / 2
    rows = (panel.y(NOISE) - 14, panel.y(-NOISE) + 36)
    for y in rows if x > panel.box.left else ():
        if panel.box.holds(box_of(text, (x, y), NOTE.size)) and _write_at(canvas, text, (x, y), NOTE):
            return


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a line, with what is written beside it."""

    name: str
    value: str
    colour: Colour
    place: Place


def _name_ends(canvas: Canvas, panel: Panel, ends: Sequence[_End]) -> None:
    """Names lines beside the field where they reach its edge, else where they end."""
    near = panel.box.right - (panel.box.right - panel.box.left) / 20
    beside = sorted((end for end in ends if end.place[0] >= near), key=lambda end: end.place[1])
    for end, y in zip(beside, _spread([end.place[1] for end in beside], panel.box), strict=True):
        x = panel.box.right + 18
        _write_at(canvas, end.name, (x, y - 14), Style(NAME, end.colour))
        _write_at(canvas, end.value, (x, y + (26 if end.name else 12)), Style(VALUE, end.colour))
    for end in ends:
        canvas.dot(end.place, end.colour, DOT)
        if end not in beside:
            _write_near(canvas, panel, f"{end.name} {end.value}".strip(), end.place, end.colour)


def _spread(wanted: Sequence[float], box: Box) -> list[float]:
    """Heights for one or two labels nearest to the `wanted` ones, which ascend: apart, and beside the box."""
    overlap = max(0, TALL - (wanted[-1] - wanted[0])) if len(wanted) > 1 else 0
    apart = [y + overlap * side for y, side in zip(wanted, (-0.5, 0.5), strict=False)]
    over = max([0, *(y + TALL / 2 - box.bottom for y in apart)])
    under = max([0, *(box.top + 12 - y for y in apart)])
    return [y - over + under for y in apart]


def _mark(canvas: Canvas, panel: Panel, name: str, value: str, points: Sequence[Point | None], colour: Colour) -> None:
    """A dot at the first of two points with its value, unless the second, which is named, is as good as level."""
    point, last = points
    if not (value and point and last) or abs(panel.y(point.value) - panel.y(last.value)) < LEVEL:
        return
    if _write_near(canvas, panel, f"{name} {value}", panel.place(point), colour, above=name == "high"):
        canvas.dot(panel.place(point), colour, DOT)


def _write_near(canvas: Canvas, panel: Panel, text: str, place: Place, colour: Colour, *, above: bool = False) -> bool:
    """Writes `text` beside a place in the field, where it covers the least of the lines."""
    field = Box(panel.box.left, panel.box.top - 40, panel.box.right, panel.box.bottom + 12)
    for away in (0, 44, 88, 132):
        starts = _around(place, width_of(text, MARK), away, above=above)
        boxes = {start: box_of(text, start, MARK) for start in starts}
        free = [start for start, box in boxes.items() if field.holds(box) and canvas.is_free(box, APART)]
        if free:
            best = min(free, key=lambda start: canvas.covered(boxes[start], LOUD))
            on_lines = canvas.covered(boxes[best], LOUD) > 0
            return _write_at(canvas, text, best, Style(MARK, colour, halo=on_lines))
    return False


def _around(place: Place, width: float, away: float, *, above: bool) -> list[Place]:
    """Starts of texts of a width around a place, `away` further than beside it, the preferred side first."""
    x, y = place
    columns = (x - width / 2, x - width * 0.85, x - width * 0.15, x - width, x)
    over, under = [(column, y - 20 - away) for column in columns], [(column, y + 42 + away) for column in columns]
    aside = [(x - width - 22 - away, y + 10), (x + 22 + away, y + 10)]
    return [*(over if above else under), *aside, *(under if above else over)]
