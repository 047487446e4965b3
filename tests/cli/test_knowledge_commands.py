"""`knowledge check`, `new` and `eval`: what moderators run."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from bot.cli import main
from bot.knowledge import Status, read_library
from bot.knowledge.template import EXAMPLE_ANSWER, EXAMPLE_MORE, EXAMPLE_SOURCE
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


# new


def test_new_begins_a_draft_that_reads_without_a_problem(folder: Path, capsys: Printed):
    command = ["knowledge", "new", "--knowledge", str(folder), "Exit queues", "How long is the queue?"]
    assert main([*command, "how long is it", " wen  out "]) == 0
    path = folder / "exit-queues" / "how-long-is-the-queue.md"
    assert capsys.readouterr().out == (
        f"{path} is ready. Fill it in, set 'status: published', then run: python -m bot knowledge check\n"
    )
    reading = read_library(folder, TODAY)
    entry = reading.library.entries["how-long-is-the-queue"]
    assert reading.problems == ()
    assert (entry.status, entry.topic, entry.title) == (Status.DRAFT, "exit-queues", "How long is the queue?")
    assert entry.questions == ("how long is it", "wen out")
    assert entry.reviewed == date(2026, 11, 22)


def test_a_new_entry_published_with_its_examples_is_refused_line_by_line(folder: Path, capsys: Printed):
    assert main(["knowledge", "new", "--knowledge", str(folder), "exits", "Queue"]) == 0
    path = folder / "exits" / "queue.md"
    path.write_text(path.read_text(encoding="utf-8").replace("status: draft", "status: published"), encoding="utf-8")
    capsys.readouterr()
    assert main(["knowledge", "check", "--knowledge", str(folder)]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 6
    assert all("exits/queue.md:" in line and "this is the example text" in line for line in printed[:-1])


def test_a_new_entry_with_its_own_text_passes_the_check_when_published(folder: Path, capsys: Printed):
    assert main(["knowledge", "new", "--knowledge", str(folder), "exits", "Queue", "how long is the queue"]) == 0
    path = folder / "exits" / "queue.md"
    written = path.read_text(encoding="utf-8").replace("status: draft", "status: published")
    for placeholder, own in (
        (EXAMPLE_ANSWER, "It took 45 days in September 2025."),
        (EXAMPLE_MORE, "It moves with demand."),
        (EXAMPLE_SOURCE, "A page about the queue"),
    ):
        written = written.replace(placeholder, own)
    path.write_text(written, encoding="utf-8")
    capsys.readouterr()
    assert main(["knowledge", "check", "--knowledge", str(folder)]) == 0
    assert capsys.readouterr().out == "4 published entries, 10 questions, 0 problems.\n"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=100))
@example(title="#")
@example(title="Why # and ##")
@example(title="a\nb")
@example(title="---")
@example(title="```")
def test_new_makes_a_sound_file_of_any_title_or_refuses_it(title: str, tmp_path: Path, capsys: Printed):
    assume("](" not in title and "http" not in title.lower())
    shutil.rmtree(tmp_path, ignore_errors=True)
    code = main(["knowledge", "new", "--knowledge", str(tmp_path), "--", "t", title])
    refused = not 0 < len(" ".join(title.split()).strip("# ")) <= 80
    assert code == (2 if refused else 0)
    if not refused:
        reading = read_library(tmp_path, TODAY)
        assert reading.problems == ()
        (entry,) = reading.library.entries.values()
        assert entry.title == " ".join(title.split()).strip("# ")


def test_new_never_overwrites_an_entry_of_any_topic(folder: Path, capsys: Printed):
    before = (folder / "slashing/what-is-slashing.md").read_bytes()
    for topic in ("slashing", "other"):
        assert main(["knowledge", "new", "--knowledge", str(folder), topic, "What is slashing?"]) == 2
        assert capsys.readouterr() == (
            "",
            "what-is-slashing.md exists already in slashing; edit it, or choose another title.\n",
        )
    assert (folder / "slashing/what-is-slashing.md").read_bytes() == before
    assert not (folder / "other").exists()


@pytest.mark.parametrize("topic", ["facts", "Questions", "../facts"])
def test_new_keeps_entries_out_of_folders_where_they_would_not_be_read(topic: str, folder: Path, capsys: Printed):
    assert main(["knowledge", "new", "--knowledge", str(folder), topic, "Title"]) == 2
    assert (
        capsys.readouterr().err == f"The folder {topic.lower().strip('./')} holds no entries; choose another topic.\n"
    )


def test_new_never_leaves_the_folder(folder: Path):
    assert main(["knowledge", "new", "--knowledge", str(folder), "../../outside", "../../Title"]) == 0
    assert (folder / "outside" / "title.md").is_file()


def test_new_in_a_place_that_cannot_be_written_is_one_sentence(folder: Path, capsys: Printed):
    write_folder(folder, {"taken": ""})
    assert main(["knowledge", "new", "--knowledge", str(folder), "taken", "Title"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "title.md cannot be written (File exists).\n"


# eval


def test_eval_as_json_gives_each_part_with_counts_and_intervals(folder: Path, capsys: Printed):
    assert main(["knowledge", "eval", "--json", "--knowledge", str(folder)]) == 0
    dev, test = json.loads(capsys.readouterr().out)
    version = read_library(folder, TODAY).library.version
    shares = {"first", "first_three", "answered", "precision", "offered", "false_answers"}
    for report in (dev, test):
        tables = {"confusion_pairs", "worst_phrasings", "reliability", "risk_coverage", "auroc"}
        assert set(report) == shares | tables | {"part", "version"}
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
    assert out.splitlines()[-1].endswith(" instead of seed-phrase: tell me what slashing is")


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
