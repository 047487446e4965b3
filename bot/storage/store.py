"""The open database: what is run on it, and when. It belongs to the thread that opened it."""

import logging
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Self

from sqlite_utils import Database

from bot.storage.audit import AUDIT_RETENTION, PRUNE_AUDIT, Audited, keep_action, read_audit
from bot.storage.damage import DamagedFile, identity, is_damage, primary_code, remove_old_copies, set_aside
from bot.storage.events import Asked, Event, OfMember, Rated
from bot.storage.members import Holdings, delete_unlinkable, erase_of, holdings_of, write_of_member
from bot.storage.migrations import migrations
from bot.storage.put import EntryCount, EntryVotes, PutQuestion, count_entries, count_votes, read_questions
from bot.storage.rates import KEEP_RATE, PRUNE_RATES, RATE_RETENTION, KeptRate, read_rates
from bot.storage.servers import ServerSettings, keep_server, read_servers
from bot.storage.traces import delete_rows, remove_traces
from bot.storage.unmet import Unmet, read_unmet
from bot.storage.votes import KeyRing, load_keys, save_keys

log = logging.getLogger("bot.storage")

DATABASE_NAME = "memory.db"
KEY_NAME = "votes.key"

LOCK_POLL = 0.01


@dataclass(frozen=True, slots=True)
class StorePlan:
    """Where the database lives, its largest size in bytes, and the wait for a lock in seconds.

    `retention` is how long questions and votes are held; rates and actions of moderators have times of their own.
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
        """The file with the keys of what is held under hashes."""
        return self.folder / KEY_NAME


class Store:
    """The database while it is open. Its methods raise sqlite3.Error or OSError, and change all or nothing.

    The keys are read and changed only while the database's write lock is held, so that several processes
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
                if isinstance(event, Rated):
                    self._db.execute(KEEP_RATE, asdict(event))
            self._write_of_members([event for event in events if isinstance(event, OfMember)], now)

    def erase_member(self, user_id: int) -> Holdings:
        """Delete every vote and question of the member; `remove_traces` then clears their bytes. Says how many they
        were, and how many actions as a moderator stay.
        """
        with self._transaction():
            ring = self._linkable()
            return erase_of(self._db, ring, user_id) if ring else Holdings()

    def holdings(self, user_id: int) -> Holdings:
        """How much is held about the member."""
        ring = load_keys(self._plan.keys)
        return holdings_of(self._db, ring, user_id) if ring else Holdings()

    def unmet(self) -> list[Unmet]:
        """What was not served, the last first."""
        return read_unmet(self._db)

    def recent_questions(self, limit: int) -> list[PutQuestion]:
        """The last questions, newest first."""
        return read_questions(self._db, limit)

    def asked_most(self, since: datetime, limit: int) -> list[EntryCount]:
        """The entries that answered most questions since then."""
        return count_entries(self._db, since, limit)

    def votes_by_entry(self, since: datetime) -> list[EntryVotes]:
        """The votes of since then by entry."""
        return count_votes(self._db, since)

    def servers(self) -> dict[int, ServerSettings]:
        """What servers have set, by their ids."""
        return read_servers(self._db)

    def set_server(self, settings: ServerSettings) -> None:
        """Keep what a server has set."""
        with self._transaction():
            keep_server(self._db, settings)

    def moderator_codes(self, user_id: int, now: datetime) -> list[str]:
        """The codes that are known to be this moderator's, the one in use first."""
        with self._transaction():
            return self._ring(now).codes(user_id)

    def add_audit(self, user_id: int, done: Audited) -> None:
        """Add an action of the user, whose code takes the place of `actor`. It is on the disk, also where the power
        fails, before this returns.
        """
        self._db.execute("pragma synchronous = full")
        try:
            with self._transaction():
                code = self._ring(done.at).current.moderator(user_id)
                keep_action(self._db, replace(done, actor=code))
        finally:
            self._db.execute("pragma synchronous = normal")

    def audit(self, limit: int) -> list[Audited]:
        """The last actions of moderators, newest first."""
        return read_audit(self._db, limit)

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
        """Delete what is older than its retention, renew the key when it is, and say how many rows went."""
        cutoff = now - self._plan.retention
        seconds = int(cutoff.timestamp())
        with self._transaction():
            deleted = sum(
                delete_rows(self._db, statement, seconds)
                for statement in (
                    "delete from questions where at < ?",
                    "delete from unmet where at < ?",
                    "delete from feedback where at < ?",
                )
            )
            deleted += delete_rows(self._db, PRUNE_AUDIT, int((now - AUDIT_RETENTION).timestamp()))
            # A rate is public and names nobody, so its bytes are no trace. To write the whole file anew for the few
            # rows that leave it each day would be in vain; SQLite puts later rows in their place.
            deleted += self._db.execute(PRUNE_RATES, [int((now - RATE_RETENTION).timestamp())]).rowcount
            self._renew_keys(now)
        remove_old_copies(self._plan.database, cutoff)
        return deleted

    def remove_traces(self) -> bool:
        """Leave no byte of deleted rows; False: not possible now."""
        return remove_traces(self._db)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        # Asking for the write lock first lets SQLite wait for it; a read that turns into a write is refused at once.
        self._db.execute("begin immediate")
        try:
            yield
            self._db.commit()
        finally:
            self._db.rollback()

    def _write_of_members(self, events: Sequence[OfMember], now: datetime) -> None:
        if events:
            ring = self._ring(now)
            for event in events:
                write_of_member(self._db, ring, event)

    def _renew_keys(self, now: datetime) -> None:
        ring = self._linkable()
        if ring is None:
            return
        renewed = ring.rotated(now, self._plan.retention)
        if renewed != ring:
            save_keys(self._plan.keys, renewed)

    def _ring(self, now: datetime) -> KeyRing:
        """The keys, begun where there are none yet."""
        ring = self._linkable()
        if ring is None:
            ring = KeyRing.begin(now)
            save_keys(self._plan.keys, ring)
        return ring

    def _linkable(self) -> KeyRing | None:
        """The keys. What was made under a key that is gone is deleted: its members could never erase it."""
        ring = load_keys(self._plan.keys)
        lost = delete_unlinkable(self._db, ring)
        if lost:
            log.error(
                "%s no longer holds the key of %d votes or questions; they were deleted, as their members could not "
                "erase them.",
                self._plan.keys,
                lost,
            )
        return ring


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
