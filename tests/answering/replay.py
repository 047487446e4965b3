"""Past incidents played through everything there is: providers and nodes over TCP, the market, the memory on disk,
knowledge files as moderators would have kept them, and every text that a member would have read.
"""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Self

from bot.answering import Answer, Question
from bot.answering.as_json import answer_as_json
from bot.answering.numerals import plain_times
from bot.answering.prices import ChartView, PriceDesk, PriceView
from bot.answering.quote_json import quote_as_json
from bot.app import MemoryRates
from bot.console import as_more, as_prices, as_sources, as_text
from bot.knowledge import Library, read_library
from bot.knowledge.facts import Token
from bot.market.market import Market
from bot.opening import desk_of, open_market
from bot.settings import Settings
from bot.storage import Memory
from bot.ui.cards import answer_card
from bot.ui.layout import PRIVATE, Card
from bot.ui.quotes import chart_card, quote_card
from tests.answering.conftest import SURE
from tests.doubles.evm import Chain
from tests.doubles.incidents import Series, Step
from tests.doubles.providers import Providers
from tests.doubles.rpc import RpcDouble
from tests.folders import entry_text, write_folder

DAY = timedelta(days=1)
WIDE = 10_000
"""Columns of a terminal that breaks no line."""
HOUR = 3600
RECENT = HOUR + HOUR // 2
"""Seconds before a step in which its prices hold already, so that a chart shows them."""
POOL = "33c732f6-a78d-41da-af5b-ccd9fa5e52d5"

TOKENS = f"""
[ETH]
name = "Ether"
defillama = "coingecko:ethereum"
coingecko = "ethereum"

[ezETH]
name = "Renzo Restaked ETH"
protocol = "renzo"
address = "0xbf5495Efe5DB9ce00f80364C8B423567e58d2110"
address_sources = ["balancer/code-review ezETHRateProvider.md", "DefiLlama/yield-server renzo/index.js"]
coingecko = "renzo-restaked-eth"
rate_contract = "0x387dBc0fB00b26fb085aa658527D5BE98302c84C"
rate_call = "getRate()"
rate_selector = "0x679aefce"
rate_assumes = "All of Renzo's ETH divided by all ezETH."
rate_moves = 2

[rsETH]
name = "Kelp Restaked ETH"
protocol = "kelp"
address = "0xA1290d69c65A6Fe4DF752f95823fae25cB99e5A7"
address_sources = ["Kelp-DAO/LRT-rsETH README.md", "balancer/code-review rsETHRateProvider.md"]
coingecko = "kelp-dao-restaked-eth"
rate_contract = "0x349A73444b1a310BAe67ef67973022020d70020d"
rate_call = "rsETHPrice()"
rate_selector = "0xb4b46434"
rate_assumes = "A stored value that Kelp updates."
rate_moves = 3
pause_contract = "0x349A73444b1a310BAe67ef67973022020d70020d"
yield_pool = "{POOL}"
yield_method = "a figure that Kelp itself publishes"

[wstETH]
name = "Wrapped Lido Staked ETH"
protocol = "lido"
address = "0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0"
address_sources = ["bgd-labs/aave-address-book AaveV3Ethereum.sol", "compound-finance/comet configuration.json"]
coingecko = "wrapped-steth"
rate_contract = "0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0"
rate_call = "stEthPerToken()"
rate_selector = "0x035faf82"
rate_assumes = "Counts one stETH as one ETH."
rate_moves = 3
"""
PROTOCOLS = """
[renzo]
name = "Renzo"

[kelp]
name = "Kelp"
tvl_slugs = ["kelp"]

[lido]
name = "Lido"
"""
ADDED_TOKEN = """
[wBETH]
name = "Wrapped Beacon ETH"
protocol = "binance"
address = "0xa2E3356610840701BDf5611a53974510Ae27E2e1"
address_sources = ["somebody/a-list tokens.json", "somebody-else/another-list tokens.json"]
coingecko = "wrapped-beacon-eth"
rate_contract = "0xa2E3356610840701BDf5611a53974510Ae27E2e1"
rate_call = "exchangeRate()"
rate_selector = "0x3ba0b9a9"
rate_assumes = "A stored value that Binance updates."
"""
ADDED_PROTOCOL = """
[binance]
name = "Binance"
"""
"""What a moderator would have written on the day, and nothing else: no line of code knows wBETH."""

FIGURES = """
[known-gap]
say = "about 0.1% below its rate"
value = "-0.1"
unit = "%"
as_of = 2024-04-01
source = "A report"
live = "premium:{token}"

[known-yield]
say = "3.1% a year"
value = "3.1"
unit = "% a year"
as_of = 2024-04-02
source = "A report"
live = "apr:{token}"
"""
SLOTS = (
    "It trades at {price:TOKEN}. Its protocol states {rate:TOKEN}. The gap is {premium:TOKEN}. It pays {apr:TOKEN}. "
    "It has done so for long."
)
QUESTION = "what is TOKEN worth right now"


