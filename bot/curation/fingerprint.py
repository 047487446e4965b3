"""What a page says, as a short text that is the same while it says the same. Pure.

What changes by itself does not count: clocks, ages, counters of readers, long random texts.
"""

import hashlib
import html
import re
from collections.abc import Iterator
from typing import Final

from bot.market.pages import Page

FORMAT: Final = 1
"""Counts up when fingerprints are made in another way, so that no old one is held against a new one."""
_HIDDEN: Final = frozenset({"script", "style", "noscript", "template", "svg", "iframe", "object"})
_ZONE: Final = r" ?(?:utc|gmt|z|[+-]\d{2}:?\d{2})?"
_PASSING: Final = re.compile(
    rf"\d{{4}}-\d{{2}}-\d{{2}}t\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d{{1,9}})?)?{_ZONE}"
    r"|\b\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?\b(?: ?[ap]\.?m\b\.?)?(?: ?(?:utc|gmt|cet|cest|[ecmp][sd]t)\b)?"
    r"|\b(?:an?|\d{1,4})\+? (?:second|sec|minute|min|hour|hr|day|week|month|year)s? ago\b|\b(?:just now|yesterday)\b"
    r"|\b\d[\d.,]{0,15} ?[km]? (?:views?|reads?|likes?|claps?|stars?|forks?|watching|followers?|visitors?)\b"
    r"|\b(?!0x)(?=[a-z_-]{0,200}\d)(?=[\d_-]{0,200}[a-z])[\da-z_-]{24,400}\b"
)
"""Moments, ages, counters of readers, and long texts of mixed letters and digits, in small letters. A plain date stays,
for it may be what has changed, and so does an address of a contract. Everything is bounded: a stranger wrote the page.
"""
_TAG: Final = re.compile(r"<!--|<([a-zA-Z][a-zA-Z0-9-]{0,40})|<[/!?]")
_CLOSING: Final = {name: re.compile(rf"</{name}\s{{0,9}}>", re.IGNORECASE) for name in _HIDDEN}
FEWEST: Final = 200
"""Characters of visible text below which a page is taken for an empty frame that scripts fill."""


def visible_text(markup: str) -> str:
    """What a reader of an HTML page sees, as one text. Takes time in proportion to the page, however it is made: the
    parser of the standard library takes the square of it for tags that never end. Markup that is broken costs no error.
    """
    text = " ".join(_pieces(markup))
    try:
        return html.unescape(text)
    except ValueError:  # a character with a number of thousands of digits
        return text


def _pieces(markup: str) -> Iterator[str]:
    """The texts between the tags, without what stands in hidden elements; one that is never closed hides nothing."""
    place, unclosed = 0, set[str]()
    while (begin := markup.find("<", place)) >= 0:
        yield markup[place:begin]
        tag = _TAG.match(markup, begin)
        if tag is None:
            yield "<"
            place = begin + 1
            continue
        mark = "-->" if tag[0] == "<!--" else ">"
        end = markup.find(mark, begin)
        if end < 0:
            return
        place = end + len(mark)
        name = (tag[1] or "").lower()
        if name in _HIDDEN - unclosed and markup[end - 1] != "/":
            closing = _CLOSING[name].search(markup, place)
            place = closing.end() if closing else place
            unclosed |= set() if closing else {name}
    yield markup[place:]


def settled(text: str) -> str:
    """A text without what changes by itself, in small letters and single blanks."""
    return " ".join(_PASSING.sub(" ", " ".join(text.casefold().split())).split())


def fingerprint(page: Page) -> str:
    """The same for two readings of a page that say the same: 16 hexadecimal digits, or nothing for a page that shows
    next to nothing without scripts.
    """
    if "html" in page.kind or not page.kind:
        seen = settled(visible_text(_text(page))).encode()
        if len(seen) < FEWEST:
            return ""
    elif page.kind.startswith("text/") or page.kind.endswith(("json", "xml", "yaml")):
        seen = settled(_text(page)).encode()
    else:
        seen = page.body
    return hashlib.sha256(b"%d\0" % FORMAT + seen).hexdigest()[:16]


def _text(page: Page) -> str:
    try:
        return page.body.decode(page.charset, "replace")
    except (LookupError, ValueError):
        return page.body.decode("utf-8", "replace")
