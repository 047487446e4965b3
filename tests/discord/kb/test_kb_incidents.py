"""`/kb incident`: it takes two moderators, whatever happens in between."""

import asyncio
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType, SimpleNamespace

import discord
import pytest

from bot.answering import Question
from bot.cogs.client import RestakingBot
from bot.cogs.kb.group import LEAKS, NOT_ALLOWED
from bot.cogs.kb.incidents import NO_TELLING, OVER, _confirmed
from bot.curation.incidents import Act, Proposal
from bot.knowledge import Facts, Incident, Library
from bot.storage import ServerSettings
from bot.ui import limits
from bot.ui.kb_decisions import carried_out_card, incidents_card, proposal_card
from bot.ui.text import units
from tests.curation.small import write
from tests.discord.kb.walk import SLASHED, last
from tests.discord.seen import labels, parts, shown

BANNER = "Alpha's bridge has stopped. Do not deposit."
OWN = "Another moderator has to confirm it"
PHRASE = "abandon " * 11 + "about"


async def banners(services):
    return (await services.desk.ask(Question(SLASHED))).banners


@pytest.fixture
def propose(kb, mo):
    async def propose(**other):
        return await kb(mo, "incident open", **{"protocols": "alpha", "title": "Bridge", "banner": BANNER} | other)

    return propose


async def test_a_second_moderator_makes_it_so_and_gets_the_lines_for_the_files(
    services, room, mo, em, propose, press, memory, folder
):
    card = await propose()
    assert "in the moderators' channel" in shown(card)
    proposal = room.last_message
    assert f"<@{mo.id}> proposes this." in shown(proposal)
    assert BANNER in shown(proposal)
    assert await banners(services) == ()

    await press(em, proposal, "Confirm")
    assert await banners(services) == (BANNER,)
    text = last(room)
    assert "The incident is open" in text
    assert f"<@{em.id}> confirmed it." in text
    assert labels(room.last_message) == []
    assert len(room.history()) == 1

    toml = text.split("```toml\n")[1].split("\n```")[0]
    (name,) = tomllib.loads(toml)
    write(folder, "facts/incidents.toml", toml)
    assert not (await services.serving.reload()).problems
    assert services.serving.base.facts.incidents[name].banner == BANNER
    assert not services.serving.decisions.declared.incidents

    first, second = reversed(await memory.audit(5))
    codes = [await memory.member_code(one.id) for one in (mo, em)]
    assert [first.actor, second.actor] == codes
    assert (first.action, second.action) == ("incident: propose to open", "incident: open")
    assert first.old == ""
    assert BANNER in second.new


async def test_who_proposed_it_cannot_confirm_it(services, room, mo, propose, press):
    await propose()
    result = await press(mo, room.last_message, "Confirm")
    assert result.ephemeral
    assert OWN in shown(result.response)
    assert await banners(services) == ()
    assert labels(room.last_message) == ["Confirm", "Withdraw"]


async def test_a_member_cannot_confirm_it(services, channel, alice, propose, press):
    """Without a moderators' channel everybody in the channel sees the proposal."""
    card = await propose()
    assert "in this channel" in shown(card)
    public = [one for one in channel.history() if not one.flags.ephemeral]
    result = await press(alice, public[-1], "Confirm")
    assert shown(result.response) == NOT_ALLOWED
    assert await banners(services) == ()


async def test_without_a_moderators_channel_the_proposal_stands_where_it_was_made(
    services, channel, em, propose, press
):
    await propose()
    (proposal,) = [one for one in channel.history() if not one.flags.ephemeral]
    await press(em, proposal, "Confirm")
    assert await banners(services) == (BANNER,)


async def test_a_proposal_outlives_a_restart(room, em, propose, press, restart, services):
    await propose()
    later = await restart()
    await press(em, room.last_message, "Confirm")
    assert await banners(later) == (BANNER,)
    assert await banners(await restart()) == (BANNER,)


async def test_a_proposal_is_over_after_an_hour(services, room, em, propose, press, clock):
    await propose()
    clock.advance(3600)
    await press(em, room.last_message, "Confirm")
    assert last(room) == OVER
    assert labels(room.last_message) == []
    assert await banners(services) == ()


async def test_a_second_confirmation_changes_nothing(services, env, room, em, mo, propose, press, memory):
    another = env.guild.add_member(env.create_user("third"), roles=[env.guild.roles["moderators"]])
    await propose()
    proposal = room.last_message
    await _carry_out_at_once(services, env, [em, another])
    assert await banners(services) == (BANNER,)
    assert [one.action for one in await memory.audit(9)].count("incident: open") == 1
    await press(mo, proposal, "Confirm")
    assert OVER in [shown(one) for one in room.history() if one.id == proposal.id]


async def _carry_out_at_once(services, env, members):
    """Two presses that Discord delivers in the same moment."""
    (waiting,) = services.serving.decisions.declared.waiting
    people = [SimpleNamespace(user=one, message=None, guild_id=None) for one in members]
    cards = await asyncio.gather(*(_confirmed(env.bot, services.serving, waiting, one) for one in people))
    texts = ["\n".join(part.content for part in card.walk_children() if hasattr(part, "content")) for card in cards]
    assert sorted(OVER in text for text in texts) == [False, True]


async def test_a_proposal_whose_message_is_gone_waits_in_the_list(services, env, room, em, kb, propose, press):
    await propose()
    env.backend.delete_message(room.id, room.last_message.id)
    card = await kb(em, "incident list")
    assert "Open an incident?" in shown(card)
    await press(em, card, "Confirm")
    assert await banners(services) == (BANNER,)
    assert "The incident is open" in last(room)


