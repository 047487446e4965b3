"""The weekly digest for the moderators: what to look at, and nothing that is in order. Pure; it never edits a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from bot.answering.numerals import short_date
from bot.curation.drift import Drift, furthest_first
from bot.curation.freshness import Stale
from bot.curation.gaps import RETRY, UNHELPFUL, GapGroup, Inbox, K
from bot.knowledge import Library
from bot.knowledge.plain import short
from bot.storage import EntryCount, EntryVotes

if TYPE_CHECKING:
    from bot.curation.linkcheck import Finding

MONDAY: Final = 0
SENT_AT: Final = time(9, tzinfo=UTC)
"""A digest is sent on Mondays at this time."""
APART: Final = timedelta(days=3)
"""Least time between two digests: a late one, towards the end of a week, stands for that of the next Monday too."""
WEEK: Final = timedelta(days=7)
"""The time that questions and votes are counted over."""
MOST: Final = 8
"""Lines of a section; what is more is counted."""
VOTERS: Final = K
"""Fewer members than this say nothing about an answer, and something about themselves."""
ASKED: Final = 5
"""Entries that are named as asked most."""
_LONGEST: Final = 100
"""Characters of a member's wording that are shown."""
CALM: Final = "Nothing needs a look: no review is overdue, and nothing was reported. Have a quiet week."


@dataclass(frozen=True, slots=True)
class Section:
    """One heading with its lines, at most `MOST` and a last one that counts the rest. Lines are plain text and may hold
    wordings of members and names of entries, so a face that knows marks must escape them.
    """

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest: only sections with something in them. Without any, `calm` says so."""

    title: str
    sections: tuple[Section, ...]

    @property
    def calm(self) -> str:
        """The sentence for a week in which nothing needs a look; empty in any other."""
        return "" if self.sections else CALM

    def lines(self) -> list[str]:
        """The whole of it for a face without cards."""
        parts = [line for one in self.sections for line in ("", one.title, *(f"  {text}" for text in one.lines))]
        return [self.title, *(parts or ["", self.calm])]

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        sections = [{"title": one.title, "lines": list(one.lines)} for one in self.sections]
        return {"title": self.title, "sections": sections, "calm": self.calm}


def digest(
    library: Library,
    today: date,
    *,
    stale: Sequence[Stale] = (),
    drifts: Sequence[Drift] = (),
    links: "Sequence[Finding]" = (),
    asked: Sequence[EntryCount] = (),
    votes: Sequence[EntryVotes] = (),
    inbox: Inbox | None = None,
) -> Digest:
    """The digest of `today` from what the other parts found: `stale_entries`, `compared`, `findings` as of the last
    check of the links, `Memory.asked_most` and `Memory.votes_by_entry` of the last `WEEK`, and the gap inbox. What is
    asked most is told beside other things only: by itself it gives nobody anything to do.
    """
    past = [one for one in stale if one.is_past]
    soon = [one for one in stale if not one.is_past and one.due < today + WEEK]
    to_mend = [
        _section("Past review", [one.line() for one in past]),
        _section("Figures that have left their tolerance", [one.line() for one in furthest_first(drifts)]),
        _section(_links_title(links), [one.line() for one in links if one.needs_a_look]),
        _section("Answers that did not help", list(_unhelpful(library, votes, inbox))),
        _section("Questions without an answer", list(_gaps(inbox))),
        _section("To be reviewed before the next digest", [one.line() for one in soon]),
    ]
    most = _section("Asked most in the last week", list(_most(library, asked)))
    found = [section for section in to_mend if section]
    sections = (*found, *([most] if most and found else []))
    return Digest(f"Weekly digest, {short_date(today)}", tuple(sections))


def _section(title: str, lines: Sequence[str]) -> Section | None:
    if not lines:
        return None
    more = [f"and {len(lines) - MOST} more"] if len(lines) > MOST else []
    return Section(title, (*lines[:MOST], *more))


def _links_title(links: "Sequence[Finding]") -> str:
    checked = max((one.at for one in links), default=None)
    return f"Sources that are gone, moved or changed, as of the check of {short_date(checked)}" if checked else ""


def _unhelpful(library: Library, votes: Sequence[EntryVotes], inbox: Inbox | None) -> Iterator[str]:
    """A line for each entry that at least `VOTERS` members marked, with a wording that as many put; then the groups of
    such wordings whose entry has no line of its own.
    """
    groups = [group for group in (inbox.groups if inbox else ()) if UNHELPFUL in group.kinds and _is_common(group)]
    marked = [vote for vote in votes if vote.unhelpful >= VOTERS and vote.entry in library.entries]
    for vote in sorted(marked, key=lambda one: (-one.unhelpful, one.entry)):
        put = next((f", put as {_quoted(group)}" for group in groups if group.entry == vote.entry), "")
        total = vote.unhelpful + vote.helpful
        yield f"{_named(library, vote.entry)}: {vote.unhelpful} of {total} who voted say that it did not help{put}"
    shown = {vote.entry for vote in marked}
    for group in groups:
        if group.entry in library.entries and group.entry not in shown:
            yield f"{_named(library, group.entry or '')}: did not help {group.askers} members who put {_quoted(group)}"


def _gaps(inbox: Inbox | None) -> Iterator[str]:
    for group in inbox.groups if inbox else ():
        if (UNHELPFUL in group.kinds and group.entry) or not _is_common(group):
            continue
        leads = f"; nearest {', '.join(group.nearest)}" if group.nearest else ""
        if RETRY in group.kinds and group.entry:
            leads = f"; who asked again found {group.entry}"
        yield f"{_quoted(group)}, put by {group.askers} members{leads}"


def _is_common(group: GapGroup) -> bool:
    return group.askers >= VOTERS and bool(group.wordings)


def _quoted(group: GapGroup) -> str:
    return f'"{short(" ".join(group.wordings[0].split()), _LONGEST)}"'


def _most(library: Library, asked: Sequence[EntryCount]) -> Iterator[str]:
    known = [one for one in asked if one.entry in library.entries and one.count > 0]
    for one in sorted(known, key=lambda one: (-one.count, one.entry))[:ASKED]:
        yield f"{_named(library, one.entry)}: {'once' if one.count == 1 else f'{one.count} times'}"


def _named(library: Library, entry: str) -> str:
    return f"{library.entries[entry].title} ({entry})"


def next_digest(last_sent: datetime | None, now: datetime) -> datetime:
    """When the digest after that of `last_sent` is due (aware UTC); a moment that is not after `now` means at once.

    It is due on Mondays at `SENT_AT`. A bot that was off meanwhile sends one late digest, however many Mondays it
    missed, and the next one `APART` later at the earliest. Before the first digest it is the Monday to come, so that
    nobody is greeted with one: wait until that moment, and do not ask again meanwhile. A `last_sent` in the future was
    written by a clock that was wrong, and counts as now. Keep the moment before sending, so that a bot that ends in
    between sends none rather than two.
    """
    if last_sent is None:
        return _monday_from(now)
    return _monday_from(min(last_sent, now) + APART)


def _monday_from(moment: datetime) -> datetime:
    """The first Monday at `SENT_AT` at or after a moment."""
    moment = moment.astimezone(UTC)
    monday = moment.date() + timedelta(days=(MONDAY - moment.weekday()) % 7)
    found = datetime.combine(monday, SENT_AT)
    return found if found >= moment else found + WEEK
