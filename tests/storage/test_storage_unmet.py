"""Questions that were not served: what is kept of them, for how long, and of whom nothing can be told."""

import asyncio
import sqlite3
import tempfile
from collections import defaultdict
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.storage import DATABASE_NAME, KEY_NAME, MOST_UNMET, Holdings, Memory, Unmet
from bot.storage.migrations import migrations
from bot.storage.store import Store, StorePlan
from bot.storage.unmet import read_unmet
from bot.storage.votes import load_keys

MEMBER = 123_456_789_012_345_678
OTHER = 987_654_321_098_765_432
RETENTION = timedelta(days=30)

kinds = st.sampled_from([("gap", None), ("unhelpful", "e"), ("unhelpful", "f"), ("retry", "e")])


def seen(unmet: list[Unmet]) -> list[tuple[str, str, str | None]]:
    return [(one.text, one.kind, one.entry) for one in unmet]


async def test_a_question_is_kept_with_how_it_ended_the_last_first(open_memory, clock):
    async with open_memory() as memory:
        memory.record_unmet("who audits the avs", kind="gap", entry=None, asker=MEMBER)
        clock.advance(minutes=1)
        memory.record_unmet("is it safe", kind="unhelpful", entry="risks", asker=MEMBER)
        clock.advance(minutes=1)
        memory.record_unmet("get eth out", kind="retry", entry="exit-queue", asker=OTHER)
        found = await memory.unmet()
    assert seen(found) == [
        ("get eth out", "retry", "exit-queue"),
        ("is it safe", "unhelpful", "risks"),
        ("who audits the avs", "gap", None),
    ]
    assert [one.at for one in found] == [clock.now - timedelta(minutes=ago) for ago in range(3)]


async def test_one_member_has_one_hash_and_another_member_another(open_memory):
    async with open_memory() as memory:
        for text in ("a", "b"):
            memory.record_unmet(text, kind="gap", entry=None, asker=MEMBER)
        memory.record_unmet("a", kind="gap", entry=None, asker=OTHER)
        found = await memory.unmet()
    assert len({one.key for one in found}) == 1
    assert len({one.asker for one in found}) == 2
    assert len({one.asker for one in found if one.text == "a"}) == 2


async def test_who_asks_the_same_again_is_one_row_with_the_last_time(open_memory, clock):
    async with open_memory() as memory:
        for _ in range(3):
            memory.record_unmet("who audits the avs", kind="gap", entry=None, asker=MEMBER)
            await memory.flush()
            clock.advance(hours=1)
        assert [one.at for one in await memory.unmet()] == [clock.now - timedelta(hours=1)]


async def test_a_text_without_words_is_not_recorded_and_a_long_one_is_cut(open_memory):
    async with open_memory() as memory:
        memory.record_unmet("", kind="gap", entry=None, asker=MEMBER)
        memory.record_unmet("a" * 1000, kind="gap", entry=None, asker=MEMBER)
        memory.record_unmet("\ud800", kind="retry", entry="\udfff", asker=MEMBER)
        assert {(one.text, one.entry) for one in await memory.unmet()} == {("a" * 300, None), ("?", "?")}


async def test_a_waiting_question_does_not_show_its_member_when_printed(open_memory):
    memory = open_memory()
    memory.record_unmet("q", kind="gap", entry=None, asker=MEMBER)
    assert str(MEMBER) not in repr(list(memory._buffer._events))


async def test_votes_and_questions_of_one_member_cannot_be_joined(open_memory, rows):
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "e", helpful=True)
        memory.record_unmet("q", kind="gap", entry=None, asker=MEMBER)
    (vote,) = rows("select vote, member from feedback")
    (question,) = rows("select * from unmet")
    assert not {*vote} & {*question}


