"""What tests of `/kb` look at."""

from typing import Any

from bot.answering import Question
from bot.cogs.services import Services
from tests.discord.seen import shown

WHERE = "where do restaking rewards come from"
SLASHED = "can my stake be slashed"


async def body(services: Services, question: str = WHERE) -> str:
    """What members are answered now."""
    return (await services.desk.ask(Question(question))).body


def last(room: Any) -> str:
    """The last message in a channel."""
    return shown(room.last_message)
