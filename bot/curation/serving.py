"""Which version of the knowledge is served, and the way to another one: read aside, checked, trained, then exchanged.

Whatever goes wrong on that way, the version that was served stays, whole. What moderators have frozen, declared or
taken back is kept between two starts.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from bot.answering.desk import Desk
from bot.answering.edition import Edition
from bot.answering.frozen import Frozen
from bot.answering.numerals import counted
from bot.clock import Clock, today
from bot.curation.beside import Trainer
from bot.curation.decisions import Decisions, Pin
from bot.curation.incidents import Proposal
from bot.curation.starting import STATE, Start, read_kept, version_of
from bot.curation.versions import KeptVersion
from bot.curation.watching import Signature, changes, signature
from bot.errors import KnowledgeError
from bot.knowledge import Incident, Library, Problem, Reading, read_library
from bot.matching.matcher import Matcher
from bot.settings import Settings
from bot.storage import Memory

log = logging.getLogger("bot.knowledge")

LOGGED: Final = 50
"""Problems of one reload that the log names."""
PATIENCE: Final = 3.0
"""Seconds that a decision waits to be written down."""
WRITE_AGAIN: Final = 60.0
"""Seconds until one that could not be is tried again."""


class Outcome(StrEnum):
    """What came of a reload or a step back."""

    TAKEN = "taken"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Changes:
    """The entries that differ between two versions, by id."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @classmethod
    def between(cls, before: Library, after: Library) -> "Changes":
        """What members can reach in `after` and could not before, or says something else, or is gone."""
        old = {entry.id: entry for entry in before.published}
        new = {entry.id: entry for entry in after.published}
        return cls(
            added=tuple(sorted(new.keys() - old.keys())),
            changed=tuple(sorted(name for name in new.keys() & old.keys() if new[name] != old[name])),
            removed=tuple(sorted(old.keys() - new.keys())),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """What moderators are told of one try: `version` is served now. `kept` is False where no copy could be kept, so
    that nobody can come back to this version; `problems` are why it was refused, with file, line and cure.
    """

    outcome: Outcome
    version: str
    sentence: str
    problems: tuple[Problem, ...] = ()
    changes: Changes = Changes()
    kept: bool = True


class Stand(Protocol):
    """What an edition needs that does not stand in the files, above all live prices."""

    def edition(self, library: Library, matcher: Matcher | None = None) -> Edition:
        """An edition of a library, with a market for its tokens; it is not served yet."""
        ...

    def told(self, edition: Edition, library: Library) -> Edition:
        """An edition with other incidents."""
        ...

    def moved(self, edition: Edition) -> None:
        """An edition is served from now on; what only the one before needed can be closed."""
        ...


class Serving:
    """The version that is served. One for each process; used on one event loop.

    `desk` answers from it; `base` is what its files say, without what moderators have declared; `folder` is where its
    drawings lie; `observers` are told what came of files that have changed, `readers` what these say, and where a
    copy of them lies, as soon as that is known to be in order, some seconds before it is served.
    """

    def __init__(self, start: Start, stand: Stand, memory: Memory, settings: Settings, clock: Clock) -> None:
        self.base, self.folder, self.decisions = start.reading.library, start.folder, start.decisions
        self.notice, self._forgotten = " ".join(filter(None, (start.notice, start.forgotten))), start.forgotten
        self.observers: list[Callable[[Report], Awaitable[None]]] = []
        self.readers: list[Callable[[Library, Path], Awaitable[None]]] = []
        self._known = _marks(start.reading.problems)
        self._stand, self._memory, self._settings, self._clock = stand, memory, settings, clock
        self._versions = start.versions
        self._seen: Signature | str = ""
        self._trainer = Trainer(settings)
        self._is_written = True
        self._writing: asyncio.Task[bool] | None = None
        self._again: asyncio.TimerHandle | None = None
        self._lock = asyncio.Lock()
        library = self._with_declared(self.base)
        edition = stand.edition(library).freezing(self.decisions.frozen)
        self.desk = Desk(library, edition=edition, recorder=start.recorder)
        stand.moved(edition)

    async def learn(self) -> None:
        """Train beside the bot, which answers already, and take over the result."""
        async with self._lock:  # two that train at once would end each other
            classifier = await self._trainer.classifier(self.desk.matcher, self.base, self.folder)
            if classifier is not None:
                self.desk.learn(classifier)

    async def close(self) -> None:
        """End what works beside the bot."""
        if self._again is not None:
            self._again.cancel()
        await self._trainer.close()

    async def reload(self, *, asked: bool = True) -> Report:
        """Read the folder and serve what it says, if it says anything new and nothing is wrong with it. One at a time.

        `asked` is False where only files have changed: the version that moderators went back from is not taken then.
        """
        async with self._lock:
            self._seen = await asyncio.to_thread(signature, self._settings.knowledge_dir)
            try:
                draft = await asyncio.to_thread(self._copied)
            except KnowledgeError as error:
                return self._refused(error.sentence)
            try:
                return await self._read(draft, asked=asked)
            finally:
                if draft is not None:
                    await asyncio.to_thread(self._versions.drop, draft)

    async def _read(self, draft: Path | None, *, asked: bool) -> Report:
        folder = draft or self._settings.knowledge_dir
        try:
            reading = await asyncio.to_thread(read_library, folder, today(self._clock))
        except KnowledgeError as error:
            return self._refused(error.sentence)
        except OSError as error:
            return self._refused(f"The knowledge folder cannot be read ({error.strerror or 'unknown cause'}).")
        pin = self.decisions.pin
        if pin is not None and not asked and reading.library.version == pin.instead_of:
            return self._same()
        known = self._known
        new = tuple(problem for problem in reading.problems if not _marks([problem]) <= known)
        if new:
            causes_first = tuple(sorted(new, key=lambda problem: not problem.fatal))
            return self._refused(f"The knowledge files have {counted(len(new), 'problem')}.", causes_first)
        if not reading.library.published:
            return self._refused("The knowledge folder holds no published entry.")
        return await self._take(reading, draft)

    async def _take(self, reading: Reading, draft: Path | None) -> Report:
        library = reading.library
        if self._is_served(library):
            kept = await asyncio.to_thread(self._kept, draft, library)
            self.folder = self.folder if kept is None else kept.folder
            if not any(problem.fatal for problem in reading.problems):
                self.notice = self._forgotten
            await self._decide(self.decisions.pinning(None))
            return replace(self._same(), kept=kept is not None)
        for reader in self.readers:
            await reader(library, draft or self._settings.knowledge_dir)
        # Named first: the process that trains goes on to measure on the same folder.
        kept = await asyncio.to_thread(self._kept, draft, library)
        edition = await self._built(library, self._settings.knowledge_dir if kept is None else kept.folder)
        return await self._serve(reading, edition, kept, None)

    async def rollback(self, version: str) -> Report:
        """Serve a kept version again, until the files change or moderators reload them. The beginning of its name is
        enough.
        """
        async with self._lock:
            kept = await asyncio.to_thread(self._versions.find, version)
            if kept is None:
                return self._refused("No kept version has that name, or more than one begins so.")
            if kept.version == self.base.version:
                return self._same()
            reading = await asyncio.to_thread(read_kept, kept, self._clock)
            if reading is None:
                return self._refused(f"The copy of version {kept.version} is damaged.")
            # Read before it takes long: what is mended meanwhile is not what moderators go back from.
            instead_of = await asyncio.to_thread(version_of, self._settings.knowledge_dir, self._clock)
            edition = await self._built(reading.library, kept.folder)
            return await self._serve(reading, edition, kept, Pin(kept.version, instead_of))

    def _copied(self) -> Path | None:
        """A copy of the folder to read from; None where the disk takes none, and the folder itself must do.

        Raises:
            KnowledgeError: not all of the folder can be read.
        """
        try:
            if not self._settings.knowledge_dir.is_dir():
                return None
            return self._versions.copy(self._settings.knowledge_dir)
        except OSError as error:
            log.warning("No copy of the knowledge folder can be made: %s.", error.strerror or "unknown cause")
            return None

    def _kept(self, draft: Path | None, library: Library) -> KeptVersion | None:
        if draft is None:
            return None
        try:
            return self._versions.keep(draft, library.version, len(library.published), self._clock())
        except OSError as error:
            cause = error.strerror or "unknown cause"
            log.warning("The copy of knowledge %s cannot be kept: %s.", library.version, cause)
            return None

    async def _built(self, library: Library, folder: Path) -> Edition:
        """An edition with everything that makes it answer as well as it can; nobody waits for it meanwhile."""
        matcher = await asyncio.to_thread(Matcher, library)
        classifier = await self._trainer.classifier(matcher, library, folder)
        trained = matcher if classifier is None else matcher.taught(classifier)
        return await asyncio.to_thread(self._stand.edition, library, trained)

    async def _serve(self, reading: Reading, edition: Edition, kept: KeptVersion | None, pin: Pin | None) -> Report:
        """From here on, in one step that nothing can interrupt, the other version is served."""
        library = reading.library
        difference = Changes.between(self.base, library)
        declared = self.decisions.declared
        if pin is not None:  # a step back is one moderator's to take, and an incident is decided on by two
            declared = declared.carried(self.desk.library.facts, library.facts)
        self.base, self._known = library, _marks(reading.problems)
        self.folder = self._settings.knowledge_dir if kept is None else kept.folder
        self.decisions = Decisions(self.decisions.frozen, declared.settled(library.facts), pin)
        self._show(edition)
        await self._write()
        log.info("Knowledge %s is served now.", library.version)
        entries = counted(len(library.published), "entry", "entries")
        sentence = f"Version {library.version} is served now, with {entries}."
        if pin is not None and self.decisions.declared.incidents:
            sentence += " Incidents stay as they were; /kb incident list shows them."
        return Report(Outcome.TAKEN, library.version, sentence, (), difference, kept is not None)

    def _show(self, edition: Edition) -> None:
        self.desk.take(self._stand.told(edition, self._with_declared(self.base)))
        self._stand.moved(self.desk.edition)

    def _is_served(self, library: Library) -> bool:
        return (library.version, library.thresholds) == (self.base.version, self.base.thresholds)

    def _with_declared(self, library: Library) -> Library:
        facts = self.decisions.declared.over(library.facts)
        return library if facts is library.facts else replace(library, facts=facts)

    def _refused(self, why: str, problems: tuple[Problem, ...] = ()) -> Report:
        sentence = f"{why} Version {self.base.version} is served as before."
        for problem in problems[:LOGGED]:
            log.warning("%s", problem)
        if len(problems) > LOGGED:
            log.warning("There are %d more; 'knowledge check' tells all of them.", len(problems) - LOGGED)
        log.warning("Nothing is taken over. %s", sentence)
        return Report(Outcome.REFUSED, self.base.version, sentence, problems)

    def _same(self) -> Report:
        return Report(Outcome.SAME, self.base.version, f"There is nothing new: version {self.base.version} is served.")

    def history(self) -> list[KeptVersion]:
        """The versions that can be served again, newest first."""
        return self._versions.kept()

    async def watch(self, **pace: float) -> None:
        """Reload when files have changed, for ever, and tell the observers what came of it."""
        if isinstance(self._seen, str):  # else they were read since the start, maybe in vain
            self._seen = await asyncio.to_thread(signature, self._settings.knowledge_dir)
            if self.folder == self._settings.knowledge_dir:
                # Keeps what was read at the start; takes what has changed since.
                await self._reload_and_tell(None)
        last: Report | None = None
        async for state in changes(self._settings.knowledge_dir, seen=self._seen, **pace):
            if state != self._seen:  # else a moderator was quicker and has reloaded it by hand
                last = await self._reload_and_tell(last)

    async def _reload_and_tell(self, last: Report | None) -> Report:
        report = await self.reload(asked=False)
        if report.outcome is not Outcome.SAME and report != last:
            for observer in self.observers:
                await observer(report)
        return report

    async def freeze(self, frozen: Frozen) -> bool:
        """Be silent where moderators want it, at once; False where a restart would forget it."""
        self.desk.freeze(frozen)
        return await self._decide(self.decisions.freezing(frozen))

    async def propose(self, proposal: Proposal) -> bool:
        """Let a proposal wait for a second moderator; False where a restart would forget it."""
        return await self._decide(self.decisions.declaring(self.decisions.declared.proposed(proposal)))

    async def withdraw(self, proposal: str) -> bool:
        """Take a proposal back; False where a restart would forget that."""
        return await self._decide(self.decisions.declaring(self.decisions.declared.dropped(proposal)))

    async def confirm(self, proposal: str, by: str) -> Incident:
        """Carry out a proposal; from now on answers and prices say so.

        Raises:
            IncidentError: it cannot be confirmed, or not by this moderator.
        """
        declared, case = self.decisions.declared.confirmed(proposal, by, self._clock())
        self.decisions = self.decisions.declaring(declared)
        self._show(self.desk.edition)
        await self._write()
        return case

    async def _decide(self, decisions: Decisions) -> bool:
        if decisions == self.decisions and self._is_written:
            return True
        self.decisions = decisions
        return await self._write()

    async def _write(self) -> bool:
        """Keep what was decided, and say whether that is done. A disk that hangs is not waited for; once it works
        again the last decisions are kept all the same.
        """
        task = self._begin_to_write()
        await asyncio.wait([task], timeout=PATIENCE)
        return task.done() and not task.cancelled() and task.result()

    def _begin_to_write(self) -> "asyncio.Task[bool]":
        self._is_written = False
        task = self._writing = asyncio.create_task(self._memory.set_state(STATE, self.decisions.dump()))
        task.add_done_callback(self._written)
        return task

    def _written(self, task: "asyncio.Task[bool]") -> None:
        if task is not self._writing or task.cancelled():
            return
        self._is_written = task.result()
        if not self._is_written:
            self._again = asyncio.get_running_loop().call_later(WRITE_AGAIN, self._begin_to_write)


def _marks(problems: Iterable[Problem]) -> frozenset[tuple[str, str, str]]:
    """Problems without their lines, which move when something is written above them."""
    return frozenset((problem.file, problem.code, problem.message) for problem in problems)
