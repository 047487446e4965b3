"""How numbers and times are written."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.numerals import (
    clock_time,
    dollars,
    ether,
    percent,
    plain_times,
    relative,
    rough_dollars,
    short_date,
    signed_percent,
)

prices = st.decimals("0.000000000001", 10**15, allow_nan=False).filter(lambda one: one >= Decimal("1e-12"))
gaps = st.decimals(-(10**9), 10**9, allow_nan=False, places=8)
moments = st.datetimes(datetime(2015, 8, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2088.92", "$2,088.92"),
        ("1", "$1.00"),
        ("1234567.891", "$1,234,567.89"),
        ("0.412", "$0.4120"),
        ("0.00001234567", "$0.00001235"),
        ("0.9999", "$0.9999"),
        ("0.99996", "$1.00"),
        ("0.125", "$0.1250"),
        ("2.125", "$2.12"),
        ("2.135", "$2.14"),
    ],
)
def test_a_price_has_cents_and_below_a_dollar_four_digits_that_count(value, text):
    assert dollars(Decimal(value)) == text


@given(prices)
def test_a_price_is_never_written_as_nothing_and_never_far_off(value):
    text = dollars(value)
    assert re.fullmatch(r"\$(\d{1,3}(,\d{3})*\.\d\d|0\.\d{4,})", text)
    written = Decimal(text.replace("$", "").replace(",", ""))
    assert written > 0
    assert abs(written - value) <= (Decimal("0.005") if value >= 1 else value * Decimal("0.0005"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("26677000000", "$26.7 billion"),
        ("1000000000", "$1.0 billion"),
        ("999600000", "$1.0 billion"),
        ("999400000", "$999 million"),
        ("118000000", "$118 million"),
        ("9440000", "$9.4 million"),
        ("940000", "$940,000"),
        ("12", "$12"),
    ],
)
def test_a_total_is_rough(value, text):
    assert rough_dollars(Decimal(value)) == text


@given(st.decimals(1, 10**15, allow_nan=False))
def test_a_total_is_short_and_within_a_twentieth(value):
    text = rough_dollars(value)
    number, *unit = text.removeprefix("$").split()
    scale = {"million": 10**6, "billion": 10**9}[unit[0]] if unit else 1
    written = Decimal(number.replace(",", "")) * scale
    assert abs(written - value) <= max(value / 20, Decimal("0.5"))
    assert number.isdecimal() is False or Decimal(number) < 1000


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.211", "+0.21%"),
        ("-22.4", "\N{MINUS SIGN}22.40%"),
        ("0", "0.00%"),
        ("0.004", "0.00%"),
        ("-0.004", "0.00%"),
        ("-0.005", "0.00%"),
        ("-0.0051", "\N{MINUS SIGN}0.01%"),
        ("0.005", "0.00%"),
        ("0.015", "+0.02%"),
        ("1e29", "+100000000000000000000000000000.00%"),
    ],
)
def test_a_gap_has_its_sign_and_none_where_it_rounds_to_nothing(value, text):
    assert signed_percent(Decimal(value)) == text


@given(gaps)
def test_every_gap_rounds_to_even_with_a_proper_minus_sign(value):
    text = signed_percent(value)
    assert re.fullmatch(r"[+\N{MINUS SIGN}]?\d+\.\d\d%", text)
    written = Decimal(text.replace("\N{MINUS SIGN}", "-").rstrip("%"))
    assert written == value.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    assert (text[0] in "+\N{MINUS SIGN}") is (written != 0)


def test_yields_and_amounts_of_ether():
    assert percent(Decimal("2.834")) == "2.83%"
    assert percent(Decimal(0)) == "0.00%"
    assert ether(Decimal("1.08185")) == "1.0818 ETH"


def test_times_are_those_of_utc_and_english_on_every_machine():
    at = datetime(2026, 3, 5, 1, 7, tzinfo=timezone(timedelta(hours=2)))
    assert clock_time(at) == "4 Mar 2026, 23:07 UTC"
    assert short_date(date(2026, 12, 31)) == "31 Dec 2026"
    assert relative(datetime(2026, 11, 22, 18, tzinfo=UTC)) == "<t:1795370400:R>"


@given(moments)
def test_a_mark_is_written_out_as_its_minute(at):
    assert plain_times(f"a ({relative(at)}) b") == f"a ({clock_time(at)}) b"


@pytest.mark.parametrize("style", ["", ":t", ":T", ":d", ":D", ":f", ":F", ":R"])
def test_every_style_of_mark_is_written_out(style):
    assert plain_times(f"<t:1795370400{style}>") == "22 Nov 2026, 18:00 UTC"


@pytest.mark.parametrize(
    "text", ["<t:999999999999:R>", "<t:-999999999999>", "<t:17953704000000:R>", "<t:x:R>", "<t:1:Q>"]
)
def test_what_is_no_moment_stays_as_it_is(text):
    assert plain_times(text) == text


@given(st.text(st.sampled_from("<t:>R-0123456789 a"), max_size=40))
def test_no_text_breaks_the_writing_of_times(text):
    assert isinstance(plain_times(text), str)
