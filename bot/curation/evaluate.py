"""What the matcher does with recorded questions: how often the right entry is first, and what is answered wrongly.

Everything is measured through the same `Desk` that serves members.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering import Answer, Outcome, Question
from bot.answering.desk import Desk
from bot.knowledge import RecordedQuestion

_ANSWERED = (Outcome.ANSWER, Outcome.LIVE, Outcome.SAFETY)


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`, with the Wilson interval at 95 %."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share in [0, 1]; 0 of nothing is 0."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound of the 95 % Wilson score interval (Wilson 1927)."""
        if not self.total:
            return 0.0, 1.0
        z, n, p = 1.959964, self.total, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:6.1%}  ({self.hits} of {self.total}, 95 % between {low:.1%} and {high:.1%})"


@dataclass(frozen=True, slots=True)
class Asked:
    """One recorded question and what came of it."""

    recorded: RecordedQuestion
    answer: Answer

    @property
    def ranked(self) -> tuple[str, ...]:
        """Entries by rank."""
        return tuple(candidate.entry for candidate in self.answer.candidates)

    def right_within(self, places: int) -> bool:
        """Whether a right entry is among the first `places`."""
        return any(entry in self.recorded.entries for entry in self.ranked[:places])

    @property
    def answered(self) -> bool:
        """Whether the member got an entry's text rather than a choice or a no."""
        return self.answer.outcome in _ANSWERED

    @property
    def answered_right(self) -> bool:
        """Whether that text was a right one; a safety card counts when its button leads to a right one."""
        offered = [choice.entry for choice in self.answer.choices]
        return self.answered and any(entry in self.recorded.entries for entry in (self.answer.entry, *offered))


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one part of the recorded questions."""

    part: str
    version: str
    first: Share
    first_three: Share
    answered: Share
    precision: Share
    offered: Share
    false_answers: Share
    asked: tuple[Asked, ...]

    def lines(self) -> list[str]:
        """The report for people."""
        return [
            f"Recorded questions, part '{self.part}', knowledge {self.version}",
            f"  right entry first                  {self.first}",
            f"  right entry among the first three  {self.first_three}",
            f"  covered questions answered         {self.answered}",
            f"  answers that were right            {self.precision}",
            f"  choices that held the right entry  {self.offered}",
            f"  off-topic questions answered       {self.false_answers}",
        ]

    def misses(self) -> list[str]:
        """The questions that did not end well, each with what happened."""
        wrong = [one for one in self.asked if one.answered and not one.answered_right]
        declined = [one for one in self.asked if not one.answered and not one.recorded.off_topic]
        lost = [one for one in declined if one.answer.outcome is Outcome.NO_ANSWER or not one.right_within(3)]
        return [
            f"  {one.recorded.file}:{one.recorded.line}: {one.answer.outcome.value} {', '.join(one.ranked[:3])}"
            f" instead of {', '.join(one.recorded.entries) or 'nothing'}: {one.recorded.question}"
            for one in (*wrong, *lost)
        ]

    def as_json(self) -> dict[str, object]:
        """The report for programs: each figure with its count and interval."""
        names = ("first", "first_three", "answered", "precision", "offered", "false_answers")
        return {"part": self.part, "version": self.version} | {name: _json(getattr(self, name)) for name in names}


def _json(share: Share) -> dict[str, object]:
    return {"value": share.value, "hits": share.hits, "total": share.total, "interval": list(share.interval)}


async def evaluate(desk: Desk, part: str, questions: Sequence[RecordedQuestion]) -> Report:
    """Ask every recorded question and count."""
    asked = tuple([Asked(recorded, await desk.ask(Question(recorded.question))) for recorded in questions])
    covered = [one for one in asked if not one.recorded.off_topic]
    off_topic = [one for one in asked if one.recorded.off_topic]
    answered = [one for one in covered if one.answered]
    offered = [one for one in covered if one.answer.outcome is Outcome.CHOICES]
    return Report(
        part=part,
        version=desk.library_version,
        first=_share(covered, [one.right_within(1) for one in covered]),
        first_three=_share(covered, [one.right_within(3) for one in covered]),
        answered=_share(covered, [one.answered for one in covered]),
        precision=_share(answered, [one.answered_right for one in answered]),
        offered=_share(offered, [one.right_within(3) for one in offered]),
        false_answers=_share(off_topic, [one.answered for one in off_topic]),
        asked=asked,
    )


def _share(whole: Sequence[Asked], hits: Sequence[bool]) -> Share:
    return Share(sum(hits), len(whole))
