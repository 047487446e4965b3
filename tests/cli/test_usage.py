"""Help, wrong usage, and the ways in which a command ends."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from bot import __version__
from bot.cli import main
from bot.settings import Settings


class Watched(Mapping[str, str]):
    """An environment that remembers which variables were asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _help(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_help_lists_every_variable_that_is_read_with_its_default(capsys: pytest.CaptureFixture[str]):
    environment = Watched()
    Settings.from_environment(environment)
    listed = {line.split()[0]: line for line in _help(capsys).split("environment:\n")[1].splitlines()}
    assert set(listed) == environment.asked
    defaults = {"DISCORD_TOKEN": "none", "BOT_DATA_DIR": "data/", "BOT_KNOWLEDGE_DIR": "knowledge/"} | {
        "LOG_LEVEL": "INFO"
    }
    assert {name: line.rsplit("(default: ", 1)[1].rstrip(")") for name, line in listed.items() if name in defaults} == (
        defaults
    )


def test_help_names_the_commands(capsys: pytest.CaptureFixture[str]):
    text = _help(capsys)
    assert "python -m bot" in text
    assert " ask " in text
    assert " knowledge " in text
    actions = _help(capsys, "knowledge")
    assert all(f" {action} " in actions for action in ("check", "new", "eval"))


def test_the_help_of_the_knowledge_commands_names_each_once_by_what_it_is_for(capsys: pytest.CaptureFixture[str]):
    said, _, listed = _help(capsys, "knowledge").partition("actions:")
    groups = re.findall(r"^  (?:to write|before it is merged|every week|made of the files) +(.*)$", said, re.MULTILINE)
    listed = re.findall(r"^    (\w+) ", listed, re.MULTILINE)
    assert ", ".join(groups).split(", ") == listed


@pytest.mark.parametrize("command", [("ask",), ("knowledge", "check"), ("knowledge", "eval")])
def test_each_reading_command_takes_a_folder_and_json(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]):
    text = _help(capsys, *command)
    assert "--knowledge DIR" in text
    assert "--json" in text


def test_version(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"{__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["--nonsense"],
        ["ask", "two", "questions"],
        ["ask", "--jsn", "why"],
        ["ask", "--knowledge"],
        ["knowledge"],
        ["knowledge", "chek"],
        ["knowledge", "check", "extra"],
    ],
)
def test_wrong_usage_is_told_and_exits_2(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("usage: python -m bot")


def test_a_variable_that_cannot_be_used_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("LOG_LEVEL", "loud")
    monkeypatch.setenv("DISCORD_TOKEN", "a-made-up-token")
    assert main([]) == 1
    assert capsys.readouterr() == ("", "LOG_LEVEL is 'loud'; set it to one of DEBUG, INFO, WARNING, ERROR.\n")


@pytest.mark.parametrize("ending", [KeyboardInterrupt, BrokenPipeError])
def test_somebody_who_stops_a_command_sees_no_error(
    ending: type[BaseException], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def stop(*_: object) -> None:
        raise ending

    monkeypatch.setattr("bot.workshop.files.read_library", stop)
    assert main(["ask", "--knowledge", str(Path()), "why"]) == 0
    assert capsys.readouterr() == ("", "")
