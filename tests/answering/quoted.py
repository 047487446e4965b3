"""Quotes for tests: an evening in November with a few tokens, and a market that knows what a test tells it."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bot.knowledge import Facts, Figure, Incident, Protocol, Token
from bot.market.beside import Dated, YieldFigure
from bot.market.chart import History, Point
from bot.market.ethereum import Reading
from bot.market.market import Details
from bot.market.quotes import Evidence, Quote, Spot, quote_of

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
ETHER_USD = Decimal(2000)

_RATE = {"rate_contract": "0x" + "1" * 40, "rate_call": "getRate()", "rate_selector": "0x679aefce"}
ETH = Token("ETH", "Ether", aliases=("ether", "ethereum"), defillama="coingecko:ethereum", coingecko="ethereum")
RSETH = Token(
    "rsETH",
    "Kelp Restaked ETH",
    "kelp",
    "LRT",
    ("rs eth", "kelp eth"),
    address="0x" + "a" * 40,
    coingecko="kelp-dao-restaked-eth",
    rate_assumes="A stored value.",
    yield_pool="a-pool",
    yield_method="a figure that Kelp itself publishes",
    **_RATE,
)
EZETH = Token(
    "ezETH",
    "Renzo Restaked ETH",
    "renzo",
    "LRT",
    ("ez eth", "easy eth"),
    address="0x" + "b" * 40,
    coingecko="renzo-restaked-eth",
    yield_pool="another-pool",
    **_RATE,
)
EETH = Token(
    "eETH",
    "ether.fi ETH",
    "etherfi",
    "LRT",
    ("e eth",),
    address="0x" + "c" * 40,
    coingecko="ether-fi-staked-eth",
    rebases="eETH rebases: its balance grows instead of its rate, so one eETH stands for one ETH.",
)
WEETH = Token("weETH", "Wrapped eETH", "etherfi", "LRT", ("wrapped eeth",), address="0x" + "d" * 40, **_RATE)
PUFETH = Token("pufETH", "Puffer ETH", "puffer", "LRT", ("puffer eth",), address="0x" + "e" * 40, **_RATE)
PUFFER = Token("PUFFER", "Puffer governance token", "puffer", "governance", ("puffer coin",))
RSWETH = Token("rswETH", "Swell Restaked ETH", "swell", "LRT", (), address="0x" + "f" * 40, **_RATE)
SWETH = Token("swETH", "Swell ETH", "swell", "LST", ("swell staked eth",))
EIGEN = Token("EIGEN", "EIGEN", "eigenlayer", "governance", (), address="0x" + "0" * 40, coingecko="eigenlayer")
TOKENS = (ETH, WEETH, EETH, EZETH, PUFETH, RSETH, RSWETH, SWETH, EIGEN, PUFFER)
PROTOCOLS = (
    Protocol(
        "kelp",
        "Kelp",
        aliases=("kelpdao",),
        tvl_slugs=("kelp",),
        tvl_note="Counted inside EigenLayer too.",
        exits=("kelp-queue", "kelp-fee"),
        exit_note="Both exits are on Ethereum only (docs of December 2025).",
    ),
    Protocol("renzo", "Renzo", tvl_slugs=("renzo",)),
    Protocol("etherfi", "ether.fi", aliases=("ether fi",)),
    Protocol("puffer", "Puffer"),
    Protocol("swell", "Swell"),
    Protocol("eigenlayer", "EigenLayer"),
)
FIGURES = (
    Figure("kelp-queue", "10 to 25 days", "25", "days", date(2026, 5, 30), "Docs", label="queue"),
    Figure("kelp-fee", "0.2%", "0.2", "%", date(2025, 12, 1), "Docs", grade="U", label="instant exit"),
)
BROKEN = Incident(
    "broken",
    "A loss at Kelp",
    ("kelp",),
    "open",
    date(2026, 11, 20),
    date(2026, 11, 22),
    "Kelp has lost funds.",
    paused="withdrawals",
)


def facts(*, figures: Sequence[Figure] = FIGURES, incidents: Sequence[Incident] = ()) -> Facts:
    """What the files say."""
    return Facts(
        figures={figure.id: figure for figure in figures},
        tokens={token.symbol: token for token in TOKENS},
        protocols={protocol.id: protocol for protocol in PROTOCOLS},
        incidents={incident.id: incident for incident in incidents},
    )


def ago(**age: float) -> datetime:
    """A moment before now."""
    return NOW - timedelta(**age)


def spot(
    usd: str, *, minutes: float = 2, source: str = "DefiLlama", sure: str | None = "0.99", eth: str | None = None
) -> Spot:
    """A price, in ETH by the usual price of ether unless that is given; "" for unknown."""
    in_eth = Decimal(usd) / ETHER_USD if eth is None else Decimal(eth) if eth else None
    return Spot(source, Decimal(usd), ago(minutes=minutes), in_eth, None if sure is None else Decimal(sure))


def second(usd: str, **more: float) -> Spot:
    """A price of the second source, which states no confidence."""
    return spot(usd, source="CoinGecko", sure=None, minutes=more.get("minutes", 1))


def reading(token: Token, rate: str, **age: float) -> Reading:
    """A stated rate, read so long ago."""
    return Reading(token.symbol, Decimal(rate), 25_500_000, ago(**(age or {"minutes": 3})))


def evidence(token: Token = RSETH, **known: object) -> Evidence:
    """All is well: a price a little below a rate that moved yesterday. `known` is what a test has otherwise."""
    told: dict[str, object] = {"first": spot("2138.00")}
    if token.rate_contract:
        told |= {"rate": reading(token, "1.07"), "past": (reading(token, "1.0699", days=1),)}
    return Evidence(**(told | known))  # type: ignore[arg-type]


def quote(token: Token = RSETH, *, incidents: tuple[Incident, ...] = (), **known: object) -> Quote:
    """What may be said of a token."""
    return quote_of(token, evidence(token, **known), incidents, NOW)


class Stub:
    """Stands in for the market: knows the evidence, yields and totals that a test tells, and no network."""

    def __init__(self, known: Facts, **told: Evidence) -> None:
        self.facts, self.told = known, told
        self.tokens = tuple(token for token in known.tokens.values() if token.is_priced)
        self.yields: dict[str, YieldFigure] = {}
        self.totals: dict[str, Dated] = {}
        self.past: History | None = None
        self.asked: list[tuple[str, ...]] = []

    async def quotes(self, symbols: Sequence[str], within: float = 2.5) -> list[Quote]:
        """Quotes of the known tokens among `symbols`, as the market room makes them."""
        await asyncio.sleep(0)
        self.asked.append(tuple(symbols))
        tokens = [self.facts.tokens[one] for one in dict.fromkeys(symbols) if one in self.facts.tokens]
        return [
            quote_of(token, self.told.get(token.symbol, Evidence()), self.facts.open_incidents((token.protocol,)), NOW)
            for token in tokens
        ]

    async def details(self, symbols: Sequence[str], within: float = 2.5) -> Mapping[str, Details]:
        """What a test told of yields and totals."""
        return {
            symbol: Details(await self.apr(symbol), await self.tvl(self.facts.tokens[symbol].protocol))
            for symbol in symbols
            if symbol in self.facts.tokens
        }

    async def apr(self, symbol: str, within: float = 2.5) -> YieldFigure | None:
        """The yield that a test told."""
        return self.yields.get(symbol)

    async def tvl(self, protocol: str, within: float = 2.5) -> Dated | None:
        """The total that a test told."""
        return self.totals.get(protocol)

    async def history(self, symbol: str, days: int, within: float = 2.5) -> History | None:
        """The history that a test told."""
        return None if self.past is None else replace(self.past, symbol=symbol, days=days)


def history(*prices: str, rate: str = "1.07") -> History:
    """Hourly prices in ETH up to now beside a rate."""
    points = [Point(ago(hours=back), Decimal(price)) for back, price in enumerate(reversed(prices))]
    return History("rsETH", 7, tuple(points), (Point(ago(days=2), Decimal(rate)),), "DefiLlama", NOW)


def apy(value: str, reward: str | None = None, **age: float) -> YieldFigure:
    """A yield in percent a year."""
    stated = Dated(Decimal(value), ago(**(age or {"hours": 3})), "DefiLlama")
    return YieldFigure(stated, reward=None if reward is None else Decimal(reward))


def total(value: str, **age: float) -> Dated:
    """What a protocol holds in dollars."""
    return Dated(Decimal(value), ago(**(age or {"minutes": 10})), "DefiLlama")
