"""Composition: everything is built here, once, and closed here."""

import asyncio
import ctypes
import gc
import logging
import os
import signal
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from threading import Thread
from types import MappingProxyType
from typing import Final

from bot import storage
from bot.answering import Answer, Face, Outcome, Question
from bot.answering.desk import Desk
from bot.clock import Clock, today, utc_now
from bot.cogs.client import RestakingBot
from bot.cogs.connection import run_until
from bot.cogs.services import Services
from bot.curation import training
from bot.errors import KnowledgeError
from bot.knowledge import Library, read_library
from bot.market.ethereum import Reading
from bot.market.market import Market
from bot.matching.matcher import Matcher
from bot.matching.vectors import let_go_of_pages
from bot.opening import desk_of, open_market
from bot.settings import PRIVATE, Settings

log = logging.getLogger("bot.app")

_M_MMAP_THRESHOLD: Final = -3
"""The parameter's number in glibc's malloc.h."""
_LARGE: Final = 64 * 1024

_RECORDED: Final[Mapping[Face, storage.Face]] = MappingProxyType(
    {Face.SLASH: "slash", Face.MENU: "menu", Face.MENTION: "mention", Face.DIRECT: "dm"}
)


class MemoryRates:
    """Lets the market room keep readings of stated rates, and notes, in the bot's memory."""

    def __init__(self, memory: storage.Memory) -> None:
        self._memory = memory

    def record(self, reading: Reading) -> None:
        """Keep a reading."""
        self._memory.record_rate(storage.KeptRate(reading.token, reading.rate, reading.block, reading.at))

    async def past(self, since: datetime) -> Sequence[Reading]:
        """The readings kept since then."""
        return [Reading(kept.token, kept.rate, kept.block, kept.at) for kept in await self._memory.rates(since)]

    async def note(self, name: str) -> str | None:
        """A note, if it was kept."""
        return await self._memory.get_state(f"market:{name}")

    async def keep_note(self, name: str, text: str) -> None:
        """Keep a note."""
        await self._memory.set_state(f"market:{name}", text)


class MemoryRecorder:
    """Tells the bot's memory what was asked, without who asked."""

    def __init__(self, memory: storage.Memory) -> None:
        self._memory = memory

    def asked(self, text: str, answer: Answer, question: Question) -> None:
        """One row for the question, and a gap when there was no answer."""
        face = _RECORDED.get(question.face)
        if face is None:
            return
        self._memory.record_question(text, outcome=answer.outcome.value, entry=answer.entry, face=face)
        if answer.outcome is Outcome.NO_ANSWER and text:
            self._memory.record_gap(text)


def load_library(settings: Settings, clock: Clock) -> Library:
    """The knowledge folder, with a log line for everything a moderator should mend.

    Raises:
        KnowledgeError: there is no folder or nothing in it can be served.
    """
    reading = read_library(settings.knowledge_dir, today(clock))
    for problem in reading.problems:
        log.warning("%s", problem)
    library = reading.library
    if not library.published:
        raise KnowledgeError(f"The knowledge folder '{settings.knowledge_dir.name}' holds no published entry.")
    log.info("Knowledge %s holds %d published entries.", library.version, len(library.published))
    return library


@asynccontextmanager
async def open_services(settings: Settings, clock: Clock = utc_now, *, tryout: bool = False) -> AsyncIterator[Services]:
    """What the Discord face works with; the memory is written and closed at the end."""
    library = load_library(settings, clock)
    memory = storage.Memory(settings.data_dir, clock=clock, retention=timedelta(days=settings.retention_days))
    async with memory, open_market(library, settings, clock, MemoryRates(memory)) as market:
        desk = desk_of(library, market, recorder=MemoryRecorder(memory))
        async with watching(market):
            yield Services(desk=desk, memory=memory, settings=settings, clock=clock, tryout=tryout)


@asynccontextmanager
async def watching(market: Market) -> AsyncIterator[None]:
    """Has the stated rates read now and then. A failure is told and ends nothing else."""
    task = asyncio.create_task(market.watch())
    task.add_done_callback(partial(_tell_failure, "The stated rates are no longer watched."))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def train(desk: Desk, settings: Settings) -> None:
    """Train the matcher beside the bot while that answers already, and take over the result.

    Another process does the work, so that its memory is given back and no answer waits; where there is no such
    process to be had, or it cannot keep what it trained, a thread does it.
    """
    command = (sys.executable, "-m", "bot", "knowledge", "train", "--knowledge", str(settings.knowledge_dir))
    try:
        # In a session of its own, so that Ctrl+C in a terminal reaches the bot alone, which then ends it.
        # It has no use for secrets, and what a process does not hold it cannot leak.
        worker = await asyncio.create_subprocess_exec(
            *command, stdout=DEVNULL, start_new_session=True, env=_without_secrets(os.environ)
        )
    except OSError as error:
        log.warning("No process could be started to train the matcher: %s", error.strerror)
    else:
        try:
            await worker.wait()
        finally:
            with suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()
    classifier = training.load(settings.data_dir, desk.library)
    if classifier is None:
        classifier = (await asyncio.wrap_future(_trained_in_thread(desk.matcher))).classifier
    if classifier is None:
        log.warning("Knowledge %s is too small or too large to train on; answers are less sure.", desk.library_version)
    else:
        desk.learn(classifier)
        log.info("The matcher is trained on knowledge %s.", desk.library_version)


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


@asynccontextmanager
async def training_beside(desk: Desk, settings: Settings) -> AsyncIterator[None]:
    """Takes over what an earlier start trained, or trains meanwhile. A failure is told and ends nothing else."""
    kept = training.load(settings.data_dir, desk.library)
    if kept is not None:
        desk.learn(kept)
        yield
        return
    task = asyncio.create_task(train(desk, settings))
    task.add_done_callback(partial(_tell_failure, "The matcher could not be trained; the bot answers without that."))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def _tell_failure(what: str, task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("%s", what, exc_info=error)


def _without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in PRIVATE}


def stop_on_signals() -> asyncio.Event:
    """An event that is set when the operator, or the host, asks the process to end."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # an event loop without signals, as on Windows
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


def return_freed_memory() -> None:
    """Have the C library give memory of large arrays back at once instead of keeping it for later ones, where it can
    be told so (glibc): building the index needs several megabytes for a moment, which would stay in use for ever.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE)


async def serve(settings: Settings) -> None:
    """Connect to Discord and answer until SIGTERM or SIGINT.

    Raises:
        BotError: the token is refused, or the knowledge cannot be served.
    """
    stop = stop_on_signals()
    return_freed_memory()
    gc.disable()
    async with open_services(settings) as services:
        # What was built so far lives as long as the process: collections need not walk through it again and again.
        gc.collect()
        gc.freeze()
        let_go_of_pages()
        gc.enable()
        async with training_beside(services.desk, settings):
            await run_until(RestakingBot(services), settings.token or "", stop)
