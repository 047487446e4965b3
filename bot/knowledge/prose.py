"""Rules for the text of an answer: what a card can show, which slots it names, which figures lack a date."""

import re
from dataclasses import dataclass

from bot.knowledge.problems import FileReport

SLOT_KINDS = ("figure", "price", "rate", "premium", "apr", "tvl")
SLOT = re.compile(r"\{([a-z]+):([A-Za-z0-9-]+)\}")
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()]*\)")
LINK = re.compile(r"\[[^\[\]]*\]\([^()]*\)|https?://\S+", re.IGNORECASE)
_HTML = re.compile(
    r"<!--|</?(?:a|b|br|code|div|em|hr|i|img|li|ol|p|pre|s|span|strong|sub|sup|u|ul)\b[^<>]*>", re.IGNORECASE
)
_RULER = re.compile(r"^=+$")
_TIGHT_BULLET = re.compile(r"^\s*-[A-Za-z]")
_TABLE = re.compile(r"^\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?\s*)?$")

_MONTHS = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?"
)
DATED = re.compile(rf"\b(?:{_MONTHS})\.? (?:\d{{1,2}},? )?20\d\d\b|\b20\d\d\b")
EXAMPLE = re.compile(r"\b(?:example|suppose|imagine)\b", re.IGNORECASE)
_VOLATILE = re.compile(
    r"(?:US)?\$ ?\d[\d.,]*(?: ?(?:thousand|million|billion|trillion|[kKmMbB])\b)?"
    r"|(?<!\d)\d[\d.,]{0,30} ?(?:%|percent\b|per cent\b|bps\b)"
    r"|(?<!\d)\d[\d.,]{0,30} (?:thousand|million|billion) ETH\b"
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a text that a figure fills: `{rate:rsETH}` has the kind rate and the key rsETH."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{{{self.kind}:{self.key}}}"


def slots_in(text: str) -> tuple[Slot, ...]:
    """The slots of a text in their order."""
    return tuple(Slot(match[1], match[2]) for match in SLOT.finditer(text))


def check_prose(text: str, line: int, report: FileReport) -> None:
    """Report what a card cannot show. `line` is where `text` begins."""
    for offset, part in enumerate(text.split("\n")):
        where = line + offset
        for image in _IMAGE.findall(part):
            report.add(where, "image-in-text", text=image)
        for link in LINK.findall(_IMAGE.sub("", part)):
            report.add(where, "link-in-text", text=link)
        if _TABLE.match(part.strip()):
            report.add(where, "unsupported-text", what="a table")
        if _RULER.match(part.strip()):
            report.add(where, "unsupported-text", what="a line of ===")
        if _HTML.search(part):
            report.add(where, "unsupported-text", what="HTML")
        if _TIGHT_BULLET.match(part):
            report.add(where, "not-a-bullet", text=part.strip())
        _check_braces(part, where, report)


def _check_braces(part: str, line: int, report: FileReport) -> None:
    for slot in slots_in(part):
        if slot.kind not in SLOT_KINDS:
            report.add(line, "bad-slot", text=str(slot), known=", ".join(SLOT_KINDS))
    for brace in _BRACES.findall(SLOT.sub("", part)):
        report.add(line, "bad-slot", text=brace, known=", ".join(SLOT_KINDS))


def check_dates(text: str, line: int, report: FileReport) -> None:
    """Report money, percentages and large amounts of ETH in a paragraph that names no date and is no example."""
    for first, paragraph in _paragraphs(text, line):
        if DATED.search(paragraph) or EXAMPLE.search(paragraph):
            continue
        for figure in _VOLATILE.findall(paragraph):
            report.add(first, "undated-figure", text=figure.strip().rstrip(".,"))


def _paragraphs(text: str, line: int) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    current: list[str] = []
    for number, part in enumerate([*text.split("\n"), ""], line):
        if part.strip():
            current.append(part)
        elif current:
            found.append((number - len(current), "\n".join(current)))
            current = []
    return found
