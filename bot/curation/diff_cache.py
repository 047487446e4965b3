"""Answers kept in the data folder, so that the next comparison with the same files need not ask again.

A file belongs to one version of the files, of the thresholds and of the code that decides. It holds no question, only a
digest of each. One that is damaged, or a folder that cannot be written, costs time and nothing else.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import bot
from bot.curation import training
from bot.curation.keeping import keep_newest
from bot.curation.moves import Case, Origin, Reached
from bot.knowledge import Library

FOLDER = "diff"
KEPT = 8
"""Files that stay; older ones go when a new one is written."""
DECIDING = ("answering", "knowledge", "matching")
"""Rooms whose code decides what a question leads to."""


@cache
def code_digest() -> str:
    """Names the code that decides, and the tables that come with it by their sizes."""
    root = Path(bot.__file__).parent
    found = sha256()
    for room in DECIDING:
        for path in sorted((root / room).rglob("*")):
            if path.suffix == ".py":
                found.update(path.read_bytes())
            elif path.parent.name == "data":
                found.update(f"{path.name} {path.stat().st_size}".encode())
    return found.hexdigest()


def key_of(library: Library) -> str:
    """Names all that the answers of a library depend on. The day is in it by the entries that are served on it."""
    served = ",".join(entry.id for entry in library.published)
    whole = "\0".join((library.version, library.thresholds, served, str(training.FORMAT), code_digest()))
    return sha256(whole.encode()).hexdigest()[:24]


def _digest(case: Case) -> str:
    return sha256(f"{case.previous or ''}\0{case.question}".encode()).hexdigest()[:16]


class KeptAnswers:
    """What the files of one key were asked, before and now."""

    def __init__(self, data_dir: Path, key: str) -> None:
        self._path = data_dir / FOLDER / f"{key}.json"
        self._kept = _read(self._path)
        self._known = dict(self._kept)

    def missing(self, cases: Iterable[Case]) -> list[Case]:
        """The questions that have to be asked."""
        return [case for case in cases if _digest(case) not in self._known]

    def add(self, cases: Sequence[Case], reached: Sequence[Reached]) -> None:
        """Take answers, and keep them whole or not at all. Those to recent questions are none of a file's business."""
        asked = list(zip(cases, reached, strict=True))
        self._known |= {_digest(case): one for case, one in asked}
        fresh = {_digest(case): one for case, one in asked if case.origin is not Origin.RECENT}
        if fresh:
            self._kept = {**self._kept, **fresh}
            _write(self._path, self._kept)

    def of(self, cases: Iterable[Case]) -> list[Reached]:
        """The answers to questions none of which is missing."""
        return [self._known[_digest(case)] for case in cases]


def _read(path: Path) -> Mapping[str, Reached]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {digest: Reached.from_json(row) for digest, row in rows.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(path: Path, known: Mapping[str, Reached]) -> None:
    text = json.dumps({digest: reached.as_json() for digest, reached in known.items()}, separators=(",", ":"))
    with suppress(OSError):  # the next comparison asks again
        keep_newest(path, text, KEPT)
