"""`/kb draft`: the file of an entry that members miss, made of one group of the gap inbox."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from discord import app_commands

from bot.clock import today
from bot.cogs.kb.gaps import group_of, inbox_of
from bot.cogs.kb.group import KbPress, Part, Refused, Workshop
from bot.cogs.kb.preview import effect_of, put_in_place
from bot.cogs.press import Press
from bot.cogs.servers import is_home
from bot.cogs.suggestions import Choices, suggested
from bot.curation.serving import Serving
from bot.errors import BotError
from bot.ui.delivery import Interaction
from bot.ui.ids import Action, entry_template
from bot.ui.layout import Card

if TYPE_CHECKING:
    from bot.curation.drafts import Draft
    from bot.curation.gaps import GapGroup
    from bot.knowledge import Library
    from bot.ui.kb_preview import Effect


class DraftsPart(Part):
    """The beginning of an entry."""

    @app_commands.command(name="draft", description="A complete entry file from a gap, ready for a pull request")
    @app_commands.describe(gap="The group of questions, as /kb gaps shows it")
    async def draft(self, interaction: Interaction, gap: app_commands.Range[str, 1, 100]) -> None:
        """Attach the file at once; what it would do is added when it is known."""
        serving = self.serving_at_home(interaction)
        drafted = await self.host.delivery.in_time(interaction, _drafted(self.host, serving, gap))
        await self.host.delivery.respond(interaction, drafted.card(), private=True)
        await put_in_place(self.host, interaction, drafted.card(await _effect(self.host, serving, drafted)))

    @draft.autocomplete("gap")
    async def _gaps(self, interaction: Interaction, typed: str) -> Choices:
        """The groups of the inbox, where it may be seen."""
        from bot.ui.kb_gaps import group_choices  # noqa: PLC0415 - the bot starts without it

        serving = self.host.services.serving
        if serving is None or not is_home(interaction, self.host):
            return []
        groups = (await inbox_of(self.host, serving)).groups
        return suggested(lambda: group_choices(groups, typed))


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A draft with the group that it answers; `back` is the page of the inbox that it came from."""

    group: "GapGroup"
    draft: "Draft"
    library: "Library"
    back: int | None = None

    def card(self, effect: "Effect | str | None" = None) -> Card:
        """Its card, with its effect once that is known."""
        from bot.ui.kb_drafts import draft_card  # noqa: PLC0415 - the bot starts without it

        return draft_card(self.group, self.draft, self.library, effect, self.back)


async def _drafted(host: Workshop, serving: Serving, name: str, back: int | None = None) -> _Drafted:
    from bot.curation.drafts import draft_of  # noqa: PLC0415 - the bot starts without it
    from bot.ui.kb_gaps import NO_GROUP  # noqa: PLC0415 - the same

    group = await group_of(host, serving, name)
    if group is None:
        raise Refused(NO_GROUP)
    return _Drafted(group, draft_of(group, serving.base, today(host.services.clock)), serving.base, back)


async def _effect(host: Workshop, serving: Serving, drafted: _Drafted) -> "Effect | str":
    try:
        return await effect_of(host, serving, drafted.draft.file, drafted.draft.as_if_written)
    except BotError as error:
        return error.sentence


class DraftPress(KbPress, template=entry_template(Action.DRAFT)):
    """The draft for a group of the inbox."""

    action = Action.DRAFT

    async def carried_out(self, interaction: Interaction, host: Workshop, serving: Serving) -> None:
        """Put the draft in the place of the inbox, with a way back; its effect is added when it is known."""
        work = _drafted(host, serving, self.match["entry"], int(self.match["page"] or 0))
        drafted = await host.delivery.in_time(interaction, work, in_place=True)
        await host.delivery.replace(interaction, drafted.card())
        await put_in_place(host, interaction, drafted.card(await _effect(host, serving, drafted)))


ITEMS: tuple[type[Press], ...] = (DraftPress,)
