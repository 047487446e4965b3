"""What tokens and protocols say for live figures: addresses, calls, names at providers. Each slip with its cure.

A token with a slip here is served by its names alone, and a protocol without what is wrong: one request asks for all
tokens at once, so one bad address would spoil it, and a price under the wrong name is worse than none.
"""

import dataclasses
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from bot.knowledge.addresses import ADDRESS, CALL, SELECTOR, checksummed, selector_of
from bot.knowledge.document import Document
from bot.knowledge.facts import Facts, Protocol, Token
from bot.knowledge.hints import did_you_mean

Slip = tuple[str, str]
"""The field in which something is wrong, and what, with the cure."""

_TOKENS, _PROTOCOLS = "tokens.toml", "protocols.toml"
_CONTRACTS = ("address", "rate_contract", "pause_contract")
_RATE = ("rate_contract", "rate_call", "rate_selector", "rate_assumes")
_OWN = ("address", "defillama", "coingecko")
"""Fields that tell one token from another."""
_WITNESSES = 2
"""Repositories, of different owners as a rule, that must state an address before it is asked for anything."""
_POOL = "747c1d2a-c668-4682-b9f9-296708a3dd90"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SLUG = re.compile(r"[a-z0-9][a-z0-9._-]*")
_SOURCE = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+ \S.*")
_AT_DEFILLAMA = "is not a name at DefiLlama; write the last part of the protocol's page there, such as ether.fi-stake"
_SHAPES = dict.fromkeys(_CONTRACTS, (ADDRESS, "is not an address; write 0x and 40 digits (0 to 9, a to f)")) | {
    "rate_call": (CALL, "is not a call; write its name with () or (uint256) behind it, such as getRate()"),
    "defillama": (
        re.compile(r"[a-z0-9_-]+:[A-Za-z0-9._-]+"),
        "is not a key; write chain:address, or coingecko: with the id there",
    ),
    "coingecko": (_SLUG, "is not an id; write the last part of the coin's page there, such as wrapped-eeth"),
    "yield_pool": (_UUID, f"is not the id of a pool; write the last part of its page at DefiLlama, such as {_POOL}"),
    "yield_project": (_SLUG, _AT_DEFILLAMA),
}


def checked_for_live(facts: Facts, documents: Mapping[str, Document], *, thorough: bool) -> Facts:
    """`facts` with what can be relied on. `thorough` holds addresses and calls against their hashes too."""
    return dataclasses.replace(
        facts,
        tokens=_checked_tokens(facts.tokens, documents, thorough),
        protocols=_checked_protocols(facts, documents),
    )


def _checked_tokens(
    tokens: Mapping[str, Token], documents: Mapping[str, Document], thorough: bool
) -> Mapping[str, Token]:
    faulty = set[str]()
    for token in tokens.values():
        for field, why in (*_token_slips(token, thorough), *_borrowed(token, tokens.values())):
            documents[_TOKENS].add(token.symbol, why, field)
            faulty.add(token.symbol)
    return MappingProxyType({name: _named(token) if name in faulty else token for name, token in tokens.items()})


def _named(token: Token) -> Token:
    return Token(token.symbol, token.name, token.protocol, token.kind, token.aliases)


def _token_slips(token: Token, thorough: bool) -> Iterator[Slip]:
    yield from _shape_slips(token)
    yield from _source_slips(token)
    yield from _rate_slips(token, thorough)
    yield from _selector_slips(token, thorough)
    if thorough:
        yield from _capital_slips(token)


def _shape_slips(token: Token) -> Iterator[Slip]:
    for field, (shape, cure) in _SHAPES.items():
        value = getattr(token, field)
        if value and not shape.fullmatch(value):
            yield field, f"{field} '{value}' {cure}"


def _source_slips(token: Token) -> Iterator[Slip]:
    field, sources = "address_sources", token.address_sources
    for source in sources:
        if not _SOURCE.fullmatch(source):
            yield field, f"{field} '{source}' names no file; write \"owner/repository path\""
    stated = any(getattr(token, contract) for contract in _CONTRACTS)
    if stated and len({_repository(source) for source in sources}) < _WITNESSES:
        example = '["owner/repository path", "owner/repository path"]'
        yield field, f"needs two repositories in which its addresses stand; write {field} = {example}"


def _repository(source: str) -> str:
    return source.partition(" ")[0].lower()


def _rate_slips(token: Token, thorough: bool) -> Iterator[Slip]:
    given = [field for field in _RATE if getattr(token, field)]
    missing = [field for field in _RATE if field not in given]
    if given and token.rebases:
        yield "rebases", f"rebases says that there is no rate to read, but {given[0]} is given; keep one of the two"
    elif given and missing:
        told = _told(token.rate_call) if thorough and "rate_selector" in missing else ""
        yield given[0], f"lacks {' and '.join(missing)}; {', '.join(_RATE[:-1])} and {_RATE[-1]} go together{told}"
    if not 0 < token.rate_moves < math.inf:
        yield "rate_moves", "rate_moves is a number of days above 0; write rate_moves = 3"


def _told(call: str) -> str:
    return f"; the selector of {call} is {selector_of(call)}" if CALL.fullmatch(call) else ""


def _selector_slips(token: Token, thorough: bool) -> Iterator[Slip]:
    """Nobody knows a selector by heart, so the thorough check tells the right one."""
    selector, call = token.rate_selector, token.rate_call
    if selector and thorough and CALL.fullmatch(call):
        if selector != (right := selector_of(call)):
            yield "rate_selector", f"rate_selector '{selector}' is not that of {call}; write {right}"
    elif selector and not SELECTOR.fullmatch(selector):
        yield "rate_selector", f"rate_selector '{selector}' is none; write 0x and eight digits (0 to 9, a to f)"


def _capital_slips(token: Token) -> Iterator[Slip]:
    for field in _CONTRACTS:
        value = getattr(token, field)
        if ADDRESS.fullmatch(value) and value != (right := checksummed(value)):
            why = "has no capitals to show a slip" if value == value.lower() else "has capitals that do not fit it"
            yield field, f"{field} {value} {why}; compare each digit with the source, then write {right}"


def _borrowed(token: Token, tokens: Iterable[Token]) -> Iterator[Slip]:
    """Both tokens are named: which of the two is wrong cannot be told."""
    for other in tokens:
        for field in _OWN if other is not token else ():
            own = getattr(token, field).lower()
            if own and own == getattr(other, field).lower():
                yield field, f"{field} is that of {other.symbol} too; each token has its own"


def _checked_protocols(facts: Facts, documents: Mapping[str, Document]) -> Mapping[str, Protocol]:
    return MappingProxyType(
        {name: _checked_protocol(one, facts, documents[_PROTOCOLS]) for name, one in facts.protocols.items()}
    )


def _checked_protocol(protocol: Protocol, facts: Facts, document: Document) -> Protocol:
    for slug in protocol.tvl_slugs:
        if not _SLUG.fullmatch(slug):
            document.add(protocol.id, f"tvl_slugs '{slug}' {_AT_DEFILLAMA}", "tvl_slugs")
    for figure in protocol.exits:
        if figure not in facts.figures:
            hint, line = did_you_mean(figure, facts.figures), document.line(protocol.id, "exits")
            document.problems.add(document.file, line, "unknown-figure", id=figure, hint=hint)
    return dataclasses.replace(
        protocol,
        tvl_slugs=tuple(slug for slug in protocol.tvl_slugs if _SLUG.fullmatch(slug)),
        exits=tuple(figure for figure in protocol.exits if figure in facts.figures),
    )
