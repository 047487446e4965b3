"""The part of an entry file below its header: one title and a few known sections.

Markdown is parsed with markdown-it-py, so headings inside code or lists are not mistaken for sections; the text
of a section is then taken from the file's own lines, so nothing a moderator typed is rewritten on the way.
"""

import re
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.knowledge.hints import closest
from bot.knowledge.plain import short
from bot.knowledge.problems import FileReport

SECTIONS = ("Questions", "Not this", "Always", "Answer", "More", "Sources")
TITLE_LIMIT = 80
"""A title becomes a button's label, and Discord's limit for these is 80 characters."""

_PROSE = {"paragraph_open", "bullet_list_open", "ordered_list_open"}
_LISTS = {"bullet_list_open", "ordered_list_open"}
_NAMES = {
    "fence": "a code block",
    "code_block": "text indented by four or more blanks",
    "html_block": "HTML",
    "hr": "a line of ---",
    "blockquote_open": "a quotation that begins with '>'",
}
_MARKER = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)])(?:\s+|$)")
_MEANT_AS_MARKER = re.compile(r"^\s*([-*+•◦▪‣·–—−])(?!\1)")
_TIGHT_HEADING = re.compile(r"^\s*(#(?=[A-Za-z])|#{2,6}(?=[^#\s]))(.*)$")
_WIDE_HEADING = re.compile(r"^\s*[#＃]*＃[#＃]*\s*(\S.*)$")
_MISREAD = frozenset(
    {"second-title", "heading-space", "bare-heading", "indented-heading", "unknown-section", "unsupported-text"}
)
_BY_NAME = {section.lower(): section for section in SECTIONS}
_UNDERLINE = re.compile(r"^\s*(?:=+|-{2,})\s*$")


@dataclass(frozen=True, slots=True)
class Bullet:
    """One list item: its text on one line, and the line it begins in."""

    text: str
    line: int


@dataclass(slots=True)
class Section:
    """One `## ` section: where it begins and its blocks."""

    name: str
    line: int
    blocks: list[Token] = field(default_factory=list)


@dataclass(slots=True)
class Body:
    """Title and sections of one file, before their meaning is read."""

    lines: list[str]
    title: str = ""
    title_line: int = 0
    sections: dict[str, Section] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The Markdown of a section as it was typed, without blank lines around it."""
        section = self.sections.get(name)
        if section is None or not section.blocks:
            return ""
        spans = [block.map for block in section.blocks if block.map]
        return "\n".join(line.rstrip() for line in self.lines[spans[0][0] : spans[-1][1]]).strip()

    def line(self, name: str) -> int:
        """The line of a section's heading, or of the title when there is no such section."""
        section = self.sections.get(name)
        return section.line if section else max(self.title_line, 1)


@cache
def _parser() -> MarkdownIt:
    # A text line above a line of --- would become a heading in plain Markdown; nobody means that here.
    # What stands inside a line is taken from the file as it was typed, so it need not be parsed at all.
    return MarkdownIt("commonmark").disable(["lheading", "reference", "inline", "text_join"])


def read_body(lines: list[str], start: int, report: FileReport) -> Body:
    """Split `lines` from `start` (0-based) on into a title and sections."""
    visible = [""] * start + lines[start:]
    body = Body(lines=visible)
    tokens = _parser().parse("\n".join(visible))
    current: Section | None = None
    for position, token in enumerate(tokens):
        if token.map is None or _false_heading(body, token, report):
            continue
        if token.level != 0:
            _check_nested(body, token, report)
        elif token.type == "heading_open":
            current = _read_heading(body, token, tokens[position + 1], current, report)
        else:
            _read_block(token, current, report)
    if not body.title and not misread(report):
        report.add(min(start + 1, len(lines)), "no-title", fatal=True)
    return body


def misread(report: FileReport) -> bool:
    """Whether a section or the title may only seem to be missing, because of a slip that keeps the file from being
    served anyway; to say that it is missing would confuse.
    """
    return report.fatal and report.tells(_MISREAD)


def _read_heading(
    body: Body, token: Token, inline: Token, current: Section | None, report: FileReport
) -> Section | None:
    line = _line(token)
    name = inline.content.strip()
    if token.tag == "h1":
        return _set_title(body, name, line, report)
    if token.tag != "h2":
        report.add(line, "deep-heading", text=f"{token.markup} {name}", fatal=True)
        return current
    return _open_section(body, name, line, report)


def _set_title(body: Body, name: str, line: int, report: FileReport) -> Section | None:
    if body.title:
        report.add(line, "second-title", first=body.title_line, fatal=True)
        return Section(name, line)
    if len(name) > TITLE_LIMIT:
        report.add(line, "long-title", length=len(name), limit=TITLE_LIMIT, fatal=True)
    body.title, body.title_line = name, line
    return None


