"""The command line: `python -m bot`, or `restaking-bot` where it is installed."""

import argparse
import asyncio
import io
import json
import logging
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from bot import __version__
from bot.answering.desk import Desk
from bot.answering.prices import PriceDesk
from bot.clock import today, utc_now
from bot.console import answer_one, answer_stream, as_line, show_prices
from bot.curation.confusion import with_lines
from bot.curation.evaluate import Report, evaluate
from bot.curation.pictures import pictures
from bot.curation.thresholds import PART, can_fit, fit_and_keep, is_current
from bot.curation.training import keep, trained_matcher
from bot.errors import BotError, UsageError
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
from bot.settings import VARIABLES, Settings

log = logging.getLogger("bot.cli")

DONE, PROBLEMS, WRONG_USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0 done, 1 problems in the input, 2 wrong usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal in another encoding must not end a command
            stream.reconfigure(errors="backslashreplace")
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        return run(options)
    except UsageError as error:
        print(error.sentence, file=sys.stderr)
        return WRONG_USAGE
    except BotError as error:
        print(error.sentence, file=sys.stderr)
        return PROBLEMS
    except (KeyboardInterrupt, BrokenPipeError):
        return DONE


def _parser() -> argparse.ArgumentParser:
    width = max(len(name) for name, _, _ in VARIABLES)
    variables = "\n".join(
        f"  {name:<{width}}  {meaning} (default: {default or 'none'})" for name, default, meaning in VARIABLES
    )
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Answers questions about Ethereum restaking from reviewed files. Without a command it runs the "
        "bot: with DISCORD_TOKEN it connects to Discord, without one it opens a local try-out in the browser.",
        epilog=f"environment:\n{variables}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.set_defaults(run=_run_bot)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_ask(commands)
    _add_price(commands)
    _add_knowledge(commands)
    selfcheck = commands.add_parser("selfcheck", help="ask every price provider once and say what differs")
    _add_folder(selfcheck)
    selfcheck.set_defaults(run=_selfcheck)
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse has no public name for it


def _add_ask(commands: Commands) -> None:
    ask = commands.add_parser("ask", help="answer one question, or one a line from standard input")
    ask.add_argument("question", nargs="?", help="the question; - or nothing reads one a line from standard input")
    ask.add_argument("--json", action="store_true", help="print one JSON object a question")
    ask.add_argument("--previous", metavar="TEXT", help="the question before, which this one may lean on")
    _add_folder(ask)
    ask.set_defaults(run=_ask)


def _add_price(commands: Commands) -> None:
    price = commands.add_parser("price", help="live prices with the premium to the rate that the protocol states")
    price.add_argument("tokens", nargs="*", metavar="TOKEN", help="symbols such as ezETH; none shows all")
    price.add_argument("--json", action="store_true", help="print one JSON object a token")
    _add_folder(price)
    price.set_defaults(run=_price)


def _add_knowledge(commands: Commands) -> None:
    knowledge = commands.add_parser("knowledge", help="check, measure and extend the knowledge files")
    actions = knowledge.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="report every problem as file:line with its cure")
    check.add_argument("--json", action="store_true", help="print the problems as JSON")
    _add_folder(check)
    check.set_defaults(run=_check)
    evaluation = actions.add_parser("eval", help="measure the answers to the recorded questions")
    evaluation.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluation.add_argument("--part", help="measure only this part, for example test")
    evaluation.add_argument("--misses", action="store_true", help="list the questions that went wrong")
    evaluation.add_argument("--fit", action="store_true", help="fit the thresholds again even if no file has changed")
    evaluation.add_argument(
        "--pictures", type=Path, metavar="FOLDER", help="draw reliability.svg and risk-coverage.svg into this folder"
    )
    _add_folder(evaluation)
    evaluation.set_defaults(run=_evaluate)
    train = actions.add_parser("train", help="train the matcher for the files as they are and keep that for the start")
    _add_folder(train)
    train.set_defaults(run=_train)
    new = actions.add_parser("new", help="begin a new entry file")
    new.add_argument("topic", help="the folder, for example withdrawals")
    new.add_argument("title", help="the title, as a question or a short name")
    new.add_argument("questions", nargs="*", help="ways in which members ask it")
    _add_folder(new)
    new.set_defaults(run=_new)


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--knowledge", type=Path, metavar="DIR", help="the knowledge folder (default: BOT_KNOWLEDGE_DIR)"
    )


