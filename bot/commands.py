"""The commands that say what a member would read; `bot.cli` reads their options. Each gives its exit code."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bot.answering.live import MarketFigures
from bot.answering.prices import FEWEST, MOST, PriceDesk
from bot.answering.secrets import holds_secret
from bot.answering.strategy import Asked, answers_of, step_of
from bot.clock import utc_now
from bot.console import (
    NOT_LOOKED_UP,
    answer_one,
    answer_stream,
    picked_by_number,
    show_comparison,
    show_explained,
    show_prices,
    show_protocols,
)
from bot.curation.training import trained_matcher
from bot.errors import Exit, UsageError
from bot.knowledge import Library
from bot.logs import only_errors, start_logging
from bot.market.http import Http
from bot.market.selfcheck import Finding, look
from bot.matching.matcher import Matcher
from bot.opening import desk_of, endpoints_of, open_market
from bot.settings import Settings
from bot.workshop.files import library_of


def ask(options: argparse.Namespace) -> int:
    """Answer one question, or one a line from standard input."""
    library, settings = library_of(options), Settings.from_environment()
    matcher = trained_matcher(settings.data_dir, library)
    with only_errors("bot.market"):  # an answer itself says what is old or missing
        asyncio.run(_asked(options, library, matcher, settings))
    return Exit.DONE


async def _asked(options: argparse.Namespace, library: Library, matcher: Matcher, settings: Settings) -> None:
    async with open_market(library, settings, utc_now) as market:
        desk = desk_of(library, market, matcher=matcher)
        if options.question not in {None, "-"}:
            await answer_one(desk, options.question, as_json=options.json, previous=options.previous)
            return
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
        await answer_stream(desk, sys.stdin, as_json=options.json)


def price(options: argparse.Namespace) -> int:
    """Print live prices."""
    settings = Settings.from_environment()
    start_logging(settings)
    return Exit.DONE if asyncio.run(_priced(options, library_of(options), settings)) else Exit.PROBLEMS


async def _priced(options: argparse.Namespace, library: Library, settings: Settings) -> bool:
    async with open_market(library, settings, utc_now) as market:
        desk = PriceDesk(market, library.facts)
        return await show_prices(desk, library.facts, options.tokens, as_json=options.json)


def compare(options: argparse.Namespace) -> int:
    """Print protocols beside each other, or two to five tokens."""
    settings = Settings.from_environment()
    start_logging(settings)
    return asyncio.run(_compared(options, library_of(options), settings))


async def _compared(options: argparse.Namespace, library: Library, settings: Settings) -> int:
    async with open_market(library, settings, utc_now) as market:
        if not options.tokens:
            if not library.facts.compared:
                raise UsageError("These knowledge files compare no protocols; name two to five tokens.")
            await show_protocols(library.facts, MarketFigures(market, library.facts), as_json=options.json)
            return Exit.DONE
        desk = PriceDesk(market, library.facts)
        if (symbols := _comparable(desk, options.tokens)) is None:
            return Exit.PROBLEMS
        await show_comparison(desk, library.facts, symbols, as_json=options.json)
        return Exit.DONE


def _comparable(desk: PriceDesk, typed: Sequence[str]) -> list[str] | None:
    """The symbols of tokens that can be compared; None after a sentence about one that cannot.

    Raises:
        UsageError: these are fewer than two different ones, or too many.
    """
    if holds_secret(" ".join(typed)):
        print(NOT_LOOKED_UP, file=sys.stderr)
        return None
    for one in typed:
        if desk.find(one) not in desk.comparable:
            print(f"'{one}' is no token to compare; there are {', '.join(desk.comparable)}.", file=sys.stderr)
            return None
    symbols = list(dict.fromkeys(filter(None, map(desk.find, typed))))
    if not FEWEST <= len(symbols) <= MOST:
        raise UsageError(f"Name {FEWEST} to {MOST} different tokens to compare, or none to see the protocols.")
    return symbols


def strategy(options: argparse.Namespace) -> int:
    """Ask the questions of the strategy guide, or take the answers given, and print what they lead to."""
    library = library_of(options)
    guide = library.facts.guide
    if guide is None:
        raise UsageError("These knowledge files hold no strategy guide; it stands in facts/strategy.toml.")
    if options.json and options.answers is None:
        raise UsageError("--json needs --answers, since nobody is there to be asked.")
    picked = [] if options.answers is None else answers_of(guide, options.answers)
    step = step_of(library, picked)
    while isinstance(step, Asked):
        picked.append(picked_by_number(step))
        step = step_of(library, picked)
    if step is not None:
        show_explained(step, as_json=options.json)
    return Exit.DONE


def selfcheck(options: argparse.Namespace) -> int:
    """Ask every provider once and print what differs."""
    settings = Settings.from_environment()
    findings = asyncio.run(_looked(library_of(options), settings))
    for finding in findings:
        print(finding)
    return Exit.DONE if all(finding.fine for finding in findings) else Exit.PROBLEMS


async def _looked(library: Library, settings: Settings) -> Sequence[Finding]:
    http = Http(utc_now)
    try:
        return await look(library.facts, endpoints_of(settings), http, utc_now)
    finally:
        await http.close()
