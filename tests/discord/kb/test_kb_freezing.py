"""`/kb freeze` and `/kb unfreeze`: silent at once, through restarts, and without records too."""

import asyncio
from functools import partial
from types import MappingProxyType, SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.frozen import Frozen
from bot.cogs.kb import group
from bot.cogs.kb.freezing import ALREADY, NOTHING_FROZEN, WHICH, _changed, lifted, stopped
from bot.cogs.kb.group import LEAKS, UNTOLD, UNWRITTEN, Refused, plain
from bot.errors import StorageUnavailable
from bot.knowledge import Facts, Library
from bot.ui.kb_decisions import FORGETS
from tests.discord.kb.walk import SLASHED, body, last
from tests.discord.seen import shown

MEMBER_LINK = "https://discord.com/users/{}"
HOLD = "Moderators have stopped it"
PHRASE = "abandon " * 11 + "about"


async def test_a_frozen_entry_is_silent_at_once_and_the_others_go_on(services, room, mo, kb, memory):
    card = await kb(mo, "freeze", reason="the fee is wrong", entry="rewards")
    assert (await body(services)).startswith(HOLD)
    assert await body(services, SLASHED) == "The stake that was allocated."
    for text in (shown(card), last(room)):
        assert "Reason: the fee is wrong" in text
        assert "Frozen now: `rewards` Where rewards come from" in text
    assert f"<@{mo.id}> did this." in last(room)
    (done,) = await memory.audit(5)
    assert (done.action, done.target, done.old) == ("freeze", "rewards", "nothing")
    assert done.new == "`rewards` Where rewards come from Reason: the fee is wrong"


async def test_what_is_frozen_stays_so_through_restarts_until_it_is_lifted(services, mo, kb, restart, room):
    await kb(mo, "freeze", reason="it is wrong", entry="Where rewards come from")
    later = await restart()
    assert (await body(later)).startswith(HOLD)
    await kb(mo, "unfreeze")
    assert await body(later) == "From fees."
    assert await body(await restart()) == "From fees."


async def test_everything_can_be_stopped_and_what_was_frozen_by_itself_stays_so_afterwards(services, mo, kb, room):
    await kb(mo, "freeze", reason="it is wrong", entry="rewards")
    await kb(mo, "freeze", reason="something is off", everything=True)
    assert (await body(services, SLASHED)).startswith(HOLD)
    assert "Frozen now: `rewards`" in shown(await kb(mo, "unfreeze", everything=True))
    assert await body(services, SLASHED) == "The stake that was allocated."
    assert (await body(services)).startswith(HOLD)


async def test_freezing_works_while_records_are_out_of_reach_and_says_that_a_restart_would_forget_it(
    services, mo, kb, unreachable
):
    unreachable()
    card = shown(await kb(mo, "freeze", reason="it is wrong", entry="rewards"))
    assert (await body(services)).startswith(HOLD)
    assert FORGETS in card
    assert UNWRITTEN in card
    assert UNTOLD in card
    card = shown(await kb(mo, "unfreeze", entry="rewards"))
    assert await body(services) == "From fees."
    assert FORGETS in card


async def test_nothing_waits_long_for_a_disk_that_hangs(env, services, mo, memory, monkeypatch):
    async def hang(*_):
        await asyncio.Event().wait()

    monkeypatch.setattr(group, "PATIENCE", 0.02)
    monkeypatch.setattr(memory, "_demand", hang)
    assert not await group.kept_in_time(services.serving.freeze(Frozen(True)))
    assert (await body(services)).startswith(HOLD)
    assert await group.noted(env.bot, "freeze", actor=mo.id, target="everything", old="", new="") == UNWRITTEN
    with pytest.raises(StorageUnavailable):
        await group.in_time(memory.member_code(mo.id))


async def test_what_is_frozen_stays_so_when_other_files_are_taken_over(services, mo, kb, rewards, room):
    await kb(mo, "freeze", reason="it is wrong", entry="rewards")
    rewards("From AVS fees.")
    await kb(mo, "reload")
    assert (await body(services)).startswith(HOLD)
    await kb(mo, "unfreeze")
    assert await body(services) == "From AVS fees."


async def test_an_entry_that_the_files_no_longer_have_can_still_be_lifted(services, channel, mo, kb, folder, serving):
    await kb(mo, "freeze", reason="it is wrong", entry="queue")
    (folder / "exits/queue.md").unlink()
    await kb(mo, "reload")
    (found,) = await mo.autocomplete(channel, "kb unfreeze", "entry", "")
    assert found == {"name": "queue (no longer in the files)", "value": "queue"}
    await kb(mo, "unfreeze", entry="queue")
    assert serving.decisions.frozen == Frozen()


async def test_a_slip_in_the_name_freezes_nothing_and_names_the_nearest(serving, mo, kb):
    text = shown(await kb(mo, "freeze", reason="it is wrong", entry="rewrads"))
    assert "did you mean 'rewards'?" in text
    assert serving.decisions.frozen == Frozen()


