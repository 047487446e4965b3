import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.market.errors import Malformed
from bot.market.numbers import amount, moment, percent, read_json, share, table

JUDGES = (amount, share, percent, moment)
NO_FIGURE = ["12", "", "NaN", True, False, None, [], [12], {}, {"usd": 12}, 1.5, float("nan")]
"""What a provider that has changed might send in the place of a number."""

number_texts = st.builds("{}.{}e{}".format, st.integers(), st.integers(0), st.integers(-(10**20), 10**20))
trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("value", NO_FIGURE, ids=repr)
def test_what_is_no_exact_number_is_no_figure(judge, value):
    assert judge(value) is None


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("text", ["1e400", "-1", "-0.01"])
def test_a_number_that_no_figure_can_have_is_none(judge, text):
    assert judge(Decimal(text)) is None


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_not_finite_is_no_amount(text):
    assert amount(Decimal(text)) is None


@pytest.mark.parametrize("value", [0, Decimal(0), Decimal("0.00"), Decimal("-0.0")])
def test_a_price_of_zero_is_none_but_a_yield_or_a_confidence_can_be_zero(value):
    assert amount(value) is None
    assert percent(value) == share(value) == 0


@pytest.mark.parametrize(
    "text", ["1e-12", "0.412", "2122.85", "1e15", "1234567890.123456789012345678901234567890"[:41]]
)
def test_a_number_within_the_bounds_is_taken_as_it_is(text):
    assert amount(Decimal(text)) == percent(Decimal(text)) == Decimal(text)


@pytest.mark.parametrize("text", ["9e-13", "1000000000000000.01", "0." + "1" * 41])
def test_a_number_beyond_the_bounds_or_with_endless_digits_is_no_amount(text):
    assert amount(Decimal(text)) is None


def test_a_whole_number_is_an_amount():
    assert amount(2122) == Decimal(2122)
    assert amount(10**15 + 1) is None
    assert amount(10**4000) is None


def test_a_share_lies_between_zero_and_one():
    assert share(1) == 1
    assert share(Decimal("0.99")) == Decimal("0.99")
    assert share(Decimal("1.01")) is None


def test_unix_seconds_are_a_moment_and_fractions_are_cut():
    assert moment(1_795_340_100) == datetime(2026, 11, 22, 9, 35, tzinfo=UTC)
    assert moment(Decimal("1795340100.9")) == moment(1_795_340_100)


@pytest.mark.parametrize("value", [0, 1_438_269_972, 1_795_340_100_000, 10**400], ids=lambda value: repr(value)[:16])
def test_a_time_before_ethereum_or_in_milliseconds_is_no_moment(value):
    assert moment(value) is None


def test_only_an_object_is_a_table():
    assert table({"usd": 1}) == {"usd": 1}
    assert [table(value) for value in (None, [], "usd", 1)] == [{}] * 4


def test_fractions_are_read_without_loss():
    text = "2122.850000000000000000000001"
    assert str(read_json(f'{{"price":{text}}}'.encode())["price"]) == text


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e401", "-1e-999", "1e99999999999999999999"])
def test_one_number_that_none_can_be_spoils_nothing_beside_it(text):
    assert read_json(f'{{"bad":{text},"good":12.5}}'.encode()) == {"bad": None, "good": Decimal("12.5")}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"coins":{', b"Not found", b"<!DOCTYPE html>", b"\xff\xfe\xff", b"[" * 100_000, b"1" * 5000],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_json_is_malformed(body):
    with pytest.raises(Malformed):
        read_json(body)


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_read_or_malformed(body):
    try:
        read_json(body)
    except Malformed:
        return
    json.loads(body)  # raises where read_json has read what is no JSON


@given(trees)
def test_no_value_of_any_json_makes_a_judge_fail(tree):
    found = read_json(json.dumps(tree).encode())
    for judge in (*JUDGES, table):
        judge(found)


@given(number_texts)
def test_whatever_number_is_sent_an_amount_is_positive_and_finite(text):
    found = amount(read_json(text.encode()))
    assert found is None or Decimal("1e-12") <= found <= 10**15


@given(st.decimals("1e-12", "1e15", places=12))
def test_an_amount_is_the_number_that_was_sent(value):
    assert amount(read_json(str(value).encode())) == (value or None)
