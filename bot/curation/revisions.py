"""The knowledge folder as it was in a git revision, written into a folder of its own. Nothing is checked out.

git is asked by its own command line, and only to read.
"""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.errors import UsageError

_OWN = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY"})
"""What git tells its hooks about the repository it works on; it would be wrong for the folder asked about."""


@contextmanager
def base_folder(base: str, folder: Path) -> Iterator[Path]:
    """The folder that `base` names: itself where it is one, else what `folder` held in the git revision of that name,
    for as long as the context lasts.

    Raises:
        UsageError: `base` is neither; git is missing; or the revision has no such folder.
    """
    if base and Path(base).is_dir():
        yield Path(base)
        return
    with TemporaryDirectory(prefix="knowledge-") as room:
        place = Path(room, folder.resolve().name or "knowledge")
        place.mkdir()
        _unpack(_archived(base, folder), place)
        yield place


def _archived(revision: str, folder: Path) -> bytes:
    """The folder in that revision as a tar archive."""
    if not folder.is_dir():
        raise UsageError(f"There is no knowledge folder called '{folder.name or folder}'.")
    name = folder.resolve().name
    prefix = _git(folder, "rev-parse", "--show-prefix")
    if prefix is None:
        raise UsageError(
            f"'{revision}' is no folder, and {name} is in no git repository; name a folder to compare with."
        )
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise UsageError(
            f"'{revision}' is neither a folder nor a git revision here; a revision is for example HEAD, main or"
            " HEAD~1 (in a shallow copy, fetch it first)."
        )
    inside = f"{_line(commit)}:{_line(prefix).rstrip('/')}"
    tree = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", inside)
    if tree is None:
        raise UsageError(f"In the revision '{revision}' there is no folder {name}.")
    top = _line(_git(folder, "rev-parse", "--show-toplevel") or b".")  # below it, git archives that part alone
    archive = _git(Path(top), "-c", "core.autocrlf=false", "archive", "--format=tar", _line(tree))
    if archive is None:
        raise UsageError(f"git cannot read {name} in the revision '{revision}'; run git fsck to see why.")
    return archive


def _line(printed: bytes) -> str:
    return os.fsdecode(printed).removesuffix("\n")


def _git(folder: Path, *arguments: str) -> bytes | None:
    """What a git command prints, None where it fails."""
    git = shutil.which("git")
    if git is None:
        raise UsageError("git is not installed; install it, or name a folder to compare with.")
    environment = {name: value for name, value in os.environ.items() if name not in _OWN}
    command = [git, "-C", str(folder), *arguments]
    done = subprocess.run(  # noqa: S603 - a list of arguments, none of which git can take for an option
        command, capture_output=True, check=False, env=environment, stdin=subprocess.DEVNULL
    )
    return done.stdout if done.returncode == 0 else None


def _unpack(archive: bytes, place: Path) -> None:
    """Write plain files and folders only: a link to somewhere else would not be read anyway."""
    with tarfile.open(fileobj=BytesIO(archive)) as tar:
        for member in tar:
            if member.isfile() or member.isdir():
                tar.extract(member, place, filter="data")
