"""Cards of `/kb preview`: an entry as members would see it, what is wrong with its file, and which questions it would
move. Pure.
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

import discord

from bot.answering.numerals import counted
from bot.curation.diff import KnowledgeDiff, Loss
from bot.curation.diff_text import NO_QUESTIONS
from bot.curation.moves import Change, Move
from bot.curation.whatif import WhatIf
from bot.knowledge.entries import Status
from bot.ui.ids import Action, plain_id
from bot.ui.kb import problem_line, whole_lines
from bot.ui.layout import Card, Colour, divider, panel, small, text
from bot.ui.text import escape, one_line, shortened

EXAMPLES: Final = 3
"""Questions that are named for each kind of move."""
PHRASINGS: Final = 2
"""Phrasings that are named as what took questions."""
PROBLEMS: Final = 1400
MOVES: Final = 2000
WINDOW: Final = 4000
"""Characters that a window of Discord takes."""
FILE, TEXT = "file", "text"
"""The fields of the window."""
WINDOW_ID: Final = plain_id(Action.PREVIEW)
AT_IT: Final = (
    "I am looking for the questions that would move: about half a minute, four minutes at most. This card then shows "
    "them, and the problems of the file."
)
SEEN: Final = "As members would see it, with nothing to press."
NOT_SERVED: Final = "This file could not be served as it stands. Mend these first; then I can say what it would move."
DRAFT: Final = (
    "It says `status: draft`, so members never see it and it moves no question. With `status: published` this shows "
    "what it would do."
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What trying a file gave. `asked` are the wordings that may be repeated: those that enough members have used."""

    found: WhatIf
    asked: frozenset[str] = frozenset()


def file_window(file: str, content: str) -> discord.ui.Modal:
    """The window to type or change a file in. Nothing of it is kept here, so that it also works after a restart."""
    window = _Window(title="Preview of an entry", timeout=None, custom_id=WINDOW_ID)
    place = discord.ui.TextInput[Any](
        custom_id=FILE, max_length=100, default=file or None, placeholder="topic/entry.md"
    )
    whole = discord.ui.TextInput[Any](
        custom_id=TEXT, style=discord.TextStyle.paragraph, max_length=WINDOW, default=content or None
    )
    window.add_item(discord.ui.Label(text="Where it lies", description="topic/entry-id.md", component=place))
    window.add_item(discord.ui.Label(text="The whole file", component=whole))
    return window


class _Window(discord.ui.Modal):
    """discord.py is told not to wait for it: what comes of it is found by its id."""

    def is_finished(self) -> bool:
        return True


def inert(card: Card) -> Card:
    """The same card with all that can be pressed greyed out: it is to be looked at."""
    return _Inert(card.headed(SEEN))


class _Inert(Card):
    def __init__(self, card: Card) -> None:
        super().__init__([], card.pictures)
        self._card = card

    def to_components(self) -> list[dict[str, Any]]:
        return [_greyed(part) for part in deepcopy(self._card.to_components())]

    def has_components_v2(self) -> bool:
        return True


_PRESSED: Final = frozenset({2, 3, 5, 6, 7, 8})
"""Types of components that can be pressed: buttons and menus."""


def _greyed(part: dict[str, Any]) -> dict[str, Any]:
    if part.get("type") in _PRESSED:
        part["disabled"] = True
    for inner in part.get("components", []):
        _greyed(inner)
    return part


def working_card(file: str) -> Card:
    """While a file is tried."""
    return Card([panel(Colour.QUIET, text(f"### Preview of `{_code(file)}`"), text(AT_IT))])


def failed_card(file: str, sentence: str) -> Card:
    """A file that could not be tried; the sentence says why."""
    return Card([panel(Colour.SAFETY, text(f"### Preview of `{_code(file)}`"), text(escape(sentence, 400)))])


def preview_card(effect: Effect) -> Card:
    """The problems of a file with line and cure, then what it would move, what is lost first."""
    found = effect.found
    bad = found.entry is None or (found.diff is not None and bool(found.diff.unlisted))
    return Card(
        [
            panel(
                Colour.SAFETY if bad else Colour.ANSWER,
                text(f"### Preview of `{_code(found.file)}`"),
                text(_verdict(found)),
                text(whole_lines(_problems(found), PROBLEMS)),
                text(whole_lines(moved_lines(effect), MOVES)) if found.diff is not None else None,
                divider(),
                small(
                    "Nothing is changed or kept. A file goes live by a pull request, or by saving it and `/kb reload`."
                ),
            )
        ]
    )


