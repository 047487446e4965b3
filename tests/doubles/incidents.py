"""Past incidents as series of steps, to be played through providers and nodes.

Prices in US dollars, rates in ETH per token as stated on chain, times in UTC. Figures are those that were published at
the time; where a `note` says synthetic, the figure was made up to fill a gap and proves nothing about that day.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """One moment. `token_usd` is what the first source says; `second_usd` the second one, None where nobody knows.

    `frozen`: the rate on chain is not updated; `paused`: the protocol's contracts are paused; `incident_open`: whether
    moderators would have an incident open.
    """

    at: datetime
    token_usd: Decimal
    eth_usd: Decimal
    rate: Decimal
    second_usd: Decimal | None = None
    frozen: bool = False
    paused: bool = False
    incident_open: bool = False
    note: str = ""

    @property
    def true_premium(self) -> Decimal:
        """Percent by which the first source's price lies above the rate, not rounded."""
        return (self.token_usd / self.eth_usd / self.rate - 1) * 100


@dataclass(frozen=True, slots=True)
class Series:
    """One incident: the token, its protocol, and what a reader should have been told."""

    name: str
    token: str
    protocol: str
    lesson: str
    steps: tuple[Step, ...]


def _step(at: str, token: str, eth: str, rate: str, second: str, state: str, note: str = "") -> Step:
    """`state` is calm, open (an incident is), or halted (open, contracts paused, so that the rate stands still)."""
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    amounts = (Decimal(token), Decimal(eth), Decimal(rate), Decimal(second))
    halted = state == "halted"
    return Step(moment, *amounts, frozen=halted, paused=halted, incident_open=state != "calm", note=note)


EZETH_2024 = Series(
    "ezETH thin pools, April 2024",
    "ezETH",
    "renzo",
    "The rate is sound and one source shows a wick: hold the figure back; afterwards a true discount.",
    (
        _step("2024-04-23T20:00", "3190", "3165", "1.01", "3190", "calm", "synthetic; rate 1.01 assumed in all steps"),
        _step(
            "2024-04-24T02:15", "700", "3127", "1.01", "2755", "open", "one exchange's low; minute and ETH synthetic"
        ),
        _step("2024-04-24T02:40", "2755", "3178", "1.01", "2755", "open", "aggregate low; minute synthetic"),
        _step("2024-04-24T08:00", "3049", "3127", "1.01", "3049", "open", "hour and second source synthetic"),
        _step("2024-04-24T15:00", "3196", "3204", "1.01", "3196", "calm", "11 am US Eastern; second source synthetic"),
    ),
)

RSETH_2025 = Series(
    "rsETH oracle upgrade, April 2025",
    "rsETH",
    "kelp",
    "The market is calm and the stated rate stands still: say since when it was not updated.",
    (
        _step("2025-04-29T12:00", "1877.40", "1800", "1.0430", "1877.40", "calm", "synthetic figures"),
        _step("2025-04-30T12:00", "1877.60", "1800", "1.0431", "1877.60", "halted", "synthetic hour and figures"),
        _step("2025-05-04T12:00", "1920.10", "1840", "1.0431", "1920.10", "halted", "synthetic figures"),
        _step(
            "2025-05-08T12:00", "1930.80", "1850", "1.0437", "1930.80", "calm", "after about 8 days; synthetic figures"
        ),
    ),
)
"""Fee tokens were minted 1e18 times too many; updates of the rate, minting and burning were paused."""

RSETH_2026 = Series(
    "rsETH bridge exploit, April 2026",
    "rsETH",
    "kelp",
    "A deep discount against a rate that a pause has frozen: never shown without saying so.",
    (
        _step("2026-04-17T12:00", "2611", "2445", "1.0680", "2611", "calm", "ETH, rate, second source synthetic"),
        _step("2026-04-18T17:30", "2543", "2381", "1.0680", "2543", "calm", "ETH, rate, second source synthetic"),
        _step("2026-04-18T18:30", "2300", "2375", "1.0680", "2310", "halted", "synthetic prices"),
        _step("2026-04-20T12:00", "1921", "2318", "1.0680", "1921", "halted", "ETH, rate, second source synthetic"),
        _step("2026-05-15T12:00", "2290", "2200", "1.0698", "2291", "open", "operations restored; synthetic figures"),
        _step("2026-05-25T12:00", "2345", "2200", "1.0705", "2345", "calm", "adapter refilled; synthetic figures"),
    ),
)
"""Tokens released at 17:35 UTC on 18 April, the rate's contract paused at 18:21."""

WBETH_2025 = Series(
    "wBETH on one venue, October 2025",
    "wBETH",
    "binance",
    "One source shows one venue's wick and the other is right: show no single figure.",
    (
        _step("2025-10-10T21:30", "4104", "3800", "1.08", "4104", "calm", "synthetic; rate 1.08 assumed in all steps"),
        _step("2025-10-10T21:50", "430", "3800", "1.08", "4100", "open", "second source synthetic"),
        _step("2025-10-10T22:30", "4095", "3800", "1.08", "4098", "calm", "synthetic prices"),
    ),
)

WSTETH_2026 = Series(
    "wstETH rate read too low, March 2026",
    "wstETH",
    "lido",
    "The market is right and the rate is wrong for one reading: a premium that does not exist.",
    (
        _step("2026-03-10T10:00", "2457.60", "2000", "1.2289", "2457.60", "calm", "synthetic prices"),
        _step("2026-03-10T12:00", "2457.80", "2000", "1.1939", "2457.80", "open", "2.85 % too low; synthetic prices"),
        _step("2026-03-10T14:00", "2457.90", "2000", "1.2289", "2457.90", "calm", "synthetic prices"),
    ),
)

SERIES = (EZETH_2024, RSETH_2025, RSETH_2026, WBETH_2025, WSTETH_2026)
