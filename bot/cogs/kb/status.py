"""`/kb status` and `/kb audit`: what is served, and what moderators have done."""

import asyncio
from datetime import datetime
from typing import Final

from discord import app_commands

from bot.clock import Clock, today
from bot.cogs.help import measured
from bot.cogs.kb.group import Part, Workshop, in_time, moderators_of
from bot.cogs.servers import is_home
from bot.curation.serving import Serving
from bot.errors import KnowledgeError, StorageUnavailable
from bot.knowledge import read_library
from bot.settings import Settings
from bot.ui.delivery import Interaction
from bot.ui.layout import Card

LISTED: Final = 10
"""Actions that `/kb audit` shows where no number is given."""
MOST: Final = 25


class StatusPart(Part):
    """What is so now, and how it came about."""

    @app_commands.command(name="status", description="What I serve now, what is held back, and what wants a look")
    async def status(self, interaction: Interaction) -> None:
        """Show it to the moderator alone, in any server."""
        await self.show(interaction, _status(self.host, self.serving, interaction.guild_id))

    @app_commands.command(name="audit", description="What moderators did last, with the text before and after")
    @app_commands.describe(count=f"How many actions, newest first (usually {LISTED})")
    async def audit(self, interaction: Interaction, count: app_commands.Range[int, 1, MOST] = LISTED) -> None:
        """Show the last actions; those of other servers are among them, so this is for home servers."""
        self.serving_at_home(interaction)
        await self.show(interaction, _audit(self.host, count))


async def _audit(host: Workshop, count: int) -> Card:
    from bot.ui.kb_decisions import audit_card  # noqa: PLC0415 - the bot starts without it

    return audit_card(await in_time(host.services.memory.audit(count)))


async def _status(host: Workshop, serving: Serving, guild: int | None) -> Card:
    from bot.ui.kb_status import Status, status_card  # noqa: PLC0415 - the bot starts without it

    services = host.services
    return status_card(
        Status(
            base=serving.base,
            library=serving.desk.library,
            decisions=serving.decisions,
            now=services.clock(),
            since=await asyncio.to_thread(_since, serving),
            files=await asyncio.to_thread(_files, serving, services.settings, services.clock),
            notice=serving.notice,
            measured=await asyncio.to_thread(measured, services),
            trained=serving.desk.matcher.classifier is not None,
            moderators=await moderators_of(host, guild),
            home=is_home(guild, host),
            records=await _has_records(host),
        )
    )


async def _has_records(host: Workshop) -> bool:
    try:
        await in_time(host.services.memory.servers())
    except StorageUnavailable:
        return False
    return True


def _since(serving: Serving) -> datetime | None:
    """When the served version was taken over; None where no copy of it says so."""
    return next((one.at for one in serving.history() if one.version == serving.base.version), None)


def _files(serving: Serving, settings: Settings, clock: Clock) -> str:
    """Where the knowledge folder is not what is served, in a sentence; else nothing."""
    try:
        reading = read_library(settings.knowledge_dir, today(clock))
    except KnowledgeError as error:
        return error.sentence
    pin, version = serving.decisions.pin, reading.library.version
    if version == serving.base.version or (pin is not None and version == pin.instead_of):
        return ""
    count = len(reading.problems)
    wrong = f" and have {count} {'problem' if count == 1 else 'problems'}" if count else ""
    return f"The knowledge files say something else{wrong}. /kb reload takes them over, or says what to mend."
