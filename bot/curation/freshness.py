"""What has grown old: entries and figures past their review, and open incidents that nobody has updated. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from bot.answering.numerals import counted, short_date
from bot.knowledge import Entry, Library
from bot.knowledge.facts import Figure, Incident

SOON: Final = timedelta(days=14)
"""How long before its day a review is announced."""
QUIET: Final = timedelta(days=7)
"""After this time without an update an open incident is asked about: its banner stands above every answer."""


class Kind(StrEnum):
    """What has grown old."""

    ENTRY = "entry"
    FIGURE = "figure"
    INCIDENT = "incident"


_LAST: Final = {Kind.ENTRY: "reviewed", Kind.FIGURE: "true on", Kind.INCIDENT: "updated"}
_FACTS: Final = {Kind.FIGURE: "facts/figures.toml", Kind.INCIDENT: "facts/incidents.toml"}


@dataclass(frozen=True, slots=True)
class Stale:
    """One thing to look at again. `file` lies in the knowledge folder; `last` is the day on which somebody looked, or
    of which a figure speaks; `due` is the day by which to look again, and `days` the days since then, negative where
    it is still to come.
    """

    kind: Kind
    id: str
    title: str
    file: str
    last: date | None
    due: date
    days: int

    @property
    def is_past(self) -> bool:
        """Whether it is overdue. An incident is so once its seven days are over, a review the day after its last."""
        return self.days >= 0 if self.kind is Kind.INCIDENT else self.days > 0

    def line(self) -> str:
        """Where it stands, when it was due, and when somebody last looked."""
        place = self.file if self.kind is Kind.ENTRY else f"{self.file} [{self.id}]"
        last = f", {_LAST[self.kind]} {short_date(self.last)}" if self.last else ""
        if self.kind is Kind.INCIDENT and self.last:
            return f"{place}: open, and without an update since {short_date(self.last)}"
        return f"{place}: due {short_date(self.due)}, {_distance(self.days)}{last}"

    def as_json(self) -> dict[str, Any]:
        """For programs; days are ISO dates."""
        return {
            "kind": self.kind.value,
            "id": self.id,
            "title": self.title,
            "file": self.file,
            "last": self.last.isoformat() if self.last else None,
            "due": self.due.isoformat(),
            "days": self.days,
            "past": self.is_past,
        }


def _distance(days: int) -> str:
    if days == 0:
        return "today"
    count = counted(abs(days), "day")
    return f"{count} ago" if days > 0 else f"in {count}"


def stale_entries(library: Library, today: date) -> list[Stale]:
    """What is past its review on `today` or will be within `SOON`, and open incidents without an update for `QUIET`.
    What is longest overdue comes first. Drafts and retired entries are nobody's worry, dated events never age.
    """
    found = [*_entries(library.published, today), *_figures(library, today), *_incidents(library, today)]
    return sorted(found, key=lambda one: (one.due, one.kind.value, one.id))


def _entries(entries: Sequence[Entry], today: date) -> Iterator[Stale]:
    for entry in entries:
        if entry.review_due is not None and entry.review_due <= today + SOON:
            days = (today - entry.review_due).days
            yield Stale(Kind.ENTRY, entry.id, entry.title, entry.file, entry.reviewed, entry.review_due, days)


def _figures(library: Library, today: date) -> Iterator[Stale]:
    for figure in library.facts.figures.values():
        if figure.review_by is not None and figure.review_by <= today + SOON:
            yield _figure(figure, figure.review_by, today)


def _figure(figure: Figure, due: date, today: date) -> Stale:
    title = figure.label or figure.say
    return Stale(Kind.FIGURE, figure.id, title, _FACTS[Kind.FIGURE], figure.as_of, due, (today - due).days)


def _incidents(library: Library, today: date) -> Iterator[Stale]:
    for case in library.facts.incidents.values():
        if case.is_open and today - case.updated >= QUIET:
            yield _incident(case, today)


def _incident(case: Incident, today: date) -> Stale:
    due = case.updated + QUIET
    return Stale(Kind.INCIDENT, case.id, case.title, _FACTS[Kind.INCIDENT], case.updated, due, (today - due).days)


def stale_lines(found: Sequence[Stale]) -> list[str]:
    """The report for people: first what is past, then what is due soon."""
    past, soon = [one for one in found if one.is_past], [one for one in found if not one.is_past]
    if not found:
        return [f"Nothing is past its review, and nothing is due within {SOON.days} days."]
    lines = [f"Past review ({len(past)}), oldest first:", *(f"  {one.line()}" for one in past)] if past else []
    lines += [] if past else ["Nothing is past its review."]
    lines += [f"Due within {SOON.days} days ({len(soon)}):", *(f"  {one.line()}" for one in soon)] if soon else []
    return lines
