"""Starts a bot as a process of its own against the stand-in, watches it, and stops it."""

# ruff: noqa: ASYNC109  (these timeouts raise with what came instead, which asyncio.timeout cannot know)

from __future__ import annotations

import asyncio
import os
import signal
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.standin.server import StandIn

CHECKOUT = Path(__file__).resolve().parents[2]
REDIRECT = Path(__file__).with_name("redirect")
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
KILLED_AFTER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Exit:
    """How a process ended: its exit code (negative: the signal that killed it) and the seconds it took to."""

    code: int
    seconds: float


@dataclass(eq=False)
class BotProcess:
    """A running bot; `stdout` and `stderr` hold what it printed so far.

    `ready_seconds` is the time from spawn to the READY that the stand-in sent.
    """

    process: Process
    spawned: float
    ready_seconds: float = 0.0
    _stdout: bytearray = field(default_factory=bytearray, repr=False)
    _stderr: bytearray = field(default_factory=bytearray, repr=False)
    _printed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _readers: list[asyncio.Task[None]] = field(default_factory=list, repr=False)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def stdout(self) -> str:
        return self._stdout.decode(errors="replace")

    @property
    def stderr(self) -> str:
        return self._stderr.decode(errors="replace")

    @property
    def running(self) -> bool:
        return self.process.returncode is None

    async def wait_ready(self, standin: StandIn, timeout: float, *, since: int = 0) -> None:
        """Wait for READY; `since` is a mark of the gateway's journal.

        Raises RuntimeError with what the bot printed when it ends before that or takes more than `timeout` seconds.
        """
        ready = asyncio.ensure_future(standin.gateway.wait_ready(timeout, since=since))
        ended = asyncio.ensure_future(self.process.wait())
        await asyncio.wait([ready, ended], return_when=asyncio.FIRST_COMPLETED)
        if ready.done() and ready.exception() is None:
            ended.cancel()
            self.ready_seconds = ready.result().time - self.spawned
            return
        state = f"ended with {self.process.returncode}" if ended.done() else f"was not ready in {timeout} s"
        ended.cancel()
        ready.cancel()
        await self.kill()
        raise RuntimeError(f"the bot {state}:\n{self.stdout[-2000:]}\n{self.stderr[-4000:]}")

    async def wait_for_output(self, text: str, timeout: float = 5.0) -> None:
        """Wait until the text was printed on either stream. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while text not in self.stdout and text not in self.stderr:
                self._printed.clear()
                await self._printed.wait()

    async def terminate(self, timeout: float = 10.0) -> Exit:
        """Send SIGTERM and report how the process ended; it is killed after `timeout` seconds (code -9)."""
        return await self.signal(signal.SIGTERM, timeout)

    async def signal(self, number: signal.Signals, timeout: float = 10.0) -> Exit:
        """Send a signal that should end the process and report how it ended."""
        started = time.monotonic()
        if self.running:
            self.process.send_signal(number)
        try:
            code = await asyncio.wait_for(self.process.wait(), timeout)
        except TimeoutError:
            self.process.kill()
            code = await self.process.wait()
        seconds = time.monotonic() - started
        await asyncio.gather(*self._readers)
        return Exit(code, seconds)

    async def ended(self, timeout: float = 10.0) -> int:
        """The exit code of a process that ends by itself. Raises TimeoutError; the process is killed then."""
        try:
            return await asyncio.wait_for(self.process.wait(), timeout)
        finally:
            await self.kill()

    async def kill(self) -> None:
        """End the process, whatever state it is in."""
        if self.running:
            self.process.kill()
        await self.process.wait()
        await asyncio.gather(*self._readers)

    def watch(self) -> None:
        """Begin to collect what the process prints."""
        for stream, into in ((self.process.stdout, self._stdout), (self.process.stderr, self._stderr)):
            assert stream is not None
            self._readers.append(asyncio.create_task(self._collect(stream, into)))

    async def _collect(self, stream: asyncio.StreamReader, into: bytearray) -> None:
        while chunk := await stream.read(65536):
            into.extend(chunk)
            self._printed.set()


async def spawn(standin: StandIn, arguments: Sequence[str], env: Mapping[str, str]) -> BotProcess:
    """Start a bot at the checkout's root without waiting for anything.

    The process sees the given environment, the basic variables of this one, and nothing else: no token of the
    machine it runs on can leak into a test.
    """
    path = os.pathsep.join(filter(None, [str(REDIRECT), env.get("PYTHONPATH", "")]))
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    full = inherited | dict(env) | {"PYTHONPATH": path, "STANDIN_URL": standin.url}
    spawned = time.monotonic()
    process = await asyncio.create_subprocess_exec(*arguments, env=full, cwd=CHECKOUT, stdout=PIPE, stderr=PIPE)
    bot = BotProcess(process, spawned)
    bot.watch()
    return bot


async def start(
    standin: StandIn, arguments: Sequence[str], env: Mapping[str, str], *, ready_timeout: float = 20.0
) -> BotProcess:
    """Start a bot as `spawn` does and wait for its READY."""
    mark = len(standin.gateway.journal)
    bot = await spawn(standin, arguments, env)
    await bot.wait_ready(standin, ready_timeout, since=mark)
    return bot


@asynccontextmanager
async def launch(
    standin: StandIn, arguments: Sequence[str], env: Mapping[str, str], *, ready_timeout: float = 20.0
) -> AsyncIterator[BotProcess]:
    """A running bot that is ready, ended when the block is left: SIGTERM first, SIGKILL after 5 seconds."""
    bot = await start(standin, arguments, env, ready_timeout=ready_timeout)
    try:
        yield bot
    finally:
        await bot.terminate(KILLED_AFTER_SECONDS)
