"""Putting a damaged database file aside, and letting go of such copies when their time is over."""

import logging
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

log = logging.getLogger("bot.storage")

STAMP = "%Y%m%dT%H%M%SZ"
COMPANIONS = ("-wal", "-journal")
DAMAGE_CODES = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

Identity = tuple[int, int]


class DamagedFile(sqlite3.DatabaseError):
    """The file opens, but its pages do not fit together."""


def is_damage(error: BaseException) -> bool:
    """Whether the error says that the file itself is broken, not that it is merely out of reach."""
    if isinstance(error, DamagedFile):
        return True
    return isinstance(error, sqlite3.Error) and primary_code(error) in DAMAGE_CODES


def primary_code(error: sqlite3.Error) -> int:
    """SQLite's result code without its extension; 0 where the error did not come from SQLite."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def identity(path: Path) -> Identity | None:
    """Which file the path means now; None where there is none or it cannot be asked."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def set_aside(database: Path, keys: Path, now: datetime, cause: BaseException) -> None:
    """Move the damaged database and what belongs to it out of the way, and destroy the keys of its hashes.

    Nothing can be erased inside a broken file. Without the keys no row in it can be tied to a member any more.
    """
    target = database.with_name(f"{database.name}.corrupt-{now.astimezone(UTC).strftime(STAMP)}")
    keys.unlink(missing_ok=True)
    for suffix in COMPANIONS:
        _move(database.with_name(database.name + suffix), target.with_name(target.name + suffix))
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    _move(database, target)
    log.error(
        "The bot's memory %s is damaged (%s). It was moved aside as %s and a new one is begun.",
        database,
        cause,
        target.name,
    )


def remove_old_copies(database: Path, cutoff: datetime) -> None:
    """Delete the copies that were put aside before `cutoff`: what is in them is bound to the same retention."""
    for copy in database.parent.glob(f"{database.name}.corrupt-*"):
        put_aside = _stamp_of(copy)
        if put_aside is not None and put_aside < cutoff:
            copy.unlink(missing_ok=True)


def _move(source: Path, target: Path) -> None:
    if source.exists():
        source.replace(target)


def _stamp_of(copy: Path) -> datetime | None:
    stamp = copy.name.rpartition(".corrupt-")[2].partition("-")[0]
    try:
        return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
