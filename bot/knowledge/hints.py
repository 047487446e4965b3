"""Suggestions for a mistyped name, in the words that follow a problem's sentence."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

_CLOSE_ENOUGH = 65.0


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was probably meant to be, whatever its capitals."""
    found = process.extractOne(name, list(known), scorer=fuzz.ratio, processor=str.lower, score_cutoff=_CLOSE_ENOUGH)
    return found[0] if found else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?`, or nothing when no known name is near."""
    found = closest(name, known)
    return f"; did you mean '{found}'?" if found else ""
