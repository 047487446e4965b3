import asyncio
import gzip
import json
import subprocess
import sys
import time
import traceback
import tracemalloc
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.market.errors import Malformed, ProviderError, RateLimited
from bot.market.http import AGENT, Http, Request, seconds_of
from tests.doubles import behaviours, rpc
from tests.market.room import ETH_KEY, MOMENT, until

PATH = f"/prices/current/{ETH_KEY}"
SECRET = "made-up-key-5f0c93d2a1"
MEGABYTE = 1_000_000


@pytest.fixture
def host(double):
    return double.coins


@pytest.fixture
def asked(http, host):
    """Asks the host, with whatever is to be different from an ordinary request."""

    async def ask(**changes):
        return await http.fetch(replace(Request(host.url + PATH), **changes))

    return ask


async def refused(asking):
    """The error that ends the request."""
    with pytest.raises(ProviderError) as caught:
        await asking
    return caught.value


def packed(content, encoding="gzip"):
    """A body under a content encoding."""

    async def deliver(reply, writer):
        writer.write(replace(reply, headers={"Content-Encoding": encoding}).head(len(content)) + content)
        await writer.drain()

    return lambda reply: replace(reply, deliver=deliver)


# Answers


async def test_a_good_answer_is_its_body(asked):
    assert json.loads(await asked())["coins"][ETH_KEY]["price"] == 2000


async def test_a_request_says_who_asks_and_what_is_wanted(asked, host):
    await asked(params={"searchWidth": "4h"}, headers={"x-asked-by": "a test"})
    [request] = host.requests
    assert request.headers["user-agent"] == AGENT
    assert request.headers["accept"] == "application/json"
    assert request.headers["x-asked-by"] == "a test"
    assert request.query == {"searchWidth": "4h"}


async def test_a_payload_is_posted_as_json_and_the_address_keeps_its_query(http, new_node):
    node = new_node()
    with pytest.raises(ProviderError):  # the node serves no such path with GET
        await http.fetch(Request(node.url))
    await http.fetch(Request(f"{node.url}/v1?key={SECRET}", payload={"id": 1}))
    assert (node.requests[1].method, node.requests[1].path) == ("POST", f"/v1?key={SECRET}")
    assert node.requests[1].body == {"id": 1}


@pytest.mark.parametrize("status", [204, 206, 301, 401, 403, 418, 451, 500, 502, 503, 504])
async def test_a_bad_status_is_a_failure_of_the_provider(asked, host, status):
    host.behave(behaviours.body("{}", status))
    error = await refused(asked())
    assert type(error) is ProviderError
    assert error.cause == f"HTTP status {status}"


@pytest.mark.parametrize("status", [400, 404, 410, 422])
async def test_what_the_provider_does_not_know_is_no_failure_of_the_provider(asked, host, status):
    host.behave(behaviours.body("Not found", status, behaviours.TEXT))
    assert isinstance(await refused(asked()), Malformed)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_provider_that_names_a_time_asks_for_patience(asked, host, status):
    host.behave(behaviours.headed(behaviours.body("{}", status), {"Retry-After": "119"}))
    error = await refused(asked())
    assert isinstance(error, RateLimited)
    assert error.retry_after == 119


async def test_too_many_requests_need_no_time_to_be_named(asked, host):
    host.behave(behaviours.too_many())
    error = await refused(asked())
    assert isinstance(error, RateLimited)
    assert error.retry_after is None


async def test_a_redirect_is_not_followed(asked, host):
    host.behave(behaviours.moved(host.url + PATH), times=1)
    assert (await refused(asked())).cause == "HTTP status 301"
    assert len(host.requests) == 1


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/octet-stream", ""])
async def test_another_content_type_than_json_is_refused_whatever_the_body(asked, host, kind):
    host.behave(behaviours.labelled(kind))
    assert (await refused(asked())).cause == "an answer that is not JSON"


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/problem+json"])
async def test_every_kind_of_json_is_read(asked, host, kind):
    host.behave(behaviours.labelled(kind))
    assert await asked()


