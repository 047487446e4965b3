"""The text face: one question, a stream of questions, or a chat on a terminal."""

import asyncio
import codecs
import json
import re
import shutil
import sys
import textwrap
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final

from bot.answering import Answer, Outcome, Question, ShownFigure
from bot.answering.as_json import answer_as_json
from bot.answering.desk import Desk
from bot.answering.numerals import plain_times
from bot.answering.prices import PriceDesk, PriceView
from bot.answering.protocols import (
    ISSUERS,
    UNGRADED,
    UNRANKED,
    ProtocolTable,
    ProtocolText,
    behind,
    protocol_as_json,
    table_as_json,
    table_of,
)
from bot.answering.quote_json import quote_as_json
from bot.answering.secrets import holds_secret
from bot.answering.slots import LiveFigures
from bot.answering.strategy import Asked, Explained, explained_as_json
from bot.errors import UsageError
from bot.knowledge.facts import Facts

WIDTH: Final = 88
PROMPT: Final = "\nask> "
MORE, SOURCES = "more", "sources"
BELOW: Final = "\n            "
"""Puts a link under the text of its source, which begins after the day."""
HELLO: Final = (
    "Ask in your own words. A number opens what is listed under an answer, "
    f"'{MORE}' and '{SOURCES}' say what stands behind it, and an empty line ends the chat."
)
ENDINGS: Final = frozenset({"", "exit", "quit"})
LONG_NUMBER: Final = 4
"""Digits from which a number picks nothing; Python refuses to read one of thousands."""
NOT_LOOKED_UP: Final = (
    "That looks like a recovery phrase or a key. It was not looked up, and nobody needs it for a price."
)
NOT_ALL: Final = "The guide asks {total} questions; it needs an answer to each."
_BOLD = re.compile(r"\*\*(.+?)\*\*")


async def answer_one(desk: Desk, text: str, *, as_json: bool, previous: str | None = None) -> None:
    """Ask one question, after the one before if it has any, and print what came of it."""
    started = time.perf_counter()
    answer = await desk.ask(Question(text, previous=previous))
    elapsed = (time.perf_counter() - started) * 1000
    _print(as_line(answer_as_json(text, answer, elapsed)) if as_json else as_text(answer))


async def show_prices(desk: PriceDesk, facts: Facts, tokens: Sequence[str], *, as_json: bool) -> bool:
    """Print the prices of tokens, all there are where none is named; whether every name was known."""
    if holds_secret(" ".join(tokens)):
        print(NOT_LOOKED_UP, file=sys.stderr)
        return False
    found = {typed: desk.find(typed) for typed in tokens}
    for typed in [typed for typed, symbol in found.items() if symbol is None]:
        print(f"'{typed}' is no token with a price; there are {', '.join(desk.symbols)}.", file=sys.stderr)
    symbols = list(dict.fromkeys(symbol for symbol in found.values() if symbol)) or list(desk.symbols)
    if tokens and not any(found.values()):
        return False
    if as_json:
        for quote, details in await desk.figures(symbols):
            _print(as_line(quote_as_json(quote, details, facts)))
    else:
        _print(as_prices(await (desk.several(symbols) if tokens else desk.board()), _width()))
    return all(found.values())


async def show_protocols(facts: Facts, live: LiveFigures, *, as_json: bool) -> None:
    """Print what is known of the protocols beside each other."""
    table = await table_of(facts, live)
    if as_json:
        for row in table_as_json(table):
            _print(as_line(row))
    else:
        _print(as_protocols(table, _width()))


async def show_comparison(desk: PriceDesk, facts: Facts, symbols: Sequence[str], *, as_json: bool) -> None:
    """Print two to five tokens one under the other, and what stands behind them."""
    found = behind(facts, symbols)
    if as_json:
        protocols = {one.id: protocol_as_json(one) for one in found}
        for quote, details in await desk.figures(symbols):
            told = quote_as_json(quote, details, facts)
            _print(as_line(told | {"behind": protocols.get(quote.token.protocol)}))
        return
    _print(as_prices(await desk.compare(symbols), _width()))
    for one in found:
        _print("\n" + _paragraphs([one.heading, f"Yield from: {one.yield_from}", *_bullets(one.risks)], _width()))


