"""What would happen if one file of the knowledge folder said something else: its problems, and the questions that would
move. Nothing of the folder is changed, and what is slow is done in another process.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any
from weakref import WeakKeyDictionary

from bot.curation.beside import worker_environment
from bot.curation.diff import KnowledgeDiff
from bot.errors import BotError, Exit, KnowledgeError, UsageError
from bot.knowledge import Entry, Problem
from bot.knowledge.entry_file import read_entry
from bot.knowledge.library import RESERVED
from bot.knowledge.problems import Problems
from bot.settings import Settings

LONGEST = 120
"""Seconds after which the work is given up; on two cores it takes about eight."""
_PLACE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*\.md")
_UNSERVED = frozenset({"duplicate-id", "too-large", "outside-folder", "not-utf8", "unreadable"})
"""What keeps a file from being served although it can be read by itself."""
_TURNS: "WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock]" = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What one changed or new file would do. `entry` is the file as read, None where it could not be served, and then
    `diff` is None too. `problems` are those of this file alone, with the lines of its text; `is_new` says that the
    folder has no such file yet.
    """

    file: str
    entry: Entry | None
    problems: tuple[Problem, ...]
    diff: KnowledgeDiff | None
    is_new: bool


async def what_if(folder: Path, file: str, text: str, recent: Sequence[str], settings: Settings, today: date) -> WhatIf:
    """Try `text` as the file `topic/id.md` of a folder, also against `recent` questions. One is tried at a time; others
    wait for their turn. Who is cancelled ends the work.

    Raises:
        UsageError: `file` is not the place of an entry.
        KnowledgeError: the folder cannot be copied.
        BotError: the work could not be done.
    """
    if not _PLACE.fullmatch(file) or PurePosixPath(file).parts[0] in RESERVED:
        raise UsageError("Name the file as topic/entry-id.md, in small letters, digits and hyphens.")
    turn = _TURNS.setdefault(asyncio.get_running_loop(), asyncio.Lock())
    async with turn:
        with TemporaryDirectory(prefix="what-if-") as room:
            copy = await asyncio.to_thread(_copy, folder, Path(room), file, text)
            return await _tried(folder, copy, file, text, recent, settings, today)


async def _tried(
    folder: Path, copy: Path, file: str, text: str, recent: Sequence[str], settings: Settings, today: date
) -> WhatIf:
    place, is_new = PurePosixPath(file), not (folder / file).exists()
    run = partial(_run, settings=settings)
    checked = await run("check", "--json", "--knowledge", str(copy))
    rows = (Problem(row["file"], row["line"], row["code"], row["message"]) for row in checked["problems"])
    problems = tuple(problem for problem in rows if problem.file == file)
    entry = read_entry(text, place.stem, place.parts[0], today, Problems().in_file(file))
    if entry is None or any(problem.code in _UNSERVED for problem in problems):
        return WhatIf(file, None, problems, None, is_new)
    found = await run("diff", str(folder), "--knowledge", str(copy), "--json", "--also", "-", typed="\n".join(recent))
    return WhatIf(file, entry, problems, KnowledgeDiff.from_json(found), is_new)


def _copy(folder: Path, room: Path, file: str, text: str) -> Path:
    """The folder with one file replaced or added. Links stay links, so that none leads out of the copy unseen."""
    copy = room / (folder.resolve().name or "knowledge")
    try:
        shutil.copytree(folder, copy, symlinks=True, ignore=shutil.ignore_patterns(".*"))
        target = copy / file
        target.parent.mkdir(exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_bytes(text.encode("utf-8", "surrogatepass"))
    except (OSError, shutil.Error) as error:
        raise KnowledgeError("The knowledge files cannot be copied to try this; look at the disk.") from error
    return copy


async def _run(*arguments: str, settings: Settings, typed: str = "") -> dict[str, Any]:
    """What a command about the knowledge files prints as JSON. It gets `typed` as its input, and no secrets."""
    command = (sys.executable, "-m", "bot", "knowledge", *arguments)
    try:
        worker = await asyncio.create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            start_new_session=True,
            env=worker_environment(settings),
        )
    except OSError as error:
        raise BotError("No process could be started to try this; try again later.") from error
    try:
        async with asyncio.timeout(LONGEST):
            printed, _ = await worker.communicate(typed.encode("utf-8", "replace"))
    except TimeoutError:
        raise BotError("Trying this took too long and was given up; try again when less is going on.") from None
    finally:
        await _ended(worker)
    return _parsed(printed, worker.returncode)


def _parsed(printed: bytes, code: int | None) -> dict[str, Any]:
    """The JSON of a command that ran to its end."""
    with suppress(ValueError):
        found = json.loads(printed)
        if code in {Exit.DONE, Exit.PROBLEMS} and isinstance(found, dict):
            return found
    raise BotError("The files could not be compared; run knowledge diff on the command line to see why.")


async def _ended(worker: Process) -> None:
    """The process and those that it started are gone."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(worker.pid, signal.SIGKILL)
        else:
            worker.kill()
    await worker.wait()
