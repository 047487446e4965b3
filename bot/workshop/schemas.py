"""`knowledge schemas`: JSON Schemas of the TOML files, for editors that complete and underline while somebody types.

What a record may hold, must hold and of which type is taken from the dataclasses that the reader fills; the shapes of
texts and the words for moderators are added here. An editor sees a TOML date as text, so a date in quotes, which the
reader refuses, passes here.
"""

import argparse
import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, get_type_hints

from bot.diagrams import reading as picture
from bot.errors import Exit
from bot.knowledge import guide_file as guide
from bot.knowledge.addresses import ADDRESS, CALL, SELECTOR
from bot.knowledge.facts import Figure, Incident, Protocol, Token
from bot.knowledge.facts_files import GRADES, INCIDENT_STATES, VOLATILITIES
from bot.knowledge.links import SHORTENERS
from bot.knowledge.prose import SLOT_KINDS
from bot.knowledge.rules import CaveatRule, Rules
from bot.workshop.files import folder_of, save, shown
from bot.workshop.schema_words import FILES, WORDS

FOLDER: Final = ".schemas"
"""The folder within the knowledge folder; the reader passes over hidden ones."""
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

_SAID: Final = r"\S"
_SLUG: Final = r"^[a-z0-9][a-z0-9._-]*$"
_POOL: Final = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"
_LINK: Final = r"^https://(?!xn--)(?![^/?#]*\.xn--)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+([/?#][^\s<>()\[\]\\`\"]*)?$"
_DOMAIN: Final = r"^(?!www\.)(?!xn--)(?!.*\.xn--)[a-z0-9-]+(\.[a-z0-9-]+)+$"
_RISK: Final = r"^(?!\s*: )[^\n]*\S[^\n]*?: [\s\S]*(\b20\d\d\b|\{[a-z]+:[A-Za-z0-9-]+\})"
_WITNESS: Final = r"^[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+ \S.*$"
_NAMED_SLOT: Final = rf"^({'|'.join(kind for kind in SLOT_KINDS if kind != 'figure')}):[A-Za-z0-9-]+$"


def _full(pattern: str) -> str:
    """A pattern for the whole of a text that may as well be empty, as for the reader."""
    return f"^({pattern})?$"


_SHAPES: Final[Mapping[str, Mapping[str, Schema]]] = MappingProxyType(
    {
        "figures": {
            "grade": {"enum": list(GRADES)},
            "volatility": {"enum": list(VOLATILITIES)},
            "link": {"pattern": _LINK},
            "live": {"pattern": _NAMED_SLOT},
        },
        "tokens": {
            **{field: {"pattern": _full(ADDRESS.pattern)} for field in ("address", "rate_contract", "pause_contract")},
            "address_sources": {"items": {"type": "string", "pattern": _WITNESS}},
            "rate_call": {"pattern": _full(CALL.pattern)},
            "rate_selector": {"pattern": _full(SELECTOR.pattern)},
            "rate_moves": {"exclusiveMinimum": 0},
            "defillama": {"pattern": _full(r"[a-z0-9_-]+:[A-Za-z0-9._-]+")},
            "coingecko": {"pattern": _full(_SLUG.strip("^$"))},
            "yield_pool": {"pattern": _full(_POOL.strip("^$"))},
            "yield_project": {"pattern": _full(_SLUG.strip("^$"))},
        },
        "protocols": {
            "tvl_slugs": {"items": {"type": "string", "pattern": _SLUG}},
            "risks": {"items": {"type": "string", "pattern": _RISK}},
        },
        "incidents": {
            "state": {"enum": list(INCIDENT_STATES)},
            "links": {"items": {"type": "string", "pattern": _LINK}},
        },
    }
)
_RATE: Final = ("rate_contract", "rate_call", "rate_selector", "rate_assumes")
_COMPARED: Final = ("what", "yield_from", "risks")


def all_schemas() -> Mapping[str, Schema]:
    """Every schema by the name of its file, such as `tokens.json`; `picture.json` is for all of `pictures/`."""
    built = {
        "figures": _records("figures", Figure),
        "tokens": _records("tokens", Token, *_token_rules()),
        "protocols": _records("protocols", Protocol, _comparison_rule()),
        "incidents": _records("incidents", Incident),
        "caveats": _each(_closed(_words("caveats", {"say": _text()}), ["say"], others=True)),
        "synonyms": _synonyms(),
        "links": _closed(_words("links", {"allowed": _texts(_DOMAIN, unlike=SHORTENERS)})),
        "rules": _rules(),
        "strategy": _strategy(),
        "picture": _picture(),
    }
    return {f"{name}.json": _titled(name, schema) for name, schema in built.items()}


