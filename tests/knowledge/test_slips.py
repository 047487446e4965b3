"""Ordinary slips of people who edit text files: read as meant, or refused with the place; never misread in silence."""

import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.knowledge import (
    AlwaysRule,
    Entry,
    NearMiss,
    RecordedQuestion,
    Source,
    Status,
    Term,
    Token,
    read_library,
    read_recorded,
)
from tests.folders import TODAY, write_folder
from tests.knowledge.problem_of import SMALLEST, changed, problems_of, read, with_lines

PLAIN, _ = read(SMALLEST)


def _read_without_problem(text: str) -> Entry:
    entry, problems = read(text)
    assert problems == []
    assert entry is not None
    return entry


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\ufeff" + SMALLEST, id="byte order mark"),
        pytest.param(SMALLEST.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(SMALLEST.replace("\n", "\r"), id="line ends of old Macs"),
        pytest.param(SMALLEST.replace("\n", "\u2028"), id="line separators of web pages"),
        pytest.param(SMALLEST.replace("\n", "\x0b"), id="soft line ends of word processors"),
        pytest.param(SMALLEST + "\n\n\n", id="empty lines at the end"),
        pytest.param("\n \n" + SMALLEST, id="empty lines before the fence"),
        pytest.param(changed(1, "—"), id="fence made a dash by the keyboard"),
        pytest.param(changed(4, "–-"), id="closing fence made a dash and a hyphen"),
        pytest.param(changed(4, " ---"), id="closing fence indented"),
        pytest.param(changed(3, "reviewed: 2026‑11‑01"), id="hyphens that do not break"),
        pytest.param(changed(3, "reviewed: 2026–11–01"), id="hyphens made dashes"),
        pytest.param(changed(3, 'reviewed: "2026-11-01"'), id="date in quotes"),
        pytest.param(changed(2, "status:\u00a0published"), id="non-breaking blank behind the colon"),
        pytest.param(changed(2, "status: published\u200b"), id="zero-width blank behind a value"),
        pytest.param(changed(2, "sta\u00adtus: published"), id="soft hyphen in a name"),
        pytest.param(changed(2, "status: „published“"), id="German quotes"),
        pytest.param(changed(2, "\tstatus: published"), id="tab before a name"),
        pytest.param(changed(5, "#\u00a0Title"), id="non-breaking blank in a title"),
        pytest.param(changed(10, "##\u00a0Answer"), id="non-breaking blank in a heading"),
        pytest.param(changed(10, "## Answer\u200b"), id="zero-width blank in a heading"),
        pytest.param(changed(10, "\ufeff## Answer"), id="byte order mark in the middle"),
        pytest.param(changed(8, "-\u00a0how"), id="non-breaking blank behind a bullet"),
        pytest.param(changed(8, "-\u3000how"), id="wide blank behind a bullet"),
        pytest.param(changed(8, "－ how"), id="full-width hyphen as bullet"),
        pytest.param(changed(8, "- \u200ehow\u202c"), id="signs of direction around a question"),
        pytest.param(changed(14, "- 2026–01–01 A book"), id="dashes in the date of a source"),
        pytest.param(changed(14, "* 2026-01-01\tA book"), id="tab in a source"),
        pytest.param(SMALLEST.replace("\n", "  \n"), id="blanks at the ends of lines"),
        pytest.param(SMALLEST.replace("\n\n", "\n"), id="no empty lines"),
        pytest.param(SMALLEST.replace("\n\n", "\n\n\n"), id="many empty lines"),
        pytest.param(SMALLEST.replace("---", "-----"), id="long fences"),
        pytest.param(changed(2, "Status: Published"), id="capitals in the header"),
        pytest.param(changed(2, "status:published"), id="no blank behind the colon"),
        pytest.param(changed(2, "status :\tpublished"), id="blank before the colon and a tab"),
        pytest.param(changed(2, 'status: "published"'), id="quotes"),
        pytest.param(changed(2, "status: “published”"), id="curly quotes"),
        pytest.param(changed(2, "status: published  # since May"), id="trailing comment"),
        pytest.param(with_lines(3, "# reviewed by two of us", "#and read again"), id="comment lines"),
        pytest.param(with_lines(3, ""), id="empty line in the header"),
        pytest.param(changed(5, "# Title #"), id="closed title"),
        pytest.param(changed(5, "  #   Title"), id="blanks around the title"),
        pytest.param(SMALLEST.replace("## Questions", "## questions:"), id="colon behind a heading"),
        pytest.param(SMALLEST.replace("## Answer", "##\tANSWER"), id="tab and capitals in a heading"),
        pytest.param(changed(8, "* how"), id="star as bullet"),
        pytest.param(changed(8, "+ how"), id="plus as bullet"),
        pytest.param(changed(8, "1. how"), id="numbered list"),
        pytest.param(changed(8, "1) how"), id="numbered list with a bracket"),
        pytest.param(changed(8, "-\thow"), id="tab behind the bullet"),
        pytest.param(changed(8, "  - how"), id="indented list"),
        pytest.param(changed(8, "-    how   "), id="blanks around a question"),
        pytest.param(changed(14, "- 2026-01-01    A book"), id="blanks in a source"),
    ],
)
def test_a_harmless_slip_reads_like_the_entry_without_it(text: str):
    assert _read_without_problem(text) == PLAIN


@pytest.mark.parametrize(
    "value",
    ["a:b", "a: b", "C#", "a#b", "@all", "yes", "no", "null", "2026-11-22", "it's", '6"', "{x}", "*x", "&x", "%x"],
)
def test_a_header_value_is_plain_text_to_the_end_of_its_line(value: str):
    assert _read_without_problem(with_lines(3, f"tokens: {value}, rsETH # of Kelp")).tokens == (value, "rsETH")


