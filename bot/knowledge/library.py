"""A whole knowledge folder as one immutable snapshot. The only place that opens knowledge files."""

import errno
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType

from bot.errors import KnowledgeError
from bot.knowledge import pictures
from bot.knowledge.cross_checks import check_library
from bot.knowledge.entries import Entry, Status
from bot.knowledge.entry_file import read_entry
from bot.knowledge.facts import Facts
from bot.knowledge.facts_files import FILES, read_facts
from bot.knowledge.hints import did_you_mean
from bot.knowledge.plain import plain
from bot.knowledge.problems import FileReport, Problem, Problems, printable
from bot.knowledge.recorded import THRESHOLDS

RESERVED = ("facts", "questions", pictures.FOLDER)
"""Folders of a knowledge base that hold no entries."""
README = "readme.md"
"""A note to who edits the files, in small letters; it is no entry, wherever it lies."""
NOTES = (README, "coverage.md", "errors.md", "guide.md")
"""Pages for who edits the files, in small letters. At the top of the folder they are no entries; a topic may well have
an entry called guide.
"""
ENTRY_LIMIT = 256 * 1024
"""Largest file that is read, in bytes; an entry is a few sentences."""
_ID = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")


@dataclass(frozen=True, slots=True)
class Library:
    """All entries and facts of one version of a knowledge folder. `version` names that content; `thresholds` is the
    text of the folder's own thresholds, empty where it has none. `pictures` are descriptions of pictures by their id,
    as text that nobody has read yet.
    """

    entries: Mapping[str, Entry]
    facts: Facts
    version: str
    thresholds: str = ""
    pictures: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def published(self) -> tuple[Entry, ...]:
        """The entries that members may see, by id."""
        return tuple(entry for entry in self.entries.values() if entry.status is Status.PUBLISHED)

    @property
    def topics(self) -> tuple[str, ...]:
        """The folders that hold published entries, by name."""
        return tuple(dict.fromkeys(sorted(entry.topic for entry in self.published)))

    def in_topic(self, topic: str) -> tuple[Entry, ...]:
        """Published entries of one folder, by title."""
        return tuple(sorted((e for e in self.published if e.topic == topic), key=lambda entry: entry.title.lower()))


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a folder gave: the files that can be served, and everything a moderator should mend."""

    library: Library
    problems: tuple[Problem, ...]


def read_library(root: Path, today: date, *, thorough: bool = False) -> Reading:
    """Read every file under `root`. A file with a fatal problem is left out, the rest is served. `thorough` is for who
    edits the files: it takes longer, and finds a wrong digit in an address.

    Raises:
        KnowledgeError: `root` is not a folder.
    """
    if not root.is_dir():
        raise KnowledgeError(f"There is no knowledge folder called '{root.name or root}'.")
    problems = Problems()
    digest = hashlib.sha256()
    facts = _read_facts(root, digest, problems, today, thorough=thorough)
    entries: dict[str, Entry] = {}
    texts: dict[str, str] = {}
    for path in _entry_files(root, problems):
        file = _file_name(path, root)
        text = _text(path, file, root, problems)
        if text is None:
            continue
        texts[file] = text
        digest.update(f"{file}\0{text}\0".encode())
        entry = _read_entry_at(path, text, entries, today, problems.in_file(file))
        if entry is not None:
            entries[entry.id] = entry
    ordered = MappingProxyType(dict(sorted(entries.items())))
    described = _read_pictures(root, digest, problems)
    library = Library(ordered, facts, digest.hexdigest()[:12], _thresholds(root), described)
    check_library(library.entries, facts, problems, texts, described)
    _check_guide(library, problems)
    if thorough:
        from bot.knowledge.house.check import check_house  # noqa: PLC0415 - the bot itself never needs it

        check_house(library.entries, facts, problems, texts)
    return Reading(library, problems.sorted())


def _check_guide(library: Library, problems: Problems) -> None:
    if library.facts.guide is not None:
        from bot.knowledge.guide_checks import check_entries  # noqa: PLC0415 - most folders have no guide

        check_entries(library.facts.guide, library.entries, problems)


def _thresholds(root: Path) -> str:
    try:
        return (root / "questions" / THRESHOLDS).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _read_facts(root: Path, digest: "hashlib._Hash", problems: Problems, today: date, *, thorough: bool) -> Facts:
    texts: dict[str, str] = {}
    for name in FILES:
        path = root / "facts" / name
        if path.exists():
            text = _text(path, f"facts/{name}", root, problems)
            if text is not None:
                texts[name] = text
                digest.update(f"facts/{name}\0{text}\0".encode())
    for path in _unread_facts(root):
        hint, known = did_you_mean(path.name, FILES), ", ".join(FILES)
        problems.add(_file_name(path, root), 1, "unknown-facts-file", name=printable(path.name), hint=hint, known=known)
    return read_facts(texts, problems, today=today, thorough=thorough)


def _unread_facts(root: Path) -> list[Path]:
    found = sorted((root / "facts").glob("*"))
    return [path for path in found if path.name not in FILES and not _passed_over(path.relative_to(root))]


def _read_pictures(root: Path, digest: "hashlib._Hash", problems: Problems) -> Mapping[str, str]:
    """The descriptions as text; reading them can wait until a picture is shown."""
    found: dict[str, str] = {}
    paths = [path for path in sorted((root / pictures.FOLDER).glob("*")) if not _passed_over(path.relative_to(root))]
    for path, is_description in pictures.sorted_out(paths):
        file = _file_name(path, root)
        if not is_description:
            problems.add(file, 1, "not-a-picture", name=printable(path.name))
        elif (text := _text(path, file, root, problems)) is not None:
            found[path.stem] = text
            digest.update(f"{file}\0{text}\0".encode())
    return MappingProxyType(found)


def _entry_files(root: Path, problems: Problems) -> Iterator[Path]:
    for path in sorted(root.rglob("*")):
        place, file = path.relative_to(root), _file_name(path, root)
        if _passed_over(place) or place.parts[0] in RESERVED:
            continue
        *folders, _ = place.parts
        if path.is_dir():
            if path.is_symlink() and not _inside(path, root):
                problems.add(file, 1, "outside-folder", fatal=True)
        elif path.suffix.lower() != ".md":
            if folders:
                problems.add_stray(file, path.name)
        elif not folders:
            problems.add(file, 1, "misplaced", name=printable(path.name), fatal=True)
        elif folders[1:]:
            problems.add(file, 1, "too-deep", fatal=True)
        else:
            yield path


def _passed_over(place: Path) -> bool:
    """Whether a file is none of ours: hidden, set aside by a leading underscore, or a note to readers."""
    return any(part.startswith((".", "_")) for part in place.parts) or _is_note(place)


def _is_note(place: Path) -> bool:
    name = place.name.lower()
    return name == README or (len(place.parts) == 1 and name in NOTES)


def _file_name(path: Path, root: Path) -> str:
    return printable(path.relative_to(root).as_posix())


def _inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve().is_relative_to(root.resolve())
    except RuntimeError as error:  # what Python before 3.13 says of links that lead in a circle
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from error


def _read_entry_at(
    path: Path, text: str, entries: Mapping[str, Entry], today: date, report: FileReport
) -> Entry | None:
    if not _ID.match(path.stem):
        stem = re.sub(r"(\.md)+$", "", path.stem.lower())
        hint = re.sub(r"[^a-z0-9]+", "-", stem).strip("-") or "my-entry"
        report.add(1, "bad-id", hint=hint, fatal=True)
        return None
    if path.stem in entries:
        report.add(1, "duplicate-id", id=path.stem, other=entries[path.stem].file, fatal=True)
        return None
    return read_entry(text, path.stem, path.parent.name, today, report)


def _text(path: Path, file: str, root: Path, problems: Problems) -> str | None:
    try:
        if not _inside(path, root):
            problems.add(file, 1, "outside-folder", fatal=True)
            return None
        if path.stat().st_size > ENTRY_LIMIT:
            problems.add(file, 1, "too-large", limit=ENTRY_LIMIT // 1024, fatal=True)
            return None
        return plain(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        problems.add(file, 1, "not-utf8", fatal=True)
    except OSError as error:
        problems.add(file, 1, "unreadable", cause=error.strerror or "unknown cause", fatal=True)
    return None