async def test_what_makes_no_sense_is_refused_kindly(mo, kb):
    assert shown(await kb(mo, "freeze", reason="it is wrong")) == WHICH
    assert shown(await kb(mo, "unfreeze")) == NOTHING_FROZEN
    await kb(mo, "freeze", reason="it is wrong", entry="rewards")
    assert shown(await kb(mo, "freeze", reason="it is wrong", entry="`rewards`")) == ALREADY
    assert "No frozen entry has that name" in shown(await kb(mo, "unfreeze", entry="queue"))
    assert "Not everything is frozen" in shown(await kb(mo, "unfreeze", everything=True))


async def test_a_reason_with_a_recovery_phrase_or_a_member_is_not_kept(serving, mo, kb, memory, room):
    assert shown(await kb(mo, "freeze", reason=f"he wrote {PHRASE}", entry="rewards")) == LEAKS
    assert serving.decisions.frozen == Frozen()
    await kb(
        mo, "freeze", reason=f"<@{mo.id}> and {mo.id} say https://x.com/a/status/123456789012345678", entry="rewards"
    )
    (done,) = await memory.audit(5)
    assert str(mo.id) not in done.new
    assert "status/123456789012345678" in done.new


async def test_of_two_who_freeze_at_once_neither_undoes_the_other(env, serving, room):
    def freezing(name):
        pressed = SimpleNamespace(user=SimpleNamespace(id=1, mention="somebody"))
        return _changed(env.bot, serving, "freeze", partial(stopped, entry=name, everything=False), "", pressed)

    await asyncio.gather(freezing("rewards"), freezing("queue"))
    assert serving.decisions.frozen == Frozen(False, frozenset({"rewards", "queue"}))


async def test_a_reason_names_nobody_by_address_or_handle(mo, kb, memory, room):
    await kb(mo, "freeze", reason="ada.l+x@mail.example and @grace.h say so", entry="rewards")
    (done,) = await memory.audit(5)
    assert done.new.endswith("Reason: … and … say so")
    assert "ada" not in last(room)


@pytest.mark.parametrize("between", ["\x07", "\x1b", "<@123456789012345678>"])
def test_a_recovery_phrase_is_found_through_marks_that_nobody_sees(between):
    with pytest.raises(Refused, match="recovery phrase"):
        plain(" ".join(word[:2] + between + word[2:] if between < " " else word + between for word in PHRASE.split()))


async def test_while_typing_only_entries_are_offered_that_can_be_frozen(channel, mo, kb):
    found = await mo.autocomplete(channel, "kb freeze", "entry", "")
    assert {one["value"] for one in found} == {"rewards", "slashing", "queue"}
    await kb(mo, "freeze", reason="it is wrong", entry="rewards")
    found = await mo.autocomplete(channel, "kb freeze", "entry", "COME from")
    assert found == []
    (found,) = await mo.autocomplete(channel, "kb freeze", "entry", "long exit")
    assert found == {"name": "How long an exit takes", "value": "queue"}


@pytest.mark.parametrize(
    ("frozen", "entry", "everything", "left"),
    [
        (Frozen(True), None, False, Frozen()),
        (Frozen(True, frozenset({"rewards"})), None, True, Frozen(False, frozenset({"rewards"}))),
        (Frozen(True, frozenset({"rewards"})), "rewards", True, Frozen()),
        (Frozen(True, frozenset({"rewards"})), "rewards", False, Frozen(True)),
        (Frozen(False, frozenset({"rewards", "queue"})), "queue", False, Frozen(False, frozenset({"rewards"}))),
    ],
)
def test_what_is_left_frozen(services, frozen, entry, everything, left):
    assert lifted(frozen, services.desk.library, entry, everything=everything) == left


NAMES = st.frozensets(st.sampled_from(["rewards", "queue", "slashing"]))


@given(everything=st.booleans(), names=NAMES, entry=st.sampled_from(["rewards", "queue", "slashing"]))
def test_lifting_an_entry_lifts_that_entry_and_nothing_else(everything, names, entry):
    library = Library(MappingProxyType({}), Facts(), "0")
    frozen = Frozen(everything, names | {entry})
    assert lifted(frozen, library, entry, everything=False) == Frozen(everything, names - {entry})


@given(
    st.integers(10**14, 10**20 - 1), st.sampled_from(["<@{}>", "<@!{}>", "{}", "by:{}", "x{}y", "({})", MEMBER_LINK])
)
def test_no_number_of_a_member_is_kept(number, shape):
    assert str(number) not in plain(f"wrong, says {shape.format(number)} here")


@pytest.mark.parametrize("frozen", [Frozen(True, frozenset({"a"})), Frozen(False, frozenset({"a", "b"}))])
def test_nothing_is_lifted_by_guess(services, frozen):
    with pytest.raises(Refused, match="Say what to lift"):
        lifted(frozen, services.desk.library, None, everything=False)
