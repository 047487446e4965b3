"""`knowledge new`: begin an entry file from a title, from what somebody is asked, or from a member's issue."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot.clock import today, utc_now
from bot.curation.issue_form import Stub, named_in, stub_of
from bot.errors import Exit, UsageError
from bot.knowledge import read_library
from bot.knowledge.entries import Status
from bot.knowledge.library import ENTRY_LIMIT, RESERVED
from bot.knowledge.plain import plain
from bot.knowledge.problems import Problem
from bot.knowledge.sections import TITLE_LIMIT
from bot.knowledge.template import NewEntry, entry_template, entry_text, slug
from bot.settings import Settings
from bot.workshop.bench import Bench, desk_beside
from bot.workshop.dialogue import Dialogue, Told
from bot.workshop.files import folder_of, named_folder, save, shown

INTRO: Final = """A new entry, question by question. A ? explains what is asked.
Nothing is written before the end; Ctrl+C leaves everything as it was."""
NO_ONE_TO_ASK: Final = (
    'Name a topic and a title, such as: python -m bot knowledge new withdrawals "How long is the queue?" '
    "On a terminal it asks for what is missing."
)
NOTHING: Final = "Nothing was written."
Step = Callable[[Dialogue, Bench, Told], Told]


def new(options: argparse.Namespace) -> int:
    """Begin a new entry file."""
    if options.from_issue:
        if options.topic:
            raise UsageError("--from-issue takes its topic and its title from the issue; name nothing else.")
        return _from_issue(folder_of(options), options.from_issue)
    if options.topic and options.title:
        return _from_title(named_folder(options), options)
    if not somebody_is_there():
        raise UsageError(NO_ONE_TO_ASK)
    return _from_answers(folder_of(options), options.topic or "")


def somebody_is_there() -> bool:
    """Whether there is a terminal on which somebody can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _from_title(folder: Path, options: argparse.Namespace) -> int:
    topic, title = slug(options.topic), " ".join(plain(options.title).split()).strip("# ")
    questions = list(filter(None, (" ".join(plain(question).split()) for question in options.questions)))
    if topic in RESERVED:
        raise UsageError(f"The folder {topic} holds no entries; choose another topic.")
    if not 0 < len(title) <= TITLE_LIMIT:
        raise UsageError(f"The title becomes a button; write 1 to {TITLE_LIMIT} characters.")
    path = folder / topic / f"{slug(title)}.md"
    _write(folder, path, entry_template(title, today(utc_now), questions))
    print(f"{path} is ready. Fill it in, set 'status: published', then run: python -m bot knowledge check")
    return Exit.DONE


def _write(folder: Path, path: Path, text: str) -> None:
    """Raises UsageError where an entry of any topic has that name, or nothing can be written."""
    taken = next(folder.glob(f"*/{path.name}"), None)
    if taken is not None:
        raise UsageError(f"{taken.name} exists already in {taken.parent.name}; edit it, or choose another title.")
    save(path, text)


def _from_answers(folder: Path, topic: str) -> int:
    day = today(utc_now)
    library = read_library(folder, day).library
    bench = Bench(folder, library, day, desk_beside(library, Settings.from_environment().data_dir))
    with suppress(ImportError):  # where Python has it, lines can be edited with the arrow keys
        import readline  # noqa: F401, PLC0415 - it works by being loaded
    try:
        told = _told(Dialogue(bench, input, print), bench, topic)
    except (EOFError, KeyboardInterrupt):
        told = None
        print()
    if told is None:
        print(NOTHING)
        return Exit.DONE
    path = folder / told.topic / f"{told.id}.md"
    _write(folder, path, entry_text(told.new, day))
    _print_what_next(shown(path, folder), told.new)
    return Exit.DONE


def _print_what_next(name: str, new: NewEntry) -> None:
    if new.status is Status.PUBLISHED:
        print(f"\n{name} is published.")
    else:
        print(f"\n{name} is a draft: write 'status: published' into it when it is ready.")
    print("Look at its card in the try-out ('make run'), then run 'make knowledge' and 'make diff', and hand it in.")


def _told(dialogue: Dialogue, bench: Bench, topic: str) -> Told | None:
    """The entry that somebody told and wants to keep; None where it is to be left."""
    print(INTRO)
    told = Told(dialogue.topic(topic), "", NewEntry(""))
    for _, step in PARTS.values():
        told = step(dialogue, bench, told)
    while True:
        problems = bench.problems(told.topic, told.id, told.new)
        _print_whole(bench, told, problems)
        typed = dialogue.line("p publish, d keep as a draft, q leave, or a number to change: ", "end").lower()
        if typed == "q" and dialogue.yes("Leave without a file?", usually=False):
            return None
        if typed in PARTS:
            told = PARTS[typed][1](dialogue, bench, told)
        elif typed == "d" or (typed == "p" and not problems):
            return replace(told, new=replace(told.new, status=Status.PUBLISHED if typed == "p" else Status.DRAFT))
        elif typed == "p":
            print("It cannot be published before these are mended; change a part, or keep it as a draft.")


