"""`knowledge eval` and `train`: what the matcher makes of the files, and how well."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.answering.desk import Desk
from bot.clock import today, utc_now
from bot.curation.accuracy import AccuracyCard, keep_card
from bot.curation.confusion import with_lines
from bot.curation.evaluate import Report
from bot.curation.evaluate import evaluate as measured_on
from bot.curation.pictures import pictures
from bot.curation.thresholds import FILE as THRESHOLDS
from bot.curation.thresholds import PART, can_fit, fit_and_keep, is_current
from bot.curation.training import keep, trained_and_kept, trained_matcher
from bot.errors import Exit, UsageError
from bot.knowledge import Library, RecordedQuestion, read_library, read_recorded
from bot.knowledge.recorded import HELD_OUT
from bot.logs import start_logging
from bot.matching.matcher import Matcher
from bot.settings import Settings
from bot.workshop.accuracy import card_in, measure_and_keep, page_for, printed, section_of
from bot.workshop.files import name_of, named_folder


def evaluate(options: argparse.Namespace) -> int:
    """Measure the answers to the recorded questions."""
    folder = named_folder(options)
    reading = read_library(folder, today(utc_now))
    parts, problems = read_recorded(folder, reading.library.entries)
    for problem in problems:
        print(problem, file=sys.stderr)
    wanted = [options.part] if options.part else sorted(parts)
    if not parts or not set(wanted) <= set(parts):
        raise UsageError(
            f"There are no such recorded questions; {name_of(folder)}/questions has {sorted(parts) or 'none'}."
        )
    page = page_for(options.readme, options.part, parts)
    data_dir = Settings.from_environment().data_dir
    matcher = trained_and_kept(data_dir, reading.library)
    library = _with_thresholds(folder, reading.library, parts, matcher, again=options.fit)
    desk = Desk(library, matcher=matcher)
    measured = [asyncio.run(measured_on(desk, part, parts[part])) for part in wanted]
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
    folder = named_folder(options)
    library = read_library(folder, today(utc_now)).library
    matcher = trained_matcher(settings.data_dir, library)
    if matcher.classifier is None:
        print("These files are too few or too many to train on; the matcher works without.", flush=True)
    kept = matcher.classifier is None or keep(settings.data_dir, library, matcher.classifier)
    print("Trained." if kept else "What was trained cannot be kept.", flush=True)  # the bot waits for this line
    measure_and_keep(folder, settings.data_dir, library, matcher)
    return Exit.DONE if kept else Exit.PROBLEMS
