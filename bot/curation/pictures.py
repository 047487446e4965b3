"""The two pictures of a report as SVG text, drawn for the width of a phone on a background of their own.

A picture may show several parts of the recorded questions; `series` maps a part's name to what is drawn of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import cycle
from math import ceil
from typing import TypeVar

from bot.curation.chances import Bin, Reliability, RiskCoverage
from bot.curation.evaluate import Report
from bot.curation.share import Share

WIDTH, LEFT, RIGHT, TOP, SIDE = 400, 56, 376, 64, 260
"""Width of the picture, edges of the plot, and the height of the plot, in pixels."""
BOTTOM = TOP + SIDE
MARGIN = 16
ROW = 18
"""Height of one line of text under the plot."""
FINE = 0.5
"""Up to here the axis has a line at every tenth."""
LONGEST_NAME = 14
"""Characters of a part's name that fit beside its figures."""
INK, FAINT, PAPER = "#1f2328", "#d0d7de", "#ffffff"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
"""Told apart by people with any colour vision (Okabe and Ito 2008)."""

Drawn = TypeVar("Drawn")


@dataclass(frozen=True, slots=True)
class Standing:
    """A risk-coverage curve, and where on it the bot stands: what it answers, and what of that is wrong."""

    curve: RiskCoverage
    answered: Share
    wrong: Share


def pictures(reports: Sequence[Report]) -> dict[str, str]:
    """The pictures of one evaluation by the names of their files."""
    return {
        "reliability.svg": reliability_svg({one.part: one.reliability for one in reports}),
        "risk-coverage.svg": risk_coverage_svg(
            {one.part: Standing(one.risk_coverage, one.served, one.wrong) for one in reports}
        ),
    }


def reliability_svg(series: Mapping[str, Reliability]) -> str:
    """Stated chance against the share that was right, with 95 % intervals and the questions in each bin."""
    plot, notes = _Plot(1.0), _Notes()
    parts = [*plot.grid(), plot.line([(0, 0), (1, 1)], INK, dashes="5 4")]
    notes.add("chance of being right that the bot stated", centred=True)
    for at, (_, one, colour) in enumerate(_coloured(series)):
        shift = (at - (len(series) - 1) / 2) * 5
        parts += [mark for held in one.bins for mark in _bin_marks(plot, held, colour, shift)]
        parts += _bin_counts(plot, one, notes.next_row(), colour)
    notes.add("n: questions in each tenth; bars: 95 % intervals", size=11)
    for name, one, colour in _coloured(series):
        notes.add(f"{name}: off by {one.error:.1%} on average, {one.total} questions", dot=colour)
    return _svg("Does it know when it is right?", "Share that was right. Below the line it is too sure.", parts, notes)


def _bin_marks(plot: "_Plot", held: Bin, colour: str, shift: float) -> list[str]:
    if held.stated is None:
        return []
    x, y = plot.x(held.stated) + shift, plot.y(held.right.value)
    low, high = (plot.y(bound) for bound in held.right.interval)
    bar = f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="{colour}" stroke-width="1.5" opacity="0.6"/>'
    return [bar, _dot(x, y, colour)]


def _bin_counts(plot: "_Plot", one: Reliability, y: float, colour: str) -> list[str]:
    numbers = [
        _text(plot.x((held.low + held.high) / 2), y, f"{held.right.total}", size=11, fill=colour, anchor="middle")
        for held in one.bins
    ]
    return [_text(LEFT - 8, y, "n", size=11, fill=colour, anchor="end"), *numbers]


def risk_coverage_svg(series: Mapping[str, Standing]) -> str:
    """Share of wrong answers against the share of questions answered, surest first, with the bot's own point."""
    risks = (risk for one in series.values() for risk in (*one.curve.risks, one.wrong.value))
    plot, notes = _Plot(_top(risks)), _Notes()
    parts = plot.grid()
    notes.add("share of questions answered, surest first", centred=True)
    notes.add("Any answer to an off-topic question is wrong.", size=11)
    for name, one, colour in _coloured(series):
        parts.append(plot.line(one.curve.curve, colour))
        notes.add(f"{name}: answers {_of(one.answered)}", dot=colour)
        notes.add(f"of these wrong {_of(one.wrong)}")
        notes.add(f"area {one.curve.area:.3f}; {one.curve.least:.3f} is the least possible", size=11)
    parts += [
        _dot(plot.x(one.answered.value), plot.y(one.wrong.value), colour, ringed=True)
        for _, one, colour in _coloured(series)
    ]
    subtitle = "Share of answers that are wrong. The dot is the bot."
    return _svg("What does staying silent save?", subtitle, parts, notes)


