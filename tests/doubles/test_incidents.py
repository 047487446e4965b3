"""The incident series hold the figures that were published, and can be played."""

from datetime import UTC
from decimal import Decimal

import pytest

from tests.doubles import ordinary
from tests.doubles.incidents import EZETH_2024, RSETH_2026, SERIES, WBETH_2025, WSTETH_2026, Step
from tests.doubles.serving import Number

KEY, ETHER = ordinary.WEETH.key, ordinary.ETH.key


def percent(step: Step) -> Decimal:
    return round(step.true_premium, 2)


def test_premiums_of_ezeth_are_those_of_the_reports():
    expected = ["-0.21", "-77.84", "-14.17", "-3.46", "-1.24"]
    assert [percent(step) for step in EZETH_2024.steps] == [Decimal(text) for text in expected]


def test_premiums_of_rseth_are_those_of_the_reports():
    before, just_before, _, low, *_ = RSETH_2026.steps
    assert (percent(before), percent(just_before)) == (Decimal("-0.01"), Decimal("0.00"))
    assert round(low.true_premium, 1) == Decimal("-22.4")
    assert low.frozen
    assert low.incident_open


def test_only_one_source_shows_the_wick_of_wbeth():
    _, wick, _ = WBETH_2025.steps
    assert (wick.token_usd, wick.eth_usd) == (430, 3800)
    assert wick.second_usd is not None
    assert abs(wick.second_usd / wick.eth_usd / wick.rate - 1) < Decimal("0.01")


def test_the_rate_of_wsteth_is_too_low_once_and_makes_a_false_premium():
    before, wrong, after = WSTETH_2026.steps
    assert round((1 - wrong.rate / before.rate) * 100, 2) == Decimal("2.85")
    assert after.rate == before.rate
    assert Decimal("2.9") < wrong.true_premium < Decimal(3)
    assert max(abs(before.true_premium), abs(after.true_premium)) < Decimal("0.1")


@pytest.mark.parametrize("series", SERIES, ids=lambda series: series.name)
def test_steps_are_in_order_of_time_and_a_frozen_rate_stands_still(series):
    moments = [step.at for step in series.steps]
    assert moments == sorted(set(moments))
    assert all(at.tzinfo is UTC for at in moments)
    frozen = {step.rate for step in series.steps if step.frozen}
    assert len(frozen) <= 1


@pytest.mark.parametrize("series", SERIES, ids=lambda series: series.name)
def test_every_series_begins_and_ends_calm(series):
    assert not series.steps[0].incident_open
    assert not series.steps[-1].incident_open


def test_a_step_can_be_played_through_both_providers(double, coins, simple):
    wick = WBETH_2025.steps[1]
    double.price(KEY, wick.token_usd)
    double.price(ETHER, wick.eth_usd)
    second: Number | None = wick.second_usd
    double.gecko_price("wrapped-eeth", usd=second)
    assert coins()[KEY]["price"] == 430
    assert simple().json()["wrapped-eeth"]["usd"] == 4100
