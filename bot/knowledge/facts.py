"""Shared facts that entries refer to, as immutable data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from bot.knowledge.guide import Guide
from bot.knowledge.rules import Rules

FACTOR_ENDS = ": "
"""Stands between the factor of a risk and its evidence."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One dated value. `say` is how a sentence says it; `live` is the slot it stands in for, as `tvl:renzo`; `label` is
    what it is called where it stands in a list. `about` is words by which a sentence about this very figure is known:
    terms joined by " + ", of each of which one of the alternatives around " / " occurs. `tolerance` is how far the live
    value may be from `value`: in percent for `tvl`, `price` and `rate`, in percentage points for `apr` and `premium`.
    """

    id: str
    say: str
    value: str
    unit: str
    as_of: date
    source: str
    link: str | None = None
    grade: str = "N"
    volatility: str = "live"
    review_by: date | None = None
    live: str | None = None
    tolerance: float | None = None
    label: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A token that members name: its symbol as written by its protocol, and what else people type for it.

    The rest is needed only where the bot fetches live figures, and is empty where it has a slip. `address` and the
    contracts are on Ethereum mainnet, with the capitals of EIP-55; `address_sources` are files of public repositories
    in which all of them stand. `defillama` and `coingecko` are the providers' own ids; a token with an address needs
    none for DefiLlama. The protocol-stated rate is what `rate_call` of `rate_contract` returns, as an integer of 18
    decimals in ETH per token; a call that takes a number is given one whole token. `rate_assumes` says in a sentence
    what that rate takes for granted, `rate_moves` after how many days without a change it counts as frozen,
    `pause_contract` where `paused()` may be asked, and `rebases` in a sentence why there is no rate at all.
    `yield_pool` is the id of DefiLlama's pool, or where it is not known `yield_project` the project to look it up by;
    `yield_method` says in a few words, without capital and full stop, how the figure is reckoned.
    """

    symbol: str
    name: str
    protocol: str = ""
    kind: str = "asset"
    aliases: tuple[str, ...] = ()
    address: str = ""
    address_sources: tuple[str, ...] = ()
    defillama: str = ""
    coingecko: str = ""
    rate_contract: str = ""
    rate_call: str = ""
    rate_selector: str = ""
    rate_assumes: str = ""
    rate_moves: float = 3.0
    pause_contract: str = ""
    rebases: str = ""
    yield_pool: str = ""
    yield_project: str = ""
    yield_method: str = ""

    @property
    def llama(self) -> str:
        """The key of its price at DefiLlama, empty where it has none."""
        return self.defillama or (f"ethereum:{self.address}" if self.address else "")

    @property
    def stands_for_ether(self) -> bool:
        """Whether it is a claim on ETH, so that its price in ETH says something."""
        return bool(self.rate_contract or self.rebases)

    @property
    def is_priced(self) -> bool:
        """Whether a live price can be asked for."""
        return bool(self.llama or self.coingecko)

    def has_live(self, kind: str) -> bool:
        """Whether a live `price`, `rate`, `premium` or `apr` can be asked for."""
        if kind == "price":
            return self.is_priced
        if kind in {"rate", "premium"}:
            return self.is_priced and bool(self.rate_contract)
        return kind == "apr" and bool(self.yield_pool or self.yield_project)


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol that members name.

    `tvl_slugs` are its names at DefiLlama, the one to try first in front; `tvl_note` says what that total counts.
    `exits` are the ids of the dated figures that say how long leaving takes and what it costs, each of which is there;
    `exit_note` is a sentence or two about the ways out, with their date. `what` says in a sentence what it is, and
    `yield_from` where its yield comes from; `risks` are factors, each as `factor: evidence with its date`. These three
    may hold `{figure:id}` slots.
    """

    id: str
    name: str
    kind: str = ""
    aliases: tuple[str, ...] = ()
    tvl_slugs: tuple[str, ...] = ()
    tvl_note: str = ""
    exits: tuple[str, ...] = ()
    exit_note: str = ""
    what: str = ""
    yield_from: str = ""
    risks: tuple[str, ...] = ()

    @property
    def factors(self) -> tuple[tuple[str, str], ...]:
        """Each risk as what can go wrong and the evidence for it."""
        parts = (risk.partition(FACTOR_ENDS) for risk in self.risks)
        return tuple((factor, evidence) for factor, _, evidence in parts)

    @property
    def is_layer(self) -> bool:
        """Whether it is what others restake through, and issues no token for restaked ETH itself."""
        return self.kind == "restaking"

    @property
    def is_compared(self) -> bool:
        """Whether it stands in the comparison of protocols."""
        return self.kind in {"restaking", "LRT issuer"} and bool(self.what or self.yield_from or self.risks)


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that went wrong at a protocol. While it is open its banner overrides ordinary answers."""

    id: str
    title: str
    protocols: tuple[str, ...]
    state: str
    opened: date
    updated: date
    banner: str
    closed: date | None = None
    paused: str = ""
    links: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the banner must be shown."""
        return self.state == "open"


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Synonyms:
    """`slang` maps what members type to plain words; `same` groups words that mean the same in this subject; names
    that stand `elsewhere` belong to other subjects: only an entry that says one answers a question that does.
    """

    slang: Mapping[str, str] = field(default_factory=_nothing)
    same: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    elsewhere: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything under `facts/`. Each part is empty where its file is absent."""

    figures: Mapping[str, Figure] = field(default_factory=lambda: MappingProxyType({}))
    tokens: Mapping[str, Token] = field(default_factory=lambda: MappingProxyType({}))
    protocols: Mapping[str, Protocol] = field(default_factory=lambda: MappingProxyType({}))
    incidents: Mapping[str, Incident] = field(default_factory=lambda: MappingProxyType({}))
    caveats: Mapping[str, str] = field(default_factory=_nothing)
    synonyms: Synonyms = field(default_factory=Synonyms)
    allowed_links: frozenset[str] = frozenset()
    rules: Rules = field(default_factory=Rules)
    guide: Guide | None = None

    @property
    def compared(self) -> tuple[Protocol, ...]:
        """The protocols that stand in the comparison, in the order of the alphabet."""
        found = (protocol for protocol in self.protocols.values() if protocol.is_compared)
        return tuple(sorted(found, key=lambda protocol: (protocol.name.casefold(), protocol.id)))

    def figure_for(self, slot: str) -> Figure | None:
        """The dated figure that a live slot such as `tvl:renzo` falls back to."""
        return next((figure for figure in self.figures.values() if figure.live == slot), None)

    def has_live(self, kind: str, key: str) -> bool:
        """Whether a live value can be asked for, for a slot of that kind and key such as `rate` and `rsETH`."""
        if kind == "tvl":
            protocol = self.protocols.get(key)
            return protocol is not None and bool(protocol.tvl_slugs)
        token = self.tokens.get(key)
        return token is not None and token.has_live(kind)

    def open_incidents(self, protocols: tuple[str, ...]) -> tuple[Incident, ...]:
        """Open incidents that touch any of `protocols`."""
        return tuple(
            incident
            for incident in self.incidents.values()
            if incident.is_open and set(incident.protocols) & set(protocols)
        )
