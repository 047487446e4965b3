"""`/kb preview`: how an entry looks, what is wrong with its file, and which questions it takes from others."""

import asyncio
from types import SimpleNamespace

import discord
import pytest

from bot.cogs.kb import preview
from bot.cogs.kb.group import NOT_ALLOWED
from bot.cogs.pace import BURST
from bot.curation import whatif
from bot.curation.diff import KnowledgeDiff, Side, Tally
from bot.curation.moves import Change, Move, Origin, Phrasing, Reached
from bot.curation.whatif import WhatIf
from bot.errors import BotError
from bot.knowledge import Problem
from bot.knowledge.entry_file import read_entry
from bot.knowledge.problems import Problems
from bot.ui.delivery import Delivery
from bot.ui.kb_preview import DRAFT, FILE, NOT_SERVED, SEEN, TEXT, WINDOW, Effect, preview_card
from tests.curation.conftest import FILES, FRUIT
from tests.curation.small import entry, write
from tests.discord.kb.walk import WHERE
from tests.discord.seen import labels, parts, shown
from tests.folders import TODAY, entry_text, write_folder
from tests.standin.schema import problems

START_PROCESS = asyncio.create_subprocess_exec
REWARDS = entry("Where rewards come from", WHERE, "From AVS fees, since 1 November 2026.")
SENT = Reached("answer", "rewards", (), ("rewards",), "a phrasing")
TAKEN = Reached("answer", "queue", (), ("queue",), "how long")


def moved(change, question, *, origin=Origin.RECORDED, place="questions/dev.md:4", before=SENT, after=TAKEN, by=None):
    targets = ("rewards",) if origin is Origin.RECORDED else ()
    return Move(change, origin, place, question, targets, before, after, by)


def difference(*moves, recorded=9, recent=0):
    return KnowledgeDiff(Side("a", 3), Side("b", 3), Tally(), Tally(), moves, recorded=recorded, recent=recent)


def found(file="exits/queue.md", text=REWARDS, diff=None, told=(), *, is_new=False):
    read = read_entry(text, "queue", "exits", TODAY, Problems().in_file(file))
    return WhatIf(file, read, tuple(told), diff or difference(), is_new)


@pytest.fixture
def tried(monkeypatch):
    """Plays the other process that tries a file; gives what it was asked, and takes what it answers."""

    class Tried(list):
        answer = None

    asked = Tried()

    async def what_if(folder, file, text, recent, settings, today):
        asked.append((folder, file, text, recent))
        return asked.answer or found(file, text)

    monkeypatch.setattr(whatif, "what_if", what_if)
    return asked


@pytest.fixture
def attach(mo, channel, clock):
    """Attaches a file to the command."""

    async def attach(name, content, by=mo, **options):
        clock.advance(60)
        data = content if isinstance(content, bytes) else content.encode()
        return await by.slash(channel, "kb preview", file=(name, data), **options)

    return attach


# A file that is attached


async def test_the_card_is_shown_as_members_would_see_it_with_nothing_to_press(tried, attach):
    result = await attach("rewards.md", REWARDS)
    (seen,) = result.followups
    assert seen.ephemeral
    assert shown(seen).startswith(f"-# {SEEN}")
    assert "### Where rewards come from\nFrom AVS fees, since 1 November 2026." in shown(seen)
    assert "Reviewed 1 Nov 2026 · rewards" in shown(seen)
    pressed = [part for part in parts(seen) if part["type"] in {2, 3}]
    assert {"Sources", "Helpful", "Share"} <= set(labels(seen))
    assert all(part["disabled"] for part in pressed)


async def test_a_file_is_tried_in_the_place_of_the_entry_of_its_name(tried, attach, serving):
    card = (await attach("rewards.md", REWARDS)).response
    ((folder, file, text, _),) = tried
    assert (folder, file, text) == (serving.folder, "yield/rewards.md", REWARDS)
    assert "### Preview of `yield/rewards.md`" in shown(card)
    assert "No recorded question is lost by it." in shown(card)
    assert "Nothing is changed or kept." in shown(card)


async def test_a_new_file_lies_in_the_topic_that_is_named(tried, attach):
    await attach("fresh.md", REWARDS, topic="Yield/")
    assert tried[0][1] == "yield/fresh.md"


