"""Two folders on disk, asked as the bot would serve them."""

import os
import sys

import pytest

from bot.curation import diffing
from bot.curation.diff_cache import FOLDER
from bot.curation.diffing import diff_of
from bot.errors import KnowledgeError
from tests.curation.conftest import FILES, FRUIT
from tests.folders import TODAY, entry_text, write_folder

RECORDED = """# Recorded
- so where would pears grow best -> pear
- is the apple a sweet one -> apple
- cake recipe with cherry please -> cherry
- jam recipe of a plum -> plum
- who won the football match -> nothing
"""


@pytest.fixture
def base(tmp_path):
    return write_folder(tmp_path / "base", FILES | {"questions/dev.md": RECORDED})


@pytest.fixture
def new(tmp_path):
    return write_folder(tmp_path / "new", FILES | {"questions/dev.md": RECORDED})


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data"


def lost(diff):
    return {(move.question, move.loser, move.taker) for move in diff.unlisted}


def test_files_that_are_the_same_move_nothing(base, new, data):
    diff = diff_of(base, new, TODAY, data)
    assert (diff.moves, diff.recorded, diff.base.version) == ((), 5, diff.new.version)
    assert diff.before.right >= 3  # or a loss could not show


def test_a_change_that_steals_one_question_is_caught_with_the_phrasing_that_took_it(base, new, data):
    stealing = [*FRUIT["pear"], "cake recipe with cherry please now"]
    write_folder(new, {"fruit/pear.md": entry_text("Pear", stealing)})
    diff = diff_of(base, new, TODAY, data)
    assert lost(diff) == {("cake recipe with cherry please", "cherry", "pear")}
    (loss,) = diff.losses
    line = (new / "fruit/pear.md").read_text().splitlines().index("- cake recipe with cherry please now") + 1
    assert [str(by) for by in loss.by] == [f'"cake recipe with cherry please now" (fruit/pear.md:{line})']


def test_a_rule_that_takes_a_question_is_named_as_a_rule(base, new, data):
    write_folder(new, {"safety/poison.md": entry_text("Poison", ["is it poisonous"], always=["football"])})
    (loss,) = diff_of(base, new, TODAY, data).losses
    assert (loss.entry, loss.taker, str(loss.by[0])) == ("nothing", "poison", "a rule in safety/poison.md")


def test_a_question_whose_target_changed_is_judged_by_the_new_target(base, new, data):
    write_folder(new, {"questions/dev.md": RECORDED.replace("please -> cherry", "please -> pear, cherry")})
    assert diff_of(base, new, TODAY, data).unlisted == ()
    moved = [*FRUIT["pear"], "cake recipe with cherry please now"]
    write_folder(
        new,
        {
            "questions/dev.md": RECORDED.replace("please -> cherry", "please -> pear"),
            "fruit/pear.md": entry_text("Pear", moved),
        },
    )
    diff = diff_of(base, new, TODAY, data)
    assert diff.unlisted == ()
    assert "cake recipe with cherry please" in {move.question for move in diff.gains}


def test_an_entry_that_is_left_out_loses_its_questions_and_is_told(base, new, data):
    write_folder(new, {"fruit/plum.md": "no header"})
    diff = diff_of(base, new, TODAY, data)
    assert "plum" in {loss.entry for loss in diff.losses}
    assert diff.new.left_out[0].startswith("fruit/plum.md:1: ")


def test_a_loss_that_the_change_lists_passes(base, new, data):
    stealing = [*FRUIT["pear"], "cake recipe with cherry please now"]
    write_folder(
        new,
        {"fruit/pear.md": entry_text("Pear", stealing), "questions/intended.md": "# Intended\n- cherry -> pear\n"},
    )
    diff = diff_of(base, new, TODAY, data)
    assert (diff.unlisted, diff.stale, len(diff.losses), diff.recorded) == ((), (), 1, 5)


def test_recent_questions_are_shown_where_they_move_and_secrets_are_not_asked(base, new, data):
    write_folder(new, {"fruit/fig.md": entry_text("Fig", ["where do figs grow", "is a fig sweet", "fig jam recipe"])})
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    diff = diff_of(base, new, TODAY, data, ["where do figs  grow", "", "is a pear sweet", phrase])
    assert [(move.question, move.taker) for move in diff.of_recent] == [("where do figs grow", "fig")]
    assert diff.recent == 2


def test_without_recorded_questions_the_entries_own_phrasings_are_asked_and_it_is_said(tmp_path, data):
    base, new = write_folder(tmp_path / "a", FILES), write_folder(tmp_path / "b", FILES)
    write_folder(new, {"fruit/plum.md": entry_text("Plum", FRUIT["plum"], always=["tart"])})
    diff = diff_of(base, new, TODAY, data)
    assert diff.recorded == 0
    assert lost(diff) == {("pear tart recipe", "pear", "plum")}
    assert any("no recorded questions" in line for line in diff.lines())


