"""Thresholds kept beside the recorded questions of one folder."""

import dataclasses
import json
import os

import pytest

from bot.curation import training
from bot.curation.thresholds import FILE, can_fit, fit_and_keep, is_current
from bot.errors import KnowledgeError, UsageError
from bot.knowledge import read_library, read_recorded
from bot.matching.decision import FEATURES, calibrations_of, shipped_calibrations
from bot.matching.matcher import Matcher
from tests.curation.test_calibrate import recorded
from tests.folders import TODAY, entry_text, write_folder

COVERED = [recorded(f"do {name} grow on trees in {place}", "apple") for name in "ab" for place in range(30)]
OFF_TOPIC = [recorded(f"where does bus {number} stop") for number in range(25)]


def with_kept(library, folder):
    """The library as it is read again after thresholds were kept in its folder."""
    return dataclasses.replace(library, thresholds=(folder / FILE).read_text(encoding="utf-8"))


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path, {"questions/dev.md": "# Recorded\n"})


def test_a_folder_without_thresholds_is_judged_by_those_of_the_code(library):
    assert library.thresholds == ""
    assert calibrations_of(library) == shipped_calibrations()


def test_thresholds_beside_the_recorded_questions_are_read_with_the_folder_and_no_problem_to_mend(tmp_path):
    text = shipped_calibrations().dump({"fitted_on": "x"})
    write_folder(
        tmp_path, {"questions/calibration.json": text, "fruit/apple.md": entry_text("Apples", ["what is an apple"])}
    )
    reading = read_library(tmp_path, TODAY)
    assert reading.library.thresholds == text
    assert read_recorded(tmp_path, reading.library.entries) == ({}, [])


def test_what_was_fitted_is_what_is_kept_until_entries_or_questions_change(library, folder):
    parts = {"dev": [*COVERED, *OFF_TOPIC]}
    fitted = fit_and_keep(folder, library, parts)
    read_again = with_kept(library, folder)
    kept = calibrations_of(read_again)
    assert kept.trained.answer_from == pytest.approx(fitted.trained.answer_from, abs=1e-4)
    assert is_current(read_again, parts["dev"])
    assert not is_current(read_again, parts["dev"][1:])
    assert not is_current(dataclasses.replace(read_again, version="other"), parts["dev"])


def test_thresholds_that_were_fitted_by_another_version_of_the_matcher_are_fitted_again(library, folder, monkeypatch):
    parts = {"dev": [*COVERED, *OFF_TOPIC]}
    fit_and_keep(folder, library, parts)
    monkeypatch.setattr(training, "FORMAT", training.FORMAT + 1)
    assert not is_current(with_kept(library, folder), parts["dev"])


def test_a_matcher_that_was_trained_before_makes_the_same_thresholds(library, folder):
    parts = {"dev": [*COVERED, *OFF_TOPIC]}
    assert fit_and_keep(folder, library, parts, matcher=Matcher(library).trained()) == fit_and_keep(
        folder, library, parts
    )


def test_the_order_of_questions_makes_no_other_thresholds(library, folder):
    fit_and_keep(folder, library, {"dev": [*COVERED, *OFF_TOPIC]})
    assert is_current(with_kept(library, folder), [*OFF_TOPIC, *COVERED])


@pytest.mark.parametrize(
    "parts",
    [{}, {"test": [*COVERED, *OFF_TOPIC]}, {"dev": COVERED}, {"dev": OFF_TOPIC}],
    ids=["nothing", "no part dev", "no off-topic questions", "no covered questions"],
)
def test_too_few_questions_fit_nothing_and_say_how_many_are_needed(library, folder, parts):
    assert not can_fit(parts)
    with pytest.raises(KnowledgeError, match=r"questions/dev\.md"):
        fit_and_keep(folder, library, parts)
    assert not (folder / FILE).exists()


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        json.dumps({"features": ["intercept", *FEATURES]}),
        shipped_calibrations().dump().replace("margin", "other"),
    ],
)
def test_thresholds_that_cannot_be_read_are_not_used_and_the_log_says_so(library, caplog, text):
    broken = dataclasses.replace(library, thresholds=text)
    assert calibrations_of(broken) == shipped_calibrations()
    assert "thresholds cannot be used" in caplog.text
    assert not is_current(broken, COVERED)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_gets_one_sentence(library, folder):
    (folder / "questions").chmod(0o500)
    with pytest.raises(UsageError, match="cannot be kept"):
        fit_and_keep(folder, library, {"dev": [*COVERED, *OFF_TOPIC]})


def test_a_place_that_is_no_folder_gets_one_sentence(library, tmp_path):
    with pytest.raises(UsageError, match="cannot be kept"):
        fit_and_keep(tmp_path / "missing", library, {"dev": [*COVERED, *OFF_TOPIC]})
