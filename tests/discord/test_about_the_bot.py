"""Help, about, privacy, and the commands themselves."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date

import discord
import pytest

from bot import __version__
from bot.cogs.client import RestakingBot
from bot.cogs.services import Services
from bot.curation.accuracy import AccuracyCard, digest_of, keep_card
from bot.curation.share import Share
from bot.errors import StorageUnavailable
from bot.settings import Settings
from bot.storage import DATABASE_NAME, Memory
from tests.discord.seen import labels, shown
from tests.standin.schema import document_path, problems

FOR_MODERATORS = {"kb", "settings"}


async def test_help_shows_how_to_ask_with_questions_that_have_an_answer(env, channel, alice, desk):
    result = await alice.slash(channel, "help")
    assert result.ephemeral
    assert "`/ask`" in shown(result.response)
    assert desk.suggest("", 1)[0] in shown(result.response)


async def test_about_says_how_fresh_the_knowledge_is(env, channel, alice, desk):
    text = shown((await alice.slash(channel, "about")).response)
    assert desk.reviewed_from == date(2026, 10, 1)
    for expected in (
        f"{desk.entry_count} reviewed entries",
        desk.library_version,
        "oldest review is of 1 Oct 2026, the newest of 22 Nov 2026",
        "no price forecasts",
        "none of the projects",
        "Not helpful",
        __version__,
    ):
        assert expected in text


def measured(desk, **counts):
    """An accuracy card of what a desk serves."""
    made = {"first": 377, "covered": 470, "answered": 247, "right": 233, "wrong": 3, "elsewhere": 191} | counts
    return AccuracyCard(
        version=desk.library_version,
        first=Share(made["first"], made["covered"]),
        coverage=Share(made["answered"], made["covered"]),
        precision=Share(made["right"], made["answered"]),
        false_answers=Share(made["wrong"], made["elsewhere"]),
        thresholds=digest_of(desk.library),
        trained=True,
    )


@pytest.fixture
async def about(env, channel, alice, build, desk, tmp_path):
    """What /about says with a data folder in which a card may be kept."""

    async def about(card=None):
        if card is not None:
            assert keep_card(tmp_path, desk.library, card)
        await env.restart_bot(build(settings=Settings(data_dir=tmp_path)))
        return shown((await alice.slash(channel, "about")).response)

    return about


async def test_about_says_how_often_the_answers_of_this_version_are_right(about, desk):
    desk.learn(desk.matcher.trained().classifier)
    text = await about(measured(desk))
    assert "Of 470 test questions that an entry covers I answered 53% at once (48 to 57%)" in text
    assert "94% of these answers were right (91 to 97%)" in text
    assert "Of 191 questions on other subjects I wrongly answered 3 (1 to 5%)" in text


async def test_about_says_so_where_nobody_measured_this_version(about, desk):
    desk.learn(desk.matcher.trained().classifier)
    text = await about()
    assert "has not been measured for this version of my files" in text
    assert "%" not in text


async def test_about_shows_no_figures_of_another_version(about, desk):
    desk.learn(desk.matcher.trained().classifier)
    text = await about(replace(measured(desk), version="0123456789ab"))
    assert "has not been measured for this version of my files" in text
    assert "%" not in text


async def test_about_shows_no_figures_of_a_trained_matcher_while_that_is_being_trained(about, desk):
    assert desk.matcher.classifier is None
    text = await about(measured(desk))
    assert "not fully trained" in text
    assert "%" not in text


async def test_about_shows_no_share_of_a_handful_of_questions(about, desk):
    desk.learn(desk.matcher.trained().classifier)
    text = await about(measured(desk, first=3, covered=4, answered=3, right=3))
    assert "Too few test questions are recorded (4)" in text
    assert "%" not in text


async def test_privacy_counts_what_is_held_and_erases_it(env, channel, alice, memory):
    memory.record_feedback(alice.id, "what-is-restaking", helpful=True)
    memory.record_feedback(alice.id, "operators", helpful=True)
    result = await alice.slash(channel, "privacy")
    assert result.ephemeral
    assert "90 days" in shown(result.response)
    assert "2 votes" in shown(result.response)
    erased = await alice.click(result.response, label="Erase what is held about me")
    assert "Erased: 2 votes" in shown(erased.response)
    assert (await memory.holdings(alice.id)).votes == 0


async def test_privacy_speaks_of_everything_that_is_kept_of_members(env, channel, alice, memory, tmp_path):
    said = shown((await alice.slash(channel, "privacy")).response)
    of_members = {"questions": "**Questions:**", "unmet": "**Questions I failed**", "feedback": "**Votes**"}
    of_members["audit"] = "**What moderators do:** the text before and after, under a code, for 400 days"
    of_nobody = {"state", "servers", "rates", "_sqlite_migrations"}
    await memory.flush()
    with closing(sqlite3.connect(tmp_path / "data" / DATABASE_NAME)) as database:
        kept = {name for (name,) in database.execute("select name from sqlite_master where type = 'table'")}
    assert kept == {*of_members, *of_nobody}, "what is new here must be told to members, or hold nothing of theirs"
    assert [words for words in of_members.values() if words not in said] == []


async def test_erasing_leaves_the_votes_of_others(env, channel, alice, memory):
    bob = env.guild.add_member(env.create_user("bob"))
    memory.record_feedback(bob.id, "operators", helpful=True)
    result = await alice.slash(channel, "privacy")
    erased = await alice.click(result.response, label="Erase what is held about me")
    assert "Nothing about you was held" in shown(erased.response)
    assert (await memory.holdings(bob.id)).votes == 1


async def test_where_the_records_cannot_be_reached_privacy_is_honest(env, channel, alice, memory, monkeypatch):
    async def unreachable(_):
        raise StorageUnavailable("I cannot reach my records at the moment.")

    monkeypatch.setattr(memory, "holdings", unreachable)
    monkeypatch.setattr(memory, "erase_member", unreachable)
    result = await alice.slash(channel, "privacy")
    assert "I cannot reach my records" in shown(result.response)
    erased = await alice.click(result.response, label="Erase what is held about me")
    assert "I cannot reach my records" in shown(erased.response)
    assert "Erased" not in shown(erased.response)
    assert "Code" not in shown(erased.response)


def test_only_unprivileged_events_are_asked_for(build):
    wanted = {name for name, on in build().intents if on}
    assert wanted == {"guilds", "dm_messages", "guild_messages"}


def test_a_large_install_can_do_without_the_messages_of_servers(build):
    wanted = {name for name, on in build(settings=Settings(answer_mentions=False)).intents if on}
    assert wanted == {"guilds", "dm_messages"}


async def test_without_mentions_help_does_not_speak_of_them(env, channel, alice, build):
    await env.restart_bot(build(settings=Settings(answer_mentions=False)))
    assert "mention" not in shown((await alice.slash(channel, "help")).response)


def test_building_the_bot_needs_no_token_and_touches_nothing(desk, clock, tmp_path):
    memory = Memory(tmp_path / "never", clock=clock)
    bot = RestakingBot(Services(desk=desk, memory=memory, settings=Settings(), clock=clock))
    assert bot.is_closed() is False
    assert list(tmp_path.iterdir()) == []


async def test_messages_and_members_are_not_kept(env, channel, alice):
    await alice.send(channel, f"<@{env.bot.user.id}> what is restaking")
    assert list(env.bot.cached_messages) == []
    assert env.bot.get_guild(env.guild.id).get_member(alice.id) is None


async def test_every_command_for_members_works_for_servers_and_users_everywhere(env):
    (sync,) = [request for request in env.http_requests if request.method == "PUT"]
    names = {"ask", "price", "compare", "chart", "topics", "help", "about", "privacy", "Answer this"}
    assert {command["name"] for command in sync.json} == names | FOR_MODERATORS
    for command in sync.json:
        if command["name"] in FOR_MODERATORS:
            continue
        assert sorted(command["contexts"]) == [0, 1, 2]
        assert sorted(command["integration_types"]) == [0, 1]


async def test_commands_are_sent_again_only_when_they_changed(env, build):
    await env.restart_bot(build())
    assert sum(request.method == "PUT" for request in env.http_requests) == 1
    changed = build()
    changed.tree.add_command(discord.app_commands.Command(name="more", description="More", callback=_more))
    await env.restart_bot(changed)
    assert sum(request.method == "PUT" for request in env.http_requests) == 2


async def test_commands_that_could_not_be_sent_do_not_stop_the_bot(env, build, memory, caplog):
    await memory.set_state("commands", "older")
    env.inject_error("PUT", "/applications/*", status=500)
    await env.restart_bot(build())
    bob = env.create_user("bob")
    await bob.send_dm("what is restaking")
    assert "What is restaking?" in shown(bob.dm_channel.last_message)
    assert "could not be sent" in caplog.text
    await env.restart_bot(build())
    assert sum(request.method == "PUT" for request in env.http_requests) == 3


async def test_prefix_commands_are_off(env, channel, alice):
    sent = await alice.send(channel, "!help")
    assert channel.last_message.id == sent.id


class TestTryout:
    @pytest.fixture
    def changes(self):
        return {"tryout": True}

    async def test_every_card_of_a_try_out_says_so_first(self, env, channel, alice):
        answer = await alice.slash(channel, "ask", question="what is restaking")
        pressed = [await alice.click(answer.response, label=label) for label in ("More", "Helpful")]
        topics = await alice.slash(channel, "topics")
        await alice.select(topics.response, ["basics"])
        await alice.send(channel, f"<@{env.bot.user.id}> what is restaking")
        for message in (answer.response, *(p.response for p in pressed), topics.response, channel.last_message):
            assert shown(message).startswith("-# Local try-out")
        assert labels(answer.response)


async def test_cards_on_discord_do_not_speak_of_a_try_out(env, channel, alice):
    assert "try-out" not in shown((await alice.slash(channel, "ask", question="what is restaking")).response)


async def _more(interaction: discord.Interaction) -> None:
    """A command that an earlier release did not have."""


def test_what_the_bot_sends_is_judged_by_discords_own_document():
    if document_path() is None:
        pytest.skip("Discord's OpenAPI document is not on this machine; the other rules still judge every payload")
    assert problems("POST", "/interactions/1/token/callback", {"type": 8, "data": {"choices": [{"name": ""}]}})
