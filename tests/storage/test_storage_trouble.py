import asyncio
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import BotError
from bot.storage import DATABASE_NAME, KEY_NAME, Memory, ServerSettings, StorageUnavailable
from bot.storage.store import Store, StorePlan
from bot.storage.traces import has_traces

MEMBER = 42


@contextmanager
def locked(folder: Path):
    with closing(sqlite3.connect(folder / DATABASE_NAME, isolation_level=None)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")


async def assert_every_call_is_harmless(memory: Memory) -> None:
    memory.record_question("q", outcome="answer", entry="e", face="dm")
    memory.record_unmet("q", kind="gap", entry=None, asker=MEMBER)
    memory.record_feedback(MEMBER, "e", helpful=True)
    assert await memory.flush() is False
    assert await memory.get_state("key") is None
    assert await memory.set_state("key", "value") is False
    assert await memory.unmet() == []
    assert await memory.recent_questions(5) == []
    assert await memory.asked_most(datetime.min.replace(tzinfo=UTC), 5) == []
    assert await memory.votes_by_entry(datetime.now(UTC)) == []
    assert await memory.audit(5) == []
    assert await memory.prune(datetime.now(UTC)) == 0
    with pytest.raises(StorageUnavailable, match="not erased") as erasing:
        await memory.erase_member(MEMBER)
    with pytest.raises(StorageUnavailable, match="cannot say what is held"):
        await memory.holdings(MEMBER)
    with pytest.raises(StorageUnavailable, match="nothing was done"):
        await memory.add_audit("freeze", actor=MEMBER, target="e", old="", new="frozen")
    with pytest.raises(StorageUnavailable, match="stay as they were"):
        await memory.set_server(ServerSettings(7, public=True))
    for reading in (memory.server(7), memory.servers(), memory.member_code(MEMBER)):
        with pytest.raises(StorageUnavailable):
            await reading
    assert isinstance(erasing.value, BotError)
    assert "try again" in erasing.value.sentence
    assert "/" not in erasing.value.sentence


async def test_a_folder_that_cannot_be_created_is_told_once_and_used_once_it_can_be(tmp_path, clock, lines):
    obstacle = tmp_path / "file"
    obstacle.write_text("in the way")
    async with Memory(obstacle / "data", clock=clock, flush_interval=60) as memory:
        await assert_every_call_is_harmless(memory)
        await assert_every_call_is_harmless(memory)
        assert len(lines()) == 1
        assert "cannot be opened or created" in lines()[0]
        assert str(obstacle / "data") in lines()[0]
        obstacle.unlink()
        assert await memory.flush() is True
        assert (await memory.holdings(MEMBER)).votes == 1
        assert [unmet.text for unmet in await memory.unmet()] == ["q"]
        assert len(await memory.recent_questions(5)) == 2
    assert len(lines()) == 2
    assert "works again; 0 records were lost" in lines()[1]


@pytest.mark.parametrize("name", [DATABASE_NAME, KEY_NAME])
async def test_a_folder_in_the_place_of_a_file_is_told_once_and_nothing_is_lost(open_memory, folder, lines, name):
    (folder / name).mkdir(parents=True)
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "e", helpful=True)
        memory.record_unmet("q", kind="gap", entry=None, asker=MEMBER)
        assert await memory.flush() is False
        assert await memory.flush() is False
        (folder / name).rmdir()
        assert await memory.flush() is True
        assert (await memory.holdings(MEMBER)).votes == 1
        assert [unmet.text for unmet in await memory.unmet()] == ["q"]
    assert len(lines()) == 2
    assert "works again" in lines()[1]


async def test_while_another_program_holds_the_lock_records_wait_and_none_is_lost(open_memory, folder, lines, rows):
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "before", helpful=True)
        await memory.flush()
        with locked(folder):
            memory.record_unmet("during", kind="gap", entry=None, asker=MEMBER)
            assert await memory.flush() is False
            assert await memory.flush() is False
            assert len(lines()) == 1
            assert "locked by another process" in lines()[0]
        assert await memory.flush() is True
    assert rows("select text from unmet") == [("during",)]
    assert len(lines()) == 2
    assert "works again" in lines()[1]


