"""What one changed file would do, found in another process."""

import asyncio
import os
from pathlib import Path

import pytest

from bot.curation import whatif
from bot.curation.whatif import what_if
from bot.errors import BotError, KnowledgeError, UsageError
from bot.settings import Settings
from tests.curation.conftest import FILES, FRUIT
from tests.folders import TODAY, entry_text, write_folder

STOLEN = "cake recipe with cherry please"
GREEDY = entry_text("Pear", [*FRUIT["pear"], f"{STOLEN} now"])


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "knowledge", FILES | {"questions/dev.md": f"- {STOLEN} -> cherry\n"})


@pytest.fixture
def try_out(folder, tmp_path):
    """Tries a text as a file of the folder."""
    settings = Settings(data_dir=tmp_path / "data")
    return lambda file, text, recent=(): what_if(folder, file, text, recent, settings, TODAY)


def files_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


async def test_a_file_that_steals_a_question_is_caught_and_the_folder_is_left_alone(folder, try_out):
    before = files_of(folder)
    found = await try_out("fruit/pear.md", GREEDY, [f"{STOLEN} today", "is an apple sweet"])
    assert (found.is_new, found.entry.title) == (False, "Pear")
    assert [loss.sentence for loss in found.diff.losses] == ["cherry loses 1 question to pear"]
    assert [(move.question, move.taker) for move in found.diff.of_recent] == [(f"{STOLEN} today", "pear")]
    assert files_of(folder) == before


async def test_a_new_file_shows_its_problems_alone_and_what_it_newly_answers(folder, try_out):
    write_folder(folder, {"fruit/broken.md": "no header"})
    fig = entry_text("Fig", ["where do figs grow", "is a fig sweet"], sources=(), related="aple")
    found = await try_out("fruit/fig.md", fig, ["where do figs grow"])
    assert found.is_new
    assert {problem.code for problem in found.problems} >= {"no-sources", "unknown-entry"}
    assert {problem.file for problem in found.problems} == {"fruit/fig.md"}
    assert [move.question for move in found.diff.newly_answered] == ["where do figs grow"]


@pytest.mark.parametrize(("file", "text"), [("fruit/fig.md", "no header"), ("other/pear.md", GREEDY)])
async def test_a_file_that_could_not_be_served_has_problems_and_no_comparison(try_out, file, text):
    found = await try_out(file, text)
    assert (found.entry, found.diff) == (None, None)
    assert found.problems


@pytest.mark.parametrize(
    "file",
    [
        "",
        "pear.md",
        "../pear.md",
        "/etc/pear.md",
        "a/b/c.md",
        "facts/x.md",
        "questions/dev.md",
        "Fruit/Pear.md",
        "a/b.md\n",
    ],
)
async def test_only_the_place_of_an_entry_can_be_tried(try_out, file):
    with pytest.raises(UsageError):
        await try_out(file, GREEDY)


async def test_a_folder_that_is_gone_is_said_in_a_sentence(folder, try_out):
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(KnowledgeError):
        await try_out("fruit/pear.md", GREEDY)


def alive(pid):
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are seen through /proc")
async def test_who_is_cancelled_leaves_no_process_and_no_copy_behind(try_out, monkeypatch, tmp_path):
    started, begun = [], asyncio.Event()
    create = asyncio.create_subprocess_exec

    async def seen(*command, **options):
        started.append(await create(*command, **options))
        begun.set()
        return started[-1]

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(asyncio, "create_subprocess_exec", seen)
    task = asyncio.create_task(try_out("fruit/pear.md", GREEDY))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not alive(started[0].pid)
    assert not list(tmp_path.glob("what-if-*"))


async def test_one_is_tried_at_a_time(try_out, monkeypatch):
    running, most = 0, 0

    async def tried(*_):
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1

    monkeypatch.setattr(whatif, "_tried", tried)
    await asyncio.gather(*(try_out("fruit/pear.md", GREEDY) for _ in range(3)))
    assert most == 1


async def test_the_other_process_holds_no_secret(try_out, monkeypatch):
    monkeypatch.setenv("DISCORD_TOKEN", "a-made-up-token")
    seen = []
    create = asyncio.create_subprocess_exec

    async def watched(*command, **options):
        seen.append(options["env"])
        return await create(*command, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", watched)
    await try_out("fruit/fig.md", "no header")
    assert "a-made-up-token" not in [value for env in seen for value in env.values()]
    assert os.environ["PATH"] in [env["PATH"] for env in seen]


async def test_what_takes_too_long_is_given_up_with_a_sentence(try_out, monkeypatch):
    monkeypatch.setattr(whatif, "LONGEST", 0.01)
    with pytest.raises(BotError, match="too long"):
        await try_out("fruit/pear.md", GREEDY)


@pytest.mark.parametrize(("printed", "code"), [(b"", 0), (b"{", 1), (b"[]", 0), (b"{}", 2), (b"{}", -9)])
def test_a_process_that_failed_is_said_in_a_sentence(printed, code):
    with pytest.raises(BotError, match="could not be compared"):
        whatif._parsed(printed, code)