async def test_a_member_who_finds_the_entry_helpful_after_all_takes_the_opposite_back(open_memory):
    async with open_memory() as memory:
        for entry in ("e", "f"):
            memory.record_unmet("q", kind="unhelpful", entry=entry, asker=MEMBER)
        memory.record_unmet("q", kind="unhelpful", entry="e", asker=OTHER)
        memory.record_unmet("q", kind="retry", entry="e", asker=MEMBER)
        memory.record_feedback(MEMBER, "e", helpful=False)
        assert len(await memory.unmet()) == 4
        memory.record_feedback(MEMBER, "e", helpful=True)
        left = await memory.unmet()
    assert sorted((one.kind, one.entry) for one in left) == [("retry", "e"), ("unhelpful", "e"), ("unhelpful", "f")]


async def test_what_was_taken_back_and_said_again_stands(open_memory):
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "e", helpful=True)
        memory.record_unmet("q", kind="unhelpful", entry="e", asker=MEMBER)
        assert seen(await memory.unmet()) == [("q", "unhelpful", "e")]


async def test_erasing_takes_votes_and_questions_of_one_member_and_counts_both(open_memory):
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "e", helpful=False)
        memory.record_unmet("a", kind="gap", entry=None, asker=MEMBER)
        memory.record_unmet("b", kind="unhelpful", entry="e", asker=MEMBER)
        memory.record_unmet("a", kind="gap", entry=None, asker=OTHER)
        held = Holdings(votes=1, questions=2)
        assert await memory.holdings(MEMBER) == held
        assert held.total == 3
        assert await memory.erase_member(MEMBER) == held
        assert await memory.holdings(MEMBER) == Holdings()
        assert await memory.holdings(OTHER) == Holdings(questions=1)
        assert seen(await memory.unmet()) == [("a", "gap", None)]


async def test_an_erased_question_is_in_no_byte_of_any_file(open_memory, folder):
    async with open_memory() as memory:
        for number in range(300):
            memory.record_unmet(f"unmistakable {number}", kind="gap", entry=None, asker=MEMBER)
        await memory.flush()
        await memory.erase_member(MEMBER)
        at_once = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"unmistakable" not in at_once


async def test_erasing_reaches_what_waits_while_the_disk_is_in_trouble(open_memory, folder):
    folder.mkdir()
    async with open_memory() as memory:
        await memory.flush()
        with closing(sqlite3.connect(folder / DATABASE_NAME, isolation_level=None)) as other:
            other.execute("begin immediate")
            memory.record_unmet("a", kind="gap", entry=None, asker=MEMBER)
            memory.record_unmet("b", kind="gap", entry=None, asker=OTHER)
            assert await memory.flush() is False
            erasing = asyncio.ensure_future(memory.erase_member(MEMBER))
            await asyncio.sleep(0.02)
            other.execute("rollback")
        assert await erasing == Holdings(questions=1)
        assert seen(await memory.unmet()) == [("b", "gap", None)]


async def test_questions_go_with_the_retention_and_leave_no_byte(open_memory, folder, clock):
    async with open_memory(retention=RETENTION) as memory:
        memory.record_unmet("unmistakable", kind="gap", entry=None, asker=MEMBER)
        await memory.flush()
        clock.advance(days=30)
        assert await memory.prune(clock.now) == 0
        clock.advance(seconds=1)
        assert await memory.prune(clock.now) == 1
        await memory.flush()
        content = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"unmistakable" not in content


@pytest.mark.parametrize("accident", ["removed", "overwritten"])
async def test_questions_whose_key_is_lost_are_deleted_and_the_operator_is_told(open_memory, folder, lines, accident):
    async with open_memory() as memory:
        memory.record_unmet("a", kind="gap", entry=None, asker=MEMBER)
    if accident == "removed":
        (folder / KEY_NAME).unlink()
    else:
        (folder / KEY_NAME).write_text("not a key")
    async with open_memory() as memory:
        memory.record_unmet("b", kind="gap", entry=None, asker=MEMBER)
        assert seen(await memory.unmet()) == [("b", "gap", None)]
    assert [line for line in lines() if "key of 1 votes or questions" in line]


async def test_the_same_question_after_a_new_key_takes_the_place_of_the_old_one(open_memory, clock):
    async with open_memory(retention=RETENTION) as memory:
        memory.record_unmet("first of all", kind="gap", entry=None, asker=OTHER)
        await memory.flush()
        clock.advance(days=29)
        memory.record_unmet("a", kind="gap", entry=None, asker=MEMBER)
        await memory.flush()
        clock.advance(days=2)
        await memory.prune(clock.now)
        memory.record_unmet("a", kind="gap", entry=None, asker=MEMBER)
        (only,) = await memory.unmet()
    assert (only.text, only.at) == ("a", clock.now)


