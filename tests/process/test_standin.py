"""The stand-in of Discord, tried with a bare echo bot in a process of its own."""

import sys
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from tests.standin import BotProcess, StandIn, launch, problems
from tests.standin.launch import start

ECHO = [sys.executable, "tests/standin/echo_bot.py"]
ENV = {"DISCORD_TOKEN": "made-up"}
CALLBACK = "/interactions/*/callback"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def discord() -> AsyncIterator[StandIn]:
    async with StandIn(validator=problems) as standin:
        yield standin


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def bot(discord: StandIn) -> AsyncIterator[BotProcess]:
    async with launch(discord, ECHO, ENV) as process:
        yield process


async def post(url: str, body: object) -> tuple[int, object]:
    """What a bot would get for a request of its own: HTTP status and Discord's error code."""
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        answer = await response.json() if response.content_length else {}
        return response.status, answer.get("code")


async def test_the_bot_is_ready_and_spoke_to_no_one_else(discord, bot):
    assert 0 < bot.ready_seconds < 10
    identify = next(event for event in discord.gateway.journal if event.kind == "IDENTIFY")
    assert identify.detail["token"] == "made-up"
    assert [seen.path for seen in discord.requests][:2] == ["/users/@me", "/oauth2/applications/@me"]
    assert bot.stderr == ""


async def test_the_bot_registers_its_command(discord):
    sync = await discord.requests.wait_for_path("PUT", "/applications/*/commands")
    assert sync.status == 200
    assert [(command["name"], command["type"]) for command in discord.rest.commands()] == [("echo", 1)]


async def test_a_slash_command_is_answered_in_the_guild_and_in_a_direct_channel(discord):
    for place in (discord.member, discord.member.dm):
        asked = await place.slash("echo", text="how does slashing work")
        message = await asked.message()
        assert message["content"] == "how does slashing work"
        assert message["channel_id"] == place.channel.id


async def test_autocomplete_gives_25_choices_with_the_fitting_ones_first(discord):
    asked = await discord.member.autocomplete("echo", "text", "slash")
    choices = await asked.choices()
    assert len(choices) == 25
    assert choices[0]["name"].startswith("slashing")


async def test_a_command_that_was_never_registered_cannot_be_used(discord):
    with pytest.raises(LookupError, match="registered are: echo"):
        await discord.member.slash("ask", question="?")
    with pytest.raises(ValueError, match="required"):
        await discord.member.slash("echo")


async def test_a_dropped_callback_is_not_tried_again_and_the_next_one_works(discord):
    mark = len(discord.requests)
    fault = discord.faults.add("POST", CALLBACK, drop=True)
    lost = await discord.member.slash("echo", text="lost")
    await discord.requests.wait_for_path("POST", CALLBACK, since=mark)
    with pytest.raises(TimeoutError):
        await lost.response(timeout=0.2)
    assert fault.struck == 1
    kept = await discord.member.slash("echo", text="kept")
    assert (await kept.message())["content"] == "kept"
    assert [seen.status for seen in discord.requests.matching("POST", CALLBACK, since=mark)] == [None, 200]


async def test_an_interaction_can_be_answered_only_once_and_followed_up_only_after_that(discord):
    discord.faults.add("POST", CALLBACK, drop=True)
    asked = await discord.member.slash("echo", text="taken over by the test")
    api = f"{discord.url}/api/v10"
    callback = f"{api}/interactions/{asked.id}/{asked.token}/callback"
    webhook = f"{api}/webhooks/{discord.world.application_id}/{asked.token}"
    await discord.requests.wait_for(lambda seen: seen.path.startswith(f"/interactions/{asked.id}/"))
    assert await post(webhook, {"content": "too early"}) == (404, 10015)
    assert await post(callback, {"type": 8, "data": {"choices": []}}) == (400, 50035)
    assert await post(callback, {"type": 4, "data": {"content": "first"}}) == (204, None)
    assert await post(callback, {"type": 4, "data": {"content": "second"}}) == (400, 40060)
    assert await post(webhook, {"content": "more"}) == (200, None)
    assert [(await asked.message())["content"], (await asked.followup())["content"]] == ["first", "more"]


