"""Price histories, as a chart gets them."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.market.pasts import RANGES, in_ether, range_of
from tests.doubles import behaviours, gecko
from tests.market.room import (
    DAY,
    ETH_KEY,
    EZETH_KEY,
    FIRST,
    MOMENT,
    RATES,
    SECOND,
    WEETH_KEY,
    Notebook,
    reading,
)

HOUR = timedelta(hours=1)
NOW = int(MOMENT.timestamp())
CHART = "/chart/"


def hourly(hours, usd, *, since=0):
    """A price at each full hour back from now."""
    return [(NOW - 3600 * hour, Decimal(usd)) for hour in range(since, hours)]


@pytest.fixture
def told(double):
    """Both providers know a week of hourly prices: ether at 2,000 USD, weETH at 2,200; the second says 2,210."""
    double.history(ETH_KEY, hourly(200, 2000))
    double.history(WEETH_KEY, hourly(200, 2200))
    double.gecko_history("wrapped-eeth", hourly(200, 2210))


def charts(double):
    """Requests for histories at the first and at the second provider."""
    return (
        len([request for request in double.coins.requests if request.path.startswith(CHART)]),
        len([request for request in double.gecko.requests if request.path.endswith("/market_chart")]),
    )


async def test_a_week_of_prices_in_ether_with_their_source(market, double, told):
    history = await market.history("weETH", 7)
    assert (history.symbol, history.days, history.source, history.now) == ("weETH", 7, FIRST, MOMENT)
    assert {point.value for point in history.market} == {Decimal("1.1")}
    assert len(history.market) == 168
    assert history.market[0].at == MOMENT - 7 * DAY
    assert history.market[-1].at == MOMENT - HOUR
    assert charts(double) == (1, 0)


@pytest.mark.parametrize(
    ("days", "held"), [(0, 1), (1, 1), (2, 7), (7, 7), (8, 30), (30, 30), (31, 90), (90, 90), (4000, 90)]
)
def test_the_range_is_the_shortest_that_holds_the_days(days, held):
    assert range_of(days).days == held


@pytest.mark.parametrize("wanted", RANGES, ids=lambda wanted: wanted.name)
async def test_each_range_is_asked_for_from_its_start_to_now(market, double, told, wanted):
    await market.history("weETH", wanted.days)
    [request] = [request for request in double.coins.requests if request.path.startswith(CHART)]
    assert request.target.startswith(f"{CHART}{WEETH_KEY},{ETH_KEY}?")
    assert int(request.query["start"]) == NOW - wanted.days * 86_400
    period = {"m": 60, "h": 3600}[request.query["period"][-1]] * int(request.query["period"][:-1])
    assert int(request.query["span"]) * period == wanted.days * 86_400
    assert int(request.query["searchWidth"]) * 2 == period


async def test_a_price_of_every_20_minutes_makes_a_day_of_quarter_hours_without_a_gap(market, double):
    for key, usd in ((ETH_KEY, 2000), (WEETH_KEY, 2200)):
        double.history(key, [(NOW - 1200 * place, Decimal(usd)) for place in range(80)])
    history = await market.history("weETH", 1)
    assert (history.source, len(history.market)) == (FIRST, 72)


async def test_a_history_is_read_again_after_ten_minutes(market, double, told, clock):
    await market.history("weETH", 7)
    clock.forward(minutes=9, seconds=59)
    await market.history("weETH", 7)
    assert charts(double) == (1, 0)
    clock.forward(seconds=1)
    await market.history("weETH", 7)
    assert charts(double) == (2, 0)


async def test_each_token_and_range_is_fetched_by_itself(market, double, told):
    for symbol, days in (("weETH", 7), ("weETH", 30), ("ezETH", 7), ("weETH", 7)):
        await market.history(symbol, days)
    assert charts(double)[0] == 3


@pytest.mark.parametrize(
    "behaviour",
    [behaviours.bad_gateway(), behaviours.page(), behaviours.truncated(), behaviours.body('{"coins":{}}')],
    ids=["502", "page", "truncated", "no coins"],
)
async def test_where_the_first_provider_tells_nothing_the_second_does(market, double, told, behaviour):
    double.coins.behave(behaviour, path=CHART)
    history = await market.history("weETH", 7)
    assert (history.source, {point.value for point in history.market}) == (SECOND, {Decimal("1.105")})
    assert len(history.market) > 160


async def test_where_the_first_provider_knows_only_some_prices_the_one_that_knows_more_tells(market, double, told):
    double.history(WEETH_KEY, hourly(200, 2200, since=158))
    history = await market.history("weETH", 7)
    assert (history.source, len(history.market) > 160) == (SECOND, True)


async def test_where_both_know_only_some_prices_the_one_that_knows_more_tells(market, double, told):
    double.history(WEETH_KEY, hourly(200, 2200, since=158))
    double.gecko_history("wrapped-eeth", hourly(3, 2210))
    history = await market.history("weETH", 7)
    assert (history.source, len(history.market)) == (FIRST, 11)


async def test_twelve_prices_are_enough_without_asking_the_second(market, double, told):
    double.history(WEETH_KEY, hourly(200, 2200, since=157))
    assert len((await market.history("weETH", 7)).market) == 12
    assert charts(double) == (1, 0)


async def test_hours_without_a_price_of_ether_are_gaps_and_nothing_is_made_up(market, double, told):
    double.history(ETH_KEY, hourly(40, 2000) + hourly(200, 2000, since=60))
    history = await market.history("weETH", 7)
    times = {point.at for point in history.market}
    assert times == {MOMENT - HOUR * hour for hour in (*range(1, 40), *range(60, 169))}


async def test_a_history_that_nobody_tells_is_none_and_silences_no_other(market, double, told):
    assert await market.history("eETH", 7) is None
    assert await market.history("eETH", 7) is None
    assert charts(double) == (1, 1)
    assert (await market.history("weETH", 7)).source == FIRST


async def test_a_token_that_a_provider_refuses_to_know_silences_no_other_there(market, double, told):
    double.coins.behave(behaviours.body("Not found", 404), times=1, path=CHART)
    double.gecko.behave(gecko.error_a(404), times=1)
    assert await market.history("eETH", 7) is None
    assert (await market.history("weETH", 7)).source == FIRST
    double.history(WEETH_KEY, [])
    assert (await market.history("weETH", 1)).source == SECOND


async def test_a_token_that_nobody_prices_has_no_history_and_costs_no_request(market, double):
    assert await market.history("WETH", 7) is None
    assert await market.history("nobody", 7) is None
    assert charts(double) == (0, 0)


async def test_a_request_for_patience_is_honoured_for_every_token(market, double, told, clock):
    double.coins.behave(behaviours.too_many(119), path=CHART)
    for symbol in ("weETH", "ezETH", "rsETH"):
        await market.history(symbol, 7)
    clock.forward(seconds=118)
    await market.history("pufETH", 7)
    assert charts(double)[0] == 1
    clock.forward(seconds=1)
    double.coins.well()
    await market.history("EIGEN", 7)
    assert charts(double)[0] == 2
    assert (await market.history("weETH", 30)).source == FIRST


async def test_a_request_for_patience_of_the_second_provider_is_honoured_for_every_token(market, double, clock):
    double.gecko.behave(gecko.too_many())
    for symbol in ("weETH", "ezETH", "rsETH"):
        assert await market.history(symbol, 7) is None
    clock.forward(seconds=118)
    await market.history("weETH", 7)
    assert charts(double)[1] == 1


async def test_prices_of_now_go_on_while_histories_are_broken(market, double, told):
    double.coins.behave(behaviours.bad_gateway(), path=CHART)
    await market.history("weETH", 7)
    [weeth] = await market.quotes(["weETH"])
    assert weeth.spot.source == FIRST


async def test_while_nobody_answers_the_last_history_stays_with_its_own_times(market, double, told, clock):
    before = await market.history("weETH", 7)
    double.coins.stop()
    double.gecko.stop()
    clock.forward(hours=2)
    after = await market.history("weETH", 7)
    assert after.now == clock.now
    assert after.market[-1] == before.market[-1]


async def test_recorded_rates_stand_beside_the_prices(open_market, node, told, double):
    days = [reading(f"1.09{day}", MOMENT - DAY * (9 - day)) for day in range(1, 9)]
    history = await open_market([node.url], memory=Notebook(*days)).history("weETH", 7)
    assert [point.value for point in history.rate] == [*(one.rate for one in days), RATES["weETH"]]
    assert [point.at for point in history.rate] == [*(one.at for one in days), MOMENT]
    assert history.rate[-1].value == Decimal("1.1")


async def test_without_a_node_there_are_prices_alone(market, told):
    assert (await market.history("weETH", 7)).rate == ()


async def test_a_slow_node_and_a_slow_provider_are_waited_for_together(open_market, node, double, told):
    from tests.doubles import rpc

    node.behave(rpc.slow(30))
    double.coins.behave(behaviours.slow(30))
    began = time.monotonic()
    assert await open_market([node.url]).history("weETH", 7, within=0.3) is None
    assert time.monotonic() - began < 0.55


async def test_a_history_of_ether_is_a_line_at_one(market, told):
    assert {point.value for point in (await market.history("ETH", 7)).market} == {1}


async def test_two_tokens_do_not_share_a_history(market, double, told):
    double.history(EZETH_KEY, hourly(200, 2140))
    values = {(await market.history(symbol, 7)).market[0].value for symbol in ("weETH", "ezETH")}
    assert values == {Decimal("1.1"), Decimal("1.07")}


# Pairing

minutes = st.integers(0, 600).map(lambda minute: MOMENT + timedelta(minutes=minute))
series = st.lists(st.tuples(minutes, st.decimals(1, 5000, places=2)), unique_by=lambda one: one[0]).map(sorted)


@given(series, series)
def test_each_price_is_paired_with_the_nearest_price_of_ether_within_five_minutes(prices, ether):
    found = dict(in_ether(prices, ether))
    for at, usd in prices:
        distance = min((abs(other - at) for other, _ in ether), default=None)
        if distance is None or distance > timedelta(minutes=5):
            assert at not in found
        else:
            assert found[at] in {usd / value for other, value in ether if abs(other - at) == distance}
    assert list(found) == sorted(found)
