"""What is held of members under keyed hashes: their votes, and the questions of theirs that were not served.

All of it runs inside a transaction of the store, which also keeps the keys.
"""

from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

from bot.storage.events import Missed, OfMember, Voted
from bot.storage.traces import delete_rows
from bot.storage.votes import KeyRing

KEEP_MISSED: Final = """
    insert into unmet (text, kind, entry, asker, made_under, at) values (?, ?, ?, ?, ?, ?)
    on conflict (asker, text, kind, entry) do update set at = max(at, excluded.at)
"""


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much is held about a member: votes and questions, which they can erase, and actions as a moderator, which
    stay in the audit log until their time is over.
    """

    votes: int = 0
    questions: int = 0
    actions: int = 0

    @property
    def total(self) -> int:
        """What erasing takes."""
        return self.votes + self.questions

    def __add__(self, other: "Holdings") -> "Holdings":
        return Holdings(self.votes + other.votes, self.questions + other.questions, self.actions + other.actions)


def write_of_member(db: Database, ring: KeyRing, event: OfMember) -> None:
    """Keep what a member did, in place of the same under an earlier key."""
    if isinstance(event, Voted):
        _write_vote(db, ring, event)
    else:
        _write_missed(db, ring, event)


def holdings_of(db: Database, ring: KeyRing, user_id: int) -> Holdings:
    """How much is held about the member."""
    return Holdings(
        votes=_count(db, "feedback", "member", ring.members(user_id)),
        questions=_count(db, "unmet", "asker", ring.askers(user_id)),
        actions=_count(db, "audit", "actor", ring.codes(user_id)),
    )


def erase_of(db: Database, ring: KeyRing, user_id: int) -> Holdings:
    """Delete the votes and questions of the member; says how many they were, and what stays."""
    held = holdings_of(db, ring, user_id)
    for member in ring.members(user_id):
        delete_rows(db, "delete from feedback where member = ?", member)
    for asker in ring.askers(user_id):
        delete_rows(db, "delete from unmet where asker = ?", asker)
    return held


def delete_unlinkable(db: Database, ring: KeyRing | None) -> int:
    """Delete what was made under a key that is gone, as its members could never erase it; says how many rows."""
    names = [key.name for key in ring.keys] if ring else []
    places = ", ".join("?" for _ in names)
    tables = ("feedback", "unmet")
    return sum(delete_rows(db, f"delete from {table} where made_under not in ({places})", *names) for table in tables)  # noqa: S608


def _write_vote(db: Database, ring: KeyRing, vote: Voted) -> None:
    for key in ring.keys[1:]:
        delete_rows(db, "delete from feedback where vote = ?", key.vote(vote.user_id, vote.entry))
    key = ring.current
    row = {
        "vote": key.vote(vote.user_id, vote.entry),
        "member": key.member(vote.user_id),
        "made_under": key.name,
        "entry": vote.entry,
        "helpful": vote.helpful,
        "at": vote.at,
    }
    db.table("feedback").upsert(row, pk="vote")
    if vote.helpful:
        _take_back_unhelpful(db, ring, vote)


def _take_back_unhelpful(db: Database, ring: KeyRing, vote: Voted) -> None:
    """A member who finds an entry helpful after all no longer says the opposite of it."""
    for asker in ring.askers(vote.user_id):
        delete_rows(db, "delete from unmet where asker = ? and kind = 'unhelpful' and entry = ?", asker, vote.entry)


def _write_missed(db: Database, ring: KeyRing, missed: Missed) -> None:
    same = (missed.text, missed.kind, missed.entry or "")
    for key in ring.keys[1:]:
        asker = key.asker(missed.user_id)
        delete_rows(db, "delete from unmet where asker = ? and text = ? and kind = ? and entry = ?", asker, *same)
    key = ring.current
    db.execute(KEEP_MISSED, [*same, key.asker(missed.user_id), key.name, missed.at])


def _count(db: Database, table: str, column: str, hashes: list[str]) -> int:
    return sum(db.table(table).count_where(f"{column} = ?", [one]) for one in hashes)
