"""The accuracy card: what it says, when it says nothing, and how it is kept."""

import json
import os
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.curation import training
from bot.curation.accuracy import (
    IN_TRAINING,
    LEAST,
    UNMEASURED,
    AccuracyCard,
    card_file,
    card_of,
    digest_of,
    keep_card,
    lacks_card,
    load_card,
    told,
)
from bot.curation.share import Share
from bot.matching.decision import shipped_calibrations
from tests.folders import write_folder


def card(*, covered=470, answered=247, right=233, first=377, elsewhere=191, wrong=3, trained=True, **more):
    """A card by its counts."""
    return AccuracyCard(
        version="0123456789ab",
        first=Share(first, covered),
        coverage=Share(answered, covered),
        precision=Share(right, answered),
        false_answers=Share(wrong, elsewhere),
        thresholds="01234567",
        trained=trained,
        **more,
    )


def card_for(library, **counts):
    return replace(card(**counts), version=library.version, thresholds=digest_of(library))


@st.composite
def cards(draw):
    covered, elsewhere = draw(st.integers(0, 3000)), draw(st.integers(0, 3000))
    answered = draw(st.integers(0, covered))
    return card(
        covered=covered,
        first=draw(st.integers(0, covered)),
        answered=answered,
        right=draw(st.integers(0, answered)),
        elsewhere=elsewhere,
        wrong=draw(st.integers(0, elsewhere)),
        trained=draw(st.booleans()),
    )


# What it says


def test_the_card_reads_as_sentences_with_sizes_and_ranges():
    answered = "Of 470 test questions that an entry covers I answered 53% at once (48 to 57%)"
    assert card().lines() == [
        f"{answered}, and 94% of these answers were right (91 to 97%).",
        "With the others I asked back or declined.",
        "Of 191 questions on other subjects I wrongly answered 3 (1 to 5%).",
        "The ranges are 95% intervals.",
    ]


def test_others_can_speak_of_the_bot_and_of_what_was_ranked_first():
    lines = card().lines("the bot", first=True)
    assert "The right entry was ranked first for 80% of the covered ones (76 to 84%)." in lines
    assert " I " not in f" {' '.join(lines)} "


@pytest.mark.parametrize(("covered", "stated"), [(LEAST - 1, False), (LEAST, True)])
def test_below_fifty_questions_no_share_is_stated(covered, stated):
    text = " ".join(card(covered=covered, first=9, answered=9, right=9).lines())
    assert ("%" in text) is stated
    assert (f"Too few test questions are recorded ({covered})" in text) is not stated


@pytest.mark.parametrize(("elsewhere", "stated"), [(0, False), (LEAST - 1, False), (LEAST, True)])
def test_questions_on_other_subjects_need_as_many_for_a_share_of_theirs(elsewhere, stated):
    text = " ".join(card(elsewhere=elsewhere, wrong=0).lines())
    assert ("I wrongly answered none" in text) is stated
    assert (f"Too few questions on other subjects are recorded ({elsewhere})" in text) is not stated


def test_a_bot_that_answers_nothing_claims_nothing_about_its_answers():
    text = " ".join(card(answered=0, right=0).lines())
    assert "I answered none at once, so nothing can be said of how many answers are right." in text
    assert "of these answers" not in text


def test_where_all_were_answered_nothing_is_said_of_others():
    assert not [line for line in card(answered=470).lines() if "others" in line]


@given(cards())
@example(card(covered=1000, first=1, answered=999, right=998, elsewhere=1000, wrong=1))
def test_all_and_none_are_said_only_of_all_and_none(one):
    text = " ".join(one.lines(first=True))
    if one.enough:
        assert (" 100% of" in text) == (0 < one.precision.total == one.precision.hits or one.first.value == 1)
        assert (" 0% " in text) == (one.first.hits == 0 or (one.coverage.hits > 0 and one.precision.hits == 0))
        assert ("answered 100%" in text) == (one.coverage.value == 1)
    assert "0 to 0%" not in text
    assert "100 to 100%" not in text


# When it says nothing


def test_without_a_card_the_bot_says_that_nobody_measured():
    assert told(None, trained=True) == told(None, trained=False) == [UNMEASURED]


def test_the_card_of_a_trained_matcher_is_not_shown_before_the_training_is_done():
    assert told(card(), trained=False) == [IN_TRAINING]
    assert told(card(), trained=True) == card().lines()


def test_the_card_of_a_matcher_that_cannot_be_trained_holds_for_no_other():
    untrained = card(trained=False)
    assert told(untrained, trained=False) == untrained.lines()
    assert told(untrained, trained=True) == [UNMEASURED]


# How it is written down


@given(cards())
def test_a_card_is_the_same_after_it_was_written_and_read(one):
    assert AccuracyCard.parse(json.dumps(one.as_json())) == one


def test_programs_get_each_share_with_its_counts_and_interval():
    table = card().as_json()
    assert (table["version"], table["trained"], table["format"]) == ("0123456789ab", True, training.FORMAT)
    assert table["precision"]["value"] == pytest.approx(233 / 247)
    low, high = table["precision"]["interval"]
    assert low < 233 / 247 < high


