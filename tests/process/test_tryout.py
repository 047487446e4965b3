"""`python -m bot` without a token: the try-out as a process, its page over loopback, its chat on a terminal."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Empty, SimpleQueue

import httpx
import pytest

from tests.folders import entry_text, write_folder

CHECKOUT = Path(__file__).resolve().parents[2]
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/#\S+")
PATIENCE = 10.0


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A small knowledge folder, a data folder and a place for temporary files, all of this test alone."""
    write_folder(
        tmp_path / "knowledge",
        {
            "basics/what-is-restaking.md": entry_text(
                "What is restaking?",
                ["what is restaking", "explain restaking to me"],
                "Staked ETH also **secures** other services.",
                more="It began in 2023.",
                sources=["2026-07-14 [A proposal](https://github.com/x/y) operator sets"],
                related="what-is-slashing",
            ),
            "slashing/what-is-slashing.md": entry_text(
                "What is slashing?", ["what is slashing", "will i get slashed"], "A part of a stake is taken away."
            ),
        },
    )
    (tmp_path / "temporary").mkdir()
    return {name: os.environ[name] for name in INHERITED if name in os.environ} | {
        "BOT_DATA_DIR": str(tmp_path / "data"),
        "BOT_KNOWLEDGE_DIR": str(tmp_path / "knowledge"),
        "TMPDIR": str(tmp_path / "temporary"),
        "COLUMNS": "100",
    }


class Shown:
    """What a process has shown so far, read in the background so that it never waits for the reader."""

    def __init__(self, read: Callable[[], str]) -> None:
        self.text = ""
        self._parts: SimpleQueue[str] = SimpleQueue()
        threading.Thread(target=self._collect, args=(read,), daemon=True).start()

    def _collect(self, read: Callable[[], str]) -> None:
        while part := read():
            self._parts.put(part)

    def wait_for(self, pattern: str | re.Pattern[str]) -> str:
        """The first match of `pattern` since the last one that was waited for."""
        ends = time.monotonic() + PATIENCE
        while (found := re.search(pattern, self.text)) is None:
            try:
                self.text += self._parts.get(timeout=max(0.0, ends - time.monotonic()))
            except Empty:
                raise AssertionError(f"{pattern!r} was not shown in {PATIENCE} s, but: {self.text!r}") from None
        self.text = self.text[found.end() :]
        return found[0]


