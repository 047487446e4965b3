"""`/kb freeze` and `/kb unfreeze`: stop answering, at once, until it is lifted. They work without records too."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from discord import app_commands

from bot.answering.frozen import Frozen
from bot.cogs.kb.group import Part, Refused, Workshop, kept_in_time, lasting, nameless, noted, plain, tell, who
from bot.cogs.suggestions import Choices, suggested
from bot.curation.serving import Serving
from bot.knowledge import Library
from bot.ui.delivery import Interaction
from bot.ui.layout import Card
from bot.ui.text import escape

WHICH: Final = "Say which entry to freeze, or set `everything` to True."
ALREADY: Final = "That is frozen already."
NOTHING_FROZEN: Final = "Nothing is frozen."
LONGEST: Final = 300


class FreezingPart(Part):
    """What the bot must not say now."""

    @app_commands.command(name="freeze", description="Stop answering from one entry, or from all, until it is lifted")
    @app_commands.describe(
        reason="Why, for the other moderators and the audit log; members do not see it",
        entry="The entry to stop: begin to type its title",
        everything="True stops all answers",
    )
    async def freeze(
        self,
        interaction: Interaction,
        reason: app_commands.Range[str, 1, LONGEST],
        entry: app_commands.Range[str, 1, 100] | None = None,
        everything: bool = False,
    ) -> None:
        """Be silent first; everything else comes after that."""
        serving, why = self.serving_at_home(interaction), nameless(plain(reason))
        if entry is None and not everything:
            raise Refused(WHICH)
        name = None if entry is None else _entry(serving.base, entry)
        change = partial(stopped, entry=name, everything=everything)
        await self.show(interaction, lasting(_changed(self.host, serving, "freeze", change, why, interaction)))

    @app_commands.command(name="unfreeze", description="Answer again from what was frozen")
    @app_commands.describe(
        entry="The frozen entry to answer from again",
        everything="True lifts the stop of everything; entries that were frozen by themselves stay so",
    )
    async def unfreeze(
        self, interaction: Interaction, entry: app_commands.Range[str, 1, 100] | None = None, everything: bool = False
    ) -> None:
        """Lift what is named, or the only thing that is frozen."""
        serving = self.serving_at_home(interaction)
        change = partial(lifted, library=serving.base, entry=entry, everything=everything)
        await self.show(interaction, lasting(_changed(self.host, serving, "unfreeze", change, "", interaction)))

    @freeze.autocomplete("entry")
    async def _entries(self, _: Interaction, typed: str) -> Choices:
        """Published entries that are not frozen."""
        return suggested(lambda: _to_freeze(self.host, typed))

    @unfreeze.autocomplete("entry")
    async def _frozen(self, _: Interaction, typed: str) -> Choices:
        """Entries that are frozen, also where a later version no longer has them."""
        return suggested(lambda: _to_lift(self.host, typed))


def stopped(frozen: Frozen, entry: str | None, *, everything: bool) -> Frozen:
    """What is frozen once an entry, or everything, is so too.

    Raises:
        Refused: it is already.
    """
    then = Frozen(frozen.everything or everything, frozen.entries | ({entry} if entry else set()))
    if then == frozen:
        raise Refused(ALREADY)
    return then


def lifted(frozen: Frozen, library: Library, entry: str | None, *, everything: bool) -> Frozen:
    """What stays frozen. Without a name it is the only frozen thing that is meant.

    Raises:
        Refused: that is not frozen, or it is not clear what is meant.
    """
    if frozen == Frozen():
        raise Refused(NOTHING_FROZEN)
    names = ", ".join(f"`{name}`" for name in sorted(frozen.entries)[:10])
    if entry is not None:
        name = _named(library, entry, frozen.entries)
        if name is None:
            raise Refused(f"No frozen entry has that name. Frozen: {names or 'everything, and no entry by itself'}.")
        return Frozen(frozen.everything and not everything, frozen.entries - {name})
    if everything and not frozen.everything:
        raise Refused(f"Not everything is frozen. Frozen by themselves are {names}; name one of them.")
    if not everything and len(frozen.entries) + frozen.everything > 1:
        raise Refused(f"Say what to lift: {'`everything`, or ' if frozen.everything else ''}one of {names}.")
    return Frozen(False, frozen.entries if frozen.everything else frozenset())


async def _changed(
    host: Workshop,
    serving: Serving,
    action: str,
    change: Callable[[Frozen], Frozen],
    reason: str,
    interaction: Interaction,
) -> Card:
    """Carry out a change of what is frozen at this moment: of two at once neither undoes the other."""
    from bot.ui.kb_decisions import FORGETS, frozen_card  # noqa: PLC0415 - the bot starts without them
    from bot.ui.kb_status import frozen_words  # noqa: PLC0415 - the same

    before, library = serving.decisions.frozen, serving.base
    then = change(before)
    kept = await kept_in_time(serving.freeze(then))
    old, new = frozen_words(before, library), frozen_words(then, library)
    why = f" Reason: {reason}" if reason else ""
    target = ", ".join(sorted(before.entries ^ then.entries)) or "everything"
    unwritten = await noted(host, action, actor=interaction.user.id, target=target, old=old, new=f"{new}{why}")
    head = "Frozen: I am silent there from now on" if action == "freeze" else "Lifted: I answer there again"
    shown = f"\nReason: {escape(reason, LONGEST)}" if reason else ""
    told = await tell(host, frozen_card(head, f"{who(interaction)} did this.{shown}", then, library))
    notes = [one for one in ("" if kept else FORGETS, unwritten, told) if one]
    return frozen_card(head, f"Before: {old}.{shown}", then, library, notes)


def _entry(library: Library, typed: str) -> str:
    """The published entry of that id or title. Raises Refused with the nearest one."""
    from bot.knowledge.hints import did_you_mean  # noqa: PLC0415 - only slips need it

    known = {entry.id for entry in library.published}
    name = _named(library, typed, known)
    if name is None:
        titles = [entry.title for entry in library.published]
        hint = did_you_mean(typed, [*known, *titles])
        raise Refused(f"No published entry has that id or title{hint or '; pick one from the list while you type'}")
    return name


def _named(library: Library, typed: str, among: Iterable[str]) -> str | None:
    """The id among these that was typed, or whose title was."""
    wanted, known = typed.strip().strip("`").casefold(), set(among)
    titles = {entry.title.casefold(): entry.id for entry in library.entries.values() if entry.id in known}
    return wanted if wanted in known else titles.get(wanted)


def _to_freeze(host: Workshop, typed: str) -> Iterable[tuple[str, str]]:
    serving = host.services.serving
    if serving is None:
        return
    for entry in serving.base.published:
        if not serving.decisions.frozen.entries & {entry.id} and _fits(typed, entry.id, entry.title):
            yield entry.id, entry.title


def _to_lift(host: Workshop, typed: str) -> Iterable[tuple[str, str]]:
    serving = host.services.serving
    if serving is None:
        return
    for name in sorted(serving.decisions.frozen.entries):
        entry = serving.base.entries.get(name)
        title = entry.title if entry else f"{name} (no longer in the files)"
        if _fits(typed, name, title):
            yield name, title


def _fits(typed: str, *texts: str) -> bool:
    """Whether every word that was typed stands in one of the texts."""
    whole = " ".join(texts).casefold()
    return all(word in whole for word in typed.casefold().split())
