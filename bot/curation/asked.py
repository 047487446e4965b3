"""A recorded question with the answer it got, and what can be said of the two."""

from dataclasses import dataclass

from bot.answering import TEXTS, Answer
from bot.curation.moves import Reached
from bot.knowledge import RecordedQuestion


@dataclass(frozen=True, slots=True)
class Asked:
    """One recorded question and what came of it."""

    recorded: RecordedQuestion
    answer: Answer

    @property
    def ranked(self) -> tuple[str, ...]:
        """Entries by rank."""
        return tuple(candidate.entry for candidate in self.answer.candidates)

    @property
    def top_score(self) -> float:
        """Score of the first candidate in [0, 1]; 0 where nothing was ranked."""
        return self.answer.candidates[0].score if self.answer.candidates else 0.0

    def right_within(self, places: int) -> bool:
        """Whether a right entry is among the first `places`."""
        return any(entry in self.recorded.entries for entry in self.ranked[:places])

    @property
    def answered(self) -> bool:
        """Whether the member got an entry's text rather than a choice or a no."""
        return self.answer.outcome in TEXTS

    @property
    def answered_right(self) -> bool:
        """Whether that text was a right one, as `Reached.answers` decides it."""
        return Reached.of(self.answer).answers(self.recorded.entries)

    @property
    def stated(self) -> float:
        """The chance in [0, 1] of being right that the bot acted on. A rule acts as if certain."""
        if self.answer.chances is None:
            return 1.0 if self.answered else 0.0
        return self.answer.chances[0]

    @property
    def would_be_right(self) -> bool:
        """Whether the answer was right or, where the bot asked back or declined, its best entry would have been."""
        return self.answered_right if self.answered else self.right_within(1)
