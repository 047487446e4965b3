import asyncio
import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering import Answer, Outcome, Question
from bot.answering.desk import Desk
from bot.answering.follow_up import LONGEST, FollowUps
from bot.matching.lexicon import Lexicon
from tests.answering.conftest import LOST, SURE, UNSURE, Record, ask
from tests.folders import entry_text, library_of

PHRASE = "abandon " * 11 + "about"
GARDEN = {
    "care/tulips.md": entry_text("Watering tulips", ["how do i water tulips", "do tulips need much water"]),
    "care/roses.md": entry_text("Watering roses", ["how do i water roses", "do roses need much water"]),
    "plants/roses-are.md": entry_text("Roses", ["describe a rose to me", "history of the rose"]),
}


def follow(desk: Desk, text: str, previous: str | None) -> Answer:
    return asyncio.run(desk.ask(Question(text, previous=previous)))


@pytest.fixture(scope="module")
def follow_ups(library):
    return FollowUps(library.facts, Lexicon.of(library.facts))


def meanings(follow_ups, text, previous):
    return [" ".join(one.words) for one in follow_ups.combined(text, previous)]


@pytest.mark.parametrize("text", ["and for ezeth?", "ezETH?", "what about ezeth", "same for ezeth", "or ezeth"])
def test_a_name_takes_the_place_of_a_name_of_its_kind(make_desk, text):
    answer = follow(make_desk(LOST), text, "what is rseth?")
    assert (answer.outcome, answer.entry) == (Outcome.ANSWER, "ezeth")
    assert answer.notes == ("Understood as: what is ezETH",)
    assert answer.understood == "what is ezETH"


def test_a_protocol_replaces_a_protocol_and_a_token_only_where_there_is_none(follow_ups):
    assert meanings(follow_ups, "and renzo?", "is rseth of kelp safe")[0] == "is rseth of renzo safe"
    assert meanings(follow_ups, "and renzo?", "is rseth safe")[0] == "is renzo safe"


def test_it_stands_for_the_name_that_the_question_before_said_last(follow_ups):
    assert meanings(follow_ups, "how do i withdraw from it", "is renzo safe") == ["how do i withdraw from renzo"]
    assert meanings(follow_ups, "why is it so slow", "can kelp pay me, or renzo") == ["why is renzo so slow"]
    assert meanings(follow_ups, "is it safe", "what is slashing") == []


def test_without_facts_the_new_word_is_tried_in_every_place(tmp_path):
    answer = follow(Desk(library_of(tmp_path, GARDEN), calibrations=LOST), "and for roses?", "how do I water tulips?")
    assert (answer.outcome, answer.entry) == (Outcome.ANSWER, "roses")
    assert answer.understood == "how do i water roses"


@pytest.mark.parametrize(
    "text",
    ["how long is the exit queue", "what is ezeth", "thanks", "", "and", "and so what would happen to all of my stake"],
)
def test_a_question_that_stands_alone_is_asked_alone(make_desk, text):
    desk = make_desk(UNSURE)
    assert follow(desk, text, "what is rseth?") == ask(desk, text)


def test_a_word_that_no_entry_knows_is_not_put_into_the_earlier_question(make_desk):
    answer = follow(make_desk(SURE), "and dogecoins?", "what is slashing")
    assert answer.understood == ""


def test_what_comes_to_nothing_is_asked_alone(make_desk):
    desk = make_desk(LOST)
    assert follow(desk, "and for ezeth?", "tell me about gardening near rseth") == ask(desk, "and for ezeth?")


def test_a_rule_holds_for_what_is_understood(make_desk):
    answer = follow(make_desk(LOST), "and ezeth?", "what will the price of rseth be in 2027")
    assert answer.entry == "price"


def test_what_can_name_a_person_is_not_recorded_of_the_earlier_question_either(make_desk):
    record = Record()
    desk = make_desk(SURE, recorder=record)
    follow(desk, "and for ezeth?", "i am jo.doe@example.org what is rseth")
    assert [text for text, _, _ in record.told] == ["i am what is ezeth"]


def test_a_secret_in_two_messages_is_not_put_together(make_desk):
    half = "abandon " * 8
    assert follow(make_desk(SURE), "and abandon abandon abandon about", half).understood == ""


def test_a_previous_secret_is_not_looked_at(make_desk):
    desk = make_desk(SURE)
    assert follow(desk, "and for ezeth?", PHRASE) == ask(desk, "and for ezeth?")


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=80))
def test_without_a_previous_question_there_is_no_follow_up(make_desk, text):
    desk = make_desk(UNSURE)
    answer = follow(desk, text, None)
    assert answer.understood == ""
    assert follow(desk, text, "") == answer


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=40), st.text(st.characters(), max_size=80))
def test_any_two_texts_get_an_answer(make_desk, text, previous):
    answer = follow(make_desk(UNSURE), f"and {text}", previous)
    assert answer.title
    assert answer.body
    assert bool(answer.understood) == any(note.startswith("Understood as: ") for note in answer.notes)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["rseth", "ezeth", "slashing", "fees", "is", "how", "and"]), max_size=60))
def test_the_ways_to_understand_a_follow_up_are_few(follow_ups, previous):
    assert len(follow_ups.combined("and fees", " ".join(previous))) <= 9
    assert follow_ups.combined(" ".join(["and", *["fees"] * LONGEST]), " ".join(previous)) == []


def test_an_answer_to_a_follow_up_is_otherwise_that_to_the_whole_question(make_desk):
    desk = make_desk(LOST)
    answer = follow(desk, "and for ezeth?", "what is rseth?")
    assert dataclasses.replace(answer, notes=(), understood="") == ask(desk, "what is ezeth")
