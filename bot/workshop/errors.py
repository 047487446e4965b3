"""`knowledge errors`: what the messages of `knowledge check` mean, one at a time or as the page ERRORS.md."""

import argparse
import re
import string
from collections.abc import Iterator, Mapping
from typing import Final

from bot.errors import Exit, UsageError
from bot.knowledge.examples import Example, examples
from bot.knowledge.hints import did_you_mean
from bot.knowledge.problems import SENTENCES
from bot.workshop.files import folder_of, save

PAGE: Final = "ERRORS.md"
"""The page lies in the knowledge folder under this name."""
COMMAND: Final = "python -m bot knowledge errors"
GAP: Final = "…"
"""What stands in a sentence for the part that is different each time."""
_MOST: Final = 5
"""Messages that are explained at once; of more only the openings are listed."""
_INTRODUCTION: Final = (
    "Every message of `python -m bot knowledge check`, with a wrong and a right example. Search this page for the "
    "words of the message, without the names and numbers in it, or let it be found: "
    f'`{COMMAND} "is not a date"`. In the list `{GAP}` stands for what is different each time.'
)
_PLACES: Final = (
    "A message begins with the file and the line. A file that cannot be trusted as it stands is left out until it is "
    "mended, and the bot serves the others meanwhile."
)
_MARKS = re.compile(r"([\\`*\[\]<])")
"""Signs within a line that Markdown would take for its own."""


def errors(options: argparse.Namespace) -> int:
    """Explain one message, list all of them, or write the page."""
    if options.write:
        path = folder_of(options) / PAGE
        save(path, page())
        print(f"{path} is up to date.")
        return Exit.DONE
    asked = " ".join(options.words)
    found = matching(asked) if asked else list(examples().values())
    if not found:
        raise UsageError(f"No message has these words{did_you_mean(asked, SENTENCES) or f'; {COMMAND} lists all.'}")
    print("\n\n".join(map(explained, found)) if len(found) <= _MOST else "\n".join(map(_listed, found)))
    return Exit.DONE


def sentence(code: str) -> str:
    """The sentence of a code with `…` for what is different each time."""
    parts = string.Formatter().parse(SENTENCES[code])
    return "".join(text + (GAP if gap is not None else "") for text, gap, _, _ in parts)


def opening(example: Example) -> str:
    """The part of a message that says what is wrong, up to what to do about it, with `…` as in `sentence`."""
    return example.opening or sentence(example.code).partition(";")[0]


def matching(asked: str) -> list[Example]:
    """The examples of what is meant by a code, by a message as it was printed, or by some words of it."""
    if asked in SENTENCES:
        return [example for example in examples().values() if example.code == asked]
    if printed := _printed(asked):
        return printed
    words = asked.lower().split()
    said = {name: f"{name} {sentence(one.code)} {one.says}".lower() for name, one in examples().items()}
    return [examples()[name] for name, text in said.items() if all(word in text for word in words)]


def _printed(message: str) -> list[Example]:
    """The example whose words say the most of a printed message; of several that say as much, all."""
    said: dict[str, int] = {}
    for name, example in examples().items():
        fixed = (example.opening or sentence(example.code)).split(GAP)
        if re.search(".*?".join(map(re.escape, fixed)), message):
            said[name] = sum(map(len, fixed))
    return [examples()[name] for name, length in said.items() if length == max(said.values())]


def _listed(example: Example) -> str:
    return f"{example.code:<22}{opening(example)}"


def explained(example: Example) -> str:
    """What a message means, for a terminal."""
    lines = [example.code, f"{example.at}: {example.says}", *filter(None, [example.why])]
    for title, shown in (("wrong", example.wrong), ("right", example.right)):
        indented = "\n".join(f"    {line}".rstrip() for line in _said(shown).split("\n"))
        lines.append(f"{title}:\n{indented}")
    return "\n".join(lines)


def _said(shown: str) -> str:
    return shown or "(these lines are missing)"


def page() -> str:
    """The page of all messages as Markdown: a table of contents by what a moderator reads, then each with examples."""
    parts = [
        "# What the check says, and what to do",
        _INTRODUCTION,
        _PLACES,
        *_contents(),
        *(part for title, group in _groups().items() for part in _chapter(title, group)),
        f"Made by `{COMMAND} --write`; a test holds the page and the messages together.",
    ]
    return "\n\n".join(parts) + "\n"


def _groups() -> Mapping[str, list[Example]]:
    groups: dict[str, list[Example]] = {}
    for example in examples().values():
        groups.setdefault(example.group, []).append(example)
    return groups


def _contents() -> Iterator[str]:
    for title, group in _groups().items():
        lines = [f"- [{_escaped(opening(example))}](#{_anchor(example)})" for example in group]
        yield "\n".join([f"**{title}**", "", *lines])


def _chapter(title: str, group: list[Example]) -> Iterator[str]:
    yield f"## {title}"
    for example in group:
        yield f'### <a id="{_anchor(example)}"></a>{_escaped(opening(example))}'
        yield f"> {_escaped(f'{example.at}: {example.says}')}"
        if example.why:
            yield _escaped(example.why)
        for file, text in example.beside.items():
            if file.startswith("facts/"):
                yield f"Where `{file}` says\n{_fenced(text)}"
        yield from _shown(example)


def _anchor(example: Example) -> str:
    return example.name.replace(" ", "-")


def _shown(example: Example) -> Iterator[str]:
    for title, shown in (("Wrong", example.wrong), ("Right", example.right)):
        if example.named:
            yield f"{title}: `{shown}`"
        elif example.told:
            yield f"{title}: {_escaped(shown)}"
        else:
            yield f"{title}:\n{_fenced(_said(shown))}"


def _fenced(text: str) -> str:
    fence = "````" if "```" in text else "```"
    return f"{fence}\n{text.rstrip()}\n{fence}"


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\1", text)
