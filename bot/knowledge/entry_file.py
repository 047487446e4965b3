"""One knowledge file: its text in, an `Entry` and its problems out. No file is opened here."""

import re
from collections.abc import Sequence
from datetime import date

from bot.knowledge.entries import AlwaysRule, Entry, NearMiss, Source, Status, Term
from bot.knowledge.header import (
    Header,
    parse_date,
    read_header,
    read_interval,
    read_live,
    read_reviewed,
    read_status,
)
from bot.knowledge.links import fault_in
from bot.knowledge.plain import ARROW, BEFORE_ARROW, conflict_in, plain
from bot.knowledge.problems import FileReport, Problems
from bot.knowledge.prose import LINK, check_dates, check_prose
from bot.knowledge.sections import Body, Bullet, misread, read_body, read_bullets
from bot.knowledge.template import EXAMPLES

QUESTION_LIMIT = 200
_SOURCE = re.compile(
    r"^(?P<when>\S+)\s+(?:(?P<grade>[PINUpinu])\s+)?"
    r"(?:\[(?P<name>[^\]]+)\]\((?P<url>[^)]*)\)\s*(?P<rest>.*)|(?P<plain>[^\[].*))$"
)
_ARROW = re.compile(rf"^(?P<question>.*\S){BEFORE_ARROW}{ARROW}\s*(?P<entry>[a-z0-9-]+)$")
_TERM = re.compile(r"\s\+\s")
_ALTERNATIVE = re.compile(r"\s/\s")
_NO_WORDS = re.compile(r"[/+|&,;:＋／，；：]|\{(?!(?:token|number)\})")
"""Marks that were meant to stand between words: in a word they would keep its rule from ever being met."""


def read_entry(text: str, entry_id: str, topic: str, today: date, report: FileReport) -> Entry | None:
    """Read one file's text. None, with a fatal problem, when it cannot be served as it stands."""
    lines = plain(text).split("\n")
    if conflict := conflict_in(lines):
        report.add(conflict, "conflict", fatal=True)
        return None
    header = read_header(lines, report)
    if header is None:
        return None
    body = read_body(lines, header.end, report)
    for link in LINK.findall(body.title):
        report.add(body.title_line, "link-in-text", text=link)
    status = read_status(header, report)
    published = status is Status.PUBLISHED
    if published:
        _check_examples(lines, report)
    questions = _read_questions(body, report)
    answer, more = _read_prose(body, "Answer", report), _read_prose(body, "More", report)
    if not answer and not misread(report):
        report.add(body.line("Answer"), "no-answer", fatal=True)
    sources = _read_sources(body, today, report)
    if published and not sources and not misread(report):
        report.add(body.line("Sources"), "no-sources")
    reviewed = read_reviewed(header, today, report) if published or "reviewed" in header.values else None
    entry = Entry(
        id=entry_id,
        topic=topic,
        file=report.file,
        status=status or Status.DRAFT,
        title=body.title,
        questions=questions,
        answer=answer,
        more=more,
        not_this=_read_near_misses(body, report),
        always=_read_rules(body, report),
        sources=sources,
        reviewed=reviewed,
        review_every=read_interval(header, report),
        live=read_live(header, report),
        picture=header.values.get("picture", ""),
        **_references(header),
    )
    return None if report.fatal else entry


def phrasing_lines(text: str) -> dict[str, int]:
    """The line of the title, of each question, and of each phrasing under `## Not this` in one file's text; nothing
    where the file cannot be read.
    """
    unheard = Problems().in_file("")
    lines = plain(text).split("\n")
    header = read_header(lines, unheard)
    if header is None:
        return {}
    body = read_body(lines, header.end, unheard)
    missed = ((_ARROW.match(bullet.text), bullet.line) for bullet in read_bullets(body, "Not this", unheard))
    asked = {bullet.text: bullet.line for bullet in read_bullets(body, "Questions", unheard)}
    return {match["question"]: line for match, line in missed if match} | {body.title: body.title_line} | asked


