"""What the commands of the command line do; `bot.cli` reads their options. Each gives its exit code."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.answering.desk import Desk
from bot.answering.prices import PriceDesk
from bot.clock import today, utc_now
from bot.console import answer_one, answer_stream, as_line, show_prices
from bot.curation import evaluate as measuring
from bot.curation.confusion import with_lines
from bot.curation.evaluate import Report
from bot.curation.pictures import pictures
from bot.curation.thresholds import PART, can_fit, fit_and_keep, is_current
from bot.curation.training import keep, trained_matcher
from bot.errors import Exit, UsageError
from bot.knowledge import Entry, Library, RecordedQuestion, read_library, read_recorded
from bot.knowledge.library import RESERVED
from bot.knowledge.sections import TITLE_LIMIT
from bot.knowledge.template import entry_template, slug
from bot.logs import only_errors, start_logging
from bot.market.http import Http
from bot.market.selfcheck import Finding, look
from bot.matching.decision import Calibrations, calibrations_of
from bot.matching.matcher import Matcher
from bot.opening import desk_of, endpoints_of, open_market
from bot.settings import Settings


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
    folder = _folder(options)
    reading = read_library(folder, today(utc_now), thorough=True)
    _, recorded_problems = read_recorded(folder, reading.library.entries)
    problems = sorted([*reading.problems, *recorded_problems])
    if options.json:
        rows = [{"file": p.file, "line": p.line, "code": p.code, "message": p.message} for p in problems]
        print(as_line({"entries": len(reading.library.entries), "problems": rows}))
        return Exit.PROBLEMS if problems else Exit.DONE
    for problem in problems:
        print(f"{_name(folder)}/{problem}")
    _print_summary(reading.library.published, len(problems))
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
    calibrations = _thresholds(folder, reading.library, parts, again=options.fit)
    desk = Desk(reading.library, matcher=_matcher(reading.library), calibrations=calibrations)
    measured = [asyncio.run(measuring.evaluate(desk, part, parts[part])) for part in wanted]
    reports = [replace(report, worst=with_lines(report.worst, folder)) for report in measured]
    if options.pictures:
        _draw(options.pictures, reports)
    if options.json:
        print(json.dumps([report.as_json() for report in reports]))
    else:
        for report in reports:
            print("\n".join([*report.lines(), *(report.misses() if options.misses else ())]))
    return Exit.PROBLEMS if problems else Exit.DONE


def _thresholds(
    folder: Path, library: Library, parts: Mapping[str, Sequence[RecordedQuestion]], *, again: bool
) -> Calibrations:
    """The folder's own thresholds, fitted first when the files have changed since."""
    stale = can_fit(parts) and not is_current(library, parts[PART])
    if not (again or stale):
        return calibrations_of(library)
    calibrations = fit_and_keep(folder, library, parts)
    print(f"Thresholds fitted on questions/{PART}.md and kept beside it.", file=sys.stderr)
    return calibrations


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
    library = read_library(_folder(options), today(utc_now)).library
    classifier = _matcher(library).classifier
    if classifier is None:
        print("These files are too few or too many to train on; the matcher works without.")
        return Exit.DONE
    return Exit.DONE if keep(settings.data_dir, library, classifier) else Exit.PROBLEMS


def new(options: argparse.Namespace) -> int:
    """Begin a new entry file."""
    folder, topic = _folder(options), slug(options.topic)
    title = " ".join(options.title.split()).strip("# ")
    questions = list(filter(None, (" ".join(question.split()) for question in options.questions)))
    path = folder / topic / f"{slug(title)}.md"
    if topic in RESERVED:
        raise UsageError(f"The folder {topic} holds no entries; choose another topic.")
    if not 0 < len(title) <= TITLE_LIMIT:
        raise UsageError(f"The title becomes a button; write 1 to {TITLE_LIMIT} characters.")
    taken = next(folder.glob(f"*/{path.name}"), None)
    if taken is not None:
        raise UsageError(f"{taken.name} exists already in {taken.parent.name}; edit it, or choose another title.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(entry_template(title, today(utc_now), questions), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path.name} cannot be written ({error.strerror}).") from error
    print(f"{path} is ready. Fill it in, set 'status: published', then run: python -m bot knowledge check")
    return Exit.DONE
