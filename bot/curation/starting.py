"""What a process begins to serve, and with which decisions of moderators."""

import asyncio
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.answering.desk import Recorder
from bot.clock import Clock, today
from bot.curation.decisions import Decisions, Pin
from bot.curation.versions import KeptVersion, Versions
from bot.errors import KnowledgeError, SettingsError, StorageUnavailable
from bot.knowledge import Reading, read_library
from bot.settings import Settings
from bot.storage import Memory

log = logging.getLogger("bot.knowledge")

STATE: Final = "serving"
"""The key of the decisions in the bot's memory."""
PATIENCE: Final = 3.0
"""Seconds that the start waits for the decisions."""
FORGOTTEN: Final = (
    "What moderators froze and declared cannot be read, so nothing of it holds now: freeze and propose it again."
)
WENT_BACK: Final = "Moderators went back from what the files say."


@dataclass(frozen=True, slots=True)
class Start:
    """The version that was read, where it lies, and what was decided before. `notice` tells moderators why this is not
    what the folder holds, where that is so, `forgotten` that their decisions are not known.
    """

    reading: Reading
    folder: Path
    decisions: Decisions
    versions: Versions
    notice: str = ""
    forgotten: str = ""
    recorder: Recorder | None = None


async def begin(settings: Settings, memory: Memory, clock: Clock, recorder: Recorder | None = None) -> Start:
    """Read what is to be served at the start: the folder as a rule; the version that moderators went back to, while the
    folder still holds what they went back from; the last good version, where not all of the folder can be served.

    Raises:
        KnowledgeError: there is nothing that can be served.
        SettingsError: the data folder lies in the knowledge folder.
    """
    _require_apart(settings)
    decisions, forgotten = await _decided(memory)
    versions = Versions(settings.data_dir, settings.knowledge_dir)
    reading, fault = _folder(settings.knowledge_dir, clock)
    pin = decisions.pin
    goes_back = pin is not None and reading is not None and reading.library.version == pin.instead_of
    for kept in _candidates(versions, pin, goes_back=goes_back, fault=fault):
        before = read_kept(kept, clock)
        if before is not None:
            notice = f"{WENT_BACK if goes_back else fault} Version {kept.version} is served as before."
            log.warning("%s", notice)
            held = decisions if pin is not None and kept.version == pin.version else decisions.pinning(None)
            return Start(before, kept.folder, held, versions, notice, forgotten, recorder)
    if reading is None:
        raise KnowledgeError(fault)
    if goes_back:
        fault = f"{WENT_BACK} The copy of the version before is damaged, so the files are served all the same. {fault}"
        log.warning("%s", fault)
    log.info("Knowledge %s holds %d published entries.", reading.library.version, len(reading.library.published))
    unpinned = decisions.pinning(None)
    return Start(reading, settings.knowledge_dir, unpinned, versions, fault.strip(), forgotten, recorder)


def _candidates(versions: Versions, pin: Pin | None, *, goes_back: bool, fault: str) -> Iterator[KeptVersion]:
    """Kept versions to be served rather than the folder, the best first; last what moderators went back from."""
    kept = versions.kept() if goes_back or fault else []
    if pin is not None:
        yield from (one for one in kept if one.version == pin.version)
    if fault and not goes_back:
        given_up = None if pin is None else pin.instead_of
        yield from sorted(kept, key=lambda one: one.version == given_up)


def _require_apart(settings: Settings) -> None:
    """Each copy of the knowledge would hold all copies before, and be a change of the files that asks for the next."""
    data, knowledge = (Path(os.path.realpath(one)) for one in (settings.data_dir, settings.knowledge_dir))
    if data.is_relative_to(knowledge):
        between = data.relative_to(knowledge).parts
        if not any(part.startswith((".", "_")) for part in between):
            raise SettingsError("BOT_DATA_DIR lies within BOT_KNOWLEDGE_DIR; set it to a folder outside.")


def read_kept(kept: KeptVersion, clock: Clock) -> Reading | None:
    """A kept version; None where its copy is no longer what was kept."""
    try:
        reading = read_library(kept.folder, today(clock))
    except KnowledgeError:
        return None
    return reading if reading.library.version == kept.version and reading.library.published else None


def version_of(folder: Path, clock: Clock) -> str:
    """The version that a folder holds, empty where there is none."""
    try:
        return read_library(folder, today(clock)).library.version
    except KnowledgeError:
        return ""


def _folder(folder: Path, clock: Clock) -> tuple[Reading | None, str]:
    """What the folder holds, with a log line for everything to mend; and why not all of it can be served."""
    try:
        reading = read_library(folder, today(clock))
    except KnowledgeError as error:
        return None, error.sentence
    for problem in reading.problems:
        log.warning("%s", problem)
    if not reading.library.published:
        return None, f"The knowledge folder '{folder.name}' holds no published entry."
    left_out = sorted({problem.file for problem in reading.problems if problem.fatal})
    return reading, _left_out(left_out)


def _left_out(files: Sequence[str]) -> str:
    if not files:
        return ""
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"{files[0]}{more} cannot be served as it stands; the log and 'knowledge check' tell line and cure."


async def _decided(memory: Memory) -> tuple[Decisions, str]:
    """What moderators decided before; where that cannot be known nothing holds, and moderators are told."""
    try:
        async with asyncio.timeout(PATIENCE):
            text = await memory.read_state(STATE)
        return Decisions.parse(text) if text else Decisions(), ""
    except (TimeoutError, StorageUnavailable, ValueError):
        log.warning("%s", FORGOTTEN)
        return Decisions(), FORGOTTEN