def as_protocols(table: ProtocolTable, width: int = WIDTH) -> str:
    """Protocols for a terminal: layers first and apart, then issuers, nothing added up and nothing ranked."""
    parts = [f"!! {banner}" for banner in table.banners]
    for one in table.layers:
        parts += _protocol_lines(one)
    parts += [f"{ISSUERS}:", ""] if table.issuers else []
    for one in table.issuers:
        parts += _protocol_lines(one)
    return _paragraphs([*parts, UNGRADED, UNRANKED], width)


def _protocol_lines(one: ProtocolText) -> list[str]:
    told = [one.what, f"Yield from: {one.yield_from}", "Risk factors:", *_bullets(one.risks)]
    return [one.heading, *told, f"Ways out: {one.exits}", f"{one.deposited} {one.note}".strip(), ""]


def as_explained(told: Explained, width: int = WIDTH) -> str:
    """What answers of the strategy guide lead to, for a terminal."""
    why = [f"{one.label}: {one.because}" for one in told.given]
    parts = [*(f"!! {banner}" for banner in told.banners), told.title, told.notice, "", told.say]
    parts += ["", "What can go wrong:", *_bullets(told.risks), "", "Ways out:", *_bullets(told.exits)]
    parts += ["", "Why your answers lead here:", *_bullets(why)]
    parts += ["", "Read on, by asking:"] if told.entries else []
    return _paragraphs([*parts, *_bullets([choice.title for choice in told.entries])], width)


def show_explained(told: Explained, *, as_json: bool) -> None:
    """Print what answers of the strategy guide lead to."""
    _print(as_line(explained_as_json(told)) if as_json else as_explained(told, _width()))


def picked_by_number(asked: Asked) -> str:
    """Ask one question of the strategy guide on the terminal; the id of the answer. What is no number of an answer is
    asked again where somebody sits there.

    Raises:
        UsageError: nothing more can be read, or what was read is none of the numbers.
    """
    options = asked.question.options
    listed = [f"  {number}. {option.label}" for number, option in enumerate(options, 1)]
    _print("\n".join(["", f"{asked.place} of {asked.total}: {asked.question.ask}", *listed]))
    while True:
        try:
            typed = input(f"1 to {len(options)}> ").strip()
        except EOFError as error:
            raise UsageError(NOT_ALL.format(total=asked.total)) from error
        if typed.isdecimal() and len(typed) < LONG_NUMBER and 1 <= int(typed) <= len(options):
            return options[int(typed) - 1].id
        if not sys.stdin.isatty():
            raise UsageError(f"Answer {asked.place} must be a number from 1 to {len(options)}.")
        _print(f"Type a number from 1 to {len(options)}.")


def _bullets(lines: Iterable[str]) -> list[str]:
    return [f"- {line}" for line in lines]


def _paragraphs(parts: Iterable[str], width: int) -> str:
    return "\n".join(_wrapped(plain_times(part), width) for part in parts).strip()


def as_prices(view: PriceView, width: int = WIDTH) -> str:
    """Prices for a terminal."""
    parts = [f"!! {banner}" for banner in view.banners]
    for text in view.sections:
        parts += ["", text.title, *text.lines, *(f"! {warning}" for warning in text.warnings), *text.beside]
    return "\n".join(_wrapped(plain_times(part), width) for part in [*parts, "", *view.notes]).strip()


def as_line(value: object) -> str:
    """`value` as one line of JSON: readable where the output takes every letter, else with escapes, always valid."""
    return json.dumps(value, ensure_ascii=codecs.lookup(_encoding()).name != "utf-8")


def _print(text: str) -> None:
    """A terminal or pipe in another encoding, or a lone surrogate, must not end a run of thousands of questions."""
    encoding = _encoding()
    print(text.encode(encoding, "backslashreplace").decode(encoding), flush=True)


def _encoding() -> str:
    return getattr(sys.stdout, "encoding", None) or "utf-8"


async def answer_stream(desk: Desk, lines: Iterable[str], *, as_json: bool) -> None:
    """Answer one question a line until the lines end."""
    for line in lines:
        text = line.rstrip("\r\n")
        await answer_one(desk, text, as_json=as_json)
        if not as_json:
            print()


