"""Past incidents, step by step, with the exact message that a member would have seen."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering import Outcome
from tests.doubles.evm import Chain  # skips these tests where there is no EVM
from tests.doubles.incidents import EZETH_2024, RSETH_2025, RSETH_2026, SERIES, WBETH_2025, WSTETH_2026

from .incident_messages import MESSAGES
from .replay import Replay, Told

assert Chain
CHARTED = (7, 90)
"""Days of the charts that are looked at."""
ROOT = Path(__file__).parents[2]
TIME = re.compile(r"^(\d+ [A-Z][a-z]{2} \d{4}, \d\d:\d\d UTC)\n", re.MULTILINE)


def messages(series):
    """The expected messages by their time, with the banner and that time filled in."""
    banner, *parts = TIME.split(MESSAGES[series.name].strip())
    return {
        now: text.strip().replace("BANNER", banner.strip()).replace("NOW", now)
        for now, text in zip(parts[::2], parts[1::2], strict=True)
    }


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    """Gives what was said in each step of a series, played once, or in its first steps under other circumstances."""
    played: dict[str, list[Told]] = {}

    async def run(series, **circumstances):
        with Replay(series, tmp_path_factory.mktemp("replay"), **circumstances) as replay:
            return [told async for _, told in replay.steps()]

    def told(series, steps=None, **circumstances):
        name = f"{series.name} {steps} {circumstances}"
        if name not in played:
            first = replace(series, steps=series.steps[:steps])
            charts = CHARTED if first == series else (7,)
            played[name] = asyncio.run(run(first, charts=charts, **circumstances))
        return played[name]

    return told


def test_every_series_is_replayed():
    assert set(MESSAGES) == {series.name for series in SERIES}


@pytest.mark.parametrize("series", SERIES, ids=lambda series: series.name)
def test_a_member_reads_exactly_this(play, series):
    expected = messages(series)
    assert len(expected) == len(series.steps)
    assert [told.message for told in play(series)] == list(expected.values())


@pytest.mark.parametrize("series", SERIES, ids=lambda series: series.name)
def test_the_order_is_banner_price_rate_and_why_there_is_no_premium(play, series):
    for step, told in zip(series.steps, play(series), strict=True):
        marks = ["!! "] if step.incident_open else []
        marks += ["ETH (DefiLlama", "Protocol-stated rate"]
        marks += ["! No premium is shown"] if step.incident_open else ["Market against that rate"]
        places = [told.message.find(mark) for mark in marks]
        assert places == sorted(places)
        assert -1 not in places


@pytest.mark.parametrize("series", SERIES, ids=lambda series: series.name)
def test_nothing_is_too_long_to_be_read_in_fright(play, series):
    for told in play(series):
        (section,) = told.view.sections
        assert len(section.lines) <= 6
        assert len(section.warnings) <= 4
        assert max(len(line) for line in (*section.lines, *section.warnings)) <= 130


@pytest.mark.parametrize("series", SERIES, ids=lambda series: series.name)
def test_a_question_is_answered_with_the_same_lines_and_every_price_with_its_time(play, series):
    for told in play(series):
        (section,) = told.view.sections
        assert told.answer.outcome is Outcome.LIVE
        assert told.answer.body == "\n".join((*section.lines, *section.warnings, *section.beside))
        assert told.answer.banners == told.view.banners
        live = [figure for figure in told.answer.figures if figure.live]
        assert {"price", "rate"} <= {figure.slot.partition(":")[0] for figure in live}
        assert all(f"<t:{int(figure.as_of.timestamp())}:R>" in figure.text for figure in live)


# 18 to 20 April 2026

HALTED = slice(2, 5)
"""From the pause until the incident was closed."""


@pytest.mark.parametrize("circumstances", [{}, {"steps": 5, "pause_told": False, "second": False, "nodes": 1}])
def test_while_rseth_is_halted_no_text_anywhere_holds_a_gap_or_calls_it_a_discount(play, circumstances):
    for told in play(RSETH_2026, **circumstances)[HALTED]:
        for place, text in told.texts().items():
            assert "%" not in text, place
            assert not re.search(r"[−-]\s?22\b|22\.[34]|discount|bargain|cheap", text), place


def test_every_reply_says_that_an_incident_is_open_and_that_the_rate_is_paused_or_frozen(play):
    for told in play(RSETH_2026)[HALTED][:2]:
        texts = told.texts()
        assert "incident open, rate paused" in texts.pop("board")
        assert '"state": "incident"' in texts["price --json"]
        assert '"state": "rate_paused"' in texts["price --json"]
        for place, text in texts.items():
            if place.endswith((", more", ", sources")):
                continue  # a second press, under the same card
            if place.startswith("page"):  # an entry with a slot
                assert "1.0680 ETH per rsETH, paused" in text, place
            else:
                assert re.search("incident at Kelp is open|an incident is open", text, re.IGNORECASE), place
                assert re.search("rate (is |_)(paused|frozen)", text) or "rate_paused" in text, place
            assert "Check Kelp's official channels" in text, place


def test_the_rate_counts_as_frozen_after_three_days(play):
    held = [[one.value for one in told.view.quotes[0].held] for told in play(RSETH_2026)]
    assert held == [[], [], ["incident", "rate_paused"], ["incident", "rate_paused", "rate_frozen"], ["incident"], []]


def test_the_yield_is_held_back_while_the_incident_is_open_and_its_dated_figure_too(play):
    steps = list(zip(RSETH_2026.steps, play(RSETH_2026), strict=True))
    for step, told in steps:
        joined = "\n".join(told.texts().values())
        assert ("2.48%" in joined) is not step.incident_open
        assert "3.1% a year" not in joined
        assert told.page.body.endswith("It has done so for long.")


@pytest.mark.parametrize("days", CHARTED)
def test_the_chart_after_the_incident_does_not_bring_the_gap_back(play, days):
    (chart,) = [one for one in play(RSETH_2026)[-1].charts if one.days == days]
    assert chart.picture is not None
    assert not re.search(r"22\.\d\d%", chart.text)
    assert ("no premium is drawn" in chart.text) is (days == 90)


def test_where_nobody_opened_an_incident_the_pause_alone_holds_the_gap_back(play):
    shock, low = play(RSETH_2026, steps=4, moderators=False)[2:]
    for told in (shock, low):
        assert "! No premium is shown: the rate is paused, as Kelp's contract reports" in told.message
        for place, text in told.texts().items():
            assert not re.search(r"[−-]\s?(22|9)\.\d|discount", text), place
    assert "! The rate is frozen; it has not changed for 3 days" in low.message


def test_where_the_contract_cannot_be_asked_either_a_gap_is_no_discount_and_the_frozen_rate_is_noticed(play):
    shock, low = play(RSETH_2026, steps=4, moderators=False, pause_told=False)[2:]
    assert "−9.32%, far below it: look for news of an incident at Kelp first" in shock.message
    assert "! No premium is shown: the rate is frozen; it has not changed for 3 days" in low.message
    for told in (shock, low):
        for place, text in told.texts().items():
            assert not re.search(r"[−-]\s?22\.\d|discount", text), place


# 24 April 2024, and one venue's wick in October 2025


@pytest.mark.parametrize(
    ("series", "wick", "second"), [(EZETH_2024, "$700.00", "$2,755.00"), (WBETH_2025, "$430.00", "$4,100.00")]
)
@pytest.mark.parametrize("moderators", [True, False])
def test_a_wick_has_both_sources_and_no_headline(play, series, wick, second, moderators):
    told = play(series)[1] if moderators else play(series, steps=3, moderators=False)[1]
    (quote,) = told.view.quotes
    assert quote.spot is None
    assert told.as_json["price"] is None
    assert [price["value"] for price in told.as_json["other_prices"]] == [wick[1:-3], second[1:-3].replace(",", "")]
    assert told.as_json["premium"]["value"] is None
    for place in ("price", "board", "answer", "price, card", "answer, card"):
        text = told.texts()[place]
        assert wick in text, place
        assert second in text, place
        assert "disagree" in text, place
    assert "**" not in "".join(line for line in told.view.sections[0].lines if "$" in line)
    assert "$" not in told.page.body
    for place, text in told.texts().items():
        assert "%" not in text, place


def test_without_a_second_source_a_wick_is_told_with_its_doubt(play):
    told = play(EZETH_2024, steps=2, second=False, moderators=False)[1]
    assert (
        "! No premium is shown: the price is far from the stated rate or uncertain, and no second source confirms it."
        in told.message
    )
    assert "%" not in told.message
    assert "⚠️ price not confirmed" in told.texts()["board"]


def test_where_both_sources_show_the_low_it_is_no_bargain_either(play):
    told = play(EZETH_2024, steps=3, moderators=False)[2]
    assert (
        "Market against that rate: −14.17%, far below it: look for news of an incident at Renzo first" in told.message
    )
    assert "discount" not in told.message


def test_a_token_is_added_by_files_alone():
    spelled = [path for path in (ROOT / "bot").rglob("*.py") if "wbeth" in path.read_text(encoding="utf-8").lower()]
    assert spelled == []


# 10 March 2026


def test_a_wrong_rate_that_two_nodes_state_makes_no_premium(play):
    wrong = play(WSTETH_2026, steps=2, moderators=False)[1]
    assert "! No premium is shown: the rate jumped by −2.85% within three days" in wrong.message
    assert "+2.9" not in "\n".join(wrong.texts().values())


def test_a_wrong_rate_that_one_node_states_is_not_shown_at_all(play):
    wrong, after = play(WSTETH_2026, moderators=False, nodes=1)[1:]
    assert "1.1939" not in "\n".join(wrong.texts().values())
    assert "! No premium is shown: no rate that can be relied on could be read from Lido's contract." in wrong.message
    assert "Market against that rate: 0.00%, about fair value" in after.message


# 30 April 2025


def test_a_frozen_rate_in_a_calm_market_is_told_with_the_day_it_last_moved(play):
    frozen = play(RSETH_2025, steps=3, moderators=False, pause_told=False)[2]
    assert "1.0431 ETH, frozen (read 4 May 2025, 12:00 UTC; unchanged since 30 Apr 2025)" in frozen.message
    assert "Market against that rate" not in frozen.message
