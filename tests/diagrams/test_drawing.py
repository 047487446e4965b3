"""SVG and PNG show the same layout, and both say what they were drawn from."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from bot.diagrams.diagram import digest_of
from bot.diagrams.layout import laid_out
from bot.diagrams.png import is_png_of, png_of
from bot.diagrams.svg import is_svg_of, svg_of
from tests.diagrams.sample import ROWS, STACKS, changed, drawable

SVG = "{http://www.w3.org/2000/svg}"
DIAGRAMS = {"stacks": drawable(STACKS), "rows": drawable(changed(ROWS, ('"Sell"', '"Sell <b>&</b>"')))}
every_diagram = pytest.mark.parametrize("diagram", DIAGRAMS.values(), ids=DIAGRAMS)


def svg(diagram):
    return svg_of(laid_out(diagram), diagram.title, diagram.alt, digest_of(diagram))


def png(diagram):
    return png_of(laid_out(diagram), diagram.title, diagram.alt, digest_of(diagram))


@every_diagram
def test_the_svg_holds_every_text_of_the_layout_at_its_place_and_width(diagram):
    layout = laid_out(diagram)
    texts = ET.fromstring(svg(diagram)).iter(f"{SVG}text")  # noqa: S314 - our own text
    for line, element in zip(layout.lines, texts, strict=True):
        assert element.text == line.text
        assert float(element.get("x")) == pytest.approx(line.start[0], abs=0.06)
        assert float(element.get("y")) == pytest.approx(line.start[1], abs=0.06)
        assert float(element.get("textLength")) == pytest.approx(line.box.right - line.box.left, abs=0.06)
        assert element.get("font-size") == str(line.size)


@every_diagram
def test_the_svg_tells_screen_readers_what_it_shows(diagram):
    root = ET.fromstring(svg(diagram))  # noqa: S314 - our own text
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "title alt"
    assert root.find(f"{SVG}title").text == diagram.title
    assert root.find(f"{SVG}desc").text == diagram.alt


@every_diagram
def test_the_png_has_the_size_and_the_grounds_of_the_layout(diagram):
    layout = laid_out(diagram)
    image = Image.open(BytesIO(png(diagram)))
    assert (image.format, image.size) == ("PNG", (layout.width, layout.height))
    assert (image.info["Title"], image.info["Description"]) == (diagram.title, diagram.alt)
    coloured = image.convert("RGB")
    for line in layout.lines:
        beside = coloured.getpixel((int(line.box.left) - 2, int((line.box.top + line.box.bottom) / 2)))
        assert max(abs(one - other) for one, other in zip(beside, line.ground, strict=True)) <= 2, line.text


@every_diagram
def test_every_line_of_the_layout_is_drawn_in_the_png(diagram):
    coloured = Image.open(BytesIO(png(diagram))).convert("RGB")
    for line in laid_out(diagram).lines:
        box = tuple(round(edge) for edge in (line.box.left, line.box.top, line.box.right, line.box.bottom))
        found = {colour for _, colour in coloured.crop(box).getcolors(box[2] * box[3])}
        assert min(sum(abs(a - b) for a, b in zip(colour, line.colour, strict=True)) for colour in found) < 40


def test_a_picture_is_opaque():
    assert Image.open(BytesIO(png(DIAGRAMS["rows"]))).convert("RGBA").getextrema()[3] == (255, 255)


def test_a_drawing_says_which_description_it_shows():
    one, other = map(digest_of, DIAGRAMS.values())
    drawn = DIAGRAMS["stacks"]
    assert is_svg_of(svg(drawn), one)
    assert is_png_of(png(drawn), one)
    assert not is_svg_of(svg(drawn), other)
    assert not is_png_of(png(drawn), other)


def test_the_same_picture_is_drawn_the_same():
    assert png(DIAGRAMS["stacks"]) == png(drawable(STACKS))
    assert svg(DIAGRAMS["stacks"]) == svg(drawable(STACKS))


def test_the_bot_starts_without_what_draws_and_reads_pictures():
    code = (
        "import sys; import bot.app, bot.cogs.client\n"
        "from datetime import date; from pathlib import Path; from bot.knowledge import read_library\n"
        "assert read_library(Path('knowledge'), date(2026, 11, 22)).library.pictures\n"
        "print([name for name in sys.modules if name == 'PIL' or name.startswith('bot.diagrams')])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
