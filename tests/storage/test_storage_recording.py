import asyncio
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from bot.storage import DATABASE_NAME, TEXT_LIMIT, Memory
from bot.storage.migrations import migrations

MEMBER = 42
NOON = int(datetime(2026, 3, 1, 12, 0, tzinfo=UTC).timestamp())

any_text = st.text(st.characters(), max_size=400)


async def until(condition, seconds: float = 3.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.01)


async def test_a_question_is_kept_with_its_outcome_entry_face_and_second(open_memory, rows):
    async with open_memory() as memory:
        memory.record_question("what is restaking", outcome="answer", entry="what-is-restaking", face="slash")
        memory.record_question("who wins the cup", outcome="no_answer", entry=None, face="dm")
        assert await memory.flush() is True
    assert rows("select at, text, outcome, entry, face from questions order by id") == [
        (NOON, "what is restaking", "answer", "what-is-restaking", "slash"),
        (NOON, "who wins the cup", "no_answer", None, "dm"),
    ]


async def test_the_question_log_has_no_place_for_a_member_or_a_server(open_memory, rows):
    async with open_memory() as memory:
        await memory.flush()
    columns = {name for _, name, *_ in rows("pragma table_info(questions)")}
    assert columns == {"id", "at", "text", "outcome", "entry", "face"}


async def test_what_a_member_is_still_typing_is_not_recorded(open_memory, rows):
    async with open_memory() as memory:
        memory.record_question("how do i withd", outcome="answer", entry="withdraw", face="autocomplete")
        memory.record_question("how do i withdraw", outcome="answer", entry="withdraw", face="menu")
    assert rows("select text from questions") == [("how do i withdraw",)]


async def test_a_text_longer_than_the_limit_is_cut(open_memory, rows):
    async with open_memory() as memory:
        memory.record_question("a" * 1000, outcome="answer", entry=None, face="mention")
        memory.record_unmet("b" * 1000, kind="gap", entry=None, asker=MEMBER)
    assert rows("select text from questions") == [("a" * 300,)]
    assert rows("select text from unmet") == [("b" * 300,)]


@settings(max_examples=20, deadline=None)
@given(st.lists(any_text, min_size=1, max_size=15))
@example(["\ud800", "half \udfff a pair", "nul \0 inside"])
def test_any_text_can_be_recorded_and_is_found_again(texts: list[str]):
    async def scenario(folder: Path) -> list[str]:
        async with Memory(folder, clock=lambda: datetime.now(UTC), flush_interval=60) as memory:
            for text in texts:
                memory.record_question(text, outcome="answer", entry=text, face="dm")
            assert await memory.flush() is True
        with closing(Database(folder / DATABASE_NAME)) as db:
            return [row["text"] for row in db.table("questions").rows_where(order_by="id")]

    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(scenario(Path(folder)))
    for text, kept in zip(texts, found, strict=True):
        assert len(kept) == min(len(text), TEXT_LIMIT)
        assert all(a in (b, "?") for a, b in zip(kept, text, strict=False))
        if text.isascii():
            assert kept == text[:TEXT_LIMIT]


async def test_records_reach_the_disk_by_themselves_after_the_interval(open_memory, rows):
    async with open_memory(flush_interval=0.05) as memory:
        await memory.flush()
        memory.record_unmet("later", kind="gap", entry=None, asker=MEMBER)
        await until(lambda: rows("select text from unmet") == [("later",)])


async def test_many_records_reach_the_disk_before_the_interval(open_memory, rows):
    async with open_memory(flush_interval=60, flush_at=3) as memory:
        await memory.flush()
        for text in "abc":
            memory.record_unmet(text, kind="gap", entry=None, asker=MEMBER)
        await until(lambda: len(rows("select text from unmet")) == 3)


async def test_records_made_before_the_start_are_written(open_memory, rows):
    memory = open_memory()
    memory.record_unmet("early", kind="gap", entry=None, asker=MEMBER)
    memory.start()
    await memory.close()
    assert rows("select text from unmet") == [("early",)]


async def test_closing_writes_what_waits_in_well_under_a_second_and_leaves_one_file(open_memory, rows, folder):
    memory = open_memory()
    memory.start()
    for number in range(150):
        memory.record_question(f"question {number}", outcome="answer", entry=None, face="dm")
    begun = time.monotonic()
    await memory.close()
    assert time.monotonic() - begun < 0.8
    assert rows("select count(*) from questions") == [(150,)]
    assert [path.name for path in folder.iterdir()] == [DATABASE_NAME]


async def test_a_closed_memory_stays_closed_and_quiet(open_memory, rows):
    memory = open_memory()
    memory.start()
    await memory.close()
    await memory.close()
    memory.start()
    memory.record_unmet("too late", kind="gap", entry=None, asker=MEMBER)
    assert await memory.flush() is False
    assert await memory.get_state("key") is None
    assert rows("select text from unmet") == []


async def test_state_outlives_a_restart_and_the_last_value_counts(open_memory):
    async with open_memory() as memory:
        assert await memory.get_state("commands") is None
        assert await memory.set_state("commands", "first") is True
        assert await memory.set_state("commands", "second") is True
    async with open_memory() as memory:
        assert await memory.get_state("commands") == "second"


async def test_state_that_cannot_be_stored_is_refused_and_the_memory_goes_on(open_memory):
    async with open_memory() as memory:
        assert await memory.set_state("commands", "\ud800") is False
        assert await memory.set_state("commands", "fine") is True


async def test_a_database_of_an_earlier_release_is_carried_forward_with_its_rows(open_memory, rows, folder):
    folder.mkdir()
    with closing(Database(folder / DATABASE_NAME)) as db:
        migrations.apply(db, stop_before="m002_gaps")
        db.table("questions").insert({"at": NOON, "text": "old", "outcome": "answer", "face": "dm"})
    async with open_memory() as memory:
        memory.record_unmet("new", kind="gap", entry=None, asker=MEMBER)
    assert rows("select text from questions") == [("old",)]
    assert rows("select text from unmet") == [("new",)]


async def test_the_database_keeps_a_write_ahead_log(open_memory, rows):
    async with open_memory() as memory:
        await memory.flush()
        assert rows("pragma journal_mode") == [("wal",)]


@pytest.mark.parametrize("cancelled", ["erase", "flush"])
async def test_a_cancelled_request_does_not_stop_the_thread(open_memory, cancelled):
    async with open_memory() as memory:
        task = asyncio.ensure_future(memory.erase_member(1) if cancelled == "erase" else memory.flush())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        memory.record_unmet("still here", kind="gap", entry=None, asker=MEMBER)
        assert await memory.flush() is True
