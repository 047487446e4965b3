"""`knowledge fmt`: entry files in one form, without a change of what they say."""

import argparse
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.clock import today, utc_now
from bot.curation.keeping import write_whole
from bot.errors import Exit, UsageError
from bot.knowledge.formatting import format_entry
from bot.knowledge.hints import did_you_mean
from bot.knowledge.library import ENTRY_LIMIT
from bot.knowledge.problems import Problems
from bot.workshop.files import folder_of, is_entry_file, shown

MOST_SHOWN: Final = 40
"""Lines of a file's difference that `--check` prints."""


@dataclass(frozen=True, slots=True)
class _Done:
    """One file: its text as it lies there and as it should be, and why it was left alone where it was."""

    path: Path
    name: str
    before: str = ""
    after: str = ""
    left: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether there is something to write."""
        return self.before != self.after


def fmt(options: argparse.Namespace) -> int:
    """Rewrite entry files in their uniform form, or with `--check` only say which are not in it."""
    folder = folder_of(options)
    done = [_formatted(path, shown(path, folder)) for path in _wanted(folder, options.paths)]
    changed = [file for file in done if file.differs]
    left = [line for file in done for line in file.left]
    for file in changed:
        if options.check:
            _show(file)
        else:
            left += _rewrite(file)
    for line in left:
        print(line)
    untouched = sum(bool(file.left) for file in done)
    verb = "would be rewritten" if options.check else "rewritten"
    print(
        f"{len(changed)} {verb}, {len(done) - len(changed) - untouched} uniform already, {untouched} left as they are."
    )
    return Exit.PROBLEMS if left or (options.check and changed) else Exit.DONE


def _wanted(folder: Path, typed: Sequence[Path]) -> list[Path]:
    """The entry files meant by what was typed: files, folders, or ids of entries; all entries where nothing was.

    Raises:
        UsageError: there is no such file.
    """
    entries = {path.stem: path for path in sorted(folder.glob("*/*.md")) if is_entry_file(path, folder)}
    if not typed:
        return list(entries.values())
    found = [path for one in typed for path in _meant(one, folder, entries)]
    return list(dict.fromkeys(found))


def _meant(typed: Path, folder: Path, entries: dict[str, Path]) -> Iterator[Path]:
    path = typed if typed.exists() else folder / typed
    if path.is_dir():
        yield from (found for found in sorted(path.rglob("*.md")) if is_entry_file(found, folder))
    elif path.exists():
        if is_entry_file(path, folder):
            yield path
        else:
            print(f"{shown(path, folder)}: passed over, since it is no entry of this folder")
    elif (entry := typed.name.removesuffix(".md")) in entries:
        yield entries[entry]
    else:
        hint = did_you_mean(entry, entries) or "; name files, folders or ids of entries."
        raise UsageError(f"There is no file or entry '{typed}'{hint}")


def _formatted(path: Path, name: str) -> _Done:
    problems = Problems()
    try:
        data = path.read_bytes()
        if len(data) <= ENTRY_LIMIT:
            before = data.decode("utf-8")
            formatted = format_entry(before, name, today(utc_now))
            return _Done(path, name, before, formatted.text, formatted.left)
        problems.add(name, 1, "too-large", limit=ENTRY_LIMIT // 1024)
    except UnicodeDecodeError:
        problems.add(name, 1, "not-utf8")
    except OSError as error:
        problems.add(name, 1, "unreadable", cause=error.strerror or "unknown cause")
    return _Done(path, name, left=tuple(map(str, problems.sorted())))


def _show(file: _Done) -> None:
    lines = difflib.unified_diff(file.before.splitlines(), file.after.splitlines(), lineterm="", n=0)
    changes = [line for line in lines if not line.startswith(("---", "+++"))]
    print(f"{file.name}: would be rewritten" + ("" if changes else " (line ends, or the end of the file)"))
    for line in changes[:MOST_SHOWN]:
        print(f"  {line}")
    if len(changes) > MOST_SHOWN:
        print(f"  … and {len(changes) - MOST_SHOWN} lines more")


def _rewrite(file: _Done) -> tuple[str, ...]:
    """Why a file was not rewritten; nothing where it was."""
    try:
        if file.path.read_bytes() != file.before.encode("utf-8"):
            return (f"{file.name}:1: this file has changed meanwhile and is left as it is; format it again",)
        write_whole(file.path, file.after)
    except OSError as error:
        return (f"{file.name}:1: this file cannot be written ({error.strerror}); it is left as it is",)
    print(f"{file.name}: rewritten")
    return ()