async def test_where_plain_text_is_allowed_a_page_is_still_refused(asked, host):
    host.behave(behaviours.labelled("text/plain"))
    assert await asked(plain=True)
    host.behave(behaviours.page())
    assert await refused(asked(plain=True))


# Retry-After


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("119", 119),
        (" 119 ", 119),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 30, None),
        (format_datetime(MOMENT + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(MOMENT - timedelta(days=3), usegmt=True), 0),
        ("Tue, 21 Jul 2026 12:05:00 +0200", 90),
        ("Tue, 21 Jul 2026 10:05:00 -0000", None),
        ("Wed, 21 Oct 2015 07:28:00 +99999999999999999999", None),
    ],
)
def test_a_retry_after_is_seconds_or_a_date(header, seconds):
    assert seconds_of(header, datetime(2026, 7, 21, 10, 3, 30, tzinfo=UTC)) == seconds


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d+ \d+:\d+:\d+ [+-]?\w+", fullmatch=True))
def test_no_retry_after_is_an_error_or_negative(header):
    seconds = seconds_of(header, MOMENT)
    assert seconds is None or seconds >= 0


# Size


@pytest.mark.parametrize(
    "behaviour",
    [behaviours.huge(2 * MEGABYTE), behaviours.huge(2 * MEGABYTE, announced=False), behaviours.endless()],
    ids=["announced", "in pieces", "endless"],
)
async def test_an_answer_beyond_its_limit_is_refused(asked, host, behaviour):
    host.behave(behaviour)
    assert (await refused(asked(limit=MEGABYTE))).cause == "an answer larger than any that is right"


async def test_an_answer_of_exactly_its_limit_is_read(asked):
    size = len(await asked())
    assert await asked(limit=size)
    assert await refused(asked(limit=size - 1))


async def test_a_packed_answer_is_unpacked(asked, host):
    host.behave(packed(gzip.compress(b'{"a": 1}' + b" " * 300_000)))
    assert json.loads(await asked()) == {"a": 1}
    assert host.requests[0].headers["accept-encoding"] == "gzip"


async def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused_before_it_fills_the_memory(asked, host):
    await asked()  # loads the library
    host.behave(packed(gzip.compress(bytes(60 * MEGABYTE))))
    tracemalloc.start()
    try:
        error = await refused(asked(limit=MEGABYTE))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.cause == "an answer larger than any that is right"
    assert peak < 4 * MEGABYTE


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [
        (packed(b"no gzip at all"), "an answer that cannot be unpacked"),
        (packed(zlib.compress(b"{}"), "deflate"), "an answer packed as nobody asked for"),
        (packed(gzip.compress(b"{}"), "br"), "an answer packed as nobody asked for"),
    ],
    ids=["broken", "deflate", "unknown"],
)
async def test_an_answer_that_is_packed_wrongly_is_refused(asked, host, behaviour, cause):
    host.behave(behaviour)
    assert (await refused(asked())).cause == cause


# Time and connections


@pytest.mark.parametrize("behaviour", [behaviours.slow(5), behaviours.drip(0.05)], ids=["silent", "dripping"])
async def test_an_answer_is_waited_for_no_longer_than_its_total(asked, host, behaviour):
    host.behave(behaviour)
    began = time.monotonic()
    assert (await refused(asked(total=0.2))).cause == "no answer in time"
    assert time.monotonic() - began < 2


async def test_nobody_there_is_a_failure(asked, host):
    host.stop()
    assert (await refused(asked())).cause == "no connection (ConnectError)"


@pytest.mark.parametrize("behaviour", [behaviours.cut_off(), behaviours.reset()], ids=["cut off", "reset"])
async def test_an_answer_that_ends_in_the_middle_is_a_failure(asked, host, behaviour):
    host.behave(behaviour)
    assert (await refused(asked())).cause.startswith("no connection")


