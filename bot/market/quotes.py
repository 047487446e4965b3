"""What is known about a token's price at one moment, and whether its gap to the stated rate may be shown.

Pure: everything was fetched before, and the time is passed in. The bounds stand here and nowhere else; each follows
from what was seen to go wrong (incidents of April 2024, April 2025, October 2025, March and April 2026).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import combinations, takewhile
from typing import Final

from bot.knowledge.facts import Incident, Token
from bot.market.ethereum import HIGHEST, LOWEST, Reading

FRESH: Final = timedelta(minutes=15)
"""Up to this age a price is of now; after it, it is delayed."""
COMPARABLE: Final = timedelta(hours=2)
"""Up to this age a price or a rate is held against the other."""
CURRENT: Final = timedelta(hours=12)
"""After this a price is only what was last known."""
SKEW: Final = timedelta(minutes=5)
"""How far the times of a token's price and ether's may lie apart: ether moves 1 % in that time on a bad day."""
DISAGREEMENT: Final = Decimal("0.02")
"""Two sources that differ by more are shown side by side, and neither is the price."""
LARGE: Final = Decimal(5)
"""A gap in percent that is shown only where a second source confirms the price."""
SURE: Final = Decimal("0.9")
UNSURE: Final = Decimal("0.5")
"""A provider's own confidence: from `SURE` on it stands alone, below `UNSURE` the price is not used."""
JUMP: Final = Decimal("0.01")
"""Share by which a rate does not move by itself; rates grow by about a hundredth of a percent a day."""
JUMP_DAYS: Final = timedelta(days=3)
"""How long a jump is held against a rate."""


class Age(StrEnum):
    """How old a price is."""

    FRESH = "fresh"
    DELAYED = "delayed"
    OLD = "old"
    LAST_KNOWN = "last_known"


class Held(StrEnum):
    """Why no premium is shown. The first that applies is a quote's state; without any the state is `ok`."""

    NO_PRICE = "no_price"
    DISAGREE = "sources_disagree"
    INCIDENT = "incident"
    PAUSED = "rate_paused"
    FROZEN = "rate_frozen"
    JUMPED = "rate_jumped"
    NO_RATE = "no_rate"
    OLD_RATE = "rate_old"
    OLD_PRICE = "price_old"
    NO_ETH = "no_eth_price"
    UNCONFIRMED = "unconfirmed"


OK: Final = "ok"


class Band(StrEnum):
    """How a gap is called. Half of the first is within the noise of two prices read at almost the same time."""

    FAIR = "about fair value"
    SMALL = "small"
    NOTABLE = "notable"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Spot:
    """A market price by one source: US dollars for one token and, where ether's price is of the same moment, ETH."""

    source: str
    usd: Decimal
    at: datetime
    eth: Decimal | None = None
    confidence: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StatedRate:
    """What the protocol states a token to be worth, in ETH, and since when it has not changed, as far as is known.
    `change` is the share by which it jumped, None where it did not.
    """

    value: Decimal
    block: int
    at: datetime
    contract: str
    since: datetime | None = None
    change: Decimal | None = None
    paused: bool = False

    @property
    def unchanged_since(self) -> date | None:
        """The day (UTC) from which on every reading was the same; None where the one before was another."""
        return None if self.since is None else self.since.date()

    def unchanged_for(self, now: datetime) -> timedelta:
        """The time for which every reading was the same. It ends with the last one: nobody knows what came after."""
        return timedelta(0) if self.since is None else max(timedelta(0), min(now, self.at) - self.since)

    def unchanged_days(self, now: datetime) -> int:
        """The whole days of that time."""
        return self.unchanged_for(now).days


