import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.decision import (
    FEATURES,
    Calibration,
    Calibrations,
    Decision,
    chance,
    comparable_scores,
    decide,
    features_of,
    shipped_calibrations,
)
from bot.matching.matcher import Candidate, Ranking

share = st.floats(0, 1)
weights = st.lists(st.floats(-8, 8), min_size=len(FEATURES) + 1, max_size=len(FEATURES) + 1).map(tuple)
calibrations = st.builds(Calibration, weights, weights, share, share)


def both(calibration):
    return Calibrations(calibration, calibration)


STRENGTH = {Decision.NO_ANSWER: 0, Decision.CHOICES: 1, Decision.ANSWER: 2}


def ranking_of(scores, known=1.0, words=3, *, exact=False):
    candidates = [
        Candidate(f"entry-{at}", score, "a question", {"coverage": score, "nearest": score})
        for at, score in enumerate(sorted(scores, reverse=True))
    ]
    return Ranking(tuple(candidates), known, words, exact)


rankings = st.builds(
    ranking_of, st.lists(st.floats(0.001, 1), max_size=6), share, st.integers(0, 40), exact=st.booleans()
)


def flat(right, covered):
    """A calibration by which the chances are `right` and `covered` whatever the ranking."""
    nothing = (0.0,) * len(FEATURES)
    return Calibration(
        (math.log(right / (1 - right)), *nothing), (math.log(covered / (1 - covered)), *nothing), 0.8, 0.5
    )


@pytest.mark.parametrize(
    ("right", "covered", "decision"),
    [
        (0.9, 0.95, Decision.ANSWER),
        (0.81, 0.1, Decision.ANSWER),
        (0.79, 0.95, Decision.CHOICES),
        (0.1, 0.51, Decision.CHOICES),
        (0.1, 0.49, Decision.NO_ANSWER),
    ],
)
def test_the_chances_are_held_against_their_thresholds(right, covered, decision):
    assert decide(ranking_of([0.5, 0.4]), both(flat(right, covered))).decision is decision


def test_one_candidate_is_no_choice():
    assert decide(ranking_of([0.5]), both(flat(0.1, 0.9))).decision is Decision.NO_ANSWER


def test_a_question_typed_as_it_is_listed_is_answered_however_unlikely_it_seems():
    verdict = decide(ranking_of([1.0, 0.9], exact=True), both(flat(0.01, 0.01)))
    assert verdict.decision is Decision.ANSWER
    assert min(verdict.right, verdict.covered) >= 0.99


def test_nothing_found_is_declined():
    verdict = decide(Ranking((), 0.0, 0), flat(0.99, 0.99))
    assert (verdict.decision, verdict.right, verdict.covered) == (Decision.NO_ANSWER, 0.0, 0.0)


@given(rankings, calibrations, st.floats(0, 5))
def test_a_better_chance_never_makes_the_decision_weaker(ranking, calibration, more):
    def raised(values):
        return (values[0] + more, *values[1:])

    better = dataclasses.replace(calibration, right=raised(calibration.right), covered=raised(calibration.covered))
    before, after = decide(ranking, both(calibration)), decide(ranking, both(better))
    assert STRENGTH[after.decision] >= STRENGTH[before.decision]
    assert after.right >= before.right
    assert after.covered >= before.covered


@given(rankings, calibrations, share, share)
def test_a_higher_threshold_never_makes_the_decision_stronger(ranking, calibration, answer_from, choices_from):
    stricter = dataclasses.replace(
        calibration,
        answer_from=max(answer_from, calibration.answer_from),
        choices_from=max(choices_from, calibration.choices_from),
    )
    assert STRENGTH[decide(ranking, both(stricter)).decision] <= STRENGTH[decide(ranking, both(calibration)).decision]


@given(weights, st.lists(st.floats(-100, 100), min_size=len(FEATURES), max_size=len(FEATURES)))
def test_a_chance_lies_between_nought_and_one_for_any_numbers(values, features):
    assert 0 < chance(values, features) < 1


@given(rankings, calibrations)
def test_comparable_scores_keep_the_order_and_lie_between_nought_and_one(ranking, calibration):
    verdict = decide(ranking, both(calibration))
    scores = [comparable_scores(ranking, verdict)[candidate.entry] for candidate in ranking.candidates]
    assert all(0 <= score <= 1 for score in scores)
    assert scores == sorted(scores, reverse=True)
    if scores:
        assert scores[0] == pytest.approx(verdict.covered)


def test_a_better_covered_question_has_the_higher_score():
    ranking = ranking_of([0.5, 0.25])
    low, high = (comparable_scores(ranking, decide(ranking, both(flat(0.1, covered)))) for covered in (0.3, 0.7))
    assert high["entry-0"] == pytest.approx(0.7)
    assert high["entry-1"] == pytest.approx(0.35)
    assert all(low[entry] < high[entry] for entry in low)


def test_features_are_the_best_score_and_how_far_it_stands_out():
    named = dict(zip(FEATURES, features_of(ranking_of([0.5, 0.4, 0.3, 0.1], known=0.75, words=3)), strict=True))
    assert named["score"] == 0.5
    assert named["margin"] == pytest.approx(0.1)
    assert named["gap"] == pytest.approx(0.4)
    assert named["known"] == 0.75
    assert named["coverage"] == 0.5
    assert named["length"] == pytest.approx(math.log(4))


def test_features_of_nothing_are_nought():
    assert set(features_of(Ranking((), 0.0, 0))) == {0.0}


def test_a_ranking_without_a_classifier_is_judged_by_its_own_calibration():
    calibrations = Calibrations(trained=flat(0.9, 0.9), untrained=flat(0.1, 0.1))
    trained, untrained = (dataclasses.replace(ranking_of([0.5, 0.4]), trained=trained) for trained in (True, False))
    assert decide(trained, calibrations).decision is Decision.ANSWER
    assert decide(untrained, calibrations).decision is Decision.NO_ANSWER


@given(calibrations, calibrations)
def test_calibrations_are_read_as_they_were_written_to_four_places(trained, untrained):
    read = Calibrations.parse(Calibrations(trained, untrained).dump())
    for found, written in ((read.trained, trained), (read.untrained, untrained)):
        assert found.right == pytest.approx(written.right, abs=6e-5)
        assert found.covered == pytest.approx(written.covered, abs=6e-5)
        assert found.answer_from == pytest.approx(written.answer_from, abs=6e-5)
        assert found.choices_from == pytest.approx(written.choices_from, abs=6e-5)


@pytest.mark.parametrize("trained", [True, False])
def test_the_shipped_calibrations_have_a_weight_for_every_feature_and_decline_what_hardly_fits(trained):
    poor = dataclasses.replace(ranking_of([0.02, 0.019, 0.018], known=0.1), trained=trained)
    shipped = shipped_calibrations().of(poor)
    assert len(shipped.right) == len(shipped.covered) == len(FEATURES) + 1
    assert 0 < shipped.choices_from < 1
    assert 0 < shipped.answer_from < 1
    assert decide(poor, shipped_calibrations()).decision is Decision.NO_ANSWER
