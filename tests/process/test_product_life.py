"""The whole bot from its start to its end, and what stands in its way."""

import asyncio
import os
import re
import shutil
import signal
from pathlib import Path

import pytest

from bot import __version__
from tests.process.product import BOT, CALLBACK, TOKEN, contents, environment, posted, rows, shown
from tests.standin import Fault, StandIn, launch, problems
from tests.standin.launch import CHECKOUT, spawn, start

COMMANDS = "/applications/*/commands"
WITHIN_SECONDS = 2.0
NORMAL_CLOSE = 1000


async def struck(fault: Fault, within: float = 10.0) -> None:
    """Wait until a planned fault holds up a request."""
    async with asyncio.timeout(within):
        while not fault.struck:  # noqa: ASYNC110 - a fault is plain data that wakes nobody
            await asyncio.sleep(0.005)


def log_lines(stderr: str) -> list[str]:
    """Level, place and text of every line of a log, without the time and what changes from day to day."""
    lines = [re.fullmatch(r"[\d-]{10} [\d:,]{12} (.*)", line) for line in stderr.splitlines()]
    assert all(lines), stderr
    return [re.sub(r"\b[0-9a-f]{12}\b", "VERSION", line[1]) for line in lines if line]


def informed(stderr: str) -> list[str]:
    """The lines of level INFO, which have no level above them but what is to mend in the small knowledge folder."""
    lines = log_lines(stderr)
    assert all(line.startswith(("INFO ", "WARNING bot.knowledge: ")) for line in lines)
    return [line.removeprefix("INFO ") for line in lines if line.startswith("INFO ")]


