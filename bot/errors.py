"""Errors of the product. Each carries one sentence that a member may read.

BotError
├── SettingsError        an environment variable cannot be used
├── KnowledgeError       the knowledge folder cannot be served
├── UsageError           a command line that cannot be carried out
├── StorageUnavailable   what the bot remembers cannot be read or changed now
└── ProviderError        a price provider gave nothing of use (bot/market/errors.py)
"""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the command line."""

    DONE = 0
    PROBLEMS = 1
    WRONG_USAGE = 2


class BotError(Exception):
    """Base of every error the product raises on purpose.

    `sentence` is written for the person who reads it: what is wrong, and what to do. It never holds a secret,
    a path of the host or the text of a foreign exception.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class SettingsError(BotError):
    """An environment variable has a value that cannot be used."""


class KnowledgeError(BotError):
    """The knowledge folder is missing or holds nothing that can be answered from."""


class UsageError(BotError):
    """The command line asks for something that does not exist."""


class StorageUnavailable(BotError):  # noqa: N818 - it names a state of things, as its sentence does
    """The database cannot be reached, so a request that depends on it was not carried out."""