def _check_examples(lines: Sequence[str], report: FileReport) -> None:
    """The examples of a new entry are for its author and must never be shown to a member."""
    for number, text in enumerate(lines, 1):
        if any(example in text for example in EXAMPLES):
            report.add(number, "example-text", fatal=True)


def _references(header: Header) -> dict[str, tuple[str, ...]]:
    return {key: header.listed(key) for key in ("protocols", "tokens", "caveats", "related")}


def _read_questions(body: Body, report: FileReport) -> tuple[str, ...]:
    bullets = read_bullets(body, "Questions", report)
    if not any(bullet.text for bullet in bullets) and not misread(report):
        report.add(body.line("Questions"), "no-questions", fatal=True)
    seen: dict[str, int] = {}
    for bullet in bullets:
        key = " ".join(bullet.text.lower().split())
        if not key:
            report.add(bullet.line, "empty-question")
        elif key in seen:
            report.add(bullet.line, "repeated-question", first=seen[key])
        elif len(bullet.text) > QUESTION_LIMIT:
            report.add(bullet.line, "long-question", length=len(bullet.text), limit=QUESTION_LIMIT)
        seen.setdefault(key, bullet.line)
    return tuple(dict.fromkeys(bullet.text for bullet in bullets if bullet.text))


def _read_prose(body: Body, name: str, report: FileReport) -> str:
    text = body.text(name)
    if text:
        section = body.sections[name]
        first = section.blocks[0].map
        line = first[0] + 1 if first else section.line
        check_prose(text, line, report)
        check_dates(text, line, report)
    return text


def _read_near_misses(body: Body, report: FileReport) -> tuple[NearMiss, ...]:
    misses = []
    for bullet in read_bullets(body, "Not this", report):
        match = _ARROW.match(bullet.text)
        if match is None:
            report.add(bullet.line, "bad-near-miss", text=bullet.text, fatal=True)
        else:
            misses.append(NearMiss(match["question"], match["entry"]))
    return tuple(misses)


def _read_rules(body: Body, report: FileReport) -> tuple[AlwaysRule, ...]:
    rules = []
    for bullet in read_bullets(body, "Always", report):
        terms = [_read_term(part) for part in _TERM.split(bullet.text)]
        joined = any(_NO_WORDS.search(word) for term in terms for word in term.alternatives)
        if joined or not all(term.alternatives for term in terms) or all(term.negated for term in terms):
            report.add(bullet.line, "bad-rule", text=bullet.text, fatal=True)
        else:
            rules.append(AlwaysRule(tuple(terms), bullet.line))
    return tuple(rules)


def _read_term(part: str) -> Term:
    part = part.strip()
    negated = part.lower().startswith("not:")
    words = part[4:] if negated else part
    alternatives = tuple(word.strip() for word in _ALTERNATIVE.split(words) if word.strip(" +/"))
    return Term(alternatives, negated)


def _read_sources(body: Body, today: date, report: FileReport) -> tuple[Source, ...]:
    bullets = read_bullets(body, "Sources", report)
    return tuple(source for bullet in bullets if (source := _read_source(bullet, today, report)))


def _read_source(bullet: Bullet, today: date, report: FileReport) -> Source | None:
    match = _SOURCE.match(bullet.text)
    when = parse_date(match["when"]) if match else None
    if match is None or when is None or LINK.search(" ".join(filter(None, match.group("name", "rest", "plain")))):
        report.add(bullet.line, "bad-source", text=bullet.text)
        return None
    if when > today:
        report.add(bullet.line, "future-source", value=match["when"])
    grade, rest = (match["grade"] or "").upper(), (match["rest"] or "").strip()
    if match["plain"]:
        return Source(when, match["plain"].strip(), None, "", grade)
    url: str | None = match["url"].strip()
    if fault := fault_in(str(url)):
        report.add(bullet.line, fault, url=url)
        url = None
    return Source(when, match["name"].strip(), url, rest, grade)
