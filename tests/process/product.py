"""What the tests of the whole product share: how it is started, and what people and operators see of it."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.standin import BotProcess, StandIn
from tests.standin.messages import walk
from tests.standin.world import Json

BOT = [sys.executable, "-m", "bot"]
TOKEN = "made-up.token.of-the-tests"
CALLBACK = "/interactions/*/callback"
TEXT, BUTTON = 10, 2


@dataclass(frozen=True, slots=True)
class Product:
    """A running bot, the Discord it is connected to, and its data folder."""

    discord: StandIn
    bot: BotProcess
    data: Path


def environment(data: Path, knowledge: Path, **more: str) -> dict[str, str]:
    """The variables of a bot with this data and knowledge folder."""
    return {"DISCORD_TOKEN": TOKEN, "BOT_DATA_DIR": str(data), "BOT_KNOWLEDGE_DIR": str(knowledge)} | more


def shown(message: Json) -> str:
    """The text that a reader sees."""
    return "\n".join(part["content"] for part in walk(message["components"]) if part["type"] == TEXT)


def labels(message: Json) -> list[str]:
    """What stands on the buttons."""
    return [part["label"] for part in walk(message["components"]) if part["type"] == BUTTON]


def rows(data: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in the bot's database, read as any other program would."""
    with closing(sqlite3.connect(data / "memory.db")) as connection:
        return connection.execute(query).fetchall()


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The name and the bytes of every file in a folder and below."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


async def posted(discord: StandIn, to: Json, *, since: int = 0) -> Json:
    """What the bot sent to the channel of a message in answer to it, once Discord took it."""
    path = f"/channels/{to['channel_id']}/messages"
    sent = await discord.requests.wait_for(
        lambda seen: seen.fits("POST", path) and seen.status == 200 and seen.json["nonce"] == to["id"], since=since
    )
    return dict(sent.json)