async def test_closing_takes_two_as_well(services, channel, room, mo, em, kb, propose, press):
    await propose()
    await press(em, room.last_message, "Confirm")
    (found,) = await mo.autocomplete(channel, "kb incident close", "incident", "bridge")
    await kb(em, "incident close", incident=found["value"])
    proposal = room.last_message
    assert OWN in shown((await press(em, proposal, "Confirm")).response)
    assert await banners(services) == (BANNER,)
    await press(mo, proposal, "Confirm")
    assert await banners(services) == ()
    assert 'state = "closed"' in last(room)
    assert "No incident is open." in shown(await kb(mo, "incident list"))


async def test_any_moderator_takes_a_proposal_back(services, room, mo, em, propose, press, memory):
    await propose()
    proposal = room.last_message
    await press(mo, proposal, "Withdraw")
    assert "took back the proposal" in last(room)
    assert labels(room.last_message) == []
    assert not services.serving.decisions.declared.waiting
    assert (await memory.audit(1))[0].action == "incident: withdraw"


async def test_two_proposals_of_one_day_have_names_of_their_own(services, room, em, kb, propose, press):
    await propose()
    await propose(title="Oracle", banner="The oracle is late.")
    for message in list(room.history()):
        await press(em, message, "Confirm")
    assert set(await banners(services)) == {BANNER, "The oracle is late."}


async def test_without_records_nothing_is_proposed_or_confirmed(services, room, em, propose, press, unreachable):
    await propose()
    proposal = room.last_message
    unreachable()
    assert shown((await press(em, proposal, "Confirm")).response) == NO_TELLING
    assert shown(await propose(title="Again")) == NO_TELLING
    assert await banners(services) == ()
    assert len(services.serving.decisions.declared.waiting) == 1


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"protocols": "alhpa"}, "'alhpa' is no protocol that I know. Known are: alpha, beta."),
        ({"banner": "x" * 601}, "The banner has 601 characters; keep it to 600."),
        ({"title": f"he wrote {PHRASE}"}, LEAKS),
    ],
)
async def test_what_cannot_be_an_incident_is_refused(services, propose, other, sentence):
    assert shown(await propose(**other)) == sentence
    assert not services.serving.decisions.declared.waiting


async def test_protocols_are_offered_one_after_the_other(channel, mo):
    found = await mo.autocomplete(channel, "kb incident open", "protocols", "al")
    assert found == [{"name": "Alpha", "value": "alpha"}]
    found = await mo.autocomplete(channel, "kb incident open", "protocols", "alpha,")
    assert found == [{"name": "alpha, Beta", "value": "alpha, beta"}]


async def test_a_change_of_keys_does_not_let_a_moderator_confirm_their_own(
    services, room, mo, propose, press, memory, monkeypatch
):
    await propose()
    old = await memory.member_code(mo.id)

    async def codes(_):
        return ("0123456789", old)

    monkeypatch.setattr(memory, "member_codes", codes)
    result = await press(mo, room.last_message, "Confirm")
    assert OWN in shown(result.response)
    assert await banners(services) == ()


async def test_moderators_of_every_home_learn_of_it(
    env, services, channel, room, em, mo, propose, press, memory, start
):
    other = env.create_guild("second home")
    there = other.create_text_channel("moderators")
    await memory.set_server(ServerSettings(other.id, moderators=there.id))
    homes = replace(services.settings, home_servers=(env.guild.id, other.id))
    await env.restart_bot(RestakingBot(replace(services, settings=homes), shard_count=1))
    await propose()
    assert "proposes this" in last(there)
    await press(em, room.last_message, "Confirm")
    assert "The incident is open" in last(there)
    assert "The incident is open" in last(room)


def test_the_longest_incident_fits_into_a_message():
    day = date(2026, 11, 22)
    case = Incident("x" * 60, '"*' * 100, tuple("p" * 30 for _ in range(9)), "open", day, day, '"_' * 300)
    proposal = Proposal("0" * 12, Act.OPEN, case, "0" * 10, datetime(2026, 11, 22, tzinfo=UTC))
    library = Library(MappingProxyType({}), Facts(incidents=MappingProxyType({"x": case})), "0")
    for card in (
        proposal_card(proposal, "<@1>"),
        carried_out_card(Act.OPEN, case, "<@1>", ["n" * 100]),
        incidents_card(library, ("x",), [proposal] * 9),
    ):
        texts = [one.content for one in card.walk_children() if isinstance(one, discord.ui.TextDisplay)]
        assert sum(map(units, texts)) <= limits.TEXT - limits.NOTICE
        assert len(list(card.walk_children())) <= 40


async def test_the_list_holds_more_proposals_than_it_can_show(mo, kb, propose, room):
    for number in range(5):
        await propose(title=f"Case {number}")
    card = await kb(mo, "incident list")
    assert labels(card) == ["Confirm", "Withdraw"] * 3
    assert "And 2 more" in shown(card)
    assert len(list(parts(card))) <= 40


@pytest.mark.parametrize(
    "typed", [{"title": "abandon " * 6, "banner": "abandon " * 5 + "about"}, {"protocols": PHRASE}], ids=str
)
async def test_a_recovery_phrase_is_found_wherever_it_was_typed_and_not_repeated(serving, propose, memory, typed):
    assert shown(await propose(**typed)) == LEAKS
    assert await memory.audit(5) == []
    assert not serving.decisions.declared.waiting
