"""The REST side: Discord's API v10 as far as a slash-command bot uses it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import BodyPartReader, web

from tests.standin import errors
from tests.standin.errors import ApiError
from tests.standin.faults import FaultTable
from tests.standin.gateway import DIRECT_MESSAGES, GUILD_MESSAGES, Gateway
from tests.standin.ledger import DEFER_SEND, SEND, UPDATE, Interaction, Ledger
from tests.standin.messages import EPHEMERAL, MessageStore
from tests.standin.record import Request, RequestLog, Upload
from tests.standin.world import Channel, Json, World, snowflake

API = "/api/v10"
RECORD = web.RequestKey("record", Request)
Validator = Callable[[str, str, Any], list[str]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def reply(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer; discord.py reads a Content-Type with a charset as plain text, so there is none."""
    packed = json.dumps(body).encode()
    return web.Response(body=packed, status=status, headers={"Content-Type": "application/json"} | (headers or {}))


async def read_body(request: web.Request) -> tuple[Any, tuple[Upload, ...]]:
    """The JSON of a request (None without a body) and its files."""
    if not request.content_type.startswith("multipart/"):
        raw = await request.read()
        return (json.loads(raw) if raw else None), ()
    payload, files = None, []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise errors.invalid_form(["unreadable part"])
        data = bytes(await part.read())
        if part.name == "payload_json":
            payload = json.loads(data)
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files.append(Upload(part.name, part.filename or "", kind, data))
    return payload, tuple(files)


