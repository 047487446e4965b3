"""Two versions of a knowledge folder, read and asked as the bot would serve them: each with its own classifier and its
own thresholds, through the same desk.

Both can be asked at the same time, the base in a process of its own.
"""

import asyncio
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from bot.answering import Question
from bot.answering.desk import Desk
from bot.answering.secrets import holds_secret
from bot.curation.diff import KnowledgeDiff, Side, compare, with_intended
from bot.curation.diff_cache import KeptAnswers, key_of
from bot.curation.intended import FILE, Intended, read_intended
from bot.curation.moves import Case, Move, Origin, Phrasing, Reached
from bot.curation.phrasings import place_of
from bot.curation.thresholds import PART, can_fit, is_current
from bot.curation.training import trained_matcher
from bot.knowledge import Library, Problem, RecordedQuestion, read_library, read_recorded
from bot.knowledge.entries import question_key

MOST_RECENT = 500
"""Recent questions that are asked."""
MOST_REMOVED = 300
"""Removed phrasings that are asked."""
MOST_LISTED = 1500
"""Phrasings that stand for recorded questions where there are none, taken evenly from all entries."""
BESIDE_FROM = 1000
"""Phrasings from which a second process is worth its start."""
_HARMLESS = frozenset({"recorded-in-entry", "repeated-question"})
"""Problems of recorded questions that change no comparison; `knowledge check` tells them."""
_NOT_FITTED = (
    "How sure the bot must be was fitted before this change, and is fitted anew after the merge ('knowledge eval');"
    " that can move a few questions more."
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the files as read: the folder, what can be served of it, and what was wrong."""

    folder: Path
    library: Library
    problems: tuple[Problem, ...]

    @classmethod
    def read(cls, folder: Path, today: date) -> "Version":
        """Read a folder.

        Raises:
            KnowledgeError: it is none.
        """
        reading = read_library(folder, today)
        return cls(folder, reading.library, reading.problems)

    @property
    def side(self) -> Side:
        """What the comparison says of this version."""
        left_out = tuple(str(problem) for problem in self.problems if problem.fatal)
        return Side(self.library.version, len(self.library.published), left_out)

    @property
    def phrasings(self) -> int:
        """How many ways to ask the entries list."""
        return sum(len(entry.questions) for entry in self.library.published)


def diff_of(base: Path, new: Path, today: date, data_dir: Path, recent: Sequence[str] = ()) -> KnowledgeDiff:
    """Compare two folders by what they answer. Answers are kept in `data_dir`, but none to `recent` questions.

    Raises:
        KnowledgeError: one of them is no folder.
    """
    old, changed = Version.read(base, today), Version.read(new, today)
    parts, problems = read_recorded(new, changed.library.entries)
    recorded = [one for _, part in sorted(parts.items()) for one in part]
    cases = [*_recorded(recorded), *_own(old.library, changed.library, listed=not recorded), *_recent(recent)]
    reached = _both_asked(old, changed, cases, data_dir, today)
    notes = [
        *(str(problem) for problem in problems if problem.code not in _HARMLESS),
        *([_NOT_FITTED] if can_fit(parts) and _is_stale(changed.library, parts[PART]) else []),
    ]
    diff = compare((old.side, changed.side), cases, reached, notes, _changed(old.library, changed.library))
    known = {*old.library.entries, *changed.library.entries}
    located = replace(diff, moves=_with_phrasings(diff.moves, changed))
    return with_intended(located, _intended(new), _intended(base), known)


def _changed(old: Library, new: Library) -> frozenset[str]:
    """The entries that are new, or say or ask something else than before; a mere day of review is no change."""
    before = {entry.id: replace(entry, reviewed=None) for entry in old.published}
    return frozenset(one.id for one in new.published if replace(one, reviewed=None) != before.get(one.id))


def _is_stale(library: Library, questions: Sequence[RecordedQuestion]) -> bool:
    return bool(library.thresholds) and not is_current(library, questions)


def _intended(folder: Path) -> tuple[Intended, ...]:
    try:
        return read_intended((folder / FILE).read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ()


def _recorded(questions: Iterable[RecordedQuestion]) -> Iterator[Case]:
    for one in questions:
        yield Case(one.question, Origin.RECORDED, one.entries, f"{one.file}:{one.line}", one.previous)


def _own(old: Library, new: Library, *, listed: bool) -> list[Case]:
    """The entries' own phrasings: those that an entry lists no more and no other does, and, where `listed`, those that
    it still lists.
    """
    by_key = {question_key(text) for entry in new.published for text in entry.questions}
    staying = {entry.id: entry for entry in new.published}
    removed: list[Case] = []
    kept: list[Case] = []
    for before in old.published:
        now = staying.get(before.id)
        own = set(now.questions) if now else set()
        for text in before.questions if now else ():
            if text in own:
                kept.append(Case(text, Origin.LISTED, (before.id,), before.file))
            elif question_key(text) not in by_key:
                removed.append(Case(text, Origin.REMOVED, (before.id,), before.file))
    return [*removed[:MOST_REMOVED], *(_evenly(kept, MOST_LISTED) if listed else ())]


def _evenly(cases: Sequence[Case], most: int) -> Sequence[Case]:
    return cases[:: -(-len(cases) // most)] if cases else ()


def _recent(texts: Iterable[str]) -> Iterator[Case]:
    lines = dict.fromkeys(line for text in texts if (line := " ".join(text.split())))
    for text in list(lines)[:MOST_RECENT]:
        if not holds_secret(text):
            yield Case(text, Origin.RECENT)


def _both_asked(
    old: Version, new: Version, cases: Sequence[Case], data_dir: Path, today: date
) -> tuple[list[Reached], list[Reached]]:
    """What both say, the base first, asking only what is not kept from before."""
    before, after = (KeptAnswers(data_dir, key_of(side.library)) for side in (old, new))
    if key_of(old.library) == key_of(new.library):
        before = after
    of_new = after.missing(cases)
    of_old = [] if before is after else before.missing(cases)
    with _asked_beside(old.folder, data_dir, today, of_old, wanted=_is_worth(old, new, of_old, of_new)) as beside:
        after.add(of_new, _ask(new.library, data_dir, of_new))
        found = beside()
        before.add(of_old, _ask(old.library, data_dir, of_old) if found is None else found)
    return before.of(cases), after.of(cases)


def _is_worth(old: Version, new: Version, of_old: Sequence[Case], of_new: Sequence[Case]) -> bool:
    return bool(of_old and of_new) and min(old.phrasings, new.phrasings) >= BESIDE_FROM


def _ask(library: Library, data_dir: Path, cases: Sequence[Case]) -> list[Reached]:
    """What a library answers, as served once it is trained."""
    if not cases:
        return []
    desk = Desk(library, matcher=trained_matcher(data_dir, library))
    return asyncio.run(_answers(desk, cases))


async def _answers(desk: Desk, cases: Sequence[Case]) -> list[Reached]:
    return [Reached.of(await desk.ask(Question(case.question, previous=case.previous))) for case in cases]


@contextmanager
def _asked_beside(
    folder: Path, data_dir: Path, today: date, cases: Sequence[Case], *, wanted: bool
) -> Iterator[Callable[[], list[Reached] | None]]:
    """Has another process ask from now on; the function in the context waits for what it found, and gives None where
    there was no such process or it has died.
    """
    if not wanted:
        yield lambda: None
        return
    context = get_context("spawn")  # a fork would carry over threads of the linear algebra, which is not safe
    here, there = context.Pipe()
    worker = context.Process(target=_work, args=(there, folder, data_dir, today), daemon=True)
    try:
        worker.start()
    except OSError:
        yield lambda: None
        return
    there.close()
    try:
        with suppress(OSError):  # one that has died already is seen where its answers are missing
            here.send(cases)  # not among the arguments: so many would block the start for ever if it dies in it
        yield partial(_received, here)
    finally:
        worker.kill()
        worker.join()
        here.close()


def _received(here: Connection) -> list[Reached] | None:
    try:
        found: list[Reached] = here.recv()
    except (EOFError, OSError):
        return None
    return found


def _work(there: Connection, folder: Path, data_dir: Path, today: date) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started this ends it too, and says why
    cases = there.recv()
    there.send(_ask(read_library(folder, today).library, data_dir, cases))


def _with_phrasings(moves: Sequence[Move], new: Version) -> tuple[Move, ...]:
    """The moves to an entry that is not meant, with what brought them there and where that stands."""
    return tuple(replace(move, by=_brought(move, new)) if _is_taken(move) else move for move in moves)


def _is_taken(move: Move) -> bool:
    return bool(move.after.seen) and not move.after.has(move.targets) and move.origin is not Origin.RECENT


def _brought(move: Move, new: Version) -> Phrasing | None:
    entry = new.library.entries.get(move.after.ranked[0] if move.after.ranked else "")
    if entry is None or entry.id != move.taker:
        return None
    if not move.after.phrasing:
        return Phrasing("", entry.file)
    return Phrasing(move.after.phrasing, *place_of(new.library, new.folder, entry.id, move.after.phrasing))
