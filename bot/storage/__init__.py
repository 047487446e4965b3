"""What the bot remembers: questions without their askers, gaps, votes under a keyed hash, the rates that protocols
state, and a little state of its own.

`Memory` is the whole interface. Recording never waits for the disk and never raises; one thread does the writing.
"""

from bot.errors import StorageUnavailable
from bot.storage.events import FACES, TEXT_LIMIT, Face, Outcome
from bot.storage.memory import Memory
from bot.storage.rates import RATE_RETENTION, KeptRate
from bot.storage.store import DATABASE_NAME, KEY_NAME, Gap

__all__ = [
    "DATABASE_NAME",
    "FACES",
    "KEY_NAME",
    "RATE_RETENTION",
    "TEXT_LIMIT",
    "Face",
    "Gap",
    "KeptRate",
    "Memory",
    "Outcome",
    "StorageUnavailable",
]
