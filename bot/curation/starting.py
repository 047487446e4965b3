"""What a process begins to serve, and with which decisions of moderators."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.answering.desk import Recorder
from bot.clock import Clock, today
from bot.curation.decisions import Decisions
from bot.curation.versions import KeptVersion, Versions
from bot.errors import KnowledgeError
from bot.knowledge import Reading, read_library
from bot.settings import Settings
from bot.storage import Memory

log = logging.getLogger("bot.knowledge")

STATE: Final = "serving"
"""The key of the decisions in the bot's memory."""


@dataclass(frozen=True, slots=True)
class Start:
    """The version that was read, where it lies, and what was decided before. `notice` tells moderators why this is not
    what the folder holds, where that is so.
    """

    reading: Reading
    folder: Path
    decisions: Decisions
    versions: Versions
    notice: str = ""
    recorder: Recorder | None = None


async def begin(settings: Settings, memory: Memory, clock: Clock, recorder: Recorder | None = None) -> Start:
    """Read what is to be served at the start: the folder as a rule; the version that moderators went back to, while the
    folder still holds what they went back from; the last good version, where not all of the folder can be served.

    Raises:
        KnowledgeError: there is nothing that can be served.
    """
    decisions = _decided(await memory.get_state(STATE))
    versions = Versions(settings.data_dir, settings.knowledge_dir)
    reading, fault = _folder(settings.knowledge_dir, clock)
    pin = decisions.pin
    if pin is not None and reading is not None and reading.library.version == pin.instead_of:
        why, candidates = "Moderators went back from what the files say.", [versions.find(pin.version)]
    else:
        why, candidates, decisions = fault, list(versions.kept()) if fault else [], decisions.pinning(None)
    for kept in filter(None, candidates):
        before = read_kept(kept, clock)
        if before is not None:
            notice = f"{why} Version {kept.version} is served as before."
            log.warning("%s", notice)
            return Start(before, kept.folder, decisions, versions, notice, recorder)
    if reading is None:
        raise KnowledgeError(fault)
    log.info("Knowledge %s holds %d published entries.", reading.library.version, len(reading.library.published))
    return Start(reading, settings.knowledge_dir, decisions, versions, fault, recorder)


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


def _decided(text: str | None) -> Decisions:
    try:
        return Decisions.parse(text) if text else Decisions()
    except ValueError:
        log.error("What moderators froze and declared cannot be read; nothing of it holds now.")  # noqa: TRY400
        return Decisions()
