"""Whether an answer can be read on a phone, in a hurry."""

import re

PHONE_SCREEN = 900
"""Characters of an answer that a phone shows without scrolling, about."""
_SENTENCE = re.compile(r"(?<=[.!?;:])[\"”)]*\s+|\n+")
_WORD = re.compile(r"[A-Za-z][\w'’-]*")
_LONG = 6


def lix(text: str) -> float:
    """The readability index LIX: words a sentence plus the percentage of words with more than six letters; 40 is a
    newspaper, 60 a law. (C. H. Björnsson, Läsbarhet, 1968.) Clauses behind a colon or semicolon count as sentences.
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    long = sum(len(word) > _LONG for word in words)
    return len(words) / len(_sentences(text)) + 100 * long / len(words)


def longest_sentence(text: str) -> tuple[int, str]:
    """The words of the longest sentence, and its beginning."""
    counted = [(len(_WORD.findall(sentence)), " ".join(sentence.split()[:6])) for sentence in _sentences(text)]
    return max(counted, key=lambda one: one[0], default=(0, ""))


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE.split(text) if _WORD.search(sentence)]
