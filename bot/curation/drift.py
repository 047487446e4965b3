"""Figures whose live value has left its tolerance: what the text says, what is so now, and by how much they differ.

`tolerance` of a figure in `facts/figures.toml` is in percent of the value for amounts (totals, prices, rates), and in
percentage points for what is a percentage itself (yields, premiums): a yield that goes from 2.83 % to 3.13 % has moved
by 0.3. A value that moves by exactly its tolerance is still within. A value may be a range, as `2.73 to 2.84`; the
distance is then counted from its nearer end.
"""

import asyncio
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Protocol

from bot.answering.numerals import clock_time, dollars, ether, percent, rough_dollars, short_date, signed_percent
from bot.knowledge import Entry, Library
from bot.knowledge.facts import Facts, Figure
from bot.knowledge.prose import slots_in
from bot.market.beside import Dated, YieldFigure
from bot.market.quotes import Age, Held, Quote

PATIENCE: Final = 10.0
"""Seconds that a comparison waits for its providers; nobody looks at a card meanwhile."""
NEWEST: Final = timedelta(days=2)
"""A live value that is older says nothing about now."""
RELATIVE: Final = frozenset({"price", "rate", "tvl"})
"""Kinds of slots whose values are amounts; the others are percentages."""
_SCALES: Final = {"": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_ONE: Final = r"[-\u2212]?\d+(?:,\d{3})*(?:\.\d+)?"
_VALUE: Final = re.compile(rf"\s*({_ONE})(?:\s*(?:to|-|\u2013)\s*({_ONE}))?\s*")
_MONEY: Final = re.compile(r"(?:(thousand|million|billion) )?(?:USD|US\$|\$|US dollars|dollars)(?: per \S+)?")
_ETHER: Final = re.compile(r"ETH(?: per \S+)?")
_SHARE: Final = re.compile(r"(?:%|percent|per cent)(?: .*)?")
_UNITS: Final = {
    "tvl": (_MONEY, "USD or million USD"),
    "price": (_MONEY, "USD per ETH"),
    "rate": (_ETHER, "ETH per rsETH"),
    "apr": (_SHARE, "percent a year"),
    "premium": (_SHARE, "percent"),
}
"""What the unit of a figure may be, by the kind of its live slot, and an example for who has to mend it."""


@dataclass(frozen=True, slots=True)
class LiveValue:
    """What is so now. `value` is in US dollars (`tvl`), US dollars for one token (`price`), ETH for one token (`rate`)
    or percent (`apr` a year, `premium`); `at` is the moment it is of and `source` who states it.
    """

    slot: str
    value: Decimal
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class NotHad:
    """A live value that cannot be had now, and `why`, in words that follow "live value: ". `held` says that there is
    one which must not be trusted.
    """

    slot: str
    why: str
    held: bool = False


class Figures(Protocol):
    """Where live values come from; the market is one."""

    async def quotes(self, symbols: Iterable[str], within: float) -> list[Quote]:
        """A quote for each symbol that is known."""
        ...

    async def tvl(self, protocol: str, within: float) -> Dated | None:
        """What a protocol holds, in US dollars."""
        ...

    async def apr(self, symbol: str, within: float) -> YieldFigure | None:
        """The yield of a token in percent a year."""
        ...


class State(StrEnum):
    """How a figure stands to its live value."""

    DRIFTED = "drifted"
    WITHIN = "within"
    UNJUDGED = "no_tolerance"
    HELD = "held"
    MISSING = "missing"
    UNREADABLE = "unreadable"


QUOTED: Final = frozenset({"price", "rate", "premium"})
_NO_FIGURE: Final = "it could not be had"
_NO_ANSWER: Final = f"{_NO_FIGURE}, its provider does not answer"
_NO_SOURCE: Final = "the facts name no live source for it"
_DOUBTS: Final = {
    Held.PAUSED: "its contract is paused",
    Held.JUMPED: "it has jumped within the last days, and nobody knows yet whether it stays there",
}


@dataclass(frozen=True, slots=True)
class Drift:
    """One figure beside its live value. `apart` is how far the live value lies from the text, signed, in percent or,
    with `points`, in percentage points; None where nothing could be compared, for the reason in `why`. `files` are the
    files whose text shows it.
    """

    figure: Figure
    state: State
    live: LiveValue | None = None
    apart: Decimal | None = None
    why: str = ""
    files: tuple[str, ...] = ()

    @property
    def slot(self) -> str:
        """The slot of its live value, as `tvl:kelp`."""
        return self.figure.live or ""

    @property
    def points(self) -> bool:
        """Whether it is a percentage, so that differences are in percentage points."""
        return _kind(self.slot) not in RELATIVE

    @property
    def has_drifted(self) -> bool:
        """Whether the text should be changed."""
        return self.state is State.DRIFTED

    def line(self) -> str:
        """What the text says, what is so now, by how much they differ."""
        said = f"{self.figure.id}: the text says {self.figure.say} ({short_date(self.figure.as_of)})"
        if self.live is None or self.apart is None:
            return f"{said}; {self.why}"
        seen = f"live it is {_shown(self.live)} ({self.live.source}, {clock_time(self.live.at)})"
        return f"{said}; {seen}, {self._distance()}"

    def _distance(self) -> str:
        size = difference(self.apart or Decimal(0), points=self.points)
        if self.state is State.UNJUDGED:
            return f"{size}; it has no tolerance, so add tolerance = … to be told when that is too much"
        allowed = _size(Decimal(str(self.figure.tolerance)), points=self.points)
        return f"{size}, {'more than' if self.has_drifted else 'within'} the {allowed} it may differ"

    def as_json(self) -> dict[str, Any]:
        """For programs. Numbers are texts, so that none loses a digit."""
        live = self.live
        return {
            "figure": self.figure.id,
            "slot": self.slot,
            "state": self.state.value,
            "text": self.figure.say,
            "value": self.figure.value,
            "unit": self.figure.unit,
            "as_of": self.figure.as_of.isoformat(),
            "tolerance": self.figure.tolerance,
            "tolerance_in": "percentage points" if self.points else "percent",
            "live": None if live is None else f"{live.value.normalize():f}",
            "live_at": None if live is None else live.at.isoformat(),
            "live_source": None if live is None else live.source,
            "apart": None if self.apart is None else f"{self.apart:.4f}",
            "why": self.why,
            "files": list(self.files),
        }


def difference(apart: Decimal, *, points: bool) -> str:
    """A signed distance in words: `16.8% less`, `0.30 points more`, `the same`."""
    size = _size(abs(apart), points=points)
    if size in {_size(Decimal(0), points=True), _size(Decimal(0), points=False)}:
        return "about the same" if apart else "the same"
    return f"{size} {'more' if apart > 0 else 'less'}"


def _size(apart: Decimal, *, points: bool) -> str:
    return f"{apart:.2f} points" if points else f"{apart:.1f}%".replace(".0%", "%")


def _shown(live: LiveValue) -> str:
    kind, _, key = live.slot.partition(":")
    if kind == "rate":
        return f"{ether(live.value)} per {key}"
    words = {"tvl": rough_dollars, "price": dollars, "premium": signed_percent, "apr": percent}
    return f"{words[kind](live.value)} a year" if kind == "apr" else words[kind](live.value)


def _kind(slot: str) -> str:
    return slot.partition(":")[0]


def judged_slots(library: Library) -> tuple[str, ...]:
    """The live slots that figures stand in for, in the order of the file."""
    return tuple(figure.live for figure in library.facts.figures.values() if figure.live)


def compared(library: Library, live: Mapping[str, LiveValue | NotHad], now: datetime) -> list[Drift]:
    """Every figure with a live slot beside what `live` holds for that slot, in the order of the file. What is missing
    there could not be had; it never counts as 0.
    """
    figures = [figure for figure in library.facts.figures.values() if figure.live]
    return [_compared(figure, library, live.get(figure.live or ""), now) for figure in figures]


def furthest_first(drifts: Sequence[Drift]) -> list[Drift]:
    """Those that have drifted, ordered by how many times their tolerance they have moved."""
    return sorted((one for one in drifts if one.has_drifted), key=lambda one: (-_beyond(one), one.figure.id))


def _beyond(drift: Drift) -> float:
    allowed = drift.figure.tolerance or 0.0
    return float(abs(drift.apart or Decimal(0))) / allowed if allowed else math.inf


def _compared(figure: Figure, library: Library, live: LiveValue | NotHad | None, now: datetime) -> Drift:
    files, slot = files_with(figure, library), figure.live or ""
    span = span_of(figure)
    if isinstance(span, str):
        return Drift(figure, State.UNREADABLE, why=span, files=files)
    if case := _incident(slot, library.facts):
        why = f"it is not compared while the incident '{case}' is open"
        return Drift(figure, State.HELD, why=why, files=files)
    if not isinstance(live, LiveValue):
        state = State.HELD if live is not None and live.held else State.MISSING
        return Drift(figure, state, why=f"live value: {live.why if live else _NO_FIGURE}", files=files)
    if abs(now - live.at) > NEWEST:
        why = f"live value: {_NO_FIGURE}, the newest is of {clock_time(live.at)}"
        return Drift(figure, State.MISSING, why=why, files=files)
    apart = distance(live.value, span, points=_kind(slot) not in RELATIVE)
    return Drift(figure, _state(apart, figure.tolerance), live, apart, files=files)


def _state(apart: Decimal, tolerance: float | None) -> State:
    if tolerance is None:
        return State.UNJUDGED
    return State.DRIFTED if abs(apart) > Decimal(str(tolerance)) else State.WITHIN


def distance(value: Decimal, span: tuple[Decimal, Decimal], *, points: bool) -> Decimal:
    """How far `value` lies outside of `span` (lower and upper end), signed; 0 within it. In percent of the nearer end,
    which must be positive, or with `points` as a plain difference.
    """
    nearer = max(span[0], min(value, span[1]))
    return value - nearer if points else (value / nearer - 1) * 100


def span_of(figure: Figure) -> tuple[Decimal, Decimal] | str:
    """The lower and upper end of a figure's value in the unit of its live slot, or what has to be mended first."""
    kind = _kind(figure.live or "")
    if kind not in _UNITS:
        return f'live = "{figure.live}" names no live value; write one of {", ".join(_UNITS)} before the colon'
    wanted, example = _UNITS[kind]
    unit, numbers = wanted.fullmatch(figure.unit.strip()), _VALUE.fullmatch(figure.value)
    if unit is None:
        return f"its unit '{figure.unit}' cannot be held against {figure.live}; write for example '{example}'"
    if numbers is None:
        return f"its value '{figure.value}' is no number and no range; write for example value = \"2.73 to 2.84\""
    if figure.tolerance is not None and not 0 <= figure.tolerance < math.inf:
        return "its tolerance must be a number from 0 up, in percent or percentage points"
    scale = _SCALES[unit[1] or ""] if wanted is _MONEY else 1
    ends = sorted(_number(text) * scale for text in numbers.groups() if text)
    if kind in RELATIVE and ends[0] <= 0:
        return f"its value '{figure.value}' is not above 0, so nothing can be in percent of it"
    return ends[0], ends[-1]


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("\u2212", "-"))


