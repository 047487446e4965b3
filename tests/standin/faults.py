"""Ways in which Discord misbehaves, planned by a test before it acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.standin.record import Request


@dataclass(slots=True)
class Fault:
    """One planned misbehaviour; the request is first delayed by `delay` seconds, then dropped, refused or served.

    `pattern` matches the path after `/api/v10` (`*` crosses slashes). `status` None serves the request as usual.
    `drop` cuts the connection before the request has any effect. `times` is how often it strikes; None is always.
    """

    method: str
    pattern: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    delay: float = 0.0
    drop: bool = False
    times: int | None = 1
    struck: int = 0

    @property
    def spent(self) -> bool:
        return self.times is not None and self.struck >= self.times

    def answer(self) -> Mapping[str, Any]:
        """The JSON body of the refusal: the given one, or what Discord would say."""
        if self.body is not None:
            return self.body
        if self.status == 429:
            wait = float(self.headers.get("Retry-After", "0.1"))
            return {"message": "You are being rate limited.", "retry_after": wait, "global": False}
        return {"message": f"{self.status}: planned fault", "code": 0}


class FaultTable:
    """The planned faults; of several that fit a request the earliest added strikes."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(
        self,
        method: str,
        pattern: str,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        delay: float = 0.0,
        drop: bool = False,
        times: int | None = 1,
    ) -> Fault:
        """Plan a fault (see `Fault`) and return it, so that a test can see how often it struck."""
        fault = Fault(method, pattern, status, headers or {}, body, delay, drop, times)
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Drop every plan."""
        self._faults.clear()

    def strike(self, request: Request) -> Fault | None:
        """The fault that hits this request, counted as used, or None."""
        for fault in self._faults:
            if not fault.spent and request.fits(fault.method, fault.pattern):
                fault.struck += 1
                return fault
        return None
