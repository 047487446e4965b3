"""`knowledge new`: from a title, from what somebody is asked on a terminal, and from an issue form."""

import io
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from bot.cli import main
from bot.knowledge import Status, read_library
from bot.knowledge.formatting import format_entry
from bot.knowledge.plain import plain
from bot.knowledge.template import EXAMPLE_ANSWER, EXAMPLE_MORE, EXAMPLE_SOURCE
from tests.folders import TODAY, write_folder

Printed = pytest.CaptureFixture[str]
Tell = Callable[..., tuple[int, str]]
PHRASE = " ".join(["abandon"] * 11 + ["about"])
RULES = """advice = ["you should sell"]
[caveats.moves]
needs = ["not-advice"]
words = ["price"]
"""
PATH = "exits/how-long-is-the-queue.md"
TITLE = ("How long is the queue?", "")
ASKED = ("how long is the exit queue", "days until i am out", "queue length", "")
ANSWER = ("It took 45 days in September 2025.", "", "")
NAMES = ("", "", "")
SOURCE = ("A page", "2026-05-01", "p", "", "", "")
WHOLE = ("exits", "y", *TITLE, *ASKED, *ANSWER, "", *NAMES, *SOURCE, "")
"""Everything that is asked for, up to what is to be done with it."""


@pytest.fixture(autouse=True)
def _on_the_day_of_the_tests_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.workshop.new.utc_now", lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))


@pytest.fixture
def known(folder: Path) -> Path:
    """The folder with tokens, protocols, allowed links and house rules."""
    return write_folder(
        folder,
        {
            "facts/protocols.toml": '[kelp]\nname = "Kelp"\naliases = ["kelp dao"]\n[renzo]\nname = "Renzo"\n',
            "facts/tokens.toml": '[rsETH]\nname = "Kelp ETH"\nprotocol = "kelp"\naliases = ["rs-eth"]\n',
            "facts/links.toml": 'allowed = ["example.org", "github.com"]\n',
            "facts/rules.toml": RULES,
        },
    )


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> Tell:
    """Runs `knowledge new` with somebody who types these lines and then closes the terminal."""

    def told(folder: Path, lines: Sequence[str], *arguments: str) -> tuple[int, str]:
        waiting = iter(lines)

        def answered(prompt: str = "") -> str:
            print(prompt, end="")
            line = next(waiting, None)
            if line is None:
                raise EOFError
            print(line)
            return line

        monkeypatch.setattr("builtins.input", answered)
        monkeypatch.setattr("bot.workshop.new.somebody_is_there", lambda: True)
        code = main(["knowledge", "new", "--knowledge", str(folder), *arguments])
        printed = capsys.readouterr()
        return code, " ".join((printed.out + printed.err).split())

    return told


def files_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# with a title


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
    meant = " ".join(plain(title).split()).strip("# ")
    refused = not 0 < len(meant) <= 80
    assert code == (2 if refused else 0)
    if not refused:
        reading = read_library(tmp_path, TODAY)
        assert reading.problems == ()
        (entry,) = reading.library.entries.values()
        assert entry.title == meant


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


# on a terminal


def test_what_is_told_becomes_a_published_entry_without_a_problem(folder: Path, tell: Tell, capsys: Printed):
    code, out = tell(folder, [*WHOLE, "p"])
    assert code == 0
    assert f"knowledge/{PATH} is published." in out
    assert "'make knowledge' and 'make diff'" in out
    reading = read_library(folder, TODAY, thorough=True)
    entry = reading.library.entries["how-long-is-the-queue"]
    assert reading.problems == ()
    assert (entry.status, entry.topic, entry.title) == (Status.PUBLISHED, "exits", "How long is the queue?")
    assert entry.questions == ASKED[:3]
    assert entry.answer == "It took 45 days in September 2025."
    assert [(str(one.when), one.grade, one.name) for one in entry.sources] == [("2026-05-01", "P", "A page")]
    assert (entry.reviewed, entry.review_every) == (TODAY, 90)
    assert main(["ask", "days until i am out", "--knowledge", str(folder)]) == 0
    assert "It took 45 days in September 2025." in capsys.readouterr().out


def test_what_is_written_has_the_uniform_form(folder: Path, tell: Tell):
    tell(folder, [*WHOLE, "d"])
    text = (folder / PATH).read_text(encoding="utf-8")
    assert format_entry(text, PATH, TODAY).text == text
    assert "status: draft\n" in text


