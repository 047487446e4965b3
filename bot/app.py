"""Composition: everything is built here, once, and closed here."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from bot.answering import Answer, Face, Outcome, Question
from bot.answering.desk import Desk
from bot.clock import Clock, today, utc_now
from bot.cogs.client import RestakingBot
from bot.cogs.connection import run_until
from bot.cogs.services import Services
from bot.errors import KnowledgeError
from bot.knowledge import Library, read_library
from bot.settings import Settings
from bot.storage import Memory

log = logging.getLogger("bot.app")


class MemoryRecorder:
    """Tells the bot's memory what was asked, without who asked."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def asked(self, text: str, answer: Answer, question: Question) -> None:
        """One row for the question, and a gap when there was no answer."""
        if question.face is Face.CONSOLE:
            return
        self._memory.record_question(text, outcome=answer.outcome.value, entry=answer.entry, face=question.face.value)
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
    if not reading.library.published:
        raise KnowledgeError(f"The knowledge folder '{settings.knowledge_dir.name}' holds no published entry.")
    return reading.library


@asynccontextmanager
async def open_services(settings: Settings, clock: Clock = utc_now, *, tryout: bool = False) -> AsyncIterator[Services]:
    """What the Discord face works with; the memory is written and closed at the end."""
    memory = Memory(settings.data_dir, clock=clock, retention=timedelta(days=settings.retention_days))
    library = load_library(settings, clock)
    async with memory:
        desk = Desk(library, recorder=MemoryRecorder(memory))
        yield Services(desk=desk, memory=memory, settings=settings, clock=clock, tryout=tryout)


def stop_on_signals() -> asyncio.Event:
    """An event that is set when the operator, or the host, asks the process to end."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # an event loop without signals, as on Windows
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def serve(settings: Settings) -> None:
    """Connect to Discord and answer until SIGTERM or SIGINT.

    Raises:
        BotError: the token is refused, or the knowledge cannot be served.
    """
    stop = stop_on_signals()
    async with open_services(settings) as services:
        await run_until(RestakingBot(services), settings.token or "", stop)
