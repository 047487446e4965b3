"""One method over one corpus in a fresh process, so that neither memory nor warm caches of another one count."""

import ctypes
import gc
import os
import sys
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import import_module
from itertools import chain
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import median
from types import MappingProxyType

from bot.knowledge import Library, RecordedQuestion, read_library
from tests.benchmarks.matching.corpus import Corpus
from tests.benchmarks.matching.methods import METHODS, Material, Phrasings, Rank

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
"""Environment of a measured process; it must be set before numpy is loaded."""
WARM_UP = 20
"""Questions asked before the clock runs."""
PATIENCE = 10.0
"""Seconds in which a process that gave its figures may end by itself."""
STATM = Path("/proc/self/statm")
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Job:
    """What one process shall measure. `sample` is how many questions it asks; None for all."""

    method: str
    root: Path
    corpus: Corpus
    vocabulary: Path | None
    sample: int | None
    seed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What came out. `first` and `three` are shares of covered questions, `auroc` is of all; all in [0, 1].

    `build` is CPU seconds, `cost` the median of CPU milliseconds a question, `built` and `loaded` are MiB of resident
    memory added after building and after all questions; None where the system does not tell. `trained` is False for a
    matcher of ours that has no classifier, because the library is too large for one. `parts` is `first` by part of the
    recorded questions: one of them may have been looked at while a method was made.
    """

    asked: int
    covered: int
    first: float
    three: float
    auroc: float | None
    cost: float
    build: float
    built: float | None
    loaded: float | None
    trained: bool = True
    parts: tuple[tuple[str, float], ...] = ()


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float | None:
    """The chance that a number drawn from `higher` exceeds one drawn from `lower`, ties counting half: the area under
    the receiver operating characteristic (Hanley and McNeil, 1982). None when either is empty.
    """
    if not higher or not lower:
        return None
    ordered = sorted(lower)
    wins = sum(bisect_left(ordered, one) + bisect_right(ordered, one) for one in higher)
    return wins / 2 / len(higher) / len(lower)


def chosen(questions: Sequence[RecordedQuestion], sample: int | None, seed: int) -> list[RecordedQuestion]:
    """The questions to ask: all of them, or a seeded sample, in their order."""
    if sample is None or sample >= len(questions):
        return list(questions)
    numbers = Random(seed).sample(range(len(questions)), sample)  # noqa: S311 - the same every time
    return [questions[number] for number in sorted(numbers)]


def judged(rank: Rank, questions: Sequence[RecordedQuestion], clock: Callable[[], float]) -> Figures:
    """Ask everything once and judge the rankings. `clock` gives CPU seconds; build and memory are left for others."""
    spent, places = [], []
    hits: defaultdict[str, list[bool]] = defaultdict(list)
    scores: dict[bool, list[float]] = {True: [], False: []}
    for question in questions:
        began = clock()
        entries, score = rank(question.question)
        spent.append(clock() - began)
        scores[question.off_topic].append(score)
        if not question.off_topic:
            hits[Path(question.file).stem].append(any(entry in question.entries for entry in entries[:1]))
            places.append(any(entry in question.entries for entry in entries))
    first = share(list(chain.from_iterable(hits.values())))
    area = auroc(scores[False], scores[True])
    parts = tuple((part, share(own)) for part, own in sorted(hits.items()))
    cost = median(spent) * 1000
    return Figures(len(questions), len(places), first, share(places), area, cost, 0.0, None, None, parts=parts)


def share(hits: Sequence[bool]) -> float:
    """How many of all are true, in [0, 1]; 0 of none."""
    return sum(hits) / max(1, len(hits))


def measured(job: Job) -> Figures:
    """The figures of one job, in this process, which should be a fresh one."""
    read = read_library(job.root, datetime.now(UTC).date()).library
    entries = MappingProxyType({entry.id: entry for entry in job.corpus.entries})
    library = Library(entries, read.facts, f"{read.version}-{len(entries)}")
    material = Material(library, Phrasings(job.corpus.phrasings), job.vocabulary)
    questions = chosen(job.corpus.questions, job.sample, job.seed)
    method = METHODS[job.method]
    empty = resident()
    for package in method.packages:
        import_module(package)
    began = time.process_time()
    rank = method.build(material)
    build = time.process_time() - began
    built = resident()
    for question in job.corpus.questions[:WARM_UP]:
        rank(question.question)
    found = judged(rank, questions, time.process_time)
    trained = getattr(rank, "trained", True)
    return replace(found, build=build, built=added(empty, built), loaded=added(empty, resident()), trained=trained)


def resident() -> float | None:
    """Resident memory of this process in MiB; None where there is no /proc.

    What was freed is given back first, where the C library can: else a method would build in what reading left over.
    """
    gc.collect()
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
    if not STATM.exists():
        return None
    return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MIB


def added(before: float | None, after: float | None) -> float | None:
    """The difference, where both are known; what a process gave back to the system counts as nothing."""
    return None if before is None or after is None else max(0.0, after - before)


def in_process_of_its_own(job: Job, limit: float) -> Figures | None:
    """The figures of one job from a fresh process; None when it failed or took longer than `limit` seconds."""
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(job, sender))
    process.start()
    sender.close()
    try:
        figures: Figures | None = receiver.recv() if receiver.poll(limit) else None
    except EOFError:
        figures = None
    process.join(PATIENCE if figures is not None else 0.0)
    process.kill()
    process.join()
    return figures


def _work(job: Job, sender: Connection) -> None:
    sys.stdout = sys.stderr  # packages greet on standard output, where the tables go
    sender.send(measured(job))
