"""Where the commands for editors find the knowledge folder, and how they write a file of it: whole or not at all."""

import argparse
import os
import shutil
from pathlib import Path

from bot.errors import KnowledgeError
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


def shown(path: Path, folder: Path) -> str:
    """A file of the folder as it is printed, with the folder's own name in front; any other as it was typed."""
    inside, root = path.resolve(), folder.resolve()
    return f"{root.name}/{inside.relative_to(root).as_posix()}" if inside.is_relative_to(root) else str(path)


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


def write_whole(path: Path, text: str) -> None:
    """Put `text` in place of what `path` held, in one step: who reads meanwhile, and who pulls the plug, finds the old
    text or the new one. A file that exists keeps its permissions.

    Raises:
        OSError: it cannot be written; `path` is as it was.
    """
    path = path.resolve()
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
