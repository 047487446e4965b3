"""The object of one token for programs: every figure with value, unit, source, time and state."""

import json
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.quote_json import quote_as_json
from bot.market.market import Details
from bot.market.quotes import Evidence

from .quoted import BROKEN, EETH, EZETH, RSETH, apy, facts, quote, reading, second, spot, total

FIGURES = ("price", "eth", "rate", "premium", "yield", "tvl")


def table(token=RSETH, *, details=None, incidents=(), **known):
    told = Details() if details is None else details
    return json.loads(json.dumps(quote_as_json(quote(token, incidents=incidents, **known), told, facts())))


def test_every_figure_carries_value_unit_source_time_and_state():
    told = table(details=Details(apy("2.48"), total("1130000000")))
    for name in FIGURES:
        figure = told[name]
        assert set(figure) >= {"value", "unit", "source", "time", "state"}, name
        assert Decimal(figure["value"]), name
        assert datetime.fromisoformat(figure["time"]).tzinfo is not None, name
    assert told["rate"]["block"] == told["premium"]["block"] == 25_500_000


def test_a_yield_is_held_back_while_an_incident_is_open_and_a_total_is_not():
    told = table(details=Details(apy("2.48"), total("1130000000")), incidents=(BROKEN,))
    assert told["yield"] is None
    assert told["tvl"]["value"] == "1130000000"


@pytest.mark.parametrize(("days", "state"), [(2, "ok"), (4, "old")])
def test_a_yield_and_a_total_say_when_they_are_old(days, state):
    told = table(details=Details(apy("2.48", days=days), total("1", days=days)))
    assert (told["yield"]["state"], told["tvl"]["state"]) == (state, state)


@pytest.mark.parametrize(
    ("known", "state", "rate"),
    [
        ({}, "ok", "ok"),
        ({"paused": True}, "rate_paused", "rate_paused"),
        ({"past": (reading(RSETH, "1.07", days=5),)}, "rate_frozen", "rate_frozen"),
        ({"past": (reading(RSETH, "1.11", days=1),)}, "rate_jumped", "rate_jumped"),
        ({"rate": reading(RSETH, "1.07", hours=3)}, "rate_old", "rate_old"),
        ({"first": spot("700"), "second": second("2138")}, "sources_disagree", "ok"),
        ({"first": spot("700")}, "unconfirmed", "ok"),
    ],
)
def test_the_state_stands_at_the_token_at_the_rate_and_at_the_premium(known, state, rate):
    told = table(**known)
    assert (told["state"], told["premium"]["state"], told["rate"]["state"]) == (state, state, rate)
    assert (told["premium"]["value"] is None) is (state != "ok")


def test_a_token_of_an_unknown_protocol_or_without_a_rate_has_empty_places():
    told = table(EETH)
    assert (told["rate"], told["state"], told["yield"], told["tvl"]) == (None, "no_rate", None, None)
    assert told["eth"]["unit"] == "ETH per eETH"


amounts = st.decimals("1e-12", 10**15, allow_nan=False).filter(lambda one: one >= Decimal("1e-12"))


@given(amounts, amounts, st.decimals("0.9", "2", places=18))
def test_no_number_that_a_provider_can_state_breaks_the_object_or_loses_its_digits(usd, eth, rate):
    both = {"first": spot(str(usd), eth=str(eth)), "second": second(str(usd))}
    told = table(EZETH, **both, rate=reading(EZETH, str(rate)), past=())
    assert Decimal(told["price"]["value"]) == usd
    assert Decimal(told["rate"]["value"]) == rate
    assert "E" not in told["price"]["value"] + told["eth"]["value"] + (told["premium"]["value"] or "")
    assert not (told["premium"]["value"] or "").startswith("-0.0000")


def test_without_anything_known_there_are_reasons_and_no_figures():
    nothing = {name: getattr(Evidence(), name) for name in Evidence.__slots__}
    told = table(**nothing)
    assert [told[name] for name in ("price", "eth", "rate", "yield", "tvl")] == [None] * 5
    assert told["held"] == ["no_price", "no_rate"]
