"""One whole version of what is served. An answer comes from one edition from its beginning to its end, whatever is
taken over meanwhile.
"""

import asyncio
import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

from bot.answering import compose
from bot.answering.answers import Answer, Choice, Outcome, Question
from bot.answering.deciding import Decided, Judge, Reason
from bot.answering.follow_up import FollowUps, clearest
from bot.answering.frozen import NOTHING, Frozen
from bot.answering.prices import PriceDesk
from bot.answering.secrets import holds_secret
from bot.answering.slots import LiveFigures, NoLiveFigures, live_slots
from bot.knowledge.entries import Entry, Status
from bot.knowledge.library import Library
from bot.matching.classifier import Classifier
from bot.matching.decision import Calibrations, calibrations_of
from bot.matching.features import Reading
from bot.matching.matcher import Matcher
from bot.matching.suggest import LIMIT, Suggester
from bot.matching.text import TYPED_LIMIT, clean, words_of

REMEMBERED = 256
"""Questions whose decision is remembered: picked suggestions and what everybody asks on the day of an incident."""
LOGGED_WORD = 24
"""Longest word that is remembered of a question: addresses and hashes are longer."""
LOGGED_DIGITS = 8
"""Longest number that is remembered: ids of users and telephone numbers are longer."""
_NAMING = re.compile(r"@|://|\w\.\w+/|\.eth\b", re.IGNORECASE)
"""What only mentions, addresses, links and names of wallets hold."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A folder of the knowledge base with its published entries, for browsing."""

    id: str
    title: str
    entries: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class _Understood:
    """What a text means, its words as they may be stored, and the whole question if it leaned on the one before."""

    decided: Decided
    rememberable: str
    words: tuple[str, ...] = ()
    whole: str = ""

    @property
    def is_question(self) -> bool:
        """Whether anything was asked, so that people who look for what is not answered yet want to see it."""
        return bool(self.rememberable) and self.decided.reason is not Reason.CHATTER


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, and the words of its question as they may be remembered: none where nothing was asked."""

    answer: Answer
    words: str = ""


class Edition:
    """Answers questions from one version of a library. Built once; what changes it gives another one."""

    def __init__(
        self,
        library: Library,
        *,
        matcher: Matcher | None = None,
        live: LiveFigures | None = None,
        prices: PriceDesk | None = None,
        calibrations: Calibrations | None = None,
    ) -> None:
        self.library = library
        self.matcher = matcher or Matcher(library)
        self._suggester = Suggester(library)
        self.live = live or NoLiveFigures()
        self.prices = prices
        self.frozen = NOTHING
        self._judge = Judge(library, self.matcher, calibrations or calibrations_of(library))
        self._follow_ups = FollowUps(library.facts, self.matcher.lexicon)
        self._topics = tuple(_topic(library, topic) for topic in library.topics)
        self.forget()

    def taught(self, classifier: Classifier) -> "Edition":
        """The same with a classifier that was trained for this library meanwhile."""
        matcher = self.matcher.taught(classifier)
        return self._changed(matcher=matcher, _judge=self._judge.taught(matcher))

    def freezing(self, frozen: Frozen) -> "Edition":
        """The same, silent where moderators want it to be."""
        return self._changed(frozen=frozen)

    def told(self, library: Library, live: LiveFigures | None, prices: PriceDesk | None) -> "Edition":
        """The same with other incidents: `library` differs from this one's in nothing else."""
        return self._changed(library=library, prices=prices, live=live or NoLiveFigures())

    def _changed(self, **parts: Any) -> "Edition":
        other = copy(self)
        vars(other).update(parts)
        other.forget()
        return other

    def forget(self) -> None:
        """Let go of what is remembered of earlier questions."""
        self._pages: dict[str, Answer] = {}
        # Bound to its parts and not to itself: an edition that is served no more is let go of at once, and not when the
        # garbage collection comes to it, which is told to pass over all that was there at the start.
        self._understood = lru_cache(maxsize=REMEMBERED)(partial(_understand, self.matcher, self._judge))

    async def ask(self, question: Question) -> Said:
        """The answer to any text whatever. A text that holds a secret is looked at by nothing but the guard."""
        if holds_secret(question.text):
            return Said(compose.secret_answer(self.library, self.frozen))
        understood = self._understood(question.text[:TYPED_LIMIT])
        if question.previous and not holds_secret(f"{question.previous} {question.text}"):
            understood = self._leaning(question.text[:TYPED_LIMIT], question.previous, understood)
        answer = replace(await self._shown(understood), chances=understood.decided.chances)
        if understood.whole:
            answer = compose.understood_as(answer, understood.whole)
        # What is on hold has an answer: nobody needs to look for what is missing there.
        is_open = understood.is_question and not self._is_silent(understood.decided)
        return Said(answer, understood.rememberable if is_open else "")

    def _leaning(self, text: str, previous: str, alone: _Understood) -> _Understood:
        """What a question means after the one before it, or by itself where nothing clear comes of both."""
        options = self._follow_ups.combined(text, previous)
        if not options:
            return alone
        before = self._understood(previous[:TYPED_LIMIT])
        meant = {one: _understand(self.matcher, self._judge, " ".join(one.words)) for one in options}
        picked = clearest({one: each.decided for one, each in meant.items()}, before.decided, alone.decided)
        if picked is None:
            return alone
        # What could name a person shows in the texts as typed, no more in their plain words.
        allowed = {*before.rememberable.split(), *alone.rememberable.split()}
        kept = " ".join(word for word in meant[picked].rememberable.split() if word in allowed)
        return _Understood(meant[picked].decided, kept, picked.words, self._follow_ups.spelled(picked.words))

    async def _shown(self, understood: _Understood) -> Answer:
        decided = understood.decided
        offered = compose.choices_for(self.library, self._unfrozen(decided.offered))
        if self._is_silent(decided):
            return compose.on_hold(decided.candidates)
        if decided.entry is not None:
            entry = self.library.entries[decided.entry]
            page = replace(await self._page(entry, understood.words), candidates=decided.candidates)
            if decided.outcome is Outcome.SAFETY:
                return replace(page, choices=offered)
            return compose.also_asked(page, offered)
        if decided.outcome is Outcome.CHOICES:
            return compose.choices_answer(offered, decided.candidates)
        return compose.declined(decided.reason, decided.candidates)

    def _unfrozen(self, entries: Sequence[str]) -> tuple[str, ...]:
        return tuple(entry for entry in entries if not self.frozen.holds(entry))

    def _is_silent(self, decided: Decided) -> bool:
        """Whether all that could be said is frozen."""
        if decided.entry is not None:
            return self.frozen.holds(decided.entry)
        return bool(decided.offered) and not self._unfrozen(decided.offered)

    async def _page(self, entry: Entry, asked: Sequence[str] = ()) -> Answer:
        """What an entry says now, to a question of the words `asked`. One without live figures always says the same."""
        if entry.live and self.prices is not None:
            symbols = self.prices.meant(asked, entry.tokens)
            if symbols:
                return await self._priced(entry, symbols)
        return await self._text(entry)

    async def _priced(self, entry: Entry, symbols: Sequence[str]) -> Answer:
        """The entry with live prices in front; without a single price it says what it would have said alone."""
        assert self.prices is not None  # noqa: S101 - for the type checker; the caller looked
        view, page = await asyncio.gather(self.prices.several(symbols), self._text(entry))
        return compose.priced_answer(page, view)

    async def _text(self, entry: Entry) -> Answer:
        if entry.id in self._pages:
            return self._pages[entry.id]
        wanted = live_slots(f"{entry.answer}\n{entry.more}")
        live = await self.live.figures(wanted) if wanted else {}
        page = compose.entry_answer(entry, self.library, live)
        if not wanted:
            self._pages[entry.id] = page
        return page

    async def open(self, entry_id: str) -> Answer | None:
        """The answer of one entry, as when a button with its title is pressed; None when it is not served, and a word
        about why while it is frozen.
        """
        entry = self.library.entries.get(entry_id)
        if entry is None or entry.status is not Status.PUBLISHED:
            return None
        return compose.on_hold() if self.frozen.holds(entry_id) else await self._page(entry)

    def suggest(self, typed: str, limit: int = LIMIT) -> list[str]:
        """Questions that can be asked, for what has been typed so far; none for a secret, which is not looked at."""
        if holds_secret(typed):
            return []
        return self._suggester.suggest(typed, limit)

    def topics(self) -> list[Topic]:
        """What can be browsed, by name."""
        return list(self._topics)


def _understand(matcher: Matcher, judge: Judge, text: str) -> _Understood:
    reading = matcher.read(text)
    return _Understood(judge.decide(text, reading), _rememberable(text, reading), reading.words)


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
