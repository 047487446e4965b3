"""A draft made of a gap: complete in form, honest about what is missing."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.curation.drafts import draft_of
from bot.curation.gaps import GapGroup, Near
from bot.knowledge import Status, read_library
from bot.knowledge.formatting import format_entry
from tests.folders import TODAY, entry_text, library_of, write_folder

FILES = {
    "exits/kelp-exit.md": entry_text("How do I leave Kelp?", ["leave kelp", "kelp exit"], tokens="rsETH"),
    "basics/what-is-it.md": entry_text("What is it?", ["what is it"]),
    "facts/tokens.toml": '[rsETH]\nname = "Kelp Restaked ETH"\nprotocol = "kelp"\n',
    "facts/protocols.toml": '[kelp]\nname = "Kelp"\n',
}
GROUP = GapGroup(
    "1a2b3c4d",
    ("can i insure rseth", "is there cover for kelp", "insure my … please"),
    4,
    ("gap",),
    date(2026, 11, 2),
    date(2026, 11, 20),
    (Near("kelp-exit", "leave kelp", 0.4), Near("what-is-it", "what is it", 0.2)),
)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return library_of(tmp_path_factory.mktemp("knowledge"), FILES)


def reading_with(tmp_path, draft, text=None):
    return read_library(write_folder(tmp_path, {**FILES, draft.file: text or draft.text}), TODAY)


def test_a_draft_reads_without_a_problem_and_no_member_sees_it(tmp_path, library):
    draft = draft_of(GROUP, library, TODAY)
    reading = reading_with(tmp_path, draft)
    assert reading.problems == ()
    entry = reading.library.entries[draft.id]
    assert entry.status is Status.DRAFT
    assert entry.reviewed == TODAY
    assert entry not in reading.library.published


def test_a_draft_holds_all_that_is_known(tmp_path, library):
    draft = draft_of(GROUP, library, TODAY)
    entry = reading_with(tmp_path, draft).library.entries[draft.id]
    assert draft.file == "exits/can-i-insure-rseth.md"
    assert (entry.title, entry.topic) == ("Can I insure rsETH?", "exits")
    assert entry.questions == ("can i insure rseth", "is there cover for kelp")
    assert [(miss.question, miss.entry) for miss in entry.not_this] == [
        ("leave kelp", "kelp-exit"),
        ("what is it", "what-is-it"),
    ]
    assert (entry.tokens, entry.protocols, entry.related) == (("rsETH",), ("kelp",), ("kelp-exit", "what-is-it"))


def test_a_draft_says_where_it_comes_from_and_what_a_person_must_do(library):
    top = draft_of(GROUP, library, TODAY).text.split("---")[1]
    for part in ("gap 1a2b3c4d", "4 members", "2026-11-02 to 2026-11-20", "sources", "'status: published'", "left out"):
        assert part in top


def test_a_draft_published_without_its_answer_is_refused(tmp_path, library):
    draft = draft_of(GROUP, library, TODAY)
    published = draft.text.replace("status: draft", "status: published")
    reading = reading_with(tmp_path, draft, published)
    assert draft.id not in reading.library.entries
    assert {problem.code for problem in reading.problems} == {"example-text"}


def test_a_draft_as_if_written_is_served_so_that_its_effect_can_be_predicted(tmp_path, library):
    draft = draft_of(GROUP, library, TODAY)
    reading = reading_with(tmp_path, draft, draft.as_if_written)
    assert reading.problems == ()
    assert draft.id in {entry.id for entry in reading.library.published}


def test_a_draft_has_the_form_that_fmt_gives(library):
    draft = draft_of(GROUP, library, TODAY)
    assert format_entry(draft.text, draft.file, TODAY).text == draft.text


def test_a_draft_never_takes_the_place_of_an_entry(tmp_path, library):
    group = replace(GROUP, wordings=("kelp exit now",))
    taken = draft_of(group, library, TODAY)
    with_it = reading_with(tmp_path, taken).library
    assert taken.id in with_it.entries
    assert draft_of(group, with_it, TODAY).file == "exits/kelp-exit-now-2.md"


def test_a_question_that_an_entry_lists_is_not_listed_twice(tmp_path, library):
    draft = draft_of(replace(GROUP, wordings=("leave kelp", "kelp insurance")), library, TODAY)
    assert reading_with(tmp_path, draft).library.entries[draft.id].questions == ("kelp insurance",)


def test_without_an_entry_near_the_file_waits_in_a_folder_that_says_so(library):
    draft = draft_of(replace(GROUP, near=()), library, TODAY)
    assert draft.file.startswith("unsorted/")
    assert "## Not this" not in draft.text


def test_the_entry_that_did_not_help_gives_the_topic(library):
    group = replace(GROUP, kinds=("unhelpful",), entry="what-is-it", near=GROUP.near[:1])
    draft = draft_of(group, library, TODAY)
    assert draft.file.startswith("basics/")
    assert "whom an entry did not help" in draft.text


def test_an_entry_that_has_gone_meanwhile_is_not_named(tmp_path, library):
    draft = draft_of(replace(GROUP, near=(Near("gone", "gone", 0.5), *GROUP.near)), library, TODAY)
    assert reading_with(tmp_path, draft).problems == ()


@given(st.lists(st.lists(st.sampled_from(["what", "is", "…", "rseth", "kelp", "i", "5", "%", "x" * 30]), min_size=1)))
def test_of_any_wordings_a_draft_is_made_that_reads(tmp_path_factory, library, wordings):
    texts = tuple(dict.fromkeys(" ".join(words) for words in wordings))
    draft = draft_of(replace(GROUP, wordings=texts), library, TODAY)
    reading = reading_with(tmp_path_factory.mktemp("any"), draft)
    assert not [problem for problem in reading.problems if problem.fatal]
    assert draft.id in reading.library.entries
