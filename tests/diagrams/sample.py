"""Small descriptions and the register of figures that they use."""

from collections.abc import Iterable
from datetime import date

from bot.answering.slots import dated
from bot.diagrams.diagram import Diagram, digest_of
from bot.diagrams.layout import laid_out
from bot.diagrams.png import png_of
from bot.diagrams.reading import read_diagram
from bot.diagrams.svg import svg_of
from bot.knowledge.facts import Facts, Figure
from bot.knowledge.problems import Problem, Problems

TOP = """title = "Ways out"
alt = "Two ways out."
as_of = 2026-05-01
sources = ["2026-05-01 A contract", "2025-12-31 Some docs"]
notes = ["Both can be paused."]
"""
STACKS = f"""kind = "stacks"
{TOP}
[[layers]]
name = "Token"
says = "It can be sold."

[[layers]]
name = "Validators"

[[columns]]
name = "Plain"
layers = ["Validators"]

[[columns]]
name = "Liquid"
says = "for example"
layers = ["Token", "Validators"]
"""
ROWS = f"""kind = "rows"
{TOP}labels = ["Time", "Paid in"]

[[rows]]
mark = "1"
name = "Sell"
tag = "Fast"
Time = "at once"
"Paid in" = "what the pool pays"

[[rows]]
heading = "What takes longer"
name = "Queue"
Time = "{{figure:queue}}"
"""
FACTS = Facts(
    figures={
        "queue": Figure("queue", "15 to 21 days", "21", "days", date(2025, 12, 31), "Docs"),
        "rate": Figure("rate", "1.07 ETH", "1.07", "ETH", date(2026, 1, 2), "A page", live="rate:rsETH"),
    }
)
FIGURES = """[queue]
say = "15 to 21 days"
value = "21"
unit = "days"
as_of = 2025-12-31
source = "Docs"

[rate]
say = "1.07 ETH"
value = "1.07"
unit = "ETH"
as_of = 2026-01-02
source = "A page"
live = "rate:rsETH"
"""
"""The same figures as a file of the facts."""
FILE = "pictures/x.toml"


def read(text: str) -> tuple[Diagram | None, list[Problem]]:
    """The picture of a description, and what is wrong with it."""
    problems = Problems()
    return read_diagram(FILE, text, FACTS, dated, problems), list(problems.sorted())


def drawable(text: str) -> Diagram:
    """The picture of a description without a slip."""
    diagram, problems = read(text)
    assert problems == []
    assert diagram is not None
    return diagram


def changed(text: str, *changes: tuple[str, str]) -> str:
    """A description with texts in it replaced, each of which stands there once."""
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def line_with(text: str, wanted: str) -> int:
    """The one line of a description that holds a text."""
    (line,) = [number for number, one in enumerate(text.split("\n"), 1) if wanted in one]
    return line


def plain(words: Iterable[str]) -> set[str]:
    """Words without the marks around them."""
    return {bare for word in words if (bare := word.strip(".,;:()"))}


def drawn(text: str) -> dict[str, str | bytes]:
    """The files of a picture whose drawings are as new as its description."""
    diagram, _ = read(text)
    assert diagram is not None
    given = (laid_out(diagram), diagram.title, diagram.alt, digest_of(diagram))
    return {FILE: text, "pictures/x.svg": svg_of(*given), "pictures/x.png": png_of(*given)}
