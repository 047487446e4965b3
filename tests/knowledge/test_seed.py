"""The text that the product began with, line by line: what it says can be asked, and is answered with what is true.

What an answer must hold comes from the verified facts beside that text, never from the entry itself.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.answering import Question
from bot.answering.answers import Answer, Outcome
from bot.answering.desk import Desk
from bot.knowledge import Library, read_library
from bot.matching.matcher import Matcher
from tests.folders import TODAY

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library(KNOWLEDGE, TODAY).library


@pytest.fixture(scope="module")
def desk(library: Library) -> Desk:
    return Desk(library, matcher=Matcher(library).trained())


@pytest.fixture(scope="module")
def untrained(library: Library) -> Desk:
    return Desk(library)


@dataclass(frozen=True)
class Line:
    """A statement of the seed as a member would ask about it. `entries` all fit; the first must hold what `says`, each
    a pattern. `place` is where in the seed it stands.
    """

    place: str
    question: str
    entries: tuple[str, ...]
    says: tuple[str, ...]


def _shown(answer: Answer | None) -> str:
    """All that a member can read of an answer, in one line and without emphasis."""
    assert answer is not None
    return " ".join(f"{answer.title} {answer.body} {answer.more}".replace("**", "").split())


def _reached(answer: Answer) -> set[str | None]:
    return {answer.entry, *(choice.entry for choice in answer.choices)}


# Each heading of the text that the product began with, as it stands there and as a member would ask it, with the
# entries any of which fits.
HEADINGS = {
    "How Restaking Derivatives Work": (
        "how do restaking derivatives work",
        {"how-restaking-works", "what-is-restaking", "what-is-an-lrt"},
    ),
    "Leading LRT protocols compared": (
        "how do the leading lrt protocols compare",
        {"lrt-protocols-compared"},
    ),
    "Live LRT and ETH pricing": (
        "what are the live prices of eth and the lrts",
        {"lrt-price-now", "eth-price-now"},
    ),
    "Where Yield Comes From": ("where does the yield come from", {"where-yield-comes-from"}),
    "The Risk of Slashing": (
        "what is the risk of slashing",
        {"what-is-slashing", "avs-slashing", "unique-stake", "who-bears-slashing-losses"},
    ),
    "Managing Exposure": ("how do i manage my exposure", {"managing-exposure", "diversification"}),
    "How to pick an LRT strategy": ("how should i pick an lrt strategy", {"choosing-a-strategy"}),
    "Conservative: Base Protocol Yield": (
        "what is the conservative strategy with base protocol yield",
        {"conservative-strategy"},
    ),
    "Aggressive: Leveraged Yield Farming": (
        "how does aggressive leveraged yield farming work",
        {"aggressive-strategy", "looping"},
    ),
    "Balanced: Diversified Operator Sets": (
        "what is a balanced strategy with diversified operator sets",
        {"balanced-strategy", "diversification"},
    ),
    "Key Takeaways": (
        "what are the key takeaways for choosing an lrt strategy",
        {"choosing-a-strategy", "managing-exposure", "is-restaking-safe", "what-is-restaking"},
    ),
    "Frequently asked: what to check next": (
        "what should i check next before i restake",
        {"managing-exposure", "choosing-a-strategy", "audits", "is-restaking-safe", "about-this-bot"},
    ),
    "What will 1 ETH be worth in 2026?": ("eth worth 2026", {"eth-price-forecast"}),
    "Is Ethereum going to break $5,000?": ("will eth break 5k", {"will-eth-break-5000"}),
    "Is restaking safe for long-term holding?": ("is it safe to hold restaked eth long term", {"is-restaking-safe"}),
}
AS_HEADED = [(question, fitting) for heading, (asked, fitting) in HEADINGS.items() for question in (heading, asked)]

# A question, the entries that fit with the one that must say it in front, and below it what that one must say.
LINES = r"""
# How Restaking Derivatives Work
so what does it mean to restake eth -> what-is-restaking / how-restaking-works
    already staked ; services ; slash