def _open_section(body: Body, name: str, line: int, report: FileReport) -> Section | None:
    official = _BY_NAME.get(name.lower().rstrip(":"))
    if official is None:
        near = closest(name.lower(), _BY_NAME)
        hint = f"; did you mean '## {_BY_NAME[near]}'?" if near else ""
        report.add(line, "unknown-section", name=name, hint=hint, known=", ".join(SECTIONS), fatal=True)
        return Section(name, line)
    if official in body.sections:
        first = body.sections[official].line
        report.add(line, "duplicate-section", name=official, first=first, fatal=True)
        return Section(name, line)
    body.sections[official] = Section(official, line)
    return body.sections[official]


def _false_heading(body: Body, token: Token, report: FileReport) -> bool:
    """Whether a paragraph holds what was meant as a heading and is none, which would swallow a section."""
    if token.type != "paragraph_open" or token.map is None:
        return False
    first, end = token.map
    found = False
    for number in range(first, end):
        text, below = body.lines[number], body.lines[number + 1] if number + 1 < end else ""
        if meant := _meant_as_heading(text, below):
            code = "heading-space" if _TIGHT_HEADING.match(text) else "bare-heading"
            is_title = code == "bare-heading" and not body.title and meant[3:] not in SECTIONS
            report.add(number + 1, code, text=short(text.strip()), hint=meant[is_title:], fatal=True)
            found = True
    return found


def _meant_as_heading(text: str, below: str = "") -> str:
    """The heading that a line of text was meant to be, with the line `below` it; empty where it is just text."""
    if tight := _TIGHT_HEADING.match(text):
        return f"{tight[1]} {tight[2].strip()}"
    wide = _WIDE_HEADING.match(text) if "＃" in text else None
    name = wide[1] if wide else text.rstrip().rstrip("*_:").lstrip("*_")
    underlined = below and text.strip() and _UNDERLINE.match(below) and not _UNDERLINE.match(text)
    if wide or underlined or name.lower() in _BY_NAME:
        return f"## {_BY_NAME.get(name.lower(), name.strip())}"
    return ""


def _check_nested(body: Body, token: Token, report: FileReport) -> None:
    """Report what stands inside a list item on a line of its own; right behind the item's mark it is plain text."""
    line = _line(token)
    text = body.lines[line - 1]
    if _MARKER.match(text):
        return
    if token.type == "heading_open":
        report.add(line, "indented-heading", text=short(text.strip()), fatal=True)
    elif token.type in _NAMES:
        report.add(line, "unsupported-text", what=_NAMES[token.type], fatal=True)


def _read_block(token: Token, current: Section | None, report: FileReport) -> None:
    line = _line(token)
    if current is None:
        report.add(line, "text-before-section", fatal=True)
    elif token.type in _PROSE:
        current.blocks.append(token)
    else:
        report.add(line, "unsupported-text", what=_NAMES.get(token.type, "this"), fatal=True)


def read_bullets(body: Body, name: str, report: FileReport) -> tuple[Bullet, ...]:
    """The list items of a section. Anything else in it is reported, never dropped in silence."""
    section = body.sections.get(name)
    if section is None:
        return ()
    bullets: list[Bullet] = []
    for block in section.blocks:
        if block.type not in _LISTS:
            line = _line(block)
            report.add(line, "not-a-bullet", text=short(body.lines[line - 1].strip()), fatal=True)
            continue
        bullets.extend(_items(body, block, report))
    return tuple(bullets)


def _items(body: Body, block: Token, report: FileReport) -> list[Bullet]:
    """Items of one list, read from the file's lines so that `*`, `<` and `_` stay as typed.

    A line that goes on with an item is indented; Markdown would also take a line whose `- ` was forgotten.
    """
    span = block.map or [0, 0]
    bullets: list[Bullet] = []
    for number in range(*span):
        text = body.lines[number]
        marker = _MARKER.match(text)
        if marker:
            if bullets and (text.startswith("\t") or text[:2].isspace()):
                report.add(number + 1, "nested-bullet", fatal=True)
            bullets.append(Bullet(text[marker.end() :].strip(), number + 1))
        elif text.strip() and (not text[0].isspace() or _MEANT_AS_MARKER.match(text)):
            if not _meant_as_heading(text):
                report.add(number + 1, "not-a-bullet", text=short(text.strip()), fatal=True)
        elif text.strip() and bullets:
            bullets[-1] = Bullet(f"{bullets[-1].text} {text.strip()}", bullets[-1].line)
    return bullets


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1
