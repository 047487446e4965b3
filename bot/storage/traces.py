"""Leaving no byte of a deleted row: what is deleted is noted in the file, and later the file is written anew.

The note is the file's own marker (`user_version`), so it outlives a crash between a deletion and the removal.
"""

from typing import Final

from sqlite_utils import Database

CLEAN: Final = 0
TRACES_LEFT: Final = 1


def delete_rows(db: Database, statement: str, *values: str | int) -> int:
    """Delete rows in the open transaction, note in the same one that their bytes must go too, and say how many."""
    deleted = db.execute(statement, values).rowcount
    if deleted:
        note_traces(db)
    return deleted


def note_traces(db: Database) -> None:
    """Note in the open transaction that the file holds bytes of what was deleted."""
    db.execute(f"pragma user_version = {TRACES_LEFT}")


def has_traces(db: Database) -> bool:
    """Whether the file may hold bytes of deleted rows."""
    (marker,) = db.execute("pragma user_version").fetchone()
    return bool(marker == TRACES_LEFT)


def remove_traces(db: Database) -> bool:
    """Write the file anew if rows were deleted from it, so that no byte of them is left; False: not possible now.

    `secure_delete` overwrites a deleted row, but not the copies SQLite leaves behind when it moves rows between
    pages, and the write-ahead log holds earlier pages. While another process reads, the log cannot be emptied.
    """
    if not has_traces(db):
        return True
    db.vacuum()
    busy, _, _ = db.execute("pragma wal_checkpoint(truncate)").fetchone()
    if not busy:
        db.execute(f"pragma user_version = {CLEAN}")
    return not busy
