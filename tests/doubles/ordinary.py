"""An ordinary market for the doubles: the scale of July 2026, nobody's current figures.

Prices of ETH, weETH, ezETH, rsETH and wstETH are readings of 21 July 2026, totals of 2 October 2026; all others are
synthetic. Addresses are the tokens' own on Ethereum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

MOMENT = datetime(2026, 7, 21, 10, 3, 30, tzinfo=UTC)
"""For clocks that stand still."""
ETH_USD = Decimal("1930.74")


@dataclass(frozen=True, slots=True)
class Coin:
    """One coin as both providers name it, with its price in US dollars."""

    symbol: str
    key: str
    gecko_id: str
    usd: Decimal

    @property
    def eth(self) -> Decimal:
        """The price in ETH, in eight places."""
        return round(self.usd / ETH_USD, 8)


ETH = Coin("ETH", "coingecko:ethereum", "ethereum", ETH_USD)
WEETH = Coin("weETH", "ethereum:0xCd5fE23C85820F7B72D0926FC9b05b43E359b7ee", "wrapped-eeth", Decimal("2122.85"))
EZETH = Coin("ezETH", "ethereum:0xbf5495Efe5DB9ce00f80364C8B423567e58d2110", "renzo-restaked-eth", Decimal("2088.92"))
RSETH = Coin(
    "rsETH", "ethereum:0xA1290d69c65A6Fe4DF752f95823fae25cB99e5A7", "kelp-dao-restaked-eth", Decimal("2077.76")
)
PUFETH = Coin("pufETH", "ethereum:0xD9A442856C234a39a81a089C06451EBAa4306a72", "pufeth", Decimal("2059.40"))
RSWETH = Coin("rswETH", "ethereum:0xFAe103DC9cf190eD75350761e95403b7b8aFa6c0", "restaked-swell-eth", Decimal("2047.10"))
WSTETH = Coin("wstETH", "ethereum:0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0", "wrapped-steth", Decimal("2393.27"))
EIGEN = Coin("EIGEN", "coingecko:eigenlayer", "eigenlayer", Decimal("0.412"))
COINS = (ETH, WEETH, EZETH, RSETH, PUFETH, RSWETH, WSTETH, EIGEN)

TVL = {
    "eigencloud": Decimal(7_075_000_000),
    "ether.fi-stake": Decimal(5_188_000_000),
    "kelp": Decimal(1_130_000_000),
    "renzo": Decimal(118_000_000),
    "puffer-stake": Decimal(31_000_000),
    "swell-liquid-restaking": Decimal(32_000_000),
    "swell-liquid-staking": Decimal(33_000_000),
    "bedrock-unieth": Decimal(28_000_000),
    "symbiotic": Decimal(166_000_000),
    "lido": Decimal(26_677_000_000),
}
"""US dollars by slug."""


def _pool(project: str, symbol: str, pool: str, tvl: int, base: str, reward: str | None = None) -> dict[str, Any]:
    parts = {"apyBase": Decimal(base), "apyReward": None if reward is None else Decimal(reward)}
    apy = Decimal(base) + Decimal(reward or 0)
    return {"project": project, "symbol": symbol, "pool": pool, "tvlUsd": tvl, "apy": apy, **parts}


POOLS: tuple[Mapping[str, Any], ...] = (
    _pool("ether.fi-stake", "WEETH", "46bd2bdf-6d92-4066-b482-e885ee172264", 5_188_000_000, "2.61", "0.24"),
    _pool("kelp", "RSETH", "33c732f6-a78d-41da-af5b-ccd9fa5e52d5", 1_130_000_000, "2.48"),
    _pool("swell-liquid-restaking", "RSWETH", "ca2acc2d-6246-44aa-ae91-8725b2c62c7c", 32_000_000, "2.35"),
    _pool("lido", "STETH", "747c1d2a-c668-4682-b9f9-296708a3dd90", 26_677_000_000, "2.55"),
    # Not the real ids of these two, which are not published where ids can be looked up.
    _pool("renzo", "EZETH", "00000000-0000-4000-8000-00000000e2e7", 118_000_000, "2.71"),
    _pool("puffer-stake", "PUFETH", "00000000-0000-4000-8000-000000009fe7", 31_000_000, "2.29"),
)
"""Liquid tokens as the list of pools names them: symbols in capitals, yields in percent a year."""


def yield_of(pool: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a pool's own chart."""
    return {name: pool[name] for name in ("tvlUsd", "apy", "apyBase", "apyReward")}
