"""The folder with explanatory pictures: a description each, and beside it the drawings that are made from it.

Descriptions are only kept as text here, since most are never shown; `bot.diagrams` reads them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FOLDER: Final = "pictures"
DESCRIPTION: Final = ".toml"
SVG, PNG = ".svg", ".png"
DRAWING_LIMIT: Final = 4 * 1024 * 1024
"""Largest drawing that is read, in bytes; Discord takes files of 10 MB."""
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MAGIC: Final = b"\x89PNG\r\n\x1a\n"


def sorted_out(paths: list[Path]) -> Iterator[tuple[Path, bool]]:
    """Each file of the folder that is not a drawing, with whether it is a description; drawings of none count as
    strays too.
    """
    described = {path.stem for path in paths if path.suffix == DESCRIPTION and _ID.fullmatch(path.stem)}
    for path in paths:
        is_description = path.suffix == DESCRIPTION and path.stem in described
        if is_description or not (path.suffix in {SVG, PNG} and path.stem in described):
            yield path, is_description


def drawing(root: Path, picture: str, kind: str) -> bytes:
    """The drawing of a picture, as it lies in the folder. `kind` is `SVG` or `PNG`. Raises OSError where it is missing,
    leads out of the folder, is too large, or is no PNG although it is called one.
    """
    path = root / FOLDER / f"{picture}{kind}"
    if not path.resolve().is_relative_to(root.resolve()):
        raise OSError(None, "it leads out of the folder")
    if path.stat().st_size > DRAWING_LIMIT:
        raise OSError(None, "it is too large")
    data = path.read_bytes()
    if kind == PNG and not data.startswith(_MAGIC):
        raise OSError(None, "it is no PNG")
    return data
