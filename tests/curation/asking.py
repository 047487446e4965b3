"""Recorded questions with made-up answers, for the arithmetic of the report."""

from bot.answering import Answer, Choice, Outcome, RankedEntry
from bot.curation.asked import Asked
from bot.knowledge import RecordedQuestion


def asked(
    right=(), ranked=(), *, outcome=Outcome.CHOICES, chance=0.5, score=None, phrasing="a phrasing", line=1, offered=()
):
    """A question for the entries `right` that ended in `outcome` with the entries `ranked`; `chance` None is a rule."""
    candidates = tuple(RankedEntry(entry, chance or 0.0 if score is None else score, phrasing) for entry in ranked)
    answered = outcome in {Outcome.ANSWER, Outcome.SAFETY}
    answer = Answer(
        outcome,
        "Title",
        "Body",
        entry=ranked[0] if answered and ranked else None,
        choices=tuple(Choice(entry, entry) for entry in offered),
        candidates=candidates,
        chances=None if chance is None else (chance, chance),
    )
    return Asked(RecordedQuestion(f"question {line}", tuple(right), "questions/dev.md", line), answer)
