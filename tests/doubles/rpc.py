"""A JSON-RPC node on loopback, honest or broken as the test wishes.

    chain = Chain(clock=utc_now)
    chain.set_rate(weeth, 1_100_000_000_000_000_000)
    with RpcDouble(chain) as node:
        node.behave(html(502), times=2)
        node.behave(lagging(600))

The first two requests are answered with an error page, all others from a block ten minutes old; `node.well()` ends it.
`node.stop()` refuses connections until `node.start()`. It serves any path, so that a test can put a made-up key there.
"""

import json
import re
import socket
import socketserver
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any, ClassVar, Self, cast

from tests.doubles.evm import BLOCK_SECONDS, Chain, Halted, Reverted

JSON = "application/json"
CHAIN_ID = "0x1"
NEWEST = ("latest", "safe", "finalized")
"""The block tags that are served; all mean the chain's newest block."""
PIECE = 65_536
PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1><p>Please try again.</p></body></html>"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came: `arrived` in seconds of time.monotonic(), `body` the parsed JSON, None for no JSON."""

    arrived: float
    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back, byte by byte as wanted.

    It begins after `wait_seconds`; between two pieces of `piece` bytes pass `pause_seconds`; the last `withheld` bytes
    are never sent. Where its length is not `announced`, it ends with the connection.
    """

    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    wait_seconds: float = 0.0
    pause_seconds: float = 0.0
    piece: int = PIECE
    withheld: int = 0
    announced: bool = True

    def pieces(self) -> Iterator[bytes]:
        """The body as it is sent."""
        end = len(self.body) - self.withheld
        return (self.body[start : min(start + self.piece, end)] for start in range(0, end, self.piece))


Behaviour = Callable[[Mapping[str, Any], Chain], Reply]
"""Answers the body of a request from a chain."""


def honest(body: Mapping[str, Any], chain: Chain) -> Reply:
    """What a node in order answers, errors in the request included."""
    return _json(answer(body, chain))


def reverting(data: str = "0xeafdc186") -> Behaviour:
    """The whole call reverts, with the code 3 that Geth gives."""
    return error(3, "execution reverted", data)


def error(code: int, message: str, data: str | None = None) -> Behaviour:
    """A JSON-RPC error with status 200, such as -32000 "header not found" or -32005 "limit exceeded"."""
    return lambda body, _: _json(_error(body.get("id"), code, message, data))


def status(code: int, headers: Mapping[str, str] | None = None) -> Behaviour:
    """An HTTP status with a JSON body that is no answer."""
    body = json.dumps({"message": f"status {code}"}).encode()
    return lambda _body, _chain: Reply(body, code, headers=headers or {})


def too_many(retry_after: object = None) -> Behaviour:
    """Status 429, with a Retry-After of any text or without one."""
    return status(429, {} if retry_after is None else {"Retry-After": str(retry_after)})


def html(code: int = 502) -> Behaviour:
    """The page of a proxy in front of the node; with 200, one that calls itself a success."""
    return lambda _body, _chain: Reply(PAGE.format(f"Error {code}").encode(), code, "text/html; charset=UTF-8")


def wrong_id() -> Behaviour:
    """The right answer, marked as one to another request."""
    return lambda body, chain: _json(answer(body, chain) | {"id": 424_242})


def result(value: object) -> Behaviour:
    """Any value in the place of the result: None, "0x", a number, no hex."""
    return lambda body, _: _json({"jsonrpc": "2.0", "id": body.get("id"), "result": value})


def raw(content: bytes, content_type: str = JSON) -> Behaviour:
    """Any bytes with status 200."""
    return lambda _body, _chain: Reply(content, content_type=content_type)


def lagging(seconds: int) -> Behaviour:
    """The right answer of a block that is so much older than the chain's newest."""
    return lambda body, chain: _json(answer(body, chain, seconds))


def truncated_result(missing_bytes: int) -> Behaviour:
    """Good JSON, whose result lacks its last bytes."""

    def cut(body: Mapping[str, Any], chain: Chain) -> Reply:
        whole = answer(body, chain)
        return _json(whole | {"result": whole["result"][: -2 * missing_bytes or None]})

    return cut


