"""`/settings` of a server: who may change them, what they change, and what becomes of them."""

import asyncio
from dataclasses import replace

import discord
import pytest

from bot.cogs.pace import BURST
from bot.cogs.servers import PATIENCE, Setting, is_home, not_home_sentence
from bot.cogs.settings import NOT_ALLOWED
from bot.errors import StorageUnavailable
from bot.settings import Settings
from bot.storage import Memory, ServerSettings
from bot.ui.pages import note_card
from bot.ui.settings import Surroundings, settings_card
from tests.discord.seen import labels, parts, shown
from tests.standin.schema import problems

MENTIONS, MODERATORS = "rb1:set-mentions", "rb1:set-moderators"
MANAGE = discord.Permissions(manage_guild=True)
QUESTION = "what is restaking"


@pytest.fixture
def moderator(env, channel):
    role = env.guild.create_role("moderators", permissions=MANAGE)
    return env.guild.add_member(env.create_user("mo"), roles=[role])


@pytest.fixture
def opened(env, channel, moderator):
    """Opens the settings, by the moderator unless somebody else is named, and gives the card."""

    async def open_settings(by=moderator):
        result = await by.slash(channel, "settings")
        assert result.ephemeral
        return result.response

    return open_settings


@pytest.fixture
def set_to(env, memory):
    """Sets something of the server, as if a moderator had done so."""

    async def set_to(**changes):
        await memory.set_server(replace(await memory.server(env.guild.id), **changes))

    return set_to


@pytest.fixture
def unreachable(memory, monkeypatch):
    """Makes the memory refuse to do something."""

    def install(*methods):
        async def refuse(*_, **__):
            raise StorageUnavailable("I cannot reach my records at the moment.")

        for method in methods:
            monkeypatch.setattr(memory, method, refuse)

    return install


def picked(message, custom_id):
    """The channels that a menu shows as picked."""
    (menu,) = [part for part in parts(message) if part.get("custom_id") == custom_id]
    return [int(one["id"]) for one in menu.get("default_values", [])]


def command(env):
    (sync,) = [request for request in env.http_requests if request.method == "PUT"]
    (found,) = [one for one in sync.json if one["name"] == "settings"]
    return found


async def synced(env):
    """The command as Discord knows it."""
    (found,) = [one for one in await env.bot.tree.fetch_commands() if one.name == "settings"]
    return found


def bots(env, **permissions):
    """What the bot may do in a channel, apart from the rest of the server."""
    return {env.guild.roles[env.bot.user.name]: discord.PermissionOverwrite(**permissions)}


def thread_in(env, channel, owner):
    env.backend.create_thread(channel.id, "thread", owner.id)
    return channel.threads[-1]


async def mention(env, member, channel):
    """Asks by a mention; whether that was answered."""
    asked = await member.send(channel, f"<@{env.bot.user.id}> {QUESTION}")
    return channel.last_message.id != asked.id


# Who may


def test_the_command_is_for_servers_that_have_added_the_bot_and_asks_for_manage_server(env):
    assert command(env)["contexts"] == [0]
    assert command(env)["integration_types"] == [0]
    assert int(command(env)["default_member_permissions"]) == MANAGE.value


def test_a_member_is_not_offered_the_command_and_a_moderator_is(env, channel, alice, moderator):
    assert "settings" not in alice.available_commands(channel)
    assert "settings" in moderator.available_commands(channel)


async def test_the_card_says_what_is_set_where_nothing_was_changed(opened):
    card = await opened()
    assert "**Answers to commands** are private" in shown(card)
    assert "**Mentions of me** are answered in every channel" in shown(card)
    assert "**Moderators' channel:** none." in shown(card)
    assert picked(card, MENTIONS) == picked(card, MODERATORS) == []


async def test_a_press_is_refused_where_the_permission_has_gone_since(env, channel, moderator, opened, memory):
    card = await opened()
    env.backend.remove_member_role(env.guild.id, moderator.id, env.guild.roles["moderators"].id)
    for press in (
        moderator.click(card, label="Answer in public"),
        moderator.select(card, [channel], custom_id=MENTIONS),
        moderator.select(card, [channel], custom_id=MODERATORS),
    ):
        refused = await press
        assert refused.ephemeral
        assert NOT_ALLOWED in shown(refused.response)
    assert await memory.server(env.guild.id) == ServerSettings(env.guild.id)
    assert await memory.audit(10) == []


