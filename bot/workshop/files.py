"""How commands about the knowledge files open their folder, name its files and write them."""

import argparse
import sys
from pathlib import Path

from bot.clock import today, utc_now
from bot.curation.keeping import write_whole
from bot.errors import KnowledgeError, UsageError
from bot.knowledge import Library, read_library
from bot.knowledge.library import NOTES, RESERVED
from bot.settings import Settings


def named_folder(options: argparse.Namespace) -> Path:
    """The knowledge folder that a command line names, or else the environment, whether it is there or not."""
    given: Path | None = options.knowledge
    return given or Settings.from_environment().knowledge_dir


def folder_of(options: argparse.Namespace) -> Path:
    """The same, where it is there.

    Raises:
        KnowledgeError: there is no such folder.
    """
    folder = named_folder(options)
    if not folder.is_dir():
        raise KnowledgeError(f"There is no knowledge folder called '{folder.name or folder}'.")
    return folder


def library_of(options: argparse.Namespace) -> Library:
    """The library of that folder as the bot would serve it today; what is left out of it is told on standard error.

    Raises:
        KnowledgeError: there is no such folder.
    """
    reading = read_library(named_folder(options), today(utc_now))
    for problem in reading.problems:
        if problem.fatal:
            print(problem, file=sys.stderr)
    return reading.library


def name_of(folder: Path) -> str:
    """What a folder is called in front of its files."""
    return folder.name or folder.resolve().name


def shown(path: Path, folder: Path) -> str:
    """A file of the folder as it is printed, with the folder's own name in front; any other as it was typed."""
    inside, root = path.resolve(), folder.resolve()
    return f"{name_of(folder)}/{inside.relative_to(root).as_posix()}" if inside.is_relative_to(root) else str(path)


def is_entry_file(path: Path, folder: Path) -> bool:
    """Whether the bot would read an entry from `path`: `<topic>/<id>.md`, neither hidden, set aside nor a link to
    elsewhere.
    """
    inside, root = path.absolute(), folder.absolute()
    if not inside.is_relative_to(root) or not path.resolve().is_relative_to(folder.resolve()):
        return False
    *topics, name = inside.relative_to(root).parts
    aside = any(part.startswith((".", "_")) for part in (*topics, name)) or name.lower() in NOTES
    return len(topics) == 1 and topics[0] not in RESERVED and path.suffix.lower() == ".md" and not aside


def save(path: Path, text: str) -> None:
    """Put `text` in place of what `path` held, whole or not at all; the folder that it lies in is made if need be.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    except OSError as error:
        raise UsageError(f"{path.name} cannot be written ({error.strerror}).") from error
