"""The questions by which `knowledge new` comes to an entry: what it asks, and how it takes what is typed."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from textwrap import wrap
from typing import Final

from bot.answering.secrets import holds_secret
from bot.knowledge.header import parse_date
from bot.knowledge.hints import closest
from bot.knowledge.library import RESERVED
from bot.knowledge.plain import plain
from bot.knowledge.problems import SENTENCES
from bot.knowledge.template import REVIEW_EVERY, NewEntry, slug
from bot.workshop.bench import FILLER, Bench, Fault

Say = Callable[[str], None]
Ask = Callable[[str], str]
"""Shows a prompt and gives the line that was typed; raises EOFError when nothing more comes."""

FEWEST_QUESTIONS: Final = 3
GRADES: Final[Mapping[str, str]] = {
    "P": "primary: the protocol's own code, docs or proposals, Ethereum's specification",
    "I": "independent, and checked on chain",
    "N": "news or a secondary page",
    "U": "one weak source",
}
HELP: Final[Mapping[str, str]] = {
    "topic": "The topic is the folder that the entry lies in. A number or a name takes one; a new name makes a folder.",
    "title": "The title stands above the answer and on buttons, so up to 80 characters; a question is fine.",
    "file": "Small letters, digits and hyphens. Members see it in the last line of the answer. Enter takes that one.",
    "questions": "Write as members type: short, long, worried, with slang, with other words each time. Typos need no "
    "line of their own. Enter alone ends, - takes the last one back.",
    "answer": "Two to five sentences that stand alone on a phone screen. A figure carries its date in the same "
    "paragraph. Enter begins a new paragraph, Enter twice ends.",
    "more": "Detail for those who press More. Enter twice ends; Enter at once if there is none.",
    "protocols": "Only those that the entry is about: their open incidents are shown on it. Commas between them; - for "
    "none.",
    "tokens": "Only those that the entry is about. Commas between them; - for none.",
    "caveats": "Short notes under the answer, at most the one or two that it needs. Commas between them; - for none.",
    "source": "Who says it: a page, a document, a contract. Enter when there are no more.",
    "day": "The day that the source speaks of, such as 2026-07-14; today and yesterday are understood.",
    "grade": "; ".join(f"{grade} {meaning}" for grade, meaning in GRADES.items()) + ".",
    "link": "It begins with https:// and its domain stands in facts/links.toml. Enter if there is none.",
    "supports": "What the source shows, in a few words. Enter if its name says it.",
    "end": "p publishes it, d keeps it as a draft that nobody sees, q leaves without a file; a number changes a part.",
    "review": "30 days for live figures, 90 for fees and waiting times, never for a dated event.",
}
"""What each question says when a ? is typed."""
LATER: Final = frozenset({"caveat-needed", "weak-sources", "review-too-rare", "review-of-event"})
"""Told of the whole, since what they ask for comes after what they are found in."""
NEVER_KEPT: Final = frozenset({"bad-link", "link-not-https", "link-disguised", "link-shortener"})
"""The bot leaves such a link out, so it would be kept in vain."""
WIDTH: Final = 100
"""Letters of a line that is said."""
_MARK = re.compile(r"^(?:[-*+•]|#+|\d{1,3}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as it was told, with the folder and the id that it is to have."""

    topic: str
    id: str
    new: NewEntry


