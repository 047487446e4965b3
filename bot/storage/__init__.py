"""What the bot remembers: questions without their askers; votes, and questions that were not served, under keyed
hashes; what servers have set; what moderators have done; the rates that protocols state; and a little state of its own.

`Memory` is the whole interface. Recording never waits for the disk and never raises; one thread does the writing.
"""

from bot.errors import StorageUnavailable
from bot.storage.audit import AUDIT_RETENTION, AUDIT_TEXT, Audited
from bot.storage.events import FACES, TEXT_LIMIT, Face, Outcome
from bot.storage.members import Holdings
from bot.storage.memory import Memory
from bot.storage.put import EntryCount, EntryVotes, PutQuestion
from bot.storage.rates import RATE_RETENTION, KeptRate
from bot.storage.servers import ServerSettings
from bot.storage.store import DATABASE_NAME, KEY_NAME
from bot.storage.unmet import MOST_UNMET, Unmet, UnmetKind

__all__ = [
    "AUDIT_RETENTION",
    "AUDIT_TEXT",
    "DATABASE_NAME",
    "FACES",
    "KEY_NAME",
    "MOST_UNMET",
    "RATE_RETENTION",
    "TEXT_LIMIT",
    "Audited",
    "EntryCount",
    "EntryVotes",
    "Face",
    "Holdings",
    "KeptRate",
    "Memory",
    "Outcome",
    "PutQuestion",
    "ServerSettings",
    "StorageUnavailable",
    "Unmet",
    "UnmetKind",
]
