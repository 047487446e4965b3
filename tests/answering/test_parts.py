import asyncio

import pytest

from bot.answering import Choice, Outcome, Question
from bot.answering.answers import RankedEntry
from bot.answering.as_json import answer_as_json
from bot.answering.deciding import SAFETY
from bot.answering.desk import Desk
from bot.answering.parts import LONG, MOST_ANSWERED, OFFERED_FROM, STORY, Heard, picked_from
from bot.matching.clauses import Clause
from bot.matching.decision import Decision, Verdict
from tests.answering.conftest import LOST, SURE, UNSURE, Record, ask
from tests.folders import entry_text, library_of

CHATTER = "I was away for some weeks and my old machine broke, so I have not read a single thing in this channel. "


def heard(*entries, decision=Decision.ANSWER, right=0.95):
    ranked = tuple(RankedEntry(entry, right - at / 10, "q") for at, entry in enumerate(entries))
    return Heard(Verdict(decision, right, right), ranked)


def unsure(*entries, right=0.4):
    return heard(*entries, decision=Decision.CHOICES, right=right)


def lost(*entries):
    return heard(*entries, decision=Decision.NO_ANSWER, right=0.1)


def asks(text="?"):
    return Clause(text, asks=True)


TELLS = Clause("so it goes.", asks=False)


def test_two_sure_parts_answer_the_first_and_offer_the_second():
    picked = picked_from(unsure("c", "a", "b"), [(asks(), heard("a", "c")), (asks(), heard("b"))])
    assert (picked.entry, picked.offered) == ("a", ("b",))
    assert [candidate.entry for candidate in picked.candidates[:2]] == ["a", "b"]


def test_a_list_of_many_questions_is_asked_back_about_rather_than_answered_by_its_first():
    several = [(asks(), heard(name)) for name in "abcd"]
    assert picked_from(unsure("a"), several[:MOST_ANSWERED]).entry == "a"
    picked = picked_from(unsure("a"), several)
    assert (picked.entry, picked.offered) == (None, ("a", "b", "c"))


def test_two_parts_about_the_same_entry_are_one_question():
    picked = picked_from(heard("a"), [(asks(), heard("a")), (asks(), heard("a"))])
    assert (picked.entry, picked.offered) == ("a", ())


def test_a_nearly_sure_question_is_offered_beside_an_answer_but_a_mere_statement_is_not():
    near = unsure("b", right=OFFERED_FROM)
    assert picked_from(heard("a"), [(asks(), heard("a")), (asks(), near)]).offered == ("b",)
    assert picked_from(heard("a"), [(asks(), heard("a")), (TELLS, near)]).offered == ()


@pytest.mark.parametrize(("length", "entry"), [(LONG, None), (LONG + 1, "a")])
def test_one_sure_sentence_answers_for_a_long_message_only(length, entry):
    parts = [(asks(), heard("a")), (TELLS, lost("b"))]
    assert picked_from(lost("b"), parts, length).entry == entry


def test_a_piece_of_a_sentence_does_not_answer_for_the_whole_message():
    piece = Clause("what does it cost", asks=True, sentence=False)
    assert picked_from(lost("b"), [(piece, heard("a")), (TELLS, lost("b"))], STORY + 1).entry is None


@pytest.mark.parametrize(("length", "entry"), [(STORY, "a"), (STORY + 1, None)])
def test_a_whole_story_answers_only_what_one_of_its_questions_asks(length, entry):
    parts = [(TELLS, unsure("a")), (asks(), unsure("b"))]
    assert picked_from(heard("a", "b"), parts, length).entry == entry


def test_unsure_questions_about_different_entries_are_the_choices():
    picked = picked_from(unsure("c", "d", "e"), [(asks(), unsure("a")), (asks(), unsure("b"))])
    assert (picked.entry, picked.offered) == (None, ("a", "b", "c"))


@pytest.mark.parametrize("parts", [[], [(asks(), heard("a", right=0.7)), (asks(), heard("b", right=0.99))]])
def test_scores_never_rise_from_one_candidate_to_the_next(parts):
    scores = [candidate.score for candidate in picked_from(heard("c", "b", "a"), parts).candidates]
    assert scores == sorted(scores, reverse=True)


# Through the desk


def test_two_listed_questions_in_one_message_are_an_answer_and_a_button_that_json_shows(make_desk):
    asked = "What is slashing? And how long is the exit queue?"
    answer = ask(make_desk(LOST), asked)
    assert (answer.outcome, answer.entry) == (Outcome.ANSWER, "what-is-slashing")
    assert answer.choices == (Choice("exit-queue", "How long the exit queue is"),)
    assert answer.notes == ("You also asked: How long the exit queue is",)
    assert answer_as_json(asked, answer, 0.0)["choices"] == [
        {"entry": "exit-queue", "title": "How long the exit queue is"}
    ]


@pytest.mark.parametrize("times", [1, 2, 10])
def test_a_question_inside_a_long_message_is_found(make_desk, times):
    answer = ask(make_desk(LOST), f"{CHATTER * times}How long is the exit queue? {CHATTER * times}")
    assert (answer.outcome, answer.entry) == (Outcome.ANSWER, "exit-queue")


def test_safety_comes_first_in_a_message_of_several_questions_and_the_others_are_offered(make_desk, library):
    answer = ask(make_desk(LOST), "support sent me a dm. what is slashing? how long is the exit queue?")
    assert (answer.outcome, library.entries[answer.entry].topic) == (Outcome.SAFETY, SAFETY)
    assert [choice.entry for choice in answer.choices] == ["what-is-slashing", "exit-queue"]


# Chatter and other languages


@pytest.mark.parametrize("calibration", [SURE, UNSURE, LOST])
@pytest.mark.parametrize("text", ["gm", "thanks!", "lol nice", "ok cool", "this is great"])
def test_chatter_gets_no_answer_and_is_not_recorded_as_a_question(make_desk, calibration, text):
    record = Record()
    answer = ask(make_desk(calibration, recorder=record), text)
    assert (answer.outcome, answer.entry, answer.choices) == (Outcome.NO_ANSWER, None, ())
    assert answer.title == "Ask me a question"
    assert record.told == []


@pytest.mark.parametrize("calibration", [SURE, UNSURE, LOST])
@pytest.mark.parametrize(
    "text", ["¿qué es slashing?", "was ist slashing und wie lange dauert die queue", "slashing nedir"]
)
def test_other_languages_in_latin_letters_are_told_that_answers_are_in_english(make_desk, calibration, text):
    answer = ask(make_desk(calibration), text)
    assert (answer.outcome, answer.entry, answer.choices) == (Outcome.NO_ANSWER, None, ())
    assert "English" in answer.title


def test_what_an_entry_lists_is_answered_in_whatever_words(tmp_path):
    files = {"a/gm.md": entry_text("GM", ["gm"]), "a/que.md": entry_text("Que", ["que es el slashing"])}
    desk = Desk(library_of(tmp_path, files), calibrations=SURE)
    assert ask(desk, "GM!").entry == "gm"
    assert ask(desk, "¿Qué es el slashing?").entry == "que"


def test_a_question_keeps_its_previous_one_to_itself(make_desk):
    record = Record()
    asyncio.run(make_desk(LOST, recorder=record).ask(Question("what is slashing", previous="my secret hobby")))
    assert [text for text, _, _ in record.told] == ["what is slashing"]
