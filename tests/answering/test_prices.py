"""What members see of prices: which token a word means, boards, comparisons, charts."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.numerals import plain_times
from bot.answering.prices import PriceDesk
from bot.answering.quoting import MAINNET, METHODS
from bot.console import as_prices
from bot.knowledge import read_library
from bot.market.endpoints import Endpoints
from bot.market.market import Market
from bot.market.quotes import Evidence
from tests.doubles import behaviours
from tests.doubles.providers import Providers
from tests.folders import TODAY

from .quoted import (
    BROKEN,
    NOW,
    PROTOCOLS,
    TOKENS,
    Stub,
    apy,
    evidence,
    facts,
    total,
)
from .test_promises import KNOWLEDGE

PRICED = ("ETH", "weETH", "eETH", "ezETH", "pufETH", "rsETH", "rswETH", "EIGEN")


def desk(incidents=(), **told) -> PriceDesk:
    return PriceDesk(market(incidents, **told), facts(incidents=incidents))


def market(incidents=(), **told) -> Stub:
    return Stub(facts(incidents=incidents), **told)


def run(view):
    return asyncio.run(view)


# Which token is meant


@pytest.mark.parametrize(
    ("typed", "symbol"),
    [
        ("ezETH", "ezETH"),
        ("EZETH", "ezETH"),
        (" ezeth ", "ezETH"),
        ("$ezETH", "ezETH"),
        ("$ rseth", "rsETH"),
        ("easy eth", "ezETH"),
        ("easy   ETH", "ezETH"),
        ("Renzo Restaked ETH", "ezETH"),
        ("kelp", "rsETH"),
        ("KelpDAO", "rsETH"),
        ("ether.fi", "weETH"),
        ("Ether Fi", "weETH"),
        ("ether", "ETH"),
        ("eigenlayer", "EIGEN"),
    ],
)
def test_a_token_is_found_by_symbol_alias_name_and_protocol(typed, symbol):
    assert desk().find(typed) == symbol


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "$",
        "dogecoin",
        "ezet",
        "ezethh",
        "eezeth",
        "reth",
        "rs",
        "sweth",
        "swell staked eth",
        "wrapped",
        "\u0435zETH",  # a Cyrillic e
        "rsETH\u200b",
        "еzeth",
        "puffer coin",
        "rseth price",
    ],
)
def test_what_only_looks_like_a_token_is_none(typed):
    assert desk().find(typed) is None


@pytest.mark.parametrize("typed", ["PUFFER", "puffer", "$PUFFER", "Puffer governance token"])
def test_a_token_without_a_price_is_never_taken_for_another_of_its_protocol(typed):
    assert desk().find(typed) is None


@given(st.text(max_size=12) | st.sampled_from([token.symbol for token in TOKENS]))
def test_whatever_is_found_is_spelled_that_way(typed):
    found = desk().find(typed)
    if found is not None:
        own = next(token for token in TOKENS if token.symbol == found)
        issuer = next((one for one in PROTOCOLS if one.id == own.protocol), None)
        known = {own.symbol, own.name, *own.aliases} | ({issuer.id, issuer.name, *issuer.aliases} if issuer else set())
        assert " ".join(typed.lower().split()).lstrip("$ ") in {one.lower() for one in known}


def test_every_name_in_the_shipped_files_means_its_own_token():
    known = read_library(KNOWLEDGE, TODAY).library.facts
    prices = PriceDesk(Stub(known), known)
    for token in known.tokens.values():
        for spelled in (token.symbol, token.name, *token.aliases):
            expected = token.symbol if token.is_priced else None
            assert prices.find(spelled) == expected, spelled


def test_suggestions_begin_with_what_was_typed_then_hold_it():
    assert [symbol for symbol, _ in desk().suggest("e")][:4] == ["ETH", "weETH", "eETH", "ezETH"]
    assert desk().suggest("rs")[0] == ("rsETH", "Kelp Restaked ETH")
    assert [symbol for symbol, _ in desk().suggest("restaked")] == ["ezETH", "rsETH", "rswETH"]
    assert [symbol for symbol, _ in desk().suggest("$RSE")] == ["rsETH"]
    assert desk().suggest("dogecoin") == []


def test_without_a_letter_every_token_with_a_price_is_suggested_once():
    assert tuple(symbol for symbol, _ in desk().suggest("")) == desk().symbols == PRICED
    comparable = tuple(symbol for symbol, _ in desk().suggest("", comparable=True))
    assert comparable == desk().comparable == ("weETH", "eETH", "ezETH", "pufETH", "rsETH", "rswETH")


USUAL = ("weETH", "ezETH", "rsETH")


@pytest.mark.parametrize(
    ("words", "usual", "meant"),
    [
        ("ezeth price", USUAL, ("ezETH",)),
        ("is rseth depegged", USUAL, ("rsETH",)),
        ("ezeth and rseth now", USUAL, ("ezETH", "rsETH")),
        ("rseth against rseth", USUAL, ("rsETH",)),
        ("lrt prices", USUAL, USUAL),
        ("live lrt and eth pricing", USUAL, ("ETH", *USUAL)),
        ("weeth to eth rate", USUAL, ("weETH",)),
        ("a healthy lrt should show 1 eth", USUAL, ("ETH", *USUAL)),
        ("eth price", ("ETH",), ("ETH",)),
        ("price of ezeth in eth", ("ETH",), ("ezETH", "ETH")),
        ("what does kelp trade at", USUAL, ("rsETH",)),
        ("is weeth of etherfi depegged", USUAL, ("weETH",)),
        ("is rseth on eigenlayer depegged", USUAL, ("rsETH",)),
        ("sweth price", USUAL, ()),
        ("sweth of swell in eth", USUAL, ()),
        ("price of puffer", USUAL, ()),
        ("eigen price", USUAL, ("EIGEN",)),
        ("", USUAL, USUAL),
        ("", ("swETH", "rsETH"), ("rsETH",)),
    ],
)
def test_a_question_is_about_the_tokens_it_names_else_about_the_usual_ones(words, usual, meant):
    assert sorted(desk().meant(words.split(), usual)) == sorted(meant)


# One, several, all


def shown(view) -> list[str]:
    return [plain_times(line) for section in view.sections for line in section.lines]


def told(*symbols: str, **more) -> dict[str, Evidence]:
    tokens = [token for token in TOKENS if token.symbol in symbols]
    return {token.symbol: evidence(token, **more) for token in tokens}


def test_one_token_has_everything_known_of_it():
    known = market(rsETH=evidence())
    known.yields, known.totals = {"rsETH": apy("2.48")}, {"kelp": total("1130000000")}
    view = run(PriceDesk(known, known.facts).one("rsETH"))
    (section,) = view.sections
    assert (view.title, view.symbols, section.title) == ("rsETH price", ("rsETH",), "rsETH: Kelp Restaked ETH")
    assert [line.partition(":")[0] for line in section.beside] == ["Yield", "Deposits at Kelp"]
    assert view.notes == section.fine_print
    assert view.banners == ()


def test_the_banner_of_an_open_incident_stands_once_over_all():
    view = run(desk([BROKEN], **told("rsETH", "ezETH")).several(("rsETH", "ezETH", "rsETH")))
    assert view.banners == ("Kelp has lost funds.",)


def test_a_board_has_a_line_for_each_token_in_the_order_of_the_files():
    view = run(desk(**told(*PRICED)).board())
    assert view.title == "Live prices"
    assert [line.split("**")[1] for line in shown(view)] == list(PRICED)
    assert view.notes[-1] == MAINNET
    assert view.symbols == PRICED


def test_several_are_lines_and_a_single_one_is_told_in_full():
    known = desk(**told("rsETH", "ezETH"))
    assert len(shown(run(known.several(("rsETH", "ezETH"))))) == 2
    assert run(known.several(("rsETH",))) == run(known.one("rsETH"))


def test_a_token_that_nobody_knows_is_left_out():
    view = run(desk(**told("rsETH")).several(("rsETH", "noETH")))
    assert view.symbols == ("rsETH",)
    assert run(desk().one("noETH")).sections == ()


def test_without_any_price_a_board_says_so_once():
    view = run(desk().board())
    assert shown(view) == ["No provider tells a price at the moment. Please try again in a minute."]
    assert view.symbols == PRICED


def test_one_price_that_is_missing_leaves_the_others():
    view = run(desk(**told("rsETH")).several(("rsETH", "ezETH")))
    assert shown(view)[1] == "**ezETH** no price known"


# Comparisons


def test_a_comparison_has_the_ways_out_with_their_dates_and_the_methods_once():
    known = market(**told("rsETH", "ezETH"))
    known.yields = {"rsETH": apy("2.48"), "ezETH": apy("2.71")}
    view = run(PriceDesk(known, known.facts).compare(("rsETH", "ezETH")))
    kelp, renzo = view.sections
    assert view.title == "rsETH · ezETH"
    assert kelp.beside[-1] == (
        "Ways out at Kelp: queue 10 to 25 days (30 May 2026); instant exit 0.2% (reported, 1 Dec 2025). "
        "Both exits are on Ethereum only (docs of December 2025)."
    )
    assert len(renzo.beside) == 1
    assert kelp.fine_print == renzo.fine_print == ()
    assert as_prices(view, 10_000).count(METHODS) == 1
    assert as_prices(view, 10_000).count(MAINNET) == 1


def test_a_comparison_without_yields_speaks_of_no_methods():
    assert METHODS not in as_prices(run(desk(**told("rsETH", "ezETH")).compare(("rsETH", "ezETH"))), 10_000)


def test_a_comparison_holds_back_the_yield_of_a_broken_token_alone():
    known = market([BROKEN], **told("rsETH", "ezETH"))
    known.yields = {"rsETH": apy("2.48"), "ezETH": apy("2.71")}
    text = as_prices(run(PriceDesk(known, known.facts).compare(("rsETH", "ezETH"))), 10_000)
    assert "2.48%" not in text
    assert "2.71%" in text
    assert text.startswith("!! Kelp has lost funds.")


# What is missing, against real hosts


async def at_doubles(double, rpc: Sequence[str] = ()):
    known = read_library(KNOWLEDGE, TODAY).library.facts
    endpoints = Endpoints(double.coins_url, double.api_url, double.yields_url, double.gecko_url, nodes=tuple(rpc))
    real = Market(known, endpoints, lambda: NOW)
    try:
        prices = PriceDesk(real, known)
        return await prices.one("rsETH"), await prices.board(), await prices.chart("rsETH", 7), await prices.one("eETH")
    finally:
        await real.close()


def test_without_a_node_a_price_says_that_there_is_none():
    with Providers(lambda: NOW) as double:
        one, board, _, rebasing = run(at_doubles(double))
    assert shown(one) == ["**$2,077.76** · 1.0761 ETH (DefiLlama, 22 Nov 2026, 18:00 UTC)"]
    assert one.sections[0].warnings == (
        "No premium is shown: this bot has no Ethereum node to read stated rates from.",
    )
    assert "Premiums are unavailable: this bot has no Ethereum node to read stated rates from." in board.notes
    assert rebasing.sections[0].warnings[0].startswith("No premium is shown: this token has no rate. eETH rebases")


def test_while_every_provider_is_down_each_view_says_so_in_words():
    with Providers(lambda: NOW) as double:
        for host in double.hosts:
            host.behave(behaviours.bad_gateway())
        one, board, chart, _ = run(at_doubles(double, ["http://127.0.0.1:9"]))
    assert as_prices(one, 10_000).splitlines() == [
        "rsETH: Kelp Restaked ETH",
        "No price is known at the moment. Please try again in a minute.",
        "! No premium is shown: no rate that can be relied on could be read from Kelp's contract.",
        "",
        MAINNET,
    ]
    assert shown(board) == ["No provider tells a price at the moment. Please try again in a minute."]
    assert chart.text == "No provider tells the price history at the moment. Please try again in a minute."
    assert chart.picture is None


def test_what_a_provider_does_not_know_is_missing_and_nothing_else():
    with Providers(lambda: NOW) as double:
        for host in (double.api, double.yields, double.gecko):
            host.behave(behaviours.server_error())
        one, *_ = run(at_doubles(double))
    assert shown(one) == ["**$2,077.76** · 1.0761 ETH (DefiLlama, 22 Nov 2026, 18:00 UTC)"]
    assert one.sections[0].beside == ()