does my stake get delegated to an avs or to an operator -> how-restaking-works / operators-and-delegation
    operator ; never (\w+ ){0,3}to (a|any) network ; operator sets
isn't it one collateral for several networks simultaneously -> one-stake-many-services
    17 April 2025 ; unique stake ; one operator set ; total stake ; rewards
do only validators get to deposit into an lrt protocol -> who-can-restake / how-restaking-works
    0\.001 ETH ; any amount ; 32 ETH
who deposits into an lrt and who runs the validators -> how-restaking-works / validator / who-can-restake
    ordinary (holders|users|people) ; run by node operators|node operators run
which tokens do the lrt protocols issue -> what-is-an-lrt / lrt-protocols-compared
    weETH ; ezETH ; pufETH ; rsETH ; rswETH ; uniETH
does all eth in an lrt keep earning consensus rewards -> where-yield-comes-from / withdrawal-buffer
    buffer earns nothing ; MEV ; tips
what sort of services use restaked security, like oracles or compute -> what-is-an-avs / eigenda
    EigenDA ; oracles ; bridges ; compute
a protocol i secure fails, is my entire eth position gone -> unique-stake / can-i-lose-everything / avs-slashing
    at most the unique stake ; allocated ; up to 100 ?% ; new deposits become slashable ; bridge ; contract bug
does restaking pile a lot of risk onto few parties -> concentration-risk / is-restaking-safe
    80% ; seven node operators ; 75% ; Feb(ruary)? 2025
is restaking a leverage mechanism for security -> one-stake-many-services
    metaphor

# Leading LRT protocols compared
what sets ether.fi, renzo, puffer and kelp apart -> lrt-protocols-compared
    EigenLayer is .{0,30}(underneath|below) ; 32\.5% ETHx ; wBETH ; bridge ; exits
is eigenlayer an lrt like the others in the table -> eigenlayer / lrt-protocols-compared
    not an? (liquid restaking token|LRT) ; issues (none|no)
a table says eigenlayer holds $12.4b, true? -> tvl-and-double-counting / eigenlayer / lrt-protocols-compared
    \$12\.4 billion ; (early|February) 2025 ; about \$12 billion in February 2025 ; 2026
why can't i sum up eigenlayer's tvl and the lrts' -> tvl-and-double-counting
    must not be added ; double-count
does eigenlayer pay points -> points-and-airdrops / restaking-rewards-fees-or-tokens
    10 May ; EIGEN emissions ; AVS rewards
how much is deposited at ether.fi, 3.8 billion? -> etherfi / tvl-and-double-counting
    reported deposits ; billion \(.*?2026\)
is all the eeth in a single vault -> etherfi / etherfi-backing
    one pool(ed)? ; EigenPods ; stETH ; strategy vaults
renzo $1.9b tvl, does that still hold -> renzo / tvl-and-double-counting
    \$3 billion ; April 2024 ; million \(.*?2026\) ; out of date
is ezeth a multi-vault strategy -> renzo / renzo-backing
    one pool ; stETH ; wBETH ; several operators ; pzETH
what happened to puffer's $1.2b tvl -> puffer / pufeth-outflow-2024 / tvl-and-double-counting
    \$1\.3 billion .*?April 2024 ; 14 October 2024 ; 87% ; not a loss
does part of pufeth's yield come from flashbots -> puffer / where-yield-comes-from
    no (such )?(revenue|income) ; MEV-Boost is not mandatory ; Validator Tickets ; operators keep
will puffer's insurance pool pay me back after a slashing -> puffer-insurance-pool
    no insurance pool ; 2 ETH ; bond ; lowers the pufETH rate ; future option ; (nothing|not) .{0,12}AVS slashing
is kelp at 0.9 billion -> kelp / tvl-and-double-counting
    \$870 million ; 29 Jun(e)? 2026 ; \$2 billion
osmosis liquidity as a yield source for kelp? -> kelp / where-yield-comes-from
    Osmosis .{0,60}(not mention|none|no ) ; 59\.5% ETH, 32\.5% ETHx and 8% wstETH
