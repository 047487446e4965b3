"""The file that `knowledge new` begins for a moderator."""

import re
from collections.abc import Sequence
from datetime import date

EXAMPLE_QUESTIONS = ("how members ask this, in their words", "another way, with other words")
EXAMPLE_ANSWER = "Two to five sentences that stand alone on a phone screen: what is true, and when it was true."
EXAMPLE_MORE = "Detail for those who press More. Delete this section if there is none."
EXAMPLE_SOURCE = "Name of the source and what it supports"
EXAMPLES = (*EXAMPLE_QUESTIONS, EXAMPLE_ANSWER, EXAMPLE_MORE, EXAMPLE_SOURCE)
"""Text that must not reach members."""


def slug(title: str) -> str:
    """The id that a title suggests: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-") or "new-entry"


def entry_template(title: str, today: date, questions: Sequence[str] = ()) -> str:
    """A draft entry that reads without a problem, so that a moderator changes text instead of guessing the form."""
    bullets = "\n".join(f"- {question}" for question in questions or EXAMPLE_QUESTIONS)
    return f"""---
status: draft
reviewed: {today.isoformat()}
review_every: 90 days
---
# {title}

## Questions
{bullets}

## Answer
{EXAMPLE_ANSWER}

## More
{EXAMPLE_MORE}

## Sources
- {today.isoformat()} {EXAMPLE_SOURCE}
"""
