"""Claims about restaking that go round and are wrong or outdated: nothing that the bot shows repeats one as true.

The numbers are those of the list of checked claims. A sentence repeats a claim when it holds all the words of one of
its patterns and nothing in it takes the claim back; `_lets_through` is the whole rule for that, and errs towards a
false alarm, which a plainer sentence cures.
"""

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path

import pytest

from bot.answering.desk import Desk
from bot.answering.slots import fill
from bot.knowledge import Library, read_library
from tests.folders import TODAY

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"

NEGATION = re.compile(
    r"\b(?:not|no|nor|never|none|neither|nothing|nobody|cannot|without|unproven)\b|n't\b", re.IGNORECASE
)
"""Denies the clause that it stands in."""
NO_NEGATION = re.compile(
    r"\b(?:not (?:only|just|merely)|no (?:matter|doubt|less|secret)|nothing but|whether or not)\b", re.IGNORECASE
)
TAKEN_BACK = re.compile(
    r"\b(?:contrary to|contradicts|(?:out of|unknown) date|outdated|no longer|replaced|wrong|partly true|half right"
    r"|loose wording|(?:earlier|older?|first) design)\b",
    re.IGNORECASE,
)
"""Takes back whatever the sentence says."""
OTHERS_SAY = re.compile(
    r"\b(?:some|many|most|older?|other|copied)(?: \w+)? (?:pages?|guides?|tables?|docs|posts?|texts?|articles?)\b"
    r"|\b(?:pages|guides|tables|articles|posts) (?:that|which|still)\b",
    re.IGNORECASE,
)
"""Names others as the ones who say it. What follows has to take it back."""
PAST = re.compile(r"\b20(?:1\d|2[0-5])\b")
SINCE = re.compile(r"\bsince (?:\w+ ){0,2}20\d\d", re.IGNORECASE)
"""A date from which on something holds makes it no thing of the past."""
_ASIDE = re.compile(r"\([^()]*\)")
_CLAUSES = re.compile(r"[,;:]|\s[–—-]\s|\b(?:but|and|while|although|though|because|so|yet)\b", re.IGNORECASE)
_SENTENCES = re.compile(r"\n+|(?<=[.!?])[\"”)]*\s+")


@dataclass
class Claim:
    """A refuted claim: `patterns`, each of terms that occur in one sentence in any order, the first in the clause that
    a denial would stand in; sentences that repeat the claim, and true ones that are close to it. `once` marks what used
    to be true, `truth` is what a correction in the next sentence may say instead of a denial.
    """

    number: int
    name: str
    once: bool = False
    patterns: list[tuple[re.Pattern[str], ...]] = field(default_factory=list)
    truth: re.Pattern[str] | None = None
    repeated: list[str] = field(default_factory=list)
    true: list[str] = field(default_factory=list)


