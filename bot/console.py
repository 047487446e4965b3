"""The text face: one question, a stream of questions, or a chat on a terminal."""

import codecs
import json
import sys
import textwrap
import time
from collections.abc import Iterable
from typing import TextIO

from bot.answering import Answer, Outcome, Question
from bot.answering.as_json import answer_as_json
from bot.answering.desk import Desk

WIDTH = 88
PROMPT = "ask> "


async def answer_one(desk: Desk, text: str, *, as_json: bool, out: TextIO | None = None) -> Answer:
    """Ask one question and print what came of it."""
    started = time.perf_counter()
    answer = await desk.ask(Question(text))
    elapsed = (time.perf_counter() - started) * 1000
    printed = as_line(answer_as_json(text, answer, elapsed), out) if as_json else as_text(answer)
    # A terminal or pipe in another encoding, or a lone surrogate, must not end a run of thousands of questions.
    encoding = _encoding(out)
    print(printed.encode(encoding, "backslashreplace").decode(encoding), file=out or sys.stdout, flush=True)
    return answer


def as_line(value: object, out: TextIO | None = None) -> str:
    """`value` as one line of JSON: readable where the output takes every letter, else with escapes, always valid."""
    return json.dumps(value, ensure_ascii=codecs.lookup(_encoding(out)).name != "utf-8")


def _encoding(out: TextIO | None) -> str:
    return getattr(out or sys.stdout, "encoding", None) or "utf-8"


async def answer_stream(desk: Desk, lines: Iterable[str], *, as_json: bool) -> None:
    """Answer one question a line until the lines end."""
    for line in lines:
        text = line.rstrip("\r\n")
        await answer_one(desk, text, as_json=as_json)
        if not as_json:
            print()


async def chat(desk: Desk) -> None:
    """Ask and answer on a terminal. A number opens the choice that was offered last; an empty line ends."""
    print("Ask about restaking in your own words. A number opens a choice, an empty line ends.")
    offered: list[str] = []
    while True:
        try:
            text = input(PROMPT).strip()  # noqa: ASYNC250 - the chat has a thread and a loop of its own
        except (EOFError, KeyboardInterrupt):
            print()
            return
        if not text:
            return
        picked = int(text) if text.isdecimal() else 0
        if 0 < picked <= len(offered):
            opened = await desk.open(offered[picked - 1])
            answer = opened or await desk.ask(Question(text))
            print(as_text(answer))
        else:
            answer = await answer_one(desk, text, as_json=False)
        offered = [choice.entry for choice in (*answer.choices, *answer.related)] or offered


def as_text(answer: Answer) -> str:
    """An answer for a terminal: title, text, caveats, sources, and what can be opened by its number."""
    parts = [f"!! {banner}" for banner in answer.banners]
    parts += [answer.title, *_wrapped(answer.body)]
    parts += [f"Note: {caveat}" for caveat in answer.caveats]
    if answer.sources:
        parts.append("Sources: " + "; ".join(f"{s.name} ({s.when.isoformat()})" for s in answer.sources))
    if answer.reviewed:
        parts.append(f"Reviewed {answer.reviewed.isoformat()} · {answer.entry}")
    shown = [*answer.choices, *answer.related]
    if shown and answer.outcome is not Outcome.CHOICES:
        parts.append("See also:")
    parts += [f"  {number}. {choice.title}" for number, choice in enumerate(shown, 1)]
    return "\n".join(parts)


def _wrapped(text: str) -> list[str]:
    return [
        textwrap.fill(line, WIDTH, subsequent_indent="  " if line.startswith("- ") else "") for line in text.split("\n")
    ]
