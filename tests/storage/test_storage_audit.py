"""The log of what moderators do: written at once, whole, under a code, for 400 days."""

import asyncio
import re
import signal
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.storage import AUDIT_TEXT, DATABASE_NAME, KEY_NAME, Audited, Holdings, Memory, StorageUnavailable, store

MODERATOR = 123_456_789_012_345_678
OTHER = 987_654_321_098_765_432


async def test_an_action_is_kept_with_its_code_target_and_both_texts_newest_first(open_memory, clock):
    async with open_memory() as memory:
        await memory.add_audit("open incident", actor=MODERATOR, target="ezETH", old="", new="Withdrawals are paused.")
        first = clock.now
        clock.advance(minutes=5)
        await memory.add_audit("freeze", actor=OTHER, target="risks", old="answering", new="silent")
        codes = [await memory.member_code(member) for member in (MODERATOR, OTHER)]
        done = await memory.audit(10)
        assert done == [
            Audited(clock.now, "freeze", codes[1], "risks", "answering", "silent"),
            Audited(first, "open incident", codes[0], "ezETH", "", "Withdrawals are paused."),
        ]
        assert await memory.audit(1) == done[:1]
    assert all(re.fullmatch(r"[0-9a-f]{10}", code) for code in codes)
    assert codes[0] != codes[1]


async def test_the_order_is_that_of_the_actions_also_when_the_clock_was_set_back(open_memory, clock):
    async with open_memory() as memory:
        for action in ("one", "two", "three"):
            await memory.add_audit(action, actor=MODERATOR, target="", old="", new="")
            clock.advance(hours=-1)
        assert [done.action for done in await memory.audit(10)] == ["three", "two", "one"]


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(), max_size=200), st.text(st.characters(), max_size=200))
def test_any_text_before_and_after_can_be_kept(tmp_path_factory, old, new):
    async def scenario(folder) -> Audited:
        async with Memory(folder, clock=lambda: datetime.now(UTC), flush_interval=60) as memory:
            await memory.add_audit("edit", actor=MODERATOR, target="t", old=old, new=new)
            (done,) = await memory.audit(5)
            return done

    done = asyncio.run(scenario(tmp_path_factory.mktemp("audit")))
    for given_, kept in ((old, done.old), (new, done.new)):
        assert kept == given_.encode("utf-8", "replace").decode("utf-8")


async def test_texts_of_8000_characters_are_kept_whole_and_longer_ones_are_cut(open_memory):
    assert AUDIT_TEXT == 8000
    async with open_memory() as memory:
        await memory.add_audit("edit", actor=MODERATOR, target="t" * 999, old="a" * 8000, new="b" * 8001)
        (done,) = await memory.audit(1)
    assert (done.old, done.new) == ("a" * 8000, "b" * 8000)
    assert done.target == "t" * 300


KILLED = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.storage import Memory

async def main():
    async with Memory(Path(sys.argv[1]), clock=lambda: datetime.now(UTC), flush_interval=60) as memory:
        await memory.add_audit("freeze", actor=1, target="risks", old="answering", new="silent")
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a signal of Unix")
async def test_an_action_that_was_written_outlives_a_kill(open_memory, folder):
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, str(folder))
    assert await process.wait() == -signal.SIGKILL
    async with open_memory() as memory:
        assert [(one.action, one.new) for one in await memory.audit(5)] == [("freeze", "silent")]
        assert await memory.member_code(1) == (await memory.audit(1))[0].actor


async def test_an_action_that_cannot_be_written_is_refused_and_leaves_nothing(open_memory, folder):
    async with open_memory() as memory:
        await memory.flush()
        with closing(sqlite3.connect(folder / DATABASE_NAME, isolation_level=None)) as other:
            other.execute("begin immediate")
            with pytest.raises(StorageUnavailable, match="nothing was done"):
                await memory.add_audit("freeze", actor=MODERATOR, target="risks", old="", new="")
            other.execute("rollback")
        assert await memory.audit(5) == []
        await memory.add_audit("freeze", actor=MODERATOR, target="risks", old="", new="")
        assert len(await memory.audit(5)) == 1


