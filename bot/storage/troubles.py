"""What can be wrong with the disk, in words for the operator: one line when it begins and one when it is over."""

import errno
import logging
import sqlite3
from dataclasses import dataclass

from bot.storage.damage import is_damage, primary_code

log = logging.getLogger("bot.storage")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A kind of trouble and what the operator can do about it; `transient` when the open database stays usable."""

    name: str
    cure: str
    transient: bool = False


LOCKED = Trouble("it is locked by another process", "End the program that holds the database open.", transient=True)
FULL = Trouble("the disk or the size limit is full", "Free space, or shorten the retention.", transient=True)
READ_ONLY = Trouble("it is read-only", "Let the bot's user write to the data folder.")
UNREACHABLE = Trouble("it cannot be opened or created", "Check that the data folder exists and is a folder.")
DAMAGED = Trouble("it is damaged", "Move the database file away; the bot begins a new one.")
DISK_ERROR = Trouble("the disk reports an error", "Check the disk that holds the data folder.")
UNEXPECTED = Trouble("it refused the work", "Check that the database was made by this program.")

BY_SQLITE_CODE = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: UNREACHABLE,
    sqlite3.SQLITE_IOERR: DISK_ERROR,
}
BY_ERRNO = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EROFS: READ_ONLY,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.EIO: DISK_ERROR,
}


def trouble_of(error: BaseException) -> Trouble:
    """The kind of trouble an error tells of."""
    if is_damage(error):
        return DAMAGED
    if isinstance(error, sqlite3.Error):
        return BY_SQLITE_CODE.get(primary_code(error), UNEXPECTED)
    if isinstance(error, OSError):
        return BY_ERRNO.get(error.errno or 0, UNREACHABLE)
    return UNEXPECTED


class TroubleLog:
    """Says each kind of trouble once until the database works again, however often it is met."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._told: set[Trouble] = set()

    @property
    def open(self) -> bool:
        """Whether trouble was told and its end was not."""
        return bool(self._told)

    def met(self, error: BaseException) -> None:
        """Tell the operator, unless this kind was told already."""
        trouble = trouble_of(error)
        if trouble not in self._told:
            self._told.add(trouble)
            log.error(
                "The bot's memory %s does not work now: %s (%s: %s). The bot goes on without it. %s",
                self._place,
                trouble.name,
                type(error).__name__,
                error,
                trouble.cure,
            )

    def over(self, lost: int) -> None:
        """Tell that it works again, and how many records were lost meanwhile."""
        if self._told:
            self._told.clear()
            log.info("The bot's memory %s works again; %d records were lost meanwhile.", self._place, lost)
