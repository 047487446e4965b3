"""Yields and totals, as a member gets them."""

import asyncio
import json
import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.market.market import Details
from tests.doubles import behaviours, llama, ordinary
from tests.market.room import FIRST, MOMENT, PROTOCOLS, TOKENS, Notebook, facts_of, incident, until

EZETH_POOL, PUFETH_POOL = str(ordinary.POOLS[4]["pool"]), str(ordinary.POOLS[5]["pool"])
WEETH_POOL = str(ordinary.POOLS[0]["pool"])


# Totals


async def test_what_a_protocol_holds_is_told_with_the_time_at_which_it_was_read(market, double, clock):
    total = await market.tvl("etherfi")
    assert (total.value, total.at, total.source) == (5_188_000_000, MOMENT, FIRST)
    clock.forward(minutes=59)
    assert (await market.tvl("etherfi")).at == MOMENT
    assert len(double.api.requests) == 1
    clock.forward(minutes=1)
    assert (await market.tvl("etherfi")).at == clock.now


async def test_a_protocol_without_a_name_there_or_unknown_here_has_no_total_and_costs_no_request(market, double):
    assert await market.tvl("bedrock") is None
    assert await market.tvl("nobody") is None
    assert double.api.requests == []


async def test_an_older_name_is_tried_where_the_present_one_is_unknown(market, double):
    double.api.behave(llama.tvl_not_found(), path="/tvl/eigencloud")
    double.tvl("eigenlayer", Decimal(7_000_000_000))
    assert (await market.tvl("eigenlayer")).value == 7_000_000_000
    assert [request.path for request in double.api.requests] == ["/tvl/eigencloud", "/tvl/eigenlayer"]


async def test_an_older_name_is_not_tried_where_the_present_one_answers(market, double):
    assert (await market.tvl("eigenlayer")).value == 7_075_000_000
    assert len(double.api.requests) == 1


NO_TOTAL = {
    "null": llama.tvl_null(),
    "a text": llama.tvl_text(),
    "beyond": llama.tvl_beyond(),
    "NaN": behaviours.body("NaN"),
    "zero": behaviours.body("0"),
    "negative": behaviours.body("-5188000000"),
    "no body": llama.tvl_empty(),
    "404 Not found": llama.tvl_not_found(),
    "400 with JSON": llama.tvl_refused(),
}


@pytest.mark.parametrize("behaviour", NO_TOTAL.values(), ids=NO_TOTAL)
async def test_a_total_that_is_missing_silences_no_other_total(market, double, clock, behaviour):
    double.api.behave(behaviour, path="/tvl/kelp")
    assert await market.tvl("kelp") is None
    assert await market.tvl("kelp") is None
    assert (await market.tvl("renzo")).value == 118_000_000
    assert len(double.api.requests) == 2
    double.api.well()
    clock.forward(seconds=15)
    assert (await market.tvl("kelp")).value == 1_130_000_000


@pytest.mark.parametrize("kind", ["text/plain", "text/plain; charset=utf-8", "application/json; charset=utf-8"])
async def test_a_total_may_come_as_plain_text(market, double, kind):
    double.api.behave(behaviours.labelled(kind))
    assert (await market.tvl("kelp")).value == 1_130_000_000


@pytest.mark.parametrize("behaviour", [behaviours.server_error(), behaviours.page(), behaviours.bad_gateway()])
async def test_a_host_that_is_broken_is_left_alone_for_every_total_and_the_last_one_stays(
    market, double, clock, behaviour
):
    await market.tvl("kelp")
    double.api.behave(behaviour)
    clock.forward(hours=3)
    total = await market.tvl("kelp")
    assert (total.value, total.at) == (1_130_000_000, MOMENT)
    assert await market.tvl("renzo") is None
    assert len(double.api.requests) == 2


async def test_a_request_for_patience_of_one_total_holds_for_all(market, double, clock):
    double.api.behave(behaviours.too_many(119), times=1)
    await market.tvl("kelp")
    clock.forward(seconds=118)
    assert await market.tvl("renzo") is None
    clock.forward(seconds=1)
    assert (await market.tvl("renzo")).value == 118_000_000
    assert len(double.api.requests) == 2


async def test_after_a_failure_one_request_finds_out_for_all(market, double, clock):
    protocols = [protocol.id for protocol in PROTOCOLS if protocol.tvl_slugs]
    double.api.behave(behaviours.server_error())
    await market.tvl("kelp")
    clock.forward(seconds=15)
    await asyncio.gather(*(market.tvl(protocol) for protocol in protocols))
    assert len(double.api.requests) == 2


# Yields