async def test_a_kept_connection_that_the_server_closed_meanwhile_costs_nothing_but_a_second_try(asked, host):
    await asked()
    host.stop()
    host.start()
    assert await asked()
    host.behave(behaviours.hang_up(), times=1)
    assert await asked()
    assert len(host.requests) == 4


async def test_a_server_that_always_hangs_up_is_tried_twice(asked, host):
    host.behave(behaviours.hang_up())
    assert (await refused(asked())).cause == "no connection (RemoteProtocolError)"
    assert len(host.requests) == 2


async def test_a_connection_is_used_again(asked, host):
    for _ in range(5):
        await asked()
    assert host.connections == 1


async def test_many_slow_requests_to_one_provider_hold_up_no_other(http, asked, double):
    double.gecko.simulate(latency=30)
    slow = [asyncio.create_task(http.fetch(Request(f"{double.gecko_url}/ping"))) for _ in range(40)]
    await until(lambda: len(double.gecko.requests) == 40)
    began = time.monotonic()
    assert await asked()
    assert time.monotonic() - began < 1
    for task in slow:
        task.cancel()
    await asyncio.wait(slow)


async def test_closing_needs_no_request_before(clock):
    await Http(clock).close()


def test_the_library_for_requests_is_loaded_with_the_first_of_them():
    looked = "import sys, bot.market.market; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", looked], check=False).returncode == 0


# Proxies


async def test_a_proxy_of_the_environment_is_used(http, double, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", double.coins.url)
    await http.fetch(Request(f"http://coins.invalid{PATH}"))
    assert double.coins.requests[0].target == f"http://coins.invalid{PATH}"


@pytest.mark.parametrize(
    "proxy", ["gopher://host", "http://user:hunter2secret@host:port", "socks5://user:hunter2secret@host"]
)
async def test_a_proxy_that_cannot_be_used_is_told_without_its_password(asked, monkeypatch, proxy):
    monkeypatch.setenv("ALL_PROXY", proxy)
    error = await refused(asked())
    assert error.cause.startswith("this machine's proxy or certificates")
    assert "hunter2secret" not in "".join(traceback.format_exception(error))


# Secrets

FAILURES = {
    "status": behaviours.server_error(),
    "unknown": behaviours.body("Not found", 404, behaviours.TEXT),
    "patience": behaviours.too_many(119),
    "redirect": behaviours.moved(f"http://other.invalid/{SECRET}"),
    "broken redirect": behaviours.moved(f"http://[{SECRET}"),
    "page": behaviours.page(),
    "cut off": behaviours.cut_off(),
    "hang up": behaviours.hang_up(),
    "too large": behaviours.huge(2 * MEGABYTE),
    "too slow": behaviours.slow(5),
}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
async def test_no_error_tells_the_address_or_a_key(http, host, failure):
    host.behave(failure)
    address = f"http://{SECRET}:{SECRET}@127.0.0.1:{host.port}/{SECRET}"
    request = Request(address, {"key": SECRET}, {"x-key": SECRET}, payload=None, total=0.3)
    error = await refused(http.fetch(request))
    told = "".join(traceback.format_exception(error)) + repr(error) + str(error) + error.cause + repr(request)
    assert SECRET not in told
    assert str(host.port) not in told


@pytest.mark.parametrize(
    "address",
    [
        f"http://127.0.0.1:1/{SECRET}",
        f"http://[{SECRET}",
        f"http://host:{SECRET}",
        f"http://host/{SECRET}\0",
        f"ftp://{SECRET}.invalid",
        "http://host/" + SECRET * 10_000,
        "",
    ],
    ids=["nobody there", "no host", "no port", "no text", "no http", "too long", "none"],
)
async def test_no_address_that_leads_nowhere_is_told(http, address):
    error = await refused(http.fetch(Request(address)))
    assert SECRET not in "".join(traceback.format_exception(error)) + repr(error)


async def test_what_a_node_refuses_is_told_without_its_key(http, node):
    node.behave(rpc.html(403))
    error = await refused(http.fetch(Request(f"{node.url}/v3/{SECRET}", payload={"id": 1})))
    assert error.cause == "HTTP status 403"
