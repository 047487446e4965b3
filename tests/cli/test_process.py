"""The command line as a process: pipes, encodings and exit codes as a shell sees them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.folders import entry_text, write_folder

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "bot"]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder that was reviewed long ago, so that the real clock of any machine will do."""
    text = entry_text(
        "Slashing – what is it?",
        ["what is slashing", "define slashing"],
        "An operator loses a part of its stake – for ever.",
        reviewed="2020-01-01",
        review_every="never",
        sources=["2019-01-01 A bôok"],
    )
    return write_folder(tmp_path / "knowledge", {"slashing/what-is-slashing.md": text})


def _run(*arguments: str, given: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "DISCORD_"))}
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=environment | {"PYTHONUTF8": "1"} | variables,
        input=given,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_lines_of_any_bytes_are_answered_by_one_process(old: Path):
    done = _run(
        "ask", "--json", "--knowledge", str(old), "-", given=b"what is slashing\r\ncaf\xe9 \x00\n\ndefine slashing"
    )
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert [row["entry"] for row in rows] == ["what-is-slashing", None, None, "what-is-slashing"]


def test_a_missing_folder_is_one_sentence_without_a_traceback(tmp_path: Path):
    done = _run("knowledge", "check", "--knowledge", str(tmp_path / "gone"))
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().splitlines() == ["There is no knowledge folder called 'gone'."]


def test_problems_exit_1_and_wrong_usage_exits_2(old: Path):
    write_folder(old, {"slashing/x.md": "# no header"})
    assert _run("knowledge", "check", "--knowledge", str(old)).returncode == 1
    assert _run("knowledge").returncode == 2


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_output_that_cannot_show_every_letter_ends_no_command(encoding: str, old: Path):
    plain = {"PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    asked = _run("ask", "--json", "--knowledge", str(old), "what is slashing 🚀", **plain)
    row = json.loads(asked.stdout.decode(encoding))
    assert row["question"] == "what is slashing 🚀"
    assert row["text"] == "An operator loses a part of its stake – for ever."
    shown = _run("ask", "--knowledge", str(old), "what is slashing", **plain)
    assert (shown.returncode, shown.stderr) == (0, b"")
    write_folder(old, {"slashing/x.md": entry_text("X", ["x – y", "x – y"], reviewed="2020-01-01 – or so")})
    checked = _run("knowledge", "check", "--knowledge", str(old), **plain)
    assert (checked.returncode, checked.stderr) == (1, b"")
    assert b"\\u2013" in checked.stdout


def test_a_reader_that_stops_early_causes_no_error(old: Path, tmp_path: Path):
    (tmp_path / "lines").write_bytes(b"what is slashing\n" * 3000)
    with (tmp_path / "lines").open("rb") as lines:
        process = subprocess.Popen(
            [*COMMAND, "ask", "--json", "--knowledge", str(old), "-"],
            cwd=ROOT,
            stdin=lines,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        with process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert json.loads(process.stdout.readline())["entry"] == "what-is-slashing"
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait(timeout=60) == 0


def test_a_reader_that_has_gone_before_the_first_line_causes_no_error(old: Path):
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    reading, writing = os.pipe()
    os.close(reading)
    try:
        command = [*COMMAND, "knowledge", "coverage", "--knowledge", str(old)]
        done = subprocess.run(
            command, cwd=ROOT, env=buffered, stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False
        )
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
