"""When to leave a provider alone. Pure: the clock is passed in."""

import logging
from datetime import timedelta
from typing import Final

from bot.clock import Clock
from bot.market.errors import ProviderError, RateLimited

log = logging.getLogger("bot.market")

FIRST_PAUSE: Final = timedelta(seconds=15)
LONGEST_PAUSE: Final = timedelta(seconds=60)
"""After failures without a word about when to come back; so a provider's return is seen within this time."""
PATIENCE: Final = timedelta(seconds=60)
"""After a request for patience that names no time or a shorter one."""
LONGEST_PATIENCE: Final = timedelta(minutes=10)
"""More is not waited however long a provider asks for."""
PROBE: Final = timedelta(seconds=10)
"""For how long others wait for the outcome of the first request after a failure."""


class Circuit:
    """Lets requests through to a healthy provider; after a failure it skips the provider for a while, then lets one
    request find out whether it is back. `name` stands in the log.
    """

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self._clock = clock
        self._failures = 0
        self._since = self._until = clock()

    @property
    def is_open(self) -> bool:
        """Whether requests are to be skipped now."""
        # A clock that was set back must not keep a provider out for longer.
        return self._since <= self._clock() < self._until

    def admits(self) -> bool:
        """Whether a request may go out now. Whoever asks this has to tell how it went."""
        if self.is_open:
            return False
        if self._failures:
            self._rest(PROBE)
        return True

    def succeeded(self) -> None:
        """Tell that the provider answered."""
        if self._failures:
            log.info("%s answers again.", self.name)
        self._failures = 0
        self._rest(timedelta())

    def failed(self, error: ProviderError) -> None:
        """Tell that it did not; one line in the log when that begins."""
        pause = self._pause(error)
        if not self._failures:
            log.warning("%s: %s; skipped for %d s.", self.name, error.cause, pause.total_seconds())
        else:
            log.debug("%s: %s; skipped for %d s.", self.name, error.cause, pause.total_seconds())
        self._failures += 1
        self._rest(pause)

    def _rest(self, pause: timedelta) -> None:
        self._since = self._clock()
        self._until = self._since + pause

    def _pause(self, error: ProviderError) -> timedelta:
        if isinstance(error, RateLimited):
            asked = timedelta(seconds=error.retry_after or 0)
            return min(max(asked, PATIENCE), LONGEST_PATIENCE)
        return min(FIRST_PAUSE * (1 << min(self._failures, 10)), LONGEST_PAUSE)
