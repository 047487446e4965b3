"""Cards of the gap inbox: what members asked and were not served, in groups that enough of them stand behind. Pure."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.answering.numerals import counted, short_date
from bot.curation.gaps import RETRY, UNHELPFUL, Addition, GapGroup, Inbox, addition_of, ago
from bot.knowledge import Library
from bot.ui.ids import Action
from bot.ui.kb import whole_lines
from bot.ui.layout import Button, Card, Colour, Part, divider, panel, press, row, small, text
from bot.ui.text import escape

A_PAGE: Final = 4
"""Groups of one card: each takes a text and a row of four buttons, and a card holds 40 parts."""
WORDINGS: Final = 4
"""Wordings that are shown of a group."""
GROUP_ROOM: Final = 780
ALL, ASIDE = "all", "aside"
"""The two lists, as the ids of their buttons name them."""
NO_GROUP: Final = "That group is no longer in the inbox: its questions are answered by now, or too old to be kept."


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a card of the inbox shows: the groups of `inbox` whose ids are among those put `aside`, or the others."""

    inbox: Inbox
    library: Library
    aside: Collection[str] = ()
    only_aside: bool = False

    @property
    def groups(self) -> tuple[GapGroup, ...]:
        """The groups of this list."""
        return tuple(group for group in self.inbox.groups if (group.id in self.aside) is self.only_aside)

    @property
    def others(self) -> int:
        """How many groups the other list has."""
        return len(self.inbox.groups) - len(self.groups)

    @property
    def name(self) -> str:
        """The list, as ids of buttons name it."""
        return ASIDE if self.only_aside else ALL


def gaps_card(gaps: Gaps, page: int = 0, note: str = "") -> Card:
    """One page of the inbox, with the buttons of each group; `note` stands above, and a page that is no longer there is
    the last one.
    """
    groups = gaps.groups
    last = max(0, (len(groups) - 1) // A_PAGE)
    page = min(max(page, 0), last)
    shown = groups[page * A_PAGE : (page + 1) * A_PAGE]
    head = "Put aside" if gaps.only_aside else "What members asked and did not get"
    return Card(
        [
            panel(
                Colour.ASK_BACK if shown else Colour.ANSWER,
                text(f"### {head}{f' ({page + 1} of {last + 1})' if last else ''}"),
                text(note) if note else None,
                *(part for place, group in enumerate(shown) for part in _group(gaps, group, page, place)),
                text(_empty(gaps)) if not shown else None,
                pages_row(Action.GAPS, gaps.name, page, last),
                divider(),
                small(*_fine_print(gaps)),
            )
        ]
    )


def pages_row(action: Action, name: str, page: int, last: int) -> Part | None:
    """Buttons to the pages before and after; none for a single page."""
    before = press(action, "Back", name, page=page - 1) if page > 0 else None
    after = press(action, "Next", name, page=page + 1) if page < last else None
    return row(before, after)


def _group(gaps: Gaps, group: GapGroup, page: int, place: int) -> Iterator[Part]:
    yield text(whole_lines(_lines(group, gaps.inbox.today), GROUP_ROOM))
    buttons = row(*_buttons(gaps, group, page, place))
    if buttons is not None:
        yield buttons


def _lines(group: GapGroup, today: date) -> Iterator[str]:
    yield f"**{counted(group.askers, 'member')}**, {_what(group)} · {_since(group, today)} · `{group.id}`"
    for wording in group.wordings[:WORDINGS]:
        yield f"- {escape(wording, 120)}"
    more = len(group.wordings) - WORDINGS
    if more > 0:
        yield f"- and {counted(more, 'more wording')}"
    if group.near:
        yield "Nearest: " + ", ".join(f"`{one.entry}` {one.score:.2f}" for one in group.near)


def _what(group: GapGroup) -> str:
    """What became of the questions of a group."""
    if group.kinds == (UNHELPFUL,):
        return f"`{group.entry}` did not help"
    if group.kinds == (RETRY,):
        return f"no answer, then found `{group.entry}`"
    return f"no answer; other words found `{group.entry}`" if RETRY in group.kinds else "no answer"


def _since(group: GapGroup, today: date) -> str:
    return f"since {short_date(group.first)}, last {ago((today - group.last).days)}"


def _buttons(gaps: Gaps, group: GapGroup, page: int, place: int) -> Iterator[Button | None]:
    """The presses of a group; its `place` on the card tells those apart that lead to the same entry."""
    near = next((one for one in (group.entry, *group.nearest) if one in gaps.library.entries), None)
    adds = addition_of(group, gaps.library) is not None
    yield press(Action.DRAFT, "Draft an entry", group.id, page=page)
    yield press(Action.OPEN, f"Read {near}", near, page=place) if near else None
    yield press(Action.PHRASING, "Lines to add", group.id) if adds else None
    if gaps.only_aside:
        yield press(Action.BRING_BACK, "Bring back", group.id, page=page)
    else:
        yield press(Action.ASIDE, "Put aside", group.id, page=page)


def _empty(gaps: Gaps) -> str:
    if gaps.only_aside:
        return "Nothing is put aside."
    k = gaps.inbox.k
    return f"Nothing waits: no question without an answer was put by {k} members or more."


def _fine_print(gaps: Gaps) -> Iterator[str]:
    inbox = gaps.inbox
    if inbox.hidden:
        verb = "waits" if inbox.hidden == 1 else "wait"
        yield f"{inbox.hidden} more {verb} for a third asker; nobody sees them before."
    if inbox.more:
        yield f"{counted(inbox.more, 'group')} more come up when some of these are answered."
    if gaps.others and not gaps.only_aside:
        yield f"{counted(gaps.others, 'group')} put aside: `/kb gaps aside:True` shows what is."
    yield "An ellipsis (…) stands for words that too few members used to be shown."


def phrasing_card(group: GapGroup, addition: Addition) -> Card:
    """The exact lines that would let an entry be found at once, and the file to add them to."""
    lines = "\n".join(line.replace("```", "'''") for line in addition.lines)
    return Card(
        [
            panel(
                Colour.ANSWER,
                text(f"### Lines for `{addition.file}`"),
                text(
                    f"{counted(group.askers, 'member')} found `{group.entry}` only by other words. Add what fits under "
                    "`## Questions`:"
                ),
                text(f"```\n{whole_lines([lines], 3000)}\n```"),
                divider(),
                small("`/kb preview` with the changed file says which other questions would move."),
            )
        ]
    )


def group_choices(groups: Iterable[GapGroup], typed: str) -> Iterator[tuple[str, str]]:
    """Groups to pick while a moderator types: the id, and what was asked."""
    wanted = typed.casefold().split()
    for group in groups:
        label = (
            f"{group.wordings[0] if group.wordings else group.entry} ({counted(group.askers, 'member')}, {group.id})"
        )
        if all(word in label.casefold() for word in wanted):
            yield group.id, label


def moved_line(group: GapGroup | None, group_id: str, by: str, *, away: bool) -> str:
    """What the other moderators are told of a group that was put aside, or brought back."""
    said = f": “{escape(group.wordings[0], 120)}”" if group is not None and group.wordings else ""
    return f"{by} {'put aside' if away else 'brought back'} the gap `{group_id}`{said}."


def shown_aside(group_id: str) -> str:
    """The note above the inbox once a group was put aside."""
    return f"`{group_id}` is put aside. `/kb gaps aside:True` brings it back."
