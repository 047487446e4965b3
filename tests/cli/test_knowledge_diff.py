"""`knowledge diff`: what moderators and CI run."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bot.cli import main
from tests.folders import entry_text, write_folder

Printed = pytest.CaptureFixture[str]

SLASHED = ["what is slashing", "how does slashing work", "will i get slashed"]
"""As the entry of the tiny folder lists them; its test part asks "slashing, how does that work"."""


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def base(folder: Path, tmp_path: Path) -> Path:
    write_folder(folder, {"questions/dev.md": "- how does it work to get slashed -> what-is-slashing\n"})
    return Path(shutil.copytree(folder, tmp_path / "base"))


@pytest.fixture
def stealing(base: Path, folder: Path) -> Path:
    """The folder after a change that takes both questions about slashing."""
    asked = ["what is restaking", "how does it work to get slashed today", "slashing how does that work then"]
    return write_folder(folder, {"basics/what-is-restaking.md": entry_text("What is restaking?", asked)})


def diff(base: Path | str, folder: Path, *options: str) -> int:
    return main(["knowledge", "diff", str(base), "--knowledge", str(folder), *options])


def test_without_a_change_nothing_is_lost_and_it_exits_0(base: Path, folder: Path, capsys: Printed):
    assert diff(base, folder) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines()[-1] == "Nothing is lost."


def test_a_stolen_question_is_named_with_its_thief_and_exits_1(base: Path, stealing: Path, capsys: Printed):
    assert diff(base, stealing) == 1
    out, _ = capsys.readouterr()
    assert "  what-is-slashing loses 2 questions to what-is-restaking" in out.splitlines()
    assert 'questions/dev.md:1 "how does it work to get slashed": ' in out
    assert "questions/test.md:1: " in out
    assert "slashing, how does that work" not in out  # held out


def test_what_the_change_lists_as_intended_exits_0(base: Path, stealing: Path, capsys: Printed):
    write_folder(stealing, {"questions/intended.md": "- what-is-slashing -> what-is-restaking\n"})
    assert diff(base, stealing) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Nothing is lost that is not listed as intended."


def test_as_json_it_has_all_rows(base: Path, stealing: Path, capsys: Printed):
    assert diff(base, stealing, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    assert found["unlisted"] == 2
    assert found["losses"] == [
        {"entry": "what-is-slashing", "taker": "what-is-restaking", "count": 2, "intended": False}
    ]
    recorded = [move for move in found["moves"] if move["origin"] == "recorded"]
    assert {(move["place"], move["question"]) for move in recorded} == {
        ("questions/dev.md:1", "how does it work to get slashed"),
        ("questions/test.md:1", None),
    }


def test_as_markdown_it_is_a_comment(base: Path, stealing: Path, capsys: Printed):
    assert diff(base, stealing, "--markdown") == 1
    out, _ = capsys.readouterr()
    html = MarkdownIt("commonmark").enable("table").render(out)
    assert "<table>" in html
    assert "<strong>what-is-slashing loses 2 questions to what-is-restaking</strong>" in html
    assert "slashing, how does that work" not in out


def test_further_questions_are_shown_where_they_move_and_never_fail(
    base: Path, folder: Path, tmp_path: Path, capsys: Printed
):
    write_folder(folder, {"basics/moon.md": entry_text("What is the moon?", ["what is the moon", "is it the moon"])})
    also = tmp_path / "also.txt"
    also.write_bytes("\ufeffwhat is the moon\r\nwhat is slashing\r\n\xe9 \xff".encode("latin-1", "ignore") + b"\n")
    assert diff(base, folder, "--also", str(also), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [(move["question"], move["taker"]) for move in found["moves"]] == [("what is the moon", "moon")]


def test_a_revision_of_the_repository_is_a_base(base: Path, stealing: Path, tmp_path: Path, capsys: Printed):
    repository = tmp_path / "repository"
    shutil.copytree(base, repository / "knowledge")
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init"], ["add", "."], [*who, "commit", "-m", "one"]):
        subprocess.run(["git", "-C", str(repository), *arguments], check=True, capture_output=True)
    shutil.copytree(stealing, repository / "knowledge", dirs_exist_ok=True)
    assert diff("HEAD", repository / "knowledge") == 1
    assert "loses 2 questions" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("base", "options", "sentence"),
    [
        ("nosuch", [], "'nosuch' is "),
        (".", ["--also", "nosuch.txt"], "The questions in nosuch.txt cannot be read (No such file or directory)."),
    ],
)
def test_wrong_usage_is_a_sentence_and_exits_2(
    base: str, options: list[str], sentence: str, folder: Path, capsys: Printed
):
    assert diff(base, folder, *options) == 2
    assert capsys.readouterr().err.startswith(sentence)


def test_the_command_line_offers_no_two_forms_at_once(base: Path, folder: Path, capsys: Printed):
    with pytest.raises(SystemExit) as ended:
        diff(base, folder, "--json", "--markdown")
    assert ended.value.code == 2
    assert "not allowed with" in capsys.readouterr().err


def test_starting_the_bot_loads_nothing_of_it():
    code = "import sys, bot.cli; bot.cli._parser(); print([m for m in sys.modules if 'workshop' in m or 'numpy' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