def _incident(slot: str, facts: Facts) -> str:
    """The title of an open incident that touches what the slot is about; empty where there is none."""
    kind, _, key = slot.partition(":")
    token = facts.tokens.get(key)
    protocol = key if kind == "tvl" else token.protocol if token else ""
    return next((case.title for case in facts.open_incidents((protocol,))), "") if protocol else ""


def files_with(figure: Figure, library: Library) -> tuple[str, ...]:
    """The files in whose text a figure is shown: published entries, then the facts and pictures that hold its slot."""
    slots = {f"figure:{figure.id}", figure.live or ""}
    entries = [entry.file for entry in library.published if _holds(_text(entry), slots)]
    facts = [file for file, text in _fact_texts(library.facts, figure) if _holds(text, slots)]
    drawn = [f"pictures/{name}.toml" for name, text in library.pictures.items() if _holds(text, slots)]
    return tuple(dict.fromkeys([*entries, *facts, *drawn]))


def _text(entry: Entry) -> str:
    return f"{entry.answer}\n{entry.more}"


def _holds(text: str, slots: set[str]) -> bool:
    return any(f"{slot.kind}:{slot.key}" in slots for slot in slots_in(text))


def _fact_texts(facts: Facts, figure: Figure) -> Iterator[tuple[str, str]]:
    for one in facts.protocols.values():
        exits = f"{{figure:{figure.id}}}" if figure.id in one.exits else ""
        yield "facts/protocols.toml", "\n".join([one.what, one.yield_from, *one.risks, exits])
    for shown in facts.guide.explanations.values() if facts.guide else ():
        yield "facts/strategy.toml", "\n".join([shown.say, *shown.risks, *shown.exits])


