"""Charts of prices: the same in words and in the picture, drawn once for all who ask."""

import asyncio
import threading
from decimal import Decimal

import pytest

from bot.answering.numerals import plain_times
from bot.answering.prices import PriceDesk
from bot.market.chart import Point

from .quoted import (
    BROKEN,
    EETH,
    EZETH,
    NOW,
    RSETH,
    TOKENS,
    WEETH,
    Stub,
    ago,
    evidence,
    facts,
    history,
    reading,
    second,
    spot,
)


def market(incidents=(), **told) -> Stub:
    return Stub(facts(incidents=incidents), **told)


def run(view):
    return asyncio.run(view)


CALM = ("1.0700", "1.0695", "1.0698")


def charted(known: Stub, days: int = 7):
    return run(PriceDesk(known, known.facts).chart("rsETH", days))


class Drawings(list[tuple[int, str]]):
    """The thread of each picture that was drawn, and what stood instead of its premium. None is finished before it is
    `released`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.released = threading.Event()
        self.released.set()

    def draw(self, history, *, held_back=""):
        """A picture, in the place of the slow real one."""
        self.append((threading.get_ident(), held_back))
        was_released = self.released.wait(5)
        self.released.set()  # nobody else needs to wait in vain
        assert was_released
        return b"a picture"


@pytest.fixture
def drawn(monkeypatch):
    drawings = Drawings()
    monkeypatch.setattr("bot.market.drawing.draw", drawings.draw)
    return drawings


@pytest.mark.parametrize(
    ("days", "title"), [(1, "24 hours"), (7, "7 days"), (30, "30 days"), (90, "90 days"), (400, "90 days")]
)
def test_a_chart_is_named_after_the_shortest_range_that_holds_its_days(drawn, days, title):
    known = market(rsETH=evidence())
    known.past = history(*CALM)
    assert charted(known, days).title == f"rsETH over {title}"


def test_a_chart_says_the_same_in_words_and_picture(drawn):
    known = market(rsETH=evidence())
    known.past = history(*CALM)
    view = charted(known)
    assert view.picture == b"a picture"
    assert "Market price: 1.0698 ETH at 22 Nov 2026, 18:00 UTC" in view.text
    assert "Premium −0.02% at 22 Nov 2026, 18:00 UTC" in view.text
    assert (view.banners, view.warnings) == ((), ())


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ({"paused": True}, "The rate is paused, so no premium is drawn"),
        ({"past": (reading(RSETH, "1.07", days=5),)}, "The rate is frozen, so no premium is drawn"),
        ({"past": (reading(RSETH, "1.11", days=1),)}, "The rate jumped, so no premium is drawn"),
        (
            {"first": spot("700"), "second": second("2138")},
            "Two sources disagree about the price, so no premium is drawn",
        ),
        ({"first": spot("1500")}, "The price is not confirmed, so no premium is drawn"),
    ],
)
def test_what_holds_a_premium_back_holds_it_back_in_picture_and_words(drawn, state, why):
    known = market(rsETH=evidence(**state))
    known.past = history("1.0700", "1.0695", "0.8300")
    view = charted(known)
    assert why in view.text.splitlines()
    assert drawn[0][1] == why
    assert "%" not in view.text
    assert any("No premium is shown" in line for line in view.warnings)


def test_an_open_incident_holds_it_back_and_shows_its_banner(drawn):
    known = market([BROKEN], rsETH=evidence())
    known.past = history(*CALM)
    view = charted(known)
    assert "An incident is open, so no premium is drawn" in view.text.splitlines()
    assert view.banners == ("Kelp has lost funds.",)


@pytest.mark.parametrize(("low", "held"), [("1.0166", False), ("1.0160", True), ("0.2239", True), ("1.1240", True)])
def test_a_gap_of_the_past_that_only_one_source_tells_is_not_drawn_where_it_is_large(drawn, low, held):
    known = market(rsETH=evidence())
    known.past = history("1.0700", low, "1.0698")
    view = charted(known)
    why = "The past has one source only, and its price was far from the rate, so no premium is drawn"
    assert (why in view.text.splitlines()) is held
    assert (drawn[0][1] == why) is held
    assert ("%" in view.text) is not held


def test_without_a_history_the_warnings_stay():
    view = charted(market([BROKEN], rsETH=evidence(paused=True)))
    assert view.text == "No provider tells the price history at the moment. Please try again in a minute."
    assert view.banners == ("Kelp has lost funds.",)
    assert view.warnings[0].startswith("No premium is shown: an incident at Kelp is open")


def test_a_chart_of_a_wick_tells_what_each_source_says_now(drawn):
    known = market(rsETH=evidence(first=spot("700"), second=second("2138")))
    known.past = history(*CALM)
    warnings = [plain_times(line) for line in charted(known).warnings]
    assert warnings[1:3] == [
        "$700.00 · 0.3500 ETH (DefiLlama, 22 Nov 2026, 17:58 UTC)",
        "$2,138.00 · 1.0690 ETH (CoinGecko, 22 Nov 2026, 17:59 UTC)",
    ]


def test_fifty_who_ask_at_once_get_one_picture_drawn_off_the_loop(drawn):
    known = market(rsETH=evidence())
    known.past = history(*CALM)
    prices = PriceDesk(known, known.facts)
    drawn.released.clear()

    async def ask():
        waiting = asyncio.gather(*(prices.chart("rsETH", 7) for _ in range(50)))
        await asyncio.sleep(0.05)
        drawn.released.set()  # comes to pass only where the loop goes on meanwhile
        return threading.get_ident(), await waiting

    loop, views = run(ask())
    assert {view.picture for view in views} == {b"a picture"}
    assert len(drawn) == 1
    assert drawn[0][0] != loop


def test_a_picture_is_drawn_again_when_its_data_or_what_holds_it_back_has_changed(drawn):
    known = market(rsETH=evidence())
    known.past = history(*CALM)
    prices = PriceDesk(known, known.facts)
    run(prices.chart("rsETH", 7))
    run(prices.chart("rsETH", 7))
    assert len(drawn) == 1
    known.told["rsETH"] = evidence(paused=True)
    run(prices.chart("rsETH", 7))
    assert [held for _, held in drawn] == ["", "The rate is paused, so no premium is drawn"]
    known.past = history(*CALM, "1.0701")
    run(prices.chart("rsETH", 7))
    run(prices.chart("rsETH", 30))
    assert len(drawn) == 4


def test_pictures_that_are_held_are_few(drawn):
    known = market(**{token.symbol: evidence(token) for token in (EZETH, RSETH, WEETH)})
    known.past = history(*CALM)
    prices = PriceDesk(known, known.facts)

    async def ask():
        for days in (1, 7, 30, 90):
            for token in (EZETH, RSETH, WEETH, EETH, *TOKENS[:2]):
                await prices.chart(token.symbol, days)

    run(ask())
    assert len(prices._pictures) == 16


def test_a_real_picture_is_a_png_and_shows_no_premium_that_is_held_back():
    known = market([BROKEN], rsETH=evidence())
    known.past = history(*CALM)
    picture = charted(known).picture
    assert picture is not None
    assert picture.startswith(b"\x89PNG")


def test_the_stub_of_the_tests_keeps_its_history_in_order():
    points = history("1", "2").market
    assert points == (Point(ago(hours=1), Decimal(1)), Point(NOW, Decimal(2)))
