import itertools
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.market.chart import LONGEST_RANGE
from bot.market.scales import MOST_MARKS, decimals_of, round_marks, time_marks

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
ENDS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds have none
VALUES = st.decimals(-1000, 1000, places=6)


def marks(low, high, most=MOST_MARKS):
    return [str(mark.normalize()) for mark in round_marks(Decimal(low), Decimal(high), most)]


def names(days, end=NOW):
    return [name for _, name in time_marks(end - timedelta(days=days), end)]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("1.0741", "1.0831", ["1.076", "1.078", "1.08", "1.082"]),
        ("1.0788", "1.0812", ["1.079", "1.0795", "1.08", "1.0805", "1.081"]),
        ("0.14", "1.09", ["0.2", "0.4", "0.6", "0.8", "1"]),
        ("-0.48", "0.48", ["-0.4", "-0.2", "0", "0.2", "0.4"]),
    ],
)
def test_values_are_marked_at_round_numbers(low, high, expected):
    assert [Decimal(mark) for mark in marks(low, high)] == [Decimal(mark) for mark in expected]


def test_fewer_marks_are_wider_apart():
    assert [Decimal(mark) for mark in marks("-0.48", "0.48", 4)] == [Decimal("-0.25"), 0, Decimal("0.25")]


@given(VALUES, st.decimals("0.002", 1000, places=4), st.integers(3, 6))
def test_marks_are_few_within_the_scale_evenly_spaced_and_no_finer_than_the_numbers(low, span, most):
    found = round_marks(low, low + span, most)
    assert 1 <= len(found) <= most
    assert low <= found[0]
    assert found[-1] <= low + span
    assert len({later - earlier for earlier, later in itertools.pairwise(found)}) <= 1
    assert decimals_of(found) <= 4


def test_as_many_decimals_are_written_as_the_marks_need():
    assert decimals_of((Decimal("1.0790"), Decimal("1.0795"))) == 4
    assert decimals_of((Decimal("0.20"), Decimal("1.00"))) == 1
    assert decimals_of((Decimal(0), Decimal(100))) == 0
    assert decimals_of(()) == 0


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (1, ["18:00", "22 Nov", "06:00", "12:00"]),
        (7, ["16 Nov", "18 Nov", "20 Nov", "22 Nov"]),
        (30, ["25 Oct", "1 Nov", "8 Nov", "15 Nov", "22 Nov"]),
        (90, ["1 Sep", "1 Oct", "1 Nov"]),
        (365, ["Jan 2026", "Apr 2026", "Jul 2026", "Oct 2026"]),
    ],
)
def test_times_are_marked_at_round_moments(days, expected):
    assert names(days) == expected


def test_other_zones_are_marked_in_utc():
    there = NOW.astimezone(timezone(timedelta(hours=9)))
    assert names(1, there) == names(1)


@given(st.integers(1, LONGEST_RANGE), ENDS)
def test_time_marks_are_few_in_order_within_the_range_and_no_date_stands_twice(days, end):
    found = time_marks(end - timedelta(days=days), end)
    times = [at for at, _ in found]
    assert 2 <= len(found) <= MOST_MARKS
    assert times == sorted(times)
    assert end - timedelta(days=days) <= times[0]
    assert times[-1] <= end
    dates = [name for _, name in found if ":" not in name]
    assert len(set(dates)) == len(dates)
