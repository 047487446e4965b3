"""What the matcher does with recorded questions: how often the right entry is first, and what is answered wrongly.

Everything is measured through the same `Desk` that serves members.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answering import Outcome, Question
from bot.answering.desk import Desk
from bot.curation.asked import Asked
from bot.curation.chances import Reliability, RiskCoverage, auroc, reliability, risk_coverage
from bot.curation.confusion import Confusion, Misleading, confusion_pairs, worst_phrasings
from bot.curation.share import Share
from bot.knowledge import RecordedQuestion
from bot.knowledge.recorded import HELD_OUT

SHOWN = 10
"""Rows of a table in the report for people; programs get all."""


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one part of the recorded questions.

    `reliability` is about the questions that the ranking decided, `risk_coverage` about all; `separation` is the
    AUROC of covered against off-topic questions by the score of the first candidate, None where either is missing.
    """

    part: str
    version: str
    first: Share
    first_three: Share
    answered: Share
    precision: Share
    offered: Share
    false_answers: Share
    served: Share
    """Of all questions, those that were answered: where on the curve the bot stands."""
    wrong: Share
    """Of the answers, those that were wrong or given to an off-topic question."""
    confusions: tuple[Confusion, ...]
    worst: tuple[Misleading, ...]
    reliability: Reliability
    risk_coverage: RiskCoverage
    separation: float | None
    asked: tuple[Asked, ...]

    @property
    def quotes(self) -> bool:
        """Whether the report may repeat recorded questions."""
        return self.part != HELD_OUT

    def lines(self) -> list[str]:
        """The report for people."""
        pairs = [pair.line(quote=self.quotes) for pair in self.confusions]
        return [
            f"Recorded questions, part '{self.part}', knowledge {self.version}",
            f"  right entry first                  {self.first}",
            f"  right entry among the first three  {self.first_three}",
            f"  covered questions answered         {self.answered}",
            f"  answers that were right            {self.precision}",
            f"  choices that held the right entry  {self.offered}",
            f"  off-topic questions answered       {self.false_answers}",
            *self._confidence_lines(),
            *_table("Entries taken for each other (right entry lost to the one ranked first)", pairs),
            *_table("Phrasings that mislead most", [str(one) for one in self.worst]),
        ]

    def _confidence_lines(self) -> list[str]:
        total, covered = len(self.asked), self.first.total
        judged = self.reliability.total
        stated = f"{judged} questions; {total - judged} more were decided without one"
        apart = "     –" if self.separation is None else f"{self.separation:6.3f}"
        sides = f"AUROC of the top score, {covered} covered and {total - covered} off-topic"
        least = f"{total} questions; no order of them has less than {self.risk_coverage.least:.3f}"
        return [
            f"  stated chance off by, on average   {self.reliability.error:6.1%}  ({stated})",
            f"  covered told from off-topic        {apart}  ({sides})",
            f"  area under risk and coverage       {self.risk_coverage.area:6.3f}  ({least})",
            f"  of all questions, answered         {self.served}",
            f"  of all answers, wrong              {self.wrong}",
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
        """The report for programs: each figure with its count and interval, and every row of the tables."""
        names = ("first", "first_three", "answered", "precision", "offered", "false_answers")
        shares = {name: getattr(self, name).as_json() for name in names}
        return {
            "part": self.part,
            "version": self.version,
            **shares,
            "confusion_pairs": [pair.as_json(quote=self.quotes) for pair in self.confusions],
            "worst_phrasings": [one.as_json() for one in self.worst],
            "reliability": self.reliability.as_json(),
            "risk_coverage": self._curve_as_json(),
            "auroc": self.separation,
        }

    def _curve_as_json(self) -> dict[str, object]:
        curve = self.risk_coverage
        bot = {"coverage": self.served.as_json(), "risk": self.wrong.as_json()}
        points = [[round(coverage, 4), round(risk, 4)] for coverage, risk in curve.curve]
        return {"n": len(points), "area": curve.area, "least_area": curve.least, "bot": bot, "curve": points}


def _table(title: str, rows: Sequence[str]) -> list[str]:
    if not rows:
        return [f"{title}: none"]
    more = [f"… and {len(rows) - SHOWN} more, in --json"] if len(rows) > SHOWN else []
    return [f"{title}:", *(f"  {row}" for row in [*rows[:SHOWN], *more])]


def _question(recorded: RecordedQuestion) -> Question:
    return Question(recorded.question, previous=recorded.previous)


async def evaluate(desk: Desk, part: str, questions: Sequence[RecordedQuestion]) -> Report:
    """Ask every recorded question and count."""
    asked = tuple([Asked(recorded, await desk.ask(_question(recorded))) for recorded in questions])
    covered = [one for one in asked if not one.recorded.off_topic]
    off_topic = [one for one in asked if one.recorded.off_topic]
    answered = [one for one in covered if one.answered]
    offered = [one for one in covered if one.answer.outcome is Outcome.CHOICES]
    served = [one for one in asked if one.answered]
    return Report(
        part=part,
        version=desk.library_version,
        first=_share(one.right_within(1) for one in covered),
        first_three=_share(one.right_within(3) for one in covered),
        answered=_share(one.answered for one in covered),
        precision=_share(one.answered_right for one in answered),
        offered=_share(one.right_within(3) for one in offered),
        false_answers=_share(one.answered for one in off_topic),
        served=_share(one.answered for one in asked),
        wrong=_share(not one.answered_right for one in served),
        confusions=confusion_pairs(asked),
        worst=worst_phrasings(asked, desk.library),
        reliability=reliability([(one.stated, one.right_within(1)) for one in asked if one.answer.chances is not None]),
        risk_coverage=risk_coverage([(one.stated, one.would_be_right) for one in asked]),
        separation=auroc([one.top_score for one in covered], [one.top_score for one in off_topic]),
        asked=asked,
    )


def _share(hits: Iterable[bool]) -> Share:
    counted = list(hits)
    return Share(sum(counted), len(counted))
