"""What any HTTP host can do to its client, one switch each, for `Host.behave`.

What only one provider does stands with it, in `llama` and `gecko`.
"""

import asyncio
import socket
import struct
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime

from tests.doubles.serving import Behaviour, Delivery, Reply

JSON, TEXT, HTML = "application/json", "text/plain; charset=utf-8", "text/html; charset=UTF-8"
_BLANKS = b" " * 65_536
_CLOUDFLARE = {"Server": "cloudflare", "CF-RAY": "8f0000000000000-LHR"}


def body(text: str, status: int = 200, kind: str = JSON) -> Behaviour:
    """This text in the place of the answer, of the content type `kind`."""
    return lambda reply: replace(reply, text=text, status=status, kind=kind)


def headed(behaviour: Behaviour, headers: dict[str, str]) -> Behaviour:
    """Another behaviour, with further headers."""

    def change(reply: Reply) -> Reply:
        changed = behaviour(reply)
        return replace(changed, headers={**changed.headers, **headers})

    return change


def too_many(retry_after: float | datetime | str | None = None) -> Behaviour:
    """429, with a Retry-After in seconds, as a date, as any text, or without one."""
    refused = body("Too Many Requests", 429, TEXT)
    if retry_after is None:
        return refused
    if isinstance(retry_after, datetime):
        retry_after = format_datetime(retry_after, usegmt=True)
    return headed(refused, {"Retry-After": str(retry_after)})


def forbidden() -> Behaviour:
    """403 from the network in front of the provider, as a page."""
    return headed(body(_page("Attention Required! | Cloudflare", "Error 1020: access denied"), 403, HTML), _CLOUDFLARE)


def bad_gateway() -> Behaviour:
    """502 as a page."""
    return headed(body(_page("502 Bad Gateway", "cloudflare"), 502, HTML), _CLOUDFLARE)


def server_error() -> Behaviour:
    """500 as DefiLlama words it."""
    return body("Internal Error", 500, TEXT)


def page() -> Behaviour:
    """200, but a page for people: a challenge, or a captive portal."""
    return body(_page("Just a moment...", "Checking your browser"), 200, HTML)


def _page(title: str, text: str) -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"


def labelled(kind: str) -> Behaviour:
    """The right body under another content type."""
    return lambda reply: replace(reply, kind=kind)


def truncated() -> Behaviour:
    """The first half of the body, announced as if it were all: HTTP is whole, the JSON is not."""

    def change(reply: Reply) -> Reply:
        text = reply.body().decode()
        return replace(reply, text=text[: len(text) // 2])

    return change


def empty() -> Behaviour:
    """No body at all."""
    return body("")


def moved(to: str) -> Behaviour:
    """301 to another address. With the same address and `times=1`, a client that follows would get its answer."""
    return headed(body("Moved Permanently", 301, TEXT), {"Location": to})


def slow(seconds: float) -> Behaviour:
    """Nothing at all for so long, then the answer."""
    return lambda reply: replace(reply, delay=seconds)


def drip(pause: float, piece: int = 1) -> Behaviour:
    """The body in pieces of so many bytes, with so many seconds before each: no single read takes long."""

    async def deliver(reply: Reply, writer: asyncio.StreamWriter) -> None:
        sent = reply.body()
        writer.write(reply.head(len(sent)))
        for start in range(0, len(sent), piece):
            await writer.drain()
            await asyncio.sleep(pause)
            writer.write(sent[start : start + piece])
        await writer.drain()

    return _delivered(deliver)


def huge(size: int, *, announced: bool = True) -> Behaviour:
    """At least `size` bytes: blanks, then the right body, so that a client without a limit would read a good answer.
    `announced` in Content-Length, or sent in pieces of unknown number.
    """

    async def deliver(reply: Reply, writer: asyncio.StreamWriter) -> None:
        sent = reply.body()
        rounds = -(-size // len(_BLANKS))
        writer.write(reply.head(rounds * len(_BLANKS) + len(sent) if announced else None))
        for _ in range(rounds):
            writer.write(_BLANKS if announced else _chunk(_BLANKS))
            await writer.drain()
        writer.write(sent if announced else _chunk(sent) + _chunk(b""))
        await writer.drain()

    return _delivered(deliver)


def endless() -> Behaviour:
    """A body that goes on until the client has had enough."""

    async def deliver(reply: Reply, writer: asyncio.StreamWriter) -> None:
        writer.write(reply.head(None))
        while True:
            writer.write(_chunk(_BLANKS))
            await writer.drain()

    return _delivered(deliver)


def cut_off() -> Behaviour:
    """Half of the announced body, then the connection ends in order."""

    async def deliver(reply: Reply, writer: asyncio.StreamWriter) -> None:
        await _half(reply, writer)
        writer.close()

    return _delivered(deliver)


def reset() -> Behaviour:
    """Half of the announced body, then the connection is torn down (TCP RST)."""

    async def deliver(reply: Reply, writer: asyncio.StreamWriter) -> None:
        await _half(reply, writer)
        at_once = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        writer.transport.abort()

    return _delivered(deliver)


def hang_up() -> Behaviour:
    """The request is taken, and the connection ends without a byte: what a stale kept connection looks like."""

    async def deliver(_reply: Reply, writer: asyncio.StreamWriter) -> None:
        writer.close()

    return _delivered(deliver)


async def _half(reply: Reply, writer: asyncio.StreamWriter) -> None:
    sent = reply.body()
    writer.write(reply.head(len(sent)) + sent[: len(sent) // 2])
    await writer.drain()
    # Time for the client to read this much; otherwise the end could overtake the beginning.
    await asyncio.sleep(0.05)


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _delivered(deliver: Delivery) -> Behaviour:
    return lambda reply: replace(reply, deliver=deliver)
