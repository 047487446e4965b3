"""A market room with few tokens and round numbers, for doubles to play on.

ETH is at 2,000 USD. What the first source, the second source and the contracts say of the others makes these premiums:

| token | first source | in ETH | stated rate | premium |
|---|---|---|---|---|
| weETH | 2,189 USD | 1.0945 | 1.10 | −0.5 % |
| ezETH | 2,140 USD | 1.07 | 1.07 | 0 |
| rsETH | 2,121 USD | 1.0605 | 1.05 | +1 % |
| pufETH | 2,132 USD | 1.066 | 1.04 | +2.5 % |

The second source agrees but for weETH: 2,191.20 USD and 1.0956 ETH, which is −0.4 %.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from bot.knowledge.facts import Facts, Incident, Protocol, Token
from bot.market.endpoints import Endpoints
from bot.market.ethereum import Reading
from bot.market.market import Market
from bot.market.quotes import Quote
from tests.doubles import ordinary
from tests.doubles.providers import Providers

FIRST, SECOND = "DefiLlama", "CoinGecko"
MOMENT = ordinary.MOMENT
WEETH_KEY, EZETH_KEY, RSETH_KEY = ordinary.WEETH.key, ordinary.EZETH.key, ordinary.RSETH.key
ETH_KEY = ordinary.ETH.key
EZETH_RATE = "0x387dBc0fB00b26fb085aa658527D5BE98302c84C"
LRT_ORACLE = "0x349A73444b1a310BAe67ef67973022020d70020d"
EETH = "0x35fA164735182de50811E8e2E824cFb9B6118ac2"
WEI = 10**18
DAY = timedelta(days=1)


def _address(key: str) -> str:
    return key.partition(":")[2]


def _rate(contract: str, call: str, selector: str) -> dict[str, Any]:
    return {"rate_contract": contract, "rate_call": call, "rate_selector": selector, "rate_assumes": "Nothing."}


ETH = Token("ETH", "Ether", defillama=ETH_KEY, coingecko="ethereum")
WETH = Token("WETH", "Wrapped Ether")
WEETH = Token(
    "weETH",
    "Wrapped eETH",
    "etherfi",
    "LRT",
    address=_address(WEETH_KEY),
    coingecko="wrapped-eeth",
    yield_pool="46bd2bdf-6d92-4066-b482-e885ee172264",
    **_rate(_address(WEETH_KEY), "getRate()", "0x679aefce"),
)
EETH_TOKEN = Token(
    "eETH",
    "ether.fi ETH",
    "etherfi",
    "LRT",
    address=EETH,
    coingecko="ether-fi-staked-eth",
    rebases="Its balance grows instead.",
)
EZETH = Token(
    "ezETH",
    "Renzo Restaked ETH",
    "renzo",
    "LRT",
    address=_address(EZETH_KEY),
    coingecko="renzo-restaked-eth",
    yield_project="renzo",
    **_rate(EZETH_RATE, "getRate()", "0x679aefce"),
)
RSETH = Token(
    "rsETH",
    "Kelp Restaked ETH",
    "kelp",
    "LRT",
    address=_address(RSETH_KEY),
    coingecko="kelp-dao-restaked-eth",
    pause_contract=LRT_ORACLE,
    yield_pool="33c732f6-a78d-41da-af5b-ccd9fa5e52d5",
    **_rate(LRT_ORACLE, "rsETHPrice()", "0xb4b46434"),
)
PUFETH = Token(
    "pufETH",
    "Puffer ETH",
    "puffer",
    "LRT",
    address=_address(ordinary.PUFETH.key),
    coingecko="pufeth",
    yield_project="puffer-stake",
    **_rate(_address(ordinary.PUFETH.key), "convertToAssets(uint256)", "0x07a2d13a"),
)
EIGEN = Token("EIGEN", "EIGEN", "eigenlayer", "governance", defillama=ordinary.EIGEN.key, coingecko="eigenlayer")
TOKENS = (ETH, WETH, WEETH, EETH_TOKEN, EZETH, RSETH, PUFETH, EIGEN)
RATED = ("weETH", "ezETH", "rsETH", "pufETH")
RATES = {"weETH": Decimal("1.1"), "ezETH": Decimal("1.07"), "rsETH": Decimal("1.05"), "pufETH": Decimal("1.04")}
USD = {
    "ETH": Decimal(2000),
    "weETH": Decimal(2189),
    "ezETH": Decimal(2140),
    "rsETH": Decimal(2121),
    "pufETH": Decimal(2132),
}
SECOND_USD = USD | {"weETH": Decimal("2191.20")}
PREMIUMS = {"weETH": Decimal("-0.5"), "ezETH": Decimal(0), "rsETH": Decimal(1), "pufETH": Decimal("2.5")}
SECOND_PREMIUM = Decimal("-0.4")
"""Of weETH."""

PROTOCOLS = (
    Protocol("eigenlayer", "EigenLayer", tvl_slugs=("eigencloud", "eigenlayer")),
    Protocol("etherfi", "ether.fi", tvl_slugs=("ether.fi-stake",)),
    Protocol("renzo", "Renzo", tvl_slugs=("renzo",)),
    Protocol("kelp", "Kelp", tvl_slugs=("kelp",)),
    Protocol("puffer", "Puffer", tvl_slugs=("puffer-stake",)),
    Protocol("bedrock", "Bedrock"),
)


def facts_of(tokens: Sequence[Token] = TOKENS, incidents: Sequence[Incident] = ()) -> Facts:
    """Facts with these tokens and incidents, and all protocols."""
    return Facts(
        tokens=MappingProxyType({token.symbol: token for token in tokens}),
        protocols=MappingProxyType({protocol.id: protocol for protocol in PROTOCOLS}),
        incidents=MappingProxyType({incident.id: incident for incident in incidents}),
    )


FACTS = facts_of()


def incident(protocol: str, state: str = "open") -> Incident:
    """Something that went wrong there."""
    day = MOMENT.date()
    return Incident("halt", "Halt", (protocol,), state, day, day, "Something is wrong.")


class MovedClock:
    """Stands still until the test moves it."""

    def __init__(self, now: datetime = MOMENT) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, delta: timedelta = timedelta(), **units: float) -> None:
        """Move it, by a delta or by units such as `minutes=5`; negative ones set it back."""
        self.now += delta + timedelta(**units)


class Notebook:
    """Remembers as the bot does between two starts: what was recorded is read again by the next market."""

    def __init__(self, *readings: Reading) -> None:
        self.readings = list(readings)
        self.notes: dict[str, str] = {}

    def record(self, reading: Reading) -> None:
        """Keep it."""
        self.readings.append(reading)

    async def past(self, since: datetime) -> Sequence[Reading]:
        """By token, then time, as from the disk."""
        known = [one for one in self.readings if one.at >= since]
        return sorted(known, key=lambda one: (one.token, one.at))

    async def note(self, name: str) -> str | None:
        """As it was kept."""
        return self.notes.get(name)

    async def keep_note(self, name: str, text: str) -> None:
        """Keep it."""
        self.notes[name] = text


def fill(double: Providers) -> None:
    """Tell the providers the prices above."""
    for symbol, usd in USD.items():
        token = FACTS.tokens[symbol]
        double.price(token.llama, usd, symbol=symbol)
        double.gecko_price(token.coingecko, usd=SECOND_USD[symbol], eth=SECOND_USD[symbol] / USD["ETH"])


def endpoints_at(double: Providers, nodes: Sequence[str] = (), key: str = "") -> Endpoints:
    """The doubles' addresses, as the market takes them."""
    return Endpoints(double.coins_url, double.api_url, double.yields_url, double.gecko_url, key, tuple(nodes))


def reading(rate: object, at: datetime = MOMENT, symbol: str = "weETH", block: int = 25_000_000) -> Reading:
    """A stated rate as read; `rate` as a text of digits."""
    return Reading(symbol, Decimal(str(rate)), block, at)


async def until(happened: Callable[[], bool]) -> None:
    """Wait for what happens in another thread, for five seconds at most."""
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110 - a double cannot set an event of this loop
            await asyncio.sleep(0.01)


async def quote(market: Market, symbol: str = "weETH", within: float = 2.5) -> Quote:
    """One quote."""
    [found] = await market.quotes([symbol], within)
    return found


async def states(market: Market, *symbols: str, within: float = 2.5) -> dict[str, str]:
    """The state of each of these quotes, of those with a stated rate where none are named."""
    return {found.token.symbol: found.state for found in await market.quotes(symbols or RATED, within)}
