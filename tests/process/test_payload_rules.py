"""What Discord refuses is reported before it gets there: by its OpenAPI document, and by our own rules beside it."""

import re

import pytest

from tests.standin import document_path, problems

CALLBACK = "/interactions/1/token/callback"
CHANNEL = "/channels/1/messages"
COMMANDS = "/applications/1/commands"
V2 = 1 << 15

needs_document = pytest.mark.skipif(document_path() is None, reason="Discord's OpenAPI document is not at hand")


def answer(**message: object) -> dict[str, object]:
    return {"type": 4, "data": message}


def row(*components: dict[str, object]) -> dict[str, object]:
    return {"type": 1, "components": list(components)}


def button(custom_id: str = "a", **changes: object) -> dict[str, object]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id, **changes}


def link(url: str | None) -> dict[str, object]:
    return {"type": 2, "style": 5, "label": "Read", "url": url}


def display(text: str) -> dict[str, object]:
    return {"type": 10, "content": text}


def command(**changes: object) -> list[dict[str, object]]:
    return [{"type": 1, "name": "ask", "description": "Ask", "options": [], **changes}]


def option(**changes: object) -> dict[str, object]:
    return {"type": 3, "name": "question", "description": "What", **changes}


FINE = [
    ("POST", CALLBACK, answer(content="x" * 2000)),
    ("POST", CALLBACK, answer(embeds=[{"description": "x" * 4096}, {"description": "x" * 1904}])),
    ("POST", CALLBACK, answer(content="x", components=[row(*(button(str(n)) for n in range(5)))])),
    ("POST", CALLBACK, answer(content="x", components=[row(link("https://example.org"))], flags=64)),
    ("POST", CALLBACK, {"type": 5, "data": {"flags": 64}}),
    ("POST", CALLBACK, {"type": 8, "data": {"choices": [{"name": "x" * 100, "value": "x" * 100}]}}),
    ("POST", CALLBACK, answer(flags=V2, components=[{"type": 17, "components": [display("x" * 4000)]}])),
    ("PATCH", "/webhooks/1/token/messages/@original", {"content": ""}),
    ("POST", "/api/v10/webhooks/1/token", {"content": "x", "attachments": [{"id": 0, "filename": "a.png"}]}),
    ("POST", CHANNEL, {"content": "x", "message_reference": {"message_id": 5, "channel_id": 1}}),
    ("PUT", COMMANDS, command(options=[option(required=True), option(name="token")])),
    ("PUT", COMMANDS, command(type=3, name="Explain this", description="")),
    ("POST", "/channels/1/typing", None),
]

BROKEN = [
    ("POST", CHANNEL, {"content": "x" * 2001}, "content has 2001"),
    ("POST", CALLBACK, answer(embeds=[{"description": "x" * 4096}, {"description": "x" * 1905}]), "6001"),
    ("POST", CALLBACK, answer(), "empty"),
    ("POST", CHANNEL, {"content": "", "message_reference": {"message_id": 5}}, "empty"),
    ("POST", CALLBACK, answer(content="x", components=[row(button(str(n))) for n in range(6)]), "6 rows"),
    (
        "POST",
        CALLBACK,
        answer(flags=V2, components=[{"type": 17, "components": [display("x")] * 20}, *[display("x")] * 20]),
        "41 components",
    ),
    ("POST", CALLBACK, answer(flags=V2, components=[display("x" * 2001), display("x" * 2000)]), "4001 characters"),
    ("POST", CALLBACK, answer(content="x", components=[row(button(), button())]), "'a' occurs more than once"),
    ("POST", CALLBACK, answer(content="x", components=[row(link(None))]), "link button"),
    ("POST", CALLBACK, answer(content="x", components=[row(link("javascript:alert(1)"))]), "schemes"),
    ("POST", CALLBACK, answer(content="x", components=[row(button(label=None))]), "neither label nor emoji"),
    ("POST", CALLBACK, answer(embeds=[{"fields": [{"name": "Rate", "value": ""}]}]), "empty value"),
    ("POST", CALLBACK, answer(embeds=[{"image": {"url": "file:///etc/hosts"}}]), "schemes"),
    ("POST", CALLBACK, answer(content="x", flags=V2, components=[display("x")]), "components v2"),
    ("POST", CALLBACK, answer(components=[display("x")]), "32768"),
    ("POST", CALLBACK, answer(content="x", flags=1 << 7), "cannot set"),
    ("POST", CHANNEL, {"content": "x", "flags": 64}, "cannot set"),
    ("POST", CALLBACK, {"type": 8, "data": {"choices": [{"name": "x", "value": "x" * 101}]}}, "101 characters"),
    ("PUT", COMMANDS, command(description=""), "no description"),
    ("PUT", COMMANDS, command(name="Ask Me"), "no name"),
    ("PUT", COMMANDS, command(options=[option(), option(name="b", required=True)]), "required option"),
    ("PUT", COMMANDS, command(options=[option(choices=[{"name": "x", "value": "x" * 101}])]), "101 characters"),
    ("PUT", COMMANDS, command(options=[option(description="x" * 100, name=f"o{n}") for n in range(80)]), "8000"),
    ("POST", CALLBACK, {"type": 9, "data": {"custom_id": "m", "title": "t", "components": []}}, "0 rows"),
]

BROKEN_BY_DOCUMENT = [
    ("POST", CALLBACK, answer(embeds=[{"title": "x" * 257}]), "256"),
    ("POST", CALLBACK, answer(embeds=[{"title": "x"}] * 11), "more than 10 items"),
    ("POST", CALLBACK, answer(embeds=[{"title": "x", "color": 0x1000000}]), "16777215"),
    ("POST", CALLBACK, answer(content="x", components=[row(button(label="x" * 81))]), "label.*80"),
    ("POST", CALLBACK, answer(content="x", components=[row(button("x" * 101))]), "custom_id.*100"),
    ("POST", CALLBACK, {"type": 8, "data": {"choices": [{"name": str(n), "value": "x"} for n in range(26)]}}, "25"),
    ("POST", CALLBACK, {"type": 8, "data": {"choices": [{"name": "x" * 101, "value": "x"}]}}, "name.*100"),
    ("PUT", COMMANDS, command(description="x" * 101), "description.*100"),
    ("PUT", COMMANDS, command(options=[option(name=f"o{n}") for n in range(26)]), "25"),
    ("POST", "/channels/1/nonsense", {}, "no route"),
]


@pytest.mark.parametrize(("method", "path", "payload"), FINE)
def test_what_discord_accepts_has_no_problems(method, path, payload):
    assert problems(method, path, payload) == []


@pytest.mark.parametrize(("method", "path", "payload", "said"), BROKEN)
def test_own_rules_find_what_the_document_leaves_out(method, path, payload, said):
    assert any(said in problem for problem in problems(method, path, payload))


@needs_document
@pytest.mark.parametrize(("method", "path", "payload", "said"), BROKEN_BY_DOCUMENT)
def test_the_document_finds_what_breaks_it(method, path, payload, said):
    found = problems(method, path, payload)
    assert len(found) == 1
    assert re.search(said, found[0])


def test_without_the_document_the_own_rules_still_judge(monkeypatch, tmp_path):
    monkeypatch.setenv("DISCORD_OPENAPI", str(tmp_path / "absent.json"))
    assert document_path() is None
    assert problems("POST", CALLBACK, answer(embeds=[{"title": "x" * 257}])) == []
    assert problems("POST", CALLBACK, answer()) == ["the message is empty"]
