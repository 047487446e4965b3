"""`knowledge gaps`: what members asked and were not served, and the beginning of an entry made of it."""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

from bot.clock import today, utc_now
from bot.console import as_line
from bot.curation.drafts import Draft, draft_of
from bot.curation.gaps import GAP, GapGroup, Inbox, addition_of
from bot.curation.inbox import group_unmet
from bot.curation.training import trained_matcher
from bot.errors import Exit, UsageError
from bot.knowledge import Library
from bot.matching.decision import calibrations_of
from bot.settings import Settings
from bot.storage import DATABASE_NAME, Memory, Unmet
from bot.workshop.files import folder_of, library_of, save, shown

RECENT: Final = 500
"""Recent questions that the effect of a draft is predicted for."""
NOTHING_YET: Final = "Nothing is recorded in '{folder}' yet; BOT_DATA_DIR names the data folder of the bot."


def gaps(options: argparse.Namespace) -> int:
    """Print the gap inbox, or the draft that answers one of its groups."""
    if (options.write or options.effect) and not options.draft:
        raise UsageError("--write and --effect belong to a draft; name its group with --draft ID.")
    folder, settings = folder_of(options), Settings.from_environment()
    library = library_of(options)
    unmet, recent = asyncio.run(_recorded(settings))
    inbox = inbox_of(unmet, library, settings.data_dir)
    if not options.draft:
        print(as_line(inbox.as_json(library)) if options.json else "\n".join(inbox.lines(library)))
        return Exit.DONE
    group = _group(inbox, options.draft)
    draft = draft_of(group, library, today(utc_now))
    _hint(group, library)
    effect = _effect(folder, draft, [*group.whole, *recent], settings) if options.effect else []
    if options.write:
        _write(folder, draft)
    if options.json:
        print(as_line({"group": group.id, "file": draft.file, "text": draft.text, "effect": effect}))
        return Exit.DONE
    ready = f"{shown(folder / draft.file, folder)} is ready. What to fill in stands at its top."
    print("\n".join([ready if options.write else draft.text.rstrip("\n"), *effect]))
    return Exit.DONE


async def _recorded(settings: Settings) -> tuple[list[Unmet], list[str]]:
    """What was not served, and the last questions of all."""
    async with recorded_in(settings) as memory:
        if memory is None:
            print(NOTHING_YET.format(folder=settings.data_dir.name), file=sys.stderr)
            return [], []
        recent = await memory.recent_questions(RECENT)
        return await memory.unmet(), list(dict.fromkeys(one.text for one in recent))


@asynccontextmanager
async def recorded_in(settings: Settings) -> AsyncIterator[Memory | None]:
    """What the bot remembers, open for reading; None where there is nothing yet: to read must not begin a memory."""
    if not (settings.data_dir / DATABASE_NAME).is_file():
        yield None
        return
    kept_for = timedelta(days=settings.retention_days)
    async with Memory(settings.data_dir, clock=utc_now, retention=kept_for) as memory:
        yield memory


def inbox_of(unmet: Sequence[Unmet], library: Library, data_dir: Path) -> Inbox:
    """The inbox as a bot that serves `library` shows it: what that answers by now is left out."""
    if not unmet:
        return Inbox((), 0, 0, today(utc_now))
    matcher = trained_matcher(data_dir, library)
    return group_unmet(unmet, matcher, today(utc_now), calibrations=calibrations_of(library))


def _group(inbox: Inbox, typed: str) -> GapGroup:
    group = inbox.group(typed.strip().lower())
    if group is None:
        known = ", ".join(one.id for one in inbox.groups) or "none"
        raise UsageError(f"There is no group '{typed}' in the inbox; there are: {known}.")
    return group


def _hint(group: GapGroup, library: Library) -> None:
    """Tell of an entry that answers already: often a line in it is enough."""
    addition = addition_of(group, library)
    if addition is not None:
        found = "Other words led its members" if GAP in group.kinds else "Its members got"
        print(f"{found} to {group.entry}: perhaps a line in {addition.file} is enough, see the inbox.", file=sys.stderr)


def _write(folder: Path, draft: Draft) -> None:
    path = folder / draft.file
    if path.exists():
        raise UsageError(f"{shown(path, folder)} exists already; move it away, or print the draft without --write.")
    save(path, draft.text)


def _effect(folder: Path, draft: Draft, recent: Sequence[str], settings: Settings) -> list[str]:
    """Which questions the draft would take, were it published with an answer."""
    from bot.curation.whatif import what_if  # noqa: PLC0415 - most drafts are only looked at

    found = asyncio.run(what_if(folder, draft.file, draft.as_if_written, recent, settings, today(utc_now)))
    if found.diff is None:
        return [str(problem) for problem in found.problems]
    return ["", "Were it published with an answer:", *found.diff.lines()]
