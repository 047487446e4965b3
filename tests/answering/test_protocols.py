"""Protocols beside each other: dated facts in the order of the alphabet, and never a sum, a rank or a grade."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.answering.answers import ShownFigure
from bot.answering.protocols import (
    LAYER,
    NO_DEPOSITS,
    NO_EXITS,
    UNGRADED,
    UNRANKED,
    ProtocolTable,
    behind,
    table_as_json,
    table_of,
)
from bot.answering.slots import NoLiveFigures
from bot.console import as_protocols
from bot.knowledge import Facts, read_library
from bot.knowledge.facts_files import read_facts
from bot.knowledge.problems import Problems
from tests.folders import TODAY

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
GRADE = re.compile(
    r"\b(?:low|medium|moderate|high|elevated)(?:[- ](?:low|medium|high))?[- ]risk\b"
    r"|\brisk(?: profile| level| label)?: (?:very )?(?:low|medium|moderate|high)\b"
    r"|: (?:low|medium|moderate|high)\b(?=\W*$)",
    re.IGNORECASE | re.MULTILINE,
)
RANK = re.compile(
    r"\b(?:rank|ranked|first place|number one|top|leading|leader|winner|largest|biggest|smallest|best|worst|safest)\b",
    re.IGNORECASE,
)
SUM = re.compile(r"\b(?:in total|combined|altogether|sum of|add up to|together (?:they )?hold)\b", re.IGNORECASE)
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
FIGURE = (
    '[{id}]\nsay = "about ${say} million"\nvalue = "{say}"\nunit = "million USD"\nas_of = 2026-10-02\n'
    'source = "S"\nlive = "tvl:{live}"\n'
)


def protocol(name: str, kind: str = "LRT issuer", **fields: object) -> str:
    told = {"what": "It is one.", "yield_from": "Staking.", "risks": ["bridge: lost in 2026"]} | fields
    lines = [f"{field} = {json.dumps(value)}" for field, value in told.items() if value is not None]
    return "\n".join([f"[{name.lower()}]", f'name = "{name}"', f'kind = "{kind}"', *lines]) + "\n"


def facts(*protocols: str, **files: str) -> Facts:
    texts = {f"{name}.toml": text for name, text in files.items()} | {"protocols.toml": "\n".join(protocols)}
    return read_facts(texts, Problems())


class Live:
    """Knows what each protocol holds."""

    def __init__(self, **figures: str) -> None:
        self._figures = figures
        self.asked: tuple[str, ...] = ()

    async def figures(self, slots: tuple[str, ...]) -> Mapping[str, ShownFigure]:
        self.asked = slots
        known = {f"tvl:{name}": said for name, said in self._figures.items()}
        return {slot: ShownFigure(slot, known[slot], AT.date(), "L", live=True) for slot in slots if slot in known}


@pytest.fixture
async def shipped() -> ProtocolTable:
    return await table_of(read_library(KNOWLEDGE, TODAY).library.facts, NoLiveFigures())


def everything(table: ProtocolTable) -> str:
    """All that a face shows, but the words that deny a ranking, grades and a sum."""
    text = as_protocols(table, 10_000)
    for disclaimer in (UNGRADED, UNRANKED, *(one.note for one in table.all)):
        text = text.replace(disclaimer, "")
    return text


# What is shipped


async def test_the_layer_stands_first_and_apart_and_issuers_follow_by_the_alphabet(shipped: ProtocolTable):
    assert [one.heading for one in shipped.layers] == [f"EigenLayer: {LAYER}"]
    assert LAYER == "the layer underneath, not an LRT"
    assert [one.name for one in shipped.issuers] == ["Bedrock", "ether.fi", "Kelp", "Puffer", "Renzo", "Swell"]


async def test_each_shipped_protocol_says_what_it_is_its_yield_its_risks_its_exits_and_its_deposits(
    shipped: ProtocolTable,
):
    for one in shipped.all:
        assert one.what.endswith("."), one.id
        assert one.yield_from.endswith("."), one.id
        assert len(one.factors) >= 2, one.id
        assert one.exits != NO_EXITS, one.id
        assert one.deposits is not None, one.id
        assert "counted inside" in one.note, one.id


async def test_every_shipped_risk_is_a_factor_with_a_year_and_no_grade(shipped: ProtocolTable):
    for one in shipped.all:
        for factor, evidence in one.factors:
            assert re.search(r"\b20\d\d\b", evidence), (one.id, factor)
            assert not re.search(r"\b(?:low|medium|moderate|high)\b", factor, re.IGNORECASE)


async def test_nothing_that_is_shipped_sums_ranks_or_grades(shipped: ProtocolTable):
    text = everything(shipped)
    assert not GRADE.findall(text)
    assert not RANK.findall(text)
    assert not SUM.findall(text)
    assert "no ranking" in as_protocols(shipped)
    assert "not added up" in as_protocols(shipped).replace("\n", " ")


async def test_every_shipped_slot_is_filled(shipped: ProtocolTable):
    assert "{" not in as_protocols(shipped)


# Any table


async def test_only_protocols_of_the_two_kinds_that_say_something_are_compared():
    told = facts(
        protocol("Zeta"),
        protocol("alpha"),
        protocol("Base", "restaking"),
        protocol("Silent", what=None, yield_from=None, risks=None),
        protocol("Lender", "lending market"),
    )
    table = await table_of(told, NoLiveFigures())
    assert [one.name for one in table.all] == ["Base", "alpha", "Zeta"]
    assert [one.is_layer for one in table.all] == [True, False, False]


async def test_deposits_are_live_where_known_else_dated_else_said_to_be_unknown():
    told = facts(protocol("Ab"), protocol("Bc"), protocol("Cd"), figures=FIGURE.format(id="f", say=8, live="bc"))
    live = Live(ab="$4 million (L, just now)")
    table = await table_of(told, live)
    assert live.asked == ("tvl:ab", "tvl:bc", "tvl:cd")
    assert [one.deposited for one in table.all] == [
        "Deposits: $4 million (L, just now).",
        "Deposits: about $8 million (2 Oct 2026).",
        NO_DEPOSITS,
    ]


async def test_amounts_are_those_of_each_protocol_and_no_others():
    told = facts(*(protocol(name) for name in ("Ab", "Bc", "Cd")))
    live = Live(ab="$4 million", bc="$8 million", cd="$16 million")
    text = as_protocols(await table_of(told, live))
    assert re.findall(r"\$\d+", text) == ["$4", "$8", "$16"]


async def test_the_order_is_that_of_the_names_and_not_of_the_ids():
    told = facts(protocol("Ab").replace("[ab]", "[zz]"), protocol("ac").replace("[ac]", "[aa]"))
    table = await table_of(told, NoLiveFigures())
    assert [(one.id, one.name) for one in table.all] == [("zz", "Ab"), ("aa", "ac")]


async def test_the_order_does_not_follow_the_deposits():
    told = facts(*(protocol(name) for name in ("Cd", "Ab", "Bc")))
    for figures in ({"ab": "$1", "bc": "$2", "cd": "$3"}, {"ab": "$3", "bc": "$2", "cd": "$1"}):
        table = await table_of(told, Live(**figures))
        assert [one.name for one in table.all] == ["Ab", "Bc", "Cd"]


async def test_a_protocol_without_known_exits_says_so():
    table = await table_of(facts(protocol("Ab")), NoLiveFigures())
    assert table.issuers[0].exits == NO_EXITS


async def test_a_risk_whose_figure_is_not_known_is_left_out():
    told = facts(protocol("Ab", risks=["queue: {figure:gone}", "bridge: lost in 2026"]))
    table = await table_of(told, NoLiveFigures())
    assert table.issuers[0].factors == (("bridge", "lost in 2026"),)


async def test_open_incidents_stand_with_their_own_protocol_and_above_the_table():
    incident = (
        '[i]\ntitle = "Loss"\nprotocols = ["ab"]\nstate = "open"\nopened = 2026-04-18\nupdated = 2026-04-19\n'
        'banner = "Ab has lost funds."\n'
    )
    table = await table_of(facts(protocol("Ab"), protocol("Bc"), incidents=incident), NoLiveFigures())
    assert table.banners == ("Ab has lost funds.",)
    assert [one.banners for one in table.issuers] == [("Ab has lost funds.",), ()]
    assert as_protocols(table).startswith("!! Ab has lost funds.")


def test_behind_tokens_stand_their_protocols_once_and_only_those_that_say_something():
    tokens = "".join(
        f'[{symbol}]\nname = "{symbol}"\nprotocol = "{of}"\n'
        for symbol, of in (("A1", "ab"), ("A2", "ab"), ("S", "silent"), ("L", "lender"), ("N", ""))
    )
    told = facts(
        protocol("Ab"),
        protocol("Silent", what=None, yield_from=None, risks=None),
        protocol("Lender", "LST issuer"),
        tokens=tokens,
    )
    assert [one.name for one in behind(told, ["L", "A1", "A2", "S", "N", "unknown"])] == ["Lender", "Ab"]


async def test_json_holds_each_protocol_with_what_is_not_known_as_null():
    told = facts(protocol("Base", "restaking", tvl_note="Counted once."), protocol("Ab", exit_note="A queue (2025)."))
    base, ab = json.loads(json.dumps(table_as_json(await table_of(told, Live(base="$4 million <t:1795348800:R>")))))
    assert base == {
        "protocol": "base",
        "name": "Base",
        "layer": True,
        "tokens": [],
        "what": "It is one.",
        "yield_from": "Staking.",
        "risks": [{"factor": "bridge", "evidence": "lost in 2026"}],
        "exits": NO_EXITS,
        "deposits": {
            "text": "$4 million 22 Nov 2026, 12:00 UTC",
            "as_of": date(2026, 11, 22).isoformat(),
            "source": "L",
            "live": True,
        },
        "deposits_note": "Counted once.",
        "incidents": [],
    }
    assert (ab["layer"], ab["deposits"], ab["exits"]) == (False, None, "A queue (2025).")
