"""What members notice of a reload: how long answers wait while another version of the shipped files is built beside
them, with the turns of threads as the bot sets them and as Python begins with, in the same run; and what memory grows.

Run from the checkout's root: `python -m tests.benchmarks.reload_cost --reloads 3`.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.answering import Question
from bot.app import TURN, open_services, return_freed_memory
from bot.cogs.services import Services
from bot.curation.serving import Outcome, Serving
from bot.settings import Settings

REFUSING = "http://127.0.0.1:9"
PYTHONS_OWN = 0.005
PAUSE = 0.02
QUESTIONS = ("what is restaking", "can my stake be slashed", "how long does a withdrawal take", "is it safe to hold")
STATM = Path("/proc/self/statm")


@dataclass(slots=True)
class Waits:
    """Milliseconds that answers took, and that the event loop stood still."""

    answers: list[float] = field(default_factory=list)
    stalls: list[float] = field(default_factory=list)

    def row(self, name: str, seconds: float) -> str:
        """One line of the table."""
        middle = sorted(self.answers)[len(self.answers) // 2]
        figures = (seconds, len(self.answers), middle, max(self.answers), max(self.stalls), rss_mib())
        return f"| {name} | " + " | ".join(f"{figure:.1f}" for figure in figures) + " |"


def rss_mib() -> float:
    """Resident memory in MiB; 0 where there is no /proc."""
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20 if STATM.exists() else 0.0


@asynccontextmanager
async def asking(services: Services) -> AsyncIterator[Waits]:
    """Ask again and again, as members do, and note what that takes."""
    waits = Waits()
    tasks = [asyncio.create_task(_ask(services, waits)), asyncio.create_task(_beat(waits))]
    try:
        yield waits
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _ask(services: Services, waits: Waits) -> None:
    number = 0
    while True:
        begun, number = time.perf_counter(), number + 1
        await services.desk.ask(Question(f"{QUESTIONS[number % len(QUESTIONS)]} {number}"))  # not one that is known
        waits.answers.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(PAUSE)


async def _beat(waits: Waits) -> None:
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(0.001)
        waits.stalls.append((time.perf_counter() - begun) * 1000 - 1)


def change(file: Path, number: int) -> None:
    """Have the file say something that it did not say before."""
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace("## Sources", f"Change {number}.\n\n## Sources", 1), encoding="utf-8")


async def reloaded(services: Services, serving: Serving, file: Path, number: int) -> None:
    """Take a changed file over."""
    change(file, number)
    turns = {"as the bot sets them": TURN, "as Python begins with": PYTHONS_OWN}
    name = list(turns)[number % 2]
    sys.setswitchinterval(turns[name])
    begun = time.perf_counter()
    async with asking(services) as waits:
        report = await serving.reload()
    if report.outcome is not Outcome.TAKEN:
        raise RuntimeError(report.sentence)
    print(waits.row(name, time.perf_counter() - begun), flush=True)


async def measure(room: Path, reloads: int) -> None:
    """Both settings in turn, `reloads` times each."""
    folder = Path(shutil.copytree("knowledge", room / "knowledge"))
    urls = dict.fromkeys(("coins_url", "totals_url", "yields_url", "second_url"), REFUSING)
    async with open_services(Settings(knowledge_dir=folder, data_dir=room / "data", **urls)) as services:
        serving = services.serving
        assert serving is not None
        await serving.learn()
        file = folder / next(entry.file for entry in serving.base.published)
        print("| turns of threads | s | answers | median ms | worst ms | longest stall ms | RSS MiB |")
        print("|---|---|---|---|---|---|---|")
        for number in range(2 * reloads):
            await reloaded(services, serving, file, number)
        await serving.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reloads", type=int, default=3, help="reloads with each setting (default: %(default)s)")
    chosen = parser.parse_args()
    return_freed_memory()
    with tempfile.TemporaryDirectory(prefix="reload-cost-") as room:
        asyncio.run(measure(Path(room), chosen.reloads))


if __name__ == "__main__":
    main()
