"""In the try-out: the card of an entry that was just saved, so that who edits it sees what members would."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import discord

from bot.answering import compose
from bot.answering.slots import live_slots
from bot.cogs.drawings import card_of
from bot.knowledge import Entry, Status
from bot.ui.layout import PUBLIC
from bot.ui.text import escape

if TYPE_CHECKING:
    from bot.cogs.client import RestakingBot

MOST: Final = 3
"""Cards shown after one change; who pulls hundreds of files wants none of them."""
_PUBLISHED: Final = "Saved: {file}. This is what members get now."
_DRAFT: Final = "Saved: {file}. Nobody sees it yet; write 'status: published' when it is ready."


class Saved:
    """Shows in a channel what has changed since it looked last."""

    def __init__(self, bot: "RestakingBot", channel_id: int) -> None:
        self._bot, self._channel_id = bot, channel_id
        self._known = self._entries

    @property
    def _entries(self) -> Mapping[str, Entry]:
        serving = self._bot.services.serving
        return {} if serving is None else serving.base.entries

    async def show(self, _: object = None) -> None:
        """Post the cards of entries that came or changed, drafts too."""
        before, self._known = self._known, self._entries
        place = self._bot.get_channel(self._channel_id)
        fresh = [entry for name, entry in self._known.items() if before.get(name) != entry]
        if not isinstance(place, discord.abc.Messageable) or len(fresh) > MOST:
            return
        for entry in fresh:
            await self._post(place, entry)

    async def _post(self, place: discord.abc.Messageable, entry: Entry) -> None:
        services = self._bot.services
        if entry.status is Status.RETIRED:
            return
        said = _PUBLISHED if entry.status is Status.PUBLISHED else _DRAFT
        slots = live_slots(f"{entry.answer}\n{entry.more}")
        live = await services.desk.live.figures(slots) if slots else {}
        answer = await services.desk.open(entry.id) or compose.entry_answer(entry, services.desk.library, live)
        card = card_of(answer, services)(PUBLIC)
        await self._bot.delivery.tell(place, card.headed(said.format(file=escape(entry.file, 100))))
