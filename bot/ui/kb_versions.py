"""Cards for going back to an earlier version. Pure."""

from collections.abc import Sequence
from typing import Final

import discord

from bot.answering.numerals import clock_time, counted
from bot.curation.serving import Changes
from bot.curation.versions import KeptVersion
from bot.ui.ids import Action, pair_id, plain_id
from bot.ui.kb import changes_lines, counts, moment, whole_lines
from bot.ui.layout import Button, Card, Colour, divider, menu, panel, row, small, text

_ENDING: Final = "Each version is a whole copy of the knowledge folder, as it was when it was taken over."


def history_card(kept: Sequence[KeptVersion], served: str, note: str = "") -> Card:
    """The versions that are kept, newest first, and a menu to go back to one. `note` stands above."""
    others = [one for one in kept if one.version != served]
    options = [(one.version, f"{one.version}, {clock_time(one.at)}, {_entries(one)}") for one in others]
    return Card(
        [
            panel(
                Colour.ANSWER,
                text("### Versions that I can go back to"),
                text(note) if note else None,
                text(whole_lines(_listed(kept, served))),
                menu(plain_id(Action.VERSION), "Go back to a version (I ask once more)", options) if options else None,
                divider(),
                small(_ENDING),
            )
        ]
    )


def sure_card(kept: KeptVersion, changes: Changes, served: str, note: str = "") -> Card:
    """What going back would change, and the button that does it. The button holds both versions: once another one is
    served it asks anew.
    """
    lines = changes_lines(changes)
    custom_id = pair_id(Action.SERVE, kept.version, served)
    serve: Button = discord.ui.Button(
        label=f"Go back to {kept.version}", style=discord.ButtonStyle.danger, custom_id=custom_id
    )
    back: Button = discord.ui.Button(label="Keep what is served", custom_id=plain_id(Action.VERSIONS))
    said = f"Version `{kept.version}` of {moment(kept.at)} would take the place of `{served}`: {counts(changes)}."
    return Card(
        [
            panel(
                Colour.ASK_BACK,
                text("### Go back to this version?"),
                text(note) if note else None,
                text(said),
                text(whole_lines(lines)) if lines else None,
                row(serve, back),
                divider(),
                small(
                    "It is served until the files change, or until somebody uses `/kb reload`.",
                    "Your files stay as they are.",
                ),
            )
        ]
    )


def working_card(version: str) -> Card:
    """While a version is read and trained on."""
    return Card(
        [panel(Colour.QUIET, text(f"Going back to `{version}` … The present version answers until it is ready."))]
    )


def _listed(kept: Sequence[KeptVersion], served: str) -> list[str]:
    lines = [
        f"- `{one.version}` {moment(one.at)}, {_entries(one)}{' · **served now**' if one.version == served else ''}"
        for one in kept
    ]
    if all(one.version != served for one in kept):
        lines.insert(0, f"- `{served}` · **served now**, and no copy of it is kept")
    return lines


def _entries(kept: KeptVersion) -> str:
    return counted(kept.entries, "entry", "entries")
