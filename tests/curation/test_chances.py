import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.curation.chances import BINS, auroc, reliability, risk_coverage

CHANCES = st.floats(0, 1)
QUESTIONS = st.lists(st.tuples(CHANCES, st.booleans()), max_size=60)
FEW = settings(max_examples=60)


# Reliability


def test_a_bot_that_is_certain_and_right_is_off_by_nothing():
    assert reliability([(1.0, True)] * 5 + [(0.0, False)] * 3).error == 0


def test_a_bot_that_is_certain_and_wrong_is_off_by_everything():
    assert reliability([(1.0, False)] * 5).error == 1


def test_a_bot_that_is_right_as_often_as_it_says_is_off_by_nothing():
    assert reliability([(0.75, True)] * 3 + [(0.75, False)] + [(0.25, True)] + [(0.25, False)] * 3).error == 0


def test_the_error_is_the_gap_of_the_bins_by_their_questions():
    # Three questions at 0.9 of which all are right (gap 0.1), one at 0.5 that is wrong (gap 0.5).
    found = reliability([(0.9, True)] * 3 + [(0.5, False)])
    assert found.error == pytest.approx((3 * 0.1 + 1 * 0.5) / 4)
    assert found.total == 4


def test_an_empty_bin_states_nothing_and_counts_for_nothing():
    found = reliability([(0.05, False)])
    assert [one.stated for one in found.bins] == [0.05] + [None] * 9
    assert {one.gap for one in found.bins[1:]} == {0.0}
    assert found.bins[1].as_json() == {"low": 0.1, "high": 0.2, "n": 0, "stated": None, "right": None}


def test_no_question_is_off_by_nothing():
    assert (reliability([]).error, reliability([]).total) == (0.0, 0)


@FEW
@given(QUESTIONS)
def test_every_question_is_in_the_bin_of_its_chance(questions):
    found = reliability(questions)
    assert len(found.bins) == BINS
    assert found.total == len(questions)
    assert sum(one.right.hits for one in found.bins) == sum(right for _, right in questions)
    for one in found.bins:
        if one.stated is not None:
            assert one.low - 1e-9 <= one.stated <= one.high + 1e-9


@FEW
@given(QUESTIONS)
def test_the_error_is_at_most_one_and_at_least_how_far_the_whole_is_off(questions):
    error = reliability(questions).error
    assert 0 <= error <= 1
    if questions:
        mean = sum(chance for chance, _ in questions) / len(questions)
        assert error >= abs(mean - sum(right for _, right in questions) / len(questions)) - 1e-9


# Risk and coverage


def test_the_curve_goes_from_the_surest_question_to_all_of_them():
    curve = risk_coverage([(0.2, False), (0.9, True), (0.5, True), (0.7, False)]).curve
    assert curve == ((0.25, 0.0), (0.5, 0.5), (0.75, pytest.approx(1 / 3)), (1.0, 0.5))


def test_the_area_is_the_mean_risk_over_all_coverages():
    assert risk_coverage([(0.9, True), (0.8, False)]).area == pytest.approx((0 + 1 / 2) / 2)
    assert risk_coverage([(0.9, False), (0.8, True)]).area == pytest.approx((1 + 1 / 2) / 2)


def test_questions_with_the_same_chance_share_their_risk():
    assert risk_coverage([(0.5, True), (0.5, False)]).risks == (0.5, 0.5)


def test_of_no_question_there_is_no_curve_and_no_area():
    nothing = risk_coverage([])
    assert (nothing.curve, nothing.area, nothing.least) == ((), 0.0, 0.0)


@FEW
@given(QUESTIONS, st.randoms())
def test_the_order_in_which_questions_are_recorded_changes_nothing(questions, random):
    shuffled = random.sample(questions, len(questions))
    assert risk_coverage(shuffled).risks == pytest.approx(risk_coverage(questions).risks)


@FEW
@given(QUESTIONS.filter(bool))
def test_the_curve_ends_at_the_share_that_is_wrong_and_no_order_is_better_than_the_faultless_one(questions):
    found = risk_coverage(questions)
    assert found.risks[-1] == pytest.approx(sum(not right for _, right in questions) / len(questions))
    assert found.least <= found.area + 1e-9
    assert all(0 <= risk <= 1 for risk in found.risks)
    assert risk_coverage([(float(right), right) for _, right in questions]).area == pytest.approx(found.least)


@FEW
@given(QUESTIONS.filter(bool))
def test_only_the_order_of_the_chances_counts(questions):
    halved = [(chance / 2, right) for chance, right in questions]
    if len({chance for chance, _ in halved}) == len({chance for chance, _ in questions}):
        assert risk_coverage(halved).risks == risk_coverage(questions).risks


# AUROC


@pytest.mark.parametrize(
    ("covered", "off_topic", "expected"),
    [([0.9, 0.8], [0.1, 0.2], 1.0), ([0.1], [0.9], 0.0), ([0.5], [0.5], 0.5), ([0.9, 0.3], [0.5], 0.5)],
)
def test_covered_questions_above_off_topic_ones_are_counted_in_pairs(covered, off_topic, expected):
    assert auroc(covered, off_topic) == expected


def test_without_one_side_nothing_can_be_told_apart():
    assert auroc([], [0.5]) is None
    assert auroc([0.5], []) is None


@FEW
@given(st.lists(CHANCES, min_size=1, max_size=30), st.lists(CHANCES, min_size=1, max_size=30))
def test_changing_sides_turns_the_area_over(one, other):
    assert auroc(one, other) + auroc(other, one) == pytest.approx(1)
    assert auroc(one, one) == pytest.approx(0.5)
