"""Keys and addresses of providers and nodes, which nobody but they may ever read."""

import base64
import io
import json
import logging
import os
import subprocess
import sys

import pytest

pytest.importorskip("pyrevm")

from bot.clock import utc_now
from bot.logs import start_logging
from bot.market.http import Http
from bot.market.market import Market
from bot.market.selfcheck import look
from bot.opening import endpoints_of
from bot.settings import Settings
from tests.doubles import behaviours, gecko, rpc
from tests.doubles.providers import Providers
from tests.doubles.rpc import RpcDouble
from tests.market.room import FACTS, fill

IN_PATH, IN_QUERY = "made-up-path-key-5f0c93", "made-up-query-key-81d2e4"
USER, PASSWORD = "made-up-user-77aa", "made-up-password-c0ffee"
COINS_KEY, GECKO_KEY = "made-up-coins-key-1b2c3d", "CG-made-up-gecko-key-9e8f"
SECRETS = (IN_PATH, IN_QUERY, USER, PASSWORD, COINS_KEY, GECKO_KEY)
SECRETS += tuple(base64.b64encode(secret.encode()).decode() for secret in (f"{USER}:{PASSWORD}", f"{COINS_KEY}:"))
LIBRARIES = ("httpx", "httpcore", "asyncio")


@pytest.fixture
def nodes(new_node):
    return [new_node() for _ in range(3)]


@pytest.fixture
def settings(double, nodes):
    """Settings with a key in every place where one can stand."""
    urls = (
        f"{nodes[0].url}/v3/{IN_PATH}",
        f"{nodes[1].url}/?apikey={IN_QUERY}",
        nodes[2].url.replace("http://", f"http://{USER}:{PASSWORD}@"),
    )
    double.gecko_key = GECKO_KEY
    return Settings(
        rpc_urls=urls,
        coins_url=double.coins_url.replace("http://", f"http://{COINS_KEY}@"),
        totals_url=double.api_url,
        yields_url=double.yields_url,
        second_url=double.gecko_url,
        second_key=GECKO_KEY,
        log_level="DEBUG",
    )


@pytest.fixture
def printed(settings):
    """What the bot's own log shows; afterwards the loggers are as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in LIBRARIES}
    start_logging(settings)
    text = io.StringIO()
    root.handlers[0].setStream(text)
    yield text.getvalue
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


async def everything(settings, clock):
    """All that the room can be asked, and what it says, as text."""
    http = Http(clock)
    market = Market(FACTS, endpoints_of(settings), clock, http=http)
    symbols = list(FACTS.tokens)
    answers = [
        await market.quotes(symbols),
        await market.details(symbols),
        await market.history("weETH", 7),
        await look(FACTS, endpoints_of(settings), http, clock),
    ]
    await market.close()
    return repr([*answers, settings, endpoints_of(settings), vars(market)]) + str(answers[-1])


def leaks(text):
    return [secret for secret in SECRETS if secret in text]


def own_lines(logged):
    """The lines that are not of a library."""
    return "\n".join(line for line in logged.splitlines() if not any(f" {name}" in line for name in LIBRARIES))


FAULTS = {
    "well": None,
    "refused": "stop",
    "403": behaviours.forbidden(),
    "429": behaviours.too_many(119),
    "cut off": behaviours.cut_off(),
    "redirect": behaviours.moved(f"http://other.invalid/{IN_PATH}"),
    "error of shape C": gecko.error_c(),
    "wrong key": gecko.wrong_key(),
}
NODE_FAULTS = {
    "well": rpc.honest,
    "reverts": rpc.reverting(),
    "403": rpc.html(403),
    "429": rpc.too_many(119),
    "cut off": rpc.cut_off(),
    "no JSON": rpc.raw(b"no"),
    "repeats its address": rpc.error(-32000, f"the key {IN_PATH} is exhausted"),
}


@pytest.fixture
def talkative(printed):
    """The same, with every library at its most talkative, as an operator might set it to find a fault."""
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.DEBUG)
    return printed


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_no_failure_of_a_provider_prints_a_key_or_an_address(settings, talkative, double, clock, fault):
    for host in double.hosts:
        if fault == "stop":
            host.stop()
        elif fault is not None:
            host.behave(fault)
    told, logged = await everything(settings, clock), talkative()
    assert leaks(told + logged) == []
    assert "127.0.0.1" not in told + own_lines(logged)
    assert "httpx: HTTP Request" in logged  # or this test would see nothing


@pytest.mark.parametrize("fault", NODE_FAULTS.values(), ids=NODE_FAULTS)
async def test_no_failure_of_a_node_prints_a_key_or_an_address(settings, talkative, nodes, clock, fault):
    for node in nodes:
        node.behave(fault)
    told, logged = await everything(settings, clock), talkative()
    assert leaks(told + logged) == []
    assert "127.0.0.1" not in told + own_lines(logged)
    assert all(node.requests for node in nodes)


async def test_as_configured_no_library_prints_anything(settings, printed, double, clock):
    double.coins.behave(behaviours.forbidden())
    await everything(settings, clock)
    logged = printed()
    assert "DefiLlama: HTTP status 403" in logged
    assert own_lines(logged) == logged.rstrip("\n")


async def test_the_keys_reach_those_they_are_for_and_nobody_else(settings, double, new_node, clock):
    double.coins.stop()
    await everything(settings, clock)
    assert {request.headers.get("x-cg-demo-api-key") for request in double.gecko.requests} == {GECKO_KEY}
    others = [request for request in double.requests if request.host != "gecko"]
    assert others
    assert leaks("".join(str(dict(request.headers)) + request.target for request in others)) == []


def test_the_command_line_prints_no_key_and_no_address(new_chain):
    with Providers(utc_now) as double, RpcDouble(new_chain_now(new_chain)) as node:
        fill(double)
        double.coins.behave(behaviours.forbidden())
        environment = double.environment | {
            "ETH_RPC_URLS": f"{node.url}/v3/{IN_PATH}",
            "COINGECKO_API_KEY": GECKO_KEY,
            "LOG_LEVEL": "DEBUG",
        }
        for command in (["price", "weETH", "--json"], ["selfcheck"]):
            done = subprocess.run(
                [sys.executable, "-m", "bot", *command],
                env={name: value for name, value in os.environ.items() if "proxy" not in name.lower()} | environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode in {0, 1}, done.stderr
            assert leaks(done.stdout + done.stderr) == []
            assert "127.0.0.1" not in done.stdout + done.stderr
            assert "DefiLlama" in done.stdout + done.stderr
            if "--json" in command:
                assert json.loads(done.stdout.splitlines()[0])["price"]["source"] == "CoinGecko"


def new_chain_now(new_chain):
    chain = new_chain()
    chain.follow(utc_now)
    return chain