@pytest.mark.parametrize(
    "question",
    [
        "what: does it cost?",
        "is it 'safe' or \"safe\"",
        "is it ‘safe’ or “safe”",
        "#1 lrt by size",
        "# of validators",
        "@everyone is this real",
        "yes",
        "no",
        "on",
        "null",
        "2026-11-22",
        "2026",
        "3.10",
        "0x1",
        "what is 1. and what is 2.",
        "1. then what",
        "what - and why -",
        "- how",
        "* how *",
        "**bold** question",
        "__init__ and_snake_case",
        "`code`?",
        "> quoted",
        "<b>loud</b>",
        "[link](https://a.b/c)",
        "![x](y)",
        "[x]: https://a.b/c",
        "[ ] is this done",
        "a -> b",
        "a \\ b \\",
        "&amp; and &#65;",
        "{figure:x} {}",
        "| a | b |",
        "🚀 wen moon 🌕 gm 👨‍👩‍👧",
        "gm ツ ¯\\_(ツ)_/¯",
        "هل هو آمن",
        "```",
        "~~~",
        "    x",
        "ends with a comment # like this",
        "key: value",
        "%TAG !yaml",
        "?",
        "!!",
    ],
)
def test_a_question_is_read_as_typed(question: str):
    entry = _read_without_problem(with_lines(8, f"- {question}", "- why"))
    assert entry.questions == ("how", question.strip(), "why")


def _as_seen(text: str) -> str:
    """`text` with plain blanks and hyphens in the place of those that look like them."""
    return re.sub("[\u2010\u2011\ufe63\uff0d]", "-", re.sub(r"\s", " ", text))


LINE = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")), min_size=1, max_size=200
).map(str.strip)


@settings(max_examples=400, deadline=None)
@given(LINE)
@example("- -")
@example("--")
@example("#")
@example("1.")
@example("```")
@example("<!--")
def test_any_printable_question_comes_back_as_typed_or_is_refused_in_its_line(question: str):
    assume(question and question.lower() not in {"how", "why"})
    entry, problems = read(with_lines(8, f"- {question}", "- why"))
    question = _as_seen(question)
    ruler = re.fullmatch(r"-[- \t]*-", question) is not None  # with the bullet before it Markdown draws a line here
    if ruler:
        assert entry is None
        assert {problem.line for problem in problems} == {9}
    else:
        assert problems == []
        assert entry is not None
        assert entry.questions == ("how", question, "why")


