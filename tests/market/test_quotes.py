from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.facts import Token
from bot.market.quotes import (
    COMPARABLE,
    Age,
    Band,
    Evidence,
    Held,
    Spot,
    age_of,
    band_of,
    in_eth,
    is_strange,
    jump_of,
    needs_second,
    premium_of,
    quote_of,
    unchanged_since,
)
from tests.doubles import incidents
from tests.market.room import DAY, EETH_TOKEN, EIGEN, FIRST, MOMENT, SECOND, WEETH, incident, reading

NOW = MOMENT
ONE_SECOND = timedelta(seconds=1)
ETH_USD = Decimal(2000)


def spot(eth="1.0945", *, source=FIRST, age=timedelta(), confidence="0.99", ether_usd=ETH_USD, **changes):
    """A price with ether at 2,000 USD, of now; without an `eth`, one that cannot be compared with ether."""
    sure = None if confidence is None else Decimal(confidence)
    whole = Spot(source, Decimal(eth) * ether_usd, NOW - age, Decimal(eth), sure)
    return replace(whole, **changes)


def second(eth="1.0945", **changes):
    return spot(eth, source=SECOND, confidence=None, **changes)


def quoted(first=None, other=None, *, rate="1.1", token=WEETH, cases=(), **evidence):
    stated = reading(rate, symbol=token.symbol) if isinstance(rate, str) else rate
    return quote_of(token, Evidence(first, other, stated, **evidence), cases, NOW)


def daily(*rates, until=NOW):
    """A reading a day, the last one a day before `until`."""
    return [reading(rate, until - DAY * days) for days, rate in zip(range(len(rates), 0, -1), rates, strict=True)]


amounts = st.decimals("0.000001", "1e9", places=9)
rates = st.decimals("0.9", "2", places=18)


def mostly(ordinary, *others):
    """Ordinary things three times out of four, or there would hardly ever be a premium."""
    return st.integers(0, 3).flatmap(lambda chance: ordinary if chance else st.one_of(*others))


moments = mostly(st.just(NOW), st.timedeltas(timedelta(days=-2), timedelta(days=2)).map(lambda age: NOW - age))
spots = st.builds(
    Spot,
    st.sampled_from([FIRST, SECOND]),
    mostly(st.decimals(2180, 2220, places=6), amounts),
    moments,
    eth=mostly(st.decimals("1.08", "1.12", places=6), st.none(), amounts),
    confidence=mostly(st.none(), st.decimals(0, 1, places=2)),
)
readings = st.builds(reading, mostly(st.decimals("1.0995", "1.1005", places=18), rates), moments)
evidences = st.builds(
    Evidence,
    mostly(spots, st.none()),
    mostly(spots, st.none()),
    mostly(readings, st.none()),
    mostly(st.just(False), st.booleans()),
    st.lists(readings, max_size=3),
)
cases = mostly(st.just(()), st.just((incident("etherfi"),)))


# Arithmetic


@given(amounts, rates)
def test_the_rate_raised_by_the_premium_is_the_price(price, rate):
    assert abs((1 + premium_of(price, rate) / 100) * rate - price) <= price * Decimal("1e-20") + Decimal("1e-20")


@given(amounts, rates)
def test_a_premium_is_positive_above_the_rate_and_negative_below_it(price, rate):
    premium = premium_of(price, rate)
    assert (premium > 0, premium < 0) == (price > rate, price < rate)


def test_a_worked_example_of_a_discount_and_a_premium():
    assert premium_of(Decimal("1.0945"), Decimal("1.1")) == Decimal("-0.5")
    assert premium_of(Decimal("1.0605"), Decimal("1.05")) == Decimal(1)


