from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.curation.drift import (
    LiveValue,
    NotHad,
    State,
    compared,
    distance,
    drift_lines,
    files_with,
    furthest_first,
    judged_slots,
    live_values,
    span_of,
)
from bot.knowledge.facts import Facts, Figure, Incident, Token
from bot.knowledge.facts import Protocol as Issuer
from bot.knowledge.library import Library
from bot.market.beside import Dated, YieldFigure
from bot.market.quotes import Held, Quote, Spot, StatedRate
from tests.folders import entry_text, library_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TVL = Figure(
    "kelp-tvl", "about $1.1 billion", "1130", "million USD", NOW.date(), "DefiLlama", live="tvl:kelp", tolerance=15.0
)
PRICE = Figure("eth-price", "about $1,576", "1576", "USD per ETH", NOW.date(), "A report", live="price:ETH")
RATE = Figure("rseth-rate", "1.0748 ETH", "1.0748", "ETH per rsETH", NOW.date(), "A report", live="rate:rsETH")
APR = Figure("eth-apr", "2.73 to 2.84%", "2.73 to 2.84", "percent a year", NOW.date(), "A guide", live="apr:ETH")
PREMIUM = Figure("gap", "−0.2%", "-0.2", "percent", NOW.date(), "A report", live="premium:rsETH")
TOKENS = {
    "ETH": Token("ETH", "Ether", defillama="coingecko:ethereum", yield_pool="a-pool"),
    "rsETH": Token("rsETH", "Kelp's", "kelp", address="0x1", rate_contract="0x2"),
}
OPEN = Incident("bridge", "Loss at the bridge", ("kelp",), "open", NOW.date(), NOW.date(), "Funds are lost.")


def library(*figures, incidents=()):
    facts = Facts(
        figures={figure.id: figure for figure in figures},
        tokens=TOKENS,
        protocols={"kelp": Issuer("kelp", "Kelp", tvl_slugs=("kelp",))},
        incidents={case.id: case for case in incidents},
    )
    return Library({}, facts, "v")


def live(slot, value, at=NOW):
    return LiveValue(slot, Decimal(value), at, "DefiLlama")


def of(figure, value, **parts):
    """The figure beside that live value."""
    [found] = compared(library(figure, **parts), {figure.live: live(figure.live, value)}, NOW)
    return found


# How far


@pytest.mark.parametrize(
    ("value", "apart", "state"),
    [
        ("1130000000", "0", State.WITHIN),
        ("1299500000", "15", State.WITHIN),
        ("960500000", "-15", State.WITHIN),
        ("1299500001", "15.0000001", State.DRIFTED),
        ("565000000", "-50", State.DRIFTED),
    ],
)
def test_an_amount_drifts_once_it_is_further_off_than_its_tolerance_in_percent(value, apart, state):
    found = of(TVL, value)
    assert found.state is state
    assert found.apart == pytest.approx(Decimal(apart), abs=Decimal("0.0000001"))


@pytest.mark.parametrize(
    ("unit", "value"),
    [("USD", "1130000000"), ("thousand USD", "1,130,000"), ("billion USD", "1.13"), ("$", "1130000000")],
)
def test_units_are_brought_together_before_anything_is_compared(unit, value):
    assert of(replace(TVL, unit=unit, value=value), "1130000000").apart == 0


def test_a_percentage_drifts_in_percentage_points():
    figure = replace(APR, value="2.73", tolerance=0.3)
    assert of(figure, "3.03").state is State.WITHIN
    beyond = of(figure, "3.04")
    assert (beyond.state, beyond.apart, beyond.points) == (State.DRIFTED, Decimal("0.31"), True)


def test_a_range_holds_every_value_in_it_and_counts_from_its_nearer_end():
    figure = replace(APR, tolerance=0.1)
    assert of(figure, "2.80").apart == 0
    assert of(figure, "2.90").apart == Decimal("0.06")
    assert of(figure, "2.53").apart == Decimal("-0.20")
    assert of(figure, "2.53").has_drifted


def test_a_premium_may_be_negative_and_close_to_nothing():
    assert span_of(PREMIUM) == (Decimal("-0.2"), Decimal("-0.2"))
    assert of(replace(PREMIUM, value="−0.2", tolerance=0.5), "0.1").apart == Decimal("0.3")


@given(
    st.decimals("0.001", "1e12", places=3),
    st.decimals("0.001", "1e12", places=3),
    st.decimals("0.001", "1e12", places=3),
)
def test_the_distance_is_nothing_inside_and_has_the_sign_of_the_side_outside(one, other, value):
    span = min(one, other), max(one, other)
    for points in (True, False):
        apart = distance(value, span, points=points)
        assert (apart > 0) is (value > span[1])
        assert (apart < 0) is (value < span[0])


# What cannot be judged


