"""The messages of the stand-in: created, edited, deleted, with their attachments."""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from tests.standin import errors
from tests.standin.record import Upload
from tests.standin.world import Channel, Json, User, World, snowflake

EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15
DEFAULT, REPLY = 0, 19
MENTION = re.compile(r"<@!?(\d+)>")


def number_components(components: list[Json]) -> list[Json]:
    """A copy in which every component has an `id`, as Discord fills in before it shows them to a bot."""
    numbered = copy.deepcopy(components)
    for number, component in zip(itertools.count(1), walk(numbered), strict=False):
        component.setdefault("id", number)
    return numbered


def walk(components: Iterable[Json]) -> Iterator[Json]:
    """Every component, outer before inner, in the order of reading."""
    for component in components:
        yield component
        yield from walk(component.get("components") or ())
        for key in ("accessory", "component"):
            if isinstance(inner := component.get(key), dict):
                yield from walk([inner])


class MessageStore:
    """All messages by id, and the bytes of their attachments by `(attachment id, file name)`; `cdn` is their URL."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.cdn = ""
        self._messages: dict[str, Json] = {}
        self.files: dict[tuple[str, str], Upload] = {}

    def get(self, message_id: str) -> Json:
        """The message as it stands now. Raises ApiError 10008."""
        try:
            return self._messages[message_id]
        except KeyError:
            raise errors.unknown_message() from None

    def create(self, channel: Channel, author: User, payload: Json, files: tuple[Upload, ...] = ()) -> Json:
        """Post a message; `payload` is the body of the request that asked for it."""
        message_id = snowflake()
        message: Json = {
            "id": message_id,
            "channel_id": channel.id,
            "type": DEFAULT,
            "author": author.payload(),
            "timestamp": datetime.now(UTC).isoformat(),
            "edited_timestamp": None,
            "tts": False,
            "pinned": False,
            "mention_everyone": False,
            "mentions": self._mentions(payload.get("content") or ""),
            "mention_roles": [],
            "attachments": [],
            "flags": 0,
        }
        if not channel.direct:
            message["guild_id"] = self._world.guild_id
        self._fill(message, payload, files)
        if reference := payload.get("message_reference"):
            message |= self._reply(message, reference)
        self._messages[message_id] = message
        return message

    def edit(self, message: Json, payload: Json, files: tuple[Upload, ...] = ()) -> Json:
        """Change the named parts of a message in place."""
        lasting = message["flags"] & (EPHEMERAL | COMPONENTS_V2)
        self._fill(message, {**message, **payload, "flags": (payload.get("flags") or 0) | lasting}, files)
        message["edited_timestamp"] = datetime.now(UTC).isoformat()
        return message

    def delete(self, message_id: str) -> None:
        """Remove a message. Raises ApiError 10008."""
        self.get(message_id)
        del self._messages[message_id]

    def _fill(self, message: Json, payload: Json, files: tuple[Upload, ...]) -> None:
        message["content"] = payload.get("content") or ""
        message["embeds"] = [{"type": "rich", **embed} for embed in payload.get("embeds") or ()]
        message["components"] = number_components(payload.get("components") or [])
        message["flags"] = payload.get("flags") or 0
        message["attachments"] = self._attachments(message, payload.get("attachments"), files)

    def _attachments(self, message: Json, wanted: list[Json] | None, files: tuple[Upload, ...]) -> list[Json]:
        old = {attachment["id"]: attachment for attachment in message["attachments"]}
        uploads = {upload.index: upload for upload in files}
        described = {str(entry["id"]): entry for entry in wanted or ()}
        kept = [old[name] for name in (described if wanted is not None else old) if name in old]
        return kept + [self._attach(upload, described.get(index, {})) for index, upload in uploads.items()]

    def _attach(self, upload: Upload, entry: Json) -> Json:
        attachment_id = snowflake()
        filename = entry.get("filename", upload.filename)
        self.files[attachment_id, filename] = upload
        url = f"{self.cdn}/attachments/{attachment_id}/{filename}"
        return {
            "id": attachment_id,
            "filename": filename,
            "description": entry.get("description"),
            "content_type": upload.content_type,
            "size": len(upload.data),
            "url": url,
            "proxy_url": url,
        }

    def _mentions(self, content: str) -> list[Json]:
        known = self._world.users
        return [known[user].payload() for user in dict.fromkeys(MENTION.findall(content)) if user in known]

    def _reply(self, message: Json, reference: Json) -> Json:
        answered = self.get(str(reference["message_id"]))
        mentioned = {user["id"]: user for user in (*message["mentions"], answered["author"])}
        return {
            "type": REPLY,
            "message_reference": {"message_id": answered["id"], "channel_id": answered["channel_id"], "type": 0}
            | ({"guild_id": answered["guild_id"]} if "guild_id" in answered else {}),
            "referenced_message": answered,
            "mentions": list(mentioned.values()),
        }