@settings(max_examples=300, deadline=None)
@given(LINE)
@example("Yes # no")
@example("a #")
def test_any_printable_title_is_kept_as_typed_or_refused_in_its_line(title: str):
    assume(title and len(title) <= 80)
    entry, problems = read(changed(5, f"# {title}"))
    if entry is None or problems:
        assert {problem.line for problem in problems} == {5}
        assert re.fullmatch(r"#+", title) or "](" in title or "http" in title.lower()
    else:
        assert entry.title == re.sub(r"[ \t]+#+$", "", _as_seen(title))


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        pytest.param("", 1, "no-header", id="empty file"),
        pytest.param("\n\n  \n", 1, "no-header", id="blank file"),
        pytest.param("\n\nHi!", 3, "no-header", id="a greeting first"),
        pytest.param("\x00".join(SMALLEST), 1, "no-header", id="UTF-16 without a mark"),
        pytest.param(f"```markdown\n{SMALLEST}\n```", 1, "no-header", id="fences of code around the file"),
        pytest.param(SMALLEST.partition("---\n# ")[2], 1, "no-header", id="no block at the top"),
        pytest.param("\n\n" + "\n".join(SMALLEST.split("\n")[:3]), 3, "header-not-closed", id="cut off"),
        pytest.param(changed(4, "--"), 1, "header-not-closed", id="closing fence too short"),
        pytest.param(changed(2, "status：published"), 2, "header-no-colon", id="full-width colon"),
        pytest.param(changed(2, "status = published"), 2, "header-no-colon", id="equals sign"),
        pytest.param(changed(2, "status: published,"), 2, "bad-status", id="comma behind the status"),
        pytest.param(changed(2, "status: published // since May"), 2, "bad-status", id="comment of a program"),
        pytest.param(changed(2, "- status: published"), 2, "unknown-key", id="bullets in the header"),
        pytest.param(changed(2, "**status**: published"), 2, "unknown-key", id="bold name"),
        pytest.param(with_lines(3, "<!-- ask her -->"), 4, "header-no-colon", id="remark in HTML in the header"),
        pytest.param(with_lines(3, "Reviewed: 2026-01-01"), 4, "duplicate-key", id="name twice, once in capitals"),
        pytest.param(changed(3, "reviewed: 11-22-2026"), 3, "bad-date", id="month first"),
        pytest.param(changed(3, "reviewed: 2026-22-11"), 3, "bad-date", id="day before the month"),
        pytest.param(changed(3, "reviewed: 2026-13-40"), 3, "bad-date", id="no such day"),
        pytest.param(changed(3, "reviewed: 2026/11/22"), 3, "bad-date", id="date with slashes"),
        pytest.param(changed(3, "reviewed: 2026-11-01."), 3, "bad-date", id="full stop behind a date"),
        pytest.param(changed(3, "reviewed: ２０２６-11-01"), 3, "bad-date", id="full-width digits"),
        pytest.param(changed(3, "reviewed: today"), 3, "bad-date", id="a word for a date"),
        pytest.param(changed(3, "reviewed: 2062-11-01"), 3, "future-review", id="digits of the year exchanged"),
        pytest.param(with_lines(3, "live: yes"), 4, "bad-live", id="yes as live"),
        pytest.param(with_lines(3, "review_every: no"), 4, "bad-interval", id="no as interval"),
        pytest.param(with_lines(3, "review_every: 90-120 days"), 4, "bad-interval", id="from-to as interval"),
        pytest.param(changed(2, "status: yes"), 2, "bad-status", id="yes as status"),
        pytest.param(changed(2, "status: published, draft"), 2, "bad-status", id="two statuses"),
        pytest.param(changed(3, "reviewed: 22.11.2026"), 3, "bad-date", id="date with dots"),
        pytest.param(changed(3, "reviewed: 2026-11-1"), 3, "bad-date", id="date with one digit"),
        pytest.param(changed(3, "reviewed: 2026-02-30"), 3, "bad-date", id="30 February"),
        pytest.param(changed(3, "reviewed: 20261101"), 3, "bad-date", id="date without hyphens"),
        pytest.param(changed(3, "reviewed: 2026-W45"), 3, "bad-date", id="week"),
        pytest.param(with_lines(3, "review_every: 3 months"), 4, "bad-interval", id="months"),
        pytest.param(with_lines(3, "review_every: 0"), 4, "bad-interval", id="no days"),
        pytest.param(with_lines(3, "review_every: -90"), 4, "bad-interval", id="negative days"),
        pytest.param(with_lines(3, "protocols:", "  - kelp"), 5, "header-no-colon", id="list of lines as in YAML"),
        pytest.param(changed(5, "#Title"), 5, "heading-space", id="title without blank"),
        pytest.param(changed(10, "##Answer"), 10, "heading-space", id="heading without blank"),
        pytest.param(with_lines(8, "##Not this", "- why -> y"), 9, "heading-space", id="the same behind a list"),
        pytest.param(with_lines(8, "  ##Not this", "- why -> y"), 9, "heading-space", id="the same, indented"),
        pytest.param(with_lines(8, "  ## Not this", "- why -> y"), 9, "indented-heading", id="indented heading"),
        pytest.param(with_lines(11, "##Answer"), 12, "heading-space", id="heading without blank behind text"),
        pytest.param(changed(10, "## **Answer**"), 10, "unknown-section", id="bold heading"),
        pytest.param(changed(10, "## Answers"), 10, "unknown-section", id="mistyped heading"),
        pytest.param(changed(10, "##**Answer**"), 10, "heading-space", id="bold heading without blank"),
        pytest.param(with_lines(11, "", "＃＃ More", "Text."), 13, "bare-heading", id="full-width marks"),
        pytest.param(with_lines(11, "", "**More**", "Text."), 13, "bare-heading", id="bold words as heading"),
        pytest.param(with_lines(11, "", "More:", "Text."), 13, "bare-heading", id="words with a colon as heading"),
        pytest.param(with_lines(11, "", "More", "====", "Text."), 13, "bare-heading", id="underlined heading"),
        pytest.param(with_lines(11, "", "More", "--", "Text."), 13, "bare-heading", id="heading underlined shortly"),
        pytest.param(with_lines(11, "", "Detail", "======", "Text."), 13, "bare-heading", id="own heading underlined"),
        pytest.param(with_lines(11, "", "More", "----", "Text."), 13, "bare-heading", id="heading over a ruler"),
        pytest.param(changed(5, "Title\n====="), 5, "bare-heading", id="underlined title"),
        pytest.param(with_lines(14, "## Sources", "- 2026-01-02 A film"), 15, "duplicate-section", id="heading twice"),
        pytest.param(with_lines(14, "## answer:", "No."), 15, "duplicate-section", id="heading twice, in small"),
        pytest.param(SMALLEST + "\n\n" + SMALLEST, 19, "unsupported-text", id="two entries: the second fence"),
        pytest.param(SMALLEST + "\n\n" + SMALLEST, 20, "second-title", id="two entries: the second title"),
        pytest.param(changed(10, "# Answer"), 10, "second-title", id="section typed as title"),
        pytest.param(changed(10, "### Answer"), 10, "deep-heading", id="section typed too deep"),
        pytest.param(changed(10, "Answer:"), 10, "bare-heading", id="section without mark"),
        pytest.param(with_lines(8, "a) why"), 9, "not-a-bullet", id="letters as numbers"),
        pytest.param(with_lines(8, "1.why"), 9, "not-a-bullet", id="number without blank"),
        pytest.param(with_lines(8, "\\- why"), 9, "not-a-bullet", id="bullet escaped by a converter"),
        pytest.param(with_lines(8, "**- why**"), 9, "not-a-bullet", id="bold bullet"),
        pytest.param(changed(11, "-one\n-two"), 11, "not-a-bullet", id="no blank behind bullets of the answer"),
        pytest.param(with_lines(8, "why"), 9, "not-a-bullet", id="forgotten bullet"),
        pytest.param(with_lines(8, "-why"), 9, "not-a-bullet", id="no blank behind the bullet"),
        pytest.param(with_lines(8, "• why"), 9, "not-a-bullet", id="typographic bullet"),
        pytest.param(with_lines(8, "– why"), 9, "not-a-bullet", id="bullet made a dash by the keyboard"),
        pytest.param(with_lines(8, "  — why"), 9, "not-a-bullet", id="the same, indented"),
        pytest.param(with_lines(8, "\t- why"), 9, "nested-bullet", id="list in a list by tab"),
        pytest.param(with_lines(8, "  1. why"), 9, "nested-bullet", id="numbered list in a list"),
        pytest.param(with_lines(8, "", "Some of these are odd."), 10, "not-a-bullet", id="sentence among questions"),
        pytest.param(with_lines(8, "", "---"), 10, "unsupported-text", id="ruler"),
        pytest.param(with_lines(11, "", "```", "code", "```"), 13, "unsupported-text", id="code"),
        pytest.param(with_lines(11, "", "    code"), 13, "unsupported-text", id="deeply indented text"),
        pytest.param(with_lines(11, "- a", "  ```", "  b", "  ```"), 13, "unsupported-text", id="code in a list"),
        pytest.param(with_lines(11, "", "<!-- note -->"), 13, "unsupported-text", id="remark in HTML"),
        pytest.param(changed(11, "Yes. <!-- ask her -->"), 11, "unsupported-text", id="remark within a line"),
        pytest.param(changed(11, "Yes,<br>it is <b>so</b>."), 11, "unsupported-text", id="HTML within a line"),
        pytest.param(changed(11, "Yes.\n\n====="), 13, "unsupported-text", id="ruler of ="),
        pytest.param(with_lines(11, "", "| a | b |", "|---|---|", "| 1 | 2 |"), 14, "unsupported-text", id="table"),
        pytest.param(with_lines(11, "", "a | b", ":-- | --:", "1 | 2"), 14, "unsupported-text", id="open table"),
        pytest.param(with_lines(9, "## Not this", "- why => y"), 11, "bad-near-miss", id="another arrow"),
        pytest.param(with_lines(9, "## Not this", "- why – y"), 11, "bad-near-miss", id="dash for an arrow"),
        pytest.param(with_lines(9, "## Not this", "- why -\\> y"), 11, "bad-near-miss", id="escaped arrow"),
        pytest.param(with_lines(9, "## Not this", "- why -> y, z"), 11, "bad-near-miss", id="two behind an arrow"),
        pytest.param(with_lines(9, "## Not this", "- why -> Why-Not"), 11, "bad-near-miss", id="capitals in an id"),
        pytest.param(with_lines(9, "## Not this", "- why -> t/y"), 11, "bad-near-miss", id="folder in an id"),
        pytest.param(with_lines(9, "## Not this", "- -> y"), 11, "bad-near-miss", id="arrow without question"),
        pytest.param(with_lines(9, "## Not this", "- why -> Y.md"), 11, "bad-near-miss", id="arrow to a file"),
        pytest.param(with_lines(9, "## Always", "- not: a + not: b"), 11, "bad-rule", id="rule of negations"),
        pytest.param(with_lines(9, "## Always", "- a + / + b"), 11, "bad-rule", id="rule with an empty term"),
        pytest.param(with_lines(9, "## Always", "- sync/verify + wallet"), 11, "bad-rule", id="no blanks around /"),
        pytest.param(with_lines(9, "## Always", "- sync+wallet"), 11, "bad-rule", id="no blanks around +"),
        pytest.param(with_lines(9, "## Always", "- sync, verify + wallet"), 11, "bad-rule", id="commas in a rule"),
        pytest.param(with_lines(9, "## Always", "- sync | verify"), 11, "bad-rule", id="another mark in a rule"),
        pytest.param(with_lines(9, "## Always", "- sync + not : wallet"), 11, "bad-rule", id="blank before the colon"),
        pytest.param(with_lines(9, "## Always", "- sync + {tokens}"), 11, "bad-rule", id="mistyped placeholder"),
        pytest.param(with_lines(14, "- 2026-01 A film"), 15, "bad-source", id="source dated by month"),
        pytest.param(with_lines(14, "- 01.02.2026 A film"), 15, "bad-source", id="source with the day first"),
        pytest.param(with_lines(14, "- 2062-01-01 A film"), 15, "future-source", id="source of a year to come"),
        pytest.param(with_lines(14, "- 2026-01-01 [A]（https://a.b）"), 15, "bad-source", id="full-width brackets"),
        pytest.param(with_lines(14, "- 2026-01-01 <https://a.b>"), 15, "bad-source", id="link in angle brackets"),
        pytest.param(with_lines(14, "- 2026-01-01 [A](www.a.b)"), 15, "link-not-https", id="link without https"),
        pytest.param(with_lines(14, "- [A](https://a.b)"), 15, "bad-source", id="source without date"),
        pytest.param(with_lines(14, "- 2026-01-01 [A] (https://a.b)"), 15, "bad-source", id="blank inside a link"),
        pytest.param(with_lines(14, "- 2026-01-01 A https://a.b"), 15, "bad-source", id="bare link in a source"),
        pytest.param(
            with_lines(14, "- 2026-01-01 [A](https://a.b) and https://evil.c"), 15, "bad-source", id="second link"
        ),
        pytest.param(with_lines(14, "- 2026-01-01 [A](https://a.b@c.d)"), 15, "bad-link", id="link with a user"),
        pytest.param(with_lines(14, "- 2026-01-01 [A](https://xn--a.b)"), 15, "link-disguised", id="disguised domain"),
        pytest.param(
            with_lines(14, "- 2026-01-01 [A](javascript:x)"), 15, "link-not-https", id="link that is a program"
        ),
        pytest.param(with_lines(14, "- 2026-01-01 [A](https://a.b/c_(d))"), 15, "bad-link", id="bracket in a link"),
        pytest.param(changed(5, "# See https://a.b"), 5, "link-in-text", id="link in the title"),
        pytest.param(changed(11, "See HTTPS://A.B now."), 11, "link-in-text", id="link in capitals"),
        pytest.param(changed(11, "It is {figure:}."), 11, "bad-slot", id="empty slot"),
        pytest.param(changed(11, "It is {rate:rsETH."), 11, "bad-slot", id="open slot"),
        pytest.param(changed(11, "It is rate:rsETH}."), 11, "bad-slot", id="slot without beginning"),
        pytest.param(changed(11, "It is {rates:rsETH}."), 11, "bad-slot", id="mistyped slot"),
    ],
)
def test_a_slip_that_could_be_misread_is_refused_in_its_line(text: str, line: int, code: str):
    _, problems = read(text)
    assert (line, code) in [(problem.line, problem.code) for problem in problems]


