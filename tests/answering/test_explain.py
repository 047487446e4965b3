"""Why a question went where it went."""

import json

import pytest

from bot.answering.answers import Answer, Outcome, RankedEntry
from bot.answering.explain import explanation
from bot.matching.matcher import parts_of

SIGNALS = {"chance": 1.0, "nearest": 0.5, "coverage": 0.8, "other_name": 0.0}


def answered(*candidates, chances=(0.9, 0.95)):
    return Answer(outcome=Outcome.ANSWER, title="T", body="B", candidates=candidates, chances=chances)


def test_the_parts_add_up_to_the_score_and_a_foreign_name_counts_against_it():
    free, other = parts_of(SIGNALS), parts_of(SIGNALS | {"other_name": 1.0})
    assert sum(other.values()) < sum(free.values()) <= 1
    assert free["other_name"] == 0 > other["other_name"]


def test_it_names_the_phrasing_the_runner_up_and_the_margin_between_them():
    behind = SIGNALS | {"nearest": 0.1}
    told = explanation(
        answered(RankedEntry("first", 0.9, "the phrasing", SIGNALS), RankedEntry("second", 0.4, "another", behind))
    )
    assert told["candidates"][0]["phrasing"] == "the phrasing"
    assert told["runner_up"] == "second"
    assert told["margin"] == pytest.approx(sum(parts_of(SIGNALS).values()) - sum(parts_of(behind).values()), abs=1e-4)
    assert (told["right"], told["covered"]) == (0.9, 0.95)


def test_a_single_candidate_is_ahead_of_nothing_and_none_at_all_says_so():
    alone = explanation(answered(RankedEntry("first", 0.9, "p", SIGNALS)))
    assert alone["runner_up"] is None
    assert alone["margin"] > 0
    nothing = explanation(answered(chances=None))
    assert (nothing["margin"], nothing["right"], nothing["candidates"]) == (None, None, [])


def test_a_rule_is_named_as_what_decided():
    told = explanation(answered(RankedEntry("card", 1.0, "p", {"rule": 1.0}), chances=None))
    assert told["candidates"][0]["parts"] == {"rule": 1.0}


def test_it_is_plain_data():
    assert json.loads(json.dumps(explanation(answered(RankedEntry("first", 0.9, "p", SIGNALS)))))
