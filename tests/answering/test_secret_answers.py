import json
import logging

import pytest

from bot.answering import Answer, Outcome
from bot.answering.as_json import answer_as_json
from bot.answering.desk import Desk
from tests.answering.conftest import ENTRIES, FACTS, Record, ask
from tests.answering.phrases import LENGTHS, phrase
from tests.folders import entry_text, library_of

KEY = "4c0883a69102937d6231471b5dbb6204fe512961708279c2e3a5f1c4b8d7e6f0"
ANSWER_WORDS = 3
"""Words of a phrase that may stand in our own sentences by chance."""


class Forbidden:
    """Stands where nothing may be asked."""

    def __getattr__(self, name):
        raise AssertionError(f"{name} was asked for")


@pytest.mark.parametrize("words", LENGTHS)
@pytest.mark.parametrize("shape", ["{}", "what is slashing? my phrase is {}", "support asked in a dm: {}"])
def test_nothing_of_a_phrase_is_matched_recorded_logged_or_repeated(make_desk, caplog, words, shape):
    caplog.set_level(logging.DEBUG)
    record = Record()
    desk = make_desk(recorder=record, live=Forbidden())
    desk.edition.matcher = Forbidden()
    for seed in range(3):
        secret = phrase(words, seed)
        text = shape.format(secret)
        answer = ask(desk, text)
        assert (answer.outcome, answer.private) == (Outcome.SAFETY, True)
        assert answer.candidates == answer.choices == ()
        printed = json.dumps(answer_as_json(text, answer, 1.0))
        for said in (repr(answer), printed, caplog.text):
            assert secret not in said
            assert len(set(secret.split()) & set(said.split())) <= ANSWER_WORDS
    assert record.told == []


@pytest.mark.parametrize("text", [KEY, f"0x{KEY}", f"is {KEY.upper()} my key"])
def test_nothing_of_a_key_is_matched_recorded_logged_or_repeated(make_desk, caplog, text):
    caplog.set_level(logging.DEBUG)
    record = Record()
    desk = make_desk(recorder=record, live=Forbidden())
    desk.edition.matcher = Forbidden()
    answer = ask(desk, text)
    assert (answer.outcome, answer.private) == (Outcome.SAFETY, True)
    assert KEY[:8] not in (repr(answer) + json.dumps(answer_as_json(text, answer, 1.0)) + caplog.text).lower()
    assert record.told == []


def test_every_secret_gets_the_same_first_steps(make_desk):
    desk = make_desk()
    assert len({ask(desk, phrase(12, seed)).body for seed in range(5)} | {ask(desk, KEY).body}) == 1


def test_first_steps_come_from_their_entry_where_there_is_one(tmp_path):
    entry = entry_text("Delete it", ["i posted my phrase"], "Step one. It took {figure:queue}.", related="rseth")
    desk = Desk(library_of(tmp_path, FACTS | ENTRIES | {"safety/leaked-secret.md": entry}))
    answer = ask(desk, phrase(24, 1))
    assert (answer.entry, answer.title, answer.private) == ("leaked-secret", "Delete it", True)
    assert answer.body == "Step one. It took about 9 days (2 Oct 2026)."
    assert [choice.entry for choice in answer.related] == ["rseth"]


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_an_unpublished_entry_gives_no_first_steps(tmp_path, status):
    entry = entry_text("Delete it", ["i posted my phrase"], "Not yet reviewed.", status=status)
    answer = ask(Desk(library_of(tmp_path, FACTS | {"safety/leaked-secret.md": entry})), phrase(24, 1))
    assert answer.entry is None
    assert "Not yet reviewed" not in answer.body
    assert "move what is in it" in answer.body


def test_a_question_about_a_phrase_that_holds_none_is_an_ordinary_question(make_desk):
    record = Record()
    answer = ask(make_desk(recorder=record), "what is slashing, and what are twelve words for")
    assert answer.private is False
    assert len(record.told) == 1


def test_json_of_a_private_answer_holds_no_question():
    answer = Answer(Outcome.SAFETY, "t", "b", private=True)
    assert answer_as_json("typed", answer, 0.0)["question"] == ""


@pytest.mark.parametrize("text", [KEY, phrase(12, 2), f"what is slashing {phrase(12, 3)}"])
def test_nothing_is_suggested_for_a_secret(make_desk, text):
    desk = make_desk()
    desk.edition._suggester = Forbidden()
    assert desk.suggest(text) == []


def test_a_secret_leaves_no_trace_in_what_a_desk_remembers(make_desk):
    desk = make_desk()
    secret = phrase(12, 4)
    for end in range(1, len(secret) + 1):
        desk.suggest(secret[:end])
    ask(desk, secret)
    ask(desk, f"what is slashing {secret}")
    remembered = [name for name, value in vars(desk).items() if secret in repr(value)]
    assert remembered == []
    assert set(secret.split()) & set(desk.matcher.speller._memory) == set()
