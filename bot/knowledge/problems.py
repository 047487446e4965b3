"""Everything that can be wrong with a knowledge folder, each with the sentence a moderator reads.

A sentence says what is wrong and what to type instead. The table below is the whole list: the reader can
report nothing that does not stand here, and a test shows each sentence once.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

SENTENCES: Final[dict[str, str]] = {
    # files and folders
    "not-utf8": "this file is not plain UTF-8 text; save it again with the encoding UTF-8",
    "too-large": "this file is larger than {limit} kB; an entry is a few sentences, so split it or cut it",
    "conflict": "git could not merge two versions of this file; keep the lines that are right, and remove those that "
    "begin with <<<<<<<, ======= and >>>>>>>",
    "unreadable": "this file cannot be opened ({cause}); check that it exists and may be read",
    "outside-folder": "this is a link to a place outside the knowledge folder; copy the file here instead",
    "misplaced": "an entry lies in a topic folder; move it to knowledge/<topic>/{name}",
    "too-deep": "entries lie one folder deep, knowledge/<topic>/<entry-id>.md; move this file up",
    "not-an-entry": "only .md files belong in this folder; remove {name} or move it elsewhere",
    "double-ending": "'{name}' is not read because of the ending behind .md; rename it to {hint}",
    "unknown-facts-file": "{name} is not read{hint}; the files of this folder are {known}",
    "bad-id": "the file name becomes the entry's id: small letters, digits and '-'; rename it to {hint}.md",
    "duplicate-id": "another entry is already called {id} ({other}); give one of the two another file name",
    # the block between the two --- lines
    "no-header": "the file must begin with a line '---', then 'status: published' and 'reviewed: 2026-11-22', "
    "then '---' again",
    "header-not-closed": "the block that begins with '---' is never closed; add a line '---' before the '# Title'",
    "header-no-colon": "'{text}' is not understood here; write 'name: value', for example 'status: published'",
    "unknown-key": "'{key}' is not a known name here{hint}; known are {known}",
    "duplicate-key": "'{key}' stands here twice (first in line {first}); keep one",
    "empty-value": "'{key}' has no value; fill it in or remove the line",
    "no-status": "the block between the '---' lines lacks 'status: published' (or draft, or retired)",
    "bad-status": "'{value}' is not a status; write published, draft or retired",
    "no-reviewed": "a published entry says when it was last reviewed; add 'reviewed: 2026-11-22' with that day",
    "bad-date": "'{value}' is not a date; write year-month-day, for example 2026-11-22",
    "future-review": "the review date {value} lies in the future; write the day on which the entry was reviewed",
    "bad-interval": "'{value}' is not an interval; write days such as '90 days', or 'never' for a dated event",
    "bad-live": "'{value}' is not known here; write live: prices, or remove the line",
    # title and sections
    "no-title": "there is no title; add a line '# ' and the title after the '---' block",
    "second-title": "there is a second '# ' title (first in line {first}); an entry has one, sections begin with '## '",
    "long-title": "the title has {length} characters; it becomes a button, so keep it to {limit}",
    "heading-space": "'{text}' lacks a blank after the '#'; write '{hint}'",
    "bare-heading": "'{text}' is not read as a heading; write '{hint}' on a line of its own",
    "indented-heading": "'{text}' is indented, so it would become a part of the list above; begin the line with '#'",
    "unknown-section": "'{name}' is not a section{hint}; known are {known}",
    "duplicate-section": "the section '{name}' stands here twice (first in line {first}); put the two together",
    "deep-heading": "headings inside a section do not fit on a phone; make '{text}' a sentence or a bullet",
    "text-before-section": "this text stands before the first section; put it under '## Answer' or another heading",
    "not-a-bullet": "'{text}' is not a list item; begin the line with '- '",
    "nested-bullet": "a list inside a list item is not read here; give it a line of its own that begins with '- '",
    "unsupported-text": "{what} cannot be shown in a card; use paragraphs and '- ' lists",
    "image-in-text": "pictures cannot stand in the text; remove '{text}', and name one with 'picture:' at the top",
    "link-in-text": "links belong under '## Sources', not in the text; move '{text}' there",
    # questions
    "example-text": "this is the example text of a new entry; write your own in its place",
    "no-questions": "members reach an entry by its questions; add '## Questions' and a few lines '- how do i …'",
    "no-answer": "there is no answer; add '## Answer' and two to five sentences",
    "empty-question": "this question is empty; write it out or remove the line",
    "long-question": "this question has {length} characters; members type less, so keep it to {limit}",
    "repeated-question": "this question stands here twice (first in line {first}); remove one",
    "shared-question": "the entry {other} lists the same question ({where}); keep it in the one that answers it",
    "bad-near-miss": "'{text}' must end in ' -> ' and the id of the entry that answers it",
    "bad-rule": "'{text}' is not a rule; write words joined by ' + ', for example '- sync / verify + wallet'",
    # sources
    "bad-source": "'{text}' is not understood; write '- 2026-07-14 [Name](https://…) what it supports'",
    "future-source": "the source is dated {value}, in the future; write the day the source speaks of",
    "bad-link": "'{url}' is not a link that may be shown; write https://, a plain domain and the path, without blanks, "
    "brackets, a port or a name before an @",
    "link-not-https": "'{url}' does not begin with https://; members are sent to encrypted pages only",
    "link-disguised": "'{url}' has letters in its domain that may pass for others; write the domain in plain a to z",
    "link-shortener": "'{url}' does not show where it leads; write the address behind it",
    "link-not-allowed": "{domain} is not in the list of allowed links; add it to facts/links.toml or name the source "
    "without a link",
    "no-sources": "a published entry names its sources; add '## Sources' and '- 2026-07-14 [Name](https://…) …'",
    # references
    "unknown-entry": "there is no entry '{id}'{hint}",
    "self-reference": "the entry points to itself; name another one or remove this",
    "unknown-caveat": "there is no caveat '{id}' in facts/caveats.toml{hint}",
    "unknown-protocol": "there is no protocol '{id}' in facts/protocols.toml{hint}",
    "unknown-token": "there is no token '{id}' in facts/tokens.toml{hint}",
    "bad-slot": "'{text}' is not a slot; write {{kind:name}} with one of the kinds {known}",
    "unknown-figure": "there is no figure '{id}' in facts/figures.toml{hint}",
    "unknown-slot": "'{text}' names no {what} in facts/{what}s.toml{hint}",
    "no-dated-figure": "'{text}' has no live source and no dated figure to fall back on; add a figure with "
    'live = "{id}" to facts/figures.toml',
    "live-without-token": "the entry is marked live but names no token that has a price; add for example "
    "'tokens: {example}'",
    "undated-figure": "'{text}' reads as true for ever; put its date in the same paragraph, make it a slot, or "
    "say it is an example",
    # house rules, facts/rules.toml
    "forecast-wording": "'{text}' tells the future, which nobody knows; say what was, with its date",
    "advice-wording": "'{text}' is advice; say how it works and what can go wrong, and leave the choice to the member",
    "verdict-wording": "'{text}' is a promise that nobody can keep; name what can go wrong and what limits it",
    "contradicts-figure": "'{text}' is not what the register says of it, {say} ({day}); write {{figure:{id}}}, or mend "
    "the figure in facts/figures.toml",
    "entries-disagree": "'{mine}' here and '{theirs}' in {other} ({where}) are of the same day; one of them is a slip",
    "near-question": "'{text}' is nearly '{theirs}' ({where}); nobody can tell which entry is meant, so keep one",
    "long-answer": "the answer has {length} characters, more than a phone shows (about {limit}); move detail under "
    "'## More'",
    "hard-answer": "the answer is hard to read (LIX {lix}, at most {limit}); use shorter sentences and plainer words",
    "long-sentence": "the sentence that begins '{beginning}' has {words} words; cut it, {limit} are the most",
    "ungraded-source": "the source of {when}, {name}, has no grade; write P, I, N or U after its date (primary, "
    "independent, news, one weak source)",
    "weak-sources": "nothing but weak sources (grade U) stands behind this answer; find a better one, or let the text "
    "say 'reported'",
    "caveat-needed": "an answer on this subject ({why}) needs a caveat; add {needs} to the line 'caveats:'",
    "review-too-rare": "the figures in this entry change; write 'review_every: {limit} days' or fewer",
    "review-of-event": "a dated event does not change; write 'review_every: never' in place of {days} days",
    "figure-review": "the figure {id} changes, so somebody has to look at it again; add a day, for example "
    "review_by = 2026-12-22",
    # pictures
    "unknown-picture": "there is no picture '{id}' in pictures/{hint}",
    "not-a-picture": "{name} is not read; this folder holds descriptions such as layers.toml, named in small letters, "
    "digits and '-', and the drawings made from them",
    "live-in-picture": "'{text}' is a live value, which a drawing cannot show; use {{figure:…}} with a figure that has "
    "no 'live ='",
    "undrawable-sign": "'{sign}' in '{text}' cannot be drawn; write it in letters",
    "long-word": "'{word}' is too long for its place in the picture; use shorter words, or fewer [[columns]]",
    "tall-picture": "the picture is {height} pixels high, more than a phone shows at once ({limit}); cut words or rows",
    "no-drawing": "{names} missing; run: python -m bot knowledge draw",
    "old-drawing": "{names} older than this description or a figure in it; run: python -m bot knowledge draw",
    # facts and recorded questions
    "bad-toml": "the file is not valid TOML: {cause}; compare this line with the ones around it",
    "curly-quotes": 'the curly quotes in this line (“ ”) quote nothing in TOML; write straight ones: "',
    "bad-record": "[{name}] {why}",
    "unknown-field": "[{name}] has a field '{key}' that is not known{hint}",
    # the comparison of protocols, in facts/protocols.toml
    "comparison-lacks": "[{name}] stands in the comparison of protocols, so it needs {field} too; write {example}",
    "risk-without-date": "the risk '{text}' has no date; add when that was, for example 'in April 2026'",
    "risk-without-factor": "the risk '{text}' names no factor; write 'factor: what happened, with its date'",
    "risk-label": "'{text}' is a grade that somebody gave; name what can go wrong and when it did",
    # the guide, facts/strategy.toml
    "guide-table": "[{name}] is missing or empty; write it on a line of its own with its fields below",
    "guide-field": "[{name}] needs {field}; write {example}",
    "guide-questions": "there are {count} questions; a guide asks {most} at most",
    "guide-options": "this question has {count} answers; a menu of Discord takes {fewest} to {most}",
    "guide-name": "'{id}' cannot name an answer; write up to {most} small letters, digits and '-', and not 'any'",
    "guide-long": "{field} has {length} characters; Discord shows {limit}, so shorten it",
    "guide-line": "'{text}' is not understood; write an answer to each question and where they lead, for example "
    "'{example}'",
    "guide-answer": "'{id}' is no answer to the question '{question}'{hint}",
    "guide-explanation": "there is no explanation '{id}' in this file{hint}",
    "guide-nowhere": "the answers '{answers}' lead nowhere; add a line such as '{example}' (one to an explanation with "
    "leverage takes no cautious answer)",
    "guide-never": "no answers get as far as '{text}'; the lines above it take them all, or they are cautious",
    "guide-unled": "nothing leads to the explanation '{name}'; add a line to leads, or remove it",
    "guide-careless": "no answer to this question is cautious, so anybody could be led to leverage; write cautious = "
    "true below those whose givers it could hurt",
    "shared-alias": "'{alias}' stands for both {first} and {second}; an alias belongs to one",
    "bad-recorded": "'{text}' must end in ' -> ' and an entry id, or ' -> nothing'",
    "recorded-in-entry": "the entry {other} lists this question word for word, so it measures nothing; ask it in other "
    "words",
}


_ENDING = re.compile(r"(?:\.md)?\.(?:txt|text|md|markdown)$", re.IGNORECASE)
"""What editors put behind the name of a Markdown file, some of them where nobody sees it."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing a moderator must mend. `fatal` means that the file it stands in is not served."""

    file: str
    line: int
    code: str
    message: str
    fatal: bool = False

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def printable(name: str) -> str:
    """A file's name as it can be printed and stored, also where it is not valid UTF-8."""
    return name.encode("utf-8", "backslashreplace").decode()


