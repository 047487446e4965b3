"""Where the providers are."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Base addresses without a slash at the end. They may hold keys, so none of them is ever printed.

    `nodes` are tried in their order; without any there is no protocol-stated rate.
    """

    coins: str = field(repr=False)
    totals: str = field(repr=False)
    yields: str = field(repr=False)
    second: str = field(repr=False)
    second_key: str = field(default="", repr=False)
    nodes: tuple[str, ...] = field(default=(), repr=False)
