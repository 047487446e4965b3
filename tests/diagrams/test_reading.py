"""Descriptions become pictures, and each slip in one is told with its place and its cure."""

import re
from datetime import date
from pathlib import Path

import pytest

from bot.diagrams.diagram import Column, Kind, Layer, Named, Row, digest_of
from bot.diagrams.reading import check_diagram
from bot.knowledge.problems import Problems
from tests.diagrams.sample import FACTS, FILE, ROWS, STACKS, changed, drawable, line_with, read

TODAY = date(2026, 11, 22)


def test_stacks_are_read_with_their_layers_and_columns():
    diagram = drawable(STACKS)
    assert (diagram.kind, diagram.title, diagram.alt) == (Kind.STACKS, "Ways out", "Two ways out.")
    assert (diagram.as_of, diagram.notes) == (date(2026, 5, 1), ("Both can be paused.",))
    assert diagram.sources == (Named(date(2026, 5, 1), "A contract"), Named(date(2025, 12, 31), "Some docs"))
    assert diagram.layers == (Layer("Token", "It can be sold."), Layer("Validators", ""))
    assert diagram.columns == (
        Column("Plain", "", ("Validators",)),
        Column("Liquid", "for example", ("Token", "Validators")),
    )


def test_rows_are_read_in_the_order_of_the_labels_and_without_what_is_not_said():
    text = changed(ROWS, ('Time = "at once"\n"Paid in" = "what the pool pays"', '"Paid in" = "ETH"\nTime = "now"'))
    first, second = drawable(text).rows
    assert first == Row("Sell", (("Time", "now"), ("Paid in", "ETH")), mark="1", tag="Fast")
    assert (second.heading, [label for label, _ in second.facts]) == ("What takes longer", ["Time"])


def test_a_figure_is_said_with_its_day():
    assert drawable(ROWS).rows[1].facts == (("Time", "15 to 21 days (31 Dec 2025)"),)


def test_the_digest_follows_every_text_and_every_figure():
    first = digest_of(drawable(ROWS))
    assert first == digest_of(drawable(changed(ROWS, ('title = "Ways out"', '# a note\ntitle  =  "Ways out"'))))
    for change in [('"Sell"', '"Swap"'), ("2026-05-01\n", "2026-05-02\n"), ("{figure:queue}", "{figure:rate}")]:
        assert digest_of(drawable(changed(ROWS, change))) != first


SLIPS = [
    (ROWS, ('kind = "rows"\n', ""), "title =", "[kind] is missing; add kind = …"),
    (ROWS, ('"rows"', '"row"'), "kind =", "[kind] must be one of stacks, rows, not 'row'"),
    (ROWS, ('title = "Ways out"', "title = 3"), "title =", "[title] must be text in quotes"),
    (ROWS, ('title = "Ways out"', 'title = " "'), "title =", "[title] must not be empty"),
    (ROWS, ('"Ways out"', f'"{"w" * 61}"'), "title =", "[title] has 61 characters; keep it to 60"),
    (ROWS, ("2026-05-01\n", '"May"\n'), "as_of =", "[as_of] must be a date such as 2026-11-22 without quotes"),
    (
        ROWS,
        ('"2025-12-31 Some docs"', '"Some docs"'),
        "sources =",
        "[sources] 'Some docs' is not understood; write \"2026-07-14 Name of the source\"",
    ),
    (
        ROWS,
        ('["2026-05-01 A contract", "2025-12-31 Some docs"]', "[]"),
        "sources =",
        '[sources] is missing; add sources = ["…"]',
    ),
    (
        ROWS,
        ('["Both can be paused."]', '"Both"'),
        "notes =",
        '[notes] must be a list of texts; write notes = ["one", "two"]',
    ),
    (
        ROWS,
        ('[[rows]]\nheading = "What takes longer"\nname = "Queue"', "[[rows]] # 2"),
        "# 2",
        "[rows 2] name is missing; add name = …",
    ),
    (ROWS, ('mark = "1"', 'mark = "12"'), "mark =", "[rows 1] mark has 2 characters; keep it to 1"),
    (
        ROWS,
        ('["Time", "Paid in"]', '["Time", "Paid in", "a", "b", "c"]'),
        "labels =",
        "[labels] holds 5 labels; keep to 4",
    ),
    (
        STACKS,
        ('layers = ["Token", "Validators"]', 'layers = ["Tokens", "Validators"]'),
        '"Tokens"',
        "[columns 2] layers name 'Tokens', but there is no such layer; did you mean 'Token'?",
    ),
]


