"""Copies of the knowledge folder, one for each version that was served, so that moderators can go back to an earlier.

A version is first copied aside, then read from its copy: what happens to the folder meanwhile cannot mix two states of
it, and what is kept is what was read. A copy has its final name only when it is whole.
"""

import json
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, NoReturn

from bot.errors import KnowledgeError
from bot.knowledge.pictures import DRAWING_LIMIT

log = logging.getLogger("bot.curation")

FOLDER: Final = "versions"
KEPT: Final = 10
"""Versions that stay; the oldest go."""
STALE: Final = 3600.0
"""Seconds after which nobody is at a copy any more that has no name yet. Other processes may use the data folder."""
_READ: Final = frozenset({".md", ".toml", ".json", ".svg", ".png"})
"""Endings of files that a reader opens. Of others only the name matters, and a copy of each would fill the disk."""
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
        # By its name and not by what a link means now: deployments exchange that.
        place = sha256(os.fsencode(knowledge_dir.absolute())).hexdigest()[:8]
        self._root, self._keep = data_dir / FOLDER / place, keep

    def copy(self, source: Path) -> Path:
        """Copy the knowledge files aside and say where to.

        Raises:
            OSError: there is no room for a copy. Nothing is left behind.
            KnowledgeError: not all of the folder can be read. Nothing is left behind.
        """
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        draft = Path(mkdtemp(prefix=_DRAFT, dir=self._root))
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
        note = {"version": version, "at": now.astimezone(UTC).strftime(_STAMP), "entries": entries}
        final = self._root / f"{self._next(now)}-{version}"
        try:
            _write(draft / _NOTE, json.dumps(note).encode())
            draft.rename(final)
        except OSError:
            self.drop(draft)
            raise
        # Listed before it is decided what stays: what another process keeps in between is none of the old ones.
        there = self._all()
        stay = {one.folder for one in self.kept()[: self._keep]}
        for old in there:
            if old.folder not in stay:
                shutil.rmtree(old.folder, ignore_errors=True)
        return KeptVersion(version, now, entries, final)

    def kept(self) -> list[KeptVersion]:
        """The versions that can be served again, each once, the one that was kept last first. What is damaged is not
        among them.
        """
        found: dict[str, KeptVersion] = {}
        for one in self._all():
            found.setdefault(one.version, one)
        return list(found.values())

    def _all(self) -> list[KeptVersion]:
        try:
            folders = sorted(self._root.iterdir(), reverse=True)
        except OSError:
            return []
        return [one for one in map(_read, folders) if one is not None]

    def _next(self, now: datetime) -> str:
        """The beginning of the next name, by which copies are in order: now, or where the clock was set back, after the
        last one all the same.
        """
        stamps = [_moment(one.folder.name.partition("-")[0]) for one in self._all()]
        return max([now.astimezone(UTC), *(at + timedelta(microseconds=1) for at in stamps)]).strftime(_STAMP)

    def find(self, version: str) -> KeptVersion | None:
        """The version of that name, or the only one that begins so; None where there is none or several."""
        found = [one for one in self.kept() if version and one.version.startswith(version)]
        return found[0] if len(found) == 1 else None

    def _sweep(self) -> None:
        """Remove what a process that was killed has left behind."""
        for left in self._root.glob(f"{_DRAFT}*"):
            with suppress(OSError):  # another process was quicker
                if abs(time.time() - left.stat().st_mtime) > STALE:
                    self.drop(left)


def _files(source: Path) -> Iterator[Path]:
    """Every file that a reader of knowledge might look at: nothing hidden or set aside, such as a git repository.

    Raises:
        KnowledgeError: a folder in it cannot be read; what lies there must not count as gone.
    """
    for folder, names, files in os.walk(source, onerror=_unreadable):
        links = [name for name in names if (Path(folder) / name).is_symlink()]
        names[:] = [name for name in names if not name.startswith((".", "_")) and name not in links]
        for name in (*files, *links):
            if not name.startswith((".", "_")):
                yield Path(folder) / name


def _unreadable(error: OSError) -> NoReturn:
    name = Path(error.filename or "").name
    raise KnowledgeError(f"The folder '{name}' cannot be read ({error.strerror or 'unknown cause'}).") from error


def _copy(path: Path, target: Path, source: Path) -> None:
    """Copy one file so that it reads as it did: a link out of the folder stays one, what cannot be read stays so, and
    of a file that no reader takes for its size or its name only these are kept.
    """
    real = _meant(path)
    if real is not None and real.is_dir() and real.is_relative_to(source.resolve()):
        return  # a second name for a folder; its files are read under the first
    target.parent.mkdir(parents=True, exist_ok=True)
    if real is None:
        target.symlink_to(_NOWHERE)
    elif not real.is_relative_to(source.resolve()):
        target.symlink_to(real)
    elif path.suffix.lower() not in _READ:
        target.touch()
    else:
        _copy_data(path, target)


def _meant(path: Path) -> Path | None:
    """What a path leads to; None for a link that leads to itself."""
    try:
        return path.resolve()
    except RuntimeError:  # how Python before 3.13 says so
        return None


def _copy_data(path: Path, target: Path) -> None:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if path.is_file() and size <= DRAWING_LIMIT else None
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
        _moment(folder.name.partition("-")[0])
        return KeptVersion(str(note["version"]), _moment(note["at"]), int(note["entries"]), folder)
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
