"""How often something happened, with how far that can be trusted."""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `total`, with the Wilson interval at 95 %."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share in [0, 1]; 0 of nothing is 0."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound of the 95 % Wilson score interval (Wilson 1927)."""
        if not self.total:
            return 0.0, 1.0
        z, n, p = 1.959964, self.total, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def as_json(self) -> dict[str, object]:
        """The share for programs."""
        return {"value": self.value, "hits": self.hits, "total": self.total, "interval": list(self.interval)}

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:6.1%}  ({self.hits} of {self.total}, 95 % between {low:.1%} and {high:.1%})"
