"""Whatever a description says, its picture shows all of it, legibly, with nothing cut off and nothing overlapping."""

from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answering.slots import dated
from bot.diagrams.diagram import Column, Diagram, Kind, Layer, Named, Row
from bot.diagrams.layout import Layout, laid_out
from bot.diagrams.reading import read_diagram
from bot.diagrams.sheet import EDGE, PAPER
from bot.diagrams.words import text_twin
from bot.knowledge import read_library
from bot.knowledge.problems import Problems
from bot.market.canvas import Box, width_of, writable
from tests.diagrams.sample import ROWS, STACKS, drawable, plain
from tests.folders import TODAY

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
PHONE, LEAST_ON_PHONE = 360, 11
APART = 8
"""Pixels between the edge of a card and its texts."""
LEAST_CONTRAST, LEAST_EDGE = 4.5, 3.0
"""WCAG 2.2: 1.4.3 for texts, 1.4.11 for what is no text."""
THEMES = {"dark": (0x31, 0x33, 0x38), "darkest": (0x1A, 0x1A, 0x1E), "light": (0xFF, 0xFF, 0xFF)}
"""What Discord puts behind a message."""


def shipped() -> dict[str, Diagram]:
    library = read_library(KNOWLEDGE, TODAY).library
    found = {}
    for name, text in library.pictures.items():
        diagram = read_diagram(f"pictures/{name}.toml", text, library.facts, dated, Problems())
        assert diagram is not None, name
        found[name] = diagram
    return found


SHIPPED = shipped()
KNOWN = {**SHIPPED, "small stacks": drawable(STACKS), "small rows": drawable(ROWS)}
every_picture = pytest.mark.parametrize("diagram", KNOWN.values(), ids=KNOWN)

words = st.text(st.sampled_from("abWil -.,é→質"), min_size=1, max_size=60) | st.sampled_from(
    ["x" * 60, "W" * 60, "on 1 May 2026 and (31 Dec 2025)", "a b c d e f g h i j k l m n o p"]
)
maybe = st.just("") | words
notes = st.lists(words, max_size=4).map(tuple)
named = st.lists(st.builds(Named, st.dates(), words), min_size=1, max_size=5).map(tuple)
COMMON = {"title": words, "alt": words, "as_of": st.dates(), "sources": named, "notes": notes}
facts = st.lists(st.tuples(words.map(lambda text: text[:24]), words), max_size=4).map(tuple)
marks = st.sampled_from(["", "+", "−", "1", "W", "質", "½"])
a_row = st.builds(Row, words, facts, marks, maybe.map(lambda text: text[:24]), maybe)
rows = st.builds(Diagram, kind=st.just(Kind.ROWS), rows=st.lists(a_row, min_size=1, max_size=8).map(tuple), **COMMON)


@st.composite
def stacks(draw_from):
    layers = draw_from(st.lists(st.builds(Layer, words, maybe), min_size=1, max_size=7, unique_by=lambda one: one.name))
    used = st.lists(st.sampled_from([layer.name for layer in layers]), min_size=1, max_size=7).map(tuple)
    columns = st.lists(st.builds(Column, words, maybe, used), min_size=1, max_size=4).map(tuple)
    common = {name: draw_from(strategy) for name, strategy in COMMON.items()}
    return Diagram(kind=Kind.STACKS, layers=tuple(layers), columns=draw_from(columns), **common)


def inset(frame: Box) -> Box:
    """What lies well within a card that is seen as one."""
    return Box(frame.left + APART, frame.top + APART, frame.right - APART, frame.bottom - APART)


def assert_sound(layout: Layout) -> None:
    """Nothing is cut off, and nothing lies on anything else."""
    for frame in layout.frames:
        assert layout.box.holds(frame)
    for one, other in combinations(layout.frames, 2):
        assert not one.meets(other), (one, other)
    for line in layout.lines:
        assert line.frame.holds(line.box), line
        assert line.ground == PAPER or line.frame not in layout.frames or inset(line.frame).holds(line.box), line
        assert line.box.right - line.box.left == pytest.approx(width_of(line.text, line.size))
    for one, other in combinations(layout.lines, 2):
        assert not one.box.meets(other.box), (one.text, other.text)
    for line in layout.lines:
        for frame in layout.frames:
            assert frame.holds(line.box) or not frame.meets(line.box), line


@every_picture
def test_every_text_lies_in_its_frame_and_no_two_overlap(diagram):
    assert_sound(laid_out(diagram))


@settings(max_examples=80, deadline=None)
@given(st.one_of(rows, stacks()))
def test_whatever_is_said_every_text_lies_in_its_frame_and_no_two_overlap(diagram):
    assert_sound(laid_out(diagram))


@settings(max_examples=80, deadline=None)
@given(st.one_of(rows, stacks()))
def test_whatever_is_said_not_a_letter_is_lost(diagram):
    """Of the letters alone: a word that is too wide is broken."""
    drawn = "".join(line.text for line in laid_out(diagram).lines).replace(" ", "")
    said = [diagram.title, *diagram.notes, *(source.name for source in diagram.sources)]
    said += [text for row in diagram.rows for text in (row.heading, row.name, row.tag, *sum(row.facts, ()))]
    said += [text for layer in diagram.layers for text in (layer.name, layer.says)]
    said += [text for column in diagram.columns for text in (column.name, column.says, *column.layers)]
    for text in said:
        assert "".join(writable(text).split()) in drawn


