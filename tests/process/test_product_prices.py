"""Live prices in the whole bot, whose providers are doubles over real sockets: a crowd, outages, and what is logged."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

pytest.importorskip("pyrevm")

from bot.clock import today, utc_now
from bot.knowledge import read_library
from tests.doubles import behaviours, gecko, rpc
from tests.process.market import NODE_KEY, SECOND_KEY, Outside, answered, ask_at_once, write_tokens
from tests.process.product import BOT, TOKEN, environment, shown
from tests.standin import BotProcess, Interaction, StandIn, launch, problems
from tests.standin.launch import start

TOKENS = (None, "ezETH")
OUTLASTING = 0.5
"""Seconds that providers take, so that most of a crowd has asked before the first of them answers."""
WITHIN = 60.0
ENDS_WITHIN = 2.0
UNHURRIED = 60.0
"""Seconds that Discord waits for a first answer where how fast the machine is shall not matter."""
ANSWER = "staked ETH also secures other services"
NOTHING = "No price is known at the moment."
GAP = "+0.10"
"""Percent between the doubles' prices and their rates."""


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tokens(tmp_path_factory.mktemp("tokens"))


@pytest.fixture
def outside(tokens: Path) -> Iterator[Outside]:
    with Outside(read_library(tokens, today(utc_now)).library.facts) as doubles:
        yield doubles


@asynccontextmanager
async def bot_on(
    discord: StandIn, data: Path, tokens: Path, outside: Outside, **more: str
) -> AsyncIterator[BotProcess]:
    async with launch(discord, BOT, environment(data, tokens, **outside.environment, **more)) as bot:
        yield bot


async def price_of(discord: StandIn, *token: str) -> str:
    """What a member reads who asks for the price of a token, or of all."""
    options = dict(zip(["token"], token, strict=False))
    return shown(await (await discord.actor("somebody").slash("price", **options)).message(WITHIN))


async def answer_of(discord: StandIn) -> str:
    """What a member reads who asks a question."""
    return shown(await (await discord.actor("somebody").slash("ask", question="what is restaking")).message())


async def texts_of(asked: Sequence[Interaction]) -> list[str]:
    """What the members read."""
    return [shown(await one.message()) for one in asked]


def complaints(bot: BotProcess) -> list[str]:
    """Lines of the log that no outage may cause."""
    return [line for line in bot.stderr.splitlines() if " ERROR " in line or "Traceback" in line]


@pytest_asyncio.fixture
async def unhurried() -> AsyncIterator[StandIn]:
    """A Discord that waits, so that it does not matter how fast the machine is."""
    async with StandIn(validator=problems, token=TOKEN, answer_seconds=UNHURRIED) as standin:
        yield standin
        assert standin.requests.problems() == []


async def test_a_thousand_at_once_are_all_answered_and_no_address_is_asked_twice(unhurried, data, tokens, outside):
    outside.delay(OUTLASTING)
    async with bot_on(unhurried, data, tokens, outside) as bot:
        first = await ask_at_once(unhurried, 1000, TOKENS)
        assert await answered(first, WITHIN) == 0
        again = await ask_at_once(unhurried, 1000, TOKENS)
        assert await answered(again, WITHIN) == 0
    assert [text for text in await texts_of(again) if GAP not in text] == []
    asked = Counter((request.host, request.path) for request in outside.providers.requests)
    assert set(asked.values()) == {1}
    assert len(outside.providers.coins.requests) == 1
    assert len(outside.node.requests) == 1
    assert complaints(bot) == []


async def test_a_crowd_sends_the_requests_of_one_member_and_leaves_the_second_provider_alone(
    unhurried, data, tokens, outside
):
    outside.delay(OUTLASTING)
    async with bot_on(unhurried, data, tokens, outside):
        asked = await ask_at_once(unhurried, 100, TOKENS)
        assert await answered(asked, WITHIN) == 0
        # Of yields there is the list of pools, to find that of ezETH, and then the pool.
        assert outside.counts() == {"coins": 1, "node": 1, "gecko": 0, "api": 1, "yields": 2}
    assert [text for text in await texts_of(asked) if GAP not in text] == []


