"""Ordinary slips of people who edit text files: read as meant, or refused with the place; never misread in silence."""

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.knowledge import AlwaysRule, Entry, NearMiss, Source, Status, Term
from tests.knowledge.problem_of import SMALLEST, changed, read, with_lines

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
        pytest.param(SMALLEST + "\n\n\n", id="empty lines at the end"),
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
        assert entry.title == re.sub(r"[ \t]+#+$", "", title)


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        pytest.param("\n" + SMALLEST, 1, "no-header", id="empty line before the fence"),
        pytest.param(changed(1, "—"), 1, "no-header", id="fence made a dash by the keyboard"),
        pytest.param(changed(4, "—"), 1, "header-not-closed", id="closing fence made a dash"),
        pytest.param(changed(4, "--"), 1, "header-not-closed", id="closing fence too short"),
        pytest.param(changed(4, " ---"), 1, "header-not-closed", id="closing fence indented"),
        pytest.param(changed(2, "status：published"), 2, "header-no-colon", id="full-width colon"),
        pytest.param(changed(2, "status = published"), 2, "header-no-colon", id="equals sign"),
        pytest.param(changed(2, "status: yes"), 2, "bad-status", id="yes as status"),
        pytest.param(changed(2, "status: published, draft"), 2, "bad-status", id="two statuses"),
        pytest.param(changed(3, "reviewed: 22.11.2026"), 3, "bad-date", id="date with dots"),
        pytest.param(changed(3, "reviewed: 2026-11-1"), 3, "bad-date", id="date with one digit"),
        pytest.param(changed(3, "reviewed: 2026-02-30"), 3, "bad-date", id="30 February"),
        pytest.param(changed(3, "reviewed: 20261101"), 3, "bad-date", id="date without hyphens"),
        pytest.param(changed(3, "reviewed: 2026-W45"), 3, "bad-date", id="week"),
        pytest.param(changed(3, "reviewed: 2026‑11‑01"), 3, "bad-date", id="typographic hyphens"),
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
        pytest.param(changed(10, "# Answer"), 10, "second-title", id="section typed as title"),
        pytest.param(changed(10, "### Answer"), 10, "deep-heading", id="section typed too deep"),
        pytest.param(changed(10, "Answer:"), 10, "not-a-bullet", id="section without mark"),
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
        pytest.param(with_lines(11, "", "| a | b |", "|---|---|", "| 1 | 2 |"), 14, "unsupported-text", id="table"),
        pytest.param(with_lines(11, "", "a | b", ":-- | --:", "1 | 2"), 14, "unsupported-text", id="open table"),
        pytest.param(with_lines(9, "## Not this", "- why => y"), 11, "bad-near-miss", id="another arrow"),
        pytest.param(with_lines(9, "## Not this", "- -> y"), 11, "bad-near-miss", id="arrow without question"),
        pytest.param(with_lines(9, "## Not this", "- why -> Y.md"), 11, "bad-near-miss", id="arrow to a file"),
        pytest.param(with_lines(9, "## Always", "- not: a + not: b"), 11, "bad-rule", id="rule of negations"),
        pytest.param(with_lines(9, "## Always", "- a + / + b"), 11, "bad-rule", id="rule with an empty term"),
        pytest.param(with_lines(14, "- 2026-01 A film"), 15, "bad-source", id="source dated by month"),
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
    return len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


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
