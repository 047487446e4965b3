"""Browsing the topics."""

from tests.discord.seen import labels, menus, shown


async def test_topics_lead_to_entries_and_entries_to_answers(env, channel, alice):
    topics = await alice.slash(channel, "topics")
    assert topics.ephemeral
    (menu,) = menus(topics.response)
    assert [option["value"] for option in menu["options"]] == ["basics", "rewards", "safety", "slashing", "withdrawals"]
    await alice.select(topics.response, ["basics"])
    assert "Basics" in shown(topics.response)
    answer = await alice.select(topics.response, ["operators"])
    assert answer.ephemeral
    assert "An operator runs the software" in shown(answer.response)


async def test_there_is_a_way_back_from_a_topic(env, channel, alice):
    topics = await alice.slash(channel, "topics")
    await alice.select(topics.response, ["basics"])
    await alice.click(topics.response, label="Back to all topics")
    assert "Pick a topic" in shown(topics.response)
    assert labels(topics.response) == []


async def test_browsing_works_in_a_direct_message_and_after_a_restart(env, build):
    bob = env.create_user("bob")
    topics = await bob.slash("topics")
    assert not topics.ephemeral
    await env.restart_bot(build())
    await bob.select(topics.response, ["withdrawals"])
    answer = await bob.select(topics.response, ["exit-queue"])
    assert "exit queue of the chain" in shown(answer.response)


async def test_a_declined_question_leads_to_the_topics(env, channel, alice):
    await alice.send(channel, f"<@{env.bot.user.id}> best pizza in rome")
    result = await alice.click(channel.last_message, label="Browse topics")
    assert result.ephemeral
    assert menus(result.response)


async def test_a_topic_that_is_gone_is_told(env, channel, alice, desk, monkeypatch):
    topics = await alice.slash(channel, "topics")
    monkeypatch.setattr(desk, "topics", list)
    result = await alice.select(topics.response, ["basics"])
    assert "no longer here" in shown(result.response)