def _print_whole(bench: Bench, told: Told, problems: Sequence[Problem]) -> None:
    text = entry_text(told.new, bench.today)
    name = f"{bench.folder.resolve().name}/{told.topic}/{told.id}.md"
    print(f"\n{name}\n")
    print("\n".join(f"  {line}".rstrip() for line in text.rstrip("\n").split("\n")))
    print("\nNothing is wrong with it." if not problems else "\nTo be mended:")
    for problem in problems:
        print(f"  line {problem.line}: {problem.message}")
    print("\n" + "  ".join(f"{number} {name}" for number, (name, _) in PARTS.items()))


def _title(dialogue: Dialogue, _: Bench, told: Told) -> Told:
    title = dialogue.title()
    return replace(told, id=dialogue.file(told.topic, title), new=replace(told.new, title=title))


def _questions(dialogue: Dialogue, _: Bench, told: Told) -> Told:
    return replace(told, new=replace(told.new, questions=dialogue.questions()))


def _answer(dialogue: Dialogue, _: Bench, told: Told) -> Told:
    return replace(told, new=replace(told.new, answer=dialogue.text("answer", "Answer")))


def _more(dialogue: Dialogue, _: Bench, told: Told) -> Told:
    return replace(told, new=replace(told.new, more=dialogue.text("more", "More")))


def _protocols(dialogue: Dialogue, bench: Bench, told: Told) -> Told:
    known = {name: (one.name, *one.aliases) for name, one in bench.library.facts.protocols.items()}
    names = dialogue.names("protocols", known, named_in(_words(told), known), "Protocols")
    return replace(told, new=replace(told.new, protocols=names))


def _tokens(dialogue: Dialogue, bench: Bench, told: Told) -> Told:
    known = {name: one.aliases for name, one in bench.library.facts.tokens.items() if one.protocol}
    offered = named_in(_words(told), known)
    names = dialogue.names("tokens", bench.library.facts.tokens, offered, "Tokens")
    return replace(told, new=replace(told.new, tokens=names))


def _caveats(dialogue: Dialogue, bench: Bench, told: Told) -> Told:
    offered = bench.lacking(told.topic, told.id, told.new)
    names = dialogue.names("caveats", bench.library.facts.caveats, offered, "Caveats")
    return replace(told, new=replace(told.new, caveats=names))


def _sources(dialogue: Dialogue, _: Bench, told: Told) -> Told:
    return replace(told, new=replace(told.new, sources=dialogue.sources()))


def _review(dialogue: Dialogue, _: Bench, told: Told) -> Told:
    return replace(told, new=replace(told.new, review_every=dialogue.review()))


def _words(told: Told) -> str:
    return "\n".join((told.new.title, *told.new.questions, told.new.answer))


PARTS: Final[Mapping[str, tuple[str, Step]]] = {
    "1": ("title", _title),
    "2": ("questions", _questions),
    "3": ("answer", _answer),
    "4": ("more", _more),
    "5": ("protocols", _protocols),
    "6": ("tokens", _tokens),
    "7": ("caveats", _caveats),
    "8": ("sources", _sources),
    "9": ("review", _review),
}
"""What can be told anew at the end, in the order in which it is asked for."""


def _from_issue(folder: Path, name: str) -> int:
    """A stub of what a member wrote into one of the issue forms."""
    day = today(utc_now)
    stub = stub_of(_issue(name), read_library(folder, day).library, day)
    path = folder / stub.topic / f"{stub.name}.md"
    _write(folder, path, stub.text)
    _print_stub(shown(path, folder), stub)
    return Exit.DONE


def _issue(name: str) -> str:
    """Raises UsageError where there is nothing to read."""
    try:
        data = sys.stdin.buffer.read(ENTRY_LIMIT + 1) if name == "-" else _beginning(Path(name))
        if len(data) > ENTRY_LIMIT:
            raise UsageError(f"The issue is longer than {ENTRY_LIMIT // 1024} kB; save the text of the form alone.")
        return data.decode("utf-8")
    except OSError as error:
        raise UsageError(f"The issue cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise UsageError("The issue is not plain UTF-8 text; save it again with the encoding UTF-8.") from error


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(ENTRY_LIMIT + 1)


def _print_stub(name: str, stub: Stub) -> None:
    print(f"{name} is ready: {stub.what}")
    for note in stub.notes:
        print(f"- {note}")
