"""Reading pages of the web politely, to see whether they are still there: one request at a time for each host with a
pause between two, and what robots.txt and Retry-After ask for is done.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from bot.clock import Clock
from bot.market.http import seconds_of
from bot.market.public_web import NAME, Fault, Lookup, PageError, PublicWeb, Reply, host_of, look_up, may_be_asked

if TYPE_CHECKING:
    import httpx
    from protego import Protego

PAUSE: Final = 2.0
"""Seconds between the end of one request to a host and the next."""
HOPS: Final = 5
"""Redirects that are followed; RFC 9309 names the same number for robots.txt."""
PATIENCE: Final = 60.0
"""Seconds that a host may have us wait, once in a check, or leave between two requests; one that asks for more is left
alone."""
FAILURES: Final = 3
"""Requests in a row that came to nothing, after which a host is left alone."""
PERMANENT: Final = frozenset({301, 308})
REDIRECTS: Final = PERMANENT | {302, 303, 307}
_GOOD: Final = range(200, 300)
_SERVER_FAULTS: Final = range(500, 600)
_TOO_MANY, _BUSY = 429, 503
_LASTING: Final = frozenset({Fault.NO_NAME, Fault.PRIVATE, Fault.CERTIFICATE, Fault.MACHINE})
"""What will be no different for the next page of the same host."""

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect: the status with which it came and the whole address that it names."""

    status: int
    to: str

    @property
    def is_permanent(self) -> bool:
        """Whether the page says that it has moved for good."""
        return self.status in PERMANENT


@dataclass(frozen=True, slots=True)
class Page:
    """What came of reading a page: the status of the last answer, or the `fault` for which there is none; the
    beginning of its body with content type and charset, and the redirects on the way. `challenged` says that a guard
    against robots answered in the page's place.
    """

    url: str
    status: int | None = None
    body: bytes = field(default=b"", repr=False)
    kind: str = ""
    charset: str = "utf-8"
    hops: tuple[Hop, ...] = ()
    fault: Fault | None = None
    challenged: bool = False


class _Host:
    """One host within one check: whose turn it is, what its robots.txt says, and whether it is to be left alone."""

    def __init__(self, pause: float) -> None:
        self.turn = asyncio.Lock()
        self.reading_rules = asyncio.Lock()
        self.pause = pause
        self.next = 0.0
        self.has_waited = False
        self.rules: Protego | None = None
        self.has_rules = False
        self.given_up: Fault | None = None
        self._failures = 0

    def answered(self) -> None:
        """Note an answer."""
        self._failures = 0

    def failed(self, fault: Fault) -> None:
        """Note a failure: what ails the host itself spares its other pages the wait."""
        self._failures += 1
        if fault in _LASTING or self._failures >= FAILURES:
            self.given_up = fault


