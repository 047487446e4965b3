"""Stated rates from nodes in front of a real EVM, as a member gets them."""

import asyncio
import logging
from datetime import timedelta
from decimal import Decimal

import eth_abi
import pytest

pytest.importorskip("pyrevm")

from bot.market.market import WATCH_EVERY
from bot.market.quotes import Held
from tests.doubles import rpc
from tests.doubles.evm import MULTICALL3
from tests.market.room import (
    DAY,
    EZETH_RATE,
    LRT_ORACLE,
    MOMENT,
    PREMIUMS,
    RATED,
    RATES,
    WEETH,
    WEI,
    Notebook,
    quote,
    reading,
    states,
    until,
)

OK = dict.fromkeys(RATED, "ok")
NO_RATES = dict.fromkeys(RATED, Held.NO_RATE)
HIGHER = Decimal("1.133")
"""Of weETH: three percent above its rate."""


def premiums(found):
    return {one.token.symbol: one.premium for one in found}


# One node


async def test_all_rates_come_from_one_block_in_one_request(rated, node, chain):
    found = await rated.quotes(RATED)
    assert premiums(found) == PREMIUMS
    assert {one.token.symbol: one.rate.value for one in found} == RATES
    number, timestamp = chain.block
    assert {(one.rate.block, one.rate.at.timestamp()) for one in found} == {(number, timestamp)}
    [request] = node.requests
    assert request.body["method"] == "eth_call"
    assert request.body["params"][0]["to"] == MULTICALL3
    assert request.body["params"][1] == "latest"


async def test_a_call_that_takes_an_amount_is_asked_for_one_whole_token(open_market, new_node, new_chain):
    chain = new_chain()
    # Returns the amount that it is called with, as a vault whose shares are worth one each.
    chain.set_code("0xD9A442856C234a39a81a089C06451EBAa4306a72", bytes.fromhex("60043560005260206000f3"))
    market = open_market([new_node(chain).url])
    assert (await quote(market, "pufETH")).rate.value == 1


async def test_rates_are_read_again_after_five_minutes_and_not_before(rated, node, clock):
    await quote(rated)
    clock.forward(minutes=4, seconds=59)
    await quote(rated)
    assert len(node.requests) == 1
    clock.forward(seconds=1)
    assert (await quote(rated)).rate.at > MOMENT
    assert len(node.requests) == 2


async def test_without_a_node_there_are_prices_and_no_rates(market):
    found = await market.quotes(RATED)
    assert {one.state for one in found} == {Held.NO_RATE}
    assert {one.rates_connected for one in found} == {False}
    assert all(one.in_eth is not None for one in found)


async def test_one_call_that_reverts_leaves_the_other_rates(rated, chain):
    chain.set_reverting(EZETH_RATE)
    assert await states(rated) == OK | {"ezETH": Held.NO_RATE}


async def test_an_address_without_code_has_no_rate(rated, chain):
    chain.remove_code(EZETH_RATE)
    assert await states(rated) == OK | {"ezETH": Held.NO_RATE}


@pytest.mark.parametrize("length", [0, 31, 33, 64])
async def test_anything_but_one_word_is_no_rate(rated, chain, length):
    chain.set_returning(EZETH_RATE, length)
    assert await states(rated) == OK | {"ezETH": Held.NO_RATE}


