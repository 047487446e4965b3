"""The tables of one description, read with a sentence for every slip and the line that it stands in."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from bot.knowledge.document import Document
from bot.knowledge.hints import did_you_mean
from bot.knowledge.problems import Problems


class Description:
    """The TOML file of one picture. `faulty` once something keeps it from being drawn."""

    def __init__(self, file: str, text: str, problems: Problems) -> None:
        self.file, self.text, self.problems = file, text, problems
        self.values: dict[str, Any] = Document(file, text, problems).tables
        self.faulty = problems.fatal_in(file)
        self._lines = text.split("\n")

    @property
    def top(self) -> "Table":
        """What stands before the first `[[…]]`."""
        return Table(self, self.values)

    def tables(self, name: str, least: int, most: int) -> list["Table"]:
        """All `[[name]]`, of which there are `least` to `most`."""
        found = self.values.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.fault(name, self.line(name), f"is not a table; write [[{name}]] on a line of its own")
            return []
        if not least <= len(found) <= most:
            number = f"{least} to {most}" if least else f"at most {most}"
            self.fault(name, 1, f"stands here {len(found)} times; a picture holds {number} [[{name}]]")
        return [Table(self, values, name, number) for number, values in enumerate(found, 1)]

    def fault(self, name: str, line: int, why: str) -> None:
        """Report what keeps the picture from being drawn."""
        self.problems.add(self.file, line, "bad-record", name=name, why=why, fatal=True)
        self.faulty = True

    def line(self, field: str, table: str = "", number: int = 0) -> int:
        """The line of a field in the `number`-th `[[table]]`, or of that table where the field is absent."""
        start = self._start(table, number)
        for place, text in enumerate(self._lines[start:], start + 1):
            if text.strip().startswith("[["):
                break
            if field and text.strip().startswith((f"{field} ", f"{field}=", f'"{field}"')):
                return place
        return max(start, 1)

    def _start(self, table: str, number: int) -> int:
        """How many lines there are up to and with the head of a table; 0 for what stands before all tables."""
        heads = [place for place, text in enumerate(self._lines, 1) if text.strip().startswith(f"[[{table}]]")]
        return heads[number - 1] if 0 < number <= len(heads) else 0


class Table:
    """One table of a description. What does not fit is reported, and read as empty."""

    def __init__(self, file: Description, values: dict[str, Any], name: str = "", number: int = 0) -> None:
        self._file, self._values, self._name, self._number = file, values, name, number

    def fault(self, field: str, why: str) -> None:
        """Report what is wrong with a field; `why` follows its name."""
        line = self._file.line(field, self._name, self._number)
        name = f"{self._name} {self._number}" if self._name else field
        self._file.fault(name, line, f"{field} {why}" if self._name else why)

    def only(self, known: Collection[str]) -> None:
        """Report fields that nobody reads."""
        for key in self._values.keys() - known:
            line = self._file.line(key, self._name, self._number)
            name, hint = f"{self._name} {self._number}" if self._name else "picture", did_you_mean(key, known)
            self._file.problems.add(self._file.file, line, "unknown-field", name=name, key=key, hint=hint)

    def text(self, field: str, most: int, *, needed: bool = False) -> str:
        """A text of up to `most` characters, its blanks and line ends as single blanks."""
        if field not in self._values:
            if needed:
                self.fault(field, f"is missing; add {field} = …")
            return ""
        value = self._values[field]
        if not isinstance(value, str):
            self.fault(field, "must be text in quotes")
            return ""
        return self._fitting(field, value, most, needed=needed)

    def _fitting(self, field: str, value: str, most: int, *, needed: bool) -> str:
        plain = " ".join(value.split())
        if needed and not plain:
            self.fault(field, "must not be empty")
        if len(plain) > most:
            self.fault(field, f"has {len(plain)} characters; keep it to {most}")
        return plain

    def texts(self, field: str, most: int, *, needed: bool = False) -> tuple[str, ...]:
        """A list of texts of up to `most` characters each."""
        value = self._values.get(field, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.fault(field, f'must be a list of texts; write {field} = ["one", "two"]')
            return ()
        if needed and not value:
            self.fault(field, f'is missing; add {field} = ["…"]')
        return tuple(self._fitting(field, one, most, needed=True) for one in value)

    def day(self, field: str) -> date:
        """A day."""
        value = self._values.get(field)
        if type(value) is date:
            return value
        self.fault(field, "must be a date such as 2026-11-22 without quotes")
        return date.min

    def one_of(self, field: str, known: Sequence[str]) -> str:
        """One of some words; empty where it is none of them."""
        value = self.text(field, 40, needed=True)
        if value and value not in known:
            self.fault(field, f"must be one of {', '.join(known)}, not '{value}'")
            return ""
        return value
