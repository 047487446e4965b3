"""What the moderators' channel is told without having asked: changed files, a start, and the weekly digest."""

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import discord
import pytest

from bot.answering.live import MarketFigures
from bot.cogs.kb import weekly
from bot.cogs.kb.notices import HELD, Notices
from bot.cogs.kb.weekly import STATE, last_sent, send_digest
from bot.curation.digest import Digest, Section
from bot.curation.serving import Outcome, Report
from bot.market.beside import Dated
from bot.ui.kb_notices import digest_card
from tests.curation.small import entry, write
from tests.discord.kb.walk import SLASHED, body, last
from tests.discord.seen import shown
from tests.discord.test_strategy import GUIDE

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIGURE = """
[alpha-tvl]
say = "about $100 million"
value = "100"
unit = "million USD"
as_of = 2026-11-01
source = "DefiLlama"
grade = "U"
volatility = "live"
live = "tvl:alpha"
tolerance = 15.0
"""
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def saved(serving, env):
    """What happens when files were saved and have come to rest."""

    async def saved():
        report = await serving.reload(asked=False)
        for observer in serving.observers:
            await observer(report)
        return report

    return saved


async def test_files_that_were_taken_over_by_themselves_are_told(services, room, rewards, saved):
    rewards("From AVS fees.")
    await saved()
    assert "A new version is served" in last(room)
    assert "Changed (1): `rewards`" in last(room)
    assert "did this" not in last(room)
    assert await body(services) == "From AVS fees."


async def test_files_that_are_refused_are_told_with_file_line_and_cure(services, room, folder, saved):
    write(folder, "yield/rewards.md", "---\nstatus: publ")
    await saved()
    assert "**yield/rewards.md**, line 1:" in last(room)
    assert "is never closed" in last(room)
    assert "`/kb reload`" in last(room)


async def test_a_version_of_which_no_copy_could_be_kept_is_told(room, serving, rewards, monkeypatch, saved):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(serving._versions, "copy", full)
    rewards("From AVS fees.")
    await saved()
    assert "No copy of this version could be kept" in last(room)


async def test_a_saved_file_is_noticed_and_told_while_the_bot_runs(services, env, room, serving, rewards):
    watching = asyncio.create_task(serving.watch(settled=0.01, look_every=0.05))
    try:
        await asyncio.sleep(0.2)
        rewards("From AVS fees.")
        for _ in range(200):
            await asyncio.sleep(0.02)
            if room.last_message is not None:
                break
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
    assert "Changed (1): `rewards`" in last(room)
    assert await body(services) == "From AVS fees."


async def test_without_a_channel_the_log_has_it(env, rewards, saved, caplog):
    caplog.set_level(logging.INFO, "bot.cogs")
    rewards("From AVS fees.")
    await saved()
    assert "the log alone has this notice" in caplog.text


async def test_a_start_with_less_than_all_files_is_told_once_and_no_more_after_they_were_mended(
    room, folder, restart, mo, kb, rewards
):
    await kb(mo, "reload")
    await restart(lambda: write(folder, "yield/rewards.md", "---\nstatus: publ"))
    (told,) = room.history()
    assert "I have started, and not with all that the files say" in shown(told)
    assert "yield/rewards.md" in shown(told)
    assert "yield/rewards.md cannot be served" in shown(await kb(mo, "status"))
    rewards("Mended.")
    await kb(mo, "reload")
    assert "cannot be served" not in shown(await kb(mo, "status"))


async def test_what_happens_before_discord_is_there_is_told_afterwards(env, room, serving):
    early = Notices(env.bot)
    for number in range(HELD + 2):
        await early.changed(Report(Outcome.REFUSED, "v", f"Trouble {number}."))
    assert room.last_message is None
    await early.on_ready()
    texts = [shown(one) for one in room.history()]
    assert len(texts) == HELD
    assert "Trouble 2." in texts[0]
    assert f"Trouble {HELD + 1}." in texts[-1]
    await early.on_ready()
    assert len(room.history()) == HELD
    await early.cog_unload()


async def test_a_card_that_cannot_be_made_does_not_end_the_watch(env, room, serving, monkeypatch, caplog):
    (observer,) = serving.observers
    await observer(None)
    assert "telling moderators of changed files failed" in caplog.text


async def test_a_reload_that_brings_the_guide_brings_its_command_and_takes_it_again(
    env, channel, alice, mo, kb, folder, room
):
    guide = (
        GUIDE.replace("exit-queue", "queue").replace("what-is-restaking", "rewards").replace("avs-slashing", "slashing")
    )
    assert "strategy" not in alice.available_commands(channel)
    path = write(folder, "facts/strategy.toml", guide)
    assert "A new version is served" in shown(await kb(mo, "reload"))
    assert "strategy" in alice.available_commands(channel)
    path.unlink()
    await kb(mo, "reload")
    assert "strategy" not in alice.available_commands(channel)


