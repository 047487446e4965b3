"""What members write into the issue forms, made into the stub of an entry. No file is opened here.

The text comes from strangers. Nothing of it decides where a file lies beyond the choice among known topics and entries,
and what is written can only ever be read as the plain words of one draft.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from bot.answering.secrets import holds_secret
from bot.errors import UsageError
from bot.knowledge import Entry, Library
from bot.knowledge.entries import question_key
from bot.knowledge.entry_file import QUESTION_LIMIT, read_entry
from bot.knowledge.header import parse_date
from bot.knowledge.hints import did_you_mean
from bot.knowledge.links import allowed, domain_of
from bot.knowledge.plain import plain
from bot.knowledge.problems import Problems
from bot.knowledge.sections import TITLE_LIMIT
from bot.knowledge.template import EXAMPLE_ANSWER, EXAMPLE_SOURCE, UNSORTED, NewEntry, entry_text, slug

QUESTION, WAYS, TOPIC, ANSWER, NAMES = (
    "Question",
    "Other ways to ask it",
    "Topic",
    "What you think the answer is",
    "Protocols and tokens",
)
ENTRY, ASKED, SAID, RIGHT = ("Entry", "What you asked", "What the bot said", "What is right")
SOURCE, LINK, DAY, PROMISE = ("Source", "Link to the source", "Day the source speaks of", "Before you send it")
SUGGESTION: Final = (QUESTION, WAYS, TOPIC, ANSWER, NAMES, SOURCE, LINK, DAY, PROMISE)
"""The fields of the form by which a question is suggested, in their order."""
REPORT: Final = (ENTRY, ASKED, SAID, RIGHT, SOURCE, LINK, DAY, PROMISE)
"""The fields of the form by which a wrong answer is reported."""
UNKNOWN_TOPIC: Final = "I do not know"
MOST_QUESTIONS: Final = 30
TEXT_LIMIT: Final = 3000
"""Characters that are kept of a text of several lines."""
NOT_CHECKED: Final = "What it says is a member's word: hold it against its source before you set 'status: published'."
_HEADING = re.compile(r"^### (?P<label>.+?)\s*$")
_EMPTY = "_No response_"
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_HELD = {"Cc", "Cf", "Cs", "Co", "Cn"}
_SIGNS = str.maketrans({"{": "(", "}": ")", "[": "(", "]": ")", "`": "'", "<": " ", ">": " ", "\\": "/"})
_MARKS = " \t#|-*+=~_•◦▪‣·–—−#:"


@dataclass(frozen=True, slots=True)
class Stub:
    """A file to be written: its folder, its name without `.md`, its text. `what` says what is to be done with it, and
    `notes` what was left out and what else to look at, a sentence each.
    """

    topic: str
    name: str
    text: str
    what: str
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Form:
    """The fields of one issue, and what there is to say of them."""

    values: Mapping[str, str]
    library: Library
    today: date
    notes: list[str] = field(default_factory=list)

    def line(self, label: str, limit: int) -> str:
        """A field as one line."""
        return self.cut(_words(self.values.get(label, "")), limit, label)

    def cut(self, text: str, limit: int, label: str) -> str:
        """A text at whose end words were left out, where it was too long."""
        if len(text) <= limit:
            return text
        self.notes.append(f"'{label}' was cut to {limit} characters.")
        return text[: limit + 1].rpartition(" ")[0].strip() or text[:limit]

    def lines(self, label: str) -> list[str]:
        """A field's lines, without the empty ones."""
        return list(filter(None, map(_words, self.values.get(label, "").split("\n"))))

    def prose(self, label: str) -> str:
        """A field as paragraphs and lists."""
        lines = self.values.get(label, "").split("\n")
        told = [("- " if re.match(r"\s*[-*+]\s", line) else "") + _words(line) for line in lines]
        text = re.sub(r"\n{3,}", "\n\n", "\n".join("" if line == "- " else line for line in told)).strip()
        if len(text) <= TEXT_LIMIT:
            return text
        self.notes.append(f"'{label}' was cut to {TEXT_LIMIT} characters.")
        return text[:TEXT_LIMIT].rpartition("\n")[0].strip() or text[:TEXT_LIMIT].strip()