async def test_a_yield_is_told_with_its_parts_and_its_own_time(market):
    figure = await market.apr("weETH")
    assert (figure.apy.value, figure.base, figure.reward) == (Decimal("2.85"), Decimal("2.61"), Decimal("0.24"))
    assert (figure.apy.at, figure.apy.source) == (MOMENT, FIRST)


async def test_a_yield_whose_last_row_is_empty_is_that_of_the_day_before_with_its_time(market, double):
    days = [
        {"timestamp": f"2026-07-{day}T23:01:34.685Z", "apy": Decimal(day) / 10, "tvlUsd": 1} for day in (18, 19, 20)
    ]
    double.yield_rows(WEETH_POOL, days)
    double.yields.behave(llama.last_apy_null())
    figure = await market.apr("weETH")
    assert (figure.apy.value, figure.apy.at.day) == (Decimal("1.9"), 19)


@pytest.mark.parametrize("behaviour", [llama.no_rows(), llama.invalid_pool(), behaviours.truncated()])
async def test_a_yield_that_is_missing_silences_no_other_yield(market, double, behaviour):
    double.yields.behave(behaviour, path=f"/chart/{WEETH_POOL}")
    assert await market.apr("weETH") is None
    assert (await market.apr("rsETH")).apy.value == Decimal("2.48")


async def test_a_token_without_a_pool_has_no_yield_and_costs_no_request(market, double):
    assert [await market.apr(symbol) for symbol in ("ETH", "eETH", "EIGEN", "WETH", "nobody")] == [None] * 5
    assert double.yields.requests == []


@pytest.mark.parametrize(("state", "count"), [("open", 0), ("closed", 1)])
async def test_a_yield_is_held_back_while_an_incident_is_open(open_market, double, state, count):
    market = open_market(facts=facts_of(incidents=[incident("etherfi", state)]))
    assert (await market.apr("weETH") is None) == (state == "open")
    assert len(double.yields.requests) == count


async def test_yields_are_read_again_after_an_hour(market, double, clock):
    await market.apr("weETH")
    clock.forward(minutes=59)
    await market.apr("weETH")
    assert len(double.yields.requests) == 1
    clock.forward(minutes=1)
    await market.apr("weETH")
    assert len(double.yields.requests) == 2


async def test_a_slow_yield_is_missing_in_time_and_there_for_the_next(market, double):
    double.yields.behave(behaviours.slow(0.25), times=1)
    began = time.monotonic()
    assert await market.apr("weETH", within=0.05) is None
    assert time.monotonic() - began < 0.2
    assert (await market.apr("weETH")).apy.value == Decimal("2.85")
    assert len(double.yields.requests) == 1


# Pools that are looked up


async def test_pools_that_the_files_do_not_name_are_looked_up_once_and_noted(open_market, double):
    memory = Notebook()
    market = open_market(memory=memory)
    assert (await market.apr("ezETH")).apy.value == Decimal("2.71")
    assert (await market.apr("pufETH")).apy.value == Decimal("2.29")
    assert [request.path for request in double.yields.requests] == [
        "/pools",
        f"/chart/{EZETH_POOL}",
        f"/chart/{PUFETH_POOL}",
    ]
    assert json.loads(memory.notes["pools"]) == {"ezETH": EZETH_POOL, "pufETH": PUFETH_POOL}


async def test_after_a_new_start_the_note_is_used(open_market, double, clock):
    memory = Notebook()
    await open_market(memory=memory).apr("ezETH")
    clock.forward(days=300)
    assert await open_market(memory=memory).apr("ezETH")
    assert [request.path for request in double.yields.requests].count("/pools") == 1


@pytest.mark.parametrize(
    "note",
    ["", "no JSON", "[]", "null", "7", json.dumps({"ezETH": EZETH_POOL})]
    + [json.dumps({"ezETH": wrong, "pufETH": PUFETH_POOL}) for wrong in (7, None, "", "../pools")],
)
async def test_a_note_that_is_none_or_lacks_a_token_is_made_again(open_market, double, note):
    memory = Notebook()
    memory.notes["pools"] = note
    assert (await open_market(memory=memory).apr("ezETH")).apy.value == Decimal("2.71")
    assert double.yields.requests[0].path == "/pools"
    assert json.loads(memory.notes["pools"]) == {"ezETH": EZETH_POOL, "pufETH": PUFETH_POOL}


async def test_what_was_noted_stays_where_the_list_does_not_name_it_any_more(open_market, double):
    memory = Notebook()
    memory.notes["pools"] = json.dumps({"ezETH": EZETH_POOL})
    double.pools(ordinary.POOLS[5:])
    assert (await open_market(memory=memory).apr("ezETH")).apy.value == Decimal("2.71")
    assert json.loads(memory.notes["pools"]) == {"ezETH": EZETH_POOL, "pufETH": PUFETH_POOL}