# The weekly digest


async def test_the_digest_tells_what_is_overdue_and_what_members_missed(services, env, room, folder, kb, mo, memory):
    text = entry("Where rewards come from", "where from", "Fees.").replace("2026-11-01", "2026-05-01")
    write(folder, "yield/rewards.md", text)
    await kb(mo, "reload")
    for asker in (1, 2, 3):
        memory.record_unmet("how do i bridge alpha", kind="gap", entry=None, asker=asker)
    await send_digest(env.bot, MONDAY)
    assert "### Weekly digest, 22 Nov 2026" in last(room)
    assert "**Past review**" in last(room)
    assert "yield/rewards.md: due 30 Jul 2026" in last(room)
    assert "**Questions without an answer**" in last(room)
    assert "put by 3 members" in last(room)
    assert await last_sent(env.bot) == MONDAY


def test_what_members_typed_is_shown_as_typed():
    card = digest_card(Digest("Weekly digest", (Section("Questions", ("@everyone **buy** <#1>",)),)))
    text = "\n".join(one.content for one in card.walk_children() if isinstance(one, discord.ui.TextDisplay))
    assert "**buy**" not in text
    assert "@everyone" not in text
    assert "\\<#1>" in text


async def test_a_quiet_week_is_told_in_one_sentence(env, room):
    await send_digest(env.bot, MONDAY)
    assert "Have a quiet week." in last(room)


class HalfGone:
    """A market in which half of what Alpha held has left."""

    async def quotes(self, *_):
        return []

    async def tvl(self, protocol, within):
        return Dated(Decimal(50_000_000), NOW, "DefiLlama")


async def test_the_digest_holds_dated_figures_against_the_market(env, services, room, folder, kb, mo):
    write(folder, "facts/protocols.toml", '[alpha]\nname = "Alpha"\ntvl_slugs = ["alpha"]\n')
    write(folder, "facts/figures.toml", FIGURE)
    assert "A new version is served" in shown(await kb(mo, "reload"))
    facts = services.desk.library.facts
    services.desk.edition.live = MarketFigures(HalfGone(), facts)
    await send_digest(env.bot, NOW)
    assert "**Figures that have left their tolerance**" in last(room)
    assert "the text says about $100 million (1 Nov 2026); live it is $50 million" in last(room)


async def test_a_late_digest_is_sent_at_the_start_and_once_only(room, memory, restart, clock):
    await memory.set_state(STATE, (clock.now - timedelta(days=10)).isoformat())
    await restart()
    assert len(room.history()) == 1
    assert "Weekly digest" in last(room)
    await restart()
    assert len(room.history()) == 1


async def test_nobody_is_greeted_with_a_digest_and_monday_brings_the_first(env, room, restart, clock):
    await restart()
    assert room.last_message is None
    clock.now = MONDAY
    await env.advance_time(weekly.LOOK_EVERY)
    assert "Weekly digest" in last(room)
    clock.now += timedelta(days=6)
    await env.advance_time(weekly.LOOK_EVERY)
    assert len(room.history()) == 1
    clock.now = MONDAY + timedelta(days=7)
    await env.advance_time(weekly.LOOK_EVERY)
    assert len(room.history()) == 2


async def test_a_digest_that_fails_is_in_the_log_and_the_next_one_comes(
    env, room, memory, restart, clock, monkeypatch, caplog
):
    await memory.set_state(STATE, (clock.now - timedelta(days=10)).isoformat())
    right = weekly.digest_now

    async def broken(_):
        raise ValueError("odd")

    monkeypatch.setattr(weekly, "digest_now", broken)
    await restart()
    assert "the weekly digest failed" in caplog.text
    assert room.last_message is None
    monkeypatch.setattr(weekly, "digest_now", right)
    clock.now = MONDAY + timedelta(days=7)
    await env.advance_time(weekly.LOOK_EVERY)
    assert "Weekly digest" in last(room)


@pytest.mark.parametrize("kept", ["", "yesterday"])
async def test_a_moment_that_cannot_be_read_counts_as_none(env, memory, kept):
    await memory.set_state(STATE, kept)
    assert await last_sent(env.bot) is None


async def test_the_digest_reads_no_question_that_fewer_than_three_members_put(env, room, memory):
    for asker in (1, 2):
        memory.record_unmet("how do i bridge alpha", kind="gap", entry=None, asker=asker)
    await send_digest(env.bot, MONDAY)
    assert "bridge" not in last(room)
    assert await body(env.bot.services, SLASHED)
