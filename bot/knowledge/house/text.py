"""The text of an entry file cut into what the house rules look at: paragraphs with their lines, and sentences."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.knowledge.facts import Figure
from bot.knowledge.prose import SLOT

_SECTION = re.compile(r"^##\s+(?P<name>.+?)\s*$")
_BULLET = re.compile(r"^\s*[-*+]\s+")
_END = re.compile(r"(?<=[.!?])[\"”)]*\s+(?=[A-Z0-9\"“(*])")
_CLAUSE = re.compile(r"(?<=[;:])\s+")
_QUOTED = re.compile(r"\"[^\"\n]{1,120}\"|“[^”\n]{1,120}”")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph or list item of a section, with the line of the file that it begins in."""

    section: str
    line: int
    text: str

    @property
    def sentences(self) -> list[str]:
        """Its sentences in their order."""
        return _END.split(self.text)


def passages(text: str) -> Iterator[Passage]:
    """The paragraphs and list items of the sections Answer and More."""
    section, begun, parts = "", 0, list[str]()
    for number, line in enumerate([*text.replace("\r", "").split("\n"), "## end"], 1):
        heading = _SECTION.match(line)
        if parts and (heading or not line.strip() or _BULLET.match(line)):
            yield Passage(section, begun, " ".join(parts))
            parts = []
        if heading:
            section = heading["name"].lower()
        elif section in {"answer", "more"} and line.strip():
            begun = begun if parts else number
            parts.append(_BULLET.sub("", line).strip())


def clauses(sentence: str) -> list[str]:
    """A sentence cut at its colons and semicolons, where a reader takes a breath."""
    return _CLAUSE.split(sentence)


def without_quotes(text: str) -> str:
    """The text without what stands in quotation marks."""
    return _QUOTED.sub(" ", text)


def shown(text: str, figures: Mapping[str, Figure]) -> str:
    """The text as a member reads it while nothing is live: dated figures in place of their slots."""
    by_slot = {figure.live: figure for figure in figures.values() if figure.live}

    def say(match: re.Match[str]) -> str:
        kind, key = match.groups()
        figure = figures.get(key) if kind == "figure" else by_slot.get(f"{kind}:{key}")
        return f"{figure.say} ({figure.as_of:%b %Y})" if figure else ""

    return SLOT.sub(say, text)
