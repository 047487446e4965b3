"""Small knowledge folders for the tests that need one of their own."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from bot.knowledge import Library, read_library

TODAY = date(2026, 11, 22)


def write_folder(path: Path, files: Mapping[str, str | bytes | Path]) -> Path:
    """Write `files` (place inside the folder to text or bytes, or to a path for a link to it) and give `path` back."""
    for place, text in files.items():
        target = path / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, Path):
            target.symlink_to(text)
        else:
            target.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def entry_text(
    title: str,
    questions: Sequence[str],
    answer: str = "A sentence that somebody reviewed.",
    *,
    status: str = "published",
    reviewed: str = "2026-11-01",
    review_every: str = "90 days",
    more: str = "",
    not_this: Sequence[str] = (),
    always: Sequence[str] = (),
    sources: Sequence[str] = ("2026-07-14 A book about it",),
    **header: str,
) -> str:
    """The text of one entry file. Further keys of its header, such as `tokens`, go by name."""
    keys = {"status": status, "reviewed": reviewed, "review_every": review_every} | header
    parts = ["---", *(f"{key}: {value}" for key, value in keys.items()), "---", f"# {title}"]
    parts += _section("Questions", [f"- {question}" for question in questions])
    parts += _section("Not this", [f"- {miss}" for miss in not_this])
    parts += _section("Always", [f"- {rule}" for rule in always])
    parts += _section("Answer", [answer])
    parts += _section("More", [more] if more else [])
    parts += _section("Sources", [f"- {source}" for source in sources])
    return "\n".join(parts) + "\n"


def library_of(path: Path, files: Mapping[str, str]) -> Library:
    """The library that `files` make, whatever problems they have."""
    return read_library(write_folder(path, files), TODAY).library


def _section(name: str, lines: Sequence[str]) -> list[str]:
    return ["", f"## {name}", *lines] if lines else []
