"""The websocket side: Discord's gateway v10 with zlib-stream, sessions, replay, and the ways it lets a bot down."""

# ruff: noqa: ASYNC109  (these timeouts raise with what came instead, which asyncio.timeout cannot know)

from __future__ import annotations

import json
import time
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from tests.standin.journal import Journal
from tests.standin.world import Json, World, snowflake

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
PRESENCE_UPDATE, VOICE_STATE, REQUEST_MEMBERS = 3, 4, 8
GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = 1 << 1 | 1 << 8 | MESSAGE_CONTENT
REPLAY_LENGTH, LARGEST_PAYLOAD, SENDS_PER_MINUTE = 5000, 4096, 120
ENDED_BY_CLIENT = (WSCloseCode.OK, WSCloseCode.GOING_AWAY)


class GatewayCloseError(Exception):
    """The gateway hangs up with one of Discord's close codes."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class GatewayEvent:
    """One thing that happened on the gateway; `time` is `time.monotonic()` seconds.

    `kind` is CONNECT, IDENTIFY, READY, RESUME, RESUMED, HEARTBEAT or DISCONNECT; `detail` is the payload received,
    for DISCONNECT the close code that the bot sent (1006 without one).
    """

    kind: str
    detail: Any = None
    time: float = field(default_factory=time.monotonic)


class Link:
    """One websocket connection of the bot."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse) -> None:
        self.socket = socket
        self._transport = request.transport
        self._deflate = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        self._hung_up = False
        self._sent_at: deque[float] = deque(maxlen=SENDS_PER_MINUTE)

    async def send(self, op: int, data: Any = None, sequence: int | None = None, event: str | None = None) -> None:
        """Send one payload; a connection that is gone is no error, for Discord does not notice either."""
        text = json.dumps({"op": op, "d": data, "s": sequence, "t": event})
        try:
            if self._deflate is None:
                await self.socket.send_str(text)
            else:
                packed = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(packed)
        except ConnectionError:
            return

    def count(self, size: int) -> None:
        """Hold the bot to Discord's limits for what it sends. Raises GatewayCloseError."""
        now = time.monotonic()
        if size > LARGEST_PAYLOAD:
            raise GatewayCloseError(4002, "Payload too large.")
        if len(self._sent_at) == SENDS_PER_MINUTE and now - self._sent_at[0] < 60:
            raise GatewayCloseError(4008, "You are being rate limited.")
        self._sent_at.append(now)

    async def hang_up(self, code: int, reason: str = "") -> None:
        """Close from this side."""
        self._hung_up = True
        await self.socket.close(code=code, message=reason.encode())

    def ended_by_client(self) -> bool:
        """Whether the bot said goodbye, which ends its session; whatever code it replies to a close does not."""
        return not self._hung_up and self.socket.close_code in ENDED_BY_CLIENT

    def abort(self) -> None:
        """Cut the TCP connection without a word."""
        if self._transport is not None:
            self._transport.abort()


@dataclass(slots=True)
class Session:
    """What survives a lost connection: the sequence number and the events to replay."""

    intents: int
    id: str = field(default_factory=snowflake)
    sequence: int = 0
    events: deque[tuple[int, str, Any]] = field(default_factory=lambda: deque(maxlen=REPLAY_LENGTH))
    link: Link | None = None

    def oldest(self) -> int:
        """The lowest sequence number from which a resume can still be served."""
        return self.events[0][0] - 1 if self.events else self.sequence

    async def dispatch(self, event: str, data: Any) -> None:
        """Send an event, or keep it for the resume while the bot is away."""
        self.sequence += 1
        self.events.append((self.sequence, event, data))
        if self.link is not None:
            await self.link.send(DISPATCH, data, self.sequence, event)


