"""The commands that look for what has grown old: `knowledge stale`, `drift`, `links`, `digest`. None edits a file."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.clock import today, utc_now
from bot.console import as_line
from bot.curation.digest import ASKED, WEEK, Digest
from bot.curation.digest import digest as digest_of
from bot.curation.drift import Drift, compared, drift_lines, judged_slots, live_values
from bot.curation.freshness import stale_entries, stale_lines
from bot.curation.linkcheck import Link, check_links, findings, known_only, link_lines, links_of, only, settle
from bot.curation.linkstate import Checked, LinkState, keep_state, read_state
from bot.errors import Exit, UsageError
from bot.knowledge import Library
from bot.logs import only_errors
from bot.market.pages import PAUSE, Pages
from bot.opening import open_market
from bot.settings import Settings
from bot.workshop.files import library_of
from bot.workshop.gaps import inbox_of, recorded_in


def _report(rows: object, lines: Sequence[str], *, as_json: bool) -> None:
    print(as_line(rows) if as_json else "\n".join(lines))


def stale(options: argparse.Namespace) -> int:
    """Print what is past its review, or soon will be."""
    found = stale_entries(library_of(options), today(utc_now))
    _report([one.as_json() for one in found], stale_lines(found), as_json=options.json)
    return Exit.PROBLEMS if any(one.is_past for one in found) else Exit.DONE


def drift(options: argparse.Namespace) -> int:
    """Print which figures have left their tolerance."""
    library, settings = library_of(options), Settings.from_environment()
    found = asyncio.run(_compared(library, settings))
    _report([one.as_json() for one in found], drift_lines(found), as_json=options.json)
    return Exit.PROBLEMS if any(one.has_drifted for one in found) else Exit.DONE


async def _compared(library: Library, settings: Settings) -> list[Drift]:
    with only_errors("bot.market"):  # the report itself says what could not be had
        async with open_market(library, settings, utc_now) as market:
            live = await live_values(library, market) if judged_slots(library) else {}
    return compared(library, live, utc_now())


def links(options: argparse.Namespace) -> int:
    """Read every linked page politely and print what became of it."""
    settings, named = Settings.from_environment(), links_of(library_of(options))
    wanted = only(named, options.only) if options.only else named
    if not wanted:
        what = f"No link belongs to '{options.only}'; name an id or a domain" if options.only else "There is no link"
        raise UsageError(f"{what}.")
    earlier = known_only(read_state(settings.data_dir), named)
    state = earlier if options.last else asyncio.run(_checked(wanted, earlier, settings.data_dir))
    found = findings(wanted, state)
    if options.last and not found:
        raise UsageError("These links were never checked; run python -m bot knowledge links.")
    _report([one.as_json() for one in found], link_lines(found), as_json=options.json)
    return Exit.PROBLEMS if any(one.needs_a_look for one in found) else Exit.DONE


async def _checked(wanted: Sequence[Link], earlier: LinkState, data_dir: Path) -> LinkState:
    """The state after a check, kept for the next one; who interrupts it keeps what was read until then."""
    progress, pages = _Progress(len(wanted)), Pages(utc_now)
    try:
        await check_links(wanted, pages, earlier, lambda: today(utc_now), progress.read)
    finally:
        await pages.close()
        progress.end()
        state = LinkState(dict(earlier.pages) | settle(progress.found))
        if progress.found and not keep_state(data_dir, state):
            print("The result could not be kept, so the next check compares with an earlier one.", file=sys.stderr)
    return state


class _Progress:
    """Holds what was read, and tells on standard error how far a check is, since it takes minutes."""

    def __init__(self, total: int) -> None:
        self.found: dict[str, Checked] = {}
        self._total = total
        print(f"Reading {total} pages, one every {PAUSE:.0f} seconds from each host.", file=sys.stderr)

    def read(self, link: Link, checked: Checked) -> None:
        """Take one page."""
        self.found[link.url] = checked
        if sys.stderr.isatty():
            print(f"\r{len(self.found)} of {self._total} {link.url[:80]:<80}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave the line."""
        if sys.stderr.isatty():
            print(file=sys.stderr)


def digest(options: argparse.Namespace) -> int:
    """Print the digest that the moderators' channel would get now."""
    found = asyncio.run(_digest(library_of(options), Settings.from_environment(), offline=options.offline))
    _report(found.as_json(), found.lines(), as_json=options.json)
    return Exit.DONE


async def _digest(library: Library, settings: Settings, *, offline: bool) -> Digest:
    drifts = [] if offline else await _compared(library, settings)
    day, data_dir = today(utc_now), settings.data_dir
    seen = findings(links_of(library), read_state(data_dir))
    old = stale_entries(library, day)
    async with recorded_in(settings) as memory:
        if memory is None:
            return digest_of(library, day, stale=old, drifts=drifts, links=seen)
        since = utc_now() - WEEK
        asked, votes = await memory.asked_most(since, ASKED), await memory.votes_by_entry(since)
        unmet = await memory.unmet()
    inbox = inbox_of(unmet, library, data_dir)
    return digest_of(library, day, stale=old, drifts=drifts, links=seen, asked=asked, votes=votes, inbox=inbox)
