"""What a server has set for itself. Numbers of servers and channels, never of a member."""

import json
from dataclasses import dataclass
from typing import Final

from sqlite_utils import Database

READ_SERVERS: Final = "select guild, public, mention_channels, moderators from servers order by guild"

KEEP_SERVER: Final = """
    insert into servers (guild, public, mention_channels, moderators) values (?, ?, ?, ?)
    on conflict (guild) do update set
        public = excluded.public, mention_channels = excluded.mention_channels, moderators = excluded.moderators
"""

FORGET_SERVER: Final = "delete from servers where guild = ?"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How the bot behaves in the server with the id `guild`.

    `public`: answers to commands are seen by everybody in the channel. `mention_channels` are the ids of the channels
    in which mentions are answered; empty for all. `moderators` is the id of the channel where moderators are told what
    concerns them; None where there is none.
    """

    guild: int
    public: bool = False
    mention_channels: tuple[int, ...] = ()
    moderators: int | None = None


def read_servers(db: Database) -> dict[int, ServerSettings]:
    """The settings of every server that has changed some, by its id."""
    rows = db.execute(READ_SERVERS).fetchall()
    return {guild: ServerSettings(guild, bool(public), _channels(listed), told) for guild, public, listed, told in rows}


def keep_server(db: Database, settings: ServerSettings) -> None:
    """Keep the settings in place of earlier ones; a server that is back at what all begin with needs no row."""
    if settings == ServerSettings(settings.guild):
        db.execute(FORGET_SERVER, [settings.guild])
    else:
        listed = json.dumps(settings.mention_channels)
        db.execute(KEEP_SERVER, [settings.guild, settings.public, listed, settings.moderators])


def _channels(listed: str) -> tuple[int, ...]:
    """The ids in a row. What somebody has edited into something else counts as none, so all channels are answered."""
    try:
        return tuple(int(channel) for channel in json.loads(listed))
    except (ValueError, TypeError):
        return ()
