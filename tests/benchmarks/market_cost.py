"""What live prices cost: ours beside what one writes with the usual packages, and a crowd that asks at once.

`python -m tests.benchmarks.market_cost` asks doubles of the providers over TCP, which wait before they answer as real
ones do, and prints Markdown; `make benchmark-market` also writes it into the README. Without pycoingecko and web3 only
ours is measured.

Exit code 1 says that a requirement is not met: a quote from nothing within 1.3 times the slowest host's own time, a
quote from the cache within 1 ms of CPU, of a crowd nobody lost and 99 % acknowledged within a second.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.knowledge import read_library
from tests.benchmarks.market.compare import Plan, compare
from tests.benchmarks.market.crowd import crowds, percentile
from tests.benchmarks.market.methods import METHODS
from tests.benchmarks.market.table import Run, replaced, section
from tests.process.market import Outside

RATIO, WARM_MS, ACKNOWLEDGED = 1.3, 1.0, 1.0
"""What is required: see above."""


def run(chosen: argparse.Namespace) -> Run:
    """Measure everything, one after the other."""
    missing = {name: why for name in METHODS if (why := METHODS[name].missing) is not None}
    plan = Plan(chosen.processes, chosen.rounds, chosen.quotes)
    with Outside(read_library(chosen.knowledge, datetime.now(UTC).date()).library.facts) as outside:
        outside.delay(chosen.latency)
        compared = compare(outside, chosen.knowledge, [name for name in METHODS if name not in missing], plan)
        found = asyncio.run(crowds(outside, chosen.knowledge, chosen.members)) if chosen.members else None
        return Run(chosen.latency, len(outside.tokens), compared, found, tuple(missing.values()))


def unmet(found: Run) -> Iterator[str]:
    """Every requirement that this run did not meet."""
    ours = found.compared["ours"]
    if ours.ratio > RATIO:
        yield f"A quote from nothing takes {ours.ratio:.2f} times as long as the slowest host; {RATIO} is required."
    if (again := ours.figure("again")) is not None and again > WARM_MS:
        yield f"A quote from the cache takes {again:.2f} ms of CPU; {WARM_MS} is required."
    for crowd in (found.crowds.empty, found.crowds.filled) if found.crowds else ():
        slowest = percentile(crowd.acknowledged, 99)
        if crowd.lost or crowd.errors or slowest > ACKNOWLEDGED:
            yield f"Of a crowd {crowd.lost} were lost, {crowd.errors} errors logged; p99 was {slowest:.2f} s."


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("knowledge", nargs="?", type=Path, default=Path("knowledge"), help="default: %(default)s")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds before an answer (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=3, help="for each method (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="quotes from nothing in each (default: %(default)s)")
    parser.add_argument("--quotes", type=int, default=2000, help="quotes from the cache (default: %(default)s)")
    parser.add_argument("--members", type=int, default=1000, help="a crowd; 0 for none (default: %(default)s)")
    parser.add_argument("--readme", type=Path, metavar="FILE", help="rewrite the tables between the markers there")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write; returns 1 when a requirement is not met."""
    chosen = parse(arguments)
    found = run(chosen)
    print(section(found))
    if chosen.readme is not None:
        page = chosen.readme.read_text(encoding="utf-8")
        chosen.readme.write_text(replaced(page, section(found)), encoding="utf-8")
    complaints = list(unmet(found))
    print("\n".join(complaints), file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
