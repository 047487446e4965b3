"""`knowledge fmt` without its command: one form for entry files, and never another meaning."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.knowledge import Entry
from bot.knowledge.entry_file import read_entry
from bot.knowledge.formatting import format_entry
from bot.knowledge.problems import Problems
from bot.knowledge.template import NewEntry, entry_template, entry_text
from tests.folders import TODAY
from tests.knowledge.problem_of import SMALLEST

SHIPPED = Path(__file__).parents[2] / "knowledge"
FILES = sorted(path for path in SHIPPED.glob("*/*.md") if path.parent.name != "questions")
UNIFORM = SMALLEST.replace("reviewed: 2026-11-01\n", "reviewed: 2026-11-01\nreview_every: 90 days\n") + "\n"


def formatted(text: str) -> str:
    done = format_entry(text, "t/x.md", TODAY)
    assert done.left == ()
    return done.text


def meaning(text: str) -> Entry | None:
    entry = read_entry(text, "x", "t", TODAY, Problems().in_file("t/x.md"))
    return entry and replace(entry, always=tuple(replace(rule, line=0) for rule in entry.always))


def test_a_uniform_file_stays_as_it_is():
    assert formatted(UNIFORM) == UNIFORM


@pytest.mark.parametrize(
    "slip",
    [
        pytest.param(UNIFORM.replace("\n", "\r\n"), id="line ends of Windows"),
        pytest.param("\ufeff" + UNIFORM, id="byte order mark"),
        pytest.param("\n\n" + UNIFORM + "\n\n\n", id="empty lines around"),
        pytest.param(UNIFORM.rstrip("\n"), id="no line end at the end"),
        pytest.param(UNIFORM.replace("\n\n", "\n\n\n\n"), id="many empty lines"),
        pytest.param(UNIFORM.replace("\n\n", "\n"), id="no empty lines"),
        pytest.param(UNIFORM.replace("\n", "  \n"), id="blanks at line ends"),
        pytest.param(UNIFORM.replace("- how", "*   how"), id="star as bullet"),
        pytest.param(UNIFORM.replace("- how", "  1) how"), id="number as bullet"),
        pytest.param(UNIFORM.replace("- how", "-\thow"), id="tab behind a bullet"),
        pytest.param(UNIFORM.replace("---", "-----"), id="long fences"),
        pytest.param(UNIFORM.replace("status: published", "Status :\t“Published”"), id="capitals, tab, curly quotes"),
        pytest.param(UNIFORM.replace("90 days", "90"), id="days without their word"),
        pytest.param(UNIFORM.replace("# Title", "#   Title   ##"), id="closed title"),
        pytest.param(UNIFORM.replace("## Questions", "##\tquestions:"), id="heading in small letters"),
        pytest.param(UNIFORM.replace("2026-01-01 A", "2026-01-01   A"), id="blanks in a source"),
    ],
)
def test_what_says_the_same_is_written_the_same(slip: str):
    assert slip != UNIFORM
    assert formatted(slip) == UNIFORM


def test_header_lines_come_in_one_order_and_take_their_comments_with_them():
    text = UNIFORM.replace(
        "status: published\nreviewed: 2026-11-01\n",
        "# who looks after it\ntokens:rsETH;weETH   #two of them\n\nreviewed: 2026-11-01 # by two\n"
        "status: published\n# at the end\n",
    ).replace("review_every: 90 days\n", "")
    assert formatted(text).split("# Title")[0] == (
        "---\nstatus: published\nreviewed: 2026-11-01  # by two\n# who looks after it\n"
        "tokens: rsETH, weETH  #two of them\n# at the end\n---\n"
    )


def test_sections_come_in_one_order_and_keep_their_lines():
    head, questions, answer, sources = UNIFORM.rstrip("\n").split("\n\n")
    more, miss = "## More\nDetail\n\n* one\n* two", "## Not this\n- why –> other\n* when -> another"
    mixed = f"{head}\n\n{sources}\n\n{more}\n\n{answer}\n\n{miss}\n\n{questions}"
    uniform = "## Not this\n- why -> other\n- when -> another"
    assert formatted(mixed) == f"{head}\n\n{questions}\n\n{uniform}\n\n{answer}\n\n{more}\n\n{sources}\n"


def test_words_of_an_answer_are_kept_to_the_letter():
    prose = "One  two.\n\n* a “quoted” list\n+ another sign\n\n  indented, 1 -> 2"
    assert f"## Answer\n{prose}\n" in formatted(UNIFORM.replace("Yes.", prose))


def test_a_line_that_goes_on_joins_its_list_item():
    assert "- how do i\n" not in (text := formatted(UNIFORM.replace("- how", "- how do i\n  get out")))
    assert "- how do i get out\n" in text


def test_what_the_reader_reports_and_leaves_out_is_not_lost():
    text = UNIFORM.replace("- how", "- how\n-\n- how").replace("A book", "A book\n- yesterday, a page")
    text = text.replace("review_every", "tokens:\nreview_every")
    fresh = formatted(text)
    assert "- how\n-\n- how\n" in fresh
    assert "- yesterday, a page\n" in fresh
    assert "\ntokens:\n" in fresh


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (UNIFORM.replace("status", "statsu"), "t/x.md:2: 'statsu' is not a known name here"),
        (UNIFORM.replace("## Answer", "##Answer"), "'##Answer' lacks a blank"),
        (UNIFORM.replace("---\n# Title", "# Title"), "is never closed"),
        ("", "the file must begin with a line '---'"),
    ],
)
def test_a_file_that_cannot_be_served_is_left_alone_and_told(text: str, said: str):
    done = format_entry(text, "t/x.md", TODAY)
    assert done.text == text
    assert any(said in line for line in done.left)


@pytest.mark.parametrize("value", ['"a", "b', "#x", "“a", "a,#b", '""x""', "[a, b", "x'"])
def test_values_that_look_like_quotes_or_comments_keep_what_they_say(value: str):
    text = UNIFORM.replace("review_every", f"picture:{value}\ntokens:{value}\nreview_every")
    done = format_entry(text, "t/x.md", TODAY)
    assert meaning(done.text) == meaning(text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_file_keeps_its_meaning_and_is_uniform_after_one_pass(path: Path):
    text = path.read_text(encoding="utf-8")
    fresh = formatted(text)
    assert meaning(fresh) == meaning(text)
    assert sorted(fresh.split()) == sorted(text.split())
    assert formatted(fresh) == fresh


LINES = st.sampled_from(
    """
    ---|# Title|## Questions|## Answer|## More|## Sources|## Not this|## Always|- how|* why not|1. when|  - deep||
    - - -|  goes on|- |status: published|status:draft # soon|Status: "Draft"|reviewed: 2026-11-01|reviewed:2026–11–01
    review-every: 30|review_every: never|tokens: a,b ; c|tokens: "a", "b"|tokens:#a|tokens:|# note|protocols: [x, y]
    live: Prices|picture: 'p'|- why -> x|- why → y-z|- sync / verify + my wallet + not: contract|- 2026-01-01 p A book
    - 2026-01-01 [N](https://a.org) s|- someday a page|A sentence.|**bold**|Costs 5% in 2026.|\ttabbed|- how\u00a0so
    """.replace("\n", "|").split("|")
)


@st.composite
def files(draw) -> str:
    """Mostly entries that can be read, with lines of any kind strewn in, and blanks and line ends of any kind."""
    base = UNIFORM.rstrip("\n").split("\n")
    for line in draw(st.lists(LINES, max_size=8)):
        base.insert(draw(st.integers(1, len(base))), line.strip(" ") if draw(st.booleans()) else line)
    return draw(st.sampled_from(["\n", "\r\n", "  \n", "\n\n"])).join(base)


@settings(max_examples=400)
@given(text=files())
@example(text=UNIFORM.replace("- how", "-\n  how"))
@example(text=UNIFORM.replace("- how", "* - -"))
def test_formatting_keeps_the_meaning_loses_no_word_and_once_is_enough(text: str):
    done = format_entry(text, "t/x.md", TODAY)
    assert meaning(done.text) == meaning(text)
    if meaning(text) is None or done.left:
        assert done.text == text
    again = format_entry(done.text, "t/x.md", TODAY)
    assert again.text == done.text


@settings(max_examples=200)
@given(text=st.text(max_size=300))
def test_any_text_whatever_comes_back_whole_or_uniform(text: str):
    done = format_entry(text, "t/x.md", TODAY)
    assert done.text == text or meaning(done.text) == meaning(text)


WORDS = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8)


@given(
    title=WORDS,
    questions=st.lists(WORDS, min_size=1, max_size=4, unique_by=str.lower),
    names=st.lists(WORDS, max_size=3, unique=True),
    more=st.sampled_from(["", "Detail."]),
    day=st.dates(date(2020, 1, 1), TODAY),
)
def test_a_new_entry_is_written_in_the_uniform_form(title, questions, names, more, day):
    source = f"{day} P A book"
    new = NewEntry(
        title, tuple(questions), "A sentence.", more, (source,), protocols=tuple(names), caveats=tuple(names)
    )
    text = entry_text(new, day)
    assert formatted(text) == text
    assert (read := meaning(text)) is not None
    assert (read.title, read.questions, read.more) == (title, tuple(questions), more)
    assert (read.protocols, read.caveats, read.sources[0].when) == (tuple(names), tuple(names), day)


def test_the_stub_of_a_title_is_uniform_too():
    text = entry_template("How long?", TODAY)
    assert formatted(text) == text