class Dialogue:
    """Asks for one entry. Everything typed is held against the reader and the house rules at once."""

    def __init__(self, bench: Bench, ask: Ask, say: Say) -> None:
        self._bench, self._ask, self._show = bench, ask, say

    def _say(self, text: str) -> None:
        self._show(_wrapped(text))

    def line(self, prompt: str, about: str, *, empty: bool = True) -> str:
        """One line, its blanks made single. A ? is answered; what could open a wallet is asked again."""
        while True:
            typed = " ".join(_typed(self._ask(prompt)).split())
            if typed == "?":
                self._say(f"  {HELP[about]}")
            elif holds_secret(typed):
                self._say("  This looks like a recovery phrase or a key. It was not kept; never type one anywhere.")
            elif typed or empty:
                return typed

    def lines(self, about: str) -> str:
        """Text of several lines, which two empty ones end, or one at once."""
        found: list[str] = []
        while not (found[-2:] == ["", ""] or found == [""]):
            typed = _typed(self._ask("  | ")).rstrip()
            if typed == "?":
                self._say(f"  {HELP[about]}")
            elif holds_secret(typed):
                self._say("  This looks like a recovery phrase or a key. The line was not kept.")
            else:
                found.append(typed)
        return "\n".join(found).strip()

    def topic(self, typed: str = "") -> str:
        """A folder: one of those that there are, or a new one that was confirmed."""
        known = self._bench.library.topics
        if not typed:
            self._say("\nTopic")
            self._say(_columns([f"{number} {name}" for number, name in enumerate(known, 1)]))
        while True:
            typed = typed or self.line("Topic, by number or name: ", "topic", empty=False)
            if typed.isdecimal() and len(typed) < 4 and 0 < int(typed) <= len(known):  # noqa: PLR2004 - no topic has so long a number
                return known[int(typed) - 1]
            if topic := self._topic_called(slug(typed), known):
                return topic
            typed = ""

    def _topic_called(self, topic: str, known: Sequence[str]) -> str:
        """The topic that was meant, or nothing where another one is to be typed."""
        if topic in known:
            return topic
        if topic in RESERVED:
            self._say(f"  The folder {topic} holds no entries; choose another topic.")
            return ""
        near = closest(topic, known)
        if near and self.yes(f"  There is no topic '{topic}'; did you mean '{near}'?"):
            return near
        return topic if self.yes(f"  Make a new topic '{topic}'?", usually=False) else ""

    def yes(self, question: str, *, usually: bool = True) -> bool:
        """Whether somebody agrees; Enter is what is usual."""
        while True:
            typed = " ".join(_typed(self._ask(f"{question} [{'Y/n' if usually else 'y/N'}] ")).split()).lower()
            if typed in {"", "y", "yes", "n", "no"}:
                return typed.startswith("y") if typed else usually
            self._say("  Type y or n.")

    def title(self, typed: str = "") -> str:
        """A title that a button can show."""
        return self._sound("Title: ", "title", lambda text: replace(FILLER, title=text), typed, plain=True)

    def file(self, topic: str, title: str) -> str:
        """The id: the one that the title suggests, or another that no entry has."""
        wanted = slug(title)
        while True:
            typed = slug(self.line(f"File name [{wanted}]: ", "file") or wanted)
            taken = next(self._bench.folder.glob(f"*/{typed}.md"), None)
            if taken is None:
                self._say(f"  The file will be {self._bench.folder.resolve().name}/{topic}/{typed}.md")
                return typed
            self._say(f"  {taken.name} exists already in {taken.parent.name}; edit it, or choose another name.")

    def questions(self) -> tuple[str, ...]:
        """Three or more ways to ask, each with what it reaches now."""
        self._say(f"\nQuestions that this answers, {FEWEST_QUESTIONS} or more, one a line. Enter alone ends, ? helps.")
        found: list[str] = []
        while True:
            typed = _MARK.sub("", self.line(f"{len(found) + 1:>3}. ", "questions"))
            if typed == "-" and found:
                self._say(f"  Taken back: {found.pop()}")
            elif typed and typed != "-":
                self._take(typed, found)
            elif not typed and len(found) >= FEWEST_QUESTIONS:
                return tuple(found)
            else:
                self._say(f"  {FEWEST_QUESTIONS} are needed, twenty are better; members ask in many ways.")

    def _take(self, typed: str, found: list[str]) -> None:
        earlier = {(fault.code, fault.sentence) for fault in self._faults(replace(FILLER, questions=tuple(found)))}
        faults = self._faults(replace(FILLER, questions=(*found, typed)))
        fresh = [fault for fault in faults if (fault.code, fault.sentence) not in earlier]
        for fault in fresh:
            self._say(f"  Not kept: {fault.sentence}")
        if fresh:
            return
        found.append(typed)
        if reached := self._bench.reached(typed):
            self._say(f"  Kept, but {reached}; - takes it back.")

    def text(self, about: str, heading: str) -> str:
        """An answer, or with `about` more the detail behind it."""
        self._say(f"\n{heading}. {HELP[about]}")
        while True:
            text = self.lines(about)
            if not text and about == "more":
                return ""
            if self._kept(self._faults_of_text(text, about)):
                return text
            self._say("  Once more, then:")

    def _faults_of_text(self, text: str, about: str) -> tuple[Fault, ...]:
        heading = next((line for line in text.split("\n") if line.lstrip().startswith("#")), "")
        if heading:  # the reader would take it for the next section
            return (_told("deep-heading", text=heading),)
        if not text:
            return (_told("no-answer"),)
        return self._faults(replace(FILLER, more=text) if about == "more" else replace(FILLER, answer=text))

    def names(self, about: str, known: Iterable[str], offered: Sequence[str], heading: str) -> tuple[str, ...]:
        """Names out of the facts, whatever their capitals; Enter takes those offered."""
        spelled = {name.lower(): name for name in known}
        if not spelled:
            return ()
        self._say(f"\n{heading}: {', '.join(spelled.values())}")
        while True:
            typed = self.line(f"{about.capitalize()} [{', '.join(offered) or 'none'}]: ", about)
            if not typed or typed in {"-", "none"}:
                return () if typed else tuple(offered)
            wanted = [name.strip() for name in typed.split(",") if name.strip()]
            names = tuple(dict.fromkeys(spelled.get(name.lower(), name) for name in wanted))
            probes = {"protocols": replace(FILLER, protocols=names), "tokens": replace(FILLER, tokens=names)}
            faults = self._faults(probes.get(about, replace(FILLER, caveats=names)))
            if not faults:
                return names
            for fault in faults:
                self._say(f"  {fault.sentence}")

    def sources(self) -> tuple[str, ...]:
        """One source or more, as lines of the file."""
        found: list[str] = []
        self._say("\nSources")
        while True:
            again = "Another source" if found else "Source"
            name = self.line(f"{again}, its name: ", "source").replace("[", "(").replace("]", ")")
            if name:
                found.append(self._source(name))
            elif found:
                return tuple(found)
            else:
                self._say("  An answer that is published names at least one.")

    def _source(self, name: str) -> str:
        day = self._day()
        grade = ""
        while grade not in GRADES:
            grade = self.line("  Grade, P I N or U (? explains): ", "grade", empty=False).upper()
        link = self._sound(
            "  Link: ", "link", lambda url: replace(FILLER, sources=(f"2020-01-01 P [A page]({url})",)), empty=True
        )
        supports = self.line("  What it supports: ", "supports")
        if link:
            return f"{day} {grade} [{name}]({link}) {supports}".rstrip()
        return f"{day} {grade} {name}" + (f", {supports}" if supports else "")

    def _day(self) -> str:
        words = {"today": self._bench.today, "yesterday": self._bench.today - timedelta(days=1)}
        while True:
            typed = self.line("  Date: ", "day", empty=False)
            day = words.get(typed.lower()) or parse_date(typed)
            if day is None:
                self._say(f"  {SENTENCES['bad-date'].format(value=typed)}")
            elif day > self._bench.today:
                self._say(f"  {SENTENCES['future-source'].format(value=typed)}")
            else:
                return day.isoformat()

    def review(self) -> str:
        """How often the entry is to be read again."""
        probe = self._sound(
            f"\nReviewed again every [{REVIEW_EVERY}]: ",
            "review",
            lambda typed: replace(FILLER, review_every=typed.lower()),
            empty=True,
        )
        return f"{probe} days" if probe.isdecimal() else probe.lower() or REVIEW_EVERY

    def _sound(
        self,
        prompt: str,
        about: str,
        probe: Callable[[str], NewEntry],
        typed: str = "",
        *,
        empty: bool = False,
        plain: bool = False,
    ) -> str:
        """A line in which nothing is wrong, or that somebody keeps all the same. `plain` takes off a list's mark."""
        while True:
            typed = typed or self.line(prompt, about, empty=empty)
            typed = _MARK.sub("", typed).strip("# ") if plain else typed
            if not typed and empty:
                return ""
            if typed and self._kept(self._faults(probe(typed))):
                return typed
            typed = ""

    def _faults(self, probe: NewEntry) -> tuple[Fault, ...]:
        return tuple(fault for fault in self._bench.faults(probe) if fault.code not in LATER)

    def _kept(self, faults: Sequence[Fault]) -> bool:
        """Whether what was typed stays, after its faults were told; what cannot be read never does."""
        for fault in faults:
            self._say(f"  {fault.sentence}")
        if any(fault.fatal or fault.code in NEVER_KEPT for fault in faults):
            return False
        return not faults or self.yes("  Keep it as it is?", usually=False)


def _told(code: str, **fields: str) -> Fault:
    return Fault(code, SENTENCES[code].format(**fields), fatal=True)


def _typed(text: str) -> str:
    """A line without what a terminal sends beside letters: keys with arrows, colours of a paste."""
    text = re.sub(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|.)?", "", re.sub(r"\s", " ", plain(text)))
    return "".join(sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cs"})


def _wrapped(text: str) -> str:
    """`text` in lines that a narrow window shows whole; what goes on is indented as its line is."""
    lines = []
    for line in text.split("\n"):
        indent = " " * (len(line) - len(line.lstrip()))
        broken = wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        lines.append("\n".join(broken) if len(line) > WIDTH else line)
    return "\n".join(lines)


def _columns(names: Sequence[str], width: int = 76) -> str:
    wide = max(map(len, names), default=0) + 2
    each = max(1, width // wide)
    rows = [names[start : start + each] for start in range(0, len(names), each)]
    return "\n".join("  " + "".join(f"{name:<{wide}}" for name in row).rstrip() for row in rows)
