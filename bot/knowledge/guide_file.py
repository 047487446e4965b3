"""`facts/strategy.toml`: text in, a `Guide` and problems out. No file is opened here.

A guide that could lead somebody to the wrong place is not served at all; the smaller slips are reported and it stays.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from bot.knowledge.document import Document
from bot.knowledge.guide import PLACEHOLDER, Explanation, Guide, GuideQuestion, Lead, Option
from bot.knowledge.hints import did_you_mean

QUESTIONS: Final = 3
"""Questions that are few enough to be asked, and whose answers together fit into a button's id."""
FEWEST, OPTIONS = 2, 25
LABEL_LIMIT: Final = 100
ASK_LIMIT: Final = 150
"""Discord's limits for the options of a menu and for the words that stand in it before anything was picked."""
NAME_LIMIT: Final = 24
ANY: Final = "any"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ARROW = re.compile(r"^(?P<takes>.*\S)\s*(?:->|→)\s*(?P<leads>\S+)$")
_EXAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "risks": 'risks = ["what can go wrong, with its date"]',
        "exits": 'exits = ["how to get out, with its date"]',
        "entries": 'entries = ["id-of-an-entry"]',
        "leads": 'leads = ["any, any, any -> name-of-an-explanation"]',
        "cautious": "cautious = true, or remove it",
        "leverage": "leverage = true, or remove it",
    }
)
_TABLES = ("guide", "questions", "explanations")
_HEAD = ("title", "intro", "notice", "leads")
_EXPLANATION = ("title", "say", "risks", "exits", "entries", "leverage")
_OPTION = ("label", "because", "cautious")


def read_guide(document: Document) -> Guide | None:
    """The guide of a file; None where something in it cannot be trusted."""
    reader = _Reader(document)
    guide = reader.guide()
    return None if reader.broken else guide


