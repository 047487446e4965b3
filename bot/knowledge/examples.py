"""A wrong and a right example for each sentence of `bot.knowledge.problems`, read from `data/examples.toml`.

The page of errors shows them, and tests put each into a folder and read it: what is printed is what is reported.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

ENTRY: Final = "withdrawals/exit-queue.md"
"""The file that an example is about where it names no other."""
_DATA: Final = Path(__file__).parent / "data" / "examples.toml"


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence shown at work.

    `name` is that of the sentence in `problems`, `code`, and where several examples show it a word more. `opening` says
    what is wrong in the words that are always the same, `…` for the others; empty where the sentence's own will do.
    `says` is the whole message, `at` its place as `file:line`, `why` the reason where the sentence does not give it.
    `wrong` and `right` are lines of `file`, to stand in the place of `instead_of` in its text `base`, or all of it.
    Where `named` they are names of a file with that text; where `told` they are said in words, because no line could
    show them. `beside` holds the other files that matter, by their names.
    """

    name: str
    group: str
    says: str
    at: str
    why: str
    wrong: str
    right: str
    file: str
    opening: str = ""
    base: str = ""
    instead_of: str = ""
    named: bool = False
    told: bool = False
    beside: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def code(self) -> str:
        """The sentence that is shown."""
        return self.name.partition(" ")[0]

    def folder(self, shown: str) -> dict[str, str]:
        """The files of a knowledge folder, name to text, that holds `shown`: `wrong` or `right`.

        Raises:
            ValueError: the example is told in words, so no folder follows from it.
        """
        if self.told:
            raise ValueError(f"The example of {self.name} is told in words.")
        sound = _sound()
        if self.named:
            return {**sound, **self.beside, shown: self.base}
        text = self.base.replace(self.instead_of, shown, 1) if self.instead_of else shown
        return {**sound, **self.beside, self.file: text + "\n" * (not text.endswith("\n"))}


@cache
def examples() -> Mapping[str, Example]:
    """All examples by their names, in the order of the page. That of each code has its name."""
    groups = _read()["groups"]
    found = {
        name: _example(name, str(group["title"]), table)
        for group in groups.values()
        for name, table in group.items()
        if isinstance(table, dict)
    }
    return MappingProxyType(found)


@cache
def _read() -> Mapping[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


def _sound() -> Mapping[str, str]:
    """The small folder without a problem into which each example is put."""
    sound: Mapping[str, str] = _read()["sound"]
    return sound


def _example(name: str, group: str, table: Mapping[str, Any]) -> Example:
    file, given = table.get("file", table["at"].rpartition(":")[0]), _read()
    beside = {place: given["bases"].get(text, text) for place, text in table.get("beside", {}).items()}
    named, instead_of = table.get("named", False), table.get("instead_of", "")
    base = table.get("base", file if instead_of else ENTRY if named else "")
    text = given["bases"].get(base) or given["sound"].get(base) or base
    return Example(
        name=name,
        group=group,
        says=table["says"],
        at=table["at"],
        why=table.get("why", ""),
        wrong=table["wrong"].strip("\n"),
        right=table["right"].strip("\n"),
        file=file,
        opening=table.get("opening", ""),
        base=text,
        instead_of=instead_of.strip("\n"),
        named=named,
        told=table.get("told", False),
        beside=MappingProxyType(beside),
    )
