"""Doubles of DefiLlama and CoinGecko over real TCP on loopback, for tests in this process and for a bot beside it:

    with Providers(clock) as double:
        double.price("ethereum:0xabc", Decimal("2122.85"))
        double.coins.behave(behaviours.too_many(119), times=1)
        ...  # requests go to double.coins_url, double.api_url, double.yields_url, double.gecko_url

It begins with an ordinary market (see `ordinary`). What goes wrong is in `behaviours` for any host, in `llama` and
`gecko` for their data; `Host` says how to apply it.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import TracebackType
from typing import Any, Self

from bot.clock import Clock, utc_now
from tests.doubles import ordinary
from tests.doubles.behaviours import body
from tests.doubles.gecko import BASE, KEY_PARAMETERS, KIND, Gecko
from tests.doubles.llama import Llama, Points
from tests.doubles.serving import Answer, Host, LoopThread, Number, Reply, Request

SURE = Decimal("0.99")


class Providers:
    """All four hosts with what they know. Leaving the context raises AssertionError for what no test may do
    unnoticed: see `complaints`.
    """

    def __init__(self, clock: Clock = utc_now, *, filled: bool = True) -> None:
        """`clock` is the providers' own time; prices without a time are of the moment of asking. `filled` False begins
        with nothing known.
        """
        self._thread = LoopThread()
        self._llama, self._gecko = Llama(clock), Gecko(clock)
        self._leaks: list[str] = []
        self.coins = self._host("coins", self._llama.coins)
        self.api = self._host("api", self._llama.api)
        self.yields = self._host("yields", self._llama.yields)
        self.gecko = self._host("gecko", self._gecko.answer, BASE)
        self.hosts = (self.coins, self.api, self.yields, self.gecko)
        if filled:
            self._fill(clock().isoformat(timespec="milliseconds").replace("+00:00", "Z"))

    def __enter__(self) -> Self:
        for host in self.hosts:
            host.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for host in self.hosts:
            host.close()
        self._thread.close()
        if kind is None and self.complaints:
            raise AssertionError("; ".join(self.complaints))

    @property
    def coins_url(self) -> str:
        """For `DEFILLAMA_COINS_URL`."""
        return self.coins.url

    @property
    def api_url(self) -> str:
        """For `DEFILLAMA_API_URL`."""
        return self.api.url

    @property
    def yields_url(self) -> str:
        """For `DEFILLAMA_YIELDS_URL`."""
        return self.yields.url

    @property
    def gecko_url(self) -> str:
        """For `COINGECKO_URL`; ends in `/api/v3`, as the address that CoinGecko documents."""
        return self.gecko.url

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead a bot process here."""
        return {
            "DEFILLAMA_COINS_URL": self.coins_url,
            "DEFILLAMA_API_URL": self.api_url,
            "DEFILLAMA_YIELDS_URL": self.yields_url,
            "COINGECKO_URL": self.gecko_url,
        }

    @property
    def requests(self) -> list[Request]:
        """What reached any of the hosts, in order of arrival."""
        return sorted((request for host in self.hosts for request in host.requests), key=lambda one: one.arrived)

    @property
    def complaints(self) -> list[str]:
        """API keys where they do not belong (in an address, or sent to another provider), and faults of the double."""
        return self._leaks + [failure for host in self.hosts for failure in host.failures]

    @property
    def gecko_key(self) -> str | None:
        """The demo key that CoinGecko accepts; None accepts any. A request without one is keyless and always fine."""
        return self._gecko.key

    @gecko_key.setter
    def gecko_key(self, key: str | None) -> None:
        self._gecko.key = key

    def forget(self) -> None:
        """Let the providers know nothing."""
        self._llama.forget()
        self._gecko.forget()

    def price(
        self,
        key: str,
        usd: Number,
        *,
        at: int | None = None,
        confidence: Number | None = SURE,
        symbol: str | None = None,
    ) -> None:
        """DefiLlama's price of `ethereum:0x…` or `coingecko:id`. `at` is Unix seconds; when that is more than 12 hours
        ago the coin is left out, as by the real server (to serve old prices all the same: `llama.aged`). No confidence
        leaves the field out.
        """
        self._llama.know_price(key, usd, at, confidence, symbol)

    def tvl(self, slug: str, usd: Number) -> None:
        """What DefiLlama says a protocol holds, in US dollars."""
        self._llama.know_tvl(slug, usd)

    def yield_rows(self, pool: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """A pool's daily yields, oldest first. Rows hold `timestamp` (ISO text), `tvlUsd`, `apy`, `apyBase`,
        `apyReward` …; what is left out is null. Numbers are Decimal, int or `Verbatim`; a plain text is sent as one.
        """
        self._llama.know_yields(pool, rows)

    def pools(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """The list of all pools; what a row leaves out gets an ordinary value or null. Numbers as in `yield_rows`."""
        self._llama.know_pools(rows)

    def history(self, key: str, points: Points, *, gecko_id: str | None = None) -> None:
        """Past prices in US dollars: of DefiLlama's chart and, for `coingecko:id` or with a `gecko_id`, of CoinGecko's.
        CoinGecko states them in ETH too where the history of `coingecko:ethereum` is known.
        """
        self._llama.know_history(key, points)
        name = gecko_id or (key.partition(":")[2] if key.startswith("coingecko:") else None)
        if name is not None:
            self.gecko_history(name, points)

    def gecko_price(
        self, name: str, *, usd: Number | None = None, eth: Number | None = None, at: int | None = None
    ) -> None:
        """CoinGecko's price of an id; None leaves the currency out. `at` is Unix seconds or None for always now."""
        self._gecko.know_price(name, {"usd": usd, "eth": eth}, at)

    def gecko_history(self, name: str, points: Points, *, currency: str = "usd") -> None:
        """CoinGecko's past prices of an id by Unix seconds; it sends milliseconds."""
        self._gecko.know_history(name, points, currency)

    def _host(self, name: str, answer: Answer, base: str = "") -> Host:
        return Host(name, self._watched(answer), self._thread, base)

    def _watched(self, answer: Answer) -> Answer:
        def watch(request: Request) -> Reply:
            if any(parameter in request.query for parameter in KEY_PARAMETERS):
                self._leaks.append(f"an API key stands in an address: {request.host}{request.path}")
                return body('{"error":"the key belongs in the header"}', 400, KIND)(Reply())
            if request.host != "gecko" and any(name.startswith("x-cg-") for name in request.headers):
                self._leaks.append(f"CoinGecko's API key was sent to {request.host}{request.path}")
            return answer(request)

        return watch

    def _fill(self, now: str) -> None:
        for coin in ordinary.COINS:
            self.price(coin.key, coin.usd, symbol=coin.symbol)
            self.gecko_price(coin.gecko_id, usd=coin.usd, eth=coin.eth)
        for slug, usd in ordinary.TVL.items():
            self.tvl(slug, usd)
        for pool in ordinary.POOLS:
            self.yield_rows(str(pool["pool"]), [{"timestamp": now, **ordinary.yield_of(pool)}])
        self.pools(ordinary.POOLS)
