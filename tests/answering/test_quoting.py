"""Quotes in words: what a member reads for every state of a price and a rate."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.numerals import plain_times
from bot.answering.quoting import (
    MAINNET,
    METHODS,
    QuoteText,
    board_line,
    board_notes,
    issuer_of,
    quote_text,
    tvl_line,
    yield_line,
)
from bot.knowledge import Incident
from bot.market.quotes import Evidence, Held, band_of

from .quoted import (
    BROKEN,
    EETH,
    EIGEN,
    ETH,
    EZETH,
    RSETH,
    TOKENS,
    ago,
    apy,
    evidence,
    facts,
    quote,
    reading,
    second,
    spot,
    total,
)

NO_RATE: dict[str, object] = {"rate": None, "past": ()}
DAY, APART = "22 Nov 2026", "⚠️ two sources disagree"
PRICE = "**$2,138.00** · 1.0690 ETH (DefiLlama, 22 Nov 2026, 17:58 UTC)"
STATED = "Protocol-stated rate: **1.0700 ETH** (read 22 Nov 2026, 17:57 UTC)"
WHY = "No premium is shown: "


def told(token=RSETH, *, yields=None, holds=None, incidents=(), **known) -> QuoteText:
    return quote_text(quote(token, incidents=incidents, **known), facts(incidents=incidents), yields, holds)


def lines(*args, **known):
    return [plain_times(line) for line in told(*args, **known).lines]


def warnings(*args, **known):
    return [plain_times(line) for line in told(*args, **known).warnings]


# Prices


def test_a_quote_that_nothing_speaks_against():
    text = told()
    assert text.title == "rsETH: Kelp Restaked ETH"
    assert lines() == [PRICE, STATED, "Market against that rate: **−0.09%**, about fair value"]
    assert text.warnings == text.beside == ()
    assert text.fine_print == (f"Rate from {RSETH.rate_contract}, block 25,500,000. A stored value.", MAINNET)


def test_moments_are_marks_that_discord_writes_for_every_reader():
    assert f"<t:{int(ago(minutes=2).timestamp())}:R>" in told().lines[0]
    assert f"<t:{int(ago(minutes=3).timestamp())}:R>" in told().lines[1]


@pytest.mark.parametrize(
    ("minutes", "price"),
    [
        (15, "**$2,138.00** · 1.0690 ETH (DefiLlama, 22 Nov 2026, 17:45 UTC)"),
        (16, "**$2,138.00** · 1.0690 ETH (DefiLlama, delayed, 22 Nov 2026, 17:44 UTC)"),
        (11 * 60, "**$2,138.00** · 1.0690 ETH (DefiLlama, delayed, 22 Nov 2026, 07:00 UTC)"),
        (13 * 60, "No current price. Last known: $2,138.00 · 1.0690 ETH (DefiLlama, 22 Nov 2026, 05:00 UTC)."),
    ],
)
def test_a_price_says_how_late_it_is(minutes, price):
    assert lines(first=spot("2138", minutes=minutes))[0] == price


def test_without_a_price_that_is_said_and_the_rate_stays():
    assert lines(first=None) == ["No price is known at the moment. Please try again in a minute.", STATED]
    assert warnings(first=None) == []


def test_two_sources_that_disagree_stand_side_by_side_and_neither_is_bold():
    assert lines(first=spot("700"), second=second("2755"))[:4] == [
        "Two sources disagree, so there is no single price:",
        "$700.00 · 0.3500 ETH (DefiLlama, 22 Nov 2026, 17:58 UTC)",
        "$2,755.00 · 1.3775 ETH (CoinGecko, 22 Nov 2026, 17:59 UTC)",
        "One of them may show the odd trade of a single exchange.",
    ]
    assert warnings(first=spot("700"), second=second("2755")) == [f"{WHY}two sources disagree about the price."]


def test_a_second_source_that_confirms_is_named():
    assert lines(first=spot("1900"), second=second("1910"))[1] == (
        "Second source: $1,910.00 · 0.9550 ETH (CoinGecko, 22 Nov 2026, 17:59 UTC)"
    )


def test_a_provider_that_is_not_sure_is_quoted_with_its_doubt():
    assert lines(first=spot("2138", sure="0.7"))[1] == "DefiLlama is not sure of this price (confidence 0.70 of 1)."
    assert "not sure" not in "".join(lines(first=spot("2138", sure="0.9")))


@pytest.mark.parametrize("token", [ETH, EIGEN])
def test_a_token_that_stands_for_no_ether_has_a_price_in_dollars_alone_and_nobody_misses_a_premium(token):
    alone = spot("0.412", minutes=20)
    assert lines(token, first=alone) == ["**$0.4120** (DefiLlama, delayed, 22 Nov 2026, 17:40 UTC)"]
    assert "ETH (" not in "".join(lines(token, first=spot("1"), second=second("2")))
    for known in ({"first": None}, {"first": spot("1", minutes=900)}, {"first": spot("1"), "second": second("2")}):
        assert warnings(token, **known) == []


# Rates and gaps


@pytest.mark.parametrize(
    ("usd", "gap"),
    [
        ("2140", "**0.00%**, about fair value"),
        ("2145", "**+0.23%**, about fair value"),
        ("2146", "**+0.28%**, a small premium"),
        ("2130", "**−0.47%**, a small discount"),
        ("2118", "**−1.03%**, a notable discount"),
        ("2180", "**+1.87%**, a notable premium"),
        ("2090", "**−2.34%**, far below it: look for news of an incident at Kelp first"),
        ("2190", "**+2.34%**, far above it: look for news of an incident at Kelp first"),
    ],
)
def test_a_gap_is_called_what_it_is(usd, gap):
    assert lines(first=spot(usd))[-1] == f"Market against that rate: {gap}"


@given(st.decimals(500, 4500, places=2))
def test_a_large_gap_is_never_called_a_discount(usd):
    text = told(first=spot(str(usd)), second=second(str(usd)))
    gap = abs(usd / 2000 / Decimal("1.07") - 1) * 100
    said = "\n".join((*text.lines, *text.warnings))
    assert ("discount" in said or " premium" in text.lines[-1]) is (Decimal("0.25") <= gap < 2)


@pytest.mark.parametrize(
    ("past", "still"),
    [
        ((), ""),
        ((reading(RSETH, "1.07", hours=1),), ""),
        ((reading(RSETH, "1.07", days=1),), "; unchanged since 21 Nov 2026"),
        ((reading(RSETH, "1.06", days=2), reading(RSETH, "1.07", days=1)), "; unchanged since 21 Nov 2026"),
        ((reading(RSETH, "1.07", days=2), reading(RSETH, "1.0699", days=1)), ""),
    ],
)
def test_a_rate_says_since_when_it_has_not_changed_where_that_was_another_day(past, still):
    assert lines(past=past)[1] == f"Protocol-stated rate: **1.0700 ETH** (read 22 Nov 2026, 17:57 UTC{still})"


INCIDENT = f"{WHY}an incident at Kelp is open, so the stated rate may not be what rsETH is worth now."
FROZEN = (reading(RSETH, "1.07", days=4, hours=1), reading(RSETH, "1.07", days=1))


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({"paused": True}, "the rate is paused, as Kelp's contract reports; it stays as it is, whatever happens."),
        ({"past": FROZEN}, "the rate is frozen; it has not changed for 4 days, longer than it normally stands still."),
        (
            {"past": (reading(RSETH, "1.10", days=1),)},
            "the rate jumped by −2.73% within three days, as no rate does by itself: a booked loss or an error.",
        ),
        ({"rate": reading(RSETH, "1.07", hours=3)}, "the stated rate could not be read again."),
        ({"first": spot("2138", minutes=130)}, "the price is too old to compare."),
        ({"first": spot("2138", eth="")}, "there is no ETH price of the same moment."),
        (
            {"first": spot("1500")},
            "the price is far from the stated rate or uncertain, and no second source confirms it.",
        ),
        (
            {"first": spot("2138", sure="0.8")},
            "the price is far from the stated rate or uncertain, and no second source confirms it.",
        ),
        (NO_RATE, "no rate that can be relied on could be read from Kelp's contract."),
        (
            NO_RATE | {"rates_connected": False},
            "this bot has no Ethereum node to read stated rates from.",
        ),
    ],
)
def test_why_there_is_no_premium(known, why):
    assert warnings(**known) == [WHY + why]
    assert not any("Market against" in line for line in lines(**known))


def test_a_token_that_rebases_says_why_it_has_no_rate():
    assert warnings(EETH) == [f"{WHY}this token has no rate. {EETH.rebases}"]


def test_reasons_stand_by_weight_the_first_with_what_follows_and_then_what_is_paused():
    assert warnings(incidents=(BROKEN,), paused=True, past=FROZEN) == [
        INCIDENT,
        "The rate is paused, as Kelp's contract reports; it stays as it is, whatever happens.",
        "The rate is frozen; it has not changed for 4 days, longer than it normally stands still.",
        "Paused at Kelp: withdrawals.",
    ]


@pytest.mark.parametrize(
    ("known", "state"),
    [
        ({"paused": True}, ", paused"),
        ({"past": FROZEN}, ", frozen"),
        ({"paused": True, "past": FROZEN}, ", paused and frozen"),
        ({"past": (reading(RSETH, "1.10", days=1),)}, ", after a jump of −2.73%"),
    ],
)
def test_a_rate_that_is_not_to_be_relied_on_says_so_right_behind_its_number(known, state):
    assert lines(**known)[1].startswith(f"Protocol-stated rate: **1.0700 ETH**{state} (read ")


def test_a_protocol_that_the_files_do_not_know_is_named_by_its_id():
    assert issuer_of(quote(), facts()) == "Kelp"
    bare = facts().__class__(tokens=facts().tokens)
    assert issuer_of(quote(), bare) == "kelp"
    assert issuer_of(quote(ETH), bare) == "its issuer"


# What stands beside


def test_a_yield_says_how_it_is_reckoned_and_that_it_makes_no_ranking():
    text = told(yields=apy("2.85", "0.24"))
    method = "a figure that Kelp itself publishes"
    assert [plain_times(line) for line in text.beside] == [
        f"Yield: 2.85% a year, of it 0.24% in reward tokens (DefiLlama, 22 Nov 2026, 15:00 UTC; {method})"
    ]
    assert text.fine_print[-1] == METHODS
    assert METHODS not in told().fine_print


def test_no_yield_is_told_while_an_incident_is_open():
    assert yield_line(quote(incidents=(BROKEN,)), apy("2.85")) == ""
    assert METHODS not in told(incidents=(BROKEN,), yields=apy("2.85")).fine_print


def test_what_a_protocol_holds_says_what_must_not_be_added_to_it():
    known = facts().protocols
    assert plain_times(tvl_line(known["kelp"], total("1130000000"))) == (
        "Deposits at Kelp: $1.1 billion (DefiLlama, 22 Nov 2026, 17:50 UTC). Counted inside EigenLayer too."
    )
    assert tvl_line(known["renzo"], total("1")).endswith(":R>)")
    assert tvl_line(None, total("1")) == tvl_line(known["kelp"], None) == ""


# Boards


@pytest.mark.parametrize(
    ("known", "line"),
    [
        ({}, "$2,138.00 · −0.09%"),
        ({"first": None}, "no price known"),
        ({"first": spot("2138", minutes=13 * 60)}, "last known $2,138.00 · 1.0690 ETH · 22 Nov 2026, 05:00 UTC"),
        (
            {"paused": True, "past": FROZEN},
            "$2,138.00 · 1.0690 ETH · ⚠️ rate paused, rate frozen",
        ),
        (
            {"first": spot("700"), "second": second("2755")},
            f"$700.00 (DefiLlama, {DAY}, 17:58 UTC) or $2,755.00 (CoinGecko, {DAY}, 17:59 UTC) · {APART}",
        ),
        ({"first": spot("1500")}, "$1,500.00 · 0.7500 ETH · ⚠️ price not confirmed"),
        (NO_RATE, "$2,138.00 · 1.0690 ETH"),
        ({"first": spot("2138", minutes=20)}, "$2,138.00 · −0.09% · 22 Nov 2026, 17:40 UTC"),
    ],
)
def test_a_line_of_a_board(known, line):
    assert plain_times(board_line(quote(**known))) == f"**rsETH** {line}"


def test_a_line_of_a_board_names_an_open_incident_first():
    assert "⚠️ incident open, rate paused" in board_line(quote(incidents=(BROKEN,), paused=True))


def test_the_notes_of_a_board_name_the_sources_the_age_and_what_the_percentage_is():
    compared = "The percentage compares the market price with the rate that the protocol states."
    unconnected = "Premiums are unavailable: this bot has no Ethereum node to read stated rates from."
    alone = quote(first=None, second=second("2138"))
    since = "from 22 Nov 2026, 17:58 UTC or later where no age is shown"
    both = tuple(map(plain_times, board_notes([quote(), alone])))
    assert both == (f"Prices: DefiLlama and CoinGecko, {since}.", compared, MAINNET)
    without = quote(**NO_RATE, rates_connected=False)
    assert plain_times(board_notes([without])[0]) == f"Prices: DefiLlama, {since}."
    assert board_notes([without])[1:] == (unconnected, MAINNET)
    late = quote(first=spot("2138", minutes=20))
    assert board_notes([late]) == ("Prices: DefiLlama.", compared, MAINNET)
    assert board_notes([quote(first=None, **NO_RATE)]) == (MAINNET,)


# Any state

TIME = re.compile(r"<t:\d+:R>|\d{1,2} [A-Z][a-z]{2} \d{4}")
spots = st.builds(
    lambda usd, minutes, sure, eth: spot(str(usd), minutes=minutes, sure=sure, eth=eth),
    st.decimals("0.01", "100000", places=2).filter(bool),
    st.floats(0, 1200),
    st.sampled_from([None, "0.99", "0.7", "0.2"]),
    st.sampled_from([None, ""]),
)
rates = st.decimals("0.9", "2", places=4).map(str)
states = st.builds(
    Evidence,
    first=st.none() | spots,
    second=st.none() | st.builds(lambda usd: second(str(usd)), st.decimals("0.01", "100000", places=2).filter(bool)),
    rate=st.none() | st.builds(lambda rate, hours: reading(RSETH, rate, hours=hours), rates, st.floats(0, 5)),
    paused=st.booleans(),
    past=st.lists(
        st.builds(lambda rate, hours: reading(RSETH, rate, hours=hours), rates, st.floats(0, 200)), max_size=4
    ),
    rates_connected=st.booleans(),
)


@given(st.sampled_from([token for token in TOKENS if token.is_priced]), states, st.booleans())
def test_every_state_is_told_without_holes(token, state, broken):
    known = {name: getattr(state, name) for name in state.__slots__}
    if not token.rate_contract:
        known |= NO_RATE | {"paused": False}
    incidents: tuple[Incident, ...] = (BROKEN,) if broken else ()
    one = quote(token, incidents=incidents, **known)
    text = quote_text(one, facts(incidents=incidents))
    said = [*text.lines, *text.warnings, *text.fine_print, board_line(one)]
    assert not [line for line in said if re.search(r"[{}]|None|  |\. ?\.|Decimal", line)]
    assert not [line for line in text.lines if re.search(r"\d", line) and not TIME.search(line) and not _is_gap(line)]
    premium = [line for line in text.lines if line.startswith("Market against that rate")]
    assert bool(premium) is (one.premium is not None)
    reasons = [line for line in text.warnings if line.startswith(WHY)]
    expected = token.stands_for_ether and bool(set(one.held) - {Held.NO_PRICE})
    assert bool(reasons) is expected
    if one.premium is not None:
        assert not reasons
        assert one.band is band_of(one.premium)


def _is_gap(line):
    """What stands under the dated numbers that it follows from."""
    return line.startswith("Market against that rate: ") or "is not sure of this price" in line


def test_evidence_of_the_tests_is_as_it_says():
    assert quote().held == ()
    assert quote(EZETH).premium is not None
    assert evidence(EETH).rate is None
