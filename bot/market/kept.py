"""One value that many ask for: fetched once for all of them, and kept when the next fetch fails."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.clock import Clock
from bot.market.circuit import Circuit
from bot.market.errors import Malformed, ProviderError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Held(Generic[T]):
    """A value with the moment it was fetched."""

    value: T
    fetched: datetime


class Kept(Generic[T]):
    """A value of a provider, at most `fresh_for` old while the provider answers.

    Whoever asks meanwhile shares one request (single flight). A request goes on when nobody waits for it any more, so
    that the next to ask finds its result. While the provider fails, the last good value stays; how old that is can be
    told from itself and is judged by whoever shows it.
    """

    def __init__(
        self, fetch: Callable[[], Awaitable[T]], *, clock: Clock, circuit: Circuit, fresh_for: timedelta
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._circuit = circuit
        self._own = Circuit(circuit.name, clock)
        self._fresh_for = fresh_for
        self._task: asyncio.Task[None] | None = None
        self.held: Held[T] | None = None

    @property
    def _is_fresh(self) -> bool:
        # A clock that was set back must not keep a value for longer.
        return self.held is not None and abs(self._clock() - self.held.fetched) < self._fresh_for

    async def get(self, within: float) -> T | None:
        """The value, waiting at most `within` seconds for a new one; None where none was ever fetched."""
        task = self._running()
        if task is not None:
            await asyncio.wait([task], timeout=within)
        return None if self.held is None else self.held.value

    def _running(self) -> "asyncio.Task[None] | None":
        if self._task is not None:
            return self._task
        if self._is_fresh or self._own.is_open or not self._circuit.admits():
            return None
        self._task = asyncio.create_task(self._refresh())
        self._task.add_done_callback(self._ended)
        return self._task

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._task = None
        if not task.cancelled() and (error := task.exception()) is not None:
            self._own.failed(ProviderError("its answer was not understood"))
            task.get_loop().call_exception_handler({"message": "A request for live figures failed", "exception": error})

    async def _refresh(self) -> None:
        try:
            value = await self._fetch()
        except Malformed as error:
            # The provider is there; only this figure of it cannot be had.
            self._circuit.succeeded()
            self._own.failed(error)
        except ProviderError as error:
            self._circuit.failed(error)
        else:
            self._circuit.succeeded()
            self._own.succeeded()
            self.held = Held(value, self._clock())

    async def close(self) -> None:
        """Give up a request that is on its way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