@pytest.mark.parametrize(
    "counts",
    [{"right": 248}, {"wrong": 192}, {"first": -1}, {"answered": 471, "right": 0}],
    ids=["more right than answered", "more wrong than asked", "fewer than none", "more answered than asked"],
)
def test_counts_that_contradict_each_other_make_no_card(counts):
    with pytest.raises(ValueError, match="contradict"):
        card(**counts)


def test_shares_of_different_questions_make_no_card():
    with pytest.raises(ValueError, match="contradict"):
        replace(card(), first=Share(1, 2))
    with pytest.raises(ValueError, match="contradict"):
        replace(card(), precision=Share(1, 2))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list(card().as_json())), inner),
    max_leaves=8,
)


@given(st.text() | JSON.map(json.dumps))
@example('{"first": {"hits": true, "total": 1}}')
@example("[]")
def test_anything_else_is_refused_as_no_card(text):
    with pytest.raises(ValueError):
        AccuracyCard.parse(text)


# How it is kept


def test_what_is_kept_is_found_for_the_same_library(library, tmp_path):
    kept = card_for(library)
    assert load_card(tmp_path, library) is None
    assert keep_card(tmp_path, library, kept)
    assert load_card(tmp_path, library) == kept


def test_a_measurement_becomes_the_card_of_its_library(library):
    class Measured:
        version = library.version
        first, answered, precision, false_answers = Share(40, 60), Share(30, 60), Share(29, 30), Share(1, 70)

    made = card_of(Measured(), library, trained=False)
    assert made.is_of(library)
    assert (made.coverage, made.precision, made.trained) == (Share(30, 60), Share(29, 30), False)


def test_a_card_is_not_found_for_other_files_thresholds_or_code(library, tmp_path, monkeypatch):
    keep_card(tmp_path, library, card_for(library))
    assert load_card(tmp_path, replace(library, version="other")) is None
    assert load_card(tmp_path, replace(library, thresholds="{}")) is None
    monkeypatch.setattr(training, "FORMAT", training.FORMAT + 1)
    assert load_card(tmp_path, library) is None


def test_thresholds_of_the_code_count_only_for_a_library_without_its_own(library):
    spelled_out = replace(library, thresholds=shipped_calibrations().dump())
    assert digest_of(library) == digest_of(spelled_out)
    assert digest_of(library) != digest_of(replace(library, thresholds="{}"))


def test_a_card_that_was_renamed_is_not_taken_for_another_version(library, tmp_path):
    other = replace(library, version="other")
    keep_card(tmp_path, library, card_for(library))
    card_file(tmp_path, library).rename(card_file(tmp_path, other))
    assert load_card(tmp_path, other) is None


def test_a_card_is_lacking_only_where_it_could_be_measured(library, tmp_path):
    data, folder = tmp_path / "data", tmp_path / "knowledge"
    assert not lacks_card(data, library, folder)
    write_folder(folder, {"questions/test.md": "# Test\n"})
    assert lacks_card(data, library, folder)
    keep_card(data, library, card_for(library))
    assert not lacks_card(data, library, folder)
    assert lacks_card(data, replace(library, thresholds="{}"), folder)


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b'{"version": "x"}', b"[1, 2]"])
def test_a_damaged_card_is_told_once_and_not_shown(library, tmp_path, damage, caplog):
    keep_card(tmp_path, library, card_for(library))
    card_file(tmp_path, library).write_bytes(damage)
    assert load_card(tmp_path, library) is None
    assert caplog.text.count("cannot be used") == 1
    assert str(tmp_path) not in caplog.text


def test_of_old_cards_as_many_stay_as_of_classifiers(library, tmp_path):
    versions = [replace(library, version=f"version-{number}") for number in range(training.KEPT + 2)]
    for one in versions:
        keep_card(tmp_path, one, card_for(one))
    assert len(list((tmp_path / training.FOLDER).iterdir())) == training.KEPT
    assert load_card(tmp_path, versions[-1]) is not None


def test_a_trained_classifier_is_never_cleared_away_for_a_card(library, tmp_path):
    model = training.model_file(tmp_path, library)
    model.parent.mkdir()
    model.write_bytes(b"kept")
    for number in range(training.KEPT + 2):
        one = replace(library, version=f"version-{number}")
        keep_card(tmp_path, one, card_for(one))
    assert model.exists()


def test_a_data_folder_that_cannot_be_written_costs_one_line(library, tmp_path, caplog):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    assert not keep_card(in_the_way, library, card_for(library))
    assert load_card(in_the_way, library) is None
    assert caplog.text.count("cannot be kept") == 1


def test_a_disk_that_fills_up_leaves_the_card_before_whole(library, tmp_path, monkeypatch):
    before = card_for(library)
    keep_card(tmp_path, library, before)

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert not keep_card(tmp_path, library, card_for(library, wrong=4))
    assert load_card(tmp_path, library) == before
    assert [path.name for path in (tmp_path / training.FOLDER).iterdir()] == [card_file(tmp_path, library).name]
