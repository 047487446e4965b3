import dataclasses

import pytest

from bot.curation.calibrate import FALSE_ANSWERS_LIMIT, fit
from bot.errors import KnowledgeError
from bot.knowledge import RecordedQuestion
from bot.matching.decision import Calibrations, Decision, decide
from bot.matching.matcher import Candidate, Matcher, Ranking
from tests.curation.conftest import FRUIT


class Ranks:
    """Gives every question the ranking it was made for, as if a classifier had its part in it."""

    classifier = True

    def __init__(self, rankings):
        self._rankings = rankings

    def rank(self, question):
        return self._rankings[question]


def ranking_of(entry, score, *, exact=False):
    others = ("b", "c", "d")
    signals = {"coverage": score, "nearest": score}
    candidates = [Candidate(entry, score, "q", signals), *(Candidate(name, score * 0.3, "q", {}) for name in others)]
    return Ranking(tuple(candidates), score, 3, exact)


def recorded(question, *entries):
    return RecordedQuestion(question, entries, "questions/dev.md", 1)


def separable():
    """Covered questions score from 0.6, off-topic ones up to 0.3: a threshold between them is right for all."""
    rankings, questions = {}, []
    for at in range(40):
        covered = f"covered {at}"
        rankings[covered] = ranking_of("a", 0.6 + 0.01 * at)
        questions.append(recorded(covered, "a"))
        foreign = f"foreign {at}"
        rankings[foreign] = ranking_of("a", 0.3 - 0.007 * at)
        questions.append(recorded(foreign))
    return rankings, questions


def test_thresholds_separate_what_can_be_separated():
    rankings, questions = separable()
    calibration = fit(Ranks(rankings), questions)
    calibrations = Calibrations(calibration, calibration)
    for one in questions:
        decision = decide(rankings[one.question], calibrations).decision
        assert decision is (Decision.NO_ANSWER if one.off_topic else Decision.ANSWER)


def test_where_the_best_is_often_wrong_but_among_three_it_asks_back():
    rankings = {f"q{at}": ranking_of("a", 0.5) for at in range(40)} | {
        f"off{at}": ranking_of("a", 0.1) for at in range(40)
    }
    questions = [recorded(f"q{at}", "a" if at % 2 else "b") for at in range(40)]
    questions += [recorded(f"off{at}") for at in range(40)]
    calibration = fit(Ranks(rankings), questions)
    calibrations = Calibrations(calibration, calibration)
    assert decide(ranking_of("a", 0.5), calibrations).decision is Decision.CHOICES
    assert decide(ranking_of("a", 0.1), calibrations).decision is Decision.NO_ANSWER


def test_the_limit_on_false_answers_is_kept_even_where_many_right_answers_are_lost():
    rankings = {f"q{at}": ranking_of("a", 0.5) for at in range(200)} | {
        f"off{at}": ranking_of("a", 0.5) for at in range(10)
    }
    questions = [recorded(f"q{at}", "a") for at in range(200)] + [recorded(f"off{at}") for at in range(10)]
    calibration = fit(Ranks(rankings), questions)
    answered = decide(ranking_of("a", 0.5), Calibrations(calibration, calibration)).decision is Decision.ANSWER
    assert FALSE_ANSWERS_LIMIT < 1
    assert not answered


def test_the_same_questions_give_the_same_calibration_in_any_order():
    rankings, questions = separable()
    first = fit(Ranks(rankings), questions)
    assert fit(Ranks(rankings), questions) == first
    turned = fit(Ranks(rankings), questions[::-1])
    assert turned.right == pytest.approx(first.right, rel=1e-6)
    assert (turned.answer_from, turned.choices_from) == (first.answer_from, first.choices_from)


def test_questions_that_an_entry_lists_teach_nothing():
    rankings, questions = separable()
    first = fit(Ranks(rankings), questions)
    rankings |= {f"listed {at}": ranking_of("a", 0.01, exact=True) for at in range(30)}
    assert fit(Ranks(rankings), questions + [recorded(f"listed {at}", "a") for at in range(30)]) == first


def test_without_a_question_to_learn_from_there_is_one_sentence():
    with pytest.raises(KnowledgeError, match="add some"):
        fit(Ranks({"x": dataclasses.replace(ranking_of("a", 1.0), exact=True)}), [recorded("x", "a")])


def test_a_fit_on_a_real_library_answers_more_of_its_questions_than_of_foreign_ones(library):
    matcher = Matcher(library)
    questions = [recorded(f"do {name} grow on a {name} tree", name) for name in FRUIT]
    questions += [recorded(f"is one {name} heavy or sweet", name) for name in FRUIT]
    questions += [
        recorded(text) for text in ("where is the station", "is my bus late", "how heavy is a car", "grow up")
    ]
    calibration = fit(matcher, questions)
    calibrations = Calibrations(calibration, calibration)
    kinds = {True: 0, False: 0}
    for one in questions:
        ranking = matcher.rank(one.question)
        kinds[one.off_topic] += decide(ranking, calibrations).decision is Decision.ANSWER
    assert kinds[False] >= 6
    assert kinds[True] == 0
