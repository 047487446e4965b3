"""Log lines: their level, and that the token stands in none of them."""

import logging
import re

import pytest

from bot.logs import start_logging
from bot.settings import Settings

TOKEN = "made-up.token.of-nobody"
log = logging.getLogger("bot.test")


pytestmark = pytest.mark.usefixtures("logging_as_before")


def _fail() -> None:
    raise ValueError(f"the server refused {TOKEN}")


def test_a_line_has_time_level_and_place(capsys: pytest.CaptureFixture[str]):
    start_logging(Settings())
    log.info("served %d entries", 3)
    out, err = capsys.readouterr()
    assert out == ""
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO bot\.test: served 3 entries\n", err)


def test_the_token_is_hidden_in_texts_arguments_exceptions_and_stacks(capsys: pytest.CaptureFixture[str]):
    start_logging(Settings(token=TOKEN))
    log.warning("one %s", TOKEN)
    log.warning("two " + TOKEN)  # noqa: G003 - what a careless line does
    log.warning("three %r", {"Authorization": f"Bot {TOKEN}"})
    try:
        _fail()
    except ValueError:
        log.exception("four")
    log.warning("five", stack_info=TOKEN == "made-up.token.of-nobody")
    err = capsys.readouterr().err
    assert TOKEN not in err
    assert err.count("[hidden]") >= 4
    assert "ValueError: the server refused [hidden]" in err
    assert "five" in err


def test_an_empty_token_hides_nothing(capsys: pytest.CaptureFixture[str]):
    start_logging(Settings(token=None))
    log.info("ab")
    assert capsys.readouterr().err.endswith(": ab\n")


def test_a_log_call_whose_arguments_do_not_fit_never_ends_its_caller(capsys: pytest.CaptureFixture[str]):
    start_logging(Settings(token=TOKEN))
    log.info("%d entries", f"some {TOKEN}")
    err = capsys.readouterr().err
    assert "%d entries" in err
    assert TOKEN not in err


def test_the_level_is_the_operators_and_libraries_are_quiet(capsys: pytest.CaptureFixture[str]):
    start_logging(Settings(log_level="DEBUG"))
    log.debug("seen")
    logging.getLogger("discord.gateway").info("unseen")
    logging.getLogger("discord.gateway").warning("seen too")
    start_logging(Settings(log_level="ERROR"))
    log.warning("unseen")
    logging.getLogger("httpx").warning("unseen")
    log.error("seen last")
    assert re.findall(r": (.*)", capsys.readouterr().err) == ["seen", "seen too", "seen last"]


ADDRESS = "https://node.example/v2/made-up-node-key-5f0c93?token=made+up%2Fquery%3Dkey"
KEY = "CG-made-up-key-81d2"


def test_keys_of_nodes_and_providers_are_hidden_as_typed_and_as_meant(capsys: pytest.CaptureFixture[str]):
    start_logging(Settings(rpc_urls=(ADDRESS,), second_key=KEY))
    log.warning("asked %s with %s", ADDRESS, KEY)
    log.warning("asked %s", "made+up/query=key")
    err = capsys.readouterr().err
    assert "made" not in err
    assert KEY not in err
    assert "asked https://node.example/v2/[hidden]?token=" in err


def test_a_secret_that_begins_with_another_is_hidden_to_its_end(capsys: pytest.CaptureFixture[str]):
    start_logging(Settings(token="made-up-secret", second_key="made-up-secret-and-its-tail"))
    log.warning("sent made-up-secret-and-its-tail")
    assert capsys.readouterr().err.endswith(": sent [hidden]\n")


def test_a_short_name_of_a_user_leaves_words_alone(capsys: pytest.CaptureFixture[str]):
    start_logging(Settings(rpc_urls=("https://a:b@node.example/",)))
    log.warning("a bad block")
    assert capsys.readouterr().err.endswith(": a bad block\n")