class _Reader:
    """Reads one file; `broken` once something was found that keeps it from being served."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.broken = False

    def fault(self, code: str, line: int, **fields: object) -> None:
        self.document.problems.add(self.document.file, line, code, fatal=True, **fields)
        self.broken = True

    def guide(self) -> Guide | None:
        tables = self.document.tables
        if not tables:
            self.broken = True  # its one problem is told
            return None
        self._known(tables, "", _TABLES)
        head, questions, explanations = (self._table(tables, name, name) for name in _TABLES)
        if self.broken:
            return None
        self._known(head, "guide", _HEAD)
        return self._assembled(head, tuple(self._questions(questions)), list(self._explanations(explanations)))

    def _assembled(
        self, head: Mapping[str, Any], questions: tuple[GuideQuestion, ...], explanations: list[Explanation]
    ) -> Guide | None:
        title, intro, notice = (self._text(head, "guide", field) for field in _HEAD[:3])
        lines = self._texts(head, "guide", "leads")
        if self.broken:
            return None
        named = MappingProxyType({one.id: one for one in explanations})
        leads = [self._lead(line, questions, named) for line in lines]
        return Guide(title, intro, notice, questions, named, tuple(filter(None, leads)))

    def _questions(self, tables: Mapping[str, Any]) -> Iterator[GuideQuestion]:
        if len(tables) > QUESTIONS:
            self.fault(
                "guide-questions",
                self.document.line(f"questions.{[*tables][QUESTIONS]}"),
                count=len(tables),
                most=QUESTIONS,
            )
        for name in tables:
            if table := self._table(tables, name, f"questions.{name}"):
                yield self._question(name, table)

    def _question(self, name: str, table: Mapping[str, Any]) -> GuideQuestion:
        place = f"questions.{name}"
        options = {key: value for key, value in table.items() if isinstance(value, dict)}
        self._known([key for key in table if key not in options], place, ("ask", "placeholder"))
        if not FEWEST <= len(options) <= OPTIONS:
            self.fault("guide-options", self.document.line(place), count=len(options), fewest=FEWEST, most=OPTIONS)
        ask = self._text(table, place, "ask", ASK_LIMIT)
        placeholder = self._text(table, place, "placeholder", ASK_LIMIT) if "placeholder" in table else PLACEHOLDER
        return GuideQuestion(name, ask, tuple(self._option(place, *one) for one in options.items()), placeholder)

    def _option(self, question: str, name: str, table: Mapping[str, Any]) -> Option:
        place = f"{question}.{name}"
        self._known(table, place, _OPTION)
        if not _NAME.fullmatch(name) or len(name) > NAME_LIMIT or name == ANY:
            self.fault("guide-name", self.document.line(place), id=name, most=NAME_LIMIT)
        label = self._text(table, place, "label", LABEL_LIMIT)
        return Option(name, label, self._text(table, place, "because"), self._flag(table, place, "cautious"))

    def _explanations(self, tables: Mapping[str, Any]) -> Iterator[Explanation]:
        for name in tables:
            if table := self._table(tables, name, f"explanations.{name}"):
                yield self._explanation(name, table)

    def _explanation(self, name: str, table: Mapping[str, Any]) -> Explanation:
        place = f"explanations.{name}"
        self._known(table, place, _EXPLANATION)
        title, say = (self._text(table, place, field) for field in _EXPLANATION[:2])
        risks, exits, entries = (self._texts(table, place, field) for field in _EXPLANATION[2:5])
        line = self.document.line(place, "entries")
        return Explanation(name, title, say, risks, exits, entries, self._flag(table, place, "leverage"), line)

    def _lead(
        self, text: str, questions: tuple[GuideQuestion, ...], explanations: Mapping[str, Explanation]
    ) -> Lead | None:
        line, match = self.document.line_with(text), _ARROW.match(text)
        parts = match["takes"].split(",") if match else []
        if match is None or len(parts) != len(questions):
            example = f"{', '.join([ANY] * len(questions))} -> {next(iter(explanations))}"
            self.fault("guide-line", line, text=text, example=example)
            return None
        if match["leads"] not in explanations:
            hint = did_you_mean(match["leads"], explanations)
            self.fault("guide-explanation", line, id=match["leads"], hint=hint)
        takes = [self._taken(part, question, line) for part, question in zip(parts, questions, strict=True)]
        return Lead(tuple(takes), match["leads"], text)

    def _taken(self, part: str, question: GuideQuestion, line: int) -> frozenset[str] | None:
        names = [name.strip() for name in part.split("/")]
        if names == [ANY]:
            return None
        known = [option.id for option in question.options]
        for name in names:
            if name not in known:
                hint = did_you_mean(name, [*known, ANY])
                self.fault("guide-answer", line, id=name, question=question.id, hint=hint)
        return frozenset(names)

    def _known(self, found: Iterable[str], place: str, known: Iterable[str]) -> None:
        """A mistyped name must not pass: without `cautious`, an answer would lead where it must not."""
        for name in found:
            if name not in known:
                line = self.document.line(place, name) if place else self.document.line(name)
                hint = did_you_mean(name, known)
                self.fault("unknown-field", line, name=place or name, key=name, hint=hint)

    def _table(self, tables: Mapping[str, Any], name: str, place: str) -> Mapping[str, Any]:
        found = tables.get(name)
        if isinstance(found, dict) and found:
            return found
        self.fault("guide-table", self.document.line(name if name in tables else place), name=place)
        return {}

    def _text(self, table: Mapping[str, Any], place: str, field: str, limit: int = 0) -> str:
        value = table.get(field)
        if not isinstance(value, str) or not value.strip():
            self._lacks(place, field, f'{field} = "…"')
            return ""
        if limit and (length := len(value.encode("utf-16-le")) // 2) > limit:
            document, line = self.document, self.document.line(place, field)
            document.problems.add(document.file, line, "guide-long", field=field, length=length, limit=limit)
        return value.strip()

    def _texts(self, table: Mapping[str, Any], place: str, field: str) -> tuple[str, ...]:
        value = table.get(field)
        if isinstance(value, list) and value and all(isinstance(one, str) and one.strip() for one in value):
            return tuple(one.strip() for one in value)
        self._lacks(place, field, _EXAMPLES[field])
        return ()

    def _flag(self, table: Mapping[str, Any], place: str, field: str) -> bool:
        value = table.get(field, False)
        if not isinstance(value, bool):
            self._lacks(place, field, _EXAMPLES[field])
        return value is True

    def _lacks(self, place: str, field: str, example: str) -> None:
        self.fault("guide-field", self.document.line(place, field), name=place, field=field, example=example)
