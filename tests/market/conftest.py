"""The market room before doubles on loopback, with a clock that only the test moves."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.knowledge.facts import Facts
from bot.market.http import Http
from bot.market.market import Market
from bot.market.memory import MarketMemory
from tests.doubles.providers import Providers
from tests.market.room import FACTS, RATES, RSETH, WEI, MovedClock, endpoints_at, fill

OpenMarket = Callable[..., Market]


@pytest.fixture(autouse=True)
def plain_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests to loopback go there, whatever proxy this machine uses. None of them is over TLS, so that reading
    certificates for each client, which takes longer than an ordinary test, is spared.
    """
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(Path(__file__).parent))


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def double(clock: MovedClock) -> Iterator[Providers]:
    with Providers(clock) as running:
        fill(running)
        yield running


@pytest.fixture
async def http(clock: MovedClock) -> AsyncIterator[Http]:
    opened = Http(clock)
    yield opened
    await opened.close()


@pytest.fixture
async def open_market(double: Providers, clock: MovedClock) -> AsyncIterator[OpenMarket]:
    """Opens markets before the doubles; all are closed at the end."""
    opened: list[Market] = []

    def open_one(
        nodes: Sequence[str] = (), *, facts: Facts = FACTS, memory: MarketMemory | None = None, key: str = ""
    ) -> Market:
        opened.append(Market(facts, endpoints_at(double, nodes, key), clock, memory=memory))
        return opened[-1]

    yield open_one
    for market in opened:
        await market.close()


@pytest.fixture
def market(open_market: OpenMarket) -> Market:
    """A market without a node."""
    return open_market()


def stating(chain: Any, rates: Mapping[str, Decimal]) -> None:
    """Have the contracts of a chain state these rates."""
    for symbol, rate in rates.items():
        token = FACTS.tokens[symbol]
        chain.set_rate(token.rate_contract, int(rate * WEI), token.rate_selector if symbol == "rsETH" else None)


@pytest.fixture
def new_chain(clock: MovedClock) -> Callable[..., Any]:
    """Makes chains that state the rates, or others in their place. Tests that ask for it need the EVM."""
    evm = pytest.importorskip("tests.doubles.evm")

    def make(**rates: Decimal) -> Any:
        chain = evm.Chain(clock=clock)
        stating(chain, RATES | rates)
        chain.set_paused(RSETH.pause_contract, False)
        return chain

    return make


@pytest.fixture
def new_node(new_chain: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Starts nodes, each before a chain of its own unless one is given."""
    from tests.doubles.rpc import RpcDouble

    running: list[RpcDouble] = []

    def start(chain: Any = None, **rates: Decimal) -> RpcDouble:
        node = RpcDouble(chain or new_chain(**rates))
        node.start()
        running.append(node)
        return node

    yield start
    for node in running:
        node.stop()


@pytest.fixture
def node(new_node: Callable[..., Any]) -> Any:
    return new_node()


@pytest.fixture
def chain(node: Any) -> Any:
    return node.chain


@pytest.fixture
def rated(open_market: OpenMarket, node: Any) -> Market:
    """A market with one node."""
    return open_market([node.url])
