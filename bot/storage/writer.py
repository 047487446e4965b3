"""The one thread that touches the database: it flushes the buffer and runs the few requests that need an answer."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

from bot.clock import Clock
from bot.errors import StorageUnavailable
from bot.storage.damage import is_damage
from bot.storage.events import EventBuffer
from bot.storage.store import Store, StorePlan
from bot.storage.troubles import TroubleLog, trouble_of

T = TypeVar("T")

PRUNE_EVERY = timedelta(days=1)
TRY_AGAIN_AFTER = timedelta(minutes=1)


class _Request(Generic[T]):
    """Work for the open store, the future that waits for it, and what a member reads when it cannot be done."""

    def __init__(self, work: Callable[[Store], T], sentence: str) -> None:
        self.work = work
        self.sentence = sentence
        self.future: Future[T] = Future()


class _Signal(Enum):
    FLUSH = auto()
    STOP = auto()


_Message = _Request[Any] | _Signal


class Writer:
    """Owns the database on a thread of its own. Every failure reaches a caller as StorageUnavailable, or nobody.

    Each round flushes what is buffered in one transaction, then runs at most one request, so that a request sees
    whatever was recorded before it. `flush_interval` is the longest time between two rounds, in seconds.
    """

    def __init__(self, plan: StorePlan, buffer: EventBuffer, clock: Clock, flush_interval: float) -> None:
        self._plan = plan
        self._buffer = buffer
        self._clock = clock
        self._flush_interval = flush_interval
        self._inbox: SimpleQueue[_Message] = SimpleQueue()
        self._store: Store | None = None
        self._troubles = TroubleLog(str(plan.database))
        self._lost_before = 0
        self._next_prune = self._next_try = datetime.min.replace(tzinfo=UTC)
        self._finished: Future[None] = Future()
        # A daemon: a disk that hangs must not keep the process from ending.
        self._thread = Thread(target=self._run, name="bot-storage", daemon=True)

    def start(self) -> None:
        """Begin; the database is opened on the thread."""
        self._finished.set_running_or_notify_cancel()
        self._thread.start()

    def wake(self) -> None:
        """Flush now rather than when the interval is over; does not wait."""
        self._inbox.put(_Signal.FLUSH)

    def submit(self, work: Callable[[Store], T], sentence: str) -> "Future[T]":
        """Have the work done on the thread; the future fails with StorageUnavailable(sentence) when it cannot be."""
        request = _Request(work, sentence)
        self._inbox.put(request)
        return request.future

    def stop(self) -> "Future[None]":
        """Flush a last time and close the database; the future is done when both have been tried."""
        self._inbox.put(_Signal.STOP)
        return self._finished

    def _run(self) -> None:
        self._keep_house()
        message: _Message = _Signal.FLUSH
        while message is not _Signal.STOP:
            message = self._next_message()
            self._flush()
            if isinstance(message, _Request):
                self._answer(message)
            elif message is _Signal.FLUSH:
                self._keep_house()
        self._close_store()
        self._finished.set_result(None)

    def _next_message(self) -> _Message:
        try:
            return self._inbox.get(timeout=self._flush_interval)
        except Empty:
            return _Signal.FLUSH

    def _flush(self) -> None:
        """Write what is buffered; while there is trouble, an empty write finds out whether it is over."""
        if not self._buffer and not self._troubles.open:
            return
        events = self._buffer.take()
        try:
            self._attempt(lambda store: store.write(events, self._clock()))
        except StorageUnavailable:
            self._buffer.put_back(events)
            return
        self._troubles.over(self._buffer.dropped - self._lost_before)
        self._lost_before = self._buffer.dropped

    def _answer(self, request: _Request[T]) -> None:
        if not request.future.set_running_or_notify_cancel():
            return
        try:
            result = self._attempt(request.work)
        except StorageUnavailable as error:
            unavailable = StorageUnavailable(request.sentence)
            unavailable.__cause__ = error.__cause__
            request.future.set_exception(unavailable)
        else:
            # The traces go before the answer, so that "erased" is true when it is read.
            self._keep_house()
            request.future.set_result(result)

    def _keep_house(self) -> None:
        """Prune at the start and once a day, so that retention depends on nobody; leave no trace of deleted rows."""
        if self._clock() < self._next_try:
            return
        try:
            if self._clock() >= self._next_prune:
                self._attempt(lambda store: store.prune(self._clock()))
                self._next_prune = self._clock() + PRUNE_EVERY
            done = self._attempt(lambda store: store.remove_traces())
        except StorageUnavailable:
            done = False
        if not done:
            self._next_try = self._clock() + TRY_AGAIN_AFTER

    def _attempt(self, work: Callable[[Store], T]) -> T:
        """Do the work; the one place where everything a disk, SQLite or a strange file can raise is met."""
        try:
            return self._with_store(work)
        except Exception as error:
            self._troubles.met(error)
            if not trouble_of(error).transient:
                self._close_store()
            raise StorageUnavailable("The bot's memory cannot be reached at the moment.") from error

    def _with_store(self, work: Callable[[Store], T]) -> T:
        try:
            return work(self._opened())
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
        # Opening it anew checks the file and puts it aside if it is really broken.
        self._close_store()
        return work(self._opened())

    def _opened(self) -> Store:
        if self._store is not None and not self._store.is_in_place():
            self._close_store()
        if self._store is None:
            self._store = Store.open(self._plan, self._clock())
        return self._store

    def _close_store(self) -> None:
        store, self._store = self._store, None
        if store is not None:
            # What could not be closed is given up; the thread and whoever waits for it must go on.
            with suppress(sqlite3.Error):
                store.close()
