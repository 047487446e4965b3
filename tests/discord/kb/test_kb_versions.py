"""`/kb reload`, `history` and `rollback`: from a changed file to a changed answer, and back."""

import asyncio

import pytest

from bot.cogs.kb.group import NOT_ALLOWED, UNTOLD, UNWRITTEN
from bot.cogs.kb.versions import MOVED, NO_VERSION, SERVED
from bot.cogs.servers import not_home_sentence
from bot.curation.serving import Outcome
from bot.errors import StorageUnavailable
from tests.curation.small import entry, write
from tests.discord.kb.walk import WHERE, body, last
from tests.discord.seen import labels, menus, shown


async def test_a_changed_file_is_served_after_a_reload_and_all_moderators_see_what_changed(
    services, room, mo, kb, press, rewards, folder, memory
):
    before = services.desk.library_version
    rewards("From AVS fees.")
    write(folder, "risk/more.md", entry("More risks", "what else can go wrong", "Code."))
    (folder / "exits/queue.md").unlink()
    card = await kb(mo, "reload")

    assert await body(services) == "From AVS fees."
    for text in (shown(card), last(room)):
        assert f"Version {services.desk.library_version} is served now" in text
        assert "Added (1): `more`" in text
        assert "Changed (1): `rewards`" in text
        assert "Removed (1): `queue`" in text
    assert f"<@{mo.id}> did this." in last(room)
    assert labels(card) == labels(room.last_message) == ["More risks", "Where rewards come from"]
    opened = await press(mo, card, "Where rewards come from")
    assert "From AVS fees." in shown(opened.response)

    (done,) = await memory.audit(5)
    assert (done.action, done.actor) == ("reload", await memory.member_code(mo.id))
    assert done.old.startswith(f"version {before}")
    assert "From fees." in done.old
    assert "As long as the queue says." in done.old
    assert done.new.startswith(f"version {services.desk.library_version}")
    assert "From AVS fees." in done.new


async def test_a_reload_without_a_change_says_so_to_the_moderator_alone(room, mo, kb, memory):
    assert "There is nothing new" in shown(await kb(mo, "reload"))
    assert room.last_message is None
    assert not await memory.audit(5)


async def test_a_file_with_a_slip_is_refused_with_file_line_and_cure(services, room, mo, kb, folder):
    text = entry("Where rewards come from", WHERE, "Wrong.").replace("reviewed:", "reviewd:")
    write(folder, "yield/rewards.md", text)
    card = shown(await kb(mo, "reload"))
    assert "**yield/rewards.md**, line 3:" in card
    assert "did you mean 'reviewed'?" in card
    assert "is served as before" in card
    assert await body(services) == "From fees."


async def test_of_many_problems_as_many_are_shown_as_fit_and_the_rest_is_counted(mo, kb, folder):
    for number in range(60):
        write(folder, f"risk/file-{number}.md", "---\nstatus: publ")
    card = shown(await kb(mo, "reload"))
    listed = card.count("**, line ")
    assert listed > 5
    total = int(card.split("The knowledge files have ")[1].split()[0])
    assert total >= 60
    assert f"and {total - listed} more" in card


async def test_going_back_asks_once_more_with_what_would_change_and_then_serves_the_old_version(
    services, room, mo, kb, press, rewards, clock, serving, memory
):
    await kb(mo, "reload")
    old = serving.base.version
    clock.advance(1)
    rewards("From AVS fees.")
    await kb(mo, "reload")
    new = serving.base.version

    history = await kb(mo, "history")
    assert f"`{new}`" in shown(history).split("served now")[0].splitlines()[-1]
    (menu,) = menus(history)
    assert [one["value"] for one in menu["options"]] == [old]
    clock.advance(60)
    await mo.select(history, [old])
    assert "0 added, 1 changed, 0 removed" in shown(history)
    assert await body(services) == "From AVS fees."

    await press(mo, history, f"Go back to {old}")
    assert "An earlier version is served again" in shown(history)
    assert f"Version {old} is served now" in shown(history)
    assert await body(services) == "From fees."
    assert f"<@{mo.id}> did this." in last(room)
    done = (await memory.audit(1))[0]
    assert done.action == "rollback"
    assert "From AVS fees." in done.old
    assert "From fees." in done.new
    status = shown(await kb(mo, "status"))
    assert f"went back to `{old}`" in status
    assert "say something else" not in status


async def test_the_version_gone_back_to_stays_through_a_restart_and_reload_takes_the_files_again(
    services, mo, kb, press, rewards, serving, restart
):
    await kb(mo, "reload")
    old = serving.base.version
    rewards("From AVS fees.")
    await kb(mo, "reload")
    card = await kb(mo, "rollback", version=old[:6])
    later = await restart()
    await press(mo, card, f"Go back to {old}")
    assert await body(later) == "From fees."
    third = await restart()
    assert await body(third) == "From fees."
    await kb(mo, "reload")
    assert await body(third) == "From AVS fees."


