"""The served version changes as a whole, when the files are in order, and can be taken back."""

import asyncio
import errno
import os
import shutil
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.answering import Outcome as Result
from bot.answering.frozen import Frozen
from bot.curation.incidents import Act, Proposal, opening
from bot.curation.serving import Changes, Outcome, Serving
from bot.curation.starting import STATE
from bot.curation.versions import Versions
from bot.errors import KnowledgeError
from tests.curation.small import entry, write, write_small
from tests.curation.stands import SLASHED, WHERE, Ticking, body, change, said, serving, without_processes

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


async def test_a_changed_file_is_served_after_a_reload_and_the_change_is_told(folder, data):
    async with serving(folder, data) as found:
        assert await body(found) == "From fees."
        change(folder, "From AVS fees.")
        write(folder, "risk/more.md", entry("More", "what else can go wrong", "Code."))
        (folder / "exits/queue.md").unlink()
        report = await found.reload()
        assert report.outcome is Outcome.TAKEN
        assert report.changes == Changes(("more",), ("rewards",), ("queue",))
        assert await body(found) == "From AVS fees."
        assert report.version == found.desk.library_version


async def test_nothing_new_is_not_taken_over(folder, data):
    async with serving(folder, data) as found:
        before = found.desk.edition
        assert (await found.reload()).outcome is Outcome.SAME
        assert found.desk.edition is before


BROKEN = {
    "a file that was half written": ("yield/rewards.md", "---\nstatus: publ"),
    "a file that is empty": ("yield/rewards.md", ""),
    "a slip in a name": ("yield/rewards.md", entry("T", WHERE, "A.").replace("reviewed:", "reviewd:")),
    "a lesser problem": ("yield/rewards.md", entry("T", WHERE, "A.", more="caveats: nothing-known\n")),
    "a slip in the facts": ("facts/protocols.toml", "[alpha\n"),
}


@pytest.mark.parametrize("what", BROKEN)
async def test_on_any_problem_the_old_version_stays_and_file_line_and_cure_are_told(folder, data, what):
    file, text = BROKEN[what]
    async with serving(folder, data) as found:
        before = found.desk.library_version
        write(folder, file, text)
        report = await found.reload()
        assert report.outcome is Outcome.REFUSED
        assert before in report.sentence
        assert {problem.file for problem in report.problems} == {file}
        assert all(problem.line >= 1 and problem.message for problem in report.problems)
        assert await body(found) == "From fees."
        change(folder, "Mended.")
        write_small_facts(folder)
        assert (await found.reload()).outcome is Outcome.TAKEN


def write_small_facts(folder: Path) -> None:
    write(folder, "facts/protocols.toml", '[alpha]\nname = "Alpha"\n')


async def test_only_the_cause_is_told_and_not_what_follows_from_it(folder, data):
    write(folder, "a/first.md", entry("First", "what is first", "It.", more="related: rewards\n"))
    async with serving(folder, data) as found:
        write(folder, "yield/rewards.md", "---\n")
        report = await found.reload()
        assert {problem.file for problem in report.problems} == {"yield/rewards.md"}


async def test_what_was_wrong_at_the_start_does_not_keep_out_what_is_mended(folder, data):
    write(folder, "a/odd.md", entry("Odd", "what is odd", "It.", more="caveats: nothing-known\n"))
    async with serving(folder, data) as found:
        text = (folder / "a/odd.md").read_text()
        write(folder, "a/odd.md", text.replace("status", "# a line more, so that all others move\nstatus"))
        change(folder, "Changed.")
        if (await found.reload()).outcome is Outcome.REFUSED:
            write(folder, "a/odd.md", text)  # comments in headers are not for this test
            assert (await found.reload()).outcome is Outcome.TAKEN
        assert await body(found) == "Changed."


async def test_a_folder_that_has_vanished_or_is_empty_changes_nothing(folder, data, tmp_path):
    async with serving(folder, data) as found:
        folder.rename(tmp_path / "away")
        gone = await found.reload()
        assert gone.outcome is Outcome.REFUSED
        assert "There is no knowledge folder" in gone.sentence
        folder.mkdir()
        assert "no published entry" in (await found.reload()).sentence
        assert await body(found) == "From fees."
        folder.rmdir()
        (tmp_path / "away").rename(folder)
        assert (await found.reload()).outcome is Outcome.SAME


async def test_a_link_out_of_the_folder_is_refused(folder, data, tmp_path):
    write(tmp_path, "elsewhere/secret.md", entry("Secret", "what is the secret", "Not for members."))
    async with serving(folder, data) as found:
        (folder / "yield/secret.md").symlink_to(tmp_path / "elsewhere/secret.md")
        report = await found.reload()
        assert [(one.file, one.code) for one in report.problems] == [("yield/secret.md", "outside-folder")]
        assert "secret" not in found.desk.library.entries


async def test_a_file_of_ten_megabytes_is_refused(folder, data):
    async with serving(folder, data) as found:
        write(folder, "yield/huge.md", "x" * 10 * 1024 * 1024)
        report = await found.reload()
        assert [(one.file, one.code) for one in report.problems] == [("yield/huge.md", "too-large")]
        assert not [path for path in data.rglob("*") if path.is_file() and path.stat().st_size > 1024 * 1024]


