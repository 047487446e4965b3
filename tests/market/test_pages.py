import asyncio
import gzip
import ipaddress
import socket
import ssl
import subprocess
import sys
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.market import public_web
from bot.market.pages import HOPS, PATIENCE, PAUSE, Hop, Pages
from bot.market.public_web import AGENT, LIMIT, Fault, is_public, may_be_asked
from tests.doubles.serving import Host, LoopThread, Reply
from tests.market.room import MovedClock

PUBLIC = "93.184.215.14"
DOCS, OTHER = "docs.example", "other.example"
PLAIN = "text/plain"


def page(text="A page.", status=200, kind="text/html; charset=utf-8", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(text=text, status=status, kind=kind, headers=named)


def leads_to(url, status=301):
    return page("", status, Location=url)


class World:
    """Hosts of the public web on loopback: what each path of a host answers, and where its name leads."""

    def __init__(self):
        self.thread = LoopThread()
        self.hosts, self.answers, self.addresses, self.looked_up = {}, {}, {}, []
        self.reached, self.slept, self.seconds = [], [], 1000.0

    def host(self, name, answers=None, addresses=(PUBLIC,)):
        self.answers[name], self.addresses[name] = dict(answers or {}), list(addresses)
        host = self.hosts[name] = Host(name, lambda request: self._answer(name, request), self.thread)
        host.start()
        return host

    def _answer(self, name, request):
        found = self.answers[name].get(request.target, page("Not here.", 404))
        return (
            found.pop(0)
            if isinstance(found, list) and len(found) > 1
            else found[0]
            if isinstance(found, list)
            else found
        )

    async def look_up(self, host):
        self.looked_up.append(host)
        if host not in self.addresses:
            raise socket.gaierror(socket.EAI_NONAME, "made up")
        return self.addresses[host]

    async def sleep(self, seconds):
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)

    def pages(self, **parts):
        return Pages(
            MovedClock(),
            lookup=self.look_up,
            transport=_Wire(self),
            sleep=self.sleep,
            now=lambda: self.seconds,
            **parts,
        )

    def close(self):
        for host in self.hosts.values():
            host.close()
        self.thread.close()


class _Wire(httpx.AsyncBaseTransport):
    """Carries a request for a public address to the double of the host that it names."""

    def __init__(self, world):
        self._world, self._inner = world, httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request):
        self._world.reached.append(request.url.host)
        double = httpx.URL(self._world.hosts[request.headers["host"]].url)
        url = request.url.copy_with(scheme="http", host=double.host, port=double.port)
        sent = httpx.Request(request.method, url, headers=request.headers, extensions=request.extensions)
        return await self._inner.handle_async_request(sent)

    async def aclose(self):
        await self._inner.aclose()


@pytest.fixture
def world():
    made = World()
    yield made
    made.close()


@pytest.fixture
async def pages(world):
    opened = world.pages()
    yield opened
    await opened.close()


def asked(host):
    return [request.target for request in host.requests]


# What is read


async def test_a_page_is_its_status_body_and_kind(world, pages):
    world.host(DOCS, {"/a?b=1": page("Hello", kind="text/html; charset=iso-8859-1")})
    read = await pages.read(f"https://{DOCS}/a?b=1")
    assert (read.status, read.body, read.kind, read.charset, read.fault) == (
        200,
        b"Hello",
        "text/html",
        "iso-8859-1",
        None,
    )


async def test_a_request_says_who_asks_and_why_and_sends_no_cookie(world, pages):
    host = world.host(DOCS, {"/a": page(Set_Cookie="id=1"), "/b": page()})
    for path in "ab":
        await pages.read(f"https://{DOCS}/{path}")
    assert {request.headers["user-agent"] for request in host.requests} == {AGENT}
    assert "restaking-bot/" in AGENT
    assert "sources" in AGENT
    assert not any("cookie" in request.headers for request in host.requests)
    assert {request.method for request in host.requests} == {"GET"}
    assert {request.headers["host"] for request in host.requests} == {DOCS}


async def test_no_more_than_a_megabyte_of_a_page_is_kept(world, pages):
    world.host(DOCS, {"/large": page("x" * (LIMIT + 5000))})
    assert len((await pages.read(f"https://{DOCS}/large")).body) == LIMIT