tables leave out kelp's hack, what was it -> kelp-bridge-loss-2026 / is-rseth-safe / kelp / kelp-loss-blame-and-recovery
    18 April 2026 ; 116,500 rsETH ; \$292 million ; 1-of-1 ; released? from .{0,12}escrow ; not (newly )?minted
    neither EigenLayer
who grades lrts as medium or low-medium risk -> which-lrt-is-best / puffer-insurance-pool / lrt-protocols-compared
    opinion ; insurance pool
is eigenlayer the settlement layer under all lrts -> eigenlayer
    (not|nor) .{0,12}settlement layer ; settle on Ethereum|settlement is Ethereum's ; contracts on Ethereum
    delegation ; slash
does the lrt wrapper shield me from eigenlayer's contract bugs -> smart-contract-risk / lrt-protocols-compared
    adds (a|another) layer ; (not|nothing|none) .{0,20}(below|underneath)
is ether.fi a newer entrant -> etherfi
    May 2023 ; November 2023
does the lrt always sit atop an lst -> lst-vs-lrt / native-lrt
    partly true ; eETH ; pufETH ; validators?.? ETH

# Live LRT and ETH pricing
why does my lrt trade at a premium or discount -> lrt-exchange-rate / premium-discount / depeg-risk / lrt-price-now
    not with 1 ETH ; 1\.0748 ; 1\.0721 ; -3\.75%
how deep under its value can an lrt fall on the market -> depeg-risk / premium-discount / ezeth-depeg-2024
    24 April 2024 ; \$688 ; 2\.02% ; 2\.3% ; 3\.75% ; not (by|in) itself (a loss|insolven)
could a contract bug or a slashing cost me all of it -> can-i-lose-everything / unique-stake
    contract bug ; bridge ; at most .{0,30}allocated ; liquidation
what insurance is behind an lrt protocol -> insurance-and-cover / puffer-insurance-pool
    no deposit insurance ; Nexus Mutual ; bonds ; Umbrella ; bridge failures ; phishing

# Where Yield Comes From
which income streams make up the yield on an lrt -> where-yield-comes-from
    Ethereum staking rewards ; AVSs ; most of the restaking part had been token incentives ; KING
is the 3-4% staking apy still right -> staking-apr-today
    2\.73 to 2\.84% ; 2\.7% ; 3\.0 to 3\.3% ; out of date ; 2026
what do the letters avs stand for these days -> what-is-an-avs
    Actively Validated Service ; Autonomous Verifiable Service
do i earn more with an lrt than with my own validator -> does-restaking-pay-more / lrt-vs-holding-eth
    not always ; 2\.83% ; 3\.0 to 3\.3% ; 2\.31% ; fees ; idle
do the secured services pay real money or is it inflation -> restaking-rewards-fees-or-tokens / where-yield-comes-from
    8% a year ; Incentives Committee ; ELIP-012 ; usage-based fees ; 0\.01 to 0\.5%
am i exposed to every avs through overlapping exposure -> unique-stake / one-stake-many-services / avs-slashing
    no other AVS|one operator set ; unique stake ; at most

# The Risk of Slashing
does severe downtime get a validator slashed -> offline-penalties / ethereum-slashing / what-is-slashing
    does not slash ; missed ; more than 4 epochs ; inactivity leak ; AVS .*?downtime
what is the main penalty in proof of stake -> what-is-slashing / offline-penalties / ethereum-slashing
    missed votes ; rare
for which offences does ethereum slash -> ethereum-slashing / what-is-slashing
    two different blocks ; same target ; surrounds ; 1/4,096 ; 36 days ; day 18
when a pool gets slashed, is it only the operator who loses -> who-bears-slashing-losses
    (exchange )?rate falls ; bond ; same proportion
misbehaviour in any one avs triggers a slash of everything? -> unique-stake / avs-slashing / can-i-lose-everything
    allocated ; at most ; 17 April 2025
did anybody holding an lrt lose money to an avs slash yet -> has-slashing-happened / incident-list
    no (public record|confirmed) ; September 2026 ; 39 validators ; 10 September 2025 ; fewer than 500
