import json
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.market import defillama
from bot.market.errors import Malformed
from bot.market.quotes import Age, Held
from tests.doubles import behaviours, llama
from tests.doubles.serving import render
from tests.market.room import (
    ETH_KEY,
    FIRST,
    MOMENT,
    PREMIUMS,
    SECOND,
    SECOND_PREMIUM,
    WEETH_KEY,
    quote,
)

POOL, OTHER_POOL = "46bd2bdf-6d92-4066-b482-e885ee172264", "33c732f6-a78d-41da-af5b-ccd9fa5e52d5"


def told(found):
    """Where a price comes from, and the premium."""
    return found.spot and found.spot.source, found.premium


ORDINARY = (FIRST, PREMIUMS["weETH"])
FROM_SECOND = (SECOND, SECOND_PREMIUM)

# What it does, and what a member gets


async def test_all_prices_come_in_one_request_with_the_keys_as_they_are_written(rated, double):
    found = await rated.quotes([token.symbol for token in rated.tokens])
    assert {one.token.symbol: one.premium for one in found if one.premium is not None} == PREMIUMS
    [request] = double.coins.requests
    keys = request.target.removeprefix("/prices/current/").split(",")
    assert keys == [token.llama for token in rated.tokens]


async def test_when_it_is_well_the_second_source_is_not_asked(rated, double):
    weeth = await quote(rated)
    assert told(weeth) == ORDINARY
    assert (weeth.spot.usd, weeth.in_eth, weeth.rate.value) == (2189, Decimal("1.0945"), Decimal("1.1"))
    assert (weeth.spot.at, weeth.age, weeth.spot.confidence) == (MOMENT, Age.FRESH, Decimal("0.99"))
    assert double.gecko.requests == []


async def test_a_coin_that_is_missing_comes_from_the_second_source_and_the_others_stay(rated, double):
    double.coins.behave(llama.missing(WEETH_KEY))
    weeth, ezeth = await rated.quotes(["weETH", "ezETH"])
    assert told(weeth) == FROM_SECOND
    assert told(ezeth) == (FIRST, PREMIUMS["ezETH"])
    assert (len(double.coins.requests), len(double.gecko.requests)) == (1, 1)


async def test_a_coin_that_is_missing_everywhere_has_no_price_and_the_others_stay(rated, double):
    double.coins.behave(llama.missing(WEETH_KEY))
    double.gecko.behave(behaviours.body("{}"))
    weeth, ezeth = await rated.quotes(["weETH", "ezETH"])
    assert (weeth.spot, weeth.premium, weeth.state) == (None, None, Held.NO_PRICE)
    assert weeth.rate.value == Decimal("1.1")
    assert told(ezeth) == (FIRST, PREMIUMS["ezETH"])


async def test_a_coin_that_disappears_keeps_its_last_price_with_its_age(rated, double, clock):
    double.gecko.stop()
    await quote(rated)
    double.coins.behave(llama.missing(WEETH_KEY))
    clock.forward(minutes=90)
    weeth, ezeth = await rated.quotes(["weETH", "ezETH"])
    assert (weeth.spot.usd, weeth.spot.at, weeth.age) == (2189, MOMENT, Age.DELAYED)
    assert (ezeth.spot.at, ezeth.age) == (clock.now, Age.FRESH)


async def test_no_coins_at_all_is_an_answer_without_prices(rated, double):
    double.coins.behave(llama.no_coins())
    assert told(await quote(rated)) == FROM_SECOND
    assert told(await quote(rated)) == FROM_SECOND
    assert (len(double.coins.requests), len(double.gecko.requests)) == (1, 1)


async def test_a_price_of_eleven_hours_ago_gives_way_to_the_second_source(rated, double):
    double.coins.behave(llama.aged(11 * 3600))
    assert told(await quote(rated)) == FROM_SECOND


