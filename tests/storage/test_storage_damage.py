import asyncio
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.storage import DATABASE_NAME, KEY_NAME, Memory
from bot.storage.damage import set_aside

MEMBER = 42
SMALLEST_PAGE = 512


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=1, max_size=300).map(lambda junk: junk * 20) | st.binary(min_size=1, max_size=200))
def test_whatever_bytes_are_in_the_file_a_usable_database_stands_afterwards(junk: bytes):
    async def scenario(folder: Path) -> None:
        (folder / DATABASE_NAME).write_bytes(junk)
        async with Memory(folder, clock=lambda: datetime.now(UTC), flush_interval=60) as memory:
            memory.record_unmet("q", kind="gap", entry=None, asker=MEMBER)
            assert await memory.flush() is True
            assert len(await memory.unmet()) == 1

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(scenario(Path(folder)))
        copies = [copy.read_bytes() for copy in Path(folder).glob(f"{DATABASE_NAME}.corrupt-*")]
    # A file below the size of the smallest page has no room for a row; SQLite takes it for an empty one.
    if copies or len(junk) >= SMALLEST_PAGE:
        assert copies == [junk]


async def test_a_damaged_database_is_moved_aside_under_the_time_and_the_operator_is_told(
    open_memory, folder, lines, clock
):
    folder.mkdir()
    (folder / DATABASE_NAME).write_bytes(b"this was never a database " * 200)
    async with open_memory() as memory:
        assert await memory.flush() is True
    copy = folder / f"{DATABASE_NAME}.corrupt-20260301T120000Z"
    assert copy.read_bytes() == b"this was never a database " * 200
    assert len(lines()) == 1
    assert copy.name in lines()[0]
    assert "damaged (file is not a database)" in lines()[0]


def test_what_belongs_to_a_damaged_database_goes_aside_with_it(tmp_path, clock):
    for name in (DATABASE_NAME, f"{DATABASE_NAME}-wal", f"{DATABASE_NAME}-shm", KEY_NAME):
        (tmp_path / name).write_text(name)
    set_aside(tmp_path / DATABASE_NAME, tmp_path / KEY_NAME, clock(), sqlite3.DatabaseError("broken"))
    copy = f"{DATABASE_NAME}.corrupt-20260301T120000Z"
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {copy: DATABASE_NAME, f"{copy}-wal": f"{DATABASE_NAME}-wal"}


async def test_a_database_damaged_in_its_middle_is_found_at_the_start(open_memory, folder, lines):
    async with open_memory() as memory:
        for number in range(2000):
            memory.record_question(f"question {number}", outcome="answer", entry=None, face="dm")
    content = bytearray((folder / DATABASE_NAME).read_bytes())
    content[4096 * 8 :] = b"\xa5" * (len(content) - 4096 * 8)
    (folder / DATABASE_NAME).write_bytes(content)
    async with open_memory() as memory:
        memory.record_unmet("afterwards", kind="gap", entry=None, asker=MEMBER)
        assert await memory.flush() is True
    assert len(list(folder.glob(f"{DATABASE_NAME}.corrupt-*"))) == 1
    assert len(lines()) == 1


async def test_damage_while_the_bot_runs_costs_what_was_stored_and_nothing_that_comes(open_memory, folder, rows, lines):
    async with open_memory() as memory:
        memory.record_unmet("lost", kind="gap", entry=None, asker=MEMBER)
        await memory.flush()
        with closing(sqlite3.connect(folder / DATABASE_NAME)) as other:
            # A write from elsewhere makes the bot read its pages again, and they are no longer in the log.
            other.execute("update unmet set at = 5")
            other.commit()
            other.execute("pragma wal_checkpoint(truncate)")
            size = (folder / DATABASE_NAME).stat().st_size
            with (folder / DATABASE_NAME).open("r+b") as file:
                file.write(b"\xa5" * size)
        memory.record_unmet("kept", kind="gap", entry=None, asker=MEMBER)
        assert await memory.flush() is True
    assert rows("select text from unmet") == [("kept",)]
    (copy,) = folder.glob(f"{DATABASE_NAME}.corrupt-*T120000Z")
    assert copy.read_bytes() == b"\xa5" * size
    assert [("moved aside" in line) for line in lines()] == [True]


async def test_votes_in_a_damaged_file_can_no_longer_be_tied_to_their_members(open_memory, folder):
    async with open_memory() as memory:
        memory.record_feedback(MEMBER, "e", helpful=True)
    secret_before = (folder / KEY_NAME).read_text()
    (folder / DATABASE_NAME).write_bytes(b"broken" * 1000)
    async with open_memory() as memory:
        assert await memory.flush() is True
        assert not (folder / KEY_NAME).exists()
        memory.record_feedback(MEMBER, "e", helpful=True)
        assert await memory.flush() is True
    assert (folder / KEY_NAME).read_text() != secret_before