def packed(content):
    async def deliver(reply, writer):
        writer.write(replace(reply, headers={"Content-Encoding": "gzip"}).head(len(content)) + content)
        await writer.drain()

    return replace(page(), deliver=deliver)


async def test_a_packed_page_is_unpacked_up_to_a_megabyte(world, pages):
    world.host(DOCS, {"/small": packed(gzip.compress(b"Hello")), "/bomb": packed(gzip.compress(b"x" * 50_000_000))})
    assert (await pages.read(f"https://{DOCS}/small")).body == b"Hello"
    assert len((await pages.read(f"https://{DOCS}/bomb")).body) == LIMIT


async def test_a_page_that_claims_to_be_packed_and_is_not_is_a_fault_of_that_page_only(world, pages):
    world.host(DOCS, {"/odd": packed(b"not gzip at all"), "/good": page()})
    assert (await pages.read(f"https://{DOCS}/odd")).fault is Fault.NO_CONNECTION
    assert (await pages.read(f"https://{DOCS}/good")).status == 200


async def test_a_page_that_drips_in_ends_after_its_time(world, pages, monkeypatch):
    monkeypatch.setattr(public_web, "TOTAL", 0.1)
    world.host(DOCS, {"/slow": replace(page(), delay=5.0)})
    assert (await pages.read(f"https://{DOCS}/slow")).fault is Fault.TIMEOUT


async def test_a_name_that_does_not_exist_is_told_from_one_that_could_not_be_looked_up(world):
    async def troubled(_):
        raise socket.gaierror(socket.EAI_AGAIN, "made up")

    pages = world.pages()
    assert (await pages.read("https://gone.example/")).fault is Fault.NO_NAME
    unsure = Pages(MovedClock(), lookup=troubled, transport=_Wire(world))
    assert (await unsure.read("https://gone.example/")).fault is Fault.NO_LOOKUP


# Only the public web


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to be refused
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2002:a00:1::",
        "no address",
        "",
    ],
)
async def test_a_name_that_leads_to_a_private_address_is_never_asked(world, pages, address):
    host = world.host(DOCS, {"/": page()}, addresses=[address])
    assert not is_public(address)
    assert (await pages.read(f"https://{DOCS}/")).fault is Fault.PRIVATE
    assert not host.requests


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_the_same_inside_of_an_ipv6_address(address):
    inside = ipaddress.IPv6Address(f"::ffff:{address}")
    assert is_public(str(inside)) is is_public(str(address))
    assert is_public(str(address)) <= address.is_global


async def test_the_connection_goes_to_the_address_that_was_judged_and_to_no_private_one_beside_it(world, pages):
    world.host(DOCS, {"/": page()}, addresses=["10.0.0.1", "2606:4700::6810:1", PUBLIC])
    assert (await pages.read(f"https://{DOCS}/")).status == 200
    assert set(world.reached) == {"2606:4700::6810:1"}


@pytest.mark.parametrize(
    "target",
    [
        "http://other.example/",
        "https://user@other.example/",
        "https://other.example:8443/",
        "https://localhost/",
        "file:///etc/passwd",
        "ftp://other.example/",
    ],
)
async def test_a_redirect_to_anything_but_plain_https_is_not_followed(world, pages, target):
    world.host(DOCS, {"/": leads_to(target)})
    other = world.host(OTHER, {"/": page()})
    assert not may_be_asked(target)
    assert (await pages.read(f"https://{DOCS}/")).fault is Fault.BAD_REDIRECT
    assert not other.requests


async def test_a_redirect_that_nobody_can_read_leads_nowhere(world, pages):
    host = world.host(DOCS, {"/": leads_to("https://[::1")})
    assert not may_be_asked("https://[::1")
    assert (await pages.read(f"https://{DOCS}/")).fault is not None
    assert asked(host) == ["/robots.txt", "/"]


async def test_behind_a_proxy_names_are_left_to_it_and_private_ones_still_refused(world, monkeypatch):
    host = world.host("proxy")
    host.stop()
    monkeypatch.setenv("HTTPS_PROXY", host.url)
    pages = Pages(MovedClock(), lookup=world.look_up)
    for private in ("10.0.0.1", "169.254.169.254", "box.internal", "printer.local", "a.localhost"):
        assert (await pages.read(f"https://{private}/")).fault is Fault.PRIVATE
    assert (await pages.read(f"https://{DOCS}/")).fault is Fault.NO_CONNECTION
    assert not world.looked_up
    await pages.close()