async def test_two_reloads_at_once_are_two_one_after_the_other(folder, data):
    async with serving(folder, data) as found:
        change(folder, "Once.")
        first, second = await asyncio.gather(found.reload(), found.reload())
        assert (first.outcome, second.outcome) == (Outcome.TAKEN, Outcome.SAME)
        assert first.version == second.version == found.desk.library_version


async def test_members_are_answered_while_another_version_is_read(folder, data, monkeypatch):
    async with serving(folder, data) as found:
        change(folder, "New.")
        task = asyncio.create_task(found.reload())
        bodies = set()
        while not task.done():
            bodies.add(await body(found))
            await asyncio.sleep(0)
        assert "From fees." in bodies
        assert bodies <= {"From fees.", "New."}
        assert await body(found) == "New."


async def test_a_full_disk_keeps_no_copy_but_serves_the_new_version(folder, data, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with serving(folder, data) as found:
        monkeypatch.setattr(Versions, "copy", full)
        change(folder, "New.")
        report = await found.reload()
        assert report.outcome is Outcome.TAKEN
        assert not report.kept
        assert await body(found) == "New."
        assert found.history() == []


async def test_a_disk_that_is_full_when_the_copy_is_named_leaves_nothing_half_done(folder, data, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async with serving(folder, data) as found:
        await found.reload()
        monkeypatch.setattr(Path, "rename", full)
        change(folder, "New.")
        report = await found.reload()
        assert (report.outcome, report.kept) == (Outcome.TAKEN, False)
        assert await body(found) == "New."
        assert len(found.history()) == 1
        assert not list(data.glob("versions/*/.new*"))


async def test_an_earlier_version_is_served_again_until_the_files_change(folder, data):
    async with serving(folder, data) as found:
        await found.reload()
        good = found.desk.library_version
        change(folder, "Wrong.")
        await found.reload()
        assert (await found.rollback(good)).outcome is Outcome.TAKEN
        assert await body(found) == "From fees."
        assert (await found.reload(asked=False)).outcome is Outcome.SAME
        assert await body(found) == "From fees."
        change(folder, "Right.")
        assert (await found.reload(asked=False)).outcome is Outcome.TAKEN
        assert await body(found) == "Right."


async def test_a_moderator_can_take_the_files_although_an_earlier_version_is_held(folder, data):
    async with serving(folder, data) as found:
        await found.reload()
        good = found.desk.library_version
        change(folder, "Wrong.")
        await found.reload()
        await found.rollback(good)
        await found.reload()
        assert await body(found) == "Wrong."
        assert found.decisions.pin is None


async def test_versions_and_the_one_that_is_held_survive_a_restart(folder, data):
    clock = Ticking()
    async with serving(folder, data, clock) as found:
        await found.reload()
        good = found.desk.library_version
        change(folder, "Wrong.")
        await found.reload()
        await found.rollback(good)
        names = [kept.version for kept in found.history()]
    async with serving(folder, data, clock) as again:
        assert await body(again) == "From fees."
        assert [kept.version for kept in again.history()] == names
        assert good in again.notice
        assert again.folder.is_relative_to(data)
    change(folder, "Right.")
    async with serving(folder, data, clock) as later:
        assert await body(later) == "Right."
        assert later.decisions.pin is None


async def test_there_are_ten_versions_to_go_back_to(folder, data):
    async with serving(folder, data) as found:
        for number in range(12):
            change(folder, f"Version {number}.")
            await found.reload()
        history = found.history()
        assert len(history) == 10
        await found.rollback(history[-1].version)
        assert await body(found) == "Version 2."


@pytest.mark.parametrize("name", ["", "nothing", "../../etc"])
async def test_a_version_that_was_not_kept_is_refused(folder, data, name):
    async with serving(folder, data) as found:
        await found.reload()
        assert (await found.rollback(name)).outcome is Outcome.REFUSED


async def test_a_copy_that_somebody_has_changed_is_not_served(folder, data):
    async with serving(folder, data) as found:
        await found.reload()
        (kept,) = found.history()
        change(folder, "New.")
        await found.reload()
        write(kept.folder, "yield/rewards.md", entry("Where rewards come from", WHERE, "Send me your phrase."))
        report = await found.rollback(kept.version)
        assert report.outcome is Outcome.REFUSED
        assert "damaged" in report.sentence
        assert await body(found) == "New."


@pytest.mark.parametrize("broken", [True, False])
async def test_a_start_with_broken_files_serves_the_last_good_version(folder, data, tmp_path, broken):
    clock = Ticking()
    async with serving(folder, data, clock) as found:
        await found.reload()
        good = found.desk.library_version
    if broken:
        write(folder, "yield/rewards.md", "---\n")
    else:
        folder.rename(tmp_path / "away")
    async with serving(folder, data, clock) as again:
        assert await body(again) == "From fees."
        assert good in again.notice
        assert (await again.reload(asked=False)).outcome is Outcome.REFUSED


async def test_a_first_start_with_a_broken_file_serves_the_rest_and_one_with_nothing_is_refused(folder, data, tmp_path):
    write(folder, "yield/rewards.md", "---\n")
    async with serving(folder, data) as found:
        assert set(found.desk.library.entries) == {"slashing", "queue"}
        assert "yield/rewards.md" in found.notice
    with pytest.raises(KnowledgeError):
        async with serving(tmp_path / "nothing", data):
            pass


async def test_what_is_frozen_and_declared_survives_restarts_and_reloads(folder, data):
    clock = Ticking()
    async with serving(folder, data, clock) as found:
        await found.freeze(Frozen().with_entry("rewards"))
        case = opening(found.desk.library.facts, ["alpha"], "Stopped", "Alpha has stopped.", clock().date())
        await found.propose(Proposal("p1", Act.OPEN, case, "one", clock()))
        assert not (await said(found, SLASHED)).banners
        await found.confirm("p1", "two")
        assert (await said(found, SLASHED)).banners == ("Alpha has stopped.",)
        change(folder, "New.")
        await found.reload()
        assert (await said(found, WHERE)).outcome is Result.NO_ANSWER
        assert (await said(found, SLASHED)).banners == ("Alpha has stopped.",)
    async with serving(folder, data, clock) as again:
        assert (await said(again, WHERE)).outcome is Result.NO_ANSWER
        assert (await said(again, SLASHED)).banners == ("Alpha has stopped.",)
        await again.freeze(Frozen())
        assert await body(again) == "New."


async def test_decisions_that_cannot_be_read_are_told_and_stop_nothing(folder, data, caplog):
    async with serving(folder, data) as found:
        await found._memory.set_state(STATE, "{")
    async with serving(folder, data) as again:
        assert await body(again) == "From fees."
    assert "cannot be read" in caplog.text


@asynccontextmanager
async def watched(found: Serving):
    reports: list = []

    async def told(report):
        reports.append(report)

    found.observers.append(told)
    task = asyncio.create_task(found.watch(settled=0.02, look_every=0.05))
    try:
        for _ in range(500):
            if found.history():
                break
            await asyncio.sleep(0.01)
        yield reports
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until(condition) -> None:
    for _ in range(1500):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")


async def test_a_saved_file_is_served_by_itself_and_observers_are_told(folder, data):
    async with serving(folder, data) as found, watched(found) as reports:
        change(folder, "New.")
        await until(lambda: reports)
        assert reports[0].changes.changed == ("rewards",)
        assert await body(found) == "New."


async def test_a_refusal_is_told_once_and_the_mended_file_is_served(folder, data):
    async with serving(folder, data) as found, watched(found) as reports:
        write(folder, "yield/rewards.md", "---\n")
        await until(lambda: reports)
        (folder / "yield/rewards.md").touch()
        await asyncio.sleep(0.3)
        assert [report.outcome for report in reports] == [Outcome.REFUSED]
        change(folder, "Mended.")
        await until(lambda: len(reports) > 1)
        assert await body(found) == "Mended."


async def test_a_folder_that_is_exchanged_as_a_whole_is_noticed(folder, data, tmp_path):
    async with serving(folder, data) as found, watched(found) as reports:
        other = write_small(tmp_path / "other")
        change(other, "Exchanged.")
        folder.rename(tmp_path / "before")
        other.rename(folder)
        await until(lambda: any(report.outcome is Outcome.TAKEN for report in reports))
        assert await body(found) == "Exchanged."
        change(folder, "And changed again.")
        await until(lambda: len([one for one in reports if one.outcome is Outcome.TAKEN]) > 1)


async def test_what_changed_while_the_process_started_is_served_too(folder, data):
    async with serving(folder, data) as found:
        change(folder, "In between.")
        async with watched(found) as reports:
            await until(lambda: reports)
        assert await body(found) == "In between."


async def test_drawings_are_taken_from_the_version_that_is_served(folder, data):
    async with serving(folder, data) as found:
        assert found.folder == folder
        await found.reload()
        assert found.folder.is_relative_to(data)
        shutil.rmtree(folder)
        assert (found.folder / "yield" / "rewards.md").exists()


async def test_ten_thousand_files_are_served_and_answers_go_on_meanwhile(folder, data):
    async with serving(folder, data) as found:
        for number in range(10_000):
            syllables = (f"{'bdfghklmnp'[int(digit)]}{'aeiou'[int(digit) % 5]}" for digit in f"{number:04}")
            name = "".join(syllables)
            text = entry(f"On {name} {number}", f"what is {name} number {number}", f"It is {name}.")
            write(folder, f"topic-{number % 20}/e{number}.md", text)
        task = asyncio.create_task(found.reload())
        answered = 0
        while not task.done():
            answered += await body(found) == "From fees."
            await asyncio.sleep(0.01)
        assert answered > 10
        assert len(task.result().changes.added) == 10_000
        assert (await said(found, "what is kepaneka number 4321")).candidates
