"""Where in a file something stands, for problems that are found after the file was read."""

import re

from bot.knowledge.plain import ARROW

_ARROW = re.compile(rf"\s*{ARROW}\s*")
_MARK = re.compile(r"^(?:[-*+]|\d{1,9}[.)])\s+")


def line_of(text: str, wanted: str) -> int:
    """The line of `text` that is `wanted` apart from a list mark, or else begins with it, or else holds it, or 1."""
    lines = list(enumerate(map(_plain, text.split("\n")), 1))
    wanted = _ARROW.sub(" -> ", wanted)
    is_it = [number for number, line in lines if line == wanted]
    begins = [number for number, line in lines if line.lower().startswith(wanted.lower())]
    holds = [number for number, line in lines if wanted in line]
    return (*is_it, *begins, *holds, 1)[0]


def _plain(line: str) -> str:
    return _ARROW.sub(" -> ", _MARK.sub("", line.strip()))