# number, O where it was true once (else C), what it says / a pattern / what corrects it / + repeats it / - is true
CLAIMS = r"""
3 O one unit of collateral secures many services at once
/ \b(one|same|single|a) (unit of )?(collateral|stake|eth|ether|deposit) & \b(many|several|multiple|all|more) (\w+ )?
  (services|networks|protocols|avss|layers) & \b(secur|back|support|protect|guard|slash)
+ One unit of collateral supports multiple services simultaneously.
+ The same ETH secures several networks at full strength.
+ Many AVSs are backed by a single stake, and each can slash it.
- One collateral securing many services was the design before April 2025.
- The same stake cannot be slashed by several services, because each slice belongs to one operator set.
- Many services can count the same delegated stake and pay rewards on it.

4 C a validator deposits into the LRT
/ \bvalidators?\b.{0,40}\b(deposits?|starts?|begins?|puts?|brings?)\b & \b(lrt|liquid restaking|restaking token)
/ \b(need|needs|(must|have to|has to) (be|run|own))\b.{0,12}\bvalidators?\b|\bonly validators?\b
  & \b(lrt|liquid restaking token)s?\b
~ ordinary (holders|users)|run by node operators
+ The process begins when a validator deposits ETH into a liquid restaking token protocol.
+ Only validators can mint an LRT.
+ You need a validator of your own before an LRT accepts you.
- Some pages say that a validator deposits its ETH into an LRT. Depositors are ordinary holders.
- You do not need to run a validator for a deposit into an LRT.

10 C the failure of one secured protocol endangers the entire position
/ \b(entire|whole|full|complete|total|all (of )?(your|my|the|their|its|that))\b.{0,30}\b(position|stake|eth|ether|
  deposit|balance|principal|capital)\b & \b(fail|fails|failure|breaks?|misbehav\w+|compromised|hacked|goes wrong)\b
  & \b(vulnerable|at risk|exposed|in danger|lost|gone|slashed|wiped|taken|forfeit|burned|lose|loses)\b
+ If a delegated protocol fails, the validator's entire ETH position is vulnerable.
+ When a service is compromised, all of your restaked stake is at risk.
+ Your full deposit is exposed to the failure of any protocol that you secure.
- If a service fails, never the whole position is at risk through slashing, only what was allocated to it.
- ELIP-002 replaced a model in which the failure of one service put the entire stake at risk.

12 C EigenLayer is an LRT
/ \beigen(layer|cloud)(\b.{0,30}\b(is|as|was|like)\b.{0,25}\b(an? |the )(\w+ )?|, (an?|the \w+) )(lrt|
  liquid restaking (token|protocol))\b
/ \b(lrts?|lrt protocols?|liquid restaking (tokens?|protocols?))\b.{0,30}\b(such as|like|including|led by|are|:)
  .{0,40}\beigen(layer|cloud)\b(?!'s)
/ \beigen(layer|cloud)\b.{0,15}\b(issues?|mints?|has|offers)\b.{0,12}\b(an?|its( own)?) (lrt|liquid restaking token)
+ EigenLayer is the largest LRT.
+ EigenLayer, the leading LRT, pays most.
+ Leading LRT protocols such as EigenLayer, ether.fi and Renzo compete for deposits.
+ EigenLayer issues its own liquid restaking token.
- EigenLayer is not an LRT.
- EigenLayer does not issue an LRT, and LRTs are built on top of it.

13 O EigenLayer holds $12.4 billion
/ \$ ?12(\.4)? ?(b|bn|billion)\b & \beigen
/ \b12\.4 ?(b|bn|billion)\b
+ EigenLayer leads the field with $12.4B.
+ About 12.4 billion dollars are deposited in EigenLayer as of 2026.
- EigenLayer's $12.4 billion fits February 2025.
- A table with $12.4 billion for EigenLayer is out of date.

14 O EigenLayer's yield is points
/ \bpoints\b & \beigen(layer|cloud) & \b(yield|rewards?|earn\w*|pays?|paid|income|source|native)\b
~ EIGEN emissions|EIGEN and AVS rewards
+ EigenLayer's primary yield source is native restaking points and EIGEN.
+ Restakers on EigenLayer earn points.
- EigenLayer no longer rewards restakers with points.
- EigenLayer's points of 2024 were turned into EIGEN, and rewards have been EIGEN and AVS payments from then on.

17 O Renzo holds $1.9 billion
/ \b(1\.9|2(\.0)?) ?(b|bn|billion)\b & \b(renzo|ezeth)
+ Renzo (ezETH) has an estimated $1.9B.
+ Some $2 billion sit in ezETH.
- The $1.9 billion for Renzo on older pages is out of date.
- Renzo held about $2 billion in the spring of 2024.

19 O Puffer holds $1.2 billion
/ \b1\.[23] ?(b|bn|billion)\b & \bpuf(fer|eth)
+ Puffer (pufETH) stands at $1.2B.
+ With $1.3 billion Puffer is among the large protocols.
- About $1.3 billion in pufETH was right in April 2024.
- Puffer does not hold $1.2 billion.

20 C Puffer earns from Flashbots
/ \bflashbots & \bpuf(fer|eth)
/ \bmev-?boost\b.{0,15}\b(is|are) (mandatory|required|obligatory) & \b(puf(fer|eth)|operators)
+ pufETH yields staking, EigenLayer and Flashbots rewards.
+ Flashbots revenue is shared with the holders of Puffer's token.
+ MEV-Boost is mandatory for the operators.
- Puffer's docs name no Flashbots revenue.
- Flashbots is not a source of pufETH's yield, and MEV-Boost is not mandatory.

21 C Puffer has an insurance pool
/ \binsur(ance|ed|es)\b.{0,12}\b(pool|fund|reserve|against|vault)\b & \bpuf(fer|eth)
/ \bpuf(fer|eth)\b.{0,30}\binsur(es|ed)\b
+ Puffer's risk is low to medium thanks to its insurance pool.
+ An insurance fund repays pufETH holders after a slashing.
+ Holders of pufETH are insured against slashing.
- There is no insurance pool at Puffer.
- Some tables list an insurance pool for Puffer. Its docs contain none.

23 C Kelp earns from Osmosis
/ \bosmosis
+ rsETH draws its yield from restaking and Osmosis liquidity.
+ Kelp supplies liquidity on Osmosis.
- No sign of Osmosis was found in Kelp's contracts.
- Kelp's public contracts do not mention Osmosis.

25 C EigenLayer is a settlement layer
/ \b(settlement|base|settling) layer\b & \beigen(layer|cloud)
/ \bsettle[sd]?\b.{0,25}\b(on|at|through|by) eigen(layer|cloud)
+ EigenLayer acts as the foundational settlement layer.
+ LRTs settle on EigenLayer.
- EigenLayer is not a settlement layer.
- Nor is EigenLayer a settlement layer: transactions settle on Ethereum.

26 C wrapping in an LRT lowers the contract risk, and EigenLayer's own is the broadest
/ \b(mitigat|reduc|lower|shield|protect|insulat|soften|spar)\w* & \b(wrap(s|ping|per)?|(lrt|own) vaults?)\b
  & \b(risks?|bugs?|vulnerabilit\w+|eigen(layer|cloud))\b
/ \beigen(layer|cloud)\b.{0,140}\b(broadest|widest|highest|greatest|biggest|most)\b.{0,25}\b(risk|vulnerabilit|bug)
+ LRT protocols mitigate this risk by wrapping the restaking position in their own vaults, which reduce it.
+ EigenLayer exposes users to the broadest range of smart contract vulnerabilities.
+ Wrapping shields a holder from EigenLayer's bugs.
+ They mitigate this risk by wrapping the position in a vault.
- Wrapping a position in an LRT does not shield it from EigenLayer's bugs.
- Wrapping adds a layer with its own risks, without removing EigenLayer's.

27 C ether.fi is a newer entrant
/ \b(new|newer|recent|late|latest|young|younger)\b.{0,12}\b(entrants?|arrivals?|players?|protocols?|projects?|rivals?)\b
  & \b(ether\.?fi|eeth)\b
/ \b(newcomers?|late-?comers?|upstarts?)\b & \b(ether\.?fi|eeth)\b
+ Newer entrants like ether.fi and Renzo came after EigenLayer.
+ ether.fi is a newcomer.
- ether.fi is not a newcomer: delegated staking went live in May 2023.
- Calling ether.fi a newer entrant is wrong.

29 C an LRT always sits on an LST
/ \b((sits?|rests?|built|stands?|stacked|placed)\b.{0,20}\b(on|atop|over|upon)|wraps?)\b.{0,12}\b(lsts?|
  liquid staking tokens?)\b & \b(lrts?|liquid restaking tokens?)\b
+ The LRT sits atop the LST.
+ Every LRT is built on top of an LST.
+ LRTs wrap an LST such as stETH.
- The picture in which an LRT sits on top of an LST is only partly true.
- A native LRT does not sit on an LST.

33 O staking pays 3 to 4%
/ \b3(\.0)? ?(%|percent|per cent)? ?(-|–|to|and|or) ?4(\.0)? ?(%|percent|per cent)
  & \b(stak|ethereum|valid|apy|apr|yield)
+ The foundation is the ~3-4% APY from securing Ethereum.
+ Plain staking pays 3 to 4% a year.
+ Validators earn between 3% and 4%.
- The 3 to 4% that many pages give for staking is out of date.
- Staking paid 3 to 4% in much of 2023.

34 O AVS is short for Actively Validated Service alone
/ ^(?!.*autonomous verifiable).*\bactively[- ]validated services?
~ autonomous verifiable
+ AVS means Actively Validated Service.
+ These protocols are known as Actively Validated Services (AVS).
- AVS first meant Actively Validated Service and is now expanded as Autonomous Verifiable Service.
- Older texts read AVS as Actively Validated Service. EigenLayer says Autonomous Verifiable Service.

36 C slashing is the primary penalty
/ \b(primary|main|chief|principal|usual|common|commonest|regular|central)\b.{0,12}\b(penalt|punishment|sanction)
  & \bslash
~ missed votes|rare
+ Slashing is the primary penalty mechanism in proof of stake.
+ The most common punishment of validators is slashing.
- Slashing is not the main penalty: most penalties are for missed votes.
- Some pages call slashing the main penalty. Validators mostly lose a little for missed votes.

37 C Ethereum slashes for downtime
/ ^(?!.*\b(avs|avss|service|services|operator sets?)\b).*\bslash\w*\b.{0,50}\b(for|when|if|because|by|due|over|after)\b
  .{0,40}\b(offline|downtime|inactiv|outage|unavailab|unresponsive)
/ ^(?!.*\b(avs|avss|service|services|operator sets?)\b).*\b(offline|downtime|inactiv\w*|outages?)\b.{0,45}\b(is|are|be|
  get|gets|being|leads? to|means?|brings?|causes?|results? in|triggers?)\b.{0,15}\bslash
/ \b(destruction|destroy\w*|forfeit\w*|loss) of (a validator's |the )?stake\b.{0,60}\b(offline|downtime|inactiv|outage)
+ It is the forced destruction of a validator's stake for malicious behaviour or severe downtime.
+ A validator that goes offline gets slashed.
+ Validators are slashed when they are offline for long.
+ Downtime leads to slashing.
- Ethereum does not slash a validator for being offline.
- An AVS may write downtime into its rules, so that an operator is slashed for it.
- Being offline is not slashing: it costs the rewards missed.

38 C slashing hits the operator alone
/ \b(only|solely|just|nobody but|exclusively) (on )?(the |its |your |a )?(validator |node )?operators?\b & \bslash
  & \b(hits?|affects?|hurts?|costs?|pays?|bears?|loses?|suffers?|falls|touches)\b
/ \boperators? (alone|only)\b & \b(slash|penalt) & \b(pays?|bears?|loses?|suffers?|hit|affected)
/ \b(spared|unaffected|untouched|unharmed)\b & \b(holders?|depositors?|stakers?|users?)\b & \bslash
+ In a standard staking setup, slashing affects only the validator operator.
+ After a slashing the operator alone bears the loss.
+ Holders of a pooled token are unaffected by slashing.
- It is wrong that slashing hits only the operator; holders share the loss.
- A slashing does not cost only the operator in a pool.

39 C misbehaviour in any one AVS exposes the entire restaked position
/ \b(entire|whole|full|complete|total|everything|all (of )?(your|my|the|their|its|that))\b & \b(any|one|single|each|
  every|an?) (one |of )?(\w+ )?(avs|avss|network|service|operator set)\b
  & \b(slash\w*|exposed?|exposes|lost|lose|risk)\b
  & \b(position|stake|eth|ether|deposit|balance|restaked|everything|principal)\b
/ \bweakest (link|service|avs|network)\b & \b(stake|position|restak|eth)
+ Misbehaviour in any one AVS exposes your entire restaked position to a slash.
+ A single AVS can slash your whole balance.
+ Your position is only as good as the weakest link among the services.
- An AVS cannot slash the entire stake, only what was allocated to it.
- In the earlier design any AVS could slash the entire stake.

40 C LRT contracts liquidate
/ \b(lrt|lrt's|issuer|issuer's|protocol|ether\.fi|renzo|kelp|puffer|swell)\b[^,;]{0,45}\b(liquidates?|
  (can|may|will) liquidate|(manag|handl|perform)\w*.{0,50}\bliquidations?)\b
+ LRT protocols involve complex code that manages delegation, rewards and the liquidation of assets.
+ Renzo liquidates holders when the price falls.
- An LRT's contracts do not liquidate anybody; lenders such as Aave do.
- The issuer cannot liquidate a holder.

42 C the code is the law
/ \bcode (is|as) (the )?(only )?law\b
/ \b(code|contracts?)\b.{0,12}\b(alone|only)\b.{0,12}\b(decides?|rules?|governs?)
/ \b(immutable|unstoppable|untouchable|freeze-proof|censorship-proof)\b & \b(lrts?|tokens?|contracts?|protocols?)
+ The code is the law, and if the code fails the money is gone.
+ Code alone rules an LRT.
+ LRT contracts are immutable.
- The code is not the law in practice: Kelp and Arbitrum's council froze tokens in April 2026.
- "Code is law" is wrong for a token that its issuer can freeze.

47 C a base LRT keeps you to Ethereum staking
/ \b(base|plain|simple|conservative|basic|held) (lrts?|liquid restaking tokens?)\b & \b(only|mainly|primarily|just|
  mostly|direct\w*|chiefly|solely)\b & \b(ethereum|staking|consensus)
/ \b(lrts?|liquid restaking tokens?)\b.{0,60}\b(leaves?|avoids?|skips?|keeps?|spares?|free (of|from)|rather than)\b
  .{0,30}\b(restaking|eigenlayer|avs|additional)\b.{0,15}\b(risks?|layers?|exposure|out)
/ \bexpose[sd]?\b.{0,12}\b(only|mainly|primarily|just|mostly|solely)\b.{0,40}\bstaking\b.{0,40}
  \brather than\b.{0,20}\brestak
+ A base LRT exposes you primarily to Ethereum's staking mechanics.
+ Base LRTs offer lower risk and direct Ethereum yield.
+ You are exposed primarily to Ethereum's staking mechanics rather than additional restaking layers.
+ A conservative LRT leaves restaking layers out.
- An LRT is restaked by definition, so even a plain one adds EigenLayer's layer.
- A base LRT does not expose you only to Ethereum staking.
- Guides that call a base LRT mainly an Ethereum risk are wrong.

54 C restaking yields are mechanical
/ \b(yields?|rewards?|returns?|emissions?)\b.{0,35}\b(mechanical|mechanically|automatic|automatically|algorithmic|
  by formula|formulaic) & \b(restak|lrts?|eigen|avs)
+ Restaking yields are mechanical.
+ The rewards of an LRT follow mechanically from use.
- Restaking yields are not mechanical: a committee directs the emissions.
- That restaking rewards are automatic is contrary to ELIP-012.

55 C if one network fails, the entire stake may be slashed
/ \b(slash\w*|forfeit\w*|burn\w*|destroy\w*|take|taken)\b.{0,30}\b(entire|whole|full|complete|all (of )?
  (your|the|its))\b.{0,20}\b(stake|position|eth|ether|deposit|balance)\b & \b(network|avs|service|protocol)s?\b
/ \b(entire|whole|full|complete|all (of )?(your|the|its)|everything)\b.{0,30}\b(slashed|slashable|forfeit\w*|burned|
  destroyed)\b & \b(network|avs|service|protocol)s?\b
+ If one network fails, your entire stake may be slashed.
+ A service that you secure can have all of your stake slashed.
+ The failure of a single network will burn the whole deposit.
- Many pages say that the entire stake may be slashed if one network fails. That was the earlier design.
- One network's failure does not get the entire stake slashed.
"""

