"""The small facts that wait in memory until they are written, and the bounded buffer they wait in."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock
from typing import Literal, get_args

from bot.storage.unmet import UnmetKind

Face = Literal["slash", "dm", "mention", "menu"]
"""Where a question was put on purpose. What a member is still typing (autocomplete) is not among them."""

Outcome = Literal["answer", "choices", "no_answer", "live", "safety"]

FACES: frozenset[str] = frozenset(get_args(Face))

TEXT_LIMIT = 300
"""Longest question text kept, in characters."""


def storable(text: str, limit: int = TEXT_LIMIT) -> str:
    """The text as SQLite can hold it: lone surrogates become question marks, and it is at most `limit` long."""
    return text[:limit].encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what became of it; `at` in UTC seconds. Nothing in it points to who asked or where."""

    text: str
    outcome: Outcome
    entry: str | None
    face: Face
    at: int


@dataclass(frozen=True, slots=True)
class Missed:
    """A question that was not served, as `Unmet` tells it; the id lives in memory only, like that of a vote."""

    user_id: int = field(repr=False)
    text: str
    kind: UnmetKind
    entry: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Voted:
    """A member's vote on an entry; the id lives in memory only, until the writer turns it into a keyed hash."""

    user_id: int = field(repr=False)
    entry: str
    helpful: bool
    at: int


@dataclass(frozen=True, slots=True)
class Rated:
    """A rate that a protocol stated: `day` in UTC as ISO date, `rate` as exact decimal, `at` in UTC seconds."""

    token: str
    day: str
    rate: str
    block: int
    at: int


OfMember = Missed | Voted
"""What is written under keyed hashes of the member."""

Event = Asked | OfMember | Rated


class EventBuffer:
    """Events waiting to be written, oldest first, at most `capacity` of them; safe between two threads.

    When it is full the oldest goes and is counted in `dropped`: a disk in trouble must not eat the bot's memory.
    """

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError("An event buffer holds at least one event.")
        self._capacity = capacity
        self._events: deque[Event] = deque()
        self._lock = Lock()
        self._dropped = 0

    def __len__(self) -> int:
        return len(self._events)

    @property
    def dropped(self) -> int:
        """How many events were lost since the start because the buffer was full."""
        return self._dropped

    def add(self, event: Event) -> int:
        """Keep the event and say how many are held now."""
        with self._lock:
            if len(self._events) >= self._capacity:
                self._events.popleft()
                self._dropped += 1
            self._events.append(event)
            return len(self._events)

    def take(self) -> list[Event]:
        """Everything held, oldest first; the buffer is empty afterwards."""
        with self._lock:
            events, self._events = self._events, deque()
        return list(events)

    def put_back(self, events: list[Event]) -> None:
        """Return events that could not be written to the front, dropping the oldest of them that no longer fit."""
        with self._lock:
            excess = max(0, len(events) + len(self._events) - self._capacity)
            self._dropped += excess
            self._events.extendleft(reversed(list(islice(events, excess, None))))

    def discard(self, unwanted: Callable[[Event], bool]) -> int:
        """Forget the events for which `unwanted` holds, and say how many they were."""
        with self._lock:
            kept = deque(event for event in self._events if not unwanted(event))
            forgotten = len(self._events) - len(kept)
            self._events = kept
        return forgotten
