"""Questions about the price of now, from the question to the answer."""

import asyncio
import json
from datetime import datetime

import pytest

from bot.answering import Outcome, Question
from bot.answering.as_json import answer_as_json
from bot.answering.desk import Desk
from bot.answering.live import MarketFigures
from bot.answering.numerals import plain_times
from bot.answering.prices import PriceDesk
from bot.console import as_sources
from bot.knowledge import read_library
from bot.market.quotes import Evidence
from tests.answering.conftest import LOST, SURE, Record
from tests.folders import TODAY, entry_text, library_of

from .quoted import Stub, apy, evidence, second, spot, total
from .test_promises import KNOWLEDGE

PHRASE = "abandon " * 11 + "about"
RATED = """
address = "0x{0}"
address_sources = ["one/list a.json", "other/list b.json"]
rate_contract = "0x{0}"
rate_call = "getRate()"
rate_selector = "0x679aefce"
rate_assumes = "A stored value."
"""
FILES = {
    "facts/tokens.toml": f"""
[ETH]
name = "Ether"
defillama = "coingecko:ethereum"
[rsETH]
name = "Kelp ETH"
protocol = "kelp"
{RATED.format("a" * 40)}
[ezETH]
name = "Renzo ETH"
protocol = "renzo"
{RATED.format("b" * 40)}
[swETH]
name = "Swell ETH"
protocol = "swell"
""",
    "facts/protocols.toml": """
[kelp]
name = "Kelp"
[renzo]
name = "Renzo"
[swell]
name = "Swell"
""",
    "facts/synonyms.toml": '[slang]\nrn = "right now"\nwhats = "what is"\n',
    "facts/caveats.toml": '[mainnet-only]\nsay = "On mainnet only."\n',
    "facts/figures.toml": """
[known-price]
say = "about $2,050"
value = "2050"
unit = "USD"
as_of = 2026-10-02
source = "A report"
live = "price:ezETH"
""",
    "prices/now.md": entry_text(
        "Prices right now",
        ["what is ezeth at right now", "is rseth depegged", "what is sweth at right now", "live prices"],
        "The last known price is {price:ezETH}. Compare it with the rate.",
        more="Rates are stated on chain.",
        live="prices",
        tokens="ezETH, rsETH",
        caveats="mainnet-only",
        related="slashing",
    ),
    "slashing/slashing.md": entry_text("What slashing is", ["what is slashing", "explain slashing"], "A penalty."),
}
OWN_TEXT = "The last known price is about $2,050 (2 Oct 2026). Compare it with the rate."


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return library_of(tmp_path_factory.mktemp("knowledge"), FILES)


@pytest.fixture
def market(library):
    """A market that knows rsETH and ezETH."""
    tokens = library.facts.tokens
    return Stub(library.facts, **{one: evidence(tokens[one]) for one in ("rsETH", "ezETH")}, ETH=Evidence(spot("2000")))


@pytest.fixture
def make_desk(library, market):
    def make(calibrations=SURE, **more):
        parts = {"live": MarketFigures(market, library.facts), "prices": PriceDesk(market, library.facts)} | more
        return Desk(library, calibrations=calibrations, **parts)

    return make


def ask(desk, text, previous=None):
    return asyncio.run(desk.ask(Question(text, previous=previous)))


@pytest.mark.parametrize(
    ("text", "symbol", "title"),
    [("whats ezeth at rn", "ezETH", "ezETH price"), ("is rseth depegged?", "rsETH", "rsETH price")],
)
def test_a_question_about_a_price_gets_the_price_of_now_with_its_time(make_desk, text, symbol, title):
    answer = ask(make_desk(LOST), text)
    assert (answer.outcome, answer.entry, answer.title) == (Outcome.LIVE, "now", title)
    assert answer.symbols == (symbol,)
    assert plain_times(answer.body).startswith("**$2,138.00** · 1.0690 ETH (DefiLlama, 22 Nov 2026, 17:58 UTC)\n")
    live = [figure for figure in answer.figures if figure.live and figure.slot.endswith(symbol)]
    assert {figure.slot for figure in live} >= {f"{kind}:{symbol}" for kind in ("price", "rate", "premium")}
    assert all(isinstance(figure.as_of, datetime) and "<t:" in figure.text and figure.source for figure in live)


