import itertools
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.market.chart import (
    GAP,
    LONGEST_HOLD,
    LONGEST_RANGE,
    History,
    Point,
    facts_of,
    moment,
    percent,
    premium_stretches,
    premiums,
    rate_stretches,
    stretches,
    text_twin,
)

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(ago, value):
    return Point(NOW - ago, Decimal(value))


def history(market, rate=(), *, days=30, source="DefiLlama", symbol="ezETH"):
    return History(symbol, days, tuple(market), tuple(rate), source, NOW)


def known_at(premium):
    return {point.at: point.value for point in premium}


AMOUNTS = st.decimals(min_value="0.0001", max_value="100", places=6)
TIMES = st.timedeltas(min_value=timedelta(0), max_value=40 * DAY)
POINTS = st.lists(st.builds(lambda ago, value: Point(NOW - ago, value), TIMES, AMOUNTS), max_size=25)
HISTORIES = st.builds(lambda market, rate, days: history(market, rate, days=days), POINTS, POINTS, st.integers(1, 40))


def test_a_premium_is_the_price_over_the_rate_in_percent():
    (premium,) = premiums(history([at(HOUR, "1.0692")], [at(2 * HOUR, "1.08")]))
    assert premium == at(HOUR, "-1")
    (premium,) = premiums(history([at(HOUR, "1.0908")], [at(2 * HOUR, "1.08")]))
    assert premium == at(HOUR, "1")


def test_the_premium_of_the_first_morning_of_april_2024_is_that_of_the_record():
    # ezETH at 3,190 USD and ETH at 3,165 USD over a rate of 1.01: -0.21 %
    price = Decimal(3190) / Decimal(3165)
    (premium,) = premiums(history([Point(NOW - HOUR, price)], [at(2 * HOUR, "1.01")]))
    assert percent(premium.value) == "−0.21%"


def test_a_rate_holds_until_the_next_recording():
    rate = [at(DAY, "1.0"), at(2 * HOUR, "2.0")]
    found = known_at(premiums(history([at(3 * HOUR, "1.0"), at(2 * HOUR, "1.0"), at(HOUR, "1.0")], rate)))
    assert found == {NOW - 3 * HOUR: 0, NOW - 2 * HOUR: -50, NOW - HOUR: -50}


def test_there_is_no_premium_before_the_first_recording():
    found = premiums(history([at(3 * DAY, "1.0"), at(2 * DAY, "1.0"), at(HOUR, "1.0")], [at(2 * DAY, "1.0")]))
    assert [point.at for point in found] == [NOW - 2 * DAY, NOW - HOUR]


def test_a_rate_holds_for_three_days_and_no_longer():
    prices = [at(7 * DAY, "1.0"), at(7 * DAY - timedelta(seconds=1), "1.0"), at(DAY, "1.0")]
    rate = [at(10 * DAY, "1.0"), at(2 * DAY, "1.0")]
    assert [point.at for point in premiums(history(prices, rate))] == [NOW - 7 * DAY, NOW - DAY]


def test_a_recording_from_before_the_range_holds_into_it():
    one_day = history([at(20 * HOUR, "1.0")], [at(30 * HOUR, "1.0")], days=1)
    assert len(premiums(one_day)) == 1
    ((start, end),) = rate_stretches(one_day)
    assert (start.at, end.at) == (one_day.start, NOW)


def test_the_stated_rate_is_drawn_in_steps_with_holes_where_none_was_recorded():
    rate = [at(20 * DAY, "1.01"), at(19 * DAY, "1.02"), at(10 * DAY, "1.03")]
    first, second = rate_stretches(history([at(HOUR, "1")], rate))
    assert first == (at(20 * DAY, "1.01"), at(19 * DAY, "1.01"), at(19 * DAY, "1.02"), at(16 * DAY, "1.02"))
    assert second == (at(10 * DAY, "1.03"), at(7 * DAY, "1.03"))


def test_a_line_breaks_where_prices_are_missing_for_more_than_three_times_the_usual():
    steady = [at(hours * HOUR, "1") for hours in (20, 19, 18, 15, 14)]
    assert stretches(steady) == (tuple(steady),)
    broken = [*steady, at(10 * HOUR, "1")]
    assert [len(part) for part in stretches(broken)] == [5, 1]