REFUTED = {3, 4, 10, 12, 13, 14, 17, 19, 20, 21, 23, 25, 26, 27, 29, 33, 34, 36, 37, 38, 39, 40, 42, 47, 54, 55}
"""All claims that were found contradicted or outdated."""


def _claims(text: str) -> Iterator[Claim]:
    for block in text.strip().split("\n\n"):
        lines = re.sub(r"\n  (&?)", lambda joint: " &" if joint[1] else "", block).splitlines()
        number, verdict, name = lines[0].split(" ", 2)
        claim = Claim(int(number), name, once=verdict == "O")
        for mark, rest in (line.split(" ", 1) for line in lines[1:]):
            if mark == "/":
                claim.patterns.append(tuple(re.compile(term, re.IGNORECASE) for term in rest.split(" & ")))
            elif mark == "~":
                claim.truth = re.compile(rest, re.IGNORECASE)
            else:
                (claim.repeated if mark == "+" else claim.true).append(rest)
        yield claim


def _denies(text: str) -> bool:
    return bool(NEGATION.search(NO_NEGATION.sub("", text)) or TAKEN_BACK.search(text))


def _meet(one: re.Match[str], other: re.Match[str]) -> bool:
    return one.start() < other.end() and other.start() < one.end()


def _clause(sentence: str, place: re.Match[str]) -> str:
    """The part of the sentence, up to the marks and words that join clauses, in which `place` lies; what stands in
    brackets elsewhere is no part of it.
    """
    bare = _ASIDE.sub(lambda aside: aside[0] if _meet(aside, place) else " " * len(aside[0]), sentence)
    joints = list(_CLAUSES.finditer(bare))
    start = max((joint.end() for joint in joints if joint.end() <= place.start()), default=0)
    end = min((joint.start() for joint in joints if joint.start() >= place.end()), default=len(sentence))
    return bare[start:end]


