import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.clauses import Clause, clauses_of, likeliest, stands_alone


def texts(message):
    return [clause.text for clause in clauses_of(message)]


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("what is slashing? how do i leave", ["what is slashing?", "how do i leave"]),
        ("what is slashing and how do i leave", ["what is slashing", "how do i leave"]),
        ("slashing risk and also exit queue", ["slashing risk", "exit queue"]),
        ("slashing risk & exit queue", ["slashing risk", "exit queue"]),
        ("what is slashing\nhow do i leave", ["what is slashing", "how do i leave"]),
        ("what is slashing, how do i leave", ["what is slashing", "how do i leave"]),
        ("profit and loss, fees and rewards", ["profit and loss, fees and rewards"]),
        ("R&D costs 1.5 or 2", ["R&D costs 1.5 or 2"]),
    ],
)
def test_a_message_is_split_where_another_question_may_begin(message, parts):
    assert texts(message) == parts


def test_words_that_only_open_a_part_are_left_out():
    assert texts("Hey. What is slashing? And also, who pays") == ["What is slashing?", "who pays"]
    assert texts("Slashing? And so the queue is long") == ["Slashing?", "the queue is long"]
    assert texts("ok, what is slashing") == ["what is slashing"]


def test_a_clause_knows_whether_it_asks_and_whether_it_is_a_whole_sentence():
    assert clauses_of("I hold a token. it fell, and why is that? stuck for days?") == [
        Clause("I hold a token.", asks=False),
        Clause("it fell", asks=False, sentence=False),
        Clause("why is that?", asks=True, sentence=False),
        Clause("stuck for days?", asks=True),
    ]


def test_of_many_clauses_those_that_ask_are_kept_in_their_order():
    told = [Clause(f"told {number}", asks=False) for number in range(20)]
    asked = [Clause(f"asked {number}?", asks=True) for number in range(2)]
    message = [*told[:10], asked[0], *told[10:15], asked[1], *told[15:]]
    assert likeliest(message, 4) == [told[0], asked[0], asked[1], told[-1]]


@pytest.mark.parametrize(
    ("part", "alone"),
    [
        ("how does that work", False),
        ("what is it", False),
        ("why", False),
        ("what is slashing", True),
        ("is it safe with ezeth", True),
        ("how long does it take until withdrawals are paid", True),
    ],
)
def test_a_part_that_points_back_and_says_little_does_not_stand_alone(part, alone):
    assert stands_alone(part.split(), {"ezeth"}) is alone


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=300))
def test_clauses_are_parts_of_the_message_in_its_order(message):
    at = 0
    for clause in clauses_of(message):
        at = message.index(clause.text, at) + len(clause.text)
    assert len(likeliest(clauses_of(message))) <= 5