async def test_who_is_let_in_by_the_servers_own_rules_may_change_settings(env, channel, alice, opened, memory):
    role = env.guild.create_role("editors")
    editor = env.guild.add_member(env.create_user("ed"), roles=[role])
    env.guild.set_command_permissions(await synced(env), {role: True})
    await editor.click(await opened(editor), label="Answer in public")
    assert (await memory.server(env.guild.id)).public


async def test_a_rule_about_the_member_stands_above_one_about_their_role(env, channel, opened, memory):
    role = env.guild.create_role("editors")
    editor = env.guild.add_member(env.create_user("ed"), roles=[role])
    rule = await synced(env)
    env.guild.set_command_permissions(rule, {role: True})
    card = await opened(editor)
    env.guild.set_command_permissions(rule, {role: True, editor: False})
    await editor.click(card, label="Answer in public")
    assert not (await memory.server(env.guild.id)).public


@pytest.mark.parametrize("everybody", [True, False])
async def test_a_rule_about_everybody_counts_only_where_none_is_about_a_role(env, opened, memory, everybody):
    role = env.guild.create_role("editors")
    editor = env.guild.add_member(env.create_user("ed"), roles=[role])
    rule = await synced(env)
    env.guild.set_command_permissions(rule, {role: True})
    card = await opened(editor)
    env.guild.set_command_permissions(rule, {env.guild.default_role: everybody, role: not everybody})
    await editor.click(card, label="Answer in public")
    assert (await memory.server(env.guild.id)).public is not everybody


async def test_where_discord_does_not_tell_the_rules_only_the_permission_counts(env, opened, memory):
    role = env.guild.create_role("editors")
    editor = env.guild.add_member(env.create_user("ed"), roles=[role])
    env.guild.set_command_permissions(await synced(env), {role: True})
    card = await opened(editor)
    env.inject_error("GET", "/applications/*/permissions", status=500)
    await editor.click(card, label="Answer in public")
    assert not (await memory.server(env.guild.id)).public


# Changing


async def test_each_change_is_kept_and_shown_and_written_down(env, channel, moderator, opened, memory):
    card = await opened()
    await moderator.click(card, label="Answer in public")
    assert "**Answers to commands** are public" in shown(card)
    await moderator.select(card, [channel], custom_id=MENTIONS)
    assert f"answered only in <#{channel.id}>, and in threads there" in shown(card)
    await moderator.select(card, [channel], custom_id=MODERATORS)
    assert f"**Moderators' channel:** <#{channel.id}>." in shown(card)
    assert picked(card, MENTIONS) == picked(card, MODERATORS) == [channel.id]

    kept = ServerSettings(env.guild.id, public=True, mention_channels=(channel.id,), moderators=channel.id)
    assert await memory.server(env.guild.id) == kept
    done = [(one.action, one.old, one.new) for one in reversed(await memory.audit(10))]
    assert done == [
        ("settings: answers", "private", "public"),
        ("settings: mentions", "all channels", f"<#{channel.id}>"),
        ("settings: moderators' channel", "none", f"<#{channel.id}>"),
    ]
    code = await memory.member_code(moderator.id)
    assert {(one.actor, one.target) for one in await memory.audit(10)} == {(code, f"server {env.guild.id}")}


async def test_each_change_can_be_taken_back(env, channel, moderator, opened, memory, clock):
    card = await opened()
    await moderator.click(card, label="Answer in public")
    await moderator.click(card, label="Answer privately")
    for menu in (MENTIONS, MODERATORS):
        clock.advance(60)
        await moderator.select(card, [channel], custom_id=menu)
        await moderator.select(card, [], custom_id=menu)
    assert await memory.server(env.guild.id) == ServerSettings(env.guild.id)


