"""The whole bot over real sockets: one of everything that a member can do in Discord."""

import pytest

from tests.process.product import labels, posted, shown
from tests.standin import Actor
from tests.standin.world import User

DEFER_UPDATE, UPDATE = 6, 7

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def alice(product):
    """A member whom no other test has met: everybody may ask only so often."""
    return product.discord.actor("alice")


@pytest.fixture
def bob(product):
    return product.discord.actor("bob")


async def answer_to(member: Actor, question: str = "what is restaking"):
    """The private answer to a question by command."""
    return await (await member.slash("ask", question=question)).message()


async def test_a_question_by_command_is_answered_to_its_asker_alone(alice):
    asked = await alice.slash("ask", question="what is restaking")
    assert "staked ETH also secures other services" in shown(await asked.message())
    assert asked.ephemeral


async def test_a_question_without_an_answer_is_told_so(alice):
    message = await answer_to(alice, "best pizza in rome")
    assert "no reviewed answer" in shown(message)
    topics = await alice.click(message, "Browse topics")
    assert "Pick a topic" in shown(await topics.message())


async def test_questions_are_suggested_while_typing(alice):
    asked = await alice.autocomplete("ask", "question", "what is restak")
    choices = [choice["value"] for choice in await asked.choices()]
    assert choices[0].lower() == "what is restaking?"
    assert len(choices) <= 25


async def test_the_menu_of_a_message_answers_it_to_whoever_uses_it(product, alice, bob):
    said = await bob.say("can an avs slash my stake")
    asked = await alice.message_menu("Answer this", said)
    assert "the part that the operator marked as slashable" in shown(await asked.message())
    assert asked.ephemeral


async def test_a_choice_opens_its_answer(alice):
    offered = await answer_to(alice, "rewards")
    picked = await alice.click(offered, "Rewards at Beta")
    assert "Beta pays rewards each month." in shown(await picked.message())


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("More", "The stake is delegated to an operator"),
        ("Sources", "[Proposal ELIP-002](https://github.com/eigenfoundation/ELIPs)"),
        ("Related", "Related: What is restaking?"),
        ("Helpful", "your vote is counted"),
        ("Not helpful", "your vote is counted"),
    ],
)
async def test_a_button_under_an_answer_is_answered_in_private(alice, label, expected):
    pressed = await alice.click(await answer_to(alice), label)
    assert expected in shown(await pressed.message())
    assert pressed.ephemeral


async def test_a_shared_answer_is_posted_for_everybody_and_the_button_says_so(product, alice):
    pressed = await alice.click(await answer_to(alice), "Share")
    assert (await pressed.response())["type"] == DEFER_UPDATE
    public = await pressed.followup()
    assert "Shared by **Alice**" in shown(public)
    assert public["flags"] & 64 == 0
    await product.discord.requests.wait_for_path("PATCH", f"/webhooks/*/{pressed.token}/messages/@original")
    assert "Shared" in labels(await pressed.message())


async def test_topics_are_browsed_by_menu(alice):
    topics = await (await alice.slash("topics")).message()
    opened = await alice.select(topics, "Pick a topic", "rewards")
    assert (await opened.response())["type"] == UPDATE
    picked = await alice.select(await opened.message(), "Pick a question", "alpha-rewards")
    assert "Alpha pays rewards each week." in shown(await picked.message())
    back = await alice.click(await opened.message(), "Back to all topics")
    assert shown(await back.message()).startswith("### Topics")


@pytest.mark.parametrize(
    ("command", "expected"),
    [("help", "Ask in your own words"), ("about", "7 reviewed entries"), ("privacy", "**About you, now:** nothing.")],
)
async def test_what_the_bot_says_about_itself_is_for_the_asker_alone(alice, command, expected):
    asked = await alice.slash(command)
    assert expected in shown(await asked.message())
    assert asked.ephemeral


async def test_a_member_sees_and_erases_their_votes(alice):
    await (await alice.click(await answer_to(alice), "Helpful")).message()
    card = await (await alice.slash("privacy")).message()
    assert "**About you, now:** 1 vote." in shown(card)
    erased = await alice.click(card, "Erase what is held about me")
    assert "Erased: 1 vote and your last question." in shown(await erased.message())
    again = await (await alice.slash("privacy")).message()
    assert "**About you, now:** nothing." in shown(again)


async def test_a_direct_message_is_answered_in_its_channel(product, alice):
    said = await alice.dm.say("what is restaking")
    sent = await posted(product.discord, said)
    assert "staked ETH also secures other services" in shown(sent)
    assert "message_reference" not in sent


async def test_commands_and_buttons_work_in_direct_messages_and_hide_nothing(alice):
    asked = await alice.dm.slash("ask", question="what is restaking")
    pressed = await alice.dm.click(await asked.message(), "More")
    assert "The stake is delegated to an operator" in shown(await pressed.message())
    assert not asked.ephemeral
    assert not pressed.ephemeral


async def test_a_mention_is_answered_by_a_reply_that_pings_nobody(product, alice):
    said = await alice.say(f"{alice.bot_mention} what is restaking")
    sent = await posted(product.discord, said)
    assert "staked ETH also secures other services" in shown(sent)
    assert str(sent["message_reference"]["message_id"]) == said["id"]
    assert sent["allowed_mentions"] == {"parse": [], "replied_user": False}


async def test_other_messages_and_other_bots_are_not_answered(product, alice, bob):
    discord = product.discord
    robot = User("robot", bot=True)
    discord.world.users[robot.id] = robot
    mark = len(discord.requests)
    await bob.say("what is restaking")
    await bob.say("@everyone what is restaking")
    await Actor(discord, robot).say(f"{alice.bot_mention} what is restaking")
    await Actor(discord, robot).dm.say("what is restaking")
    said = await alice.dm.say("what is restaking")
    await posted(discord, said, since=mark)
    assert [seen.path for seen in discord.requests.since(mark)] == [f"/channels/{said['channel_id']}/messages"]


async def test_a_member_who_floods_is_slowed_down_and_others_are_not(alice, bob):
    for _ in range(6):
        await answer_to(alice)
    assert "That was quick!" in shown(await answer_to(alice))
    assert "staked ETH also secures other services" in shown(await answer_to(bob))
