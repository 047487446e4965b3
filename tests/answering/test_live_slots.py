"""Slots of entries with live figures: what a sentence says for every state that a figure can be in."""

import asyncio
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.live import MarketFigures
from bot.answering.numerals import plain_times
from bot.answering.slots import NoLiveFigures, fill, live_slots
from bot.knowledge import Figure
from bot.market.quotes import Evidence

from .quoted import BROKEN, NOW, RSETH, Stub, ago, apy, evidence, facts, reading, second, spot, total

DAY = date(2026, 10, 2)


def dated(slot, say):
    return Figure(slot.replace(":", "-").lower(), say, "1", "u", DAY, "A report", live=slot)


DATED = (
    dated("price:rsETH", "about $1,900"),
    dated("rate:rsETH", "about 1.06 ETH"),
    dated("premium:rsETH", "about 0.1% below"),
    dated("apr:rsETH", "about 3.1% a year"),
    dated("tvl:kelp", "about $900 million"),
)
SLOTS = tuple(figure.live for figure in DATED)
FALLBACKS = {figure.live: f"{figure.say} (2 Oct 2026)" for figure in DATED}


def market(known=None, *, figures=DATED, incidents=(), beside=True):
    stub = Stub(facts(figures=figures, incidents=incidents), rsETH=evidence() if known is None else known)
    if beside:
        stub.yields, stub.totals = {"rsETH": apy("2.48")}, {"kelp": total("1130000000")}
    return stub


def filled(text, stub):
    live = asyncio.run(MarketFigures(stub, stub.facts).figures(live_slots(text)))
    return fill(text, stub.facts, live)


def said(slot, stub):
    """What stands in the place of a slot; nothing where its sentence goes."""
    text, _ = filled(f"It is {{{slot}}}.", stub)
    return plain_times(text).removeprefix("It is ").removesuffix(".")


NOW_TEXT = {
    "price:rsETH": "$2,138.00 (DefiLlama, 22 Nov 2026, 17:58 UTC)",
    "rate:rsETH": "1.0700 ETH per rsETH (its contract, 22 Nov 2026, 17:57 UTC)",
    "premium:rsETH": "−0.09% (DefiLlama against the stated rate, 22 Nov 2026, 17:58 UTC)",
    "apr:rsETH": "2.48% a year (DefiLlama, 22 Nov 2026, 15:00 UTC)",
    "tvl:kelp": "$1.1 billion (DefiLlama, 22 Nov 2026, 17:50 UTC)",
}


@pytest.mark.parametrize("slot", SLOTS)
def test_a_live_value_stands_with_source_and_age(slot):
    assert said(slot, market()) == NOW_TEXT[slot]


@pytest.mark.parametrize("slot", SLOTS)
def test_where_nothing_is_known_the_dated_figure_stands_with_its_date(slot):
    assert said(slot, market(Evidence(), beside=False)) == FALLBACKS[slot]


@pytest.mark.parametrize("slot", SLOTS)
def test_without_a_dated_figure_the_sentence_goes(slot):
    text, figures = filled(f"Before it. It is {{{slot}}}. After it.", market(Evidence(), figures=(), beside=False))
    assert text == "Before it. After it."
    assert figures == ()


def test_the_figures_of_a_text_say_when_and_by_whom():
    _, figures = filled("It is {price:rsETH}.", market())
    ((figure),) = figures
    assert (figure.slot, figure.as_of, figure.source, figure.live) == ("price:rsETH", ago(minutes=2), "DefiLlama", True)


@pytest.mark.parametrize(("minutes", "time"), [(40, "17:20"), (5 * 60, "13:00")])
def test_a_delayed_price_stands_with_its_age(minutes, time):
    late = evidence(first=spot("2138.00", minutes=minutes))
    assert said("price:rsETH", market(late)) == f"$2,138.00 (DefiLlama, 22 Nov 2026, {time} UTC)"


