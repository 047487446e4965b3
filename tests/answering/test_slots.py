import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answers import ShownFigure
from bot.answering.slots import dated, fill, live_slots
from bot.knowledge import Facts, Figure

DAY = date(2026, 10, 2)
RENZO = Figure("renzo-tvl", "about $118 million", "118", "million USD", DAY, "DefiLlama", grade="P", live="tvl:renzo")
QUEUE = Figure("queue", "15 to 21 days", "18", "days", date(2026, 6, 29), "A forum", grade="U")
FACTS = Facts(figures={"renzo-tvl": RENZO, "queue": QUEUE})
LIVE = ShownFigure("tvl:renzo", "$121 million (22 Nov 2026, 09:15 UTC)", date(2026, 11, 22), "A provider", live=True)


def test_a_figure_stands_with_its_day():
    text, figures = fill("Renzo holds {figure:renzo-tvl}.", FACTS, {})
    assert text == "Renzo holds about $118 million (2 Oct 2026)."
    assert figures == (ShownFigure("figure:renzo-tvl", "about $118 million (2 Oct 2026)", DAY, "DefiLlama"),)


def test_a_figure_from_one_weak_source_says_so():
    assert dated(QUEUE) == "15 to 21 days (reported, 29 Jun 2026)"


@pytest.mark.parametrize("grade", ["P", "I", "N"])
def test_a_figure_from_a_better_source_does_not(grade):
    assert "reported" not in dated(Figure("x", "1 ETH", "1", "ETH", DAY, "s", grade=grade))


def test_a_live_slot_falls_back_to_the_dated_figure_and_a_live_value_goes_before_it():
    assert fill("TVL: {tvl:renzo}.", FACTS, {})[0] == "TVL: about $118 million (2 Oct 2026)."
    text, figures = fill("TVL: {tvl:renzo}.", FACTS, {"tvl:renzo": LIVE})
    assert text == "TVL: $121 million (22 Nov 2026, 09:15 UTC)."
    assert figures == (LIVE,)


def test_a_live_value_does_not_stand_in_for_a_slot_that_asks_for_the_dated_figure():
    assert "2 Oct 2026" in fill("{figure:renzo-tvl}", FACTS, {"tvl:renzo": LIVE})[0]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("One stays. {rate:rsETH} goes. Two stays.", "One stays. Two stays."),
        ("{rate:rsETH} goes. Two stays.", "Two stays."),
        ("One stays! Is {rate:rsETH} known? Two stays.", "One stays! Two stays."),
        ("Both {figure:renzo-tvl} and {rate:rsETH} go. It stays.", "It stays."),
        ("{rate:rsETH}", ""),
        ("First.\n\n{rate:rsETH} goes.\n\nLast.", "First.\n\nLast."),
        ("- One {rate:rsETH}.\n- Two.", "- Two."),
        ("- Now {rate:rsETH}. It stays.\n- Two.", "- It stays.\n- Two."),
        ("- It stays. Now {rate:rsETH}.\n- Two.", "- It stays.\n- Two."),
    ],
)
def test_a_sentence_whose_value_is_unknown_goes_with_it(text, kept):
    shown, figures = fill(text, FACTS, {})
    assert shown == kept
    assert figures == ()


def test_decimals_and_brackets_do_not_end_a_sentence():
    assert fill("It was 1.5 ETH, or {rate:rsETH}. After.", FACTS, {})[0] == "After."


def test_each_figure_is_listed_once_in_the_order_of_the_text():
    _, figures = fill("{figure:queue}, {tvl:renzo}, {figure:queue}.", FACTS, {})
    assert [figure.slot for figure in figures] == ["figure:queue", "tvl:renzo"]


def test_a_text_without_slots_stays_as_it_is():
    text = "A line.\n\n- one\n- two\n\nAn end with {braces} and 5 words."
    assert fill(text, FACTS, {}) == (text, ())


def test_the_slots_that_can_be_fetched_are_named_once_and_dated_ones_are_not():
    assert live_slots("{tvl:renzo} {figure:queue} {rate:rsETH} {tvl:renzo}") == ("tvl:renzo", "rate:rsETH")


words = st.text("abc ", max_size=12)
figures = st.builds(
    lambda at, say, day, grade: Figure(f"f{at}", say, "1", "u", day, "s", grade=grade),
    st.integers(0, 3),
    st.from_regex(r"\A(about )?\$?[0-9]{1,4}(\.[0-9]{1,2})?( million| ETH|%)?\Z"),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.sampled_from("PINU"),
)
pieces = st.lists(
    st.one_of(
        words, st.sampled_from(["{figure:f0}", "{figure:f1}", "{figure:f2}", "{tvl:x}", ". A", "\n", "\n\n", "- "])
    ),
    max_size=12,
)


@given(pieces, st.lists(figures, max_size=4))
def test_no_digit_comes_out_of_a_slot_without_a_date_beside_it(pieces, known):
    facts = Facts(figures={figure.id: figure for figure in known})
    text, _ = fill("".join(pieces), facts, {})
    assert "{" not in text
    for figure in facts.figures.values():
        text = text.replace(f"{figure.say} ({'reported, ' if figure.grade == 'U' else ''}{english(figure.as_of)})", "")
    assert not re.search(r"\d", text)


def english(day):
    return f"{day.day} {day:%b} {day.year}"