@pytest.mark.parametrize(("text", "change", "where", "message"), SLIPS)
def test_a_slip_keeps_the_picture_from_being_drawn_and_is_told_at_its_line(text, change, where, message):
    text = changed(text, change)
    diagram, problems = read(text)
    assert diagram is None
    assert [str(problem) for problem in problems] == [f"{FILE}:{line_with(text, where)}: {message}"]
    assert problems[0].fatal


def test_a_layer_that_stands_twice_is_told_at_the_second():
    text = changed(STACKS, ('name = "Validators"\n', 'name = "Token"\n'), ('["Validators"]', '["Token"]'))
    text = changed(text, ('["Token", "Validators"]', '["Token", "Token"]'))
    _, (problem,) = read(text)
    assert problem.message == "[layers 2] name 'Token' stands here twice; keep one"
    assert text.split("\n")[problem.line - 1] == 'name = "Token"'
    assert problem.line > line_with(text, "It can be sold.")


def test_too_many_columns_are_told():
    _, (problem,) = read(STACKS + '[[columns]]\nname = "More"\nlayers = ["Token"]\n' * 3)
    assert problem.message == "[columns] stands here 5 times; a picture holds 1 to 4 [[columns]]"


def test_a_table_of_the_wrong_shape_is_told():
    _, problems = read(changed(ROWS, ("[[rows]]\nheading", "[other]\nheading")).replace("[[rows]]", "[rows]"))
    assert "[rows] is not a table; write [[rows]] on a line of its own" in [problem.message for problem in problems]


def test_a_field_that_nobody_reads_is_told_and_the_picture_drawn():
    diagram, (problem,) = read(changed(ROWS, ('Time = "at once"', 'Tiem = "at once"')))
    assert diagram is not None
    assert problem.message == "[rows 1] has a field 'Tiem' that is not known; did you mean 'Time'?"
    assert not problem.fatal


def test_a_figure_that_is_not_there_is_told_with_the_nearest():
    text = changed(ROWS, ("{figure:queue}", "{figure:queu}"))
    diagram, (problem,) = read(text)
    assert diagram is None
    assert problem.message == "there is no figure 'queu' in facts/figures.toml; did you mean 'queue'?"
    assert problem.line == line_with(text, "figure:queu")


def test_a_file_that_is_no_toml_is_told():
    diagram, (problem,) = read('kind = "rows\n')
    assert diagram is None
    assert problem.code == "bad-toml"


def test_the_moderators_example_is_read_without_a_problem():
    page = (Path(__file__).parents[2] / "knowledge" / "README.md").read_text(encoding="utf-8")
    (example,) = [block for block in re.findall(r"```\n(.*?)```", page, re.DOTALL) if block.startswith("kind")]
    diagram = drawable(example.replace("kelp-queue", "queue"))
    assert [(row.mark, row.tag, row.heading) for row in diagram.rows] == [
        ("1", "Market", ""),
        ("", "", "For those who wait"),
    ]
    assert checked(example.replace("kelp-queue", "queue")) == []


def checked(text: str) -> list[tuple[int, str]]:
    problems = Problems()
    check_diagram(FILE, text, FACTS, TODAY, problems)
    return [(problem.line, problem.message) for problem in problems.sorted()]


def test_what_is_sound_passes_the_check():
    assert checked(ROWS) == checked(STACKS) == []


@pytest.mark.parametrize("slot", ["{rate:rsETH}", "{figure:rate}"])
def test_a_live_value_is_told_because_a_drawing_cannot_change(slot):
    text = changed(ROWS, ("{figure:queue}", slot))
    said = f"'{slot}' is a live value, which a drawing cannot show; use {{figure:…}} with a figure that has no 'live ='"
    assert checked(text) == [(line_with(text, slot), said)]


def test_a_value_without_its_date_is_told():
    text = changed(ROWS, ("at once", "costs 3%"))
    ((line, message),) = checked(text)
    assert message.startswith("'3%' reads as true for ever")
    assert line == line_with(text, "costs 3%")


def test_a_link_or_a_loose_brace_is_told_because_it_would_be_drawn_as_it_stands():
    assert "links belong under" in checked(changed(ROWS, ("at once", "see https://a.example")))[0][1]
    assert "is not a slot" in checked(changed(ROWS, ("at once", "{figure:queue")))[0][1]


def test_a_day_to_come_is_told():
    text = changed(ROWS, ("2025-12-31 Some docs", "2026-12-31 Some docs"))
    ((line, message),) = checked(text)
    assert "dated 2026-12-31, in the future" in message
    assert line == line_with(text, "2026-12-31")
