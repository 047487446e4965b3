"""The knowledge that is shipped: sound, large enough and dated."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.answering.desk import Desk
from bot.answering.numerals import short_date
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


def test_no_file_has_a_problem(reading: Reading) -> None:
    _, recorded = read_recorded(KNOWLEDGE, reading.library.entries)
    assert [str(problem) for problem in (*reading.problems, *recorded)] == []


def test_at_least_a_hundred_and_fifty_entries_are_published(reading: Reading) -> None:
    assert len(reading.library.published) >= 150


def test_every_published_entry_is_asked_in_three_ways_and_nine_in_ten_of_them_in_eight(reading: Reading) -> None:
    ways = {entry.id: len(entry.questions) for entry in reading.library.published}
    assert {name for name, count in ways.items() if count < 3} == set()
    assert sum(count >= 8 for count in ways.values()) >= 0.9 * len(ways)


def test_every_published_entry_has_dated_sources_and_a_review(reading: Reading) -> None:
    for entry in reading.library.published:
        assert entry.sources, entry.id
        assert all(isinstance(source.when, date) for source in entry.sources), entry.id
        assert entry.reviewed is not None, entry.id


async def test_every_slot_shows_its_dated_figure_while_nothing_is_live_or_leaves_its_sentence_out(
    reading: Reading, desk: Desk
) -> None:
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


def test_every_figure_is_dated_and_none_from_a_day_to_come(reading: Reading) -> None:
    for figure in reading.library.facts.figures.values():
        assert figure.as_of <= max(today(utc_now), TODAY), figure.id


def test_the_large_lrts_have_a_price_a_rate_and_a_yield(reading: Reading) -> None:
    facts = reading.library.facts
    for symbol in ("weETH", "ezETH", "pufETH", "rsETH", "rswETH", "uniETH"):
        for kind in ("price", "rate", "premium", "apr"):
            assert facts.has_live(kind, symbol), f"{kind}:{symbol}"
        assert facts.has_live("tvl", facts.tokens[symbol].protocol), symbol


def test_a_rebasing_token_has_a_price_and_says_why_it_has_no_rate(reading: Reading) -> None:
    facts = reading.library.facts
    for symbol in ("eETH", "stETH"):
        assert facts.has_live("price", symbol)
        assert not facts.has_live("premium", symbol)
        assert "rebases" in facts.tokens[symbol].rebases


def test_ether_itself_is_priced_because_premiums_are_reckoned_in_it(reading: Reading) -> None:
    assert reading.library.facts.has_live("price", "ETH")


def test_what_a_rate_takes_for_granted_is_one_short_sentence(reading: Reading) -> None:
    for token in reading.library.facts.tokens.values():
        for sentence in filter(None, (token.rate_assumes, token.rebases)):
            assert re.fullmatch(r"[A-Za-z][^\n]{40,139}\.", sentence), token.symbol
            assert not re.search(r"[.!?] [A-Z]", sentence), token.symbol


def test_every_yield_says_how_it_is_reckoned(reading: Reading) -> None:
    for token in reading.library.facts.tokens.values():
        assert bool(token.yield_method) is token.has_live("apr"), token.symbol


def test_what_is_said_of_the_ways_out_carries_its_year(reading: Reading) -> None:
    for protocol in reading.library.facts.protocols.values():
        for sentence in re.split(r"(?<=\.) (?=[A-Z])", protocol.exit_note) if protocol.exit_note else ():
            assert re.search(r"\b20\d\d\b", sentence), sentence


def test_the_moderators_example_of_a_token_is_read_without_a_problem() -> None:
    page = (KNOWLEDGE / "README.md").read_text(encoding="utf-8")
    (example,) = [block for block in re.findall(r"```\n(.*?)```", page, re.DOTALL) if block.startswith("[")]
    problems = Problems()
    facts = read_facts({"tokens.toml": example}, problems, thorough=True)
    assert problems.sorted() == ()
    for kind in ("price", "rate", "premium", "apr"):
        assert facts.has_live(kind, "weETH"), kind