def drift_lines(drifts: Sequence[Drift]) -> list[str]:
    """The report for people: first what has drifted and where it is shown, then what could not be judged, and why."""
    gone = furthest_first(drifts)
    lines = (
        [f"Left their tolerance ({len(gone)}):", *(line for one in gone for line in _with_files(one))] if gone else []
    )
    for title, states in _GROUPS:
        group = [one for one in drifts if one.state in states]
        lines += [f"{title} ({len(group)}):", *(f"  {one.line()}" for one in group)] if group else []
    return lines or ["No figure has a live slot, so there is nothing to compare."]


_GROUPS: Final = (
    ("Cannot be compared as they are written", (State.UNREADABLE,)),
    ("Without a tolerance", (State.UNJUDGED,)),
    ("Held", (State.HELD,)),
    ("Live value not to be had", (State.MISSING,)),
    ("Within their tolerance", (State.WITHIN,)),
)


def _with_files(drift: Drift) -> Iterator[str]:
    yield f"  {drift.line()}"
    yield f"    change it in facts/figures.toml [{drift.figure.id}]; shown by {', '.join(drift.files) or 'no file'}"


async def live_values(library: Library, figures: Figures, within: float = PATIENCE) -> Mapping[str, LiveValue | NotHad]:
    """The live value of every slot that a figure stands in for, or why there is none. Never raises for a provider's
    sake; takes about `within` seconds at most.
    """
    slots = [slot.partition(":")[::2] for slot in judged_slots(library)]
    symbols = [key for kind, key in slots if kind in QUOTED]
    others = [_beside(kind, key, library.facts, figures, within) for kind, key in slots if kind not in QUOTED]
    quotes, beside = await asyncio.gather(figures.quotes(symbols, within), asyncio.gather(*others))
    by_symbol = {quote.token.symbol: quote for quote in quotes}
    quoted = [_quoted(kind, key, by_symbol.get(key)) for kind, key in slots if kind in QUOTED]
    return {one.slot: one for one in (*quoted, *beside)}


