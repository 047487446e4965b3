"""What recording a question costs the event loop, beside inserting its row there and then.

Run as `python tests/benchmarks/storage_cost.py [COUNT]`; prints median and 99th percentile in microseconds, and how
many times cheaper recording is. Both write to a fresh folder on the same disk, with the same journal settings.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from sqlite_utils import Database

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bot.storage import Memory  # noqa: E402

DEFAULT_COUNT = 5000
TURN_EVERY = 50


def utc_now() -> datetime:
    return datetime.now(UTC)


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1e6


async def recording(folder: Path, count: int) -> list[float]:
    spent = []
    async with Memory(folder, clock=utc_now, capacity=count + 1) as memory:
        for number in range(count):
            text = f"can a single avs wipe out all my restaked eth {number}"
            spent.append(
                timed(lambda text=text: memory.record_question(text, outcome="answer", entry="avs", face="slash"))
            )
            if number % TURN_EVERY == 0:
                await asyncio.sleep(0)
        assert await memory.flush()
    return spent


async def inserting(folder: Path, count: int) -> list[float]:
    with closing(Database(folder / "direct.db")) as db:
        db.enable_wal()
        db.execute("pragma synchronous = normal")
        table = db.table("questions")
        table.create({"id": int, "at": int, "text": str, "outcome": str, "entry": str, "face": str}, pk="id")
        return [
            timed(
                lambda number=number: table.insert(
                    {
                        "at": int(utc_now().timestamp()),
                        "text": f"can a single avs wipe out all my restaked eth {number}",
                        "outcome": "answer",
                        "entry": "avs",
                        "face": "slash",
                    }
                )
            )
            for number in range(count)
        ]


def summary(spent: list[float]) -> tuple[float, float]:
    percentiles = quantiles(spent, n=100)
    return percentiles[49], percentiles[98]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_COUNT
    with tempfile.TemporaryDirectory() as folder:
        direct = summary(asyncio.run(inserting(Path(folder), count)))
        recorded = summary(asyncio.run(recording(Path(folder) / "data", count)))
    print(f"{count} questions, microseconds on the event loop")
    print(f"{'':18}{'median':>10}{'p99':>10}")
    print(f"{'direct insert':18}{direct[0]:10.1f}{direct[1]:10.1f}")
    print(f"{'record_question':18}{recorded[0]:10.1f}{recorded[1]:10.1f}")
    print(f"{'ratio':18}{direct[0] / recorded[0]:10.1f}{direct[1] / recorded[1]:10.1f}")


if __name__ == "__main__":
    main()