def _code(file: str) -> str:
    return shortened(one_line(file).replace("`", "'"), 120)


def _verdict(found: WhatIf) -> str:
    if found.entry is None or found.diff is None:
        return NOT_SERVED
    kind = "A new entry." if found.is_new else "A change of an entry."
    if found.entry.status is not Status.PUBLISHED:
        return (
            f"{kind} {DRAFT}" if found.entry.status is Status.DRAFT else f"{kind} It is retired: members never see it."
        )
    lost = len(found.diff.unlisted)
    if lost:
        return f"{kind} ⚠️ **It takes {counted(lost, 'recorded question')} from where it belongs.**"
    return f"{kind} No recorded question is lost by it." if found.diff.recorded else kind


def _problems(found: WhatIf) -> Iterator[str]:
    if not found.problems:
        yield "**Problems:** none; `knowledge check` passes this file."
        return
    yield f"**Problems ({len(found.problems)}):**"
    yield from map(problem_line, sorted(found.problems, key=lambda one: (not one.fatal, one.line)))


def moved_lines(effect: Effect) -> Iterator[str]:
    """What would move: losses by name with examples, then what is less sure, gained, and moves of recent questions."""
    diff = effect.found.diff
    if diff is None:
        return
    if not diff.recorded:
        yield NO_QUESTIONS
    for loss in diff.losses:
        yield from _loss(loss)
    yield from _kind("less sure of its entry than before", diff.of(Change.LESS_SURE))
    yield from _kind("no longer reaching its entry, as the file no longer lists it", diff.of_removed)
    yield from _kind("better off", diff.gains)
    yield from _recent(diff, effect)
    if not diff.moves:
        yield "**Questions that move:** none, recorded or recent."


def _loss(loss: Loss) -> Iterator[str]:
    intended = " (listed as intended)" if loss.intended else ""
    yield f"- **{escape(loss.sentence, 200)}**{intended}"
    yield from (f"  - by {escape(str(one), 200)}" for one in loss.by[:PHRASINGS])
    yield from _examples(loss.moves)


def _kind(what: str, moves: Sequence[Move]) -> Iterator[str]:
    if moves:
        yield f"- {counted(len(moves), 'question')} {what}"
        yield from _examples(moves)


def _recent(diff: KnowledgeDiff, effect: Effect) -> Iterator[str]:
    """Moves of questions that members asked lately. Of these only wordings are repeated that enough of them used."""
    if not diff.recent:
        return
    new = [move for move in diff.of_recent if move.newly_answered]
    other = [move for move in diff.of_recent if not move.newly_answered]
    if new:
        yield f"- {_of_recent(len(new), diff.recent)} that no text answered would be answered: {_takers(new)}"
        yield from _examples([move for move in new if move.question in effect.asked])
    if other:
        yield f"- {_of_recent(len(other), diff.recent)} would see something else: {_ways(other)}"
        yield from _examples([move for move in other if move.question in effect.asked])


def _of_recent(count: int, all_of_them: int) -> str:
    return f"{count} of {counted(all_of_them, 'recent question')}"


def _takers(moves: Sequence[Move]) -> str:
    return ", ".join(f"`{name}`" for name in list(dict.fromkeys(move.taker for move in moves))[:EXAMPLES])


def _ways(moves: Sequence[Move]) -> str:
    ways = dict.fromkeys(f"{move.before.words} → {move.after.words}" for move in moves)
    return escape("; ".join(list(ways)[:EXAMPLES]), 200)


def _examples(moves: Sequence[Move]) -> Iterator[str]:
    """Some of the questions. Those of the held-out part are named by their place alone."""
    for move in moves[:EXAMPLES]:
        ends = f": {move.before.words} → {move.after.words}"
        words = f"“{move.question}” " if move.question is not None else ""
        yield f"  - {escape(f'{words}{move.place}'.strip() + ends, 260)}"
    if len(moves) > EXAMPLES:
        yield f"  - and {len(moves) - EXAMPLES} more"


def window_fields(components: Sequence[dict[str, Any]]) -> dict[str, str]:
    """What was typed into a window, by the field: from what Discord sends, whatever its parts lie in."""
    found: dict[str, str] = {}
    for part in components:
        inner = [*part.get("components", []), *([part["component"]] if "component" in part else [])]
        found |= window_fields(inner)
        if "custom_id" in part:
            found[str(part["custom_id"])] = str(part.get("value") or "")
    return found
