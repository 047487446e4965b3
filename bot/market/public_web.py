"""One request to a page of the public web. Only over https and only to public addresses: where a page redirects to is
chosen by a stranger, and this machine may reach what strangers must not.

A name is looked up here and the connection goes to the very address that was judged, so that a name which changes its
address in between leads nowhere else. Behind a proxy, which looks names up itself, only the name can be judged.
"""

import asyncio
import ipaddress
import socket
import ssl
import urllib.request
import zlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bot import __version__
from bot.errors import BotError

if TYPE_CHECKING:
    import httpx

NAME: Final = "restaking-bot"
"""What robots.txt may call us."""
AGENT: Final = f"{NAME}/{__version__} (asks now and then whether the sources of its answers are still there)"
TOTAL: Final = 10.0
"""Seconds for one request, however slowly its answer drips in."""
CONNECT: Final = 4.0
LIMIT: Final = 1_000_000
"""Bytes of a page that are read, packed and unpacked alike; the rest is left."""
ADDRESSES: Final = 2
"""Addresses of a name that are tried."""
PORT: Final = 443
_PACKED: Final = frozenset({"gzip", "x-gzip", "deflate"})
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_INNER: Final = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa")
_DEEPEST: Final = 10
"""Errors that may lie in each other; no chain is longer."""

Lookup = Callable[[str], Awaitable[Sequence[str]]]
"""Gives the IP addresses of a host name; raises `socket.gaierror` where there are none."""


class Fault(StrEnum):
    """Why a page could not be read."""

    NO_NAME = "no_such_name"
    NO_LOOKUP = "name_not_looked_up"
    PRIVATE = "private_address"
    BAD_REDIRECT = "redirect_that_is_not_followed"
    TOO_MANY_HOPS = "too_many_redirects"
    CERTIFICATE = "certificate"
    NO_CONNECTION = "no_connection"
    TIMEOUT = "timeout"
    ROBOTS = "robots"
    NO_ROBOTS = "robots_not_readable"
    PATIENCE = "asked_for_patience"
    MACHINE = "proxy_or_certificates_of_this_machine"


class PageError(BotError):
    """A page could not be read; `fault` says why. It stays within this room."""

    def __init__(self, fault: Fault) -> None:
        super().__init__("A page could not be read.")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: its status, its headers by their names in small letters, and at most `LIMIT` bytes of its body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    charset: str = "utf-8"


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, and not of this machine, its network, or a way around into
    these: IPv4 inside of IPv6, in any of its forms, is judged as what it leads to.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(ip.packed[-4:])
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


