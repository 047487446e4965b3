"""An HTTP/1.1 server that can misbehave on purpose: each host on a port of its own, all in one thread beside the test.

Raw asyncio instead of a framework, because half of what is served here (torn bodies, resets, dripping bytes) is what
frameworks prevent. Nothing here knows a provider.
"""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

Result = TypeVar("Result")
LOOPBACK = "127.0.0.1"
PATIENCE = 10.0
"""Seconds that a test waits for the server's thread before it is told that something is wrong."""


class Verbatim(str):
    """JSON text that is sent exactly as it stands, whether it is valid or not."""

    __slots__ = ()


Number = Decimal | int | str
"""A number as a test gives it: exact, or as the JSON text to send (`"1e400"`, `"NaN"`, `'"12"'`, `"null"`)."""


def number(value: Number) -> Verbatim:
    """The JSON text of a number. Raises TypeError for a float, which would not be the number that the test shows."""
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise TypeError(f"{value!r} is not exact: give a Decimal, an int or JSON text")
    return Verbatim(value)


def render(value: Any) -> str:
    """The JSON text of a tree whose leaves may be Decimals or `Verbatim`. Raises TypeError for floats."""
    match value:
        case Verbatim():
            return str(value)
        case dict():
            return "{" + ",".join(f"{json.dumps(name)}:{render(item)}" for name, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(map(render, value)) + "]"
        case str() | bool() | None:
            return json.dumps(value)
    return str(number(value))


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. `path` is decoded and relative to the host's address, `arrived` is of `time.monotonic`."""

    host: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    arrived: float
    target: str
    """The path and query as they stood in the request."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out: a tree for JSON, or a `text` in its place; how it is brought is for `deliver` to say."""

    content: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    kind: str = "application/json"
    delay: float = 0.0
    """Seconds before the first byte."""
    deliver: "Delivery" = field(default_factory=lambda: whole)

    def body(self) -> bytes:
        """The bytes after the head."""
        return (render(self.content) if self.text is None else self.text).encode()

    def head(self, length: int | None) -> bytes:
        """Status line and headers, announcing `length` bytes or, for None, pieces until the end."""
        fields = {"Content-Type": self.kind, **self.headers}
        fields |= {"Transfer-Encoding": "chunked"} if length is None else {"Content-Length": str(length)}
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in fields.items()), "\r\n"]).encode("latin-1")


Delivery = Callable[[Reply, asyncio.StreamWriter], Awaitable[None]]
"""Brings a reply to the client; closes the writer where the connection shall not be used again."""
Behaviour = Callable[[Reply], Reply]
"""Turns the right reply into what a host shall send instead."""
Answer = Callable[[Request], Reply]


async def whole(reply: Reply, writer: asyncio.StreamWriter) -> None:
    """Head and body in one go, as a healthy server does."""
    body = reply.body()
    writer.write(reply.head(len(body)) + body)
    await writer.drain()


class LoopThread:
    """A running event loop beside the test, so that sync tests, async tests and child processes can all be served."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="doubles", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The result of a coroutine that runs there."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def close(self) -> None:
        """End the thread; what still ran there is cut."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()


@dataclass(slots=True)
class _Rule:
    path: str
    behaviours: tuple[Behaviour, ...]
    left: int | None

    def fits(self, path: str) -> bool:
        return path.startswith(self.path) and self.left != 0