class Now:
    """A clock that a test moves."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that was said of a token in one step. `message` is the one of `price TOKEN` on a terminal, which is
    the card's text too.
    """

    message: str
    view: PriceView
    board: PriceView
    charts: tuple[ChartView, ...]
    answer: Answer
    page: Answer
    as_json: dict[str, object]

    def texts(self) -> dict[str, str]:
        """All texts by where they stand, to look for what must stand in none."""
        told = {"price": self.message, "board": as_prices(self.board, WIDE), "price --json": json.dumps(self.as_json)}
        for name, one in (("answer", self.answer), ("page", self.page)):
            told |= {name: as_text(one, WIDE), f"{name}, more": as_more(one, WIDE), f"{name}, sources": as_sources(one)}
            told |= {f"{name} --json": json.dumps(answer_as_json("", one, 0.0), ensure_ascii=False)}
            told |= {f"{name}, card": _card_text(answer_card(one, PRIVATE))}
        for chart in self.charts:
            name = f"chart of {chart.days} days"
            told |= {name: "\n".join([chart.title, chart.text, *chart.warnings, *chart.banners])}
            told |= {f"{name}, card": _card_text(chart_card(chart, PRIVATE))}
        return told | {"price, card": _card_text(quote_card(self.view, PRIVATE))}


def _card_text(card: Card) -> str:
    """Everything that can be read on a card, menus and descriptions of pictures included."""
    return plain_times(json.dumps(card.to_components(), ensure_ascii=False))