def children(pid: int) -> list[int]:
    """The processes that a process started; skips the test where the system does not tell."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.exists():
        pytest.skip("this system does not tell the children of a process")
    return [int(child) for child in listed.read_text().split()]


async def test_an_operator_reads_a_handful_of_lines_and_commands_are_sent_once(discord, data, knowledge):
    env = environment(data, knowledge)
    async with launch(discord, BOT, env) as first:
        await first.wait_for_output("is trained")
    async with launch(discord, BOT, env) as second:
        await (await discord.member.slash("about")).message()
    assert len(discord.requests.matching("PUT", COMMANDS)) == 1
    started = f"bot.cli: restaking-bot {__version__} starts."
    begin = [started, "bot.knowledge: Knowledge VERSION holds 7 published entries."]
    connected, end = "bot.cogs: Connected to Discord as bot; servers: 1.", "bot.cogs: Stopping."
    *lines, trained, last = sorted(informed(first.stderr), key=lambda line: ("is trained" in line) + 2 * (line == end))
    assert lines == [*begin, "bot.cogs: Sent 11 commands to Discord.", connected]
    assert (trained, last) == ("bot.knowledge: The matcher is trained on knowledge VERSION.", end)
    known = "bot.cogs: Discord has the commands already; none of them changed."
    assert informed(second.stderr) == [*begin, known, connected, end]


async def test_commands_are_sent_again_when_the_bot_moves_to_another_application(discord, data, knowledge):
    async with StandIn(validator=problems, token=TOKEN) as other:
        for standin in (discord, other):
            async with launch(standin, BOT, environment(data, knowledge)):
                assert len(standin.requests.matching("PUT", COMMANDS)) == 1


async def test_commands_that_discord_did_not_take_are_sent_at_the_next_start(discord, data, knowledge):
    discord.faults.add("PUT", COMMANDS, status=503)
    for statuses in ([503], [503, 200]):
        async with launch(discord, BOT, environment(data, knowledge)):
            assert [sent.status for sent in discord.requests.matching("PUT", COMMANDS)] == statuses


async def test_a_button_works_after_the_bot_was_started_again(discord, data, knowledge):
    async with launch(discord, BOT, environment(data, knowledge)):
        message = await (await discord.member.slash("ask", question="what is restaking")).message()
    async with launch(discord, BOT, environment(data, knowledge)):
        pressed = await discord.member.click(message, "More")
        assert "delegated to an operator" in shown(await pressed.message())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_bot_in_time_with_everything_closed_and_written(discord, data, knowledge, number):
    bot = await start(discord, BOT, environment(data, knowledge))
    message = await (await discord.member.slash("ask", question="What is restaking?")).message()
    await (await discord.member.click(message, "Helpful")).message()
    said = await discord.member.dm.say("best pizza in rome")
    await posted(discord, said)
    exit_ = await bot.signal(number)
    assert exit_.code == 0
    assert exit_.seconds < WITHIN_SECONDS
    closed = await discord.gateway.journal.wait_for(lambda event: event.kind == "DISCONNECT")
    assert closed.detail == NORMAL_CLOSE
    assert "Traceback" not in bot.stderr
    assert rows(data, "select text, outcome, entry, face from questions order by id") == [
        ("what is restaking", "answer", "what-is-restaking", "slash"),
        ("best pizza in rome", "no_answer", None, "dm"),
    ]
    assert rows(data, "select entry, helpful from feedback") == [("what-is-restaking", 1)]
    assert rows(data, "select text, kind from unmet") == [("best pizza in rome", "gap")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_while_the_bot_still_loads_ends_it_quietly(discord, data, knowledge, number):
    bot = await spawn(discord, BOT, environment(data, knowledge))
    await bot.wait_for_output("starts.")
    exit_ = await bot.signal(number)
    assert exit_.code == 0
    assert exit_.seconds < WITHIN_SECONDS
    assert "Traceback" not in bot.stderr


@pytest.mark.parametrize(("method", "path"), [("GET", "/users/@me"), ("PUT", COMMANDS), ("GET", "/gateway/bot")])
async def test_a_signal_while_the_bot_waits_for_discord_ends_it_quietly(discord, data, knowledge, method, path):
    fault = discord.faults.add(method, path, delay=3.0)
    bot = await spawn(discord, BOT, environment(data, knowledge))
    await struck(fault)
    exit_ = await bot.terminate()
    assert exit_.code == 0
    assert exit_.seconds < WITHIN_SECONDS
    assert "Traceback" not in bot.stderr


async def test_the_bot_ends_in_time_when_discord_does_not_take_its_answer(discord, data, knowledge):
    bot = await start(discord, BOT, environment(data, knowledge))
    fault = discord.faults.add("POST", CALLBACK, delay=3.0)
    await discord.member.slash("ask", question="what is restaking")
    await struck(fault)
    exit_ = await bot.terminate()
    assert exit_.code == 0
    assert exit_.seconds < WITHIN_SECONDS
    assert rows(data, "select entry from questions") == [("what-is-restaking",)]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"status": 401}, "Discord refused DISCORD_TOKEN; copy the token again from the developer portal."),
        ({"status": 403}, "Discord could not be reached (HTTP status 403); check the network, then start again."),
        (
            {"drop": True, "times": None},
            "Discord could not be reached (ServerDisconnectedError); check the network, then start again.",
        ),
    ],
)
async def test_a_bot_that_discord_does_not_let_in_ends_with_one_sentence(discord, data, knowledge, fault, sentence):
    discord.faults.add("GET", "/users/@me", **fault)
    bot = await spawn(discord, BOT, environment(data, knowledge, LOG_LEVEL="ERROR"))
    assert await bot.ended() == 1
    assert bot.stderr == f"{sentence}\n"


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [
        ("absent", "There is no knowledge folder called 'absent'."),
        ("empty", "The knowledge folder 'empty' holds no published entry."),
    ],
)
async def test_a_bot_without_knowledge_ends_with_one_sentence(discord, data, tmp_path, folder, sentence):
    (tmp_path / "empty").mkdir()
    bot = await spawn(discord, BOT, environment(data, tmp_path / folder, LOG_LEVEL="ERROR"))
    assert await bot.ended() == 1
    assert bot.stderr == f"{sentence}\n"
    assert len(discord.requests) == 0


async def test_a_broken_file_is_named_with_its_line_and_the_rest_is_served(discord, data, knowledge, tmp_path):
    folder = shutil.copytree(knowledge, tmp_path / "knowledge")
    broken = folder / "basics" / "operators.md"
    broken.write_text(broken.read_text().replace("status: published", "status: publshed"))
    async with launch(discord, BOT, environment(data, folder)) as bot:
        card = await (await discord.member.slash("about")).message()
        answer = await (await discord.member.slash("ask", question="what is restaking")).message()
    assert "6 reviewed entries" in shown(card)
    assert "staked ETH also secures other services" in shown(answer)
    assert re.search(r" WARNING bot\.knowledge: basics/operators\.md:2: .*published", bot.stderr)


async def test_a_data_folder_that_cannot_be_used_is_told_once_and_costs_no_answer(discord, tmp_path, knowledge):
    (tmp_path / "file").write_text("in the way")
    bot = await start(discord, BOT, environment(tmp_path / "file" / "data", knowledge))
    asked = await discord.member.slash("ask", question="what is restaking")
    assert "staked ETH also secures other services" in shown(await asked.message())
    privacy = await (await discord.member.slash("privacy")).message()
    assert "I cannot reach my records at the moment" in shown(privacy)
    await bot.wait_for_output("is trained")
    lines = [line for line in log_lines(bot.stderr) if not line.startswith(("INFO ", "WARNING bot.knowledge: "))]
    told, kept = lines
    assert re.search(r"^ERROR .*memory .*does not work now: .* The bot goes on without it\.", told)
    assert kept.startswith("WARNING bot.curation: The trained classifier cannot be kept")
    exit_ = await bot.terminate()
    assert exit_.code == 0
    assert exit_.seconds < WITHIN_SECONDS


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The knowledge that is shipped; training on it takes a second or two."""
    return shutil.copytree(CHECKOUT / "knowledge", tmp_path_factory.mktemp("shipped") / "knowledge")


async def test_the_bot_answers_while_it_trains_and_keeps_what_it_trained(discord, data, shipped):
    async with launch(discord, BOT, environment(data, shipped)) as bot:
        answer = await (await discord.member.slash("ask", question="what is restaking")).message()
        assert "what-is-restaking" in shown(answer)
        assert "is trained" not in bot.stderr
        await bot.wait_for_output("is trained", 60.0)
        async with asyncio.timeout(60.0):
            while children(bot.pid):  # noqa: ASYNC110 - it measures what it trained, and wakes nobody
                await asyncio.sleep(0.05)
    (model,) = (data / "models").glob("*.npz")
    assert model.stat().st_size > 1000
    async with launch(discord, BOT, environment(data, shipped)) as again:
        assert children(again.pid) == []
    assert "WARNING" not in again.stderr


async def test_the_training_ends_with_the_bot(discord, data, shipped):
    bot = await start(discord, BOT, environment(data, shipped))
    (trainer,) = children(bot.pid)
    exit_ = await bot.terminate()
    assert exit_.code == 0
    assert exit_.seconds < WITHIN_SECONDS
    assert "Traceback" not in bot.stderr
    with pytest.raises(ProcessLookupError):
        os.kill(trainer, 0)
    assert [name for name, _ in contents(data) if name.startswith("models")] == []
