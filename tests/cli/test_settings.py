"""Environment variables: defaults, values, and sentences for those that cannot be used."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.settings import VARIABLES, Settings

TOKEN = "made-up.token.of-nobody"


def test_nothing_set_gives_the_documented_defaults():
    settings = Settings.from_environment({})
    assert settings == Settings(
        token=None,
        data_dir=Path("data"),
        knowledge_dir=Path("knowledge"),
        answer_mentions=True,
        retention_days=90,
        log_level="INFO",
    )


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_an_empty_variable_counts_as_not_set(blank: str):
    assert Settings.from_environment({name: blank for name, _, _ in VARIABLES}) == Settings.from_environment({})


def test_every_variable_is_read():
    settings = Settings.from_environment(
        {
            "DISCORD_TOKEN": f" {TOKEN}\n",
            "BOT_DATA_DIR": "/srv/bot",
            "BOT_KNOWLEDGE_DIR": "texts",
            "BOT_MENTIONS": "off",
            "BOT_RETENTION_DAYS": "7",
            "LOG_LEVEL": "debug",
        }
    )
    assert settings == Settings(TOKEN, Path("/srv/bot"), Path("texts"), False, 7, "DEBUG")


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BOT_DATA_DIR", "elsewhere")
    assert Settings.from_environment().data_dir == Path("elsewhere")


@pytest.mark.parametrize(("value", "on"), [("1", True), ("Yes", True), ("ON", True), ("0", False), ("False", False)])
def test_a_switch_is_read_as_people_write_it(value: str, on: bool):
    assert Settings.from_environment({"BOT_MENTIONS": value}).answer_mentions is on


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("BOT_MENTIONS", "maybe", "BOT_MENTIONS is 'maybe'; set it to on or off."),
        ("BOT_RETENTION_DAYS", "0", "BOT_RETENTION_DAYS is '0'; set it to a number of days between 1 and 3650."),
        ("BOT_RETENTION_DAYS", "3651", "BOT_RETENTION_DAYS is '3651'; set it to a number of days between 1 and 3650."),
        ("BOT_RETENTION_DAYS", "-1", "BOT_RETENTION_DAYS is '-1'; set it to a number of days between 1 and 3650."),
        ("BOT_RETENTION_DAYS", "a", "BOT_RETENTION_DAYS is 'a'; set it to a number of days between 1 and 3650."),
        ("BOT_RETENTION_DAYS", "1.5", "BOT_RETENTION_DAYS is '1.5'; set it to a number of days between 1 and 3650."),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is 'loud'; set it to one of DEBUG, INFO, WARNING, ERROR."),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_what_to_set(name: str, value: str, sentence: str):
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"DISCORD_TOKEN": TOKEN, name: value})
    assert caught.value.sentence == sentence


@pytest.mark.parametrize("days", ["1", "3650"])
def test_the_bounds_of_the_retention_are_allowed(days: str):
    assert Settings.from_environment({"BOT_RETENTION_DAYS": days}).retention_days == int(days)


@given(st.sampled_from([name for name, _, _ in VARIABLES]), st.text())
@example("BOT_RETENTION_DAYS", "9" * 5000)
@example("BOT_RETENTION_DAYS", "²")
def test_any_text_is_a_setting_or_a_sentence_about_its_variable(name: str, value: str):
    said = name
    try:
        Settings.from_environment({name: value})
    except SettingsError as error:
        said = error.sentence
    assert said.startswith(name)


@pytest.mark.parametrize("show", [repr, str, "{}".format])
def test_the_token_is_never_shown(show):
    settings = Settings.from_environment({"DISCORD_TOKEN": TOKEN})
    assert TOKEN not in show(settings)
    assert "token=set" in show(settings)
