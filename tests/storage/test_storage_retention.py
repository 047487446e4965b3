import asyncio
import time
from datetime import timedelta

from bot.storage import DATABASE_NAME, KEY_NAME
from bot.storage.votes import load_keys

MEMBER = 42


def record_one_of_each(memory) -> None:
    memory.record_question("old", outcome="answer", entry="e", face="dm")
    memory.record_unmet("old", kind="gap", entry=None, asker=MEMBER)
    memory.record_feedback(MEMBER, "e", helpful=True)


async def counts(rows) -> list[int]:
    queries = ("select count(*) from questions", "select count(*) from unmet", "select count(*) from feedback")
    return [rows(query)[0][0] for query in queries]


async def test_rows_older_than_the_retention_go_and_younger_ones_stay(open_memory, rows, clock):
    async with open_memory(retention=timedelta(days=30)) as memory:
        record_one_of_each(memory)
        await memory.flush()
        clock.advance(days=30)
        assert await memory.prune(clock.now) == 0
        memory.record_question("new", outcome="answer", entry="e", face="dm")
        clock.advance(seconds=1)
        assert await memory.prune(clock.now) == 3
    assert await counts(rows) == [1, 0, 0]


async def test_a_question_that_a_member_still_puts_stays_however_old_its_first_time(open_memory, clock):
    async with open_memory(retention=timedelta(days=30)) as memory:
        memory.record_unmet("evergreen", kind="gap", entry=None, asker=MEMBER)
        await memory.flush()
        clock.advance(days=29)
        memory.record_unmet("evergreen", kind="gap", entry=None, asker=MEMBER)
        await memory.flush()
        clock.advance(days=29)
        assert await memory.prune(clock.now) == 0
        assert [unmet.at for unmet in await memory.unmet()] == [clock.now - timedelta(days=29)]


async def test_state_is_not_subject_to_retention(open_memory, clock):
    async with open_memory(retention=timedelta(days=1)) as memory:
        await memory.set_state("commands", "hash")
        clock.advance(days=400)
        await memory.prune(clock.now)
        assert await memory.get_state("commands") == "hash"


async def test_a_start_prunes_without_being_asked(open_memory, rows, clock):
    async with open_memory(retention=timedelta(days=30)) as memory:
        record_one_of_each(memory)
    clock.advance(days=31)
    async with open_memory(retention=timedelta(days=30)) as memory:
        await memory.flush()
    assert await counts(rows) == [0, 0, 0]


async def test_a_running_bot_prunes_every_day_without_being_asked(open_memory, rows, clock):
    async with open_memory(retention=timedelta(days=30), flush_interval=0.02) as memory:
        record_one_of_each(memory)
        await memory.flush()
        clock.advance(days=31)
        end = time.monotonic() + 3
        while await counts(rows) != [0, 0, 0]:
            assert time.monotonic() < end, "nothing was pruned"
            await asyncio.sleep(0.02)


async def test_pruned_text_is_in_no_byte_of_the_database(open_memory, folder, clock):
    async with open_memory(retention=timedelta(days=30)) as memory:
        for number in range(300):
            memory.record_question(f"unmistakable-{number}", outcome="answer", entry=None, face="dm")
        await memory.flush()
        clock.advance(days=31)
        assert await memory.prune(clock.now) == 300
        await memory.flush()
        content = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"unmistakable" not in content


async def test_pruning_gives_the_space_back(open_memory, folder, clock):
    async with open_memory(retention=timedelta(days=30)) as memory:
        for number in range(1000):
            memory.record_question(f"{number} " + "x" * 250, outcome="answer", entry=None, face="dm")
    full = (folder / DATABASE_NAME).stat().st_size
    clock.advance(days=31)
    async with open_memory(retention=timedelta(days=30)) as memory:
        await memory.flush()
    assert (folder / DATABASE_NAME).stat().st_size < full / 3


async def test_pruning_renews_an_aged_key_and_forgets_the_one_before_last(open_memory, folder, clock):
    secrets = []
    async with open_memory(retention=timedelta(days=30)) as memory:
        for _ in range(3):
            memory.record_feedback(MEMBER, "e", helpful=True)
            await memory.prune(clock.now)
            ring = load_keys(folder / KEY_NAME)
            assert ring is not None
            secrets.append(ring.current.secret)
            clock.advance(days=31)
    assert len(set(secrets)) == 3
    assert {key.secret for key in ring.keys} == set(secrets[1:])


async def test_copies_of_damaged_databases_go_when_their_time_is_over(open_memory, folder, clock):
    folder.mkdir()
    old, new, foreign = (
        folder / f"{DATABASE_NAME}.corrupt-{stamp}" for stamp in ("20260129T000000Z", "20260201T000000Z", "kept")
    )
    log_of_old = old.with_name(f"{old.name}-wal")
    for path in (old, new, foreign, log_of_old):
        path.write_bytes(b"x")
    async with open_memory(retention=timedelta(days=30)) as memory:
        await memory.flush()
    assert [path.exists() for path in (old, log_of_old, new, foreign)] == [False, False, True, True]
