"""Cleaning: one spelling for texts that look the same to a person."""

import re
import unicodedata
from typing import Final

LIMIT: Final = 2000
"""Characters of a question that are looked at; Discord's own message limit, so only pasted floods are cut."""

_TOKEN = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?|%")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|[\r\n]+")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_REPEATED = re.compile(r"([a-z])\1{2,}")

# Letters of other scripts that are drawn like Latin ones; scammers and jokers use them, matching must not care.
_LOOKALIKES: Final = str.maketrans(
    "аеорсухівкмнтгѕјԁӏԛԝαεορτυχικνзβ",
    "aeopcyxibkmhtrsjdlqwaeoptuxikv3b",
)
_INVISIBLE: Final = {"Cf", "Cc", "Cs", "Co", "Cn"}


def clean(text: str) -> str:
    """`text` in small plain letters: compatibility forms folded, accents and piled-up marks dropped, look-alike
    letters made Latin, invisible characters removed. Safe for any string, lone surrogates included.
    """
    text = text[: LIMIT * 4].replace("\u2019", "'")
    decomposed = unicodedata.normalize("NFKD", text)
    kept = []
    for character in decomposed:
        kind = unicodedata.category(character)
        if kind in _INVISIBLE:
            if character in "\n\t\r":
                kept.append(" ")
        elif kind not in {"Mn", "Me"}:
            kept.append(character)
    return "".join(kept).casefold().translate(_LOOKALIKES)[:LIMIT]


def words_of(text: str) -> list[str]:
    """The words of a cleaned text in order. An apostrophe inside a word is dropped, so `don't`
    is `dont`, and so is the comma inside 5,000.
    """
    return [_shortened(match.replace("'", "")) for match in _TOKEN.findall(_THOUSANDS.sub("", text))]


def _shortened(word: str) -> str:
    """`pleeease` as `pleease`: a letter typed three times or more stands for two at most."""
    return _REPEATED.sub(r"\1\1", word)


def sentences_of(text: str) -> list[str]:
    """The sentences and lines of a text as typed, each with at least one word."""
    return [part for part in _SENTENCE_END.split(text[: LIMIT * 4]) if _TOKEN.search(part.lower())] or [text]


def is_latin(text: str) -> bool:
    """Whether most letters of a cleaned text are Latin, so that the words can be English at all."""
    letters = [character for character in text if character.isalpha()]
    return not letters or sum(character.isascii() for character in letters) * 2 >= len(letters)
