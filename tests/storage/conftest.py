import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.storage import DATABASE_NAME, Memory

Rows = Callable[..., list[tuple[Any, ...]]]
Open = Callable[..., Memory]


class SetClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **step: float) -> None:
        self.now += timedelta(**step)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def open_memory(folder: Path, clock: SetClock) -> Open:
    """Builds a memory that flushes only when asked to, unless told otherwise."""

    def build(**changes: Any) -> Memory:
        return Memory(folder, clock=clock, **{"flush_interval": 60.0, **changes})

    return build


@pytest.fixture
def rows(folder: Path) -> Rows:
    """Reads the database the way any other program would."""

    def read(query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
            return connection.execute(query, values).fetchall()

    return read


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What the operator reads, one text a line."""
    caplog.set_level(logging.INFO, logger="bot.storage")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "bot.storage"]
