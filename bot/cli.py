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
from typing import TypeAlias

from bot import __version__
from bot.errors import BotError, Exit, UsageError
from bot.logs import start_logging
from bot.settings import VARIABLES, Settings

log = logging.getLogger("bot.cli")


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
    selfcheck = commands.add_parser("selfcheck", help="ask every price provider once and say what differs")
    _add_folder(selfcheck)
    selfcheck.set_defaults(run=_later("selfcheck"))
    return parser


def _later(name: str, module: str = "bot.commands") -> Callable[[argparse.Namespace], int]:
    """The command of that name, loaded when it is run: the bot itself needs none of them."""

    def run(options: argparse.Namespace) -> int:
        command: Callable[[argparse.Namespace], int] = getattr(import_module(module), name)
        return command(options)

    return run


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - argparse has no public name for it


def _add_ask(commands: Commands) -> None:
    ask = commands.add_parser("ask", help="answer one question, or one a line from standard input")
    ask.add_argument("question", nargs="?", help="the question; - or nothing reads one a line from standard input")
    ask.add_argument("--json", action="store_true", help="print one JSON object a question")
    ask.add_argument("--previous", metavar="TEXT", help="the question before, which this one may lean on")
    _add_folder(ask)
    ask.set_defaults(run=_later("ask"))


def _add_price(commands: Commands) -> None:
    price = commands.add_parser("price", help="live prices with the premium to the rate that the protocol states")
    price.add_argument("tokens", nargs="*", metavar="TOKEN", help="symbols such as ezETH; none shows all")
    price.add_argument("--json", action="store_true", help="print one JSON object a token")
    _add_folder(price)
    price.set_defaults(run=_later("price"))


def _add_compare(commands: Commands) -> None:
    compare = commands.add_parser("compare", help="protocols beside each other, or two to five tokens")
    compare.add_argument("tokens", nargs="*", metavar="TOKEN", help="symbols such as ezETH; none shows the protocols")
    compare.add_argument("--json", action="store_true", help="print one JSON object a protocol or token")
    _add_folder(compare)
    compare.set_defaults(run=_later("compare"))


def _add_strategy(commands: Commands) -> None:
    strategy = commands.add_parser("strategy", help="three questions that lead to an explanation, not to advice")
    strategy.add_argument("--answers", metavar="A,B,C", help="the answers, by number or name; without them it asks")
    strategy.add_argument("--json", action="store_true", help="print a JSON object; needs --answers")
    _add_folder(strategy)
    strategy.set_defaults(run=_later("strategy"))


def _add_knowledge(commands: Commands) -> None:
    knowledge = commands.add_parser("knowledge", help="check, measure and extend the knowledge files")
    actions = knowledge.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="report every problem as file:line with its cure")
    check.add_argument("--json", action="store_true", help="print the problems as JSON")
    _add_folder(check)
    check.set_defaults(run=_later("check"))
    evaluation = actions.add_parser("eval", help="measure the answers to the recorded questions")
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
    _add_folder(evaluation)
    evaluation.set_defaults(run=_later("evaluate"))
    train = actions.add_parser("train", help="train the matcher for the files as they are and keep that for the start")
    _add_folder(train)
    train.set_defaults(run=_later("train"))
    draw = actions.add_parser("draw", help="draw the pictures whose descriptions have changed")
    draw.add_argument("--again", action="store_true", help="draw all of them")
    _add_folder(draw)
    draw.set_defaults(run=_later("draw"))
    coverage = actions.add_parser("coverage", help="show what the files cover: topics, phrasings, reviews, sources")
    coverage.add_argument("--write", action="store_true", help="write it to COVERAGE.md in the knowledge folder")
    _add_folder(coverage)
    coverage.set_defaults(run=_later("coverage"))
    _add_diff(actions)
    _add_writing(actions)
    _add_errors(actions)
    _add_freshness(actions)
    _add_gaps(actions)