@pytest.mark.parametrize(("hours", "age"), [(11, Age.OLD), (72, Age.LAST_KNOWN)])
async def test_an_old_price_alone_is_shown_with_its_time_and_without_a_premium(rated, double, hours, age):
    double.gecko.stop()
    double.coins.behave(llama.aged(hours * 3600))
    weeth = await quote(rated)
    assert (weeth.spot.at, weeth.age) == (MOMENT - timedelta(hours=hours), age)
    assert (weeth.premium, weeth.state) == (None, Held.OLD_PRICE)


async def test_a_price_without_a_time_is_none(rated, double):
    double.coins.behave(llama.undated(WEETH_KEY))
    weeth, ezeth = await rated.quotes(["weETH", "ezETH"])
    assert told(weeth) == FROM_SECOND
    assert told(ezeth) == (FIRST, PREMIUMS["ezETH"])


async def test_a_price_of_low_confidence_gives_way_to_the_second_source(rated, double):
    double.coins.behave(llama.confidence(Decimal("0.4"), WEETH_KEY))
    assert told(await quote(rated)) == FROM_SECOND


async def test_a_price_of_low_confidence_alone_is_no_price(rated, double):
    double.gecko.stop()
    double.coins.behave(llama.confidence(Decimal("0.4"), WEETH_KEY))
    weeth, ezeth = await rated.quotes(["weETH", "ezETH"])
    assert (weeth.spot, weeth.state) == (None, Held.NO_PRICE)
    assert told(ezeth) == (FIRST, PREMIUMS["ezETH"])


async def test_a_price_of_middling_confidence_is_shown_and_its_premium_where_the_second_source_confirms_it(
    rated, double
):
    double.coins.behave(llama.confidence(Decimal("0.6"), WEETH_KEY))
    weeth = await quote(rated)
    assert told(weeth) == ORDINARY
    assert [one.source for one in weeth.others] == [SECOND]
    assert weeth.spot.confidence == Decimal("0.6")


async def test_a_price_without_confidence_stands_alone(rated, double):
    double.coins.behave(llama.confidence(None, WEETH_KEY))
    assert told(await quote(rated)) == ORDINARY
    assert double.gecko.requests == []


@pytest.mark.parametrize("stated", ['"0.99"', "-1", "1.01", "true", "null", "NaN", '"high"'])
async def test_a_confidence_that_is_none_counts_as_low(rated, double, stated):
    double.coins.behave(llama.confidence(stated, WEETH_KEY))
    assert told(await quote(rated)) == FROM_SECOND


@pytest.mark.parametrize(
    "price", ["0", "0.0", "-1", '"2189"', "NaN", "Infinity", "1e400", "1e999999999999999999999", "true", "null", "[]"]
)
async def test_a_price_that_is_no_positive_number_is_none_and_spoils_no_other(rated, double, price):
    double.coins.behave(llama.priced(price, WEETH_KEY))
    weeth, ezeth = await rated.quotes(["weETH", "ezETH"])
    assert told(weeth) == FROM_SECOND
    assert told(ezeth) == (FIRST, PREMIUMS["ezETH"])


async def test_an_asset_marked_as_worth_nothing_has_no_price(rated, double):
    double.coins.behave(llama.distressed(WEETH_KEY))
    assert told(await quote(rated)) == FROM_SECOND


async def test_ether_of_twelve_minutes_ago_makes_no_premium(rated, double):
    double.coins.behave(llama.aged(12 * 60, ETH_KEY))
    double.gecko.stop()
    weeth = await quote(rated)
    assert (weeth.spot.usd, weeth.in_eth, weeth.premium, weeth.state) == (2189, None, None, Held.NO_ETH)


async def test_ether_of_twelve_minutes_ago_gives_way_to_the_second_source(rated, double):
    double.coins.behave(llama.aged(12 * 60, ETH_KEY))
    assert told(await quote(rated)) == FROM_SECOND


@pytest.mark.parametrize("ether", [llama.missing(ETH_KEY), llama.priced("0", ETH_KEY)], ids=["missing", "zero"])
async def test_without_a_price_of_ether_there_is_no_premium(rated, double, ether):
    double.coins.behave(ether)
    double.gecko.stop()
    weeth = await quote(rated)
    assert (weeth.spot.usd, weeth.state) == (2189, Held.NO_ETH)


