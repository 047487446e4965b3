"""`/kb gaps`: what three or more members asked and did not get, and what moderators do with it."""

import json

import pytest

from bot.cogs.kb.gaps import STATE
from bot.cogs.kb.group import NOT_ALLOWED
from bot.cogs.servers import NOT_KEPT, not_home_sentence
from bot.errors import StorageUnavailable
from bot.settings import Settings
from bot.ui.kb_gaps import A_PAGE, NO_GROUP
from tests.curation.small import entry, write
from tests.discord.kb.walk import last
from tests.discord.seen import labels, parts, shown

INSURANCE = ["is there insurance for restaking", "restaking insurance cover", "insurance on restaking rewards"]
TAXES = "how are restaking rewards taxed"
SUBJECTS = ("insurance", "taxation", "audits", "governance", "custody", "inheritance")


@pytest.fixture
def missed(memory):
    """Questions that were not served, each put by other members."""
    members = iter(range(10**17, 10**18, 7))

    async def missed(*texts, kind="gap", entry=None, askers=1):
        for text in texts:
            for _ in range(askers):
                memory.record_unmet(text, kind=kind, entry=entry, asker=next(members))
        await memory.flush()

    return missed


@pytest.fixture
async def inbox(missed):
    """One group that may be seen, and one question that may not."""
    await missed(*INSURANCE)
    await missed("what is a giraffe worth in restaking", askers=2)


def group_id(card):
    return next(line.rsplit("`", 2)[1] for line in shown(card).split("\n") if " · `" in line)


async def test_a_group_of_three_members_is_shown_and_what_two_asked_is_only_counted(inbox, mo, kb):
    card = await kb(mo, "gaps")
    text = shown(card)
    assert "**3 members**, no answer · since 22 Nov 2026, last today" in text
    for wording in INSURANCE:
        assert f"- {wording}" in text
    assert "Nearest: `slashing` " in text
    assert "2 more wait for a third asker" in text
    assert "giraffe" not in text
    assert labels(card) == ["Draft an entry", "Read slashing", "Put aside"]


async def test_an_empty_inbox_says_so(mo, kb):
    assert "Nothing waits" in shown(await kb(mo, "gaps"))


async def test_nothing_that_was_sent_names_a_member(inbox, mo, kb, env):
    before = len(env.http_requests)
    await kb(mo, "gaps")
    sent = " ".join(str(request.json) for request in env.http_requests[before:])
    assert "1000000000000000" not in sent


async def test_the_nearest_entry_is_read_as_members_see_it(inbox, mo, kb, press):
    read = await press(mo, await kb(mo, "gaps"), "Read slashing")
    assert "The stake that was allocated." in shown(read.response)


async def test_what_the_files_answer_by_now_is_no_gap_any_more(inbox, mo, kb, folder, serving):
    card = await kb(mo, "gaps")
    more = "\n- ".join(INSURANCE)
    write(folder, "risk/insurance.md", entry("Is there insurance?", more, "None that pays for all of it."))
    await serving.reload()
    assert "Nothing waits" in shown(await kb(mo, "gaps"))
    assert INSURANCE[0] in shown(card)


async def test_where_other_words_found_an_entry_the_exact_lines_and_their_file_are_shown(missed, mo, kb, press):
    await missed("how do i get my coins back", "get my coins back please", "when do coins come back")
    await missed("how do i get my coins back", kind="retry", entry="queue", askers=3)
    card = await kb(mo, "gaps")
    assert "other words found `queue`" in shown(card)
    lines = shown((await press(mo, card, "Lines to add")).response)
    assert "### Lines for `exits/queue.md`" in lines
    assert "- how do i get my coins back" in lines
    assert "## Questions" in lines


async def test_an_entry_that_did_not_help_is_named_and_can_be_read(missed, mo, kb, press):
    await missed("what are rewards", "what rewards are there", "rewards", kind="unhelpful", entry="rewards")
    card = await kb(mo, "gaps")
    assert "**3 members**, `rewards` did not help" in shown(card)
    assert "Read rewards" in labels(card)
    assert "Lines to add" not in labels(card)


# Putting aside


async def test_a_group_that_is_put_aside_is_gone_for_all_and_written_down_by_its_id_alone(
    inbox, room, mo, em, kb, press, memory
):
    card = await kb(mo, "gaps")
    name = group_id(card)
    await press(mo, card, "Put aside")
    assert "Nothing waits" in shown(card)
    assert f"`{name}` is put aside" in shown(card)
    assert "1 group put aside" in shown(await kb(em, "gaps"))

    assert f"<@{mo.id}> put aside the gap `{name}`" in last(room)
    (done,) = await memory.audit(5)
    assert (done.action, done.target, done.old, done.new) == ("gap: put aside", name, "shown", "put aside")
    assert done.actor == await memory.member_code(mo.id)
    assert "insurance" not in str(done), "the log is kept for longer than what members asked"


async def test_what_was_put_aside_can_be_brought_back(inbox, room, mo, em, kb, press, memory):
    await press(mo, await kb(mo, "gaps"), "Put aside")
    aside = await kb(em, "gaps", aside=True)
    assert INSURANCE[0] in shown(aside)
    await press(em, aside, "Bring back")
    assert "Nothing is put aside." in shown(aside)
    assert "brought back" in last(room)
    assert INSURANCE[0] in shown(await kb(mo, "gaps"))
    assert [one.action for one in await memory.audit(5)] == ["gap: bring back", "gap: put aside"]


