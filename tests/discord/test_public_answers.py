"""A server that has its answers to commands posted for everybody, and what stays private all the same."""

import asyncio
from dataclasses import replace

import discord
import pytest

from bot.answering import Answer, Outcome
from bot.ui.delivery import APART, Delivery
from tests.discord.seen import labels, shown

PHRASE = "abandon " * 11 + "about"
QUESTION = "what is restaking"


@pytest.fixture
def set_to(env, memory):
    """Sets something of the server, as if a moderator had done so."""

    async def set_to(**changes):
        await memory.set_server(replace(await memory.server(env.guild.id), **changes))

    return set_to


@pytest.fixture
def slow(env, desk, monkeypatch):
    """A desk that takes longer than the bot's patience lasts, and what it answers or fails with in the end."""

    def install(answer):
        env.bot.delivery = Delivery(patience=0.01)

        async def ask(_):
            await asyncio.sleep(0.05)
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(desk, "ask", ask)

    return install


def public_messages(channel):
    return [message for message in channel.history() if not message.flags.ephemeral]


async def test_public_answers_are_seen_by_all_and_have_nothing_to_share(env, channel, alice, set_to):
    await set_to(public=True)
    result = await alice.slash(channel, "ask", question=QUESTION)
    assert not result.ephemeral
    assert "What is restaking?" in shown(channel.last_message)
    assert "Share" not in labels(result.response)


async def test_the_menu_of_a_message_answers_in_public_too(env, channel, alice, set_to):
    await set_to(public=True)
    message = await alice.send(channel, QUESTION)
    assert not (await alice.context_menu(channel, "Answer this", message)).ephemeral


async def test_details_of_a_public_answer_stay_with_whoever_presses(env, channel, alice, set_to):
    await set_to(public=True)
    result = await alice.slash(channel, "ask", question=QUESTION)
    bob = env.guild.add_member(env.create_user("bob"))
    assert (await bob.click(result.response, label="More")).ephemeral


@pytest.mark.parametrize("name", ["help", "about", "topics", "privacy"])
async def test_what_is_no_answer_stays_private(env, channel, alice, set_to, name):
    await set_to(public=True)
    assert (await alice.slash(channel, name)).ephemeral


async def test_where_a_member_may_not_write_the_answer_is_theirs_alone(env, channel, alice, set_to):
    await set_to(public=True)
    mute = discord.PermissionOverwrite(send_messages=False)
    quiet = env.guild.create_text_channel("news", overwrites={env.guild.default_role: mute})
    assert (await alice.slash(quiet, "ask", question=QUESTION)).ephemeral
    assert public_messages(quiet) == []


async def test_a_secret_stays_private_where_answers_are_public(env, channel, alice, set_to):
    await set_to(public=True)
    result = await alice.slash(channel, "ask", question=PHRASE)
    assert result.ephemeral
    assert "Delete the message now" in shown(result.response)
    assert public_messages(channel) == []


async def test_a_secret_is_not_even_announced_to_all(env, channel, alice, set_to, slow):
    await set_to(public=True)
    slow(Answer(Outcome.SAFETY, "Careful", "Delete the message now.", private=True))
    result = await alice.slash(channel, "ask", question=PHRASE)
    assert result.ephemeral
    assert "Delete the message now." in shown(result.response)


@pytest.mark.parametrize("marks", [{"outcome": Outcome.SAFETY}, {"outcome": Outcome.ANSWER, "private": True}])
@pytest.mark.parametrize("late", [False, True])
async def test_what_concerns_somebodys_safety_stays_private(env, channel, alice, set_to, slow, marks, late):
    await set_to(public=True)
    slow(Answer(title="Careful", body="This looks like a trick.", **marks))
    env.bot.delivery = Delivery(patience=0.01 if late else 5.0)
    result = await alice.slash(channel, "ask", question="my wallet asks me to validate")
    (said,) = result.followups if late else [result.response]
    assert said.flags.ephemeral
    assert "This looks like a trick." in shown(said)
    assert public_messages(channel) == []


async def test_a_public_answer_that_takes_long_is_announced_to_all(env, channel, alice, set_to, slow):
    await set_to(public=True)
    slow(Answer(Outcome.ANSWER, "What is restaking?", "Stake that works twice."))
    result = await alice.slash(channel, "ask", question=QUESTION)
    assert not result.ephemeral
    assert result.followups == []
    assert ["Stake that works twice." in shown(message) for message in public_messages(channel)] == [True]


@pytest.mark.simcord(check_errors=False)
async def test_an_error_stays_private_although_the_answer_was_announced_to_all(env, channel, alice, set_to, slow):
    await set_to(public=True)
    slow(RuntimeError("broken"))
    result = await alice.slash(channel, "ask", question=QUESTION)
    (said,) = result.followups
    assert said.flags.ephemeral
    assert "Something went wrong" in shown(said)
    assert public_messages(channel) == []


@pytest.mark.simcord(check_errors=False)
async def test_where_the_announcement_cannot_be_replaced_nothing_private_is_said(env, channel, alice, set_to, slow):
    await set_to(public=True)
    slow(Answer(Outcome.SAFETY, "Careful", "This looks like a trick.", private=True))
    env.inject_error("PATCH", "/webhooks/*", status=500, times=10)
    await alice.slash(channel, "ask", question="my wallet asks me to validate")
    assert "trick" not in str([request.json for request in env.http_requests])


async def test_an_announcement_that_cannot_be_deleted_says_nothing_of_the_answer(env, channel, alice, set_to, slow):
    await set_to(public=True)
    slow(Answer(Outcome.SAFETY, "Careful", "This looks like a trick.", private=True))
    env.inject_error("DELETE", "/webhooks/*", status=500, times=10)
    result = await alice.slash(channel, "ask", question="my wallet asks me to validate")
    assert ["trick" in shown(one) for one in result.followups] == [True]
    assert shown(result.response) == APART


async def test_a_server_changes_nothing_for_direct_messages_and_apps_of_a_members_own(
    env, channel, set_to, monkeypatch
):
    await set_to(public=True, mention_channels=(1,))
    outside = env.guild.create_role("outside apps", permissions=discord.Permissions(use_external_apps=True))
    alice = env.guild.add_member(env.create_user("alice"), roles=[outside])
    bob = env.create_user("bob")
    await bob.send_dm(QUESTION)
    assert "What is restaking?" in shown(bob.dm_channel.last_message)
    assert "Share" not in labels((await bob.slash("ask", question=QUESTION)).response)
    monkeypatch.setattr(discord.Interaction, "is_user_integration", lambda _: True)
    monkeypatch.setattr(discord.Interaction, "is_guild_integration", lambda _: False)
    assert (await alice.slash(channel, "ask", question=QUESTION)).ephemeral


async def test_other_servers_keep_their_own_settings(env, channel, alice, set_to):
    await set_to(public=True)
    other = env.create_guild("other")
    place = other.create_text_channel("general")
    bob = other.add_member(env.create_user("bob"))
    assert (await bob.slash(place, "ask", question=QUESTION)).ephemeral


async def test_help_says_what_is_true_in_this_server(env, channel, alice, set_to):
    assert "only you see the answer" in shown((await alice.slash(channel, "help")).response)
    await set_to(public=True, mention_channels=(channel.id,))
    text = shown((await alice.slash(channel, "help")).response)
    assert "everybody in the channel sees the answer" in text
    assert "in the channels that the moderators have chosen" in text