async def test_keys_that_come_back_changed_are_not_those_that_were_asked_for(rated, double):
    double.coins.behave(llama.lower_cased())
    weeth, ether = await rated.quotes(["weETH", "ETH"])
    assert told(weeth) == FROM_SECOND
    assert ether.spot.source == FIRST


@pytest.mark.parametrize(("asked", "seconds"), [(None, 60), (119, 119), (5, 60), (100_000, 600)])
async def test_a_request_for_patience_is_honoured(rated, double, clock, asked, seconds):
    double.coins.behave(behaviours.too_many(asked), times=1)
    assert told(await quote(rated)) == FROM_SECOND
    clock.forward(seconds=seconds - 1)
    assert told(await quote(rated)) == FROM_SECOND
    assert len(double.coins.requests) == 1
    clock.forward(seconds=1)
    assert told(await quote(rated)) == ORDINARY
    assert len(double.coins.requests) == 2


async def test_a_request_for_patience_until_a_date_is_honoured(rated, double, clock):
    double.coins.behave(behaviours.too_many(MOMENT + timedelta(seconds=150)), times=1)
    await quote(rated)
    clock.forward(seconds=149)
    assert told(await quote(rated)) == FROM_SECOND
    clock.forward(seconds=1)
    assert told(await quote(rated)) == ORDINARY


BROKEN = {
    "403 of the network in front": behaviours.forbidden(),
    "500": behaviours.server_error(),
    "502": behaviours.bad_gateway(),
    "a page with 200": behaviours.page(),
    "JSON called a page": behaviours.labelled(behaviours.HTML),
    "a redirect": behaviours.moved("http://127.0.0.1:1/"),
    "truncated JSON": behaviours.truncated(),
    "no body": behaviours.empty(),
    "another object": behaviours.body('{"prices":{}}'),
    "coins that are a list": behaviours.body('{"coins":[]}'),
    "a list": behaviours.body("[]"),
    "null": behaviours.body("null"),
    "404": behaviours.body("Not found", 404),
    "cut off": behaviours.cut_off(),
    "reset": behaviours.reset(),
    "two megabytes": behaviours.huge(2_000_000),
}


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN)
async def test_while_it_is_broken_the_second_source_answers_and_it_is_left_alone(rated, double, clock, behaviour):
    double.coins.behave(behaviour)
    assert told(await quote(rated)) == FROM_SECOND
    assert told(await quote(rated)) == FROM_SECOND
    assert len(double.coins.requests) == 1
    double.coins.well()
    clock.forward(seconds=15)
    assert told(await quote(rated)) == ORDINARY


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN)
async def test_while_both_are_broken_the_last_price_is_shown_with_its_age(rated, double, clock, behaviour):
    await quote(rated)
    double.coins.behave(behaviour)
    double.gecko.stop()
    clock.forward(minutes=30)
    weeth = await quote(rated)
    assert (weeth.spot.usd, weeth.spot.at, weeth.age) == (2189, MOMENT, Age.DELAYED)
    assert weeth.premium == PREMIUMS["weETH"]


async def test_when_nobody_listens_there_the_second_source_answers(rated, double, clock):
    double.coins.stop()
    assert told(await quote(rated)) == FROM_SECOND
    double.coins.start()
    assert told(await quote(rated)) == FROM_SECOND
    assert double.coins.requests == []
    clock.forward(seconds=15)
    assert told(await quote(rated)) == ORDINARY


@pytest.mark.parametrize("behaviour", [behaviours.slow(5), behaviours.drip(0.05)], ids=["slow", "dripping"])
async def test_when_it_is_slow_the_second_source_answers_in_time(rated, double, behaviour):
    double.coins.behave(behaviour)
    began = time.monotonic()
    assert told(await quote(rated, within=1.0)) == FROM_SECOND
    assert time.monotonic() - began < 0.95
    assert len(double.coins.requests) == 1