async def test_without_a_topic_those_that_there_are_are_told(tried, attach):
    text = shown((await attach("fresh.md", REWARDS)).response)
    assert "in which folder it would lie: exits, risk, yield" in text
    assert tried == []


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("rewards.txt", REWARDS, preview.NOT_MD),
        ("My_Entry.md", REWARDS, "Rename it to my-entry.md."),
        ("rewards.md", "x" * (256 * 1024 + 1), preview.TOO_LARGE),
        ("rewards.md", REWARDS.encode("utf-16"), preview.NOT_UTF8),
    ],
)
async def test_what_is_no_entry_file_is_refused_with_a_cure(tried, attach, name, content, told):
    result = await attach(name, content)
    assert told in shown(result.response)
    assert tried == []


async def test_a_file_of_the_largest_size_is_taken(tried, attach):
    text = REWARDS + "\n" * (256 * 1024 - len(REWARDS))
    await attach("rewards.md", text)
    assert len(tried) == 1


async def test_a_file_that_discord_does_not_give_is_asked_for_again(tried, attach, monkeypatch):
    async def gone(_):
        raise ConnectionResetError

    monkeypatch.setattr("discord.Attachment.read", gone)
    assert preview.NOT_FETCHED in shown((await attach("rewards.md", REWARDS)).response)


async def test_a_file_that_cannot_be_read_has_problems_and_no_card(tried, attach):
    tried.answer = WhatIf(
        "yield/rewards.md", None, (Problem("yield/rewards.md", 7, "x", "write it", True),), None, False
    )
    result = await attach("rewards.md", "no header")
    assert result.followups == []
    assert NOT_SERVED in shown(result.response)
    assert "- **yield/rewards.md**, line 7: write it" in shown(result.response)


async def test_a_draft_is_shown_and_said_to_be_one(tried, attach):
    result = await attach("rewards.md", REWARDS.replace("published", "draft"))
    assert "From AVS fees" in shown(result.followups[0])
    assert DRAFT in shown(result.response)


async def test_a_frozen_entry_is_shown_all_the_same(tried, attach, mo, kb):
    await kb(mo, "freeze", reason="a wrong figure", entry="rewards")
    assert "From AVS fees" in shown((await attach("rewards.md", REWARDS)).followups[0])


async def test_slots_are_filled_and_banners_stand_above_as_for_members(tried, attach, folder, serving):
    write(
        folder,
        "facts/incidents.toml",
        '[broken]\nstate = "open"\nprotocols = ["alpha"]\ntitle = "Exits shut"\nbanner = "Exits are shut."\n'
        "opened = 2026-11-20\nupdated = 2026-11-20\n",
    )
    await serving.reload()
    banner = "Exits are shut."
    text = REWARDS.replace("review_every: 90 days\n", "review_every: 90 days\nprotocols: alpha\n")
    assert banner in shown((await attach("rewards.md", text)).followups[0])


async def test_while_it_works_the_card_says_how_long_that_may_take(attach, env, monkeypatch):
    seen = []

    async def slow(*_):
        seen.append(str([request.json for request in env.http_requests]))
        raise BotError("Trying this took too long and was given up.")

    monkeypatch.setattr(whatif, "what_if", slow)
    card = (await attach("rewards.md", REWARDS)).response
    assert "about half a minute, four minutes at most" in seen[0]
    assert "took too long and was given up" in shown(card)


async def test_it_is_the_same_where_discord_is_slow_to_give_the_file(tried, attach, env, monkeypatch):
    async def slow(_):
        await asyncio.sleep(0.05)
        return REWARDS.encode()

    monkeypatch.setattr("discord.Attachment.read", slow)
    env.bot.delivery = Delivery(patience=0.01)
    result = await attach("rewards.md", REWARDS)
    (first,) = [request.json for request in env.http_requests if request.path.endswith("/callback")]
    assert first["type"] == discord.InteractionResponseType.deferred_channel_message.value
    cards = [shown(card) for card in (result.response, *result.followups) if card is not None]
    assert any("No recorded question is lost by it." in card for card in cards)
    assert any("From AVS fees" in card for card in cards)
    assert not any("about half a minute" in card for card in cards), "the result takes the place of that"