@contextmanager
def chat_beside(desk: Desk) -> Iterator[None]:
    """The chat on this terminal while something else runs, which goes on when the chat ends.

    Waiting for a line must hold up nothing, so the chat has a thread and a loop of its own. The thread cannot be ended
    from outside; what it changed about the terminal is set back.
    """
    with suppress(ImportError):  # not on every system: with it, lines can be edited and called back
        import readline  # noqa: F401, PLC0415
    with _terminal_as_found():
        chatting = threading.Thread(target=_chat_alone, args=(desk,), daemon=True)
        chatting.start()
        yield
        if chatting.is_alive():
            print()


def _chat_alone(desk: Desk) -> None:
    asyncio.run(chat(desk))
    print("The chat has ended, the page goes on. Ctrl+C ends it.", flush=True)


@contextmanager
def _terminal_as_found() -> Iterator[None]:
    try:
        import termios  # noqa: PLC0415 - not on Windows
    except ImportError:
        yield
        return
    found = termios.tcgetattr(sys.stdin)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, found)


async def chat(desk: Desk) -> None:
    """Ask and answer on a terminal until an empty line: numbers open what was offered last, two words go deeper."""
    _print(_wrapped(HELLO, _width()))
    last: Answer | None = None
    offered: list[str] = []
    while (text := _typed()).lower() not in ENDINGS:
        if last is not None and last.entry is not None and text.lower() in {MORE, SOURCES}:
            _print(as_more(last, _width()) if text.lower() == MORE else as_sources(last))
            continue
        picked = int(text) if text.isdecimal() and len(text) < LONG_NUMBER else 0
        opened = await desk.open(offered[picked - 1]) if 0 < picked <= len(offered) else None
        last = opened or await desk.ask(Question(text))
        _print(as_text(last, _width()))
        offered = [choice.entry for choice in (*last.choices, *last.related)] or offered


def _typed() -> str:
    try:
        return input(PROMPT).strip()
    except (EOFError, KeyboardInterrupt):
        print()
        return ""


def _width() -> int:
    return min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)


def as_text(answer: Answer, width: int = WIDTH) -> str:
    """An answer for a terminal: title, text, caveats, sources, and what can be opened by its number."""
    parts = [_wrapped(f"!! {banner}", width) for banner in answer.banners]
    parts += [_wrapped(note, width) for note in answer.notes]
    parts += [answer.title, _wrapped(answer.body, width)]
    if answer.picture is not None:
        parts += [_wrapped(f"Picture: {answer.picture.alt}", width), _wrapped(answer.picture.text, width)]
    parts += [_wrapped(f"Note: {caveat}", width) for caveat in answer.caveats]
    if answer.sources:
        named = "; ".join(f"{source.name} ({source.when.isoformat()})" for source in answer.sources)
        parts.append(_wrapped(f"Sources: {named}", width))
    if answer.reviewed:
        parts.append(f"Reviewed {answer.reviewed.isoformat()} · {answer.entry}")
    shown = [*answer.choices, *answer.related]
    if shown and answer.outcome is not Outcome.CHOICES:
        parts.append("See also:")
    parts += [f"  {number}. {choice.title}" for number, choice in enumerate(shown, 1)]
    return plain_times("\n".join(parts))


def as_more(answer: Answer, width: int = WIDTH) -> str:
    """What an entry says beyond its answer."""
    return plain_times(_wrapped(answer.more or "There is nothing more to say here.", width))


def as_sources(answer: Answer) -> str:
    """Where an answer comes from: the day, name and link of each source, and the day and source of each figure."""
    lines = [f"{s.when.isoformat()}  {s.name}{_after(': ', s.supports)}{_after(BELOW, s.url)}" for s in answer.sources]
    lines += [f"{figure.as_of:%Y-%m-%d}  {plain_times(figure.text)}{_by(figure)}" for figure in answer.figures]
    return "\n".join(lines or ["This answer names no sources."])


def _by(figure: ShownFigure) -> str:
    """Who states a figure, where its own text does not say so."""
    return "" if figure.live else f" ({figure.source})"


def _after(mark: str, text: str | None) -> str:
    return mark + text if text else ""


def _wrapped(text: str, width: int) -> str:
    lines = _BOLD.sub(r"\1", text).split("\n")
    return "\n".join(
        textwrap.fill(line, width, subsequent_indent="  " if line.startswith("- ") else "", break_on_hyphens=False)
        for line in lines
    )
