"""A list that grows while tests wait for something to appear in it."""

# ruff: noqa: ASYNC109  (these timeouts raise with what came instead, which asyncio.timeout cannot know)

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")
Predicate = Callable[[Item], bool]


class Journal(Generic[Item]):
    """What happened, oldest first; single event loop only.

    Take `mark = len(journal)` before an action and pass `since=mark` to look only at what the action caused.
    """

    def __init__(self) -> None:
        self._items: list[Item] = []
        self._waiting: list[tuple[Predicate[Item], asyncio.Future[Item]]] = []

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __getitem__(self, index: int) -> Item:
        return self._items[index]

    def since(self, mark: int) -> list[Item]:
        """The items from position `mark` on."""
        return self._items[mark:]

    def add(self, item: Item) -> None:
        """Append an item and wake whoever waited for one like it."""
        self._items.append(item)
        for predicate, future in self._waiting:
            if not future.done() and predicate(item):
                future.set_result(item)
        self._waiting = [(predicate, future) for predicate, future in self._waiting if not future.done()]

    async def wait_for(self, predicate: Predicate[Item], timeout: float = 5.0, *, since: int = 0) -> Item:
        """The first item from position `since` on that satisfies the predicate, now or within `timeout` seconds.

        Raises TimeoutError naming the newest items, so that a failing test says what came instead.
        """
        for item in self._items[since:]:
            if predicate(item):
                return item
        future: asyncio.Future[Item] = asyncio.get_running_loop().create_future()
        self._waiting.append((predicate, future))
        try:
            return await asyncio.wait_for(future, timeout)
        except TimeoutError:
            raise TimeoutError(f"nothing fitting in {timeout} s; newest: {self._items[since:][-5:]}") from None
