from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFont

from bot.market.canvas import FINER, MINUS, Box, Canvas, Style, balanced, clipped, width_of, wrapped, writable

PAPER = (0x2B, 0x2D, 0x31)


def pixels(picture):
    return Image.open(BytesIO(picture)).convert("RGB")


def test_a_rectangle_holds_what_leaves_it_on_no_side_and_meets_what_shares_a_point():
    paper = Box(0, 0, 100, 50)
    assert paper.holds(Box(0, 0, 100, 50))
    for outside in (Box(-1, 0, 9, 9), Box(0, -1, 9, 9), Box(92, 0, 101, 9), Box(0, 42, 9, 51)):
        assert not paper.holds(outside)
        assert paper.meets(outside)
    assert not paper.meets(Box(104, 0, 110, 9))
    assert paper.meets(Box(104, 0, 110, 9), apart=5)
    assert not paper.meets(Box(0, 54, 9, 60), apart=3)


def ink_of(text, style, at_place=(60, 100)):
    """What one text alone leaves on paper, and the rectangle that it is said to cover."""
    canvas = Canvas(600, 160, (0, 0, 0))
    canvas.write(text, at_place, style)
    image = pixels(canvas.png()).convert("L")
    return image.point(lambda value: 255 if value > 40 else 0).getbbox(), canvas.texts[0].box


@pytest.mark.parametrize("size", [28, 34, 60])
@pytest.mark.parametrize("text", ["1.0801", "−0.31%", "±0.25%", "gjpqy|Å", "rate", "−", "W"])
def test_a_text_covers_no_more_than_its_rectangle(text, size):
    (left, top, right, bottom), box = ink_of(text, Style(size, (255, 255, 255)))
    assert box.left - 2 <= left
    assert right <= box.right + 2
    assert box.top - 2 <= top
    assert bottom <= box.bottom + 2


def test_a_minus_is_a_bar_as_wide_and_as_high_as_that_of_a_plus():
    bar, _ = ink_of(MINUS, Style(60, (255, 255, 255)))
    plus, _ = ink_of("+", Style(60, (255, 255, 255)))
    assert abs(bar[0] - plus[0]) <= 2
    assert abs(bar[2] - plus[2]) <= 2
    assert 3 <= bar[3] - bar[1] <= 6
    assert abs((bar[1] + bar[3]) - (plus[1] + plus[3])) <= 4


@given(st.text(max_size=40))
def test_only_signs_of_the_font_are_drawn(text):
    font = ImageFont.load_default(28)
    missing = bytes(font.getmask("\uffff"))
    for sign in set(writable(text)) - {MINUS}:
        assert bytes(font.getmask(sign)) != missing


@pytest.mark.parametrize(
    ("text", "written"),
    [("Rénzo", "Renzo"), ("a – b", "a - b"), ("−1 %", "−1 %"), ("質", "?"), ("a\u00a0b\nc", "a b c")],
)
def test_signs_that_the_font_lacks_are_written_otherwise(text, written):
    assert writable(text) == written


@given(st.text(st.sampled_from("ab Wil."), max_size=60), st.integers(60, 500), st.integers(1, 4))
def test_lines_of_a_text_are_few_and_no_wider_than_asked(text, width, most):
    for rows in (wrapped(text, 28, width, most), balanced(text, 28, width, most)):
        assert len(rows) <= most
        assert all(width_of(row, 28) <= width for row in rows)


def test_a_text_that_fits_keeps_all_its_words():
    text = "An incident is open, so no premium is drawn"
    rows = balanced(text, 28, 400, 4)
    assert " ".join(rows) == text
    assert len(rows) == 2
    assert abs(width_of(rows[0], 28) - width_of(rows[1], 28)) < 120
    assert clipped(text, 28, 400).endswith("…")


def test_the_smoothing_leaves_flat_colours_as_they_are():
    canvas = Canvas(40, 40, PAPER)
    assert pixels(canvas.png()).getpixel((20, 20)) == PAPER
    assert canvas.covered(canvas.box, [PAPER]) == (40 * FINER) ** 2