async def _beside(kind: str, key: str, facts: Facts, figures: Figures, within: float) -> LiveValue | NotHad:
    slot = f"{kind}:{key}"
    if not facts.has_live(kind, key):
        return NotHad(slot, _NO_SOURCE)
    found: Dated | None = None
    if kind == "tvl":
        found = await figures.tvl(key, within)
    elif (apy := await figures.apr(key, within)) is not None:
        found = apy.apy
    return NotHad(slot, _NO_ANSWER) if found is None else LiveValue(slot, found.value, found.at, found.source)


def _quoted(kind: str, symbol: str, quote: Quote | None) -> LiveValue | NotHad:
    slot = f"{kind}:{symbol}"
    if quote is None or not quote.token.has_live(kind):
        return NotHad(slot, _NO_SOURCE)
    if kind == "price":
        return _price(slot, quote)
    return _rate(slot, quote) if kind == "rate" else _premium(slot, quote)


def _price(slot: str, quote: Quote) -> LiveValue | NotHad:
    if quote.spot is None and quote.others:
        told = " and ".join(f"{dollars(spot.usd)} by {spot.source}" for spot in quote.others)
        return NotHad(slot, f"its sources disagree, {told}", held=True)
    if quote.spot is None or quote.age is Age.LAST_KNOWN:
        return NotHad(slot, _NO_ANSWER)
    return LiveValue(slot, quote.spot.usd, quote.spot.at, quote.spot.source)


def _rate(slot: str, quote: Quote) -> LiveValue | NotHad:
    if not quote.rates_connected:
        return NotHad(slot, f"{_NO_FIGURE}, for no Ethereum node is set (ETH_RPC_URLS)")
    if quote.rate is None:
        return NotHad(slot, f"{_NO_FIGURE}, no node answers")
    doubts = [words for held, words in _DOUBTS.items() if held in quote.held]
    if doubts:
        return NotHad(slot, f"{ether(quote.rate.value)}, but {doubts[0]}", held=True)
    return LiveValue(slot, quote.rate.value, quote.rate.at, "its contract")


def _premium(slot: str, quote: Quote) -> LiveValue | NotHad:
    if quote.premium is None or quote.spot is None:
        return NotHad(slot, f"no premium can be told now ({quote.state.replace('_', ' ')})", held=True)
    return LiveValue(slot, quote.premium, quote.spot.at, f"{quote.spot.source} against the stated rate")
