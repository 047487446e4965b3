"""What is served when several things happen at once, and when the disk, the clock or a deployment plays tricks."""

import asyncio
import errno
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot import app
from bot.answering import Outcome as Result
from bot.answering.frozen import Frozen
from bot.curation import beside, starting
from bot.curation import serving as served
from bot.curation.incidents import Act, Proposal, closing, opening
from bot.curation.serving import LOGGED, Outcome, Serving
from bot.curation.starting import FORGOTTEN, STATE
from bot.curation.watching import signature
from bot.errors import SettingsError, StorageUnavailable
from bot.matching.matcher import Matcher
from bot.storage import Memory
from tests.curation.small import write, write_small
from tests.curation.stands import SLASHED, WHERE, Ticking, body, change, said, serving, without_processes

INCIDENT = """[alpha-stop]
title = "Stopped"
protocols = ["alpha"]
state = "open"
opened = 2026-11-20
updated = 2026-11-20
paused = ""
banner = "Alpha has stopped."
"""
pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def trained_here(monkeypatch):
    without_processes(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small(tmp_path / "knowledge")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


async def until(condition: Callable[[], object]) -> None:
    for _ in range(1500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


async def went_back(found: Serving, folder: Path) -> str:
    """A wrong version was taken over and moderators went back; gives the version that is held."""
    await found.reload()
    good = found.base.version
    change(folder, "Wrong.")
    await found.reload()
    await found.rollback(good)
    return good


@pytest.fixture
def held_up(monkeypatch):
    """Building an edition waits until the event is set; `begun` is set once it waits."""
    go, begun = asyncio.Event(), asyncio.Event()
    real = Serving._built

    async def built(self, library, folder):
        begun.set()
        await go.wait()
        return await real(self, library, folder)

    monkeypatch.setattr(Serving, "_built", built)
    return go, begun


async def test_what_is_decided_while_another_version_is_built_holds_in_it(folder, data, held_up):
    go, begun = held_up
    clock = Ticking()
    async with serving(folder, data, clock) as found:
        case = opening(found.base.facts, ["alpha"], "Stopped", "Alpha has stopped.", clock().date())
        await found.propose(Proposal("p1", Act.OPEN, case, "one", clock()))
        change(folder, "New.")
        task = asyncio.create_task(found.reload())
        await begun.wait()
        await found.freeze(Frozen().with_entry("rewards"))
        await found.confirm("p1", "two")
        assert (await said(found, SLASHED)).banners == ("Alpha has stopped.",)
        go.set()
        await task
        assert found.base.entries["rewards"].answer == "New."
        assert (await said(found, WHERE)).outcome is Result.NO_ANSWER
        assert (await said(found, SLASHED)).banners == ("Alpha has stopped.",)


async def test_a_reload_that_is_cancelled_in_the_middle_leaves_the_old_version_and_no_lock(folder, data, held_up):
    go, begun = held_up
    async with serving(folder, data) as found:
        change(folder, "New.")
        task = asyncio.create_task(found.reload())
        await begun.wait()
        task.cancel()
        await asyncio.wait([task])
        assert await body(found) == "From fees."
        assert not list(data.glob("versions/*/.new*"))
        go.set()
        assert (await found.reload()).outcome is Outcome.TAKEN


async def test_a_file_that_is_mended_while_moderators_go_back_is_served_afterwards(folder, data, held_up):
    go, begun = held_up
    async with serving(folder, data) as found:
        go.set()
        await found.reload()
        good = found.base.version
        change(folder, "Wrong.")
        await found.reload()
        go.clear()
        begun.clear()
        task = asyncio.create_task(found.rollback(good))
        await begun.wait()
        change(folder, "Mended.")
        go.set()
        await task
        assert (await found.reload(asked=False)).outcome is Outcome.TAKEN
        assert await body(found) == "Mended."


async def test_going_back_neither_closes_an_incident_nor_opens_a_closed_one(folder, data):
    write(folder, "facts/incidents.toml", INCIDENT.replace("alpha", "beta").replace("Alpha", "Beta"))
    clock = Ticking()
    async with serving(folder, data, clock) as found:
        await found.reload()
        good = found.base.version
        closed = 'updated = 2026-11-21\nclosed = 2026-11-21\npaused = ""'
        second = INCIDENT.replace("alpha", "beta").replace("Alpha", "Beta")
        second = second.replace('open"', 'closed"').replace('updated = 2026-11-20\npaused = ""', closed)
        write(folder, "facts/incidents.toml", f"{INCIDENT}\n{second}")
        assert (await found.reload()).outcome is Outcome.TAKEN
        report = await found.rollback(good)
        assert "incidents stay as they were" in report.sentence.casefold()
        incidents = found.desk.library.facts.incidents
        assert {name: case.state for name, case in incidents.items()} == {"alpha-stop": "open", "beta-stop": "closed"}
        assert (await said(found, SLASHED)).banners == ("Alpha has stopped.",)
    async with serving(folder, data, clock) as again:
        assert (await said(again, SLASHED)).banners == ("Alpha has stopped.",)
        case = closing(again.desk.library.facts, "alpha-stop", date(2026, 11, 22))
        await again.propose(Proposal("p1", Act.CLOSE, case, "one", clock()))
        await again.confirm("p1", "two")
        assert (await said(again, SLASHED)).banners == ()
        await again.reload()
        assert (await said(again, SLASHED)).banners == ()


@pytest.mark.parametrize("broken", ["a half-written file", "no folder"])
async def test_a_version_that_moderators_went_back_from_is_not_served_after_a_restart_with_broken_files(
    folder, data, tmp_path, broken
):
    clock = Ticking()
    async with serving(folder, data, clock) as found:
        good = await went_back(found, folder)
    if broken == "no folder":
        folder.rename(tmp_path / "away")
    else:
        write(folder, "risk/slashing.md", "---\nstatus: publ")
    async with serving(folder, data, clock) as again:
        assert await body(again) == "From fees."
        assert again.decisions.pin is not None
        assert again.decisions.pin.version == good


async def test_where_the_held_version_is_damaged_the_files_are_served_and_moderators_are_told(folder, data):
    clock = Ticking()
    async with serving(folder, data, clock) as found:
        await went_back(found, folder)
        write(found.folder, "yield/rewards.md", "---\n")
    async with serving(folder, data, clock) as again:
        assert await body(again) == "Wrong."
        assert "damaged" in again.notice
        assert again.decisions.pin is None


async def test_the_notice_of_a_start_goes_once_the_files_say_what_is_served(folder, data):
    clock = Ticking()
    async with serving(folder, data, clock) as found:
        await found.reload()
    good = (folder / "yield/rewards.md").read_text()
    write(folder, "yield/rewards.md", "---\n")
    async with serving(folder, data, clock) as again:
        await again.reload(asked=False)
        assert "rewards.md" in again.notice
        write(folder, "yield/rewards.md", good)
        assert (await again.reload(asked=False)).outcome is Outcome.SAME
        assert again.notice == ""


async def test_a_notice_of_a_file_that_is_still_broken_stays(folder, data):
    write(folder, "yield/rewards.md", "---\n")
    async with serving(folder, data) as found:
        assert (await found.reload(asked=False)).outcome is Outcome.SAME
        assert "rewards.md" in found.notice


@pytest.mark.parametrize("how", ["refuses", "hangs", "holds something else"])
async def test_decisions_that_cannot_be_read_at_the_start_are_told_to_moderators(folder, data, monkeypatch, how):
    async def refuse(*_):
        raise StorageUnavailable("no")

    async def hang(*_):
        await asyncio.Event().wait()

    monkeypatch.setattr(starting, "PATIENCE", 0.02)
    async with serving(folder, data) as found:
        await found._memory.set_state(STATE, "{")
    if how != "holds something else":
        monkeypatch.setattr(Memory, "_demand", refuse if how == "refuses" else hang)
    async with serving(folder, data) as again:
        assert again.notice == FORGOTTEN
        assert await body(again) == "From fees."


@pytest.mark.parametrize("inside", ["", "data", "facts/data"])
async def test_a_data_folder_within_the_knowledge_folder_is_refused(folder, inside):
    with pytest.raises(SettingsError, match="BOT_DATA_DIR"):
        async with serving(folder, folder / inside):
            pass


@pytest.mark.parametrize("inside", [".data", "_data/bot"])
async def test_a_data_folder_that_no_reader_looks_into_may_lie_there(folder, inside):
    async with serving(folder, folder / inside) as found:
        change(folder, "New.")
        assert (await found.reload()).outcome is Outcome.TAKEN
        assert (await found.reload()).outcome is Outcome.SAME


async def test_a_knowledge_folder_within_the_data_folder_is_served_and_kept(data):
    folder = write_small(data / "knowledge")
    async with serving(folder, data) as found:
        before = await asyncio.to_thread(signature, folder)
        change(folder, "New.")
        assert (await found.reload()).kept
        assert await body(found) == "New."
        assert before != await asyncio.to_thread(signature, folder)


async def test_a_folder_whose_place_a_file_takes_changes_nothing(folder, data, tmp_path):
    async with serving(folder, data) as found:
        folder.rename(tmp_path / "away")
        folder.write_text("no folder")
        assert (await found.reload()).outcome is Outcome.REFUSED
        assert await body(found) == "From fees."


@pytest.mark.parametrize("file", ["data/versions", "data/models"])
async def test_a_file_in_the_place_of_a_folder_of_the_bot_costs_no_answer(folder, data, file):
    async with serving(folder, data) as found:
        (data.parent / file).write_text("in the way")
        change(folder, "New.")
        report = await found.reload()
        assert (report.outcome, report.kept) == (Outcome.TAKEN, "versions" not in file)
        assert await body(found) == "New."


async def test_a_deployment_that_exchanges_a_link_is_noticed_though_sizes_and_times_are_the_same(tmp_path):
    link = tmp_path / "current"
    seen = []
    for number in range(2):
        release = write_small(tmp_path / f"release-{number}")
        for path in release.rglob("*"):
            os.utime(path, (1, 1))
        link.unlink(missing_ok=True)
        link.symlink_to(release)
        seen.append(signature(link))
    assert seen[0] != seen[1]


async def test_a_folder_that_cannot_be_looked_at_is_none_and_ends_nothing(folder, data, monkeypatch):
    real = Path.stat

    def refuse(self, **options):
        if self == folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(self, **options)

    async with serving(folder, data) as found:
        monkeypatch.setattr(Path, "stat", refuse)
        assert signature(folder) is None
        report = await found.reload()
        assert report.outcome is Outcome.REFUSED
        assert "cannot be read" in report.sentence


async def test_a_topic_that_cannot_be_read_is_refused_and_not_taken_for_gone(folder, data, monkeypatch):
    real = os.scandir

    def refuse(path):
        if str(path).endswith("yield"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return real(path)

    async with serving(folder, data) as found:
        monkeypatch.setattr(os, "scandir", refuse)
        report = await found.reload()
        assert report.outcome is Outcome.REFUSED
        assert "'yield'" in report.sentence


async def test_files_are_watched_on_after_one_state_of_them_could_not_be_taken_over(folder, data, monkeypatch, caplog):
    failures = iter([MemoryError("no room")])

    def once(library):
        for error in failures:
            raise error
        return Matcher(library)

    async with serving(folder, data) as found:
        monkeypatch.setattr(app, "WATCH_AGAIN", 0.3)
        monkeypatch.setattr(served, "Matcher", once)
        watch = found.watch
        monkeypatch.setattr(found, "watch", lambda: watch(settled=0.02, look_every=0.05))
        task = asyncio.create_task(app._watch(found))
        await until(found.history)
        change(folder, "Fails.")
        await until(lambda: "could not be taken over" in caplog.text)
        change(folder, "Goes well.")
        await until(lambda: found.base.entries["rewards"].answer == "Goes well.")
        assert await body(found) == "Goes well."
        task.cancel()
        await asyncio.wait([task])


async def test_a_decision_that_could_not_be_written_is_written_later(folder, data, monkeypatch):
    clock = Ticking()
    monkeypatch.setattr(served, "WRITE_AGAIN", 0.02)
    works = asyncio.Event()
    real = Memory.set_state

    async def until_it_works(self, key, value):
        return works.is_set() and await real(self, key, value)

    monkeypatch.setattr(Memory, "set_state", until_it_works)
    async with serving(folder, data, clock) as found:
        assert not await found.freeze(Frozen(True))
        works.set()
        for _ in range(500):
            if await found._memory.get_state(STATE):
                break
            await asyncio.sleep(0.01)
    async with serving(folder, data, clock) as again:
        assert again.decisions.frozen == Frozen(True)


async def test_a_disk_that_hangs_keeps_no_reload_waiting_and_has_the_decision_in_the_end(folder, data, monkeypatch):
    monkeypatch.setattr(served, "PATIENCE", 0.02)
    go = asyncio.Event()
    real = Memory.set_state

    async def hang(self, key, value):
        await go.wait()
        return await real(self, key, value)

    monkeypatch.setattr(Memory, "set_state", hang)
    async with serving(folder, data) as found:
        assert not await found.freeze(Frozen(True))
        change(folder, "New.")
        assert (await found.reload()).outcome is Outcome.TAKEN
        go.set()
        await found._writing
        assert json.loads(await found._memory.get_state(STATE))["frozen"]["everything"]


async def test_of_ten_thousand_problems_the_log_names_some_and_counts_the_others(folder, data, caplog):
    async with serving(folder, data) as found:
        for number in range(LOGGED + 10):
            write(folder, f"yield/e{number}.md", "---\n")
        report = await found.reload()
        assert len(report.problems) == LOGGED + 10
        assert len([one for one in caplog.messages if one.startswith("yield/")]) == LOGGED
        assert "There are 10 more" in caplog.text


class Worker:
    """A process that trains, and does not say when it is done."""

    def __init__(self) -> None:
        self.stdout, self.killed = asyncio.StreamReader(), asyncio.Event()

    async def wait(self) -> int:
        await self.killed.wait()
        self.stdout.feed_eof()
        return 0

    def kill(self) -> None:
        self.killed.set()


@pytest.fixture
def workers(monkeypatch):
    """The processes that were begun, with the folder that each was to train on."""
    begun: list[tuple[Worker, Path]] = []

    async def start(*command, **_):
        begun.append((Worker(), Path(command[-1])))
        return begun[-1][0]

    monkeypatch.setattr(beside.asyncio, "create_subprocess_exec", start)
    return begun


async def test_a_reload_during_the_first_training_does_not_end_it(folder, data, workers):
    async with serving(folder, data) as found:
        learning = asyncio.create_task(found.learn())
        await until(lambda: workers)
        change(folder, "New.")
        reload = asyncio.create_task(found.reload())
        await asyncio.sleep(0.1)
        assert not workers[0][0].killed.is_set()
        workers[0][0].stdout.feed_eof()
        await learning
        await until(lambda: len(workers) > 1)
        workers[1][0].stdout.feed_eof()
        assert (await reload).outcome is Outcome.TAKEN
        await found.close()


async def test_who_trains_and_measures_has_a_folder_that_stays(folder, data, workers):
    async with serving(folder, data) as found:
        change(folder, "New.")
        reload = asyncio.create_task(found.reload())
        await until(lambda: workers)
        workers[0][0].stdout.feed_eof()
        await reload
        assert workers[0][1] == found.folder
        assert (found.folder / "yield" / "rewards.md").exists()
        await found.close()


async def test_a_process_that_never_has_trained_is_given_up(folder, data, workers, monkeypatch):
    monkeypatch.setattr(beside, "LONGEST", 0.05)
    async with serving(folder, data) as found:
        change(folder, "New.")
        assert (await found.reload()).outcome is Outcome.TAKEN
        assert await body(found) == "New."
        assert workers[0][0].killed.is_set()


async def test_two_processes_on_one_data_folder_serve_whole_versions_and_share_their_history(folder, data):
    clock = Ticking()
    async with serving(folder, data, clock) as one, serving(folder, data, clock) as other:
        for number in range(4):
            change(folder, f"Number {number}.")
            first, second = await asyncio.gather(one.reload(), other.reload())
            assert (first.outcome, second.outcome) == (Outcome.TAKEN, Outcome.TAKEN)
            assert len(one.base.entries) == len(other.base.entries) == 3
            assert await body(one) == await body(other) == f"Number {number}."
        names = [kept.version for kept in one.history()]
        assert len(names) == len(set(names)) == 4
        assert (await other.rollback(names[-1])).outcome is Outcome.TAKEN


async def test_threads_beside_the_event_loop_give_way_within_a_fraction_of_a_millisecond():
    before = sys.getswitchinterval()
    try:
        app.take_short_turns()
        assert sys.getswitchinterval() < 0.0001  # tests/benchmarks/reload_cost.py shows why
    finally:
        sys.setswitchinterval(before)
