"""`/kb draft`: the file of an entry that members miss, and what it would do."""

import asyncio

import pytest

from bot.cogs.kb import preview
from bot.curation import whatif
from bot.curation.diff import KnowledgeDiff, Side, Tally
from bot.curation.moves import Change, Move, Origin, Reached
from bot.curation.whatif import WhatIf
from bot.errors import BotError
from bot.knowledge import Problem
from bot.knowledge.entry_file import read_entry
from bot.knowledge.problems import Problems
from bot.ui.kb_gaps import NO_GROUP
from tests.curation.small import write
from tests.discord.seen import labels, shown

INSURANCE = ["is there insurance for restaking", "restaking insurance cover", "insurance on restaking rewards"]
NOTHING, RECENT = Reached("no_answer", None), Origin.RECENT


@pytest.fixture
async def inbox(memory):
    for member, text in enumerate(INSURANCE):
        memory.record_unmet(text, kind="gap", entry=None, asker=member)
    memory.record_question("a question of one member alone", outcome="no_answer", entry=None, face="slash")
    await memory.flush()


@pytest.fixture
def tried(monkeypatch, clock):
    """Plays the other process that tries a file; gives what it was asked to try."""
    asked = []

    async def what_if(folder, file, text, recent, settings, today):
        asked.append((folder, file, text, recent))
        name = file.removesuffix(".md").rpartition("/")[2]
        moves = tuple(
            Move(Change.MOVED, RECENT, "", one, (), NOTHING, Reached("answer", name, (), (name,))) for one in recent
        )
        diff = KnowledgeDiff(Side("a", 3), Side("b", 4), Tally(), Tally(), moves, recorded=1, recent=len(recent))
        entry = read_entry(text, name, file.partition("/")[0], today, Problems().in_file(file))
        return WhatIf(file, entry, (), diff, True)

    monkeypatch.setattr(whatif, "what_if", what_if)
    return asked


async def draft(mo, channel, gap):
    return (await mo.slash(channel, "kb draft", gap=gap)).response


async def picked(mo, channel, typed=""):
    """What is offered while the moderator types."""
    return await mo.autocomplete(channel, "kb draft", "gap", typed)


async def attached(message):
    (file,) = message.attachments
    return file.filename, (await file.read()).decode()


async def test_the_whole_file_is_attached_and_can_be_read_as_it_is(inbox, tried, mo, kb, channel, clock):
    (choice,) = await picked(mo, channel, "insurance")
    assert choice["name"].split(" (")[0] in INSURANCE
    card = await draft(mo, channel, choice["value"])
    name, text = await attached(card)
    assert name.removesuffix(".md").replace("-", " ") in INSURANCE
    problems = Problems()
    entry = read_entry(text, name.removesuffix(".md"), "risk", clock().date(), problems.in_file(name))
    assert entry is not None
    assert problems.sorted() == ()
    assert set(INSURANCE) <= set(entry.questions)
    assert f"/{name}`" in shown(card), "the card says where to put it"


async def test_its_effect_is_that_of_the_entry_once_written_and_is_added_to_the_card(
    inbox, tried, mo, channel, serving
):
    (choice,) = await picked(mo, channel)
    text = shown(await draft(mo, channel, choice["value"]))
    ((folder, file, content, recent),) = tried
    assert folder == serving.folder
    assert f"`{file}`" in text
    assert "\nstatus: published\n" in content
    assert set(INSURANCE) < set(recent)
    assert "**Predicted effect**, were it published with an answer:" in text
    assert "4 of 4 recent questions that no text answered would be answered" in text


async def test_of_recent_questions_only_what_three_members_asked_is_repeated(inbox, tried, mo, channel):
    (choice,) = await picked(mo, channel)
    text = shown(await draft(mo, channel, choice["value"]))
    assert f"“{INSURANCE[1]}”" in text
    assert "one member alone" in tried[0][3][-1]
    assert "one member alone" not in text


