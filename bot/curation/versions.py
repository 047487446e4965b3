"""Copies of the knowledge folder, one for each version that was served, so that moderators can go back to an earlier.

A version is first copied aside, then read from its copy: what happens to the folder meanwhile cannot mix two states of
it, and what is kept is what was read. A copy has its final name only when it is whole.
"""

import json
import logging
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from bot.knowledge.pictures import DRAWING_LIMIT

log = logging.getLogger("bot.curation")

FOLDER: Final = "versions"
KEPT: Final = 10
"""Versions that stay; the oldest go."""
_NOTE: Final = ".version.json"
_DRAFT: Final = ".new-"
_NOWHERE: Final = ".unreadable"
_STAMP: Final = "%Y%m%dT%H%M%S%fZ"


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """One version that can be served again: when it was taken over last (aware UTC), and how many published entries it
    holds.
    """

    version: str
    at: datetime
    entries: int
    folder: Path


class Versions:
    """The kept versions of one knowledge folder, in the data folder. Whoever operates another folder with the same data
    never meets its versions here.
    """

    def __init__(self, data_dir: Path, knowledge_dir: Path, *, keep: int = KEPT) -> None:
        place = sha256(str(knowledge_dir.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:8]
        self._root, self._keep = data_dir / FOLDER / place, keep

    def copy(self, source: Path) -> Path:
        """Copy the knowledge files aside and say where to. Raises OSError; nothing is left behind then."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        draft = self._root / f"{_DRAFT}{os.getpid()}"
        draft.mkdir()
        try:
            for path in _files(source):
                _copy(path, draft / path.relative_to(source), source)
        except BaseException:
            self.drop(draft)
            raise
        return draft

    def drop(self, draft: Path) -> None:
        """Let go of a copy that is not to be kept."""
        shutil.rmtree(draft, ignore_errors=True)

    def keep(self, draft: Path, version: str, entries: int, now: datetime) -> KeptVersion:
        """Keep a copy under its version and let go of the oldest ones. Raises OSError; the copy is gone then."""
        stamp = now.astimezone(UTC).strftime(_STAMP)
        note = {"version": version, "at": stamp, "entries": entries}
        final = self._root / f"{stamp}-{version}"
        try:
            _write(draft / _NOTE, json.dumps(note).encode())
            draft.rename(final)
        except OSError:
            self.drop(draft)
            raise
        for old in [one for one in self.kept() if one.version == version][1:] + self.kept()[self._keep :]:
            shutil.rmtree(old.folder, ignore_errors=True)
        return KeptVersion(version, now, entries, final)

    def kept(self) -> list[KeptVersion]:
        """The versions that can be served again, newest first. What is damaged is not among them."""
        try:
            folders = sorted(self._root.iterdir(), reverse=True)
        except OSError:
            return []
        return [one for one in map(_read, folders) if one is not None]

    def find(self, version: str) -> KeptVersion | None:
        """The version of that name, or the only one that begins so; None where there is none or several."""
        found = [one for one in self.kept() if version and one.version.startswith(version)]
        return found[0] if len(found) == 1 else None

    def _sweep(self) -> None:
        """Remove what a process that was killed has left behind."""
        for left in self._root.glob(f"{_DRAFT}*"):
            self.drop(left)


def _files(source: Path) -> Iterator[Path]:
    """Every file that a reader of knowledge might look at: nothing hidden or set aside, such as a git repository."""
    for folder, names, files in os.walk(source):
        links = [name for name in names if (Path(folder) / name).is_symlink()]
        names[:] = [name for name in names if not name.startswith((".", "_")) and name not in links]
        for name in (*files, *links):
            if not name.startswith((".", "_")):
                yield Path(folder) / name


def _copy(path: Path, target: Path, source: Path) -> None:
    """Copy one file so that it reads as it did: a link out of the folder stays one, what cannot be read stays so, and
    of a file that no reader takes for its size only the size is kept.
    """
    real = path.resolve()
    if real.is_dir() and real.is_relative_to(source.resolve()):
        return  # a second name for a folder; its files are read under the first
    target.parent.mkdir(parents=True, exist_ok=True)
    if not real.is_relative_to(source.resolve()):
        target.symlink_to(real)
        return
    try:
        size = path.stat().st_size
        data = path.read_bytes() if real.is_file() and size <= DRAWING_LIMIT else None
    except OSError:
        size, data = 0, None
    if data is not None:
        _write(target, data)
    elif size > DRAWING_LIMIT:
        target.touch()
        os.truncate(target, size)
    else:
        target.symlink_to(_NOWHERE)


def _write(target: Path, data: bytes) -> None:
    with target.open("xb") as file:
        file.write(data)


def _read(folder: Path) -> KeptVersion | None:
    if folder.name.startswith("."):
        return None
    try:
        note = json.loads((folder / _NOTE).read_bytes())
        at = datetime.strptime(note["at"], _STAMP).replace(tzinfo=UTC)
        return KeptVersion(str(note["version"]), at, int(note["entries"]), folder)
    except (OSError, ValueError, LookupError, TypeError):
        return None