def _titled(name: str, schema: Schema) -> Schema:
    file = "pictures/*.toml" if name == "picture" else f"facts/{name}.toml"
    return {"$schema": DRAFT, "title": file, "description": FILES[name], **schema}


def _text(pattern: str = _SAID, most: int = 0) -> Schema:
    return {"type": "string", "pattern": pattern} | ({"maxLength": most} if most else {})


def _texts(pattern: str = "", *, least: int = 0, most: int = 0, unlike: frozenset[str] = frozenset()) -> Schema:
    item: Schema = (
        {"type": "string"} | ({"pattern": pattern} if pattern else {}) | ({"maxLength": most} if most else {})
    )
    if unlike:
        item["not"] = {"enum": sorted(unlike)}
    return {"type": "array", "items": item} | ({"minItems": least} if least else {})


def _day() -> Schema:
    return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def _words(name: str, fields: Mapping[str, Schema]) -> dict[str, Schema]:
    """Fields with what an editor shows when the pointer rests on them."""
    return {field: {"description": WORDS[name][field], **schema} for field, schema in fields.items()}


def _closed(fields: Mapping[str, Schema], needed: list[str] | None = None, *, others: bool = False) -> Schema:
    """A table with these fields; with no others unless the reader passes over them."""
    schema: Schema = {"type": "object", "properties": dict(fields), "additionalProperties": others}
    return schema | ({"required": needed} if needed else {})


def _each(table: Schema, **limits: int) -> Schema:
    """A table of tables that are alike, under names of one's own."""
    return {"type": "object", "additionalProperties": table, **limits}


def _records(name: str, kind: type[Any], *rules: Schema) -> Schema:
    """A file of records, as the reader fills `kind` from it: the first field is the name of the table."""
    _, *fields = dataclasses.fields(kind)
    hints = get_type_hints(kind)
    needed = [one.name for one in fields if one.default is one.default_factory is dataclasses.MISSING]
    shapes = _SHAPES.get(name, {})
    told = {one.name: _typed(hints[one.name], one.name in needed) | shapes.get(one.name, {}) for one in fields}
    table = _closed(_words(name, told), needed)
    return _each(table | ({"allOf": list(rules)} if rules else {}))


def _typed(hint: object, needed: bool) -> Schema:
    if hint == tuple[str, ...]:
        return _texts()
    if hint in {date, date | None}:
        return _day()
    if hint in {float, float | None}:
        return {"type": "number"}
    return _text() if needed else {"type": "string"}


def _filled(*fields: str) -> Schema:
    """That all of these fields stand there and are not empty."""
    filled = {"minLength": 1, "minItems": 1}
    return {"required": list(fields), "properties": dict.fromkeys(fields, filled)}


def _any_filled(fields: tuple[str, ...]) -> Schema:
    return {"anyOf": [_filled(field) for field in fields]}


def _token_rules() -> tuple[Schema, ...]:
    contracts = ("address", "rate_contract", "pause_contract")
    witnesses = {"required": ["address_sources"], "properties": {"address_sources": {"minItems": 2}}}
    return (
        {"if": _any_filled(_RATE), "then": _filled(*_RATE)},
        {"if": _any_filled(_RATE), "then": {"not": _filled("rebases")}},
        {"if": _any_filled(contracts), "then": witnesses},
    )


def _comparison_rule() -> Schema:
    kinds = {"required": ["kind"], "properties": {"kind": {"enum": ["restaking", "LRT issuer"]}}}
    return {"if": {"allOf": [kinds, _any_filled(_COMPARED)]}, "then": _filled(*_COMPARED)}


def _synonyms() -> Schema:
    tables = {
        "slang": _each({"type": "string"}),
        "same": _each(_texts()),
        "elsewhere": _each(_texts(r"^[\p{L}\p{N}]+$")),
    }
    return _closed(_words("synonyms", tables))


def _rules() -> Schema:
    kinds = {tuple: _texts(), bool: {"type": "boolean"}, int: {"type": "integer"}}
    fields = [one.name for one in dataclasses.fields(Rules) if one.name != "caveats"]
    plain = {name: kinds[type(getattr(Rules(), name))] for name in fields}
    caveat = {one.name: _texts(least=int(one.name == "needs")) for one in dataclasses.fields(CaveatRule)[1:]}
    rule = _closed(_words("caveat rule", caveat), ["needs"])
    return _closed(_words("rules", {**plain, "caveats": _each(rule)}))