what if a third of validators is slashed together -> correlation-penalty
    three times ; one third ; 18 days
for what reasons may an avs slash, and is there a veto -> avs-slashing / veto-resolver
    any reason ; no veto ; need not be provable on-chain ; opted in
does the lrt contract itself liquidate holders -> liquidation-and-rate-risk
    Aave, Morpho or Compound ; do not liquidate
how did bugs in contracts hurt people so far -> smart-contract-risk / incident-list
    uniBTC ; \$2 million ; Penpie ; \$27 million
is the code really the law for lrts -> governance-and-freeze-risk
    blacklist an address for 3 days ; multisig ; 30,766 ETH ; court|restraining ; custody
after a slash, are the funds burned -> redistribution / slashed-funds-delay
    burned ; locked in its EigenPod ; 7 days ; July 2025 ; stolen keys

# Managing Exposure
how do i keep track of all the things my lrt is exposed to -> managing-exposure
    rate ; slashable at once ; bridge ; paused
is restaking a passive income stream -> is-yield-guaranteed / is-restaking-safe
    (nothing|not|no) .{0,12}guaranteed ; committee ; slash
does a higher yield mean a newer and riskier protocol -> is-yield-guaranteed
    not prove|rule of thumb|not always
does diversifying across avss remove contract risk -> diversification / balanced-strategy
    one operator set ; 18 April 2026 ; whatever operators ; contracts
can a hole in one layer cascade through defi -> contagion
    89,567 ; \$13 billion ; 48 hours ; \$123\.7 million ; \$230\.1 million
is an audit enough of a check -> audits
    11 audits ; \$116 to 128 million ; 18 April 2026 ; named code at a certain date

# How to pick an LRT strategy
should my strategy depend on yield or on what i can lose -> choosing-a-strategy
    restaked by (definition|design) ; 14 days ; opinion
does a conservative base lrt keep me out of restaking risk -> conservative-strategy
    restaked by (definition|design) ; LST ; AVS slashing ; about four weeks
what went wrong for people farming with leverage -> aggressive-strategy / liquidation-and-rate-risk
    24 April 2024 ; \$56 ; July 2025 ; 10 March 2026 ; 2\.85% ; fully lent out
how does the sum work if i loop ten times -> looping
    5\.5% ; (-|minus )3\.5% ; 2\.1% ; liquidation
is the risk-adjusted return of a balanced operator mix superior -> balanced-strategy / diversification
    no data ; 18 April 2026
are there lrts that rebalance operators automatically -> balanced-strategy
    (nor|no).{0,30}primary source ; team or DAO decides

# Key Takeaways
do base lrts give direct ethereum yield with lower risk -> conservative-strategy / lst-vs-lrt / lrt-vs-holding-eth
    restaked by (definition|design)
does borrowing give higher returns or just a higher risk -> looping / aggressive-strategy / liquidation-and-rate-risk
    3\.5% ; liquidation
can i audit the contracts on my own before i invest -> audits
    users? cannot audit ; scope
which lrt is the best pick -> which-lrt-is-best
    (not|no) rank ; \$2 billion ; \$292 million

# Frequently asked: what to check next
how high can one ether go this year -> eth-price-forecast / will-eth-break-5000
    nobody can know ; \$4,953 ; \$2,763 ; \$1,576 ; 68% ; \$7,500
was eth ever above five thousand dollars -> will-eth-break-5000 / eth-price-now / eth-price-forecast
    no source .*?\$5,000 ; \$4,953 ; 24 Aug(ust)? 2025 ; \$1,576
are restaking yields mechanical -> restaking-rewards-fees-or-tokens / is-yield-guaranteed / where-yield-comes-from
    committee ; people
is having an lrt the same as money in a savings account -> is-restaking-safe / is-yield-guaranteed
    (not|no) (a )?savings account ; bridge ; stake allocated to it|allocated share
does staking yield make up for a falling eth price -> eth-price-forecast / lrt-vs-holding-eth / is-restaking-safe
    small (beside|next to) ; \$1,576