def _lets_through(claim: Claim, sentence: str, following: str, place: re.Match[str]) -> bool:
    """Whether a sentence that holds a claim at `place` does not assert it: it asks; it denies it in that clause or
    takes it back; it dates to the past what was true then; or it tells what others say, and the next one corrects that.
    """
    if sentence.endswith("?") or _denies(_clause(sentence, place)) or TAKEN_BACK.search(sentence):
        return True
    if claim.once and PAST.search(SINCE.sub("", sentence)):
        return True
    corrected = _denies(following) or (claim.truth is not None and claim.truth.search(following))
    return bool(OTHERS_SAY.search(sentence) and corrected)


def _asserted(claim: Claim, text: str, title: str = "") -> Iterator[str]:
    """The sentences of `text` that repeat `claim`. What they are about may stand in the title alone."""
    sentences = [
        one for one in (part.strip(" -*") for part in _SENTENCES.split(text.replace("**", "").replace("’", "'"))) if one
    ]
    for sentence, following in zip(sentences, [*sentences[1:], ""], strict=True):
        for key, *others in claim.patterns:
            place = key.search(sentence)
            if place is None or not all(other.search(f"{title} {sentence}") for other in others):
                continue
            if not _lets_through(claim, sentence, following, place):
                yield sentence
                break


