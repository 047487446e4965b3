"""What was put to the bot, read back for those who look after the answers: the last questions, what is asked most, and
how entries are voted on. Nothing in it points to a member.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from sqlite_utils import Database

from bot.storage.events import Face, Outcome

READ_QUESTIONS: Final = "select text, outcome, entry, face, at from questions order by id desc limit ?"

COUNT_ENTRIES: Final = """
    select entry, count(*) from questions where at >= ? and entry is not null
    group by entry order by count(*) desc, entry limit ?
"""

COUNT_VOTES: Final = """
    select entry, total(helpful <> 0), total(helpful = 0) from feedback where at >= ?
    group by entry order by total(helpful = 0) desc, entry
"""


@dataclass(frozen=True, slots=True)
class PutQuestion:
    """A question in the plain words that may be kept of it, what became of it, and when (aware UTC)."""

    text: str
    outcome: Outcome
    entry: str | None
    face: Face
    at: datetime


@dataclass(frozen=True, slots=True)
class EntryCount:
    """How many questions an entry answered."""

    entry: str
    count: int


@dataclass(frozen=True, slots=True)
class EntryVotes:
    """How many members found an entry helpful, and how many did not: the last vote of each."""

    entry: str
    helpful: int
    unhelpful: int


def read_questions(db: Database, limit: int) -> list[PutQuestion]:
    """The last questions, newest first."""
    return [
        PutQuestion(str(text), cast(Outcome, outcome), entry, cast(Face, face), datetime.fromtimestamp(at, UTC))
        for text, outcome, entry, face, at in db.execute(READ_QUESTIONS, [limit]).fetchall()
    ]


def count_entries(db: Database, since: datetime, limit: int) -> list[EntryCount]:
    """The entries that answered most questions since then (aware), the most first."""
    rows = db.execute(COUNT_ENTRIES, [int(since.timestamp()), limit]).fetchall()
    return [EntryCount(str(entry), count) for entry, count in rows]


def count_votes(db: Database, since: datetime) -> list[EntryVotes]:
    """The votes of since then (aware) by entry, those that helped fewest first."""
    rows = db.execute(COUNT_VOTES, [int(since.timestamp())]).fetchall()
    return [EntryVotes(str(entry), int(helpful), int(unhelpful)) for entry, helpful, unhelpful in rows]
