"""The exact message of each step of the incident series, as a terminal shows it and a card says it.

Written by hand from the figures of the series: a price over ETH's, the market over the rate, and a block every twelve
seconds from block 25,500,000 on. NOW is the time over each message, BANNER the line at the top.
"""

from tests.doubles.incidents import EZETH_2024, RSETH_2025, RSETH_2026, WBETH_2025, WSTETH_2026

MAINNET = "Ethereum mainnet only; versions of a token on other chains can trade elsewhere."
METHODS = "Each token's yield is reckoned in its own way, so they make no ranking."
RENZO, KELP, BINANCE, LIDO = (
    "Rate from 0x387dBc0fB00b26fb085aa658527D5BE98302c84C, block {}. All of Renzo's ETH divided by all ezETH.",
    "Rate from 0x349A73444b1a310BAe67ef67973022020d70020d, block {}. A stored value that Kelp updates.",
    "Rate from 0xa2E3356610840701BDf5611a53974510Ae27E2e1, block {}. A stored value that Binance updates.",
    "Rate from 0x7f39C581F595B53c5cb19bD0b3f8dA6c935E2Ca0, block {}. Counts one stETH as one ETH.",
)
EZETH = f"""
!! Since 24 April 2024 ezETH trades at very different prices in thin pools. Withdrawals are not open yet.

23 Apr 2024, 20:00 UTC
ezETH: Renzo Restaked ETH
$3,190.00 · 1.0079 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.0100 ETH (read NOW)
Market against that rate: −0.21%, about fair value

{RENZO.format("25,500,000")}
{MAINNET}

24 Apr 2024, 02:15 UTC
BANNER

ezETH: Renzo Restaked ETH
Two sources disagree, so there is no single price:
$700.00 · 0.2239 ETH (DefiLlama, NOW)
$2,755.00 · 0.8810 ETH (CoinGecko, NOW)
One of them may show the odd trade of a single exchange.
Protocol-stated rate: 1.0100 ETH (read NOW; unchanged since 23 Apr 2024)
! No premium is shown: two sources disagree about the price.
! An incident at Renzo is open, so the stated rate may not be what ezETH is worth now.

{RENZO.format("25,501,875")}
{MAINNET}

24 Apr 2024, 02:40 UTC
BANNER

ezETH: Renzo Restaked ETH
$2,755.00 · 0.8669 ETH (DefiLlama, NOW)
Second source: $2,755.00 · 0.8669 ETH (CoinGecko, NOW)
Protocol-stated rate: 1.0100 ETH (read NOW; unchanged since 23 Apr 2024)
! No premium is shown: an incident at Renzo is open, so the stated rate may not be what ezETH is worth now.

{RENZO.format("25,502,000")}
{MAINNET}

24 Apr 2024, 08:00 UTC
BANNER

ezETH: Renzo Restaked ETH
$3,049.00 · 0.9751 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.0100 ETH (read NOW; unchanged since 23 Apr 2024)
! No premium is shown: an incident at Renzo is open, so the stated rate may not be what ezETH is worth now.

{RENZO.format("25,503,600")}
{MAINNET}

24 Apr 2024, 15:00 UTC
ezETH: Renzo Restaked ETH
$3,196.00 · 0.9975 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.0100 ETH (read NOW; unchanged since 23 Apr 2024)
Market against that rate: −1.24%, a notable discount

{RENZO.format("25,505,700")}
{MAINNET}
"""
RSETH_FROZEN = f"""
!! Kelp has paused rsETH on 30 April 2025 after a fault in an upgrade.

29 Apr 2025, 12:00 UTC
rsETH: Kelp Restaked ETH
$1,877.40 · 1.0430 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.0430 ETH (read NOW)
Market against that rate: 0.00%, about fair value
Yield: 2.48% a year (DefiLlama, NOW; a figure that Kelp itself publishes)
Deposits at Kelp: $1.1 billion (DefiLlama, NOW)

{KELP.format("25,500,000")}
{MAINNET}
{METHODS}

30 Apr 2025, 12:00 UTC
BANNER

rsETH: Kelp Restaked ETH
$1,877.60 · 1.0431 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.0431 ETH, paused (read NOW)
! No premium is shown: an incident at Kelp is open, so the stated rate may not be what rsETH is worth now.
! The rate is paused, as Kelp's contract reports; it stays as it is, whatever happens.
! Paused at Kelp: updates of the rate, deposits and withdrawals.
Deposits at Kelp: $1.1 billion (DefiLlama, NOW)

{KELP.format("25,507,200")}
{MAINNET}

4 May 2025, 12:00 UTC
BANNER

rsETH: Kelp Restaked ETH
$1,920.10 · 1.0435 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.0431 ETH, paused and frozen (read NOW; unchanged since 30 Apr 2025)
! No premium is shown: an incident at Kelp is open, so the stated rate may not be what rsETH is worth now.
! The rate is paused, as Kelp's contract reports; it stays as it is, whatever happens.
! The rate is frozen; it has not changed for 4 days, longer than it normally stands still.
! Paused at Kelp: updates of the rate, deposits and withdrawals.
Deposits at Kelp: $1.1 billion (DefiLlama, NOW)

{KELP.format("25,536,000")}
{MAINNET}

8 May 2025, 12:00 UTC
rsETH: Kelp Restaked ETH
$1,930.80 · 1.0437 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.0437 ETH (read NOW)
Market against that rate: 0.00%, about fair value
Yield: 2.48% a year (DefiLlama, NOW; a figure that Kelp itself publishes)
Deposits at Kelp: $1.1 billion (DefiLlama, NOW)

{KELP.format("25,564,800")}
{MAINNET}
{METHODS}
"""
RSETH_EXPLOIT = f"""
!! About 116,500 rsETH left Kelp's bridge on 18 April 2026. Check Kelp's official channels.

17 Apr 2026, 12:00 UTC
rsETH: Kelp Restaked ETH
$2,611.00 · 1.0679 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.0680 ETH (read NOW)
Market against that rate: −0.01%, about fair value
Yield: 2.48% a year (DefiLlama, NOW; a figure that Kelp itself publishes)
Deposits at Kelp: $1.1 billion (DefiLlama, NOW)

{KELP.format("25,500,000")}
{MAINNET}
{METHODS}

18 Apr 2026, 17:30 UTC
rsETH: Kelp Restaked ETH
$2,543.00 · 1.0680 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.0680 ETH (read NOW; unchanged since 17 Apr 2026)
Market against that rate: 0.00%, about fair value
Yield: 2.48% a year (DefiLlama, NOW; a figure that Kelp itself publishes)
Deposits at Kelp: $1.1 billion (DefiLlama, NOW)

{KELP.format("25,508,850")}
{MAINNET}
{METHODS}

18 Apr 2026, 18:30 UTC
BANNER

rsETH: Kelp Restaked ETH
$2,300.00 · 0.9684 ETH (DefiLlama, NOW)
Second source: $2,310.00 · 0.9726 ETH (CoinGecko, NOW)
Protocol-stated rate: 1.0680 ETH, paused (read NOW; unchanged since 17 Apr 2026)
! No premium is shown: an incident at Kelp is open, so the stated rate may not be what rsETH is worth now.
! The rate is paused, as Kelp's contract reports; it stays as it is, whatever happens.
! Paused at Kelp: deposits, withdrawals, transfers and updates of the rate.
Deposits at Kelp: $1.1 billion (DefiLlama, NOW)

{KELP.format("25,509,150")}
{MAINNET}

20 Apr 2026, 12:00 UTC
BANNER

rsETH: Kelp Restaked ETH
$1,921.00 · 0.8287 ETH (DefiLlama, NOW)
Second source: $1,921.00 · 0.8287 ETH (CoinGecko, NOW)
Protocol-stated rate: 1.0680 ETH, paused and frozen (read NOW; unchanged since 17 Apr 2026)
! No premium is shown: an incident at Kelp is open, so the stated rate may not be what rsETH is worth now.
! The rate is paused, as Kelp's contract reports; it stays as it is, whatever happens.
! The rate is frozen; it has not changed for 3 days, longer than it normally stands still.
! Paused at Kelp: deposits, withdrawals, transfers and updates of the rate.
Deposits at Kelp: $1.1 billion (DefiLlama, NOW)

{KELP.format("25,521,600")}
{MAINNET}

15 May 2026, 12:00 UTC
BANNER

rsETH: Kelp Restaked ETH
$2,290.00 · 1.0409 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.0698 ETH (read NOW)
! No premium is shown: an incident at Kelp is open, so the stated rate may not be what rsETH is worth now.
Deposits at Kelp: $1.1 billion (DefiLlama, NOW)

{KELP.format("25,701,600")}
{MAINNET}

25 May 2026, 12:00 UTC
rsETH: Kelp Restaked ETH
$2,345.00 · 1.0659 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.0705 ETH (read NOW)
Market against that rate: −0.43%, a small discount
Yield: 2.48% a year (DefiLlama, NOW; a figure that Kelp itself publishes)
Deposits at Kelp: $1.1 billion (DefiLlama, NOW)

{KELP.format("25,773,600")}
{MAINNET}
{METHODS}
"""
WBETH = f"""
!! On 10 October 2025 wBETH trades far below its rate on one exchange.

10 Oct 2025, 21:30 UTC
wBETH: Wrapped Beacon ETH
$4,104.00 · 1.0800 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.0800 ETH (read NOW)
Market against that rate: 0.00%, about fair value

{BINANCE.format("25,500,000")}
{MAINNET}

10 Oct 2025, 21:50 UTC
BANNER

wBETH: Wrapped Beacon ETH
Two sources disagree, so there is no single price:
$430.00 · 0.1132 ETH (DefiLlama, NOW)
$4,100.00 · 1.0789 ETH (CoinGecko, NOW)
One of them may show the odd trade of a single exchange.
Protocol-stated rate: 1.0800 ETH (read NOW)
! No premium is shown: two sources disagree about the price.
! An incident at Binance is open, so the stated rate may not be what wBETH is worth now.

{BINANCE.format("25,500,100")}
{MAINNET}

10 Oct 2025, 22:30 UTC
wBETH: Wrapped Beacon ETH
$4,095.00 · 1.0776 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.0800 ETH (read NOW)
Market against that rate: −0.22%, about fair value

{BINANCE.format("25,500,300")}
{MAINNET}
"""
WSTETH = f"""
!! On 10 March 2026 a wrong rate of wstETH is in use.

10 Mar 2026, 10:00 UTC
wstETH: Wrapped Lido Staked ETH
$2,457.60 · 1.2288 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.2289 ETH (read NOW)
Market against that rate: −0.01%, about fair value

{LIDO.format("25,500,000")}
{MAINNET}

10 Mar 2026, 12:00 UTC
BANNER

wstETH: Wrapped Lido Staked ETH
$2,457.80 · 1.2289 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.1939 ETH, after a jump of −2.85% (read NOW)
! No premium is shown: an incident at Lido is open, so the stated rate may not be what wstETH is worth now.
! The rate jumped by −2.85% within three days, as no rate does by itself: a booked loss or an error.

{LIDO.format("25,500,600")}
{MAINNET}

10 Mar 2026, 14:00 UTC
wstETH: Wrapped Lido Staked ETH
$2,457.90 · 1.2290 ETH (DefiLlama, NOW)
Protocol-stated rate: 1.2289 ETH (read NOW)
Market against that rate: 0.00%, about fair value

{LIDO.format("25,501,200")}
{MAINNET}
"""
MESSAGES = {
    EZETH_2024.name: EZETH,
    RSETH_2025.name: RSETH_FROZEN,
    RSETH_2026.name: RSETH_EXPLOIT,
    WBETH_2025.name: WBETH,
    WSTETH_2026.name: WSTETH,
}
