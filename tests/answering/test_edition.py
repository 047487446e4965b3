"""What is served is exchanged in one step, and what was served before is let go of."""

import asyncio
import gc
import weakref

import pytest

from bot.answering import Outcome, Question
from bot.answering.desk import Desk
from bot.answering.edition import Edition
from bot.answering.frozen import Frozen
from tests.answering.conftest import library_of

ENTRY = """---
status: published
reviewed: 2026-11-01
---
# {title}

## Questions
- {question}

## Answer
{answer}

## Sources
- 2026-10-01 A page
"""


def entry(title: str, question: str, answer: str) -> str:
    return ENTRY.format(title=title, question=question, answer=answer)


BEFORE = {"yield/rewards.md": entry("Rewards", "where do rewards come from", "From before.")}
AFTER = {"yield/rewards.md": entry("Rewards", "where do rewards come from", "From after.")}
TWO = BEFORE | {"risk/slashing.md": entry("Slashing", "can my stake be slashed", "It can.")}


def asked(desk: Desk, question: str = "where do rewards come from"):
    return asyncio.run(desk.ask(Question(question)))


def test_another_edition_answers_from_the_next_question_on(tmp_path):
    desk = Desk(library_of(tmp_path / "a", BEFORE))
    assert asked(desk).body == "From before."
    desk.take(Edition(library_of(tmp_path / "b", AFTER)))
    assert asked(desk).body == "From after."


def test_a_question_under_way_is_answered_by_the_edition_that_it_was_asked(tmp_path):
    slow = {"yield/rewards.md": entry("Rewards", "where do rewards come from", "It is {price:ETH} now. From before.")}
    facts = {
        "facts/tokens.toml": '[ETH]\nname = "Ether"\ncoingecko = "ethereum"\n',
        "facts/figures.toml": '[eth]\nsay = "$2,000"\nvalue = "2000"\nunit = "USD"\nas_of = 2026-10-01\nsource = "A"\n'
        'live = "price:ETH"\n',
    }
    desk = Desk(library_of(tmp_path / "a", slow | facts))

    class Waiting:
        async def figures(self, slots):
            desk.take(
                Edition(library_of(tmp_path / "b", {"risk/other.md": entry("Other", "what else is there", "x.")}))
            )
            await asyncio.sleep(0)
            return {}

    desk.edition.live = Waiting()
    answer = asked(desk)
    assert answer.entry == "rewards"
    assert "From before." in answer.body
    assert "other" in desk.library.entries


def test_an_edition_that_is_served_no_more_is_gone_without_a_garbage_collection(tmp_path):
    desk = Desk(library_of(tmp_path / "a", BEFORE))
    asked(desk)
    desk.suggest("where do")
    gone = weakref.ref(desk.edition), weakref.ref(desk.matcher), weakref.ref(desk.edition._suggester)
    gc.collect()
    gc.disable()
    try:
        desk.take(Edition(library_of(tmp_path / "b", AFTER)))
        assert [one() for one in gone] == [None, None, None]
    finally:
        gc.enable()


@pytest.mark.parametrize("frozen", [Frozen(everything=True), Frozen(entries=frozenset({"rewards"}))])
def test_a_frozen_entry_says_so_however_it_is_reached(tmp_path, frozen):
    desk = Desk(library_of(tmp_path, TWO))
    desk.freeze(frozen)
    opened = asyncio.run(desk.open("rewards"))
    for answer in (asked(desk), opened):
        assert answer.outcome is Outcome.NO_ANSWER
        assert "on hold" in answer.title
        assert "From before" not in answer.body + answer.more
        assert not answer.sources
    assert asked(desk).candidates[0].entry == "rewards"


def test_a_question_that_is_on_hold_is_not_recorded_as_one_without_an_answer(tmp_path):
    told = []

    class Told:
        def asked(self, text, answer, question):
            told.append(text)

    desk = Desk(library_of(tmp_path, TWO), recorder=Told())
    asked(desk)
    desk.freeze(Frozen().with_entry("rewards"))
    assert asked(desk).remembered == ""
    assert len(told) == 1


def test_others_answer_while_one_is_frozen_and_the_frozen_one_comes_back(tmp_path):
    desk = Desk(library_of(tmp_path, TWO))
    desk.freeze(Frozen().with_entry("rewards"))
    assert asked(desk, "can my stake be slashed").body == "It can."
    desk.freeze(desk.frozen.without("rewards"))
    assert asked(desk).body == "From before."


def test_a_frozen_entry_is_not_offered_as_a_choice(tmp_path):
    desk = Desk(library_of(tmp_path, TWO))
    question = "rewards or slashed"
    desk.edition._judge.decide = lambda text, reading: offering("rewards", "slashing")
    assert [choice.entry for choice in asked(desk, question).choices] == ["rewards", "slashing"]
    desk.freeze(Frozen().with_entry("rewards"))
    assert [choice.entry for choice in asked(desk, question).choices] == ["slashing"]
    desk.freeze(desk.frozen.with_entry("slashing"))
    assert "on hold" in asked(desk, question).title


def offering(*entries: str):
    from bot.answering.deciding import Decided

    return Decided(Outcome.CHOICES, None, entries, ())


def test_what_is_frozen_stays_so_when_another_edition_is_taken_over(tmp_path):
    desk = Desk(library_of(tmp_path / "a", BEFORE))
    desk.freeze(Frozen(everything=True))
    desk.take(Edition(library_of(tmp_path / "b", AFTER)))
    assert "on hold" in asked(desk).title


def test_first_steps_after_a_leaked_phrase_are_told_even_while_everything_is_frozen(tmp_path):
    desk = Desk(library_of(tmp_path, BEFORE))
    desk.freeze(Frozen(everything=True))
    answer = asked(desk, " ".join(["abandon"] * 11 + ["about"]))
    assert answer.outcome is Outcome.SAFETY
    assert answer.private
