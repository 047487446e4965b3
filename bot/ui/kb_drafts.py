"""The card of a draft: the file of an entry that members miss, and what it would do. Pure."""

from typing import Final

import discord

from bot.answering.numerals import counted
from bot.curation.drafts import Draft
from bot.curation.gaps import GapGroup, addition_of
from bot.knowledge import Library
from bot.ui.ids import Action
from bot.ui.kb import problem_line, whole_lines
from bot.ui.kb_preview import Effect, moved_lines
from bot.ui.layout import Card, Colour, Picture, divider, panel, press, row, small, text
from bot.ui.text import escape

AT_IT: Final = "**Predicted effect:** I am looking; about half a minute, four minutes at most."


def draft_card(
    group: GapGroup, draft: Draft, library: Library, effect: Effect | str | None = None, back: int | None = None
) -> Card:
    """The file, attached, with what it would do were it published with an answer: None while that is looked for, or
    the sentence why it cannot be said. `back` is the page of the inbox that it was pressed on.
    """
    name = f"{draft.id}.md"
    file = Picture(name, draft.text.encode("utf-8"), "The draft of an entry, ready for a pull request")
    return Card(
        [
            panel(
                Colour.ANSWER,
                text(f"### A draft for {counted(group.askers, 'member')}"),
                text(whole_lines(_lines(group, draft, library), 1200)),
                discord.ui.File(f"attachment://{name}"),
                text(_effect(effect)),
                row(press(Action.GAPS, "Back to the inbox", "all", page=back)) if back is not None else None,
                divider(),
                small("It is a draft: nobody sees it before it says `status: published` and is merged."),
            )
        ],
        [file],
    )


def _lines(group: GapGroup, draft: Draft, library: Library) -> list[str]:
    put = f"Put this file into the knowledge folder as `{draft.file}`, fill in what its first lines ask for, and open"
    lines = [f"{put} a pull request. `/kb preview` shows it as members would see it."]
    lines += [f"- {escape(wording, 120)}" for wording in group.wordings[:4]]
    addition = addition_of(group, library)
    if addition is not None:
        lines.append(f"Perhaps a line in `{addition.file}` is enough: other words led members to `{group.entry}`.")
    return lines


def _effect(effect: Effect | str | None) -> str:
    if effect is None:
        return AT_IT
    if isinstance(effect, str):
        return f"**Predicted effect:** not known. {escape(effect, 300)}"
    if effect.found.diff is None:
        problems = [problem_line(one) for one in effect.found.problems]
        return whole_lines(["**Predicted effect:** not known, for the draft cannot be read:", *problems], 1200)
    return whole_lines(["**Predicted effect**, were it published with an answer:", *moved_lines(effect)], 1700)
