"""What the bot keeps of questions that it did not serve: as members see it, and pure."""

from datetime import date

import pytest

from bot.answering import Answer, Choice, Outcome
from bot.answering.desk import Desk
from bot.answering.edition import Said
from bot.app import MemoryRecorder
from bot.cogs.lately import Lately
from bot.cogs.turns import MINUTES
from bot.knowledge import read_library
from tests.discord.seen import labels, shown

FAILS, ANSWERED, ENTRY = "best pizza in rome", "what is restaking", "what-is-restaking"
PHRASE = "abandon " * 11 + "about"
ADDRESS = "0x52908400098527886E0F7030069857D2E4169EE7"


@pytest.fixture
def desk(library_folder, memory):
    return Desk(read_library(library_folder, date(2026, 11, 22)).library, recorder=MemoryRecorder(memory))


@pytest.fixture
def asks_back(desk, monkeypatch):
    """Makes the desk ask back when it is asked about `rewards`, however the matcher is tuned."""
    ask = desk.edition.ask

    async def unsure(question):
        if question.text != "rewards":
            return await ask(question)
        offered = (Choice("alpha-rewards", "Rewards at Alpha"), Choice("beta-rewards", "Rewards at Beta"))
        return Said(Answer(Outcome.CHOICES, "Did you mean one of these?", "Pick one.", choices=offered), "rewards")

    monkeypatch.setattr(desk.edition, "ask", unsure)


@pytest.fixture
def kept(memory):
    async def kept() -> list[tuple[str, str, str | None]]:
        return sorted((one.text, one.kind, one.entry) for one in await memory.unmet())

    return kept


# As members see it


@pytest.mark.parametrize("face", ["slash", "menu", "mention", "dm"])
async def test_a_question_without_an_answer_is_a_gap_of_who_asked_through_every_face(
    env, channel, alice, memory, kept, face
):
    if face == "slash":
        await alice.slash(channel, "ask", question=FAILS)
    elif face == "menu":
        bob = env.guild.add_member(env.create_user("bob"))
        await alice.context_menu(channel, "Answer this", await bob.send(channel, FAILS))
    elif face == "mention":
        await alice.send(channel, f"<@{env.bot.user.id}> {FAILS}")
    else:
        await alice.send_dm(FAILS)
    assert await kept() == [(FAILS, "gap", None)]
    assert (await memory.holdings(alice.id)).questions == 1


async def test_an_answer_that_did_not_help_is_kept_with_its_question(env, channel, alice, kept):
    answer = await alice.slash(channel, "ask", question=ANSWERED)
    assert await kept() == []
    await alice.click(answer.response, label="Not helpful")
    assert await kept() == [(ANSWERED, "unhelpful", ENTRY)]


async def test_pressing_helpful_after_all_takes_it_back(env, channel, alice, kept):
    answer = await alice.slash(channel, "ask", question=ANSWERED)
    await alice.click(answer.response, label="Not helpful")
    await alice.click(answer.response, label="Helpful")
    assert await kept() == []


async def test_not_helpful_says_nothing_about_a_question_that_reached_something_else(env, channel, alice, kept):
    answer = await alice.slash(channel, "ask", question=ANSWERED)
    await alice.slash(channel, "ask", question="what does an operator do")
    await alice.click(answer.response, label="Not helpful")
    assert await kept() == []


async def test_somebody_who_only_reads_and_does_not_find_it_helpful_has_no_question(env, channel, alice, kept):
    bob = env.guild.add_member(env.create_user("bob"))
    await alice.send(channel, f"<@{env.bot.user.id}> {ANSWERED}")
    await bob.click(channel.last_message, label="Not helpful")
    assert await kept() == []


async def test_a_second_try_that_was_answered_tells_what_the_first_was_about(env, channel, alice, kept):
    await alice.slash(channel, "ask", question=FAILS)
    await alice.send(channel, f"<@{env.bot.user.id}> thanks!")
    await alice.send(channel, f"<@{env.bot.user.id}> {ANSWERED}")
    assert await kept() == [(FAILS, "gap", None), (FAILS, "retry", ENTRY)]


async def test_a_second_try_after_ten_minutes_or_of_somebody_else_tells_nothing(env, channel, alice, kept, clock):
    bob = env.guild.add_member(env.create_user("bob"))
    await alice.slash(channel, "ask", question=FAILS)
    await bob.slash(channel, "ask", question=ANSWERED)
    clock.advance(60 * MINUTES + 1)
    await alice.slash(channel, "ask", question=ANSWERED)
    assert await kept() == [(FAILS, "gap", None)]


async def test_a_choice_that_was_picked_and_helped_tells_what_the_question_was_about(
    env, channel, alice, kept, asks_back
):
    choices = await alice.slash(channel, "ask", question="rewards")
    opened = await alice.click(choices.response, label="Rewards at Beta")
    assert await kept() == []
    await alice.click(opened.response, label="Helpful")
    assert await kept() == [("rewards", "retry", "beta-rewards")]


async def test_choices_of_which_none_was_picked_and_another_question_tell_what_was_meant(
    env, channel, alice, kept, asks_back
):
    await alice.slash(channel, "ask", question="rewards")
    await alice.slash(channel, "ask", question=ANSWERED)
    assert await kept() == [("rewards", "retry", ENTRY)]


