"""Training and measuring beside the bot, in another process, so that its memory is given back and no answer waits."""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Final

from bot.curation import training
from bot.knowledge import Library
from bot.matching.classifier import Classifier
from bot.matching.matcher import Matcher
from bot.settings import PRIVATE, Settings

log = logging.getLogger("bot.knowledge")

LONGEST: Final = 900.0
"""Seconds after which training is given up: a process that hangs must not keep the files from being taken over."""


class Trainer:
    """Trains the matcher for a library, then has its accuracy card measured while the result is in use already."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._measuring: asyncio.Task[None] | None = None

    async def classifier(self, matcher: Matcher, library: Library, folder: Path) -> Classifier | None:
        """The classifier of a library whose files lie in `folder`, or None where these are too few or too many to train
        on. Where there is no process to be had, or it cannot keep what it trained, a thread does the work.
        """
        await self.close()
        kept = await asyncio.to_thread(training.load, self._settings.data_dir, library)
        if kept is not None:
            if await asyncio.to_thread(_lacks_card, self._settings, library, folder):
                await self._started(folder)
            return kept
        worker = await self._started(folder)
        if worker is not None and not await _has_trained(worker):
            await self.close()
            log.warning("Training took too long and was given up; answers are less sure.")
            return None
        found = await asyncio.to_thread(training.load, self._settings.data_dir, library)
        if found is None:
            found = (await asyncio.wrap_future(_trained_in_thread(matcher))).classifier
        if found is None:
            log.warning("Knowledge %s is too small or too large to train on; answers are less sure.", library.version)
        else:
            log.info("The matcher is trained on knowledge %s.", library.version)
        return found

    async def _started(self, folder: Path) -> Process | None:
        command = (sys.executable, "-m", "bot", "knowledge", "train", "--knowledge", str(folder))
        try:
            # In a session of its own, so that Ctrl+C in a terminal reaches the bot alone, which then ends it.
            worker = await asyncio.create_subprocess_exec(
                *command, stdin=DEVNULL, stdout=PIPE, start_new_session=True, env=worker_environment(self._settings)
            )
        except OSError as error:
            log.warning("No process could be started to train the matcher: %s", error.strerror)
            return None
        self._measuring = asyncio.create_task(ended(worker))
        return worker

    async def close(self) -> None:
        """End what still works."""
        if self._measuring is not None:
            self._measuring.cancel()
            await asyncio.wait([self._measuring])


async def _has_trained(worker: Process) -> bool:
    """Whether a process has said in time that it has trained, or has ended without a word because it cannot."""
    try:
        async with asyncio.timeout(LONGEST):
            if worker.stdout is not None:
                await worker.stdout.readline()
    except TimeoutError:
        return False
    return True


async def ended(worker: Process) -> None:
    """Wait for the end of a process; whoever waits no longer ends it."""
    try:
        await worker.wait()
    finally:
        with suppress(ProcessLookupError):
            worker.kill()
        await worker.wait()


def worker_environment(settings: Settings, environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a process that works for the bot. It has no use for secrets, and what a process does not hold
    it cannot leak.
    """
    given = os.environ if environment is None else environment
    kept = {name: value for name, value in given.items() if name not in PRIVATE}
    return kept | {"BOT_DATA_DIR": str(settings.data_dir)}


def _lacks_card(settings: Settings, library: Library, folder: Path) -> bool:
    from bot.curation.accuracy import lacks_card  # noqa: PLC0415 - the start need not wait for it

    return lacks_card(settings.data_dir, library, folder)


def _trained_in_thread(matcher: Matcher) -> Future[Matcher]:
    """Train in a daemon thread: unlike one of asyncio's own it does not keep the process from ending in time."""
    future: Future[Matcher] = Future()
    future.set_running_or_notify_cancel()

    def work() -> None:
        try:
            future.set_result(matcher.trained())
        except Exception as error:  # noqa: BLE001 - the end of a thread; whoever waits raises it
            future.set_exception(error)

    Thread(target=work, name="bot-training", daemon=True).start()
    return future
