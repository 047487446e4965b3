"""`/kb incident`: opening and closing one takes two moderators. The first proposes; a second one confirms."""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from discord import app_commands

from bot.clock import today
from bot.cogs.kb.group import (
    KbPress,
    Part,
    Workshop,
    in_time,
    kept_in_time,
    lasting,
    moderators_of,
    noted,
    plain,
    tell,
    who,
)
from bot.cogs.press import Press
from bot.cogs.servers import is_home
from bot.cogs.suggestions import Choices, suggested
from bot.curation.incidents import Act, Proposal, as_toml, closing, opening
from bot.curation.serving import Serving
from bot.errors import StorageUnavailable
from bot.knowledge import Incident
from bot.knowledge.facts import Facts
from bot.ui.delivery import Interaction
from bot.ui.ids import Action, entry_template
from bot.ui.layout import Card
from bot.ui.pages import note_card

NO_TELLING: Final = (
    "I cannot reach my records at the moment, so I cannot tell two moderators apart, and nothing is changed. "
    "`/kb freeze` works all the same. Please try again in a few minutes."
)
OVER: Final = "This proposal is over: it was carried out or taken back, or it waited for more than an hour."
TITLE: Final = 200


class IncidentPart(Part):
    """What stands above answers and prices while something is wrong with a protocol."""

    incident = app_commands.Group(
        name="incident", description="Banners above answers and prices; two moderators decide"
    )

    @incident.command(name="open", description="Propose a banner; another moderator has to confirm it")
    @app_commands.describe(
        protocols="The protocols it is about, with commas between them",
        title="A few words, such as: withdrawals paused",
        banner="The sentence that stands above answers and prices: what happened, and what to do",
    )
    async def propose_opening(
        self,
        interaction: Interaction,
        protocols: app_commands.Range[str, 1, 300],
        title: app_commands.Range[str, 1, TITLE],
        banner: app_commands.Range[str, 1, 1000],
    ) -> None:
        """Let it wait for a second moderator."""
        serving = self.serving_at_home(interaction)
        named = plain(protocols).replace(";", ",").split(",")
        plain(f"{title} {banner}")  # a phrase may be spread over both
        day = today(self.host.services.clock)
        case = opening(known_names(serving), named, plain(title), plain(banner), day)
        await _propose(self.host, serving, interaction, Act.OPEN, case)

    @incident.command(name="close", description="Propose that an incident is over; another moderator has to confirm it")
    @app_commands.describe(incident="The open incident")
    async def propose_closing(self, interaction: Interaction, incident: app_commands.Range[str, 1, 100]) -> None:
        """Let it wait for a second moderator."""
        serving = self.serving_at_home(interaction)
        case = closing(serving.desk.library.facts, incident.strip().strip("`"), today(self.host.services.clock))
        await _propose(self.host, serving, interaction, Act.CLOSE, case)

    @incident.command(name="list", description="Open incidents, and what waits for a second moderator")
    async def listed(self, interaction: Interaction) -> None:
        """Show them with buttons, also for a proposal whose message was deleted."""
        from bot.ui.kb_decisions import incidents_card  # noqa: PLC0415 - the bot starts without it

        serving = self.serving_at_home(interaction)
        declared, now = serving.decisions.declared, self.host.services.clock()
        waiting = sorted((one for one in declared.waiting.values() if one.is_valid(now)), key=lambda one: one.at)
        card = incidents_card(serving.desk.library, tuple(declared.incidents), waiting)
        await self.host.delivery.respond(interaction, card, private=True)

    @propose_opening.autocomplete("protocols")
    async def _protocols(self, _: Interaction, typed: str) -> Choices:
        """Protocols, one after the other."""
        return suggested(lambda: _more_protocols(self.host.services.desk.library.facts, typed))

    @propose_closing.autocomplete("incident")
    async def _open(self, _: Interaction, typed: str) -> Choices:
        """Incidents that are open."""
        facts = self.host.services.desk.library.facts
        labels = {case.id: f"{case.id}: {case.title}" for case in facts.incidents.values() if case.is_open}
        return suggested(lambda: [one for one in labels.items() if typed.casefold() in one[1].casefold()])


def known_names(serving: Serving) -> Facts:
    """The facts with what waits, so that a second incident of a day has a name of its own before the first is
    confirmed.
    """
    facts = serving.desk.library.facts
    waiting = {one.incident.id: one.incident for one in serving.decisions.declared.waiting.values()}
    return replace(facts, incidents=MappingProxyType({**waiting, **facts.incidents}))


def _more_protocols(facts: Facts, typed: str) -> Iterable[tuple[str, str]]:
    before, comma, last = typed.rpartition(",")
    named = {one.strip().casefold() for one in before.split(",")}
    for one in facts.protocols.values():
        if one.id not in named and last.strip().casefold() in f"{one.id} {one.name}".casefold():
            yield f"{before}{comma}{' ' if comma else ''}{one.id}", f"{before}{comma}{' ' if comma else ''}{one.name}"