def test_an_entry_whose_questions_are_all_empty_cannot_be_served():
    entry, problems = read(changed(8, "-"))
    assert entry is None
    assert [problem.code for problem in problems if problem.fatal] == ["no-questions"]


def test_a_question_may_go_on_in_an_indented_line():
    entry = _read_without_problem(with_lines(8, "- how long does it take", "  until the money is back"))
    assert entry.questions == ("how", "how long does it take until the money is back")


def test_all_sections_and_keys_are_read():
    entry = _read_without_problem(
        """---
status: retired
reviewed: 2026-11-22
review_every: 30
protocols: kelp, eigenlayer,kelp,
tokens: rsETH
caveats: not-advice
related: y, z
---
# Can one AVS slash it all?

## Questions
- is all of it at risk

## Not this
- how does ethereum slash -> ethereum-slashing
- a -> b → c

## Always
- seed phrase / private key + lost / stolen + not: hardware / not me

## Answer
First paragraph on 1 May 2026 with {rate:rsETH}.

- **one**
- two

## More
Second
line.

## Sources
- 2026-07-14 [ELIP-002](https://github.com/a_b/c#d) what it supports
- 2026-06-29 A risk report, section 2
"""
    )
    assert entry.status is Status.RETIRED
    assert (entry.reviewed, entry.review_every) == (date(2026, 11, 22), 30)
    assert entry.review_due == date(2026, 12, 22)
    assert (entry.protocols, entry.tokens) == (("kelp", "eigenlayer"), ("rsETH",))
    assert (entry.caveats, entry.related) == (("not-advice",), ("y", "z"))
    assert entry.not_this == (NearMiss("how does ethereum slash", "ethereum-slashing"), NearMiss("a -> b", "c"))
    assert entry.always == (
        AlwaysRule(
            (
                Term(("seed phrase", "private key")),
                Term(("lost", "stolen")),
                Term(("hardware", "not me"), negated=True),
            ),
            line=20,
        ),
    )
    assert entry.answer == "First paragraph on 1 May 2026 with {rate:rsETH}.\n\n- **one**\n- two"
    assert entry.more == "Second\nline."
    assert entry.sources == (
        Source(date(2026, 7, 14), "ELIP-002", "https://github.com/a_b/c#d", "what it supports"),
        Source(date(2026, 6, 29), "A risk report, section 2", None, ""),
    )


