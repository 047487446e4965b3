"""One way to write an entry file: its order, blanks and marks, never its meaning. No file is opened here.

The words under Answer and More are kept to the letter. All else is written anew from what the reader understood, and
then read again to prove that it says the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from bot.knowledge.entries import Entry
from bot.knowledge.entry_file import read_entry
from bot.knowledge.header import KEYS, Header, parse_date, read_header
from bot.knowledge.plain import ARROW, BEFORE_ARROW, plain
from bot.knowledge.problems import FileReport, Problems
from bot.knowledge.sections import SECTIONS, Body, read_body, read_bullets

FENCE = "---"
_PROSE = ("Answer", "More")
_LISTED = ("protocols", "tokens", "caveats", "related")
_LOWERED = ("status", "live", "review_every")
_COMMENT = re.compile(r"(?:^|\s)(#.*)$")
_DAYS = re.compile(r"(\d{1,4})\s*(?:days?)?")
_QUOTES = "\"'“”„‘’«"
_ARROW = re.compile(rf"{BEFORE_ARROW}{ARROW}\s*(?=[a-z0-9-]+$)")
_SOURCE = re.compile(r"(?P<when>\S+)\s+(?:(?P<grade>[PINUpinu])\s+)?(?P<rest>.*)")
_LINE_NUMBER = re.compile(r"\bline \d+")
_DIFFERS = "this file is left as it is, because written in another form it could be read differently"


@dataclass(frozen=True, slots=True)
class Formatted:
    """An entry file in its uniform form. `left` says, a sentence each with the line where there is one, why `text` is
    the one that was given; it is empty for a file that was uniform already.
    """

    text: str
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a text says, wherever its lines stand: the entry, and every problem told of it."""

    entry: Entry
    problems: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _HeaderLine:
    """A `key: value`, the comment behind it, and the comments in the lines above."""

    key: str
    text: str
    comment: str = ""
    above: tuple[str, ...] = ()


def format_entry(text: str, file: str, today: date) -> Formatted:
    """The uniform form of an entry file's `text`. `file` names it in sentences.

    A text that cannot be served comes back as it is. So does one that, rewritten, would not give the same `Entry` and
    the same problems. Formatting twice gives what formatting once gives.
    """
    problems = Problems()
    before = _meaning(text, file, today, problems)
    if before is None:
        return Formatted(text, tuple(str(problem) for problem in problems.sorted() if problem.fatal))
    fresh = _rewritten(text, file)
    if _meaning(fresh, file, today, Problems()) != before:
        return Formatted(text, (f"{file}:1: {_DIFFERS}",))
    return Formatted(fresh)


def _meaning(text: str, file: str, today: date, problems: Problems) -> _Meaning | None:
    entry = read_entry(text, "an-entry", "a-topic", today, problems.in_file(file))
    if entry is None:
        return None
    rules = tuple(replace(rule, line=0) for rule in entry.always)
    told = sorted((problem.code, _LINE_NUMBER.sub("", problem.message)) for problem in problems.sorted())
    return _Meaning(replace(entry, always=rules), tuple(told))


def _rewritten(text: str, file: str) -> str:
    lines = plain(text).split("\n")
    unheard = Problems().in_file(file)
    header = read_header(lines, unheard)
    if header is None:
        return text
    body = read_body(lines, header.end, unheard)
    top = [FENCE, *_header(lines, header), FENCE, f"# {body.title}"]
    sections = [_section(body, name, unheard) for name in SECTIONS if name in body.sections]
    return "\n\n".join("\n".join(part) for part in (top, *sections)) + "\n"


def _section(body: Body, name: str, unheard: FileReport) -> list[str]:
    if name in _PROSE:
        return [f"## {name}", *filter(None, [body.text(name)])]
    written = {"Not this": _near_miss, "Sources": _source}.get(name, str)
    return [f"## {name}", *(f"- {written(bullet.text)}".rstrip() for bullet in read_bullets(body, name, unheard))]


def _near_miss(text: str) -> str:
    return _ARROW.sub(" -> ", text)


def _source(text: str) -> str:
    match = _SOURCE.fullmatch(text)
    when = parse_date(match["when"]) if match else None
    if match is None or when is None:
        return text
    return " ".join(filter(None, (when.isoformat(), (match["grade"] or "").upper(), match["rest"])))


def _header(lines: list[str], header: Header) -> Iterator[str]:
    """The lines between the fences, in the order of `KEYS`; a comment moves with the line that it stands above."""
    pending: list[str] = []
    found: list[_HeaderLine] = []
    opened = next(number for number, line in enumerate(lines, 1) if line.strip())
    for number, raw in enumerate(lines[opened : header.end - 1], opened + 1):
        text, comment = _parted(raw)
        if text:
            key, written = _uniform(text, number, header)
            found.append(_HeaderLine(key, written, comment, tuple(pending)))
            pending = []
        elif comment:
            pending.append(comment)
    commented = [len(line.text) for line in found if line.comment]
    for line in sorted(found, key=lambda line: KEYS.index(line.key)):
        yield from line.above
        yield f"{line.text:<{max(commented)}}  {line.comment}" if line.comment else line.text
    yield from pending


def _parted(raw: str) -> tuple[str, str]:
    """A line as its text and the comment behind it."""
    match = _COMMENT.search(raw)
    return (raw[: match.start()].strip(), match[1].strip()) if match else (raw.strip(), "")


def _uniform(typed: str, number: int, header: Header) -> tuple[str, str]:
    """The key of a line, and the line as all are written; as typed where another form could be read differently."""
    name, _, value = typed.partition(":")
    key = next((key for key, line in header.lines.items() if line == number), "")
    if not key:  # a key without a value
        return (empty := re.sub(r"[\s-]+", "_", name.strip().lower())), f"{empty}:"
    meant = header.values[key]
    written = f"{key}: {_uniform_value(key, header)}"
    kept_quotes = key not in _LISTED and meant.startswith(tuple(_QUOTES))
    return key, f"{key}: {value.strip()}" if kept_quotes or _COMMENT.search(written) else written


def _uniform_value(key: str, header: Header) -> str:
    value = header.values[key]
    if key in _LISTED:
        return ", ".join(header.listed(key)) or value
    if key in _LOWERED:
        value = value.lower()
    if key == "reviewed" and (day := parse_date(value)):
        return day.isoformat()
    if key == "review_every" and (match := _DAYS.fullmatch(value)):
        days = int(match[1])
        return "1 day" if days == 1 else f"{days} days"
    return value