async def test_settings_and_the_buttons_under_them_survive_a_restart(
    env, channel, moderator, opened, build, memory, clock, tmp_path
):
    card = await opened()
    await moderator.click(card, label="Answer in public")
    await memory.close()
    async with Memory(tmp_path / "data", clock=clock, flush_interval=60.0) as later:
        await env.restart_bot(build(memory=later))
        assert "are public" in shown(await opened())
        await moderator.click(card, label="Answer privately")
        assert not (await later.server(env.guild.id)).public


async def test_pressing_the_same_twice_changes_it_once(env, moderator, opened, memory):
    first, second = await opened(), await opened()
    for card in (first, second):
        await moderator.click(card, label="Answer in public")
    assert labels(second) == ["Answer privately"]
    assert len(await memory.audit(10)) == 1


async def test_two_moderators_with_the_same_card_do_not_undo_each_other(env, channel, moderator, opened, memory):
    other = env.guild.add_member(env.create_user("di"), roles=[env.guild.roles["moderators"]])
    mine, theirs = await opened(), await opened(other)
    await other.select(theirs, [channel], custom_id=MENTIONS)
    await moderator.click(mine, label="Answer in public")
    kept = await memory.server(env.guild.id)
    assert kept.public
    assert kept.mention_channels == (channel.id,)
    assert f"<#{channel.id}>" in shown(mine), "the card shows what the other has set"


async def test_changes_at_the_very_same_time_all_count(env, channel, memory):
    guild, servers = env.guild.id, env.bot.servers

    def adding(number):
        return lambda now: replace(now, mention_channels=(*now.mention_channels, number))

    await asyncio.gather(*(servers.change(guild, Setting.MENTIONS, adding(one), actor=one) for one in range(1, 11)))
    assert sorted((await memory.server(guild)).mention_channels) == list(range(1, 11))
    assert len(await memory.audit(20)) == 10


async def test_who_presses_too_quickly_is_slowed_down_and_nothing_changes(env, moderator, opened, memory):
    card = await opened()
    for _ in range(BURST):
        env.bot.pace.admit(moderator.id)
    assert "That was quick" in shown((await moderator.click(card, label="Answer in public")).response)
    assert not (await memory.server(env.guild.id)).public


@pytest.mark.parametrize("refused", ["add_audit", "set_server"])
async def test_where_the_records_cannot_be_reached_nothing_changes_and_the_card_says_so(
    env, channel, moderator, opened, unreachable, memory, refused
):
    card = await opened()
    unreachable(refused)
    await moderator.select(card, [channel], custom_id=MENTIONS)
    assert "I cannot reach my records" in shown(card)
    assert "answered in every channel" in shown(card)
    assert picked(card, MENTIONS) == []
    assert (await memory.server(env.guild.id)).mention_channels == ()
    assert await mention(env, moderator, env.guild.create_text_channel("elsewhere"))


async def test_an_action_that_came_to_nothing_is_put_right_in_the_audit_log(
    env, moderator, opened, unreachable, memory
):
    card = await opened()
    unreachable("set_server")
    await moderator.click(card, label="Answer in public")
    done = [(one.action, one.old, one.new) for one in reversed(await memory.audit(10))]
    assert done == [
        ("settings: answers", "private", "public"),
        ("settings: answers (not kept)", "public", "private"),
    ]


async def test_settings_that_could_not_be_read_at_first_are_not_overwritten(env, channel, memory, set_to, monkeypatch):
    await set_to(mention_channels=(channel.id,))
    real, failing = memory.server, [True]

    async def server(guild):
        return ServerSettings(guild) if failing and failing.pop() else await real(guild)

    monkeypatch.setattr(memory, "server", server)
    with pytest.raises(StorageUnavailable):
        await env.bot.servers.change(env.guild.id, Setting.ANSWERS, lambda now: replace(now, public=True), actor=1)
    assert await real(env.guild.id) == ServerSettings(env.guild.id, mention_channels=(channel.id,))


async def test_a_disk_that_hangs_does_not_keep_members_waiting(env, channel, alice, memory, monkeypatch):
    async def hangs(_):
        await asyncio.sleep(60)

    monkeypatch.setattr(memory, "server", hangs)
    monkeypatch.setattr("bot.cogs.servers.PATIENCE", PATIENCE / 10)
    assert await mention(env, alice, channel)
    assert (await alice.slash(channel, "ask", question=QUESTION)).ephemeral


