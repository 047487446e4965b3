"""Judges what a bot sends by Discord's OpenAPI document and by the rules that the document leaves out."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from tests.standin.limits import own_problems

VARIABLE = "DISCORD_OPENAPI"
BESIDE_CHECKOUT = Path(__file__).resolve().parents[3] / "shared" / "data" / "discord-openapi.json"
DOCUMENT_URI = "urn:discord"
LONGEST_QUOTE = 80
Place = list[str | int]


def document_path() -> Path | None:
    """Where the document is, or None where it is absent: then only the own rules can judge.

    Environment variable DISCORD_OPENAPI first, then `shared/data/discord-openapi.json` beside the checkout.
    """
    named = os.environ.get(VARIABLE)
    path = Path(named) if named else BESIDE_CHECKOUT
    return path if path.is_file() else None


def problems(method: str, path: str, payload: Any) -> list[str]:
    """What Discord would refuse in a request body, one sentence each; empty when it is fine or there is no body.

    `path` may carry the `/api/v10` prefix and a query. Fit for `StandIn(validator=problems)` and for a loop over
    SimCord's `env.http_requests`. Without the document (see `document_path`) the own rules still apply.
    """
    if payload is None:
        return []
    bare = re.sub(r"^/api/v\d+", "", path.partition("?")[0])
    document = document_path()
    formal = list(_document(document).problems(method, bare, payload)) if document is not None else []
    return formal + list(own_problems(method, bare, payload))


@cache
def _document(path: Path) -> Document:
    return Document(json.loads(path.read_text(encoding="utf-8")))


class Document:
    """An OpenAPI 3.1 document whose request bodies are compiled at first use.

    Ids may also be integers: the document asks for strings, the API takes both and discord.py sends both.
    """

    def __init__(self, document: dict[str, Any]) -> None:
        document["components"]["schemas"]["SnowflakeType"] = {"type": ["string", "integer"]}
        self._document = document
        self._registry = jsonschema_rs.Registry([(DOCUMENT_URI, document)], draft=jsonschema_rs.Draft202012)
        self._templates = [(template, _pattern(template)) for template in document["paths"]]
        self._compiled: dict[str, jsonschema_rs.Validator] = {}

    def problems(self, method: str, path: str, payload: Any) -> Iterator[str]:
        """Where the payload breaks the document, one sentence for each place."""
        template = self._template(path)
        body = self._document["paths"].get(template, {}).get(method.lower(), {}).get("requestBody")
        if body is None:
            yield f"{method} {path} takes no body, or is no route of the API"
            return
        schema = body["content"]["application/json"]["schema"]
        pointer = f"/paths/{_escaped(template)}/{method.lower()}/requestBody/content/application~1json/schema"
        branch = _branch_of(self._document, schema, payload) or f"#{pointer}"
        for error in self._validator(branch).iter_errors(payload):
            yield from _sentences(error)

    def _template(self, path: str) -> str:
        fitting = [template for template, pattern in self._templates if pattern.fullmatch(path)]
        return min(fitting, key=lambda template: template.count("{"), default="")

    def _validator(self, reference: str) -> jsonschema_rs.Validator:
        if reference not in self._compiled:
            schema = {"$ref": DOCUMENT_URI + reference}
            self._compiled[reference] = jsonschema_rs.validator_for(
                schema, registry=self._registry, validate_formats=True
            )
        return self._compiled[reference]


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)))


def _escaped(template: str) -> str:
    pointer = template.replace("~", "~0").replace("/", "~1")
    return pointer.replace("{", "%7B").replace("}", "%7D")


def _branch_of(document: dict[str, Any], schema: dict[str, Any], payload: Any) -> str | None:
    """The one branch of a union that has the payload's `type`, so that errors speak of it alone."""
    if not isinstance(payload, dict) or "type" not in payload:
        return None
    fitting = []
    for branch in schema.get("anyOf", ()):
        target = document["components"]["schemas"][branch["$ref"].rpartition("/")[2]]
        if payload["type"] in target.get("properties", {}).get("type", {}).get("enum", ()):
            fitting.append(branch["$ref"])
    return fitting[0] if len(fitting) == 1 else None


def _sentences(error: jsonschema_rs.ValidationError) -> Iterator[str]:
    """One sentence for each leaf of an error; of a union only the branch that was meant."""
    branches = getattr(error.kind, "context", None)
    if not branches:
        yield f"{'.'.join(map(str, error.instance_path)) or 'body'}: {_shortened(error.message)}"
        return
    meant = max(branches, key=lambda branch: _likeness(branch, list(error.instance_path)))
    for inner in meant:
        yield from _sentences(inner)


def _likeness(branch: list[jsonschema_rs.ValidationError], place: Place) -> tuple[bool, int]:
    """How likely a union's branch was meant: its errors lie inside the value, not at its type, and are few."""
    wrong_type = any(list(error.instance_path) in (place, [*place, "type"]) for error in branch)
    return not wrong_type, -sum(len(list(_sentences(error))) for error in branch)


def _shortened(message: str) -> str:
    if len(message) <= 2 * LONGEST_QUOTE:
        return message
    return f"{message[:LONGEST_QUOTE]}…{message[-LONGEST_QUOTE:]}"
