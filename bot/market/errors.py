"""What can go wrong with a provider.

BotError
└── ProviderError      a provider gave nothing that can be used
    ├── Malformed      its answer is not what it documents
    └── RateLimited    it asks for patience
"""

from bot.errors import BotError


class ProviderError(BotError):
    """A provider gave nothing that can be used. `cause` is for the log: no address, no key, nothing it sent."""

    def __init__(self, cause: str) -> None:
        super().__init__("A price provider does not answer at the moment.")
        self.cause = cause


class Malformed(ProviderError):  # noqa: N818 - it names what came
    """The answer of a provider is not what it documents."""


class RateLimited(ProviderError):  # noqa: N818 - it names what happened
    """The provider asks for patience; `retry_after` is in seconds, None where it names no time."""

    def __init__(self, retry_after: float | None) -> None:
        super().__init__("too many requests")
        self.retry_after = retry_after
