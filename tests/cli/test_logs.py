"""Log lines: their level, and that the token stands in none of them."""

import logging
import re
from collections.abc import Iterator

import pytest

from bot.logs import start_logging
from bot.settings import Settings

TOKEN = "made-up.token.of-nobody"
log = logging.getLogger("bot.test")


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    quiet = {name: logging.getLogger(name).level for name in ("httpx", "httpcore", "asyncio", "discord.gateway")}
    root.handlers = []  # pytest's own handlers must not be closed by a forced set-up
    yield
    root.handlers, root.level = handlers, level
    for name, before in quiet.items():
        logging.getLogger(name).setLevel(before)


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