class Replay:
    """One series. In each step the files are what moderators had by then, and the bot has just been started again.

    Without `moderators` nobody opens an incident. `pause_told` is whether the contract can be asked for a pause,
    `second` whether there is a second source, `nodes` how many nodes are set, `charts` the days that are charted.
    """

    def __init__(
        self,
        series: Series,
        place: Path,
        *,
        moderators: bool = True,
        pause_told: bool = True,
        second: bool = True,
        nodes: int = 2,
        charts: Sequence[int] = (7,),
    ) -> None:
        self.series, self.clock, self._charts = series, Now(series.steps[0].at), charts
        self._moderators, self._pause_told, self._second = moderators, pause_told, second
        self._data, self._folder = place / "data", place / "knowledge"
        self._chain = Chain(clock=self.clock)
        self.providers = Providers(self.clock, filled=False)
        self.nodes = [RpcDouble(self._chain) for _ in range(nodes)]

    def __enter__(self) -> Self:
        for part in (self.providers, *self.nodes):
            part.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        for part in (*self.nodes, self.providers):
            part.__exit__(None, None, None)

    def library(self, step: Step) -> Library:
        """The knowledge files of that moment."""
        reading = read_library(write_folder(self._folder, self.files(step)), step.at.date(), thorough=True)
        assert reading.problems == ()
        return reading.library

    def files(self, step: Step) -> dict[str, str]:
        """What moderators had written."""
        token, added = self.series.token, self.series.token == "wBETH"
        slots, question = SLOTS.replace("TOKEN", token), QUESTION.replace("TOKEN", token)
        day = step.at.date().isoformat()
        priced = {"live": "prices", "tokens": token, "reviewed": day, "sources": [f"{day} A report"]}
        figures = FIGURES if token == "rsETH" else FIGURES.partition("[known-yield]")[0]
        return {
            "facts/tokens.toml": TOKENS + (ADDED_TOKEN if added else ""),
            "facts/protocols.toml": PROTOCOLS + (ADDED_PROTOCOL if added else ""),
            "facts/incidents.toml": self._incident(step) if step.incident_open and self._moderators else "",
            "facts/figures.toml": figures.replace("{token}", token),
            "prices/now.md": entry_text("Prices", [question, f"{token} price", "is it depegged"], "Look.", **priced),
            "prices/page.md": entry_text(
                "A page",
                ["tell me all about it", "the whole story", "more of this"],
                slots if token == "rsETH" else slots.replace(f" It pays {{apr:{token}}}.", ""),
                tokens=token,
                reviewed=day,
                sources=[f"{day} A report"],
            ),
        }

    def _incident(self, step: Step) -> str:
        began = next(one.at for one in self.series.steps if one.incident_open)
        banner, paused = BANNERS[self.series.name]
        halted = f'paused = "{paused}"\n' if step.paused and paused else ""
        return (
            f'[it]\ntitle = "{self.series.name}"\nprotocols = ["{self.series.protocol}"]\nstate = "open"\n'
            f'opened = {began.date()}\nupdated = {step.at.date()}\nbanner = "{banner}"\n{halted}'
        )

    def set(self, step: Step, library: Library) -> None:
        """Let the world be as in a step."""
        token, ether = library.facts.tokens[self.series.token], library.facts.tokens["ETH"]
        self.providers.price(token.llama, step.token_usd)
        self.providers.price(ether.llama, step.eth_usd)
        self.providers.gecko_price(ether.coingecko, usd=step.eth_usd, eth=1)
        if step.second_usd is not None and self._second:
            in_eth = round(step.second_usd / step.eth_usd, 8)
            self.providers.gecko_price(token.coingecko, usd=step.second_usd, eth=in_eth)
        self.providers.tvl("kelp", Decimal(1_130_000_000))
        stamp = self.clock().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.providers.yield_rows(POOL, [{"timestamp": stamp, "apy": Decimal("2.48"), "apyBase": Decimal("2.48")}])
        self._state(token, step.rate)
        if token.pause_contract and self._pause_told:
            self._chain.set_paused(token.pause_contract, step.paused)
        self._remember(token.llama, ether.llama, step)

    def _state(self, token: Token, rate: Decimal) -> None:
        self._chain.set_rate(token.rate_contract, int(rate * 10**18), token.rate_selector)

    def _remember(self, token: str, ether: str, step: Step) -> None:
        """What the provider's charts hold: prices of earlier steps until the hours before this one."""
        now = int(step.at.timestamp())
        moments = sorted({now - HOUR * back for back in (*range(168), *range(0, 2160, 12))})
        played = [(at, self._at(at, step)) for at in moments]
        self.providers.history(token, [(at, one.token_usd) for at, one in played])
        self.providers.history(ether, [(at, one.eth_usd) for at, one in played])

    def _at(self, at: int, step: Step) -> Step:
        if at > step.at.timestamp() - RECENT:
            return step
        return next((one for one in reversed(self.series.steps) if one.at.timestamp() <= at), self.series.steps[0])

    @asynccontextmanager
    async def started(self, library: Library) -> AsyncIterator[Market]:
        """A bot with these files and what it has remembered so far."""
        settings = Settings(
            rpc_urls=tuple(node.url for node in self.nodes),
            coins_url=self.providers.coins_url,
            totals_url=self.providers.api_url,
            yields_url=self.providers.yields_url,
            second_url=self.providers.gecko_url,
        )
        async with (
            Memory(self._data, clock=self.clock) as memory,
            open_market(library, settings, self.clock, MemoryRates(memory)) as market,
        ):
            yield market

    async def steps(self) -> AsyncIterator[tuple[Step, Told]]:
        """Every step with all that was said in it; on the days between, only rates are read."""
        following: Sequence[Step | None] = [*self.series.steps[1:], None]
        for step, after in zip(self.series.steps, following, strict=True):
            self.clock.at = step.at
            library = self.library(step)
            self.set(step, library)
            async with self.started(library) as market:
                yield step, await self._told(market, library)
                await self._days_until(market, library, step, after)

    async def _days_until(self, market: Market, library: Library, step: Step, after: Step | None) -> None:
        while after is not None and self.clock.at + DAY < after.at:
            self.clock.at += DAY
            passed = 0 if step.frozen else Decimal((self.clock.at - step.at) / (after.at - step.at))
            self._state(library.facts.tokens[self.series.token], step.rate + (after.rate - step.rate) * passed)
            await market.quotes([self.series.token])

    async def _told(self, market: Market, library: Library) -> Told:
        token, desk = self.series.token, desk_of(library, market, calibrations=SURE)
        prices = desk.prices or PriceDesk(market, library.facts)
        view = await prices.one(token)
        (figures,) = await prices.figures([token])
        page = await desk.open("page")
        assert page is not None
        return Told(
            message=as_prices(view, WIDE),
            view=view,
            board=await prices.board(),
            charts=tuple([await prices.chart(token, days) for days in self._charts]),
            answer=await desk.ask(Question(QUESTION.replace("TOKEN", token))),
            page=page,
            as_json=quote_as_json(*figures, library.facts),
        )


BANNERS = {
    "ezETH thin pools, April 2024": (
        "Since 24 April 2024 ezETH trades at very different prices in thin pools. Withdrawals are not open yet.",
        "",
    ),
    "rsETH oracle upgrade, April 2025": (
        "Kelp has paused rsETH on 30 April 2025 after a fault in an upgrade.",
        "updates of the rate, deposits and withdrawals",
    ),
    "rsETH bridge exploit, April 2026": (
        "About 116,500 rsETH left Kelp's bridge on 18 April 2026. Check Kelp's official channels.",
        "deposits, withdrawals, transfers and updates of the rate",
    ),
    "wBETH on one venue, October 2025": (
        "On 10 October 2025 wBETH trades far below its rate on one exchange.",
        "",
    ),
    "wstETH rate read too low, March 2026": (
        "On 10 March 2026 a wrong rate of wstETH is in use.",
        "",
    ),
}
"""What moderators would have written, by series: the banner, and what is paused."""
