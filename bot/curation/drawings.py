"""Drawings of the pictures of a knowledge folder: made from their descriptions, and held against them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from bot.answering.slots import dated
from bot.diagrams.diagram import Diagram, digest_of, texts_of
from bot.diagrams.layout import laid_out
from bot.diagrams.png import is_png_of, png_of
from bot.diagrams.reading import check_diagram, read_diagram
from bot.diagrams.svg import is_svg_of, svg_of
from bot.errors import UsageError
from bot.knowledge import Library, Problem
from bot.knowledge.house.wording import forbidden
from bot.knowledge.pictures import DESCRIPTION, FOLDER, PNG, SVG, drawing
from bot.knowledge.places import line_of
from bot.knowledge.problems import Problems
from bot.market.canvas import writable

TALLEST: Final = 1900
"""Pixels; 760 on a phone that shows the picture 360 wide, which is one screen."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What `draw` did: the pictures that were drawn, those that were up to date, and why others cannot be drawn."""

    drawn: tuple[str, ...]
    current: tuple[str, ...]
    problems: tuple[Problem, ...]


def draw(folder: Path, library: Library, *, again: bool = False) -> Drawn:
    """Draw what is missing or older than its description, `again` everything. Raises UsageError where the folder cannot
    be written.
    """
    problems, drawn, current = Problems(), list[str](), list[str]()
    for picture, diagram in _readable(library, problems):
        if not again and not _missing_or_old(folder, picture, diagram):
            current.append(picture)
            continue
        try:
            _write(folder, picture, diagram)
        except OSError as error:
            raise UsageError(f"The drawings of {picture} cannot be written ({error.strerror}).") from error
        drawn.append(picture)
    return Drawn(tuple(drawn), tuple(current), problems.sorted())


def check_drawings(folder: Path, library: Library, today: date) -> tuple[Problem, ...]:
    """Everything that a moderator should mend about the pictures of a folder."""
    problems = Problems()
    for picture, diagram in _readable(library, problems):
        file, text = _file(picture), library.pictures[picture]
        check_diagram(file, text, library.facts, today, problems)
        _check_look(file, text, diagram, problems)
        for said in texts_of(diagram):
            for code, words in forbidden(said, library.facts.rules):
                problems.add(file, line_of(text, words), code, text=words)
        for code, names in _missing_or_old(folder, picture, diagram).items():
            stated = f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'}"
            problems.add(file, 1, code, names=stated)
    return problems.sorted()


def _readable(library: Library, problems: Problems) -> Iterator[tuple[str, Diagram]]:
    for picture, text in library.pictures.items():
        diagram = read_diagram(_file(picture), text, library.facts, dated, problems)
        if diagram is not None:
            yield picture, diagram


def _file(picture: str) -> str:
    return f"{FOLDER}/{picture}{DESCRIPTION}"


def _missing_or_old(folder: Path, picture: str, diagram: Diagram) -> dict[str, list[str]]:
    """The names of the drawings that have to be made, by the code of the reason."""
    digest = digest_of(diagram)
    found: dict[str, list[str]] = {}
    for kind in (SVG, PNG):
        try:
            data = drawing(folder, picture, kind)
        except OSError:
            found.setdefault("no-drawing", []).append(picture + kind)
            continue
        is_of = is_png_of(data, digest) if kind == PNG else is_svg_of(data.decode("utf-8", "replace"), digest)
        if not is_of:
            found.setdefault("old-drawing", []).append(picture + kind)
    return found


def _write(folder: Path, picture: str, diagram: Diagram) -> None:
    layout, digest = laid_out(diagram), digest_of(diagram)
    place = folder / FOLDER
    (place / f"{picture}{SVG}").write_text(svg_of(layout, diagram.title, diagram.alt, digest), encoding="utf-8")
    (place / f"{picture}{PNG}").write_bytes(png_of(layout, diagram.title, diagram.alt, digest))


def _check_look(file: str, text: str, diagram: Diagram, problems: Problems) -> None:
    """Report what cannot be seen from the description: what does not fit, and what the font cannot write."""
    layout = laid_out(diagram)
    if layout.height > TALLEST:
        problems.add(file, 1, "tall-picture", height=layout.height, limit=TALLEST)
    words = " ".join(one for one in texts_of(diagram) if one != diagram.alt).split()
    shown = {word for line in layout.lines for word in line.text.split()}
    for word in dict.fromkeys(words):
        strange = [sign for sign in word if "?" in writable(sign) and sign != "?"]
        if strange:
            problems.add(file, line_of(text, word), "undrawable-sign", sign=strange[0], text=word)
        elif not set(writable(word).split()) <= shown:
            problems.add(file, line_of(text, word), "long-word", word=word)
