"""Two sources of prices side by side, as a member gets them."""

import time
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.market.quotes import Age, Held
from tests.doubles import behaviours, gecko, llama
from tests.market.room import (
    ETH_KEY,
    FIRST,
    MOMENT,
    PREMIUMS,
    RATED,
    SECOND,
    SECOND_PREMIUM,
    WEETH_KEY,
    facts_of,
    quote,
    states,
)


def counts(double):
    """Requests to the first and to the second source."""
    return len(double.coins.requests), len(double.gecko.requests)


async def test_prices_are_fetched_again_after_a_minute_and_not_before(market, double, clock):
    await quote(market)
    clock.forward(seconds=59)
    await quote(market)
    assert counts(double) == (1, 0)
    clock.forward(seconds=1)
    assert (await quote(market)).spot.at == clock.now
    assert counts(double) == (2, 0)


async def test_the_second_source_is_asked_every_five_minutes_at_most(market, double, clock):
    double.coins.stop()
    for _ in range(10):
        await quote(market)
        clock.forward(minutes=1)
    assert counts(double) == (0, 2)


async def test_the_second_source_is_not_asked_for_a_token_that_it_does_not_know(market, double):
    found = await quote(market, "WETH")
    assert (found.state, found.spot) == (Held.NO_PRICE, None)
    assert counts(double) == (1, 0)


async def test_a_token_that_the_first_source_does_not_know_comes_from_the_second(market, double):
    double.gecko_price("ether-fi-staked-eth", usd=1999, eth=Decimal("0.9995"))
    eeth = await quote(market, "eETH")
    assert (eeth.spot.source, eeth.in_eth, eeth.state) == (SECOND, Decimal("0.9995"), Held.NO_RATE)


async def test_a_token_without_an_id_at_the_first_source_is_not_asked_for_there(open_market, double):
    token = facts_of().tokens["weETH"]
    only = open_market(facts=facts_of([replace(token, address="")]))
    assert (await quote(only)).spot.source == SECOND
    assert counts(double) == (0, 1)


async def test_a_token_without_an_id_at_the_second_source_is_not_asked_for_there(open_market, double):
    known = facts_of().tokens
    only = open_market(facts=facts_of([replace(known["weETH"], coingecko=""), known["ETH"]]))
    double.coins.stop()
    weeth, ether = await only.quotes(["weETH", "ETH"])
    assert (weeth.state, ether.spot.source) == (Held.NO_PRICE, SECOND)
    assert double.gecko.requests[0].query["ids"] == "ethereum"


async def test_sources_that_differ_by_three_percent_are_both_shown(rated, double):
    double.coins.behave(llama.priced(Decimal(2090), WEETH_KEY))  # 5 % below the rate, so that a second look is needed
    double.gecko_price("wrapped-eeth", usd=Decimal(2200), eth=Decimal("1.1"))
    weeth = await quote(rated)
    assert (weeth.spot, weeth.premium, weeth.state) == (None, None, Held.DISAGREE)
    assert [(one.source, one.usd) for one in weeth.others] == [(FIRST, 2090), (SECOND, 2200)]


async def test_a_large_gap_that_the_second_source_confirms_is_shown(rated, double):
    double.coins.behave(llama.priced(Decimal(1980), WEETH_KEY))
    double.gecko_price("wrapped-eeth", usd=Decimal(1990), eth=Decimal("0.995"))
    weeth = await quote(rated)
    assert (weeth.spot.source, weeth.premium, weeth.state) == (FIRST, -10, "ok")
    assert [one.source for one in weeth.others] == [SECOND]


async def test_a_large_gap_that_nobody_confirms_is_held_back_and_the_price_is_shown(rated, double):
    double.coins.behave(llama.priced(Decimal(1980), WEETH_KEY))
    double.gecko.stop()
    weeth = await quote(rated)
    assert (weeth.spot.usd, weeth.premium, weeth.state) == (1980, None, Held.UNCONFIRMED)
    assert (await quote(rated, "ezETH")).premium == PREMIUMS["ezETH"]


async def test_without_a_rate_a_large_gap_is_nothing_that_could_be_seen(market, double):
    double.coins.behave(llama.priced(Decimal(1980), WEETH_KEY))
    weeth = await quote(market)
    assert (weeth.spot.usd, weeth.state, weeth.rates_connected) == (1980, Held.NO_RATE, False)
    assert counts(double) == (1, 0)


