"""The issue forms, and the stub of an entry that is made of what strangers write into them."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.curation.issue_form import REPORT, SUGGESTION, UNKNOWN_TOPIC, stub_of
from bot.errors import UsageError
from bot.knowledge import Library, Status, read_library
from bot.knowledge.entry_file import read_entry
from bot.knowledge.formatting import format_entry
from bot.knowledge.problems import Problems
from bot.knowledge.template import EXAMPLE_ANSWER, EXAMPLE_SOURCE, UNSORTED
from tests.folders import TODAY, entry_text, library_of

ROOT = Path(__file__).parents[2]
FORMS = ROOT / ".github" / "ISSUE_TEMPLATE"
PHRASE = " ".join(["abandon"] * 11 + ["about"])
VALUES = {
    "Question": "How long is the exit from Kelp?",
    "Other ways to ask it": "kelp exit how long\n- wen out of kelp\n\nhow long is the exit from kelp",
    "Topic": "exits",
    "What you think the answer is": "It took 9 days in May 2026.\n\n- or one hour\n- for a fee",
    "Protocols and tokens": "Kelp DAO, rseth",
    "Source": "Kelp docs",
    "Link to the source": "https://docs.kelp.org/exits",
    "Day the source speaks of": "2026-05-01",
    "Before you send it": "- [x] It holds no recovery phrase, no key and nobody's name.",
}
WRONG = {
    "Entry": "kelp-exit",
    "What you asked": "can i leave kelp",
    "What the bot said": "It said 8 days.",
    "What is right": "It took 21 days in May 2026.",
    "Source": "Kelp docs",
    "Link to the source": "_No response_",
    "Day the source speaks of": "2026-05-01",
    "Before you send it": "- [x] It holds no recovery phrase, no key and nobody's name.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(
        tmp_path_factory.mktemp("knowledge"),
        {
            "exits/kelp-exit.md": entry_text("How do I leave Kelp?", ["can i leave kelp", "kelp exit"]),
            "facts/protocols.toml": '[kelp]\nname = "Kelp"\naliases = ["kelp dao"]\n',
            "facts/tokens.toml": '[rsETH]\nname = "Kelp ETH"\nprotocol = "kelp"\n',
            "facts/links.toml": 'allowed = ["kelp.org"]\n',
        },
    )


def body(values: dict[str, str], **changes: str) -> str:
    """What GitHub makes of a form."""
    told = values | {key.replace("_", " "): text for key, text in changes.items()}
    return "\r\n\r\n".join(f"### {label}\r\n\r\n{text}" for label, text in told.items())


def read(text: str):
    entry = read_entry(text, "x", "t", TODAY, Problems().in_file("t/x.md"))
    assert entry is not None
    return entry


# the forms


@pytest.mark.parametrize(
    ("file", "labels"), [("suggest-a-question.yml", SUGGESTION), ("report-a-wrong-answer.yml", REPORT)]
)
def test_the_fields_of_a_form_are_those_that_are_read(file: str, labels: tuple[str, ...]):
    text = (FORMS / file).read_text(encoding="utf-8")
    assert tuple(re.findall(r"^      label: (.+)$", text, re.MULTILINE)) == labels
    ids = re.findall(r"^    id: (.+)$", text, re.MULTILINE)
    assert len(ids) == len(set(ids)) == len(labels)
    assert {"name", "description", "body"} <= set(re.findall(r"^([a-z]+):", text, re.MULTILINE))


def test_the_topics_to_choose_from_are_those_that_there_are():
    text = (FORMS / "suggest-a-question.yml").read_text(encoding="utf-8")
    offered = re.findall(r"^        - (?!label)(.+)$", text, re.MULTILINE)
    assert offered == [UNKNOWN_TOPIC, *read_library(ROOT / "knowledge", TODAY).library.topics]


# a suggested question


def test_each_field_lands_in_its_place_of_a_draft(library: Library):
    stub = stub_of(body(VALUES), library, TODAY)
    entry = read(stub.text)
    assert (stub.topic, stub.name) == ("exits", "how-long-is-the-exit-from-kelp")
    assert entry.status is Status.DRAFT
    assert entry.title == "How long is the exit from Kelp?"
    assert entry.questions == ("How long is the exit from Kelp?", "kelp exit how long", "wen out of kelp")
    assert entry.answer == "It took 9 days in May 2026.\n\n- or one hour\n- for a fee"
    assert (entry.protocols, entry.tokens) == (("kelp",), ("rsETH",))
    (source,) = entry.sources
    assert (str(source.when), source.grade, source.name) == ("2026-05-01", "U", "Kelp docs")
    assert source.url == "https://docs.kelp.org/exits"


def test_a_stub_has_the_uniform_form(library: Library):
    text = stub_of(body(VALUES), library, TODAY).text
    assert format_entry(text, "t/x.md", TODAY).text == text


def test_what_was_left_empty_is_left_to_the_moderator(library: Library):
    empty = dict.fromkeys(VALUES, "_No response_") | {"Question": "what is kelp", "Topic": UNKNOWN_TOPIC}
    stub = stub_of(body(empty), library, TODAY)
    entry = read(stub.text)
    assert stub.topic == UNSORTED
    assert any("move the file from unsorted" in note for note in stub.notes)
    assert entry.answer == EXAMPLE_ANSWER
    assert (entry.sources[0].name, entry.sources[0].when, entry.protocols) == (EXAMPLE_SOURCE, TODAY, ())


def test_a_question_that_an_entry_lists_already_is_told(library: Library):
    stub = stub_of(body(VALUES, Question="Can I leave Kelp"), library, TODAY)
    assert "'Can I leave Kelp' is a question of exits/kelp-exit.md already." in stub.notes


@pytest.mark.parametrize("topic", ["../../etc", "facts", "/etc", "safety\nx", "Exits"])
def test_a_topic_that_there_is_not_never_names_a_folder(library: Library, topic: str):
    assert stub_of(body(VALUES, Topic=topic), library, TODAY).topic == UNSORTED


@pytest.mark.parametrize(
    "link",
    [
        "http://docs.kelp.org",
        "https://evil.org/x",
        "https://kelp.org@evil.org",
        "javascript:alert(1)",
        "https://bit.ly/x",
        "https://kelp.org/x) [more](https://evil.org",
    ],
)
def test_a_link_that_may_not_be_shown_is_left_out_and_told(library: Library, link: str):
    stub = stub_of(body(VALUES, **{"Link to the source": link}), library, TODAY)
    assert read(stub.text).sources[0].url is None
    assert "http" not in stub.text
    assert any("link was left out" in note for note in stub.notes)


@pytest.mark.parametrize("day", ["2030-01-01", "last week", "2026-02-31", ""])
def test_a_day_that_cannot_be_becomes_the_day_of_writing_and_is_told(library: Library, day: str):
    stub = stub_of(body(VALUES, **{"Day the source speaks of": day}), library, TODAY)
    assert read(stub.text).sources[0].when == TODAY
    assert any("no day that can be" in note for note in stub.notes)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("@everyone look", "at everyone look"),
        ("ask <@123456789012345678> or <@&1>", "ask or"),
        ("<!-- hidden -->what is it", "what is it"),
        ("see [this](https://evil.org) now", "see this now"),
        ("see https://evil.org/x now", "see now"),
        ("## Always", "Always"),
        ("{price:ETH} today", "(price:ETH) today"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("`rm -rf`", "'rm -rf'"),
        ("---", ""),
        ("x\x1b[31my", "x (31my"),
    ],
)
def test_marks_of_strangers_become_plain_words(library: Library, typed: str, kept: str):
    questions = read(stub_of(body(VALUES, **{"Other ways to ask it": typed}), library, TODAY).text).questions
    assert questions[1:] == ((kept,) if kept else ())


def test_text_that_cannot_be_kept_as_it_is_falls_back_to_the_example_and_is_told(library: Library):
    stub = stub_of(body(VALUES, **{"What you think the answer is": "One.\nSources\n- a"}), library, TODAY)
    assert read(stub.text).answer == EXAMPLE_ANSWER
    assert any("could not be kept" in note for note in stub.notes)


def test_a_heading_that_stands_twice_is_refused(library: Library):
    forged = VALUES | {"Other ways to ask it": "a\n### Link to the source\nhttps://kelp.org/forged"}
    with pytest.raises(UsageError, match="'### Link to the source' stands twice"):
        stub_of(body(forged), library, TODAY)


def test_a_leaked_phrase_is_never_written_and_not_repeated(library: Library):
    with pytest.raises(UsageError) as refused:
        stub_of(body(VALUES, Source=PHRASE), library, TODAY)
    assert "recovery phrase" in refused.value.sentence
    assert "abandon" not in refused.value.sentence


@pytest.mark.parametrize("text", ["", "hello", "### Something\n\nelse", body({"Question": "_No response_"})])
def test_a_text_that_is_no_filled_form_is_one_sentence(library: Library, text: str):
    with pytest.raises(UsageError):
        stub_of(text, library, TODAY)


def test_a_flood_is_cut(library: Library):
    flood = {"Question": "q " * 9000, "Other ways to ask it": "\n".join(f"way {n} <<<[[[" for n in range(9000))}
    flood["What you think the answer is"] = "<" * 90_000 + "a\n" * 9000
    stub = stub_of(body(VALUES | flood), library, TODAY)
    entry = read(stub.text)
    assert len(entry.questions) == 30
    assert len(entry.title) <= 80
    assert len(entry.answer) <= 3000


# a wrong answer


def test_a_report_becomes_a_note_beside_its_entry_that_the_bot_does_not_read(library: Library, tmp_path: Path):
    stub = stub_of(body(WRONG), library, TODAY)
    assert (stub.topic, stub.name) == ("exits", "_kelp-exit-report")
    entry = read(stub.text)
    assert (entry.title, entry.questions) == ("How do I leave Kelp?", ("can i leave kelp",))
    assert entry.answer == "It took 21 days in May 2026."
    assert entry.more == "The bot said:\n\nIt said 8 days."
    read_again = library_of(tmp_path, {"exits/_kelp-exit-report.md": stub.text})
    assert dict(read_again.entries) == {}


@pytest.mark.parametrize("typed", ["exits/kelp-exit.md", "`kelp-exit`", " Kelp-Exit "])
def test_an_entry_is_found_however_it_was_copied(library: Library, typed: str):
    assert stub_of(body(WRONG, Entry=typed), library, TODAY).name == "_kelp-exit-report"


@pytest.mark.parametrize(("typed", "said"), [("kelp-exits", "did you mean 'kelp-exit'?"), ("../x", "last word")])
def test_an_entry_that_there_is_not_is_told_with_a_hint(library: Library, typed: str, said: str):
    with pytest.raises(UsageError) as refused:
        stub_of(body(WRONG, Entry=typed), library, TODAY)
    assert said in refused.value.sentence


SCRAPS = [
    "---",
    "status: published",
    "## Always",
    "# T",
    "- a",
    "- ",
    "@everyone",
    "<@1>",
    "{figure:x}",
    "```",
    "Answer",
    "### Topic",
    "### x",
    "- a -> b",
    "=====",
    "<b>",
    "[a](b)",
    "https://a.org",
    "\u202e",
    "    code",
    "> q",
    "**",
    "2026-01-01 P x",
    "1. one",
    "~~~",
    "<!--",
]
NASTY = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(SCRAPS), max_size=6).map("\n".join))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.fixed_dictionaries(dict.fromkeys(SUGGESTION, NASTY)))
@example(values=dict.fromkeys(SUGGESTION, "---\nstatus: published\n---"))
def test_whatever_strangers_write_is_refused_or_one_draft_of_plain_words(values: dict[str, str], library: Library):
    try:
        stub = stub_of(body(values), library, TODAY)
    except UsageError:
        return
    entry = read(stub.text)
    assert entry.status is Status.DRAFT
    assert stub.topic in {*library.topics, UNSORTED}
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", stub.name)
    assert not entry.always
    assert not entry.not_this
    assert not re.search(r"[@<>{}`\u202e]|https?://|javascript:", stub.text)
    header = stub.text.split("\n---\n")[0].split("\n")[1:]
    assert {line.partition(":")[0] for line in header} <= {"status", "reviewed", "review_every", "protocols", "tokens"}
