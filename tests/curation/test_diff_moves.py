"""What counts as a loss, question by question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering import Answer, Choice, Outcome, RankedEntry
from bot.curation.moves import Case, Change, Move, Origin, Phrasing, Reached, change_of

ENTRIES = st.sampled_from(["apple", "pear", "plum"])


def answer(entry, *, outcome="answer", offered=()):
    return Reached(outcome, entry, tuple(offered), (entry,), "a phrasing")


def choices(*offered):
    return Reached("choices", None, offered, offered, "a phrasing")


def nothing(*ranked):
    return Reached("no_answer", None, (), ranked)


CASE = Case("is it sweet", Origin.RECORDED, ("apple",), "questions/dev.md:3")
OFF_TOPIC = Case("who won the match", Origin.RECORDED, (), "questions/dev.md:9")


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (answer("apple"), answer("pear"), Change.LOST),
        (answer("apple"), choices("pear", "apple"), Change.LOST),
        (answer("apple"), nothing("apple"), Change.LOST),
        (choices("apple", "pear"), answer("pear"), Change.LOST),
        (choices("apple", "pear"), choices("pear", "plum"), Change.LOST),
        (choices("apple", "pear"), nothing("pear"), Change.LOST),
        (choices("pear", "apple"), answer("pear"), Change.NEWLY_WRONG),
        (nothing("apple"), answer("pear"), Change.NEWLY_WRONG),
        (answer("apple"), choices("apple", "pear"), Change.LESS_SURE),
        (choices("apple", "pear"), choices("pear", "apple"), Change.LESS_SURE),
        (choices("apple", "pear"), nothing("apple"), Change.LESS_SURE),
        (choices("apple", "pear"), answer("apple"), Change.NEWLY_RIGHT),
        (answer("pear"), answer("apple"), Change.NEWLY_RIGHT),
        (answer("pear"), choices("apple", "pear"), Change.NEWLY_FIRST),
        (answer("pear"), nothing("apple"), Change.NO_LONGER_WRONG),
        (answer("pear"), answer("plum"), Change.MOVED),
        (nothing(), choices("pear", "plum"), Change.MOVED),
        (answer("apple"), answer("poison", outcome="safety", offered=["apple"]), Change.MOVED),
        (answer("apple"), answer("poison", outcome="safety"), Change.LOST),
        (answer("apple"), answer("apple"), None),
        (choices("apple", "pear"), choices("apple", "plum"), None),
    ],
)
def test_a_question_with_an_entry(before, after, change):
    assert change_of(CASE, before, after) is change


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (nothing(), answer("pear"), Change.NEWLY_WRONG),
        (choices("pear", "plum"), answer("pear"), Change.NEWLY_WRONG),
        (answer("pear"), nothing(), Change.NO_LONGER_WRONG),
        (nothing(), choices("pear", "plum"), Change.MOVED),
        (nothing(), nothing("pear"), None),
    ],
)
def test_an_off_topic_question_is_harmed_by_any_text_and_by_nothing_else(before, after, change):
    assert change_of(OFF_TOPIC, before, after) is change


def test_choices_that_trade_places_are_a_loss_only_to_an_entry_that_changed():
    before, after = choices("apple", "pear"), choices("pear", "apple")
    assert change_of(CASE, before, after, frozenset({"pear"})) is Change.LOST
    assert change_of(CASE, before, after, frozenset({"apple", "plum"})) is Change.LESS_SURE


def test_any_of_several_right_entries_will_do():
    case = Case("is it sweet", Origin.RECORDED, ("apple", "pear"))
    assert change_of(case, answer("apple"), answer("pear")) is Change.MOVED


reached = st.one_of(
    st.builds(answer, ENTRIES),
    st.lists(ENTRIES, min_size=2, max_size=3, unique=True).map(lambda some: choices(*some)),
    st.lists(ENTRIES, max_size=3, unique=True).map(lambda some: nothing(*some)),
)
targets = st.lists(ENTRIES, max_size=2, unique=True).map(tuple)


@given(targets, reached, reached)
def test_no_change_and_its_reverse_are_both_losses_of_the_same_entry(right, one, other):
    case = Case("is it sweet", Origin.RECORDED, right)
    lost = {Change.LOST, Change.NEWLY_WRONG}
    there, back = change_of(case, one, other), change_of(case, other, one)
    assert there is not Change.LOST or back is not Change.LOST
    assert not (there is Change.NEWLY_WRONG and back is Change.NEWLY_WRONG)
    assert (there is None) == (back is None) or lost.isdisjoint({there, back})


@given(targets, reached, reached)
def test_a_right_answer_afterwards_is_never_a_loss_and_a_newly_wrong_one_always_is(right, before, after):
    change = change_of(Case("is it sweet", Origin.RECORDED, right), before, after)
    if after.answers(right):
        assert change not in {Change.LOST, Change.NEWLY_WRONG}
    elif after.answered and not before.wrong_for(right):
        assert change in {Change.LOST, Change.NEWLY_WRONG}


@given(reached, reached)
def test_recent_questions_and_removed_phrasings_are_never_losses(before, after):
    for origin in (Origin.RECENT, Origin.REMOVED):
        assert change_of(Case("is it sweet", origin, ("apple",)), before, after) in {Change.MOVED, None}


def test_who_loses_and_who_takes():
    def move(before, after, right=("apple", "pear")):
        return Move(Change.LOST, Origin.RECORDED, "", "", right, before, after)

    assert move(answer("pear"), answer("plum")).loser == "pear"  # it had the question, though apple is the better one
    assert move(nothing(), answer("plum")).loser == "apple"
    assert move(nothing(), answer("plum"), ()).loser == "nothing"
    assert move(answer("pear"), choices("plum", "apple")).taker == "plum"
    assert move(answer("pear"), nothing("plum")).taker == "nothing"


@given(targets, reached, reached, st.booleans())
def test_a_move_is_read_back_from_its_json(right, before, after, found):
    by = Phrasing("some words", "fruit/pear.md", 7) if found else None
    move = Move(Change.LOST, Origin.RECORDED, "questions/dev.md:3", None, right, before, after, by, intended=found)
    assert Move.from_json(move.as_json()) == move


def test_an_answer_by_a_rule_was_brought_by_no_phrasing():
    first = RankedEntry("poison", 1.0, "is it poisonous", {"rule": 1.0})
    ruled = Answer(Outcome.SAFETY, "T", "B", entry="poison", candidates=(first,), choices=(Choice("apple", "Apple"),))
    assert Reached.of(ruled) == Reached("safety", "poison", ("apple",), ("poison",), "")


def test_a_button_under_a_text_answers_no_question_except_under_a_safety_card():
    offered = ("apple",)
    assert Reached("safety", "poison", offered).answers(("apple",))
    assert not Reached("answer", "pear", offered).answers(("apple",))
    assert not Reached("live", None, offered).answers(("apple",))
