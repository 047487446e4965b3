"""The one place that reads the time. Everything else takes a clock as an argument."""

from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], datetime]
"""Gives the current moment as an aware UTC time."""


def utc_now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


def today(clock: Clock) -> date:
    """The day in UTC."""
    return clock().date()
