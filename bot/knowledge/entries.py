"""What one knowledge file says, as immutable data."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Status(StrEnum):
    """Whether members see an entry."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


def question_key(question: str) -> str:
    """The same for two questions that differ in capitals, blanks and the marks at their ends only."""
    return " ".join(question.lower().strip(" ?!.").split())


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from: the day the source speaks of, its name, what it supports. `grade` is P (primary), I
    (independent, checked on chain), N (news or a secondary page), U (one weak source) or empty where none is given.
    """

    when: date
    name: str
    url: str | None
    supports: str
    grade: str = ""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A question that looks like this entry's and belongs to another one."""

    question: str
    entry: str


@dataclass(frozen=True, slots=True)
class Term:
    """One condition of an `Always` rule: any of the alternatives occurs, or, negated, none does."""

    alternatives: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class AlwaysRule:
    """Wording that sends a question to an entry before anything is matched. All terms must hold."""

    terms: tuple[Term, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One reviewed answer with the ways in which members ask for it.

    `topic` is the folder and `id` the file's stem; `questions` holds at least one; `answer` and `more` are Markdown
    with `{kind:key}` slots; `review_every` is a number of days, or None for a dated event that never goes stale. `live`
    is `prices` where questions about the price of now arrive: the bot adds the live figures of the tokens that the
    question names, else of `tokens`. `picture` is the id of the picture that is shown with the answer, if there is one.
    """

    id: str
    topic: str
    file: str
    status: Status
    title: str
    questions: tuple[str, ...]
    answer: str
    more: str = ""
    not_this: tuple[NearMiss, ...] = ()
    always: tuple[AlwaysRule, ...] = ()
    sources: tuple[Source, ...] = ()
    reviewed: date | None = None
    review_every: int | None = None
    protocols: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    live: str = ""
    picture: str = ""

    @property
    def review_due(self) -> date | None:
        """The day on which a moderator should read this entry again, or None when there is no such day."""
        if self.reviewed is None or self.review_every is None:
            return None
        return self.reviewed + timedelta(days=self.review_every)
