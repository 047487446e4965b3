"""Everything that the market room asks, as doubles that know every token of the facts; for a bot beside this process.

with Outside(facts) as outside:
    outside.delay(0.2)
    ...  # start a bot with outside.environment
    outside.counts()
"""

import asyncio
import shutil
import time
from collections.abc import Sequence
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.clock import Clock, utc_now
from bot.knowledge.facts import Facts, Token
from tests.discord.library import write_library
from tests.doubles import rpc
from tests.doubles.evm import Chain
from tests.doubles.ordinary import EIGEN, ETH_USD
from tests.doubles.providers import Providers
from tests.doubles.rpc import RpcDouble
from tests.standin import Interaction, StandIn
from tests.standin.launch import CHECKOUT

NODE_KEY = "made-up-node-key-5f0c93"
SECOND_KEY = "CG-made-up-key-81d2"
WEI = Decimal(10**18)
GAP = Decimal("1.001")
"""Market price over stated rate: a tenth of a percent, which no rule finds remarkable."""


def rate_of(place: int) -> Decimal:
    """The stated rate of the token that stands there in the facts, in ETH; different for each."""
    return Decimal("1.03") + place * Decimal("0.005")


def figures(token: Token, place: int) -> tuple[Decimal, Decimal]:
    """A likely price of a token in US dollars and in ETH."""
    if not token.stands_for_ether:
        usd = ETH_USD if token.symbol == "ETH" else EIGEN.usd
        return usd, usd / ETH_USD
    eth = rate_of(place) * GAP if token.rate_contract else Decimal(1)
    return eth * ETH_USD, eth


def write_tokens(folder: Path) -> Path:
    """Write the small knowledge folder, with the tokens and protocols that are shipped, and give it back."""
    shutil.copytree(CHECKOUT / "knowledge" / "facts", write_library(folder) / "facts")
    return folder


class Outside:
    """All four hosts of providers and one Ethereum node. Leaving the context raises what `Providers` complains of."""

    def __init__(self, facts: Facts, clock: Clock = utc_now) -> None:
        self.tokens = [token for token in facts.tokens.values() if token.is_priced]
        self.chain = Chain(clock=clock)
        self.providers = Providers(clock)
        self.node = RpcDouble(self.chain)
        self._open = ExitStack()
        self.providers.gecko_key = SECOND_KEY
        for place, token in enumerate(self.tokens):
            self._tell(token, place)

    def _tell(self, token: Token, place: int) -> None:
        usd, eth = figures(token, place)
        if token.llama:
            self.providers.price(token.llama, usd, symbol=token.symbol)
        if token.coingecko:
            self.providers.gecko_price(token.coingecko, usd=usd, eth=eth)
        if token.rate_contract:
            self.chain.set_rate(token.rate_contract, int(rate_of(place) * WEI), token.rate_selector)
        if token.pause_contract:
            self.chain.set_paused(token.pause_contract, False)

    def __enter__(self) -> Self:
        self._open.enter_context(self.providers)
        self._open.enter_context(self.node)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    @property
    def rates(self) -> dict[str, Decimal]:
        """The stated rates, in ETH."""
        return {token.symbol: rate_of(place) for place, token in enumerate(self.tokens) if token.rate_contract}

    @property
    def node_url(self) -> str:
        """The node's address, with a key in it as hosted nodes have."""
        return f"{self.node.url}/v3/{NODE_KEY}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead a bot process here; to be read once the doubles run."""
        return self.providers.environment | {"ETH_RPC_URLS": self.node_url, "COINGECKO_API_KEY": SECOND_KEY}

    def delay(self, seconds: float) -> None:
        """Have every host wait so long before each answer; zero ends it."""
        for host in self.providers.hosts:
            host.simulate(seconds)
        self.node.behave(rpc.slow(seconds))

    def refuse(self) -> None:
        """Refuse all connections from now on."""
        for host in self.providers.hosts:
            host.stop()
        self.node.stop()

    def serve(self) -> None:
        """Listen again, on the same ports."""
        for host in self.providers.hosts:
            host.start()
        self.node.start()

    def counts(self) -> dict[str, int]:
        """How many requests reached each host so far."""
        found = {host.name: len(host.requests) for host in self.providers.hosts}
        return found | {"node": len(self.node.requests)}

    def counts_since(self, before: dict[str, int]) -> dict[str, int]:
        """How many more there are than in an earlier count; hosts without any are left out."""
        return {name: count - before[name] for name, count in self.counts().items() if count > before[name]}


async def ask_at_once(discord: StandIn, count: int, tokens: Sequence[str | None]) -> list[Interaction]:
    """`/price` by so many members at once; the tokens take turns, None asks for all."""
    options = [{} if token is None else {"token": token} for token in tokens]
    return await at_once(discord, "price", [options[number % len(options)] for number in range(count)])


async def at_once(discord: StandIn, command: str, options: Sequence[dict[str, str]]) -> list[Interaction]:
    """A slash command with each of these options, each by a member who asks nothing else."""
    members = [discord.actor(f"member-{number}") for number in range(len(options))]
    asked = []
    for member, chosen in zip(members, options, strict=True):
        asked.append(await member.slash(command, **chosen))
        await asyncio.sleep(0)  # the stand-in, in the same loop, takes answers meanwhile
    return asked


async def answered(asked: Sequence[Interaction], within: float) -> int:
    """Wait until all can be read, at most so many seconds altogether; returns how many are lost."""
    until = time.monotonic() + within
    lost = 0
    for interaction in asked:
        try:
            await interaction.message(max(0.0, until - time.monotonic()))
        except TimeoutError:
            lost += 1
    return lost
