"""Questions that lean on the one before, several at once, chatter and other languages, as members see them."""

import pytest

from bot.cogs.turns import LONGEST, MINUTES, Turns
from tests.discord.seen import labels, shown

FIRST, LEANING = "how do I get my rewards at Alpha?", "and beta?"
PHRASE = "abandon " * 11 + "about"


async def test_in_a_direct_message_a_question_may_lean_on_the_one_before(env):
    bob = env.create_user("bob")
    await bob.send_dm(FIRST)
    assert "each week" in shown(bob.dm_channel.last_message)
    await bob.send_dm(LEANING)
    assert "each month" in shown(bob.dm_channel.last_message)
    assert "-# Understood as: how do i get my rewards at beta" in shown(bob.dm_channel.last_message)


async def test_a_follow_up_may_lean_on_a_follow_up(env):
    bob = env.create_user("bob")
    for text in (FIRST, LEANING, "thanks!", "and alpha?"):
        await bob.send_dm(text)
    assert "Understood as: how do i get my rewards at alpha" in shown(bob.dm_channel.last_message)


async def test_nobody_leans_on_what_another_asked(env):
    alice, bob = env.create_user("alice"), env.create_user("bob")
    await alice.send_dm(FIRST)
    await bob.send_dm(LEANING)
    assert "Understood as" not in shown(bob.dm_channel.last_message)


async def test_in_a_channel_nothing_leans_on_what_was_asked_before(env, channel, alice, asked):
    for text in (FIRST, LEANING):
        await alice.send(channel, f"<@{env.bot.user.id}> {text}")
    await alice.slash(channel, "ask", question=LEANING)
    assert "Understood as" not in shown(channel.last_message)
    assert [question.previous for question in asked.questions] == [None, None, None]


async def test_after_some_minutes_a_question_stands_alone(env, clock):
    bob = env.create_user("bob")
    await bob.send_dm(FIRST)
    clock.advance(60 * MINUTES + 1)
    await bob.send_dm(LEANING)
    assert "Understood as" not in shown(bob.dm_channel.last_message)


async def test_erasing_forgets_what_was_asked_last(env):
    bob = env.create_user("bob")
    await bob.send_dm(FIRST)
    privacy = await bob.slash("privacy")
    assert "your last question stays in memory for ten minutes" in shown(privacy.response)
    erased = await bob.click(privacy.response, label="Erase what is held about me")
    assert "Erased: your last question." in shown(erased.response)
    await bob.send_dm(LEANING)
    assert "Understood as" not in shown(bob.dm_channel.last_message)


async def test_a_secret_is_not_held_and_ends_the_conversation(env):
    bob = env.create_user("bob")
    for text in (FIRST, PHRASE, LEANING):
        await bob.send_dm(text)
    assert "Understood as" not in shown(bob.dm_channel.last_message)
    assert env.bot.turns.previous(bob.id) != PHRASE


async def test_two_questions_are_an_answer_and_a_button_for_the_other(env, channel, alice):
    result = await alice.slash(channel, "ask", question="What is restaking? And what does an operator do?")
    assert "staked ETH also secures other services" in shown(result.response)
    assert "You also asked: What does an operator do?" in shown(result.response)
    opened = await alice.click(result.response, label="What does an operator do?")
    assert "runs the software" in shown(opened.response)


@pytest.mark.parametrize("text", ["gm", "thanks!", "lol nice"])
async def test_chatter_gets_a_short_reply_that_says_what_the_bot_is_for(env, channel, alice, asked, text):
    await alice.send(channel, f"<@{env.bot.user.id}> {text}")
    assert "I answer questions" in shown(channel.last_message)
    assert labels(channel.last_message) == ["Browse topics"]
    assert asked.questions == []


@pytest.mark.parametrize("text", ["¿Qué es el restaking?", "was ist restaking und wie geht das", "apa itu restaking"])
async def test_another_language_is_told_calmly_that_answers_are_in_english(env, text):
    bob = env.create_user("bob")
    await bob.send_dm(text)
    assert "I answer in English" in shown(bob.dm_channel.last_message)
    assert "Please ask again in English." in shown(bob.dm_channel.last_message)


# Pure


def test_the_page_says_the_minutes_that_are_true():
    assert MINUTES == 10


def test_only_so_many_members_are_held_and_the_one_longest_ago_goes_first(clock):
    turns = Turns(clock, members=2)
    for member in (1, 2, 1, 3):
        turns.remember(member, f"question of {member}")
    assert [turns.previous(member) for member in (1, 2, 3)] == ["question of 1", None, "question of 3"]


def test_what_is_too_old_goes_by_itself_when_others_ask(clock):
    turns = Turns(clock)
    turns.remember(1, "old")
    clock.advance(60 * MINUTES + 1)
    turns.remember(2, "new")
    assert not turns.forget(1)


def test_a_clock_that_was_set_back_keeps_nothing_longer(clock):
    turns = Turns(clock)
    turns.remember(1, "from tomorrow")
    clock.advance(-60 * MINUTES - 1)
    assert turns.previous(1) is None


def test_a_long_text_is_not_held_and_neither_is_what_came_before_it(clock):
    turns = Turns(clock)
    turns.remember(1, "short")
    turns.remember(1, "x" * (LONGEST + 1))
    assert turns.previous(1) is None
