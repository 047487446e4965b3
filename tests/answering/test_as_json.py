import json

import pytest

from bot.answering.as_json import answer_as_json
from tests.answering.conftest import LOST, SURE, UNSURE, ask

KEYS = {"question", "outcome", "entry", "candidates", "text", "sources", "figures", "caveats", "elapsed_ms"}
"""What the contract of the command line names."""
QUESTIONS = ["what is slashing", "days to withdraw", "support sent me a dm", "what is rseth", "", "\ud800 slashing é"]


@pytest.mark.parametrize("calibration", [SURE, UNSURE, LOST])
@pytest.mark.parametrize("question", QUESTIONS)
def test_an_object_has_the_keys_of_the_contract_and_values_that_json_knows(make_desk, calibration, question):
    answer = ask(make_desk(calibration), question)
    table = json.loads(json.dumps(answer_as_json(question, answer, 1.23456)))
    assert set(table) >= KEYS
    assert table["question"] == question
    assert table["outcome"] in {"answer", "choices", "no_answer", "live", "safety"}
    assert table["entry"] == answer.entry
    assert table["elapsed_ms"] == 1.235
    assert len(table["candidates"]) <= 10
    scores = [candidate["score"] for candidate in table["candidates"]]
    assert all(0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)
    assert all(set(candidate) == {"entry", "score", "question"} for candidate in table["candidates"])


def test_the_text_is_the_body_under_its_banners(make_desk):
    table = answer_as_json("q", ask(make_desk(), "what is rseth"), 0.0)
    assert table["text"] == "Transfers of rsETH are paused since 18 April 2026.\n\nrsETH is the token of Kelp."


def test_sources_figures_and_caveats_carry_their_dates(make_desk):
    table = answer_as_json("q", ask(make_desk(), "days to withdraw"), 0.0)
    assert table["sources"] == [{"date": "2026-07-14", "name": "A book about it", "url": None, "supports": ""}]
    assert table["figures"] == [
        {
            "slot": "apr:ETH",
            "text": "about 9 days (2 Oct 2026)",
            "as_of": "2026-10-02",
            "source": "A dashboard",
            "live": False,
        }
    ]


def test_candidates_are_given_whatever_the_outcome(make_desk):
    tables = [answer_as_json("q", ask(make_desk(kind), "slashing queue"), 0.0) for kind in (SURE, UNSURE, LOST)]
    assert [table["outcome"] for table in tables] == ["answer", "choices", "no_answer"]
    assert all(table["candidates"] for table in tables)
