"""Composition: everything is built here, once, and closed here."""

import asyncio
import ctypes
import gc
import logging
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Final

from bot import storage
from bot.answering import Answer, Face, Outcome, Question
from bot.clock import Clock, utc_now
from bot.cogs.client import RestakingBot
from bot.cogs.connection import run_until
from bot.cogs.services import Services
from bot.curation.serving import Serving
from bot.curation.starting import begin
from bot.market.ethereum import Reading
from bot.matching.vectors import let_go_of_pages
from bot.opening import MarketStand, tell_failure
from bot.settings import Settings

log = logging.getLogger("bot.app")

_M_MMAP_THRESHOLD: Final = -3
"""The parameter's number in glibc's malloc.h."""
_LARGE: Final = 64 * 1024
WATCH_AGAIN: Final = 60.0
"""Seconds until the files are watched again after something went wrong with them."""
TURN: Final = 1e-5
"""Seconds after which a thread that works beside the event loop gives way to it. With the 5 milliseconds that Python
begins with an answer waits up to half a second while another version is indexed: numpy's many short releases of the
lock keep whoever waits for it from ever asking for a turn.
"""

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
    """Tells the bot's memory what was asked, without who asked; of who found no answer it keeps a keyed hash."""

    def __init__(self, memory: storage.Memory) -> None:
        self._memory = memory

    def asked(self, text: str, answer: Answer, question: Question) -> None:
        """One row for the question, and a gap when there was no answer."""
        face = _RECORDED.get(question.face)
        if face is None:
            return
        self._memory.record_question(text, outcome=answer.outcome.value, entry=answer.entry, face=face)
        if answer.outcome is Outcome.NO_ANSWER and question.asker is not None:
            self._memory.record_unmet(text, kind="gap", entry=None, asker=question.asker)


@asynccontextmanager
async def open_services(settings: Settings, clock: Clock = utc_now, *, tryout: bool = False) -> AsyncIterator[Services]:
    """What the Discord face works with; the memory is written and closed at the end."""
    memory = storage.Memory(settings.data_dir, clock=clock, retention=timedelta(days=settings.retention_days))
    async with memory:
        stand = MarketStand(settings, clock, MemoryRates(memory))
        try:
            start = await begin(settings, memory, clock, MemoryRecorder(memory))
            serving = Serving(start, stand, memory, settings, clock)
            yield Services(
                desk=serving.desk, memory=memory, settings=settings, clock=clock, tryout=tryout, serving=serving
            )
        finally:
            await stand.close()


@asynccontextmanager
async def working_beside(services: Services) -> AsyncIterator[None]:
    """Trains the matcher while the bot answers already, then watches the files. A failure is told and ends nothing
    else.
    """
    assert services.serving is not None  # noqa: S101 - `open_services` gives one
    task = asyncio.create_task(_work(services.serving))
    task.add_done_callback(partial(tell_failure, "Changes of the knowledge files are no longer noticed."))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        await services.serving.close()


async def _work(serving: Serving) -> None:
    learning = asyncio.create_task(serving.learn())
    learning.add_done_callback(partial(tell_failure, "The matcher could not be trained; the bot answers without that."))
    try:
        await asyncio.wait([learning])
        await _watch(serving)
    finally:
        learning.cancel()
        await asyncio.wait([learning])


async def _watch(serving: Serving) -> None:
    """Watch the files for ever: what goes wrong with one state of them must not keep the next from being noticed."""
    while True:
        try:
            await serving.watch()
        except Exception:
            log.exception("A change of the knowledge files could not be taken over; they are watched on.")
            await asyncio.sleep(WATCH_AGAIN)


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


def take_short_turns() -> None:
    """Have threads that work beside the event loop give way to answers at once."""
    sys.setswitchinterval(TURN)


async def serve(settings: Settings) -> None:
    """Connect to Discord and answer until SIGTERM or SIGINT.

    Raises:
        BotError: the token is refused, or the knowledge cannot be served.
    """
    stop = stop_on_signals()
    return_freed_memory()
    take_short_turns()
    gc.disable()
    async with open_services(settings) as services:
        # What was built so far lives as long as the process: collections need not walk through it again and again.
        gc.collect()
        gc.freeze()
        let_go_of_pages()
        gc.enable()
        async with working_beside(services):
            await run_until(RestakingBot(services), settings.token or "", stop)
