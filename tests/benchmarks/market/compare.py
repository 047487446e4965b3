"""Every method against the same doubles, each time in a fresh process."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median

from tests.benchmarks.market.child import Cost, Job
from tests.process.market import Outside
from tests.standin.launch import CHECKOUT

LIMIT = 300.0
"""Seconds after which a process is given up."""
DIRECT = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
"""The doubles are reached directly, whatever proxy this machine uses."""
AGREEMENT = 0.001
"""Percent by which premiums may differ."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`processes` for each method, in turn; in each `rounds` quotes from nothing and about `quotes` from the cache."""

    processes: int
    rounds: int
    quotes: int


@dataclass(frozen=True, slots=True)
class Compared:
    """What a method cost in each of its processes, and how many requests one quote from nothing sends to each host."""

    costs: Sequence[Cost]
    requests: Mapping[str, int]

    def figure(self, name: str) -> float | None:
        """The median of one figure; None where it was not measured."""
        found = [value for cost in self.costs if (value := getattr(cost, name)) is not None]
        return median(found) if found else None

    @property
    def ratio(self) -> float:
        """Seconds of a quote from nothing over those of one request to the slowest host in the same process."""
        return median(cost.cold / cost.bare for cost in self.costs)


def compare(outside: Outside, knowledge: Path, methods: Sequence[str], plan: Plan) -> dict[str, Compared]:
    """Measure, process by process in turn, so that other work on the machine hits all alike.

    Raises:
        RuntimeError: a process failed, or two methods do not say the same.
    """
    jobs = {name: job_of(outside, knowledge, name, plan) for name in methods}
    requests = {name: _requests(outside, job) for name, job in jobs.items()}
    costs: dict[str, list[Cost]] = {name: [] for name in methods}
    for _ in range(plan.processes):
        for name, job in jobs.items():
            costs[name].append(in_process_of_its_own(job))
    _agree([cost for several in costs.values() for cost in several])
    return {name: Compared(costs[name], requests[name]) for name in methods}


def job_of(outside: Outside, knowledge: Path, method: str, plan: Plan) -> Job:
    """What a process is told."""
    hosts, rates = outside.providers, {symbol: str(rate) for symbol, rate in outside.rates.items()}
    urls = (hosts.coins_url, hosts.api_url, hosts.yields_url, hosts.gecko_url, outside.node_url)
    return Job(method, str(knowledge.resolve()), *urls, rates, plan.rounds, plan.quotes)


def _requests(outside: Outside, job: Job) -> dict[str, int]:
    """How many requests a quote from nothing needs. Also a rehearsal, after which all files are in memory."""
    before = outside.counts()
    in_process_of_its_own(replace(job, rounds=1, quotes=0))
    found = outside.counts_since(before)
    for host in ("coins", "gecko", "node"):
        found[host] = found.get(host, 0) - 1  # that of the bare request
    return {host: count for host, count in found.items() if count}


def in_process_of_its_own(job: Job) -> Cost:
    """The cost of one job from a fresh process. Raises RuntimeError with what the process said."""
    command = [sys.executable, "-m", "tests.benchmarks.market.child"]
    told, env = json.dumps(asdict(job)), os.environ | DIRECT
    done = subprocess.run(
        command, input=told, env=env, cwd=CHECKOUT, capture_output=True, text=True, timeout=LIMIT, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{job.method} failed:\n{done.stderr[-4000:]}")
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def _agree(costs: Sequence[Cost]) -> None:
    """A method that says something else measures something else."""
    first = costs[0].premiums
    for cost in costs:
        if cost.premiums.keys() != first.keys() or any(
            abs(cost.premiums[one] - first[one]) > AGREEMENT for one in first
        ):
            raise RuntimeError(f"the methods do not agree: {first} and {cost.premiums}")