def stub_of(body: str, library: Library, today: date) -> Stub:
    """The stub that the text of an issue form asks for: a draft for a suggested question; for a wrong answer a note in
    the form of an entry that lies beside the entry in question, where the bot does not read it.

    Raises:
        UsageError: the text is none of the forms, lacks what is needed, or holds something that opens a wallet.
    """
    if holds_secret(body):
        raise UsageError(
            "The issue holds what looks like a recovery phrase or a key, so nothing was made of it. Remove it from the "
            "issue, and tell its author to move what it opens."
        )
    form = _Form(_fields(body), library, today)
    if ENTRY in form.values:
        return _report(form)
    if QUESTION in form.values:
        return _suggestion(form)
    raise UsageError(f"This is none of the issue forms; the text needs a line '### {QUESTION}' or '### {ENTRY}'.")


def _fields(body: str) -> dict[str, str]:
    """What stands below each heading of the forms; other headings are text.

    Raises:
        UsageError: a heading stands twice, so that nobody can tell which the form made.
    """
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in plain(body).split("\n"):
        heading = _HEADING.match(line)
        label = heading["label"] if heading else ""
        if label not in {*SUGGESTION, *REPORT}:
            current.append(line)
        elif label in found:
            raise UsageError(f"The line '### {label}' stands twice in the issue; remove what the form did not make.")
        else:
            current = found[label] = []
    texts = {label: "\n".join(lines).strip() for label, lines in found.items()}
    return {label: "" if text == _EMPTY else text for label, text in texts.items()}


def _suggestion(form: _Form) -> Stub:
    title = form.line(QUESTION, TITLE_LIMIT)
    questions = _each_once([form.line(QUESTION, QUESTION_LIMIT), *form.lines(WAYS)])
    if not title or not questions:
        raise UsageError(f"The field '{QUESTION}' is empty, so there is nothing to begin an entry with.")
    kept = tuple(form.cut(one, QUESTION_LIMIT, WAYS) for one in questions[:MOST_QUESTIONS])
    facts = form.library.facts
    names = _words(form.values.get(NAMES, ""))
    new = NewEntry(
        title,
        kept,
        form.prose(ANSWER) or EXAMPLE_ANSWER,
        sources=(_source(form),),
        protocols=named_in(names, {name: (one.name, *one.aliases) for name, one in facts.protocols.items()}),
        tokens=named_in(names, {name: one.aliases for name, one in facts.tokens.items()}),
    )
    _note_known(form, kept)
    topic = _topic(form)
    text = _sound(new, form)
    return Stub(topic, slug(title), text, "a draft of what a member suggested.", (*form.notes, NOT_CHECKED))


