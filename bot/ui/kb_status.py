"""The card of `/kb status`. Pure: what it shows is passed in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.answering.frozen import Frozen
from bot.answering.numerals import counted, short_date
from bot.curation.decisions import Decisions
from bot.curation.incidents import Proposal
from bot.knowledge import Library
from bot.knowledge.entries import Entry
from bot.ui.kb import moment, whole_lines
from bot.ui.layout import Card, Colour, divider, panel, small, text
from bot.ui.text import escape, shortened

OLDEST: Final = 3
"""Entries that are named as reviewed longest ago."""
NAMED: Final = 8
"""Frozen entries, incidents and proposals that are named."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is so now. `base` is what the files of the served version say and `library` the same with declared
    incidents; `since` is when that version was taken over, None where that is not known. `files` says where the
    knowledge folder differs from it, empty where it does not; `notice` why the start differed. `measured` are the
    sentences of the accuracy card. `moderators` is the channel where moderators are told, `home` whether this server is
    one whose moderators may change what is served; `records` whether the bot's memory can be reached.
    """

    base: Library
    library: Library
    decisions: Decisions
    now: datetime
    since: datetime | None = None
    files: str = ""
    notice: str = ""
    measured: Sequence[str] = ()
    trained: bool = False
    moderators: int | None = None
    home: bool = True
    records: bool = True


def status_card(status: Status) -> Card:
    """What is served, what is held back, and what wants a moderator."""
    worry = not status.records or status.files or status.notice or status.decisions.frozen != Frozen()
    return Card(
        [
            panel(
                Colour.SAFETY if worry else Colour.ANSWER,
                text("### What I serve"),
                text(whole_lines(_lines(status), 3200)),
                divider(),
                small("`/kb history` shows earlier versions, `/kb stale` all that is due, `/kb audit` who did what."),
            )
        ]
    )


def _lines(status: Status) -> Iterator[str]:
    yield from _served(status)
    yield from _held_back(status)
    yield f"**Accuracy:** {shortened(' '.join(status.measured), 900)}"
    yield _matcher(status)
    yield _moderators(status)
    yield (
        "**Records:** within reach."
        if status.records
        else (
            "**Records:** ⚠️ out of reach. What is frozen now would be forgotten by a restart, and incidents must wait."
        )
    )
    yield from _reviews(status.base, status.now.date())


def _served(status: Status) -> Iterator[str]:
    since = f", since {moment(status.since)}" if status.since else ""
    entries = counted(len(status.base.published), "published entry", "published entries")
    yield f"**Version** `{status.base.version}`{since}, with {entries}."
    pin = status.decisions.pin
    if pin is not None:
        yield (
            f"**Held on to:** moderators went back to `{pin.version}`. It stays until the files change, or until "
            "`/kb reload`."
        )
    if status.notice:
        yield f"⚠️ {escape(status.notice, 400)}"
    if status.files:
        yield f"⚠️ {escape(status.files, 400)}"


def _held_back(status: Status) -> Iterator[str]:
    yield f"**Frozen:** {frozen_words(status.decisions.frozen, status.base)}."
    cases = [case for case in status.library.facts.incidents.values() if case.is_open]
    shown = ", ".join(f"`{case.id}` {escape(case.title)}" for case in cases[:NAMED])
    yield f"**Open incidents:** {shown + _beyond(cases) if cases else 'none.'}"
    waiting = [one for one in status.decisions.declared.waiting.values() if one.is_valid(status.now)]
    if waiting:
        shown = ", ".join(map(proposal_words, waiting[:NAMED]))
        yield f"**Waiting for a second moderator:** {shown}{_beyond(waiting)} (`/kb incident list`)"


def _reviews(library: Library, today: date) -> Iterator[str]:
    """Of those that want another one: a dated event is read once and for all."""
    reviewed = [(entry.reviewed, entry.review_due, entry.id, entry) for entry in library.published]
    wanted = [one for one in reviewed if one[1] is not None]
    oldest = [entry for *_, entry in sorted(wanted, key=lambda one: one[:3])[:OLDEST]]
    if oldest:
        yield "**Oldest reviews:**"
        yield from (f"- `{entry.id}` {_reviewed(entry, today)}" for entry in oldest)


def _reviewed(entry: Entry, today: date) -> str:
    assert entry.reviewed is not None  # noqa: S101 - for the type checker; it is due some day
    assert entry.review_due is not None  # noqa: S101 - the same
    days = (today - entry.review_due).days
    due = f"**{counted(days, 'day')} overdue**" if days > 0 else f"due {short_date(entry.review_due)}"
    return f"{short_date(entry.reviewed)}, {due}"


def _matcher(status: Status) -> str:
    if status.trained:
        return "**Matcher:** trained on this version."
    return "**Matcher:** not trained on this version (yet), so answers are less sure."


def _moderators(status: Status) -> str:
    if not status.home:
        return "**This server** is none of my homes: its moderators can look, and change nothing that I serve."
    if status.moderators is None:
        return "**Moderators' channel:** ⚠️ none, so nobody is told when a file cannot be served. `/settings` sets it."
    return f"**Moderators' channel:** <#{status.moderators}>"


def frozen_words(frozen: Frozen, library: Library) -> str:
    """What is frozen, by id and title."""
    names = sorted(frozen.entries)
    listed = ", ".join(f"`{name}` {_title(name, library)}".rstrip() for name in names[:NAMED]) + _beyond(names)
    if frozen.everything:
        return "⚠️ **everything**" + (f", and by itself {listed}" if names else "")
    return listed or "nothing"


def proposal_words(proposal: Proposal) -> str:
    """A proposal in a few words."""
    return f"{proposal.act} `{proposal.incident.id}`"


def _title(name: str, library: Library) -> str:
    entry = library.entries.get(name)
    return escape(entry.title) if entry else "(no longer in the files)"


def _beyond(things: Sequence[object]) -> str:
    return f" and {len(things) - NAMED} more" if len(things) > NAMED else ""