async def test_an_erasure_that_the_lock_prevents_says_so_and_can_be_repeated(open_memory, folder):
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "e", helpful=True)
        await memory.flush()
        with locked(folder):
            with pytest.raises(StorageUnavailable, match="not erased"):
                await memory.erase_member(MEMBER)
            assert (await memory.holdings(MEMBER)).votes == 1
        assert (await memory.erase_member(MEMBER)).votes == 1
        assert (await memory.holdings(MEMBER)).votes == 0


async def test_bytes_that_a_reader_keeps_in_the_log_are_cleared_when_it_is_gone(open_memory, folder, clock, rows):
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "unmistakable", helpful=True)
        await memory.flush()
        with closing(sqlite3.connect(folder / DATABASE_NAME, isolation_level=None)) as reader:
            reader.execute("begin")
            reader.execute("select * from feedback").fetchall()
            assert (await memory.erase_member(MEMBER)).votes == 1
            reader.execute("rollback")
        # Writing a large file anew is not tried at every turn while it cannot succeed.
        await memory.flush()
        assert rows("pragma user_version") == [(1,)]
        clock.advance(minutes=2)
        await memory.flush()
        assert rows("pragma user_version") == [(0,)]
        content = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"unmistakable" not in content


async def test_bytes_left_by_a_process_that_died_are_cleared_at_the_next_start(open_memory, folder, clock):
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "unmistakable", helpful=True)
    plan = StorePlan(folder, timedelta(days=90), 10**9)
    with closing(Store.open(plan, clock())) as store:
        assert store.erase_member(MEMBER).votes == 1
    with closing(Store.open(plan, clock())) as store:
        assert has_traces(store._db)
    async with open_memory() as memory:
        await memory.flush()
    with closing(Store.open(plan, clock())) as store:
        assert not has_traces(store._db)
    assert b"unmistakable" not in b"".join(path.read_bytes() for path in folder.iterdir())


async def test_recording_does_not_wait_for_a_locked_database(open_memory, folder):
    async with open_memory(flush_at=1) as memory:
        await memory.flush()
        with locked(folder):
            longest = 0.0
            for _ in range(300):
                begun = time.perf_counter()
                memory.record_question("q", outcome="answer", entry="e", face="dm")
                longest = max(longest, time.perf_counter() - begun)
        assert longest < 0.1, "the wait for a lock is a quarter of a second"


async def test_the_event_loop_goes_on_while_a_request_waits_for_the_lock(open_memory, folder):
    async with open_memory() as memory:
        await memory.flush()
        with locked(folder):
            request = asyncio.ensure_future(memory.set_state("key", "value"))
            turns = 0
            while not request.done():
                await asyncio.sleep(0.005)
                turns += 1
        assert await request is False
        assert turns > 10


async def test_closing_a_locked_database_is_quick_and_tells_what_is_lost(open_memory, folder, lines):
    memory = open_memory()
    memory.start()
    await memory.flush()
    memory.record_unmet("a", kind="gap", entry=None, asker=MEMBER)
    memory.record_unmet("b", kind="gap", entry=None, asker=MEMBER)
    with locked(folder):
        begun = time.monotonic()
        await memory.close()
        assert time.monotonic() - begun < 0.9
    assert lines()[-1] == "Records lost because they could not be written before the end: 2."


async def test_a_disk_that_hangs_does_not_keep_the_bot_from_closing(open_memory, lines):
    memory = open_memory()
    memory.start()
    hanging = threading.Event()
    memory._writer.submit(lambda _: hanging.wait(5), "")
    begun = time.monotonic()
    await memory.close(timeout=0.1)
    hanging.set()
    assert time.monotonic() - begun < 0.5
    assert lines() == ["The bot's memory did not close within 0.1 seconds."]


async def test_a_full_buffer_keeps_the_newest_and_the_loss_is_told(open_memory, folder, lines, rows):
    async with open_memory(capacity=3) as memory:
        await memory.flush()
        with locked(folder):
            for text in "abcde":
                memory.record_unmet(text, kind="gap", entry=None, asker=MEMBER)
            assert await memory.flush() is False
        assert memory.dropped == 2
        assert await memory.flush() is True
    assert rows("select text from unmet order by text") == [("c",), ("d",), ("e",)]
    assert "works again; 2 records were lost" in lines()[-1]


