"""`knowledge check` and `eval`: what moderators run."""

import json
import shutil
from pathlib import Path

import pytest

from bot.cli import main
from bot.knowledge import read_library
from tests.folders import TODAY, entry_text, write_folder

Printed = pytest.CaptureFixture[str]


# check


def test_check_of_a_sound_folder_counts_and_exits_0(folder: Path, capsys: Printed):
    assert main(["knowledge", "check", "--knowledge", str(folder)]) == 0
    assert capsys.readouterr() == ("3 published entries, 9 questions, 0 problems.\n", "")


def test_check_prints_file_line_what_and_cure_in_order_and_exits_1(folder: Path, capsys: Printed):
    write_folder(
        folder,
        {
            "basics/b.md": entry_text("B", ["b"], reviewed="soon"),
            "facts/caveats.toml": '[not-advice]\nsay = "This recommends nothing."\n[a]\n',
            "questions/dev.md": "- what is it\n",
        },
    )
    assert main(["knowledge", "check", "--knowledge", str(folder)]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert out.splitlines() == [
        "knowledge/basics/b.md:3: 'soon' is not a date; write year-month-day, for example 2026-11-22",
        'knowledge/facts/caveats.toml:3: [a] needs its sentence; write say = "…" below it',
        "knowledge/questions/dev.md:1: 'what is it' must end in ' -> ' and an entry id, or ' -> nothing'",
        "3 published entries, 9 questions, 3 problems.",
    ]


def test_check_names_the_folder_also_when_it_is_the_current_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
):
    write_folder(folder, {"x.md": ""})
    monkeypatch.chdir(folder)
    assert main(["knowledge", "check", "--knowledge", "."]) == 1
    assert capsys.readouterr().out.startswith("knowledge/x.md:1: ")


