"""The knowledge that is shipped: sound, large enough, dated, and at home in every subject the product began with."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.answering import Question
from bot.answering.desk import Desk
from bot.answering.slots import short_date
from bot.clock import today, utc_now
from bot.knowledge import Entry, Reading, read_library, read_recorded
from bot.knowledge.facts_files import read_facts
from bot.knowledge.problems import Problems
from bot.knowledge.prose import slots_in
from tests.folders import TODAY

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_library(KNOWLEDGE, max(today(utc_now), TODAY), thorough=True)


@pytest.fixture(scope="module")
def desk(reading: Reading) -> Desk:
    return Desk(reading.library)


def _slots(entry: Entry) -> set[str]:
    return {f"{slot.kind}:{slot.key}" for slot in slots_in(f"{entry.answer}\n{entry.more}")}


def test_no_file_has_a_problem(reading: Reading):
    _, recorded = read_recorded(KNOWLEDGE, reading.library.entries)
    assert [str(problem) for problem in (*reading.problems, *recorded)] == []


def test_at_least_fifty_entries_are_published(reading: Reading):
    assert len(reading.library.published) >= 50


def test_every_published_entry_is_asked_in_at_least_six_ways(reading: Reading):
    assert {entry.id: len(entry.questions) for entry in reading.library.published if len(entry.questions) < 6} == {}


def test_every_published_entry_has_dated_sources_and_a_review(reading: Reading):
    for entry in reading.library.published:
        assert entry.sources, entry.id
        assert all(isinstance(source.when, date) for source in entry.sources), entry.id
        assert entry.reviewed is not None, entry.id


async def test_every_slot_shows_its_dated_figure_while_nothing_is_live_or_leaves_its_sentence_out(
    reading: Reading, desk: Desk
):
    facts = reading.library.facts
    with_slots = [entry for entry in reading.library.published if _slots(entry)]
    assert with_slots
    for entry in with_slots:
        answer = await desk.open(entry.id)
        assert answer is not None
        known = {slot for slot in _slots(entry) if slot.startswith("figure:") or facts.figure_for(slot)}
        assert {figure.slot for figure in answer.figures} == known, entry.id
        shown = f"{answer.body}\n{answer.more}"
        assert "{" not in shown, entry.id
        assert all(figure.text in shown and short_date(figure.as_of) in figure.text for figure in answer.figures)


def test_every_figure_is_dated_and_none_from_a_day_to_come(reading: Reading):
    for figure in reading.library.facts.figures.values():
        assert figure.as_of <= max(today(utc_now), TODAY), figure.id


def test_the_large_lrts_have_a_price_a_rate_and_a_yield(reading: Reading):
    facts = reading.library.facts
    for symbol in ("weETH", "ezETH", "pufETH", "rsETH", "rswETH", "uniETH"):
        for kind in ("price", "rate", "premium", "apr"):
            assert facts.has_live(kind, symbol), f"{kind}:{symbol}"
        assert facts.has_live("tvl", facts.tokens[symbol].protocol), symbol


def test_a_rebasing_token_has_a_price_and_says_why_it_has_no_rate(reading: Reading):
    facts = reading.library.facts
    for symbol in ("eETH", "stETH"):
        assert facts.has_live("price", symbol)
        assert not facts.has_live("premium", symbol)
        assert "rebases" in facts.tokens[symbol].rebases


def test_ether_itself_is_priced_because_premiums_are_reckoned_in_it(reading: Reading):
    assert reading.library.facts.has_live("price", "ETH")


def test_what_a_rate_takes_for_granted_is_one_short_sentence(reading: Reading):
    for token in reading.library.facts.tokens.values():
        for sentence in filter(None, (token.rate_assumes, token.rebases)):
            assert re.fullmatch(r"[A-Za-z][^\n]{40,139}\.", sentence), token.symbol
            assert not re.search(r"[.!?] [A-Z]", sentence), token.symbol


def test_every_yield_says_how_it_is_reckoned(reading: Reading):
    for token in reading.library.facts.tokens.values():
        assert bool(token.yield_method) is token.has_live("apr"), token.symbol


def test_what_is_said_of_the_ways_out_carries_its_year(reading: Reading):
    for protocol in reading.library.facts.protocols.values():
        for sentence in re.split(r"(?<=\.) (?=[A-Z])", protocol.exit_note) if protocol.exit_note else ():
            assert re.search(r"\b20\d\d\b", sentence), sentence


def test_the_moderators_example_of_a_token_is_read_without_a_problem():
    page = (KNOWLEDGE / "README.md").read_text(encoding="utf-8")
    (example,) = [block for block in re.findall(r"```\n(.*?)```", page, re.DOTALL) if block.startswith("[")]
    problems = Problems()
    facts = read_facts({"tokens.toml": example}, problems, thorough=True)
    assert problems.sorted() == ()
    for kind in ("price", "rate", "premium", "apr"):
        assert facts.has_live(kind, "weETH"), kind


# Each heading of the text that the product began with, as it stands there and as a member would ask it, with the
# entries any of which fits.
SEED = {
    "How Restaking Derivatives Work": (
        "how do restaking derivatives work",
        {"how-restaking-works", "what-is-restaking", "what-is-an-lrt"},
    ),
    "Leading LRT protocols compared": (
        "how do the leading lrt protocols compare",
        {"lrt-protocols-compared"},
    ),
    "Live LRT and ETH pricing": (
        "what are the live prices of eth and the lrts",
        {"lrt-price-now", "eth-price-now"},
    ),
    "Where Yield Comes From": ("where does the yield come from", {"where-yield-comes-from"}),
    "The Risk of Slashing": (
        "what is the risk of slashing",
        {"what-is-slashing", "avs-slashing", "unique-stake", "who-bears-slashing-losses"},
    ),
    "Managing Exposure": ("how do i manage my exposure", {"managing-exposure", "diversification"}),
    "How to pick an LRT strategy": ("how should i pick an lrt strategy", {"choosing-a-strategy"}),
    "Conservative: Base Protocol Yield": (
        "what is the conservative strategy with base protocol yield",
        {"conservative-strategy"},
    ),
    "Aggressive: Leveraged Yield Farming": (
        "how does aggressive leveraged yield farming work",
        {"aggressive-strategy", "looping"},
    ),
    "Balanced: Diversified Operator Sets": (
        "what is a balanced strategy with diversified operator sets",
        {"balanced-strategy", "diversification"},
    ),
    "Key Takeaways": (
        "what are the key takeaways for choosing an lrt strategy",
        {"choosing-a-strategy", "managing-exposure", "is-restaking-safe", "what-is-restaking"},
    ),
    "Frequently asked: what to check next": (
        "what should i check next before i restake",
        {"managing-exposure", "choosing-a-strategy", "audits", "is-restaking-safe", "about-this-bot"},
    ),
    "What will 1 ETH be worth in 2026?": ("eth worth 2026", {"eth-price-forecast"}),
    "Is Ethereum going to break $5,000?": ("will eth break 5k", {"will-eth-break-5000"}),
    "Is restaking safe for long-term holding?": ("is it safe to hold restaked eth long term", {"is-restaking-safe"}),
}
SEED_QUESTIONS = [(question, fitting) for heading, (asked, fitting) in SEED.items() for question in (heading, asked)]


@pytest.mark.parametrize(("question", "fitting"), SEED_QUESTIONS, ids=[question for question, _ in SEED_QUESTIONS])
async def test_every_heading_of_the_seed_text_reaches_a_fitting_entry(question: str, fitting: set[str], desk: Desk):
    answer = await desk.ask(Question(question))
    assert fitting & {answer.entry, *(choice.entry for choice in answer.choices)}


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("What will 1 ETH be worth in 2026?", "eth-price-forecast"),
        ("Is Ethereum going to break $5,000?", "will-eth-break-5000"),
        ("Is restaking safe for long-term holding?", "is-restaking-safe"),
    ],
)
async def test_the_frequently_asked_questions_are_answered_at_once(question: str, entry: str, desk: Desk):
    assert (await desk.ask(Question(question))).entry == entry


@pytest.mark.parametrize("entry", sorted({entry for _, fitting in SEED.values() for entry in fitting}))
def test_the_entries_that_fit_are_published(entry: str, desk: Desk):
    assert entry in {published.id for published in desk.library.published}