def test_a_premium_does_not_run_on_over_a_moment_without_a_rate():
    prices = [at(days * DAY, "1") for days in range(10, 0, -1)]
    rate = [at(10 * DAY, "1"), at(9 * DAY + 12 * HOUR, "1"), at(5 * DAY, "1"), at(2 * DAY, "1")]
    before, after = premium_stretches(history(prices, rate))
    assert [NOW - point.at for point in before] == [10 * DAY, 9 * DAY, 8 * DAY, 7 * DAY]
    assert [NOW - point.at for point in after] == [5 * DAY, 4 * DAY, 3 * DAY, 2 * DAY, DAY]


def test_a_premium_breaks_where_prices_are_missing():
    prices = [at(hours * HOUR, "1") for hours in (20, 19, 18, 12, 11)]
    assert [len(part) for part in premium_stretches(history(prices, [at(21 * HOUR, "1")]))] == [3, 2]


@given(HISTORIES)
def test_each_premium_is_of_a_price_and_of_the_latest_recording_of_the_last_three_days(one):
    prices = {price.at: price.value for price in one.market}
    found = known_at(premiums(one))
    for moment_, price in prices.items():
        before = [known for known in one.rate if known.at <= moment_]
        latest = max(before, key=lambda known: known.at, default=None)
        if latest is None or moment_ - latest.at > LONGEST_HOLD:
            assert moment_ not in found
        else:
            assert found.pop(moment_) == (price / latest.value - 1) * 100
    assert not found


@given(HISTORIES)
def test_what_is_drawn_lies_in_the_range_and_in_order(one):
    for part in (*stretches(one.market), *rate_stretches(one), *premium_stretches(one)):
        times = [point.at for point in part]
        assert times == sorted(times)
        assert one.start <= times[0]
        assert times[-1] <= one.now


@given(POINTS)
def test_parting_a_line_loses_no_point(points):
    kept = history(points).market
    assert tuple(point for part in stretches(kept) for point in part) == kept
    if len(kept) > 1:
        spacings = sorted(later.at - earlier.at for earlier, later in itertools.pairwise(kept))
        usual = spacings[(len(spacings) - 1) // 2]
        assert len(stretches(kept)) == 1 + sum(spacing > GAP * usual for spacing in spacings)


def test_points_come_in_any_order_and_the_last_of_a_moment_counts():
    one = history([at(HOUR, "3"), at(3 * HOUR, "1"), at(HOUR, "2")])
    assert one.market == (at(3 * HOUR, "1"), at(HOUR, "2"))


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity"])
def test_what_is_no_positive_number_is_no_price_and_no_rate(value):
    one = history([at(HOUR, value), at(2 * HOUR, "1")], [at(HOUR, value)])
    assert one.market == (at(2 * HOUR, "1"),)
    assert one.rate == ()


def test_what_lies_outside_of_the_range_is_left_out():
    one = history([at(2 * DAY, "1"), at(DAY, "2"), at(-HOUR, "3")], [at(2 * DAY, "1"), at(-HOUR, "1")], days=1)
    assert one.market == (at(DAY, "2"),)
    assert one.rate == (at(2 * DAY, "1"),)


def test_a_time_without_its_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        Point(datetime(2026, 11, 22), Decimal(1))  # noqa: DTZ001 - the slip that is refused


@pytest.mark.parametrize("days", [0, -1, LONGEST_RANGE + 1])
def test_a_range_that_no_picture_can_show_is_refused(days):
    with pytest.raises(ValueError, match=str(days)):
        history([], days=days)


def test_facts_name_the_first_the_last_the_lowest_and_the_highest():
    market = [at(4 * HOUR, "1.05"), at(3 * HOUR, "1.01"), at(2 * HOUR, "1.09"), at(HOUR, "1.04")]
    facts = facts_of(history(market, [at(5 * DAY, "1"), at(2 * DAY, "1")]))
    assert (facts.market_first, facts.market_low, facts.market_high, facts.market_last) == tuple(market)
    assert facts.points == 4
    assert (facts.rate_since, facts.rate_last) == (NOW - 5 * DAY, at(2 * DAY, "1"))
    assert (facts.premium_low, facts.premium_high) == (at(3 * HOUR, "1"), at(2 * HOUR, "9"))
    assert facts.premium_last == at(HOUR, "4")


def test_what_is_unknown_is_none():
    facts = facts_of(history([]))
    assert facts.points == 0
    names = [name for name in facts.__slots__ if name != "points"]
    assert [getattr(facts, name) for name in names] == [None] * 9


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("-0.31", "−0.31%"),
        ("0.02", "+0.02%"),
        ("0.004", "0.00%"),
        ("-0.004", "0.00%"),
        ("-77.8436", "−77.84%"),
        ("0", "0.00%"),
    ],
)
def test_a_premium_has_two_decimals_and_a_sign_unless_it_rounds_to_zero(value, words):
    assert percent(Decimal(value)) == words


