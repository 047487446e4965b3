"""The accuracy card on the command line: `knowledge eval`, `knowledge eval --readme` and `knowledge train`."""

import json
from pathlib import Path

import pytest

from bot.cli import main
from bot.curation import training
from bot.curation.accuracy import AccuracyCard, load_card
from bot.knowledge import read_library
from bot.matching.classifier import Classifier
from bot.workshop.accuracy import BEGIN, CURE, END, measured_version
from tests.folders import TODAY, write_folder

Printed = pytest.CaptureFixture[str]

WAYS = ("please", "again", "today", "really", "briefly", "maybe", "now", "then", "well", "kindly")
ASKED = {
    "what-is-restaking": ("so restaking, define it", "restaking, explain", "is restaking something"),
    "what-is-slashing": ("slashing, how does that work", "tell me of slashing", "what gets slashed"),
}
COVERED = [f"- {text} {way} -> {entry}" for entry, texts in ASKED.items() for text in texts for way in WAYS]
OFF_TOPIC = [f"- {what} in {city} -> nothing" for what in ("pizza", "rain", "chess", "buses", "opera") for city in WAYS]
PAGE = f"# Title\n\nBefore.\n{BEGIN}\nwhat stood here\n{END}\nAfter.\n"


@pytest.fixture
def measurable(folder: Path) -> Path:
    """The folder with 60 covered and 50 off-topic questions in each part."""
    text = "\n".join([*COVERED, *OFF_TOPIC])
    return write_folder(folder, {f"questions/{part}.md": f"# {part}\n{text}\n" for part in ("dev", "test")})


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "PAGE.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def evaluated(folder: Path, *more: str) -> int:
    return main(["knowledge", "eval", "--knowledge", str(folder), *more])


def kept(data: Path, folder: Path) -> AccuracyCard | None:
    """The card that a bot which reads the folder now would show."""
    return load_card(data, read_library(folder, TODAY).library)


# Printed


def test_the_card_stands_at_the_end_for_people(measurable: Path, capsys: Printed):
    assert evaluated(measurable) == 0
    _, title, card = capsys.readouterr().out.partition("Accuracy card of knowledge ")
    assert title
    version, *lines = card.splitlines()
    assert version == read_library(measurable, TODAY).library.version
    assert lines[0].startswith("  Of 60 test questions that an entry covers the bot answered ")
    assert lines[-1] == "  The ranges are 95% intervals."


def test_a_handful_of_questions_makes_no_shares(folder: Path, capsys: Printed):
    assert evaluated(folder) == 0
    assert "Too few test questions are recorded (1) to say how often the bot would be right." in capsys.readouterr().out


def test_programs_get_the_card_with_the_part_that_it_is_computed_from(measurable: Path, capsys: Printed):
    assert evaluated(measurable, "--json") == 0
    dev, test = json.loads(capsys.readouterr().out)
    assert (dev["part"], test["part"]) == ("dev", "test")
    assert "card" not in dev
    assert test["card"]["coverage"] == test["answered"]
    for name in ("first", "precision", "false_answers"):
        assert test["card"][name] == test[name]
    assert (test["card"]["version"], test["card"]["format"]) == (test["version"], training.FORMAT)


def test_the_part_that_thresholds_are_set_on_makes_no_card(measurable: Path, data: Path, capsys: Printed):
    assert evaluated(measurable, "--part", "dev") == 0
    assert "Accuracy card" not in capsys.readouterr().out
    assert kept(data, measurable) is None


# Kept for the bot


def test_what_was_measured_is_kept_for_the_files_as_they_are_now(measurable: Path, data: Path, capsys: Printed):
    assert evaluated(measurable, "--json") == 0
    out, err = capsys.readouterr()
    assert "Thresholds fitted" in err, "the card is to be of the thresholds that were fitted just now"
    card = kept(data, measurable)
    assert card is not None
    assert card.trained
    assert card.as_json() == json.loads(out)[1]["card"]


def test_a_change_of_an_entry_has_no_card_until_it_is_measured(measurable: Path, data: Path, capsys: Printed):
    evaluated(measurable)
    path = measurable / "slashing" / "what-is-slashing.md"
    path.write_text(path.read_text(encoding="utf-8").replace("loses a part", "loses a share"), encoding="utf-8")
    assert kept(data, measurable) is None
    evaluated(measurable)
    assert kept(data, measurable) is not None


def test_training_keeps_the_same_card(measurable: Path, data: Path, capsys: Printed, logging_as_before):
    evaluated(measurable)
    measured = kept(data, measurable)
    for path in (data / training.FOLDER).iterdir():
        path.unlink()
    assert main(["knowledge", "train", "--knowledge", str(measurable)]) == 0
    assert measured is not None
    assert kept(data, measurable) == measured


def test_training_measures_a_version_whose_classifier_is_there_already(
    measurable: Path, data: Path, capsys: Printed, logging_as_before, monkeypatch: pytest.MonkeyPatch
):
    evaluated(measurable)
    for path in (data / training.FOLDER).glob("*.json"):
        path.unlink()
    monkeypatch.setattr(Classifier, "train", never)
    assert main(["knowledge", "train", "--knowledge", str(measurable)]) == 0
    assert kept(data, measurable) is not None


