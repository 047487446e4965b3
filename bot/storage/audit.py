"""What moderators have changed, who among them it was, and what it said before and after."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlite_utils import Database

from bot.storage.events import storable

AUDIT_RETENTION: Final = timedelta(days=400)
"""How long an action is held: a year and some weeks, whatever the retention of questions is."""

AUDIT_TEXT: Final = 8_000
"""Longest text before and after that is kept, in characters."""

AUDIT_NAME: Final = 300
"""Longest name of an action or a target that is kept, in characters."""

READ_AUDIT: Final = "select at, action, actor, target, old, new from audit order by id desc limit ?"

KEEP_ACTION: Final = """
    insert into audit (at, action, actor, target, old, new) values (:at, :action, :actor, :target, :old, :new)
"""

PRUNE_AUDIT: Final = "delete from audit where at < ?"


@dataclass(frozen=True, slots=True)
class Audited:
    """An action of a moderator at a moment (aware UTC), what it was done to, and the text before and after.

    `actor` is the code of the moderator, ten hexadecimal digits. It is made under a key that is replaced, so one
    moderator has several over the months, and when the key is gone nobody can tell whose it was.
    """

    at: datetime
    action: str
    actor: str
    target: str
    old: str
    new: str


def read_audit(db: Database, limit: int) -> list[Audited]:
    """The last actions, newest first."""
    rows = db.execute(READ_AUDIT, [limit]).fetchall()
    return [Audited(datetime.fromtimestamp(at, UTC), *map(str, texts)) for at, *texts in rows]


def keep_action(db: Database, done: Audited) -> None:
    """Add an action; texts that are too long are cut."""
    row = {
        "at": int(done.at.timestamp()),
        "action": storable(done.action, AUDIT_NAME),
        "actor": done.actor,
        "target": storable(done.target, AUDIT_NAME),
        "old": storable(done.old, AUDIT_TEXT),
        "new": storable(done.new, AUDIT_TEXT),
    }
    db.execute(KEEP_ACTION, row)
