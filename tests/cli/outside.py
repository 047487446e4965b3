"""What the command line asks for prices, on this machine: providers, a chain with its node, and a small folder."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from bot.clock import Clock
from tests.doubles import behaviours
from tests.doubles.evm import Chain
from tests.doubles.providers import Providers
from tests.doubles.rpc import RpcDouble, html

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""When the tests of this room take place."""
STAMP = "22 Nov 2026, 12:00 UTC"
NODE_KEY, SECOND_KEY = "made-up-node-key-5f0c93", "CG-made-up-key-81d2"
EZETH, RATE_OF_EZETH = "0xbf5495Efe5DB9ce00f80364C8B423567e58d2110", "0x387dBc0fB00b26fb085aa658527D5BE98302c84C"
RSETH, ORACLE = "0xA1290d69c65A6Fe4DF752f95823fae25cB99e5A7", "0x349A73444b1a310BAe67ef67973022020d70020d"
POOL = "33c732f6-a78d-41da-af5b-ccd9fa5e52d5"
TOKENS = f"""
[ETH]
name = "Ether"
defillama = "coingecko:ethereum"
coingecko = "ethereum"

[ezETH]
name = "Renzo Restaked ETH"
protocol = "renzo"
aliases = ["easy eth"]
address = "{EZETH}"
address_sources = ["one/list tokens.json", "other/list tokens.json"]
coingecko = "renzo-restaked-eth"
rate_contract = "{RATE_OF_EZETH}"
rate_call = "getRate()"
rate_selector = "0x679aefce"
rate_assumes = "All of Renzo's ETH divided by all ezETH."

[rsETH]
name = "Kelp Restaked ETH"
protocol = "kelp"
address = "{RSETH}"
address_sources = ["one/list tokens.json", "other/list tokens.json"]
coingecko = "kelp-dao-restaked-eth"
rate_contract = "{ORACLE}"
rate_call = "rsETHPrice()"
rate_selector = "0xb4b46434"
rate_assumes = "A stored value that Kelp updates."
pause_contract = "{ORACLE}"
yield_pool = "{POOL}"
yield_method = "a figure that Kelp itself publishes"

[swETH]
name = "Swell ETH"
protocol = "swell"
"""
PROTOCOLS = """
[renzo]
name = "Renzo"
[kelp]
name = "Kelp"
tvl_slugs = ["kelp"]
tvl_note = "Counted inside EigenLayer too."
[swell]
name = "Swell"
"""
INCIDENT = """
[bridge]
title = "Loss at the bridge"
protocols = ["kelp"]
state = "open"
opened = 2026-11-20
updated = 2026-11-22
banner = "Kelp's bridge has lost funds."
paused = "withdrawals"
"""


@dataclass
class Outside:
    """Providers, a chain and its node, with the variables that lead there."""

    providers: Providers
    chain: Chain
    node: RpcDouble

    @property
    def environment(self) -> dict[str, str]:
        """For a process."""
        keys = {"ETH_RPC_URLS": f"{self.node.url}/v2/{NODE_KEY}", "COINGECKO_API_KEY": SECOND_KEY}
        return self.providers.environment | keys

    def rate(self, contract: str, rate: str, selector: str) -> None:
        """What a contract states, in ETH."""
        self.chain.set_rate(contract, int(Decimal(rate) * 10**18), selector)

    def break_all(self) -> None:
        """Nobody answers any more."""
        for host in self.providers.hosts:
            host.behave(behaviours.bad_gateway())
        self.node.behave(html())


def open_outside(clock: Clock, stack: ExitStack) -> Outside:
    """All of it, for as long as `stack` is open: rsETH and ezETH with a rate, everything else as on an ordinary day."""
    chain = Chain(number=25_500_000, clock=clock)
    providers = stack.enter_context(Providers(clock))
    outside = Outside(providers, chain, stack.enter_context(RpcDouble(chain)))
    providers.gecko_key = SECOND_KEY
    outside.rate(RATE_OF_EZETH, "1.0842", "0x679aefce")
    outside.rate(ORACLE, "1.0763", "0xb4b46434")
    chain.set_paused(ORACLE, paused=False)
    return outside
