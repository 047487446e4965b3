"""The desk: every face asks here, and nothing is decided anywhere else."""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Protocol

from bot.answering import compose
from bot.answering.answers import Answer, Choice, Outcome, Question
from bot.answering.deciding import SAFETY, Decided, decide_question
from bot.answering.secrets import holds_secret
from bot.answering.slots import LiveFigures, NoLiveFigures, live_slots
from bot.knowledge.entries import Entry, Status
from bot.knowledge.library import Library
from bot.matching.classifier import Classifier
from bot.matching.decision import Calibrations, shipped_calibrations
from bot.matching.features import Reading
from bot.matching.matcher import Matcher
from bot.matching.routes import Routes
from bot.matching.suggest import LIMIT, Suggester
from bot.matching.text import TYPED_LIMIT, clean, sentences_of, words_of

REMEMBERED = 256
"""Questions whose decision is remembered: picked suggestions and what everybody asks on the day of an incident."""
LOGGED_WORD = 24
"""Longest word that is remembered of a question: addresses and hashes are longer."""
LOGGED_DIGITS = 8
"""Longest number that is remembered: ids of users and telephone numbers are longer."""
_NAMING = re.compile(r"@|://|\w\.\w+/|\.eth\b", re.IGNORECASE)
"""What only mentions, addresses, links and names of wallets hold."""


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


@dataclass(frozen=True, slots=True)
class _Understood:
    """What a text means: nothing decided where it has no words, its words as they may be stored, its script."""

    decided: Decided | None
    rememberable: str
    latin: bool


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
        self._routes = Routes(library, self.matcher.lexicon, first=(SAFETY,))
        self._suggester = Suggester(library)
        self._live = live or NoLiveFigures()
        self._recorder = NoRecorder() if recorder is None else recorder
        self._calibrations = calibrations or shipped_calibrations()
        self._topics = tuple(_topic(library, topic) for topic in library.topics)
        self._pages: dict[str, Answer] = {}
        self._understood = lru_cache(maxsize=REMEMBERED)(self._understand)

    def learn(self, classifier: Classifier) -> None:
        """Take over a classifier that was trained for this library meanwhile; from the next question on it counts."""
        self.matcher = self.matcher.taught(classifier)
        self._understood = lru_cache(maxsize=REMEMBERED)(self._understand)

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
        understood = self._understood(question.text[:TYPED_LIMIT])
        answer = await self._shown(understood)
        if understood.decided is not None:
            self._recorder.asked(understood.rememberable, answer, question)
        return answer

    def _understand(self, text: str) -> _Understood:
        reading = self.matcher.read(text)
        if not reading.words:
            return _Understood(None, "", reading.latin)
        parts = sentences_of(text)
        sentences = [self.matcher.read(part) for part in parts] if len(parts) > 1 else [reading]
        decided = decide_question(self.library, self.matcher, self._routes, self._calibrations, reading, sentences)
        return _Understood(decided, _rememberable(text, reading), reading.latin)

    async def _shown(self, understood: _Understood) -> Answer:
        decided = understood.decided
        if decided is None:
            return compose.nothing_asked() if understood.latin else compose.other_language()
        offered = compose.choices_for(self.library, decided.offered)
        if decided.entry is not None:
            page = await self._page(self.library.entries[decided.entry])
            return replace(page, choices=offered, candidates=decided.candidates)
        if decided.outcome is Outcome.CHOICES:
            return compose.choices_answer(offered, decided.candidates)
        return (compose.no_answer if understood.latin else compose.other_language)(decided.candidates)

    async def _page(self, entry: Entry) -> Answer:
        """What an entry says now. One without live figures always says the same."""
        if entry.id in self._pages:
            return self._pages[entry.id]
        wanted = live_slots(f"{entry.answer}\n{entry.more}")
        live = await self._live.figures(wanted) if wanted else {}
        page = compose.entry_answer(entry, self.library, live)
        if not wanted:
            self._pages[entry.id] = page
        return page

    async def open(self, entry_id: str) -> Answer | None:
        """The answer of one entry, as when a button with its title is pressed; None when it is not served."""
        entry = self.library.entries.get(entry_id)
        if entry is None or entry.status is not Status.PUBLISHED:
            return None
        return await self._page(entry)

    def suggest(self, typed: str, limit: int = LIMIT) -> list[str]:
        """Questions that can be asked, for what has been typed so far; none for a secret, which is not looked at."""
        if holds_secret(typed):
            return []
        return self._suggester.suggest(typed, limit)

    def topics(self) -> list[Topic]:
        """What can be browsed, by name."""
        return list(self._topics)


def _topic(library: Library, topic: str) -> Topic:
    choices = tuple(Choice(entry.id, entry.title) for entry in library.in_topic(topic))
    return Topic(topic, topic.replace("-", " ").capitalize(), choices)


def _rememberable(text: str, reading: Reading) -> str:
    """A question as it may be stored: plain words, without what can name a person: mentions, mail addresses, wallet
    addresses and names, links, long numbers.
    """
    hidden = {word for typed in text.split() if _NAMING.search(typed) for word in words_of(clean(typed))}
    return " ".join(word for word in reading.words if word not in hidden and not _is_long(word))


def _is_long(word: str) -> bool:
    return len(word) > (LOGGED_DIGITS if word.isdigit() else LOGGED_WORD)
