"""`/strategy`: three questions by menu, the explanation they lead to, and nothing that is kept."""

from datetime import date
from pathlib import Path

import pytest

from bot.answering.desk import Desk
from bot.cogs.strategy import card_after
from bot.knowledge import read_library
from tests.discord.library import write_library
from tests.discord.seen import labels, menus, parts, shown

GUIDE = """
[guide]
title = "Which?"
intro = "Two questions, and nothing is kept."
notice = "This is no advice."
leads = ["need, any -> plain", "wait, soon -> plain", "wait, later -> bold"]
[questions.loss]
ask = "What if it lost 20%?"
placeholder = "What then"
[questions.loss.need]
label = "It would hurt"
because = "It is needed."
cautious = true
[questions.loss.wait]
label = "I would wait"
because = "You can wait."
[questions.soon]
ask = "How soon?"
[questions.soon.soon]
label = "Within a month"
because = "Queues are longer."
cautious = true
[questions.soon.later]
label = "Later"
because = "Queues are shorter."
[explanations.plain]
title = "Plain staking"
say = "Nothing is added."
risks = ["It can fall."]
exits = ["A sale."]
entries = ["exit-queue", "what-is-restaking"]
[explanations.bold]
title = "With leverage"
say = "Something is borrowed."
risks = ["It can fall twice."]
exits = ["The debt comes first."]
entries = ["avs-slashing"]
leverage = true
"""


def write_guided(folder: Path, guide: str) -> Path:
    write_library(folder)
    (folder / "facts").mkdir()
    (folder / "facts" / "strategy.toml").write_text(guide, encoding="utf-8")
    return folder


@pytest.fixture
def guide() -> str:
    return GUIDE


@pytest.fixture
def desk(tmp_path, guide, asked) -> Desk:
    (tmp_path / "guided").mkdir()
    reading = read_library(write_guided(tmp_path / "guided", guide), date(2026, 11, 22))
    return Desk(reading.library, recorder=asked)


@pytest.fixture
async def first(env, channel, alice):
    """The first question, asked of alice."""
    result = await alice.slash(channel, "strategy")
    assert result.ephemeral
    return result.response


async def test_the_first_question_is_asked_of_the_member_alone_with_its_answers(first):
    (menu,) = menus(first)
    assert shown(first) == "Two questions, and nothing is kept.\n### 1 of 2: What if it lost 20%?"
    assert menu["placeholder"] == "What then"
    assert [(option["value"], option["label"]) for option in menu["options"]] == [
        ("need", "It would hurt"),
        ("wait", "I would wait"),
    ]
    assert labels(first) == []


async def test_each_answer_puts_the_next_question_in_the_place_of_the_last(env, channel, alice, first):
    await alice.select(first, ["wait"])
    assert shown(first) == "### 2 of 2: How soon?"
    assert labels(first) == ["Start over"]
    assert channel.history() == []


async def test_the_answers_lead_to_their_explanation_with_risks_exits_and_reasons(alice, first):
    await alice.select(first, ["wait"])
    await alice.select(first, ["later"])
    assert shown(first) == (
        "### With leverage\n**This is no advice.**\nSomething is borrowed.\n"
        "**What can go wrong**\n- It can fall twice.\n"
        "**Ways out**\n- The debt comes first.\n"
        "**Why your answers lead here**\n- **I would wait**: You can wait.\n- **Later**: Queues are shorter."
    )
    assert menus(first) == []


@pytest.mark.parametrize("answers", [("need", "later"), ("need", "soon"), ("wait", "soon")])
async def test_a_cautious_answer_leads_past_leverage(alice, first, answers):
    for answer in answers:
        await alice.select(first, [answer])
    assert "### Plain staking" in shown(first)
    assert "This is no advice." in shown(first)


async def test_the_related_entries_are_opened_from_the_result(alice, first):
    for answer in ("need", "later"):
        await alice.select(first, [answer])
    assert labels(first) == ["How long does a withdrawal take?", "What is restaking?", "Start over"]
    opened = await alice.click(first, label="How long does a withdrawal take?")
    assert opened.ephemeral
    assert "exit queue of the chain" in shown(opened.response)
    assert "### Plain staking" in shown(first)


async def test_one_can_start_over_from_a_question_and_from_the_result(alice, first):
    await alice.select(first, ["wait"])
    await alice.click(first, label="Start over")
    assert "1 of 2" in shown(first)
    for answer in ("need", "later"):
        await alice.select(first, [answer])
    await alice.click(first, label="Start over")
    assert "1 of 2" in shown(first)


async def test_the_answers_survive_a_restart(env, alice, first, build):
    await alice.select(first, ["wait"])
    await env.restart_bot(build())
    await alice.select(first, ["later"])
    assert "### With leverage" in shown(first)


async def test_nothing_of_it_is_kept(env, alice, first, memory, asked):
    for answer in ("need", "later"):
        await alice.select(first, [answer])
    assert asked.questions == []
    assert (await memory.holdings(alice.id)).votes == 0
    assert env.bot._connection._view_store._views == {}


