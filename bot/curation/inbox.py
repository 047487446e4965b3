"""The gap inbox: what members asked and were not served, grouped by meaning, with nobody in it to be seen. Pure.

Two rules keep members out of sight (k-anonymity, Sweeney 2002, with k = 3):
- a group is shown once `k` members are in it. The hashes that stand for members compare only under one key, so they
  are as many as the most under any one key: after a change of keys perhaps too few, never too many;
- a word is shown when the library or common English knows it, or when `k` members have used it. Others are an ellipsis.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, cached_property
from hashlib import sha256
from typing import Final

from bot.curation.gaps import GAP, HIDDEN_WORD, RETRY, UNHELPFUL, GapGroup, Inbox, K, Near
from bot.curation.grouping import Asker, Star, distinct, stars
from bot.matching.decision import Calibrations, Decision, decide
from bot.matching.english import frequencies, is_common
from bot.matching.features import QUESTION_WORDS, STOPWORDS, Reading
from bot.matching.lexicon import stem
from bot.matching.matcher import Matcher, Ranking
from bot.storage import Unmet

WORDINGS: Final = 8
"""Wordings that are shown of a group."""
MOST: Final = 200
"""Groups of an inbox: nobody reads more, and each has to be looked up in the library."""
RANKED: Final = 5
"""Wordings of a group that are looked up in the library."""
NEAREST: Final = 3
"""Entries that are named as near."""
_ID: Final = 8
"""Characters of a group's id."""


def group_unmet(
    unmet: Sequence[Unmet], matcher: Matcher, today: date, *, k: int = K, calibrations: Calibrations | None = None
) -> Inbox:
    """The inbox of what was not served. The same rows give the same inbox, in whatever order they come.

    With the `calibrations` that the bot serves, groups that it would answer by now are left out; without them only
    those that an entry lists word for word. 20,000 different questions take some seconds: not on an event loop.
    """
    rows = [_Row.of(one, matcher, today) for one in unmet]
    return _Filling(rows, matcher, k, calibrations).inbox(today)


@dataclass(frozen=True, slots=True)
class _Row:
    """One record, read. `entry` is empty where there is none."""

    reading: Reading
    kind: str
    entry: str
    asker: Asker
    day: date

    @classmethod
    def of(cls, unmet: Unmet, matcher: Matcher, today: date) -> "_Row":
        day = min(unmet.at.date(), today)  # no host's clock is to move what was asked into a time to come
        return cls(matcher.read(unmet.text), unmet.kind, unmet.entry or "", (unmet.key, unmet.asker), day)


@dataclass(frozen=True, slots=True)
class _Wording:
    """One wording as it may be shown, with one way to read it; `near` is its similarity to the middle of its group."""

    text: str
    reading: Reading
    askers: int
    near: float

    @property
    def clearest_first(self) -> tuple[bool, int, float, int, str, tuple[str, ...]]:
        """Sorts wordings by how well they stand for their group."""
        return HIDDEN_WORD in self.text, -self.askers, -self.near, len(self.text), self.text, self.reading.words


class _Words:
    """Which words may be shown: those that anybody could have said."""

    def __init__(self, rows: Iterable[_Row], matcher: Matcher, k: int) -> None:
        users: dict[str, set[Asker]] = defaultdict(set)
        for row in rows:
            for word in row.reading.words:
                users[word].add(row.asker)
        self._shown = {word for word, who in users.items() if _is_known(word, matcher) or distinct(who) >= k}

    def shown(self, words: Iterable[str]) -> str:
        """The words as they may be shown, one ellipsis for each run of others."""
        kept: list[str] = []
        for word in words:
            one = word if word in self._shown else HIDDEN_WORD
            if one != HIDDEN_WORD or kept[-1:] != [HIDDEN_WORD]:
                kept.append(one)
        return " ".join(kept)


def _is_known(word: str, matcher: Matcher) -> bool:
    """Whether a word is one of the library, in some form, or of common English. Numbers of the latter are not: they
    count what somebody owns.
    """
    lexicon = matcher.lexicon
    ordinary = (is_common(word) or stem(word) in _common_stems()) and not word.isdigit()
    named = word in lexicon.symbols or word in lexicon.elsewhere or word in lexicon.slang_words
    return ordinary or named or word in STOPWORDS or word in QUESTION_WORDS or matcher.knows(word)


@dataclass(frozen=True)
class _Found:
    """Records that belong together; `near` is the similarity of each wording to the middle of the group."""

    kinds: tuple[str, ...]
    entry: str
    rows: Sequence[_Row]
    near: Mapping[tuple[str, ...], float] = field(default_factory=dict)

    @cached_property
    def askers(self) -> int:
        """How many members are behind it at least."""
        return distinct({row.asker for row in self.rows})

    @cached_property
    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        return min(row.day for row in self.rows), max(row.day for row in self.rows)

    @property
    def most_first(self) -> tuple[int, int, tuple[str, ...], str, tuple[str, ...]]:
        """Sorts groups: those of most members first, then the latest."""
        first = min(row.reading.words for row in self.rows)
        return -self.askers, -self.days[1].toordinal(), self.kinds, self.entry, first


@cache
def _common_stems() -> frozenset[str]:
    """What is left of common English words without their endings: `drying` is as common as `dry`."""
    return frozenset(map(stem, frequencies()))


