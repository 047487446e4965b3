"""The chat on a terminal."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.answering.desk import Desk
from bot.console import chat
from bot.knowledge import read_library
from tests.folders import TODAY

Type = Callable[..., None]


@pytest.fixture
def desk(folder: Path) -> Desk:
    return Desk(read_library(folder, TODAY).library)


@pytest.fixture
def type_lines(monkeypatch: pytest.MonkeyPatch) -> Type:
    """What will be typed; after the last line the terminal is closed."""

    def put(*lines: str) -> None:
        waiting: Iterator[str] = iter(lines)

        def read(prompt: str = "") -> str:
            try:
                return next(waiting)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", read)

    return put


async def test_a_number_opens_what_was_offered_last(desk: Desk, type_lines: Type, capsys: pytest.CaptureFixture[str]):
    type_lines("what is restaking", "1")
    await chat(desk)
    restaking, slashing = capsys.readouterr().out.split("  1. What is slashing?\n")
    assert "What is restaking?" in restaking
    assert slashing.startswith("What is slashing?\nA validator or operator")


@pytest.mark.parametrize("number", ["0", "2", "99", "²", "-1"])
async def test_a_number_that_was_not_offered_is_a_question(
    number: str, desk: Desk, type_lines: Type, capsys: pytest.CaptureFixture[str]
):
    type_lines("what is restaking", number)
    await chat(desk)
    assert "A validator or operator" not in capsys.readouterr().out


async def test_an_empty_line_ends_the_chat(desk: Desk, type_lines: Type, capsys: pytest.CaptureFixture[str]):
    type_lines("  ", "what is restaking")
    await chat(desk)
    assert "secures other services" not in capsys.readouterr().out


async def test_ctrl_c_ends_the_chat(desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    asked: list[str] = []

    def interrupt(prompt: str) -> str:
        asked.append(prompt)
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", interrupt)
    await chat(desk)
    assert len(asked) == 1
    assert capsys.readouterr().err == ""
