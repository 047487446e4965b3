import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.classifier import Classifier, evidence, fit, softmax
from bot.matching.vectors import DIMENSIONS


@pytest.fixture(scope="module")
def trained(matcher):
    return matcher.trained()


def test_every_phrasing_of_the_library_finds_its_own_entry(library, trained):
    for entry in library.published:
        for question in entry.questions:
            best = max(trained.rank(question).candidates, key=lambda candidate: candidate.signals["chance"])
            assert best.entry == entry.id


def test_a_matcher_without_a_classifier_answers_at_once_and_is_left_as_it_was(matcher, trained):
    assert matcher.classifier is None
    assert not matcher.rank("what is slashing").trained
    assert trained.rank("what is slashing").trained
    assert matcher.rank("tell me of slashing").candidates[0].entry == "what-is-slashing"


def test_training_again_gives_the_same(matcher, trained):
    again = matcher.trained().classifier
    assert np.array_equal(again.weights, trained.classifier.weights)
    assert np.array_equal(again.steps, trained.classifier.steps)


def test_a_kept_classifier_ranks_as_it_did(matcher, trained):
    kept = Classifier.parse(trained.classifier.dump())
    assert matcher.taught(kept).rank("when is my eth out of the queue") == trained.rank(
        "when is my eth out of the queue"
    )


def test_a_classifier_of_another_library_is_not_taken(matcher):
    other = Classifier(np.zeros((3, 2), np.int8), np.ones(3, np.float32), np.zeros((2, DIMENSIONS), np.float32))
    assert matcher.taught(other).classifier is None


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x93NUMPY", b"not it at all", b"\x80\x04N."])
def test_bytes_that_are_no_weights_are_refused(data):
    with pytest.raises(ValueError, match="classifier"):
        Classifier.parse(data)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_weights_are_read_as_they_were_or_refused(data):
    meanings = np.zeros((2, DIMENSIONS), np.float32)
    whole = Classifier(np.arange(6, dtype=np.int8).reshape(3, 2), np.ones(3, np.float32), meanings).dump()
    if data.draw(st.booleans()):
        damaged = whole[: data.draw(st.integers(0, len(whole) - 1))]
    else:
        at, value = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 255))
        damaged = whole[:at] + bytes([value]) + whole[at + 1 :]
    try:
        read = Classifier.parse(damaged)
    except ValueError:
        return
    assert damaged == whole
    assert read.weights.tolist() == [[0, 1], [2, 3], [4, 5]]
    assert read.steps.tolist() == [1, 1, 1]
    assert not read.meanings.any()


def test_weights_tell_apart_what_can_be_told_apart():
    kernel = np.array([[1, 0.2, 0.1, 0], [0.2, 1, 0, 0.1], [0.1, 0, 1, 0.3], [0, 0.1, 0.3, 1]], np.float32)
    owners = np.array([0, 0, 1, 1], np.int32)
    assert (kernel @ fit(kernel, owners, 2)).argmax(axis=1).tolist() == owners.tolist()


def test_training_needs_something_to_train_on(matcher):
    assert Classifier.train(matcher._space, np.zeros(0, np.int32), 0) is None


@given(st.lists(st.floats(-500, 500, width=32), min_size=1, max_size=6))
def test_chances_sum_to_one_and_keep_the_order_of_the_scores(scores):
    chances = softmax(np.array(scores, np.float32))
    assert float(chances.sum()) == pytest.approx(1, abs=1e-4)
    assert all(
        chances[a] >= chances[b] for a in range(len(scores)) for b in range(len(scores)) if scores[a] >= scores[b]
    )


@given(st.floats(0, 1), st.floats(0, 1))
def test_evidence_rises_with_the_chance_from_nought_to_one(one, other):
    low, high = evidence(np.array(sorted([one, other]), np.float32))
    assert -1e-6 <= low <= high <= 1 + 1e-6


def test_certainty_is_full_evidence_and_a_slim_chance_is_none():
    assert evidence(np.array([1.0, 0.0], np.float32)).tolist() == pytest.approx([1, 0], abs=1e-6)
