"""Whatever goes wrong, the member gets one sentence and a code, and the log the trace under the same code."""

import re

import pytest

from bot.cogs.pace import Pace
from bot.errors import BotError
from tests.discord.seen import shown

TYPED = "my very private question"


@pytest.fixture
def broken(desk, monkeypatch):
    """A desk that fails with what the member typed in the message of the error."""

    async def fail(question):
        raise ValueError(getattr(question, "text", question)) from KeyError(TYPED)

    monkeypatch.setattr(desk, "ask", fail)
    monkeypatch.setattr(desk, "open", fail)


def judge(message, caplog):
    """The message has one calm sentence with a code; one record of the log has the trace under that code."""
    text = shown(message)
    assert "Something went wrong on my side" in text
    (code,) = re.findall(r"Code `([0-9a-f]{8})`", text)
    (record,) = [record for record in caplog.records if code in record.getMessage()]
    assert record.name == "bot.cogs"
    assert record.exc_info is not None
    assert "ValueError" in caplog.text
    assert TYPED not in caplog.text
    assert TYPED not in text


async def test_a_failing_command(env, channel, alice, broken, caplog):
    result = await alice.slash(channel, "ask", question=TYPED)
    assert result.ephemeral
    judge(result.response, caplog)
    assert len(env.errors) == 1


async def test_a_failing_menu(env, channel, alice, broken, caplog):
    message = await alice.send(channel, TYPED)
    judge((await alice.context_menu(channel, "Answer this", message)).response, caplog)
    assert len(env.errors) == 1


async def test_a_failing_direct_message(env, broken, caplog):
    bob = env.create_user("bob")
    await bob.send_dm(TYPED)
    judge(bob.dm_channel.last_message, caplog)


async def test_a_failing_mention(env, channel, alice, broken, caplog):
    await alice.send(channel, f"<@{env.bot.user.id}> {TYPED}")
    judge(channel.last_message, caplog)


async def test_a_failing_button(env, channel, alice, desk, monkeypatch, caplog):
    answer = await alice.slash(channel, "ask", question="what is restaking")

    async def fail(_):
        raise ValueError(TYPED)

    monkeypatch.setattr(desk, "open", fail)
    result = await alice.click(answer.response, label="More")
    assert result.ephemeral
    judge(result.response, caplog)


async def test_an_error_of_our_own_shows_its_own_sentence_and_no_code(env, channel, alice, desk, monkeypatch):
    async def fail(_):
        raise BotError("The prices are being loaded. Please try again in a minute.")

    monkeypatch.setattr(desk, "ask", fail)
    result = await alice.slash(channel, "ask", question=TYPED)
    assert shown(result.response) == "The prices are being loaded. Please try again in a minute."
    assert len(env.errors) == 1


async def test_failing_to_slow_a_member_down_is_met_as_well(env, channel, alice, monkeypatch):
    monkeypatch.setattr(Pace, "admit", lambda *_: 1 / 0)
    result = await alice.slash(channel, "ask", question="what is restaking")
    assert "Something went wrong" in shown(result.response)


@pytest.mark.parametrize(("status", "code"), [(404, 10062), (400, 40060)])
async def test_an_interaction_that_cannot_be_answered_any_more_is_one_line_without_a_trace(
    env, channel, alice, caplog, status, code
):
    env.inject_error("POST", "/interactions/*", status=status, code=code, times=None)
    await alice.slash(channel, "ask", question="what is restaking")
    (record,) = [record for record in caplog.records if record.name == "bot.cogs"]
    assert str(code) in record.getMessage()
    assert record.exc_info is None
    assert len(env.errors) == 1


async def test_where_the_bot_may_not_write_a_mention_is_one_line_without_a_trace(env, channel, alice, caplog):
    env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=None)
    await alice.send(channel, f"<@{env.bot.user.id}> what is restaking")
    (record,) = [record for record in caplog.records if record.name == "bot.cogs"]
    assert "50013" in record.getMessage()
    assert record.exc_info is None


async def test_a_command_that_discord_has_in_an_older_version_is_told(env, channel, alice):
    env.bot.tree.remove_command("topics")
    result = await alice.slash(channel, "topics")
    assert "reload Discord" in shown(result.response)
    assert len(env.errors) == 1
