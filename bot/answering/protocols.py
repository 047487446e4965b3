"""Protocols beside each other: what each is, where its yield comes from, what can go wrong, the ways out. Pure.

What others build on stands apart from what they issue, everything in alphabetical order. Nothing is added up, ranked or
graded: deposits of an issuer are counted inside the total of the layer below, and a risk is a dated fact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.answering.answers import ShownFigure
from bot.answering.numerals import plain_times
from bot.answering.prices import ways_out
from bot.answering.slots import LiveFigures, fill
from bot.knowledge.facts import Facts, Protocol

LAYER: Final = "the layer underneath, not an LRT"
ISSUERS: Final = "Issuers of LRTs, in alphabetical order"
UNGRADED: Final = "Risks are named with their dates and not graded."
UNRANKED: Final = (
    "The order is that of the alphabet and no ranking. Deposits are not added up, because the same ETH is counted more "
    "than once."
)
IN_FULL: Final = "Risk factors are no grades: the evidence for each and its date stand with the protocol in full."
NO_EXITS: Final = "Nothing dated is known here about the ways out; look in the protocol's own app."
NO_DEPOSITS: Final = "Deposits are not known at the moment."


@dataclass(frozen=True, slots=True)
class ProtocolText:
    """A protocol in words, with all slots filled. `tokens` are what it issues for staked or restaked ETH; `factors` are
    what can go wrong, each with the evidence for it; `deposits` is None where no figure is known; `banners` are the
    incidents that are open there.
    """

    id: str
    name: str
    is_layer: bool
    tokens: tuple[str, ...] = ()
    what: str = ""
    yield_from: str = ""
    factors: tuple[tuple[str, str], ...] = ()
    exits: str = ""
    deposits: ShownFigure | None = None
    note: str = ""
    banners: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Its name with what it issues, or that others build on it."""
        return f"{self.name}: {LAYER if self.is_layer else ', '.join(self.tokens)}".rstrip(": ")

    @property
    def risks(self) -> list[str]:
        """A line for each factor with its evidence."""
        return [f"{factor}: {evidence}".removesuffix(": ") for factor, evidence in self.factors]

    @property
    def deposited(self) -> str:
        """What it holds, in a sentence."""
        return f"Deposits: {self.deposits.text}." if self.deposits else NO_DEPOSITS


@dataclass(frozen=True, slots=True)
class ProtocolTable:
    """The protocols that are compared: what others build on, and issuers."""

    layers: tuple[ProtocolText, ...] = ()
    issuers: tuple[ProtocolText, ...] = ()

    @property
    def all(self) -> tuple[ProtocolText, ...]:
        """Layers first."""
        return (*self.layers, *self.issuers)

    @property
    def banners(self) -> tuple[str, ...]:
        """The incidents that are open at any of them."""
        return banners_of(self.all)

    def find(self, protocol: str) -> ProtocolText | None:
        """The one of that id."""
        return next((one for one in self.all if one.id == protocol), None)


def banners_of(protocols: Iterable[ProtocolText]) -> tuple[str, ...]:
    """The incidents that are open at these protocols, each once."""
    return tuple(dict.fromkeys(banner for one in protocols for banner in one.banners))


async def table_of(facts: Facts, live: LiveFigures) -> ProtocolTable:
    """The protocols of `facts`, with live deposits where they are known and dated ones where not."""
    compared = facts.compared
    figures = await live.figures(tuple(f"tvl:{one.id}" for one in compared))
    texts = [_text(one, facts, figures) for one in compared]
    layers, issuers = (tuple(text for text in texts if text.is_layer is wanted) for wanted in (True, False))
    return ProtocolTable(layers, issuers)


def behind(facts: Facts, symbols: Iterable[str]) -> tuple[ProtocolText, ...]:
    """What stands behind tokens: each of their protocols of which a yield source or a risk is known, once."""
    ids = dict.fromkeys(facts.tokens[symbol].protocol for symbol in symbols if symbol in facts.tokens)
    found = (facts.protocols[one] for one in ids if one in facts.protocols)
    return tuple(_text(one, facts, {}) for one in found if one.yield_from or one.risks)


def _text(protocol: Protocol, facts: Facts, figures: Mapping[str, ShownFigure]) -> ProtocolText:
    def filled(text: str) -> str:
        return fill(text, facts, {})[0]

    told = ((factor, filled(evidence)) for factor, evidence in protocol.factors)
    return ProtocolText(
        protocol.id,
        protocol.name,
        protocol.is_layer,
        tuple(one.symbol for one in facts.tokens.values() if one.protocol == protocol.id and one.stands_for_ether),
        filled(protocol.what),
        filled(protocol.yield_from),
        tuple((factor, evidence) for factor, evidence in told if factor and evidence),
        ways_out(protocol, facts) or NO_EXITS,
        _deposits(protocol, facts, figures),
        protocol.tvl_note,
        tuple(case.banner for case in facts.open_incidents((protocol.id,))),
    )


def _deposits(protocol: Protocol, facts: Facts, figures: Mapping[str, ShownFigure]) -> ShownFigure | None:
    """The live figure, else the dated one of its slot."""
    _, shown = fill(f"{{tvl:{protocol.id}}}", facts, figures)
    return shown[0] if shown else None


def table_as_json(table: ProtocolTable) -> list[dict[str, Any]]:
    """One object a protocol, in the order of the table."""
    return [protocol_as_json(one) for one in table.all]


def protocol_as_json(one: ProtocolText) -> dict[str, Any]:
    """A protocol; what is not known is null or empty."""
    return {
        "protocol": one.id,
        "name": one.name,
        "layer": one.is_layer,
        "tokens": list(one.tokens),
        "what": one.what,
        "yield_from": one.yield_from,
        "risks": [{"factor": factor, "evidence": evidence} for factor, evidence in one.factors],
        "exits": one.exits,
        "deposits": None if one.deposits is None else _figure(one.deposits),
        "deposits_note": one.note,
        "incidents": list(one.banners),
    }


def _figure(figure: ShownFigure) -> dict[str, Any]:
    return {
        "text": plain_times(figure.text),
        "as_of": figure.as_of.isoformat(),
        "source": figure.source,
        "live": figure.live,
    }
