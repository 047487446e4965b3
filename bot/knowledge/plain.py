"""What a keyboard, an editor or a paste puts into a text unseen, taken out before anything is read.

A reader of these files cannot see the difference between a blank and a non-breaking one, so neither may the bot.
"""

import re
from collections.abc import Sequence

_UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""Signs without width. Joiners (U+200C, U+200D) stay: emoji and some scripts are written with them."""
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_HYPHENS = re.compile("[\u2010\u2011\ufe63\uff0d]")
_CONFLICT = re.compile(r"(?:<{7}|\|{7}|>{7})(?:\s|$)")
"""A line of ======= stands between these; alone it may as well underline a heading."""

ARROW = r"(?:[-–—−]+>|[→⇒➔➜➝⟶])"
"""A pattern for ` -> `, also as keyboards and word processors turn it: –>, —>, -->, →."""
BEFORE_ARROW = r"(?:\s+|(?<![-–—−]))"
"""Stands before `ARROW` in a pattern, so that no dash of a long arrow counts for the text before it."""


def plain(text: str) -> str:
    """`text` with line ends, blanks and hyphens as everybody types them, and without signs that nobody can see."""
    if text.isascii():  # nearly every file, so nothing is searched for that cannot be there
        return _BREAKS.sub("\n", text) if any(sign in text for sign in "\r\x0b\x0c") else text
    text = _BREAKS.sub("\n", text)
    return _HYPHENS.sub("-", _BLANKS.sub(" ", _UNSEEN.sub("", text)))


def short(text: str, most: int = 60) -> str:
    """`text` in at most `most` characters, with an ellipsis where it was cut."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def conflict_in(lines: Sequence[str]) -> int | None:
    """The line, counted from 1, of the first mark that git leaves where it could not merge two versions."""
    return next((number for number, line in enumerate(lines, 1) if _CONFLICT.match(line)), None)
