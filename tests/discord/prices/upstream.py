"""Providers and a node as far as the Discord face needs them, behind httpx, with what can go wrong as switches."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import unquote

import eth_abi
import httpx

from bot.market.abi import BLOCK_NUMBER, BLOCK_TIMESTAMP, MULTICALL3
from bot.market.endpoints import Endpoints
from tests.discord.prices.facts import ETHER_KEY, TOKENS

NODE = "https://node.test"
BLOCK = 21_345_678
ETHER_USD = 2000.0


def endpoints(*, node: bool) -> Endpoints:
    return Endpoints(
        coins="https://coins.test",
        totals="https://totals.test",
        yields="https://yields.test",
        second="https://second.test",
        nodes=(NODE,) if node else (),
    )


class Upstream:
    """What the providers know. `usd` are DefiLlama's prices by symbol, `second` CoinGecko's, `rates` what contracts
    state; `down` names hosts that fail, `wait` the seconds that each answer takes, `aged` how old the prices are.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.usd = {"ETH": ETHER_USD} | {token.symbol: ETHER_USD * token.rate for token in TOKENS}
        self.second = dict(self.usd)
        self.rates = {token.address.lower(): token.rate for token in TOKENS}
        self.down: set[str] = set()
        self.wait = 0.0
        self.aged = timedelta()
        self.asked: Counter[str] = Counter()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host.partition(".")[0]
        what = f"{host} {request.url.path.split('/')[1]}"
        self.asked[what] += 1
        if self.wait:
            await asyncio.sleep(self.wait)
        if host in self.down:
            return httpx.Response(500)
        body = httpx.ByteStream(json.dumps(self._answer(what, request)).encode())
        return httpx.Response(200, headers={"content-type": "application/json"}, stream=body)

    @property
    def requests(self) -> int:
        return self.asked.total()

    def _answer(self, what: str, request: httpx.Request) -> object:
        answers: dict[str, Callable[[httpx.Request], object]] = {
            "coins prices": self._prices,
            "coins chart": self._pasts,
            "second simple": lambda _: {token.coingecko: self._second(token.symbol) for token in TOKENS},
            "second coins": lambda _: {"prices": []},
            "totals tvl": lambda _: 118_000_000,
            "yields chart": self._yields,
            "node ": lambda _: {"jsonrpc": "2.0", "id": 1, "result": "0x" + self._called(request).hex()},
        }
        return answers[what](request)

    def _prices(self, request: httpx.Request) -> object:
        return {"coins": {key: self._coin(key) for key in _keys(request) if self._symbol(key) in self.usd}}

    def _pasts(self, request: httpx.Request) -> object:
        return {"coins": {key: {"symbol": "x", "prices": self._past(key, request)} for key in _keys(request)}}

    def _yields(self, _: httpx.Request) -> object:
        row = {"timestamp": self._at.isoformat(), "apy": 2.83, "apyBase": 2.83, "apyReward": None}
        return {"status": "success", "data": [row]}

    @property
    def _at(self) -> datetime:
        return self._clock() - self.aged

    def _symbol(self, key: str) -> str:
        return "ETH" if key == ETHER_KEY else next(one.symbol for one in TOKENS if one.address == key.partition(":")[2])

    def _coin(self, key: str) -> object:
        symbol = self._symbol(key)
        price = {"symbol": symbol, "price": self.usd[symbol], "confidence": 0.99}
        return price | {"timestamp": int(self._at.timestamp())}

    def _second(self, symbol: str) -> object:
        usd = self.second[symbol]
        return {"usd": usd, "eth": usd / ETHER_USD, "last_updated_at": int(self._at.timestamp())}

    def _past(self, key: str, request: httpx.Request) -> list[object]:
        start, span = int(request.url.params["start"]), int(request.url.params["span"])
        step = (int(self._clock().timestamp()) - start) // span
        usd = self.usd[self._symbol(key)]
        return [{"timestamp": start + step * place, "price": usd} for place in range(1, span + 1)]

    def _called(self, request: httpx.Request) -> bytes:
        """What Multicall3 returns for a batch of reads."""
        data = bytes.fromhex(json.loads(request.content)["params"][0]["data"][2:])
        (calls,) = eth_abi.decode(["(address,bool,bytes)[]"], data[4:])
        return eth_abi.encode(["(bool,bytes)[]"], [[(True, self._read(target, call)) for target, _, call in calls]])

    def _read(self, target: str, call: bytes) -> bytes:
        own = {BLOCK_NUMBER: BLOCK, BLOCK_TIMESTAMP: int(self._clock().timestamp())}
        if target == MULTICALL3.lower():
            return eth_abi.encode(["uint256"], [own["0x" + call.hex()]])
        return eth_abi.encode(["uint256"], [round(self.rates[target] * 10**18)])


def _keys(request: httpx.Request) -> list[str]:
    return unquote(request.url.path).rpartition("/")[2].split(",")
