"""The weekly digest for the moderators' channel: when it is due, what it is made of, and that it is sent once."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from bot.clock import today
from bot.cogs.kb.group import Workshop, nobody, tell
from bot.ui.errors import guarded

if TYPE_CHECKING:
    from bot.answering.edition import Edition
    from bot.curation.digest import Digest
    from bot.curation.drift import Drift
    from bot.curation.gaps import Inbox
    from bot.curation.linkcheck import Finding
    from bot.storage import Unmet

log = logging.getLogger("bot.cogs")

STATE: Final = "digest"
"""The key of the moment of the last digest in the bot's memory."""
LOOK_EVERY: Final = 600.0
"""Seconds between two looks at the clock, which may be set or stand still while the machine sleeps."""


class Weekly:
    """Sends the digest when it is due, for as long as the bot runs."""

    def __init__(self, host: Workshop) -> None:
        self._host = host
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to wait for the next one."""
        if self._task is None:
            self._task = asyncio.create_task(self._work(), name="weekly digest")
            self._task.add_done_callback(_tell_end)

    def stop(self) -> None:
        """Send no more."""
        if self._task is not None:
            self._task.cancel()

    async def _work(self) -> None:
        from bot.curation.digest import next_digest  # noqa: PLC0415 - the bot starts without it

        clock = self._host.services.clock
        due = next_digest(await last_sent(self._host), clock())
        while True:
            wait = (due - clock()).total_seconds()
            if wait > 0:
                await asyncio.sleep(min(wait, LOOK_EVERY))
                continue
            now = clock()
            async with guarded(nobody, "the weekly digest"):
                await send_digest(self._host, now)
            due = next_digest(now, clock())


async def send_digest(host: Workshop, now: datetime) -> None:
    """Send the digest of `now` to the moderators' channels. The moment is kept first: a bot that
    ends in between sends none rather than two.
    """
    from bot.ui.kb_notices import digest_card  # noqa: PLC0415 - the bot starts without it

    await host.services.memory.set_state(STATE, now.isoformat())
    untold = await tell(host, digest_card(await digest_now(host)))
    log.info("The weekly digest is due. %s", untold or "The moderators have it.")


async def last_sent(host: Workshop) -> datetime | None:
    """When the last digest was sent; None where that is not known."""
    kept = await host.services.memory.get_state(STATE)
    try:
        return datetime.fromisoformat(kept).astimezone(UTC) if kept else None
    except ValueError:
        return None


async def digest_now(host: Workshop) -> "Digest":
    """The digest as it would be sent now."""
    from bot.curation.digest import ASKED, WEEK, digest  # noqa: PLC0415 - the bot starts without it
    from bot.curation.freshness import stale_entries  # noqa: PLC0415 - the same

    services = host.services
    memory, edition, now = services.memory, services.desk.edition, services.clock()
    library, day, since = edition.library, today(services.clock), now - WEEK
    unmet = await memory.unmet()
    return digest(
        library,
        day,
        stale=stale_entries(library, day),
        drifts=await _drifts(edition, now),
        links=await asyncio.to_thread(_links, host),
        asked=await memory.asked_most(since, ASKED),
        votes=await memory.votes_by_entry(since),
        inbox=await asyncio.to_thread(_inbox, unmet, edition, day) if unmet else None,
    )


async def _drifts(edition: "Edition", now: datetime) -> "list[Drift]":
    """Figures beside their live values; none where there is no market."""
    from bot.answering.live import MarketFigures  # noqa: PLC0415 - loaded by then
    from bot.curation.drift import compared, live_values  # noqa: PLC0415 - the bot starts without it

    library, live = edition.library, edition.live
    return compared(library, await live_values(library, live.market), now) if isinstance(live, MarketFigures) else []


def _links(host: Workshop) -> "Sequence[Finding]":
    """What the last check of the links found; none is read for the digest."""
    from bot.curation.linkcheck import findings, links_of  # noqa: PLC0415 - the bot starts without it
    from bot.curation.linkstate import read_state  # noqa: PLC0415 - the same

    services = host.services
    return findings(links_of(services.desk.library), read_state(services.settings.data_dir))


def _inbox(unmet: "Sequence[Unmet]", edition: "Edition", day: date) -> "Inbox":
    from bot.curation.inbox import group_unmet  # noqa: PLC0415 - the bot starts without it
    from bot.matching.decision import calibrations_of  # noqa: PLC0415 - loaded by then

    return group_unmet(unmet, edition.matcher, day, calibrations=calibrations_of(edition.library))


def _tell_end(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("The weekly digest has stopped; a restart begins it again.", exc_info=error)
