"""The room as a whole: how many requests questions cost, how long they take, and what holds of every answer."""

import asyncio
import json
import time
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import read_library
from bot.market.endpoints import Endpoints
from bot.market.http import Http
from bot.market.market import BUDGET, Market
from bot.market.quotes import Age, Held, age_of
from tests.doubles import behaviours, llama
from tests.folders import TODAY
from tests.market.room import (
    EZETH_KEY,
    FACTS,
    FIRST,
    MOMENT,
    PREMIUMS,
    RATED,
    SECOND,
    SECOND_PREMIUM,
    TOKENS,
    MovedClock,
    facts_of,
    incident,
    quote,
    states,
    until,
)

SYMBOLS = [token.symbol for token in TOKENS]


# Requests


async def test_a_thousand_who_ask_at_once_cost_one_request_to_each_provider(rated, double, node):
    double.coins.simulate(latency=0.05)
    found = await asyncio.gather(*(rated.quotes(RATED) for _ in range(1000)))
    assert all({one.token.symbol: one.premium for one in quotes} == PREMIUMS for quotes in found)
    assert (len(double.coins.requests), len(double.gecko.requests), len(node.requests)) == (1, 0, 1)


async def test_a_thousand_who_ask_while_the_first_source_is_down_cost_one_request_to_the_second(rated, double, node):
    double.coins.stop()
    double.gecko.simulate(latency=0.05)
    found = await asyncio.gather(*(quote(rated) for _ in range(1000)))
    assert {one.premium for one in found} == {SECOND_PREMIUM}
    assert (len(double.gecko.requests), len(node.requests)) == (1, 1)


async def test_without_a_node_a_price_far_from_one_ether_is_held_against_the_second_source(market, double, node):
    double.price(EZETH_KEY, 700)
    found = await quote(market, "ezETH")
    assert (found.spot, found.state) == (None, Held.DISAGREE)
    assert [spot.source for spot in found.others] == [FIRST, SECOND]
    assert len(double.gecko.requests) == 1


async def test_what_is_known_costs_no_request(rated, double, node):
    await rated.quotes(SYMBOLS)
    await rated.details(SYMBOLS)
    before = len(double.requests), len(node.requests)
    for _ in range(10):
        await rated.quotes(SYMBOLS)
        await rated.details(SYMBOLS)
    assert (len(double.requests), len(node.requests)) == before


async def test_nothing_is_asked_before_anybody_asks(rated, double, node):
    await asyncio.sleep(0.05)
    assert (double.requests, node.requests) == ([], [])


async def test_a_member_who_leaves_takes_no_request_from_the_others(rated, double, node):
    double.coins.simulate(latency=0.2)
    leaving, staying = (asyncio.create_task(quote(rated)) for _ in range(2))
    await asyncio.sleep(0.05)
    leaving.cancel()
    assert (await staying).premium == PREMIUMS["weETH"]
    assert leaving.cancelled()
    assert (len(double.coins.requests), len(node.requests)) == (1, 1)


async def test_unknown_symbols_are_passed_over_and_a_symbol_named_twice_is_quoted_once(market):
    found = await market.quotes(["ETH", "nobody", "weETH", "ETH"])
    assert [one.token.symbol for one in found] == ["ETH", "weETH"]
    assert await market.quotes([]) == []


async def test_tokens_without_a_price_are_not_among_those_that_have_one(market):
    assert [token.symbol for token in market.tokens] == [symbol for symbol in SYMBOLS if symbol != "WETH"]


# Time


def test_a_first_answer_leaves_a_member_no_longer_than_three_seconds():
    assert BUDGET <= 2.5


async def test_when_nothing_answers_the_last_known_values_come_within_the_budget(rated, double, node, clock):
    from tests.doubles import rpc

    await rated.quotes(RATED)
    clock.forward(hours=1)
    for host in double.hosts:
        host.simulate(latency=30)
    node.behave(rpc.slow(30))
    began = time.monotonic()
    weeth = await quote(rated, within=0.25)
    assert time.monotonic() - began < 0.5
    assert (weeth.spot.usd, weeth.spot.at, weeth.age, weeth.premium) == (2189, MOMENT, Age.DELAYED, Decimal("-0.5"))