def test_without_a_tolerance_the_difference_is_told_and_nothing_has_drifted():
    found = of(PRICE, "3152")
    assert (found.state, found.apart, found.has_drifted) == (State.UNJUDGED, Decimal(100), False)
    assert "100% more; it has no tolerance" in found.line()


@pytest.mark.parametrize("given", [{}, {"tvl:kelp": NotHad("tvl:kelp", "its provider does not answer")}])
def test_a_value_that_could_not_be_had_is_missing_and_never_nothing(given):
    [found] = compared(library(TVL), given, NOW)
    assert (found.state, found.apart, found.live) == (State.MISSING, None, None)
    assert not furthest_first(compared(library(TVL), given, NOW))


@pytest.mark.parametrize("age", [timedelta(days=2, seconds=1), timedelta(days=-3)])
def test_a_value_of_another_day_says_nothing_about_now(age):
    [found] = compared(library(TVL), {"tvl:kelp": live("tvl:kelp", "1", NOW - age)}, NOW)
    assert found.state is State.MISSING
    assert "the newest is of" in found.line()


@pytest.mark.parametrize("figure", [TVL, replace(RATE, tolerance=1.0)])
def test_while_an_incident_is_open_its_protocols_figures_are_held(figure):
    found = of(figure, "1", incidents=[OPEN])
    assert (found.state, found.has_drifted) == (State.HELD, False)
    assert "Loss at the bridge" in found.line()
    assert of(figure, "1", incidents=[replace(OPEN, state="closed")]).has_drifted
    assert of(figure, "1", incidents=[replace(OPEN, protocols=("renzo",))]).has_drifted


@pytest.mark.parametrize(
    ("changes", "cure"),
    [
        ({"unit": "days"}, "million USD"),
        ({"unit": "million EUR"}, "million USD"),
        ({"value": "plenty"}, "2.73 to 2.84"),
        ({"value": ""}, "2.73 to 2.84"),
        ({"value": "0"}, "not above 0"),
        ({"tolerance": -1.0}, "tolerance"),
        ({"tolerance": float("nan")}, "tolerance"),
        ({"tolerance": float("inf")}, "tolerance"),
        ({"live": "weather:kelp"}, "names no live value"),
    ],
)
def test_a_figure_that_cannot_be_compared_says_what_to_mend(changes, cure):
    figure = replace(TVL, **changes)
    found = of(figure, "1")
    assert found.state is State.UNREADABLE
    assert cure in found.line()


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_value_and_no_unit_raises(value, unit):
    found = of(replace(TVL, value=value, unit=unit), "1")
    assert found.state in {State.UNREADABLE, State.DRIFTED, State.WITHIN}


# What is told


def test_a_line_says_what_the_text_says_what_is_so_now_and_by_how_much():
    assert of(TVL, "940000000").line() == (
        "kelp-tvl: the text says about $1.1 billion (22 Nov 2026); live it is $940 million (DefiLlama, 22 Nov 2026, "
        "12:00 UTC), 16.8% less, more than the 15% it may differ"
    )
    rate = of(replace(RATE, tolerance=1.0), "1.0899").line()
    assert "live it is 1.0899 ETH per rsETH" in rate
    assert "1.4% more, more than the 1% it may differ" in rate
    assert "0.16 points more, within the 0.20 points" in of(replace(APR, tolerance=0.2), "3.00").line()


def test_the_furthest_beyond_its_own_tolerance_comes_first():
    figures = [replace(TVL, tolerance=10.0), replace(PRICE, tolerance=50.0), replace(RATE, tolerance=0.0)]
    values = {"tvl:kelp": "1469000000", "price:ETH": "3152", "rate:rsETH": "1.0749"}
    found = furthest_first(
        compared(library(*figures), {slot: live(slot, value) for slot, value in values.items()}, NOW)
    )
    assert [one.figure.id for one in found] == ["rseth-rate", "kelp-tvl", "eth-price"]


def test_the_report_names_the_files_whose_text_must_change_and_groups_the_rest():
    found = [of(TVL, "1"), of(PRICE, "1576"), *compared(library(RATE), {}, NOW)]
    lines = drift_lines(found)
    assert lines[0] == "Left their tolerance (1):"
    assert "change it in facts/figures.toml [kelp-tvl]; shown by no file" in lines[2]
    assert [line for line in lines[3:] if not line.startswith(" ")] == [
        "Without a tolerance (1):",
        "Live value not to be had (1):",
    ]
    assert drift_lines([]) == ["No figure has a live slot, so there is nothing to compare."]