asks = st.lists(
    st.tuples(st.integers(0, 25), st.integers(1, 3), st.sampled_from(["x", "y"]), kinds), min_size=1, max_size=15
)


@settings(max_examples=25, deadline=None)
@given(asks)
def test_over_any_years_of_key_changes_no_member_is_counted_twice_and_everything_can_be_erased(steps):
    now = datetime(2026, 1, 1, tzinfo=UTC)

    async def scenario(folder: Path) -> None:
        nonlocal now
        last: dict[tuple[int, str, str, str | None], datetime] = {}
        async with Memory(folder, clock=lambda: now, retention=RETENTION, flush_interval=60) as memory:
            for days, member, text, (kind, entry) in steps:
                now += timedelta(days=days)
                await memory.prune(now)
                memory.record_unmet(text, kind=kind, entry=entry, asker=member)
                last[member, text, kind, entry] = now
            await memory.prune(now)
            held = {key for key, at in last.items() if at >= now - RETENTION}
            found = await memory.unmet()
            assert sorted(map(repr, seen(found))) == sorted(repr(key[1:]) for key in held)
            for text, members in _by_text(held).items():
                under: dict[str, set[str]] = defaultdict(set)
                for one in found:
                    if one.text == text:
                        under[one.key].add(one.asker)
                assert max(map(len, under.values())) <= len(members)
            for member in range(1, 4):
                theirs = Holdings(questions=sum(key[0] == member for key in held))
                assert await memory.holdings(member) == theirs
                assert await memory.erase_member(member) == theirs
            assert await memory.unmet() == []

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(scenario(Path(folder)))


def _by_text(held: set[tuple[int, str, str, str | None]]) -> dict[str, set[int]]:
    members: dict[str, set[int]] = defaultdict(set)
    for member, text, _, _ in held:
        members[text].add(member)
    return members


async def test_a_row_leads_to_its_member_only_by_a_key_that_is_kept(open_memory, folder):
    async with open_memory() as memory:
        memory.record_unmet("a", kind="gap", entry=None, asker=MEMBER)
        (row,) = await memory.unmet()
    ring = load_keys(folder / KEY_NAME)
    assert ring is not None
    assert (row.asker, row.key) == (ring.current.asker(MEMBER), ring.current.name)


def test_of_more_rows_than_are_read_at_once_the_oldest_are_left_out(tmp_path, clock):
    plan = StorePlan(tmp_path, RETENTION, 10**9)
    with closing(Store.open(plan, clock())) as store:
        store._db["unmet"].insert_all(
            {"text": "q", "kind": "gap", "entry": "", "asker": f"{at}", "made_under": "k", "at": at} for at in range(5)
        )
        store._db.conn.commit()
        assert [int(one.at.timestamp()) for one in read_unmet(store._db, 2)] == [4, 3]
        assert len(store.unmet()) == 5 <= MOST_UNMET


async def test_the_gaps_of_an_earlier_release_are_let_go_of_without_a_trace(open_memory, folder, rows):
    folder.mkdir()
    with closing(Store.open(StorePlan(folder, RETENTION, 10**9), datetime(2026, 3, 1, tzinfo=UTC))) as store:
        db = store._db
        for name in ("unmet", "servers", "audit"):
            db.table(name).drop()
        db.execute("delete from _sqlite_migrations where name >= 'm006'")
        db.execute("create table gaps (text text primary key, count int, first_seen int, last_seen int)")
        db.execute("insert into gaps values ('unmistakable', 2, 1, 2)")
        db.conn.commit()
        assert [one.name for one in migrations.pending(db)] == ["m006_unmet", "m007_servers", "m008_audit"]
    async with open_memory() as memory:
        assert await memory.unmet() == []
        await memory.flush()
        content = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"unmistakable" not in content
    assert rows("select name from sqlite_master where name = 'gaps'") == []