async def test_it_is_seen_to_be_back_within_a_minute_however_long_it_was_gone(rated, double, clock):
    double.coins.behave(behaviours.bad_gateway())
    for _ in range(20):
        await quote(rated)
        clock.forward(minutes=7)
    double.coins.well()
    await quote(rated)
    clock.forward(minutes=1)
    assert told(await quote(rated)) == ORDINARY


# Histories


def test_a_history_is_read_in_order_of_time_without_what_is_no_price():
    rows = [(30, "1.5"), (10, "1"), (20, "NaN"), (40, "0"), (50, '"2"')]
    prices = ",".join(f'{{"timestamp":{1_784_000_000 + at},"price":{usd}}}' for at, usd in rows)
    body = f'{{"coins":{{"a:b":{{"symbol":"B","prices":[{prices},null,{{}},7]}}}}}}'.encode()
    start = datetime.fromtimestamp(1_784_000_000, UTC)
    assert defillama.parse_history(body, ["a:b", "c:d"]) == {
        "a:b": [(start + timedelta(seconds=10), Decimal(1)), (start + timedelta(seconds=30), Decimal("1.5"))],
        "c:d": [],
    }


# Yields


def yields(*rows):
    return render({"status": "success", "data": rows}).encode()


def row(apy, at="2026-07-20T23:01:34.685Z", **parts):
    return {"timestamp": at, "apy": apy, **parts}


def test_the_newest_yield_that_is_a_number_is_the_yield():
    body = yields(
        row(Decimal(1), "2026-07-18T23:01:00Z"),
        row(Decimal("2.61"), apyBase=Decimal("2.37"), apyReward=None),
        row(None),
    )
    found = defillama.parse_yield(body)
    assert (found.apy, found.base, found.reward) == (Decimal("2.61"), Decimal("2.37"), None)
    assert found.at == datetime(2026, 7, 20, 23, 1, 34, tzinfo=UTC)


def test_a_yield_of_zero_is_a_yield_and_a_negative_one_is_none():
    assert defillama.parse_yield(yields(row(0))).apy == 0
    with pytest.raises(Malformed):
        defillama.parse_yield(yields(row(-1)))


@pytest.mark.parametrize(
    "at",
    [
        None,
        1_784_000_000,
        "yesterday",
        "2026-07-20T99:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "1999-12-31T00:00:00Z",
    ],
)
def test_a_yield_without_a_likely_time_is_none(at):
    with pytest.raises(Malformed):
        defillama.parse_yield(yields(row(Decimal(1), at)))


def test_a_time_without_a_zone_is_one_of_utc():
    assert defillama.parse_yield(yields(row(1, "2026-07-20T23:01:34"))).at == datetime(
        2026, 7, 20, 23, 1, 34, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"null", b'{"data":null}', b'{"data":[null,7,"x"]}', b'"invalid configID!"']
)
def test_an_answer_without_rows_has_no_yield(body):
    with pytest.raises(Malformed):
        defillama.parse_yield(body)


# Pools


def pool(symbol="WEETH", tvl=100, uuid=POOL, project="ether.fi-stake", chain="Ethereum", **more):
    return {"project": project, "symbol": symbol, "chain": chain, "tvlUsd": tvl, "pool": uuid, **more}


def listed(*pools):
    return json.dumps({"status": "success", "data": pools}, ensure_ascii=False).encode()


async def pieces(body, *cuts):
    start = 0
    for cut in (*sorted(cuts), len(body)):
        yield body[start:cut]
        start = cut


async def largest(body, *cuts):
    wanted = [("ether.fi-stake", "WEETH"), ("kelp", "RSETH")]
    return await defillama.largest_pools(pieces(body, *cuts), wanted)