@pytest.mark.parametrize("interval", ["never", "Never"])
def test_a_dated_event_is_never_due_for_review(interval: str):
    assert _read_without_problem(with_lines(3, f"review_every: {interval}")).review_due is None


def test_a_date_in_the_future_does_not_count_as_a_review():
    entry, _ = read(changed(3, "reviewed: 9999-12-31"))
    assert entry is not None
    assert entry.reviewed is None


@pytest.mark.parametrize("text", ["It paid 3% in May 2026.", "It paid 3% on 2026-05-01.", "For example, 3% of 100."])
def test_a_figure_with_a_date_or_in_an_example_is_no_problem(text: str):
    _read_without_problem(changed(11, text))


@pytest.mark.parametrize(
    "figure", ["$12.4B", "US$3", "$5 billion", "3 %", "3.5 percent", "40 bps", "2 million ETH", "$0"]
)
def test_an_undated_figure_is_named(figure: str):
    _, problems = read(changed(11, f"It is {figure} now."))
    assert [problem.message.split(" reads as ")[0] for problem in problems] == [f"'{figure}'"]


def test_a_date_counts_for_its_own_paragraph_only():
    _, problems = read(changed(11, "In May 2026 it paid 3%.\n\nNow it\npays 4%."))
    assert [(problem.line, problem.code) for problem in problems] == [(13, "undated-figure")]


FRAGMENTS = [
    *SMALLEST.split("\n"),
    *(
        "## More",
        "## Not this",
        "## Always",
        "- why -> y",
        "- a + not: b",
        "-why",
        "why",
        "  why",
        "\t- why",
        "  - why",
    ),
    *(
        "##More",
        "  ## More",
        "### x",
        "> x",
        "```",
        "~~~",
        "<div>",
        "<!--",
        "-->",
        "1. x",
        "• x",
        "– x",
        "***",
        "    x",
    ),
    *(
        "related: y",
        "tokens",
        "# Other",
        "status: draft",
        "\ufeff",
        "{rate:x}",
        "[a]: b",
        "|---|",
        "===",
        "\x0b",
        "\x85",
    ),
]
DOCUMENTS = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("\n".join),
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=20)), max_size=20).map("\n".join),
    st.lists(st.tuples(st.integers(0, 14), st.sampled_from(FRAGMENTS)), max_size=4).map(
        lambda slips: _slipped(SMALLEST, slips)
    ),
)


def _slipped(text: str, slips: list[tuple[int, str]]) -> str:
    lines = text.split("\n")
    for position, fragment in slips:
        lines.insert(position, fragment)
    return "\n".join(lines)


def _count_of_lines(text: str) -> int:
    return len(re.split("\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]", text))


@settings(max_examples=600, deadline=None)
@given(DOCUMENTS)
@example("")
@example("---\nstatus: draft\n---")
@example("\x00")
@example("[" * 5000)
@example("- " * 500)
@example("> " * 500)
def test_any_text_as_a_file_is_read_or_refused_within_its_lines(text: str):
    entry, problems = read(text)
    assert all(1 <= problem.line <= _count_of_lines(text) for problem in problems)
    assert (entry is None) == any(problem.fatal for problem in problems)


def _letters(text: str) -> set[str]:
    return set(re.findall(r"\w+", unicodedata.normalize("NFC", text)))


@settings(max_examples=600, deadline=None)
@given(st.lists(st.tuples(st.integers(5, 14), st.sampled_from(FRAGMENTS)), max_size=4))
def test_a_file_without_a_problem_loses_no_word_and_swallows_no_heading(slips: list[tuple[int, str]]):
    text = _slipped(SMALLEST, slips)
    entry, problems = read(text)
    if entry is None or problems:
        return
    terms = [word for rule in entry.always for term in rule.terms for word in term.alternatives]
    kept = [entry.title, *entry.questions, entry.answer, entry.more, *(m.question for m in entry.not_this), *terms]
    kept += [*(miss.entry for miss in entry.not_this), *(f"{s.when} {s.name} {s.supports}" for s in entry.sources)]
    assert not [part for part in kept if "##" in part]
    body = [line for line in text.split("\n")[4:] if not line.strip().startswith("## ")]
    typed = [re.sub(r"^\s*(?:[-*+]|\d+[.)])\s|not:", "", line) for line in body]
    assert _letters("\n".join(typed)) <= _letters("\n".join(kept))


