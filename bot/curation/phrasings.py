"""Where in the knowledge files a phrasing stands, for who wants to change it."""

from collections.abc import Mapping
from pathlib import Path

from bot.knowledge import Library
from bot.knowledge.entry_file import phrasing_lines


def file_of(library: Library, entry_id: str, phrasing: str) -> str:
    """The file in which a phrasing of an entry stands: its own, or that of an entry which sends it there."""
    own = library.entries[entry_id]
    if phrasing in (*own.questions, own.title):
        return own.file
    senders = (
        entry.file
        for entry in library.published
        for miss in entry.not_this
        if (miss.question, miss.entry) == (phrasing, entry_id)
    )
    return next(senders, own.file)


def lines_in(path: Path) -> Mapping[str, int]:
    """The line of each phrasing in an entry file; none where it has gone meanwhile or cannot be read."""
    try:
        return phrasing_lines(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return {}


def place_of(library: Library, root: Path, entry_id: str, phrasing: str) -> tuple[str, int | None]:
    """The file of a phrasing, below `root`, and its line where that is found."""
    file = file_of(library, entry_id, phrasing)
    return file, lines_in(root / file).get(phrasing)