async def test_the_history_can_be_looked_at_again_instead_of_going_back(services, mo, kb, press, rewards, serving):
    await kb(mo, "reload")
    old = serving.base.version
    rewards("From AVS fees.")
    await kb(mo, "reload")
    card = await kb(mo, "rollback", version=old)
    await press(mo, card, "Keep what is served")
    assert "Versions that I can go back to" in shown(card)
    assert await body(services) == "From AVS fees."


async def test_who_was_asked_about_another_served_version_is_asked_anew(services, mo, kb, press, rewards, serving):
    await kb(mo, "reload")
    old = serving.base.version
    rewards("From AVS fees.")
    await kb(mo, "reload")
    card = await kb(mo, "rollback", version=old)
    rewards("From other fees.")
    assert (await serving.reload(asked=False)).outcome is Outcome.TAKEN
    await press(mo, card, f"Go back to {old}")
    assert MOVED in shown(card)
    assert await body(services) == "From other fees."
    await press(mo, card, f"Go back to {old}")
    assert await body(services) == "From fees."


async def test_a_version_that_is_not_kept_or_served_already_is_refused(mo, kb, serving):
    await kb(mo, "reload")
    assert shown(await kb(mo, "rollback", version="ffff")) == NO_VERSION
    assert shown(await kb(mo, "rollback", version=serving.base.version)) == SERVED


async def test_while_typing_the_versions_are_offered_that_are_not_served(mo, kb, channel, rewards, serving):
    await kb(mo, "reload")
    old = serving.base.version
    rewards("From AVS fees.")
    await kb(mo, "reload")
    found = await mo.autocomplete(channel, "kb rollback", "version", "")
    assert [one["value"] for one in found] == [old]
    assert "3 entries" in found[0]["name"]
    assert await mo.autocomplete(channel, "kb rollback", "version", "nothing like it") == []


async def test_a_reload_while_another_is_under_way_comes_to_an_end_too(services, mo, kb, rewards, room, serving):
    rewards("From AVS fees.")
    card, report = await asyncio.gather(kb(mo, "reload"), serving.reload(asked=False))
    assert ("A new version is served" in shown(card)) is not (report.outcome is Outcome.TAKEN)
    assert await body(services) == "From AVS fees."


async def test_without_records_and_without_a_channel_a_reload_still_works_and_says_what_is_missing(
    services, channel, mo, kb, rewards, memory, monkeypatch
):
    async def refuse(*_, **__):
        raise StorageUnavailable("no")

    monkeypatch.setattr(memory, "add_audit", refuse)
    rewards("From AVS fees.")
    card = shown(await kb(mo, "reload"))
    assert await body(services) == "From AVS fees."
    assert UNWRITTEN in card
    assert UNTOLD in card


# Who may


async def test_a_member_who_is_no_moderator_has_no_such_command(env, channel, alice):
    assert not [name for name in alice.available_commands(channel) if name.startswith("kb")]


async def test_who_is_no_moderator_any_more_cannot_press(services, env, mo, kb, press, rewards, serving):
    await kb(mo, "reload")
    old = serving.base.version
    rewards("From AVS fees.")
    await kb(mo, "reload")
    card = await kb(mo, "rollback", version=old)
    env.backend.get_guild(env.guild.id).members[mo.id].role_ids = []
    result = await press(mo, card, f"Go back to {old}")
    assert shown(result.response) == NOT_ALLOWED
    assert await body(services) == "From AVS fees."


async def test_who_is_at_home_no_more_cannot_press(services, env, mo, kb, press, rewards, serving):
    await kb(mo, "reload")
    old = serving.base.version
    rewards("From AVS fees.")
    await kb(mo, "reload")
    card = await kb(mo, "rollback", version=old)
    env.create_guild("another")
    result = await press(mo, card, f"Go back to {old}")
    assert shown(result.response) == not_home_sentence(env.guild.id)
    assert await body(services) == "From AVS fees."


@pytest.mark.parametrize("command", ["reload", "unfreeze", "audit", "incident list"])
async def test_a_server_that_is_no_home_is_told_what_the_operator_has_to_set(env, mo, kb, command):
    env.create_guild("another")
    assert shown(await kb(mo, command)) == not_home_sentence(env.guild.id)


@pytest.mark.parametrize("command", ["status", "history"])
async def test_a_server_that_is_no_home_may_look(env, mo, kb, command):
    env.create_guild("another")
    assert not_home_sentence(env.guild.id) not in shown(await kb(mo, command))
