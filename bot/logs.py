"""How log lines look, and what never stands in one."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bot.settings import Settings

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_QUIET = (
    "httpx",
    "httpcore",
    "asyncio",
    "markdown_it",
    "watchfiles",
    "discord.gateway",
    "discord.client",
    "discord.http",
    "discord.webhook",  # its addresses hold the tokens of interactions
)
HIDDEN = "[hidden]"


class HideSecrets(logging.Filter):
    """Replaces a secret wherever a record would print it, exception text included."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        # The longest first, or the rest of one that begins with another would stay.
        self._secrets = sorted(filter(None, secrets), key=len, reverse=True)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the record in place; never drops one."""
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.msg, record.args = self._hidden(_message(record)), ()
        record.exc_text = self._hidden(record.exc_text) if record.exc_text else record.exc_text
        record.stack_info = self._hidden(record.stack_info) if record.stack_info else record.stack_info
        return True

    def _hidden(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text


def _message(record: logging.LogRecord) -> str:
    """The message; a call whose arguments do not fit its text is shown as it is instead of ending the caller."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args}"


@contextmanager
def only_errors(name: str) -> Iterator[None]:
    """Keeps the warnings of one logger back for a while: where the same is said to the person in front already."""
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def start_logging(settings: Settings) -> None:
    """One line an event on standard error, at the operator's level; chatty libraries only from WARNING on."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_FORMAT))
    handler.addFilter(HideSecrets(settings.secrets))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(settings.log_level)))
