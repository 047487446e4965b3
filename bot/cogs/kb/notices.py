"""What the moderators' channel is told without having asked: files that were taken over or not, and a start with less
than all of them. The weekly digest is in `weekly.py`.
"""

import logging
from typing import Final

from discord.ext import commands

from bot.cogs.kb.group import Workshop, nobody, tell
from bot.cogs.kb.weekly import Weekly
from bot.curation.serving import Outcome, Report
from bot.ui.errors import guarded
from bot.ui.layout import Card

log = logging.getLogger("bot.cogs")

HELD: Final = 5
"""Notices that wait for the first connection; of more the last ones."""


class Notices(commands.Cog):
    """Tells the moderators of home servers. Where no channel is set, the log has it."""

    def __init__(self, host: Workshop) -> None:
        self._host = host
        self._waiting: list[Card] | None = []
        self._weekly = Weekly(host)

    async def cog_load(self) -> None:
        """Listen to what becomes of changed files, which may happen before Discord is there."""
        serving = self._host.services.serving
        if serving is not None:
            serving.observers.append(self.changed)

    async def cog_unload(self) -> None:
        """Listen no more."""
        serving = self._host.services.serving
        if serving is not None and self.changed in serving.observers:
            serving.observers.remove(self.changed)
        self._weekly.stop()

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Tell what has waited for the connection, at the first one only."""
        serving, waiting, self._waiting = self._host.services.serving, self._waiting, None
        if serving is None or waiting is None:
            return
        from bot.ui.kb_notices import start_card  # noqa: PLC0415 - the bot starts without it

        start = [start_card(serving.notice)] if serving.notice else []
        for card in (*start, *waiting):
            await self._tell(card)
        if not self._host.services.tryout:  # which lives for an hour, and sets the time by leaps
            self._weekly.start()

    async def changed(self, report: Report) -> None:
        """Files have changed by themselves. Never raises, so that they are watched on."""
        async with guarded(nobody, "telling moderators of changed files"):
            from bot.ui.kb import report_card  # noqa: PLC0415 - the bot starts without it

            serving = self._host.services.serving
            if serving is None:
                return
            if report.outcome is Outcome.TAKEN:
                serving.notice = ""
                await self._host.fit_features()
            await self._tell(report_card(report, serving.base))

    async def _tell(self, card: Card) -> None:
        if self._waiting is not None:
            self._waiting = [*self._waiting, card][-HELD:]
        elif await tell(self._host, card):
            log.info("No moderators' channel is set, so the log alone has this notice.")