class _Filling:
    """One reading of the records: which belong together, and what is shown of them."""

    def __init__(self, rows: Sequence[_Row], matcher: Matcher, k: int, calibrations: Calibrations | None) -> None:
        self._rows, self._matcher, self._k, self._calibrations = rows, matcher, k, calibrations
        self._words = _Words(rows, matcher, k)

    def inbox(self, today: date) -> Inbox:
        """What may be shown."""
        unhelpful = [row for row in self._rows if row.kind == UNHELPFUL]
        found = [one for one in (*self._by_meaning(), *_by_entry(UNHELPFUL, unhelpful)) if one.askers >= self._k]
        found.sort(key=lambda one: one.most_first)
        groups: list[GapGroup] = []
        looked_at = 0
        while len(groups) < MOST and looked_at < len(found):
            groups += self._shown(found[looked_at])
            looked_at += 1
        behind = {id(row) for one in found for row in one.rows}
        hidden, answered = sum(id(row) not in behind for row in self._rows), looked_at - len(groups)
        return Inbox(_with_ids(groups), hidden, answered, today, self._k, len(found) - looked_at)

    def _by_meaning(self) -> list[_Found]:
        """Groups of what nothing answered. Questions after which an entry was found, but too few in any group for it to
        be named there, are put together by that entry.
        """
        texts: dict[tuple[str, ...], list[_Row]] = defaultdict(list)
        for row in self._rows:
            if row.kind != UNHELPFUL and row.reading.words:
                texts[row.reading.words].append(row)
        alike = [texts[words] for words in sorted(texts)]
        found: list[_Found] = []
        named: set[int] = set()
        for star in self._stars(alike):
            rows = [row for text, _ in star.members for row in alike[text]]
            entry = self._found_by(rows)
            named.update(id(row) for row in rows if entry and row.entry == entry)
            near = {alike[text][0].reading.words: likeness for text, likeness in star.members}
            found.append(_Found((GAP, RETRY) if entry else (GAP,), entry, rows, near))
        second = [row for row in self._rows if row.kind == RETRY and id(row) not in named]
        return [*found, *_by_entry(RETRY, second)]

    def _stars(self, alike: Sequence[Sequence[_Row]]) -> list[Star]:
        lexicon = self._matcher.lexicon
        askers = [frozenset(row.asker for row in rows) for rows in alike]
        readings = [rows[0].reading for rows in alike]
        return stars(readings, askers, self._matcher.space, lexicon.symbols | lexicon.elsewhere, self._k)

    def _found_by(self, rows: Iterable[_Row]) -> str:
        """The entry that most members found by other words, `k` or more of them; empty where there is none."""
        finders: dict[str, set[Asker]] = defaultdict(set)
        for row in rows:
            if row.kind == RETRY and row.entry:
                finders[row.entry].add(row.asker)
        many = [(-distinct(who), entry) for entry, who in finders.items() if distinct(who) >= self._k]
        return min(many)[1] if many else ""

    def _shown(self, found: _Found) -> list[GapGroup]:
        """A group as it may be shown; none where it does not wait for an answer any more."""
        wordings = self._wordings(found.rows, found.near)
        rankings = [self._matcher.rank_reading(one.reading) for one in wordings[:RANKED]]
        if found.kinds != (UNHELPFUL,) and rankings and all(map(self._is_answered, rankings)):
            return []
        shown, near = tuple(one.text for one in wordings[:WORDINGS]), _near(rankings, found.entry)
        return [GapGroup("", shown, found.askers, found.kinds, *found.days, near, found.entry or None)]

    def _wordings(self, rows: Iterable[_Row], near: Mapping[tuple[str, ...], float]) -> list[_Wording]:
        """The wordings as they may be shown, the clearest first, and each once."""
        askers: dict[tuple[str, ...], set[Asker]] = defaultdict(set)
        readings: dict[tuple[str, ...], Reading] = {}
        for row in rows:
            askers[row.reading.words].add(row.asker)
            readings[row.reading.words] = row.reading
        found = [
            _Wording(self._words.shown(words), readings[words], distinct(who), near.get(words, 0.0))
            for words, who in askers.items()
            if words
        ]
        clearest: dict[str, _Wording] = {}
        for one in sorted(found, key=lambda wording: wording.clearest_first):
            clearest.setdefault(one.text, one)
        return list(clearest.values())

    def _is_answered(self, ranking: Ranking) -> bool:
        if self._calibrations is None:
            return ranking.exact
        return decide(ranking, self._calibrations).decision is Decision.ANSWER


def _by_entry(kind: str, rows: Iterable[_Row]) -> list[_Found]:
    held: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        if row.entry:
            held[row.entry].append(row)
    return [_Found((kind,), entry, own) for entry, own in held.items()]


def _near(rankings: Sequence[Ranking], but: str) -> tuple[Near, ...]:
    """The entries that stand first for the wordings on the whole, without `but`, each with its nearest phrasing."""
    sums: dict[str, float] = defaultdict(float)
    best: dict[str, tuple[float, str]] = {}
    for candidate in (one for ranking in rankings for one in ranking.candidates if one.entry != but):
        sums[candidate.entry] += candidate.score
        best[candidate.entry] = max(best.get(candidate.entry, (0.0, "")), (candidate.score, candidate.question))
    first = sorted(sums, key=lambda entry: (-sums[entry], entry))[:NEAREST]
    return tuple(Near(entry, best[entry][1], round(sums[entry] / len(rankings), 3)) for entry in first)


def _with_ids(groups: Sequence[GapGroup]) -> tuple[GapGroup, ...]:
    """Each group with an id made of what it is known by; those of two that are known by the same are numbered."""
    taken: dict[str, int] = defaultdict(int)
    named: list[GapGroup] = []
    for group in groups:
        by_entry = group.kinds in {(UNHELPFUL,), (RETRY,)}
        known_by = group.entry if by_entry else (group.wordings or ("",))[0]
        name = sha256(f"{group.kinds[0]}\0{known_by}".encode()).hexdigest()[:_ID]
        taken[name] += 1
        named.append(replace(group, id=name if taken[name] == 1 else f"{name}-{taken[name]}"))
    return tuple(named)
