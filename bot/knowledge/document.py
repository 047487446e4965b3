"""One TOML file of the facts: its tables, and the line that each stands in."""

import re
import tomllib
from typing import Any

from bot.knowledge.plain import conflict_in, plain
from bot.knowledge.problems import Problems

_AT_LINE = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)$")
_CURLY = re.compile("[“”„‘’]")


class Document:
    """A file of that name with that text. A text that is no TOML has no tables, and the problem is reported."""

    def __init__(self, file: str, text: str, problems: Problems) -> None:
        self.file, self.problems = file, problems
        self._lines = plain(text).split("\n")
        self.tables: dict[str, Any] = {}
        if conflict := conflict_in(self._lines):
            problems.add(file, conflict, "conflict", fatal=True)
            return
        try:
            self.tables = tomllib.loads("\n".join(self._lines))
        except (ValueError, RecursionError) as error:  # tomllib lets those of over-long numbers and nesting through
            code = "curly-quotes" if self._is_curly(error) else "bad-toml"
            problems.add(file, self._line_of(error), code, cause=str(error), fatal=True)

    def _line_of(self, error: Exception) -> int:
        told = _AT_LINE.search(str(error))
        if told:
            return int(told["line"])
        return len(self._lines) if "end of document" in str(error) else 1

    def _is_curly(self, error: Exception) -> bool:
        """Whether a curly quote stands where reading ended, or at the end of a text that was not closed there."""
        told = _AT_LINE.search(str(error))
        if told is None:
            return False
        line, column = self._lines[int(told["line"]) - 1], int(told["column"])
        return bool(_CURLY.match(line[column - 1 :] or line.rstrip(" ,]")[-1:]))

    def line(self, name: str, field: str = "") -> int:
        """The line of the table or the key `name`, or of `field` in that table; the first where there is none."""
        bare = re.escape(name)
        for wanted in (rf"\[\s*([\"']?){bare}\1\s*\]", rf"([\"']?){bare}\1\s*=", rf"\[\[\s*([\"']?){bare}\1\s*\]"):
            for number, text in enumerate(self._lines, 1):
                if re.match(wanted, text.strip()):
                    return self._line_in(number, field) if field else number
        return 1

    def line_with(self, text: str) -> int:
        """The first line that holds a text of one line; the first of all where there is none."""
        return next((number for number, line in enumerate(self._lines, 1) if text in line), 1)

    def _line_in(self, table: int, field: str) -> int:
        for number, text in enumerate(self._lines[table:], table + 1):
            if text.strip().startswith("["):
                break
            if re.match(rf"([\"']?){re.escape(field)}\1\s*=", text.strip()):
                return number
        return table

    def add(self, name: str, why: str, field: str = "") -> None:
        """Report that the table `name` cannot be used as it stands, and why, at `field` where that is the cause."""
        self.problems.add(self.file, self.line(name, field), "bad-record", name=name, why=why)
