"""What the commands of the command line do; `bot.cli` reads their options. Each gives its exit code."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.answering.desk import Desk
from bot.answering.live import MarketFigures
from bot.answering.prices import FEWEST, MOST, PriceDesk
from bot.answering.secrets import holds_secret
from bot.answering.strategy import Asked, answers_of, step_of
from bot.clock import today, utc_now
from bot.console import (
    NOT_LOOKED_UP,
    answer_one,
    answer_stream,
    as_line,
    picked_by_number,
    show_comparison,
    show_explained,
    show_prices,
    show_protocols,
)
from bot.curation import evaluate as measuring
from bot.curation.accuracy import AccuracyCard, keep_card
from bot.curation.confusion import with_lines
from bot.curation.coverage import PAGE, coverage_page
from bot.curation.evaluate import HELD_OUT, Report
from bot.curation.pictures import pictures
from bot.curation.thresholds import FILE as THRESHOLDS
from bot.curation.thresholds import PART, can_fit, fit_and_keep, is_current
from bot.curation.training import keep, trained_and_kept, trained_matcher
from bot.errors import Exit, UsageError
from bot.knowledge import Entry, Library, RecordedQuestion, read_library, read_recorded
from bot.logs import only_errors, start_logging
from bot.market.http import Http
from bot.market.selfcheck import Finding, look
from bot.matching.matcher import Matcher
from bot.opening import desk_of, endpoints_of, open_market
from bot.settings import Settings
from bot.workshop.accuracy import card_in, measure_and_keep, page_for, printed, section_of

ERRORS = "ERRORS.md"
"""The page that `bot.workshop.errors` makes."""


def _folder(options: argparse.Namespace) -> Path:
    given: Path | None = options.knowledge
    return given or Settings.from_environment().knowledge_dir


def _name(folder: Path) -> str:
    return folder.name or folder.resolve().name


def _library(options: argparse.Namespace) -> Library:
    reading = read_library(_folder(options), today(utc_now))
    for problem in reading.problems:
        if problem.fatal:
            print(problem, file=sys.stderr)
    return reading.library


def _matcher(library: Library) -> Matcher:
    return trained_matcher(Settings.from_environment().data_dir, library)


def ask(options: argparse.Namespace) -> int:
    """Answer one question, or one a line from standard input."""
    library = _library(options)
    with only_errors("bot.market"):  # an answer itself says what is old or missing
        asyncio.run(_asked(options, library, _matcher(library)))
    return Exit.DONE


async def _asked(options: argparse.Namespace, library: Library, matcher: Matcher) -> None:
    async with open_market(library, Settings.from_environment(), utc_now) as market:
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
    return Exit.DONE if asyncio.run(_priced(options, _library(options), settings)) else Exit.PROBLEMS


async def _priced(options: argparse.Namespace, library: Library, settings: Settings) -> bool:
    async with open_market(library, settings, utc_now) as market:
        desk = PriceDesk(market, library.facts)
        return await show_prices(desk, library.facts, options.tokens, as_json=options.json)


def compare(options: argparse.Namespace) -> int:
    """Print protocols beside each other, or two to five tokens."""
    settings = Settings.from_environment()
    start_logging(settings)
    return asyncio.run(_compared(options, _library(options), settings))


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
    library = _library(options)
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
    findings = asyncio.run(_looked(_library(options), settings))
    for finding in findings:
        print(finding)
    return Exit.DONE if all(finding.fine for finding in findings) else Exit.PROBLEMS


async def _looked(library: Library, settings: Settings) -> Sequence[Finding]:
    http = Http(utc_now)
    try:
        return await look(library.facts, endpoints_of(settings), http, utc_now)
    finally:
        await http.close()


def check(options: argparse.Namespace) -> int:
    """Print every problem of the knowledge files."""
    from bot.curation.drawings import check_drawings  # noqa: PLC0415 - loads Pillow

    folder = _folder(options)
    reading = read_library(folder, today(utc_now), thorough=True)
    _, recorded_problems = read_recorded(folder, reading.library.entries)
    undrawn = check_drawings(folder, reading.library, today(utc_now))
    problems = sorted([*reading.problems, *recorded_problems, *undrawn])
    if options.json:
        rows = [{"file": p.file, "line": p.line, "code": p.code, "message": p.message} for p in problems]
        print(as_line({"entries": len(reading.library.entries), "problems": rows}))
        return Exit.PROBLEMS if problems else Exit.DONE
    for problem in problems:
        print(f"{_name(folder)}/{problem}")
    _print_summary(reading.library.published, len(problems))
    if problems and (folder / ERRORS).exists():
        print(f"An example of each message stands in {_name(folder)}/{ERRORS}.")
    return Exit.PROBLEMS if problems else Exit.DONE


def _counted(problems: int) -> str:
    return "1 problem" if problems == 1 else f"{problems} problems"


def _print_summary(entries: Sequence[Entry], problems: int) -> None:
    phrasings = sum(len(entry.questions) for entry in entries)
    due = sorted(
        (entry.review_due, entry.id) for entry in entries if entry.review_due and entry.review_due < today(utc_now)
    )
    print(f"{len(entries)} published entries, {phrasings} questions, {_counted(problems)}.")
    if due:
        print(f"{len(due)} entries are past their review date, the oldest is {due[0][1]} (due {due[0][0]}).")


def evaluate(options: argparse.Namespace) -> int:
    """Measure the answers to the recorded questions."""
    folder = _folder(options)
    reading = read_library(folder, today(utc_now))
    parts, problems = read_recorded(folder, reading.library.entries)
    for problem in problems:
        print(problem, file=sys.stderr)
    wanted = [options.part] if options.part else sorted(parts)
    if not parts or not set(wanted) <= set(parts):
        raise UsageError(
            f"There are no such recorded questions; {_name(folder)}/questions has {sorted(parts) or 'none'}."
        )
    page = page_for(options.readme, options.part, parts)
    data_dir = Settings.from_environment().data_dir
    matcher = trained_and_kept(data_dir, reading.library)
    library = _with_thresholds(folder, reading.library, parts, matcher, again=options.fit)
    desk = Desk(library, matcher=matcher)
    measured = [asyncio.run(measuring.evaluate(desk, part, parts[part])) for part in wanted]
    reports = [replace(report, worst=with_lines(report.worst, folder)) for report in measured]
    if options.pictures:
        _draw(options.pictures, reports)
    card = card_in(reports, library, trained=matcher.classifier is not None)
    if card:
        keep_card(data_dir, library, card)
    _show(reports, card, options)
    if page and card:
        changed = page.write(section_of(card, reports))
        print(f"{options.readme.name} {'has the new card' if changed else 'is up to date'}.", file=sys.stderr)
    return Exit.PROBLEMS if problems else Exit.DONE


def _show(reports: Sequence[Report], card: AccuracyCard | None, options: argparse.Namespace) -> None:
    if options.json:
        shown = {HELD_OUT: {"card": card.as_json()}} if card else {}
        print(json.dumps([report.as_json() | shown.get(report.part, {}) for report in reports]))
        return
    for report in reports:
        print("\n".join([*report.lines(), *(report.misses() if options.misses else ())]))
    if card:
        print("\n".join(printed(card)))


def _with_thresholds(
    folder: Path, library: Library, parts: Mapping[str, Sequence[RecordedQuestion]], matcher: Matcher, *, again: bool
) -> Library:
    """The library with the folder's own thresholds, fitted first when the files have changed since."""
    stale = can_fit(parts) and not is_current(library, parts[PART])
    if not (again or stale):
        return library
    fit_and_keep(folder, library, parts, matcher=matcher)
    print(f"Thresholds fitted on questions/{PART}.md and kept beside it.", file=sys.stderr)
    return replace(library, thresholds=(folder / THRESHOLDS).read_text(encoding="utf-8"))


