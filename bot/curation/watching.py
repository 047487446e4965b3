"""Tells when the knowledge folder has changed and come to rest."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

SETTLED: Final = 1.0
"""Seconds without a change after which an editor, or a pull of many files, counts as done."""
LOOK_EVERY: Final = 20.0
"""Seconds between two looks that no event has called for: on network drives, and where the folder itself is exchanged,
there are none.
"""
RETRY: Final = 2.0

Signature = frozenset[tuple[str, int, int]] | None
"""Name, size and time of change of every file, and which folder it is; None where there is none."""


def signature(folder: Path) -> Signature:
    """What the files of a folder look like from outside. What is hidden, such as a git repository, does not count."""
    identity = _identity(folder)
    if identity is None:
        return None
    # Where a deployment exchanges the folder, all files may have the sizes and times that they had.
    found: list[tuple[str, int, int]] = [("", *identity)]
    for place, names, files in os.walk(folder):
        names[:] = [name for name in names if not name.startswith(".")]
        found.extend(_file(place, name) for name in files if not name.startswith("."))
    return frozenset(found)


def _file(place: str, name: str) -> tuple[str, int, int]:
    path = f"{place}/{name}"
    try:
        status = os.stat(path)  # noqa: PTH116 - of thousands of files, a Path each is most of the time
    except OSError:
        return path, -1, -1
    return path, status.st_size, status.st_mtime_ns


async def changes(
    folder: Path, *, settled: float = SETTLED, look_every: float = LOOK_EVERY, seen: Signature | str = ""
) -> AsyncIterator[Signature]:
    """Every state of the folder that differs from the one before, once it has come to rest. `seen` is the state that is
    known already; without it the present one is.
    """
    last = await asyncio.to_thread(signature, folder) if isinstance(seen, str) else seen
    async for _ in _events(folder, look_every):
        now = await asyncio.to_thread(signature, folder)
        while now != last:
            await asyncio.sleep(settled)
            before, now = now, await asyncio.to_thread(signature, folder)
            if now == before:
                last = now
                yield now


async def _events(folder: Path, look_every: float) -> AsyncIterator[None]:
    """Something may have changed; at the latest after `look_every` seconds."""
    while True:
        identity = _identity(folder)
        if identity is None:
            await asyncio.sleep(min(RETRY, look_every))
            yield
            continue
        async for _ in _noticed(folder, look_every):
            yield
            if _identity(folder) != identity:
                break
        else:
            await asyncio.sleep(min(RETRY, look_every))


async def _noticed(folder: Path, look_every: float) -> AsyncIterator[None]:
    """Events of the file system, and one now and then where there are none; ends where it cannot be watched."""
    from watchfiles import awatch  # noqa: PLC0415 - not needed before the bot is ready

    waited = int(look_every * 1000)
    try:
        async for _ in awatch(folder, watch_filter=None, step=100, rust_timeout=waited, yield_on_timeout=True):
            yield
    except OSError:
        return


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which folder the path means now."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