async def test_the_largest_ethereum_pool_of_project_and_symbol_is_found():
    body = listed(
        pool(tvl=100, uuid=OTHER_POOL),
        pool(tvl=300),
        pool(tvl=200, uuid=OTHER_POOL),
        pool(tvl=900, uuid=OTHER_POOL, chain="Arbitrum"),
        pool(tvl=900, uuid=OTHER_POOL, project="other"),
        pool(tvl=900, uuid=OTHER_POOL, symbol="EETH"),
        pool(project="kelp", symbol="rsETH", uuid=OTHER_POOL),
    )
    assert await largest(body) == {("ether.fi-stake", "WEETH"): POOL, ("kelp", "RSETH"): OTHER_POOL}


@given(st.data())
async def test_it_does_not_matter_where_the_list_is_cut_into_pieces(data):
    odd = 'Łiquid "staking" {[🥩]} \\'
    body = listed(pool(poolMeta=odd), pool(tvl=5, uuid=OTHER_POOL, poolMeta=None), pool(project="kelp", symbol=odd))
    cuts = data.draw(st.lists(st.integers(0, len(body)), max_size=40))
    assert await largest(body, *cuts) == {("ether.fi-stake", "WEETH"): POOL}


async def test_a_list_in_single_bytes_is_read():
    body = listed(pool(poolMeta="🥩"), pool(tvl=300, uuid=OTHER_POOL))
    assert await largest(body, *range(len(body))) == {("ether.fi-stake", "WEETH"): OTHER_POOL}


@given(st.data())
async def test_a_list_that_ends_in_the_middle_is_refused_wherever_that_is(data):
    body = listed(pool(), pool(tvl=300, uuid=OTHER_POOL, rewardTokens=["0x1", "0x2"]))
    length = data.draw(st.integers(0, body.rindex(b"]")))
    with pytest.raises(Malformed):
        await largest(body[:length])


@pytest.mark.parametrize(
    "body",
    [b"", b"Not found", b"{}", b"[]", b'{"status":"success","data":[]}', b'{"data":[{"a":}]}', b"[" + b"{" * 200_000],
    ids=lambda body: repr(body[:24]),
)
async def test_a_list_that_is_none_or_empty_is_refused(body):
    with pytest.raises(Malformed):
        await largest(body)


async def test_a_list_of_rubbish_is_given_up_long_before_its_end():
    read = 0

    async def rubbish():
        nonlocal read
        for _ in range(1000):
            yield b"[{" + b"x" * 10_000
            read += 1

    with pytest.raises(Malformed):
        await defillama.largest_pools(rubbish(), [])
    assert read < 10


def test_the_list_is_given_time_and_room():
    request = defillama.pools_request("http://host")
    assert request.limit >= 30_000_000  # twice what it was in 2026
    assert request.total >= 30


@pytest.mark.parametrize("uuid", [None, 7, "", "../../x", POOL + "/..", "46bd2bdf"])
async def test_a_pool_whose_id_is_none_is_passed_over(uuid):
    body = listed(pool(tvl=900, uuid=uuid), pool(tvl=100))
    assert await largest(body) == {("ether.fi-stake", "WEETH"): POOL}


@pytest.mark.parametrize("tvl", [None, "900", 0, -900, True, float("nan"), 1e300])
async def test_a_pool_whose_size_is_no_number_is_passed_over(tvl):
    body = listed(pool(tvl=tvl, uuid=OTHER_POOL), pool(tvl=100))
    assert await largest(body) == {("ether.fi-stake", "WEETH"): POOL}


async def test_thirteen_megabytes_of_pools_are_read_in_little_memory():
    one = json.dumps(pool(symbol="USDC-WETH", predictions={"a": None}, rewardTokens=["0x" + "0" * 40] * 8)).encode()
    count = 13_000_000 // len(one)

    async def megabytes():
        yield b'{"status":"success","data":['
        held = b""
        for _ in range(count):
            held += one + b","
            if len(held) >= 65_536:
                yield held
                held = b""
        yield held + json.dumps(pool()).encode() + b"]}"

    tracemalloc.start()
    try:
        found = await defillama.largest_pools(megabytes(), [("ether.fi-stake", "WEETH")])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == {("ether.fi-stake", "WEETH"): POOL}
    assert peak < 3_000_000