def _add_diff(actions: Commands) -> None:
    diff = actions.add_parser("diff", help="show what a change takes away: recorded questions before and after")
    diff.add_argument(
        "base", metavar="BASE", help="what to compare with: a git revision such as HEAD or main, or a folder"
    )
    form = diff.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--markdown", action="store_true", help="print a comment for a pull request")
    diff.add_argument("--also", metavar="FILE", help="further questions, one a line; - reads standard input")
    _add_folder(diff)
    diff.set_defaults(run=_later("diff", "bot.workshop.diff"))


def _add_writing(actions: Commands) -> None:
    new = actions.add_parser("new", help="begin a new entry file; without a topic and a title it asks for all it needs")
    new.add_argument("topic", nargs="?", help="the folder, for example withdrawals")
    new.add_argument("title", nargs="?", help="the title, as a question or a short name")
    new.add_argument("questions", nargs="*", help="ways in which members ask it")
    new.add_argument(
        "--from-issue", metavar="FILE", help="begin it from the text of an issue form; - reads standard input"
    )
    _add_folder(new)
    new.set_defaults(run=_later("new", "bot.workshop.new"))
    fmt = actions.add_parser("fmt", help="bring entry files into one form, without changing what they say")
    fmt.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="files, folders or ids of entries; none is all"
    )
    fmt.add_argument("--check", action="store_true", help="write nothing, show what would change, exit 1 if anything")
    _add_folder(fmt)
    fmt.set_defaults(run=_later("fmt", "bot.workshop.formatting"))
    schemas = actions.add_parser("schemas", help="check that .schemas holds what editors need for the TOML files")
    schemas.add_argument("--write", action="store_true", help="write them into .schemas in the knowledge folder")
    _add_folder(schemas)
    schemas.set_defaults(run=_later("schemas", "bot.workshop.schemas"))


def _add_errors(actions: Commands) -> None:
    errors = actions.add_parser("errors", help="explain a message of the check, with a wrong and a right example")
    errors.add_argument("words", nargs="*", metavar="WORDS", help="the message, words of it or its code; none: all")
    errors.add_argument("--write", action="store_true", help="write all of them to ERRORS.md in the knowledge folder")
    _add_folder(errors)
    errors.set_defaults(run=_later("errors", "bot.workshop.errors"))


def _add_freshness(actions: Commands) -> None:
    stale = actions.add_parser("stale", help="list entries, figures and incidents that somebody should look at again")
    drift = actions.add_parser("drift", help="hold dated figures against live values; exit 1 when one has drifted")
    links = actions.add_parser("links", help="read every linked page politely; exit 1 when one is gone, moved, changed")
    links.add_argument("--only", metavar="NAME", help="only the links of this entry, figure, incident or domain")
    links.add_argument("--last", action="store_true", help="ask nobody; show what the last check found")
    digest = actions.add_parser("digest", help="print the weekly digest of the moderators' channel as it would be now")
    digest.add_argument("--offline", action="store_true", help="ask no provider; leave the live figures out")
    for parser, name in ((stale, "stale"), (drift, "drift"), (links, "links"), (digest, "digest")):
        parser.add_argument("--json", action="store_true", help="print it as JSON")
        _add_folder(parser)
        parser.set_defaults(run=_later(name, "bot.workshop.freshness"))


def _add_gaps(actions: Commands) -> None:
    gaps = actions.add_parser("gaps", help="show what members asked in vain, from three of them on, grouped by meaning")
    gaps.add_argument("--json", action="store_true", help="print it as JSON")
    gaps.add_argument("--draft", metavar="ID", help="print the beginning of an entry for the group of this id")
    gaps.add_argument("--write", action="store_true", help="put that draft into the knowledge folder")
    gaps.add_argument("--effect", action="store_true", help="say which questions the draft would take")
    _add_folder(gaps)
    gaps.set_defaults(run=_later("gaps", "bot.workshop.gaps"))


def _add_folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--knowledge", type=Path, metavar="DIR", help="the knowledge folder (default: BOT_KNOWLEDGE_DIR)"
    )


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
