"""Cleaning: one spelling for texts that look the same to a person."""

import re
import unicodedata
from collections.abc import Container
from typing import Final

LIMIT: Final = 2000
"""Characters of a question that are looked at; Discord's own message limit, so only pasted floods are cut."""
TYPED_LIMIT: Final = 4 * LIMIT
"""The same for a text as typed, in which marks and invisible characters do not count yet."""
MOST_SENTENCES: Final = 30
"""Sentences of a question that are looked at one by one; what comes after them counts as one more."""

_TOKEN = re.compile(r"[a-z0-9]+|%")
_WORD = re.compile(r"[^\W\d_]+")
_INSIDE = re.compile(r"(?<=[a-z])'(?=[a-z])|(?<=\d),(?=\d{3}(?!\d))")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|[\r\n]+")
_CONTROLS = dict.fromkeys(range(32)) | {127: None, 9: " ", 10: " ", 13: " "}

# Letters of other scripts that are drawn like Latin ones; scammers and jokers use them, matching must not care. The
# last four are Latin letters of other languages whose mark does not come off: many type them without it.
_LOOKALIKES: Final = str.maketrans(
    "аеорсухівкмнтгѕјԁӏԛԝαεορτυχικνзβıđøł",
    "aeopcyxibkmhtrsjdlqwaeoptuxikv3bidol",
)
_INVISIBLE: Final = {"Cf", "Cc", "Cs", "Co", "Cn"}
_MARKS: Final = {"Mn", "Me"}


def clean(text: str) -> str:
    """`text` in small plain letters: compatibility forms folded, accents and piled-up marks dropped, look-alike
    letters made Latin, invisible characters removed. Safe for any string, lone surrogates included.
    """
    if text.isascii():
        return text[:LIMIT].lower().translate(_CONTROLS)
    return _folded(text).translate(_LOOKALIKES)


def _folded(text: str) -> str:
    """The text without what cannot be seen or only decorates, in small letters of whatever script."""
    kept = []
    for character in unicodedata.normalize("NFKD", text[:TYPED_LIMIT].replace("\u2019", "'")):
        kind = unicodedata.category(character)
        if kind in _INVISIBLE:
            if character in "\n\t\r":
                kept.append(" ")
        elif kind not in _MARKS:
            kept.append(character)
    return "".join(kept).casefold()[:LIMIT]


def words_of(text: str, names: Container[str] = ()) -> list[str]:
    """The words of a cleaned text in order. An apostrophe inside a word is dropped, so `don't` is `dont`, and so is
    the comma inside 5,000; a letter typed three times or more stands for two, so `pleeease` is `pleease`, unless that
    would make one of the `names`: the slip may have been of another one.
    """
    words = _TOKEN.findall(_INSIDE.sub("", text))
    return [_shortened(word, names) for word in words] if _REPEATED.search(text) else words


def _shortened(word: str, names: Container[str]) -> str:
    shorter = _REPEATED.sub(r"\1\1", word)
    return word if shorter in names else shorter


def sentences_of(text: str) -> list[str]:
    """The sentences and lines of a text as typed, at least one."""
    parts = _SENTENCE_END.split(text[:TYPED_LIMIT], maxsplit=MOST_SENTENCES)
    return [part for part in parts if any(map(str.isalnum, part))] or [text]


def is_latin(text: str) -> bool:
    """Whether most letters of a text as typed stand in words with a Latin letter, so that they can be English at
    all. One look-alike makes no word foreign; a word of look-alikes alone is one of another language.
    """
    if text.isascii():
        return True
    words = _WORD.findall(_folded(text))
    latin = sum(len(word) for word in words if any(map(str.isascii, word)))
    return latin * 2 >= sum(map(len, words))
