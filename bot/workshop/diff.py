"""`knowledge diff`: which recorded questions a change of the files takes from which entries."""

import argparse
import json
import os
import sys
from pathlib import Path

from bot.clock import today, utc_now
from bot.curation.revisions import base_folder
from bot.errors import Exit, UsageError
from bot.settings import Settings
from bot.workshop.files import named_folder


def diff(options: argparse.Namespace) -> int:
    """Compare the knowledge folder with a base, and say whether the change loses what it does not list."""
    # Both sides are asked at once, each on a core of its own; read by the linear algebra when it is first loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from bot.curation.diffing import diff_of  # noqa: PLC0415 - see above

    settings = Settings.from_environment()
    folder = named_folder(options)
    recent = _recent(options.also)
    with base_folder(options.base, folder) as base:
        found = diff_of(base, folder, today(utc_now), settings.data_dir, recent)
    if options.json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
    elif options.markdown:
        print(found.markdown(), end="")
    else:
        print("\n".join(found.lines()))
    return Exit.PROBLEMS if found.unlisted else Exit.DONE


def _recent(file: str | None) -> list[str]:
    """The further questions, one a line.

    Raises:
        UsageError: the file cannot be read.
    """
    if file is None:
        return []
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"The questions in {Path(file).name} cannot be read ({error.strerror}).") from error
    return data.decode("utf-8-sig", errors="replace").splitlines()
