"""`ask`: one question or one a line, for people and for programs."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from tests.folders import entry_text, write_folder

Row = dict[str, Any]
Ask = Callable[..., list[Row]]
OUTCOMES = {"answer", "choices", "no_answer", "live", "safety"}
PHRASE = "abandon " * 11 + "about"


@pytest.fixture
def ask(folder: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Asks with --json and gives the printed objects."""

    def run(*arguments: str) -> list[Row]:
        capsys.readouterr()
        assert main(["ask", "--knowledge", str(folder), "--json", *arguments]) == 0
        return [json.loads(line) for line in capsys.readouterr().out.split("\n") if line]

    return run


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Puts bytes on standard input."""

    def put(content: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), encoding="ascii"))

    return put


def _assert_contract(row: Row) -> None:
    # `choices`, what a face shows as buttons, is beyond the contract; programs may rely on all other keys.
    assert set(row) - {"choices", "explanation"} == {
        *("question", "outcome", "entry", "candidates"),
        *("text", "sources", "figures", "caveats", "elapsed_ms"),
    }
    assert isinstance(row["question"], str)
    assert row["outcome"] in OUTCOMES
    assert row["entry"] is None or isinstance(row["entry"], str)
    assert isinstance(row["text"], str)
    assert row["text"]
    assert isinstance(row["elapsed_ms"], float)
    assert row["elapsed_ms"] >= 0
    assert all(isinstance(row[name], list) for name in ("candidates", "sources", "figures", "caveats"))
    assert all(isinstance(caveat, str) for caveat in row["caveats"])
    assert len(row["candidates"]) <= 10
    for candidate in row["candidates"]:
        assert set(candidate) == {"entry", "score", "question"}
        assert isinstance(candidate["entry"], str)
        assert isinstance(candidate["question"], str)
        assert 0 <= candidate["score"] <= 1
    scores = [candidate["score"] for candidate in row["candidates"]]
    assert scores == sorted(scores, reverse=True)


def test_an_answer_carries_everything_that_the_contract_names(ask: Ask):
    (row,) = ask("what is restaking")
    _assert_contract(row)
    assert (row["question"], row["outcome"], row["entry"]) == ("what is restaking", "answer", "what-is-restaking")
    assert row["candidates"][0]["entry"] == "what-is-restaking"
    assert row["text"] == (
        "Restaking means that staked ETH also secures other services. It costs about 5% (2 Oct 2026) of what it earns."
    )
    assert row["caveats"] == ["This explains; it recommends nothing."]
    assert row["sources"] == [
        {"date": "2026-07-14", "name": "A proposal", "url": "https://github.com/x/y", "supports": "operator sets"},
        {"date": "2025-07-24", "name": "A book about it", "url": None, "supports": ""},
    ]
    assert row["figures"] == [
        {
            "slot": "figure:fee",
            "text": "about 5% (2 Oct 2026)",
            "as_of": "2026-10-02",
            "source": "A report on fees",
            "live": False,
        }
    ]


def test_a_safety_card_is_an_outcome_of_its_own(ask: Ask):
    (row,) = ask("an admin wants my seed phrase to fix my restaking")
    _assert_contract(row)
    assert (row["outcome"], row["entry"]) == ("safety", "seed-phrase")


def test_no_answer_has_no_entry_and_still_ranks(ask: Ask):
    (row,) = ask("does restaking taste like pizza from the oven in rome")
    _assert_contract(row)
    assert (row["outcome"], row["entry"]) == ("no_answer", None)
    assert row["candidates"]


def test_a_draft_is_never_answered_from_or_ranked(ask: Ask):
    (row,) = ask("what is half done")
    assert row["entry"] is None
    assert "half-done" not in [candidate["entry"] for candidate in row["candidates"]]


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        pytest.param("", "no_answer", id="empty"),
        pytest.param("   \t ", "no_answer", id="blanks"),
        pytest.param("?!.,", "no_answer", id="marks only"),
        pytest.param("x" * 6000, "no_answer", id="one word of 6000 characters"),
        pytest.param("pizza " * 1000, "no_answer", id="6000 characters"),
        pytest.param(
            "what is s\u0336l\u0335a\u0337s\u0338h\u0334i\u0353n\u0354g\u0355\u0300\u0301", "answer", id="zalgo"
        ),
        pytest.param("\u202ewhat is slashing", "answer", id="text turned around"),
        pytest.param("هل إعادة التخزين آمنة", "no_answer", id="right-to-left text"),
        pytest.param("什么是再质押", "no_answer", id="Chinese"),
        pytest.param("@everyone", "no_answer", id="everyone"),
        pytest.param("<@&123> <#1> </ask:1>", "no_answer", id="mentions of Discord"),
        pytest.param("**bold** `code` ||hidden|| # big", "no_answer", id="Markdown"),
        pytest.param("[free eth](https://evil.example/claim)", None, id="link"),
        pytest.param("what is slashing\x00", "answer", id="NUL byte"),
        pytest.param("\x00", "no_answer", id="nothing but a NUL byte"),
        pytest.param("\udfff\ud800 what is slashing", "answer", id="lone surrogates"),
        pytest.param("\udcff", "no_answer", id="nothing but a lone surrogate"),
        pytest.param("{figure:fee} {0} %s \\", None, id="format strings"),
        pytest.param("'; DROP TABLE questions; --", "no_answer", id="SQL"),
    ],
)
def test_bad_input_ends_in_a_sensible_outcome_and_is_not_echoed_in_the_text(
    question: str, outcome: str | None, ask: Ask
):
    (row,) = ask("--", question)
    _assert_contract(row)
    assert row["question"] == question
    assert outcome in {None, row["outcome"]}
    assert not [part for part in ("evil", "@everyone", "DROP", "<@", "||") if part in row["text"]]


def test_a_recovery_phrase_is_nowhere_in_what_is_printed(
    folder: Path, capsys: pytest.CaptureFixture[str], typed: Callable[[bytes], None]
):
    typed(f"is this right: {PHRASE}\n".encode())
    assert main(["ask", "--knowledge", str(folder), "--json", "-"]) == 0
    out, err = capsys.readouterr()
    assert "abandon" not in out + err
    row = json.loads(out)
    _assert_contract(row)
    assert (row["question"], row["outcome"], row["candidates"]) == ("", "safety", [])


@pytest.mark.parametrize("arguments", [("-",), ()])
def test_standard_input_is_one_question_a_line_in_order(
    arguments: tuple[str, ...], ask: Ask, typed: Callable[[bytes], None]
):
    questions = [f"what is slashing {number}" for number in range(300)]
    typed("\n".join(questions).encode())
    rows = ask(*arguments)
    assert [row["question"] for row in rows] == questions
    for row in rows:
        _assert_contract(row)


@pytest.mark.parametrize(
    ("content", "questions"),
    [
        (b"", []),
        (b"\n", [""]),
        (b"what is slashing\r\nwhat is restaking\r\n", ["what is slashing", "what is restaking"]),
        (b"what is slashing\n\nwhat is restaking", ["what is slashing", "", "what is restaking"]),
        ("wäs ist 🚀\n".encode(), ["wäs ist 🚀"]),
        (b"caf\xe9\nwhat is slashing\n", ["caf\udce9", "what is slashing"]),
        (b"a\x00b\n", ["a\x00b"]),
        (b"  what is\t\n", ["  what is\t"]),
        (b"--json\n-\n", ["--json", "-"]),
    ],
)
def test_any_bytes_on_standard_input_are_questions_as_typed(
    content: bytes, questions: list[str], ask: Ask, typed: Callable[[bytes], None]
):
    typed(content)
    assert [row["question"] for row in ask("-")] == questions


def test_the_score_is_higher_for_a_covered_question_than_for_one_off_topic(ask: Ask):
    (covered,) = ask("what is slashing")
    (off_topic,) = ask("best pizza in rome")
    best = max((candidate["score"] for candidate in off_topic["candidates"]), default=0.0)
    assert covered["candidates"][0]["score"] > best


def test_people_get_title_text_caveat_sources_and_review(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["ask", "--knowledge", str(folder), "what is restaking"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "What is restaking?"
    assert "Note: This explains; it recommends nothing." in lines
    assert "Sources: A proposal (2026-07-14); A book about it (2025-07-24)" in lines
    assert "Reviewed 2026-11-01 · what-is-restaking" in lines
    assert lines[-2:] == ["See also:", "  1. What is slashing?"]
    assert re.search(r"It costs about 5% \(2 Oct 2026\)", " ".join(lines))


def test_an_open_incident_stands_before_the_answer(folder: Path, ask: Ask):
    write_folder(
        folder,
        {
            "protocols/kelp.md": entry_text(
                "What is Kelp?", ["what is kelp"], "Kelp issues a token.", protocols="kelp"
            ),
            "facts/protocols.toml": '[kelp]\nname = "Kelp"\n',
            "facts/incidents.toml": '[bridge]\ntitle = "Loss"\nprotocols = ["kelp"]\nstate = "open"\n'
            'opened = 2026-04-18\nupdated = 2026-04-18\nbanner = "Kelp paused its bridge."\n',
        },
    )
    (row,) = ask("what is kelp")
    assert row["text"] == "Kelp paused its bridge.\n\nKelp issues a token."


def test_a_file_that_is_not_served_is_named_on_standard_error(folder: Path, capsys: pytest.CaptureFixture[str]):
    write_folder(folder, {"basics/broken.md": "# no header"})
    assert main(["ask", "--knowledge", str(folder), "--json", "what is slashing"]) == 0
    out, err = capsys.readouterr()
    assert err.startswith("basics/broken.md:1: the file must begin with a line '---'")
    assert json.loads(out)["entry"] == "what-is-slashing"


def test_an_empty_folder_has_no_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["ask", "--knowledge", str(tmp_path), "--json", "what is slashing"]) == 0
    row = json.loads(capsys.readouterr().out)
    _assert_contract(row)
    assert (row["outcome"], row["candidates"]) == ("no_answer", [])


def test_the_folder_comes_from_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("BOT_KNOWLEDGE_DIR", str(folder))
    assert main(["ask", "--json", "what is slashing"]) == 0
    assert json.loads(capsys.readouterr().out)["entry"] == "what-is-slashing"


def test_a_missing_folder_is_one_sentence_and_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["ask", "--knowledge", str(tmp_path / "gone"), "why"]) == 1
    assert capsys.readouterr() == ("", "There is no knowledge folder called 'gone'.\n")
