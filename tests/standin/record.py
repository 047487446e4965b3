"""What a bot sent over HTTP, kept for the test to look at."""

# ruff: noqa: ASYNC109  (these timeouts raise with what came instead, which asyncio.timeout cannot know)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from tests.standin.journal import Journal


@dataclass(frozen=True, slots=True)
class Upload:
    """One file part of a multipart request, its bytes as they arrived."""

    name: str
    filename: str
    content_type: str
    data: bytes = field(repr=False)

    @property
    def index(self) -> str:
        """The number in `files[0]`, by which a payload's `attachments` refer to this part."""
        return self.name.removeprefix("files[").removesuffix("]")


@dataclass(slots=True)
class Request:
    """One REST request; `path` starts after `/api/v10`, `time` is `time.monotonic()` seconds at arrival.

    `status` is the HTTP status answered, or None when the connection was dropped instead. `problems` is what the
    validator found wrong with `json`.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    json: Any
    files: tuple[Upload, ...]
    time: float
    status: int | None = None
    problems: list[str] = field(default_factory=list)

    def fits(self, method: str, pattern: str) -> bool:
        """Whether this is such a request; `*` in the pattern also crosses slashes, `"*"` is any method."""
        return method in ("*", self.method) and fnmatchcase(self.path, pattern)


class RequestLog(Journal[Request]):
    """All requests in the order in which their answers were decided."""

    def matching(self, method: str, pattern: str, *, since: int = 0) -> list[Request]:
        """The requests that fit `method` and the path pattern."""
        return [request for request in self.since(since) if request.fits(method, pattern)]

    async def wait_for_path(self, method: str, pattern: str, timeout: float = 5.0, *, since: int = 0) -> Request:
        """Like `wait_for`, for the common case of a method and a path pattern."""
        return await self.wait_for(lambda request: request.fits(method, pattern), timeout, since=since)

    def problems(self) -> list[str]:
        """Everything that the validator found in any request, each with its method and path."""
        return [f"{seen.method} {seen.path}: {problem}" for seen in self for problem in seen.problems]