def test_a_price_that_is_only_last_known_gives_way_to_the_dated_one():
    old = evidence(first=spot("2138.00", minutes=13 * 60))
    assert said("price:rsETH", market(old)) == FALLBACKS["price:rsETH"]


def test_a_premium_against_a_price_too_old_gives_way_to_the_dated_one():
    assert said("premium:rsETH", market(evidence(first=spot("2138", minutes=180)))) == FALLBACKS["premium:rsETH"]


RATE = "1.0700 ETH per rsETH"
DISAGREEING = evidence(first=spot("700"), second=second("2138"))
PAUSED = evidence(paused=True)
FROZEN = evidence(past=(reading(RSETH, "1.07", days=4, hours=1), reading(RSETH, "1.07", days=1)))
JUMPED = evidence(past=(reading(RSETH, "1.11", days=1),))
UNCONFIRMED = evidence(first=spot("1500"))


def test_two_prices_that_disagree_are_no_price():
    assert said("price:rsETH", market(DISAGREEING)) == FALLBACKS["price:rsETH"]
    assert filled("It is {price:rsETH}.", market(DISAGREEING, figures=()))[0] == ""


@pytest.mark.parametrize("state", [DISAGREEING, PAUSED, FROZEN, JUMPED, UNCONFIRMED])
def test_what_speaks_against_a_premium_speaks_against_an_older_one_too(state):
    assert said("premium:rsETH", market(state)) == ""


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (PAUSED, f"{RATE}, paused (its contract, 22 Nov 2026, 17:57 UTC)"),
        (
            FROZEN,
            f"{RATE}, frozen (its contract, 22 Nov 2026, 17:57 UTC; unchanged since 18 Nov 2026)",
        ),
        (JUMPED, f"{RATE}, after a jump of −3.60% (its contract, 22 Nov 2026, 17:57 UTC)"),
        (
            evidence(paused=True, past=FROZEN.past),
            f"{RATE}, paused and frozen (its contract, 22 Nov 2026, 17:57 UTC; unchanged since 18 Nov 2026)",
        ),
    ],
)
def test_a_rate_says_right_behind_its_number_what_is_wrong_with_it(state, words):
    assert said("rate:rsETH", market(state)) == words


@pytest.mark.parametrize("slot", ["premium:rsETH", "apr:rsETH", "figure:premium-rseth", "figure:apr-rseth"])
def test_while_an_incident_is_open_what_makes_a_token_look_cheap_or_rewarding_goes_even_where_it_is_dated(slot):
    assert said(slot, market(incidents=[BROKEN])) == ""
    stub = market(incidents=[BROKEN])
    alone = asyncio.run(NoLiveFigures().figures(live_slots(f"{{{slot}}}")))
    assert fill(f"It is {{{slot}}}.", stub.facts, alone)[0] == ""


@pytest.mark.parametrize("slot", ["price:rsETH", "rate:rsETH", "tvl:kelp"])
def test_while_an_incident_is_open_prices_rates_and_totals_stay(slot):
    assert said(slot, market(incidents=[BROKEN])) == NOW_TEXT[slot]


def test_an_incident_elsewhere_holds_nothing_back():
    elsewhere = replace(BROKEN, protocols=("renzo",))
    assert said("apr:rsETH", market(incidents=[elsewhere])) == NOW_TEXT["apr:rsETH"]


def test_a_slot_of_an_unknown_token_or_kind_takes_its_sentence_along():
    assert filled("{price:noETH} a. {size:rsETH} b. {tvl:nobody} c. D.", market())[0] == "D."


def test_all_slots_of_a_text_are_asked_for_at_once():
    stub = market()
    filled("{price:rsETH} {rate:rsETH} {premium:ezETH} {price:rsETH}", stub)
    assert [set(symbols) for symbols in stub.asked] == [{"rsETH", "ezETH"}]


def test_what_a_moderator_wrote_is_never_taken_for_a_slot_inside_of_a_figure():
    odd = (Figure("odd", "as {price:rsETH} says", "1", "u", DAY, "A report"),)
    assert filled("It is {figure:odd}.", market(figures=odd))[0] == "It is as {price:rsETH} says (2 Oct 2026)."


