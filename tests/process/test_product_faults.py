"""The whole bot while Discord misbehaves: no answer is lost."""

import pytest

from tests.process.product import CALLBACK, posted, shown

ANSWER = "staked ETH also secures other services"
FROM_DISCORD = {"Via": "1.1 proxy", "Retry-After": "0.3"}
"""Discord's own rate limits carry Via; without it discord.py takes the refusal for a ban by the network in front."""

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def discord(product):
    yield product.discord
    product.discord.faults.clear()


@pytest.fixture
def alice(discord):
    return discord.actor("alice")


async def answered(member) -> str:
    """What a member reads who asks now."""
    return shown(await (await member.slash("ask", question="what is restaking")).message())


async def test_a_callback_whose_connection_drops_is_sent_again(discord, alice):
    fault = discord.faults.add("POST", CALLBACK, drop=True)
    assert ANSWER in await answered(alice)
    assert fault.struck == 1


async def test_a_callback_that_arrived_although_the_line_dropped_counts_as_answered(product, discord, alice):
    mark = len(discord.requests)
    discord.faults.add("POST", CALLBACK, drop=True)
    discord.faults.add("POST", CALLBACK, status=400, body={"code": 40060, "message": "already acknowledged"})
    asked = await alice.slash("ask", question="what is restaking")
    path = f"/interactions/{asked.id}/*"
    await discord.requests.wait_for(lambda seen: seen.fits("POST", path) and seen.status == 400)
    await answered(alice)
    assert [seen.status for seen in discord.requests.matching("POST", path, since=mark)] == [None, 400]
    assert "failed" not in product.bot.stderr


async def test_a_callback_that_meets_a_500_arrives_in_time(discord, alice):
    fault = discord.faults.add("POST", CALLBACK, status=500)
    assert ANSWER in await answered(alice)
    assert fault.struck == 1


async def test_a_button_whose_answer_drops_is_answered(discord, alice):
    message = await (await alice.slash("ask", question="what is restaking")).message()
    discord.faults.add("POST", CALLBACK, drop=True)
    pressed = await alice.click(message, "More")
    assert "delegated to an operator" in shown(await pressed.message())


async def test_a_shared_answer_whose_post_drops_is_posted(discord, alice):
    message = await (await alice.slash("ask", question="what is restaking")).message()
    discord.faults.add("POST", "/webhooks/*", drop=True)
    pressed = await alice.click(message, "Share")
    assert ANSWER in shown(await pressed.followup())


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": True}, {"status": 429, "headers": FROM_DISCORD}])
async def test_the_answer_to_a_direct_message_arrives_in_spite_of(discord, alice, fault):
    planned = discord.faults.add("POST", f"/channels/{alice.dm.channel.id}/messages", **fault)
    said = await alice.dm.say("what is restaking")
    assert ANSWER in shown(await posted(discord, said))
    assert planned.struck == 1


async def test_a_rate_limit_on_a_callback_is_waited_for(discord, alice):
    fault = discord.faults.add("POST", CALLBACK, status=429, headers=FROM_DISCORD)
    asked = await alice.slash("ask", question="what is restaking")
    assert ANSWER in shown(await asked.message())
    assert fault.struck == 1
    assert asked.acknowledged - asked.sent >= 0.3


async def test_what_was_asked_while_the_connection_was_cut_is_answered_after_the_resume(discord, alice):
    mark = len(discord.gateway.journal)
    discord.gateway.abort()
    assert ANSWER in await answered(alice)
    assert "RESUMED" in [event.kind for event in discord.gateway.journal.since(mark)]


async def test_the_bot_resumes_when_discord_asks_it_to_reconnect(discord, alice):
    mark = len(discord.gateway.journal)
    await discord.gateway.ask_reconnect()
    await discord.gateway.journal.wait_for(lambda event: event.kind == "RESUMED", since=mark)
    assert ANSWER in await answered(alice)


async def test_the_bot_begins_a_new_session_when_discord_ends_the_old_one(discord, alice):
    mark = len(discord.gateway.journal)
    await discord.gateway.invalidate()
    await discord.gateway.wait_ready(since=mark)
    assert ANSWER in await answered(alice)