def truncated() -> Behaviour:
    """Half of the answer, as if that were all."""

    def cut(body: Mapping[str, Any], chain: Chain) -> Reply:
        whole = honest(body, chain)
        return replace(whole, body=whole.body[: len(whole.body) // 2])

    return cut


def cut_off() -> Behaviour:
    """The connection ends in the middle of the answer."""

    def cut(body: Mapping[str, Any], chain: Chain) -> Reply:
        whole = honest(body, chain)
        return replace(whole, withheld=len(whole.body) // 2)

    return cut


def slow(seconds: float) -> Behaviour:
    """The right answer after a while."""
    return lambda body, chain: replace(honest(body, chain), wait_seconds=seconds)


def drip(pause_seconds: float, piece: int = 1) -> Behaviour:
    """The right answer in small pieces with pauses between them, so that no single read takes long."""
    return lambda body, chain: replace(honest(body, chain), pause_seconds=pause_seconds, piece=piece)


def huge(size: int, *, announced: bool = True) -> Behaviour:
    """`size` blanks and then the right answer, so that a client without a limit would find nothing wrong."""

    def fill(body: Mapping[str, Any], chain: Chain) -> Reply:
        whole = honest(body, chain)
        return replace(whole, body=b" " * size + whole.body, announced=announced)

    return fill


class RpcDouble:
    """A node in front of a chain on a free port of 127.0.0.1, from entering the `with` block to leaving it.

    `requests` holds all that came, in its order.
    """

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.requests: list[Request] = []
        self._behaviour: Behaviour = honest
        self._planned: deque[Behaviour] = deque()
        self._port = 0
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        """Its address, the same after a stop and a start."""
        return f"http://127.0.0.1:{self._port}"

    def behave(self, behaviour: Behaviour, times: int | None = None) -> None:
        """Answer so from now on; with `times`, only as many of the next requests, before all that is in force."""
        if times is None:
            self._behaviour = behaviour
        else:
            self._planned.extend([behaviour] * times)

    def well(self) -> None:
        """Forget all behaviours."""
        self._planned.clear()
        self._behaviour = honest

    def start(self) -> None:
        """Listen, on the same port as before; nothing happens where it listens already."""
        if self._server is not None:
            return
        self._server = _Server(self, self._port)
        self._port = self._server.server_address[1]
        self._server.start()

    def stop(self) -> None:
        """Cut all connections and refuse new ones; nothing happens where it is stopped already."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def reply(self, request: Request) -> Reply:
        """Note the request and answer it."""
        self.requests.append(request)
        if request.method != "POST":
            return Reply(b"only POST is served\n", 405, "text/plain")
        if request.headers.get("content-type", "").split(";")[0] != JSON:
            return Reply(b"only application/json is served\n", 415, "text/plain")
        if not isinstance(request.body, dict):
            return _json(_error(None, -32600, "one JSON object is served, nothing else"))
        behaviour = self._planned.popleft() if self._planned else self._behaviour
        return behaviour(request.body, self.chain)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def answer(body: Mapping[str, Any], chain: Chain, lag_seconds: int = 0) -> dict[str, Any]:
    """The JSON that a node in order sends back for one request."""
    asked, method, params = body.get("id"), body.get("method"), body.get("params")
    if body.get("jsonrpc") != "2.0" or asked is None or not isinstance(params, list):
        return _error(asked, -32600, "invalid request")
    if method == "eth_call":
        return {"jsonrpc": "2.0", "id": asked} | _called(params, chain, lag_seconds)
    number, _ = chain.block
    known = {"eth_chainId": CHAIN_ID, "eth_blockNumber": hex(number - lag_seconds // BLOCK_SECONDS)}
    if method not in known:
        return _error(asked, -32601, f"the method {method} does not exist/is not available")
    return {"jsonrpc": "2.0", "id": asked, "result": known[method]}


def _called(params: list[Any], chain: Chain, lag_seconds: int) -> dict[str, Any]:
    match params:
        case [{"to": str(to), "data": str(data)}, str(block)] if _is_hex(to, 20) and _is_hex(data):
            if block not in NEWEST:
                return _problem(-32000, "header not found")
        case _:
            return _problem(-32602, "invalid argument")
    try:
        return {"result": "0x" + chain.call(to, bytes.fromhex(data[2:]), lag_seconds=lag_seconds).hex()}
    except Reverted as reverted:
        return _problem(3, "execution reverted", "0x" + reverted.data.hex())
    except Halted as halted:
        return _problem(-32000, str(halted))


def _is_hex(text: str, length: int | None = None) -> bool:
    found = re.fullmatch("0x((?:[0-9a-fA-F]{2})*)", text)
    return found is not None and length in {None, len(found[1]) // 2}


def _problem(code: int, message: str, data: str | None = None) -> dict[str, Any]:
    return {"error": {"code": code, "message": message} | ({} if data is None else {"data": data})}


def _error(asked: object, code: int, message: str, data: str | None = None) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": asked} | _problem(code, message, data)


def _json(value: object) -> Reply:
    return Reply(json.dumps(value).encode())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Unbuffered headers and body would go out as two packets, of which the second waits
    # about 50 ms for the other side to acknowledge the first.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: "_Server"

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(time.monotonic(), self.command, self.path, headers, _parsed(content))
        self._send(self.server.double.reply(request))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Say nothing."""

    def _send(self, reply: Reply) -> None:
        self.close_connection = self.close_connection or bool(reply.withheld) or not reply.announced
        if self.server.stopping.wait(reply.wait_seconds):
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        if reply.announced:
            self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in reply.pieces():
            self.wfile.write(piece)
            if reply.pause_seconds:
                self.wfile.flush()
                if self.server.stopping.wait(reply.pause_seconds):
                    self.close_connection = True
                    return


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return None


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 64
    poll_seconds: ClassVar[float] = 0.01

    def __init__(self, double: RpcDouble, port: int) -> None:
        self.double = double
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(self.poll_seconds,), name="rpc double")
        super().__init__(("127.0.0.1", port), _Handler)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Return when no thread of it is left."""
        self.shutdown()
        self._thread.join()
        self.stopping.set()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the other side was faster
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(cast("socket.socket", request))
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over a client that left; show every other error, for it is one of the double."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)