@pytest.mark.parametrize("typed", range(len(WHOLE) + 1))
def test_leaving_at_any_question_writes_nothing(folder: Path, tell: Tell, typed: int):
    before = files_of(folder)
    code, out = tell(folder, WHOLE[:typed])
    assert code == 0
    assert out.endswith("Nothing was written.")
    assert files_of(folder) == before
    assert not (folder / "exits").exists()


def test_q_at_the_end_writes_nothing_once_it_is_confirmed(folder: Path, tell: Tell):
    _, out = tell(folder, [*WHOLE, "q", "n", "q", "y"])
    assert out.count("Leave without a file?") == 2
    assert out.endswith("Nothing was written.")
    assert not (folder / "exits").exists()


@pytest.mark.parametrize(
    ("typed", "topic"),
    [
        (["1"], "basics"),
        (["slashing"], "slashing"),
        (["Slashing"], "slashing"),
        (["slashin", ""], "slashing"),
        (["facts", "99", "n", "slashing"], "slashing"),
        (["slashin", "n", "y"], "slashin"),
        (["exits", "n", "3"], "slashing"),
    ],
)
def test_a_topic_is_taken_by_number_by_name_and_with_a_slip(folder: Path, tell: Tell, typed: list[str], topic: str):
    _, out = tell(folder, [*typed, *WHOLE[2:], "d"])
    assert f"The file will be knowledge/{topic}/how-long-is-the-queue.md" in out
    assert (folder / topic / "how-long-is-the-queue.md").is_file()


def test_a_topic_on_the_command_line_is_not_asked_for_again(folder: Path, tell: Tell):
    _, out = tell(folder, [*WHOLE[2:], "d"], "slashing")
    assert "Topic, by number" not in out
    assert (folder / "slashing/how-long-is-the-queue.md").is_file()


def test_a_file_name_that_is_taken_is_asked_for_again(folder: Path, tell: Tell):
    _, out = tell(folder, ["slashing", "What is slashing?", "", "slashing-again", *WHOLE[4:], "d"])
    assert "what-is-slashing.md exists already in slashing" in out
    assert (folder / "slashing/slashing-again.md").is_file()


def test_a_question_that_reaches_an_entry_already_says_which(folder: Path, tell: Tell):
    asked = ("could i get slashed", "-", *ASKED)
    _, out = tell(folder, ["exits", "y", *TITLE, *asked, *WHOLE[8:], "d"])
    assert "members who type this get 'What is slashing?' now (slashing/what-is-slashing.md)" in out
    assert "Taken back: could i get slashed" in out
    assert "could i" not in (folder / PATH).read_text(encoding="utf-8")


def test_a_question_that_another_entry_lists_is_not_kept(folder: Path, tell: Tell):
    asked = ("What is slashing", "how long is it", "how long is it", *ASKED)
    _, out = tell(folder, ["exits", "y", *TITLE, *asked, *WHOLE[8:], "d"])
    assert "Not kept: the entry what-is-slashing lists the same question (slashing/what-is-slashing.md)" in out
    assert "Not kept: this question stands here twice" in out
    assert "What is slashing" not in (folder / PATH).read_text(encoding="utf-8")


def test_fewer_than_three_questions_are_not_enough_and_pasted_marks_are_taken_off(folder: Path, tell: Tell):
    _, out = tell(folder, ["exits", "y", *TITLE, "- one way", "", "* another way", "3. a third", "", *WHOLE[8:], "d"])
    assert "3 are needed" in out
    entry = read_library(folder, TODAY).library.entries["how-long-is-the-queue"]
    assert entry.questions == ("one way", "another way", "a third")


def test_an_answer_is_held_against_the_rules_at_once(known: Path, tell: Tell):
    lines = [*WHOLE[:8], "You should sell. It costs 5%.", "", "", "n", *WHOLE[8:], "d"]
    _, out = tell(known, lines)
    assert "'You should sell' is advice" in out
    assert "'5%' reads as true for ever" in out
    assert "It took 45 days" in (known / PATH).read_text(encoding="utf-8")
    assert "sell" not in (known / PATH).read_text(encoding="utf-8")


def test_a_heading_in_an_answer_and_no_answer_at_all_are_asked_for_again(folder: Path, tell: Tell):
    _, out = tell(folder, [*WHOLE[:8], "## More", "", "", "", *WHOLE[8:], "d"])
    assert "headings inside a section do not fit on a phone; make '## More' a sentence" in out
    assert "there is no answer; add '## Answer'" in out
    assert "## More" not in (folder / PATH).read_text(encoding="utf-8")


