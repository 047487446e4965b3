"""The bot, telling on standard error whenever its event loop was late: `stalled UNTIL SECONDS`, by `time.monotonic`."""

import asyncio
import runpy
import sys
import time
from unittest.mock import patch

TICK = 0.002
TOLD = 0.01
"""Seconds of lateness that are told."""


class WatchedLoop(asyncio.SelectorEventLoop):
    """An event loop that looks at the clock every other millisecond."""

    def run_forever(self) -> None:
        """Run, and look."""
        self.call_soon(self._look, time.monotonic())
        super().run_forever()

    def _look(self, due: float) -> None:
        now = time.monotonic()
        if now - due > TOLD:
            print(f"stalled {now:.6f} {now - due:.6f}", file=sys.stderr, flush=True)
        self.call_later(TICK, self._look, now + TICK)


if __name__ == "__main__":
    with patch("asyncio.events.new_event_loop", WatchedLoop):  # what asyncio.run begins with
        runpy.run_module("bot", run_name="__main__")