@pytest.mark.parametrize("value", [0, 1, 2**255, 2**256 - 1, 899 * WEI // 1000, 2 * WEI + 1, 107 * 10**6])
async def test_a_number_that_no_rate_has_is_none(rated, chain, value):
    chain.set_rate(EZETH_RATE, value)
    ezeth = await quote(rated, "ezETH")
    assert (ezeth.rate, ezeth.premium, ezeth.state) == (None, None, Held.NO_RATE)
    assert (await quote(rated)).premium == PREMIUMS["weETH"]


@pytest.mark.parametrize("rate", ["0.9", "2"])
async def test_the_outermost_likely_rates_are_rates(rated, chain, rate):
    chain.set_rate(EZETH_RATE, int(Decimal(rate) * WEI))
    assert (await quote(rated, "ezETH")).rate.value == Decimal(rate)


async def test_a_rate_keeps_all_of_its_eighteen_decimals(rated, chain):
    chain.set_rate(EZETH_RATE, 1_070_000_000_000_000_001)
    assert (await quote(rated, "ezETH")).rate.value == Decimal("1.070000000000000001")


@pytest.mark.parametrize(("paused", "state"), [(True, Held.PAUSED), (False, "ok")])
async def test_a_pause_that_the_contract_reports_is_told(rated, chain, paused, state):
    chain.set_paused(LRT_ORACLE, paused)
    rseth = await quote(rated, "rsETH")
    assert (rseth.state, rseth.rate.paused, rseth.rate.value) == (state, paused, Decimal("1.05"))


async def test_a_contract_that_cannot_be_asked_whether_it_is_paused_is_taken_not_to_be(rated, chain):
    chain.set_reverting(LRT_ORACLE, selector="0x5c975abb")
    assert (await quote(rated, "rsETH")).premium == PREMIUMS["rsETH"]


BROKEN = {
    "the whole call reverts": rpc.reverting(),
    "-32000 header not found": rpc.error(-32000, "header not found"),
    "-32603 with a text for a code": lambda body, _: rpc.Reply(b'{"jsonrpc":"2.0","id":1,"error":{"code":"x"}}'),
    "an error that is a text": rpc.raw(b'{"jsonrpc":"2.0","id":1,"error":"no"}'),
    "502 as a page": rpc.html(502),
    "200 as a page": rpc.html(200),
    "403": rpc.html(403),
    "400": rpc.status(400),
    "404": rpc.status(404),
    "another id": rpc.wrong_id(),
    "no result": rpc.result(None),
    "an empty result": rpc.result("0x"),
    "a number": rpc.result(1),
    "no hex": rpc.result("0xzz"),
    "an odd number of digits": rpc.result("0x123"),
    "zeros": rpc.result("0x" + "00" * 2000),
    "result cut": rpc.truncated_result(32),
    "JSON cut": rpc.truncated(),
    "connection cut": rpc.cut_off(),
    "a list": rpc.raw(b"[]"),
    "no JSON": rpc.raw(b"no"),
    "another content type": rpc.raw(b"{}", "text/plain"),
    "a megabyte": rpc.huge(1_000_000),
    "a block of three minutes ago": rpc.lagging(180),
    "a block of tomorrow": rpc.lagging(-86_400),
}


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN)
async def test_while_the_only_node_is_broken_there_are_prices_and_no_rates(rated, node, clock, behaviour):
    node.behave(behaviour)
    assert await states(rated) == NO_RATES
    assert await states(rated) == NO_RATES
    assert len(node.requests) == 1
    node.well()
    clock.forward(seconds=15)
    assert await states(rated) == OK


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN)
async def test_while_the_first_node_is_broken_the_second_answers(open_market, new_node, behaviour):
    first, second = new_node(), new_node()
    first.behave(behaviour)
    assert premiums(await open_market([first.url, second.url]).quotes(RATED)) == PREMIUMS
    assert (len(first.requests), len(second.requests)) == (1, 1)


async def test_a_node_that_recovered_is_like_one_that_never_failed(rated, node, clock, caplog):
    for behaviour in (rpc.html(502), rpc.honest, rpc.html(502)):
        node.behave(behaviour)
        await quote(rated)
        clock.forward(minutes=5)
    assert caplog.messages.count("Ethereum node 1: HTTP status 502; skipped for 15 s.") == 2