@every_picture
def test_the_words_say_everything_that_the_picture_says(diagram):
    twin = text_twin(diagram)
    spoken = plain(writable(twin).split())
    for line in laid_out(diagram).lines:
        assert plain(line.text.split()) <= spoken, line.text


@settings(max_examples=60, deadline=None)
@given(st.one_of(rows, stacks()))
def test_whatever_the_picture_says_its_words_say_too(diagram):
    spoken = "".join(writable(text_twin(diagram)).split())
    for line in laid_out(diagram).lines:
        for word in line.text.split():
            assert word in spoken, word


@every_picture
def test_the_smallest_text_can_be_read_on_a_phone(diagram):
    layout = laid_out(diagram)
    assert 800 <= layout.width <= 1000
    assert min(line.size for line in layout.lines) * PHONE / layout.width >= LEAST_ON_PHONE


def luminance(colour):
    """Relative luminance of sRGB, from WCAG 2.2."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in colour)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_has_the_contrast_that_wcag_states():
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((0x76, 0x76, 0x76), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)


def ground_at(layout, x, y):
    """The colour of the highest shape at a place, corners aside."""
    over = [shape for shape in layout.shapes if shape.box.left <= x <= shape.box.right]
    return [shape.colour for shape in over if shape.box.top <= y <= shape.box.bottom][-1]


@every_picture
def test_every_text_stands_out_from_what_lies_behind_it(diagram):
    layout = laid_out(diagram)
    for line in layout.lines:
        middle = (line.box.top + line.box.bottom) / 2
        for x in (line.box.left, (line.box.left + line.box.right) / 2, line.box.right):
            assert ground_at(layout, x, middle) == line.ground, line.text
        assert contrast(line.colour, line.ground) >= LEAST_CONTRAST, line.text


@every_picture
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_edge_of_the_picture_is_seen_on_every_theme_of_discord(diagram, theme):
    layout = laid_out(diagram)
    assert contrast(layout.paper, theme) >= LEAST_EDGE
    assert layout.shapes[0].box.left == EDGE
    assert layout.shapes[0].box.right == layout.width - EDGE


@every_picture
def test_colours_only_repeat_what_words_say(diagram):
    """In rows, cards of one colour have the same tag or mark; in stacks each colour has its layer's name on it."""
    layout = laid_out(diagram)
    if diagram.kind is Kind.STACKS:
        named = {}
        for line in layout.lines:
            if line.frame in layout.frames and line.ground != layout.shapes[0].colour:
                named.setdefault(line.ground, set()).add(line.text)
        whole = {frozenset(writable(layer.name).split()) for layer in diagram.layers}
        assert {frozenset(" ".join(texts).split()) for texts in named.values()} <= whole
    else:
        stripes = [
            next(s.colour for s in layout.shapes if s.box.left == f.left and s.box.top == f.top) for f in layout.frames
        ]
        keys = [row.tag or row.mark for row in diagram.rows]
        assert len(set(zip(keys, stripes, strict=True))) == len(set(keys)) == len(set(stripes))


def test_a_date_is_never_broken_across_two_lines():
    said = [f"{'w ' * number}(1 May 2026){' w' * 20}" for number in range(12, 28)]
    (first,) = drawable(STACKS).sources[:1]
    rows = tuple(Row("Name", (("Label", text),)) for text in said)
    lines = [line.text for line in laid_out(Diagram(Kind.ROWS, "T", "A", first.when, (first,), rows=rows)).lines]
    assert sum("(1 May 2026)" in line for line in lines) == len(said) + 1  # the source has one too


def test_the_tallest_tower_and_the_lowest_stand_on_the_same_ground():
    layout = laid_out(SHIPPED["layers"])
    bottoms = {frame.left: 0.0 for frame in layout.frames}
    for frame in layout.frames:
        bottoms[frame.left] = max(bottoms[frame.left], frame.bottom)
    assert len(bottoms) == 4
    assert max(bottoms.values()) - min(bottoms.values()) < 0.01


def test_a_native_lrt_has_no_lst_underneath_and_an_lst_backed_one_has():
    towers = {column.name: column.layers for column in SHIPPED["layers"].columns}
    assert "LST contracts" not in towers["Native LRT"]
    assert towers["LST-backed LRT"].index("EigenLayer") < towers["LST-backed LRT"].index("LST contracts")
    assert towers["Staking"] == ("Ethereum validators",)


def test_being_offline_and_a_bridge_failure_are_not_called_slashing():
    tags = {row.name: row.tag for row in SHIPPED["slashable"].rows}
    assert tags["Offline penalties"] == tags["Contract, key or bridge failure"] == "Not slashing"
    assert tags["Ethereum slashing"] == tags["AVS slashing"] == "Slashing"