async def _propose(host: Workshop, serving: Serving, interaction: Interaction, act: Act, case: Incident) -> None:
    """Post the card of a proposal where moderators see it."""
    from bot.ui.kb_decisions import FORGETS, proposal_card  # noqa: PLC0415 - the bot starts without them

    proposal, kept = await host.delivery.in_time(
        interaction, lasting(_proposed(host, serving, interaction.user.id, act, case))
    )
    card = proposal_card(proposal, who(interaction))
    untold = await host.delivery.in_time(interaction, tell(host, card))
    place = "in this channel, as no moderators' channel is set" if untold else "in the moderators' channel"
    sentences = [f"Your proposal stands {place}. Another moderator has to press **Confirm** within an hour."]
    sentences += ["`/kb incident list` shows it too.", *([] if kept else [FORGETS])]
    await host.delivery.respond(interaction, note_card(" ".join(sentences)), private=True)
    if untold:
        await host.delivery.post(interaction, card)


async def _proposed(host: Workshop, serving: Serving, actor: int, act: Act, case: Incident) -> tuple[Proposal, bool]:
    """Written down first: who proposed what is what the second moderator relies on."""
    try:
        code = await in_time(host.services.memory.member_code(actor))
        await _write(host, f"incident: propose to {act}", actor, serving, case)
    except StorageUnavailable as error:
        raise StorageUnavailable(NO_TELLING) from error
    proposal = Proposal(secrets.token_hex(6), act, case, code, host.services.clock())
    return proposal, await kept_in_time(serving.propose(proposal))


async def _write(host: Workshop, action: str, actor: int, serving: Serving, case: Incident) -> None:
    """An action on an incident in the audit log, with its record before and after."""
    before = serving.desk.library.facts.incidents.get(case.id)
    old = "" if before is None else as_toml(before)
    await in_time(host.services.memory.add_audit(action, actor=actor, target=case.id, old=old, new=as_toml(case)))


class ConfirmPress(KbPress, template=entry_template(Action.CONFIRM)):
    """The second moderator agrees."""

    action = Action.CONFIRM

    async def carried_out(self, interaction: Interaction, host: Workshop, serving: Serving) -> None:
        """Carry the proposal out, and put what became of it in the place of its card."""
        card = await host.delivery.in_time(
            interaction, lasting(_confirmed(host, serving, self.match["entry"], interaction)), in_place=True
        )
        await host.delivery.replace(interaction, card)


async def _confirmed(host: Workshop, serving: Serving, name: str, interaction: Interaction) -> Card:
    from bot.ui.kb_decisions import carried_out_card, over_card  # noqa: PLC0415 - the bot starts without them

    async with host.deciding:
        proposal = serving.decisions.declared.waiting.get(name)
        if proposal is None or not proposal.is_valid(host.services.clock()):
            return over_card(OVER)
        case = await _agreed(host, serving, proposal, interaction.user.id)
    card = carried_out_card(proposal.act, case, who(interaction))
    if await _is_told_here(host, interaction):
        return card
    untold = await tell(host, card)
    return carried_out_card(proposal.act, case, who(interaction), [untold] if untold else [])


async def _agreed(host: Workshop, serving: Serving, proposal: Proposal, actor: int) -> Incident:
    """Carry out a proposal that another moderator made. Raises IncidentError for one of their own."""
    try:
        codes = await in_time(host.services.memory.member_codes(actor))
    except StorageUnavailable as error:
        raise StorageUnavailable(NO_TELLING) from error
    # The key that codes are made under may have been replaced since the proposal.
    by = proposal.by if proposal.by in codes else codes[0]
    serving.decisions.declared.confirmed(proposal.id, by, host.services.clock())
    try:
        await _write(host, f"incident: {proposal.act}", actor, serving, proposal.incident)
    except StorageUnavailable as error:
        raise StorageUnavailable(NO_TELLING) from error
    with suppress(StorageUnavailable):  # it holds already; only its copy on the disk takes too long
        await in_time(serving.confirm(proposal.id, by))
    return proposal.incident


async def _is_told_here(host: Workshop, interaction: Interaction) -> bool:
    """Whether the card that was pressed stands where all moderators are told, so that it need not be told again."""
    message, homes = interaction.message, [one for one in host.guilds if is_home(one.id, host)]
    if message is None or message.flags.ephemeral or len(homes) > 1:
        return False
    return await moderators_of(host, interaction.guild_id) == interaction.channel_id


class WithdrawPress(KbPress, template=entry_template(Action.WITHDRAW)):
    """Any moderator takes a proposal back."""

    action = Action.WITHDRAW

    async def carried_out(self, interaction: Interaction, host: Workshop, serving: Serving) -> None:
        """Let go of the proposal, and say so in the place of its card."""
        card = await host.delivery.in_time(
            interaction, lasting(_withdrawn(host, serving, self.match["entry"], interaction)), in_place=True
        )
        await host.delivery.replace(interaction, card)


async def _withdrawn(host: Workshop, serving: Serving, name: str, interaction: Interaction) -> Card:
    from bot.ui.kb_decisions import FORGETS, over_card  # noqa: PLC0415 - the bot starts without them

    async with host.deciding:
        proposal = serving.decisions.declared.waiting.get(name)
        if proposal is None or not proposal.is_valid(host.services.clock()):
            return over_card(OVER)
        kept = await kept_in_time(serving.withdraw(name))
        case, actor = proposal.incident, interaction.user.id
        unwritten = await noted(host, "incident: withdraw", actor=actor, target=case.id, old=as_toml(case), new="")
    said = f"{who(interaction)} took back the proposal to {proposal.act} `{case.id}`. Nothing is changed."
    card = over_card(" ".join(filter(None, (said, "" if kept else FORGETS, unwritten))))
    if not await _is_told_here(host, interaction):
        await tell(host, card)
    return card


ITEMS: tuple[type[Press], ...] = (ConfirmPress, WithdrawPress)
