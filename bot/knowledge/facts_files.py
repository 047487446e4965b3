"""The TOML files under `facts/`: text in, `Facts` and problems out. No file is opened here."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar, get_type_hints

from bot.knowledge.comparison import check_comparison
from bot.knowledge.document import Document
from bot.knowledge.facts import Facts, Figure, Incident, Protocol, Synonyms, Token
from bot.knowledge.guide import Guide
from bot.knowledge.hints import did_you_mean
from bot.knowledge.links import fault_in
from bot.knowledge.live_facts import checked_for_live
from bot.knowledge.problems import Problems
from bot.knowledge.rules import Rules, read_rules

Record = TypeVar("Record")
FILES = (
    "figures.toml",
    "tokens.toml",
    "protocols.toml",
    "incidents.toml",
    "caveats.toml",
    "synonyms.toml",
    "links.toml",
    "rules.toml",
    "strategy.toml",
)
GRADES = ("P", "I", "N", "U")
VOLATILITIES = ("stable", "param", "live", "hist")
INCIDENT_STATES = ("open", "closed", "unconfirmed")
_CHOICES = {"grade": GRADES, "volatility": VOLATILITIES, "state": INCIDENT_STATES}
_KINDS: dict[object, tuple[type, str]] = {
    str: (str, "text in quotes"),
    date: (date, "a date such as 2026-11-22 without quotes"),
    float: (float, "a number"),
}


def read_facts(
    texts: Mapping[str, str], problems: Problems, *, today: date | None = None, thorough: bool = False
) -> Facts:
    """Read `texts` (file name to content). `problems` name the files as `facts/<name>`. `today`, where it is known,
    tells a day that has not come yet; `thorough` also holds the addresses and calls against their hashes.
    """
    documents = {name: Document(f"facts/{name}", text, problems) for name, text in texts.items()}

    def records(name: str, kind: type[Record], key: str) -> Mapping[str, Record]:
        return _records(documents[name], kind, key) if name in documents else MappingProxyType({})

    facts = Facts(
        figures=records("figures.toml", Figure, "id"),
        tokens=records("tokens.toml", Token, "symbol"),
        protocols=records("protocols.toml", Protocol, "id"),
        incidents=records("incidents.toml", Incident, "id"),
        caveats=_caveats(documents.get("caveats.toml")),
        synonyms=_synonyms(documents.get("synonyms.toml")),
        allowed_links=_allowed(documents.get("links.toml")),
        rules=read_rules(documents["rules.toml"]) if "rules.toml" in documents else Rules(),
    )
    facts = dataclasses.replace(facts, guide=_guide(documents.get("strategy.toml"), facts, thorough=thorough))
    _check_links(facts, documents)
    _check_days(facts, documents, today or date.max)
    _check_live(facts, documents)
    _check_protocols(facts, documents)
    _check_aliases(facts, documents)
    if "protocols.toml" in documents:
        check_comparison(facts, documents["protocols.toml"], thorough=thorough)
    if thorough:
        from bot.knowledge.house.facts import check_facts  # noqa: PLC0415 - the bot itself never needs it

        check_facts(facts, documents)
    return checked_for_live(facts, documents, thorough=thorough)


def _records(document: Document, kind: type[Record], key: str) -> Mapping[str, Record]:
    found: dict[str, Record] = {}
    for name, table in document.tables.items():
        record = _record(document, kind, key, name, table)
        if record is not None:
            found[name] = record
    return MappingProxyType(found)


def _record(document: Document, kind: type[Record], key: str, name: str, table: object) -> Record | None:
    if not isinstance(table, dict):
        document.add(name, f"stands outside a table; write [{name}] on a line of its own and its fields below")
        return None
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    known = fields.keys() - {key}
    for unknown in table.keys() - known:
        hint = did_you_mean(unknown, known)
        line = document.line(name, unknown)
        document.problems.add(document.file, line, "unknown-field", name=name, key=unknown, hint=hint)
    hints = get_type_hints(kind)
    values: dict[str, Any] = {key: name}
    for field_name, field in fields.items():
        if field_name == key:
            continue
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if field_name in table:
            value = _value(document, name, field_name, table[field_name], hints[field_name])
            if value is None:
                return None
            if required and isinstance(value, str) and not value.strip():
                document.add(name, f"{field_name} must not be empty", field_name)
                return None
            values[field_name] = value
        elif required:
            document.add(name, f"lacks '{field_name}'; add {field_name} = …")
            return None
    return kind(**values)


def _value(document: Document, name: str, field: str, value: object, hint: object) -> object | None:
    """`value` as the field's type, or None after a problem was reported."""
    if hint == tuple[str, ...]:
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        document.add(name, f'{field} must be a list of texts; write {field} = ["one", "two"]', field)
        return None
    kinds = [kind for part, kind in _KINDS.items() if hint == part or hint == part | None]  # type: ignore[operator]
    wanted, words = kinds[0]
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not wanted:
        document.add(name, f"{field} must be {words}", field)
        return None
    if field in _CHOICES and value not in _CHOICES[field]:
        document.add(name, f"{field} must be one of {', '.join(_CHOICES[field])}, not '{value}'", field)
        return None
    return value


def _guide(document: Document | None, facts: Facts, *, thorough: bool) -> Guide | None:
    """The guide, where it can be trusted."""
    if document is None:
        return None
    from bot.knowledge.guide_checks import check_texts, leads_everywhere  # noqa: PLC0415 - most folders have no guide
    from bot.knowledge.guide_file import read_guide  # noqa: PLC0415 - the same

    guide = read_guide(document)
    if guide is None or not leads_everywhere(guide, document):
        return None
    check_texts(guide, document, facts, thorough=thorough)
    return guide