def test_what_the_entry_says_itself_is_kept_beside_the_prices(make_desk, library):
    answer = ask(make_desk(), "is rseth depegged")
    entry = library.entries["now"]
    assert answer.more.startswith("The last known price is $2,138.00 (DefiLlama, <t:")
    assert answer.more.endswith(entry.more)
    assert (answer.sources, answer.reviewed) == (entry.sources, entry.reviewed)
    assert "On mainnet only." in answer.caveats
    assert [choice.entry for choice in answer.related] == ["slashing"]


def test_a_question_that_names_no_token_gets_those_of_the_entry(make_desk):
    answer = ask(make_desk(), "live prices")
    assert (answer.outcome, answer.symbols, answer.title) == (Outcome.LIVE, ("ezETH", "rsETH"), "Live prices")
    assert [line.split("**")[1] for line in answer.body.splitlines()] == ["ezETH", "rsETH"]


def test_a_follow_up_is_about_the_token_that_it_names(make_desk):
    answer = ask(make_desk(), "and for rseth?", previous="whats ezeth at rn")
    assert (answer.outcome, answer.symbols) == (Outcome.LIVE, ("rsETH",))
    assert answer.notes == ("Understood as: what is rsETH at right now",)


def test_every_asking_gets_the_price_of_that_moment(make_desk, market, library):
    desk = make_desk()
    assert "$2,138.00" in ask(desk, "whats ezeth at rn").body
    market.told["ezETH"] = evidence(library.facts.tokens["ezETH"], first=spot("2139"))
    assert "$2,139.00" in ask(desk, "whats ezeth at rn").body


def test_two_sources_that_disagree_stand_both_in_the_answer_and_among_its_figures(make_desk, market, library):
    wick = evidence(library.facts.tokens["ezETH"], first=spot("700"), second=second("2755"))
    market.told["ezETH"] = wick
    answer = ask(make_desk(), "whats ezeth at rn")
    assert answer.body.startswith("Two sources disagree, so there is no single price:\n$700.00")
    prices = [plain_times(figure.text) for figure in answer.figures if figure.slot == "price:ezETH"]
    assert prices[:2] == [
        "$700.00 (DefiLlama, 22 Nov 2026, 17:58 UTC)",
        "$2,755.00 (CoinGecko, 22 Nov 2026, 17:59 UTC)",
    ]


def test_yields_and_totals_beside_a_price_are_among_its_figures(make_desk, market):
    market.yields, market.totals = {"ezETH": apy("2.71")}, {"renzo": total("118000000")}
    slots = [figure.slot for figure in ask(make_desk(), "whats ezeth at rn").figures]
    assert {"apr:ezETH", "tvl:renzo"} <= set(slots)


# Without a price


def test_a_token_without_a_price_gets_what_the_entry_says(make_desk):
    answer = ask(make_desk(), "whats sweth at rn")
    assert (answer.outcome, answer.title, answer.symbols) == (Outcome.ANSWER, "Prices right now", ())
    assert answer.notes == ()


def test_a_desk_without_prices_says_what_the_entry_says(make_desk):
    answer = ask(make_desk(prices=None, live=None), "whats ezeth at rn")
    assert (answer.outcome, answer.body, answer.symbols) == (Outcome.ANSWER, OWN_TEXT, ())


def test_while_no_provider_answers_the_entry_stands_alone_with_a_word_about_why(make_desk, market):
    market.told.clear()
    answer = ask(make_desk(), "whats ezeth at rn")
    assert (answer.outcome, answer.body, answer.title) == (Outcome.LIVE, OWN_TEXT, "Prices right now")
    assert answer.symbols == ()
    (note,) = answer.notes
    assert "No live price of ezETH" in note


def test_where_one_of_several_prices_is_missing_the_others_stand(make_desk, market):
    del market.told["rsETH"]
    answer = ask(make_desk(), "live prices")
    assert answer.body.splitlines()[1] == "**rsETH** no price known"
    assert answer.notes == ()