def _strategy() -> Schema:
    tables = {
        "guide": _closed(
            _words("guide", {"title": _text(), "intro": _text(), "notice": _text(), "leads": _texts("->|→", least=1)}),
            ["title", "intro", "notice", "leads"],
        ),
        "questions": _each(_question(), minProperties=1, maxProperties=guide.QUESTIONS),
        "explanations": _each(_explanation(), minProperties=1),
    }
    return _closed(_words("strategy", tables), [*tables])


def _question() -> Schema:
    option = {"label": _text(most=guide.LABEL_LIMIT), "because": _text(), "cautious": {"type": "boolean"}}
    fields = {"ask": _text(most=guide.ASK_LIMIT), "placeholder": _text(most=guide.ASK_LIMIT)}
    name = rf"^(?!ask$|placeholder$|{guide.ANY}$)(?=.{{1,{guide.NAME_LIMIT}}}$)[a-z0-9]+(-[a-z0-9]+)*$"
    return _closed(_words("question", fields), ["ask"]) | {
        "patternProperties": {name: _closed(_words("option", option), ["label", "because"])},
        "if": {"required": ["placeholder"]},
        "then": {"minProperties": guide.FEWEST + 2, "maxProperties": guide.OPTIONS + 2},
        "else": {"minProperties": guide.FEWEST + 1, "maxProperties": guide.OPTIONS + 1},
    }


def _explanation() -> Schema:
    listed = {field: _texts(_SAID, least=1) for field in ("risks", "exits", "entries")}
    fields = {"title": _text(), "say": _text(), **listed, "leverage": {"type": "boolean"}}
    return _closed(_words("explanation", fields), ["title", "say", *listed])


def _picture() -> Schema:
    texts = {"kind": {"enum": ["rows", "stacks"]}, "title": _text(most=picture.TITLE), "alt": _text(most=picture.ALT)}
    always = {
        **texts,
        "as_of": _day(),
        "sources": _texts(r"^\d{4}-\d{2}-\d{2} \S", least=1, most=picture.SAYS),
        "notes": _texts(_SAID, most=picture.SAYS),
    }
    rows = {"labels": _labels(), "rows": _tables(_row(), picture.MOST_ROWS)}
    stacks = {"layers": _tables(_layer(), picture.MOST_LAYERS), "columns": _tables(_column(), picture.MOST_COLUMNS)}
    schema = _closed(_words("picture", {**always, **rows, **stacks}), ["kind", "title", "alt", "as_of", "sources"])
    return schema | {
        "if": {"properties": {"kind": {"const": "rows"}}},
        "then": {"required": [*rows], "properties": dict.fromkeys(stacks, False)},
        "else": {"required": [*stacks], "properties": dict.fromkeys(rows, False)},
    }


def _labels() -> Schema:
    return _texts(_SAID, least=1, most=picture.WORD) | {"maxItems": picture.MOST_LABELS}


def _tables(table: Schema, most: int) -> Schema:
    return {"type": "array", "items": table, "minItems": 1, "maxItems": most}


def _row() -> Schema:
    """What else a row holds are the labels of its picture, which a schema cannot know."""
    fields = {
        "name": _text(most=picture.NAME),
        "mark": {"type": "string", "pattern": r"^\s*\S?\s*$"},
        "tag": {"type": "string", "maxLength": picture.WORD},
        "heading": {"type": "string", "maxLength": picture.NAME},
    }
    label = {"type": "string", "maxLength": picture.SAYS, "description": WORDS["row"]["label"]}
    return _closed(_words("row", fields), ["name"]) | {"additionalProperties": label}


def _layer() -> Schema:
    fields = {"name": _text(most=picture.NAME), "says": {"type": "string", "maxLength": picture.SAYS}}
    return _closed(_words("layer", fields), ["name"])


def _column() -> Schema:
    fields = {
        "name": _text(most=picture.NAME),
        "says": {"type": "string", "maxLength": picture.SAYS},
        "layers": _texts(_SAID, least=1, most=picture.NAME),
    }
    return _closed(_words("column", fields), ["name", "layers"])


def written(schema: Schema) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def schemas(options: argparse.Namespace) -> int:
    """Say which schemas in the knowledge folder are not those of this version of the bot, or write them anew."""
    folder = folder_of(options)
    texts = {folder / FOLDER / name: written(schema) for name, schema in all_schemas().items()}
    stale = {path: text for path, text in texts.items() if _lying(path) != text}
    for path, text in stale.items():
        if options.write:
            save(path, text)
        print(f"{shown(path, folder)}: {'written' if options.write else 'missing or old; run with --write'}")
    print(f"{len(texts) - len(stale)} of {len(texts)} schemas were up to date.")
    return Exit.PROBLEMS if stale and not options.write else Exit.DONE


def _lying(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
