"""Questions by command, direct message, mention and menu, as members see the answers."""

import pytest

from bot.answering import Face
from tests.discord.seen import labels, shown

PHRASE = "abandon " * 11 + "about"


async def test_ask_answers_the_member_alone_and_offers_to_share(env, channel, alice):
    result = await alice.slash(channel, "ask", question="what is restaking")
    assert result.ephemeral
    assert "What is restaking?" in shown(result.response)
    assert "staked ETH also secures other services" in shown(result.response)
    assert labels(result.response) == ["More", "Sources", "Related", "Helpful", "Not helpful", "Share"]


async def test_an_answer_says_when_it_was_reviewed_and_which_entry_it_is(env, channel, alice):
    result = await alice.slash(channel, "ask", question="what is restaking")
    assert "-# Reviewed 22 Nov 2026 · what-is-restaking" in shown(result.response)


async def test_a_question_without_an_answer_is_declined_and_leads_to_the_topics(env, channel, alice):
    result = await alice.slash(channel, "ask", question="best pizza in rome")
    assert "no reviewed answer" in shown(result.response)
    assert labels(result.response) == ["Browse topics"]


async def test_a_question_between_two_entries_is_asked_back_with_a_button_for_each(env, channel, alice, between_two):
    result = await alice.slash(channel, "ask", question="how do i get my rewards")
    assert {"Rewards at Alpha", "Rewards at Beta"} <= set(labels(result.response))


async def test_ask_in_a_direct_message_is_plain_and_has_nobody_to_share_with(env):
    bob = env.create_user("bob")
    result = await bob.slash("ask", question="what is restaking")
    assert not result.ephemeral
    assert "Share" not in labels(result.response)


async def test_a_direct_message_is_answered_in_free_text(env, asked):
    bob = env.create_user("bob")
    await bob.send_dm("Can an AVS slash my stake?")
    assert "only the part that the operator marked" in shown(bob.dm_channel.last_message)
    assert asked.questions[0].face is Face.DIRECT


async def test_a_mention_is_answered_as_a_reply_that_pings_nobody(env, channel, alice, asked):
    question = await alice.send(channel, f"<@{env.bot.user.id}> what is restaking")
    reply = channel.last_message
    assert reply.reference.message_id == question.id
    assert "What is restaking?" in shown(reply)
    assert reply.mentions == []
    assert asked.questions[0].text == "what is restaking"


async def test_a_mention_that_was_deleted_meanwhile_is_answered_without_pointing(
    env, channel, alice, desk, monkeypatch
):
    real = desk.ask

    async def ask(question):
        env.backend.delete_message(channel.id, channel.last_message.id)
        return await real(question)

    monkeypatch.setattr(desk, "ask", ask)
    await alice.send(channel, f"<@{env.bot.user.id}> what is restaking")
    assert "What is restaking?" in shown(channel.last_message)
    assert env.http_requests[-1].json["message_reference"]["fail_if_not_exists"] is False


async def test_nothing_the_bot_sends_may_ping(env, channel, alice):
    await alice.send(channel, f"<@{env.bot.user.id}> what is restaking")
    answer = await alice.slash(channel, "ask", question="what is restaking")
    for label in ("More", "Helpful", "Share"):
        await alice.click(answer.response, label=label)
    sent = [request.json.get("data", request.json) for request in env.http_requests if request.method == "POST"]
    assert len(sent) == 6
    acknowledged = [message for message in sent if "components" not in message]
    assert len(acknowledged) == 1
    for message in sent:
        if message not in acknowledged:
            assert not any(message["allowed_mentions"].values())


async def test_a_mention_without_a_question_gets_short_help(env, channel, alice):
    await alice.send(channel, f"<@!{env.bot.user.id}>")
    assert "Ask in your own words" in shown(channel.last_message)


@pytest.mark.parametrize("text", ["what is restaking", "@everyone what is restaking", "<@&{role}> what is restaking"])
async def test_messages_that_do_not_name_the_bot_are_left_alone(env, channel, alice, text, asked):
    sent = await alice.send(channel, text.format(role=env.guild.create_role("bots").id))
    assert channel.last_message.id == sent.id
    assert asked.questions == []


async def test_a_mere_reply_to_the_bot_is_left_alone(env, channel, alice):
    await alice.send(channel, f"<@{env.bot.user.id}> what is restaking")
    thanks = await alice.send(channel, "thanks!", reply_to=channel.last_message)
    assert channel.last_message.id == thanks.id


async def test_other_bots_and_webhooks_are_left_alone(env, channel, alice, asked):
    other = env.guild.add_member(env.create_user("other", bot=True))
    await other.send(channel, f"<@{env.bot.user.id}> what is restaking")
    await env.guild.create_webhook(channel).send(f"<@{env.bot.user.id}> what is restaking")
    assert asked.questions == []


async def test_the_menu_of_a_message_answers_it_to_the_member_alone(env, channel, alice, asked):
    bob = env.guild.add_member(env.create_user("bob"))
    message = await bob.send(channel, "how does slashing work")
    result = await alice.context_menu(channel, "Answer this", message)
    assert result.ephemeral
    assert "Can an AVS slash my stake?" in shown(result.response)
    assert asked.questions[0].face is Face.MENU


async def test_the_menu_says_so_where_a_message_has_no_text(env, channel, alice):
    message = await alice.send(channel, attachments=[("picture.png", b"x")])
    result = await alice.context_menu(channel, "Answer this", message)
    assert "no text that I can read" in shown(result.response)


async def test_a_secret_in_a_channel_is_met_without_pointing_at_it(env, channel, alice, asked):
    await alice.send(channel, f"<@{env.bot.user.id}> help with {PHRASE}")
    answer = channel.last_message
    assert "Delete the message now" in shown(answer)
    assert answer.reference is None
    assert "abandon" not in str(env.http_requests)
    assert asked.questions == []


async def test_a_secret_by_command_gets_no_share_button(env, channel, alice):
    result = await alice.slash(channel, "ask", question=PHRASE)
    assert result.ephemeral
    assert "Share" not in labels(result.response)
    assert "abandon" not in str(env.http_requests)


async def test_ids_of_people_and_channels_do_not_reach_the_desk(env, channel, alice, asked):
    await alice.send(channel, f"<@{env.bot.user.id}> what is restaking <@123456789> <#123> <:eth:42> <t:1700000000:R>")
    assert asked.questions[0].text.split() == ["what", "is", "restaking"]


@pytest.mark.parametrize(
    "question",
    [
        "@everyone",
        "**[click](https://evil.example)**",
        "\u202egnikatser",
        "z̷̢̛͎a̷l̶g̵o̴" * 20,
        "x" * 1000,
        "\ud800 what",
        "a\x00b",
    ],
)
async def test_odd_questions_get_an_answer_and_are_not_repeated(env, channel, alice, question):
    result = await alice.slash(channel, "ask", question=question)
    assert result.response is not None
    assert question not in shown(result.response)
    assert "evil" not in shown(result.response)


async def test_very_long_direct_messages_are_answered(env):
    bob = env.create_user("bob")
    await bob.send_dm(("what is restaking " * 300)[:2000])
    assert bob.dm_channel.last_message.author.bot
