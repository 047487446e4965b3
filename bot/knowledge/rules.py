"""What a folder's own `facts/rules.toml` demands of its entries: data, and the reading of that file.

A folder without the file is held to none of it, so a knowledge base of any subject is valid.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType

from bot.knowledge.document import Document
from bot.knowledge.hints import did_you_mean


@dataclass(frozen=True, slots=True)
class CaveatRule:
    """Entries of `topics`, those called `entries` and those whose title or text holds one of `words` carry at least one
    of the caveats `needs`; but never those called `not_in`.
    """

    id: str
    needs: tuple[str, ...]
    topics: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """House rules.

    A phrase is words in their order; `…` in it stands for up to three words, `#` for a number, and `/` in a word for
    either of two. `forecast` and `advice` are never written; `verdict` only to deny it. What stands in quotation marks
    is what others say. `names` are spellings that look like such a phrase and are none.

    `units` are words behind a number that make it a figure, which needs a date; `plain` are amounts that are none.
    `graded` asks for a grade on every source. `hardest` is the readability index LIX that no answer exceeds, and
    `longest` the words in its longest sentence; 0 asks for nothing. `review_live` and `review_param` are the days
    after which an entry with figures of that volatility is read again, and `events` the topics and entries of dated
    events, which are not, apart from the entries `unfinished`.
    """

    forecast: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()
    verdict: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    graded: bool = False
    hardest: int = 0
    longest: int = 0
    review_live: int = 0
    review_param: int = 0
    events: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    caveats: Mapping[str, CaveatRule] = field(default_factory=lambda: MappingProxyType({}))


_WORDS = {tuple: 'a list of texts, for example ["one", "two"]', bool: "true or false", int: "a whole number"}


def read_rules(document: Document) -> Rules:
    """Read `facts/rules.toml`. A rule with a slip is left out and reported."""
    known = {f.name: type(getattr(Rules(), f.name)) for f in fields(Rules) if f.name != "caveats"}
    values: dict[str, object] = {}
    caveats: dict[str, CaveatRule] = {}
    for name, value in document.tables.items():
        if name == "caveats" and isinstance(value, dict):
            caveats = {key: rule for key, table in value.items() if (rule := _caveat_rule(document, key, table))}
        elif name not in known:
            hint = did_you_mean(name, [*known, "caveats"])
            document.problems.add(document.file, document.line(name), "unknown-field", name=name, key=name, hint=hint)
        elif (fitting := _value(value, known[name])) is None:
            document.add(name, f"must be {_WORDS[known[name]]}")
        else:
            values[name] = fitting
    return Rules(**values, caveats=MappingProxyType(caveats))  # type: ignore[arg-type]


def _value(value: object, kind: type) -> object | None:
    if kind is tuple:
        return tuple(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else None
    return value if type(value) is kind else None


def _caveat_rule(document: Document, name: str, table: object) -> CaveatRule | None:
    known = [f.name for f in fields(CaveatRule) if f.name != "id"]
    place = f"caveats.{name}"
    if not isinstance(table, dict) or not table.get("needs"):
        document.add(place, 'needs the ids of caveats; write needs = ["not-advice"] below it')
        return None
    for key, value in table.items():
        if key not in known:
            hint = did_you_mean(key, known)
            document.problems.add(document.file, document.line(place), "unknown-field", name=place, key=key, hint=hint)
        elif _value(value, tuple) is None:
            document.add(place, f"{key} must be {_WORDS[tuple]}", key)
            return None
    return CaveatRule(name, **{key: tuple(value) for key, value in table.items() if key in known})
