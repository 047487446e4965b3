"""Files written whole or not at all, and the old ones of a kind let go of."""

import os
import shutil
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: str | bytes) -> None:
    """Put `data`, a text as UTF-8, in place of what `path` held, in one step: who reads meanwhile, and who pulls the
    plug, finds the old or the new one. A file that exists keeps its permissions.

    Raises:
        OSError: it cannot be written; `path` is as it was.
    """
    path = path.resolve()
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("wb") as file:
            file.write(data.encode("utf-8") if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def keep_newest(path: Path, data: str | bytes, most: int) -> None:
    """Write a file into a folder of its kind, made where it is missing, and let go of the oldest there, so that `most`
    stay.

    Raises:
        OSError: it cannot be written; what there was stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)
    with suppress(OSError):  # another process may let go of the same ones
        for old in sorted(path.parent.glob(f"*{path.suffix}"), key=lambda file: file.stat().st_mtime)[:-most]:
            old.unlink(missing_ok=True)
