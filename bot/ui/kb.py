"""What the cards of the moderators' workshop share: changes, problems, and lines that fit. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from bot.curation.serving import Changes, Outcome, Report
from bot.knowledge import Library, Problem
from bot.ui import limits
from bot.ui.ids import Action
from bot.ui.layout import Card, Colour, Part, Row, divider, panel, press, row, small, text
from bot.ui.text import escape, one_line, shortened, units

ROOM: Final = 2800
"""Units for the lines of a card, beside its title, its sentences and its small print."""
MOST_PROBLEMS: Final = 60
"""Problems that are put into words: more never stand on a card."""
NAMED: Final = 12
"""Entries that are named of each kind of change."""
BUTTONS: Final = 2 * limits.ROW
"""Buttons that open changed entries."""
NOT_KEPT: Final = "⚠️ No copy of this version could be kept (is the disk full?), so nobody can come back to it."

_HEADS: Final = {
    Outcome.TAKEN: (Colour.ANSWER, "A new version is served"),
    Outcome.SAME: (Colour.QUIET, "Nothing is new"),
    Outcome.REFUSED: (Colour.SAFETY, "The knowledge files are not taken over"),
}
_BACK: Final = {
    Outcome.TAKEN: (Colour.ANSWER, "An earlier version is served again"),
    Outcome.SAME: (Colour.QUIET, "That version is served already"),
    Outcome.REFUSED: (Colour.SAFETY, "I cannot go back to that version"),
}


def moment(at: datetime, style: str = "f") -> str:
    """A moment as Discord shows it to each reader; `R` as style shows the distance from now."""
    return f"<t:{int(at.timestamp())}:{style}>"


def whole_lines(lines: Iterable[str], room: int = ROOM, *, more: int = 0) -> str:
    """As many lines as fit into `room` units, one below the other, and how many do not, beside `more` of which there
    are no lines.
    """
    every = list(lines)
    kept, left = [], room - 40
    for line in every:
        left -= units(line) + 1
        if left < 0:
            break
        kept.append(line)
    more += len(every) - len(kept)
    return "\n".join([*kept, *([f"and {more} more"] if more else [])])


def problem_line(problem: Problem) -> str:
    """Where something has to be mended, and how."""
    return f"- **{escape(problem.file, 120)}**, line {problem.line}: {escape(problem.message, 600)}"


def changes_lines(changes: Changes) -> list[str]:
    """What came, differs and went, counted and named; empty where nothing did."""
    kinds = (("Added", changes.added), ("Changed", changes.changed), ("Removed", changes.removed))
    return [f"- {kind} ({len(names)}): {_named(names)}" for kind, names in kinds if names]


def counts(changes: Changes) -> str:
    """The same in numbers alone."""
    return f"{len(changes.added)} added, {len(changes.changed)} changed, {len(changes.removed)} removed"


def report_card(
    report: Report, library: Library, notes: Sequence[str] = (), *, by: str = "", back: bool = False
) -> Card:
    """What came of a reload, a step `back`, or of files that have changed: what changed with buttons that open it, or
    file, line and cure of each problem. `by` is the moderator who did it, as Discord marks them; `notes` are lines of
    small print.
    """
    colour, head = _BACK[report.outcome] if back else _HEADS[report.outcome]
    # Of thousands no more are put into words than could ever stand on a card.
    shown, more = report.problems[:MOST_PROBLEMS], len(report.problems) - MOST_PROBLEMS
    lines = [problem_line(one) for one in shown] or changes_lines(report.changes)
    if report.outcome is Outcome.TAKEN and not lines:
        lines = ["- No published entry says anything else; facts, recorded questions or thresholds may have changed."]
    warning = [] if report.kept or report.outcome is Outcome.REFUSED else [NOT_KEPT]
    said = [f"{by} did this." if by else "", shortened(one_line(report.sentence), 400), *warning]
    return Card(
        [
            panel(
                colour,
                text(f"### {head}"),
                text("\n".join(filter(None, said))),
                text(whole_lines(lines, more=max(0, more))) if lines else None,
                *opening_rows(report.changes, library),
                *_fine_print(report, notes),
            )
        ]
    )


def opening_rows(changes: Changes, library: Library) -> list[Row]:
    """Buttons that open the entries that came or differ, as members see them."""
    names = [name for name in (*changes.added, *changes.changed) if name in library.entries][:BUTTONS]
    found = [press(Action.OPEN, library.entries[name].title, name) for name in names]
    rows = [row(*found[start : start + limits.ROW]) for start in range(0, len(found), limits.ROW)]
    return [one for one in rows if one is not None]


def _fine_print(report: Report, notes: Sequence[str]) -> list[Part]:
    lines = [*notes]
    if report.outcome is Outcome.REFUSED and report.problems:
        lines.append("Mend the files; I look again as soon as they are saved, or use `/kb reload`.")
    return [divider(), small(*lines)] if lines else []


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(f"`{name}`" for name in names[:NAMED]) + more
