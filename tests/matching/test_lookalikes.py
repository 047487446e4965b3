"""Names one slip apart: right, asked back or declined, but never the other token's answer."""

import string
from pathlib import Path

import pytest

from bot.knowledge import read_library
from bot.matching.decision import Decision, calibrations_of, decide
from bot.matching.matcher import Matcher
from tests.folders import TODAY

FRAMES = ("what is {}", "how do i withdraw {}", "is {} safe")
NAMES = ("ezeth", "eeth", "ethx", "rseth", "rsweth", "reth", "weeth", "weth", "unieth", "eigenlayer", "eigen")


@pytest.fixture(scope="module")
def library():
    return read_library(Path(__file__).parents[2] / "knowledge", TODAY).library


@pytest.fixture(scope="module")
def matcher(library):
    return Matcher(library).trained()


def slips(word):
    """Every text one insertion, deletion, substitution or swap of neighbours away."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    inserted = {head + letter + tail for head, tail in cuts for letter in string.ascii_lowercase}
    replaced = {head + letter + tail[1:] for head, tail in cuts if tail for letter in string.ascii_lowercase}
    deleted = {head + tail[1:] for head, tail in cuts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    return sorted((inserted | replaced | deleted | swapped) - {word})


def meant(library, *names):
    """The names and everything of the same protocols."""
    families = {}
    for token in library.facts.tokens.values():
        families.setdefault(token.protocol.lower() or token.symbol.lower(), set()).add(token.symbol.lower())
    found = set(names)
    for protocol, tokens in families.items():
        if found & {protocol, *tokens}:
            found |= {protocol, *tokens}
    return found


@pytest.mark.parametrize("name", NAMES)
def test_no_slip_of_a_name_is_answered_with_what_is_about_another(library, matcher, name):
    calibrations = calibrations_of(library)
    known = {symbol.lower() for symbol in library.facts.tokens} | set(library.facts.protocols)
    wrong = []
    for typed in [name, *slips(name)]:
        legitimate = meant(library, name, *({typed} & known))
        for frame in FRAMES:
            ranking = matcher.rank(frame.format(typed))
            if decide(ranking, calibrations).decision is Decision.ANSWER:
                entry = library.entries[ranking.candidates[0].entry]
                about = {said.lower() for said in (*entry.tokens, *entry.protocols)}
                if about and not about & legitimate:
                    wrong.append((frame.format(typed), entry.id))
    assert wrong == []


@pytest.mark.parametrize("question", ["what is liquid restaking", "liquid restaking on eigenlayer or with an lrt"])
def test_a_name_with_two_meanings_brings_up_the_entry_that_tells_them_apart(matcher, question):
    first = [candidate.entry for candidate in matcher.rank(question, 3).candidates]
    assert {"native-vs-lst-restaking", "what-is-an-lrt"} & set(first)


@pytest.mark.parametrize("question", ["what is unifi", "unifi puffer rollup"])
def test_unifi_is_never_taken_for_unieth(library, matcher, question):
    ranking = matcher.rank(question)
    if decide(ranking, calibrations_of(library)).decision is Decision.ANSWER:
        assert "uniETH" not in library.entries[ranking.candidates[0].entry].tokens
