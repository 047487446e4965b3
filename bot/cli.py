"""The command line: `python -m bot`, or `restaking-bot` where it is installed."""

import argparse
import asyncio
import io
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Final, TypeAlias

from bot import __version__
from bot.errors import BotError, Exit, UsageError
from bot.logs import start_logging
from bot.settings import VARIABLES, Settings

log = logging.getLogger("bot.cli")

KNOWLEDGE: Final = """Write, check, measure and look after the knowledge files.

  to write             new, check, errors, fmt
  before it is merged  diff, eval
  every week           gaps, stale, drift, links, digest
  made of the files    draw, coverage, schemas, train"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0 done, 1 problems in the input, 2 wrong usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal in another encoding must not end a command
            stream.reconfigure(errors="backslashreplace")
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        code = run(options)
        sys.stdout.flush()  # here, where a reader that has gone is met kindly, and not while Python ends
    except UsageError as error:
        print(error.sentence, file=sys.stderr)
        return Exit.WRONG_USAGE
    except BotError as error:
        print(error.sentence, file=sys.stderr)
        return Exit.PROBLEMS
    except BrokenPipeError:
        _let_go_of_output()
        return Exit.DONE
    except KeyboardInterrupt:
        return Exit.DONE
    return code


def _let_go_of_output() -> None:
    """Send what is still to be written nowhere: Python writes it once more when it ends, and would complain."""
    with suppress(OSError, ValueError):  # a stream without a file behind it, as in a test, holds nothing back
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())


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
    _add_compare(commands)
    _add_strategy(commands)
    _add_knowledge(commands)
    _command(commands, "selfcheck", "ask every price provider once and say what differs")
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse has no public name for it


def _command(commands: Commands, name: str, meaning: str, shop: str = "", *, run: str = "") -> argparse.ArgumentParser:
    """A command that reads the knowledge folder. What it does is the function `run`, or that of its name, of the module
    `shop` of the workshop, or else of `bot.commands`.
    """
    parser = commands.add_parser(name, help=meaning, description=f"{meaning[0].upper()}{meaning[1:]}.")
    parser.add_argument_group("knowledge files").add_argument(
        "--knowledge", type=Path, metavar="DIR", help="the knowledge folder (default: BOT_KNOWLEDGE_DIR)"
    )
    parser.set_defaults(run=_later(run or name, f"bot.workshop.{shop}" if shop else "bot.commands"))
    return parser


def _later(name: str, module: str) -> Callable[[argparse.Namespace], int]:
    """The command of that name, loaded when it is run: the bot itself needs none of them."""

    def run(options: argparse.Namespace) -> int:
        command: Callable[[argparse.Namespace], int] = getattr(import_module(module), name)
        return command(options)

    return run


def _add_ask(commands: Commands) -> None:
    ask = _command(commands, "ask", "answer one question, or one a line from standard input")
    ask.add_argument("question", nargs="?", help="the question; - or nothing reads one a line from standard input")
    ask.add_argument("--json", action="store_true", help="print one JSON object a question")
    ask.add_argument("--previous", metavar="TEXT", help="the question before, which this one may lean on")


def _add_price(commands: Commands) -> None:
    price = _command(commands, "price", "live prices with the premium to the rate that the protocol states")
    price.add_argument("tokens", nargs="*", metavar="TOKEN", help="symbols such as ezETH; none shows all")
    price.add_argument("--json", action="store_true", help="print one JSON object a token")


def _add_compare(commands: Commands) -> None:
    compare = _command(commands, "compare", "protocols beside each other, or two to five tokens")
    compare.add_argument("tokens", nargs="*", metavar="TOKEN", help="symbols such as ezETH; none shows the protocols")
    compare.add_argument("--json", action="store_true", help="print one JSON object a protocol or token")


def _add_strategy(commands: Commands) -> None:
    strategy = _command(commands, "strategy", "three questions that lead to an explanation, not to advice")
    strategy.add_argument("--answers", metavar="A,B,C", help="the answers, by number or name; without them it asks")
    strategy.add_argument("--json", action="store_true", help="print a JSON object; needs --answers")


def _add_knowledge(commands: Commands) -> None:
    knowledge = commands.add_parser(
        "knowledge",
        help="write, check, measure and look after the knowledge files",
        description=KNOWLEDGE,
        epilog="Exit code: 0 fine, 1 there is something to mend or to look at, 2 wrong usage.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = knowledge.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_writing(actions)
    _add_measuring(actions)
    _add_care(actions)
    _add_making(actions)


def _add_writing(actions: Commands) -> None:
    new = _command(actions, "new", "begin an entry; without a topic and a title it asks for all it needs", "new")
    new.add_argument("topic", nargs="?", help="the folder, for example withdrawals")
    new.add_argument("title", nargs="?", help="the title, as a question or a short name")
    new.add_argument("questions", nargs="*", help="ways in which members ask it")
    new.add_argument(
        "--from-issue", metavar="FILE", help="begin it from the text of an issue form; - reads standard input"
    )
    check = _command(actions, "check", "report every problem as file:line with its cure", "checking")
    check.add_argument("--json", action="store_true", help="print the problems as JSON")
    errors = _command(actions, "errors", "explain a message of the check, with a wrong and a right example", "errors")
    errors.add_argument("words", nargs="*", metavar="WORDS", help="the message, words of it or its code; none: all")
    errors.add_argument("--write", action="store_true", help="write all of them to ERRORS.md in the knowledge folder")
    fmt = _command(actions, "fmt", "bring entry files into one form, without changing what they say", "formatting")
    fmt.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="files, folders or ids of entries; none is all"
    )
    fmt.add_argument("--check", action="store_true", help="write nothing, show what would change, exit 1 if anything")


def _add_measuring(actions: Commands) -> None:
    diff = _command(actions, "diff", "show which questions a change takes from which entries", "diff")
    diff.add_argument(
        "base", metavar="BASE", help="what to compare with: a git revision such as HEAD or main, or a folder"
    )
    form = diff.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--markdown", action="store_true", help="print a comment for a pull request")
    diff.add_argument("--also", metavar="FILE", help="further questions, one a line; - reads standard input")
    evaluation = _command(actions, "eval", "measure the answers to the recorded questions", "measuring", run="evaluate")
    evaluation.add_argument("--json", action="store_true", help="print the figures as JSON")
    evaluation.add_argument("--part", help="measure only this part, for example test")
    evaluation.add_argument("--misses", action="store_true", help="list the questions that went wrong")
    evaluation.add_argument("--fit", action="store_true", help="fit the thresholds again even if no file has changed")
    evaluation.add_argument(
        "--pictures", type=Path, metavar="FOLDER", help="draw reliability.svg and risk-coverage.svg into this folder"
    )
    evaluation.add_argument(
        "--readme", type=Path, metavar="FILE", help="write the accuracy card into this page, between its two comments"
    )


def _add_care(actions: Commands) -> None:
    gaps = _command(actions, "gaps", "show what three members or more asked in vain, grouped by meaning", "gaps")
    gaps.add_argument("--json", action="store_true", help="print it as JSON")
    gaps.add_argument("--draft", metavar="ID", help="print the beginning of an entry for the group of this id")
    gaps.add_argument("--write", action="store_true", help="put that draft into the knowledge folder")
    gaps.add_argument("--effect", action="store_true", help="say which questions the draft would take")
    stale = _command(actions, "stale", "list what is past its review, or soon will be", "freshness")
    drift = _command(actions, "drift", "hold the figures in the texts against live values", "freshness")
    links = _command(actions, "links", "read every linked page and say which are gone, moved or changed", "freshness")
    links.add_argument("--only", metavar="NAME", help="only the links of this entry, figure, incident or domain")
    links.add_argument("--last", action="store_true", help="ask nobody; show what the last check found")
    digest = _command(actions, "digest", "print the weekly digest as it would be sent now", "freshness")
    digest.add_argument("--offline", action="store_true", help="ask no provider; leave the live figures out")
    for parser in (stale, drift, links, digest):
        parser.add_argument("--json", action="store_true", help="print it as JSON")


def _add_making(actions: Commands) -> None:
    draw = _command(actions, "draw", "draw the pictures whose descriptions have changed", "checking")
    draw.add_argument("--again", action="store_true", help="draw all of them")
    coverage = _command(
        actions, "coverage", "show what the files cover: topics, phrasings, reviews, sources", "checking"
    )
    coverage.add_argument("--write", action="store_true", help="write it to COVERAGE.md in the knowledge folder")
    schemas = _command(actions, "schemas", "check that .schemas holds what editors need for the TOML files", "schemas")
    schemas.add_argument("--write", action="store_true", help="write them into .schemas in the knowledge folder")
    _command(actions, "train", "train the matcher on the files and keep that for the next start", "measuring")


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
    return Exit.DONE