@dataclass(frozen=True, slots=True)
class Quote:
    """One token at one moment. `spot` is the headline price, None where there is none; `others` are the prices that
    disagree with each other then, or confirm `spot`. `premium` is in percent of the stated rate, positive above it.
    `held` says why there is no premium, most serious first.
    """

    token: Token
    asked: datetime
    spot: Spot | None = None
    others: tuple[Spot, ...] = ()
    rate: StatedRate | None = None
    premium: Decimal | None = None
    held: tuple[Held, ...] = ()
    incidents: tuple[Incident, ...] = ()
    rates_connected: bool = True

    @property
    def state(self) -> str:
        """`ok`, or the first reason for which no premium is shown."""
        return self.held[0].value if self.held else OK

    @property
    def age(self) -> Age | None:
        """How old the headline price is; None without one."""
        return None if self.spot is None else age_of(self.spot.at, self.asked)

    @property
    def in_eth(self) -> Decimal | None:
        """The headline price in ETH, for a token that stands for ETH; None for others and without a price."""
        return self.spot.eth if self.spot is not None and self.token.stands_for_ether else None

    @property
    def band(self) -> Band | None:
        """How the premium is called; None without one."""
        return None if self.premium is None else band_of(self.premium)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything fetched about one token: the prices of the first and of the second source, each with its value in ETH
    where that is of the same moment; the rate, and what was read of it before.
    """

    first: Spot | None = None
    second: Spot | None = None
    rate: Reading | None = None
    paused: bool = False
    past: Sequence[Reading] = field(default=())
    rates_connected: bool = True


def premium_of(in_eth: Decimal, rate: Decimal) -> Decimal:
    """(market price in ETH / stated rate − 1) in percent. Both must be positive."""
    return (in_eth / rate - 1) * 100


def band_of(premium: Decimal) -> Band:
    """Up to 0.25 % is noise; 2 % is more than stETH lost on the worst day of April 2026 (0.59 %)."""
    size = abs(premium)
    if size < Decimal("0.25"):
        return Band.FAIR
    if size < 1:
        return Band.SMALL
    return Band.NOTABLE if size < 2 else Band.LARGE  # noqa: PLR2004 - see above


def age_of(at: datetime, now: datetime) -> Age:
    """How old a price of that time is. One from the future is judged by its distance too: a clock is wrong."""
    age = abs(now - at)
    if age <= FRESH:
        return Age.FRESH
    if age <= COMPARABLE:
        return Age.DELAYED
    return Age.OLD if age <= CURRENT else Age.LAST_KNOWN


def in_eth(usd: Decimal, at: datetime, ether_usd: Decimal, ether_at: datetime) -> Decimal | None:
    """A price in ETH, where ether's price is of about the same moment; else ether's own move would pass for a gap."""
    return usd / ether_usd if abs(at - ether_at) <= SKEW else None


def needs_second(evidence: Evidence, now: datetime) -> bool:
    """Whether the first source is not enough to stand alone."""
    first = evidence.first
    if first is None or age_of(first.at, now) is not Age.FRESH or first.eth is None:
        return True
    if first.confidence is not None and first.confidence < SURE:
        return True
    return evidence.rate is not None and abs(premium_of(first.eth, evidence.rate.rate)) >= LARGE


def is_strange(token: Token, in_eth: Decimal | None) -> bool:
    """Whether a price in ETH lies where no token that stands for ETH belongs: what tells a bad price without a rate."""
    return token.stands_for_ether and in_eth is not None and not LOWEST <= in_eth <= HIGHEST


def quote_of(token: Token, evidence: Evidence, incidents: tuple[Incident, ...], now: datetime) -> Quote:
    """Puts together what may be said."""
    usable = [spot for spot in (evidence.first, evidence.second) if spot is not None and _is_usable(spot)]
    disagree = _disagree(usable, now)
    spot = None if disagree or not usable else min(usable, key=lambda one: _rank(one, now))
    rate = _stated(token, evidence)
    held = tuple(_reasons(token, spot, rate, usable, bool(incidents), now))
    premium = None
    if not held and spot is not None and spot.eth is not None and rate is not None:
        premium = premium_of(spot.eth, rate.value)
    others = tuple(usable) if disagree else tuple(one for one in usable if one is not spot and _is_current(one, now))
    return Quote(token, now, spot, others, rate, premium, held, incidents, evidence.rates_connected)


def _is_usable(spot: Spot) -> bool:
    return spot.confidence is None or spot.confidence >= UNSURE


def _is_current(spot: Spot, now: datetime) -> bool:
    return age_of(spot.at, now) in {Age.FRESH, Age.DELAYED}


def _rank(spot: Spot, now: datetime) -> tuple[timedelta, bool]:
    """Fresh prices first, then the latest; of fresh ones that which compares with ether, then the first source."""
    return max(abs(now - spot.at), FRESH), spot.eth is None


def _disagree(spots: Sequence[Spot], now: datetime) -> bool:
    """Whether two current sources tell different prices."""
    current = [spot for spot in spots if _is_current(spot, now)]
    return any(_apart(one, other) > DISAGREEMENT for one, other in combinations(current, 2))


def _apart(one: Spot, other: Spot) -> Decimal:
    """The share by which two prices differ. Those of different moments are compared in ETH: in dollars ether's own
    move would pass for a disagreement.
    """
    first, second = one.usd, other.usd
    if abs(one.at - other.at) > SKEW and one.eth is not None and other.eth is not None:
        first, second = one.eth, other.eth
    return max(first, second) / min(first, second) - 1


def _reasons(
    token: Token, spot: Spot | None, rate: StatedRate | None, usable: Sequence[Spot], incident: bool, now: datetime
) -> list[Held]:
    """Why no premium may be shown, most serious first."""
    found = [] if spot is not None else [Held.DISAGREE if usable else Held.NO_PRICE]
    found += [Held.INCIDENT] if incident else []
    found += _rate_reasons(token, rate, now)
    if spot is None:
        return found
    if not _is_current(spot, now):
        found.append(Held.OLD_PRICE)
    elif rate is not None:
        found += _gap_reasons(spot, rate, usable, now)
    elif is_strange(token, spot.eth) and not _is_confirmed(usable, now):
        found.append(Held.UNCONFIRMED)
    return found


def _gap_reasons(spot: Spot, rate: StatedRate, usable: Sequence[Spot], now: datetime) -> list[Held]:
    if spot.eth is None:
        return [Held.NO_ETH]
    doubtful = spot.confidence is not None and spot.confidence < SURE
    large = abs(premium_of(spot.eth, rate.value)) >= LARGE
    return [Held.UNCONFIRMED] if (large or doubtful) and not _is_confirmed(usable, now) else []


def _is_confirmed(usable: Sequence[Spot], now: datetime) -> bool:
    return sum(_is_current(one, now) for one in usable) > 1


def _rate_reasons(token: Token, rate: StatedRate | None, now: datetime) -> list[Held]:
    if rate is None:
        return [Held.NO_RATE] if token.rate_contract or token.rebases else []
    found = [Held.PAUSED] if rate.paused else []
    if rate.unchanged_for(now) >= timedelta(days=token.rate_moves):
        found.append(Held.FROZEN)
    if rate.change is not None:
        found.append(Held.JUMPED)
    return [*found, Held.OLD_RATE] if abs(now - rate.at) > COMPARABLE else found


def _stated(token: Token, evidence: Evidence) -> StatedRate | None:
    reading = evidence.rate
    if reading is None:
        return None
    since = unchanged_since(reading, evidence.past)
    change = jump_of(reading, evidence.past)
    return StatedRate(
        reading.rate, reading.block, reading.at, token.rate_contract, since, change, paused=evidence.paused
    )


def unchanged_since(reading: Reading, past: Sequence[Reading]) -> datetime | None:
    """The time of the first reading from which on all were the same; None where the last one was another. `past` is in
    order of time.
    """
    since = None
    for earlier in reversed(past):
        if earlier.at > reading.at:
            continue
        if earlier.rate != reading.rate:
            break
        since = earlier.at
    return since


def jump_of(reading: Reading, past: Sequence[Reading]) -> Decimal | None:
    """The share by which the rate differs from one of the last days, signed, where that is more than a rate moves by
    itself; None otherwise. The largest counts. `past` is in order of time.
    """
    recent = list(takewhile(lambda one: reading.at - one.at <= JUMP_DAYS, reversed(past)))
    changes = [reading.rate / one.rate - 1 for one in recent]
    largest = max(changes, key=abs, default=Decimal(0))
    return largest if abs(largest) > JUMP else None
