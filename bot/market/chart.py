"""What a picture of a token's price shows, as data and as words: the price on the market in ETH, the rate that the
protocol states, and the premium of one over the other. `bot.market.drawing` draws it. Pure.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from statistics import median_low

LONGEST_HOLD = timedelta(days=3)
"""For how long a recorded rate stands when no other follows. Rates grow about 0.01 % a day, so that a rate this old
is off by less than the noise of a price."""
GAP = 3
"""A line is broken where the next price took more than this many times the usual spacing."""
NOISE = Decimal("0.25")
"""Percent on either side of the rate within which a premium says nothing."""
LONGEST_RANGE = 3650
"""Days that one picture may cover."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Not from `strftime`, which writes the months of the machine's language."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a moment. Raises ValueError for a time without its zone."""

    at: datetime
    value: Decimal

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("the time of a point needs its zone")


Stretch = tuple[Point, ...]
"""Points in order of time that one line may join; never empty."""


@dataclass(frozen=True, slots=True)
class History:
    """Prices of one token over the last `days` days (1 to `LONGEST_RANGE`) up to `now`.

    `market` holds the price of one token in ETH as `source` tells it, `rate` the ETH for one token that the protocol
    states, as recorded about once a day; it may be empty, begin late and have holes. Points may come in any order.
    What is not a positive number, lies ahead of `now`, or is a price from before the range, is left out; of several
    values of one moment the last counts. Recordings from before the range stay: the last of them holds into it.
    Raises ValueError for other numbers of days.
    """

    symbol: str
    days: int
    market: tuple[Point, ...]
    rate: tuple[Point, ...]
    source: str
    now: datetime

    def __post_init__(self) -> None:
        if not 1 <= self.days <= LONGEST_RANGE:
            raise ValueError(f"a history covers 1 to {LONGEST_RANGE} days, not {self.days}")
        usable = [point for point in self.market if point.at >= self.start]
        object.__setattr__(self, "market", _in_order(usable, self.now))
        object.__setattr__(self, "rate", _in_order(self.rate, self.now))

    @property
    def start(self) -> datetime:
        """Where the range begins."""
        return self.now - timedelta(days=self.days)


def _in_order(points: Iterable[Point], now: datetime) -> tuple[Point, ...]:
    usable = {point.at: point for point in points if point.value.is_finite() and point.value > 0 and point.at <= now}
    return tuple(usable[at] for at in sorted(usable))


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """What a picture says in numbers; None where that is not known. Prices and rates in ETH, premiums in percent.
    Of several equal lows or highs the first is named.
    """

    points: int
    market_first: Point | None
    market_last: Point | None
    market_low: Point | None
    market_high: Point | None
    rate_last: Point | None
    rate_since: datetime | None
    premium_last: Point | None
    premium_low: Point | None
    premium_high: Point | None


@dataclass(frozen=True, slots=True)
class Labels:
    """All texts of a picture but those along its axes. An empty text is not drawn."""

    title: str
    subtitle: str
    premium_title: str
    noise: str
    market: str
    market_low: str
    market_high: str
    rate: str
    premium: str
    premium_low: str
    premium_high: str
    before: str
    """Stands where no rate was recorded yet."""
    no_premium: str
    """Stands instead of the line of the premium."""
    no_lines: str
    """Stands instead of all lines."""
    notes: tuple[str, ...]


def stretches(points: Sequence[Point]) -> tuple[Stretch, ...]:
    """`points`, which are in order, parted where none came for more than `GAP` times the usual (median) spacing."""
    if not points:
        return ()
    spacings = [later.at - earlier.at for earlier, later in pairwise(points)]
    longest = GAP * median_low(spacings) if spacings else timedelta()
    ends = [at for at, spacing in enumerate(spacings, start=1) if spacing > longest]
    return tuple(tuple(points[start:end]) for start, end in pairwise([0, *ends, len(points)]))


def rate_stretches(history: History) -> tuple[Stretch, ...]:
    """The stated rate within the range as steps, two points for each: where it began to hold and where it ended."""
    steps: list[list[Point]] = []
    ends = [*(following.at for following in history.rate[1:]), history.now]
    for known, following in zip(history.rate, ends, strict=False):
        start, end = max(known.at, history.start), min(known.at + LONGEST_HOLD, following)
        if end < start:
            continue
        if not steps or steps[-1][-1].at != start:
            steps.append([])
        steps[-1] += [Point(start, known.value), Point(end, known.value)]
    return tuple(tuple(step) for step in steps)


def premium_stretches(history: History) -> tuple[Stretch, ...]:
    """What `premiums` gives, parted where prices are missing or no rate is known."""
    times = [recording.at for recording in history.rate]
    parts: list[Stretch] = []
    for prices in stretches(history.market):
        worked_out = [_premium(price, history.rate, times) for price in prices]
        for known, run in groupby(worked_out, key=lambda premium: premium is not None):
            if known:
                parts.append(tuple(premium for premium in run if premium is not None))
    return tuple(parts)


def _premium(price: Point, rate: Sequence[Point], times: Sequence[datetime]) -> Point | None:
    place = bisect_right(times, price.at) - 1
    if place < 0 or price.at - times[place] > LONGEST_HOLD:
        return None
    return Point(price.at, (price.value / rate[place].value - 1) * 100)


def premiums(history: History) -> tuple[Point, ...]:
    """(market / rate - 1) x 100 in percent, wherever a rate is known at the moment of a price.

    This is the peg of DefiLlama (`ethPeg` in yield-server's triggerLSDRates.js), reckoned against the rate that was
    recorded last: it holds until the next recording, for three days at most, and never before the first.
    """
    return tuple(premium for stretch in premium_stretches(history) for premium in stretch)


def facts_of(history: History) -> ChartFacts:
    """The numbers of `history` that its picture and its words share."""
    market, rate, premium = history.market, history.rate, premiums(history)
    return ChartFacts(
        points=len(market),
        market_first=market[0] if market else None,
        market_last=market[-1] if market else None,
        market_low=min(market, key=_value, default=None),
        market_high=max(market, key=_value, default=None),
        rate_last=rate[-1] if rate else None,
        rate_since=rate[0].at if rate else None,
        premium_last=premium[-1] if premium else None,
        premium_low=min(premium, key=_value, default=None),
        premium_high=max(premium, key=_value, default=None),
    )


def _value(point: Point) -> Decimal:
    return point.value


def ratio(value: Decimal) -> str:
    """ETH for one token, with four decimals."""
    return f"{value:.4f}"


def percent(value: Decimal, decimals: int = 2) -> str:
    """A premium with its sign, as in `−0.31%` and `+0.02%`; what rounds to zero has none."""
    size = f"{abs(value):.{decimals}f}"
    sign = "" if not Decimal(size) else "−" if value < 0 else "+"
    return f"{sign}{size}%"


def day(at: datetime) -> str:
    """The day in UTC, as in `5 Nov 2026`."""
    at = at.astimezone(UTC)
    return f"{at.day} {MONTHS[at.month - 1]} {at.year}"


def moment(at: datetime) -> str:
    """The minute in UTC, as in `5 Nov 2026, 14:05 UTC`."""
    return f"{day(at)}, {at.astimezone(UTC):%H:%M} UTC"


def labels(history: History, *, held_back: str = "") -> Labels:
    """The texts of the picture of `history`. `held_back` is a sentence that stands instead of the premium."""
    facts = facts_of(history)
    market, low, high = (_said(point, ratio) for point in (facts.market_last, facts.market_low, facts.market_high))
    last, lowest, highest = (
        "" if held_back else _said(point, percent)
        for point in (facts.premium_last, facts.premium_low, facts.premium_high)
    )
    return Labels(
        title=f"{history.symbol} · {_span(history)}",
        subtitle="Price in ETH · rate stated by the protocol" if history.rate else "Price in ETH",
        premium_title="Premium to the stated rate",
        noise=f"shaded: ±{NOISE}%" if last else "",
        market=market,
        market_low="" if low in {market, high} else low,
        market_high="" if high in {market, low} else high,
        rate=_said(facts.rate_last, ratio) if rate_stretches(history) else "",
        premium=last,
        premium_low="" if lowest in {last, highest} else lowest,
        premium_high="" if highest in {last, lowest} else highest,
        before=f"rate recorded since {_since(facts)}" if last and _starts_late(facts) else "",
        no_premium=held_back or _why_no_premium(facts),
        no_lines=_why_no_lines(history, facts),
        notes=_notes(history),
    )


def text_twin(history: History, *, held_back: str = "") -> str:
    """What the picture of `history` shows, in four to eight lines, for the text under it and for screen readers."""
    facts = facts_of(history)
    lines = [
        f"{history.symbol} · {_span(history)}: price on the market in ETH, and the rate stated by the protocol",
        *_market_lines(history, facts),
        *_rate_lines(history, facts, held_back),
        " · ".join(_notes(history)),
    ]
    return "\n".join(lines)


def _market_lines(history: History, facts: ChartFacts) -> list[str]:
    first, last, low, high = facts.market_first, facts.market_last, facts.market_low, facts.market_high
    if not (first and last and low and high) or first is last:
        return [_why_no_lines(history, facts)]
    return [
        f"Market price: {_eth(last)}; first of {facts.points} points {_eth(first)}",
        f"Lowest {_eth(low)}; highest {_eth(high)}",
    ]


def _rate_lines(history: History, facts: ChartFacts, held_back: str) -> list[str]:
    stated = [f"Stated rate: {_eth(facts.rate_last)}"] if facts.rate_last else []
    if held_back:
        return [*stated, held_back]
    last, low, high = facts.premium_last, facts.premium_low, facts.premium_high
    if not (last and low and high):
        return [*stated, _why_no_premium(facts)]
    return [
        *stated,
        *_since_lines(history, facts),
        f"Premium {_pct(last)}" + (f"; lowest {_pct(low)}; highest {_pct(high)}" if low is not high else ""),
        f"A premium within ±{NOISE}% is noise",
    ]


def _since_lines(history: History, facts: ChartFacts) -> list[str]:
    known = rate_stretches(history)
    late, holes = _starts_late(facts), len(known) > 1 or known[-1][-1].at < history.now
    since = f"The stated rate is recorded here since {_since(facts)}"
    hole = "where none was recorded for more than 3 days"
    if late:
        return [f"{since}; before that{f', and {hole},' if holes else ''} no premium is drawn"]
    return [f"No premium is drawn {hole}"] if holes else []


def _since(facts: ChartFacts) -> str:
    return day(facts.rate_since) if facts.rate_since else ""


def _starts_late(facts: ChartFacts) -> bool:
    first, since = facts.market_first, facts.rate_since
    return first is not None and since is not None and since > first.at


def _why_no_premium(facts: ChartFacts) -> str:
    if facts.rate_last is None:
        return "No stated rate is recorded yet, so no premium is drawn"
    if facts.premium_last is None:
        return "No stated rate was recorded within this time, so no premium is drawn"
    return ""


def _why_no_lines(history: History, facts: ChartFacts) -> str:
    if facts.market_last is None:
        return f"No market price is known for the last {_span(history)}"
    if facts.points == 1:
        return f"Only one market price is known: {_eth(facts.market_last)}"
    return ""


def _notes(history: History) -> tuple[str, ...]:
    rate = ["Rate: recorded from the contract by this bot"] if history.rate else []
    return (f"Price: {history.source}", *rate, f"as of {moment(history.now)}")


def _span(history: History) -> str:
    return f"{history.days} day{'' if history.days == 1 else 's'}"


def _said(point: Point | None, words: Callable[[Decimal], str]) -> str:
    return words(point.value) if point else ""


def _eth(point: Point) -> str:
    return f"{ratio(point.value)} ETH at {moment(point.at)}"


def _pct(point: Point) -> str:
    return f"{percent(point.value)} at {moment(point.at)}"
