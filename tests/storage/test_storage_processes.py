import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

from bot.storage import DATABASE_NAME
from bot.storage.store import Store, StorePlan

MEMBERS = 20
ROUNDS = 15

WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.storage import Memory

async def main():
    async with Memory(Path(sys.argv[1]), clock=lambda: datetime.now(UTC), flush_interval=0.02) as memory:
        for number in range(15):
            memory.record_unmet("shared", kind="gap", entry=None, asker=number)
            memory.record_question(f"{sys.argv[2]} {number}", outcome="answer", entry=None, face="dm")
            for member in range(20):
                memory.record_feedback(member, "entry", helpful=bool(number % 2))
            await asyncio.sleep(0.01)
        while not await memory.flush():
            await asyncio.sleep(0.02)
        print(sum([(await memory.holdings(member)).votes for member in range(20)]))

asyncio.run(main())
"""


def test_two_processes_share_one_folder_without_loss_or_double_votes(folder, rows):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), name],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for process in started:
        printed, complaints = process.communicate(timeout=30)
        assert process.returncode == 0, complaints
        assert int(printed) == MEMBERS
    assert rows("select text, count(*), count(distinct asker) from unmet") == [("shared", ROUNDS, ROUNDS)]
    assert rows("select count(distinct text), count(*) from questions") == [(2 * ROUNDS, 2 * ROUNDS)]
    assert rows("select count(*) from feedback") == [(MEMBERS,)]
    assert rows("select count(distinct made_under) from feedback") == [(1,)]
    assert rows("pragma integrity_check") == [("ok",)]
    assert [path.name for path in folder.glob(f"{DATABASE_NAME}*corrupt*")] == []


def test_many_may_begin_the_database_at_the_same_moment(tmp_path):
    plans = [StorePlan(tmp_path / str(number), timedelta(days=90), 10**9, lock_wait=5) for number in range(10)]
    together = threading.Barrier(3)

    def begin(plan: StorePlan) -> None:
        together.wait()
        Store.open(plan, datetime.now(UTC)).close()

    with ThreadPoolExecutor(3) as pool:
        for plan in plans:
            for started in [pool.submit(begin, plan) for _ in range(3)]:
                started.result()
    for plan in plans:
        with closing(sqlite3.connect(plan.folder / DATABASE_NAME)) as database:
            assert database.execute("pragma integrity_check").fetchone() == ("ok",)
            assert database.execute("select count(*) from questions").fetchone() == (0,)


async def test_what_one_process_erases_is_gone_for_the_other(open_memory):
    async with open_memory() as first, open_memory() as second:
        first.record_feedback(7, "a", helpful=True)
        second.record_feedback(7, "b", helpful=True)
        assert await second.flush() is True
        assert (await first.holdings(7)).votes == 2
        assert (await first.erase_member(7)).votes == 2
        assert (await second.holdings(7)).votes == 0