async def test_the_file_is_there_before_its_effect_is_known(inbox, mo, kb, channel, env, monkeypatch):
    seen = []

    async def slow(*_):
        seen.extend(env.http_requests[-1:])
        raise BotError("The files could not be compared.")

    monkeypatch.setattr(whatif, "what_if", slow)
    (choice,) = await picked(mo, channel)
    card = await draft(mo, channel, choice["value"])
    assert "Predicted effect:** I am looking" in str(seen[0].json)
    assert "not known. The files could not be compared." in shown(card)
    assert (await attached(card))[1].startswith("---\n")


async def test_a_draft_that_cannot_be_read_says_why(inbox, mo, channel, monkeypatch):
    async def broken(folder, file, *_):
        return WhatIf(file, None, (Problem(file, 3, "x", "a line is wrong", fatal=True),), None, True)

    monkeypatch.setattr(whatif, "what_if", broken)
    (choice,) = await picked(mo, channel)
    assert "line 3: a line is wrong" in shown(await draft(mo, channel, choice["value"]))


async def test_from_the_inbox_it_takes_the_place_of_the_page_and_leads_back(inbox, tried, mo, kb, press):
    card = await kb(mo, "gaps")
    await press(mo, card, "Draft an entry")
    assert len(card.attachments) == 1
    assert "**Predicted effect**" in shown(card)
    await press(mo, card, "Back to the inbox")
    assert "Put aside" in labels(card)
    assert card.attachments == []


async def test_where_a_line_may_be_enough_the_draft_says_so(memory, tried, mo, channel):
    for member in range(3):
        memory.record_unmet("get my coins back", kind="gap", entry=None, asker=member)
        memory.record_unmet("get my coins back", kind="retry", entry="queue", asker=member)
    await memory.flush()
    (choice,) = await picked(mo, channel)
    assert "a line in `exits/queue.md` is enough" in shown(await draft(mo, channel, choice["value"]))


async def test_a_gap_that_is_not_there_is_told(inbox, mo, channel):
    assert NO_GROUP in shown(await draft(mo, channel, "nothing"))


async def test_gaps_are_not_offered_where_they_may_not_be_seen(inbox, env, mo, channel):
    assert await picked(mo, channel)
    env.create_guild("other")
    assert await picked(mo, channel) == []


async def test_a_moderator_who_dismissed_the_card_is_left_alone(inbox, tried, mo, kb, channel, env, monkeypatch):
    env.inject_error("PATCH", "/webhooks/*", status=404, code=10008)
    (choice,) = await picked(mo, channel)
    await draft(mo, channel, choice["value"])
    assert env.errors == []


async def test_only_some_files_are_tried_at_a_time(inbox, mo, channel, monkeypatch):
    monkeypatch.setattr(preview, "_UNDER_WAY", {object() for _ in range(preview.QUEUE)})
    (choice,) = await picked(mo, channel)
    assert "being tried already" in shown(await draft(mo, channel, choice["value"]))


async def test_what_takes_too_long_is_given_up(inbox, mo, channel, monkeypatch):
    async def hangs(*_):
        await asyncio.sleep(30)

    monkeypatch.setattr(whatif, "what_if", hangs)
    monkeypatch.setattr(preview, "LONGEST", 0.01)
    (choice,) = await picked(mo, channel)
    assert preview.TOO_LONG in shown(await draft(mo, channel, choice["value"]))
    assert not preview._UNDER_WAY


async def test_as_it_is_a_draft_is_never_shown_to_members(inbox, tried, mo, channel, folder, serving):
    (choice,) = await picked(mo, channel)
    name, text = await attached(await draft(mo, channel, choice["value"]))
    write(folder, f"risk/{name}", text)
    await serving.reload()
    assert name.removesuffix(".md") not in {entry.id for entry in serving.base.published}
    write(folder, f"risk/{name}", text.replace("status: draft", "status: published"))
    assert (await serving.reload()).problems, "its answer is an example yet"