class Problems:
    """Collects the problems of one reading."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._unserved: set[str] = set()

    def add(self, file: str, line: int, code: str, *, fatal: bool = False, **fields: object) -> None:
        """Report `code` at `file:line`; `fields` fill the sentence's gaps."""
        message = SENTENCES[code].format(**fields)
        self._found.append(Problem(file, line, code, message, fatal))
        if fatal:
            self._unserved.add(file)

    def add_stray(self, file: str, name: str) -> None:
        """Report a file that is none of its folder's, by its `name`: one with a second ending, or any other."""
        if ".md." in name.lower() and _ENDING.search(name):
            self.add(file, 1, "double-ending", name=printable(name), hint=printable(_ENDING.sub(".md", name)))
        else:
            self.add(file, 1, "not-an-entry", name=printable(name))

    def in_file(self, file: str) -> "FileReport":
        """A report on one file, for code that reads nothing else."""
        return FileReport(file, self)

    def sorted(self) -> tuple[Problem, ...]:
        """All problems by file and line, each once."""
        return tuple(sorted(set(self._found)))

    def fatal_in(self, file: str) -> bool:
        """Whether `file` cannot be served."""
        return file in self._unserved

    def keeps_out(self, entry: str) -> bool:
        """Whether there is a file of that entry that cannot be served: then what points to it points well, and only the
        file has to be mended.
        """
        return any(file.endswith(f"/{entry}.md") for file in self._unserved)


class FileReport:
    """The problems of one file while it is read."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file, self._problems = file, problems
        self._codes: set[str] = set()

    @property
    def fatal(self) -> bool:
        """Whether something was found that keeps the file from being served."""
        return self._problems.fatal_in(self.file)

    def add(self, line: int, code: str, *, fatal: bool = False, **fields: object) -> None:
        """Report `code` at `line`."""
        self._problems.add(self.file, line, code, fatal=fatal, **fields)
        self._codes.add(code)

    def tells(self, codes: Collection[str]) -> bool:
        """Whether one of `codes` was reported of this file."""
        return not self._codes.isdisjoint(codes)