async def look_up(host: str) -> Sequence[str]:
    """The addresses of a host, as this machine finds them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, PORT, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[4][0]) for place in found))


def host_of(url: str) -> str:
    """The host of an address, in small letters; empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def may_be_asked(url: str) -> bool:
    """Whether an address has a form that is asked for: https, no user, no port of its own, a plain name with a dot."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = host_of(url)
    plain = parts.scheme == "https" and "@" not in parts.netloc and port in {None, PORT}
    return plain and "." in host.strip(".") and host.isascii() and url.isprintable() and " " not in url


class PublicWeb:
    """Makes the requests. `transport` takes the place of the network in tests. The library behind it is loaded at the
    first request.
    """

    def __init__(self, lookup: Lookup = look_up, transport: "httpx.AsyncBaseTransport | None" = None) -> None:
        self._lookup, self._transport = lookup, transport
        self._client: httpx.AsyncClient | None = None
        self._preparing = asyncio.Lock()
        proxies = urllib.request.getproxies()
        self._is_proxied = transport is None and bool(proxies.get("https") or proxies.get("all"))

    async def get(self, url: str) -> Reply:
        """The answer to one GET, whatever its status; redirects are not followed.

        Raises:
            PageError: there was none.
        """
        if not may_be_asked(url):
            raise PageError(Fault.BAD_REDIRECT)
        try:
            async with asyncio.timeout(TOTAL):
                return await self._from_any(url, await self._addresses(host_of(url)))
        except TimeoutError:
            raise PageError(Fault.TIMEOUT) from None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _addresses(self, host: str) -> Sequence[str]:
        """The public addresses of a host to try in turn; its name where a proxy looks it up."""
        if self._is_proxied:
            if not _may_be_named(host):
                raise PageError(Fault.PRIVATE)
            return [host]
        try:
            found = await self._lookup(host)
        except socket.gaierror as error:
            gone = error.errno in {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
            raise PageError(Fault.NO_NAME if gone else Fault.NO_LOOKUP) from None
        except (OSError, UnicodeError):
            raise PageError(Fault.NO_LOOKUP) from None
        public = [address for address in found if is_public(address)]
        if not public:
            raise PageError(Fault.PRIVATE if found else Fault.NO_NAME)
        return public[:ADDRESSES]

    async def _from_any(self, url: str, addresses: Sequence[str]) -> Reply:
        """The answer of the first address that takes a connection."""
        client = await self._ready()
        import httpx  # noqa: PLC0415 - see the class

        fault = Fault.NO_CONNECTION
        for address in addresses:
            try:
                return await _get(client, url, address)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                fault = _fault_of(error)
            except httpx.TimeoutException:
                raise PageError(Fault.TIMEOUT) from None
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError, zlib.error) as error:
                raise PageError(_fault_of(error)) from None
        raise PageError(fault)

    async def _ready(self) -> "httpx.AsyncClient":
        async with self._preparing:
            if self._client is None:
                self._client = await asyncio.to_thread(self._built)
            return self._client

    def _built(self) -> "httpx.AsyncClient":
        from http.cookiejar import DefaultCookiePolicy  # noqa: PLC0415 - see the class

        import httpx  # noqa: PLC0415 - see the class

        try:
            client = httpx.AsyncClient(
                timeout=httpx.Timeout(TOTAL, connect=CONNECT),
                # They are told apart by address, and one of another name at the same address must not serve.
                limits=httpx.Limits(max_keepalive_connections=0),
                headers={
                    "User-Agent": AGENT,
                    "Accept": "text/html, text/*;q=0.9, */*;q=0.5",
                    "Accept-Encoding": "gzip",
                },
                transport=self._transport,
            )
        except (httpx.InvalidURL, ValueError, ImportError, OSError):
            raise PageError(Fault.MACHINE) from None
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        return client


def _may_be_named(host: str) -> bool:
    """Whether a name that a proxy looks up can be one of the public internet."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not host.endswith(_INNER)
    return is_public(host)


async def _get(client: "httpx.AsyncClient", url: str, address: str) -> Reply:
    """One GET of `url` from the machine at `address`, whose certificate must be that of the name in `url`."""
    import httpx  # noqa: PLC0415 - see the class

    host, target = host_of(url), httpx.URL(url).copy_with(host=address)
    named = {"sni_hostname": host}
    response = await client.send(
        client.build_request("GET", target, headers={"Host": host}, extensions=named), stream=True
    )
    try:
        body = await _first_bytes(response)
        headers = {name.lower(): value for name, value in response.headers.items()}
        is_packed = headers.get("content-encoding", "").lower() in _PACKED
        return Reply(response.status_code, headers, _unpacked(body) if is_packed else body, _charset(response))
    finally:
        await response.aclose()


async def _first_bytes(response: "httpx.Response") -> bytes:
    held = bytearray()
    async for chunk in response.aiter_raw():
        held += chunk
        if len(held) >= LIMIT:
            break
    return bytes(held[:LIMIT])


def _unpacked(body: bytes) -> bytes:
    """The first bytes of a packed body, whatever size it would unpack to."""
    return zlib.decompressobj(wbits=32 + zlib.MAX_WBITS).decompress(body, LIMIT)


def _charset(response: "httpx.Response") -> str:
    named = response.charset_encoding or "utf-8"
    try:
        b"".decode(named)
    except (LookupError, ValueError):
        return "utf-8"
    return named


def _fault_of(error: BaseException) -> Fault:
    """Whether a connection failed for the certificate's sake; the library wraps the reason more than once."""
    is_certificate = any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _causes(error))
    return Fault.CERTIFICATE if is_certificate else Fault.NO_CONNECTION


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(_DEEPEST):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__