async def test_an_action_is_written_with_the_disk_asked_to_keep_it_and_others_are_not(open_memory, folder, monkeypatch):
    """SQLite is asked by `synchronous` = 2 (full) to wait for the disk at each commit, with 1 (normal) it is not."""
    asked = []
    kept = store.keep_action

    def keep(db, done):
        asked.append(db.execute("pragma synchronous").fetchone())
        kept(db, done)

    monkeypatch.setattr(store, "keep_action", keep)
    async with open_memory() as memory:
        await memory.add_audit("freeze", actor=MODERATOR, target="risks", old="", new="")
        usual = await memory._ask(lambda opened: opened._db.execute("pragma synchronous").fetchone(), otherwise=None)
    assert (asked, usual) == ([(2,)], (1,))


async def test_actions_outlive_the_retention_of_questions_and_go_without_a_trace_after_their_own(
    open_memory, folder, clock
):
    async with open_memory(retention=timedelta(days=1)) as memory:
        await memory.add_audit("edit", actor=MODERATOR, target="e", old="unmistakable", new="")
        clock.advance(days=400)
        assert await memory.prune(clock.now) == 0
        assert len(await memory.audit(5)) == 1
        clock.advance(seconds=1)
        assert await memory.prune(clock.now) == 1
        await memory.flush()
        content = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"unmistakable" not in content


async def test_a_code_is_the_same_while_its_key_lives_and_can_be_tied_to_nobody_afterwards(open_memory, clock):
    retention = timedelta(days=30)
    async with open_memory(retention=retention) as memory:
        await memory.add_audit("edit", actor=MODERATOR, target="e", old="", new="")
        (done,) = await memory.audit(1)
        clock.advance(days=30)
        await memory.prune(clock.now)
        assert await memory.member_code(MODERATOR) == done.actor
        clock.advance(days=1)
        await memory.prune(clock.now)
        assert await memory.member_code(MODERATOR) != done.actor
        assert done.actor in await memory.member_codes(MODERATOR)
        assert (await memory.holdings(MODERATOR)).actions == 1
        clock.advance(days=31)
        await memory.prune(clock.now)
        assert done.actor not in await memory.member_codes(MODERATOR)
        assert (await memory.holdings(MODERATOR)).actions == 0
        assert await memory.audit(5) == [done], "the action itself is still told"


async def test_who_erases_what_is_held_does_not_erase_what_they_did_as_a_moderator(open_memory):
    async with open_memory() as memory:
        await memory.add_audit("edit", actor=MODERATOR, target="e", old="", new="")
        memory.record_feedback(MODERATOR, "e", helpful=True)
        assert await memory.erase_member(MODERATOR) == Holdings(votes=1, actions=1)
        assert await memory.holdings(MODERATOR) == Holdings(actions=1)
        assert len(await memory.audit(5)) == 1


async def test_no_file_holds_the_id_of_a_moderator_and_the_code_leads_to_no_vote(open_memory, folder, rows):
    async with open_memory() as memory:
        await memory.add_audit("edit", actor=MODERATOR, target="e", old="", new="")
        memory.record_feedback(MODERATOR, "e", helpful=True)
        memory.record_unmet("q", kind="gap", entry=None, asker=MODERATOR)
        code = await memory.member_code(MODERATOR)
    content = b"".join(path.read_bytes() for path in folder.iterdir())
    for spelling in (str(MODERATOR).encode(), f"{MODERATOR:x}".encode(), MODERATOR.to_bytes(8, "big")):
        assert spelling not in content
    assert code not in "".join(rows("select member from feedback")[0]) + "".join(rows("select asker from unmet")[0])
    assert (folder / KEY_NAME).exists()


async def test_a_code_needs_no_earlier_record(open_memory):
    async with open_memory() as memory:
        code = await memory.member_code(MODERATOR)
    async with open_memory() as memory:
        assert await memory.member_code(MODERATOR) == code
        assert await memory.member_codes(MODERATOR) == (code,)


async def test_two_memories_write_actions_into_one_folder_without_loss(open_memory):
    async with open_memory() as first, open_memory() as second:
        adding = [
            memory.add_audit(f"{number}", actor=number, target="", old="", new="")
            for number in range(10)
            for memory in (first, second)
        ]
        await asyncio.gather(*adding)
        assert sorted(int(done.action) for done in await first.audit(99)) == sorted([*range(10)] * 2)
        assert await first.member_code(3) == await second.member_code(3)
