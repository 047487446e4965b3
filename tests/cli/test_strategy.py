"""`strategy` on the command line: three questions by number, or answers and JSON for scripts."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.cli import main
from tests.folders import write_folder
from tests.knowledge.guide_cases import FILE, GUIDE
from tests.knowledge.problem_of import SMALLEST

ROOT = Path(__file__).parents[2]
BOLD = """Bold
No advice.

Something is borrowed.

What can go wrong:
- It can fall twice.

Ways out:
- The debt is first.

Why your answers lead here:
- It does not: So it counts for nothing.
- Later: Queues are shorter than that.

Read on, by asking:
- Title
"""


@pytest.fixture
def guided(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "guided", {"t/x.md": SMALLEST, FILE: GUIDE})


def run(folder: Path, *arguments: str) -> int:
    return main(["strategy", "--knowledge", str(folder), *arguments])


def typed(monkeypatch: pytest.MonkeyPatch, lines: Sequence[str], *, terminal: bool = False) -> None:
    """Has these lines come in, from a terminal or not."""
    stream = io.StringIO("".join(f"{line}\n" for line in lines))
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    monkeypatch.setattr(sys, "stdin", stream)


@pytest.mark.parametrize("answers", ["b,y", "2,2", " b , 2 "])
def test_answers_lead_to_their_explanation(answers: str, guided: Path, capsys: pytest.CaptureFixture[str]):
    assert run(guided, "--answers", answers) == 0
    assert capsys.readouterr() == (BOLD, "")


def test_json_is_one_object(guided: Path, capsys: pytest.CaptureFixture[str]):
    assert run(guided, "--answers", "a,y", "--json") == 0
    out, err = capsys.readouterr()
    row = json.loads(out)
    assert out.count("\n") == 1
    assert err == ""
    assert (row["explanation"], row["notice"], row["risks"]) == ("plain", "No advice.", ["It can fall."])
    assert [one["answer"] for one in row["answers"]] == ["a", "y"]


def test_without_answers_each_question_is_asked_by_number(
    guided: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    typed(monkeypatch, ["2", "2"])
    assert run(guided) == 0
    out = capsys.readouterr().out
    assert "1 of 2: What then?\n  1. It hurts\n  2. It does not\n1 to 2> " in out
    assert "2 of 2: When?\n  1. Soon\n  2. Later\n1 to 2> " in out
    assert out.endswith(BOLD)


def test_on_a_terminal_what_is_no_number_is_asked_again(
    guided: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    typed(monkeypatch, ["x", "3", "", "2", "2"], terminal=True)
    assert run(guided) == 0
    out = capsys.readouterr().out
    assert out.count("Type a number from 1 to 2.") == 3
    assert out.endswith(BOLD)


@pytest.mark.parametrize(
    ("arguments", "lines", "sentence"),
    [
        (["--answers", "a"], [], "The guide asks 2 questions; answer each, such as --answers a,x."),
        (["--answers", ""], [], "The guide asks 2 questions; answer each, such as --answers a,x."),
        (["--answers", "a,z"], [], "Answer 2 is none of x, y, nor a number from 1 to 2."),
        (["--json"], [], "--json needs --answers, since nobody is there to be asked."),
        ([], ["9"], "Answer 1 must be a number from 1 to 2."),
        ([], ["²"], "Answer 1 must be a number from 1 to 2."),
        ([], ["1", "9" * 5000], "Answer 2 must be a number from 1 to 2."),
        ([], ["1"], "The guide asks 2 questions; it needs an answer to each."),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    arguments: list[str],
    lines: list[str],
    sentence: str,
    guided: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    typed(monkeypatch, lines)
    assert run(guided, *arguments) == 2
    assert capsys.readouterr().err == f"{sentence}\n"


def test_a_folder_without_a_guide_says_where_it_would_stand(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert run(folder, "--answers", "a,x") == 2
    assert capsys.readouterr() == (
        "",
        "These knowledge files hold no strategy guide; it stands in facts/strategy.toml.\n",
    )


def test_a_guide_that_is_not_served_is_told_with_its_slip(guided: Path, capsys: pytest.CaptureFixture[str]):
    (guided / FILE).write_text(GUIDE.replace('"a, any -> plain", ', ""), encoding="utf-8")
    assert run(guided, "--answers", "b,y") == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith(f"{FILE}:5: the answers 'a, x' lead nowhere")
    assert second.startswith("These knowledge files hold no strategy guide")


def test_the_check_counts_what_is_wrong_with_the_guide(guided: Path, capsys: pytest.CaptureFixture[str]):
    (guided / FILE).write_text(GUIDE.replace('entries = ["x"]', 'entries = ["y"]', 1), encoding="utf-8")
    assert main(["knowledge", "check", "--knowledge", str(guided)]) == 1
    assert f"{FILE}:29: there is no entry 'y'" in capsys.readouterr().out


def test_as_a_process_it_answers_a_script(guided: Path):
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "strategy", "--knowledge", str(guided)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}},
        input="2\n2\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith(BOLD)
