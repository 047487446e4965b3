"""`/kb reload`, `/kb history`, `/kb rollback`: another version of the knowledge, and the way back."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final

from discord import app_commands

from bot.answering.numerals import clock_time
from bot.cogs.kb.group import KbPress, Part, Refused, Workshop, lasting, noted, tell, who
from bot.cogs.press import Press
from bot.cogs.suggestions import Choices, suggested
from bot.curation.serving import Changes, Outcome, Report, Serving
from bot.curation.starting import read_kept
from bot.curation.versions import KeptVersion
from bot.knowledge import Library
from bot.ui.delivery import Interaction
from bot.ui.ids import Action, pair_template, plain_template
from bot.ui.layout import Card

ROLLBACK: Final = "rollback"
"""The action in the audit log."""
MOVED: Final = "Another version is served than when you were asked, so please look again."
NO_VERSION: Final = "I keep no version of that name. `/kb history` lists those that I keep."
SERVED: Final = "That version is served already."
DAMAGED: Final = "The copy of that version is damaged, so I cannot go back to it."


class VersionsPart(Part):
    """What is served, as a whole."""

    @app_commands.command(
        name="reload", description="Read the knowledge files now; they are served if nothing is wrong"
    )
    async def reload(self, interaction: Interaction) -> None:
        """Take the files over, or show file, line and cure."""
        serving = self.serving_at_home(interaction)
        await self.show(interaction, lasting(_reloaded(self.host, serving, interaction)))

    @app_commands.command(name="history", description="Earlier versions that I keep, with a way back")
    async def history(self, interaction: Interaction) -> None:
        """Show the versions, in any server; going back is for home servers."""
        await self.show(interaction, history(self.serving))

    @app_commands.command(name=ROLLBACK, description="Serve an earlier version again; I show what changes and ask once")
    @app_commands.describe(version="One of the versions that I keep")
    async def rollback(self, interaction: Interaction, version: app_commands.Range[str, 1, 100]) -> None:
        """Ask once more."""
        await self.show(interaction, _sure(self.host, self.serving_at_home(interaction), version.strip()))

    @rollback.autocomplete("version")
    async def _versions(self, _: Interaction, typed: str) -> Choices:
        """Versions that are not served now."""
        serving = self.host.services.serving
        kept = [] if serving is None else await asyncio.to_thread(serving.history)
        return suggested(lambda: _matching(kept, "" if serving is None else serving.base.version, typed))


def _matching(kept: Iterable[KeptVersion], served: str, typed: str) -> Iterable[tuple[str, str]]:
    for one in kept:
        label = f"{one.version}, {clock_time(one.at)}, {one.entries} entries"
        if one.version != served and typed.strip().casefold() in label.casefold():
            yield one.version, label


async def history(serving: Serving, note: str = "") -> Card:
    """The card of the versions that are kept."""
    from bot.ui.kb_versions import history_card  # noqa: PLC0415 - the bot starts without it

    return history_card(await asyncio.to_thread(serving.history), serving.base.version, note)


async def _reloaded(host: Workshop, serving: Serving, interaction: Interaction) -> Card:
    before = serving.base
    return await _settled(host, serving, "reload", before, await serving.reload(), interaction)


async def _rolled_back(host: Workshop, serving: Serving, version: str, interaction: Interaction) -> Card:
    before = serving.base
    return await _settled(host, serving, ROLLBACK, before, await serving.rollback(version), interaction)


async def _settled(
    host: Workshop, serving: Serving, action: str, before: Library, report: Report, interaction: Interaction
) -> Card:
    """Write down and tell what was done. It is done first: the way back must be open on a full disk as well."""
    from bot.ui.kb import report_card  # noqa: PLC0415 - the bot starts without it

    notes: list[str] = []
    after, back = serving.base, action == ROLLBACK
    if report.outcome is Outcome.TAKEN:
        serving.notice = ""
        await host.fit_features()
        old, new = spoken(before, report.changes), spoken(after, report.changes)
        notes.append(await noted(host, action, actor=interaction.user.id, target="knowledge", old=old, new=new))
        notes.append(await tell(host, report_card(report, after, by=who(interaction), back=back)))
    return report_card(report, after, list(filter(None, notes)), back=back)


def spoken(library: Library, changes: Changes) -> str:
    """What the entries of a change say in one version, for the audit log."""
    names = sorted({*changes.added, *changes.changed, *changes.removed} & {entry.id for entry in library.published})
    entries = [library.entries[name] for name in names]
    texts = (f"{one.id}: {one.title}\n{one.answer}\n{one.more}".strip() for one in entries)
    return "\n\n".join([f"version {library.version}", *texts])


async def _sure(host: Workshop, serving: Serving, version: str, note: str = "") -> Card:
    """The card that asks once more, with what going back would change."""
    from bot.ui.kb_versions import sure_card  # noqa: PLC0415 - the bot starts without it

    kept = _found(await asyncio.to_thread(serving.history), version)
    if kept.version == serving.base.version:
        raise Refused(SERVED)
    reading = await asyncio.to_thread(read_kept, kept, host.services.clock)
    if reading is None:
        raise Refused(DAMAGED)
    return sure_card(kept, Changes.between(serving.base, reading.library), serving.base.version, note)


def _found(kept: Sequence[KeptVersion], version: str) -> KeptVersion:
    """The version of that name, or the only one that begins so."""
    found = [one for one in kept if version and one.version.startswith(version.strip("`").casefold())]
    if len(found) != 1:
        raise Refused(NO_VERSION)
    return found[0]


class VersionPress(KbPress, template=plain_template(Action.VERSION)):
    """A version that was picked in the history."""

    action = Action.VERSION

    async def carried_out(self, interaction: Interaction, host: Workshop, serving: Serving) -> None:
        """Ask once more, in the place of the history."""
        work = _sure(host, serving, self.value)
        await host.delivery.replace(interaction, await host.delivery.in_time(interaction, work, in_place=True))


class VersionsPress(KbPress, template=plain_template(Action.VERSIONS)):
    """Goes back to the history without a change."""

    action = Action.VERSIONS

    async def carried_out(self, interaction: Interaction, host: Workshop, serving: Serving) -> None:
        """Put the history in the place of the question."""
        await host.delivery.replace(interaction, await history(serving))


class ServePress(KbPress, template=pair_template(Action.SERVE)):
    """Goes back to a version. The id also names the one that was served when the moderator was asked."""

    action = Action.SERVE

    async def carried_out(self, interaction: Interaction, host: Workshop, serving: Serving) -> None:
        """Serve it; where another version is served by now, ask anew with what would change from there."""
        from bot.ui.kb_versions import working_card  # noqa: PLC0415 - the bot starts without it

        version, seen = self.match["first"], self.match["second"]
        if serving.base.version not in {version, seen}:
            await host.delivery.replace(interaction, await _sure(host, serving, version, MOVED))
            return
        await host.delivery.replace(interaction, working_card(version))
        card = await lasting(_rolled_back(host, serving, version, interaction))
        await host.delivery.replace(interaction, card)


ITEMS: tuple[type[Press], ...] = (VersionPress, VersionsPress, ServePress)