def test_paragraphs_of_an_answer_stay_apart(folder: Path, tell: Tell):
    tell(folder, [*WHOLE[:8], "One.", "", "- two", "- three", "", "", *WHOLE[11:], "d"])
    assert read_library(folder, TODAY).library.entries["how-long-is-the-queue"].answer == "One.\n\n- two\n- three"


def test_names_are_offered_from_the_facts_and_spelled_as_there(known: Path, tell: Tell):
    asked = ("how long is the exit from kelp dao", *ASKED)
    lines = ["exits", "y", *TITLE, *asked, *WHOLE[8:12], "", "rSETH", "", *SOURCE, "", "d"]
    _, out = tell(known, lines)
    assert "Protocols [kelp]:" in out
    entry = read_library(known, TODAY).library.entries["how-long-is-the-queue"]
    assert (entry.protocols, entry.tokens) == (("kelp",), ("rsETH",))


def test_an_unknown_name_is_told_with_a_hint_and_a_hyphen_means_none(known: Path, tell: Tell):
    _, out = tell(known, [*WHOLE[:12], "klep", "kelp, Renzo", "-", "", *SOURCE, "", "d"])
    assert "there is no protocol 'klep' in facts/protocols.toml; did you mean 'kelp'?" in out
    entry = read_library(known, TODAY).library.entries["how-long-is-the-queue"]
    assert (entry.protocols, entry.tokens) == (("kelp", "renzo"), ())


def test_a_caveat_that_the_rules_ask_for_is_offered(known: Path, tell: Tell):
    answer = ("The price was $5 in May 2026.", "", "")
    _, out = tell(known, [*WHOLE[:8], *answer, "", "", "", "", *SOURCE, "", "p"])
    assert "Caveats [not-advice]:" in out
    assert read_library(known, TODAY).library.entries["how-long-is-the-queue"].caveats == ("not-advice",)


def test_a_source_is_asked_for_in_parts_and_each_slip_is_told(known: Path, tell: Tell):
    source = (
        "",
        "Docs [of X]",
        "soon",
        "2030-01-01",
        "yesterday",
        "x",
        "i",
        "http://example.org/a",
        "https://bit.ly/a",
    )
    rest = ("https://evil.org/a", "n", "https://example.org/a", "exits", "")
    _, out = tell(known, [*WHOLE[:12], *NAMES, *source, *rest, "", "p"])
    for told in ("names at least one", "'soon' is not a date", "in the future", "does not begin with https://"):
        assert told in out
    for told in ("does not show where it leads", "evil.org is not in the list of allowed links"):
        assert told in out
    (one,) = read_library(known, TODAY).library.entries["how-long-is-the-queue"].sources
    assert (str(one.when), one.grade, one.name) == ("2026-11-21", "I", "Docs (of X)")
    assert (one.url, one.supports) == ("https://example.org/a", "exits")


@pytest.mark.parametrize(("typed", "days"), [("30", 30), ("30 days", 30), ("Never", None), ("often", 90)])
def test_the_time_between_reviews_is_days_or_never(folder: Path, tell: Tell, typed: str, days: int | None):
    tell(folder, [*WHOLE[:-1], typed, *([""] if typed == "often" else []), "d"])
    assert read_library(folder, TODAY).library.entries["how-long-is-the-queue"].review_every == days


def test_what_is_not_sound_cannot_be_published_until_that_part_is_told_anew(known: Path, tell: Tell):
    kept = ("It costs 5%.", "", "", "y")
    _, out = tell(known, [*WHOLE[:8], *kept, *WHOLE[11:], "p", "3", *ANSWER, "p"])
    assert "It cannot be published before these are mended" in out
    assert f"knowledge/{PATH} is published." in out
    assert read_library(known, TODAY, thorough=True).problems == ()


def test_a_recovery_phrase_is_never_kept_wherever_it_is_typed(folder: Path, tell: Tell):
    _, out = tell(folder, ["exits", "y", *TITLE, PHRASE, *ASKED, PHRASE, *ANSWER, *WHOLE[11:], "d"])
    assert out.count("looks like a recovery phrase") == 2
    assert "abandon" not in (folder / PATH).read_text(encoding="utf-8")


def test_a_question_mark_explains_what_is_asked(folder: Path, tell: Tell):
    _, out = tell(folder, ["?", "exits", "y", "?", *TITLE, "?"])
    for told in ("The topic is the folder", "stands above the answer and on buttons", "Write as members type"):
        assert told in out


