import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.index import IndexBuilder

SHARES = (0.6, 0.4)
HALF = 2**-11
"""Weights are kept in half precision: eleven bits."""
kind = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.1, 3), max_size=6)
document = st.tuples(kind, kind)
documents = st.lists(st.tuples(document, st.integers(0, 3)), max_size=7)
question = st.tuples(*[st.dictionaries(st.sampled_from("abcdefghxyz"), st.floats(0.1, 3), max_size=6)] * 2)


def build(owned, shares=SHARES):
    builder = IndexBuilder(shares)
    for features, owner in owned:
        builder.add(features, owner)
    return builder.build()


def similarities(index, asked):
    return index.similarity(index.encode(asked)).tolist()


def dense_similarities(owned, asked, shares=SHARES):
    """The same by the textbook: every vector written out over every feature, and cosines of these."""
    result = [0.0] * len(owned)
    entries = len({owner for _, owner in owned}) or 1
    for at, share in enumerate(shares):
        features = sorted({name for doc, _ in owned for name in doc[at]} | set(asked[at]))
        rarity = {}
        for name in features:
            holders = len({owner for doc, owner in owned if name in doc[at]})
            rarity[name] = math.log(1 + entries / (holders or 0.5))
        query = [asked[at].get(name, 0.0) * rarity[name] for name in features]
        for number, (doc, _) in enumerate(owned):
            vector = [doc[at].get(name, 0.0) * rarity[name] for name in features]
            lengths = math.hypot(*query) * math.hypot(*vector)
            product = sum(one * other for one, other in zip(query, vector, strict=True))
            result[number] += share * product / lengths if lengths else 0.0
    return result


@settings(max_examples=300)
@given(documents, question)
def test_similarities_are_those_of_dense_vectors(owned, asked):
    assert similarities(build(owned), asked) == pytest.approx(dense_similarities(owned, asked), abs=HALF)


@given(documents, question)
def test_similarities_lie_between_nought_and_one(owned, asked):
    assert all(0 <= value <= 1 + HALF for value in similarities(build(owned), asked))


@given(documents, question, st.randoms(use_true_random=False))
def test_the_order_of_the_documents_changes_no_similarity(owned, asked, chance):
    order = list(range(len(owned)))
    chance.shuffle(order)
    shuffled = similarities(build([owned[at] for at in order]), asked)
    straight = similarities(build(owned), asked)
    assert shuffled == pytest.approx([straight[at] for at in order], abs=HALF)


def test_a_document_is_like_itself_and_unlike_one_it_shares_nothing_with():
    owned = [(({"a": 1.0, "b": 2.0}, {"q": 1.0}), 0), (({"c": 1.0}, {"r": 1.0}), 1)]
    assert similarities(build(owned), owned[0][0]) == pytest.approx([1.0, 0.0], abs=HALF)


def test_a_feature_of_one_kind_is_not_one_of_the_other():
    assert similarities(build([(({"a": 1.0}, {}), 0)]), ({}, {"a": 1.0})) == [0.0]


def test_more_phrasings_of_an_entry_do_not_make_its_words_common():
    owned = [(({"a": 1.0}, {}), 0), (({"a": 1.0, "b": 1.0}, {}), 1)]
    asked = ({"a": 1.0, "b": 1.0}, {})
    alone = similarities(build(owned), asked)
    repeated = similarities(build([*owned, owned[1], owned[1]]), asked)
    assert repeated[:2] == pytest.approx(alone, abs=HALF)


def test_words_nobody_knows_make_a_question_less_like_everything():
    index = build([(({"a": 1.0}, {}), 0)])
    assert similarities(index, ({"a": 1.0, "x": 1.0}, {}))[0] < similarities(index, ({"a": 1.0}, {}))[0]


def test_nothing_is_like_nothing():
    assert similarities(build([]), ({"a": 1.0}, {})) == []
    assert similarities(build([(({"a": 1.0}, {}), 0)]), ({}, {})) == [0.0]
