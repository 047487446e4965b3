"""`knowledge gaps` as a moderator runs it, on a data folder that the bot wrote."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import main
from bot.knowledge import Status, read_library
from bot.storage import Memory
from tests.folders import TODAY

Printed = pytest.CaptureFixture[str]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
INSURED = ("can i insure my stake", "insure stake how", "is it possible to insure a stake")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a gap of three members and a question of one."""
    path = tmp_path / "data"
    monkeypatch.setenv("BOT_DATA_DIR", str(path))
    monkeypatch.setattr("bot.workshop.gaps.utc_now", lambda: NOW)
    asyncio.run(_recorded(path))
    return path


async def _recorded(path: Path) -> None:
    async with Memory(path, clock=lambda: NOW) as memory:
        for member, text in enumerate(INSURED):
            memory.record_unmet(text, kind="gap", entry=None, asker=41000 + member)
            memory.record_unmet(f"punish words {text}", kind="retry", entry="what-is-slashing", asker=41000 + member)
        memory.record_unmet("xylophonica lessons for brumblewick", kind="gap", entry=None, asker=41007)
        assert await memory.flush()


def run(folder: Path, *options: str) -> int:
    return main(["knowledge", "gaps", "--knowledge", str(folder), *options])


def ids_of(folder: Path, capsys: Printed) -> dict[str, str]:
    """The kinds of the groups to their ids."""
    assert run(folder, "--json") == 0
    return {"+".join(group["kinds"]): group["id"] for group in json.loads(capsys.readouterr().out)["groups"]}


def test_gaps_prints_what_three_members_asked_and_nothing_of_what_one_did(folder: Path, data: Path, capsys: Printed):
    assert run(folder) == 0
    printed = capsys.readouterr().out
    assert "3 members" in printed
    assert INSURED[0] in printed
    assert "1 recorded question stays hidden" in printed
    for hidden in ("xylophonica", "brumblewick", "lessons", "41000"):
        assert hidden not in printed


def test_gaps_as_json_has_no_members_either(folder: Path, data: Path, capsys: Printed):
    assert run(folder, "--json") == 0
    printed = capsys.readouterr().out
    told = json.loads(printed)
    assert (told["hidden"], told["k"], told["today"]) == (1, 3, "2026-11-22")
    assert {group["askers"] for group in told["groups"]} == {3}
    assert not set(told["groups"][0]) & {"asker", "key"}
    assert "brumblewick" not in printed


def test_gaps_tells_the_lines_to_add_and_the_file(folder: Path, data: Path, capsys: Printed):
    assert run(folder) == 0
    printed = capsys.readouterr().out
    assert "add to slashing/what-is-slashing.md under '## Questions'" in printed


def test_a_draft_is_printed_and_nothing_is_written(folder: Path, data: Path, capsys: Printed):
    group = next(iter(ids_of(folder, capsys).values()))
    before = sorted(folder.rglob("*"))
    assert run(folder, "--draft", group) == 0
    assert capsys.readouterr().out.startswith(f"---\n# From gap {group}: 3 members")
    assert sorted(folder.rglob("*")) == before


def test_a_draft_is_written_where_it_is_asked_for_and_never_over_a_file(folder: Path, data: Path, capsys: Printed):
    group = next(iter(ids_of(folder, capsys).values()))
    assert run(folder, "--draft", group, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert run(folder, "--draft", group[:6].upper(), "--write") == 0
    assert capsys.readouterr().out == f"knowledge/{told['file']} is ready. What to fill in stands at its top.\n"
    assert (folder / told["file"]).read_text(encoding="utf-8") == told["text"]
    entry = read_library(folder, TODAY).library.entries[Path(told["file"]).stem]
    assert entry.status is Status.DRAFT
    broken = folder / told["file"]
    broken.write_text("not an entry", encoding="utf-8")
    assert run(folder, "--draft", group, "--write") == 2
    assert broken.read_text(encoding="utf-8") == "not an entry"
    assert "exists already" in capsys.readouterr().err


def test_an_id_that_is_not_there_is_wrong_usage_and_the_others_are_named(folder: Path, data: Path, capsys: Printed):
    known = ids_of(folder, capsys)
    assert run(folder, "--draft", "zzzz") == 2
    told = capsys.readouterr().err
    assert told.startswith("There is no group 'zzzz' in the inbox; there are: ")
    assert all(group in told for group in known.values())


@pytest.mark.parametrize("option", ["--write", "--effect"])
def test_options_of_a_draft_without_one_are_wrong_usage(option: str, folder: Path, data: Path, capsys: Printed):
    assert run(folder, option) == 2
    assert "--draft ID" in capsys.readouterr().err


def test_where_the_bot_has_not_run_there_is_nothing_and_no_memory_is_begun(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
):
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path / "fresh"))
    assert run(folder) == 0
    out, err = capsys.readouterr()
    assert out == "0 groups, each of questions by 3 members or more.\n"
    assert err.startswith("Nothing is recorded in 'fresh' yet")
    assert not (tmp_path / "fresh").exists()


def test_a_missing_knowledge_folder_is_one_sentence(tmp_path: Path, capsys: Printed):
    assert run(tmp_path / "gone") == 1
    assert capsys.readouterr() == ("", "There is no knowledge folder called 'gone'.\n")
