"""`ask --previous`: a question that leans on the one before."""

import json

import pytest

from bot.cli import main


@pytest.fixture
def ask(folder, capsys):
    def run(*arguments):
        capsys.readouterr()
        assert main(["ask", "--knowledge", str(folder), *arguments]) == 0
        return capsys.readouterr().out

    return run


def test_a_follow_up_says_what_it_was_understood_as(ask):
    said = ask("--previous", "what is restaking", "and slashing?")
    assert said.startswith("Understood as: what is slashing\nWhat is slashing?\n")


def test_json_shows_it_in_the_text(ask):
    table = json.loads(ask("--json", "--previous", "what is restaking", "and slashing?"))
    assert table["entry"] == "what-is-slashing"
    assert table["text"].startswith("Understood as: what is slashing\n\n")


def test_a_question_of_its_own_is_the_same_with_and_without(ask):
    assert ask("--previous", "what is restaking", "how does slashing work") == ask("how does slashing work")