async def test_what_a_server_has_set_goes_when_the_bot_is_removed_from_it(env, channel, opened, set_to, memory):
    await set_to(public=True, mention_channels=(channel.id,), moderators=channel.id)
    env.backend.remove_guild(env.guild.id)
    await env.settle()
    assert await memory.servers() == []


async def test_being_removed_while_the_records_cannot_be_reached_ends_nothing(env, channel, unreachable, caplog):
    unreachable("set_server")
    env.backend.remove_guild(env.guild.id)
    await env.settle()
    assert "could not be deleted" in caplog.text
    assert env.errors == []


# Mentions


async def test_mentions_are_answered_in_the_chosen_channels_and_ignored_elsewhere(env, channel, alice, set_to, asked):
    chosen, other = env.guild.create_text_channel("bots"), env.guild.create_text_channel("chat")
    await set_to(mention_channels=(channel.id, chosen.id))
    assert [await mention(env, alice, place) for place in (channel, chosen, other)] == [True, True, False]
    assert len(asked.questions) == 2


async def test_a_thread_belongs_to_its_channel(env, channel, alice, set_to):
    other = env.guild.create_text_channel("chat")
    await set_to(mention_channels=(channel.id,))
    inside = thread_in(env, channel, alice)
    assert await mention(env, alice, inside)
    assert not await mention(env, alice, thread_in(env, other, alice))


async def test_an_ignored_mention_does_not_count_against_the_member(env, channel, alice, set_to):
    other = env.guild.create_text_channel("chat")
    await set_to(mention_channels=(channel.id,))
    for _ in range(BURST + 1):
        await mention(env, alice, other)
    assert await mention(env, alice, channel)


async def test_mentions_stay_limited_when_the_chosen_channels_are_gone(env, channel, alice, set_to, opened):
    gone, other = env.guild.create_text_channel("bots"), env.guild.create_text_channel("chat")
    await set_to(mention_channels=(gone.id, other.id))
    env.backend.delete_channel(gone.id)
    card = await opened()
    assert "Of those that were picked, 1 is gone." in shown(card)
    assert picked(card, MENTIONS) == [other.id]
    env.backend.delete_channel(other.id)
    assert "answered nowhere" in shown(await opened())
    assert not await mention(env, alice, channel)


async def test_the_card_says_so_where_the_operator_has_switched_mentions_off(env, channel, opened, build):
    await env.restart_bot(build(settings=Settings(answer_mentions=False)))
    assert "whoever operates me has switched them off" in shown(await opened())


# The moderators' channel


@pytest.mark.parametrize("missing", ["send_messages", "view_channel"])
async def test_a_channel_that_the_bot_cannot_post_in_is_not_taken(env, channel, moderator, opened, memory, missing):
    closed = env.guild.create_text_channel("staff", overwrites=bots(env, **{missing: False}))
    card = await opened()
    await moderator.select(card, [closed], custom_id=MODERATORS)
    name = {"send_messages": "Send Messages", "view_channel": "View Channel"}[missing]
    assert f"I cannot post in <#{closed.id}>: give me " in shown(card)
    assert f"**{name}**" in shown(card)
    assert "Nothing is changed." in shown(card)
    assert (await memory.server(env.guild.id)).moderators is None
    assert await memory.audit(10) == []


async def test_the_card_says_so_where_the_bot_may_no_longer_post(env, set_to, opened):
    closed = env.guild.create_text_channel("staff", overwrites=bots(env, send_messages=False))
    await set_to(moderators=closed.id)
    assert f"I cannot post in <#{closed.id}>: give me **Send Messages** there." in shown(await opened())


async def test_the_card_says_so_where_everybody_reads_along(env, channel, set_to, opened):
    await set_to(moderators=channel.id)
    assert "Everybody in this server can read" in shown(await opened())
    hidden = {env.guild.default_role: discord.PermissionOverwrite(view_channel=False)}
    staff = env.guild.create_text_channel("staff", overwrites={**hidden, **bots(env, view_channel=True)})
    await set_to(moderators=staff.id)
    text = shown(await opened())
    assert f"<#{staff.id}>" in text
    assert "Everybody" not in text