def _with_line(**header: str) -> Entry:
    return _read_without_problem(with_lines(3, *(f"{key}: {value}" for key, value in header.items())))


@pytest.mark.parametrize(
    "listed",
    [
        *("rsETH,weETH", "rsETH , weETH", "rsETH, weETH,", ", rsETH,, weETH", "rsETH; weETH", "rsETH，weETH"),
        *("[rsETH, weETH]", '["rsETH", "weETH"]', '"rsETH", "weETH"', "“rsETH”, 'weETH'", '"rsETH, weETH"'),
        *("rsETH, weETH, rsETH", "rsETH,\u00a0weETH", "rsETH,\u200bweETH", "rsETH, weETH # both"),
    ],
)
def test_a_list_is_read_however_its_items_are_kept_apart(listed: str):
    assert _with_line(tokens=listed).tokens == ("rsETH", "weETH")


@pytest.mark.parametrize("interval", ["90", "90 days", "90 Days", "90days", "90  days", "90 day", '"90 days"'])
def test_an_interval_is_read_however_its_days_are_written(interval: str):
    assert _with_line(review_every=interval).review_every == 90


@pytest.mark.parametrize("key", ["review_every", "Review_Every", "review-every", "review every", "REVIEW EVERY "])
def test_a_name_at_the_top_is_read_whatever_joins_its_words(key: str):
    assert _with_line(**{key: "90 days"}).review_every == 90


@pytest.mark.parametrize(
    "arrow", ["->", " -> ", "  ->", "→", " –> ", " —> ", " --> ", "-->", "—>", " → ", " ⇒ ", " ➔ ", "\u00a0->\u00a0"]
)
def test_an_arrow_is_read_however_it_was_typed_and_no_part_of_it_counts_for_the_question(arrow: str):
    entry = _read_without_problem(with_lines(9, "## Not this", f"- why - and how{arrow}y"))
    assert entry.not_this == (NearMiss("why - and how", "y"),)


def test_a_wrong_id_behind_any_arrow_is_told_in_its_line(tmp_path: Path):
    file = with_lines(9, "## Not this", "- why -> x-rays", "- who —> y", "- what --> z", "")
    problems, _ = problems_of(tmp_path, {"t/x.md": file})
    assert [(p.line, p.code) for p in problems] == [(n, "unknown-entry") for n in (11, 12, 13)]


@pytest.mark.parametrize("grade", ["P", "p"])
def test_a_grade_is_read_in_small_letters_too(grade: str):
    (source,) = _read_without_problem(changed(14, f"- 2026-01-01 {grade} A book")).sources
    assert (source.grade, source.name) == ("P", "A book")


def test_blanks_at_the_ends_of_lines_are_no_part_of_an_answer():
    entry = _read_without_problem(changed(11, "Yes,  \nit is.\t\n \t \nSo it is. "))
    assert entry.answer == "Yes,\nit is.\n\nSo it is."


def test_a_section_that_is_missing_is_told_beside_a_slip_that_does_not_hide_one():
    _, problems = read(changed(10, "## More").replace("Yes.", "<b>Yes</b>."))
    assert [(problem.line, problem.code) for problem in problems] == [(5, "no-answer"), (11, "unsupported-text")]


def test_a_section_that_only_seems_to_be_missing_is_not_told():
    _, problems = read(changed(10, "##Answer"))
    assert [(problem.line, problem.code) for problem in problems] == [(10, "heading-space")]


UNSEEN = "\u00ad\u200b\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff"
BLANKS = SMALLEST.count(" ")
PLACES = st.lists(st.tuples(st.integers(0, len(SMALLEST)), st.sampled_from(UNSEEN)), max_size=8)


@given(PLACES)
def test_signs_that_nobody_sees_change_nothing_wherever_they_stand(signs: list[tuple[int, str]]):
    text = SMALLEST
    for place, sign in signs:
        text = text[:place] + sign + text[place:]
    assert _read_without_problem(text) == PLAIN


@given(st.lists(st.sampled_from("\u00a0\u2002\u2009\u202f\u205f\u3000 "), min_size=BLANKS, max_size=BLANKS))
def test_blanks_of_other_widths_change_nothing(blanks: list[str]):
    parts = SMALLEST.split(" ")
    text = "".join(part + blank for part, blank in zip(parts, [*blanks, ""], strict=True))
    assert _read_without_problem(text) == PLAIN


@given(
    st.lists(
        st.sampled_from(["\n", "\r\n", "\r", "\u2028", "\u2029", "\x0b", "\x0c", "\x85"]), min_size=13, max_size=13
    )
)
def test_line_ends_of_any_system_may_be_mixed(ends: list[str]):
    text = "".join(line + end for line, end in zip(SMALLEST.split("\n"), [*ends, ""], strict=True))
    assert _read_without_problem(text) == PLAIN


MERGE = ["<<<<<<< HEAD", "- mine", "||||||| 03c79f7", "- before", "=======", "- yours", ">>>>>>> other"]


@given(st.integers(0, 14), st.sets(st.sampled_from([1, 2, 3, 5])))
def test_marks_of_a_failed_merge_are_named_once_at_the_first_wherever_they_stand(after: int, dropped: set[int]):
    entry, problems = read(with_lines(after, *(line for n, line in enumerate(MERGE) if n not in dropped)))
    assert entry is None
    assert [(problem.line, problem.code) for problem in problems] == [(after + 1, "conflict")]


def test_one_mark_that_was_forgotten_when_a_merge_was_mended_is_found():
    for mark in (">>>>>>> other", "<<<<<<< HEAD", "<<<<<<<", "||||||| 03c79f7"):
        assert [(p.line, p.code) for p in read(with_lines(11, mark))[1]] == [(12, "conflict")]
    assert [(p.line, p.code) for p in read(with_lines(11, "", "======="))[1]] == [(13, "unsupported-text")]


