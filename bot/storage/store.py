"""The open database: what is run on it, and when. It belongs to the thread that opened it."""

import logging
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Self

from sqlite_utils import Database

from bot.storage.damage import DamagedFile, identity, is_damage, primary_code, remove_old_copies, set_aside
from bot.storage.events import Asked, Event, Rated, Unanswered, Voted
from bot.storage.migrations import migrations
from bot.storage.rates import KEEP_RATE, PRUNE_RATES, RATE_RETENTION, KeptRate, read_rates
from bot.storage.votes import KeyRing, load_keys, save_keys

log = logging.getLogger("bot.storage")

DATABASE_NAME = "memory.db"
KEY_NAME = "votes.key"

LOCK_POLL = 0.01

# The file's own marker (`user_version`) outlives a crash between a deletion and the removal of its traces.
CLEAN, TRACES_LEFT = 0, 1

COUNT_GAP = """
    insert into gaps (text, count, first_seen, last_seen) values (:text, 1, :at, :at)
    on conflict (text) do update set
        count = count + 1, first_seen = min(first_seen, :at), last_seen = max(last_seen, :at)
"""


@dataclass(frozen=True, slots=True)
class Gap:
    """A wording nobody could answer yet: how often it was put, and when first and last (aware UTC)."""

    text: str
    count: int
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class StorePlan:
    """Where the database lives, its largest size in bytes, and the wait for a lock in seconds.

    `retention` is how long questions, gaps and votes are held; rates have a time of their own.
    """

    folder: Path
    retention: timedelta
    size_limit: int
    lock_wait: float = 0.25

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / DATABASE_NAME

    @property
    def keys(self) -> Path:
        """The file with the keys of the votes."""
        return self.folder / KEY_NAME


