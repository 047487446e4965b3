"""Cards of protocols and of the strategy guide stay within Discord's limits, whatever they hold, and their ids mean
what they meant.
"""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering import Choice, ShownFigure
from bot.answering.protocols import ProtocolTable, ProtocolText
from bot.answering.strategy import Asked, Explained, Given
from bot.knowledge.guide import GuideQuestion, Option
from bot.ui.ids import Action, answers_in, guide_id, guide_template, plain_template, protocols_template
from bot.ui.layout import ALONE, PRIVATE, PUBLIC, SHARED, posted
from bot.ui.protocols import behind_card, protocol_card, protocols_card
from bot.ui.strategy import question_card, result_card
from tests.discord.test_quote_cards import NOW, judge, lines, many, prose, words

names = st.sampled_from(["kelp", "ether.fi", "x" * 90, "a:b", "A1"]) | prose
deposits = st.none() | prose.map(lambda said: ShownFigure("tvl:a", said, NOW.date(), "S", live=True))
factors = st.lists(st.tuples(prose, prose), max_size=12).map(tuple)
protocols = st.builds(
    ProtocolText, names, prose, st.booleans(), lines, prose, prose, factors, prose, deposits, prose, lines
)
several = st.lists(protocols, max_size=40).map(tuple)
tables = st.builds(ProtocolTable, st.lists(protocols, max_size=4).map(tuple), several)
places = st.sampled_from([ALONE, PRIVATE, SHARED, PUBLIC]) | prose.map(posted)

ids = st.from_regex(r"[a-z0-9]{1,8}(?:-[a-z0-9]{1,8}){0,1}", fullmatch=True)
options = st.lists(st.builds(Option, ids, prose, prose), min_size=1, max_size=40, unique_by=lambda one: one.id)
questions = st.builds(GuideQuestion, ids, prose, options.map(tuple), prose)
asked = st.builds(Asked, prose, prose, questions, st.integers(1, 3), st.just(3), st.lists(ids, max_size=3).map(tuple))
given_answers = st.lists(st.builds(Given, prose, prose, prose, prose, prose), max_size=5).map(tuple)
choices = st.lists(st.builds(Choice, names, prose), max_size=30).map(tuple)
results = st.builds(Explained, prose, prose, prose, many, many, given_answers, prose, choices, lines)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(tables, places)
def test_any_table_of_protocols_fits(table, place):
    judge(protocols_card(table, place))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(protocols, st.lists(protocols, max_size=7), places)
def test_any_protocol_and_any_behind_tokens_fit(one, found, place):
    judge(protocol_card(one, place))
    judge(behind_card(found, place))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(asked, results)
def test_any_question_and_any_explanation_fit(question, result):
    judge(question_card(question))
    judge(result_card(result))


@settings(max_examples=50, deadline=None, derandomize=True)
@given(results)
def test_that_it_is_no_advice_stands_under_the_title_whatever_else_is_cut(result):
    assert "\n**This is no advice.**" in words(result_card(replace(result, notice="This is no advice.")))


def test_a_table_without_protocols_says_so():
    assert "There is no protocol here to compare." in words(protocols_card(ProtocolTable(), PRIVATE))


@given(st.lists(ids, max_size=3))
def test_the_answers_in_an_id_are_those_it_was_made_of(answers):
    made = guide_id(answers)
    assert made is not None
    match = re.fullmatch(guide_template(), made)
    assert match is not None
    assert answers_in(match) == tuple(answers)


@pytest.mark.parametrize("answers", [["a.b"], ["a:b"], ["A"], [""], ["a" * 60, "b" * 60], ["ä"]])
def test_answers_that_no_id_can_hold_get_none(answers):
    assert guide_id(answers) is None


@pytest.mark.parametrize(
    ("custom_id", "template", "groups"),
    [
        ("rb1:guide", guide_template(), {"answers": None}),
        ("rb1:guide:need.month", guide_template(), {"answers": "need.month"}),
        ("rb1:again", plain_template(Action.AGAIN), {}),
        ("rb1:protocols", protocols_template(Action.PROTOCOLS), {"protocol": None}),
        ("rb1:protocols:kelp", protocols_template(Action.PROTOCOLS), {"protocol": "kelp"}),
        ("rb1:post-protocols:kelp", protocols_template(Action.POST_PROTOCOLS), {"protocol": "kelp"}),
        ("rb1:protocol:0", plain_template(Action.PROTOCOL), {}),
    ],
)
def test_ids_that_are_out_there_keep_their_meaning(custom_id, template, groups):
    match = re.fullmatch(template, custom_id)
    assert match is not None
    assert match.groupdict() == groups


def test_no_id_of_one_kind_is_read_as_another():
    kinds = [guide_template(), protocols_template(Action.PROTOCOLS), protocols_template(Action.POST_PROTOCOLS)]
    kinds += [plain_template(Action.PROTOCOL), plain_template(Action.AGAIN)]
    for custom_id in ("rb1:guide:a.b", "rb1:protocols:a", "rb1:post-protocols:a", "rb1:protocol:0", "rb1:again"):
        assert sum(re.fullmatch(kind, custom_id) is not None for kind in kinds) == 1