async def test_commands_of_one_guild_are_kept_apart_and_keep_their_ids(discord):
    app, guild = discord.world.application_id, discord.world.guild_id
    url = f"{discord.url}/api/v10/applications/{app}/guilds/{guild}/commands"
    head = {"Authorization": "Bot made-up"}
    ids = []
    async with aiohttp.ClientSession(headers=head) as session:
        for description in ("Local", "Changed"):
            async with session.put(url, json=[{"name": "local", "description": description}]) as response:
                ids.append((await response.json())[0]["id"])
        async with session.get(url) as response:
            listed = await response.json()
    assert ids[0] == ids[1] == listed[0]["id"]
    assert listed[0]["description"] == "Changed"
    assert [command["name"] for command in discord.rest.commands()] == ["echo"]


async def test_a_route_that_does_not_exist_is_answered_404_and_recorded(discord):
    mark = len(discord.requests)
    assert await post(f"{discord.url}/api/v10/webhooks/1/2/github", None) == (404, 0)
    assert [seen.path for seen in discord.requests.since(mark)] == ["/webhooks/1/2/github"]


async def test_a_payload_with_problems_is_refused_and_the_problem_recorded(discord):
    mark = len(discord.requests)
    await discord.member.slash("echo", text="x" * 2001)
    refused = await discord.requests.wait_for_path("POST", CALLBACK, since=mark)
    assert refused.status == 400
    assert "content has 2001 characters, 2000 are allowed" in refused.problems


async def test_a_500_is_tried_again_after_a_second(discord):
    discord.faults.add("POST", CALLBACK, status=500)
    asked = await discord.member.slash("echo", text="again")
    assert (await asked.message())["content"] == "again"
    assert 1.0 <= asked.acknowledged - asked.sent < 3.0


async def test_a_rate_limit_is_waited_for_when_it_comes_from_discord_itself(discord):
    discord.faults.add("POST", CALLBACK, status=429, headers={"Via": "1.1 proxy", "Retry-After": "0.2"})
    asked = await discord.member.slash("echo", text="patient")
    assert (await asked.message())["content"] == "patient"
    assert asked.acknowledged - asked.sent >= 0.2


async def test_an_answer_later_than_three_seconds_is_refused(discord):
    mark = len(discord.requests)
    discord.faults.add("POST", CALLBACK, delay=3.05)
    asked = await discord.member.slash("echo", text="late")
    refused = await discord.requests.wait_for_path("POST", CALLBACK, since=mark)
    assert refused.status == 404
    assert asked.callback is None


async def test_what_happened_during_a_tcp_abort_is_replayed_after_the_resume(discord):
    mark = len(discord.gateway.journal)
    discord.gateway.abort()
    asked = await discord.member.slash("echo", text="sent while the bot was away")
    assert (await asked.message())["content"] == "sent while the bot was away"
    assert [event.kind for event in discord.gateway.journal.since(mark)][:3] == ["DISCONNECT", "CONNECT", "HEARTBEAT"]
    assert any(event.kind == "RESUMED" for event in discord.gateway.journal.since(mark))


@pytest.mark.parametrize("cause", ["op 7", "close 4000"])
async def test_the_bot_resumes_after(discord, cause):
    mark = len(discord.gateway.journal)
    await (discord.gateway.ask_reconnect() if cause == "op 7" else discord.gateway.close(4000))
    await discord.gateway.journal.wait_for(lambda event: event.kind == "RESUMED", since=mark)
    asked = await discord.member.slash("echo", text="here again")
    assert (await asked.message())["content"] == "here again"


async def test_the_bot_identifies_anew_after_an_invalid_session(discord):
    mark, before = len(discord.gateway.journal), discord.gateway.session.id
    await discord.gateway.invalidate()
    await discord.gateway.wait_ready(since=mark)
    assert discord.gateway.session.id != before
    asked = await discord.member.slash("echo", text="a new session")
    assert (await asked.message())["content"] == "a new session"


async def test_sigterm_is_reported_with_exit_code_and_seconds(discord):
    async with StandIn() as other:
        process = await start(other, ECHO, ENV)
        began = time.monotonic()
        ended = await process.terminate()
        assert ended.code == -15  # discord.py installs no handler of its own
        assert 0 < ended.seconds <= time.monotonic() - began
        await other.gateway.journal.wait_for(lambda event: event.kind == "DISCONNECT")


async def test_a_bot_that_cannot_start_fails_with_what_it_printed(discord):
    broken = [sys.executable, "-c", "import sys; sys.exit('no such knowledge')"]
    with pytest.raises(RuntimeError, match=r"(?s)ended with 1.*no such knowledge"):
        await start(discord, broken, ENV)
