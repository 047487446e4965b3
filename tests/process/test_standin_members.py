"""What members can do in the stand-in, tried with a bot that has one of each kind of interaction."""

import sys
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from tests.standin import StandIn, launch, problems

SAMPLE = [sys.executable, "tests/standin/sample_bot.py"]
ENV = {"DISCORD_TOKEN": "made-up"}

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def discord() -> AsyncIterator[StandIn]:
    async with StandIn(validator=problems, token="made-up") as standin, launch(standin, SAMPLE, ENV):
        yield standin
        assert standin.requests.problems() == []


async def test_a_button_updates_its_ephemeral_message(discord):
    shown = await discord.member.slash("panel")
    message = await shown.message()
    assert shown.ephemeral
    clicked = await discord.member.click(message, "Share")
    assert (await clicked.response())["type"] == 7
    assert (await clicked.message())["content"] == "shared"
    assert (await clicked.message())["id"] == message["id"]


async def test_an_ephemeral_message_can_be_used_by_its_asker_only(discord):
    message = await (await discord.member.slash("panel")).message()
    with pytest.raises(LookupError, match="visible to"):
        await discord.moderator.click(message, "Share")


async def test_a_select_sends_the_chosen_value_and_only_what_is_offered(discord):
    message = await (await discord.member.slash("panel")).message()
    chosen = await discord.member.select(message, "Token", "B")
    assert (await chosen.message())["content"] == "chose B"
    with pytest.raises(LookupError, match="offers"):
        await discord.member.select(message, "Token", "C")


async def test_a_modal_is_opened_by_a_button_and_submitted(discord):
    message = await (await discord.member.slash("panel")).message()
    opened = await discord.member.click(message, "write")
    assert (await opened.response())["type"] == 9
    sent = await discord.member.submit(opened, text="a withdrawal takes days")
    assert (await sent.message())["content"] == "noted a withdrawal takes days"
    assert sent.ephemeral


async def test_a_deferred_answer_is_filled_by_the_follow_up_and_keeps_its_file(discord):
    asked = await discord.member.slash("chart")
    message = await asked.message()
    assert (await asked.response())["type"] == 5
    assert message["content"] == "done"
    assert not asked.deferred
    upload = await discord.requests.wait_for(lambda seen: bool(seen.files))
    assert upload.files[0].data == b"\x89PNG chart"
    assert upload.json["attachments"][0]["description"] == "a chart"
    async with aiohttp.ClientSession() as session, session.get(message["attachments"][0]["url"]) as picture:
        assert await picture.read() == b"\x89PNG chart"
    edit = await discord.requests.wait_for_path("PATCH", "/webhooks/*/messages/*")
    assert edit.status == 200
    assert (await asked.followup())["content"] == "more, edited"


async def test_a_message_menu_sees_the_whole_message(discord):
    said = await discord.member.say("is my stake safe")
    asked = await discord.member.message_menu("Explain", said)
    assert (await asked.message())["content"] == "explained 'is my stake safe'"


async def answer_to(discord: StandIn, said: dict[str, str]) -> str:
    """What the bot replied to this very message."""
    posted = await discord.requests.wait_for(
        lambda seen: (
            seen.fits("POST", "/channels/*/messages")
            and seen.json["message_reference"]["message_id"] == int(said["id"])
        )
    )
    return posted.json["content"]


async def test_guild_messages_are_blank_unless_the_bot_is_mentioned(discord):
    to_the_bot = f"{discord.member.bot_mention} hello"
    assert await answer_to(discord, await discord.member.say("hello all")) == "heard ''"
    assert await answer_to(discord, await discord.member.say(to_the_bot)) == f"heard {to_the_bot!r}"


async def test_a_reply_to_the_bot_counts_as_a_mention(discord):
    answer = await (await discord.member.slash("panel")).message()
    said = await discord.member.say("and then?", reply_to=answer)
    assert await answer_to(discord, said) == "heard 'and then?'"


async def test_direct_messages_carry_their_content_and_the_answer_can_be_edited(discord):
    writer = discord.member.dm
    said = await writer.say("hello")
    assert await answer_to(discord, said) == "heard 'hello'"
    channel = f"/channels/{writer.channel.id}"
    edit = await discord.requests.wait_for_path("PATCH", f"{channel}/messages/*")
    assert edit.json["content"] == "heard 'hello', privately"
    assert discord.requests.matching("POST", f"{channel}/*")[0].path == f"{channel}/typing"


async def test_a_moderator_command_is_hidden_from_members_and_direct_channels(discord):
    asked = await discord.moderator.slash("reload")
    assert (await asked.message())["content"] == "reloaded"
    with pytest.raises(LookupError, match="hidden"):
        await discord.member.slash("reload")
    with pytest.raises(LookupError, match="not offered"):
        await discord.moderator.dm.slash("reload")


async def test_a_button_survives_a_restart_of_the_bot():
    async with StandIn() as standin:
        async with launch(standin, SAMPLE, ENV):
            message = await (await standin.member.slash("panel")).message()
        async with launch(standin, SAMPLE, ENV):
            clicked = await standin.member.click(message, "Share")
            assert (await clicked.message())["content"] == "shared"


async def test_a_privileged_intent_is_refused_with_close_code_4014():
    script = "import discord; discord.Client(intents=discord.Intents.all()).run('made-up')"
    async with StandIn() as standin:
        with pytest.raises(RuntimeError, match=r"(?s)ended with 1.*PrivilegedIntentsRequired"):
            async with launch(standin, [sys.executable, "-c", script], ENV):
                raise AssertionError("the bot became ready")
