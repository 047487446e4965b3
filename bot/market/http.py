"""The way out to providers: one client for all requests, with limits on time and size. The only user of httpx.

Addresses may hold keys, so neither they nor the texts of httpx's errors leave this module.
"""

import asyncio
import email.utils
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot import __version__
from bot.clock import Clock
from bot.market.errors import Malformed, ProviderError, RateLimited

if TYPE_CHECKING:
    import httpx

AGENT: Final = f"restaking-bot/{__version__}"
CONNECT, READ, WRITE, POOL = 3.0, 5.0, 5.0, 2.0
"""Seconds for each step of one request."""
TOTAL: Final = 8.0
"""Seconds for a whole answer, however slowly it drips in; a stream of megabytes is given longer by its caller."""
CONNECTIONS: Final = 100
"""More than can ever be asked for at once: a slow provider must not make requests to others wait for a connection."""
PACKED: Final = "gzip"
PIECE: Final = 65_536
"""Bytes that are unpacked at a time, for a packed answer can be a thousand times as large as it looks."""
TRIES: Final = 2
"""A kept connection that the other side has closed meanwhile fails at its first use, so a second try is fair."""
OK: Final = 200
TOO_MANY: Final = 429
BUSY: Final = 503
UNKNOWN: Final = frozenset({400, 404, 410, 422})
"""The provider is well, but does not know what it was asked for."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a provider. `limit` is the largest answer in bytes, `total` the longest wait in seconds."""

    url: str = field(repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    payload: object = field(default=None, repr=False)
    limit: int = 1_000_000
    total: float = TOTAL
    plain: bool = False


class Http:
    """Fetches answers. The library behind it is loaded at the first request, for it is as large as half the bot."""

    def __init__(self, clock: Clock, transport: "httpx.AsyncBaseTransport | None" = None) -> None:
        self._clock = clock
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._preparing = asyncio.Lock()

    async def _ready(self) -> "httpx.AsyncClient":
        """Load the library and the certificates in a thread: both together would hold up every answer for a tenth of a
        second. Raises ProviderError where the machine's proxy or certificates cannot be used.
        """
        async with self._preparing:
            if self._client is None:
                self._client = await asyncio.to_thread(self._built)
            return self._client

    async def fetch(self, request: Request) -> bytes:
        """The body of a good answer.

        Raises:
            ProviderError: there was none: no connection, a bad status, no JSON, too large or too slow.
        """
        async with self.stream(request) as chunks:
            return b"".join([chunk async for chunk in chunks])

    @asynccontextmanager
    async def stream(self, request: Request) -> AsyncIterator[AsyncIterator[bytes]]:
        """The body of a good answer piece by piece, for one that is too large to hold. Raises as `fetch`."""
        client = await self._ready()
        import httpx  # noqa: PLC0415 - see the class

        try:
            async with asyncio.timeout(request.total):
                response = await self._opened(client, request)
                try:
                    _check(response, self._clock(), plain=request.plain)
                    yield _limited(response, request.limit)
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise ProviderError("no answer in time") from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            # Not chained: the text of these errors holds the address.
            raise ProviderError(f"no connection ({type(error).__name__})") from None

    async def _opened(self, client: "httpx.AsyncClient", request: Request) -> "httpx.Response":
        import httpx  # noqa: PLC0415 - see the class

        method = "GET" if request.payload is None else "POST"
        for attempt in range(TRIES):
            made = client.build_request(
                method, request.url, params=request.params or None, headers=request.headers, json=request.payload
            )
            try:
                return await client.send(made, stream=True)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                if attempt + 1 == TRIES:
                    raise
        raise AssertionError("the last try returns or raises")

    def _built(self) -> "httpx.AsyncClient":
        import httpx  # noqa: PLC0415 - see the class

        try:
            return httpx.AsyncClient(
                timeout=httpx.Timeout(connect=CONNECT, read=READ, write=WRITE, pool=POOL),
                limits=httpx.Limits(max_connections=CONNECTIONS),
                headers={"User-Agent": AGENT, "Accept": "application/json", "Accept-Encoding": PACKED},
                transport=self._transport,
            )
        except (httpx.InvalidURL, ValueError, ImportError, OSError) as error:
            # Not chained: its text can hold the proxy's password.
            raise ProviderError(f"this machine's proxy or certificates ({type(error).__name__})") from None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()


def _check(response: "httpx.Response", now: datetime, *, plain: bool) -> None:
    status = response.status_code
    if status == TOO_MANY or (status == BUSY and "retry-after" in response.headers):
        raise RateLimited(seconds_of(response.headers.get("retry-after"), now))
    if status in UNKNOWN:
        raise Malformed(f"HTTP status {status}")
    if status != OK:
        raise ProviderError(f"HTTP status {status}")
    kind = response.headers.get("content-type", "").lower()
    if "json" not in kind and not (plain and "html" not in kind):
        raise ProviderError("an answer that is not JSON")


def seconds_of(header: str | None, now: datetime) -> float | None:
    """The wait that a Retry-After header asks for, given in seconds or as a date; None where it says nothing."""
    text = (header or "").strip()
    if text.isdecimal() and len(text) < 10:  # noqa: PLR2004 - longer than any wait
        return float(text)
    try:
        until = email.utils.parsedate_to_datetime(text)
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


async def _limited(response: "httpx.Response", limit: int) -> AsyncIterator[bytes]:
    held = 0
    async for chunk in _unpacked(response):
        held += len(chunk)
        if held > limit:
            raise ProviderError("an answer larger than any that is right")
        yield chunk


async def _unpacked(response: "httpx.Response") -> AsyncIterator[bytes]:
    """The body bit by bit; httpx itself would unpack each piece whole, whatever becomes of its size."""
    packed = response.headers.get("content-encoding", "identity").lower()
    if packed == "identity":
        async for chunk in response.aiter_raw():
            yield chunk
        return
    if packed != PACKED:
        raise ProviderError("an answer packed as nobody asked for")
    unzip = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    async for chunk in response.aiter_raw():
        rest = chunk
        while rest and not unzip.eof:
            yield _inflated(unzip, rest)
            rest = unzip.unconsumed_tail
    yield unzip.flush()


def _inflated(unzip: "zlib._Decompress", packed: bytes) -> bytes:
    try:
        return unzip.decompress(packed, PIECE)
    except zlib.error as error:
        raise ProviderError("an answer that cannot be unpacked") from error
