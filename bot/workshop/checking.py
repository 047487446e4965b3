"""`knowledge check`, and what is made of the files beside it: `draw` and `coverage`."""

import argparse
import sys
from collections.abc import Sequence

from bot.answering.numerals import counted
from bot.clock import today, utc_now
from bot.console import as_line
from bot.curation.coverage import PAGE, coverage_page
from bot.errors import Exit
from bot.knowledge import Entry, read_library, read_recorded
from bot.workshop.errors import PAGE as ERRORS
from bot.workshop.files import name_of, named_folder, save


def check(options: argparse.Namespace) -> int:
    """Print every problem of the knowledge files."""
    from bot.curation.drawings import check_drawings  # noqa: PLC0415 - loads Pillow

    folder = named_folder(options)
    reading = read_library(folder, today(utc_now), thorough=True)
    _, recorded_problems = read_recorded(folder, reading.library.entries)
    undrawn = check_drawings(folder, reading.library, today(utc_now))
    problems = sorted([*reading.problems, *recorded_problems, *undrawn])
    if options.json:
        rows = [{"file": p.file, "line": p.line, "code": p.code, "message": p.message} for p in problems]
        print(as_line({"entries": len(reading.library.entries), "problems": rows}))
        return Exit.PROBLEMS if problems else Exit.DONE
    for problem in problems:
        print(f"{name_of(folder)}/{problem}")
    _print_summary(reading.library.published, len(problems))
    if problems and (folder / ERRORS).exists():
        print(f"An example of each message stands in {name_of(folder)}/{ERRORS}.")
    return Exit.PROBLEMS if problems else Exit.DONE


def _print_summary(entries: Sequence[Entry], problems: int) -> None:
    phrasings = sum(len(entry.questions) for entry in entries)
    due = sorted(
        (entry.review_due, entry.id) for entry in entries if entry.review_due and entry.review_due < today(utc_now)
    )
    print(f"{len(entries)} published entries, {phrasings} questions, {counted(problems, 'problem')}.")
    if due:
        print(f"{len(due)} entries are past their review date, the oldest is {due[0][1]} (due {due[0][0]}).")


def draw(options: argparse.Namespace) -> int:
    """Draw pictures from their descriptions."""
    from bot.curation import drawings  # noqa: PLC0415 - loads Pillow

    folder = named_folder(options)
    done = drawings.draw(folder, read_library(folder, today(utc_now)).library, again=options.again)
    for problem in done.problems:
        print(f"{name_of(folder)}/{problem}", file=sys.stderr)
    for picture in done.drawn:
        print(f"{name_of(folder)}/pictures/{picture}: drawn as .svg and .png")
    print(f"{len(done.drawn)} drawn, {len(done.current)} up to date, {counted(len(done.problems), 'problem')}.")
    return Exit.PROBLEMS if done.problems else Exit.DONE


def coverage(options: argparse.Namespace) -> int:
    """Print what the knowledge covers, or write it as a page into its folder."""
    folder = named_folder(options)
    library = read_library(folder, today(utc_now)).library
    page = coverage_page(library, read_recorded(folder, library.entries)[0])
    if not options.write:
        print(page, end="")
        return Exit.DONE
    save(folder / PAGE, page)
    print(f"{folder / PAGE} is up to date.")
    return Exit.DONE
