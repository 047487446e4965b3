"""Questions that the bot did not serve: nothing was found, what was found did not help, or only another wording did."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, cast

from sqlite_utils import Database

UnmetKind = Literal["gap", "unhelpful", "retry"]
"""`gap`: no entry answered. `unhelpful`: the entry did, and its reader pressed Not helpful. `retry`: nothing that its
member took came of it, and what they asked or opened next reached the entry.
"""

MOST_UNMET: Final = 20_000
"""Rows that are read at once, in some megabytes; of more than these the oldest are left out."""

READ_UNMET: Final = """
    select text, kind, entry, asker, made_under, at from unmet
    order by at desc, text, kind, entry, made_under, asker limit ?
"""


@dataclass(frozen=True, slots=True)
class Unmet:
    """A question that was not served, in the plain words that may be kept of it, and when it was last put (aware UTC).

    One row stands for all times that one member put these words with this end. `entry` is what they reached, None for a
    gap. `asker` stands for the member and means nothing but "the same" or "another", and that only among rows of one
    `key`, the name of the key it was made under: keys are replaced, and then one member has two. Who counts members
    takes the largest count under any one key.
    """

    text: str
    kind: UnmetKind
    entry: str | None
    asker: str
    key: str
    at: datetime


def read_unmet(db: Database, limit: int = MOST_UNMET) -> list[Unmet]:
    """What was not served, the last first."""
    return [
        Unmet(str(text), cast(UnmetKind, kind), entry or None, str(asker), str(key), datetime.fromtimestamp(at, UTC))
        for text, kind, entry, asker, key, at in db.execute(READ_UNMET, [limit]).fetchall()
    ]
