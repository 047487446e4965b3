"""Names as hard evidence."""

import pytest

from bot.matching.matcher import Matcher
from bot.matching.names import Names
from tests.folders import entry_text, library_of

TOKENS = """
[appleETH]
name = "Apple"
protocol = "orchard"
kind = "LRT"
aliases = []
[pearETH]
name = "Pear"
protocol = "garden"
kind = "LRT"
aliases = []
"""
PROTOCOLS = """
[orchard]
name = "Orchard"
kind = "LRT"
aliases = []
[garden]
name = "Garden"
kind = "LRT"
aliases = []
"""


FILES = {
    "facts/tokens.toml": TOKENS,
    "facts/protocols.toml": PROTOCOLS,
    "t/exit-apple.md": entry_text("Leaving", ["how long is the exit", "leave the pool"], tokens="appleETH"),
    "t/unmarked.md": entry_text("Fees", ["what does pearETH cost", "fee of peareth", "peareth commission"]),
    "t/general.md": entry_text("Exits in general", ["how does an exit work", "is appleETH like pearETH to leave"]),
}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return library_of(tmp_path_factory.mktemp("names"), FILES)


@pytest.fixture(scope="module")
def matcher(library):
    return Matcher(library).trained()


def conflicts(library, matcher, question):
    names = Names(library.facts, matcher.lexicon)
    ordered = sorted(library.published, key=lambda one: one.id)
    for one in ordered:
        names.add(one, [matcher.read(text) for text in one.questions], matcher.read(one.answer))
    asked = names.asked(matcher.read(question))
    return {one.id for at, one in enumerate(ordered) if names.conflict(at, asked)}


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("how long is the exit", set()),
        ("how long is the exit of appleETH", {"unmarked"}),
        ("exit from orchard", {"unmarked"}),
        ("how long is the exit of pearETH", {"exit-apple"}),
        ("appleETH or pearETH, which exit is longer", set()),
    ],
)
def test_a_question_conflicts_with_entries_about_other_names_only(library, matcher, question, others):
    assert conflicts(library, matcher, question) == others


def test_an_entry_about_another_token_loses_against_a_general_one(matcher):
    asked = [candidate.entry for candidate in matcher.rank("how long is the exit of pearETH").candidates]
    plain = [candidate.entry for candidate in matcher.rank("how long is the exit").candidates]
    assert plain[0] == "exit-apple"
    score = {c.entry: c.score for c in matcher.rank("how long is the exit of pearETH").candidates}
    without = {c.entry: c.score for c in matcher.rank("how long is the exit").candidates}
    assert score["exit-apple"] < without["exit-apple"]
    assert "exit-apple" in asked


ELSEWHERE = FILES | {
    "facts/synonyms.toml": '[elsewhere]\nplaces = ["kraken", "solana"]\n',
    "t/kraken.md": entry_text("Kraken", ["does kraken pay for this", "kraken and the pool"]),
    "t/stuck.md": entry_text("Stuck", ["my withdrawal is stuck", "withdrawal pending for days"], answer="Ask Solana."),
}


@pytest.fixture(scope="module")
def with_elsewhere(tmp_path_factory):
    return Matcher(library_of(tmp_path_factory.mktemp("elsewhere"), ELSEWHERE)).trained()


@pytest.mark.parametrize(
    ("question", "entry", "conflict"),
    [
        ("my withdrawal is stuck on kraken", "stuck", 1.0),
        ("my withdrawal is stuck", "stuck", 0.0),
        ("my withdrawal is stuck on solana", "stuck", 0.0),
        ("does kraken pay me", "kraken", 0.0),
    ],
)
def test_a_name_of_another_subject_is_answered_only_by_an_entry_that_says_it(with_elsewhere, question, entry, conflict):
    signals = {c.entry: c.signals["other_name"] for c in with_elsewhere.rank(question).candidates}
    assert signals[entry] == conflict


def test_names_of_other_subjects_are_neither_mended_nor_mended_to(with_elsewhere):
    assert with_elsewhere.read("solana").words == ("solana",)
    assert with_elsewhere.read("krakem").words == ("krakem",)


def test_what_is_said_of_one_token_of_a_kind_partly_covers_another(matcher):
    signals = {c.entry: c.signals["coverage"] for c in matcher.rank("what does appleETH cost").candidates}
    foreign = {c.entry: c.signals["coverage"] for c in matcher.rank("what does zzyzx cost").candidates}
    assert signals["unmarked"] > foreign["unmarked"] > 0