@pytest.mark.parametrize(
    ("size", "band"),
    [
        ("0", Band.FAIR),
        ("0.2499", Band.FAIR),
        ("0.25", Band.SMALL),
        ("0.9999", Band.SMALL),
        ("1", Band.NOTABLE),
        ("1.9999", Band.NOTABLE),
        ("2", Band.LARGE),
        ("78", Band.LARGE),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_bands_begin_at_a_quarter_one_and_two_percent_on_both_sides(size, band, sign):
    assert band_of(sign * Decimal(size)) is band


def test_the_band_of_a_quote_is_that_of_its_premium():
    assert quoted(spot()).band is Band.SMALL
    assert quoted().band is None


# Age


@pytest.mark.parametrize("direction", [1, -1], ids=["past", "future"])
@pytest.mark.parametrize(
    ("age", "name"),
    [
        (timedelta(), Age.FRESH),
        (timedelta(minutes=15), Age.FRESH),
        (timedelta(minutes=15, seconds=1), Age.DELAYED),
        (timedelta(hours=2), Age.DELAYED),
        (timedelta(hours=2, seconds=1), Age.OLD),
        (timedelta(hours=12), Age.OLD),
        (timedelta(hours=12, seconds=1), Age.LAST_KNOWN),
        (timedelta(days=3000), Age.LAST_KNOWN),
    ],
)
def test_a_price_is_fresh_delayed_old_or_the_last_known_by_its_distance_from_now(age, name, direction):
    assert age_of(NOW - direction * age, NOW) is name


@pytest.mark.parametrize("sign", [1, -1], ids=["past", "future"])
def test_a_price_of_up_to_two_hours_is_compared_and_an_older_one_is_not(sign):
    limit = timedelta(hours=2)
    assert quoted(spot(age=sign * limit)).premium == Decimal("-0.5")
    older = quoted(spot(age=sign * (limit + ONE_SECOND)))
    assert (older.premium, older.state) == (None, Held.OLD_PRICE)
    assert older.spot is not None


@pytest.mark.parametrize("sign", [1, -1], ids=["past", "future"])
def test_a_rate_of_up_to_two_hours_is_compared_and_an_older_one_is_not(sign):
    limit = timedelta(hours=2)
    assert quoted(spot(), rate=reading("1.1", NOW - sign * limit)).premium == Decimal("-0.5")
    older = quoted(spot(), rate=reading("1.1", NOW - sign * (limit + ONE_SECOND)))
    assert (older.premium, older.state) == (None, Held.OLD_RATE)
    assert older.rate.value == Decimal("1.1")


@pytest.mark.parametrize("sign", [1, -1])
def test_ether_and_token_may_be_five_minutes_apart_and_no_second_more(sign):
    apart = sign * timedelta(minutes=5)
    assert in_eth(Decimal(2189), NOW, ETH_USD, NOW - apart) == Decimal("1.0945")
    assert in_eth(Decimal(2189), NOW, ETH_USD, NOW - apart - sign * ONE_SECOND) is None


def test_a_price_that_cannot_be_compared_with_ether_is_shown_without_a_premium():
    quote = quoted(replace(spot(), eth=None))
    assert (quote.spot.usd, quote.in_eth, quote.premium, quote.state) == (2189, None, None, Held.NO_ETH)


# No rate


@given(st.none() | spots, st.none() | spots, cases)
def test_no_rate_never_becomes_one(first, other, open_cases):
    quote = quote_of(WEETH, Evidence(first, other), open_cases, NOW)
    assert (quote.rate, quote.premium, quote.band) == (None, None, None)
    assert Held.NO_RATE in quote.held


@pytest.mark.parametrize("eth", ["0.22", "0.89", "2.01"])
def test_without_a_rate_a_price_that_no_token_for_ether_has_is_told_to_be_unconfirmed(eth):
    assert quoted(spot(eth), rate=None).held == (Held.NO_RATE, Held.UNCONFIRMED)
    assert quoted(spot(eth), second(eth), rate=None).held == (Held.NO_RATE,)
    assert quoted(spot(eth), second("1.0945"), rate=None).state == Held.DISAGREE


def test_only_tokens_that_stand_for_ether_have_strange_prices_in_it():
    assert is_strange(WEETH, Decimal("0.22"))
    assert is_strange(EETH_TOKEN, Decimal("0.22"))
    assert not is_strange(WEETH, Decimal("0.9"))
    assert not is_strange(WEETH, None)
    assert not is_strange(EIGEN, Decimal("0.0002"))


def test_a_token_whose_rate_cannot_be_read_says_so():
    assert quoted(spot(), rate=None).state == Held.NO_RATE


def test_a_token_that_rebases_has_no_rate_and_says_so():
    quote = quoted(spot("0.999"), rate=None, token=EETH_TOKEN)
    assert (quote.state, quote.premium, quote.in_eth) == (Held.NO_RATE, None, Decimal("0.999"))


def test_a_token_that_never_had_a_rate_misses_none():
    quote = quoted(spot("0.0002"), rate=None, token=EIGEN)
    assert (quote.state, quote.premium, quote.in_eth, quote.spot.usd) == ("ok", None, None, Decimal("0.4"))


# Laws of every quote


@given(evidences, cases)
def test_there_is_a_premium_or_a_reason_but_never_both_or_neither(evidence, open_cases):
    quote = quote_of(WEETH, evidence, open_cases, NOW)
    assert (quote.premium is None) == bool(quote.held)
    assert quote.state == (quote.held[0] if quote.held else "ok")


@given(evidences, cases)
def test_a_premium_is_of_a_current_price_and_a_current_rate_with_their_sources_and_times(evidence, open_cases):
    quote = quote_of(WEETH, evidence, open_cases, NOW)
    if quote.premium is not None:
        assert quote.spot in {evidence.first, evidence.second}
        assert quote.premium == (quote.spot.eth / evidence.rate.rate - 1) * 100
        assert max(abs(NOW - quote.spot.at), abs(NOW - quote.rate.at)) <= COMPARABLE
        assert not open_cases
        assert not evidence.paused


@given(evidences, cases)
def test_every_figure_of_a_quote_is_one_that_was_fetched(evidence, open_cases):
    quote = quote_of(WEETH, evidence, open_cases, NOW)
    assert {quote.spot, *quote.others} <= {evidence.first, evidence.second, None}
    assert (quote.rate is None) == (evidence.rate is None)
    if quote.rate is not None:
        assert (quote.rate.value, quote.rate.at, quote.rate.block) == (
            evidence.rate.rate,
            evidence.rate.at,
            evidence.rate.block,
        )


@given(evidences)
def test_an_open_incident_always_takes_the_premium(evidence):
    quote = quote_of(WEETH, evidence, (incident("etherfi"),), NOW)
    assert quote.premium is None
    assert Held.INCIDENT in quote.held


# One source or two


@pytest.mark.parametrize(
    "first",
    [
        None,
        spot(age=timedelta(minutes=15, seconds=1)),
        spot(age=-timedelta(minutes=15, seconds=1)),
        spot(confidence="0.89"),
        replace(spot(), eth=None),
        spot("1.155"),
        spot("1.045"),
    ],
    ids=["none", "delayed", "from the future", "unsure", "without ether", "5 % above", "5 % below"],
)
def test_the_second_source_is_needed_where_the_first_is_in_doubt(first):
    assert needs_second(Evidence(first, rate=reading("1.1")), NOW)


@pytest.mark.parametrize(
    "first",
    [spot(), spot(confidence="0.9"), spot(confidence=None), spot(age=timedelta(minutes=15)), spot("1.1549")],
    ids=["ordinary", "sure enough", "without confidence", "15 minutes old", "4.99 % above"],
)
def test_the_second_source_is_not_needed_where_the_first_is_enough(first):
    assert not needs_second(Evidence(first, rate=reading("1.1")), NOW)


@pytest.mark.parametrize(
    ("confidence", "state", "premium"),
    [("0.9", "ok", "-0.5"), ("0.89", Held.UNCONFIRMED, None), ("0.5", Held.UNCONFIRMED, None)],
)
def test_a_price_of_doubtful_confidence_is_shown_but_its_gap_only_when_a_second_source_confirms_it(
    confidence, state, premium
):
    alone = quoted(spot(confidence=confidence))
    assert alone.spot.usd == 2189
    assert (alone.state, alone.premium) == (state, None if premium is None else Decimal(premium))
    assert quoted(spot(confidence=confidence), second("1.0956")).premium == Decimal("-0.5")


def test_a_price_below_half_confidence_is_not_used_at_all():
    assert quoted(spot(confidence="0.49")).state == Held.NO_PRICE
    both = quoted(spot("0.5", confidence="0.49"), second())
    assert (both.spot.source, both.premium, both.others) == (SECOND, Decimal("-0.5"), ())


def test_a_price_without_confidence_stands_alone():
    assert quoted(spot(confidence=None)).premium == Decimal("-0.5")


def test_two_sources_that_differ_by_up_to_two_percent_agree():
    quote = quoted(spot("1.1"), second("1.122"))
    assert (quote.spot.source, quote.premium, [one.source for one in quote.others]) == (FIRST, 0, [SECOND])


@pytest.mark.parametrize(("first", "other"), [("1.1", "1.1221"), ("1.1221", "1.1")])
def test_two_sources_that_differ_by_more_are_both_shown_and_neither_is_the_price(first, other):
    quote = quoted(spot(first), second(other))
    assert (quote.spot, quote.age, quote.premium, quote.state) == (None, None, None, Held.DISAGREE)
    assert [one.source for one in quote.others] == [FIRST, SECOND]


def test_sources_of_different_times_do_not_disagree_because_ether_moved():
    earlier = spot("1.0945", age=timedelta(hours=1), ether_usd=Decimal(2100))
    quote = quoted(earlier, second("1.0956"))
    assert (quote.spot.source, quote.state) == (SECOND, "ok")


def test_sources_of_different_times_disagree_where_they_differ_in_ether():
    earlier = spot("1.05", age=timedelta(hours=1))
    assert quoted(earlier, second("1.1")).state == Held.DISAGREE


def test_sources_of_one_moment_disagree_where_only_their_dollars_differ():
    assert quoted(spot("1.1", ether_usd=Decimal(2100)), second("1.1")).state == Held.DISAGREE


def test_a_price_of_another_day_disagrees_with_nobody():
    quote = quoted(spot("1.0945"), second("0.5", age=timedelta(days=1)))
    assert (quote.state, quote.others) == ("ok", ())


@pytest.mark.parametrize("eth", ["1.155", "1.045"])
def test_a_gap_of_five_percent_needs_a_second_source(eth):
    premium = premium_of(Decimal(eth), Decimal("1.1"))
    alone = quoted(spot(eth))
    assert (alone.state, alone.premium) == (Held.UNCONFIRMED, None)
    assert alone.spot.eth == Decimal(eth)
    assert quoted(spot(eth), second(eth)).premium == premium
    assert quoted(spot(eth), second(eth, age=timedelta(hours=3))).state == Held.UNCONFIRMED
    assert quoted(None, second(eth)).state == Held.UNCONFIRMED


@pytest.mark.parametrize("eth", ["1.15499", "1.04501"])
def test_a_gap_of_less_than_five_percent_needs_none(eth):
    assert quoted(spot(eth)).state == "ok"


def test_the_fresher_source_is_the_headline_and_of_two_fresh_ones_the_first():
    assert quoted(spot(age=timedelta(minutes=20)), second()).spot.source == SECOND
    assert quoted(spot(age=timedelta(minutes=10)), second()).spot.source == FIRST
    assert quoted(spot(age=timedelta(hours=13)), second(age=timedelta(hours=3))).spot.source == SECOND


def test_of_two_fresh_prices_the_one_that_compares_with_ether_is_the_headline():
    assert quoted(replace(spot(), eth=None), second()).spot.source == SECOND


# The rate


def test_a_pause_that_the_contract_reports_takes_the_premium():
    quote = quoted(spot(), paused=True)
    assert (quote.state, quote.premium, quote.rate.paused) == (Held.PAUSED, None, True)


def test_an_open_incident_takes_the_premium_and_is_named():
    case = incident("etherfi")
    quote = quoted(spot(), cases=(case,))
    assert (quote.state, quote.premium, quote.incidents) == (Held.INCIDENT, None, (case,))
    assert quote.spot.usd == 2189


def test_reasons_are_told_from_the_most_serious_on():
    past = [reading("1.2", NOW - DAY)]
    quote = quoted(replace(spot(), eth=None), cases=(incident("etherfi"),), paused=True, past=past)
    assert quote.held == (Held.INCIDENT, Held.PAUSED, Held.JUMPED, Held.NO_ETH)


@pytest.mark.parametrize(("moves", "days", "state"), [(3.0, 3, "rate_frozen"), (5.0, 4, "ok"), (5.0, 5, "rate_frozen")])
def test_a_rate_is_frozen_after_as_many_days_as_its_token_says(moves, days, state):
    token = replace(WEETH, rate_moves=moves)
    quote = quoted(spot(), token=token, past=[reading("1.1", NOW - DAY * days)])
    assert quote.state == state
    assert quote.rate.unchanged_days(NOW) == days


def test_a_rate_is_not_frozen_a_moment_before_that():
    past = [reading("1.1", NOW - 3 * DAY + ONE_SECOND)]
    quote = quoted(spot(), past=past)
    assert (quote.state, quote.rate.unchanged_days(NOW)) == ("ok", 2)


def test_a_rate_that_stood_still_for_thirty_days_is_frozen_also_where_most_days_were_not_read():
    past = [reading("1.09", NOW - 31 * DAY), reading("1.1", NOW - 30 * DAY), reading("1.1", NOW - 11 * DAY)]
    quote = quoted(spot(), past=past)
    assert (quote.state, quote.rate.unchanged_days(NOW)) == (Held.FROZEN, 30)
    assert quote.rate.unchanged_since == (NOW - 30 * DAY).date()


def test_a_rate_that_moved_yesterday_is_unchanged_for_no_day():
    quote = quoted(spot(), past=daily("1.0997", "1.0998", "1.0999"))
    assert (quote.state, quote.rate.unchanged_since, quote.rate.unchanged_days(NOW)) == ("ok", None, 0)


def test_what_was_never_read_before_is_unchanged_for_no_day():
    assert unchanged_since(reading("1.1"), []) is None


def test_a_rate_that_came_back_to_an_earlier_value_is_unchanged_since_it_came_back():
    past = daily("1.1", "1.1", "1.2", "1.1")
    assert unchanged_since(reading("1.1"), past) == NOW - DAY


def test_readings_later_than_the_one_in_hand_do_not_count():
    past = [reading("1.1", NOW - 2 * DAY), reading("1.1", NOW - DAY), reading("1.3", NOW + DAY)]
    assert unchanged_since(reading("1.1"), past) == NOW - 2 * DAY


def test_how_long_a_rate_stood_still_is_known_up_to_its_last_reading_only():
    stated = reading("1.1", NOW - 10 * DAY)
    quote = quoted(spot(), rate=stated, past=[reading("1.1", NOW - 11 * DAY)])
    assert quote.held == (Held.OLD_RATE,)
    assert quote.rate.unchanged_days(NOW) == 1


@pytest.mark.parametrize(("earlier", "change"), [("1.0", "0.1"), ("1.25", "-0.12")])
def test_a_rate_that_moved_by_more_than_one_percent_jumped_by_so_much(earlier, change):
    assert jump_of(reading("1.1"), [reading(earlier, NOW - DAY)]) == Decimal(change)


@pytest.mark.parametrize(("rate", "jumped"), [("1.111", False), ("1.111001", True), ("1.089", False), ("1.0889", True)])
def test_a_change_of_exactly_one_percent_is_no_jump(rate, jumped):
    assert (jump_of(reading(rate), [reading("1.1", NOW - DAY)]) is not None) == jumped


def test_a_jump_is_forgotten_after_three_days():
    assert jump_of(reading("1.1"), [reading("1.0", NOW - 3 * DAY)]) is not None
    assert jump_of(reading("1.1"), [reading("1.0", NOW - 3 * DAY - ONE_SECOND)]) is None


def test_a_jump_counts_also_against_a_reading_that_a_wrong_clock_dated_ahead():
    assert jump_of(reading("1.1"), [reading("1.0", NOW + DAY)]) is not None


def test_the_largest_of_several_changes_is_the_jump():
    past = [reading("1.08", NOW - 2 * DAY), reading("1.25", NOW - DAY), reading("1.09", NOW - timedelta(hours=3))]
    assert jump_of(reading("1.1"), past) == Decimal("-0.12")


def test_a_jump_takes_the_premium_and_tells_its_size():
    quote = quoted(spot(), past=[reading("1.25", NOW - DAY)])
    assert (quote.state, quote.premium, quote.rate.change) == (Held.JUMPED, None, Decimal("-0.12"))
    assert quote.rate.value == Decimal("1.1")


def test_a_rate_that_grows_as_rates_do_neither_jumps_nor_freezes():
    quote = quoted(spot(), past=daily("1.0996", "1.0997", "1.0998", "1.0999"))
    assert (quote.state, quote.rate.change) == ("ok", None)


# Past incidents


def played(series):
    """The quote of each step of an incident, with the rates of the steps before as they were read then."""
    token = Token(series.token, series.token, series.protocol, address="0x0", rate_contract="0x0", rate_moves=3.0)
    past = []
    for step in series.steps:
        stated = reading(step.rate, step.at, series.token)
        first = Spot(FIRST, step.token_usd, step.at, step.token_usd / step.eth_usd, Decimal("0.99"))
        other = None
        if step.second_usd is not None:
            other = Spot(SECOND, step.second_usd, step.at, step.second_usd / step.eth_usd)
        evidence = Evidence(first, None, stated, step.paused, tuple(past))
        if needs_second(evidence, step.at):
            evidence = replace(evidence, second=other)
        yield step, quote_of(token, evidence, (), step.at)
        past.append(stated)


@pytest.mark.parametrize("series", incidents.SERIES, ids=lambda series: series.name)
def test_in_past_incidents_every_premium_that_would_have_been_shown_was_true_and_confirmed(series):
    for step, quote in played(series):
        if quote.premium is not None:
            assert round(quote.premium, 15) == round(step.true_premium, 15)
            assert abs(quote.premium) < 5 or abs(step.second_usd / step.token_usd - 1) <= Decimal("0.02")
            assert not step.paused


def states_of(series):
    return [quote.state for _, quote in played(series)]


def test_the_thin_pools_of_april_2024_would_have_shown_two_sources_and_then_a_true_discount():
    assert states_of(incidents.EZETH_2024) == ["ok", Held.DISAGREE, "ok", "ok", "ok"]


def test_the_stopped_oracle_of_april_2025_would_have_been_told_without_any_incident_file():
    assert states_of(incidents.RSETH_2025) == ["ok", Held.PAUSED, Held.PAUSED, "ok"]


def test_the_discount_of_april_2026_would_not_have_been_shown_against_a_rate_that_stood_still():
    told = states_of(incidents.RSETH_2026)
    assert told[2:4] == [Held.PAUSED, Held.PAUSED]


def test_the_wick_of_one_venue_would_have_been_no_price():
    assert states_of(incidents.WBETH_2025) == ["ok", Held.DISAGREE, "ok"]


def test_the_wrong_rate_of_march_2026_would_have_been_called_a_jump():
    assert states_of(incidents.WSTETH_2026)[1] == Held.JUMPED


def test_days_are_those_of_utc():
    stated = reading("1.1", datetime(2026, 7, 21, 0, 30, tzinfo=UTC))
    past = [reading("1.1", datetime(2026, 7, 20, 23, 30, tzinfo=UTC))]
    quote = quote_of(WEETH, Evidence(None, rate=stated, past=past), (), stated.at)
    assert quote.rate.unchanged_since == date(2026, 7, 20)
    assert quote.rate.unchanged_days(stated.at) == 0