async def test_a_name_that_leads_elsewhere_is_refused_in_place(attach):
    assert "Name the file as topic/entry-id.md" in shown((await attach("x.md", REWARDS, topic="facts")).response)


# The window


async def test_without_a_file_a_window_opens_with_the_text_of_the_entry(tried, mo, channel, folder):
    window = await mo.slash(channel, "kb preview", entry="rewards")
    fields = {part["component"]["custom_id"]: part["component"] for part in window.modal["components"]}
    assert fields[FILE]["value"] == "yield/rewards.md"
    assert fields[TEXT]["value"] == (folder / "yield/rewards.md").read_text()
    result = await mo.submit_modal(window, {FILE: "yield/rewards.md", TEXT: REWARDS})
    assert tried[0][1:3] == ("yield/rewards.md", REWARDS)
    assert "No recorded question is lost" in shown(result.response)
    assert "From AVS fees" in shown(result.followups[0])


async def test_windows_that_nobody_submits_cost_no_memory(env, mo, channel, clock):
    for _ in range(3):
        clock.advance(60)
        await mo.slash(channel, "kb preview", entry="rewards")
    assert not env.bot._connection._view_store._modals


async def test_for_a_new_entry_it_opens_with_an_empty_one(mo, channel):
    window = await mo.slash(channel, "kb preview", topic="risk")
    fields = {part["component"]["custom_id"]: part["component"] for part in window.modal["components"]}
    assert fields[FILE]["value"] == "risk/"
    assert fields[TEXT]["value"].startswith("---\nstatus: draft\n")


async def test_a_window_that_was_opened_before_a_restart_is_taken(tried, mo, channel, restart):
    window = await mo.slash(channel, "kb preview", entry="rewards")
    await restart()
    result = await mo.submit_modal(window, {FILE: "knowledge/yield/rewards.md", TEXT: REWARDS})
    assert tried[0][1] == "yield/rewards.md"
    assert "No recorded question is lost" in shown(result.response)


async def test_an_entry_that_does_not_fit_into_a_window_is_to_be_attached(mo, channel, folder):
    write(folder, "yield/rewards.md", entry("Long", WHERE, "word " * WINDOW))
    text = shown((await mo.slash(channel, "kb preview", entry="rewards")).response)
    assert "a window takes 4000; attach it as a file" in text


async def test_a_title_names_an_entry_as_well_and_a_slip_is_told(mo, channel):
    assert (await mo.slash(channel, "kb preview", entry="what can be SLASHED")).modal
    assert preview.NO_ENTRY in shown((await mo.slash(channel, "kb preview", entry="nothing")).response)


async def test_whoever_lost_the_permission_tries_nothing(tried, env, mo, channel):
    window = await mo.slash(channel, "kb preview", entry="rewards")
    env.backend.remove_member_role(env.guild.id, mo.id, env.guild.roles["moderators"].id)
    result = await mo.submit_modal(window, {FILE: "yield/rewards.md", TEXT: REWARDS})
    assert NOT_ALLOWED in shown(result.response)
    assert tried == []


async def test_whoever_is_too_quick_is_slowed_down(tried, env, mo, channel):
    window = await mo.slash(channel, "kb preview", entry="rewards")
    for _ in range(BURST):
        env.bot.pace.admit(mo.id)
    result = await mo.submit_modal(window, {FILE: "yield/rewards.md", TEXT: REWARDS})
    assert "That was quick" in shown(result.response)
    assert tried == []


async def test_a_server_that_is_no_home_any_more_tries_nothing(tried, env, mo, channel):
    window = await mo.slash(channel, "kb preview", entry="rewards")
    env.create_guild("other")
    result = await mo.submit_modal(window, {FILE: "yield/rewards.md", TEXT: REWARDS})
    assert "BOT_HOME_SERVERS" in shown(result.response)
    assert tried == []


async def test_entries_and_topics_are_offered_while_typing(mo, channel):
    entries = await mo.autocomplete(channel, "kb preview", "entry", "slash")
    assert [one["value"] for one in entries] == ["slashing"]
    topics = await mo.autocomplete(channel, "kb preview", "topic", "")
    assert [one["value"] for one in topics] == ["exits", "risk", "yield"]


# What would move


def text_of(card):
    return shown(SimpleNamespace(components=card.to_components()))


