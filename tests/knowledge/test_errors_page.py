"""The page of errors: whole, current, and found by the words that a moderator reads."""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from bot.cli import main
from bot.errors import Exit
from bot.knowledge.examples import examples
from bot.knowledge.problems import SENTENCES, Problems
from bot.workshop.errors import GAP, PAGE, matching, opening, page, sentence

Printed = pytest.CaptureFixture[str]
SHIPPED = Path(__file__).parents[2] / "knowledge" / PAGE
FILLED = {
    "not-an-entry": {"name": "old.docx"},
    "bad-date": {"value": "3/4/26"},
    "unknown-key": {"key": "tokn", "hint": "; did you mean 'tokens'?", "known": "status, tokens"},
    "entries-disagree": {"mine": "1", "theirs": "2", "other": "a", "where": "t/a.md:3"},
    "guide-nowhere": {"answers": "a, b", "example": "a, b -> c"},
    "comparison-lacks": {"name": "kelp", "field": "risks", "example": "risks = []"},
}
"""Sentences as a moderator may read them: with other words in their gaps than the examples have."""


def _plain(markdown: str) -> str:
    return re.sub(r"\\([\\`*\[\]<])", r"\1", markdown)


def test_the_page_in_the_folder_is_the_one_that_the_command_makes():
    assert SHIPPED.read_text(encoding="utf-8") == page(), f"run: python -m bot knowledge errors --write ({PAGE})"


@pytest.mark.parametrize("code", SENTENCES)
def test_searching_the_page_for_any_fixed_words_of_a_message_finds_it(code: str):
    text = _plain(page())
    # A mark at the end of a message, such as a quote behind a gap, is no word that anybody searches for.
    assert [part for part in sentence(code).split(GAP) if part.strip(" ,;'?") not in text] == []


@pytest.mark.parametrize("name", examples())
def test_each_message_has_a_place_and_a_line_in_the_contents_that_leads_to_it(name: str):
    example, text = examples()[name], page()
    anchor = name.replace(" ", "-")
    assert text.count(f'<a id="{anchor}"></a>') == 1
    assert text.count(f"](#{anchor})") == 1
    assert opening(example) in _plain(text)
    assert f"> {example.at}: {example.says}" in _plain(text)


def test_no_two_messages_begin_alike_in_the_contents_unless_their_groups_differ():
    seen = [(example.group, opening(example)) for example in examples().values()]
    assert sorted(seen) == sorted(set(seen))


def test_every_example_shows_two_different_things():
    assert [name for name, one in examples().items() if one.wrong == one.right and not one.beside] == []


def test_no_example_swallows_what_follows_it():
    headings = [token for token in MarkdownIt("commonmark").parse(page()) if token.type == "heading_open"]
    groups = {example.group for example in examples().values()}
    assert len(headings) == 1 + len(groups) + len(examples())


@pytest.mark.parametrize("code", FILLED)
def test_a_message_is_found_as_it_was_printed_whatever_stands_in_its_gaps(code: str):
    problems = Problems()
    problems.add("risks/x.md", 7, code, **FILLED[code])
    (problem,) = problems.sorted()
    assert [example.code for example in matching(f"knowledge/{problem}")] == [code]


@pytest.mark.parametrize("name", examples())
def test_the_message_of_each_example_leads_back_to_it(name: str):
    example = examples()[name]
    assert name in [found.name for found in matching(f"{example.at}: {example.says}")]


def test_some_words_of_a_message_find_it_without_regard_to_capitals():
    assert [example.code for example in matching("UTF-8 save again")] == ["not-utf8"]


def test_the_command_explains_a_message_with_its_examples(capsys: Printed):
    assert main(["knowledge", "errors", "bad-status"]) == Exit.DONE
    assert capsys.readouterr().out.splitlines() == [
        "bad-status",
        "withdrawals/exit-queue.md:2: 'live' is not a status; write published, draft or retired",
        "wrong:",
        "    status: live",
        "right:",
        "    status: published",
    ]


def test_the_command_lists_every_message_when_it_is_asked_for_none(capsys: Printed):
    assert main(["knowledge", "errors"]) == Exit.DONE
    listed = capsys.readouterr().out.splitlines()
    assert {line.split(" ")[0] for line in listed} == set(SENTENCES)


def test_unknown_words_are_wrong_usage_and_a_mistyped_code_is_named(capsys: Printed):
    assert main(["knowledge", "errors", "bad-statuss"]) == Exit.WRONG_USAGE
    assert capsys.readouterr().err == "No message has these words; did you mean 'bad-status'?\n"
    assert main(["knowledge", "errors", "qqqqq"]) == Exit.WRONG_USAGE
    assert capsys.readouterr().err == "No message has these words; python -m bot knowledge errors lists all.\n"


def test_the_command_writes_the_page_into_the_folder(tmp_path: Path, capsys: Printed):
    assert main(["knowledge", "errors", "--write", "--knowledge", str(tmp_path)]) == Exit.DONE
    assert (tmp_path / PAGE).read_text(encoding="utf-8") == page()


def test_the_check_points_to_the_page_where_there_is_one(tmp_path: Path, capsys: Printed):
    (tmp_path / "x.md").write_text("", encoding="utf-8")
    main(["knowledge", "check", "--knowledge", str(tmp_path)])
    assert PAGE not in capsys.readouterr().out
    (tmp_path / PAGE).write_text(page(), encoding="utf-8")
    main(["knowledge", "check", "--knowledge", str(tmp_path)])
    assert capsys.readouterr().out.splitlines()[-1].endswith(f"{tmp_path.name}/{PAGE}.")
