"""Environment variables: defaults, values, and sentences for those that cannot be used."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.settings import VARIABLES, Settings

TOKEN = "made-up.token.of-nobody"
KEY = "CG-made-up-key-81d2"
ADDRESSES = ("ETH_RPC_URLS", "DEFILLAMA_COINS_URL", "DEFILLAMA_API_URL", "DEFILLAMA_YIELDS_URL", "COINGECKO_URL")


def test_nothing_set_gives_the_documented_defaults():
    settings = Settings.from_environment({})
    assert settings == Settings(
        token=None,
        data_dir=Path("data"),
        knowledge_dir=Path("knowledge"),
        answer_mentions=True,
        retention_days=90,
        home_servers=(),
        rpc_urls=(),
        coins_url="https://coins.llama.fi",
        totals_url="https://api.llama.fi",
        yields_url="https://yields.llama.fi",
        second_url="https://api.coingecko.com/api/v3",
        second_key="",
        log_level="INFO",
    )
    assert settings.secrets == ()


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
            "BOT_HOME_SERVERS": " 111111111111111111, 222222222222222222 ,",
            "ETH_RPC_URLS": " https://one.example/v2/key , http://127.0.0.1:8545/,",
            "DEFILLAMA_COINS_URL": "https://coins.example/",
            "DEFILLAMA_API_URL": "https://api.example",
            "DEFILLAMA_YIELDS_URL": "https://yields.example//",
            "COINGECKO_URL": "https://pro-api.example/api/v3/",
            "COINGECKO_API_KEY": f" {KEY} ",
            "LOG_LEVEL": "debug",
        }
    )
    assert settings == Settings(
        token=TOKEN,
        data_dir=Path("/srv/bot"),
        knowledge_dir=Path("texts"),
        answer_mentions=False,
        retention_days=7,
        home_servers=(111111111111111111, 222222222222222222),
        rpc_urls=("https://one.example/v2/key", "http://127.0.0.1:8545"),
        coins_url="https://coins.example",
        totals_url="https://api.example",
        yields_url="https://yields.example",
        second_url="https://pro-api.example/api/v3",
        second_key=KEY,
        log_level="DEBUG",
    )


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


@pytest.mark.parametrize(
    "value",
    [
        "111111111111111111,222222222222222222",
        "111111111111111111 222222222222222222",
        "111111111111111111,\n222222222222222222,111111111111111111",
        ",, 111111111111111111 ,222222222222222222",
    ],
)
def test_servers_are_told_apart_by_commas_or_spaces_and_counted_once(value: str):
    settings = Settings.from_environment({"BOT_HOME_SERVERS": value})
    assert settings.home_servers == (111111111111111111, 222222222222222222)


@pytest.mark.parametrize(
    "value",
    [
        TOKEN,
        "restaking.town",
        "111111111111111111;222222222222222222",
        "-111111111111111111",
        "<#111111111111111111>",
        "1111",
        "0111111111111111111",
        "9" * 20,
        "\u0661" * 18,
        "1.1e17",
    ],
)
def test_a_server_id_that_cannot_be_one_is_told_and_never_repeated(value: str):
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"BOT_HOME_SERVERS": f"111111111111111111, {value}"})
    assert caught.value.sentence.startswith("BOT_HOME_SERVERS holds something that is no server id; write numbers")
    assert value not in caught.value.sentence


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


# Addresses and keys of providers and nodes


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize(
    "value",
    [
        "made-up-key",
        "node.example/made-up-key",
        "ftp://node.example/made-up-key",
        "wss://node.example/made-up-key",
        "https:///made-up-key",
        "https://node.example:0/made-up-key",
        "https://node.example:99999/made-up-key",
        "https://node.example:port/made-up-key",
        "https://[::1/made-up-key",
        "https://node.example/made-up key",
        "https://node.example/made-up-key\x07",
    ],
)
def test_an_address_that_cannot_be_used_is_named_and_never_repeated(name: str, value: str):
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: value})
    assert caught.value.sentence == f"{name} holds something that is no address; write it like https://host/path."


@pytest.mark.parametrize("name", ADDRESSES[1:])
@pytest.mark.parametrize("value", ["https://host.example/?key=made-up-key", "https://host.example/#made-up-key"])
def test_an_address_that_paths_are_put_behind_has_no_query(name: str, value: str):
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({name: value})
    assert caught.value.sentence == (f"{name} holds an address with a question mark or #; leave out what begins there.")


def test_a_node_may_have_its_key_anywhere():
    urls = "https://user:pass@node.example:8545/v2/key?apikey=key,http://[::1]:8545"
    assert Settings.from_environment({"ETH_RPC_URLS": urls}).rpc_urls == tuple(urls.split(","))


@pytest.mark.parametrize("value", ["made up key", "schl\u00fcssel", "made-up\x00key", "a\tb"])
def test_a_key_that_no_header_can_carry_is_named_and_never_repeated(value: str):
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({"COINGECKO_API_KEY": value})
    assert caught.value.sentence == "COINGECKO_API_KEY holds characters that no key has; copy it again."


@pytest.mark.parametrize(
    ("url", "secrets"),
    [
        ("https://node.example/v2/made-up-node-key", {"made-up-node-key"}),
        ("https://node.example/?apikey=made-up-node-key&x=1", {"made-up-node-key"}),
        ("https://0123456789abcdef.node.example/", {"0123456789abcdef"}),
        ("https://somebody:open-sesame@node.example/", {"somebody:open-sesame", "somebody", "open-sesame"}),
        ("https://made-up-node-key@node.example/", {"made-up-node-key"}),
        ("https://node.example/made%2Dup%2Dnode%2Dkey", {"made%2Dup%2Dnode%2Dkey", "made-up-node-key"}),
        ("https://eth-mainnet.node.example/v3", set()),
        ("http://127.0.0.1:8545", set()),
    ],
)
def test_the_parts_of_an_address_that_may_be_keys_are_secrets(url: str, secrets: set[str]):
    assert set(Settings(rpc_urls=(url,)).secrets) == secrets
    assert set(Settings(coins_url=url).secrets) == secrets


def test_token_and_key_are_secrets_too_each_once():
    settings = Settings(token=TOKEN, second_key=KEY, rpc_urls=(f"https://a.example/{KEY}", f"https://b.example/{KEY}"))
    assert settings.secrets == (TOKEN, KEY)


@pytest.mark.parametrize("show", [repr, str, "{}".format])
def test_no_address_and_no_key_is_ever_shown(show):
    settings = Settings(rpc_urls=("https://node.example/made-up-node-key",), second_key=KEY)
    assert "made" not in show(settings)
    assert "node.example" not in show(settings)


@given(st.sampled_from(ADDRESSES), st.text(st.characters(codec="ascii"), max_size=40))
@example("COINGECKO_URL", "https://[")
@example("ETH_RPC_URLS", "https://a@:1")
def test_any_text_for_an_address_is_taken_or_refused_without_repeating_it(name: str, value: str):
    refusals = {
        f"{name} holds something that is no address; write it like https://host/path.",
        f"{name} holds an address with a question mark or #; leave out what begins there.",
    }
    said = ""
    try:
        Settings.from_environment({name: f"https://{value}"}).secrets  # noqa: B018 - it is worked out here
    except SettingsError as error:
        said = error.sentence
    assert said in {"", *refusals}
