"""The strategy guide as cards. Pure: whatever a guide holds, the card stays within Discord's limits."""

from collections.abc import Sequence
from typing import Final

from bot.answering import Choice
from bot.answering.strategy import Asked, Explained
from bot.knowledge.guide import PLACEHOLDER
from bot.ui import limits
from bot.ui.fitting import AROUND, cost, fitted
from bot.ui.ids import Action, guide_id
from bot.ui.layout import (
    Card,
    Colour,
    Part,
    Row,
    incidents,
    menu,
    menus,
    panel,
    press,
    row,
    text,
    titled,
)
from bot.ui.text import one_line, shortened

OVER: Final = "Start over"
_HEADINGS: Final = ("What can go wrong", "Ways out", "Why your answers lead here")


def question_card(asked: Asked) -> Card:
    """One question with its answers to pick from; before the first stands what the guide is."""
    intro = text(shortened(asked.intro, limits.CAVEATS)) if asked.place == 1 else None
    heading = titled(f"{asked.place} of {asked.total}: {asked.question.ask}", "")
    again = None if asked.place == 1 else row(press(Action.AGAIN, OVER))
    return Card([panel(Colour.ASK_BACK, intro, heading, _options(asked), again)])


def result_card(told: Explained) -> Card:
    """What the answers lead to, what can go wrong with it, the ways out, why, and what to read on in."""
    notice = shortened(one_line(told.notice), limits.CAVEATS)
    why = [f"**{one.label}**: {one.because}" for one in told.given]
    kept = fitted([[told.say], told.risks, told.exits, why], _room(told, notice))
    lists = [_listed(heading, lines) for heading, lines in zip(_HEADINGS, kept[1:], strict=True) if lines]
    return Card(
        [
            *incidents(told.banners),
            panel(
                Colour.ANSWER,
                titled(told.title, "\n".join([f"**{notice}**", *kept[0]])),
                *lists,
                *_reading(told.entries),
                row(press(Action.AGAIN, OVER)),
            ),
        ]
    )


def _options(asked: Asked) -> Row | None:
    custom_id = guide_id(asked.answers)
    if custom_id is None:
        return None
    labels = [(option.id, option.label) for option in asked.question.options[: limits.OPTIONS]]
    return menu(custom_id, asked.question.placeholder or PLACEHOLDER, labels)


def _listed(heading: str, lines: Sequence[str]) -> Part:
    return text("\n".join([f"**{heading}**", *(f"- {line}" for line in lines)]))


def _reading(entries: Sequence[Choice]) -> Sequence[Part]:
    """Buttons, or a menu where they would not stand in one row."""
    if len(entries) > limits.ROW:
        return menus(Action.PICK, "Read on", [(one.entry, one.title) for one in entries])[:1]
    found = row(*(press(Action.OPEN, one.title, one.entry) for one in entries))
    return [] if found is None else [found]


def _room(told: Explained, notice: str) -> int:
    """What the explanation may take once everything around it has its room."""
    banners = min(cost([told.banners]), limits.BANNERS)
    headings = cost([[*_HEADINGS, notice]]) + limits.TITLE + AROUND
    return limits.TEXT - limits.NOTICE - banners - headings