def test_keys_and_colours_of_a_terminal_are_not_kept(folder: Path, tell: Tell):
    tell(folder, ["exits", "y", "How\x1b[D long\tis the\x1b[31m queue?", "", *WHOLE[4:], "d"])
    assert read_library(folder, TODAY).library.entries["how-long-is-the-queue"].title == "How long is the queue?"


@pytest.mark.parametrize("arguments", [[], ["exits"]])
def test_without_a_terminal_a_title_is_needed(folder: Path, arguments: list[str], capsys: Printed):
    assert main(["knowledge", "new", "--knowledge", str(folder), *arguments]) == 2
    assert "Name a topic and a title" in capsys.readouterr().err


ON_A_TERMINAL = """
import os, pty, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell has the jobs that it puts aside ignore it
command = [sys.executable, "-m", "bot", "knowledge", "new", "--knowledge", sys.argv[1]]
sys.exit(os.waitstatus_to_exitcode(pty.spawn(command)))
"""


def test_ctrl_c_on_a_real_terminal_writes_nothing(folder: Path):
    before = files_of(folder)
    command = [sys.executable, "-c", ON_A_TERMINAL, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        printed = b""
        for _ in range(60):
            if select.select([process.stdout], [], [], 1)[0]:
                read = os.read(process.stdout.fileno(), 4096)
                if not read:
                    break
                printed += read
                if printed.endswith(b"name: "):
                    os.write(process.stdin.fileno(), b"exits\n")
            if printed.endswith(b"[y/N] "):  # again after a second: just before it waits for a key it hears none
                os.write(process.stdin.fileno(), b"\x03")
        process.kill()
    assert b"Nothing was written." in printed
    assert b"Traceback" not in printed
    assert files_of(folder) == before


# from an issue


ISSUE = "### Question\n\nHow long is the queue?\n\n### Topic\n\nslashing\n\n### Source\n\nA page\n"


def test_an_issue_from_a_file_becomes_a_draft(folder: Path, tmp_path: Path, capsys: Printed):
    (tmp_path / "issue.md").write_text(ISSUE, encoding="utf-8")
    assert main(["knowledge", "new", "--from-issue", str(tmp_path / "issue.md"), "--knowledge", str(folder)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("knowledge/slashing/how-long-is-the-queue.md is ready: a draft of what a member suggested.\n")
    assert "- The source has no day that can be; 2026-11-22 was written in its place.\n" in out
    reading = read_library(folder, TODAY)
    assert reading.problems == ()
    assert reading.library.entries["how-long-is-the-queue"].status is Status.DRAFT


def test_an_issue_is_read_from_standard_input(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(ISSUE.encode())))
    assert main(["knowledge", "new", "--from-issue", "-", "--knowledge", str(folder)]) == 0
    assert (folder / "slashing/how-long-is-the-queue.md").is_file()


def test_an_issue_never_overwrites_an_entry(folder: Path, tmp_path: Path, capsys: Printed):
    before = files_of(folder)
    (tmp_path / "issue.md").write_text(ISSUE.replace("How long is the queue", "What is slashing"), encoding="utf-8")
    assert main(["knowledge", "new", "--from-issue", str(tmp_path / "issue.md"), "--knowledge", str(folder)]) == 2
    assert "what-is-slashing.md exists already in slashing" in capsys.readouterr().err
    assert files_of(folder) == before


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "The issue cannot be read (No such file or directory)."),
        (b"\xff", "The issue is not plain UTF-8 text"),
        (b"x" * 300_000, "The issue is longer than 256 kB"),
        (b"hello", "This is none of the issue forms"),
    ],
)
def test_an_issue_that_cannot_be_read_is_one_sentence(
    folder: Path, tmp_path: Path, data: bytes | None, said: str, capsys: Printed
):
    if data is not None:
        (tmp_path / "issue.md").write_bytes(data)
    assert main(["knowledge", "new", "--from-issue", str(tmp_path / "issue.md"), "--knowledge", str(folder)]) == 2
    assert said in capsys.readouterr().err


def test_an_issue_names_its_topic_itself(folder: Path, capsys: Printed):
    assert main(["knowledge", "new", "exits", "--from-issue", "x.md", "--knowledge", str(folder)]) == 2
    assert "--from-issue takes its topic and its title from the issue" in capsys.readouterr().err
