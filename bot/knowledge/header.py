"""The block of `key: value` lines at the top of an entry file.

Values are plain text to the end of the line, so a colon, a quote, an @ or a yes needs no care. ` # ` begins a
comment, because the known values never hold one.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from bot.knowledge.entries import Status
from bot.knowledge.hints import did_you_mean
from bot.knowledge.problems import FileReport

KEYS = ("status", "reviewed", "review_every", "protocols", "tokens", "live", "caveats", "related", "picture")
LIVE = ("prices",)
"""What an entry can be marked live for."""
_FENCE = re.compile(r"^\s*(?:-{3,}|[-–—]*[–—][-–—]*)\s*$")
"""A line of hyphens, also where a keyboard made a dash of some of them."""
_INTERVAL = re.compile(r"^(\d{1,4})\s*(?:days?)?$")
_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_DASHES = re.compile("[‒–—−]")
_BETWEEN = re.compile("[,;，；、]")
_LIST = re.compile(r"^\[(.*)\]$")
_QUOTES = {'"': '"', "'": "'", "“": "”", "”": "”", "„": "“”", "‘": "’", "’": "’", "«": "»"}
"""What closes a quotation, by what opens it."""


@dataclass(slots=True)
class Header:
    """The metadata of one file as it was typed: key to value, with the line of each."""

    values: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    end: int = 0
    """Number of lines up to and including the closing fence."""

    def listed(self, key: str) -> tuple[str, ...]:
        """The items of `key`, in order, each once. Commas stand between them; semicolons, quotes around each and the
        brackets of YAML around all are taken as meant.
        """
        value = _LIST.sub(r"\1", self.values.get(key, ""))
        items = (_unquoted(item.strip()) for item in _BETWEEN.split(value))
        return tuple(dict.fromkeys(item for item in items if item))

    def line(self, key: str) -> int:
        """The line of `key`, or the first of the file when it is absent."""
        return self.lines.get(key, 1)


def read_header(lines: list[str], report: FileReport) -> Header | None:
    """Read the block at the top of `lines`; None when there is none that can be trusted."""
    start = next((n for n, text in enumerate(lines) if text.strip()), 0)
    if not lines or not _FENCE.match(lines[start]):
        report.add(start + 1, "no-header", fatal=True)
        return None
    below = list(enumerate(lines))[start + 1 :]
    closing = next((n for n, text in below if _FENCE.match(text)), None)
    section = next((n for n, text in below if re.match(r"^## \S", text)), len(lines))
    if closing is None or closing > section:
        report.add(start + 1, "header-not-closed", fatal=True)
        return None
    header = Header(end=closing + 1)
    for number, text in enumerate(lines[start + 1 : closing], start + 2):
        _read_line(header, text, number, report)
    return header


def _read_line(header: Header, text: str, number: int, report: FileReport) -> None:
    text = _COMMENT.sub("", text).strip()
    if not text:
        return
    key, colon, value = text.partition(":")
    key, value = re.sub(r"[\s-]+", "_", key.strip().lower()), _unquoted(value.strip())
    if not colon:
        report.add(number, "header-no-colon", text=text, fatal=True)
    elif key not in KEYS:
        report.add(number, "unknown-key", key=key, hint=did_you_mean(key, KEYS), known=", ".join(KEYS), fatal=True)
    elif key in header.values:
        report.add(number, "duplicate-key", key=key, first=header.lines[key], fatal=True)
    elif not value:
        report.add(number, "empty-value", key=key)
    else:
        header.values[key], header.lines[key] = value, number


def _unquoted(value: str) -> str:
    """`value` without the quotes around it; those around one item of several are left for `Header.listed`."""
    opened, inner, closed = value[:1], value[1:-1], value[-1:]
    if len(value) > 1 and closed in _QUOTES.get(opened, "") and opened not in inner and closed not in inner:
        return inner.strip()
    return value


def read_status(header: Header, report: FileReport) -> Status | None:
    """The entry's status; None, with a fatal problem, when it is missing or unknown."""
    value = header.values.get("status")
    if value is None:
        report.add(1, "no-status", fatal=True)
        return None
    try:
        return Status(value.lower())
    except ValueError:
        report.add(header.line("status"), "bad-status", value=value, fatal=True)
        return None


def read_reviewed(header: Header, today: date, report: FileReport) -> date | None:
    """The day of the last review; None when it is missing or cannot be one."""
    value = header.values.get("reviewed")
    if value is None:
        report.add(1, "no-reviewed")
        return None
    reviewed = parse_date(value)
    if reviewed is None:
        report.add(header.line("reviewed"), "bad-date", value=value, fatal=True)
    elif reviewed > today:
        report.add(header.line("reviewed"), "future-review", value=value)
        return None
    return reviewed


def read_interval(header: Header, report: FileReport) -> int | None:
    """Days between reviews; None for `never` and where nothing is said."""
    value = header.values.get("review_every", "never").lower()
    if value == "never":
        return None
    match = _INTERVAL.match(value)
    if match is None or int(match[1]) == 0:
        report.add(header.line("review_every"), "bad-interval", value=value, fatal=True)
        return None
    return int(match[1])


def read_live(header: Header, report: FileReport) -> str:
    """What the bot adds live to this entry's answer, one of `LIVE`; empty for nothing and for what is not known."""
    value = header.values.get("live", "").lower()
    if value and value not in LIVE:
        report.add(header.line("live"), "bad-live", value=header.values["live"])
        return ""
    return value


def parse_date(text: str) -> date | None:
    """A day written as 2026-11-22, and only so: 2026-W47 and 20261122 are slips, not dates. Dashes pass for hyphens,
    because word processors make them.
    """
    text = _DASHES.sub("-", text)
    if not _DATE.match(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