def _caveats(document: Document | None) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, table in (document.tables if document else {}).items():
        say = table.get("say") if isinstance(table, dict) else None
        if isinstance(say, str) and say.strip():
            found[name] = say.strip()
        elif document:
            document.add(name, 'needs its sentence; write say = "…" below it')
    return MappingProxyType(found)


def _synonyms(document: Document | None) -> Synonyms:
    if document is None:
        return Synonyms()
    slang = _table(document, "slang", lambda value: isinstance(value, str), 'wen = "when"')
    same = _table(
        document,
        "same",
        lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
        'exit = ["leave", "get out"]',
    )
    elsewhere = _table(
        document,
        "elsewhere",
        lambda value: isinstance(value, list) and all(isinstance(item, str) and item.isalnum() for item in value),
        'exchanges = ["binance", "kraken"], each name one word',
    )
    for unknown in set(document.tables) - {"slang", "same", "elsewhere"}:
        document.add(unknown, "is not a table of this file; write [slang], [same] or [elsewhere]")
    return Synonyms(
        MappingProxyType({typed.lower(): plain.lower() for typed, plain in slang.items()}),
        MappingProxyType({name: tuple(word.lower() for word in words) for name, words in same.items()}),
        frozenset(word.lower() for words in elsewhere.values() for word in words),
    )


def _table(document: Document, name: str, fits: Callable[[object], bool], example: str) -> dict[str, Any]:
    table = document.tables.get(name, {})
    if not isinstance(table, dict):
        document.add(name, f"must be a table; write [{name}] on a line of its own, then {example}")
        return {}
    for key in [key for key, value in table.items() if not fits(value)]:
        document.add(key, f"does not fit [{name}]; write {example}")
        del table[key]
    return table


def _allowed(document: Document | None) -> frozenset[str]:
    if document is None:
        return frozenset()
    for unknown in set(document.tables) - {"allowed"}:
        document.add(unknown, 'is not known in this file; write allowed = ["ethereum.org"]')
    domains = document.tables.get("allowed", [])
    if not isinstance(domains, list) or not all(isinstance(domain, str) for domain in domains):
        document.add("allowed", 'must be a list of domains; write allowed = ["ethereum.org"]')
        return frozenset()
    for domain in domains:
        if domain.startswith("www.") or "/" in domain or fault_in(f"https://{domain}/"):
            document.add("allowed", f"'{domain}' is not a plain domain; write it like ethereum.org")
    return frozenset(domains)


def _check_links(facts: Facts, documents: Mapping[str, Document]) -> None:
    linked = [("figures.toml", figure.id, "link", figure.link) for figure in facts.figures.values()]
    linked += [("incidents.toml", case.id, "links", link) for case in facts.incidents.values() for link in case.links]
    for file, name, field, link in linked:
        if link is not None and (fault := fault_in(link)):
            documents[file].problems.add(f"facts/{file}", documents[file].line(name, field), fault, url=link)


def _check_days(facts: Facts, documents: Mapping[str, Document], today: date) -> None:
    """A year with a slip would pass for the newest figure of all."""
    days = [("figures.toml", figure.id, "as_of", figure.as_of) for figure in facts.figures.values()]
    for case in facts.incidents.values():
        stated = {"opened": case.opened, "updated": case.updated, "closed": case.closed}
        days += [("incidents.toml", case.id, field, day) for field, day in stated.items() if day]
    for file, name, field, day in days:
        if day > today:
            documents[file].add(name, f"{field} is {day}, in the future; write the day on which it was so", field)
    for case in facts.incidents.values():
        if max(case.updated, case.closed or case.updated) < case.opened:
            why = f"opened is {case.opened}, after the days below it; put the days into their order"
            documents["incidents.toml"].add(case.id, why, "opened")


def _check_live(facts: Facts, documents: Mapping[str, Document]) -> None:
    owners: dict[str, str] = {}
    for figure in facts.figures.values():
        if figure.live is not None and (first := owners.setdefault(figure.live, figure.id)) != figure.id:
            documents["figures.toml"].add(figure.id, f"live = \"{figure.live}\" stands at '{first}' too; keep one")


def _check_protocols(facts: Facts, documents: Mapping[str, Document]) -> None:
    """A mistyped protocol would keep an incident's banner from every answer."""
    named = [("incidents.toml", case.id, case.protocols) for case in facts.incidents.values()]
    named += [("tokens.toml", token.symbol, (token.protocol,)) for token in facts.tokens.values() if token.protocol]
    for file, name, protocols in named if facts.protocols else ():
        for protocol in protocols:
            if protocol not in facts.protocols:
                hint = did_you_mean(protocol, facts.protocols)
                line = documents[file].line(name)
                documents[file].problems.add(f"facts/{file}", line, "unknown-protocol", id=protocol, hint=hint)


def _check_aliases(facts: Facts, documents: Mapping[str, Document]) -> None:
    owners: dict[str, str] = {name.lower(): name for name in (*facts.protocols, *facts.tokens)}
    named = [("tokens.toml", token.symbol, token.aliases) for token in facts.tokens.values()]
    named += [("protocols.toml", protocol.id, protocol.aliases) for protocol in facts.protocols.values()]
    for file, owner, aliases in named:
        for alias in aliases:
            first = owners.setdefault(alias.lower(), owner)
            if first != owner:
                line = documents[file].line(owner)
                documents[file].problems.add(
                    f"facts/{file}", line, "shared-alias", alias=alias, first=first, second=owner
                )
