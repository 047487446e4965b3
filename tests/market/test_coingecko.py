"""The second source alone: in the tests that play, nobody listens at the first."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.market import coingecko
from bot.market.errors import Malformed, RateLimited
from bot.market.quotes import Age, Held
from tests.doubles import behaviours, gecko
from tests.market.room import MOMENT, PREMIUMS, SECOND, SECOND_PREMIUM, quote

KEY = "CG-made-up-key-81d2"
DEMO, PRO = "https://api.coingecko.com/api/v3", "https://pro-api.coingecko.com/api/v3"


@pytest.fixture
def alone(rated, double):
    """A market whose first source refuses connections."""
    double.coins.stop()
    return rated


async def test_all_prices_come_in_one_request_in_dollars_and_ether_with_their_times(alone, double):
    found = await alone.quotes([token.symbol for token in alone.tokens])
    premiums = {one.token.symbol: one.premium for one in found if one.premium is not None}
    assert premiums == PREMIUMS | {"weETH": SECOND_PREMIUM}
    assert {one.spot.source for one in found if one.spot} == {SECOND}
    [request] = double.gecko.requests
    assert request.path == "/simple/price"
    assert request.query["ids"].split(",") == [token.coingecko for token in alone.tokens]
    assert request.query["vs_currencies"] == "usd,eth"
    assert request.query["include_last_updated_at"] == "true"


async def test_an_id_that_is_left_out_has_no_price_and_the_others_stay(alone, double):
    double.gecko.behave(gecko.omitted("wrapped-eeth"))
    weeth, ezeth = await alone.quotes(["weETH", "ezETH"])
    assert (weeth.spot, weeth.state) == (None, Held.NO_PRICE)
    assert ezeth.premium == PREMIUMS["ezETH"]
    assert len(double.gecko.requests) == 1


@pytest.mark.parametrize(
    "behaviour",
    [
        gecko.emptied("wrapped-eeth"),
        gecko.usd_null("wrapped-eeth"),
        gecko.field("usd", '"2191.2"', "wrapped-eeth"),
        gecko.field("usd", "0", "wrapped-eeth"),
        gecko.field("usd", "1e400", "wrapped-eeth"),
        gecko.undated("wrapped-eeth"),
        gecko.field("last_updated_at", "1e99999999999999999999", "wrapped-eeth"),
    ],
    ids=["empty", "null", "text", "zero", "too large", "undated", "dated beyond time"],
)
async def test_a_coin_without_a_usable_price_has_none_and_the_others_stay(alone, double, behaviour):
    double.gecko.behave(behaviour)
    weeth, ezeth = await alone.quotes(["weETH", "ezETH"])
    assert (weeth.spot, weeth.state) == (None, Held.NO_PRICE)
    assert ezeth.premium == PREMIUMS["ezETH"]


@pytest.mark.parametrize("eth", [None, "null", '"1.0956"', "NaN"])
async def test_a_coin_without_a_price_in_ether_has_no_premium(alone, double, eth):
    double.gecko.behave(gecko.field("eth", eth, "wrapped-eeth"))
    weeth = await quote(alone)
    assert (weeth.spot.usd, weeth.in_eth, weeth.state) == (Decimal("2191.20"), None, Held.NO_ETH)


@pytest.mark.parametrize(
    ("age", "name", "state"),
    [
        (timedelta(minutes=10), Age.FRESH, "ok"),
        (timedelta(minutes=20), Age.DELAYED, "ok"),
        (timedelta(hours=11), Age.OLD, Held.OLD_PRICE),
        (timedelta(days=3), Age.LAST_KNOWN, Held.OLD_PRICE),
    ],
)
async def test_a_price_is_as_old_as_it_says(alone, double, age, name, state):
    double.gecko.behave(gecko.aged(age.total_seconds()))
    weeth = await quote(alone)
    assert (weeth.spot.at, weeth.age, weeth.state) == (MOMENT - age, name, state)


ERRORS = {
    "A 400": gecko.error_a(400),
    "A 404": gecko.error_a(404),
    "A 422": gecko.error_a(422),
    "A 200": gecko.error_a(200),
    "B 401": gecko.error_b(401, 10002),
    "B 403": gecko.error_b(403, 10005),
    "B 200 with 10010": gecko.error_with_200(10010),
    "C 401": gecko.error_c(),
    "C 200": gecko.error_c(200),
    "wrong key": gecko.wrong_key(),
    "a page": behaviours.forbidden(),
    "nothing known": behaviours.body("{}"),
    "a list": behaviours.body("[]"),
    "null": behaviours.body("null"),
}


@pytest.mark.parametrize("behaviour", ERRORS.values(), ids=ERRORS)
async def test_an_error_of_any_shape_is_no_price_and_it_is_left_alone_for_a_while(alone, double, clock, behaviour):
    double.gecko.behave(behaviour)
    for _ in range(2):
        weeth = await quote(alone)
        assert (weeth.spot, weeth.premium, weeth.state) == (None, None, Held.NO_PRICE)
        assert weeth.rate.value == Decimal("1.1")
    assert len(double.gecko.requests) == 1
    double.gecko.well()
    clock.forward(seconds=15)
    assert (await quote(alone)).premium == SECOND_PREMIUM


PATIENCE = {
    "as captured": (gecko.too_many(), 119),
    "without a time": (gecko.too_many(None), 60),
    "with status 200": (gecko.error_with_200(429), 60),
    "shape C": (gecko.error_c(200, 429), 60),
}


@pytest.mark.parametrize(("behaviour", "seconds"), PATIENCE.values(), ids=PATIENCE)
async def test_a_request_for_patience_in_any_shape_is_honoured(alone, double, clock, behaviour, seconds):
    double.gecko.behave(behaviour, times=1)
    await quote(alone)
    clock.forward(seconds=seconds - 1)
    assert (await quote(alone)).spot is None
    assert len(double.gecko.requests) == 1
    clock.forward(seconds=1)
    assert (await quote(alone)).premium == SECOND_PREMIUM


async def test_the_key_goes_into_the_header_and_a_wrong_one_is_refused_without_harm(open_market, double):
    double.coins.stop()
    double.gecko_key = KEY
    market = open_market(key=KEY)
    assert (await quote(market)).spot.source == SECOND
    [request] = double.gecko.requests
    assert request.headers["x-cg-demo-api-key"] == KEY
    assert KEY not in request.target
    assert (await quote(open_market(key="CG-another-key"))).state == Held.NO_PRICE


async def test_without_a_key_none_is_sent(alone, double):
    await quote(alone)
    assert not [name for name in double.gecko.requests[0].headers if name.startswith("x-cg")]


@pytest.mark.parametrize(("base", "header"), [(DEMO, "x-cg-demo-api-key"), (PRO, "x-cg-pro-api-key")])
def test_the_host_says_which_kind_of_key_it_is(base, header):
    for request in (
        coingecko.prices_request(base, KEY, ["ethereum"]),
        coingecko.history_request(base, KEY, "ethereum", 7),
    ):
        assert request.headers == {header: KEY}
        assert KEY not in request.url + "".join(request.params.values())


def test_prices_are_exact():
    body = b'{"wrapped-eeth":{"usd":2191.2000000000000001,"eth":1.0956,"last_updated_at":1784628210}}'
    seen = coingecko.parse_prices(body, ["wrapped-eeth", "pufeth"])
    assert list(seen) == ["wrapped-eeth"]
    assert seen["wrapped-eeth"].usd == Decimal("2191.2000000000000001")
    assert seen["wrapped-eeth"].at == MOMENT


# Histories


def test_a_history_is_read_from_milliseconds_in_order_of_time_without_what_is_no_price():
    rows = "[1784628270041,1.09],[1784628210041,1.1],[1784628300041,null],[null,1],[1784628210],7,[1e999,1],[1784628,1]"
    body = f'{{"prices":[{rows}],"market_caps":[],"total_volumes":[]}}'.encode()
    first = datetime(2026, 7, 21, 10, 3, 30, tzinfo=UTC)
    assert coingecko.parse_history(body) == [
        (first, Decimal("1.1")),
        (first + timedelta(minutes=1), Decimal("1.09")),
    ]


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"prices":null}', b'{"error":"coin not found"}'])
def test_an_answer_without_prices_is_no_history(body):
    with pytest.raises(Malformed):
        coingecko.parse_history(body)


def test_a_history_can_ask_for_patience_too():
    with pytest.raises(RateLimited):
        coingecko.parse_history(b'{"status":{"error_code":429,"error_message":"slow down"}}')