async def test_a_database_at_its_size_limit_is_told_once_and_works_again_after_pruning(open_memory, clock, lines):
    async with open_memory(size_limit=200_000, retention=timedelta(days=30), capacity=2000) as memory:
        memory.record_feedback(MEMBER, "e", helpful=True)
        await memory.flush()
        full = False
        for number in range(40):
            for part in range(50):
                memory.record_question(f"{number}-{part}-" + "x" * 280, outcome="answer", entry="e", face="dm")
            full = not await memory.flush()
            if full:
                break
        assert full
        assert await memory.flush() is False
        assert len(lines()) == 1
        assert "size limit is full" in lines()[0]
        memory.record_feedback(MEMBER, "waiting for room", helpful=True)
        assert (await memory.erase_member(MEMBER)).votes == 2, "a full disk does not stand in the way of an erasure"
        clock.advance(days=31)
        assert await memory.prune(clock.now) > 0
        assert await memory.flush() is True
        assert (await memory.holdings(MEMBER)).votes == 0
    assert "works again; 0 records were lost" in lines()[-1]


FAILING_DISK = """
import asyncio, logging, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.storage import Memory

async def main():
    async with Memory(Path(sys.argv[1]), clock=lambda: datetime.now(UTC), flush_interval=60) as memory:
        assert await memory.flush() is True
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
        for number in range(1000):
            memory.record_question(f"{number}" + "x" * 290, outcome="answer", entry=None, face="dm")
        assert await memory.flush() is False
        assert await memory.flush() is False
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert await memory.flush() is True

logging.basicConfig(level=logging.INFO, format="%(name)s %(levelname)s %(message)s")
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are a Unix thing")
def test_writes_that_the_operating_system_refuses_are_told_once_and_made_up_for(folder, rows):
    done = subprocess.run(
        [sys.executable, "-c", FAILING_DISK, str(folder)], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("bot.storage")]
    assert len(told) == 2
    assert told[0].startswith("bot.storage ERROR")
    assert "works again; 0 records were lost" in told[1]
    assert rows("select count(*) from questions") == [(1000,)]


async def test_each_kind_of_trouble_is_told_for_itself(open_memory, folder, lines):
    async with open_memory() as memory:
        await memory.flush()
        (folder / KEY_NAME).mkdir()
        memory.record_feedback(MEMBER, "e", helpful=True)
        await memory.flush()
        with locked(folder):
            await memory.flush()
            await memory.flush()
        await memory.flush()
        (folder / KEY_NAME).rmdir()
        await memory.flush()
    kinds = ("cannot be opened", "locked", "works again")
    assert [kind in line for kind, line in zip(kinds, lines(), strict=True)] == [True, True, True]


async def test_a_database_removed_while_the_bot_runs_is_begun_anew(open_memory, folder, rows):
    async with open_memory() as memory:
        memory.record_unmet("gone", kind="gap", entry=None, asker=MEMBER)
        await memory.flush()
        (folder / DATABASE_NAME).unlink()
        memory.record_unmet("kept", kind="gap", entry=None, asker=MEMBER)
        assert await memory.flush() is True
    assert rows("select text from unmet") == [("kept",)]


async def test_a_database_of_another_program_is_left_alone_and_told_once(open_memory, folder, lines, rows):
    folder.mkdir()
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as other:
        other.execute("create table questions (something_else text)")
        other.execute("insert into questions values ('precious')")
        other.commit()
    async with open_memory() as memory:
        await assert_every_call_is_harmless(memory)
    assert rows("select * from questions") == [("precious",)]
    assert "refused the work" in lines()[0]
    assert len(lines()) == 2
    assert lines()[1].endswith("could not be written before the end: 3.")


async def test_no_line_of_the_log_holds_what_members_wrote(tmp_path, clock, lines):
    obstacle = tmp_path / "file"
    obstacle.write_text("in the way")
    async with Memory(obstacle / "data", clock=clock, flush_interval=60) as memory:
        memory.record_question("a very private question", outcome="answer", entry="e", face="dm")
        memory.record_feedback(MEMBER, "e", helpful=True)
        await memory.flush()
    assert lines()
    assert not any("private" in line for line in lines())