def test_files_that_show_a_figure_by_either_of_its_slots_are_named(tmp_path):
    files = {
        "protocols/kelp.md": entry_text("Kelp", ["what is kelp"], "It holds {tvl:kelp}. More is known."),
        "protocols/size.md": entry_text("Size", ["how large is kelp"], "A sentence.", more="Once {figure:kelp-tvl}."),
        "protocols/other.md": entry_text("Other", ["what else"], "It holds {tvl:renzo}. More is known."),
        "protocols/draft.md": entry_text("Draft", ["not yet"], "It holds {tvl:kelp}.", status="draft"),
        "facts/figures.toml": '[kelp-tvl]\nsay = "much"\nvalue = "1"\nunit = "USD"\nas_of = 2026-10-02\nsource = "A"\n'
        'live = "tvl:kelp"\n',
        "facts/protocols.toml": '[kelp]\nname = "Kelp"\nexits = ["kelp-tvl"]\n',
    }
    found = library_of(tmp_path, files)
    assert files_with(found.facts.figures["kelp-tvl"], found) == (
        "protocols/kelp.md",
        "protocols/size.md",
        "facts/protocols.toml",
    )


def test_programs_get_exact_numbers_and_the_files():
    row = of(TVL, "940000000").as_json()
    assert (
        row
        | {
            "live": "940000000",
            "apart": "-16.8142",
            "state": "drifted",
            "tolerance_in": "percent",
            "live_at": "2026-11-22T12:00:00+00:00",
        }
        == row
    )


# Where live values come from


def quote(symbol, **parts):
    return Quote(TOKENS[symbol], NOW, **parts)


class Told:
    """A market that tells what a test gives it, and nothing else."""

    def __init__(self, *quotes, tvl=None, apr=None):
        self._quotes, self._tvl, self._apr = quotes, tvl, apr

    async def quotes(self, symbols, within):
        return [one for one in self._quotes if one.token.symbol in set(symbols)]

    async def tvl(self, protocol, within):
        return self._tvl

    async def apr(self, symbol, within):
        return self._apr


SPOT = Spot("DefiLlama", Decimal(2000), NOW)
STATED = StatedRate(Decimal("1.08"), 1, NOW, "0x2")
FIGURES = (TVL, PRICE, RATE, APR, PREMIUM)


async def values(*quotes, **parts):
    return await live_values(library(*FIGURES), Told(*quotes, **parts))


async def test_each_live_value_carries_its_time_and_source():
    dated = Dated(Decimal(5), NOW, "DefiLlama")
    found = await values(
        quote("ETH", spot=SPOT),
        quote("rsETH", spot=SPOT, rate=STATED, premium=Decimal("-0.3")),
        tvl=dated,
        apr=YieldFigure(dated),
    )
    assert found["price:ETH"] == LiveValue("price:ETH", Decimal(2000), NOW, "DefiLlama")
    assert found["rate:rsETH"] == LiveValue("rate:rsETH", Decimal("1.08"), NOW, "its contract")
    assert found["premium:rsETH"].value == Decimal("-0.3")
    assert found["tvl:kelp"] == LiveValue("tvl:kelp", Decimal(5), NOW, "DefiLlama")
    assert found["apr:ETH"].value == 5
    assert set(found) == set(judged_slots(library(*FIGURES)))


async def test_where_nobody_answers_every_value_says_that_it_could_not_be_had():
    found = await values(quote("ETH"), quote("rsETH"))
    assert all(isinstance(one, NotHad) for one in found.values())
    assert set(found) == set(judged_slots(library(*FIGURES)))
    assert "does not answer" in found["price:ETH"].why
    assert "no node answers" in found["rate:rsETH"].why


async def test_without_a_node_the_report_says_what_to_set():
    found = await values(quote("rsETH", rates_connected=False))
    assert "ETH_RPC_URLS" in found["rate:rsETH"].why


@pytest.mark.parametrize(
    "doubtful",
    [
        quote("rsETH", rate=STATED, held=(Held.PAUSED,)),
        quote("rsETH", rate=STATED, held=(Held.JUMPED,)),
    ],
)
async def test_a_rate_that_must_not_be_trusted_is_held_and_not_compared(doubtful):
    found = await values(doubtful)
    assert found["rate:rsETH"].held
    [drift] = compared(library(RATE), found, NOW)
    assert drift.state is State.HELD


async def test_two_sources_that_disagree_are_both_told_and_neither_is_compared():
    others = (SPOT, Spot("CoinGecko", Decimal(2500), NOW))
    found = (await values(quote("ETH", others=others, held=(Held.DISAGREE,))))["price:ETH"]
    assert found.held
    assert "$2,000.00 by DefiLlama and $2,500.00 by CoinGecko" in found.why


async def test_an_old_price_is_none():
    old = replace(SPOT, at=NOW - timedelta(hours=13))
    assert isinstance((await values(quote("ETH", spot=old)))["price:ETH"], NotHad)


async def test_a_figure_whose_slot_has_no_source_is_told_apart():
    found = await live_values(library(replace(TVL, live="tvl:nobody")), Told())
    assert found["tvl:nobody"].why == "the facts name no live source for it"
