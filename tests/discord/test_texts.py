"""Texts are cut where it hurts least, and ids of presses mean what they meant."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui import limits
from bot.ui.fitting import cost, fitted, tidied
from bot.ui.ids import Action, Screen, Shown, prices_id, prices_template, shown_by
from bot.ui.text import clean, cut, escape, one_line, shortened

MARK = "<t:1795348800:R>"
filler = st.text(
    st.characters(exclude_characters="<>:", exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=30
)
marked = st.lists(filler, min_size=2, max_size=6).map(MARK.join)


@given(marked, st.integers(len(MARK) + 2, 120))
def test_the_mark_of_a_moment_is_never_cut_in_half(text, room):
    for shown in (shortened(text, room), *cut(text, room), clean(text), one_line(text)):
        assert "<" not in shown.replace(MARK, "")
        assert ">" not in shown.replace(MARK, "")


def test_a_mark_in_a_name_that_a_member_chose_is_shown_as_typed():
    assert escape(f"bob {MARK}") == f"bob \\{MARK}"


@given(marked, st.integers(1, 120))
def test_nothing_is_lost_by_cutting(text, room):
    shown, rest = cut(text, room)
    whole = "".join(text.split())
    assert "".join((shown.removesuffix("…") if rest else shown).split()) + "".join(rest.split()) == whole


groups = st.lists(st.lists(st.text(max_size=200), max_size=8), max_size=6)


@given(groups, st.integers(0, 3000))
def test_fitted_lines_fit_and_keep_their_group_and_order(given_groups, room):
    kept = fitted(given_groups, room)
    assert cost(kept) <= room
    assert len(kept) == len(given_groups)
    for lines, before in zip(kept, tidied(given_groups), strict=True):
        assert len(lines) <= len(before)
        for line, whole in zip(lines, before, strict=False):
            assert whole.startswith(line.removesuffix("…"))


@given(groups)
def test_what_fits_is_left_as_it_is(given_groups):
    assert fitted(given_groups, cost(tidied(given_groups))) == tidied(given_groups)


symbols = st.from_regex(r"[A-Za-z0-9]{1,12}", fullmatch=True)
shown = (
    st.just(Shown(Screen.ALL))
    | st.builds(lambda symbol: Shown(Screen.ONE, (symbol,)), symbols)
    | st.builds(lambda symbol, days: Shown(Screen.CHART, (symbol,), days), symbols, st.integers(1, 999))
    | st.builds(
        lambda screen, several: Shown(screen, tuple(several)),
        st.sampled_from([Screen.SOME, Screen.SIDE_BY_SIDE]),
        st.lists(symbols, min_size=2, max_size=5),
    )
)


@given(shown, st.sampled_from([Action.SEE, Action.RENEW, Action.POST]))
def test_an_id_is_read_back_as_what_it_was_made_of(wanted, action):
    custom_id = prices_id(action, wanted)
    assert custom_id is not None
    assert len(custom_id) <= limits.CUSTOM_ID
    match = re.fullmatch(prices_template(action), custom_id)
    assert match is not None
    assert shown_by(match) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        Shown(Screen.ONE, ("sw.ETH",)),
        Shown(Screen.ONE, ("x" * 13,)),
        Shown(Screen.ONE, ()),
        Shown(Screen.ONE, ("a:b",)),
        Shown(Screen.SOME, tuple("abcdefghijk")),
        Shown(Screen.SIDE_BY_SIDE, ("w" * 12,) * 10),
        Shown(Screen.CHART, ("ETH",)),
    ],
)
def test_what_no_id_can_hold_gets_none(wanted):
    assert prices_id(Action.SEE, wanted) is None


@pytest.mark.parametrize(
    ("custom_id", "meant"),
    [
        ("rb1:see:all", Shown(Screen.ALL)),
        ("rb1:renew:one:ezETH", Shown(Screen.ONE, ("ezETH",))),
        ("rb1:post:side:ezETH.weETH", Shown(Screen.SIDE_BY_SIDE, ("ezETH", "weETH"))),
        ("rb1:renew:chart:ezETH:30", Shown(Screen.CHART, ("ezETH",), 30)),
    ],
)
def test_ids_that_are_out_there_keep_their_meaning(custom_id, meant):
    action = Action(custom_id.split(":")[1])
    match = re.fullmatch(prices_template(action), custom_id)
    assert match is not None
    assert shown_by(match) == meant