def _of(share: Share) -> str:
    return f"{share.value:.1%} ({share.hits} of {share.total})"


def _top(values: Iterable[float]) -> float:
    """The next tenth above all of `values`, at most 1: where the axis ends."""
    return max(1, min(10, ceil(10 * max(values, default=0.0)))) / 10


@dataclass(frozen=True, slots=True)
class _Plot:
    """Axes: x from 0 to 1, y from 0 to `top`, both shares."""

    top: float

    def x(self, value: float) -> float:
        return LEFT + value * (RIGHT - LEFT)

    def y(self, value: float) -> float:
        return BOTTOM - value / self.top * SIDE

    def grid(self) -> list[str]:
        """Lines and labels: every fifth along x, every tenth or fifth along y."""
        along = [step / 5 for step in range(6)]
        up = [value / 10 for value in range(0, round(self.top * 10) + 1, 1 if self.top <= FINE else 2)]
        return [
            *(f'<path d="M{self.x(value):.1f} {TOP}V{BOTTOM}" stroke="{FAINT}"/>' for value in along),
            *(f'<path d="M{LEFT} {self.y(value):.1f}H{RIGHT}" stroke="{FAINT}"/>' for value in up),
            *(_text(self.x(value), BOTTOM + 15, f"{value:.0%}", size=11, anchor="middle") for value in along),
            *(_text(LEFT - 8, self.y(value) + 4, f"{value:.0%}", size=11, anchor="end") for value in up),
        ]

    def line(self, points: Sequence[tuple[float, float]], colour: str, dashes: str = "none") -> str:
        drawn = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        return (
            f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'
        )


def _coloured(series: Mapping[str, Drawn]) -> list[tuple[str, Drawn, str]]:
    named = zip(series.items(), cycle(COLOURS), strict=False)
    return [(_clipped(name), one, colour) for (name, one), colour in named]


def _clipped(name: str) -> str:
    """A part's name, which is that of a file and may hold what an SVG file must not."""
    name = "".join(sign if sign.isprintable() else "?" for sign in name)
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _dot(x: float, y: float, colour: str, *, ringed: bool = False) -> str:
    ring = f' stroke="{PAPER}" stroke-width="1.5"' if ringed else ""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{6 if ringed else 4}" fill="{colour}"{ring}/>'


class _Notes:
    """The lines of text under a plot."""

    def __init__(self) -> None:
        self.bottom = BOTTOM + 18.0
        self.parts: list[str] = []

    def next_row(self) -> float:
        """The base line of one more row."""
        self.bottom += ROW
        return self.bottom

    def add(self, text: str, *, size: int = 12, dot: str = "", centred: bool = False) -> None:
        """One row of text, behind a dot where that has a colour."""
        y, middle = self.next_row(), (LEFT + RIGHT) / 2
        if dot:
            self.parts.append(_dot(MARGIN + 4, y - 4, dot))
        anchor = "middle" if centred else "start"
        self.parts.append(_text(middle if centred else MARGIN + 16, y, text, size=size, anchor=anchor))


def _text(
    x: float, y: float, text: str, *, size: int, fill: str = INK, anchor: str = "start", weight: int = 400
) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}"'
    return f'<text {place} fill="{fill}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(title: str, subtitle: str, parts: Sequence[str], notes: _Notes) -> str:
    height = notes.bottom + MARGIN
    size = f'width="{WIDTH}" height="{height:.0f}" viewBox="0 0 {WIDTH} {height:.0f}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="system-ui, sans-serif">',
            f"<title>{escape(title)} {escape(subtitle)}</title>",
            f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>',
            _text(MARGIN, 26, title, size=16, weight=600),
            _text(MARGIN, 46, subtitle, size=12),
            *parts,
            *notes.parts,
            "</svg>\n",
        ]
    )
