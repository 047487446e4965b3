"""Cards of what has grown old: `/kb stale`, `/kb drift`, `/kb links`. Pure."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import discord

from bot.answering.numerals import counted, short_date
from bot.curation.drift import Drift, drift_lines
from bot.curation.freshness import Kind, Stale, stale_lines
from bot.curation.linkcheck import Finding, link_lines
from bot.curation.serving import Changes
from bot.knowledge import Library
from bot.ui.kb import opening_rows, whole_lines
from bot.ui.layout import Card, Colour, Part, Picture, divider, panel, small, text
from bot.ui.text import escape, units

ROOM: Final = 3000
LINE: Final = 400
CHECKING: Final = (
    "I ask each host for one page at a time, with a pause of two seconds, and keep to its robots.txt. This card shows "
    "the result when all are read; meanwhile you can do something else."
)


def stale_card(found: Sequence[Stale], library: Library, today: date) -> Card:
    """What is past its review or soon will be, with buttons that open the entries that are longest overdue."""
    entries = tuple(one.id for one in found if one.kind is Kind.ENTRY and one.is_past)
    return _report(
        f"What is due for review, {short_date(today)}",
        stale_lines(found),
        "stale.txt",
        worry=any(one.is_past for one in found),
        below=opening_rows(Changes(changed=entries), library),
        fine="Set `reviewed:` to the day on which somebody has read the whole entry against its sources.",
    )


def drift_card(drifts: Sequence[Drift]) -> Card:
    """The figures of the texts beside their live values, those that have left their tolerance first."""
    return _report(
        "What the texts say, and what is so now",
        drift_lines(drifts),
        "drift.txt",
        worry=any(one.has_drifted for one in drifts),
        fine="Figures stand in `facts/figures.toml`. I change none by myself.",
    )


def links_card(found: Sequence[Finding], *, kept: bool = True, unread: int = 0) -> Card:
    """How the links stand as of their last check; `kept` is False where the next check will not know of this one,
    `unread` the number of links that were never read.
    """
    read = max((one.at for one in found), default=None)
    notes = ["Read a page that has changed, then set the review date of what names it."]
    notes += (
        [] if kept else ["⚠️ This could not be kept (is the disk full?): the next check compares with an earlier one."]
    )
    notes += [f"{counted(unread, 'link')} never read; `/kb links` reads all."] if unread else []
    return _report(
        f"The sources, as of {short_date(read)}" if read else "The sources",
        link_lines(found),
        "links.txt",
        worry=any(one.needs_a_look for one in found),
        fine=" ".join(notes),
    )


def checking_card(read: int, total: int, since: int, *, asked_again: bool = False) -> Card:
    """How far a check of the links is; `since` is the second of the epoch in which it began."""
    said = "A check is under way already, and one is enough for their hosts. " if asked_again else ""
    return Card(
        [
            panel(
                Colour.QUIET,
                text("### Reading the sources"),
                text(f"{said}{read} of {counted(total, 'page')} read; begun <t:{since}:R>."),
                text("`/kb links last:True` shows the result when it is done." if asked_again else CHECKING),
            )
        ]
    )


def _report(title: str, lines: Sequence[str], name: str, *, worry: bool, fine: str, below: Sequence[Part] = ()) -> Card:
    """A report of the command line as a card; one that does not fit is attached as a whole."""
    shown = [_marked(line) for line in lines]
    whole = Picture(name, "\n".join(lines).encode("utf-8"), "The whole report")
    is_cut = sum(units(line) + 1 for line in shown) > ROOM - 40 or any(len(line) > LINE for line in lines)
    return Card(
        [
            panel(
                Colour.ASK_BACK if worry else Colour.ANSWER,
                text(f"### {title}"),
                text(whole_lines(shown, ROOM)),
                discord.ui.File(f"attachment://{name}") if is_cut else None,
                *below,
                divider(),
                small(fine),
            )
        ],
        [whole] if is_cut else [],
    )


def _marked(line: str) -> str:
    """A line of a report, which tells headings and rows apart by their indents, in Markdown."""
    bare = line.lstrip()
    indent = len(line) - len(bare)
    said = escape(bare, LINE)
    return f"**{said}**" if not indent and bare.endswith(":") else f"{' ' * (indent - 2)}- {said}" if indent else said
