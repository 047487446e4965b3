"""One method in a process of its own: `python -m tests.benchmarks.market.child` reads a job and prints what it cost.

What a bot holds anyway, discord.py and the knowledge files, is loaded before anything is measured.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import TypeVar
from urllib.parse import urlsplit

import discord  # noqa: F401 - see above

from bot.knowledge import read_library
from tests.benchmarks.market.methods import METHODS, Material, Premiums
from tests.benchmarks.matching.measure import added, resident

T = TypeVar("T")
BLOCK_NUMBER = {"jsonrpc": "2.0", "id": 1, "method": "eth_blockNumber", "params": []}


@dataclass(frozen=True, slots=True)
class Job:
    """What to measure: `rounds` quotes from nothing, then about `quotes` without a change; none where that is 0.
    `rates` are in ETH by symbol.
    """

    method: str
    knowledge: str
    coins: str
    totals: str
    yields: str
    second: str
    node: str
    rates: dict[str, str]
    rounds: int
    quotes: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What a method cost in one process.

    `load` is seconds to import its packages, `memory` the MiB that these and the first quote added (None where the
    system does not tell), `first` the seconds of that quote, `cold` the median of all from nothing, `bare` the seconds
    of one request without any package to the slowest host, `again` CPU milliseconds of a further quote.
    """

    load: float
    memory: float | None
    first: float
    cold: float
    bare: float
    again: float | None
    premiums: Premiums


def measured(job: Job) -> Cost:
    """The cost of one job, in this process, which should be a fresh one."""
    method = METHODS[job.method].begin(_material(job))
    before = resident()
    load, _ = _timed(lambda: [import_module(package) for package in METHODS[job.method].packages])
    first, premiums = _timed(method.cold)
    memory = added(before, resident())
    cold = [first, *(_timed(method.cold)[0] for _ in range(job.rounds - 1))]
    again = method.again(job.quotes) * 1000 if job.quotes else None
    method.close()
    return Cost(load, memory, first, median(cold), bare(job), again, premiums)


def bare(job: Job) -> float:
    """Seconds that the slowest host takes for one request over a new connection; the median of all rounds."""
    asked = [
        (f"{job.coins}/prices/current/coingecko:ethereum", None),
        (f"{job.second}/simple/price?ids=ethereum&vs_currencies=usd", None),
        (job.node, json.dumps(BLOCK_NUMBER)),
    ]
    return max(median(_timed(partial(_request, *one))[0] for _ in range(job.rounds)) for one in asked)


def _request(url: str, body: str | None) -> None:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc)
    headers = {"Content-Type": "application/json"} if body else {}
    connection.request("POST" if body else "GET", url.partition(parts.netloc)[2] or "/", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != HTTPStatus.OK:
        raise RuntimeError(f"a bare request was answered with status {answer.status}")


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def _material(job: Job) -> Material:
    facts = read_library(Path(job.knowledge), datetime.now(UTC).date()).library.facts
    rates = {symbol: Decimal(rate) for symbol, rate in job.rates.items()}
    return Material(facts, job.coins, job.totals, job.yields, job.second, job.node, rates)


def main() -> None:
    """Read a job from standard input, and print its cost as JSON."""
    print(json.dumps(asdict(measured(Job(**json.load(sys.stdin))))))


if __name__ == "__main__":
    main()
