"""What an entry must carry beside its text: graded sources, the caveats of its subject, and a day of review."""

import re
from collections.abc import Iterator

from bot.knowledge.entries import Entry
from bot.knowledge.facts import Facts
from bot.knowledge.prose import slots_in
from bot.knowledge.rules import CaveatRule, Rules

WEAK = "U"
_REPORTED = re.compile(r"\breported", re.IGNORECASE)


def weak(entry: Entry) -> bool:
    """Whether nothing better than one weak source stands behind an entry, and its text does not say "reported"."""
    grades = {source.grade for source in entry.sources}
    return bool(grades) and grades <= {WEAK} and not _REPORTED.search(entry.answer)


def lacking_caveats(entry: Entry, rules: Rules) -> Iterator[CaveatRule]:
    """The rules by which an entry needs a caveat that it does not name."""
    for rule in rules.caveats.values():
        if _concerns(rule, entry) and not set(rule.needs) & set(entry.caveats):
            yield rule


def _concerns(rule: CaveatRule, entry: Entry) -> bool:
    if entry.id in rule.not_in:
        return False
    if entry.topic in rule.topics or entry.id in rule.entries:
        return True
    text = f"{entry.title}\n{entry.answer}".lower()
    return any(re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", text) for word in rule.words)


def longest_interval(entry: Entry, facts: Facts) -> int:
    """The days between two reviews that an entry may have at most; 0 where nothing is asked for."""
    kinds = set(_volatilities(entry, facts))
    if entry.live or "live" in kinds:
        return facts.rules.review_live
    if _tells_an_event(entry, facts) and "param" not in kinds:
        return 0
    return facts.rules.review_param


def reviewed_in_vain(entry: Entry, facts: Facts) -> bool:
    """Whether an entry on a dated event has a day of review, although nothing in it can change."""
    if not _tells_an_event(entry, facts) or entry.id in facts.rules.unfinished:
        return False
    return entry.review_every is not None and not longest_interval(entry, facts)


def _tells_an_event(entry: Entry, facts: Facts) -> bool:
    return bool({entry.topic, entry.id} & set(facts.rules.events))


def _volatilities(entry: Entry, facts: Facts) -> Iterator[str]:
    for slot in slots_in(f"{entry.answer}\n{entry.more}"):
        if slot.kind != "figure":
            yield "live"
        elif slot.key in facts.figures:
            yield facts.figures[slot.key].volatility