async def test_an_answer_without_a_number_of_its_block_is_none(rated, node, clock):
    values = [(False, 0), (True, int(clock.now.timestamp())), *[(True, 11 * WEI // 10)] * 4, (True, 0)]
    results = [(success, value.to_bytes(32, "big")) for success, value in values]
    node.behave(rpc.result("0x" + eth_abi.encode(["(bool,bytes)[]"], [results]).hex()))
    assert await states(rated) == NO_RATES


async def test_a_chain_without_multicall_is_not_mainnet(rated, chain):
    chain.remove_code(MULTICALL3)
    assert await states(rated) == NO_RATES


PATIENCE = {
    "429": (rpc.too_many(), 60),
    "429 with 119": (rpc.too_many(119), 119),
    "429 with a date": (rpc.too_many("Tue, 21 Jul 2026 10:06:00 GMT"), 150),
    "-32005": (rpc.error(-32005, "limit exceeded"), 60),
    "-32029": (rpc.error(-32029, "Rate limit exceeded"), 60),
}


@pytest.mark.parametrize(("behaviour", "seconds"), PATIENCE.values(), ids=PATIENCE)
async def test_a_request_for_patience_is_honoured(rated, node, clock, behaviour, seconds):
    node.behave(behaviour, times=1)
    for _ in range(seconds):
        assert await states(rated, "weETH") == {"weETH": Held.NO_RATE}
        clock.forward(seconds=1)
    assert len(node.requests) == 1
    clock.forward(minutes=1)
    assert await states(rated, "weETH") == {"weETH": "ok"}


async def test_a_block_of_up_to_two_minutes_ago_is_current(rated, node):
    node.behave(rpc.lagging(108))
    weeth = await quote(rated)
    assert (weeth.state, weeth.rate.at) == ("ok", MOMENT - timedelta(seconds=108))


async def test_a_slow_node_costs_the_premium_but_not_the_price_and_is_there_for_the_next(rated, node):
    node.behave(rpc.slow(0.25), times=1)
    weeth = await quote(rated, within=0.1)
    assert (weeth.spot.usd, weeth.state) == (2189, Held.NO_RATE)
    assert (await quote(rated)).state == "ok"
    assert len(node.requests) == 1


async def test_the_last_rates_stay_while_no_node_answers_and_are_too_old_after_two_hours(rated, node, clock):
    await states(rated)
    node.stop()
    clock.forward(hours=1, minutes=59)
    weeth = await quote(rated)
    assert (weeth.state, weeth.rate.at) == ("ok", MOMENT)
    clock.forward(minutes=2)
    weeth = await quote(rated)
    assert (weeth.state, weeth.premium, weeth.rate.value) == (Held.OLD_RATE, None, Decimal("1.1"))


# Several nodes


async def test_a_node_that_failed_is_skipped_and_tried_again_when_rates_are_next_needed(open_market, new_node, clock):
    first, second = new_node(), new_node()
    market = open_market([first.url, second.url])
    first.behave(rpc.html(502), times=1)
    await states(market)
    clock.forward(minutes=5)
    await states(market)
    assert (len(first.requests), len(second.requests)) == (2, 1)


async def test_with_nothing_read_before_two_nodes_that_agree_are_believed(open_market, new_node):
    first, second = new_node(weETH=Decimal("1.1")), new_node(weETH=Decimal("1.1005"))
    market = open_market([first.url, second.url])
    assert (await quote(market)).rate.value == Decimal("1.1")
    assert (len(first.requests), len(second.requests)) == (1, 1)


async def test_with_nothing_read_before_two_nodes_that_differ_by_three_percent_give_no_rate(open_market, new_node):
    market = open_market([new_node().url, new_node(weETH=HIGHER).url])
    assert await states(market) == OK | {"weETH": Held.NO_RATE}


async def test_with_nothing_read_before_the_only_node_that_answers_is_believed(open_market, new_node):
    first, second = new_node(), new_node()
    second.stop()
    assert await states(open_market([first.url, second.url])) == OK


async def test_what_was_read_more_than_three_days_ago_is_as_good_as_nothing(open_market, new_node):
    known = Notebook(*(reading(rate, MOMENT - 4 * DAY, symbol) for symbol, rate in RATES.items()))
    market = open_market([new_node(weETH=HIGHER).url, new_node().url], memory=known)
    assert (await quote(market)).state == Held.NO_RATE


async def test_with_rates_read_before_the_second_node_is_not_asked(open_market, new_node):
    first, second = new_node(), new_node()
    known = Notebook(*(reading(rate, MOMENT - DAY, symbol) for symbol, rate in RATES.items()))
    assert await states(open_market([first.url, second.url], memory=known)) == OK
    assert second.requests == []


@pytest.fixture
def yesterday():
    """A memory in which every rate was read yesterday."""
    return Notebook(*(reading(rate, MOMENT - DAY, symbol) for symbol, rate in RATES.items()))


async def test_a_rate_that_jumped_at_the_only_node_is_not_used(open_market, new_node, yesterday, caplog):
    market = open_market([new_node(weETH=HIGHER).url], memory=yesterday)
    weeth, ezeth = await market.quotes(["weETH", "ezETH"])
    assert (weeth.rate, weeth.state, ezeth.state) == (None, Held.NO_RATE, "ok")
    assert "The rate that a node states for weETH is not used: nothing confirms it." in caplog.messages
    assert [one.rate for one in yesterday.readings if one.token == "weETH"] == [RATES["weETH"]]


async def test_a_rate_that_jumped_at_two_nodes_is_shown_as_one_that_jumped(open_market, new_node, yesterday):
    first, second = new_node(weETH=HIGHER), new_node(weETH=HIGHER)
    weeth = await quote(open_market([first.url, second.url], memory=yesterday))
    assert (weeth.rate.value, weeth.premium, weeth.state) == (HIGHER, None, Held.JUMPED)
    assert weeth.rate.change == Decimal("0.03")
    assert (len(first.requests), len(second.requests)) == (1, 1)


async def test_of_two_nodes_that_differ_the_one_that_continues_what_was_read_is_believed(
    open_market, new_node, yesterday
):
    market = open_market([new_node(weETH=HIGHER).url, new_node(weETH=Decimal("1.1001")).url], memory=yesterday)
    weeth = await quote(market)
    assert (weeth.rate.value, weeth.state) == (Decimal("1.1001"), "ok")


async def test_two_nodes_that_jumped_to_different_rates_give_none(open_market, new_node, yesterday):
    market = open_market([new_node(weETH=HIGHER).url, new_node(weETH=Decimal("1.2")).url], memory=yesterday)
    assert (await quote(market)).state == Held.NO_RATE


async def test_a_jump_that_a_third_node_could_confirm_asks_it_where_the_second_is_down(
    open_market, new_node, yesterday
):
    first, second, third = new_node(weETH=HIGHER), new_node(), new_node(weETH=HIGHER)
    second.stop()
    market = open_market([first.url, second.url, third.url], memory=yesterday)
    assert (await quote(market)).state == Held.JUMPED


async def test_a_confirmed_jump_is_told_for_three_days_and_is_ordinary_then(open_market, new_node, yesterday, clock):
    nodes = new_node(weETH=HIGHER), new_node(weETH=HIGHER)
    market = open_market([node.url for node in nodes], memory=yesterday)
    told = []
    for day in range(4):
        told.append((await quote(market)).state)
        clock.forward(DAY)
        for node in nodes:
            node.chain.set_rate(WEETH.rate_contract, int(HIGHER * WEI) + (day + 1) * 10**14)
    assert told == [Held.JUMPED, Held.JUMPED, Held.JUMPED, "ok"]


async def test_a_jump_of_exactly_one_percent_needs_nobody(open_market, new_node, yesterday):
    market = open_market([new_node(weETH=Decimal("1.111")).url], memory=yesterday)
    assert (await quote(market)).state == "ok"


# What is remembered


async def test_a_rate_that_stood_still_for_thirty_days_is_frozen(open_market, new_node):
    days = [reading("1.1", MOMENT - DAY * day) for day in range(1, 31)]
    weeth = await quote(open_market([new_node().url], memory=Notebook(*days)))
    assert (weeth.state, weeth.premium, weeth.rate.unchanged_days(MOMENT)) == (Held.FROZEN, None, 30)


async def test_a_running_market_notices_a_rate_that_stands_still(rated, chain, clock):
    told = []
    for day in range(5):
        told.append((await quote(rated)).state)
        clock.forward(DAY)
        chain.set_rate(EZETH_RATE, 1_070_000_000_000_000_000 + day)
    assert told == ["ok", "ok", "ok", Held.FROZEN, Held.FROZEN]
    assert (await quote(rated, "ezETH")).state == "ok"


async def test_readings_survive_a_new_start(open_market, new_node, clock):
    memory, node = Notebook(), new_node()
    await quote(open_market([node.url], memory=memory))
    clock.forward(DAY * 4)
    assert (await quote(open_market([node.url], memory=memory))).state == Held.FROZEN


async def test_of_a_day_the_first_and_the_last_reading_are_held_and_all_are_handed_to_the_memory(
    open_market, new_node, clock
):
    memory, node = Notebook(), new_node()
    market = open_market([node.url], memory=memory)
    for minute in range(0, 60, 5):
        node.chain.set_rate(WEETH.rate_contract, int(RATES["weETH"] * WEI) + minute)
        await quote(market)
        clock.forward(minutes=5)
    seen = [one for one in memory.readings if one.token == "weETH"]
    assert len(seen) == 12
    assert market._nodes.past("weETH") == [seen[0], seen[-1]]


async def test_a_memory_older_than_a_hundred_days_is_not_asked_for(open_market, new_node):
    asked = []

    class Asked(Notebook):
        async def past(self, since):
            asked.append(since)
            return await super().past(since)

    market = open_market([new_node().url], memory=Asked())
    await quote(market)
    await quote(market)
    assert asked == [MOMENT - timedelta(days=100)]


async def test_a_clock_that_was_set_back_does_not_stop_rates_nor_lose_the_order(rated, node, clock):
    await quote(rated)
    clock.forward(hours=-3)
    node.chain.follow(clock)
    assert (await quote(rated)).rate.at == MOMENT - timedelta(hours=3)
    assert [one.at for one in rated._nodes.past("weETH")] == [MOMENT]


async def test_rates_are_watched_without_anybody_asking(open_market, new_node, clock, monkeypatch):
    assert timedelta(seconds=WATCH_EVERY) <= DAY / 2
    for name in ("WATCH_AFTER", "WATCH_EVERY"):
        monkeypatch.setattr(f"bot.market.market.{name}", 0.01)
    memory, node = Notebook(), new_node()

    def recorded(days):
        return lambda: len(memory.readings) >= days * len(RATED)

    watching = asyncio.create_task(open_market([node.url], memory=memory).watch())
    for days in range(1, 4):
        await until(recorded(days))
        clock.forward(DAY)
    watching.cancel()
    await asyncio.wait([watching])
    assert len({one.at.date() for one in memory.readings}) >= 3


async def test_without_a_node_nothing_is_watched(market, monkeypatch):
    monkeypatch.setattr("bot.market.market.WATCH_AFTER", 0)
    await asyncio.wait_for(market.watch(), 1)


async def test_a_node_is_named_by_its_place_in_the_log_and_never_by_its_address(open_market, new_node, caplog):
    caplog.set_level(logging.DEBUG)
    node = new_node()
    node.behave(rpc.html(502))
    await quote(open_market([f"{node.url}/v3/made-up-key-5f0c93"]))
    assert "Ethereum node 1: HTTP status 502; skipped for 15 s." in caplog.messages
    assert "Stated rates: no node answers; skipped for 15 s." in caplog.messages
