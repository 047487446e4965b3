"""A gap becomes the file of an entry: everything that is known stands in it, and it says what a person must fill in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.answering.numerals import counted
from bot.curation.gaps import HIDDEN_WORD, UNHELPFUL, GapGroup, unlisted
from bot.knowledge.entries import Entry
from bot.knowledge.library import Library
from bot.knowledge.sections import TITLE_LIMIT
from bot.knowledge.template import (
    EXAMPLE_ANSWER,
    EXAMPLE_MORE,
    EXAMPLE_QUESTIONS,
    EXAMPLE_SOURCE,
    UNSORTED,
    NewEntry,
    entry_text,
    slug,
)

NAMELESS: Final = "A title for what members asked"
"""Title of a draft whose every wording has words that are not shown."""
MISSES: Final = 2
"""Entries that a draft is told apart from."""
_STAND_IN: Final = "This is not written yet"
_ANSWER: Final = "\n\n## Answer\n"
_FENCE: Final = "---\n"


@dataclass(frozen=True, slots=True)
class Draft:
    """A new entry: `file` is its place below the knowledge folder, `topic/id.md`, and free; `text` is all of it."""

    file: str
    text: str

    @property
    def id(self) -> str:
        """The id of the entry to be."""
        return self.file.rpartition("/")[2].removesuffix(".md")

    @property
    def as_if_written(self) -> str:
        """The text as it would be served: published, with a sentence in place of each example. For predicting where
        questions would go, and for nothing else.
        """
        text = self.text.replace("status: draft\n", "status: published\n", 1)
        for example in (EXAMPLE_ANSWER, EXAMPLE_MORE, EXAMPLE_SOURCE, *EXAMPLE_QUESTIONS):
            text = text.replace(example, _STAND_IN)
        return text


def draft_of(group: GapGroup, library: Library, today: date) -> Draft:
    """The entry that a group asks for, as a draft that reads without a fatal problem and that members never see.

    Published as it is it would be refused, since its answer and its source are those of an empty entry. The topic is
    that of the nearest entry; names of tokens and protocols stand at the top where a wording says them; phrasings of
    the nearest entries stand under `## Not this`.
    """
    near = _near_entries(group, library)
    title = _title(group, library)
    new = NewEntry(
        title,
        unlisted(group.whole, library) or EXAMPLE_QUESTIONS,
        EXAMPLE_ANSWER,
        EXAMPLE_MORE,
        (f"{today.isoformat()} {EXAMPLE_SOURCE}",),
        protocols=_named(group, library.facts.protocols),
        tokens=_named(group, library.facts.tokens),
        related=tuple(entry.id for entry in near),
    )
    text = _with_misses(entry_text(new, today), _misses(group, library))
    topic = near[0].topic if near else UNSORTED
    return Draft(f"{topic}/{_free_id(title, library)}.md", _with_notes(text, _notes(group, topic)))


def _near_entries(group: GapGroup, library: Library) -> list[Entry]:
    """The entry that did not help, where there is one, and those near to the group."""
    ids = dict.fromkeys([*([group.entry] if group.entry else []), *group.nearest])
    return [library.entries[one] for one in ids if one in library.entries]


def _title(group: GapGroup, library: Library) -> str:
    """The clearest whole wording that fits on a button, written as a title."""
    fitting = [wording for wording in group.whole if len(wording) < TITLE_LIMIT]
    if not fitting:
        return NAMELESS
    spelled = {name.lower(): name for name in library.facts.tokens} | {
        name.lower(): protocol.name for name, protocol in library.facts.protocols.items()
    }
    words = [spelled.get(word, word) for word in fitting[0].split()]
    words = ["I" if word == "i" else word for word in words]
    title = " ".join([_capital(words[0]) if words[0] not in library.facts.tokens else words[0], *words[1:]])
    return f"{title}?" if len(title) < TITLE_LIMIT else fitting[0]


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _named(group: GapGroup, names: Iterable[str]) -> tuple[str, ...]:
    """The names that the wordings say, in the spelling of the facts."""
    said = {word for wording in group.wordings for word in wording.split()}
    return tuple(name for name in names if name.lower() in said)


def _misses(group: GapGroup, library: Library) -> list[str]:
    """Lines that keep the nearest entries their own: the phrasing of each that is nearest to what was asked."""
    near = [one for one in group.near if one.entry in library.entries and "->" not in one.phrasing]
    return [f"- {one.phrasing} -> {one.entry}" for one in near[:MISSES]]


def _with_misses(text: str, misses: list[str]) -> str:
    return text.replace(_ANSWER, "\n\n## Not this\n" + "\n".join(misses) + _ANSWER, 1) if misses else text


def _notes(group: GapGroup, topic: str) -> list[str]:
    """What a person must do, for the top of the file; none of it is read."""
    came = "whom an entry did not help" if group.kinds == (UNHELPFUL,) else "who got no answer"
    notes = [
        f"From gap {group.id}: {counted(group.askers, 'member')} {came}, {group.first} to {group.last}. To do:",
        "1. Write the answer from sources, and name these. Until then this cannot be published.",
        "2. Make the title a short question. Keep the questions that ask for the same, add others.",
        "3. 'Not this' and 'related' are guesses: keep a line only if a member could mistake the two.",
        f"4. The folder {topic} is that of the nearest entry; move the file where it belongs."
        if topic != UNSORTED
        else "4. No entry is near: move the file into the folder where it belongs.",
        "5. Set 'reviewed' to the day of your review, then 'status: published', and run knowledge check.",
    ]
    if any(HIDDEN_WORD in wording for wording in group.wordings):
        notes.append("Wordings with words that too few members used are left out; ask in the channel what was meant.")
    return notes


def _with_notes(text: str, notes: list[str]) -> str:
    return text.replace(_FENCE, _FENCE + "".join(f"# {note}\n" for note in notes), 1)


def _free_id(title: str, library: Library) -> str:
    wanted, taken = slug(title), library.entries.keys()
    others = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(one for one in others if one not in taken)