TOKENS = '[rsETH]\nname = "Kelp restaked ETH"\naliases = ["kelp eth"]\n'
QUEUE = '[queue]\nsay = "5 days"\nvalue = "5"\nunit = "days"\nas_of = 2026-10-02\nsource = "A report"\n'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\ufeff" + TOKENS, id="byte order mark"),
        pytest.param(TOKENS.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param(TOKENS.replace("\n", "\r"), id="line ends of old Macs"),
        pytest.param(TOKENS.replace(" ", "\u00a0"), id="non-breaking blanks"),
        pytest.param(TOKENS.replace("name", "\u200bname"), id="zero-width blank"),
        pytest.param(TOKENS.replace("[rsETH]", "  [ rsETH ]  # Kelp"), id="blanks in the head of a table"),
        pytest.param(TOKENS.replace("name", "\tname  "), id="tabs"),
        pytest.param(TOKENS.replace('"]', '", ]'), id="comma behind the last item"),
        pytest.param(TOKENS.replace('["kelp eth"]', '[\n  "kelp eth", # so it is called\n]'), id="list over lines"),
        pytest.param(TOKENS.replace('"', "'"), id="single quotes"),
        pytest.param(TOKENS.replace("rsETH", '"rsETH"'), id="quotes around a name"),
    ],
)
def test_a_harmless_slip_in_the_facts_reads_like_the_file_without_it(text: str, tmp_path: Path):
    write_folder(tmp_path, {"facts/tokens.toml": text.encode()})
    reading = read_library(tmp_path, TODAY)
    assert reading.problems == ()
    assert reading.library.facts.tokens == {"rsETH": Token("rsETH", "Kelp restaked ETH", aliases=("kelp eth",))}


@pytest.mark.parametrize(
    ("file", "text", "line", "code"),
    [
        pytest.param("tokens", TOKENS.replace('ETH"\n', "ETH\n"), 2, "bad-toml", id="quote not closed"),
        pytest.param("tokens", TOKENS.replace('"Kelp restaked ETH"', "Kelp"), 2, "bad-toml", id="no quotes"),
        pytest.param("tokens", TOKENS.replace('"Kelp restaked ETH"', "“Kelp”"), 2, "curly-quotes", id="curly quotes"),
        pytest.param("tokens", TOKENS.replace('ETH"\n', "ETH”\n"), 2, "curly-quotes", id="curly quote at the end"),
        pytest.param("tokens", TOKENS.replace('["kelp eth"]', "[“kelp eth”]"), 3, "curly-quotes", id="in a list"),
        pytest.param("tokens", TOKENS + 'name = "Kelp"\n', 4, "bad-toml", id="field twice"),
        pytest.param("tokens", TOKENS + TOKENS, 4, "bad-toml", id="table twice"),
        pytest.param("tokens", TOKENS.replace("name =", "name:"), 2, "bad-toml", id="colon"),
        pytest.param("tokens", TOKENS.replace("[rsETH]", "[rsETH"), 1, "bad-toml", id="bracket not closed"),
        pytest.param("tokens", TOKENS.replace("[rsETH]", "[restaked eth]"), 1, "bad-toml", id="blank in a name"),
        pytest.param("tokens", TOKENS + "# the end\n// or not\n", 5, "bad-toml", id="comment of a program"),
        pytest.param("tokens", f"<<<<<<< HEAD\n{TOKENS}=======\n>>>>>>> x\n", 1, "conflict", id="failed merge"),
        pytest.param("tokens", TOKENS.replace("[rsETH]", "[[rsETH]]"), 1, "bad-record", id="double brackets"),
        pytest.param("tokens", TOKENS.replace("name", "Name"), 2, "unknown-field", id="capital in a field"),
        pytest.param("tokens", TOKENS.replace('["kelp eth"]', '"kelp eth"'), 3, "bad-record", id="text for a list"),
        pytest.param("tokens", TOKENS.replace('["kelp eth"]', "[1]"), 3, "bad-record", id="number in a list"),
        pytest.param("figures", QUEUE.replace("2026-10-02", "02.10.2026"), 5, "bad-toml", id="day first"),
        pytest.param("figures", QUEUE.replace("2026-10-02", "2026-10-2"), 5, "bad-toml", id="date with one digit"),
        pytest.param("figures", QUEUE.replace("2026-10-02", "2026-13-40"), 5, "bad-toml", id="no such day"),
        pytest.param("figures", QUEUE.replace("2026-10-02", '"2026-10-02"'), 5, "bad-record", id="date in quotes"),
        pytest.param("figures", QUEUE.replace("2026-10-02", "2062-10-02"), 5, "bad-record", id="year to come"),
        pytest.param("figures", QUEUE.replace('"5"', "5"), 3, "bad-record", id="number without quotes"),
        pytest.param("figures", QUEUE + 'grade = "p"\n', 7, "bad-record", id="grade in small letters"),
        pytest.param("figures", QUEUE + "tolerance = 3,5\n", 7, "bad-toml", id="comma in a number"),
        pytest.param("figures", QUEUE + "review_by = 2026-12-01\nsourse = 'x'\n", 8, "unknown-field", id="mistyped"),
        pytest.param("figures", QUEUE.replace("[queue]", "[figures.queue]"), 1, "bad-record", id="table too deep"),
        pytest.param("links", 'allowed = ["https://a.b/c"]', 1, "bad-record", id="address for a domain"),
        pytest.param("synonyms", '[slangs]\nwen = "when"\n', 1, "bad-record", id="mistyped table"),
    ],
)
def test_a_slip_in_the_facts_is_refused_in_its_line(file: str, text: str, line: int, code: str, tmp_path: Path):
    problems, _ = problems_of(tmp_path, {f"facts/{file}.toml": text})
    assert (line, code) in [(problem.line, problem.code) for problem in problems]


RECORDED = RecordedQuestion("why is it so", ("x",), "questions/dev.md", 2)