def said(*moves, asked=(), **about):
    return text_of(preview_card(Effect(found(diff=difference(*moves, **about)), frozenset(asked))))


def test_losses_come_first_by_name_with_examples_and_what_took_them():
    by = Phrasing("how long", "exits/queue.md", 12)
    text = said(
        moved(Change.NEWLY_RIGHT, "a better one", before=TAKEN, after=SENT),
        *(moved(Change.LOST, f"question {number}", by=by) for number in range(5)),
    )
    assert "⚠️ **It takes 5 recorded questions from where it belongs.**" in text
    lines = text.split("\n")
    at = lines.index("- **rewards loses 5 questions to queue**")
    assert lines[at + 1] == '  - by "how long" (exits/queue.md:12)'
    assert lines[at + 2] == "  - “question 0” questions/dev.md:4: rewards → queue"
    assert lines[at + 5] == "  - and 2 more"
    assert at < lines.index("- 1 question better off")


def test_held_out_questions_are_named_by_their_place_alone():
    text = said(moved(Change.LOST, None, place="questions/test.md:17"))
    assert "  - questions/test.md:17: rewards → queue" in text


def test_recent_questions_are_counted_and_only_common_wordings_repeated():
    nothing = Reached("no_answer", None)
    recent = [
        moved(Change.MOVED, words, origin=Origin.RECENT, place="", before=nothing)
        for words in ("what one member asked", "what three asked")
    ]
    other = moved(Change.MOVED, "another of one member", origin=Origin.RECENT, place="")
    text = said(*recent, other, recent=40, asked=["what three asked"])
    assert "2 of 40 recent questions that no text answered would be answered: `queue`" in text
    assert "“what three asked”" in text
    assert "1 of 40 recent questions would see something else: rewards → queue" in text
    assert "one member" not in text


def test_nothing_that_moves_is_said_so_and_so_are_folders_without_recorded_questions():
    assert "**Questions that move:** none" in said()
    assert "no recorded questions" in said(recorded=0)


def test_fatal_problems_stand_before_the_others_and_everything_fits():
    told = [Problem("exits/queue.md", number, "x", "long " * 150) for number in range(20)]
    last = Problem("exits/queue.md", 99, "x", "it is fatal", fatal=True)
    moves = [moved(Change.LOST, "q" * 300, by=Phrasing("p" * 300, "exits/queue.md", 3)) for _ in range(90)]
    card = preview_card(Effect(found(diff=difference(*moves), told=[*told, last])))
    text = text_of(card)
    assert text.index("it is fatal") < text.index("line 0")
    payload = {"components": card.headed("n" * 100).to_components(), "flags": 1 << 15}
    assert problems("POST", "/channels/1/messages", payload) == []
    assert len(text) <= 3800


# From end to end, with the other process

STOLEN = "cake recipe with cherry please"
FIG = entry_text("Pear", [*FRUIT["pear"], f"{STOLEN} now"])


class TestEndToEnd:
    """A folder of fruit with recorded questions."""

    @pytest.fixture
    def folder(self, tmp_path):
        recorded = {
            "questions/dev.md": f"- {STOLEN} -> cherry\n",
            "questions/test.md": "- recipe of cherry cake -> cherry\n",
        }
        return write_folder(tmp_path / "knowledge", FILES | recorded)

    @pytest.fixture
    def processes(self, trained_here, monkeypatch, env):
        """Processes can be started here, and are waited for."""
        monkeypatch.setattr(asyncio, "create_subprocess_exec", START_PROCESS)
        env.settle_timeout = 120.0

    async def test_a_draft_that_steals_a_question_is_caught(self, processes, attach, memory, folder):
        memory.record_question(f"{STOLEN} today", outcome="answer", entry="cherry", face="slash")
        await memory.flush()
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        result = await attach("pear.md", FIG)
        text = shown(result.response)
        assert "from where it belongs" in text
        assert "- **cherry loses " in text
        assert " to pear**" in text
        assert f'by "{STOLEN} now" (fruit/pear.md:' in text
        assert f"“{STOLEN}” questions/dev.md:1: cherry → pear" in text
        assert "recipe of cherry cake" not in text
        assert "1 of 1 recent question would see something else: cherry → " in text
        assert "Pear" in shown(result.followups[0])
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