def _strings(value: object) -> Iterator[str]:
    """All texts inside data of the facts, whichever fields they have."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        yield from _strings([getattr(value, one.name) for one in fields(value)])
    elif isinstance(value, Mapping):
        yield from _strings(list(value.values()))
    elif isinstance(value, Iterable):
        for one in value:
            yield from _strings(one)


CHECKED = list(_claims(CLAIMS))
each_claim = pytest.mark.parametrize("claim", CHECKED, ids=[f"{claim.number} {claim.name}" for claim in CHECKED])


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library(KNOWLEDGE, TODAY).library


@pytest.fixture(scope="module")
def shown(library: Library) -> list[tuple[str, str, str]]:
    """All that a member can be shown: where it stands, its title, its text."""
    desk = Desk(library)
    pages = [(entry.id, asyncio.run(desk.open(entry.id))) for entry in library.published]
    texts = [
        (entry, page.title, "\n".join([page.title, page.body, page.more, *page.caveats]))
        for entry, page in pages
        if page
    ]
    facts = library.facts
    for place in ("figures", "incidents", "caveats", "protocols", "tokens", "guide"):
        told = [fill(text, facts, {})[0] for text in _strings(getattr(facts, place))]
        texts += [(place, "", text) for text in told if " " in text]
    return texts


def test_every_refuted_claim_is_looked_for() -> None:
    assert [claim.number for claim in CHECKED] == sorted(REFUTED)
    assert all(claim.patterns and len(claim.repeated) >= 2 and len(claim.true) >= 2 for claim in CHECKED)


@each_claim
def test_a_sentence_that_repeats_the_claim_is_caught(claim: Claim) -> None:
    assert [sentence for sentence in claim.repeated if sentence not in _asserted(claim, sentence)] == []


@each_claim
def test_a_true_sentence_close_to_the_claim_passes(claim: Claim) -> None:
    assert [text for text in claim.true if list(_asserted(claim, text))] == []


@each_claim
def test_nothing_that_is_shown_repeats_the_claim(claim: Claim, shown: list[tuple[str, str, str]]) -> None:
    assert len(shown) > 50
    found = [(place, sentence) for place, title, text in shown for sentence in _asserted(claim, text, title)]
    assert found == []


# The rule by itself

LAW = next(claim for claim in CHECKED if claim.number == 42)


@pytest.mark.parametrize(
    "text",
    [
        "Is the code the law?\nIs it so that code is law?",
        "In practice code is never law.",
        "The saying that code is law is wrong.",
        "Some older pages say that code is law. They are wrong.",
    ],
)
def test_a_question_a_denial_and_a_report_that_is_corrected_pass(text: str) -> None:
    assert list(_asserted(LAW, text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "If a team is not honest, code is law.",
        "It does not matter who you are: code is law.",
        "Code is law (not that it matters).",
        "No matter what a court says code is law.",
        "Some older pages say that code is law. They are right.",
        "No team is involved. Code is law.",
        "In 2024 code is law.",
    ],
)
def test_a_denial_of_something_else_does_not_excuse_the_claim(text: str) -> None:
    assert list(_asserted(LAW, text)) != []


def test_a_date_of_the_past_excuses_only_what_was_true_then() -> None:
    staking = next(claim for claim in CHECKED if claim.number == 33)
    assert list(_asserted(staking, "Staking paid 3 to 4% in 2023.")) == []
    assert list(_asserted(staking, "Staking has paid 3 to 4% since 2023.")) != []
    assert list(_asserted(staking, "Staking pays 3 to 4% (June 2026).")) != []
