"""`/kb stale`, `/kb drift`, `/kb links`: what has grown old. None of them changes a file."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from discord import app_commands

from bot.answering.live import MarketFigures
from bot.clock import Clock, today
from bot.cogs.kb.group import Part, Refused, Workshop, tell
from bot.cogs.kb.preview import put_in_place
from bot.curation.serving import Serving
from bot.knowledge import Library
from bot.ui.delivery import Interaction
from bot.ui.layout import Card

if TYPE_CHECKING:
    from bot.curation.linkcheck import Link
    from bot.curation.linkstate import Checked, LinkState

NO_MARKET: Final = "I was started without live prices, so there is nothing to compare the figures with."
NO_LINK: Final = "No link belongs to that; name the id of an entry, figure or incident, or a domain."
NO_LINKS: Final = "The entries and facts name no link."
NEVER: Final = "These links were never read; use the command without `last`."
PROGRESS: Final = 15.0
"""Seconds between two looks at how far a check is."""
ANSWERABLE: Final = 840.0
"""Seconds for which a card can be changed; Discord says 900."""


class FreshnessPart(Part):
    """What has grown old."""

    @app_commands.command(name="stale", description="Entries, figures and incidents that somebody should look at again")
    async def stale(self, interaction: Interaction) -> None:
        """Show it, in any server."""
        await self.show(interaction, _stale(self.host, self.serving))

    @app_commands.command(name="drift", description="Figures in the texts beside their live values")
    async def drift(self, interaction: Interaction) -> None:
        """Show it, in any server."""
        await self.show(interaction, _drift(self.host, self.serving))

    @app_commands.command(name="links", description="Read the sources now and say which are gone, moved or changed")
    @app_commands.describe(
        only="Only the links of this entry, figure, incident or domain",
        last="True shows the result of the last check and reads nothing",
    )
    async def links(
        self, interaction: Interaction, only: app_commands.Range[str, 1, 100] | None = None, last: bool = False
    ) -> None:
        """Read the pages, which takes minutes, or show what was found last."""
        serving = self.serving_at_home(interaction)
        named, wanted = _wanted(serving.desk.library, only)
        if last:
            await self.show(interaction, _last(self.host, wanted))
        elif _UNDER_WAY:
            await self.host.delivery.respond(interaction, _UNDER_WAY[0].card(asked_again=True), private=True)
        else:
            await _begin(self.host, interaction, named, wanted)


async def _stale(host: Workshop, serving: Serving) -> Card:
    from bot.curation.freshness import stale_entries  # noqa: PLC0415 - the bot starts without it
    from bot.ui.kb_freshness import stale_card  # noqa: PLC0415 - the same

    library, day = serving.desk.library, today(host.services.clock)
    return stale_card(stale_entries(library, day), library, day)


async def _drift(host: Workshop, serving: Serving) -> Card:
    from bot.curation.drift import compared, live_values  # noqa: PLC0415 - the bot starts without it
    from bot.ui.kb_freshness import drift_card  # noqa: PLC0415 - the same

    edition = serving.desk.edition
    if not isinstance(edition.live, MarketFigures):
        raise Refused(NO_MARKET)
    live = await live_values(edition.library, edition.live.market)
    return drift_card(compared(edition.library, live, host.services.clock()))


def _wanted(library: Library, only: str | None) -> "tuple[Sequence[Link], Sequence[Link]]":
    """Every link, and those that are asked about. Raises Refused where there are none."""
    from bot.curation.linkcheck import links_of  # noqa: PLC0415 - the bot starts without it
    from bot.curation.linkcheck import only as only_of  # noqa: PLC0415 - the same

    named = links_of(library)
    wanted = named if only is None else only_of(named, only.strip().strip("`"))
    if not wanted:
        raise Refused(NO_LINK if named else NO_LINKS)
    return named, wanted


async def _last(host: Workshop, wanted: "Sequence[Link]") -> Card:
    from bot.curation.linkcheck import findings  # noqa: PLC0415 - the bot starts without it
    from bot.curation.linkstate import read_state  # noqa: PLC0415 - the same
    from bot.ui.kb_freshness import links_card  # noqa: PLC0415 - the same

    found = findings(wanted, await asyncio.to_thread(read_state, host.services.settings.data_dir))
    if not found:
        raise Refused(NEVER)
    return links_card(found, unread=len(wanted) - len(found))


class Check:
    """One check of links. It goes on to its end whoever looks on, and what was read is kept however it ends."""

    def __init__(self, named: "Sequence[Link]", wanted: "Sequence[Link]", data_dir: Path, clock: Clock) -> None:
        self._named, self._wanted, self._data_dir, self._clock = named, wanted, data_dir, clock
        self._begun = clock()
        self._read: dict[str, Checked] = {}
        self.work: asyncio.Task[Card] | None = None

    def card(self, *, asked_again: bool = False) -> Card:
        """How far it is."""
        from bot.ui.kb_freshness import checking_card  # noqa: PLC0415 - the bot starts without it

        since = int(self._begun.timestamp())
        return checking_card(len(self._read), len(self._wanted), since, asked_again=asked_again)

    async def run(self) -> Card:
        """Read the pages; the card of what was found."""
        from bot.curation.linkcheck import check_links, findings, known_only  # noqa: PLC0415 - the bot starts without
        from bot.curation.linkstate import read_state  # noqa: PLC0415 - the same
        from bot.market.pages import Pages  # noqa: PLC0415 - the same
        from bot.ui.kb_freshness import links_card  # noqa: PLC0415 - the same

        earlier = known_only(await asyncio.to_thread(read_state, self._data_dir), self._named)
        pages = Pages(self._clock)
        try:
            await check_links(self._wanted, pages, earlier, lambda: today(self._clock), self._note)
        finally:
            await pages.close()
            state, kept = self._kept(earlier)
        found = findings(self._wanted, state)
        return links_card(found, kept=kept, unread=len(self._wanted) - len(found))

    def _note(self, link: "Link", checked: "Checked") -> None:
        self._read[link.url] = checked

    def _kept(self, earlier: "LinkState") -> "tuple[LinkState, bool]":
        """What is known now, and whether the next check will know it too."""
        from bot.curation.linkcheck import settle  # noqa: PLC0415 - the bot starts without it
        from bot.curation.linkstate import LinkState, keep_state  # noqa: PLC0415 - the same

        state = LinkState(dict(earlier.pages) | settle(self._read))
        return state, not self._read or keep_state(self._data_dir, state)


_UNDER_WAY: Final[list[Check]] = []
"""The check that is under way, if there is one: two at once would be twice as rude."""


async def _begin(host: Workshop, interaction: Interaction, named: "Sequence[Link]", wanted: "Sequence[Link]") -> None:
    services = host.services
    check = Check(named, wanted, services.settings.data_dir, services.clock)
    _UNDER_WAY.append(check)
    check.work = asyncio.create_task(_finished(check), name="links")
    await host.delivery.respond(interaction, check.card(), private=True)
    await _shown(host, interaction, check, check.work)


async def _finished(check: Check) -> Card:
    try:
        return await check.run()
    finally:
        _UNDER_WAY.remove(check)


async def _shown(host: Workshop, interaction: Interaction, check: Check, work: "asyncio.Task[Card]") -> None:
    """Show how far a check is until it ends; where the card cannot show that any more, tell the moderators' channel.
    To wait so leaves the check alone, whatever becomes of who waits.
    """
    loop = asyncio.get_running_loop()
    ends = loop.time() + ANSWERABLE
    while loop.time() < ends:
        await asyncio.wait([work], timeout=PROGRESS)
        if work.done():
            await put_in_place(host, interaction, work.result())
            return
        if not await put_in_place(host, interaction, check.card()):
            return
    await asyncio.wait([work])
    await tell(host, work.result())
