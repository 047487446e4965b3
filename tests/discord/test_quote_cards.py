"""Cards of prices stay within Discord's limits, whatever the views hold, and say first what matters most."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.prices import ChartView, PriceView
from bot.answering.quoting import QuoteText
from bot.knowledge.facts import Token
from bot.market.quotes import Held, Quote, Spot
from bot.ui.ids import Screen, Shown
from bot.ui.layout import ALONE, PRIVATE, PUBLIC, SHARED, Card, Place, posted
from bot.ui.quotes import SHORTENED, board_card, chart_card, compare_card, quote_card
from tests.discord.seen import parts
from tests.standin.schema import problems

CALLBACK = "/interactions/1/token/callback"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MARK = "<t:1795348800:R>"
SPOT = Spot("DefiLlama", Decimal(2000), NOW)

odd = st.text(st.characters(), max_size=40) | st.sampled_from(["\ud800", "", " ", "@everyone", MARK, "**", "\n"])
long = st.sampled_from(["A sentence ends here. " * 300, f"word {MARK} " * 400, "x" * 9000, "😀" * 5000, MARK * 300])
prose = odd | long
lines = st.lists(prose, max_size=12).map(tuple)
many = lines | st.lists(st.just("short"), max_size=900).map(tuple)
sections = st.builds(QuoteText, prose, many, many, many, lines)
tokens = st.builds(Token, st.sampled_from(["ETH", "weETH", "sw.ETH", "x" * 13, "A1"]) | odd, prose)
spots = st.none() | st.just(SPOT) | st.just(Spot("Old", Decimal(1), NOW - timedelta(days=2)))
quotes = st.builds(
    Quote,
    token=tokens,
    asked=st.just(NOW),
    spot=spots,
    others=st.lists(st.just(SPOT), max_size=2).map(tuple),
    held=st.lists(st.sampled_from(Held), max_size=3).map(tuple),
    rates_connected=st.booleans(),
)
views = st.lists(st.tuples(sections, quotes), max_size=7).flatmap(
    lambda pairs: st.builds(
        PriceView,
        prose,
        st.just(tuple(text for text, _ in pairs)),
        st.just(tuple(quote for _, quote in pairs)),
        lines,
        many,
    )
)
charts = st.builds(
    ChartView,
    st.sampled_from(["ETH", "weETH", "sw.ETH"]),
    st.integers(0, 400),
    prose,
    prose,
    st.none() | st.just(b"PNG"),
    lines,
    many,
)
places = st.sampled_from([ALONE, PRIVATE, SHARED, PUBLIC]) | prose.map(posted)


class Posted:
    """A card as a message holds it."""

    def __init__(self, card: Card) -> None:
        self.components = card.headed("x" * 110).to_components()


def judge(card: Card) -> None:
    """Discord would take the card, also with the line of a try-out above it."""
    sent = Posted(card)
    payload = {"type": 4, "data": {"flags": 1 << 15, "components": sent.components}}
    if card.pictures:
        payload["data"]["attachments"] = [{"id": 0, "filename": one.name} for one in card.pictures]
    assert problems("POST", CALLBACK, payload) == []
    texts = [part["content"] for part in parts(sent) if part["type"] == 10]
    assert sum(len(text.encode("utf-16-le")) // 2 for text in texts) <= 4000
    assert all(text.strip() for text in texts)


def words(card: Card) -> str:
    return "\n".join(part["content"] for part in parts(Posted(card)) if part["type"] == 10).partition("\n")[2]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(views, places)
def test_any_view_of_prices_fits(view, place):
    judge(quote_card(view, place))
    judge(compare_card(view, place))
    judge(board_card(view, Shown(Screen.ALL), place))
    judge(board_card(view, Shown.of(view.symbols), place))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(charts, places)
def test_any_chart_fits(view, place):
    judge(chart_card(view, place))


def view_of(*texts: QuoteText, notes: tuple[str, ...] = (), **quote: object) -> PriceView:
    shown = tuple(Quote(Token(text.title, text.title), NOW, SPOT, **quote) for text in texts)
    return PriceView("Title", texts, shown, (), notes)


def test_numbers_come_first_then_warnings_then_what_stands_beside_then_small_print():
    text = QuoteText("ezETH", ("price", "rate"), ("a warning",), ("a yield",))
    view = view_of(text, notes=("a note",), held=(Held.FROZEN,))
    assert words(quote_card(view, ALONE)) == "### ezETH\nprice\nrate\n⚠️ **a warning**\n- a yield\n-# a note"


def test_long_sentences_are_shortened_before_short_ones_and_the_numbers_stay():
    texts = [
        QuoteText(f"T{place}", (f"price {place}", f"rate {place}"), (), (f"yield {place}", "It takes a while. " * 60))
        for place in range(5)
    ]
    shown = words(compare_card(view_of(*texts), PRIVATE))
    for place in range(5):
        assert f"**T{place}**\nprice {place}\nrate {place}\n" in shown
        assert f"**T{place}**\n- yield {place}\n- It takes a while." in shown
    assert shown.count("It takes a while.…") == 5
    assert f"-# {SHORTENED}" in shown


def test_the_numbers_of_all_tokens_stand_together_before_what_is_beside_them():
    texts = [QuoteText(name, (f"price of {name}",), (), (f"yield of {name}",)) for name in ("A", "B")]
    shown = words(compare_card(view_of(*texts), PRIVATE))
    assert shown == "### Title\n**A**\nprice of A\n**B**\nprice of B\n**A**\n- yield of A\n**B**\n- yield of B"


def test_nothing_is_called_shortened_where_nothing_was():
    shown = words(compare_card(view_of(QuoteText("A", ("price",)), QuoteText("B", ("price",))), PRIVATE))
    assert SHORTENED not in shown


def test_a_warning_of_all_tokens_is_said_once_below_them():
    texts = [QuoteText(name, ("price",), ("the same", f"own of {name}")) for name in ("A", "B")]
    shown = words(compare_card(view_of(*texts), PRIVATE))
    assert shown.count("the same") == 1
    assert "own of A" in shown
    assert shown.index("own of B") < shown.index("the same")


def test_more_tokens_than_a_card_holds_are_counted():
    view = view_of(QuoteText("Prices", tuple(f"**T{place}** " + "9" * 60 for place in range(200))))
    shown = words(board_card(view, Shown(Screen.ALL), PRIVATE))
    listed = shown.count("**T")
    assert 30 < listed < 200
    assert f"… and {200 - listed} more." in shown


def test_a_token_whose_symbol_no_id_can_hold_is_shown_without_buttons_about_it():
    card = quote_card(view_of(QuoteText("sw.ETH", ("price",))), PRIVATE)
    labels = [part["label"] for part in parts(Posted(card)) if part["type"] == 2]
    assert labels == ["All prices"]
    assert "price" in words(card)


def test_a_public_card_offers_nothing_that_changes_it():
    for place in (PUBLIC, posted("alice")):
        card = chart_card(ChartView("ezETH", 30, "ezETH over 30 days", "words", b"PNG"), place)
        assert [part["label"] for part in parts(Posted(card)) if part["type"] == 2] == ["Ask for yourself"]


def test_a_place_is_private_unless_said_otherwise():
    assert not Place().public
    assert not Place().shareable
