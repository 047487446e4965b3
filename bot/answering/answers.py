"""What the bot says to a question, as data that every face renders in its own way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from bot.knowledge.entries import Source


class Outcome(StrEnum):
    """How a question ended."""

    ANSWER = "answer"
    CHOICES = "choices"
    NO_ANSWER = "no_answer"
    LIVE = "live"
    SAFETY = "safety"


TEXTS: Final = frozenset({Outcome.ANSWER, Outcome.LIVE, Outcome.SAFETY})
"""Outcomes that show a text; the others ask back or decline."""


class Face(StrEnum):
    """Where a question came in."""

    SLASH = "slash"
    MENU = "menu"
    MENTION = "mention"
    DIRECT = "dm"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked, as typed, and through which face.

    `previous` is what the same person asked before in a conversation with nobody else, or None; a question that leans
    on it is understood with it. `asker` is the id of the user, for those who count how many people miss an answer; it
    decides nothing, and None stands for nobody in particular.
    """

    text: str
    face: Face = Face.CONSOLE
    previous: str | None = None
    asker: int | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry that can be opened, with its title as the label."""

    entry: str
    title: str


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A value that stands in the text: as it is said, the day or moment it was true, and who says so."""

    slot: str
    text: str
    as_of: date
    source: str
    live: bool = False


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture that belongs to an answer: its id, a sentence or two for who cannot see it, and all its words as lines.
    Its PNG lies in the knowledge folder.
    """

    id: str
    alt: str
    text: str


@dataclass(frozen=True, slots=True)
class RankedEntry:
    """One candidate of the ranking. `score` lies in [0, 1] and can be compared between questions."""

    entry: str
    score: float
    question: str
    signals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything a face needs to show. Texts are Markdown from the knowledge files with all slots filled.

    `title` and `body` are never empty. `entry` is the entry whose text `body` is; for choices and no answer it is
    None. `private` marks the answer to a leaked secret: it is not shared, it repeats nothing of the question, and it
    does not point to the message that it answers.
    `chances`, each in [0, 1], are the estimates that the first candidate is right and that the question is covered;
    None where nothing was estimated: a rule decided, there were no words, or an entry was opened.
    `banners` are open incidents and stand before everything else; `notes` come next and say how the question was
    understood. `choices` are buttons under the text: entries to pick from, under an answer what else was asked, or,
    under a safety card, the ordinary answer. `understood` is the whole question where it leaned on the one before.
    `symbols` are the tokens whose live prices the body holds, so that they can be asked for again. `picture` is shown
    under the body by faces that can. `remembered` are the words of the question as they may be kept, none where nothing
    was asked or it held a secret; they are no part of what is said.
    """

    outcome: Outcome
    title: str
    body: str
    entry: str | None = None
    topic: str | None = None
    more: str = ""
    reviewed: date | None = None
    sources: tuple[Source, ...] = ()
    caveats: tuple[str, ...] = ()
    banners: tuple[str, ...] = ()
    figures: tuple[ShownFigure, ...] = ()
    choices: tuple[Choice, ...] = ()
    related: tuple[Choice, ...] = ()
    candidates: tuple[RankedEntry, ...] = ()
    private: bool = False
    notes: tuple[str, ...] = ()
    understood: str = ""
    symbols: tuple[str, ...] = ()
    chances: tuple[float, float] | None = None
    picture: ShownPicture | None = None
    remembered: str = field(default="", repr=False, compare=False)