@pytest.mark.parametrize(
    "line",
    [
        *("- why is it so -> x", "* why is it so -> x", "+ why is it so -> x", "1. why is it so -> x"),
        *("• why is it so -> x", "– why is it so -> x", "  - why is it so -> x  ", "-\u00a0why is it so -> x"),
        *(
            "- why is it so->x",
            "- why is it so → x",
            "- why is it so --> x",
            "- why is it so –> x",
            "- why is it so -> x,",
        ),
        "- why is it\u200b so\u00a0-> x\r",
    ],
)
def test_a_recorded_question_reads_the_same_with_a_harmless_slip(line: str, tmp_path: Path):
    write_folder(tmp_path, {"t/x.md": SMALLEST, "questions/dev.md": f"# For tuning\n{line}".encode()})
    assert read_recorded(tmp_path, read_library(tmp_path, TODAY).library.entries) == ({"dev": [RECORDED]}, [])


@pytest.mark.parametrize("line", ["- why >> so -> x", "- why>>so -> x", "- why » so -> x", "- why >>so -> x"])
def test_a_follow_up_is_read_with_and_without_blanks_around_its_mark(line: str, tmp_path: Path):
    write_folder(tmp_path, {"t/x.md": SMALLEST, "questions/dev.md": line})
    (recorded,) = read_recorded(tmp_path, read_library(tmp_path, TODAY).library.entries)[0]["dev"]
    assert (recorded.previous, recorded.question) == ("why", "so")


@pytest.mark.parametrize("typed", ["nothing", "Nothing", "NOTHING", "nothing,"])
def test_nothing_is_read_in_capitals_too(typed: str, tmp_path: Path):
    write_folder(tmp_path, {"questions/dev.md": f"- pizza -> {typed}"})
    (recorded,) = read_recorded(tmp_path, {})[0]["dev"]
    assert recorded.off_topic


@pytest.mark.parametrize(
    ("lines", "line", "code"),
    [
        pytest.param(["why -> x"], 1, "not-a-bullet", id="no bullet"),
        pytest.param(["-why -> x"], 1, "not-a-bullet", id="no blank behind the bullet"),
        pytest.param(["- why"], 1, "bad-recorded", id="no arrow"),
        pytest.param(["- why -> ,"], 1, "bad-recorded", id="nothing but a comma behind the arrow"),
        pytest.param(["- >> why -> x"], 1, "bad-recorded", id="follow-up of no question"),
        pytest.param(["- why >> -> x"], 1, "bad-recorded", id="no follow-up"),
        pytest.param(["- why => x"], 1, "bad-recorded", id="another arrow"),
        pytest.param(["- why -> X"], 1, "unknown-entry", id="capital in an id"),
        pytest.param(["- why -> x.md"], 1, "unknown-entry", id="name of a file"),
        pytest.param(["- why -> none"], 1, "unknown-entry", id="another word for nothing"),
        pytest.param(["- why -> x; y"], 1, "unknown-entry", id="semicolon between entries"),
        pytest.param(["- why -> x", "- Why? -> nothing"], 2, "repeated-question", id="question twice"),
        pytest.param(["- how -> x"], 1, "recorded-in-entry", id="question of an entry"),
        pytest.param(["# T", "<<<<<<< HEAD", "- why -> x", "=======", ">>>>>>> y"], 2, "conflict", id="failed merge"),
    ],
)
def test_a_slip_in_recorded_questions_is_refused_in_its_line(lines: list[str], line: int, code: str, tmp_path: Path):
    problems, _ = problems_of(tmp_path, {"t/x.md": SMALLEST, "questions/dev.md": "\n".join(lines)})
    assert [(problem.line, problem.code) for problem in problems] == [(line, code)]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *(("t/Exit Queue.md", "bad-id"), ("t/Exit-queue.md", "bad-id"), ("t/exit_queue.md", "bad-id")),
        *(("t/exit-queue.md.md", "bad-id"), ("t/exit–queue.md", "bad-id"), ("t/exit-queue .md", "bad-id")),
        *(("t/x.md.txt", "double-ending"), ("t/x.MD.TXT", "double-ending"), ("questions/a.md.txt", "double-ending")),
        *(("t/x.txt", "not-an-entry"), ("t/x.md~", "not-an-entry"), ("t/x.md.bak", "not-an-entry")),
        *(("t/x.markdown", "not-an-entry"), ("facts/tokens.toml.txt", "unknown-facts-file")),
        *(("facts/Tokens.toml", "unknown-facts-file"), ("x.md", "misplaced"), ("t/u/x.md", "too-deep")),
    ],
)
def test_a_file_under_a_name_that_is_not_read_is_named(name: str, code: str, tmp_path: Path):
    problems, _ = problems_of(tmp_path, {name: SMALLEST})
    assert [(problem.file, problem.line, problem.code) for problem in problems] == [(name, 1, code)]


@pytest.mark.parametrize(
    "name", ["t/x.MD", "t/x.Md", "guide/x.md", "readme/x.md", "t/guide.md", "t/errors.md", "t/coverage.md"]
)
def test_a_name_that_could_be_mistaken_for_a_note_is_read_as_an_entry(name: str, tmp_path: Path):
    problems, served = problems_of(tmp_path, {name: SMALLEST})
    assert problems == []
    assert [entry.file for entry in served.values()] == [name]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp1252", "mac-roman"])
def test_a_file_in_another_encoding_is_refused_and_not_read_as_other_letters(encoding: str, tmp_path: Path):
    problems, served = problems_of(tmp_path, {"t/x.md": changed(11, "Café, naïve.").encode(encoding)})
    assert [problem.code for problem in problems] in (["not-utf8"], ["no-header"])
    assert not served


def test_recorded_questions_are_read_whatever_the_capitals_of_their_ending(tmp_path: Path):
    write_folder(tmp_path, {"questions/dev.MD": "- pizza -> nothing"})
    assert list(read_recorded(tmp_path, {})[0]) == ["dev"]