async def test_a_moderators_channel_that_is_gone_is_not_offered_any_more(env, set_to, opened):
    staff = env.guild.create_text_channel("staff")
    await set_to(moderators=staff.id)
    env.backend.delete_channel(staff.id)
    card = await opened()
    assert "**Moderators' channel:** gone. Pick another one." in shown(card)
    assert picked(card, MODERATORS) == []


async def test_a_server_that_is_no_home_learns_that_nothing_is_posted_there(env, channel, opened, build):
    assert "none of my homes" not in shown(await opened())
    env.create_guild("other")
    assert "`BOT_HOME_SERVERS`" in shown(await opened())


async def test_moderators_are_told_in_their_channel_and_nobody_is_pinged(env, channel, set_to):
    staff = env.guild.create_text_channel("staff")
    await set_to(moderators=staff.id)
    assert await env.bot.servers.tell_moderators(note_card("A file has a mistake. @everyone")) == 1
    assert "A file has a mistake." in shown(staff.last_message)
    assert not any(env.http_requests[-1].json["allowed_mentions"].values())
    assert channel.history() == []


async def test_nobody_is_told_where_no_channel_was_chosen(env, channel):
    assert await env.bot.servers.tell_moderators(note_card("A file has a mistake.")) == 0
    assert channel.history() == []


async def test_only_homes_are_told(env, channel, build, memory):
    other = env.create_guild("other")
    place = other.create_text_channel("staff")
    for guild, told in ((env.guild, channel), (other, place)):
        await memory.set_server(ServerSettings(guild.id, moderators=told.id))
    await env.restart_bot(build(settings=Settings(home_servers=(other.id,))))
    assert await env.bot.servers.tell_moderators(note_card("A file has a mistake.")) == 1
    assert channel.history() == []
    assert len(place.history()) == 1


async def test_moderators_who_cannot_be_told_are_one_line_in_the_log_until_they_can(env, channel, set_to, caplog):
    closed = env.guild.create_text_channel("staff", overwrites=bots(env, send_messages=False))
    telling = env.bot.servers.tell_moderators
    for moderators, told in ((closed.id, 0), (closed.id, 0), (channel.id, 1), (404, 0), (404, 0)):
        await set_to(moderators=moderators)
        assert await telling(note_card("A file has a mistake.")) == told
    lines = [record.message for record in caplog.records if "cannot be told" in record.message]
    assert len(lines) == 2
    assert lines[1].endswith("(the channel is gone).")


# Home servers


async def test_the_only_server_is_the_home_where_none_is_listed(env, channel):
    assert is_home(env.guild.id, env.bot)
    assert not is_home(None, env.bot)
    assert not is_home(env.guild.id + 1, env.bot)
    first = env.guild.id
    env.create_guild("other")
    assert not is_home(first, env.bot)


async def test_listed_servers_are_homes_and_no_others(env, channel, build):
    first, other = env.guild.id, env.create_guild("other")
    await env.restart_bot(build(settings=Settings(home_servers=(other.id,))))
    assert is_home(other.id, env.bot)
    assert not is_home(first, env.bot)


def test_who_is_not_at_home_reads_what_the_operator_sets():
    assert "adds `123456789012345678` to `BOT_HOME_SERVERS`" in not_home_sentence(123456789012345678)
    assert "its id" in not_home_sentence(None)


# The card


@pytest.mark.parametrize("present", [True, False])
def test_a_card_with_everything_on_it_fits(present):
    many = tuple(10**18 + number for number in range(25))
    settings = ServerSettings(10**18, public=True, mention_channels=many, moderators=many[0])
    around = Surroundings(frozenset(many if present else ()), "I cannot post there: " + "x" * 200, True, True, False)
    payload = {"components": settings_card(settings, around, "n" * 3000).to_components(), "flags": 1 << 15}
    assert problems("POST", "/channels/1/messages", payload) == []
