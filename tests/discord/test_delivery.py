"""An answer gets through although Discord, or the line to it, fails once."""

import asyncio

import aiohttp
import discord
import pytest

from bot.ui.delivery import Delivery
from tests.discord.seen import button, shown

DROP = aiohttp.ServerDisconnectedError()
RESET = ConnectionResetError(104, "Connection reset by peer")


@pytest.fixture
def drop(env, monkeypatch):
    """Makes the connection drop in the first calls of one path, before or after Discord has taken the call."""

    def install(holder, method, path, *, times=1, arrived=False, error=DROP):
        real, left = holder.request, [times]

        async def request(route, *given, **named):
            if left[0] and route.method == method and path in route.url:
                left[0] -= 1
                if arrived:
                    await real(route, *given, **named)
                raise error
            return await real(route, *given, **named)

        monkeypatch.setattr(holder, "request", request)

    return install


@pytest.fixture(autouse=True)
def quick(env):
    env.bot.delivery = Delivery(delays=(0.0, 0.0))


@pytest.fixture
def slow_desk(env, desk, monkeypatch):
    """A desk that takes longer to answer than the bot's patience lasts."""
    env.bot.delivery = Delivery(patience=0.01)
    real = desk.ask

    async def slow(question):
        await asyncio.sleep(0.05)
        return await real(question)

    monkeypatch.setattr(desk, "ask", slow)


def sent(env, path):
    return sum(request.method == "POST" and path in request.path for request in env.http_requests)


@pytest.mark.parametrize("error", [DROP, RESET])
async def test_an_answer_whose_connection_drops_is_sent_again(env, channel, alice, drop, error):
    drop(env._webhook_adapter, "POST", "/callback", error=error)
    result = await alice.slash(channel, "ask", question="what is restaking")
    assert "What is restaking?" in shown(result.response)
    assert result.ephemeral


async def test_an_answer_that_arrived_although_the_connection_dropped_is_not_doubled(env, channel, alice, drop, caplog):
    drop(env._webhook_adapter, "POST", "/callback", arrived=True)
    result = await alice.slash(channel, "ask", question="what is restaking")
    assert "What is restaking?" in shown(result.response)
    assert result.followups == []
    assert [record for record in caplog.records if record.levelname in {"WARNING", "ERROR"}] == []


async def test_a_button_whose_connection_drops_is_answered_all_the_same(env, channel, alice, drop):
    topics = await alice.slash(channel, "topics")
    drop(env._webhook_adapter, "POST", "/callback")
    await alice.select(topics.response, ["basics"])
    assert "Basics" in shown(topics.response)


async def test_sharing_survives_a_drop_at_each_of_its_steps(env, channel, alice, drop):
    answer = (await alice.slash(channel, "ask", question="what is restaking")).response
    drop(env._webhook_adapter, "POST", "/callback")
    drop(env._webhook_adapter, "POST", "/webhooks/")
    drop(env._webhook_adapter, "PATCH", "/webhooks/")
    await alice.click(answer, label="Share")
    assert "Shared by **alice**" in shown(channel.last_message)
    assert button(answer, "Shared")["disabled"]


async def test_an_answer_that_cannot_be_sent_at_all_is_one_record(env, channel, alice, drop, caplog):
    drop(env._webhook_adapter, "POST", "/callback", times=99)
    await alice.slash(channel, "ask", question="what is restaking")
    assert len(env.errors) == 1
    (failed,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "/ask failed [" in failed.getMessage()


@pytest.mark.parametrize("times", [1, 2])
async def test_a_direct_message_is_answered_although_discord_is_unavailable_twice(env, times):
    bob = env.create_user("bob")
    env.inject_error("POST", "/channels/*/messages", status=503, times=times)
    await bob.send_dm("what is restaking")
    assert "What is restaking?" in shown(bob.dm_channel.last_message)


async def test_a_mention_is_answered_although_discord_is_unavailable(env, channel, alice):
    env.inject_error("POST", "/channels/*/messages", status=503)
    question = await alice.send(channel, f"<@{env.bot.user.id}> what is restaking")
    assert channel.last_message.reference.message_id == question.id


async def test_a_direct_message_whose_connection_drops_is_answered_under_the_same_nonce(env, drop):
    bob = env.create_user("bob")
    drop(env.bot.http, "POST", "/messages", arrived=True)
    question = await bob.send_dm("what is restaking")
    tries = [request.json for request in env.http_requests if request.path.endswith("/messages")]
    assert len(tries) == 2
    assert {(message["nonce"], message["enforce_nonce"]) for message in tries} == {(str(question.id), True)}


async def test_a_message_that_discord_refuses_is_not_sent_again_and_is_told(env, caplog):
    bob = env.create_user("bob")
    env.inject_error("POST", "/channels/*/messages", status=400, code=50035)
    await bob.send_dm("what is restaking")
    assert sent(env, "/messages") == 2
    assert "Something went wrong" in shown(bob.dm_channel.last_message)
    assert "direct message failed [" in caplog.text


async def test_where_replies_are_not_allowed_the_answer_comes_without_pointing(env, channel, alice):
    env.inject_error("POST", "/channels/*/messages", status=403, code=160002)
    await alice.send(channel, f"<@{env.bot.user.id}> what is restaking")
    assert "What is restaking?" in shown(channel.last_message)
    assert channel.last_message.reference is None


async def test_an_answer_that_takes_long_is_announced_in_private_and_then_given(env, channel, alice, slow_desk):
    result = await alice.slash(channel, "ask", question="what is restaking")
    (first,) = [request.json for request in env.http_requests if request.path.endswith("/callback")]
    assert first["type"] == discord.InteractionResponseType.deferred_channel_message.value
    assert result.ephemeral
    assert "What is restaking?" in shown(result.response)


async def test_a_slow_answer_is_given_although_the_line_dropped_when_announced(env, channel, alice, slow_desk, drop):
    drop(env._webhook_adapter, "POST", "/callback", arrived=True)
    result = await alice.slash(channel, "ask", question="what is restaking")
    assert "What is restaking?" in shown(result.response)


async def test_sharing_goes_through_although_the_line_dropped_as_the_press_arrived(env, channel, alice, drop):
    answer = (await alice.slash(channel, "ask", question="what is restaking")).response
    drop(env._webhook_adapter, "POST", "/callback", arrived=True)
    await alice.click(answer, label="Share")
    assert "Shared by **alice**" in shown(channel.last_message)
    assert button(answer, "Shared")["disabled"]


async def test_work_on_an_answer_ends_when_the_interaction_cannot_be_kept_open(env, channel, alice, desk, monkeypatch):
    env.bot.delivery = Delivery(patience=0.01)
    env.inject_error("POST", "/interactions/*", status=404, code=10062)
    ended = []

    async def slow(_):
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)

    monkeypatch.setattr(desk, "ask", slow)
    await alice.slash(channel, "ask", question="what is restaking")
    assert ended == [True]
    assert len(env.errors) == 1


async def test_a_slow_answer_that_fails_is_still_told(env, channel, alice, desk, monkeypatch):
    env.bot.delivery = Delivery(patience=0.01)

    async def slow(_):
        await asyncio.sleep(0.05)
        raise ValueError

    monkeypatch.setattr(desk, "ask", slow)
    result = await alice.slash(channel, "ask", question="what is restaking")
    assert "Something went wrong" in shown(result.response)
    assert len(env.errors) == 1
