"""What the bot remembers: questions without their askers, gaps, votes under a keyed hash, and a little state.

`Memory` is the whole interface. Recording never waits for the disk and never raises; one thread does the writing.
"""

from bot.errors import StorageUnavailable
from bot.storage.events import FACES, TEXT_LIMIT, Face, Outcome
from bot.storage.memory import Memory
from bot.storage.store import DATABASE_NAME, KEY_NAME, Gap

__all__ = [
    "DATABASE_NAME",
    "FACES",
    "KEY_NAME",
    "TEXT_LIMIT",
    "Face",
    "Gap",
    "Memory",
    "Outcome",
    "StorageUnavailable",
]
