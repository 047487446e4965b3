"""How often the right entry comes first, how well it tells what it does not know, and at what cost: ours beside what
else could be taken, on the same questions in one run.

`python -m tests.benchmarks.matching_quality [KNOWLEDGE]` asks the recorded questions of a knowledge folder, off-topic
ones included, and prints Markdown; `make benchmark-matching` also writes them and a picture into the README. Every
method is measured in a fresh process with one thread. Sizes below the folder's own are seeded samples of its
phrasings; above it made-up entries crowd the real ones (see `tests.benchmarks.matching.filler`), so that quality there
only says how well real questions survive a crowd.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import KnowledgeError
from bot.knowledge import Entry, RecordedQuestion, read_library, read_recorded
from bot.matching.english import frequencies
from tests.benchmarks.matching.corpus import Corpus, count_of, of_size
from tests.benchmarks.matching.drawing import Series, picture
from tests.benchmarks.matching.measure import ONE_THREAD, Figures, Job, in_process_of_its_own
from tests.benchmarks.matching.methods import METHODS
from tests.benchmarks.matching.table import Run, Size, replaced, report, section

SHIPPED = "shipped"
SIZES = ("100", "1000", SHIPPED, "10000", "100000")
SAMPLE = 200
"""Questions that a method is asked from the size on where it is slow."""
LIMIT = 600.0
"""Seconds after which a method is given up at one size."""
SEED = 20


@dataclass(frozen=True, slots=True)
class Ground:
    """A knowledge folder and what is asked of it."""

    root: Path
    entries: tuple[Entry, ...]
    questions: tuple[RecordedQuestion, ...]

    @classmethod
    def of(cls, root: Path) -> "Ground":
        """Published entries and the questions of all parts. Raises KnowledgeError where there is no folder."""
        library = read_library(root, datetime.now(UTC).date()).library
        parts, _ = read_recorded(root, library.entries)
        return cls(
            root, library.published, tuple(one for part in sorted(parts) for one in parts[part] if one.previous is None)
        )

    def corpora(self, sizes: Sequence[str]) -> Iterator[tuple[Size, Corpus]]:
        """What is measured at every size, smallest first."""
        shipped = count_of(self.entries)
        for size in sorted({shipped if size == SHIPPED else int(size) for size in sizes}):
            corpus = of_size(self.entries, self.questions, size, frequencies(), SEED)
            off_topic = sum(one.off_topic for one in corpus.questions)
            covered = len(corpus.questions) - off_topic
            count, filler = count_of(corpus.entries), max(0, size - shipped)
            yield Size(count, len(corpus.entries), filler, covered, off_topic, size == shipped), corpus


def run(ground: Ground, chosen: argparse.Namespace, methods: Sequence[str]) -> Run:
    """Measure every method at every size, one after the other."""
    sizes: list[Size] = []
    figures: dict[tuple[str, int], Figures] = {}
    remarks: list[str] = []
    for size, corpus in ground.corpora(chosen.sizes):
        sizes.append(size)
        for name in methods:
            method = METHODS[name]
            if method.largest is not None and size.phrasings > method.largest:
                continue
            sample = _sample(chosen.questions, slow=method.slow_from is not None and size.phrasings >= method.slow_from)
            job = Job(name, ground.root, corpus, chosen.vocab, sample, SEED)
            found = in_process_of_its_own(job, LIMIT)
            print(f"{size.phrasings:>7} {method.label}: {found}", file=sys.stderr)
            if found is None:
                remarks.append(f"{method.label} failed or took too long at {size.phrasings:,} phrasings.")
            else:
                figures[name, size.phrasings] = found
    return Run(tuple(sizes), tuple(methods), figures, tuple(remarks))


def _sample(asked: int | None, *, slow: bool) -> int | None:
    limits = [limit for limit in (asked, SAMPLE if slow else None) if limit is not None]
    return min(limits, default=None)


def drawn(found: Run) -> str:
    """The picture of a run."""
    series = []
    for name in found.methods:
        measured = [(size.phrasings, found.figures.get((name, size.phrasings))) for size in found.sizes]
        points = {size: (size, one.cost, one.first) for size, one in measured if one is not None}
        series.append(Series(METHODS[name].label, tuple(points.values()), points.get(found.main.phrasings)))
    return picture(series, found.main.phrasings)


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("knowledge", nargs="?", type=Path, default=Path("knowledge"), help="default: %(default)s")
    parser.add_argument(
        "--sizes", nargs="+", type=_size, default=SIZES, metavar="N", help=f"numbers of phrasings, or {SHIPPED}"
    )
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=tuple(METHODS), metavar="NAME")
    parser.add_argument("--questions", type=int, metavar="N", help="ask a seeded sample of N questions")
    parser.add_argument("--vocab", type=Path, metavar="FILE", help="vocabulary of bert-base-uncased, for MiniLM")
    parser.add_argument("--readme", type=Path, metavar="FILE", help="rewrite the tables between the markers there")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="write the picture there")
    return parser.parse_args(arguments)


def _size(text: str) -> str:
    if text != SHIPPED and not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"a number of phrasings or {SHIPPED}, not {text}")
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write; returns 1 when there is nothing to ask."""
    chosen = parse(arguments)
    try:
        ground = Ground.of(chosen.knowledge)
    except KnowledgeError as error:
        print(error, file=sys.stderr)
        return 1
    if not ground.questions or not ground.entries:
        print(f"There are no recorded questions in {chosen.knowledge}/questions, or no entries.", file=sys.stderr)
        return 1
    os.environ.update(ONE_THREAD)
    missing = {name: METHODS[name].missing(chosen.vocab) for name in chosen.methods}
    found = run(ground, chosen, [name for name, why in missing.items() if why is None])
    print(report(found))
    print("\n".join(why for why in missing.values() if why))
    _write(found, chosen)
    return 0


def _write(found: Run, chosen: argparse.Namespace) -> None:
    where = chosen.picture or Path("tests/pictures/matching.svg")
    if chosen.picture is not None:
        where.write_text(drawn(found), encoding="utf-8")
    if chosen.readme is not None:
        page = chosen.readme.read_text(encoding="utf-8")
        chosen.readme.write_text(replaced(page, section(found, where.as_posix())), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