class Store:
    """The database while it is open. Its methods raise sqlite3.Error or OSError, and change all or nothing.

    The vote keys are read and changed only while the database's write lock is held, so that several processes
    can share one folder.
    """

    def __init__(self, plan: StorePlan, db: Database) -> None:
        self._plan = plan
        self._db = db
        self._identity = identity(plan.database)

    @classmethod
    def open(cls, plan: StorePlan, now: datetime) -> Self:
        """Open the database, begin it where there is none, and put a damaged one aside."""
        plan.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = identity(plan.database)
        try:
            return cls(plan, _connect(plan))
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            # Another process may have put the damaged file aside in the meantime; its new one must stay.
            if identity(plan.database) == found:
                set_aside(plan.database, plan.keys, now, error)
        return cls(plan, _connect(plan))

    def close(self) -> None:
        """Let go of the file; the last process to do so leaves no write-ahead log behind."""
        self._db.close()

    def is_in_place(self) -> bool:
        """Whether the path still means the file that was opened, and not a later one or none."""
        return self._identity is not None and identity(self._plan.database) == self._identity

    def write(self, events: Sequence[Event], now: datetime) -> None:
        """Write all events or none of them; also with none it proves that the database can be written."""
        with self._transaction():
            self._db.table("questions").insert_all(asdict(event) for event in events if isinstance(event, Asked))
            for event in events:
                if isinstance(event, Unanswered):
                    self._db.execute(COUNT_GAP, asdict(event))
                elif isinstance(event, Rated):
                    self._db.execute(KEEP_RATE, asdict(event))
            self._write_votes([event for event in events if isinstance(event, Voted)], now)

    def erase_member(self, user_id: int) -> int:
        """Delete every vote of the member and say how many they were; `remove_traces` then clears their bytes."""
        with self._transaction():
            ring = self._linkable_votes()
            members = ring.members(user_id) if ring else []
            return sum(self._delete_votes("member = ?", member) for member in members)

    def holdings(self, user_id: int) -> int:
        """How many votes of the member are held."""
        ring = load_keys(self._plan.keys)
        members = ring.members(user_id) if ring else []
        return sum(self._db.table("feedback").count_where("member = ?", [member]) for member in members)

    def top_gaps(self, limit: int) -> list[Gap]:
        """The gaps that were met most often, then those met last."""
        rows = self._db.table("gaps").rows_where(order_by="count desc, last_seen desc, text", limit=limit)
        return [Gap(row["text"], row["count"], _time(row["first_seen"]), _time(row["last_seen"])) for row in rows]

    def rates(self, since: datetime) -> list[KeptRate]:
        """The first and the last reading of each token and day since then, by token, then time."""
        return read_rates(self._db, since)

    def get_state(self, key: str) -> str | None:
        """The value kept under the key."""
        row = self._db.execute("select value from state where key = ?", [key]).fetchone()
        return None if row is None else str(row[0])

    def set_state(self, key: str, value: str) -> None:
        """Keep the value under the key, in place of an earlier one."""
        with self._transaction():
            self._db.table("state").upsert({"key": key, "value": value}, pk="key")

    def prune(self, now: datetime) -> int:
        """Delete what is older than its retention, renew the vote key when it is, and say how many rows went."""
        cutoff = now - self._plan.retention
        seconds = int(cutoff.timestamp())
        with self._transaction():
            deleted = sum(
                self._delete_rows(statement, seconds)
                for statement in (
                    "delete from questions where at < ?",
                    "delete from gaps where last_seen < ?",
                    "delete from feedback where at < ?",
                )
            )
            # A rate is public and names nobody, so its bytes are no trace. To write the whole file anew for the few
            # rows that leave it each day would be in vain; SQLite puts later rows in their place.
            deleted += self._db.execute(PRUNE_RATES, [int((now - RATE_RETENTION).timestamp())]).rowcount
            self._renew_keys(now)
        remove_old_copies(self._plan.database, cutoff)
        return deleted

    def remove_traces(self) -> bool:
        """Write the file anew if rows were deleted from it, so that no byte of them is left; False: not possible now.

        `secure_delete` overwrites a deleted row, but not the copies SQLite leaves behind when it moves rows between
        pages, and the write-ahead log holds earlier pages. While another process reads, the log cannot be emptied.
        """
        if not self._has_traces():
            return True
        self._db.vacuum()
        busy, _, _ = self._db.execute("pragma wal_checkpoint(truncate)").fetchone()
        if not busy:
            self._db.execute(f"pragma user_version = {CLEAN}")
        return not busy

    def _has_traces(self) -> bool:
        (marker,) = self._db.execute("pragma user_version").fetchone()
        return bool(marker == TRACES_LEFT)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        # Asking for the write lock first lets SQLite wait for it; a read that turns into a write is refused at once.
        self._db.execute("begin immediate")
        try:
            yield
            self._db.commit()
        finally:
            self._db.rollback()

    def _write_votes(self, votes: Sequence[Voted], now: datetime) -> None:
        if not votes:
            return
        ring = self._linkable_votes()
        if ring is None:
            ring = KeyRing.begin(now)
            save_keys(self._plan.keys, ring)
        for vote in votes:
            self._write_vote(ring, vote)

    def _write_vote(self, ring: KeyRing, vote: Voted) -> None:
        for key in ring.keys[1:]:
            self._delete_votes("vote = ?", key.vote(vote.user_id, vote.entry))
        key = ring.current
        row = {
            "vote": key.vote(vote.user_id, vote.entry),
            "member": key.member(vote.user_id),
            "made_under": key.name,
            "entry": vote.entry,
            "helpful": vote.helpful,
            "at": vote.at,
        }
        self._db.table("feedback").upsert(row, pk="vote")

    def _renew_keys(self, now: datetime) -> None:
        ring = self._linkable_votes()
        if ring is None:
            return
        renewed = ring.rotated(now, self._plan.retention)
        if renewed != ring:
            save_keys(self._plan.keys, renewed)

    def _linkable_votes(self) -> KeyRing | None:
        """The vote keys. Votes made under a key that is gone are deleted: their members could never erase them."""
        ring = load_keys(self._plan.keys)
        names = [key.name for key in ring.keys] if ring else []
        places = ", ".join("?" for _ in names)
        lost = self._delete_votes(f"made_under not in ({places})", *names)
        if lost:
            log.error(
                "%s no longer holds the key of %d votes; they were deleted, as their members could not erase them.",
                self._plan.keys,
                lost,
            )
        return ring

    def _delete_votes(self, condition: str, *values: str) -> int:
        """Delete votes; the condition is one of this module's own, with a place for each value."""
        return self._delete_rows(f"delete from feedback where {condition}", *values)  # noqa: S608

    def _delete_rows(self, statement: str, *values: str | int) -> int:
        """Delete rows in the open transaction, and note in the same one that their bytes must go too."""
        deleted = self._db.execute(statement, values).rowcount
        if deleted:
            self._db.execute(f"pragma user_version = {TRACES_LEFT}")
        return deleted


def _connect(plan: StorePlan) -> Database:
    connection = sqlite3.connect(plan.database, timeout=plan.lock_wait)
    # One text that somebody has edited into broken UTF-8 must not stand in the way of reading the others.
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    try:
        db = Database(connection, execute_plugins=False)
        _prepare(db, plan)
    except BaseException:
        connection.close()
        raise
    return db


def _prepare(db: Database, plan: StorePlan) -> None:
    db.execute("pragma secure_delete = on")
    db.execute("pragma synchronous = normal")
    findings = db.execute("pragma quick_check(1)").fetchall()
    if findings != [("ok",)]:
        raise DamagedFile(str(findings[0][0]))
    _enable_wal(db, plan.lock_wait)
    (page_size,) = db.execute("pragma page_size").fetchone()
    db.execute(f"pragma max_page_count = {max(1, plan.size_limit // page_size)}")
    _migrate(db)


def _enable_wal(db: Database, patience: float) -> None:
    # SQLite does not wait for a lock here as it does elsewhere, so two processes that start together could collide.
    end = time.monotonic() + patience
    while True:
        try:
            return db.enable_wal()
        except sqlite3.OperationalError as error:
            if primary_code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        time.sleep(LOCK_POLL)


def _migrate(db: Database) -> None:
    if not migrations.pending(db):
        return
    # Two processes that start together must not both take the same step, hence the lock around all of them.
    db.execute("begin immediate")
    try:
        migrations.apply(db)
        db.commit()
    finally:
        db.rollback()


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
