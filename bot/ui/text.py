"""Text that can be shown: cleaned, measured as Discord may measure it, cut where a sentence ends."""

import re
import unicodedata
from typing import Final

import discord

ELLIPSIS: Final = "…"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SENTENCE_END = re.compile(r"[.!?:][\"')\]*_]*\s")
_DISCORD_MARKUP = re.compile(r"<(?:@[!&]?\d+|#\d+|a?:\w+:\d+|t:-?\d+(?::\w)?|/[^:>\n]+:\d+|id:\w+)>")
_WHOLE = re.compile(r"<t:-?\d{1,12}(?::\w)?>")
"""A moment, which Discord shows as text only where the whole mark stands."""
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_ASTRAL: Final = 0xFFFF


def units(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) if text.isascii() else len(text) + sum(ord(character) > _ASTRAL for character in text)


def clean(text: str) -> str:
    """A text without control characters and lone surrogates, which Discord refuses; line ends stay."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n")).strip()


def one_line(text: str) -> str:
    """A text as a single line, for titles, labels and small print."""
    return " ".join(clean(text).split())


def cut(text: str, room: int) -> tuple[str, str]:
    """A text in two: what fits into `room` units, with an ellipsis if anything is left, and what is left. The mark of
    a moment stays whole.
    """
    if units(text) <= room:
        return text, ""
    end = _longest(text, room - 1)
    window = text[:end]
    sentence = max((match.end() for match in _SENTENCE_END.finditer(window)), default=0)
    word = max(window.rfind(" "), window.rfind("\n"))
    if sentence >= end // 2:
        end = sentence
    elif word >= end // 2:
        end = word
    else:
        end = _before_moment(text, end)
    return f"{text[:end].rstrip()}{ELLIPSIS}", text[end:].lstrip()


def shortened(text: str, room: int) -> str:
    """What fits into `room` units."""
    return cut(text, room)[0]


def pages(text: str, room: int) -> list[str]:
    """A text in parts of at most `room` units each."""
    found = []
    while text:
        part, text = cut(text, room)
        found.append(part)
    return found


def escape(text: str, room: int = 60) -> str:
    """Text that a member chose, as one line that is shown as typed: no mark-up, mention, link or hidden character."""
    seen = "".join(" " if character.isspace() else character for character in text if _is_visible(character))
    plain = discord.utils.escape_markdown(shortened(one_line(seen), room), ignore_links=False)
    return discord.utils.escape_mentions(plain).replace("<", "\\<").replace("://", ":\\//")


def typed(text: str) -> str:
    """What a member typed, without Discord's own mark-up: ids of people, roles and channels go no further."""
    return _DISCORD_MARKUP.sub(" ", text).strip()


def _before_moment(text: str, end: int) -> int:
    """Where to cut instead of within the mark of a moment; a text that begins with it must be cut somewhere."""
    broken = (mark.start() for mark in _WHOLE.finditer(text) if mark.start() < end < mark.end())
    return next(broken, 0) or end


def _longest(text: str, room: int) -> int:
    """How many characters from the start make up at most `room` units."""
    end = min(room, len(text))
    while (excess := units(text[:end]) - room) > 0:
        end -= max(1, excess // 2)
    return end


def _is_visible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in _INVISIBLE
