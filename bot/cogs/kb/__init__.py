"""`/kb`: the moderators' workshop in Discord."""

from discord import app_commands
from discord.ext import commands

from bot.cogs.kb import drafts, gaps, incidents, versions
from bot.cogs.kb.drafts import DraftsPart
from bot.cogs.kb.freezing import FreezingPart
from bot.cogs.kb.freshness import FreshnessPart
from bot.cogs.kb.gaps import GapsPart
from bot.cogs.kb.group import COMMAND, Workshop
from bot.cogs.kb.incidents import IncidentPart
from bot.cogs.kb.notices import Notices
from bot.cogs.kb.preview import PreviewPart
from bot.cogs.kb.status import StatusPart
from bot.cogs.kb.versions import VersionsPart
from bot.cogs.kb.why import WhyPart
from bot.cogs.press import Press

__all__ = ["ITEMS", "Knowledge", "Notices"]


@app_commands.guild_only()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.default_permissions(manage_guild=True)
class Knowledge(
    StatusPart,
    VersionsPart,
    FreezingPart,
    IncidentPart,
    WhyPart,
    GapsPart,
    DraftsPart,
    PreviewPart,
    FreshnessPart,
    commands.GroupCog,
    group_name=COMMAND,
    group_description="For moderators: what I serve, and what members miss",
):
    """`/kb`. Who may use it is Discord's to decide, by Manage Server or by what the server sets instead."""

    def __init__(self, host: Workshop) -> None:
        self.host = host


ITEMS: tuple[type[Press], ...] = (*versions.ITEMS, *incidents.ITEMS, *gaps.ITEMS, *drafts.ITEMS)
