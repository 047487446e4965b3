"""Similarities that are multiplied without being written out, held against the written-out ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching import kernel as kernels
from bot.matching.classifier import STIFFNESS, fit, softmax
from bot.matching.index import IndexBuilder
from bot.matching.kernel import Kernel, Levels

SHARES = (0.6, 0.4)
kind = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.1, 3), max_size=6)
texts = st.lists(st.tuples(st.tuples(kind, kind), st.integers(0, 3)), min_size=1, max_size=8)


def build(owned):
    builder = IndexBuilder(SHARES)
    for features, owner in owned:
        builder.add(features, owner)
    return builder.build()


def written_out(index):
    """The vectors of all texts over all features, as the index holds them, of shape (texts, features)."""
    vectors = np.zeros((index.size, len(index.offsets) - 1))
    for feature in range(vectors.shape[1]):
        span = slice(index.offsets[feature], index.offsets[feature + 1])
        vectors[index.documents[span], feature] = index.weights[span]
    return vectors


@pytest.fixture(params=[0, 1, 2, 100], ids="dense from {}".format)
def frequent(request, monkeypatch):
    """Features in more texts than this are dense: from all of them to none."""
    monkeypatch.setattr(kernels, "FREQUENT", request.param)


@pytest.mark.usefixtures("frequent")
def test_multiplying_is_what_the_written_out_similarities_give():
    @settings(max_examples=100)
    @given(texts, st.integers(0, 10_000))
    def holds(owned, seed):
        index, numbers = build(owned), np.random.default_rng(seed)
        beside = numbers.normal(size=(index.size, 2)).astype(np.float32)
        weights = numbers.normal(size=(index.size, 3)).astype(np.float32)
        scaled = written_out(index) * np.sqrt(np.array(SHARES)[index.kinds])
        whole = scaled @ scaled.T + beside @ beside.T
        kernel = Kernel.of(index, beside)
        assert len(kernel) == index.size
        assert np.allclose(kernel @ weights, whole @ weights, atol=1e-4)
        assert np.allclose(kernel.by_feature_of(weights), written_out(index).T @ weights, atol=1e-4)

    holds()


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 10_000))
def test_levels_multiply_as_the_matrix_they_were_made_of(rows, columns, seed):
    numbers = np.random.default_rng(seed)
    matrix = np.where(numbers.random((rows, columns)) < 0.5, numbers.normal(size=(rows, columns)), 0).astype(np.float32)
    held = np.argwhere(matrix).astype(np.int32)
    numbers.shuffle(held)
    levels = Levels.of(held[:, 0], held[:, 1], matrix[held[:, 0], held[:, 1]], rows)
    other = numbers.normal(size=(columns, 2)).astype(np.float32)
    assert np.allclose(levels.times(other), matrix @ other, atol=1e-5)


def loss(kernel, owners, weights):
    scores = kernel @ weights
    chances = softmax(scores)[np.arange(len(owners)), owners]
    return float(-np.log(chances).sum() + (weights * scores).sum() / (2 * STIFFNESS))


@pytest.mark.parametrize(("entries", "each"), [(2, 2), (2, 30), (3, 10), (20, 6), (60, 5)])
def test_the_weights_come_near_to_the_best_that_plain_descent_finds_in_a_thousand_steps(entries, each):
    numbers = np.random.default_rng(7)
    centres = numbers.normal(size=(entries, 12))
    rows = np.repeat(centres, each, axis=0) + 0.7 * numbers.normal(size=(entries * each, 12))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    kernel, owners = (rows @ rows.T).astype(np.float32), np.repeat(np.arange(entries), each).astype(np.int32)
    best = np.zeros((len(owners), entries), np.float32)
    target = np.eye(entries, dtype=np.float32)[owners]
    step = 1 / (0.5 * np.linalg.eigvalsh(kernel)[-1] + 1 / STIFFNESS)
    for _ in range(1000):
        best -= step * (softmax(kernel @ best) - target + best / STIFFNESS)
    start, found = loss(kernel, owners, best * 0), loss(kernel, owners, fit(kernel, owners, entries))
    assert start - found >= 0.9 * (start - loss(kernel, owners, best))
