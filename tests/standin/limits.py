"""Discord's rules about payloads that its OpenAPI document does not state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.standin.messages import walk
from tests.standin.world import Json

CONTENT, EMBEDS_TOTAL, ROWS, COMPONENTS, MODAL_ROWS, TEXT_DISPLAYS = 2000, 6000, 5, 40, 5, 4000
CHOICE_VALUE, COMMAND_TOTAL = 100, 8000
ROW, BUTTON, TEXT_DISPLAY, LINK, PREMIUM = 1, 2, 10, 5, 6
LEGACY_KINDS = {1, 2, 3, 5, 6, 7, 8}
SUPPRESS_EMBEDS, EPHEMERAL, SILENT, VOICE, V2 = 1 << 2, 1 << 6, 1 << 12, 1 << 13, 1 << 15
CHANNEL_FLAGS = SUPPRESS_EMBEDS | SILENT | VOICE | V2
MESSAGE_CALLBACKS, UPDATE, CHOICES, MODAL = (4, 5), 7, 8, 9
WEB, MEDIA = ("http", "https"), ("http", "https", "attachment")
NAME = re.compile(r"[-_'\w]{1,32}")
MESSAGE = re.compile(r"/(channels/\d+|webhooks/\d+/[^/]+)/messages(/[^/]+)?|/webhooks/\d+/[^/]+")
CALLBACK = re.compile(r"/interactions/\d+/[^/]+/callback")
COMMANDS = re.compile(r"/applications/\d+(/guilds/\d+)?/commands(/\d+)?")


def own_problems(method: str, path: str, payload: Any) -> Iterator[str]:
    """What is wrong with a request body beyond the document; `path` starts after `/api/v10`."""
    if COMMANDS.fullmatch(path):
        for command in payload if isinstance(payload, list) else [payload]:
            yield from command_problems(command)
    elif isinstance(payload, dict) and CALLBACK.fullmatch(path):
        yield from callback_problems(payload)
    elif isinstance(payload, dict) and MESSAGE.fullmatch(path):
        allowed = CHANNEL_FLAGS | (EPHEMERAL if path.startswith("/webhooks/") else 0)
        yield from message_problems(payload, creates=method == "POST", allowed=allowed)


def callback_problems(payload: Json) -> Iterator[str]:
    """The first answer to an interaction."""
    kind, data = payload.get("type"), payload.get("data") or {}
    if kind in MESSAGE_CALLBACKS or kind == UPDATE:
        yield from message_problems(data, creates=kind == MESSAGE_CALLBACKS[0], allowed=CHANNEL_FLAGS | EPHEMERAL)
    elif kind == MODAL:
        yield from modal_problems(data)
    elif kind == CHOICES:
        yield from choice_problems(data.get("choices") or ())


def message_problems(message: Json, *, creates: bool, allowed: int) -> Iterator[str]:
    """A message, new or edited; `allowed` are the flags that a bot may set there."""
    content, embeds = message.get("content") or "", message.get("embeds") or []
    components, flags = message.get("components") or [], message.get("flags") or 0
    if len(content) > CONTENT:
        yield f"content has {len(content)} characters, {CONTENT} are allowed"
    parts = ("content", "embeds", "components", "attachments", "sticker_ids", "poll", "message_reference")
    forwards = (message.get("message_reference") or {}).get("type") == 1
    if creates and not forwards and not any(message.get(part) for part in parts[:-1]):
        yield "the message is empty"
    if flags & ~allowed:
        yield f"flags {flags} sets bits that a bot cannot set here: {flags & ~allowed}"
    if flags & V2 and (content or embeds or message.get("poll") or message.get("sticker_ids")):
        yield "a components v2 message has no content, embeds, stickers or poll"
    yield from embed_problems(embeds)
    yield from component_problems(components, v2=bool(flags & V2), creates=creates)


def embed_problems(embeds: list[Json]) -> Iterator[str]:
    """All embeds of a message together."""
    total = sum(len(text) for embed in embeds for text in _embed_texts(embed))
    if total > EMBEDS_TOTAL:
        yield f"the embeds have {total} characters in total, {EMBEDS_TOTAL} are allowed"
    for embed in embeds:
        for field in embed.get("fields") or ():
            for part in ("name", "value"):
                if not str(field.get(part) or "").strip():
                    yield f"an embed field has an empty {part}"
        yield from _embed_urls(embed)


def _embed_texts(embed: Json) -> Iterator[str]:
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    yield (embed.get("footer") or {}).get("text") or ""
    yield (embed.get("author") or {}).get("name") or ""
    for field in embed.get("fields") or ():
        yield field.get("name") or ""
        yield field.get("value") or ""


def _embed_urls(embed: Json) -> Iterator[str]:
    author, footer = embed.get("author") or {}, embed.get("footer") or {}
    for url in (embed.get("url"), author.get("url")):
        yield from url_problems(url, WEB)
    pictures = [(embed.get(part) or {}).get("url") for part in ("image", "thumbnail")]
    for url in (*pictures, author.get("icon_url"), footer.get("icon_url")):
        yield from url_problems(url, MEDIA)


def url_problems(url: str | None, schemes: Iterable[str]) -> Iterator[str]:
    """An address that Discord would refuse; None is no address."""
    if url is None:
        return
    parts = urlsplit(url)
    if parts.scheme not in schemes or not parts.netloc:
        yield f"{url!r} is not an address with one of the schemes {', '.join(schemes)}"


def component_problems(components: list[Json], *, v2: bool, creates: bool) -> Iterator[str]:
    """The components of a message; without `v2` they are at most five rows."""
    every = list(walk(components))
    if not v2 and len(components) > ROWS:
        yield f"{len(components)} rows, {ROWS} are allowed"
    if len(every) > COMPONENTS:
        yield f"{len(every)} components in total, {COMPONENTS} are allowed"
    if creates and not v2 and any(part["type"] not in LEGACY_KINDS for part in every):
        yield "components of the second version need the flag 32768"
    if creates and not v2 and any(part["type"] != ROW for part in components):
        yield "outside components v2 every component stands in a row"
    displayed = sum(len(part.get("content") or "") for part in every if part["type"] == TEXT_DISPLAY)
    if displayed > TEXT_DISPLAYS:
        yield f"the text displays have {displayed} characters in total, {TEXT_DISPLAYS} are allowed"
    yield from _duplicates([part["custom_id"] for part in every if part.get("custom_id")], "custom_id")
    for part in every:
        yield from _part_problems(part)


def _part_problems(part: Json) -> Iterator[str]:
    if part["type"] == BUTTON:
        yield from button_problems(part)
    if part["type"] == ROW and len(part["components"]) > 1 and any(x["type"] != BUTTON for x in part["components"]):
        yield "a row holds buttons or one select"
    media = [part.get("media"), part.get("file"), *(item.get("media") for item in part.get("items") or ())]
    for address in media:
        yield from url_problems((address or {}).get("url"), MEDIA)
    yield from _option_problems(part)


def _option_problems(select: Json) -> Iterator[str]:
    options = select.get("options") or []
    yield from _duplicates([option["value"] for option in options], "option value")
    if options and (select.get("max_values") or 1) > len(options):
        yield "a select allows more values than it has options"


def button_problems(button: Json) -> Iterator[str]:
    """A button: a link has an address and no custom_id, any other the reverse."""
    url, custom_id, style = button.get("url"), button.get("custom_id"), button.get("style")
    if style == LINK:
        if not url or custom_id:
            yield "a link button has a url and no custom_id"
        yield from url_problems(url, (*WEB, "discord"))
    elif style != PREMIUM and (not custom_id or url):
        yield "a button that is no link has a custom_id and no url"
    if style != PREMIUM and not button.get("label") and not button.get("emoji"):
        yield "a button has neither label nor emoji"


def modal_problems(modal: Json) -> Iterator[str]:
    """A modal dialogue."""
    components = modal.get("components") or []
    if not 1 <= len(components) <= MODAL_ROWS:
        yield f"a modal has {len(components)} rows, 1 to {MODAL_ROWS} are allowed"
    every = list(walk(components))
    yield from _duplicates([part["custom_id"] for part in every if part.get("custom_id")], "custom_id")
    for part in every:
        yield from _option_problems(part)


def choice_problems(choices: Iterable[Json]) -> Iterator[str]:
    """Autocomplete or fixed choices."""
    names = []
    for choice in choices:
        names.append(choice.get("name", ""))
        value = choice.get("value")
        if isinstance(value, str) and not 1 <= len(value) <= CHOICE_VALUE:
            yield f"a choice value has {len(value)} characters, 1 to {CHOICE_VALUE} are allowed"
    yield from _duplicates(names, "choice name")


def command_problems(command: Json) -> Iterator[str]:
    """A command to register."""
    kind, name, description = command.get("type") or 1, command.get("name"), command.get("description")
    if kind == 1:
        yield from name_problems(name or "")
    if kind == 1 and not (description or "").strip():
        yield f"command {name!r} has no description"
    if kind != 1 and description:
        yield f"context menu command {name!r} has a description"
    total = sum(len(text) for text in _command_texts(command))
    if total > COMMAND_TOTAL:
        yield f"command {name!r} has {total} characters in total, {COMMAND_TOTAL} are allowed"
    yield from _options_problems(command.get("options") or [])


def name_problems(name: str) -> Iterator[str]:
    """The name of a slash command or option."""
    if not NAME.fullmatch(name) or name != name.lower():
        yield f"{name!r} is no name: 1 to 32 lower-case letters, digits, dashes or underscores"


def _options_problems(options: list[Json]) -> Iterator[str]:
    yield from _duplicates([option["name"] for option in options], "option name")
    demanded = [bool(option.get("required")) for option in options]
    if demanded != sorted(demanded, reverse=True):
        yield "a required option stands after an optional one"
    for option in options:
        yield from name_problems(option["name"])
        if not str(option.get("description") or "").strip():
            yield f"option {option.get('name')!r} has no description"
        if option.get("choices") and option.get("autocomplete"):
            yield f"option {option['name']!r} has both choices and autocomplete"
        yield from choice_problems(option.get("choices") or ())
        yield from _options_problems(option.get("options") or [])


def _command_texts(item: Json) -> Iterator[str]:
    yield item.get("name") or ""
    yield item.get("description") or ""
    for choice in item.get("choices") or ():
        yield f"{choice['name']}{choice['value']}"
    for option in item.get("options") or ():
        yield from _command_texts(option)


def _duplicates(values: list[str], what: str) -> Iterator[str]:
    for value in dict.fromkeys(value for value in values if values.count(value) > 1):
        yield f"{what} {value!r} occurs more than once"
