import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import combinations, pairwise
from math import sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.market import drawing
from bot.market.canvas import clipped
from bot.market.chart import History, Point, labels, text_twin
from bot.market.drawing import HEIGHT, WIDTH, compose, draw

NOW = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FROZEN = "rate frozen since 18 Apr: gap not drawn"
MOST_BYTES = 150_000
SMALLEST_TEXT = 28
NUMBER = re.compile(r"[+−±]?\d[\d.:]*%?")


def at(ago, value):
    return Point(NOW - ago, Decimal(value))


def prices(value, days=30, every=4 * HOUR):
    """A price at each step; `value` gives it by how long ago it was."""
    agos = [every * step for step in range(days * DAY // every, -1, -1)]
    return [Point(NOW - ago, Decimal(f"{value(ago):.6f}")) for ago in agos]


def rates(value="1.0800", days=40):
    return [at(ago * DAY, value) for ago in range(days, -1, -1)]


def history(market, rate=(), *, days=30, source="DefiLlama", symbol="ezETH"):
    return History(symbol, days, tuple(market), tuple(rate), source, NOW)


def waves(ago):
    return 1.079 + 0.002 * sin(ago / (11 * HOUR))


def wick(ago):
    return 0.22 if ago == 6 * DAY else waves(ago)


def crash(ago):
    return waves(ago) * (0.8 if ago < 7 * DAY else 1)


CASES = {
    "calm": (history(prices(waves), rates()), ""),
    "frozen": (history(prices(crash), rates()), FROZEN),
    "wick": (history(prices(wick), rates()), ""),
    "rate since five days": (history(prices(waves), rates(days=5)), ""),
    "no rate": (history(prices(waves)), ""),
    "one day": (history(prices(waves, 1, HOUR / 4), rates(), days=1), ""),
    "ninety days": (history(prices(waves, 90, HOUR), rates(days=95), days=90), ""),
    "constant": (history(prices(lambda _: 1.08), rates()), ""),
    "tiny": (history(prices(lambda ago: 1.08 + 0.0001 * sin(ago / DAY)), rates()), ""),
    "old rate": (history(prices(waves), [at(12 * DAY, "1.08")]), ""),
    "two prices": (history([at(2 * DAY, "1.07"), at(DAY, "1.08")], rates()), ""),
    "one price": (history([at(DAY, "1.07")], rates()), ""),
    "nothing": (history([]), ""),
    "a rate only": (history([], rates()), ""),
}
every_case = pytest.mark.parametrize(("shown", "held_back"), CASES.values(), ids=CASES)


def pixels(picture):
    return Image.open(BytesIO(picture)).convert("RGB")


def near(colour, other, within=60):
    return sum(abs(one - another) for one, another in zip(colour, other, strict=True)) <= within


def columns_of(picture, colour, top, bottom):
    """The columns between two heights that hold a colour, in order."""
    image = pixels(picture)
    return [
        x for x in range(image.width) if any(near(image.getpixel((x, y)), colour) for y in range(int(top), int(bottom)))
    ]


def axis_heights(canvas, sign):
    """The heights of the lines of the lower or of the upper scale, by their names."""
    named = [text for text in canvas.texts if text.style.on_axis and (sign in text.text)]
    return {text.text: (text.box.top + text.box.bottom) / 2 for text in named}


def spoken(canvas):
    return [text.text for text in canvas.texts if not text.style.on_axis]


@every_case
def test_a_picture_is_a_small_png_of_the_promised_size(shown, held_back):
    picture = draw(shown, held_back=held_back)
    image = Image.open(BytesIO(picture))
    assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
    assert len(picture) < MOST_BYTES


def test_many_prices_keep_a_picture_small():
    stormy = history(prices(lambda ago: 1.08 + 0.01 * sin(ago / HOUR * 7.7), 90, HOUR / 4), rates(days=95), days=90)
    assert len(draw(stormy)) < MOST_BYTES


@every_case
def test_nothing_reaches_the_edge_of_the_picture(shown, held_back):
    image = pixels(draw(shown, held_back=held_back))
    drawn = ImageChops.difference(image, Image.new("RGB", image.size, drawing.PAPER)).convert("L")
    left, top, right, bottom = drawn.point(lambda value: 255 if value > 4 else 0).getbbox()
    assert min(left, top, WIDTH - right, HEIGHT - bottom) >= 24


def assert_texts_are_apart_and_inside(canvas):
    for text in canvas.texts:
        assert canvas.box.holds(text.box), text
    for one, other in combinations(canvas.texts, 2):
        assert not one.box.meets(other.box), (one, other)


def assert_numbers_are_in_the_twin(canvas, twin):
    known = set(NUMBER.findall(twin))
    for text in spoken(canvas):
        assert set(NUMBER.findall(text)) <= known, text


@every_case
def test_texts_never_meet_and_their_numbers_stand_in_the_twin(shown, held_back):
    canvas = compose(shown, held_back=held_back)
    assert_texts_are_apart_and_inside(canvas)
    assert_numbers_are_in_the_twin(canvas, text_twin(shown, held_back=held_back))
    assert all(text.style.size >= SMALLEST_TEXT for text in canvas.texts)


AMOUNTS = (
    st.decimals("1.0799", "1.0801", places=6),
    st.decimals("0.9", "1.2", places=4),
    st.decimals("0.0001", "20000", places=4),
)
"""How prices may spread: hardly, as they do, and beyond reason."""


def points(amounts, days):
    agos = st.timedeltas(min_value=timedelta(0), max_value=days * 1.2 * DAY)
    return st.lists(st.builds(lambda ago, value: Point(NOW - ago, value), agos, amounts), max_size=30)


@st.composite
def histories(draw_from):
    days = draw_from(st.sampled_from([1, 2, 7, 30, 90, 365, 3650]))
    amounts = draw_from(st.sampled_from(AMOUNTS))
    symbol = draw_from(st.sampled_from(["ezETH", "rswETH", "MMMMMMMMMM" * 5]))
    source = draw_from(st.sampled_from(["DefiLlama", "CoinGecko", "a provider of a very long name " * 4]))
    market, rate = draw_from(points(amounts, days)), draw_from(points(amounts, days))
    return history(market, rate, days=days, symbol=symbol, source=source)


@st.composite
def steady_histories(draw_from):
    """Prices and rates close to each other, as they mostly are: where labels are closest."""
    days = draw_from(st.sampled_from([1, 7, 30, 90]))
    steps = draw_from(st.lists(st.integers(-40, 40), min_size=2, max_size=60))
    every = days * DAY / len(steps)
    market = [at(every * place, Decimal("1.08") + Decimal(step).scaleb(-4)) for place, step in enumerate(steps)]
    off, since = draw_from(st.integers(-60, 60)), draw_from(st.integers(0, days + 2))
    rate = [at(ago * DAY, Decimal("1.08") + Decimal(off).scaleb(-4)) for ago in range(since, -1, -1)]
    return history(market, rate, days=days)


@settings(max_examples=150)
@given(st.one_of(histories(), steady_histories()), st.sampled_from(["", FROZEN, "so long a reason " * 20, "w" * 300]))
def test_whatever_the_history_texts_lie_inside_apart_and_in_the_twin(shown, held_back):
    canvas = compose(shown, held_back=held_back)
    assert_texts_are_apart_and_inside(canvas)
    assert_numbers_are_in_the_twin(canvas, text_twin(shown, held_back=held_back))


@settings(max_examples=80)
@given(st.one_of(histories(), steady_histories()), st.sampled_from(["", FROZEN]))
def test_whatever_the_history_no_line_is_left_without_its_value_and_no_source_is_left_out(shown, held_back):
    canvas, labelled = compose(shown, held_back=held_back), labels(shown, held_back=held_back)
    said = spoken(canvas)
    ends = [labelled.market, labelled.rate, labelled.premium] if not labelled.no_lines else [labelled.no_lines]
    for end in ends:
        assert end in " ".join(said)
    assert clipped(f"Price: {shown.source}", 28, WIDTH - 2 * drawing.MARGIN)[:40] in " ".join(said)
    assert "as of 22 Nov 2026, 14:05 UTC" in said[-1] + "".join(said[:4])
    if not labelled.no_lines:
        assert len(axis_heights(canvas, "")) >= 4


def test_a_line_names_its_last_value_and_the_picture_its_sources():
    said = spoken(compose(history(prices(waves), rates())))
    assert said[0] == "ezETH · 30 days"
    assert "1.0790" in said
    assert "1.0800" in said
    assert "−0.09%" in said
    notes = " · ".join(said[1:3])
    assert notes == "Price: DefiLlama · Rate: recorded from the contract by this bot · as of 22 Nov 2026, 14:05 UTC"


def test_the_axes_are_round_and_few():
    canvas = compose(CASES["calm"][0])
    assert list(axis_heights(canvas, "%")) == ["−0.25%", "0%", "+0.25%"]
    assert list(axis_heights(canvas, "1.0")) == ["1.077", "1.078", "1.079", "1.080", "1.081"]
    dates = [text.text for text in canvas.texts if text.style.on_axis and text.text[-1].isalpha()]
    assert dates == ["25 Oct", "1 Nov", "8 Nov", "15 Nov", "22 Nov"]


def test_values_that_differ_by_less_than_they_are_rounded_to_look_level():
    canvas = compose(CASES["tiny"][0])
    heights = axis_heights(canvas, "1.0")
    assert min(map(float, heights)) <= 1.0795
    assert max(map(float, heights)) >= 1.0805
    assert not [text for text in spoken(canvas) if text.startswith(("low", "high"))]


def test_a_wick_is_shown_to_its_end_and_named():
    canvas = compose(CASES["wick"][0])
    said = spoken(canvas)
    assert "low 0.2200" in said
    assert "low −79.63%" in said
    heights = axis_heights(canvas, "%")
    (low,) = [text for text in canvas.texts if text.text == "low −79.63%"]
    assert low.box.bottom > heights["−75%"]


def test_the_scale_of_prices_ends_at_zero():
    canvas = compose(history(prices(lambda ago: 0.001 if ago == 6 * DAY else 1.05)))
    marks = [float(text.text) for text in canvas.texts if text.style.on_axis and "." in text.text]
    assert min(marks) == 0
    assert max(marks) <= 1.2


def test_a_premium_that_is_held_back_is_replaced_by_the_reason():
    canvas = compose(*CASES["frozen"][:1], held_back=FROZEN)
    said = spoken(canvas)
    assert FROZEN in said
    assert not [text for text in canvas.texts if "%" in text.text]
    field = (drawing.PREMIUM_TOP + 10, (drawing.PREMIUM_TOP + drawing.PREMIUM_BOTTOM) / 2 - 40)
    assert not columns_of(draw(CASES["frozen"][0], held_back=FROZEN), drawing.INK, *field)


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("no rate", "No stated rate is recorded yet, so no premium is drawn"),
        ("nothing", "No market price is known for the last 30 days"),
        ("one price", "Only one market price is known: 1.0700 ETH at 21 Nov 2026, 14:05 UTC"),
    ],
)
def test_what_cannot_be_drawn_is_said(case, sentence):
    said = spoken(compose(CASES[case][0]))
    assert sentence in " ".join(said)