@contextmanager
def try_out(environment: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running try-out with nothing on its standard input, and the address that it printed."""
    with subprocess.Popen(
        [sys.executable, "-m", "bot"],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, Shown(process.stdout.readline).wait_for(ADDRESS)
        finally:
            process.kill()


@contextmanager
def opened(address: str) -> Iterator[tuple[httpx.Client, str]]:
    """A client that holds the key to the page, and the page's content as text."""
    base, key = address.split("#")
    with httpx.Client(base_url=base, headers={"X-Simcord-Capability": key}, trust_env=False) as client:
        page = client.post("/api/pages", json={})
        client.headers["X-Simcord-Context"] = page.json()["context"]["id"]
        yield client, page.text


def ended(process: subprocess.Popen[str], by: signal.Signals) -> tuple[int, float, str]:
    """Exit code, seconds and standard error of a process that is asked to end."""
    asked = time.monotonic()
    process.send_signal(by)
    code = process.wait(PATIENCE)
    assert process.stderr is not None
    return code, time.monotonic() - asked, process.stderr.read()


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_without_a_terminal_it_serves_until_it_is_asked_to_end(by, environment):
    with try_out(environment) as (process, address):
        assert httpx.get(address, trust_env=False).status_code == 200
        code, seconds, errors = ended(process, by)
    assert code == 0
    assert seconds < 2
    assert "Traceback" not in errors
    assert "WARNING" not in errors


def test_the_page_opens_with_a_message_that_says_what_to_type_and_carries_the_real_time(environment):
    with try_out({**environment, "TZ": "Asia/Tokyo"}) as (_, address), opened(address) as (_, page):
        pass
    assert "Welcome to the try-out" in page
    assert "/ask" in page
    assert "Restaking Bot" in page
    sent = datetime.fromisoformat(re.findall(r'"timestamp": ?"([^"]+)"', page)[0])
    assert abs(datetime.now(UTC) - sent) < timedelta(minutes=1)
    assert "Etc/GMT-9" in page, "nine hours east of Greenwich"


def test_every_start_offers_the_commands_and_leaves_nothing_of_what_was_tried(environment, tmp_path):
    for _ in range(2):
        with try_out(environment) as (process, address):
            with opened(address) as (client, _):
                entries = client.get("/api/commands").json()["entries"]
            ended(process, signal.SIGTERM)
        commands = {"ask", "price", "compare", "chart", "topics", "help", "about", "privacy", "settings"}
        offered = {entry["invocation"] for entry in entries}
        assert {name for name in offered if not name.startswith("kb ")} == commands
        assert {"kb status", "kb why", "kb preview", "kb freeze", "kb incident open"} <= offered
    assert list((tmp_path / "temporary").iterdir()) == []
    assert not list(tmp_path.glob("data/*.db"))


@contextmanager
def on_a_terminal(environment: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[str], Shown, int]]:
    """A try-out on a terminal of its own: the process, what the terminal shows, and the end to type into."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "bot"],
        cwd=CHECKOUT,
        env={**environment, "TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            yield process, Shown(lambda: _read(ours)), ours
        finally:
            process.kill()
            os.close(ours)


def _read(terminal: int) -> str:
    """What has come to a terminal; nothing once it is closed on either side."""
    try:
        select.select([terminal], [], [])
        return os.read(terminal, 4096).decode(errors="replace")
    except (OSError, ValueError):
        return ""


def test_on_a_terminal_a_chat_runs_beside_the_page_which_outlives_it(environment):
    with on_a_terminal(environment) as (process, shown, keys):
        address = shown.wait_for(ADDRESS)
        shown.wait_for("ask> ")
        os.write(keys, b"what is restaking\n")
        shown.wait_for("Staked ETH also secures other services.")
        os.write(keys, b"more\n")
        shown.wait_for("It began in 2023.")
        os.write(keys, b"sources\n")
        shown.wait_for("https://github.com/x/y")
        os.write(keys, b"1\n")
        shown.wait_for("A part of a stake is taken away.")
        os.write(keys, b"\n")
        shown.wait_for("the page goes on")
        assert httpx.get(address, trust_env=False).status_code == 200
        code, _, errors = ended(process, signal.SIGINT)
    assert code == 0
    assert "Traceback" not in errors


def test_ending_while_the_chat_waits_for_a_line_leaves_no_trace(environment):
    with on_a_terminal(environment) as (process, shown, _):
        shown.wait_for("ask> ")
        code, seconds, errors = ended(process, signal.SIGINT)
    assert code == 0
    assert seconds < 2
    assert "Traceback" not in errors
    assert "Fatal" not in errors


def test_a_package_that_is_not_installed_is_told_in_one_sentence(environment, tmp_path):
    write_folder(tmp_path / "shadow", {"simcord.py": "raise ImportError('not installed')\n"})
    failed = failing(environment, tmp_path / "shadow")
    assert failed.returncode == 2
    assert failed.stderr.splitlines()[-1].startswith("DISCORD_TOKEN is not set, and the local try-out needs packages")
    assert "Traceback" not in failed.stderr


def test_a_port_that_cannot_be_opened_is_told_in_one_sentence(environment, tmp_path):
    refusing = (
        "import asyncio\n"
        "async def refuse(*_, **__): raise PermissionError(13, 'Permission denied')\n"
        "asyncio.BaseEventLoop.create_server = refuse\n"
    )
    write_folder(tmp_path / "shadow", {"sitecustomize.py": refusing})
    failed = failing(environment, tmp_path / "shadow")
    assert failed.returncode == 2
    assert "cannot listen on 127.0.0.1 (Permission denied)" in failed.stderr.splitlines()[-1]
    assert "Traceback" not in failed.stderr


def failing(environment: Mapping[str, str], shadow: Path) -> subprocess.CompletedProcess[str]:
    """A try-out whose imports find the modules in `shadow` first, and which therefore ends by itself."""
    return subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=CHECKOUT,
        env={**environment, "PYTHONPATH": str(shadow)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
