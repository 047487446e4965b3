"""Cards for what moderators decide: what is frozen, incidents with their proposals, and the audit log. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import discord

from bot.answering.frozen import Frozen
from bot.curation.incidents import VALID, Act, Proposal, as_toml
from bot.knowledge import Incident, Library
from bot.storage import Audited
from bot.ui.ids import Action, entry_id
from bot.ui.kb import moment, whole_lines
from bot.ui.kb_status import frozen_words
from bot.ui.layout import Card, Colour, Part, Row, divider, panel, row, small, text
from bot.ui.text import escape, one_line, shortened

FORGETS: Final = "⚠️ My records cannot be reached: this holds now, and a restart would forget it."
SHOWN: Final = 3
"""Proposals that a list shows with buttons; each takes some of the room of a card."""
TOLD: Final = 220
"""Characters that are shown of a text in the audit log."""
FILE: Final = "facts/incidents.toml"


def frozen_card(head: str, said: str, frozen: Frozen, library: Library, notes: Sequence[str] = ()) -> Card:
    """What was frozen or lifted, and what is frozen now. `notes` say what could not be done."""
    return Card(
        [
            panel(
                Colour.SAFETY if frozen != Frozen() else Colour.ANSWER,
                text(f"### {head}"),
                text(said),
                *([text("\n".join(notes))] if notes else []),
                divider(),
                small(
                    f"Frozen now: {frozen_words(frozen, library)}.", "`/kb freeze` stops more, `/kb unfreeze` lifts."
                ),
            )
        ]
    )


def proposal_card(proposal: Proposal, by: str) -> Card:
    """What one moderator proposes, for a second one to confirm. `by` is the first, as Discord marks them."""
    said = f"{by} proposes this. Another moderator has to confirm it within an hour: until {_end(proposal)}."
    return Card(
        [
            panel(
                Colour.INCIDENT,
                text(f"### {_act(proposal)}"),
                text(said),
                text("\n".join(_described(proposal.incident))),
                _buttons(proposal),
                divider(),
                small(_effect(proposal)),
            )
        ]
    )


def carried_out_card(act: Act, case: Incident, by: str, notes: Sequence[str] = ()) -> Card:
    """An incident that was opened or closed, with the lines that make the files say so too."""
    done = "open" if act is Act.OPEN else "closed"
    # Within a block of code nothing but its end has a meaning.
    lines = as_toml(case).replace("```", "'''").rstrip()
    return Card(
        [
            panel(
                Colour.INCIDENT if act is Act.OPEN else Colour.ANSWER,
                text(f"### The incident is {done}"),
                text("\n".join([f"{by} confirmed it. {_now(act)}", *notes])),
                text("\n".join(_described(case))),
                text(f"For `{FILE}`, so that the files say it too:\n```toml\n{lines}\n```"),
                divider(),
                small("Put these lines in the place of the record of that name, if there is one."),
            )
        ]
    )


def over_card(sentence: str) -> Card:
    """In the place of a proposal that nobody can confirm any more."""
    return Card([panel(Colour.QUIET, text(sentence))])


def incidents_card(library: Library, declared: Sequence[str], waiting: Sequence[Proposal]) -> Card:
    """Open incidents and what waits; `declared` are those that only moderators have declared, not the files."""
    cases = [case for case in library.facts.incidents.values() if case.is_open]
    lines = [
        f"- `{case.id}` **{escape(case.title, 100)}** ({', '.join(case.protocols)}), since {case.opened}"
        f"{' · not in the files yet' if case.id in declared else ''}"
        for case in cases
    ]
    parts: list[Part] = []
    for proposal in waiting[:SHOWN]:
        parts += [divider(), text(_waits(proposal)), _buttons(proposal)]
    if len(waiting) > SHOWN:
        parts.append(small(f"And {len(waiting) - SHOWN} more; they show once these are decided."))
    return Card(
        [
            panel(
                Colour.INCIDENT if cases else Colour.ANSWER,
                text("### Incidents"),
                text(whole_lines(lines, 1200) or "No incident is open."),
                *parts,
            )
        ]
    )


def audit_card(rows: Sequence[Audited]) -> Card:
    """The last actions of moderators, newest first, with the text before and after."""
    lines = [line for one in rows for line in _audited(one)]
    return Card(
        [
            panel(
                Colour.ANSWER,
                text("### What moderators did"),
                text(
                    whole_lines(lines, 3000) if lines else "Nothing is written down, or my records cannot be reached."
                ),
                divider(),
                small("A moderator is shown by a code that stands for them for some months. Nobody's name is kept."),
            )
        ]
    )


def _audited(one: Audited) -> Iterator[str]:
    yield f"**{escape(one.action)}** {escape(one.target, 100)} · {moment(one.at)} · by `{one.actor}`"
    if one.old or one.new:
        yield f"> {_told(one.old)} → {_told(one.new)}"


def _told(said: str) -> str:
    return escape(said, TOLD) if said.strip() else "*nothing*"


def _act(proposal: Proposal) -> str:
    return "Open an incident?" if proposal.act is Act.OPEN else "Close an incident?"


def _now(act: Act) -> str:
    if act is Act.OPEN:
        return "Answers and prices carry the banner from now on."
    return "Answers and prices carry its banner no more."


def _effect(proposal: Proposal) -> str:
    if proposal.act is Act.OPEN:
        return "Once confirmed, the banner stands above answers and prices of these protocols at once."
    return "Once confirmed, its banner is gone at once."


def _described(case: Incident) -> Iterator[str]:
    yield f"**{escape(case.title, 200)}** (`{case.id}`)"
    yield f"Protocols: {', '.join(case.protocols)}"
    if case.is_open:
        yield f"Banner: {shortened(one_line(case.banner), 650)}"


def _waits(proposal: Proposal) -> str:
    case = proposal.incident
    banner = f"\n{shortened(one_line(case.banner), 300)}" if proposal.act is Act.OPEN else ""
    return f"**{_act(proposal)}** {escape(case.title, 100)} (`{case.id}`), until {_end(proposal)}{banner}"


def _buttons(proposal: Proposal) -> Row:
    confirm, withdraw = entry_id(Action.CONFIRM, proposal.id), entry_id(Action.WITHDRAW, proposal.id)
    found = row(
        discord.ui.Button(label="Confirm", style=discord.ButtonStyle.danger, custom_id=confirm),
        discord.ui.Button(label="Withdraw", custom_id=withdraw),
    )
    assert found is not None  # noqa: S101 - it has two buttons
    return found


def _end(proposal: Proposal) -> str:
    end: datetime = proposal.at + VALID
    return moment(end, "t")
