"""Words that the bot must never say: forecasts, advice, and verdicts such as a promise that nothing can go wrong."""

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.knowledge.house.text import without_quotes
from bot.knowledge.rules import Rules

_NUMBER = r"[$€]?\d[\d.,]*[kKmM]?"
VERDICT = "verdict-wording"
_GAP = r"(?:\s+[\w'’-]+){0,3}?"
_DENIED = re.compile(r"\b(?:not|no|never|nobody|nothing|none|neither|nor|without|cannot|[a-z]+n['’]t)\b", re.IGNORECASE)
_REACH = 8
"""Words before a verdict among which a denial is looked for: "nobody who runs a validator is guaranteed"."""


@lru_cache(maxsize=16)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    alternatives = [_one(phrase) for phrase in phrases]
    return re.compile(rf"(?<![\w-])(?:{'|'.join(alternatives)})(?![\w])", re.IGNORECASE)


def _one(phrase: str) -> str:
    built = ""
    for word in phrase.split():
        if word == "…":
            built += _GAP
            continue
        either = "|".join(_NUMBER if part == "#" else re.escape(part) for part in word.split("/"))
        built += (r"\s+" if built else "") + f"(?:{either})"
    return built


def forbidden(text: str, rules: Rules) -> Iterator[tuple[str, str]]:
    """Each forbidden wording in `text`, as the code of its problem and the words themselves."""
    plain = without_quotes(text)
    for name in rules.names:
        plain = plain.replace(name, " ")
    for code, phrases in _kinds(rules).items():
        for match in _pattern(phrases).finditer(plain) if phrases else ():
            if code != VERDICT or not (_denies(plain[: match.start()]) or _is_name(match[0], plain[: match.start()])):
                yield code, match[0]


def _kinds(rules: Rules) -> dict[str, tuple[str, ...]]:
    return {"forecast-wording": rules.forecast, "advice-wording": rules.advice, VERDICT: rules.verdict}


def _is_name(words: str, before: str) -> bool:
    """Whether a word with a capital within a sentence is somebody's name, as the wallet called Safe."""
    return words.istitle() and bool(before.strip()) and not re.search(r"[.!?:]\s*$", before)


def _denies(before: str) -> bool:
    """Whether the words before a verdict take it back, within its sentence."""
    sentence = re.split(r"[.!?;]\s", before)[-1]
    return bool(_DENIED.search(" ".join(sentence.split()[-_REACH:])))
