"""What the gap inbox shows, as data, as plain text and as JSON. Pure; `bot.curation.inbox` fills it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.answering.numerals import counted
from bot.knowledge.entries import question_key
from bot.knowledge.library import Library

K: Final = 3
"""Members from which something is shown."""
GAP, UNHELPFUL, RETRY = "gap", "unhelpful", "retry"
HIDDEN_WORD: Final = "…"


@dataclass(frozen=True, slots=True)
class Near:
    """An entry near to a group, its phrasing that is nearest, and the matcher's mean score of it in [0, 1]."""

    entry: str
    phrasing: str
    score: float


@dataclass(frozen=True, slots=True)
class GapGroup:
    """What `askers` members asked, `K` or more, each in words of their own: the clearest wording first.

    `kinds` says what became of it. `gap`: nothing answered. `gap` and `retry`: nothing either, but at least `K` of them
    found `entry` by other words. `retry`: various questions that nothing answered, after each of which its member found
    `entry`. `unhelpful`: `entry` was shown and did not help. `id` stays as long as the clearest wording does or, for
    groups by entry, for good. `first` and `last` are UTC days of the records held now. An ellipsis in a wording stands
    for words that are not shown.
    """

    id: str
    wordings: tuple[str, ...]
    askers: int
    kinds: tuple[str, ...]
    first: date
    last: date
    near: tuple[Near, ...] = ()
    entry: str | None = None

    @property
    def nearest(self) -> tuple[str, ...]:
        """The entries nearest to the group, best first."""
        return tuple(one.entry for one in self.near)

    @property
    def whole(self) -> tuple[str, ...]:
        """The wordings of which every word is shown."""
        return tuple(wording for wording in self.wordings if HIDDEN_WORD not in wording)


@dataclass(frozen=True, slots=True)
class Addition:
    """Lines to add to the entry in `file`, as they have to stand under its heading `## Questions`."""

    file: str
    lines: tuple[str, ...]


def unlisted(wordings: Sequence[str], library: Library) -> tuple[str, ...]:
    """The wordings that no entry lists: one that stands in two entries would be reported by the check."""
    listed = {question_key(text) for entry in library.entries.values() for text in (*entry.questions, entry.title)}
    return tuple(wording for wording in wordings if question_key(wording) not in listed)


def addition_of(group: GapGroup, library: Library) -> Addition | None:
    """What would let an entry be found that members found at their second try only. None where there is nothing to
    add: the entry is gone, or every wording is listed already or has words that are not shown.
    """
    entry = library.entries.get(group.entry or "")
    if entry is None or RETRY not in group.kinds:
        return None
    lines = tuple(f"- {wording}" for wording in unlisted(group.whole, library))
    return Addition(entry.file, lines) if lines else None


@dataclass(frozen=True, slots=True)
class Inbox:
    """The groups that may be shown, those of most members first, then the latest.

    `hidden` counts the recorded questions that stay out of sight, since fewer than `k` members asked about the same;
    `answered` the groups left out because the files answer them by now, `more` those that found no room. `today` is the
    UTC day of the reading.
    """

    groups: tuple[GapGroup, ...]
    hidden: int
    answered: int
    today: date
    k: int = K
    more: int = 0

    def group(self, group_id: str) -> GapGroup | None:
        """The group of that id, or the only one whose id begins so; None where there is no such or more than one."""
        exact = [group for group in self.groups if group.id == group_id]
        found = exact or [group for group in self.groups if group_id and group.id.startswith(group_id)]
        return found[0] if len(found) == 1 else None

    def lines(self, library: Library) -> list[str]:
        """The inbox for people; `library` names the files that its entries stand in."""
        lines = [line for group in self.groups for line in (*group_lines(group, library, self.today), "")]
        return [*lines, *self.summary()]

    def summary(self) -> list[str]:
        """How much is shown and how much is not, a sentence each."""
        lines = [f"{counted(len(self.groups), 'group')}, each of questions by {self.k} members or more."]
        if self.hidden:
            verb = "stays" if self.hidden == 1 else "stay"
            few = f"fewer than {self.k} members asked about the same"
            lines.append(f"{counted(self.hidden, 'recorded question')} {verb} hidden: {few}.")
        if self.more:
            lines.append(f"{counted(self.more, 'group')} more come up when some of these are answered.")
        if self.answered:
            lines.append(f"{counted(self.answered, 'group')} left out: the files answer that by now.")
        return lines

    def as_json(self, library: Library) -> dict[str, object]:
        """The inbox for programs; `today`, `first` and `last` as ISO days, scores in [0, 1]."""
        return {
            "groups": [_as_json(group, library) for group in self.groups],
            "hidden": self.hidden,
            "answered": self.answered,
            "more": self.more,
            "today": self.today.isoformat(),
            "k": self.k,
        }


def group_lines(group: GapGroup, library: Library, today: date) -> list[str]:
    """One group for people: what became of it, its wordings, what is near, and what could be added to which file."""
    lines = [
        f"{group.id}  {counted(group.askers, 'member')}, {_what(group)}",
        f"  from {group.first} to {group.last}, the last {ago((today - group.last).days)}",
        *(f"    {wording}" for wording in group.wordings),
    ]
    if group.near:
        lines.append("  nearest entries, each with the phrasing that is nearest:")
        lines += [f"    {one.score:.2f} {one.entry}: {one.phrasing}" for one in group.near]
    addition = addition_of(group, library)
    if addition is not None:
        lines.append(f"  to have it found at once, add to {addition.file} under '## Questions' what fits:")
        lines += [f"    {line}" for line in addition.lines]
    return lines


def _what(group: GapGroup) -> str:
    if group.kinds == (UNHELPFUL,):
        return f"to whom {group.entry} was no help"
    if group.kinds == (RETRY,):
        return f"who got no answer and then found {group.entry}"
    return f"no answer; other words led to {group.entry}" if RETRY in group.kinds else "no answer"


def ago(days: int) -> str:
    """How long a day is gone by."""
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _as_json(group: GapGroup, library: Library) -> dict[str, object]:
    addition = addition_of(group, library)
    return {
        "id": group.id,
        "kinds": list(group.kinds),
        "askers": group.askers,
        "first": group.first.isoformat(),
        "last": group.last.isoformat(),
        "wordings": list(group.wordings),
        "entry": group.entry,
        "nearest": [{"entry": one.entry, "phrasing": one.phrasing, "score": one.score} for one in group.near],
        "add": None if addition is None else {"file": addition.file, "lines": list(addition.lines)},
    }
