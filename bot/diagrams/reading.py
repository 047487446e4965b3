"""Descriptions of pictures: TOML text in, `Diagram` and problems out. No file is opened here."""

from collections.abc import Callable
from datetime import date
from typing import Final

from bot.diagrams.diagram import FIGURE, Column, Diagram, Kind, Layer, Named, Row, filled, texts_of
from bot.diagrams.tables import Description, Table
from bot.knowledge.facts import Facts, Figure
from bot.knowledge.header import parse_date
from bot.knowledge.hints import did_you_mean
from bot.knowledge.places import line_of
from bot.knowledge.problems import Problems
from bot.knowledge.prose import SLOT_KINDS, Slot, check_dates, check_prose, slots_in

TITLE, ALT, NAME, SAYS, WORD, MARK = 60, 300, 60, 240, 24, 1
"""How many characters a text may have: the title, what is said to who cannot see it, names, sentences, labels and tags,
and what stands in the circle before a name."""
MOST_COLUMNS: Final = 4
MOST_LAYERS: Final = 7
MOST_ROWS: Final = 8
MOST_LABELS: Final = 4
_ALWAYS: Final = ("kind", "title", "alt", "as_of", "sources", "notes")
_OWN: Final = {Kind.STACKS: ("layers", "columns"), Kind.ROWS: ("labels", "rows")}
_ROW: Final = ("name", "mark", "tag", "heading")

Said = Callable[[Figure], str]
"""How a figure is said where it fills a slot."""


def read_diagram(file: str, text: str, facts: Facts, said: Said, problems: Problems) -> Diagram | None:
    """The picture that the text of a file describes, its figures filled; None where it cannot be drawn."""
    description = Description(file, text, problems)
    diagram = None if description.faulty else _described(description)
    if diagram is None or description.faulty or not _figures_known(diagram, description, facts):
        return None
    return filled(diagram, {figure.id: said(figure) for figure in facts.figures.values()})


def check_diagram(file: str, text: str, facts: Facts, today: date, problems: Problems) -> None:
    """Report what a picture that can be drawn should not say: days to come, live values, values without a date."""
    diagram = _described(Description(file, text, Problems()))
    if diagram is None:
        return
    for day in {diagram.as_of, *(source.when for source in diagram.sources)}:
        if day > today:
            problems.add(file, line_of(text, day.isoformat()), "future-source", value=day.isoformat())
    for said in dict.fromkeys(texts_of(diagram)):
        line = line_of(text, said)
        check_prose(said, line, problems.in_file(file))
        check_dates(said, line, problems.in_file(file))
        for slot in slots_in(said):
            if slot.kind in SLOT_KINDS and _is_live(slot, facts):
                problems.add(file, line, "live-in-picture", text=str(slot))


def _is_live(slot: Slot, facts: Facts) -> bool:
    figure = facts.figures.get(slot.key)
    return slot.kind != "figure" or (figure is not None and bool(figure.live))


def _figures_known(diagram: Diagram, description: Description, facts: Facts) -> bool:
    slots = [match for text in texts_of(diagram) for match in FIGURE.finditer(text)]
    unknown = {match[1]: match[0] for match in slots if match[1] not in facts.figures}
    for name, slot in unknown.items():
        hint, line = did_you_mean(name, facts.figures), line_of(description.text, slot)
        description.problems.add(description.file, line, "unknown-figure", id=name, hint=hint, fatal=True)
    return not unknown


def _described(description: Description) -> Diagram | None:
    top = description.top
    kind = top.one_of("kind", tuple(Kind))
    if not kind:
        return None
    top.only((*_ALWAYS, *_OWN[Kind(kind)]))
    layers = _layers(description) if kind == Kind.STACKS else ()
    return Diagram(
        kind=Kind(kind),
        title=top.text("title", TITLE, needed=True),
        alt=top.text("alt", ALT, needed=True),
        as_of=top.day("as_of"),
        sources=_sources(top),
        notes=top.texts("notes", SAYS),
        layers=layers,
        columns=_columns(description, layers) if kind == Kind.STACKS else (),
        rows=_rows(description) if kind == Kind.ROWS else (),
    )


def _sources(top: Table) -> tuple[Named, ...]:
    found = []
    for text in top.texts("sources", SAYS, needed=True):
        day, _, name = text.partition(" ")
        when = parse_date(day)
        if when is None or not name:
            top.fault("sources", f"'{text}' is not understood; write \"2026-07-14 Name of the source\"")
        else:
            found.append(Named(when, name))
    return tuple(found)


def _layers(description: Description) -> tuple[Layer, ...]:
    found: dict[str, Layer] = {}
    for table in description.tables("layers", 1, MOST_LAYERS):
        table.only(("name", "says"))
        layer = Layer(table.text("name", NAME, needed=True), table.text("says", SAYS))
        if layer.name in found:
            table.fault("name", f"'{layer.name}' stands here twice; keep one")
        found[layer.name] = layer
    return tuple(found.values())


def _columns(description: Description, layers: tuple[Layer, ...]) -> tuple[Column, ...]:
    return tuple(_column(table, layers) for table in description.tables("columns", 1, MOST_COLUMNS))


def _column(table: Table, layers: tuple[Layer, ...]) -> Column:
    table.only(("name", "says", "layers"))
    known = [layer.name for layer in layers]
    used = table.texts("layers", NAME, needed=True)
    for name in used:
        if name not in known:
            table.fault("layers", f"name '{name}', but there is no such layer{did_you_mean(name, known)}")
    return Column(table.text("name", NAME, needed=True), table.text("says", SAYS), used)


def _rows(description: Description) -> tuple[Row, ...]:
    top = description.top
    labels = top.texts("labels", WORD, needed=True)
    if len(labels) > MOST_LABELS:
        top.fault("labels", f"holds {len(labels)} labels; keep to {MOST_LABELS}")
    return tuple(_row(table, labels) for table in description.tables("rows", 1, MOST_ROWS))


def _row(table: Table, labels: tuple[str, ...]) -> Row:
    table.only((*_ROW, *labels))
    facts = ((label, table.text(label, SAYS)) for label in labels)
    return Row(
        name=table.text("name", NAME, needed=True),
        facts=tuple((label, says) for label, says in facts if says),
        mark=table.text("mark", MARK),
        tag=table.text("tag", WORD),
        heading=table.text("heading", NAME),
    )
