"""What an entry that is being written is held against: the reader, the house rules, and what members get by now."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.answering.answers import Answer, Outcome, Question
from bot.answering.desk import Desk
from bot.curation.training import trained_and_kept
from bot.errors import BotError
from bot.knowledge import Entry, Library, Problem
from bot.knowledge.cross_checks import check_library
from bot.knowledge.entries import Status
from bot.knowledge.entry_file import read_entry
from bot.knowledge.house.check import check_house
from bot.knowledge.house.evidence import lacking_caveats
from bot.knowledge.problems import Problems
from bot.knowledge.template import NewEntry, entry_text

FILLER = NewEntry("A title", ("a question that nobody typed",), "A sentence.", sources=("2020-01-01 P A source",))
"""An entry without a fault, into which one typed part is put to see what is wrong with that part."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with something typed; a `fatal` one cannot be kept."""

    code: str
    sentence: str
    fatal: bool


class _Texts(dict[str, str]):
    """The text of each entry's file, opened when it is asked for: to name the line of the other of two that clash."""

    def __init__(self, folder: Path, own: Mapping[str, str]) -> None:
        super().__init__(own)
        self._folder = folder

    def __missing__(self, file: str) -> str:
        self[file] = (self._folder / file).read_text(encoding="utf-8", errors="replace")
        return self[file]


class Bench:
    """Holds new entries against one library. `desk` gives the desk that answers from it, and may take its time."""

    def __init__(self, folder: Path, library: Library, today: date, desk: Callable[[], Desk]) -> None:
        self.folder, self.library, self.today = folder, library, today
        self._desk = desk

    def problems(self, topic: str, entry_id: str, new: NewEntry) -> tuple[Problem, ...]:
        """Everything that the thorough check would say of a new entry's file, were it published; takes about a second
        for the shipped files.
        """
        return self._read(topic, entry_id, new, self.library.entries)[0]

    def faults(self, typed: NewEntry, topic: str = "a-topic", entry_id: str = "a-new-entry") -> tuple[Fault, ...]:
        """What is wrong with the parts of `typed` that differ from `FILLER`, told at once and without a place."""
        mine = self._read(topic, entry_id, typed, {})[0]
        usual = {(problem.code, problem.message) for problem in self._read(topic, entry_id, FILLER, {})[0]}
        found = {(problem.code, problem.message): problem.fatal for problem in mine}
        return tuple(Fault(*key, fatal) for key, fatal in found.items() if key not in usual)

    def lacking(self, topic: str, entry_id: str, new: NewEntry) -> tuple[str, ...]:
        """The caveats that the house rules ask for, the first of each rule's."""
        entry = self._read(topic, entry_id, replace(new, caveats=()), {})[1]
        rules = lacking_caveats(entry, self.library.facts.rules) if entry else ()
        return tuple(dict.fromkeys(rule.needs[0] for rule in rules))

    def _read(
        self, topic: str, entry_id: str, new: NewEntry, others: Mapping[str, Entry]
    ) -> tuple[tuple[Problem, ...], Entry | None]:
        """`others` are the published entries whose wording counts; references are looked up among all."""
        file, text = f"{topic}/{entry_id}.md", entry_text(replace(new, status=Status.PUBLISHED), self.today)
        problems, library = Problems(), self.library
        entry = read_entry(text, entry_id, topic, self.today, problems.in_file(file))
        if entry is None:
            return problems.sorted(), None
        texts = _Texts(self.folder, {file: text})
        check_library({**library.entries, entry_id: entry}, library.facts, problems, texts, library.pictures)
        check_house({**others, entry_id: entry}, library.facts, problems, texts)
        return tuple(problem for problem in problems.sorted() if problem.file == file), entry

    def reached(self, question: str) -> str:
        """What a member who types this gets now, as a sentence; empty where the bot has no answer to it."""
        return self._told(asyncio.run(self._desk().ask(Question(question))))

    def _told(self, answer: Answer) -> str:
        entry = self.library.entries.get(answer.entry or "")
        if entry is not None:
            return f"members who type this get '{entry.title}' now ({entry.file})"
        if answer.outcome is Outcome.CHOICES:
            titles = " or ".join(f"'{choice.title}'" for choice in answer.choices)
            return f"members who type this are asked back now: {titles}"
        return ""


def desk_beside(library: Library, data_dir: Path) -> Callable[[], Desk]:
    """Begin to build the desk of a library in a thread of its own, which training takes seconds for, while somebody
    types; what is given waits for it.
    """
    built: list[Desk | BotError] = []

    def build() -> None:
        try:
            built.append(Desk(library, matcher=trained_and_kept(data_dir, library)))
        except BotError as error:
            built.append(error)

    thread = threading.Thread(target=build, name="desk", daemon=True)  # daemon: Ctrl+C does not wait for training
    thread.start()

    def desk() -> Desk:
        thread.join()
        if not built:  # its own trouble was printed by the thread
            raise BotError("The matcher could not be built; try 'python -m bot ask' to see why.")
        if isinstance(built[0], BotError):
            raise built[0]
        return built[0]

    return desk