def test_a_gap_in_the_prices_is_a_gap_in_both_lines():
    holed = [price for price in prices(waves) if not 10 * DAY < NOW - price.at < 16 * DAY]
    picture = draw(history(holed, rates("1.0900")))
    for colour, top, bottom in (
        (drawing.ORANGE, drawing.PRICE_TOP, drawing.PRICE_BOTTOM),
        (drawing.INK, drawing.PREMIUM_TOP, drawing.PREMIUM_BOTTOM),
    ):
        columns = columns_of(picture, colour, top, bottom)
        widest = max(later - earlier for earlier, later in pairwise(columns))
        # A fifth of the range less what the labels of extremes may hide.
        assert 60 <= widest <= 180


def test_the_rate_is_dashed_and_the_market_is_not():
    picture = draw(history(prices(lambda _: 1.07), rates("1.0900")))
    field = (drawing.PRICE_TOP, drawing.PRICE_BOTTOM)
    market, rate = (columns_of(picture, colour, *field) for colour in (drawing.ORANGE, drawing.BLUE))
    market, rate = ([x for x in columns if x < 800] for columns in (market, rate))
    assert market == list(range(market[0], market[-1] + 1))
    breaks = [later - earlier for earlier, later in pairwise(rate) if later - earlier > 1]
    assert len(breaks) > 10
    assert max(breaks) < 20


