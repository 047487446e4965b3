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
        names.add(one, [matcher.read(text) for text in one.questions])
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