def test_check_tells_what_is_past_its_review_date(folder: Path, capsys: Printed):
    write_folder(
        folder,
        {
            "basics/a.md": entry_text("A", ["a"], reviewed="2026-08-01"),
            "basics/b.md": entry_text("B", ["b"], reviewed="2026-07-01"),
            "basics/c.md": entry_text("C", ["c"], reviewed="2020-01-01", review_every="never"),
            "basics/d.md": entry_text("D", ["d"], reviewed="2026-08-24"),  # due today: not past it yet
        },
    )
    assert main(["knowledge", "check", "--knowledge", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        "2 entries are past their review date, the oldest is b (due 2026-09-29)."
    )


def test_check_as_json(folder: Path, capsys: Printed):
    assert main(["knowledge", "check", "--json", "--knowledge", str(folder)]) == 0
    assert json.loads(capsys.readouterr().out) == {"entries": 4, "problems": []}
    write_folder(folder, {"basics/b.md": "# no header"})
    assert main(["knowledge", "check", "--json", "--knowledge", str(folder)]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert printed["entries"] == 4
    (problem,) = printed["problems"]
    assert set(problem) == {"file", "line", "code", "message"}
    assert (problem["file"], problem["line"], problem["code"]) == ("basics/b.md", 1, "no-header")
    assert problem["message"].startswith("the file must begin with a line '---'")


def test_check_of_an_empty_folder_finds_nothing_wrong(tmp_path: Path, capsys: Printed):
    assert main(["knowledge", "check", "--knowledge", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "0 published entries, 0 questions, 0 problems.\n"


def test_check_of_a_missing_folder_is_one_sentence(tmp_path: Path, capsys: Printed):
    assert main(["knowledge", "check", "--knowledge", str(tmp_path / "gone")]) == 1
    assert capsys.readouterr() == ("", "There is no knowledge folder called 'gone'.\n")


def test_check_finds_recorded_questions_that_cannot_be_read_beside_other_problems(folder: Path, capsys: Printed):
    write_folder(folder, {"questions/dev.md": b"\xff", "x.md": ""})
    assert main(["knowledge", "check", "--json", "--knowledge", str(folder)]) == 1
    problems = json.loads(capsys.readouterr().out)["problems"]
    assert [(p["file"], p["code"]) for p in problems] == [("questions/dev.md", "not-utf8"), ("x.md", "misplaced")]


# eval


def test_eval_as_json_gives_each_part_with_counts_and_intervals(folder: Path, capsys: Printed):
    assert main(["knowledge", "eval", "--json", "--knowledge", str(folder)]) == 0
    dev, test = json.loads(capsys.readouterr().out)
    version = read_library(folder, TODAY).library.version
    shares = {"first", "first_three", "answered", "precision", "offered", "false_answers"}
    for report in (dev, test):
        tables = {"confusion_pairs", "worst_phrasings", "reliability", "risk_coverage", "auroc"}
        assert set(report) - {"card"} == shares | tables | {"part", "version"}
        assert report["version"] == version
        for name in shares:
            share = report[name]
            assert set(share) == {"value", "hits", "total", "interval"}
            low, high = share["interval"]
            assert 0 <= low <= share["value"] <= high <= 1
            assert share["hits"] <= share["total"]
    assert (dev["part"], test["part"]) == ("dev", "test")
    assert (dev["first"]["hits"], dev["first"]["total"]) == (1, 1)
    assert (dev["false_answers"]["hits"], dev["false_answers"]["total"]) == (0, 1)
    assert (test["first"]["total"], test["false_answers"]["total"]) == (1, 0)


def test_eval_measures_one_part_only_when_asked(folder: Path, capsys: Printed):
    assert main(["knowledge", "eval", "--json", "--part", "test", "--knowledge", str(folder)]) == 0
    assert [report["part"] for report in json.loads(capsys.readouterr().out)] == ["test"]


def test_eval_for_people_lists_the_questions_that_went_wrong(folder: Path, capsys: Printed):
    write_folder(folder, {"questions/test.md": "# T\n- tell me what slashing is -> seed-phrase\n"})
    assert main(["knowledge", "eval", "--part", "test", "--misses", "--knowledge", str(folder)]) == 0
    out = capsys.readouterr().out
    assert "right entry first" in out
    assert "0.0%  (0 of 1" in out
    assert "questions/test.md:2: " in out
    assert " instead of seed-phrase: tell me what slashing is\n" in out


LOST = "# D\n- tell me what slashing is -> what-is-restaking\n"


def test_eval_for_people_has_the_figures_first_then_confusions_then_phrasings_that_mislead(
    folder: Path, capsys: Printed
):
    write_folder(folder, {"questions/dev.md": LOST})
    assert main(["knowledge", "eval", "--part", "dev", "--knowledge", str(folder)]) == 0
    out = capsys.readouterr().out
    figures, confusions, phrasings = (
        out.index(title) for title in ("right entry first", "Entries taken for each other", "Phrasings that mislead")
    )
    assert figures < confusions < phrasings
    assert "what-is-restaking lost to what-is-slashing: questions/dev.md:2: tell me what slashing is" in out


def test_eval_names_the_line_of_a_phrasing_that_misled(folder: Path, capsys: Printed):
    write_folder(folder, {"questions/dev.md": LOST})
    assert main(["knowledge", "eval", "--json", "--part", "dev", "--knowledge", str(folder)]) == 0
    (worst,) = json.loads(capsys.readouterr().out)[0]["worst_phrasings"]
    assert worst["took_from"] == [{"entry": "what-is-restaking", "count": 1}]
    line = (folder / worst["file"]).read_text(encoding="utf-8").splitlines()[worst["line"] - 1]
    assert line in {f"- {worst['phrasing']}", f"# {worst['phrasing']}"}


def test_eval_does_not_quote_the_part_that_is_only_reported(folder: Path, capsys: Printed):
    write_folder(folder, {"questions/test.md": LOST})
    for more in ([], ["--json"]):
        assert main(["knowledge", "eval", "--part", "test", "--knowledge", str(folder), *more]) == 0
        out = capsys.readouterr().out
        assert "what-is-restaking" in out
        assert "tell me what slashing is" not in out


def test_eval_draws_its_pictures_into_a_new_folder(folder: Path, tmp_path: Path, capsys: Printed):
    pictures = tmp_path / "some" / "where"
    assert main(["knowledge", "eval", "--pictures", str(pictures), "--knowledge", str(folder)]) == 0
    assert {path.name for path in pictures.iterdir()} == {"reliability.svg", "risk-coverage.svg"}
    for path in pictures.iterdir():
        text = path.read_text(encoding="utf-8")
        assert text.startswith("<svg ")
        assert "dev: " in text
        assert "test: " in text
    assert "right entry first" in capsys.readouterr().out


def test_eval_that_cannot_write_its_pictures_is_wrong_usage(folder: Path, tmp_path: Path, capsys: Printed):
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    assert main(["knowledge", "eval", "--pictures", str(tmp_path / "taken"), "--knowledge", str(folder)]) == 2
    assert "The pictures cannot be written into" in capsys.readouterr().err


def test_eval_of_a_part_that_does_not_exist_is_wrong_usage(folder: Path, capsys: Printed):
    assert main(["knowledge", "eval", "--part", "tset", "--knowledge", str(folder)]) == 2
    assert capsys.readouterr() == (
        "",
        "There are no such recorded questions; knowledge/questions has ['dev', 'test'].\n",
    )


def test_eval_without_recorded_questions_is_wrong_usage(folder: Path, capsys: Printed):
    shutil.rmtree(folder / "questions")
    assert main(["knowledge", "eval", "--knowledge", str(folder)]) == 2
    assert capsys.readouterr().err == "There are no such recorded questions; knowledge/questions has none.\n"


def test_eval_says_which_questions_it_could_not_count(folder: Path, capsys: Printed):
    write_folder(folder, {"questions/dev.md": "- what is it\n- so restaking, define it -> what-is-restaking\n"})
    assert main(["knowledge", "eval", "--json", "--part", "dev", "--knowledge", str(folder)]) == 1
    out, err = capsys.readouterr()
    assert err.startswith("questions/dev.md:1: 'what is it' must end in")
    assert json.loads(out)[0]["first"]["total"] == 1
