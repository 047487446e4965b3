"""The desk: every face asks here, and nothing is decided anywhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.answering import compose
from bot.answering.answers import Answer, Choice, Question, RankedEntry
from bot.answering.secrets import holds_secret
from bot.answering.slots import LiveFigures, NoLiveFigures, live_slots
from bot.knowledge.entries import Entry, Status
from bot.knowledge.library import Library
from bot.matching.classifier import Classifier
from bot.matching.decision import (
    CHOICES,
    Calibrations,
    Decision,
    Verdict,
    comparable_scores,
    decide,
    shipped_calibrations,
)
from bot.matching.features import Reading
from bot.matching.matcher import Matcher
from bot.matching.routes import Routes
from bot.matching.suggest import LIMIT, Suggester
from bot.matching.text import clean, sentences_of, words_of

LOGGED_WORD = 24
"""Longest word that is remembered of a question: addresses and hashes are longer."""
LOGGED_DIGITS = 8
"""Longest number that is remembered: ids of users and telephone numbers are longer."""


class Recorder(Protocol):
    """What the desk tells about a question. It never waits and never raises."""

    def asked(self, text: str, answer: Answer, question: Question) -> None:
        """Called once for each question with its normalised words, never for one that holds a secret."""
        ...


class NoRecorder:
    """Remembers nothing."""

    def asked(self, text: str, answer: Answer, question: Question) -> None:
        """Nothing happens."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A folder of the knowledge base with its published entries, for browsing."""

    id: str
    title: str
    entries: tuple[Choice, ...]


class Desk:
    """Answers questions from one version of a library."""

    def __init__(
        self,
        library: Library,
        *,
        matcher: Matcher | None = None,
        live: LiveFigures | None = None,
        recorder: Recorder | None = None,
        calibrations: Calibrations | None = None,
    ) -> None:
        self.library = library
        self.matcher = matcher or Matcher(library)
        self._routes = Routes(library, self.matcher.lexicon, first=(compose.SAFETY,))
        self._suggester = Suggester(library)
        self._live = live or NoLiveFigures()
        self._recorder = recorder or NoRecorder()
        self._calibrations = calibrations or shipped_calibrations()

    def learn(self, classifier: Classifier) -> None:
        """Take over a classifier that was trained for this library meanwhile; from the next question on it counts."""
        self.matcher = self.matcher.taught(classifier)

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
        """The answer to any text whatever. A text that holds a secret is looked at by nothing but the guard."""
        if holds_secret(question.text):
            return compose.secret_answer(self.library)
        reading = self.matcher.read(question.text)
        if not reading.words:
            return compose.nothing_asked() if reading.latin else compose.other_language()
        parts = sentences_of(question.text)
        sentences = [self.matcher.read(part) for part in parts] if len(parts) > 1 else [reading]
        answer = await self._answer(reading, sentences)
        self._recorder.asked(_rememberable(question.text, reading), answer, question)
        return answer

    async def _answer(self, reading: Reading, sentences: Sequence[Reading]) -> Answer:
        ranking = self.matcher.rank_reading(reading)
        verdict = decide(ranking, self._calibrations)
        scores = comparable_scores(ranking, verdict)
        candidates = tuple(
            RankedEntry(c.entry, round(scores[c.entry], 4), c.question, c.signals) for c in ranking.candidates
        )
        routed = self._routes.find(sentences)
        if routed is not None:
            return await self._routed(self.library.entries[routed], verdict, candidates)
        if not reading.latin:
            return compose.other_language(candidates)
        if verdict.decision is Decision.ANSWER:
            return await self._from_entry(self.library.entries[candidates[0].entry], candidates)
        if verdict.decision is Decision.CHOICES:
            offered = compose.choices_for(self.library, (c.entry for c in candidates[:CHOICES]))
            return compose.choices_answer(offered, candidates)
        return compose.no_answer(candidates)

    async def _routed(self, entry: Entry, verdict: Verdict, candidates: tuple[RankedEntry, ...]) -> Answer:
        """The entry that a rule demands. Under a safety card the ordinary answer, if there is one, is a button."""
        ordinary = [c.entry for c in candidates[:1] if c.entry != entry.id and verdict.decision is Decision.ANSWER]
        offered = compose.choices_for(self.library, ordinary if entry.topic == compose.SAFETY else ())
        first = RankedEntry(entry.id, 1.0, entry.questions[0], {"rule": 1.0})
        return await self._from_entry(entry, (first, *(c for c in candidates if c.entry != entry.id)), offered)

    async def _from_entry(
        self, entry: Entry, candidates: tuple[RankedEntry, ...] = (), choices: tuple[Choice, ...] = ()
    ) -> Answer:
        wanted = live_slots(f"{entry.answer}\n{entry.more}")
        live = await self._live.figures(wanted) if wanted else {}
        return compose.entry_answer(entry, self.library, live, candidates=candidates, choices=choices)

    async def open(self, entry_id: str) -> Answer | None:
        """The answer of one entry, as when a button with its title is pressed; None when it is not served."""
        entry = self.library.entries.get(entry_id)
        if entry is None or entry.status is not Status.PUBLISHED:
            return None
        return await self._from_entry(entry)

    def suggest(self, typed: str, limit: int = LIMIT) -> list[str]:
        """Questions that can be asked, for what has been typed so far."""
        return self._suggester.suggest(typed, limit)

    def topics(self) -> list[Topic]:
        """What can be browsed, by name."""
        return [
            Topic(
                topic,
                topic.replace("-", " ").capitalize(),
                compose.choices_for(self.library, _ids(self.library, topic)),
            )
            for topic in self.library.topics
        ]


def _ids(library: Library, topic: str) -> list[str]:
    return [entry.id for entry in library.in_topic(topic)]


def _rememberable(text: str, reading: Reading) -> str:
    """A question as it may be stored: plain words, without what can name a person: mentions, mail and wallet
    addresses, links, long numbers.
    """
    naming = (typed for typed in text.split() if "@" in typed or "://" in typed)
    hidden = {word for typed in naming for word in words_of(clean(typed))}
    return " ".join(word for word in reading.words if word not in hidden and not _is_long(word))


def _is_long(word: str) -> bool:
    return len(word) > (LOGGED_DIGITS if word.isdigit() else LOGGED_WORD)