def test_times_are_told_in_utc_without_a_zero_before_the_day():
    there = datetime(2026, 11, 6, 1, 5, tzinfo=timezone(timedelta(hours=5)))
    assert moment(there) == "5 Nov 2026, 20:05 UTC"


MARKET = [at(25 * DAY, "1.0700"), at(20 * DAY, "1.0650"), at(5 * DAY, "1.0830"), at(timedelta(minutes=5), "1.07667")]
RATE = [at(10 * DAY + timedelta(hours=8), "1.0790"), *(at(days * DAY, "1.0800") for days in (8, 5, 2))]


def test_the_twin_tells_every_number_with_its_time():
    assert text_twin(history(MARKET, RATE)).splitlines() == [
        "ezETH · 30 days: price on the market in ETH, and the rate stated by the protocol",
        "Market price: 1.0767 ETH at 22 Nov 2026, 14:00 UTC; first of 4 points 1.0700 ETH at 28 Oct 2026, 14:05 UTC",
        "Lowest 1.0650 ETH at 2 Nov 2026, 14:05 UTC; highest 1.0830 ETH at 17 Nov 2026, 14:05 UTC",
        "Stated rate: 1.0800 ETH at 20 Nov 2026, 14:05 UTC",
        "The stated rate is recorded here since 12 Nov 2026; before that no premium is drawn",
        (
            "Premium −0.31% at 22 Nov 2026, 14:00 UTC; lowest −0.31% at 22 Nov 2026, 14:00 UTC; "
            "highest +0.28% at 17 Nov 2026, 14:05 UTC"
        ),
        "A premium within ±0.25% is noise",
        "Price: DefiLlama · Rate: recorded from the contract by this bot · as of 22 Nov 2026, 14:05 UTC",
    ]


def test_the_twin_says_when_no_rate_is_recorded():
    twin = text_twin(history(MARKET))
    assert "No stated rate is recorded yet, so no premium is drawn" in twin.splitlines()
    assert "Rate:" not in twin
    assert "%" not in twin


def test_the_twin_says_when_no_recording_falls_into_the_range():
    twin = text_twin(history(MARKET[2:], [at(29 * DAY, "1.08")]))
    assert "No stated rate was recorded within this time, so no premium is drawn" in twin.splitlines()


def test_the_twin_says_nothing_of_a_beginning_that_lies_before_the_first_price():
    known = [at(days * DAY, "1.08") for days in range(30, -1, -1)]
    twin = text_twin(history(MARKET, known))
    assert "since" not in twin
    assert "recorded for more" not in twin


@pytest.mark.parametrize("missing", [range(10, 15), range(4)])
def test_the_twin_says_that_the_rate_has_holes(missing):
    known = [at(days * DAY, "1.08") for days in range(30, -1, -1) if days not in missing]
    twin = text_twin(history(MARKET, known))
    assert "No premium is drawn where none was recorded for more than 3 days" in twin


def test_a_premium_that_is_held_back_is_in_no_word_of_the_twin():
    sentence = "rate frozen since 18 Apr: gap not drawn"
    twin = text_twin(history(MARKET, RATE), held_back=sentence)
    assert sentence in twin.splitlines()
    assert "%" not in twin


@pytest.mark.parametrize(
    ("market", "sentence"),
    [
        ([], "No market price is known for the last 30 days"),
        ([at(HOUR, "1.08")], "Only one market price is known: 1.0800 ETH at 22 Nov 2026, 13:05 UTC"),
    ],
)
def test_the_twin_says_when_there_is_no_line_to_draw(market, sentence):
    assert sentence in text_twin(history(market)).splitlines()


@given(HISTORIES, st.sampled_from(["", "rate frozen since 18 Apr: gap not drawn"]))
def test_the_twin_is_short_neutral_and_fits_an_alternative_text_of_discord(one, held_back):
    twin = text_twin(one, held_back=held_back)
    assert 4 <= len(twin.splitlines()) <= 8
    assert len(twin) <= 1024
    assert not re.search(r"discount|bargain|cheap", twin, re.IGNORECASE)
    assert not re.search(r"-\d", twin)
    assert "None" not in twin


def test_words_and_numbers_are_made_without_the_picture_library():
    code = "import sys, bot.market.chart; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
