"""Slots in an answer's text become a value with its age and source. A value that is not known takes its sentence
along: never a 0, never a number without a date.
"""

import re
from collections.abc import Mapping
from typing import Protocol

from bot.answering.answers import ShownFigure
from bot.answering.numerals import short_date
from bot.knowledge.facts import Facts, Figure
from bot.knowledge.prose import SLOT, slots_in

_SENTENCE_END = re.compile(r"(?<=[.!?])(?=\s+[A-Z\"“*{(\d])")
_LIST_MARK = re.compile(r"\s*(?:[-*]|\d+[.)])\s+")
_REPORTED = "U"
_HELD_BACK = frozenset({"premium", "apr"})


class LiveFigures(Protocol):
    """Where live values come from. The keys are slots such as `rate:rsETH`; what is not known is left out, and its
    dated figure stands in. One without a text marks what must not be said now, dated or not.
    """

    async def figures(self, slots: tuple[str, ...]) -> Mapping[str, ShownFigure]:
        """Current values for `slots`, each with its time and source. Answers within its own time limit."""
        ...


class NoLiveFigures:
    """Knows no live value, so that every slot shows its dated figure."""

    async def figures(self, slots: tuple[str, ...]) -> Mapping[str, ShownFigure]:
        """Nothing."""
        del slots
        return {}


def live_slots(text: str) -> tuple[str, ...]:
    """The slots of a text that a live value could fill, each once."""
    return tuple(dict.fromkeys(f"{slot.kind}:{slot.key}" for slot in slots_in(text) if slot.kind != "figure"))


def fill(text: str, facts: Facts, live: Mapping[str, ShownFigure]) -> tuple[str, tuple[ShownFigure, ...]]:
    """`text` with its slots filled, and the figures that now stand in it."""
    shown: dict[str, ShownFigure] = {}
    paragraphs = [_fill_paragraph(paragraph, facts, live, shown) for paragraph in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(paragraphs)).strip(), tuple(shown.values())


def _fill_paragraph(
    paragraph: str, facts: Facts, live: Mapping[str, ShownFigure], shown: dict[str, ShownFigure]
) -> str:
    if not SLOT.search(paragraph):
        return paragraph
    mark = _LIST_MARK.match(paragraph)
    start = mark[0] if mark else ""
    sentences = _SENTENCE_END.split(paragraph.removeprefix(start))
    text = "".join(_fill_sentence(sentence, facts, live, shown) for sentence in sentences).strip()
    return start + text if text else ""


def _fill_sentence(sentence: str, facts: Facts, live: Mapping[str, ShownFigure], shown: dict[str, ShownFigure]) -> str:
    """The sentence with its figures, or nothing where one of them is not known."""
    figures = {match[0]: _figure(match[1], match[2], facts, live) for match in SLOT.finditer(sentence)}
    known = {slot: figure for slot, figure in figures.items() if figure is not None}
    if len(known) < len(figures):
        return ""
    shown |= {figure.slot: figure for figure in known.values()}
    return SLOT.sub(lambda slot: known[slot[0]].text, sentence)


def _figure(kind: str, key: str, facts: Facts, live: Mapping[str, ShownFigure]) -> ShownFigure | None:
    slot = f"{kind}:{key}"
    figure = facts.figures.get(key) if kind == "figure" else facts.figure_for(slot)
    if _is_held_back(slot, facts) or (figure is not None and _is_held_back(figure.live or "", facts)):
        return None
    if slot in live:
        return live[slot] if live[slot].text else None
    return None if figure is None else ShownFigure(slot, dated(figure), figure.as_of, figure.source)


def _is_held_back(slot: str, facts: Facts) -> bool:
    """While an incident is open, what makes its protocol look cheap or rewarding is not said, dated or not."""
    kind, _, key = slot.partition(":")
    token = facts.tokens.get(key)
    return kind in _HELD_BACK and token is not None and bool(facts.open_incidents((token.protocol,)))


def dated(figure: Figure) -> str:
    """A figure as a sentence says it, with the day it was true: `about $118 million (reported, 2 Oct 2026)`."""
    reported = "reported, " if figure.grade == _REPORTED else ""
    return f"{figure.say} ({reported}{short_date(figure.as_of)})"