async def test_it_stays_aside_after_a_restart_and_old_buttons_work(inbox, room, mo, kb, press, restart):
    await press(mo, await kb(mo, "gaps"), "Put aside")
    aside = await kb(mo, "gaps", aside=True)
    await restart()
    assert "Nothing waits" in shown(await kb(mo, "gaps"))
    await press(mo, aside, "Bring back")
    assert INSURANCE[0] in shown(await kb(mo, "gaps"))


async def test_what_members_still_ask_after_the_days_of_retention_comes_up_again(missed, mo, kb, press, clock):
    await missed(*INSURANCE)
    await press(mo, await kb(mo, "gaps"), "Put aside")
    clock.advance(Settings().retention_days * 86_400)
    await missed(*INSURANCE)
    assert INSURANCE[0] in shown(await kb(mo, "gaps"))


async def test_two_who_put_the_same_aside_are_written_down_once(inbox, room, mo, em, kb, press, memory):
    mine, theirs = await kb(mo, "gaps"), await kb(em, "gaps")
    await press(mo, mine, "Put aside")
    await press(em, theirs, "Put aside")
    assert "Nothing waits" in shown(theirs)
    assert len(await memory.audit(5)) == 1


async def test_nothing_is_put_aside_that_cannot_be_written_down(inbox, mo, kb, press, memory, monkeypatch):
    async def refuse(*_, **__):
        raise StorageUnavailable("I cannot write down what moderators do at the moment.")

    monkeypatch.setattr(memory, "add_audit", refuse)
    card = await kb(mo, "gaps")
    assert "I cannot write down" in shown((await press(mo, card, "Put aside")).response)
    assert INSURANCE[0] in shown(await kb(mo, "gaps"))


async def test_what_could_not_be_kept_is_put_right_in_the_log(inbox, mo, kb, press, memory, monkeypatch):
    async def not_kept(*_):
        return False

    card = await kb(mo, "gaps")
    monkeypatch.setattr(memory, "set_state", not_kept)
    assert NOT_KEPT in shown((await press(mo, card, "Put aside")).response)
    assert [one.action for one in await memory.audit(5)] == ["gap: put aside (not kept)", "gap: put aside"]
    assert INSURANCE[0] in shown(await kb(mo, "gaps"))


@pytest.mark.parametrize("kept", ["", "[]", "{", '{"a": "b"}', '{"a": 1}', json.dumps({"x": "2026-11-22"})])
async def test_a_damaged_note_of_what_is_aside_hides_nothing(inbox, mo, kb, memory, kept):
    await memory.set_state(STATE, kept)
    assert INSURANCE[0] in shown(await kb(mo, "gaps"))


# Pages


async def test_many_groups_stand_on_several_pages_each_reached_by_its_buttons(missed, mo, kb, press):
    for number, subject in enumerate(SUBJECTS):
        await missed(f"restaking {subject}", askers=3 + len(SUBJECTS) - number)
    card = await kb(mo, "gaps")
    assert "(1 of 2)" in shown(card)
    first = [subject for subject in SUBJECTS if f"- restaking {subject}" in shown(card)]
    assert len(first) == A_PAGE
    assert labels(card)[-1] == "Next"
    await press(mo, card, "Next")
    assert [one for one in SUBJECTS if f"- restaking {one}" in shown(card)] == [
        one for one in SUBJECTS if one not in first
    ]
    await press(mo, card, "Back")
    assert "(1 of 2)" in shown(card)


async def test_a_page_that_is_gone_is_the_last_one(missed, mo, kb, press):
    for number, subject in enumerate(SUBJECTS[: A_PAGE + 1]):
        await missed(f"restaking {subject}", askers=9 - number)
    card = await kb(mo, "gaps")
    await press(mo, card, "Next")
    await press(mo, card, "Put aside")
    assert labels(card).count("Put aside") == A_PAGE


async def test_long_wordings_fit(missed, mo, kb):
    for subject in SUBJECTS[:A_PAGE]:
        texts = [f"restaking {subject} {'restaking rewards ' * 15}{word}" for word in ("now", "then", "here", "there")]
        for text in texts:
            await missed(text, askers=3)
    card = await kb(mo, "gaps")
    assert sum(len(part.get("content", "")) for part in parts(card)) <= 4000


# Who may


async def test_what_members_asked_is_for_home_servers(inbox, env, mo, channel):
    first = env.guild.id
    env.create_guild("other")
    for command, options in (("gaps", {}), ("draft", {"gap": "x"}), ("preview", {}), ("links", {})):
        result = await mo.slash(channel, f"kb {command}", **options)
        assert not_home_sentence(first)[:60] in shown(result.response)
        assert INSURANCE[0] not in shown(result.response)


async def test_a_press_needs_the_permission_still(inbox, env, mo, kb, press, memory):
    card = await kb(mo, "gaps")
    env.backend.remove_member_role(env.guild.id, mo.id, env.guild.roles["moderators"].id)
    for label in ("Draft an entry", "Put aside"):
        assert NOT_ALLOWED in shown((await press(mo, card, label)).response)
    assert await memory.audit(5) == []


async def test_a_press_on_a_group_that_is_gone_says_so(missed, mo, kb, press, memory, monkeypatch):
    await missed("how do i get my coins back", kind="retry", entry="queue", askers=3)
    card = await kb(mo, "gaps")

    async def nothing():
        return []

    monkeypatch.setattr(memory, "unmet", nothing)
    assert NO_GROUP in shown((await press(mo, card, "Lines to add")).response)
    assert NO_GROUP in shown((await press(mo, card, "Draft an entry")).response)
