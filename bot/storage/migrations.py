"""How the database came to look as it does: one small function a step, each applied once, never changed afterwards."""

from sqlite_utils import Database, Migrations

from bot.storage.traces import note_traces

migrations = Migrations("bot.storage")


@migrations()
def m001_questions(db: Database) -> None:
    """Every question put to the bot, without who asked and where."""
    table = db.table("questions")
    table.create(
        {"id": int, "at": int, "text": str, "outcome": str, "entry": str, "face": str},
        pk="id",
        not_null={"at", "text", "outcome", "face"},
    )
    table.create_index(["at"])


@migrations()
def m002_gaps(db: Database) -> None:
    """Questions without a reviewed answer, one row a wording."""
    table = db.table("gaps")
    table.create(
        {"text": str, "count": int, "first_seen": int, "last_seen": int},
        pk="text",
        not_null={"count", "first_seen", "last_seen"},
    )
    table.create_index(["last_seen"])


@migrations()
def m003_feedback(db: Database) -> None:
    """One row a member and entry; `vote` and `member` are hashes under the key named in `made_under`."""
    table = db.table("feedback")
    table.create(
        {"vote": str, "member": str, "made_under": str, "entry": str, "helpful": int, "at": int},
        pk="vote",
        not_null={"member", "made_under", "entry", "helpful", "at"},
    )
    table.create_index(["member"])
    table.create_index(["at"])


@migrations()
def m004_state(db: Database) -> None:
    """Small settings the bot keeps between two starts."""
    db.table("state").create({"key": str, "value": str}, pk="key", not_null={"value"})


@migrations()
def m005_rates(db: Database) -> None:
    """What protocols state their tokens to be worth: the first and the last reading of each UTC day, in one row.

    A rate is a text, since no number of SQLite holds 18 decimals. Of a day with one reading both halves are equal.
    """
    first, last = {"rate": str, "block": int, "at": int}, {"last_rate": str, "last_block": int, "last_at": int}
    columns = {"token": str, "day": str, **first, **last}
    db.table("rates").create(columns, pk=("token", "day"), not_null=set(columns))


@migrations()
def m006_unmet(db: Database) -> None:
    """Questions that were not served, one row a member, wording and end, in place of the gaps.

    No gap is carried over: nobody knows how many members were behind it, and a question is shown only when enough were.
    `asker` is a hash under the key named in `made_under`; where there is no entry it is the empty text.
    """
    columns = {"text": str, "kind": str, "entry": str, "asker": str, "made_under": str, "at": int}
    table = db.table("unmet")
    table.create(columns, pk=("asker", "text", "kind", "entry"), not_null=set(columns))
    table.create_index(["at"])
    if db.table("gaps").count:
        note_traces(db)
    db.table("gaps").drop()


@migrations()
def m007_servers(db: Database) -> None:
    """What servers have set, one row each; `mention_channels` is a list of ids as JSON."""
    db.table("servers").create(
        {"guild": int, "public": int, "mention_channels": str, "moderators": int},
        pk="guild",
        not_null={"public", "mention_channels"},
    )


@migrations()
def m008_audit(db: Database) -> None:
    """Every action of a moderator; `actor` is a code made under a key that is replaced."""
    columns = {"at": int, "action": str, "actor": str, "target": str, "old": str, "new": str}
    table = db.table("audit")
    table.create({"id": int, **columns}, pk="id", not_null=set(columns))
    table.create_index(["at"])