async def test_a_choice_that_was_picked_ends_the_search(env, channel, alice, kept, asks_back):
    choices = await alice.slash(channel, "ask", question="rewards")
    await alice.click(choices.response, label="Rewards at Beta")
    await alice.slash(channel, "ask", question=ANSWERED)
    assert await kept() == []


async def test_what_can_name_somebody_is_not_in_what_is_kept(env, channel, alice, kept):
    await alice.slash(channel, "ask", question=f"{FAILS} @bob_smith bob@mail.example {ADDRESS} 123456789012345678")
    await alice.slash(channel, "ask", question=ANSWERED)
    assert await kept() == [(FAILS, "gap", None), (FAILS, "retry", ENTRY)]


@pytest.mark.parametrize("secret", [PHRASE, "i posted my seed phrase"])
async def test_a_secret_or_a_question_of_safety_is_not_kept_and_ends_what_was_begun(
    env, channel, alice, memory, kept, secret
):
    await alice.slash(channel, "ask", question=FAILS)
    warned = await alice.slash(channel, "ask", question=secret)
    if "Not helpful" in labels(warned.response):
        await alice.click(warned.response, label="Not helpful")
    await alice.slash(channel, "ask", question=ANSWERED)
    assert await kept() == [(FAILS, "gap", None)]


async def test_erasing_takes_what_is_kept_and_what_is_in_memory(env, channel, alice, memory, kept):
    await alice.slash(channel, "ask", question=FAILS)
    privacy = await alice.slash(channel, "privacy")
    assert "About you, now:** 1 question." in shown(privacy.response)
    erased = await alice.click(privacy.response, label="Erase what is held about me")
    assert "Erased: 1 question and your last question. Nothing about you is held now." in shown(erased.response)
    await alice.slash(channel, "ask", question=ANSWERED)
    assert await kept() == []


async def test_a_moderator_is_told_what_erasing_does_not_take(env, channel, alice, memory):
    await memory.add_audit("freeze", actor=alice.id, target="risks", old="", new="")
    privacy = await alice.slash(channel, "privacy")
    stays = "1 action of yours as a moderator stays in the log until 400 days are over."
    assert f"About you, now:** nothing. {stays}" in shown(privacy.response)
    erased = await alice.click(privacy.response, label="Erase what is held about me")
    assert f"There was nothing to erase. {stays}" in shown(erased.response)
    await alice.slash(channel, "ask", question=ANSWERED)
    erased = await alice.click(privacy.response, label="Erase what is held about me")
    assert f"Erased: your last question. {stays}" in shown(erased.response)


# Pure


class Told:
    """What is told of questions that were not served."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, str, str, str | None]] = []

    def record_unmet(self, text, *, kind, entry, asker):
        self.rows.append((asker, text, kind, entry))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def lately(clock, told) -> Lately:
    return Lately(clock, told)


def answer(words: str, entry: str | None = None, *choices: str, outcome: Outcome = Outcome.ANSWER) -> Answer:
    offered = tuple(Choice(choice, choice) for choice in choices)
    return Answer(outcome, "Title", "Body", entry=entry, choices=offered, remembered=words)


def test_only_the_try_just_before_the_answer_counts(lately, told):
    for words in ("first", "second"):
        lately.asked(1, answer(words))
    lately.asked(1, answer("third", "e"))
    assert told.rows == [(1, "second", "retry", "e")]


def test_the_same_words_that_found_something_this_time_are_no_other_wording(lately, told):
    lately.asked(1, answer("q"))
    lately.asked(1, answer("q", "e"))
    assert told.rows == []


def test_a_live_answer_is_an_answer(lately, told):
    lately.asked(1, answer("q"))
    lately.asked(1, answer("price of ezeth", "prices", outcome=Outcome.LIVE))
    assert told.rows == [(1, "q", "retry", "prices")]


def test_of_two_entries_that_a_message_asked_for_each_may_be_found_unhelpful(lately, told):
    lately.asked(1, answer("a and b", "a", "b"))
    lately.voted(1, "b", helpful=False)
    assert told.rows == []
    lately.opened(1, "b")
    for entry in ("a", "b"):
        lately.voted(1, entry, helpful=False)
        lately.voted(1, entry, helpful=True)
    assert told.rows == [(1, "a and b", "unhelpful", "a"), (1, "a and b", "unhelpful", "b")]


def test_an_entry_that_the_question_did_not_offer_does_not_count_for_it(lately, told):
    lately.asked(1, answer("q", None, "a"))
    lately.opened(1, "elsewhere")
    lately.voted(1, "elsewhere", helpful=True)
    lately.asked(1, answer("other", "e"))
    assert told.rows == [(1, "q", "retry", "e")]


def test_of_choices_only_the_first_that_was_picked_is_what_the_words_meant(lately, told):
    lately.asked(1, answer("q", None, "a", "b"))
    for entry in ("a", "b"):
        lately.opened(1, entry)
        lately.voted(1, entry, helpful=True)
    assert told.rows == [(1, "q", "retry", "a")]


def test_without_a_question_nothing_is_told(lately, told):
    lately.opened(1, "e")
    lately.voted(1, "e", helpful=False)
    assert not lately.forget(1)
    assert told.rows == []


def test_only_so_many_members_are_held(clock, told):
    lately = Lately(clock, told, members=1)
    for member in (1, 2):
        lately.asked(member, answer("q"))
    assert [lately.forget(member) for member in (1, 2)] == [False, True]
