"""Cards of answers with their pictures, which are read from the knowledge folder when they are shown."""

import logging
from collections.abc import Callable

from bot.answering import Answer
from bot.cogs.services import Services
from bot.knowledge.pictures import PNG, drawing
from bot.ui.cards import answer_card
from bot.ui.layout import Card, Place

log = logging.getLogger("bot.cogs")


def card_of(answer: Answer, services: Services) -> Callable[[Place], Card]:
    """The card of an answer for any place. Without its drawing, which the log then tells, the answer stands alone."""
    drawn = _drawn(answer, services)
    return lambda place: answer_card(answer, place, drawn)


def _drawn(answer: Answer, services: Services) -> bytes | None:
    if answer.picture is None:
        return None
    try:
        return drawing(services.knowledge_dir, answer.picture.id, PNG)
    except OSError as error:
        log.warning("The picture %s cannot be shown: %s.", answer.picture.id, error.strerror)
        return None