how long until eigenlayer lets my eth go -> eigenlayer-withdrawal-delay / how-to-exit-an-lrt
    14 days ; 100,800 blocks ; still be slashed|slashable ; 7 days .*?17 April 2025
"""

SAFE = """
is rsETH safe
is rseth safe to hold right now
is kelp safe
is it safe to deposit into kelp again
can i trust rsETH after everything
is kelpdao still trustworthy
how risky is rseth at the moment
is my rseth backed again
would you call kelp dao secure these days
kelp rseth safe or not?
is rsETH okay now or will i lose my eth
safe to keep holding kelp eth?
is rseth a safe lrt
has kelp become safe since the exploit
"""


def _read(block: str) -> list[Line]:
    place, lines = "", list[Line]()
    for text in filter(None, block.splitlines()):
        if text.startswith("# "):
            place = text.removeprefix("# ")
        elif text.startswith("    "):
            lines[-1] = replace(lines[-1], says=(*lines[-1].says, *text.strip().split(" ; ")))
        else:
            question, _, entries = text.partition(" -> ")
            lines.append(Line(place, question, tuple(entries.split(" / ")), ()))
    return lines


SEED = _read(LINES)
each_line = pytest.mark.parametrize("line", SEED, ids=[line.question for line in SEED])


def test_every_part_of_the_seed_is_asked_about() -> None:
    parts = {line.place for line in SEED}
    strategies = {"Conservative", "Aggressive", "Balanced"}  # asked about under the heading that they stand below
    asked_by_heading = {heading for heading in HEADINGS if heading.partition(":")[0] in strategies or "?" in heading}
    assert parts == set(HEADINGS) - asked_by_heading
    assert len(SEED) >= 60
    assert all(line.says for line in SEED)


@pytest.mark.parametrize(("question", "fitting"), AS_HEADED, ids=[question for question, _ in AS_HEADED])
async def test_every_heading_reaches_a_fitting_entry(question: str, fitting: set[str], untrained: Desk) -> None:
    assert fitting & _reached(await untrained.ask(Question(question)))


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("What will 1 ETH be worth in 2026?", "eth-price-forecast"),
        ("Is Ethereum going to break $5,000?", "will-eth-break-5000"),
        ("Is restaking safe for long-term holding?", "is-restaking-safe"),
    ],
)
async def test_the_frequently_asked_questions_are_answered_at_once(question: str, entry: str, untrained: Desk) -> None:
    assert (await untrained.ask(Question(question))).entry == entry


def test_the_entries_that_fit_are_published(library: Library) -> None:
    named = {entry for line in SEED for entry in line.entries} | {one for _, fits in HEADINGS.values() for one in fits}
    assert named - {published.id for published in library.published} == set()


@each_line
async def test_the_entry_says_what_is_true_of_it(line: Line, desk: Desk) -> None:
    shown = _shown(await desk.open(line.entries[0]))
    assert [said for said in line.says if not re.search(said, shown, re.IGNORECASE)] == []


@each_line
async def test_asking_about_it_reaches_the_entry(line: Line, desk: Desk) -> None:
    answer = await desk.ask(Question(line.question))
    assert set(line.entries) & _reached(answer), _reached(answer)


def _offered(answer: Answer) -> str:
    """What is on the card: the answer's first part, or the titles to pick from."""
    return " ".join([answer.title, answer.body, *(choice.title for choice in answer.choices)])


@pytest.mark.parametrize("question", SAFE.strip().splitlines())
async def test_whether_rseth_is_safe_is_answered_with_its_loss(question: str, desk: Desk) -> None:
    answer = await desk.ask(Question(question))
    assert "is-rseth-safe" in _reached(answer)
    assert "April 2026" in _offered(answer)


@pytest.mark.parametrize("question", SAFE.strip().splitlines())
async def test_no_answer_before_training_is_silent_about_the_loss_of_rseth(question: str, untrained: Desk) -> None:
    answer = await untrained.ask(Question(question))
    assert answer.outcome is Outcome.NO_ANSWER or "April 2026" in _offered(answer)
