"""Where texts are compared, and what English words mean there."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.features import read
from bot.matching.lexicon import Lexicon
from bot.matching.space import Pairs, Space
from bot.matching.vectors import DIMENSIONS, shipped_vectors

LEXICON = Lexicon()
PHRASINGS = ["how do i open an account", "close my account", "what is the weather today", "will it rain tomorrow"]
OWNERS = [0, 1, 2, 2]
WORDS = st.sampled_from(["account", "open", "rain", "zzyzx", "how", "do", "money", "qwrtp", "close", "weather"])


def reading(text):
    return read(LEXICON.plain(text), LEXICON)


def space_of(texts):
    pairs = Pairs()
    for text in texts:
        pairs.add(reading(text))
    return Space.of([reading(text) for text in texts], OWNERS, pairs, shipped_vectors())


@pytest.fixture(scope="module")
def space():
    return space_of(PHRASINGS)


def cosine(one, other):
    vectors = shipped_vectors()
    return float(vectors.encode(one.split())[0] @ vectors.encode(other.split())[0])


@pytest.mark.parametrize(
    ("text", "alike", "other"),
    [
        ("how do i cancel my order", "stop my purchase", "what is the weather"),
        ("is it going to rain", "weather forecast", "open a bank account"),
        ("my card was stolen", "i lost my credit card", "what time is it"),
    ],
)
def test_texts_that_mean_the_same_are_nearer_than_others_without_sharing_their_words(text, alike, other):
    assert cosine(text, alike) > cosine(text, other) + 0.1


def test_words_outside_the_table_say_nothing():
    vector, known = shipped_vectors().encode(["zzyzx", "qwrtp"])
    assert not vector.any()
    assert known == 0


def test_the_known_share_counts_rare_words_more():
    _, with_filling_unknown = shipped_vectors().encode(["zzyzx", "the"])
    _, with_topic_known = shipped_vectors().encode(["zzyzx", "weather"])
    assert 0 < with_filling_unknown < with_topic_known < 1


@given(st.lists(WORDS, max_size=12))
def test_a_text_has_length_one_or_none_at_all(words):
    vector, known = shipped_vectors().encode(words)
    assert vector.shape == (DIMENSIONS,)
    assert float(np.linalg.norm(vector)) == pytest.approx(1 if known else 0, abs=1e-5)


def test_a_phrasing_is_most_like_itself(space):
    for at, text in enumerate(PHRASINGS):
        similarity = space.similarity(space.locate(reading(text)))
        assert similarity.argmax() == at


def test_the_kernel_holds_the_similarity_of_every_phrasing_to_every_other(space):
    kernel = space.kernel() @ np.eye(len(PHRASINGS), dtype=np.float32)
    assert np.allclose(kernel, kernel.T, atol=1e-5)
    for row, text in zip(kernel, PHRASINGS, strict=True):
        assert row.argmax() == PHRASINGS.index(text)


@given(st.lists(WORDS, min_size=1, max_size=10), st.integers(0, 10_000))
def test_folded_weights_give_a_text_the_same_sums_as_its_similarities(words, seed):
    space = space_of(PHRASINGS)
    weights = np.random.default_rng(seed).normal(size=(len(PHRASINGS), 3)).astype(np.float32)
    point = space.locate(reading(" ".join(words)))
    features, meanings = space.fold(space.kernel(), weights)
    folded = point.features.values @ features[point.features.numbers] + meanings @ point.meaning
    whole = space.index.similarity(point.features) + space.likeness(space.meanings, point)
    assert np.allclose(folded, whole @ weights, atol=1e-4)


def test_a_text_of_unknown_words_is_near_to_nothing(space):
    assert not space.similarity(space.locate(reading("zzyzx qwrtp"))).any()


def test_a_pair_of_words_counts_from_the_second_phrasing_on():
    pairs = Pairs()
    pairs.add(reading("open account account open account"))
    assert pairs.shared() == frozenset()
    pairs.add(reading("my open account"))
    assert len(pairs.shared()) == 2  # "open account" and "account" at the end