class Script:
    """Which behaviours apply to the next request. Those for a number of requests come first, in the order given, then
    the one until changed with the longest fitting path.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: list[_Rule] = []
        self._lasting: dict[str, _Rule] = {}

    def add(self, path: str, behaviours: tuple[Behaviour, ...], times: int | None) -> None:
        """Set what happens below a path, for so many requests or until changed."""
        rule = _Rule(path, behaviours, times)
        with self._lock:
            if times is None:
                self._lasting[path] = rule
            else:
                self._counted.append(rule)

    def clear(self) -> None:
        """Behave well from now on."""
        with self._lock:
            self._counted.clear()
            self._lasting.clear()

    def take(self, path: str) -> tuple[Behaviour, ...]:
        """The behaviours for this request, which is counted by it."""
        with self._lock:
            for rule in self._counted:
                if rule.left is not None and rule.fits(path):
                    rule.left -= 1
                    return rule.behaviours
            fitting = [rule for rule in self._lasting.values() if rule.fits(path)]
            return max(fitting, key=lambda rule: len(rule.path)).behaviours if fitting else ()


class Host:
    """One provider's host. `answer` gives the right reply to a request, `behave` says what happens instead.

    The port stays the same over `stop` and `start`, and nobody else can take it meanwhile.
    """

    def __init__(self, name: str, answer: Answer, thread: LoopThread, base: str = "") -> None:
        self.name = name
        self.requests: list[Request] = []
        self.connections = 0
        """How many were opened since the beginning."""
        self.busiest = 0
        """How many requests were under way at once, at most."""
        self.failures: list[str] = []
        """What went wrong in the double itself."""
        self._answer, self._thread, self._base = answer, thread, base
        self._script, self._latency, self._busy = Script(), 0.0, 0
        self._open: dict[asyncio.Task[Any], asyncio.StreamWriter] = {}
        self._server: asyncio.Server | None = None
        self._port = _bound(0)
        self.port: int = self._port.getsockname()[1]

    @property
    def url(self) -> str:
        """What the bot is told as this provider's address."""
        return f"http://{LOOPBACK}:{self.port}{self._base}"

    def behave(self, *behaviours: Behaviour, times: int | None = None, path: str = "") -> None:
        """Apply behaviours, in this order, to requests whose path begins with `path`: to the next `times` of them, or
        until the next call for the same path. None given means to be well. Those with `times` queue up and come first.
        """
        self._script.add(path, behaviours, times)

    def well(self) -> None:
        """Forget all behaviours and the latency."""
        self._script.clear()
        self._latency = 0.0

    def simulate(self, latency: float) -> None:
        """Wait so many seconds before each answer, whatever else happens; other requests go on meanwhile."""
        self._latency = latency

    def start(self) -> None:
        """Listen; nothing happens where it listens already."""
        self._thread.run(self._listen())

    def stop(self) -> None:
        """Refuse connections and cut those that are open; nothing happens where it is stopped already."""
        self._thread.run(self._fall_silent())

    def close(self) -> None:
        """Stop and give the port back."""
        self.stop()
        self._port.close()

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, sock=self._port, backlog=256)

    async def _fall_silent(self) -> None:
        if self._server is None:
            return
        self._server.close()
        self._server, self._port = None, _bound(self.port)
        tasks = list(self._open)
        for task, writer in self._open.items():
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open[task] = writer
        self.connections += 1
        try:
            # Cancelled by `stop`: that is the end of this task and no fault.
            with suppress(ConnectionError, EOFError, asyncio.LimitOverrunError, asyncio.CancelledError):
                await self._converse(reader, writer)
        finally:
            del self._open[task]
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not writer.is_closing():
            request = self._read(await reader.readuntil(b"\r\n\r\n"), time.monotonic())
            self.requests.append(request)
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
            try:
                reply = self._reply(request)
                await asyncio.sleep(self._latency + reply.delay)
                await reply.deliver(reply, writer)
            finally:
                self._busy -= 1

    def _read(self, head: bytes, arrived: float) -> Request:
        first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        parts = urlsplit(target)
        path = unquote(parts.path).removeprefix(self._base)
        query = MappingProxyType(dict(parse_qsl(parts.query, keep_blank_values=True)))
        return Request(self.name, method, path, query, MappingProxyType(headers), arrived, target)

    def _reply(self, request: Request) -> Reply:
        try:
            reply = self._answer(request) if request.method == "GET" else Reply(status=405, text="", kind="text/plain")
            for behaviour in self._script.take(request.path):
                reply = behaviour(reply)
        except Exception as error:  # noqa: BLE001 - a slip of the double must reach the test, not only its client
            self.failures.append(f"{self.name} could not answer {request.target}: {error!r}")
            return Reply(status=500, text="the double failed", kind="text/plain")
        return reply


def _bound(port: int) -> socket.socket:
    """A socket that holds a port, so that nobody else gets it, and refuses connections until it listens."""
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind((LOOPBACK, port))
    return held