class Gateway:
    """Serves the bot's websocket; one session at a time is the bot's current one."""

    def __init__(self, world: World, token: str | None, heartbeat_seconds: float, allowed_intents: int) -> None:
        self._world = world
        self._token = token
        self._heartbeat_ms = int(heartbeat_seconds * 1000)
        self._refused_intents = PRIVILEGED & ~allowed_intents
        self._sessions: dict[str, Session] = {}
        self.url = ""
        self.session: Session | None = None
        self.acknowledges = True
        self.journal: Journal[GatewayEvent] = Journal()

    async def wait_ready(self, timeout: float = 10.0, *, since: int = 0) -> GatewayEvent:
        """The READY sent to the bot, now or within `timeout` seconds; `since` is a mark of `journal`."""
        return await self.journal.wait_for(lambda event: event.kind == "READY", timeout, since=since)

    def hears(self, intent: int) -> bool:
        """Whether the bot's current session asked for the intent."""
        return self.session is not None and bool(self.session.intents & intent)

    async def dispatch(self, event: str, data: Any) -> None:
        """Send an event to the current session. Raises RuntimeError when no bot ever identified."""
        if self.session is None:
            raise RuntimeError("no bot is connected to the stand-in")
        await self.session.dispatch(event, data)

    async def ask_reconnect(self) -> None:
        """Op 7: ask the bot to reconnect and resume."""
        await self._connected().send(RECONNECT)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9: tell the bot that its session is over."""
        if not resumable and self.session is not None:
            self._sessions.pop(self.session.id, None)
        await self._connected().send(INVALID, resumable)

    async def close(self, code: int) -> None:
        """Close the connection with a close code, as 4000 or 4014."""
        await self._connected().hang_up(code)

    def abort(self) -> None:
        """Cut the TCP connection in the middle of things."""
        self._connected().abort()

    def shut(self) -> None:
        """Cut whatever is connected, at the end of a test."""
        if self.session is not None and self.session.link is not None:
            self.session.link.abort()

    def _connected(self) -> Link:
        if self.session is None or self.session.link is None:
            raise RuntimeError("the bot is not connected to the gateway")
        return self.session.link

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """The websocket handler."""
        if request.query.get("compress") == "zstd-stream":
            raise web.HTTPBadRequest(text="the stand-in speaks zlib-stream or none")
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        link = Link(request, socket)
        self.journal.add(GatewayEvent("CONNECT"))
        await link.send(HELLO, {"heartbeat_interval": self._heartbeat_ms})
        try:
            await self._converse(link)
        except GatewayCloseError as problem:
            await link.hang_up(problem.code, problem.reason)
        finally:
            self._detach(link)
        return socket

    async def _converse(self, link: Link) -> None:
        session: Session | None = None
        async for message in link.socket:
            if message.type is not WSMsgType.TEXT:
                raise GatewayCloseError(4002, "Error while decoding payload.")
            link.count(len(message.data.encode()))
            session = await self._receive(link, session, json.loads(message.data))

    async def _receive(self, link: Link, session: Session | None, payload: Json) -> Session | None:
        op, data = payload["op"], payload["d"]
        if op == HEARTBEAT:
            self.journal.add(GatewayEvent("HEARTBEAT", data))
            if self.acknowledges:
                await link.send(ACK)
            return session
        if op in (IDENTIFY, RESUME):
            if session is not None:
                raise GatewayCloseError(4005, "Already authenticated.")
            return await (self._identify if op == IDENTIFY else self._resume)(link, data)
        if op not in (PRESENCE_UPDATE, VOICE_STATE, REQUEST_MEMBERS):
            raise GatewayCloseError(4001, "Unknown opcode.")
        if session is None:
            raise GatewayCloseError(4003, "Not authenticated.")
        return session

    async def _identify(self, link: Link, data: Json) -> Session:
        self.journal.add(GatewayEvent("IDENTIFY", data))
        if self._token is not None and data["token"] != self._token:
            raise GatewayCloseError(4004, "Authentication failed.")
        if data["intents"] & self._refused_intents:
            raise GatewayCloseError(4014, "Disallowed intent(s).")
        session = self.session = Session(data["intents"], link=link)
        self._sessions[session.id] = session
        await session.dispatch("READY", self._ready(session, data.get("shard", [0, 1])))
        self.journal.add(GatewayEvent("READY", session.id))
        if session.intents & GUILDS:
            await session.dispatch("GUILD_CREATE", self._world.guild())
        return session

    def _ready(self, session: Session, shard: list[int]) -> Json:
        return {
            "v": 10,
            "user": self._world.bot.payload() | {"verified": True, "mfa_enabled": False, "email": None},
            "guilds": [{"id": self._world.guild_id, "unavailable": True}],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": shard,
            "application": {"id": self._world.application_id, "flags": 0},
        }

    async def _resume(self, link: Link, data: Json) -> Session | None:
        self.journal.add(GatewayEvent("RESUME", data))
        session = self._sessions.get(str(data["session_id"]))
        if session is None or not session.oldest() <= (data["seq"] or 0) <= session.sequence:
            await link.send(INVALID, False)
            return None
        reached = data["seq"] or 0
        while missed := next((kept for kept in session.events if kept[0] > reached), None):
            reached, event, payload = missed
            await link.send(DISPATCH, payload, reached, event)
        session.link = link
        self.session = session
        await session.dispatch("RESUMED", {"_trace": []})
        self.journal.add(GatewayEvent("RESUMED", session.id))
        return session

    def _detach(self, link: Link) -> None:
        code = link.socket.close_code or WSCloseCode.ABNORMAL_CLOSURE
        self.journal.add(GatewayEvent("DISCONNECT", int(code)))
        for session in [session for session in self._sessions.values() if session.link is link]:
            session.link = None
            if link.ended_by_client():
                del self._sessions[session.id]
