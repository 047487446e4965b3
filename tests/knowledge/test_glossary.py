"""Every term of the field has an entry that says what it means, and is found by the spellings that members type."""

from pathlib import Path

import pytest

from bot.answering import Question
from bot.answering.desk import Desk
from bot.clock import today, utc_now
from bot.knowledge import read_library
from bot.matching.decision import calibrations_of
from bot.matching.matcher import Matcher
from tests.folders import TODAY

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
TERMS = """
staking, stake, pos -> staking
validator, val, node -> validator
restaking, re-staking, restake -> what-is-restaking
native restaking, beacon restake -> native-vs-lst-restaking
lst restaking -> native-vs-lst-restaking
lst, lsd, liquid staking token -> liquid-staking-token
lrt, liquid restaking token, restaking derivative -> what-is-an-lrt
nlrt, native lrt -> native-lrt
eigenlayer, eigencloud, el -> eigenlayer
avs, actively validated service, autonomous verifiable service -> what-is-an-avs
dss -> dss-and-network
operator, node operator -> operators-and-delegation
operator set, opset -> operator-set
unique stake, slashable stake -> unique-stake
magnitude, magnitudes -> magnitude
allocation, deallocation, allocate -> allocation
delegation -> operators-and-delegation
eigenpod, pod -> eigenpod
escrow, withdrawal delay, unbonding, cooldown -> eigenlayer-withdrawal-delay
slashing, slash, slashed -> what-is-slashing
inactivity leak, leak -> inactivity-leak
downtime penalty -> offline-penalties
correlation penalty, mass slashing -> correlation-penalty
redistribution, redistributable -> redistribution
veto, resolver, veto committee -> veto-resolver
intersubjective fault, forking eigen -> intersubjective-fault
eigen, eigen coin -> eigen-token
beigen -> beigen
programmatic incentives, pi, emissions -> programmatic-incentives
rebasing, rebase, non-rebasing, reward-bearing, repricing -> rebasing-vs-reward-bearing
exchange rate, rate, fair value -> lrt-exchange-rate
nav, net asset value -> nav
premium, discount, prem, disc -> premium-discount
depeg, off peg -> depeg-risk
redemption, unstake -> redemption
exit queue -> ethereum-exit-queue
entry queue -> ethereum-entry-queue
sweep, skim -> sweep
buffer -> withdrawal-buffer
tvl, total value locked -> tvl-and-double-counting
apr, apy -> apr-vs-apy
mev, mev-boost, flashbots -> mev
points, pts, miles, pearls -> points-and-airdrops
airdrop, stakedrop -> points-and-airdrops
king, king protocol -> king
looping, loop -> looping
leverage -> aggressive-strategy
ltv, lltv, health factor, hf -> ltv-health-factor
liquidation, liq, rekt -> liquidation-and-rate-risk
utilisation, util -> utilisation
pt, yt, sy, pendle -> pendle
curator, risk curator -> curator
oft, dvn, ccip, bridge -> oft-dvn-ccip
wrseth, wrapped rseth, l2 lrt -> wrapped-l2-lrt
capo, price cap -> capo
proof of reserve, por -> proof-of-reserve
multisig, timelock, msig -> multisig-timelock
guardian, guardians -> puffer-guardians
validator ticket, vt -> validator-ticket
dvt, ssv, obol -> dvt
cover, insurance -> insurance-and-cover
umbrella, safety module, bad debt -> bad-debt-and-umbrella
dyor, nfa -> dyor-nfa
"""
ASKED = [
    (spelling.strip(), entry.strip())
    for spellings, entry in (line.split("->") for line in TERMS.strip().split("\n"))
    for spelling in spellings.split(",")
]


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The desk that serves members once it is trained."""
    library = read_library(KNOWLEDGE, max(today(utc_now), TODAY)).library
    matcher = Matcher(library).trained()
    return Desk(library, matcher=matcher, calibrations=calibrations_of(library))


@pytest.mark.parametrize(("spelling", "entry"), ASKED, ids=[spelling for spelling, _ in ASKED])
async def test_asking_what_a_term_is_reaches_its_entry(spelling: str, entry: str, desk: Desk):
    answer = await desk.ask(Question(f"what is {spelling}"))
    assert entry in {answer.entry, *(choice.entry for choice in answer.choices)}
