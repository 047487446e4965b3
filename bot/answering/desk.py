"""The desk: every face asks here, and nothing is decided anywhere else."""

from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from bot.answering.answers import Answer, Question
from bot.answering.edition import Edition, Topic
from bot.answering.frozen import Frozen
from bot.answering.prices import PriceDesk
from bot.answering.slots import LiveFigures
from bot.knowledge.library import Library
from bot.matching.classifier import Classifier
from bot.matching.matcher import Matcher
from bot.matching.suggest import LIMIT


class Recorder(Protocol):
    """What the desk tells about a question. It never waits and never raises."""

    def asked(self, text: str, answer: Answer, question: Question) -> None:
        """Called once for each question with its normalised words, never for one that holds a secret."""
        ...


class NoRecorder:
    """Remembers nothing."""

    def asked(self, text: str, answer: Answer, question: Question) -> None:
        """Nothing happens."""


class Desk:
    """Answers questions from the edition that is served now. Another one is taken over in one step: whoever asked
    before has the answer of the one they asked.
    """

    def __init__(
        self, library: Library, *, recorder: Recorder | None = None, edition: Edition | None = None, **parts: Any
    ) -> None:
        """Serves `edition`, one of that library; where none is given it is made of `parts`, which are those of one."""
        self.edition = edition or Edition(library, **parts)
        self._recorder = NoRecorder() if recorder is None else recorder

    def take(self, edition: Edition) -> None:
        """Serve another edition from now on, as silent as this one."""
        self.edition = edition if edition.frozen == self.edition.frozen else edition.freezing(self.edition.frozen)

    def learn(self, classifier: Classifier) -> None:
        """Take over a classifier that was trained for this library meanwhile; from the next question on it counts."""
        self.edition = self.edition.taught(classifier)

    def freeze(self, frozen: Frozen) -> None:
        """Be silent where moderators want it, at once."""
        self.edition = self.edition.freezing(frozen)

    @property
    def frozen(self) -> Frozen:
        """What moderators have stopped."""
        return self.edition.frozen

    @property
    def library(self) -> Library:
        """What is served."""
        return self.edition.library

    @property
    def matcher(self) -> Matcher:
        """What ranks the entries."""
        return self.edition.matcher

    @property
    def prices(self) -> PriceDesk | None:
        """The desk for prices, where there is one."""
        return self.edition.prices

    @property
    def live(self) -> LiveFigures:
        """Where live values come from."""
        return self.edition.live

    @property
    def library_version(self) -> str:
        """Names the content that is served."""
        return self.library.version

    @property
    def entry_count(self) -> int:
        """How many entries members can reach."""
        return len(self.library.published)

    @property
    def reviewed_from(self) -> date | None:
        """The oldest review among the published entries."""
        return min(self._reviews(), default=None)

    @property
    def reviewed_to(self) -> date | None:
        """The newest review among the published entries."""
        return max(self._reviews(), default=None)

    def _reviews(self) -> list[date]:
        return [entry.reviewed for entry in self.library.published if entry.reviewed is not None]

    async def ask(self, question: Question) -> Answer:
        """The answer to any text whatever; it is remembered without who asked."""
        said = await self.edition.ask(question)
        if said.words:
            self._recorder.asked(said.words, said.answer, question)
        return replace(said.answer, remembered=said.words)

    async def open(self, entry_id: str) -> Answer | None:
        """The answer of one entry, as when a button with its title is pressed; None when it is not served."""
        return await self.edition.open(entry_id)

    def suggest(self, typed: str, limit: int = LIMIT) -> list[str]:
        """Questions that can be asked, for what has been typed so far; none for a secret, which is not looked at."""
        return self.edition.suggest(typed, limit)

    def topics(self) -> list[Topic]:
        """What can be browsed, by name."""
        return self.edition.topics()
