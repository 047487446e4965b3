"""The providers' doubles at a fixed moment, and a client that asks them."""

import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.doubles.ordinary import ETH, MOMENT, WEETH
from tests.doubles.providers import Providers
from tests.doubles.serving import Behaviour

CURRENT = f"/prices/current/{ETH.key},{WEETH.key}"


@pytest.fixture
def double() -> Iterator[Providers]:
    with Providers(lambda: MOMENT) as running:
        yield running


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=10) as opened:
        yield opened


@pytest.fixture
def coins(double: Providers, client: httpx.Client) -> Callable[..., dict[str, Any]]:
    """What the coins host answers about ETH and weETH, read without loss."""

    def ask(*broken: Behaviour) -> dict[str, Any]:
        double.coins.behave(*broken)
        answer = client.get(double.coins_url + CURRENT)
        found: dict[str, Any] = json.loads(answer.text, parse_float=Decimal)["coins"]
        return found

    return ask


@pytest.fixture
def simple(double: Providers, client: httpx.Client) -> Callable[..., httpx.Response]:
    """CoinGecko's answer about ETH and weETH."""

    def ask(*broken: Behaviour, ids: str = "ethereum,wrapped-eeth", **headers: str) -> httpx.Response:
        double.gecko.behave(*broken)
        query = {"ids": ids, "vs_currencies": "usd,eth", "include_last_updated_at": "true"}
        return client.get(f"{double.gecko_url}/simple/price", params=query, headers=headers)

    return ask


@pytest.fixture
def ten_days(double: Providers) -> None:
    """Daily prices until now, weETH at 2000 today and a dollar more each day before; ETH at half of that."""
    today = int(MOMENT.timestamp())
    days = [(today - day * 86_400, Decimal(2000 + day)) for day in range(10)]
    double.history(WEETH.key, days, gecko_id=WEETH.gecko_id)
    double.history(ETH.key, [(at, usd / 2) for at, usd in days])