async def test_in_a_direct_message_it_is_plain_and_goes_on_in_place(env):
    bob = env.create_user("bob")
    result = await bob.slash("strategy")
    assert not result.ephemeral
    await bob.select(result.response, ["need"])
    assert "2 of 2" in shown(result.response)


async def test_who_presses_on_a_card_that_others_see_gets_their_own(env, channel, alice):
    await env.bot.get_channel(channel.id).send(view=card_after(env.bot, ()))
    public = channel.last_message
    result = await alice.select(public, ["wait"])
    assert result.ephemeral
    assert "2 of 2" in shown(result.response)
    assert "1 of 2" in shown(public)


async def test_after_a_change_of_the_questions_an_older_menu_says_so(env, alice, first, desk, monkeypatch, tmp_path):
    (tmp_path / "other").mkdir()
    changed = GUIDE.replace("questions.loss.wait", "questions.loss.stay").replace("wait,", "stay,")
    library = read_library(write_guided(tmp_path / "other", changed), date(2026, 11, 22)).library
    assert library.facts.guide is not None
    monkeypatch.setattr(desk.edition, "library", library)
    await alice.select(first, ["wait"])
    assert shown(first) == "The questions have changed meanwhile. Please start again with `/strategy`."


async def test_after_the_guide_is_gone_an_older_menu_says_so(env, alice, first, desk, monkeypatch, library_folder):
    monkeypatch.setattr(desk.edition, "library", read_library(library_folder, date(2026, 11, 22)).library)
    await alice.select(first, ["wait"])
    assert "no such questions here any more" in shown(first)


async def test_help_and_the_list_of_commands_name_it(env, channel, alice):
    assert "`/strategy`" in shown((await alice.slash(channel, "help")).response)
    (sync,) = [request for request in env.http_requests if request.method == "PUT"]
    (command,) = [command for command in sync.json if command["name"] == "strategy"]
    assert sorted(command["contexts"]) == [0, 1, 2]


class TestAtDiscordsLimits:
    @pytest.fixture
    def guide(self) -> str:
        """As much of everything as the check lets through, and more text than a card holds."""
        wide = "😀" * 50
        names = [f"{'n' * 21}{number:02d}" for number in range(25)]
        sentence = "It can fall in many ways at once, as it did before. "
        lines = [
            "[guide]",
            f'title = "{sentence * 20}"\nintro = "{sentence * 40}"\nnotice = "{sentence * 30}"',
            'leads = ["any, any, any -> all"]',
        ]
        for question in ("one", "two", "three"):
            lines += [f'[questions.{question}]\nask = "{"q" * 150}"\nplaceholder = "{"p" * 150}"']
            for name in names:
                lines += [f'[questions.{question}.{name}]\nlabel = "{wide}"\nbecause = "{sentence * 30}"']
        many = ", ".join([f'"{sentence * 20}"'] * 20)
        lines += [f'[explanations.all]\ntitle = "{sentence * 20}"\nsay = "{sentence * 60}"']
        lines += [f'risks = [{many}]\nexits = [{many}]\nentries = ["what-is-restaking", "operators", "avs-slashing",']
        lines += ['"exit-queue", "alpha-rewards", "beta-rewards"]']
        return "\n".join(lines)

    async def test_three_questions_of_25_long_answers_and_a_long_result_fit(self, env, channel, alice):
        card = (await alice.slash(channel, "strategy")).response
        for _ in range(3):
            (menu,) = menus(card)
            assert len(menu["options"]) == 25
            assert len(menu["custom_id"]) <= 100
            await alice.select(card, [menu["options"][-1]["value"]])
        texts = [part["content"] for part in parts(card) if part["type"] == 10]
        assert sum(len(text.encode("utf-16-le")) // 2 for text in texts) <= 4000
        for heading in ("What can go wrong", "Ways out", "Why your answers lead here"):
            assert f"**{heading}**\n- " in shown(card)
        (menu,) = menus(card)
        assert len(menu["options"]) == 6
        assert labels(card) == ["Start over"]


class TestWithoutTheFile:
    @pytest.fixture
    def desk(self, library_folder, asked) -> Desk:
        return Desk(read_library(library_folder, date(2026, 11, 22)).library, recorder=asked)

    async def test_there_is_no_such_command_and_help_does_not_speak_of_it(self, env, channel, alice):
        (sync,) = [request for request in env.http_requests if request.method == "PUT"]
        assert "strategy" not in {command["name"] for command in sync.json}
        assert "/strategy" not in shown((await alice.slash(channel, "help")).response)


class TestWithABrokenFile:
    @pytest.fixture
    def guide(self) -> str:
        return GUIDE.replace('"wait, soon -> plain", ', "")

    async def test_a_guide_that_leads_some_nowhere_is_not_offered(self, env):
        (sync,) = [request for request in env.http_requests if request.method == "PUT"]
        assert "strategy" not in {command["name"] for command in sync.json}