def _draw(folder: Path, reports: Sequence[Report]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, picture in pictures(reports).items():
            (folder / name).write_text(picture, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"The pictures cannot be written into {folder} ({error.strerror}).") from error


def train(options: argparse.Namespace) -> int:
    """Train the matcher and keep the result for the start."""
    settings = Settings.from_environment()
    start_logging(settings)  # the bot runs this beside itself: its lines stand among those of the bot
    folder = _folder(options)
    library = read_library(folder, today(utc_now)).library
    matcher = _matcher(library)
    if matcher.classifier is None:
        print("These files are too few or too many to train on; the matcher works without.", flush=True)
    kept = matcher.classifier is None or keep(settings.data_dir, library, matcher.classifier)
    print("Trained." if kept else "What was trained cannot be kept.", flush=True)  # the bot waits for this line
    measure_and_keep(folder, settings.data_dir, library, matcher)
    return Exit.DONE if kept else Exit.PROBLEMS


def draw(options: argparse.Namespace) -> int:
    """Draw pictures from their descriptions."""
    from bot.curation import drawings  # noqa: PLC0415 - loads Pillow

    folder = _folder(options)
    done = drawings.draw(folder, read_library(folder, today(utc_now)).library, again=options.again)
    for problem in done.problems:
        print(f"{_name(folder)}/{problem}", file=sys.stderr)
    for picture in done.drawn:
        print(f"{_name(folder)}/pictures/{picture}: drawn as .svg and .png")
    print(f"{len(done.drawn)} drawn, {len(done.current)} up to date, {_counted(len(done.problems))}.")
    return Exit.PROBLEMS if done.problems else Exit.DONE


def coverage(options: argparse.Namespace) -> int:
    """Print what the knowledge covers, or write it as a page into its folder."""
    folder = _folder(options)
    library = read_library(folder, today(utc_now)).library
    page = coverage_page(library, read_recorded(folder, library.entries)[0])
    if not options.write:
        print(page, end="")
        return Exit.DONE
    path = folder / PAGE
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path.name} cannot be written ({error.strerror}).") from error
    print(f"{path} is up to date.")
    return Exit.DONE