def _folder(options: argparse.Namespace) -> Path:
    given: Path | None = options.knowledge
    return given or Settings.from_environment().knowledge_dir


def _name(folder: Path) -> str:
    return folder.name or folder.resolve().name


def _run_bot(_: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    start_logging(settings)
    # Until the event loop takes over, a host that stops the bot while it starts is met as Ctrl+C is.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    log.info("restaking-bot %s starts.", __version__)
    if settings.token:
        from bot.app import serve  # noqa: PLC0415 - asking on the command line needs no discord.py

        asyncio.run(serve(settings))
    else:
        from bot.preview import try_out  # noqa: PLC0415 - the same

        asyncio.run(try_out(settings))
    return DONE


def _library(options: argparse.Namespace) -> Library:
    reading = read_library(_folder(options), today(utc_now))
    for problem in reading.problems:
        if problem.fatal:
            print(problem, file=sys.stderr)
    return reading.library


def _matcher(library: Library) -> Matcher:
    return trained_matcher(Settings.from_environment().data_dir, library)


def _ask(options: argparse.Namespace) -> int:
    library = _library(options)
    with only_errors("bot.market"):  # an answer itself says what is old or missing
        asyncio.run(_asked(options, library, _matcher(library)))
    return DONE


async def _asked(options: argparse.Namespace, library: Library, matcher: Matcher) -> None:
    async with open_market(library, Settings.from_environment(), utc_now) as market:
        desk = desk_of(library, market, matcher=matcher)
        if options.question not in {None, "-"}:
            await answer_one(desk, options.question, as_json=options.json, previous=options.previous)
            return
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
        await answer_stream(desk, sys.stdin, as_json=options.json)


def _price(options: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    start_logging(settings)
    return DONE if asyncio.run(_priced(options, _library(options), settings)) else PROBLEMS


async def _priced(options: argparse.Namespace, library: Library, settings: Settings) -> bool:
    async with open_market(library, settings, utc_now) as market:
        desk = PriceDesk(market, library.facts)
        return await show_prices(desk, library.facts, options.tokens, as_json=options.json)


def _selfcheck(options: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    findings = asyncio.run(_looked(_library(options), settings))
    for finding in findings:
        print(finding)
    return DONE if all(finding.fine for finding in findings) else PROBLEMS


async def _looked(library: Library, settings: Settings) -> Sequence[Finding]:
    http = Http(utc_now)
    try:
        return await look(library.facts, endpoints_of(settings), http, utc_now)
    finally:
        await http.close()


def _check(options: argparse.Namespace) -> int:
    folder = _folder(options)
    reading = read_library(folder, today(utc_now), thorough=True)
    _, recorded_problems = read_recorded(folder, reading.library.entries)
    problems = sorted([*reading.problems, *recorded_problems])
    if options.json:
        rows = [{"file": p.file, "line": p.line, "code": p.code, "message": p.message} for p in problems]
        print(as_line({"entries": len(reading.library.entries), "problems": rows}))
        return PROBLEMS if problems else DONE
    for problem in problems:
        print(f"{_name(folder)}/{problem}")
    _print_summary(reading.library.published, len(problems))
    return PROBLEMS if problems else DONE


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


def _evaluate(options: argparse.Namespace) -> int:
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
    measured = [asyncio.run(evaluate(desk, part, parts[part])) for part in wanted]
    reports = [replace(report, worst=with_lines(report.worst, folder)) for report in measured]
    if options.pictures:
        _draw(options.pictures, reports)
    if options.json:
        print(json.dumps([report.as_json() for report in reports]))
    else:
        for report in reports:
            print("\n".join([*report.lines(), *(report.misses() if options.misses else ())]))
    return PROBLEMS if problems else DONE


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


def _train(options: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    start_logging(settings)  # the bot runs this beside itself: its lines stand among those of the bot
    library = read_library(_folder(options), today(utc_now)).library
    classifier = _matcher(library).classifier
    if classifier is None:
        print("These files are too few or too many to train on; the matcher works without.")
        return DONE
    return DONE if keep(settings.data_dir, library, classifier) else PROBLEMS


def _new(options: argparse.Namespace) -> int:
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
    return DONE