class Rest:
    """Routes, recording, faults and validation; the state lives in the collaborators."""

    def __init__(self, world: World, gateway: Gateway, ledger: Ledger, store: MessageStore) -> None:
        self._world = world
        self._gateway = gateway
        self._ledger = ledger
        self._store = store
        self._commands: dict[str, list[Json]] = {}
        self.requests = RequestLog()
        self.faults = FaultTable()
        self.validator: Validator | None = None
        self.token: str | None = None

    def add_routes(self, app: web.Application) -> None:
        """Put the routes into `app`; an unknown one is answered 404 and recorded like all others."""
        routes: list[tuple[str, str, Handler]] = [
            ("GET", "/gateway/bot", self._gateway_bot),
            ("GET", "/users/@me", self._me),
            ("POST", "/users/@me/channels", self._open_direct),
            ("GET", "/oauth2/applications/@me", self._application),
            ("GET", "/applications/{app}/commands", self._get_commands),
            ("PUT", "/applications/{app}/commands", self._put_commands),
            ("GET", "/applications/{app}/guilds/{guild}/commands", self._get_commands),
            ("PUT", "/applications/{app}/guilds/{guild}/commands", self._put_commands),
            ("POST", "/interactions/{id}/{token}/callback", self._callback),
            ("POST", "/webhooks/{app}/{token}", self._follow_up),
            ("GET", "/webhooks/{app}/{token}/messages/{message}", self._get_answer),
            ("PATCH", "/webhooks/{app}/{token}/messages/{message}", self._edit_answer),
            ("DELETE", "/webhooks/{app}/{token}/messages/{message}", self._delete_answer),
            ("GET", "/channels/{channel}", self._get_channel),
            ("POST", "/channels/{channel}/messages", self._post_message),
            ("GET", "/channels/{channel}/messages/{message}", self._get_message),
            ("PATCH", "/channels/{channel}/messages/{message}", self._edit_message),
            ("DELETE", "/channels/{channel}/messages/{message}", self._delete_message),
            ("POST", "/channels/{channel}/typing", self._typing),
            ("*", "/{rest:.*}", self._unknown),
        ]
        for method, path, handler in routes:
            app.router.add_route(method, API + path, self._wrapped(handler))
        app.router.add_get("/cdn/attachments/{id}/{name}", self._download)

    def commands(self, guild_id: str | None = None) -> list[Json]:
        """The commands that the bot registered, global or of one guild, as Discord lists them."""
        return self._commands.get(guild_id or "", [])

    def _wrapped(self, handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            arrived = time.monotonic()
            payload, files = await read_body(request)
            path = request.path.removeprefix(API)
            query, headers = dict(request.query), dict(request.headers)
            record = Request(request.method, path, query, headers, payload, files, arrived)
            request[RECORD] = record
            try:
                response = await self._answer(request, record, handler)
            except ApiError as refusal:
                response = reply({"message": refusal.message, "code": refusal.code}, refusal.status)
            if response is not None:
                record.status = response.status
            self.requests.add(record)
            return response if response is not None else web.Response(status=500)

        return handle

    async def _answer(self, request: web.Request, record: Request, handler: Handler) -> web.StreamResponse | None:
        fault = self.faults.strike(record)
        if fault is not None:
            await asyncio.sleep(fault.delay)
            if fault.drop:
                if request.transport is not None:
                    request.transport.abort()
                return None
            if fault.status is not None:
                return reply(fault.answer(), fault.status, dict(fault.headers))
        self._judge(record)
        return await handler(request)

    def _judge(self, record: Request) -> None:
        if not record.path.startswith(("/webhooks/", "/interactions/")):
            self._check_token(record.headers.get("Authorization", ""))
        if self.validator is not None and record.json is not None:
            record.problems = self.validator(record.method, record.path, record.json)
            if record.problems:
                raise errors.invalid_form(record.problems)

    def _check_token(self, authorization: str) -> None:
        expected = f"Bot {self.token}" if self.token is not None else authorization
        if authorization != expected or not authorization.startswith("Bot "):
            raise errors.unauthorized()

    async def _unknown(self, request: web.Request) -> web.Response:
        raise errors.not_found()

    async def _gateway_bot(self, request: web.Request) -> web.Response:
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        return reply({"url": self._gateway.url, "shards": 1, "session_start_limit": limit})

    async def _me(self, request: web.Request) -> web.Response:
        return reply(self._world.bot.payload() | {"verified": True, "mfa_enabled": False, "email": None})

    async def _application(self, request: web.Request) -> web.Response:
        return reply(self._world.application())

    async def _open_direct(self, request: web.Request) -> web.Response:
        user = self._world.users.get(str(request[RECORD].json["recipient_id"]))
        if user is None:
            raise errors.unknown_user()
        return reply(self._world.direct_channel(user).payload())

    async def _get_commands(self, request: web.Request) -> web.Response:
        return reply(self.commands(request.match_info.get("guild")))

    async def _put_commands(self, request: web.Request) -> web.Response:
        guild = request.match_info.get("guild")
        known = {(old["type"], old["name"]): old["id"] for old in self.commands(guild)}
        registered = [self._register(command, known, guild) for command in request[RECORD].json]
        self._commands[guild or ""] = registered
        return reply(registered)

    def _register(self, command: Json, known: dict[tuple[int, str], str], guild: str | None) -> Json:
        kind = command.get("type") or 1
        filled = {"description": "", "options": [], "nsfw": False, "default_member_permissions": None} | command
        filled |= {"type": kind, "application_id": self._world.application_id, "version": snowflake()}
        filled["id"] = known.get((kind, command["name"])) or snowflake()
        return filled | ({"guild_id": guild} if guild else {})

    async def _callback(self, request: web.Request) -> web.Response:
        record, place = request[RECORD], request.match_info
        interaction = self._ledger.answer(place["id"], place["token"], record.json, record.files)
        kind = record.json["type"]
        if kind in (SEND, DEFER_SEND) and interaction.original is not None:
            await self._announce("MESSAGE_CREATE", interaction.original)
        elif kind == UPDATE and interaction.original is not None:
            await self._announce("MESSAGE_UPDATE", interaction.original)
        if record.query.get("with_response", "0").lower() not in ("1", "true"):
            return web.Response(status=204)
        return reply(self._callback_result(interaction, kind))

    def _callback_result(self, interaction: Interaction, kind: int) -> Json:
        result: Json = {"interaction": {"id": interaction.id, "type": interaction.kind}}
        if interaction.original is not None:
            result["interaction"] |= {
                "response_message_id": interaction.original["id"],
                "response_message_loading": interaction.deferred,
                "response_message_ephemeral": interaction.ephemeral,
            }
        if kind in (SEND, UPDATE):
            result["resource"] = {"type": kind, "message": interaction.original}
        return result

    async def _follow_up(self, request: web.Request) -> web.Response:
        record = request[RECORD]
        message, new = self._ledger.follow_up(request.match_info["token"], record.json, record.files)
        await self._announce("MESSAGE_CREATE" if new else "MESSAGE_UPDATE", message)
        return reply(message)

    async def _get_answer(self, request: web.Request) -> web.Response:
        return reply(self._ledger.find(request.match_info["token"], request.match_info["message"])[1])

    async def _edit_answer(self, request: web.Request) -> web.Response:
        record, place = request[RECORD], request.match_info
        interaction, message = self._ledger.find(place["token"], place["message"])
        self._store.edit(message, record.json, record.files)
        interaction.touch()
        await self._announce("MESSAGE_UPDATE", message)
        return reply(message)

    async def _delete_answer(self, request: web.Request) -> web.Response:
        interaction, message = self._ledger.find(request.match_info["token"], request.match_info["message"])
        self._store.delete(message["id"])
        interaction.deleted = interaction.deleted or message is interaction.original
        await self._announce("MESSAGE_DELETE", message)
        return web.Response(status=204)

    def _channel(self, request: web.Request) -> Channel:
        try:
            return self._world.channels[request.match_info["channel"]]
        except KeyError:
            raise errors.unknown_channel() from None

    def _message(self, request: web.Request) -> Json:
        message = self._store.get(request.match_info["message"])
        if message["channel_id"] != self._channel(request).id:
            raise errors.unknown_message()
        return message

    async def _get_channel(self, request: web.Request) -> web.Response:
        return reply(self._channel(request).payload())

    async def _post_message(self, request: web.Request) -> web.Response:
        record = request[RECORD]
        message = self._store.create(self._channel(request), self._world.bot, record.json, record.files)
        await self._announce("MESSAGE_CREATE", message)
        return reply(message)

    async def _get_message(self, request: web.Request) -> web.Response:
        return reply(self._message(request))

    async def _edit_message(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if message["author"]["id"] != self._world.bot.id:
            raise errors.edit_of_another()
        self._store.edit(message, request[RECORD].json, request[RECORD].files)
        await self._announce("MESSAGE_UPDATE", message)
        return reply(message)

    async def _delete_message(self, request: web.Request) -> web.Response:
        message = self._message(request)
        self._store.delete(message["id"])
        await self._announce("MESSAGE_DELETE", message)
        return web.Response(status=204)

    async def _typing(self, request: web.Request) -> web.Response:
        self._channel(request)
        return web.Response(status=204)

    async def _download(self, request: web.Request) -> web.Response:
        upload = self._store.files.get((request.match_info["id"], request.match_info["name"]))
        if upload is None:
            raise web.HTTPNotFound
        return web.Response(body=upload.data, headers={"Content-Type": upload.content_type})

    async def _announce(self, event: str, message: Json) -> None:
        """Tell the bot of its own message, as Discord does for all that are not ephemeral."""
        intent = GUILD_MESSAGES if "guild_id" in message else DIRECT_MESSAGES
        if message["flags"] & EPHEMERAL or not self._gateway.hears(intent):
            return
        if event == "MESSAGE_DELETE":
            message = {key: message[key] for key in ("id", "channel_id", "guild_id") if key in message}
        await self._gateway.dispatch(event, message)
