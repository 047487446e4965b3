"""The figures of a run as Markdown. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks.matching.measure import Figures
from tests.benchmarks.matching.methods import METHODS

BEGIN, END = "<!-- matching benchmark: begin -->", "<!-- matching benchmark: end -->"
DASH = "–"
TUNED = "Ours was made with part `dev` in sight, so part `test` is the fairer one to compare."


@dataclass(frozen=True, slots=True)
class Size:
    """A corpus that was measured: how many phrasings and entries it has, how many of them are made up, how many
    questions there are for it, and whether it is the folder as shipped.
    """

    phrasings: int
    entries: int
    filler: int
    covered: int
    off_topic: int
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that one run found: `figures` by method and number of phrasings; what is missing was not measured."""

    sizes: tuple[Size, ...]
    methods: tuple[str, ...]
    figures: Mapping[tuple[str, int], Figures]
    remarks: tuple[str, ...] = ()

    @property
    def main(self) -> Size:
        """The size that is shown in full: the shipped one, or the largest where that was not measured."""
        return next((size for size in self.sizes if size.shipped), self.sizes[-1])

    def at(self, size: Size) -> list[tuple[str, Figures | None]]:
        """The label and the figures of every method at one size."""
        return [(METHODS[name].label, self.figures.get((name, size.phrasings))) for name in self.methods]


def full(run: Run, size: Size) -> str:
    """All figures at one size, a row for each method."""
    parts = parts_of(run, size)
    shares = ("right first", *(f"in `{part}`" for part in parts), "among three", "AUROC")
    header = ("method", *shares, "CPU a question", "build", "memory added")
    return _table(header, [(_bold(label), *_all_of(found, size, parts)) for label, found in run.at(size)])


def parts_of(run: Run, size: Size) -> list[str]:
    """The parts of the recorded questions, where there are several."""
    found = {part for _, one in run.at(size) if one is not None for part, _ in one.parts}
    return sorted(found) if len(found) > 1 else []


def _all_of(found: Figures | None, size: Size, parts: Sequence[str]) -> tuple[str, ...]:
    if found is None:
        return (DASH,) * (6 + len(parts))
    mark, by_part = _mark(found, size), dict(found.parts)
    shares = (found.first, *(by_part.get(part) for part in parts), found.three)
    return (
        *(DASH if share is None else percent(share) + mark for share in shares),
        DASH if found.auroc is None else f"{found.auroc:.3f}{mark}",
        milliseconds(found.cost),
        f"{found.build:.1f} s",
        mebibytes(found.loaded),
    )


def by_size(run: Run) -> str:
    """Right first, CPU and memory of every method, a column for each size."""
    header = ("method", *(_heading(size) for size in run.sizes))
    rows = []
    for name in run.methods:
        cells = [_short(run.figures.get((name, size.phrasings)), size) for size in run.sizes]
        rows.append((_bold(METHODS[name].label), *cells))
    return _table(header, rows)


def _heading(size: Size) -> str:
    return f"{size.phrasings:,}" + (" (as shipped)" if size.shipped else "")


def _short(found: Figures | None, size: Size) -> str:
    if found is None:
        return DASH
    figures = (percent(found.first) + _mark(found, size), milliseconds(found.cost), mebibytes(found.loaded))
    return "<br>".join(figures)


def _mark(found: Figures, size: Size) -> str:
    sampled = found.asked < size.covered + size.off_topic
    return ("\\*" if sampled else "") + ("" if found.trained else "†")


def _bold(label: str) -> str:
    return f"**{label}**" if label == METHODS["ours"].label else label


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    marks = ["---", *["---:"] * (len(header) - 1)]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, marks, *rows))


def percent(share: float) -> str:
    """A share in [0, 1] as it stands in a table."""
    return f"{share:.1%}"


def milliseconds(value: float) -> str:
    """Milliseconds with two figures that matter, or all before the point."""
    digits = 0 if value >= 10 else 1 if value >= 1 else 2
    return f"{value:,.{digits}f} ms"


def mebibytes(value: float | None) -> str:
    """Memory as it stands in a table; a dash where it is not known."""
    return DASH if value is None else f"{value:,.0f} MiB"


def described(size: Size) -> str:
    """A sentence on what was asked of which corpus."""
    crowd = f" ({size.filler:,} of them made up)" if size.filler else ""
    return (
        f"{size.phrasings:,} phrasings of {size.entries:,} entries{crowd}; "
        f"{size.covered} covered and {size.off_topic} off-topic questions."
    )


def report(run: Run) -> str:
    """The whole run for a terminal: one full table a size."""
    parts = [f"{described(size)}\n\n{full(run, size)}" for size in run.sizes]
    return "\n\n".join([*parts, "\n".join([*marked(run), *run.remarks])]).rstrip()


def marked(run: Run) -> list[str]:
    """What the marks in the tables mean, where there are any."""
    found = [(one, size) for size in run.sizes for _, one in run.at(size) if one is not None]
    counts = sorted({one.asked for one, size in found if one.asked < size.covered + size.off_topic})
    meanings = [f"\\* Asked a seeded sample of {' or '.join(map(str, counts))} questions."] if counts else []
    if not all(one.trained for one, _ in found):
        meanings.append("† Without a classifier: too many phrasings to train one.")
    return meanings


def section(run: Run, picture: str) -> str:
    """What stands in the README between the markers. `picture` is its path from there."""
    size = run.main
    notes = [
        "The ranking alone beside other methods, in one run (`make benchmark-matching`), each method in a process of",
        f"its own with one thread: {described(size)}",
        "Other methods rank an entry by its best phrasing. AUROC says how well the best score alone tells covered from",
        "off-topic questions (0.5 is chance). CPU is the median question's. Memory is what the process grew by: the",
        "method's packages, its index and what it kept of all questions, but not the texts themselves.",
        *([TUNED] if {"dev", "test"} <= {*parts_of(run, size)} else []),
    ]
    sizes = [
        "By number of phrasings: right first, CPU a question, memory added.",
        *_about_sizes(run),
    ]
    paragraphs = ["\n".join(notes), full(run, size)]
    if len(run.sizes) > 1:
        paragraphs += ["\n".join(sizes), by_size(run)]
    paragraphs += [*marked(run), *run.remarks]
    paragraphs.append(f"![Quality and cost of the methods]({picture})")
    return "\n\n".join(paragraphs)


def _about_sizes(run: Run) -> list[str]:
    below = min(size.phrasings for size in run.sizes) < run.main.phrasings
    fewer = [size for size in run.sizes if size.covered < run.main.covered]
    above = any(size.filler for size in run.sizes)
    lines = ["Smaller sizes are samples of the shipped phrasings, with the questions that still have an entry."] * below
    lines += [f"At {one.phrasings:,} these are {one.covered} questions about {one.entries} entries." for one in fewer]
    if above:
        lines += [
            "Larger ones add made-up entries: frames of real phrasings filled with other words and made-up names. So",
            "quality there only says how well real questions survive a crowd.",
        ]
    return lines


def replaced(page: str, text: str) -> str:
    """`page` with `text` between the markers.

    Raises:
        ValueError: the page lacks the markers.
    """
    pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
    if not pattern.search(page):
        raise ValueError(f"the page has no lines {BEGIN} and {END}")
    return pattern.sub(lambda _: f"{BEGIN}\n{text}\n{END}", page, count=1)
