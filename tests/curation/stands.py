"""Serving a small folder without Discord and without a market."""

import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.answering import Answer, Question
from bot.answering.edition import Edition
from bot.curation import beside
from bot.curation.serving import Serving
from bot.curation.starting import begin
from bot.knowledge import Library
from bot.matching.matcher import Matcher
from bot.settings import Settings
from bot.storage import Memory
from tests.curation.small import entry, write

WHERE = "where do restaking rewards come from"
SLASHED = "can my stake be slashed"


class PlainStand:
    """Editions that know no live price."""

    def __init__(self) -> None:
        self.served: list[Edition] = []

    def edition(self, library: Library, matcher: Matcher | None = None) -> Edition:
        return Edition(library, matcher=matcher)

    def told(self, edition: Edition, library: Library) -> Edition:
        return edition.told(library, None, None)

    def moved(self, edition: Edition) -> None:
        self.served.append(edition)


class Ticking:
    """A clock that goes on by a second each time it is read, so that no two versions are of one moment."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@asynccontextmanager
async def serving(knowledge: Path, data: Path, clock: Ticking | None = None) -> AsyncIterator[Serving]:
    """What a process that has just started serves, with its memory in the folder `data`."""
    settings, time = Settings(knowledge_dir=knowledge, data_dir=data), clock or Ticking()
    async with Memory(data, clock=time, flush_interval=60.0) as memory:
        start = await begin(settings, memory, time)
        yield Serving(start, PlainStand(), memory, settings, time)


def without_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Training in a process of its own has tests in tests/process; a thread does it where there is none."""

    async def no_process(*_: object, **__: object) -> None:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(beside.asyncio, "create_subprocess_exec", no_process)


def change(folder: Path, answer: str) -> None:
    """Give the entry that answers `WHERE` another answer."""
    write(folder, "yield/rewards.md", entry("Where rewards come from", WHERE, answer))


async def body(found: Serving, question: str = WHERE) -> str:
    """The text that members get now."""
    return (await said(found, question)).body


async def said(found: Serving, question: str) -> Answer:
    """The answer that members get now."""
    return await found.desk.ask(Question(question))
