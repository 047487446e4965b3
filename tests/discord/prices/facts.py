"""A small knowledge folder with tokens that have prices."""

from dataclasses import dataclass
from pathlib import Path

from tests.discord.library import write_library
from tests.folders import entry_text

ETHER_KEY = "coingecko:ethereum"


@dataclass(frozen=True)
class Priced:
    symbol: str
    name: str
    protocol: str
    address: str
    rate: float
    coingecko: str


TOKENS = (
    Priced("weETH", "Wrapped eETH", "etherfi", "0xCd5fE23C85820F7B72D0926FC9b05b43E359b7ee", 1.10, "wrapped-eeth"),
    Priced("ezETH", "Renzo Restaked ETH", "renzo", "0xbf5495Efe5DB9ce00f80364C8B423567e58d2110", 1.08, "renzo-eth"),
    Priced("rsETH", "Kelp Restaked ETH", "kelp", "0xA1290d69c65A6Fe4DF752f95823fae25cB99e5A7", 1.07, "kelp-eth"),
    Priced("pufETH", "Puffer ETH", "puffer", "0xD9A442856C234a39a81a089C06451EBAa4306a72", 1.06, "pufeth"),
    Priced("rswETH", "Restaked Swell ETH", "swell", "0xFAe103DC9cf190eD75350761e95403b7b8aFa6c0", 1.05, "swell-eth"),
    Priced("wstETH", "Wrapped stETH", "lido", "0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0", 1.20, "wrapped-steth"),
)
NAMES = {"etherfi": "ether.fi", "renzo": "Renzo", "kelp": "Kelp", "puffer": "Puffer", "swell": "Swell", "lido": "Lido"}
POOL = "747c1d2a-c668-4682-b9f9-2966{:08d}"
BANNER = "Renzo has paused withdrawals after a loss on its bridge."
OPEN_INCIDENT = f"""
[renzo-bridge]
title = "Loss on the bridge of Renzo"
protocols = ["renzo"]
state = "open"
opened = 2026-11-21
updated = 2026-11-22
paused = "withdrawals and deposits"
banner = "{BANNER}"
"""


def write_priced_library(folder: Path, incidents: str = "") -> Path:
    """The entries of the other tests, one that answers with live prices, and the facts these need."""
    write_library(folder)
    entry = entry_text(
        "What does ezETH cost?",
        ["whats ezeth at rn", "price of ezeth now", "how much is ezeth"],
        "Its price moves all day.",
        tokens="ezETH",
        live="prices",
        reviewed="2026-11-22",
        more="Look at more than one exchange.",
    )
    (folder / "prices").mkdir()
    (folder / "prices" / "ezeth-now.md").write_text(entry, encoding="utf-8")
    (folder / "facts").mkdir()
    for name, text in (("tokens", _tokens()), ("protocols", _protocols()), ("figures", FIGURE)):
        (folder / "facts" / f"{name}.toml").write_text(text, encoding="utf-8")
    (folder / "facts" / "incidents.toml").write_text(incidents, encoding="utf-8")
    return folder


FIGURE = """
[renzo-wait]
say = "about 3 days"
value = "3"
unit = "days"
as_of = 2026-10-01
source = "Documentation of Renzo"
label = "usual wait"
"""


def _tokens() -> str:
    ether = f'[ETH]\nname = "Ether"\naliases = ["ether"]\ndefillama = "{ETHER_KEY}"\ncoingecko = "ethereum"\n'
    return "\n".join([ether, *(_token(token, place) for place, token in enumerate(TOKENS))])


def _token(token: Priced, place: int) -> str:
    return f"""
[{token.symbol}]
name = "{token.name}"
protocol = "{token.protocol}"
kind = "LRT"
address = "{token.address}"
address_sources = ["one/repository a.md", "another/repository b.md"]
coingecko = "{token.coingecko}"
rate_contract = "{token.address}"
rate_call = "getRate()"
rate_selector = "0x679aefce"
rate_assumes = "It counts one staked ETH as one ETH."
yield_pool = "{POOL.format(place)}"
yield_method = "the change of its rate over 7 days"
"""


def _protocols() -> str:
    return "\n".join(
        f'[{name}]\nname = "{said}"\ntvl_slugs = ["{name}"]\ntvl_note = "Counted inside the total of EigenLayer."\n'
        + ('exits = ["renzo-wait"]\n' if name == "renzo" else "")
        + f'exit_note = "Leaving {said} takes a queue."\n'
        for name, said in NAMES.items()
    )
