import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.curation.chances import reliability, risk_coverage
from bot.curation.pictures import Standing, reliability_svg, risk_coverage_svg
from bot.curation.share import Share

SVG = "{http://www.w3.org/2000/svg}"
QUESTIONS = [(0.95, True), (0.91, True), (0.52, False), (0.5, True), (0.04, False)]
STANDING = Standing(risk_coverage(QUESTIONS), Share(2, 5), Share(1, 2))


def parsed(picture):
    return ET.fromstring(picture.encode("utf-8"))  # noqa: S314 - the picture is our own


def texts_of(picture):
    return [element.text for element in parsed(picture).iter(f"{SVG}text")]


def dots_of(picture, radius):
    circles = parsed(picture).iter(f"{SVG}circle")
    return [(float(one.get("cx")), float(one.get("cy"))) for one in circles if one.get("r") == radius]


@pytest.mark.parametrize(
    ("picture", "axis"),
    [
        (reliability_svg({"dev": reliability(QUESTIONS)}), "chance of being right that the bot stated"),
        (risk_coverage_svg({"dev": STANDING}), "share of questions answered, surest first"),
    ],
)
def test_a_picture_has_its_own_background_a_name_labelled_axes_and_its_numbers(picture, axis):
    root = parsed(picture)
    width, height = float(root.get("width")), float(root.get("height"))
    assert root.find(f"{SVG}title").text
    background = root.find(f"{SVG}rect")
    assert (background.get("width"), background.get("height")) == ("100%", "100%")
    assert width <= 400
    assert {axis, "0%", "20%", "100%"} <= set(texts_of(picture))
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x")) <= width
        assert 0 <= float(text.get("y")) <= height - 8


def test_the_reliability_picture_shows_how_many_questions_each_bin_holds():
    texts = texts_of(reliability_svg({"dev": reliability(QUESTIONS)}))
    start = texts.index("n")
    assert texts[start + 1 : start + 11] == ["1", "0", "0", "0", "0", "2", "0", "0", "0", "2"]
    assert any(text.startswith("dev: off by ") and text.endswith("5 questions") for text in texts)


def test_a_bin_that_is_right_more_often_has_its_dot_higher():
    picture = reliability_svg({"dev": reliability([(0.25, False), (0.75, True)])})
    (left, below), (right, above) = sorted(dots_of(picture, "4")[:2])
    assert left < right
    assert above < below


def test_the_bot_stands_where_its_figures_say():
    texts = texts_of(risk_coverage_svg({"dev": STANDING}))
    assert "dev: answers 40.0% (2 of 5)" in texts
    assert "of these wrong 50.0% (1 of 2)" in texts
    (place,) = dots_of(risk_coverage_svg({"dev": STANDING}), "6")
    (all_right,) = dots_of(risk_coverage_svg({"dev": Standing(STANDING.curve, Share(5, 5), Share(0, 5))}), "6")
    assert place[0] < all_right[0]
    assert place[1] < all_right[1]


def test_several_parts_stand_in_one_picture_in_colours_of_their_own():
    picture = risk_coverage_svg({"dev": STANDING, "test": STANDING})
    lines = [line.get("stroke") for line in parsed(picture).iter(f"{SVG}polyline")]
    assert len(set(lines)) == 2


@settings(max_examples=30)
@given(st.text(max_size=30), st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=20))
def test_any_name_and_any_questions_make_a_picture_that_can_be_written_and_read(name, questions):
    standing = Standing(risk_coverage(questions), Share(0, len(questions)), Share(0, 0))
    for picture in (reliability_svg({name: reliability(questions)}), risk_coverage_svg({name: standing})):
        assert parsed(picture).tag == f"{SVG}svg"
