import dataclasses
import os
import subprocess
import sys
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.knowledge import Facts, Library
from bot.matching.matcher import Matcher, parts_of
from tests.folders import entry_text, library_of, write_folder
from tests.matching.conftest import ENTRIES, FACTS
from tests.work import calls_during

QUESTIONS = [
    "wats slahsing",
    "when can i get my ether back",
    "how long does an exit take",
    "how much commission do they keep",
    "is ezeth from renzo",
    "dvt?",
    "best pizza in rome",
]
SHOW = """
import sys
from datetime import date
from pathlib import Path
from bot.knowledge import read_library
from bot.matching.matcher import Matcher, parts_of
matcher = Matcher(read_library(Path(sys.argv[1]), date(2026, 11, 22)).library)
for question in sys.argv[2:]:
    ranking = matcher.rank(question)
    print(ranking.known, [(c.entry, c.score, c.question, sorted(c.signals.items())) for c in ranking.candidates])
"""


def ids(ranking):
    return [candidate.entry for candidate in ranking.candidates]


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("wats slahsing", "what-is-slashing"),
        ("WHAT IS SLASHING???", "what-is-slashing"),
        ("sl\u0430shing, ѕimple words pls", "what-is-slashing"),
        ("i want to unstake, how many days", "exit-queue"),
        ("ez-eth explained", "ezeth"),
        ("who issues EETH", "eeth"),
        ("who issues ETHx", "ethx"),
        ("whats ezETH", "ezeth"),
        ("dvt", "dvt"),
        ("which fee do i pay on rewards", "fees"),
    ],
)
def test_a_question_in_other_words_finds_its_entry(matcher, question, entry):
    assert ids(matcher.rank(question))[0] == entry


@pytest.mark.parametrize("text", ["", "   ", "😀🚀", "?!?!", "\x00", "\u200b", "الرهان", "\ud800"])
def test_a_text_without_a_word_has_no_candidate(matcher, text):
    ranking = matcher.rank(text)
    assert ranking.candidates == ()
    assert (ranking.known, ranking.content_words, ranking.exact, ranking.margin) == (0.0, 0, False, 0.0)


def test_every_listed_question_is_exact_and_first(library, matcher):
    for entry in library.published:
        for question in entry.questions:
            ranking = matcher.rank(question)
            assert ids(ranking)[0] == entry.id
            assert ranking.exact == (len(matcher.read(question).content) > 1), question


@pytest.mark.parametrize("typed", ["  What is... SLASHING?!", "wats slahsing", "what is slashings"])
def test_punctuation_slang_and_slips_leave_a_question_exact(matcher, typed):
    assert matcher.rank(typed).exact


@pytest.mark.parametrize("typed", ["what was slashing", "what is slashing then", "slashing", "is what slashing"])
def test_other_words_or_another_order_are_not_exact(matcher, typed):
    assert not matcher.rank(typed).exact


def test_a_question_that_two_entries_list_is_not_exact_for_either(tmp_path):
    files = {f"a/{name}.md": entry_text(name, ["how do i leave", f"{name} alone here"]) for name in ("one", "two")}
    ranking = Matcher(library_of(tmp_path, files)).rank("how do i leave")
    assert not ranking.exact
    assert set(ids(ranking)) == {"one", "two"}


def test_a_listed_question_is_first_even_where_another_entry_says_its_words_more_often(tmp_path):
    many = [f"the bonus claim number {number} of the week" for number in ("one", "two", "three", "four", "five")]
    files = {
        "a/loud.md": entry_text("Bonus claim", ["bonus claim", "claim bonus", "the bonus claim week", *many]),
        "a/quiet.md": entry_text("Elephants", ["the bonus claim of the week", "how tall are elephants"]),
    }
    ranking = Matcher(library_of(tmp_path, files)).rank("the bonus claim of the week")
    assert ids(ranking)[0] == "quiet"
    assert ranking.exact


def test_a_draft_is_no_candidate(matcher):
    assert "draft" not in ids(matcher.rank("what are tulips"))


def test_a_near_miss_leads_to_the_entry_it_is_sent_to(tmp_path):
    files = {
        "a/one.md": entry_text("Apples", ["where do apples grow"], not_this=["does a quince taste sour -> two"]),
        "a/two.md": entry_text("Pears", ["where do pears grow"]),
    }
    assert ids(Matcher(library_of(tmp_path, files)).rank("does a quince taste sour"))[0] == "two"


