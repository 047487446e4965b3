"""What an operator sets by environment variables, read once at the start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SettingsError

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_ON, _OFF = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}

VARIABLES: tuple[tuple[str, str, str], ...] = (
    ("DISCORD_TOKEN", "", "the bot's token; without it the local try-out opens"),
    ("BOT_DATA_DIR", "data/", "where the bot keeps what it remembers"),
    ("BOT_KNOWLEDGE_DIR", "knowledge/", "the knowledge files"),
    ("BOT_MENTIONS", "on", "answer mentions in channels; off saves the events of very large installs"),
    ("BOT_RETENTION_DAYS", "90", "days after which questions and votes are deleted, 1 to 3650"),
    ("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
)
"""Name, default and meaning of every variable, as `--help` prints them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. `token` is None for the try-out and must never be printed."""

    token: str | None = None
    data_dir: Path = Path("data")
    knowledge_dir: Path = Path("knowledge")
    answer_mentions: bool = True
    retention_days: int = 90
    log_level: str = "INFO"

    def __repr__(self) -> str:
        return f"Settings(token={'set' if self.token else 'none'}, data_dir={str(self.data_dir)!r})"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the variables; an empty one counts as not set.

        Raises:
            SettingsError: a value cannot be used.
        """
        given = os.environ if environment is None else environment
        values = {name: given.get(name, "").strip() or default for name, default, _ in VARIABLES}
        return cls(
            token=values["DISCORD_TOKEN"] or None,
            data_dir=Path(values["BOT_DATA_DIR"]),
            knowledge_dir=Path(values["BOT_KNOWLEDGE_DIR"]),
            answer_mentions=_switch("BOT_MENTIONS", values["BOT_MENTIONS"]),
            retention_days=_days("BOT_RETENTION_DAYS", values["BOT_RETENTION_DAYS"]),
            log_level=_level(values["LOG_LEVEL"]),
        )


def _switch(name: str, value: str) -> bool:
    if value.lower() in _ON | _OFF:
        return value.lower() in _ON
    raise SettingsError(f"{name} is '{value}'; set it to on or off.")


def _days(name: str, value: str) -> int:
    longest = 3650
    if value.isdecimal() and len(value) <= len(str(longest)) and 1 <= int(value) <= longest:
        return int(value)
    raise SettingsError(f"{name} is '{value}'; set it to a number of days between 1 and {longest}.")


def _level(value: str) -> str:
    if value.upper() in LEVELS:
        return value.upper()
    raise SettingsError(f"LOG_LEVEL is '{value}'; set it to one of {', '.join(LEVELS)}.")