def test_a_price_below_the_rate_is_drawn_below_zero():
    shown = history(prices(lambda _: 1.0762), rates("1.0800"))
    zero = axis_heights(compose(shown), "%")["0%"]
    above = columns_of(draw(shown), drawing.INK, drawing.PREMIUM_TOP, zero - 8)
    below = columns_of(draw(shown), drawing.INK, zero + 8, drawing.PREMIUM_BOTTOM)
    assert not above
    assert len(below) > 600


def test_no_premium_and_no_rate_is_drawn_before_the_first_recording():
    shown, _ = CASES["rate since five days"]
    picture = draw(shown)
    premium = columns_of(picture, drawing.INK, drawing.PREMIUM_TOP, drawing.PREMIUM_BOTTOM)
    rate = columns_of(picture, drawing.BLUE, drawing.PRICE_TOP, drawing.PRICE_BOTTOM)
    market = columns_of(picture, drawing.ORANGE, drawing.PRICE_TOP, drawing.PRICE_BOTTOM)
    assert min(market) < 200
    assert min(premium) > 600
    assert min(rate) > 700
    assert "rate recorded since 17 Nov 2026" in spoken(compose(shown))


def test_the_shade_of_noise_is_as_wide_as_its_axis_says():
    shown = CASES["calm"][0]
    heights = axis_heights(compose(shown), "%")
    image = pixels(draw(shown))
    shade = [
        y
        for y in range(drawing.PREMIUM_TOP, drawing.PREMIUM_BOTTOM)
        if near(image.getpixel((190, y)), drawing.SHADE, 6)
    ]
    assert abs(min(shade) - heights["+0.25%"]) <= 4
    assert abs(max(shade) - heights["−0.25%"]) <= 4
    assert "shaded: ±0.25%" in spoken(compose(shown))


def test_the_same_history_is_the_same_picture():
    shown, _ = CASES["calm"]
    assert draw(shown) == draw(shown)


def luminance(colour):
    """Relative luminance of WCAG 2.1."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colour", [drawing.INK, drawing.SOFT, drawing.ORANGE, drawing.BLUE])
@pytest.mark.parametrize("ground", [drawing.PAPER, drawing.FIELD, drawing.SHADE])
def test_texts_have_the_contrast_that_wcag_asks_for(colour, ground):
    assert (luminance(colour) + 0.05) / (luminance(ground) + 0.05) >= 4.5


def test_the_picture_library_is_loaded_by_the_drawing_only():
    code = (
        "import sys, bot.market.chart, bot.market.scales; assert 'PIL' not in sys.modules\n"
        "import bot.market.drawing; assert 'PIL' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