class Pages:
    """Reads pages for one check and remembers meanwhile how each host wants to be treated. `pause` is in seconds;
    `sleep` and `now` (seconds, as `time.monotonic` counts) are those of the event loop unless a test moves the time.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        lookup: Lookup = look_up,
        transport: "httpx.AsyncBaseTransport | None" = None,
        pause: float = PAUSE,
        sleep: Sleep = asyncio.sleep,
        now: Callable[[], float] | None = None,
    ) -> None:
        self._clock, self._web = clock, PublicWeb(lookup, transport)
        self._pause, self._sleep, self._now = pause, sleep, now
        self._hosts: dict[str, _Host] = {}

    async def read(self, url: str) -> Page:
        """The page at `url`, after its redirects. Waits for its host's turn; never raises for the page's sake."""
        hops: list[Hop] = []
        target = url
        try:
            while True:
                reply = await self._asked(target)
                to = _redirect(reply, target)
                if to is None:
                    return _page(url, reply, hops)
                hops.append(Hop(reply.status, to))
                target = _followed(to, len(hops))
        except PageError as error:
            return Page(url, hops=tuple(hops), fault=error.fault)

    async def close(self) -> None:
        """Close the connections."""
        await self._web.close()

    def _host(self, url: str) -> _Host:
        return self._hosts.setdefault(host_of(url), _Host(self._pause))

    async def _asked(self, url: str) -> Reply:
        """The answer to a request that robots.txt allows."""
        host = self._host(url)
        await self._learn_rules(host, url)
        if host.given_up is None and host.rules is not None and not host.rules.can_fetch(url, NAME):
            raise PageError(Fault.ROBOTS)
        return await self._patiently(host, url)

    async def _patiently(self, host: _Host, url: str) -> Reply:
        """The answer, asked for again once where the host asked for a little patience. One that asks for more is left
        alone for the rest of the check.
        """
        reply = await self._in_turn(host, url)
        if _asks_for_patience(reply) and not host.has_waited:
            wait = seconds_of(reply.headers.get("retry-after"), self._clock())
            if wait is not None and wait <= PATIENCE:
                host.has_waited = True
                host.next = max(host.next, self._seconds() + wait)
                reply = await self._in_turn(host, url)
        if _asks_for_patience(reply):
            host.given_up = Fault.PATIENCE
            raise PageError(Fault.PATIENCE)
        return reply

    async def _learn_rules(self, host: _Host, url: str) -> None:
        """Read robots.txt, once for each host."""
        async with host.reading_rules:
            if host.has_rules or host.given_up is not None:
                return
            host.rules = await self._rules(host, f"https://{host_of(url)}/robots.txt")
            host.has_rules = True
            if host.rules is not None:
                host.pause = max(host.pause, host.rules.crawl_delay(NAME) or 0.0)
            if host.pause > PATIENCE:
                host.given_up = Fault.PATIENCE

    async def _rules(self, host: _Host, url: str) -> "Protego | None":
        """What robots.txt says, None where there is none. One that should be there and cannot be read forbids
        everything, one that redirects for ever counts as none (RFC 9309, 2.3.1).
        """
        from protego import Protego  # noqa: PLC0415 - nobody but a check of links needs it

        reply = await self._patiently(host, url)
        for _ in range(HOPS):
            to = _redirect(reply, url)
            if to is None or not may_be_asked(to):
                break
            try:
                url, reply = to, await self._patiently(self._host(to), to)
            except PageError:
                reply = Reply(_BUSY)
        if reply.status in _SERVER_FAULTS:
            host.given_up = Fault.NO_ROBOTS
        return Protego.parse(reply.body.decode("utf-8", "replace")) if reply.status in _GOOD else None

    async def _in_turn(self, host: _Host, url: str) -> Reply:
        async with self._turn(host):
            if host.given_up is not None:
                raise PageError(host.given_up)
            try:
                reply = await self._web.get(url)
            except PageError as error:
                host.failed(error.fault)
                raise
            host.answered()
            return reply

    @asynccontextmanager
    async def _turn(self, host: _Host) -> AsyncIterator[None]:
        """The only one to ask this host, after its pause."""
        async with host.turn:
            if host.given_up is not None:
                yield
                return
            if (wait := host.next - self._seconds()) > 0:
                await self._sleep(wait)
            try:
                yield
            finally:
                host.next = max(host.next, self._seconds() + host.pause)

    def _seconds(self) -> float:
        return self._now() if self._now else asyncio.get_running_loop().time()


def _asks_for_patience(reply: Reply) -> bool:
    return reply.status == _TOO_MANY or (reply.status == _BUSY and "retry-after" in reply.headers)


def _redirect(reply: Reply, url: str) -> str | None:
    """The whole address that an answer points to, without the place on the page; None where it is no redirect."""
    to = reply.headers.get("location", "")
    if reply.status not in REDIRECTS or not to:
        return None
    try:
        return urljoin(url, to).partition("#")[0]
    except ValueError:
        return to


def _followed(to: str, hops: int) -> str:
    """`to`, where it may be followed as redirect number `hops`."""
    if not may_be_asked(to):
        raise PageError(Fault.BAD_REDIRECT)
    if hops > HOPS:
        raise PageError(Fault.TOO_MANY_HOPS)
    return to


def _page(url: str, reply: Reply, hops: Sequence[Hop]) -> Page:
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    challenged = "challenge" in reply.headers.get("cf-mitigated", "").lower()
    return Page(url, reply.status, reply.body, kind, reply.charset, tuple(hops), challenged=challenged)