# Any text, any state

MARK = re.compile(r"<t:\d+:R>")
TIME = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4}(, \d\d:\d\d UTC)?")
amounts = st.decimals("0.000001", "100000", places=6).filter(lambda one: one > 0)
ages = st.floats(0, 20 * 60)
spots = st.builds(
    lambda usd, minutes, source, sure: spot(str(usd), minutes=minutes, source=source, sure=sure),
    amounts,
    ages,
    st.sampled_from(["DefiLlama", "CoinGecko"]),
    st.sampled_from([None, "0.99", "0.7", "0.3"]),
)
rates = st.decimals("0.9", "2", places=4).map(str)
readings = st.builds(lambda rate, hours: reading(RSETH, rate, hours=hours), rates, st.floats(0.01, 200))
states = st.builds(
    Evidence,
    first=st.none() | spots,
    second=st.none() | spots,
    rate=st.none() | st.builds(lambda rate, minutes: reading(RSETH, rate, minutes=minutes), rates, st.floats(0.1, 200)),
    paused=st.booleans(),
    past=st.lists(readings, max_size=4).map(tuple),
    rates_connected=st.booleans(),
)


def _any_market(state, figures, incident, apr, tvl):
    stub = Stub(facts(figures=figures, incidents=[BROKEN] if incident else []), rsETH=state)
    stub.yields = {} if apr is None else {"rsETH": apy(str(apr))}
    stub.totals = {} if tvl is None else {"kelp": total(str(tvl))}
    return stub


markets = st.builds(
    _any_market,
    states,
    st.lists(st.sampled_from(DATED), unique=True, max_size=5),
    st.booleans(),
    st.none() | st.decimals(0, 1000, places=3),
    st.none() | st.decimals("0.01", 10**13, places=2),
)
pieces = st.lists(
    st.one_of(
        st.sampled_from([f"{{{slot}}}" for slot in SLOTS] + ["{figure:apr-rseth}", "{rate:ezETH}", "{figure:none}"]),
        st.sampled_from(
            [". And so it ", "! ", "? “So ", ".", ",", "\n", "\n\n", "- ", "* ", " a ", "**b**", "…", "(", ")"]
        ),
        st.text("abc ", max_size=8),
    ),
    max_size=14,
)


def sentences(text):
    """Parts of a text that no reader takes for one sentence."""
    return re.split(r"(?<=[.!?]) +(?=[A-Z“])|\n", text)


@given(pieces, markets)
def test_no_digit_of_a_slot_stands_in_a_sentence_without_an_age_or_a_date(pieces, stub):
    text, figures = filled("".join(pieces), stub)
    for shown, times in ((text, (MARK, TIME)), (plain_times(text), (TIME,))):
        for sentence in sentences(shown):
            if re.search(r"\d", sentence):
                assert any(time.search(sentence) for time in times), sentence
    assert "<t:" not in plain_times(text)
    assert not re.search(r"\d", _without_figures(text, figures))


def _without_figures(text, figures):
    for figure in sorted(figures, key=lambda one: len(one.text), reverse=True):
        assert MARK.search(figure.text) or TIME.search(figure.text)
        text = text.replace(figure.text, "")
    return text


@given(pieces, markets)
def test_no_slot_and_no_zero_is_left_where_a_figure_is_missing(pieces, stub):
    text, figures = filled("".join(pieces), stub)
    assert "{" not in text
    assert all(figure.text for figure in figures)
    assert all(figure.as_of <= (NOW if figure.live else NOW.date()) for figure in figures)


@given(states)
def test_while_an_incident_is_open_no_state_of_the_market_brings_a_premium_or_a_yield_back(state):
    stub = _any_market(state, DATED, incident=True, apr=Decimal("2.48"), tvl=None)
    text, _ = filled("It is {premium:rsETH}. It pays {apr:rsETH}. It trades.", stub)
    assert text == "It trades."