def test_training_on_a_folder_without_recorded_questions_makes_no_card_and_no_complaint(
    folder: Path, data: Path, capsys: Printed, logging_as_before
):
    for path in (folder / "questions").iterdir():
        path.unlink()
    assert main(["knowledge", "train", "--knowledge", str(folder)]) == 0
    assert kept(data, folder) is None
    assert capsys.readouterr() == ("Trained.\n", "")


def test_the_matcher_is_trained_once_for_fitting_measuring_and_the_next_time(
    measurable: Path, data: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
):
    trained = []
    train = Classifier.train

    def counted(*arguments: object) -> Classifier | None:
        trained.append(arguments)
        return train(*arguments)

    monkeypatch.setattr(Classifier, "train", counted)
    evaluated(measurable)
    assert "Thresholds fitted" in capsys.readouterr().err
    evaluated(measurable)
    assert len(trained) == 1


def never(*_: object) -> None:
    raise AssertionError("the matcher was to be trained again")


# Written into a page


def test_the_page_gets_the_card_and_a_table_of_all_parts_and_keeps_the_rest(
    measurable: Path, page: Path, capsys: Printed
):
    assert evaluated(measurable, "--readme", str(page), "--json") == 0
    out, err = capsys.readouterr()
    assert "PAGE.md has the new card." in err
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# Title\n\nBefore.\n{BEGIN}\n")
    assert text.endswith(f"\n{END}\nAfter.\n")
    assert "what stood here" not in text
    right = json.loads(out)[1]["precision"]
    cell = f"({right['hits']} of {right['total']}; {right['interval'][0]:.1%} to {right['interval'][1]:.1%})"
    assert f"| answers that were right | {right['value']:.1%} {cell} |" in text
    assert "| part `test` | part `dev`, on which thresholds are set |" in text


def test_the_page_names_what_was_measured(measurable: Path, data: Path, page: Path, capsys: Printed):
    evaluated(measurable, "--readme", str(page))
    card = kept(data, measurable)
    assert card is not None
    assert measured_version(page.read_text(encoding="utf-8")) == (card.version, card.format, card.thresholds)
    assert measured_version(PAGE) is None
    assert measured_version("") is None


def test_a_page_that_is_current_stays_as_it_is(measurable: Path, page: Path, capsys: Printed):
    evaluated(measurable, "--readme", str(page))
    before = page.stat().st_mtime_ns, page.read_bytes()
    capsys.readouterr()
    assert evaluated(measurable, "--readme", str(page)) == 0
    assert "PAGE.md is up to date." in capsys.readouterr().err
    assert (page.stat().st_mtime_ns, page.read_bytes()) == before


def test_line_ends_of_windows_stay(measurable: Path, page: Path, capsys: Printed):
    page.write_bytes(PAGE.replace("\n", "\r\n").encode())
    assert evaluated(measurable, "--readme", str(page)) == 0
    assert b"\n" not in page.read_bytes().replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "text",
    ["", BEGIN, END, f"{END}\n{BEGIN}", f"{BEGIN}{END}\n{BEGIN}{END}"],
    ids=["no comment", "no end", "no beginning", "the wrong way round", "twice"],
)
def test_a_page_without_a_place_is_refused_before_anything_is_measured(
    measurable: Path, page: Path, text: str, capsys: Printed, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Classifier, "train", never)
    page.write_text(text, encoding="utf-8")
    assert evaluated(measurable, "--readme", str(page)) == 2
    assert capsys.readouterr() == (
        "",
        f"PAGE.md has no place for the card; add the two lines {BEGIN} and {END}.\n",
    )
    assert page.read_text(encoding="utf-8") == text


def test_a_page_that_is_missing_or_no_text_is_refused_in_a_sentence(measurable: Path, page: Path, capsys: Printed):
    assert evaluated(measurable, "--readme", str(page.with_name("PGAE.md"))) == 2
    assert capsys.readouterr().err == "PGAE.md cannot be read (No such file or directory).\n"
    page.write_bytes(b"\xff")
    assert evaluated(measurable, "--readme", str(page)) == 2
    assert capsys.readouterr().err == "PAGE.md cannot be read (it is not UTF-8).\n"


def test_a_page_is_not_written_from_one_part_alone(measurable: Path, page: Path, capsys: Printed):
    assert evaluated(measurable, "--readme", str(page), "--part", "test") == 2
    assert "leave out --part" in capsys.readouterr().err


def test_a_page_needs_the_part_that_the_card_is_about(measurable: Path, page: Path, capsys: Printed):
    (measurable / "questions" / "test.md").unlink()
    assert evaluated(measurable, "--readme", str(page)) == 2
    assert "questions/test.md holds no question" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8") == PAGE


def test_the_cure_that_others_are_told_is_a_command(measurable: Path, page: Path, capsys: Printed):
    command = CURE.removeprefix("python -m bot ").replace("README.md", str(page)).split()
    assert main([*command, "--knowledge", str(measurable)]) == 0
    assert measured_version(page.read_text(encoding="utf-8")) is not None