def _each_once(questions: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for question in questions:
        if key := question_key(question):
            found.setdefault(key, question)
    return list(found.values())


def _topic(form: _Form) -> str:
    wanted = _words(form.values.get(TOPIC, ""))
    if wanted in form.library.topics:
        return wanted
    form.notes.append(f"No known topic was chosen; move the file from {UNSORTED} to the folder where it belongs.")
    return UNSORTED


def _note_known(form: _Form, questions: Iterable[str]) -> None:
    owners = {question_key(one): entry for entry in form.library.published for one in entry.questions}
    for question in questions:
        if (entry := owners.get(question_key(question))) is not None:
            form.notes.append(f"'{question}' is a question of {entry.file} already.")


def _report(form: _Form) -> Stub:
    entry = _reported(form)
    right, said = form.prose(RIGHT), form.prose(SAID)
    new = NewEntry(
        entry.title,
        (form.line(ASKED, QUESTION_LIMIT) or entry.questions[0],),
        right or EXAMPLE_ANSWER,
        f"The bot said:\n\n{said}" if said else "",
        sources=(_source(form),),
    )
    what = f"a note beside {entry.file}, which the bot does not read; mend the entry, then delete the note."
    text = _sound(new, form)
    return Stub(entry.topic, f"_{entry.id}-report", text, what, (*form.notes, NOT_CHECKED))


def _reported(form: _Form) -> Entry:
    """Raises UsageError where the issue names no entry."""
    typed = _words(form.values[ENTRY]).strip("'\"“”. ").lower().removesuffix(".md").rpartition("/")[2]
    entry = form.library.entries.get(typed)
    if entry is None:
        hint = did_you_mean(typed, form.library.entries) or "; it is the last word of an answer."
        raise UsageError(f"There is no entry '{typed[:60]}'{hint}")
    return entry


def _source(form: _Form) -> str:
    """The source as a line of the file; its grade is the weakest until somebody has looked."""
    name, link = _words(form.values.get(SOURCE, "")), form.values.get(LINK, "").strip()
    name = form.cut(name, QUESTION_LIMIT, SOURCE)
    day = parse_date(form.values.get(DAY, "").strip())
    if day is None or day > form.today:
        form.notes.append(f"The source has no day that can be; {form.today} was written in its place.")
        day = form.today
    domain = domain_of(link) if link else None
    if link and (domain is None or not allowed(domain, form.library.facts.allowed_links)):
        form.notes.append("The link was left out: it is malformed, or its domain is not in facts/links.toml.")
        domain = None
    if domain:
        return f"{day} U [{name or domain}]({link})"
    return f"{day} U {name or EXAMPLE_SOURCE}"


def _sound(new: NewEntry, form: _Form) -> str:
    """The text of a draft that is read as it was meant; what cannot be is left out, first the prose."""
    bare = replace(new, answer=EXAMPLE_ANSWER, more="")
    least = replace(bare, questions=new.questions[:1], sources=(f"{form.today} {EXAMPLE_SOURCE}",))
    tries: Sequence[tuple[NewEntry, str]] = (
        (new, ""),
        (bare, "The text of the answer could not be kept; read it in the issue."),
        (least, "Only the question could be kept; read the rest in the issue."),
    )
    for one, note in tries:
        if _reads_as(one, form):
            form.notes += filter(None, [note])
            return entry_text(one, form.today)
    raise UsageError("What the issue says cannot be written as an entry; begin one with 'knowledge new' instead.")


def _reads_as(new: NewEntry, form: _Form) -> bool:
    """Whether the file of a draft says what it was made of, and nothing else."""
    text = entry_text(new, form.today)
    entry = read_entry(text, "a-draft", "a-topic", form.today, Problems().in_file("a-topic/a-draft.md"))
    if entry is None:
        return False
    same = (entry.title, entry.questions, entry.answer, entry.more, entry.status, len(entry.sources))
    wanted = (new.title, new.questions, new.answer, new.more, new.status, len(new.sources))
    return same == wanted and not (entry.always or entry.not_this or entry.live or entry.picture)


def named_in(text: str, spellings: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Which of some names occur in a text, as they are or in another of their `spellings`, whatever the capitals."""
    text = text.lower()
    return tuple(name for name, others in spellings.items() if any(_says(text, word) for word in (name, *others)))


def _says(text: str, word: str) -> bool:
    return bool(word) and re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", text) is not None


def _words(text: str) -> str:
    """The plain words of one line: no mark-up, link, mention, slot or sign that cannot be seen."""
    text = _URL.sub(" ", _TAG.sub(" ", _LINK.sub(r"\1", text))).replace("://", " ")
    text = "".join(" " if unicodedata.category(sign) in _HELD else sign for sign in text.translate(_SIGNS))
    text = re.sub(r"[@＠]", " at ", text)
    return " ".join(text.split()).strip(_MARKS)