def test_a_removed_phrasing_that_goes_elsewhere_is_shown_and_does_not_fail(base, new, data):
    write_folder(
        new,
        {
            "fruit/plum.md": entry_text("Plum", ["where do plums grow", "is a plum sweet"]),
            "fruit/pear.md": entry_text("Pear", [*FRUIT["pear"], "plum jam recipe of pears"]),
        },
    )
    diff = diff_of(base, new, TODAY, data)
    assert "plum jam recipe" in {move.question for move in diff.of_removed}
    assert all(move.question != "plum jam recipe" for move in diff.unlisted)


def test_a_misspelled_target_is_told_with_its_line(base, new, data):
    write_folder(new, {"questions/dev.md": RECORDED.replace("-> apple", "-> aple")})
    assert any(
        note.startswith("questions/dev.md:3: there is no entry 'aple'")
        for note in diff_of(base, new, TODAY, data).notes
    )


def test_a_folder_that_is_none_is_refused(base, tmp_path, data):
    with pytest.raises(KnowledgeError):
        diff_of(tmp_path / "nowhere", base, TODAY, data)


# asked once, kept, asked beside


def test_what_was_asked_before_is_not_asked_again_and_says_the_same(base, new, data, monkeypatch):
    write_folder(new, {"fruit/pear.md": entry_text("Pear", [*FRUIT["pear"], "cake recipe with cherry please now"])})
    first = diff_of(base, new, TODAY, data)
    asked = []
    ask = diffing._ask
    monkeypatch.setattr(diffing, "_ask", lambda *args: (asked.extend(args[2]), ask(*args))[1])
    assert diff_of(base, new, TODAY, data) == first
    assert asked == []
    write_folder(new, {"questions/dev.md": RECORDED + "- plum growing place -> plum\n"})
    diff_of(base, new, TODAY, data)
    assert {case.question for case in asked} == {"plum growing place"}


def test_other_thresholds_are_asked_anew(base, new, data):
    diff_of(base, new, TODAY, data)
    before = len(list((data / FOLDER).glob("*.json")))
    shipped = diffing.read_library(base, TODAY).library
    assert shipped.thresholds == ""
    from bot.matching.decision import shipped_calibrations

    write_folder(
        new,
        {"questions/calibration.json": shipped_calibrations().dump().replace('"answer_from": 0', '"answer_from": 1')},
    )
    diff = diff_of(base, new, TODAY, data)
    assert len(list((data / FOLDER).glob("*.json"))) == before + 1
    assert diff.before.right > diff.after.right


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"a": 1}', '{"a": ["answer"]}'])
def test_kept_answers_that_are_damaged_are_asked_again(base, new, data, damage):
    first = diff_of(base, new, TODAY, data)
    for path in (data / FOLDER).glob("*.json"):
        path.write_text(damage)
    assert diff_of(base, new, TODAY, data) == first


def test_nothing_that_was_asked_stands_in_the_data_folder(base, new, data):
    diff_of(base, new, TODAY, data, ["an odd marsupial question"])
    kept = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert kept
    assert b"football" not in kept
    assert b"marsupial" not in kept


def test_a_data_folder_that_cannot_be_written_costs_nothing_but_time(base, new, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file")
    assert diff_of(base, new, TODAY, blocked).recorded == 5


def test_another_process_gives_the_same_comparison(base, new, tmp_path, monkeypatch):
    write_folder(new, {"fruit/pear.md": entry_text("Pear", [*FRUIT["pear"], "cake recipe with cherry please now"])})
    alone = diff_of(base, new, TODAY, tmp_path / "a")
    monkeypatch.setattr(diffing, "BESIDE_FROM", 0)
    assert diff_of(base, new, TODAY, tmp_path / "b") == alone


@pytest.mark.parametrize("dying", [sys.exit, os.getpid], ids=["at once", "on wrong arguments"])
def test_a_process_that_dies_is_made_good_for(base, new, tmp_path, monkeypatch, dying):
    write_folder(new, {"fruit/fig.md": entry_text("Fig", ["where do figs grow"])})
    recent = [f"{at} pears {'and more ' * 60}" for at in range(400)]  # more than a pipe holds
    alone = diff_of(base, new, TODAY, tmp_path / "a", recent)
    monkeypatch.setattr(diffing, "BESIDE_FROM", 0)
    monkeypatch.setattr(diffing, "_work", dying)
    assert diff_of(base, new, TODAY, tmp_path / "b", recent) == alone
