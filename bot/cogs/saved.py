"""In the try-out: the card of an entry that was just saved, so that who edits it sees what members would."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import discord

from bot.answering import compose
from bot.answering.slots import live_slots
from bot.clock import today
from bot.cogs.drawings import card_of
from bot.cogs.kb.group import nobody
from bot.knowledge import Entry, Library, Status, read_library
from bot.ui.errors import guarded
from bot.ui.kb import problem_line, whole_lines
from bot.ui.layout import PUBLIC
from bot.ui.pages import note_card
from bot.ui.text import escape

if TYPE_CHECKING:
    from bot.cogs.client import RestakingBot

MOST: Final = 3
"""Cards shown after one change; who pulls hundreds of files wants none of them."""
_PUBLISHED: Final = "Saved: {file}. This is what members will get."
_DRAFT: Final = "Saved: {file}. Nobody sees it yet; write 'status: published' when it is ready."
_BREAKS: Final = "**Mend this before you hand it in**; `knowledge check` says the same:"
_SAID: Final = {Status.PUBLISHED: _PUBLISHED, Status.DRAFT: _DRAFT}


class Saved:
    """Shows in a channel what has changed since it looked last."""

    def __init__(self, bot: "RestakingBot", channel_id: int, known: Mapping[str, Entry]) -> None:
        self._bot, self._channel_id, self._known = bot, channel_id, known

    async def show(self, library: Library, folder: Path) -> None:
        """Post the cards of entries that came or changed, drafts too, with what the house rules say of each file in
        `folder`. Never raises: what was saved is served anyway.
        """
        before, self._known = self._known, library.entries
        place = self._bot.get_channel(self._channel_id)
        fresh = [one for name, one in library.entries.items() if before.get(name) != one and one.status in _SAID]
        if not isinstance(place, discord.abc.Messageable) or len(fresh) > MOST:
            return
        for entry in fresh:
            async with guarded(nobody, "showing what was saved"):
                await self._post(place, entry, library)
                await self._judge(place, entry, folder)

    async def _judge(self, place: discord.abc.Messageable, entry: Entry, folder: Path) -> None:
        """The bot serves what breaks a house rule; a moderator wants to know before it is handed in."""
        day = today(self._bot.services.clock)
        reading = await asyncio.to_thread(read_library, folder, day, thorough=True)
        lines = [problem_line(problem) for problem in reading.problems if problem.file == entry.file]
        if lines:
            await self._bot.delivery.tell(place, note_card("\n".join([_BREAKS, whole_lines(lines)])))

    async def _post(self, place: discord.abc.Messageable, entry: Entry, library: Library) -> None:
        services = self._bot.services
        slots = live_slots(f"{entry.answer}\n{entry.more}")
        live = await services.desk.live.figures(slots) if slots else {}
        card = card_of(compose.entry_answer(entry, library, live), services)(PUBLIC)
        await self._bot.delivery.tell(place, card.headed(_SAID[entry.status].format(file=escape(entry.file, 100))))