async def test_when_nothing_answers_and_nothing_is_known_that_is_said_within_the_budget(rated, double, node):
    from tests.doubles import rpc

    for host in double.hosts:
        host.simulate(latency=30)
    node.behave(rpc.slow(30))
    began = time.monotonic()
    assert await states(rated, within=0.25) == dict.fromkeys(RATED, Held.NO_PRICE)
    assert time.monotonic() - began < 0.5


async def test_a_slow_answer_is_there_for_the_next_who_asks(market, double):
    double.coins.behave(behaviours.slow(0.2), times=1)
    double.gecko.stop()
    assert (await quote(market, within=0.1)).spot is None
    await asyncio.sleep(0.25)
    assert (await quote(market, within=0.1)).spot.source == FIRST
    assert len(double.coins.requests) == 1


async def test_a_known_answer_needs_no_time_at_all(rated):
    await quote(rated)
    assert (await quote(rated, within=0)).premium == PREMIUMS["weETH"]


# Incidents


@pytest.mark.parametrize(("state", "told"), [("open", Held.INCIDENT), ("closed", "ok")])
async def test_an_open_incident_takes_the_premium_of_its_protocols_tokens_only(open_market, node, state, told):
    market = open_market([node.url], facts=facts_of(incidents=[incident("kelp", state)]))
    assert await states(market) == dict.fromkeys(RATED, "ok") | {"rsETH": told}
    rseth = await quote(market, "rsETH")
    assert (rseth.spot.usd, rseth.rate.value) == (2121, Decimal("1.05"))
    assert [one.id for one in rseth.incidents] == (["halt"] if state == "open" else [])


# Never an exception

