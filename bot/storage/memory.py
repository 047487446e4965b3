"""The face of the storage room towards the event loop: recording is instant, reading and erasing are awaited."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from bot.clock import Clock
from bot.errors import StorageUnavailable
from bot.storage.audit import Audited
from bot.storage.events import FACES, Asked, Event, EventBuffer, Face, Missed, Outcome, Voted, storable
from bot.storage.members import Holdings
from bot.storage.put import EntryCount, EntryVotes, PutQuestion
from bot.storage.rates import KeptRate, rated
from bot.storage.servers import ServerSettings
from bot.storage.store import Store, StorePlan
from bot.storage.unmet import Unmet, UnmetKind
from bot.storage.writer import Writer

log = logging.getLogger("bot.storage")

T = TypeVar("T")

RETENTION = timedelta(days=90)
SIZE_LIMIT = 256 * 1024 * 1024

UNREACHABLE = "I cannot reach my records at the moment. Please try again in a few minutes."
NOT_ERASED = (
    "I cannot reach my records at the moment, so your votes and questions are not erased yet. "
    "Please try again in a few minutes."
)
NOT_COUNTED = (
    "I cannot reach my records at the moment, so I cannot say what is held about you. "
    "Please try again in a few minutes."
)
NOT_SET = (
    "I cannot reach my records at the moment, so the settings stay as they were. Please try again in a few minutes."
)
NOT_AUDITED = (
    "I cannot write down what moderators do at the moment, so nothing was done. Please try again in a few minutes."
)


class Memory:
    """What the bot remembers, in `memory.db` and `votes.key` of the data folder.

    Used on one event loop: `async with Memory(...)`, or `start()` and `close()`. The `record_*` methods neither
    wait nor raise; they are written every `flush_interval` seconds, or sooner when `flush_at` are waiting.
    `capacity` is the number of records that may wait while the disk is in trouble, `retention` how long rows are
    held (those of rates: `RATE_RETENTION`, those of what moderators did: `AUDIT_RETENTION`), `size_limit` the largest
    size of the database in bytes, and `clock` returns aware UTC times.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock,
        retention: timedelta = RETENTION,
        flush_interval: float = 2.0,
        flush_at: int = 200,
        capacity: int = 5000,
        size_limit: int = SIZE_LIMIT,
    ) -> None:
        self._clock = clock
        self._flush_at = flush_at
        self._buffer = EventBuffer(capacity)
        self._writer = Writer(StorePlan(folder, retention, size_limit), self._buffer, clock, flush_interval)
        self._servers: dict[int, ServerSettings] | None = None
        self._is_open = False
        self._was_closed = False

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def dropped(self) -> int:
        """How many records were lost since the start because too many were waiting."""
        return self._buffer.dropped

    def start(self) -> None:
        """Begin to write. A data folder that cannot be used is told in the log and does not stop the bot."""
        if not self._is_open and not self._was_closed:
            self._is_open = True
            self._writer.start()

    async def close(self, timeout: float = 0.8) -> None:  # noqa: ASYNC109
        """Write what is waiting and close the database, within `timeout` seconds; what cannot be is told in the log."""
        if not self._is_open:
            return
        self._is_open, self._was_closed = False, True
        _, unfinished = await asyncio.wait([asyncio.wrap_future(self._writer.stop())], timeout=timeout)
        if unfinished:
            log.error("The bot's memory did not close within %.1f seconds.", timeout)
        if self._buffer:
            log.error("Records lost because they could not be written before the end: %d.", len(self._buffer))

    def record_question(self, text: str, *, outcome: Outcome, entry: str | None, face: Face) -> None:
        """Remember a normalised question and what became of it; who asked is not part of it.

        A face that is not among `FACES`, such as what a member is still typing, is not recorded.
        """
        if face in FACES:
            kept_entry = None if entry is None else storable(entry)
            self._record(Asked(storable(text), outcome, kept_entry, face, self._seconds()))

    def record_unmet(self, text: str, *, kind: UnmetKind, entry: str | None, asker: int) -> None:
        """Remember a normalised question that was not served, once for each member and wording.

        `kind` says how it ended: with no entry (`gap`, `entry` None), with `entry`, which its reader did not find
        helpful (`unhelpful`), or with nothing until the member's next question, or what they opened, reached `entry`
        (`retry`). Of `asker`, the id of the user, only a keyed hash is written. A text without words is not recorded.
        """
        if text:
            kept_entry = None if entry is None else storable(entry)
            self._record(Missed(asker, storable(text), kind, kept_entry, self._seconds()))

    def record_feedback(self, user_id: int, entry: str, *, helpful: bool) -> None:
        """Remember the member's vote on the entry, in place of an earlier one; only keyed hashes are written.

        Who finds an entry helpful after all takes back what `record_unmet` holds of them as unhelpful on it.
        """
        self._record(Voted(user_id, storable(entry), helpful, self._seconds()))

    def record_rate(self, kept: KeptRate) -> None:
        """Remember what a protocol stated; of each UTC day the earliest and the latest reading stay.

        A reading that cannot be true (a rate that is not finite and positive, a time to come) is not recorded.
        """
        event = rated(kept, self._clock())
        if event is not None:
            self._record(event)

    async def flush(self) -> bool:
        """Write what is waiting now, and say whether all of it is on the disk."""
        return await self._ask(lambda _: not self._buffer, otherwise=False)

    async def erase_member(self, user_id: int) -> Holdings:
        """Delete the votes and questions of the member, and say how many they were and how many actions stay.

        The bytes they took in the file are cleared before the answer, or within minutes where another process reads
        just then. StorageUnavailable when the rows could not be deleted.
        """

        def erase(store: Store) -> Holdings:
            # Something of theirs is waiting here only when the flush before this request failed.
            return store.erase_member(user_id) + self._discard(user_id)

        return await self._demand(erase, NOT_ERASED)

    async def holdings(self, user_id: int) -> Holdings:
        """How much is held about the member. StorageUnavailable when that cannot be told."""
        return await self._demand(lambda store: store.holdings(user_id), NOT_COUNTED)

    async def get_state(self, key: str) -> str | None:
        """The value kept under the key; None where there is none or it cannot be read."""
        return await self._ask(lambda store: store.get_state(key), otherwise=None)

    async def read_state(self, key: str) -> str | None:
        """The same; StorageUnavailable when it cannot be read."""
        return await self._demand(lambda store: store.get_state(key), UNREACHABLE)

    async def set_state(self, key: str, value: str) -> bool:
        """Keep a value between two starts, and say whether it was kept."""

        def keep(store: Store) -> bool:
            store.set_state(key, value)
            return True

        return await self._ask(keep, otherwise=False)

    async def unmet(self) -> list[Unmet]:
        """Questions that were not served, the last first; empty where there are none or they cannot be read."""
        return await self._ask(lambda store: store.unmet(), otherwise=[])

    async def recent_questions(self, limit: int) -> list[PutQuestion]:
        """The last `limit` questions, newest first; empty where there are none or they cannot be read."""
        return await self._ask(lambda store: store.recent_questions(limit), otherwise=[])

    async def asked_most(self, since: datetime, limit: int) -> list[EntryCount]:
        """The `limit` entries that answered most questions at `since` (aware) or later, the most first; empty where
        there are none or they cannot be read.
        """
        return await self._ask(lambda store: store.asked_most(since, limit), otherwise=[])

    async def votes_by_entry(self, since: datetime) -> list[EntryVotes]:
        """The votes given at `since` (aware) or later, by entry, those found unhelpful most often first; empty where
        there are none or they cannot be read.
        """
        return await self._ask(lambda store: store.votes_by_entry(since), otherwise=[])

    async def server(self, guild_id: int) -> ServerSettings:
        """What the server has set, or what all begin with; the disk is asked once. StorageUnavailable when it cannot be
        read.
        """
        return (await self._known_servers()).get(guild_id, ServerSettings(guild_id))

    async def servers(self) -> list[ServerSettings]:
        """The servers that have set something, by their ids. StorageUnavailable when that cannot be read."""
        return [one for _, one in sorted((await self._known_servers()).items())]

    async def _known_servers(self) -> dict[int, ServerSettings]:
        if self._servers is None:
            self._servers = dict(await self._demand(lambda store: store.servers(), UNREACHABLE))
        return self._servers

    async def set_server(self, settings: ServerSettings) -> None:
        """Keep what a server has set; one that is back at what all begin with is forgotten.

        StorageUnavailable when that cannot be written; then what was set before stays.
        """
        await self._demand(lambda store: store.set_server(settings), NOT_SET)
        if self._servers is not None:
            others = {guild: one for guild, one in self._servers.items() if guild != settings.guild}
            own = {} if settings == ServerSettings(settings.guild) else {settings.guild: settings}
            self._servers = others | own

    async def member_code(self, user_id: int) -> str:
        """What stands for a moderator in the audit log, ten hexadecimal digits: the same while the key lives.

        Keys are replaced, so to ask whether an older action was this moderator's look among `member_codes`.
        StorageUnavailable when the key cannot be read or begun.
        """
        return (await self.member_codes(user_id))[0]

    async def member_codes(self, user_id: int) -> tuple[str, ...]:
        """Every code that is still known to be this moderator's, the one in use first. StorageUnavailable as above."""
        now = self._clock()
        return tuple(await self._demand(lambda store: store.moderator_codes(user_id, now), NOT_AUDITED))

    async def add_audit(self, action: str, *, actor: int, target: str, old: str, new: str) -> None:
        """Write down what a moderator does, before it is done: `actor` is the id of the user, of which only a code is
        kept; `old` and `new` are the texts before and after, cut at `AUDIT_TEXT` characters.

        It is on the disk when this returns. StorageUnavailable when it is not: then the action must not happen.
        """
        done = Audited(self._clock(), action, "", target, old, new)
        await self._demand(lambda store: store.add_audit(actor, done), NOT_AUDITED)

    async def audit(self, limit: int) -> list[Audited]:
        """The last `limit` actions of moderators, newest first; empty where there are none or they cannot be read."""
        return await self._ask(lambda store: store.audit(limit), otherwise=[])

    async def rates(self, since: datetime) -> list[KeptRate]:
        """What protocols stated at `since` (aware) or later, by token, then time; empty where it cannot be read.

        For each token and UTC day the first and the last reading, or the only one. A row that somebody has edited
        into what cannot have been read is left out.
        """
        return await self._ask(lambda store: store.rates(since), otherwise=[])

    async def prune(self, now: datetime) -> int:
        """Delete what is older than its retention and say how many rows went; the bot also does so every day."""
        return await self._ask(lambda store: store.prune(now), otherwise=0)

    def _record(self, event: Event) -> None:
        if not self._was_closed and self._buffer.add(event) == self._flush_at:
            self._writer.wake()

    def _discard(self, user_id: int) -> Holdings:
        """Forget what waits to be written of the member."""
        votes = self._buffer.discard(lambda event: isinstance(event, Voted) and event.user_id == user_id)
        questions = self._buffer.discard(lambda event: isinstance(event, Missed) and event.user_id == user_id)
        return Holdings(votes, questions)

    def _seconds(self) -> int:
        return int(self._clock().timestamp())

    async def _ask(self, work: Callable[[Store], T], *, otherwise: T) -> T:
        try:
            return await self._demand(work, UNREACHABLE)
        except StorageUnavailable:
            return otherwise

    async def _demand(self, work: Callable[[Store], T], sentence: str) -> T:
        if not self._is_open:
            raise StorageUnavailable(sentence)
        return await asyncio.wrap_future(self._writer.submit(work, sentence))
