"""The figures of a run as Markdown. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks.market.compare import Compared
from tests.benchmarks.market.crowd import Crowd, Crowds, First, percentile
from tests.benchmarks.market.methods import METHODS
from tests.benchmarks.matching.table import DASH, mebibytes, milliseconds

BEGIN, END = "<!-- market benchmark: begin -->", "<!-- market benchmark: end -->"
NAMES: Mapping[str, str] = {"gecko": "CoinGecko", "node": "Ethereum node"}
"""How hosts are called; the others are DefiLlama's."""


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that one run found. `latency` is the seconds that every host waits before it answers; `crowds` are
    None where they were left out.
    """

    latency: float
    tokens: int
    compared: Mapping[str, Compared]
    crowds: Crowds | None = None
    remarks: tuple[str, ...] = ()


def costs(run: Run) -> str:
    """A row for each method."""
    header = ["", "quote from nothing", "its requests", "times the slowest host", "CPU of a further quote"]
    return _table([*header, "import", "memory added"], [_costs(name, found) for name, found in run.compared.items()])


def _costs(name: str, found: Compared) -> tuple[str, ...]:
    label = METHODS[name].label
    return (
        f"**{label}**" if name == "ours" else label,
        _milliseconds(found.figure("cold")),
        str(sum(found.requests.values())),
        f"{found.ratio:.2f}",
        DASH if (again := found.figure("again")) is None else milliseconds(again),
        _milliseconds(found.figure("load")),
        mebibytes(found.figure("memory")),
    )


def _milliseconds(seconds: float | None) -> str:
    return DASH if seconds is None else milliseconds(seconds * 1000)


def fared(crowds: Crowds) -> str:
    """A row for each crowd."""
    header = ("", "acknowledged, p50", "p99", "readable, p50", "p99", "lost", "CPU each", "requests to providers")
    rows = [
        ("`/price`, nothing known", crowds.empty),
        ("`/price`, once more", crowds.filled),
        ("echo bot", crowds.echo),
    ]
    return _table(header, [_fared(name, crowd) for name, crowd in rows])


def _fared(name: str, crowd: Crowd) -> tuple[str, ...]:
    times = [percentile(times, share) for times in (crowd.acknowledged, crowd.readable) for share in (50, 99)]
    each = None if crowd.cpu is None else crowd.cpu / max(1, crowd.sent)
    lost = f"{crowd.lost} of {crowd.sent:,}"
    return (name, *map(_milliseconds, times), lost, _milliseconds(each), in_words(crowd.requests))


def in_words(requests: Mapping[str, int]) -> str:
    """How many requests went where."""
    named: dict[str, int] = {}
    for host, count in requests.items():
        name = NAMES.get(host, "DefiLlama")
        named[name] = named.get(name, 0) + count
    return ", ".join(f"{name} {count}" for name, count in named.items()) or "none"


def section(run: Run) -> str:
    """What stands in the README between the markers."""
    paragraphs = [_compared(run), costs(run)]
    if run.crowds is not None:
        paragraphs += [_crowded(run.crowds), fared(run.crowds), _alone(run.crowds.first)]
    return "\n\n".join([*paragraphs, *run.remarks])


def _compared(run: Run) -> str:
    return (
        f"Price, stated rate and premium of {run.tokens} tokens from doubles of the providers on the same machine,\n"
        f"each of which waits {run.latency * 1000:.0f} ms before it answers (`make benchmark-market`); each method in\n"
        "processes of its own. Memory is what a process that holds discord.py grows by. A further quote of ours comes\n"
        "from the cache and is held against 100 days of readings."
    )


def _crowded(crowds: Crowds) -> str:
    return (
        f"{crowds.empty.sent:,} members ask at the same moment, for all tokens or for one, in a stand-in of Discord,\n"
        "which shares the machine and takes its part of the time; the echo bot only repeats a text:"
    )


def _alone(first: First) -> str:
    return (
        f"The first `/price` of a process, about one token with its yield and total, is acknowledged after "
        f"{_milliseconds(first.acknowledged)}\nand readable after {_milliseconds(first.readable)}; the longest time in "
        f"which the bot could do nothing else was {_milliseconds(first.stall)}."
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    marks = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, marks, *rows))


def replaced(page: str, text: str) -> str:
    """`page` with `text` between the markers. Raises ValueError where it lacks them."""
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not pattern.search(page):
        raise ValueError(f"the page has no lines {BEGIN} and {END}")
    return pattern.sub(lambda _: f"{BEGIN}\n{text}\n{END}", page, count=1)