# Buttons, records, secrets


def test_the_entry_opened_by_a_button_shows_its_tokens(make_desk):
    answer = asyncio.run(make_desk().open("now"))
    assert answer is not None
    assert (answer.outcome, answer.symbols, answer.chances) == (Outcome.LIVE, ("ezETH", "rsETH"), None)


def test_another_question_of_the_same_message_is_offered(make_desk):
    answer = ask(make_desk(LOST), "whats ezeth at rn? what is slashing?")
    assert (answer.outcome, answer.symbols) == (Outcome.LIVE, ("ezETH",))
    assert [choice.entry for choice in answer.choices] == ["slashing"]


def test_the_recorder_hears_the_plain_words_and_what_came_of_them(make_desk):
    record = Record()
    ask(make_desk(recorder=record), "whats ezeth at rn")
    ((text, answer, _),) = record.told
    assert (text, answer.outcome, answer.entry) == ("what is ezeth at right now", Outcome.LIVE, "now")


@pytest.mark.parametrize(
    "text", [f"whats ezeth at rn {PHRASE}", f"{PHRASE} is rseth depegged", "ezeth price " + "ab" * 32]
)
def test_a_secret_beside_a_price_question_reaches_neither_market_nor_record(make_desk, market, text):
    record = Record()
    answer = ask(make_desk(recorder=record), text)
    assert answer.private
    assert answer.symbols == ()
    assert market.asked == []
    assert record.told == []
    assert "abandon" not in json.dumps(answer_as_json(text, answer, 0.0))


def test_a_program_gets_every_figure_with_time_and_source_and_no_marks(make_desk):
    table = json.loads(json.dumps(answer_as_json("q", ask(make_desk(), "whats ezeth at rn"), 0.0)))
    assert table["outcome"] == "live"
    assert "<t:" not in json.dumps(table)
    live = [figure for figure in table["figures"] if figure["live"]]
    assert live
    for figure in live:
        assert datetime.fromisoformat(figure["as_of"]).tzinfo is not None
        assert figure["source"]


def test_the_sources_of_a_terminal_name_who_states_a_live_figure_once(make_desk):
    first, *_ = [line for line in as_sources(ask(make_desk(), "whats ezeth at rn")).splitlines() if "$2,138" in line]
    assert first == "2026-11-22  $2,138.00 (DefiLlama, 22 Nov 2026, 17:58 UTC)"
    dated = as_sources(ask(make_desk(prices=None, live=None), "whats ezeth at rn"))
    assert "2026-10-02  about $2,050 (2 Oct 2026) (A report)" in dated.splitlines()


# What the product ships with


@pytest.fixture(scope="module")
def shipped():
    library = read_library(KNOWLEDGE, TODAY).library
    known = Stub(library.facts, **{token.symbol: evidence(token) for token in library.facts.tokens.values()})
    return Desk(library, live=MarketFigures(known, library.facts), prices=PriceDesk(known, library.facts))


@pytest.mark.parametrize(
    ("text", "symbols"),
    [
        ("whats ezeth at rn", ("ezETH",)),
        ("is rseth depegged", ("rsETH",)),
        ("eth price", ("ETH",)),
        ("EIGEN price", ("EIGEN",)),
        ("current weeth to eth rate", ("weETH",)),
    ],
)
def test_the_shipped_entries_answer_with_live_prices(shipped, text, symbols):
    answer = ask(shipped, text)
    assert (answer.outcome, answer.symbols) == (Outcome.LIVE, symbols)


def test_the_first_listed_question_of_the_shipped_prices_shows_eth_and_all_others(shipped):
    answer = ask(shipped, "live lrt and eth pricing")
    assert answer.symbols[0] == "ETH"
    assert {"weETH", "ezETH", "rsETH"} <= set(answer.symbols)


def test_every_shipped_live_entry_shows_each_figure_with_its_time(shipped):
    for entry in shipped.library.published:
        answer = asyncio.run(shipped.open(entry.id))
        assert answer is not None
        for figure in answer.figures:
            assert figure.live is ("<t:" in figure.text)
            assert figure.live is isinstance(figure.as_of, datetime)
