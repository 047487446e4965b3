"""The accuracy card in the README is of what this repository holds, and continuous integration keeps it so."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.curation.accuracy import digest_of
from bot.curation.training import FORMAT
from bot.knowledge import read_library, read_recorded
from bot.knowledge.recorded import HELD_OUT
from bot.workshop.accuracy import BEGIN, CURE, END, measured_version

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WORKFLOWS = ROOT / ".github" / "workflows"
LATER = os.environ.get("README_CARD_LATER") == "1"
ALLOWED = {"actions/checkout", "actions/setup-python", "actions/github-script"}


@pytest.fixture(scope="module")
def library():
    return read_library(ROOT / "knowledge", datetime.now(UTC).date()).library


def test_the_readme_has_a_place_for_the_card():
    assert README.count(BEGIN) == README.count(END) == 1
    assert README.index(BEGIN) < README.index(END)


@pytest.mark.skipif(LATER, reason="the workflow accuracy.yml writes the card after a merge")
def test_the_card_in_the_readme_is_of_the_knowledge_thresholds_and_matcher_of_this_repository(library):
    current = (library.version, FORMAT, digest_of(library))
    assert measured_version(README) == current, f"The card in the README is of another version; run: {CURE}"


@pytest.mark.skipif(LATER, reason="the workflow accuracy.yml writes the card after a merge")
def test_the_card_in_the_readme_counts_the_test_questions_of_this_repository(library):
    questions = read_recorded(ROOT / "knowledge", library.entries)[0][HELD_OUT]
    off_topic = sum(recorded.off_topic for recorded in questions)
    card = " ".join(README[README.index(BEGIN) : README.index(END)].split())
    counted = f"Of {len(questions) - off_topic:,} test questions", f"Of {off_topic:,} questions on other subjects"
    assert all(words in card for words in counted), f"Test questions were added or removed; run: {CURE}"


@pytest.mark.parametrize("name", ["tests.yml", "accuracy.yml"])
def test_workflows_use_three_actions_of_github_s_own_pinned_to_a_commit(name):
    used = re.findall(r"uses: (\S+)", (WORKFLOWS / name).read_text(encoding="utf-8"))
    assert used
    for action in used:
        owner, _, commit = action.partition("@")
        assert owner in ALLOWED
        assert re.fullmatch(r"[0-9a-f]{40}", commit), action


@pytest.mark.parametrize("name", ["tests.yml", "accuracy.yml"])
def test_no_checked_out_copy_holds_a_token(name):
    text = (WORKFLOWS / name).read_text(encoding="utf-8")
    assert text.count("actions/checkout@") == text.count("persist-credentials: false") == 1


def test_a_change_is_tested_with_the_command_of_the_readme_and_without_rights_to_write():
    text = (WORKFLOWS / "tests.yml").read_text(encoding="utf-8")
    assert "run: .ci/run" in text
    assert "write" not in re.findall(r"^permissions:\n(?:  .*\n)+", text, re.MULTILINE)[0]
    assert 'README_CARD_LATER: "1"' in text


def test_after_a_merge_the_card_is_written_then_held_and_then_committed():
    text = (WORKFLOWS / "accuracy.yml").read_text(encoding="utf-8")
    written, held, committed = (
        text.index(part)
        for part in ("--readme README.md", "pytest tests/repository/test_accuracy_current.py", "actions/github-script@")
    )
    assert written < held < committed
    assert "README_CARD_LATER" not in text
    for file in ("README.md", "knowledge/questions/calibration.json", "tests/pictures"):
        assert file in re.findall(r"git diff --name-only -- (.*?) \|", text)[0].split()
        assert (ROOT / file).exists()
