"""`/kb gaps`: what members asked and were not served. A group is shown once three members stand behind it."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from discord import app_commands

from bot.clock import today
from bot.cogs.kb.group import KbPress, Part, Workshop, lasting, tell, who
from bot.cogs.press import Press
from bot.cogs.servers import NOT_KEPT
from bot.curation.serving import Serving
from bot.errors import StorageUnavailable
from bot.matching.matcher import Matcher
from bot.ui.delivery import Interaction
from bot.ui.ids import Action, entry_template
from bot.ui.layout import Card
from bot.ui.pages import note_card

if TYPE_CHECKING:
    from bot.curation.gaps import GapGroup, Inbox

STATE: Final = "gaps put aside"
"""The key of the groups that are put aside, by their ids, each with its day, in the bot's memory."""
_READ: Final["WeakKeyDictionary[Matcher, tuple[int, Inbox]]"] = WeakKeyDictionary()
"""The inbox that was read last, by what it was read with: going through its pages must not read it again."""


class GapsPart(Part):
    """What is missing."""

    @app_commands.command(name="gaps", description="What members asked and did not get, once three members have asked")
    @app_commands.describe(aside="True shows what was put aside, to bring it back")
    async def gaps(self, interaction: Interaction, aside: bool = False) -> None:
        """Show the first page of the inbox to the moderator alone."""
        await self.show(interaction, page_of(self.host, self.serving_at_home(interaction), only_aside=aside))


async def page_of(host: Workshop, serving: Serving, page: int = 0, *, only_aside: bool = False, note: str = "") -> Card:
    """A page of the inbox as a card."""
    from bot.ui.kb_gaps import Gaps, gaps_card  # noqa: PLC0415 - the bot starts without it

    inbox, aside = await inbox_of(host, serving), await _aside(host)
    return gaps_card(Gaps(inbox, serving.base, frozenset(aside), only_aside), page, note)


async def inbox_of(host: Workshop, serving: Serving) -> "Inbox":
    """The inbox as the version that is served leaves it: what that answers by now is not in it."""
    from bot.curation.inbox import group_unmet  # noqa: PLC0415 - the bot starts without it
    from bot.matching.decision import calibrations_of  # noqa: PLC0415 - loaded by then

    edition, day = serving.desk.edition, today(host.services.clock)
    unmet = await host.services.memory.unmet()
    mark = hash((day, tuple(unmet)))
    known = _READ.get(edition.matcher)
    if known is None or known[0] != mark:
        calibrations = calibrations_of(edition.library)
        inbox = await asyncio.to_thread(group_unmet, unmet, edition.matcher, day, calibrations=calibrations)
        known = _READ[edition.matcher] = (mark, inbox)
    return known[1]


async def group_of(host: Workshop, serving: Serving, name: str) -> "GapGroup | None":
    """A group of the inbox by its id, or the only one whose id begins so."""
    return (await inbox_of(host, serving)).group(name.strip().strip("`").casefold())


async def _aside(host: Workshop) -> Mapping[str, date]:
    """The groups that are put aside, with the day. After the days that questions are kept for, a group that members
    still ask about is shown again.
    """
    try:
        rows = json.loads(await host.services.memory.get_state(STATE) or "{}")
        found = {str(name): date.fromisoformat(day) for name, day in rows.items()}
    except (ValueError, TypeError, AttributeError):
        return {}
    oldest = today(host.services.clock) - timedelta(days=host.services.settings.retention_days)
    return {name: day for name, day in found.items() if day > oldest}


class GapsPress(KbPress, template=entry_template(Action.GAPS)):
    """Another page of the inbox, or the way back to it."""

    action = Action.GAPS

    async def carried_out(self, interaction: Interaction, host: Workshop, serving: Serving) -> None:
        """Put the page in the place of the card."""
        from bot.ui.kb_gaps import ASIDE  # noqa: PLC0415 - the bot starts without it

        work = page_of(host, serving, int(self.match["page"] or 0), only_aside=self.match["entry"] == ASIDE)
        await host.delivery.replace(interaction, await host.delivery.in_time(interaction, work, in_place=True))


class PhrasingPress(KbPress, template=entry_template(Action.PHRASING)):
    """The lines that would let an entry be found at once."""

    action = Action.PHRASING

    async def carried_out(self, interaction: Interaction, host: Workshop, serving: Serving) -> None:
        """Show the lines and their file in a message of its own."""
        card = await host.delivery.in_time(interaction, _phrasing(host, serving, self.match["entry"]))
        await host.delivery.respond(interaction, card, private=True)


async def _phrasing(host: Workshop, serving: Serving, name: str) -> Card:
    from bot.curation.gaps import addition_of  # noqa: PLC0415 - the bot starts without it
    from bot.ui.kb_gaps import NO_GROUP, phrasing_card  # noqa: PLC0415 - the same

    group = await group_of(host, serving, name)
    addition = None if group is None else addition_of(group, serving.base)
    return note_card(NO_GROUP) if group is None or addition is None else phrasing_card(group, addition)


class AsidePress(KbPress, template=entry_template(Action.ASIDE)):
    """Puts a group aside."""

    action = Action.ASIDE
    away = True

    async def carried_out(self, interaction: Interaction, host: Workshop, serving: Serving) -> None:
        """Keep that, and show the page without the group."""
        from bot.ui.kb_gaps import shown_aside  # noqa: PLC0415 - the bot starts without it

        name, page = self.match["entry"], int(self.match["page"] or 0)
        work = lasting(_moved(host, serving, interaction, name, away=self.away))
        await host.delivery.in_time(interaction, work, in_place=True)
        note = shown_aside(name) if self.away else ""
        card = await page_of(host, serving, page, only_aside=not self.away, note=note)
        await host.delivery.replace(interaction, card)


class BringBackPress(AsidePress, template=entry_template(Action.BRING_BACK)):
    """Shows a group again that was put aside."""

    action = Action.BRING_BACK
    away = False


async def _moved(host: Workshop, serving: Serving, interaction: Interaction, name: str, *, away: bool) -> None:
    from bot.ui.kb_gaps import moved_line  # noqa: PLC0415 - the bot starts without them
    from bot.ui.kb_notices import told_card  # noqa: PLC0415 - the same

    group = await group_of(host, serving, name)
    async with host.deciding:
        if (name in await _aside(host)) is away:
            return
        await _keep(host, interaction.user.id, name, away=away)
    await tell(host, told_card(moved_line(group, name, who(interaction), away=away)))


async def _keep(host: Workshop, actor: int, name: str, *, away: bool) -> None:
    """Written down first, by its id alone: the log is kept for longer than what members asked.

    Raises:
        StorageUnavailable: it could not be kept; nothing is changed then.
    """
    memory, action = host.services.memory, "gap: put aside" if away else "gap: bring back"
    old, new = ("shown", "put aside") if away else ("put aside", "shown")
    await memory.add_audit(action, actor=actor, target=name, old=old, new=new)
    kept = {**await _aside(host), name: today(host.services.clock)}
    if not away:
        del kept[name]
    if await memory.set_state(STATE, json.dumps({one: day.isoformat() for one, day in kept.items()})):
        return
    with suppress(StorageUnavailable):
        await memory.add_audit(f"{action} (not kept)", actor=actor, target=name, old=new, new=old)
    raise StorageUnavailable(NOT_KEPT)


ITEMS: tuple[type[Press], ...] = (GapsPress, PhrasingPress, AsidePress, BringBackPress)
