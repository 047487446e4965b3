"""The text of a new entry file: an empty one to fill in, or one made of what a moderator has told."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.knowledge.entries import Status

EXAMPLE_QUESTIONS = ("how members ask this, in their words", "another way, with other words")
EXAMPLE_ANSWER = "Two to five sentences that stand alone on a phone screen: what is true, and when it was true."
EXAMPLE_MORE = "Detail for those who press More. Delete this section if there is none."
EXAMPLE_SOURCE = "Name of the source and what it supports"
EXAMPLES = (*EXAMPLE_QUESTIONS, EXAMPLE_ANSWER, EXAMPLE_MORE, EXAMPLE_SOURCE)
"""Text that must not reach members."""
UNSORTED = "unsorted"
"""The folder of a new entry whose topic nobody knows."""
REVIEW_EVERY = "90 days"
"""How often an entry is read again where nobody said otherwise."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is known of an entry that has no file yet, as typed. `sources` are lines without their `- `; `review_every`
    is such as `90 days`, or `never`; the names under `protocols`, `tokens` and `caveats` are those of the facts.
    """

    title: str
    questions: tuple[str, ...] = ()
    answer: str = ""
    more: str = ""
    sources: tuple[str, ...] = ()
    status: Status = Status.DRAFT
    review_every: str = REVIEW_EVERY
    protocols: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


def slug(title: str) -> str:
    """The id that a title suggests: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-") or "new-entry"


def entry_template(title: str, today: date, questions: Sequence[str] = ()) -> str:
    """A draft entry that reads without a problem, so that a moderator changes text instead of guessing the form."""
    return entry_text(
        NewEntry(
            title,
            tuple(questions) or EXAMPLE_QUESTIONS,
            EXAMPLE_ANSWER,
            EXAMPLE_MORE,
            (f"{today.isoformat()} {EXAMPLE_SOURCE}",),
        ),
        today,
    )


def entry_text(new: NewEntry, today: date) -> str:
    """The file of an entry that was reviewed `today`, in the form that `knowledge fmt` gives all of them. What is empty
    has no line, and no section.
    """
    header = {"status": new.status.value, "reviewed": today.isoformat(), "review_every": new.review_every}
    listed = {"protocols": new.protocols, "tokens": new.tokens, "caveats": new.caveats, "related": new.related}
    header |= {key: ", ".join(names) for key, names in listed.items() if names}
    parts = ["\n".join(["---", *(f"{key}: {value}" for key, value in header.items()), "---", f"# {new.title}"])]
    sections = {
        "Questions": _bullets(new.questions),
        "Answer": new.answer.strip(),
        "More": new.more.strip(),
        "Sources": _bullets(new.sources),
    }
    parts += [f"## {name}\n{text}" for name, text in sections.items() if text]
    return "\n\n".join(parts) + "\n"


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
