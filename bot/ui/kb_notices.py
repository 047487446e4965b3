"""Cards that the moderators' channel gets without having asked. Pure."""

from bot.curation.digest import Digest
from bot.ui.kb import whole_lines
from bot.ui.layout import Card, Colour, divider, panel, small, text
from bot.ui.text import escape


def told_card(sentence: str, colour: Colour = Colour.QUIET) -> Card:
    """One thing that a moderator did; the sentence is the bot's own, with what was typed escaped in it."""
    return Card([panel(colour, text(sentence))])


def start_card(notice: str) -> Card:
    """Why the bot did not start with what the files say."""
    return Card(
        [
            panel(
                Colour.SAFETY,
                text("### I have started, and not with all that the files say"),
                text(escape(notice, 800)),
                divider(),
                small("`/kb reload` says file, line and cure; `/kb status` what is served."),
            )
        ]
    )


def digest_card(digest: Digest) -> Card:
    """The weekly digest. Its lines may hold what members typed."""
    lines = [
        line
        for one in digest.sections
        for line in (f"**{one.title}**", *(f"- {escape(row, 300)}" for row in one.lines))
    ]
    return Card(
        [
            panel(
                Colour.ASK_BACK if lines else Colour.ANSWER,
                text(f"### {digest.title}"),
                text(whole_lines(lines, 3200) if lines else digest.calm),
                divider(),
                small("`/kb stale`, `/kb drift` and `/kb gaps` show all of it. I change no file by myself."),
            )
        ]
    )