@pytest.mark.parametrize("question", QUESTIONS)
def test_scores_fall_from_one_to_nought_and_at_most_ten_are_given(matcher, question):
    ranking = matcher.rank(question)
    scores = [candidate.score for candidate in ranking.candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len(scores) <= 10
    assert 0 <= ranking.known <= 1
    assert ids(matcher.rank(question, limit=2)) == ids(ranking)[:2]


def test_every_candidate_names_one_of_its_entry_s_texts(library, matcher):
    for question in QUESTIONS:
        for candidate in matcher.rank(question).candidates:
            entry = library.entries[candidate.entry]
            assert candidate.question in {*entry.questions, entry.title}


@settings(max_examples=10, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_files_and_of_questions_in_them_changes_nothing(library, matcher, chance):
    def mixed(entry):
        return dataclasses.replace(entry, questions=tuple(chance.sample(entry.questions, len(entry.questions))))

    entries = list(library.entries.items())
    chance.shuffle(entries)
    shuffled = Library(MappingProxyType({name: mixed(entry) for name, entry in entries}), library.facts, "x")
    other = Matcher(shuffled)
    for question in QUESTIONS:
        ranking, usual = other.rank(question), matcher.rank(question)
        assert ids(ranking) == ids(usual)
        assert [one.score for one in ranking.candidates] == pytest.approx([one.score for one in usual.candidates])


def test_the_same_library_ranks_the_same_in_every_process(tmp_path):
    folder = write_folder(tmp_path, FACTS | ENTRIES)
    printed = {
        subprocess.run(
            [sys.executable, "-c", SHOW, str(folder), *QUESTIONS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1
    assert "what-is-slashing" in printed.pop()


def test_entries_that_fit_equally_well_stand_by_id(tmp_path):
    files = {f"a/{name}.md": entry_text("Green tea", ["where does green tea grow"]) for name in ("c", "a", "b")}
    ranking = Matcher(library_of(tmp_path, files)).rank("does tea grow here")
    assert ids(ranking) == ["a", "b", "c"]
    assert len({candidate.score for candidate in ranking.candidates}) == 1


def test_an_entry_about_something_else_hardly_moves_the_others(tmp_path, matcher):
    stranger = entry_text(
        "How to bake bread",
        ["how long must dough rest", "which flour makes good bread", "why did my loaf collapse"],
        "Flour, water, salt and yeast.",
    )
    other = Matcher(library_of(tmp_path, FACTS | ENTRIES | {"kitchen/bread.md": stranger}))
    for question in QUESTIONS[:-1]:
        before, after = matcher.rank(question), other.rank(question)
        assert ids(after)[0] == ids(before)[0]
        assert after.candidates[0].score == pytest.approx(before.candidates[0].score, abs=0.1)


def test_words_of_a_rule_are_not_taken_for_slips_of_other_words(tmp_path):
    files = {
        "a/one.md": entry_text("Fraud", ["who is a scammer", "was i punished"], always=["scammed / phished + my / me"]),
        "a/two.md": entry_text("Drains", ["how do i drain it"]),
    }
    matcher = Matcher(library_of(tmp_path, files))
    assert matcher.read("they phished me").words == ("they", "phished", "me")
    assert matcher.read("they phishde me").words == ("they", "phished", "me")
    assert matcher.read("i got scammed").words[-1] == "scammed"


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_any_text_can_be_ranked(matcher, text):
    ranking = matcher.rank(text)
    assert all(0 <= candidate.score <= 1 for candidate in ranking.candidates)


@pytest.mark.parametrize("piece", ["slashing ", "wen a ", "é", "😀", "x", "a\n", "zq%s "])
def test_a_hundred_thousand_characters_are_no_more_work_than_ten_thousand(matcher, piece):
    short, long = (
        "".join(piece.replace("%s", str(at)) for at in range(size // len(piece) + 1)) for size in (10_000, 100_000)
    )
    matcher.rank(short)  # fills the memories of words
    assert calls_during(lambda: matcher.rank(long)) == calls_during(lambda: matcher.rank(short))


def test_a_library_without_entries_answers_nothing():
    assert Matcher(Library(MappingProxyType({}), Facts(), "empty")).rank("what is slashing").candidates == ()


def test_the_parts_of_a_candidate_sum_to_what_it_is_ranked_by(matcher):
    for candidate in matcher.rank("tell me how long the exit queue is now").candidates:
        assert sum(parts_of(candidate.signals).values()) == pytest.approx(candidate.score, abs=1e-5)
