"""What servers have set."""

import sqlite3
from contextlib import closing

import pytest

from bot.storage import ServerSettings

GUILD = 1_234_567_890_123_456_789


async def test_a_server_that_has_set_nothing_is_private_and_answers_mentions_everywhere(open_memory):
    async with open_memory() as memory:
        assert await memory.server(GUILD) == ServerSettings(GUILD, False, (), None)
        assert await memory.servers() == []


async def test_what_is_set_outlives_a_restart_and_the_last_counts(open_memory):
    chosen = ServerSettings(GUILD, public=True, mention_channels=(GUILD + 2, GUILD + 1), moderators=GUILD + 3)
    async with open_memory() as memory:
        await memory.set_server(ServerSettings(GUILD, public=True))
        await memory.set_server(chosen)
        await memory.set_server(ServerSettings(5, moderators=6))
    async with open_memory() as memory:
        assert await memory.server(GUILD) == chosen
        assert await memory.servers() == [ServerSettings(5, moderators=6), chosen]


async def test_what_is_back_at_the_beginning_leaves_no_row(open_memory, rows):
    async with open_memory() as memory:
        await memory.set_server(ServerSettings(GUILD, public=True))
        await memory.set_server(ServerSettings(GUILD))
        assert await memory.server(GUILD) == ServerSettings(GUILD)
    assert rows("select * from servers") == []


@pytest.mark.parametrize("edited", ["", "not json", "7", '{"a": 1}', '["x"]', "[null]"])
async def test_a_row_that_somebody_has_broken_answers_mentions_everywhere(open_memory, folder, edited):
    async with open_memory() as memory:
        await memory.set_server(ServerSettings(GUILD, public=True, mention_channels=(1,)))
        with closing(sqlite3.connect(folder / "memory.db")) as other:
            other.execute("update servers set mention_channels = ?", [edited])
            other.commit()
        assert await memory.server(GUILD) == ServerSettings(GUILD, public=True)


async def test_settings_are_not_subject_to_retention(open_memory, clock):
    async with open_memory() as memory:
        await memory.set_server(ServerSettings(GUILD, public=True))
        clock.advance(days=4000)
        await memory.prune(clock.now)
        assert (await memory.server(GUILD)).public
