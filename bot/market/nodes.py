"""Stated rates through a list of nodes, held against what was read before and against each other."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from bot.clock import Clock
from bot.knowledge.facts import Token
from bot.market.circuit import Circuit
from bot.market.errors import ProviderError
from bot.market.ethereum import Block, Reading, block_request, parse_block
from bot.market.http import Http
from bot.market.kept import Kept
from bot.market.memory import MarketMemory
from bot.market.quotes import JUMP_DAYS, jump_of

log = logging.getLogger("bot.market")

RATES_FOR: Final = timedelta(minutes=5)
REMEMBERED: Final = timedelta(days=100)
"""How far back readings are held in memory."""
AGREEMENT: Final = Decimal("0.001")
"""Share by which two nodes may differ: they are asked at blocks some seconds apart."""


@dataclass(frozen=True, slots=True)
class _Node:
    url: str
    circuit: Circuit


class Nodes:
    """The stated rates of `tokens`. A rate that moved as none does by itself is believed only where a second node
    says the same.
    """

    def __init__(
        self, urls: Sequence[str], tokens: Sequence[Token], http: Http, clock: Clock, memory: MarketMemory
    ) -> None:
        self._tokens = [token for token in tokens if token.rate_contract]
        self._http, self._clock, self._memory = http, clock, memory
        self._nodes = [_Node(url, Circuit(f"Ethereum node {n}", clock)) for n, url in enumerate(urls, 1)]
        self._past: dict[str, list[Reading]] | None = None
        circuit = Circuit("Stated rates", clock)
        self._kept: Kept[Block] = Kept(self._fetch, clock=clock, circuit=circuit, fresh_for=RATES_FOR)

    @property
    def connected(self) -> bool:
        """Whether any node is set."""
        return bool(self._nodes)

    async def block(self, within: float) -> Block | None:
        """The newest rates, waiting at most `within` seconds; the last ones while no node answers."""
        return await self._kept.get(within) if self._nodes and self._tokens else None

    def past(self, symbol: str) -> Sequence[Reading]:
        """Earlier readings of a token's rate, in order of time: of each day the first and the last."""
        return (self._past or {}).get(symbol, ())

    async def close(self) -> None:
        """Give up a request that is on its way."""
        await self._kept.close()

    async def _fetch(self) -> Block:
        past = await self._loaded()
        for place, node in enumerate(self._nodes):
            block = await self._asked(node)
            if block is not None:
                checked = await self._checked(block, past, self._nodes[place + 1 :])
                self._remember(checked, past)
                return checked
        raise ProviderError("no node answers")

    async def _loaded(self) -> dict[str, list[Reading]]:
        if self._past is None:
            found: dict[str, list[Reading]] = {}
            for reading in await self._memory.past(self._clock() - REMEMBERED):
                found.setdefault(reading.token, []).append(reading)
            self._past = found
        return self._past

    async def _asked(self, node: _Node) -> Block | None:
        """What a node says; None where it says nothing of use, which is told to its circuit."""
        if not node.circuit.admits():
            return None
        try:
            body = await self._http.fetch(block_request(node.url, self._tokens))
            block = parse_block(body, self._tokens, self._clock())
        except ProviderError as error:
            node.circuit.failed(error)
            return None
        node.circuit.succeeded()
        return block

    async def _checked(self, block: Block, past: Mapping[str, list[Reading]], others: Sequence[_Node]) -> Block:
        """The block without the rates that nobody should believe."""
        jumped = {name for name, one in block.rates.items() if jump_of(one, past.get(name, ())) is not None}
        unknown = {name for name, one in block.rates.items() if not _is_known(one, past.get(name, ()))}
        if not jumped and not (unknown and others):
            return block
        second = await self._second(others)
        rates = dict(block.rates)
        for name in jumped | unknown:
            believed = _believed(rates[name], second, past.get(name, ()), alone=name not in jumped)
            if believed is None:
                log.warning("The rate that a node states for %s is not used: nothing confirms it.", name)
                del rates[name]
            else:
                rates[name] = believed
        return replace(block, rates=rates)

    async def _second(self, others: Sequence[_Node]) -> Block | None:
        for node in others:
            block = await self._asked(node)
            if block is not None:
                return block
        return None

    def _remember(self, block: Block, past: dict[str, list[Reading]]) -> None:
        """Keep the first and the last reading of each day."""
        for name, reading in block.rates.items():
            known = past.setdefault(name, [])
            if known and known[-1].at >= reading.at:
                continue
            if len(known) > 1 and known[-2].at.date() == reading.at.date():
                known.pop()
            known.append(reading)
            self._memory.record(reading)


def _is_known(reading: Reading, past: Sequence[Reading]) -> bool:
    return any(abs(reading.at - one.at) <= JUMP_DAYS for one in past)


def _believed(reading: Reading, second: Block | None, past: Sequence[Reading], *, alone: bool) -> Reading | None:
    """The reading that a second node confirms, or the second's where that alone continues what was read before.

    `alone` says that the first reading may stand where no second node answers.
    """
    other = second.rates.get(reading.token) if second is not None else None
    if other is None:
        return reading if alone else None
    if abs(other.rate / reading.rate - 1) <= AGREEMENT:
        return reading
    return other if past and _is_known(other, past) and jump_of(other, past) is None else None
