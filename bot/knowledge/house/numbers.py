"""Figures in prose: which lack a date, and which say something else than the register or than another entry.

Two figures are held to be about the same thing where the register names the words of it (`about`), or where both speak
of the same day in the same unit and differ by less than a tenth, as a slip of the pen does.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.knowledge.entries import Entry
from bot.knowledge.facts import Figure
from bot.knowledge.house.text import Passage
from bot.knowledge.prose import DATED, EXAMPLE, SLOT, slots_in
from bot.knowledge.rules import Rules

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY = re.compile(r"\b(\d{1,2}) ([A-Z][a-z]+) (20\d\d)\b")
_WHEN = re.compile(
    r"(?P<since>\b(?:[Ss]ince|[Aa]fter|[Ff]rom) (?:\d{1,2} )?)?\b(?:(?P<month>[A-Z][a-z]{2,8}) )?(?P<year>20\d\d)\b"
)
_SCALE = {"thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9, "b": 1e9}
_AMOUNT = r"\d+(?:,\d{3})*(?:\.\d+)?"
_NUMBER = re.compile(
    rf"(?<![\w.,-])(?P<dollar>US\$|\$)?\s?(?P<low>{_AMOUNT})(?:\s?(?:to|-|–)\s?\$?(?P<high>{_AMOUNT}))?"
    rf"\s?(?P<scale>thousand|million|billion|bn|[kKmMB](?![\w]))?\s?(?P<unit>%|[A-Za-z]+)?"
)
_SLIP = 0.1
"""Share by which two figures of one day may differ and still be taken for the same figure with a slip in one."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number or a range with its unit, as `days` or `$`, and the words it was read from."""

    low: float
    high: float
    unit: str
    words: str

    def agrees(self, other: "Amount") -> bool:
        """Whether the two share a value."""
        return self.low <= other.high and other.low <= self.high


def amounts(text: str) -> Iterator[Amount]:
    """The numbers of a text that have a unit."""
    for match in _NUMBER.finditer(SLOT.sub(" ", text)):
        unit = "$" if match["dollar"] else _unit(match["unit"] or "")
        if not unit:
            continue
        scale = _SCALE.get((match["scale"] or "").lower(), 1.0)
        low = float(match["low"].replace(",", "")) * scale
        high = float((match["high"] or match["low"]).replace(",", "")) * scale
        words = match[0][: match.start("unit") - match.start()] if match["dollar"] and match["unit"] else match[0]
        yield Amount(min(low, high), max(low, high), unit, words.strip())


def _unit(word: str) -> str:
    if word.lower() in {"%", "percent"}:
        return "%"
    if word == "USD":
        return "$"
    return word if word.endswith("ETH") else word.lower().removesuffix("s")


def undated(passage: Passage, rules: Rules) -> Iterator[str]:
    """The figures with one of the rules' units in a paragraph that names no date, shows no dated slot and is no
    example.
    """
    if DATED.search(passage.text) or EXAMPLE.search(passage.text) or SLOT.search(passage.text):
        return
    units = {_unit(unit) for unit in rules.units}
    said = amounts(_without(rules.plain, passage.text))
    yield from (amount.words for amount in said if amount.unit in units)


def contradictions(passage: Passage, figures: Iterable[Figure], rules: Rules) -> Iterator[tuple[str, Figure]]:
    """The amounts of a passage that speak of registered figures and give another value than any of these has. A
    sentence that names an earlier year or month than the figure's tells of the past, and is left alone.
    """
    for sentence in passage.sentences:
        about = [figure for figure in figures if figure.about and _speaks_of(figure.about, sentence)]
        now = [figure for figure in about if not _of_the_past(sentence, figure.as_of)]
        said = list(amounts(_without(rules.plain, sentence)))
        disputed = {figure.id: amount for figure in now for amount in said if _denies(figure, amount)}
        confirmed = any(_shows(figure, sentence) or _confirms(figure, said) for figure in about)
        if disputed and not confirmed:
            first = next(figure for figure in now if figure.id in disputed)
            yield disputed[first.id].words, first


def _registered(figure: Figure) -> list[Amount]:
    return [*amounts(figure.say), *amounts(f"{figure.value} {figure.unit}")]


def _denies(figure: Figure, amount: Amount) -> bool:
    same = [known for known in _registered(figure) if known.unit == amount.unit]
    return bool(same) and not any(amount.agrees(known) for known in same)


def _confirms(figure: Figure, said: Iterable[Amount]) -> bool:
    known = _registered(figure)
    return any(one.unit == amount.unit and one.agrees(amount) for one in known for amount in said)


def _shows(figure: Figure, sentence: str) -> bool:
    """Whether the sentence names the figure by its slot, so that what else it says is set against it."""
    return any(str(slot) in (f"{{figure:{figure.id}}}", f"{{{figure.live}}}") for slot in slots_in(sentence))


def _without(plain: Iterable[str], text: str) -> str:
    for words in plain:
        text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)", " ", text)
    return text


def _speaks_of(about: str, sentence: str) -> bool:
    text = sentence.lower()
    return all(any(_says(text, word) for word in term.split(" / ")) for term in about.lower().split(" + "))


def _says(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words.strip())}(?!\w)", text) is not None


def _of_the_past(sentence: str, day: date) -> bool:
    """Whether every date that a sentence names lies before the month of `day`. Without a date, and with "since" in
    front of it, it speaks of now.
    """
    found = [(int(when["year"]), _month(when["month"])) for when in _WHEN.finditer(sentence) if not when["since"]]
    return bool(found) and all((year, month or 12) < (day.year, day.month) for year, month in found)


def _month(name: str | None) -> int | None:
    short = (name or "")[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else None


@dataclass(frozen=True, slots=True)
class Said:
    """An amount that an entry gives for a day."""

    amount: Amount
    entry: Entry
    line: int


def disagreements(told: Mapping[str, tuple[Entry, list[Passage]]]) -> Iterator[tuple[Said, Said]]:
    """Pairs of entries that give nearly, but not quite, the same amount for the same day; the later entry first."""
    said: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for entry, parts in told.values():
        for passage in parts:
            for sentence in passage.sentences:
                first, *others = sorted({match[0] for match in _DAY.finditer(sentence)}) or [""]
                for amount in amounts(_DAY.sub(" ", sentence)) if first and not others else ():
                    said[first, amount.unit].append(Said(amount, entry, passage.line))
    for group in said.values():
        yield from _near(group)


def _near(group: list[Said]) -> Iterator[tuple[Said, Said]]:
    by_entry: dict[str, list[Said]] = defaultdict(list)
    for one in group:
        by_entry[one.entry.id].append(one)
    for place, one in enumerate(group):
        for other in group[:place]:
            if one.entry is other.entry or not _is_slip(one.amount, other.amount):
                continue
            both = any(mine.amount.agrees(other.amount) for mine in by_entry[one.entry.id])
            if not both and not any(theirs.amount.agrees(one.amount) for theirs in by_entry[other.entry.id]):
                yield one, other


def _is_slip(one: Amount, other: Amount) -> bool:
    if one.agrees(other) or not one.low or not other.low:
        return False
    return abs(one.low - other.low) / max(one.low, other.low) < _SLIP