async def test_a_redirect_into_the_private_network_is_refused(world, pages):
    world.host(DOCS, {"/": leads_to(f"https://{OTHER}/admin", 302)})
    inner = world.host(OTHER, {"/admin": page("secret")}, addresses=["192.168.0.1"])
    read = await pages.read(f"https://{DOCS}/")
    assert (read.fault, read.body) == (Fault.PRIVATE, b"")
    assert not inner.requests


async def test_the_certificate_must_be_that_of_the_name_though_the_connection_goes_to_an_address():
    trustme = pytest.importorskip("trustme")
    authority = trustme.CA()
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi")
        await writer.drain()
        writer.close()

    async def ask(certified):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(certified).configure_cert(context)
        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        async with server, httpx.AsyncClient(verify=trusted, trust_env=False) as client:
            return await public_web._get(client, f"https://{DOCS}:{port}/", "127.0.0.1")

    assert (await ask(DOCS)).body == b"hi"
    with pytest.raises(httpx.ConnectError) as caught:
        await ask(OTHER)
    assert public_web._fault_of(caught.value) is Fault.CERTIFICATE


# Redirects


async def test_redirects_are_followed_and_told(world, pages):
    world.host(DOCS, {"/old": leads_to("/new#part"), "/new": leads_to(f"https://{OTHER}/x", 302)})
    world.host(OTHER, {"/x": page("Here")})
    read = await pages.read(f"https://{DOCS}/old")
    assert read.hops == (Hop(301, f"https://{DOCS}/new"), Hop(302, f"https://{OTHER}/x"))
    assert [hop.is_permanent for hop in read.hops] == [True, False]
    assert read.body == b"Here"


async def test_a_circle_of_redirects_ends(world, pages):
    host = world.host(DOCS, {"/a": leads_to("/b"), "/b": leads_to("/a")})
    assert (await pages.read(f"https://{DOCS}/a")).fault is Fault.TOO_MANY_HOPS
    assert len(asked(host)) == 1 + 1 + HOPS  # robots.txt, the page, its redirects


# Manners


async def test_a_host_is_given_a_pause_between_requests_and_asked_one_at_a_time(world, pages):
    host = world.host(DOCS, {f"/{number}": page() for number in range(3)})
    await asyncio.gather(*(pages.read(f"https://{DOCS}/{number}") for number in range(3)))
    assert asked(host)[0] == "/robots.txt"
    assert world.slept == [PAUSE] * 3
    assert PAUSE >= 2
    assert host.busiest == 1


async def test_hosts_do_not_wait_for_each_other(world, pages):
    for name in (DOCS, OTHER):
        world.host(name, {"/": page()})
    await asyncio.gather(*(pages.read(f"https://{name}/") for name in (DOCS, OTHER)))
    assert world.seconds < 1000 + 2 * PAUSE + PAUSE


async def test_what_robots_txt_forbids_is_not_asked_for(world, pages):
    rules = "User-agent: *\nDisallow: /*/private/\nAllow: /a/private/but-this$\n"
    host = world.host(DOCS, {"/robots.txt": page(rules, kind=PLAIN), "/a/private/but-this": page(), "/a": page()})
    assert (await pages.read(f"https://{DOCS}/a/private/x")).fault is Fault.ROBOTS
    assert (await pages.read(f"https://{DOCS}/a/private/but-this")).status == 200
    assert (await pages.read(f"https://{DOCS}/a")).status == 200
    assert asked(host) == ["/robots.txt", "/a/private/but-this", "/a"]


async def test_rules_for_this_bot_come_before_those_for_all(world, pages):
    rules = "User-agent: *\nDisallow:\n\nUser-agent: restaking-bot\nDisallow: /\n"
    world.host(DOCS, {"/robots.txt": page(rules, kind=PLAIN), "/a": page()})
    assert (await pages.read(f"https://{DOCS}/a")).fault is Fault.ROBOTS