async def test_where_only_one_token_is_in_doubt_the_others_keep_the_first_source(rated, double):
    double.coins.behave(llama.confidence(Decimal("0.4"), WEETH_KEY))
    found = {one.token.symbol: one.spot.source for one in await rated.quotes(RATED)}
    assert found == dict.fromkeys(RATED, FIRST) | {"weETH": SECOND}


async def test_a_slow_node_does_not_keep_the_second_source_from_answering(rated, double, node):
    from tests.doubles import rpc

    node.behave(rpc.slow(30))
    double.coins.stop()
    began = time.monotonic()
    weeth = await quote(rated, within=0.25)
    assert time.monotonic() - began < 1.5
    assert (weeth.spot.source, weeth.state) == (SECOND, Held.NO_RATE)


async def test_when_both_are_gone_and_nothing_was_known_there_is_no_price(rated, double):
    double.coins.stop()
    double.gecko.stop()
    assert await states(rated) == dict.fromkeys(RATED, Held.NO_PRICE)
    assert counts(double) == (0, 0)


async def test_fresh_delayed_old_last_known_and_never_known_can_be_told_apart(market, double, clock):
    await quote(market)
    double.coins.behave(behaviours.bad_gateway())
    double.gecko.behave(behaviours.bad_gateway())
    seen = []
    for wait in (timedelta(), timedelta(hours=1), timedelta(hours=5), timedelta(days=1)):
        clock.forward(wait)
        weeth = await quote(market)
        seen.append((weeth.age, weeth.spot.at))
    assert seen == [(age, MOMENT) for age in (Age.FRESH, Age.DELAYED, Age.OLD, Age.LAST_KNOWN)]
    never = await quote(market, "eETH")
    assert (never.age, never.spot) == (None, None)


async def test_the_last_price_of_either_source_is_kept_and_the_later_one_is_shown(market, double, clock):
    await quote(market)
    double.coins.stop()
    clock.forward(hours=1)
    assert (await quote(market)).spot.source == SECOND
    double.gecko.stop()
    clock.forward(hours=1)
    weeth = await quote(market)
    assert (weeth.spot.source, weeth.spot.at) == (SECOND, MOMENT + timedelta(hours=1))


async def test_a_first_source_that_stands_still_while_ether_moves_is_not_called_a_disagreement(rated, double, clock):
    await quote(rated)
    double.coins.behave(llama.aged(3600))
    clock.forward(hours=1)
    double.gecko_price("wrapped-eeth", usd=Decimal("2300.76"), eth=Decimal("1.0956"))  # ether is 5 % higher by now
    weeth = await quote(rated)
    assert (weeth.spot.source, weeth.premium, weeth.state) == (SECOND, SECOND_PREMIUM, "ok")


async def test_ether_itself_is_one_ether(market):
    ether = await quote(market, "ETH")
    assert (ether.spot.usd, ether.spot.eth, ether.state, ether.premium) == (2000, 1, "ok", None)


async def test_without_ether_at_the_first_source_its_dollars_stay_and_the_gap_comes_from_the_second(rated, double):
    double.coins.behave(llama.missing(ETH_KEY))
    weeth, eigen = await rated.quotes(["weETH", "EIGEN"])
    assert (weeth.spot.source, weeth.premium) == (SECOND, SECOND_PREMIUM)
    assert eigen.state == "ok"


async def test_a_price_of_the_second_source_is_as_old_as_it_says_also_when_it_was_just_fetched(market, double):
    double.coins.stop()
    double.gecko.behave(gecko.aged(3 * 3600))
    weeth = await quote(market)
    assert (weeth.spot.at, weeth.age) == (MOMENT - timedelta(hours=3), Age.OLD)


@pytest.mark.parametrize("hours", [-30, -1, 1, 30])
async def test_a_clock_that_is_set_wrong_and_right_again_leaves_no_trace(market, double, clock, hours):
    await quote(market)
    clock.forward(hours=hours)
    await quote(market)
    clock.forward(hours=-hours)
    weeth = await quote(market)
    assert (weeth.age, weeth.spot.source) == (Age.FRESH, FIRST)
    assert counts(double)[0] == 3
