"""Edited files in a bot that runs: taken over whole, or not at all, whatever happens to the process meanwhile."""

import asyncio
from pathlib import Path

import pytest

from bot.knowledge import read_library
from tests.folders import TODAY, entry_text
from tests.process.product import BOT, environment, shown
from tests.standin import StandIn, launch
from tests.standin.launch import start

SERVED = "is served now"
KEPT = "versions/*/2*"


def write_both(folder: Path, number: int) -> None:
    """Two entries that must be of one version."""
    for topic, question in (("left", "what stands on the left"), ("right", "what stands on the right")):
        path = folder / "sides" / f"{topic}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".tmp")
        fresh.write_text(entry_text(topic.capitalize(), [question], f"It is version {number}."))
        fresh.replace(path)


async def numbers(discord: StandIn) -> set[str]:
    """What the two entries say now."""
    found = set()
    for side in ("left", "right"):
        answer = shown(await (await discord.member.slash("ask", question=f"what stands on the {side}")).message())
        found.add(answer.partition("It is version ")[2].partition(".")[0])
    return found


def copies(data: Path) -> set[str]:
    """The names of the versions that are kept."""
    return {path.name for path in data.glob(KEPT)}


async def settled(data: Path, before: set[str]) -> None:
    """Wait until the bot that was just started keeps a copy of what it serves, from when on it watches the files;
    `before` are the copies of earlier ones.
    """
    async with asyncio.timeout(60.0):
        while copies(data) <= before:  # noqa: ASYNC110 - a folder of another process wakes nobody
            await asyncio.sleep(0.02)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_both(tmp_path / "knowledge", 1)
    return tmp_path / "knowledge"


async def test_an_edited_file_is_answered_from_without_a_restart_and_a_slip_is_not(discord, data, folder):
    async with launch(discord, BOT, environment(data, folder)) as bot:
        await settled(data, set())
        assert await numbers(discord) == {"1"}
        write_both(folder, 2)
        await bot.wait_for_output(SERVED, 30.0)
        assert await numbers(discord) == {"2"}
        (folder / "sides" / "left.md").write_text("---\nstatus: published\n")
        await bot.wait_for_output("is served as before", 30.0)
        assert await numbers(discord) == {"2"}
    assert "sides/left.md:1:" in bot.stderr
    assert "Traceback" not in bot.stderr


async def test_a_bot_that_is_killed_at_any_moment_of_a_reload_comes_back_with_one_whole_version(discord, data, folder):
    env = environment(data, folder)
    for number, delay in enumerate((0.9, 1.15, 1.3, 1.6, 2.2), start=2):
        before = copies(data)
        bot = await start(discord, BOT, env)
        await settled(data, before)
        write_both(folder, number)
        await asyncio.sleep(delay)
        assert await numbers(discord) in ({str(number - 1)}, {str(number)})
        await bot.kill()
        for kept in data.glob(KEPT):
            assert read_library(kept, TODAY).library.version == kept.name.rpartition("-")[2]
        async with launch(discord, BOT, env) as again:
            assert await numbers(discord) == {str(number)}
        assert "Traceback" not in again.stderr


async def test_after_a_kill_a_folder_that_was_broken_meanwhile_is_answered_from_the_last_good_version(
    discord, data, folder
):
    env = environment(data, folder)
    bot = await start(discord, BOT, env)
    await settled(data, set())
    (folder / "sides" / "right.md").write_text("---\n")
    await asyncio.sleep(1.2)
    await bot.kill()
    async with launch(discord, BOT, env) as again:
        assert await numbers(discord) == {"1"}
        await again.wait_for_output("is served as before")