async def test_prices_name_their_source_their_age_and_the_gap_to_the_stated_rate(discord, data, tokens, outside):
    async with bot_on(discord, data, tokens, outside):
        text = await price_of(discord, "ezETH")
    assert "DefiLlama" in text
    assert "<t:" in text
    assert GAP in text
    assert "about fair value" in text


async def test_while_no_provider_can_be_reached_members_are_told_so_and_questions_are_answered(
    discord, data, tokens, outside
):
    outside.refuse()
    async with bot_on(discord, data, tokens, outside) as bot:
        for _ in range(2):
            assert NOTHING in await price_of(discord, "ezETH")
            assert "$" not in await price_of(discord)
            assert ANSWER in await answer_of(discord)
        outside.serve()
        assert ANSWER in await answer_of(discord)
        assert bot.running
    assert complaints(bot) == []
    # One line a provider when it begins, however often it is asked for.
    warned = [line for line in bot.stderr.splitlines() if " WARNING bot.market: " in line]
    assert len([line for line in warned if " DefiLlama: " in line]) == 1
    assert len([line for line in warned if " Ethereum node 1: " in line]) == 1


async def test_questions_are_answered_while_a_price_is_waited_for(discord, data, tokens, outside):
    async with bot_on(discord, data, tokens, outside):
        outside.delay(1.0)
        waiting = await discord.member.slash("price", token="ezETH")
        assert ANSWER in await answer_of(discord)
        assert waiting.visible is None
        assert GAP in shown(await waiting.message())


async def test_the_second_provider_is_asked_with_its_key_when_the_first_fails(discord, data, tokens, outside):
    outside.providers.coins.behave(behaviours.bad_gateway())
    async with bot_on(discord, data, tokens, outside):
        assert "CoinGecko" in await price_of(discord, "ezETH")
    (asked,) = outside.providers.gecko.requests
    assert asked.headers[gecko.DEMO_HEADER] == SECOND_KEY


async def test_the_bot_ends_in_time_while_providers_are_slow(discord, data, tokens, outside):
    outside.delay(5.0)
    bot = await start(discord, BOT, environment(data, tokens, **outside.environment))
    asked = await discord.member.slash("price", token="ezETH")
    await asked.response()
    exit_ = await bot.terminate()
    assert exit_.code == 0
    assert exit_.seconds < ENDS_WITHIN
    assert complaints(bot) == []


@pytest.mark.parametrize("trouble", ["refused", "errors", "patience", "nonsense"])
async def test_no_address_and_no_key_stands_in_the_log_whatever_goes_wrong(discord, data, tokens, outside, trouble):
    _trouble(outside, trouble)
    async with bot_on(discord, data, tokens, outside, LOG_LEVEL="DEBUG") as bot:
        await price_of(discord, "ezETH")
        await price_of(discord)
        await (await discord.member.slash("chart", token="ezETH")).message(WITHIN)
    assert " bot.market: " in bot.stderr
    ports = [str(host.port) for host in outside.providers.hosts] + [outside.node.url.rpartition(":")[2]]
    private = [NODE_KEY, SECOND_KEY, "127.0.0.1", *(f":{port}" for port in ports), "/prices/current", "simple/price"]
    assert [text for text in private if text in bot.stderr] == []
    assert complaints(bot) == []


def _trouble(outside: Outside, kind: str) -> None:
    """Have everything outside go wrong in one way."""
    if kind == "refused":
        outside.refuse()
        return
    of_hosts, of_node = TROUBLES[kind]
    for host in outside.providers.hosts:
        host.behave(of_hosts)
    outside.node.behave(of_node)


TROUBLES = {
    "errors": (behaviours.bad_gateway(), rpc.html(502)),
    "patience": (behaviours.too_many(119), rpc.too_many(119)),
    "nonsense": (behaviours.truncated(), rpc.result("0x")),
}
