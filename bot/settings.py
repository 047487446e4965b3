"""What an operator sets by environment variables, read once at the start."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.errors import SettingsError

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SHORTEST_KEY = 12
"""Characters from which a part of an address may be a key."""
SHORTEST_PASSWORD = 6
"""Characters from which a user or password is hidden; a shorter one would be found inside of ordinary words."""
_ID = re.compile("[1-9][0-9]{14,18}")
_BETWEEN = re.compile(r"[/:@.?&=#;,]+")
_ON, _OFF = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}

VARIABLES: tuple[tuple[str, str, str], ...] = (
    ("DISCORD_TOKEN", "", "the bot's token; without it the local try-out opens"),
    ("BOT_DATA_DIR", "data/", "where the bot keeps what it remembers"),
    ("BOT_KNOWLEDGE_DIR", "knowledge/", "the knowledge files"),
    ("BOT_MENTIONS", "on", "answer mentions in channels; off saves the events of very large installs"),
    ("BOT_RETENTION_DAYS", "90", "days after which questions and votes are deleted, 1 to 3650"),
    ("BOT_HOME_SERVERS", "", "ids of servers whose moderators may change what is served; needed from two servers on"),
    ("ETH_RPC_URLS", "", "Ethereum nodes, comma separated, first to try first; without one there are no premiums"),
    ("DEFILLAMA_COINS_URL", "https://coins.llama.fi", "market prices"),
    ("DEFILLAMA_API_URL", "https://api.llama.fi", "what protocols hold"),
    ("DEFILLAMA_YIELDS_URL", "https://yields.llama.fi", "yields"),
    ("COINGECKO_URL", "https://api.coingecko.com/api/v3", "market prices, second source"),
    ("COINGECKO_API_KEY", "", "a key for the second source, which works without one too"),
    ("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
)
"""Name, default and meaning of every variable, as `--help` prints them."""
PRIVATE = frozenset(
    {"DISCORD_TOKEN", "COINGECKO_API_KEY", *(name for name, _, _ in VARIABLES if name.endswith(("_URL", "_URLS")))}
)
"""Variables whose values are secrets or may hold one."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. `token` is None for the try-out and must never be printed, nor the addresses of
    providers and nodes, which may hold keys.
    """

    token: str | None = None
    data_dir: Path = Path("data")
    knowledge_dir: Path = Path("knowledge")
    answer_mentions: bool = True
    retention_days: int = 90
    home_servers: tuple[int, ...] = ()
    rpc_urls: tuple[str, ...] = ()
    coins_url: str = "https://coins.llama.fi"
    totals_url: str = "https://api.llama.fi"
    yields_url: str = "https://yields.llama.fi"
    second_url: str = "https://api.coingecko.com/api/v3"
    second_key: str = ""
    log_level: str = "INFO"

    def __repr__(self) -> str:
        return f"Settings(token={'set' if self.token else 'none'}, data_dir={str(self.data_dir)!r})"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be printed: the token, the key, and those parts of addresses that may be keys."""
        urls = (*self.rpc_urls, self.coins_url, self.totals_url, self.yields_url, self.second_url)
        parts = [part for url in urls for part in _private_parts(url)]
        return tuple(dict.fromkeys(filter(None, (self.token, self.second_key, *parts))))

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the variables; an empty one counts as not set.

        Raises:
            SettingsError: a value cannot be used.
        """
        given = os.environ if environment is None else environment
        values = {name: given.get(name, "").strip() or default for name, default, _ in VARIABLES}
        return cls(
            token=values["DISCORD_TOKEN"] or None,
            data_dir=Path(values["BOT_DATA_DIR"]),
            knowledge_dir=Path(values["BOT_KNOWLEDGE_DIR"]),
            answer_mentions=_switch("BOT_MENTIONS", values["BOT_MENTIONS"]),
            retention_days=_days("BOT_RETENTION_DAYS", values["BOT_RETENTION_DAYS"]),
            home_servers=_ids("BOT_HOME_SERVERS", values["BOT_HOME_SERVERS"]),
            rpc_urls=tuple(
                _url("ETH_RPC_URLS", url.strip()) for url in values["ETH_RPC_URLS"].split(",") if url.strip()
            ),
            coins_url=_base("DEFILLAMA_COINS_URL", values["DEFILLAMA_COINS_URL"]),
            totals_url=_base("DEFILLAMA_API_URL", values["DEFILLAMA_API_URL"]),
            yields_url=_base("DEFILLAMA_YIELDS_URL", values["DEFILLAMA_YIELDS_URL"]),
            second_url=_base("COINGECKO_URL", values["COINGECKO_URL"]),
            second_key=_header("COINGECKO_API_KEY", values["COINGECKO_API_KEY"]),
            log_level=_level(values["LOG_LEVEL"]),
        )


def _url(name: str, value: str) -> str:
    """An address without a slash at its end. What was typed is not repeated: it may hold a key."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not value.isprintable() or " " in value:
        raise SettingsError(f"{name} holds something that is no address; write it like https://host/path.")
    return value.rstrip("/")


def _base(name: str, value: str) -> str:
    """An address that paths are put behind."""
    if "?" in value or "#" in value:
        raise SettingsError(f"{name} holds an address with a question mark or #; leave out what begins there.")
    return _url(name, value)


def _private_parts(url: str) -> list[str]:
    """What of an address may open something: user and password, and every long part, as typed and as meant."""
    user = urlsplit(url).netloc.rpartition("@")[0]
    access = [part for part in (user, *user.split(":")) if len(part) >= SHORTEST_PASSWORD]
    found = [*access, *(part for part in _BETWEEN.split(url) if len(part) >= SHORTEST_KEY)]
    return [*found, *map(unquote, found)]


def _header(name: str, value: str) -> str:
    if value.isascii() and value.isprintable() and " " not in value:
        return value
    raise SettingsError(f"{name} holds characters that no key has; copy it again.")


def _switch(name: str, value: str) -> bool:
    if value.lower() in _ON | _OFF:
        return value.lower() in _ON
    raise SettingsError(f"{name} is '{value}'; set it to on or off.")


def _days(name: str, value: str) -> int:
    longest = 3650
    if value.isdecimal() and len(value) <= len(str(longest)) and 1 <= int(value) <= longest:
        return int(value)
    raise SettingsError(f"{name} is '{value}'; set it to a number of days between 1 and {longest}.")


def _ids(name: str, value: str) -> tuple[int, ...]:
    """Ids of Discord, each once. What was typed is not repeated: it may have been meant for another variable."""
    typed = value.replace(",", " ").split()
    if not all(_ID.fullmatch(one) for one in typed):
        raise SettingsError(
            f"{name} holds something that is no server id; write numbers with commas between them, each as Discord's "
            "Copy Server ID gives it (Settings, Advanced, Developer Mode shows that)."
        )
    return tuple(dict.fromkeys(map(int, typed)))


def _level(value: str) -> str:
    if value.upper() in LEVELS:
        return value.upper()
    raise SettingsError(f"LOG_LEVEL is '{value}'; set it to one of {', '.join(LEVELS)}.")