HOSTS = ("coins", "api", "yields", "gecko")
FAULTS = {
    "refused": None,
    "403": behaviours.forbidden(),
    "429": behaviours.too_many(119),
    "no body": behaviours.empty(),
    "null": behaviours.body("null"),
    "list": behaviours.body("[]"),
    "number": behaviours.body("7"),
    "text": behaviours.body('"no"'),
    "object": behaviours.body("{}"),
    "nulls": behaviours.body('{"coins":{"a":null},"data":[null],"status":null,"error":null,"prices":[null]}'),
    "texts": behaviours.body('{"coins":"a","data":"b","status":"c","prices":"d","ethereum":"e"}'),
    "NaN": behaviours.body("NaN"),
    "truncated": behaviours.truncated(),
    "no text": behaviours.body("\0\ufffd"),
    "deep": behaviours.body("[" * 50_000),
    "reset": behaviours.reset(),
    "hang up": behaviours.hang_up(),
    "three megabytes": behaviours.huge(3_000_000),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_whatever_all_providers_do_every_question_is_answered(open_market, double, node, fault, caplog):
    for name in HOSTS:
        host = getattr(double, name)
        if fault is None:
            host.stop()
        else:
            host.behave(fault)
    market = open_market([f"{double.coins_url}/node", node.url])
    found = await market.quotes(SYMBOLS)
    assert [one.token.symbol for one in found] == SYMBOLS
    assert {one.spot for one in found} == {None}
    assert {one.rate.value for one in found if one.rate} == {Decimal(text) for text in ("1.1", "1.07", "1.05", "1.04")}
    assert list(await market.details(SYMBOLS)) == SYMBOLS
    assert await market.history("weETH", 7) is None
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_no_answer_comes_after_the_market_is_closed(open_market, double):
    market = open_market()
    double.coins.simulate(latency=30)
    asking = asyncio.create_task(quote(market, within=30))
    await until(lambda: bool(double.coins.requests))
    double.gecko.stop()
    await market.close()
    assert (await asyncio.wait_for(asking, 5)).state == Held.NO_PRICE


# The shipped files


async def test_every_token_of_the_shipped_files_has_a_price_where_the_providers_know_it(open_market, double, knowledge):
    for token in (one for one in knowledge.tokens.values() if one.is_priced):
        if token.llama:
            double.price(token.llama, Decimal(2100))
        double.gecko_price(token.coingecko, usd=Decimal(2100), eth=Decimal("1.05"))
    market = open_market(facts=knowledge)
    found = await market.quotes([token.symbol for token in market.tokens])
    assert len(found) >= 10
    assert {one.age for one in found} == {Age.FRESH}
    assert len(double.coins.requests) == 1


async def test_every_stated_rate_of_the_shipped_files_is_read_where_its_contract_answers(
    open_market, new_node, new_chain, knowledge
):
    chain = new_chain()
    rated = [token for token in knowledge.tokens.values() if token.rate_contract]
    for place, token in enumerate(rated):
        chain.set_rate(token.rate_contract, 10**18 + place, token.rate_selector)
    market = open_market([new_node(chain).url], facts=knowledge)
    found = await market.quotes([token.symbol for token in rated])
    assert [one.rate.value for one in found] == [1 + Decimal(place).scaleb(-18) for place in range(len(rated))]


@pytest.fixture(scope="session")
def knowledge():
    """The facts that are shipped, without incidents."""
    facts = read_library(Path("knowledge"), TODAY).library.facts
    return facts_of(tuple(facts.tokens.values()))


# Laws

steps = st.lists(
    st.tuples(
        st.sampled_from([0, 10, 61, 400, 3600, 50_000, -120, -7200]),  # seconds until the next question
        st.sampled_from(["well", "well", "gone", "late", "early", "empty"]),  # what the first source does
        st.sampled_from(["well", "gone", "late"]),  # what the second source does
    ),
    max_size=12,
)


class Sources:
    """Both sources in this process. Each price is the Unix time that it is of, so that it cannot be mistaken."""

    def __init__(self, clock):
        self._clock = clock
        self.first = self.second = "well"

    async def __call__(self, request):
        is_first = request.url.path.startswith("/prices/current/")
        mood = self.first if is_first else self.second
        if mood == "gone":
            return httpx.Response(502)
        at = int((self._clock() + timedelta(hours={"late": -3, "early": 3}.get(mood, 0))).timestamp())
        return httpx.Response(200, content=json.dumps(self._first(at, mood) if is_first else self._second(at)))

    def _first(self, at, mood):
        coin = {"price": at, "timestamp": at, "confidence": 0.99}
        return {"coins": {} if mood == "empty" else {token.llama: coin for token in TOKENS if token.llama}}

    def _second(self, at):
        return {token.coingecko: {"usd": at, "eth": 1, "last_updated_at": at} for token in TOKENS if token.coingecko}


async def _as_json(sources, request):
    response = await sources(request)
    response.headers["content-type"] = "application/json"
    return response


@given(steps)
def test_no_cached_answer_says_to_be_fresher_than_its_source_said(moves):
    asyncio.run(_play(moves))


async def _play(moves):
    clock = MovedClock()
    sources = Sources(clock)
    http = Http(clock, httpx.MockTransport(lambda request: _as_json(sources, request)))
    market = Market(FACTS, Endpoints("http://a", "http://b", "http://c", "http://d"), clock, http=http)
    for seconds, sources.first, sources.second in moves:
        clock.forward(seconds=seconds)
        for found in await market.quotes(["weETH", "EIGEN"]):
            for spot in (found.spot, *found.others):
                if spot is not None:
                    assert spot.at.timestamp() == spot.usd
                    assert spot.source in {FIRST, SECOND}
            if found.spot is not None:
                assert found.age is age_of(found.spot.at, clock.now)
            if found.age is Age.FRESH:
                assert abs(clock.now.timestamp() - float(found.spot.usd)) <= 15 * 60
    await market.close()


async def test_a_source_that_sends_an_earlier_time_than_before_is_shown_with_that_time(market, double, clock):
    await quote(market)
    clock.forward(minutes=2)
    double.gecko.stop()
    double.coins.behave(llama.aged(40 * 60))
    weeth = await quote(market)
    assert (weeth.spot.at, weeth.age) == (clock.now - timedelta(minutes=40), Age.DELAYED)
