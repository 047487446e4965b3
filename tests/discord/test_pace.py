"""Members who ask too fast are slowed down, in private and once."""

import pytest

from bot.cogs.pace import BURST, EVERY, Pace
from tests.discord.seen import shown


def test_a_burst_is_answered_and_then_one_request_every_few_seconds(clock):
    pace = Pace(clock)
    assert [pace.admit(1) for _ in range(BURST)] == [None] * BURST
    assert pace.admit(1) is not None
    clock.advance(EVERY)
    assert pace.admit(1) is None
    assert pace.admit(1) is not None


def test_after_a_rest_a_whole_burst_is_answered_again(clock):
    pace = Pace(clock)
    for _ in range(2 * BURST):
        pace.admit(1)
    clock.advance(EVERY * BURST)
    assert [pace.admit(1) for _ in range(BURST)] == [None] * BURST


def test_who_is_slowed_is_told_when_to_come_back_and_that_is_true(clock):
    pace = Pace(clock)
    for _ in range(BURST):
        pace.admit(1)
    slowed = pace.admit(1)
    clock.advance((slowed.until - clock()).total_seconds())
    assert pace.admit(1) is None


def test_only_the_first_refusal_in_a_row_is_marked_so(clock):
    pace = Pace(clock)
    for _ in range(BURST):
        pace.admit(1)
    assert [pace.admit(1).first for _ in range(3)] == [True, False, False]
    clock.advance(EVERY)
    assert pace.admit(1) is None
    assert pace.admit(1).first


def test_members_do_not_slow_each_other(clock):
    pace = Pace(clock)
    for _ in range(2 * BURST):
        pace.admit(1)
    assert pace.admit(2) is None


def test_the_number_of_members_held_is_bounded_and_the_longest_unused_goes(clock):
    pace = Pace(clock, burst=1, members=100)
    for member in range(1000):
        pace.admit(member)
    assert len(pace._buckets) == 100
    assert pace.admit(999) is not None
    assert pace.admit(0) is None


def test_who_keeps_asking_is_not_forgotten_before_who_does_not(clock):
    pace = Pace(clock, burst=2, members=2)
    for member in (1, 2, 1, 3):
        pace.admit(member)
    assert pace.admit(1) is not None


def test_a_clock_that_is_set_back_locks_nobody_out(clock):
    pace = Pace(clock)
    for _ in range(BURST):
        pace.admit(1)
    clock.advance(-86_400)
    clock.advance(EVERY)
    pace.admit(1)
    clock.advance(EVERY)
    assert pace.admit(1) is None


async def test_a_flood_of_commands_gets_a_private_notice_with_a_countdown(env, channel, alice, clock, asked):
    results = [await alice.slash(channel, "ask", question="what is restaking") for _ in range(BURST + 1)]
    assert results[-1].ephemeral
    assert f"<t:{int(clock().timestamp() + EVERY) + 1}:R>" in shown(results[-1].response)
    assert len(asked.questions) == BURST
    clock.advance(EVERY)
    assert "What is restaking?" in shown((await alice.slash(channel, "ask", question="what is restaking")).response)


async def test_buttons_and_menus_count_too(env, channel, alice):
    answer = (await alice.slash(channel, "ask", question="what is restaking")).response
    for _ in range(BURST - 1):
        await alice.click(answer, label="More")
    slowed = await alice.click(answer, label="More")
    assert slowed.ephemeral
    assert "<t:" in shown(slowed.response)


async def test_a_flood_of_direct_messages_gets_one_notice_and_then_silence(env, asked, clock):
    bob = env.create_user("bob")
    for _ in range(BURST + 5):
        await bob.send_dm("what is restaking")
    answers = [message for message in bob.dm_channel.history() if message.author.bot]
    assert len(answers) == BURST + 1
    assert sum("<t:" in shown(message) for message in answers) == 1
    clock.advance(EVERY)
    await bob.send_dm("what is restaking")
    assert "What is restaking?" in shown(bob.dm_channel.last_message)


async def test_a_flood_of_mentions_is_met_with_silence(env, channel, alice, asked):
    for _ in range(BURST + 3):
        await alice.send(channel, f"<@{env.bot.user.id}> what is restaking")
    assert len([message for message in channel.history() if message.author.bot]) == BURST


@pytest.mark.parametrize("command", ["topics", "help", "about", "privacy"])
async def test_every_command_counts(env, channel, alice, command):
    for _ in range(BURST):
        await alice.slash(channel, command)
    assert "<t:" in shown((await alice.slash(channel, command)).response)