async def test_a_redirect_is_held_to_the_robots_txt_of_where_it_leads(world, pages):
    world.host(DOCS, {"/": leads_to(f"https://{OTHER}/x")})
    other = world.host(OTHER, {"/robots.txt": page("User-agent: *\nDisallow: /", kind=PLAIN), "/x": page()})
    assert (await pages.read(f"https://{DOCS}/")).fault is Fault.ROBOTS
    assert asked(other) == ["/robots.txt"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_a_host_without_robots_txt_allows_everything(world, pages, status):
    world.host(DOCS, {"/robots.txt": page("", status), "/a": page()})
    assert (await pages.read(f"https://{DOCS}/a")).status == 200


async def test_a_robots_txt_that_cannot_be_had_forbids_everything(world, pages):
    host = world.host(DOCS, {"/robots.txt": page("", 500), "/a": page()})
    for _ in range(2):
        assert (await pages.read(f"https://{DOCS}/a")).fault is Fault.NO_ROBOTS
    assert asked(host) == ["/robots.txt"]


async def test_a_robots_txt_elsewhere_counts_and_a_dead_end_there_does_not_kill_the_page(world, pages):
    world.host(DOCS, {"/robots.txt": leads_to(f"https://{OTHER}/robots.txt"), "/a": page()})
    world.host(OTHER, {"/robots.txt": page("User-agent: *\nDisallow: /a", kind=PLAIN)})
    assert (await pages.read(f"https://{DOCS}/a")).fault is Fault.ROBOTS
    world.host("third.example", {"/robots.txt": leads_to("https://gone.example/robots.txt"), "/a": page()})
    assert (await pages.read("https://third.example/a")).fault is Fault.NO_ROBOTS


async def test_a_longer_pause_is_kept_where_robots_txt_asks_for_it(world, pages):
    world.host(DOCS, {"/robots.txt": page("User-agent: *\nCrawl-delay: 7", kind=PLAIN), "/a": page(), "/b": page()})
    for path in "ab":
        assert (await pages.read(f"https://{DOCS}/{path}")).status == 200
    assert world.slept[1:] == [7.0]


async def test_a_host_that_wants_minutes_between_requests_is_left_alone(world, pages):
    host = world.host(DOCS, {"/robots.txt": page("User-agent: *\nCrawl-delay: 600", kind=PLAIN), "/a": page()})
    assert (await pages.read(f"https://{DOCS}/a")).fault is Fault.PATIENCE
    assert asked(host) == ["/robots.txt"]


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_asks_to_come_back_is_asked_again_once_it_said(world, pages, status):
    world.host(DOCS, {"/a": [page("", status, Retry_After="30"), page("Here")]})
    assert (await pages.read(f"https://{DOCS}/a")).body == b"Here"
    assert world.slept[-1] == pytest.approx(30)


@pytest.mark.parametrize("wait", ["61", "86400", "", "soon"])
async def test_a_host_that_asks_for_more_patience_is_not_asked_for_anything_else(world, pages, wait):
    headers = {"Retry_After": wait} if wait else {}
    host = world.host(DOCS, {"/a": page("", 429, **headers), "/b": page()})
    for path in "ab":
        assert (await pages.read(f"https://{DOCS}/{path}")).fault is Fault.PATIENCE
    assert asked(host) == ["/robots.txt", "/a"]
    assert max(world.slept) < PATIENCE


async def test_a_host_that_asks_for_patience_twice_is_left_alone(world, pages):
    host = world.host(DOCS, {"/a": page("", 429, Retry_After="1"), "/b": page()})
    for path in "ab":
        assert (await pages.read(f"https://{DOCS}/{path}")).fault is Fault.PATIENCE
    assert asked(host) == ["/robots.txt", "/a", "/a"]


async def test_a_busy_host_that_names_no_time_is_only_busy(world, pages):
    world.host(DOCS, {"/a": page("", 503), "/b": page()})
    assert (await pages.read(f"https://{DOCS}/a")).status == 503
    assert (await pages.read(f"https://{DOCS}/b")).status == 200


async def test_a_host_that_fails_again_and_again_is_not_waited_for_any_longer(world, pages):
    host = world.host(DOCS)
    host.stop()
    read = [(await pages.read(f"https://{DOCS}/{number}")).fault for number in range(6)]
    assert read == [Fault.NO_CONNECTION] * 6
    assert len(world.reached) == 3


async def test_a_guard_against_programs_is_told_from_the_page(world, pages):
    world.host(DOCS, {"/a": page("Just a moment", 403, Cf_Mitigated="challenge")})
    assert (await pages.read(f"https://{DOCS}/a")).challenged


def test_nothing_large_is_loaded_before_the_first_page_is_read():
    code = "import sys, bot.curation.linkcheck; print([m for m in ('httpx', 'protego', 'discord') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