async def test_a_token_whose_pool_the_files_name_is_not_looked_up(open_market, double):
    tokens = [replace(token, yield_project=token.yield_project or "somewhere") for token in TOKENS]
    memory = Notebook()
    memory.notes["pools"] = json.dumps(
        {token.symbol: EZETH_POOL for token in tokens if not token.yield_pool and token.symbol != "weETH"}
    )
    assert await open_market(facts=facts_of(tokens), memory=memory).apr("weETH")
    assert await open_market(facts=facts_of(tokens), memory=memory).apr("ezETH")
    assert "/pools" not in {request.path for request in double.yields.requests}


async def test_a_list_of_megabytes_is_read(market, double):
    double.pools([*({"poolMeta": "x" * 700} for _ in range(2000)), *ordinary.POOLS])
    assert (await market.apr("ezETH")).apy.value == Decimal("2.71")


async def test_a_list_and_a_yield_that_are_both_slow_are_waited_for_together_no_longer_than_told(market, double):
    double.yields.behave(behaviours.slow(0.3), path="/pools")
    double.yields.behave(behaviours.slow(30), path="/chart")
    began = time.monotonic()
    assert await market.apr("ezETH", within=0.5) is None
    assert time.monotonic() - began < 0.75


async def test_a_pool_that_was_not_found_is_not_searched_for_again_and_again(market, double, clock):
    double.pools(ordinary.POOLS[:5])
    assert await market.apr("pufETH") is None
    assert (await market.apr("ezETH")).apy.value == Decimal("2.71")
    clock.forward(days=6)
    assert await market.apr("pufETH") is None
    assert [request.path for request in double.yields.requests].count("/pools") == 1


@pytest.mark.parametrize("behaviour", [behaviours.truncated(), llama.no_rows(), behaviours.cut_off()])
async def test_a_list_of_pools_that_is_not_whole_is_not_noted_and_silences_no_yield(open_market, double, behaviour):
    memory = Notebook()
    market = open_market(memory=memory)
    double.yields.behave(behaviour, path="/pools")
    assert await market.apr("ezETH") is None
    assert memory.notes == {}
    assert (await market.apr("weETH")).apy.value == Decimal("2.85")


async def test_a_request_for_patience_of_the_list_is_honoured_by_all_who_need_it(market, double, clock):
    double.yields.behave(behaviours.too_many(119), path="/pools")
    for _ in range(4):
        assert await market.apr("ezETH") is None
        assert await market.apr("pufETH") is None
        assert await market.apr("weETH")
        clock.forward(seconds=29)
    assert [request.path for request in double.yields.requests].count("/pools") == 1


async def test_a_slow_list_is_there_for_the_next_who_asks(market, double):
    double.yields.behave(behaviours.slow(0.25), times=1, path="/pools")
    assert await market.apr("ezETH", within=0.05) is None
    assert (await market.apr("ezETH")).apy.value == Decimal("2.71")
    assert [request.path for request in double.yields.requests].count("/pools") == 1


# Both


async def test_details_are_fetched_side_by_side(market, double):
    for host in (double.api, double.yields):
        host.simulate(latency=0.2)
    began = time.monotonic()
    details = await market.details(["weETH", "rsETH", "WETH"])
    assert time.monotonic() - began < 0.6
    assert {symbol: (bool(one.apy), bool(one.tvl)) for symbol, one in details.items()} == {
        "weETH": (True, True),
        "rsETH": (True, True),
        "WETH": (False, False),
    }


async def test_details_that_cannot_be_had_are_missing(market, double):
    double.api.stop()
    double.yields.stop()
    assert await market.details(["weETH", "nobody"]) == {"weETH": Details()}


async def test_closing_gives_up_what_is_on_its_way(open_market, double):
    market = open_market()
    for host in (double.api, double.yields):
        host.simulate(latency=30)
    asking = asyncio.create_task(market.details(["weETH", "ezETH"], within=30))
    await until(lambda: len(double.yields.requests) == 2)
    await market.close()
    assert await asking == {"weETH": Details(), "ezETH": Details()}


async def test_the_age_of_a_total_is_never_less_than_since_it_was_read(market, double, clock):
    double.api.behave(behaviours.slow(0.1))
    total = await market.tvl("kelp")
    double.api.stop()
    clock.forward(timedelta(days=2))
    assert (await market.tvl("kelp")).at == total.at == MOMENT
