"""Quotes in words, the same on every face. Pure.

The market's gap to the stated rate is called a premium or a discount only where nothing speaks against it; otherwise
the reason stands in its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from bot.answering.numerals import dollars, ether, percent, relative, rough_dollars, short_date, signed_percent
from bot.knowledge.facts import Facts, Protocol
from bot.market.beside import Dated, YieldFigure
from bot.market.quotes import SURE, Age, Band, Held, Quote, Spot

MAINNET: Final = "Ethereum mainnet only; versions of a token on other chains can trade elsewhere."
NO_PRICES: Final = "No provider tells a price at the moment. Please try again in a minute."
METHODS: Final = "Each token's yield is reckoned in its own way, so they make no ranking."
_NO_PREMIUM: Final = "No premium is shown: {reason}"
_REASONS: Final[Mapping[Held, str]] = {
    Held.DISAGREE: "two sources disagree about the price.",
    Held.INCIDENT: "an incident at {issuer} is open, so the stated rate may not be what {token} is worth now.",
    Held.PAUSED: "the rate is paused, as {issuer}'s contract reports; it stays as it is, whatever happens.",
    Held.FROZEN: "the rate is frozen; it has not changed for {days}, longer than it normally stands still.",
    Held.JUMPED: "the rate jumped by {change} within three days, as no rate does by itself: a booked loss or an error.",
    Held.OLD_RATE: "the stated rate could not be read again.",
    Held.OLD_PRICE: "the price is too old to compare.",
    Held.NO_ETH: "there is no ETH price of the same moment.",
    Held.UNCONFIRMED: "the price is far from the stated rate or uncertain, and no second source confirms it.",
}
"""Why there is no premium, as clauses."""
_STATES: Final[Mapping[Held, str]] = {
    Held.PAUSED: "paused",
    Held.FROZEN: "frozen",
    Held.JUMPED: "after a jump of {change}",
}
"""What is wrong with a rate, right behind its number, so that neither is read without the other."""
_GAPS: Final[Mapping[Band, str]] = {
    Band.FAIR: "about fair value",
    Band.SMALL: "a small {word}",
    Band.NOTABLE: "a notable {word}",
    Band.LARGE: "far {side} it: look for news of an incident at {issuer} first",
}
"""A gap that large is no bargain, so it is not called a discount."""


@dataclass(frozen=True, slots=True)
class QuoteText:
    """A quote for a card: its title, the numbers, what speaks against them, and what stands beside in small print."""

    title: str
    lines: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    fine_print: tuple[str, ...] = ()


def quote_text(quote: Quote, facts: Facts, apy: YieldFigure | None = None, tvl: Dated | None = None) -> QuoteText:
    """Everything that is known of one token. Moments stand as marks (see `numerals`)."""
    protocol = facts.protocols.get(quote.token.protocol)
    lines = [*price_lines(quote), *_rate_lines(quote), *_gap_line(quote, issuer_of(quote, facts))]
    yields = yield_line(quote, apy)
    return QuoteText(
        f"{quote.token.symbol}: {quote.token.name}",
        tuple(lines),
        warnings_of(quote, facts),
        tuple(filter(None, (yields, tvl_line(protocol, tvl)))),
        (*_fine_print(quote), *([METHODS] if yields else [])),
    )


def issuer_of(quote: Quote, facts: Facts) -> str:
    """The name of the protocol behind a token."""
    protocol = facts.protocols.get(quote.token.protocol)
    return protocol.name if protocol else quote.token.protocol or "its issuer"


def price_lines(quote: Quote) -> list[str]:
    """The market price, or honestly that there is none."""
    if quote.spot is None:
        return disagreement(quote) or ["No price is known at the moment. Please try again in a minute."]
    if quote.age is Age.LAST_KNOWN:
        return [f"No current price. Last known: {_sourced(quote.spot, quote)}."]
    in_ether = "" if quote.in_eth is None else f" · {ether(quote.in_eth)}"
    late = "" if quote.age is Age.FRESH else ", delayed"
    lines = [f"**{dollars(quote.spot.usd)}**{in_ether} ({quote.spot.source}{late}, {relative(quote.spot.at)})"]
    if quote.spot.confidence is not None and quote.spot.confidence < SURE:
        lines.append(f"{quote.spot.source} is not sure of this price (confidence {quote.spot.confidence:.2f} of 1).")
    return [*lines, *(f"Second source: {_sourced(spot, quote)}" for spot in quote.others)]


def disagreement(quote: Quote) -> list[str]:
    """What each source says where they disagree; nothing where they do not."""
    if quote.spot is not None or not quote.others:
        return []
    lead = "Two sources disagree, so there is no single price:"
    shown = [_sourced(spot, quote) for spot in quote.others]
    return [lead, *shown, "One of them may show the odd trade of a single exchange."]


def _sourced(spot: Spot, quote: Quote) -> str:
    in_ether = "" if spot.eth is None or not quote.token.stands_for_ether else f" · {ether(spot.eth)}"
    return f"{dollars(spot.usd)}{in_ether} ({spot.source}, {relative(spot.at)})"


def _rate_lines(quote: Quote) -> list[str]:
    rate = quote.rate
    if rate is None:
        return []
    return [
        f"Protocol-stated rate: **{ether(rate.value)}**{rate_state(quote)} (read {relative(rate.at)}{unchanged(quote)})"
    ]


def rate_state(quote: Quote) -> str:
    """`, paused and frozen`: what is wrong with the stated rate; empty where nothing is."""
    words = [_STATES[held].format(**_filled(quote)) for held in quote.held if held in _STATES]
    return f", {' and '.join(words)}" if words else ""


def unchanged(quote: Quote) -> str:
    """`; unchanged since 18 Apr 2026`, where that was on an earlier day."""
    since = None if quote.rate is None else quote.rate.unchanged_since
    return "" if since is None or since >= quote.asked.date() else f"; unchanged since {short_date(since)}"


def _gap_line(quote: Quote, issuer: str) -> list[str]:
    if quote.premium is None or quote.band is None:
        return []
    word, side = ("premium", "above") if quote.premium > 0 else ("discount", "below")
    said = _GAPS[quote.band].format(word=word, side=side, issuer=issuer)
    return [f"Market against that rate: **{signed_percent(quote.premium)}**, {said}"]


def warnings_of(quote: Quote, facts: Facts) -> tuple[str, ...]:
    """Why there is no premium, most serious first; then what the protocol has paused."""
    issuer = issuer_of(quote, facts)
    expected = quote.token.stands_for_ether  # others have no rate, so nobody misses a premium
    reasons = [reason for held in quote.held if expected and (reason := _reason(held, quote, issuer))]
    first = [_NO_PREMIUM.format(reason=reason) for reason in reasons[:1]]
    paused = [f"Paused at {issuer}: {incident.paused.rstrip('.')}." for incident in quote.incidents if incident.paused]
    return (*first, *(reason[0].upper() + reason[1:] for reason in reasons[1:]), *paused)


def _reason(held: Held, quote: Quote, issuer: str) -> str:
    if held is Held.NO_RATE:
        return _no_rate(quote, issuer)
    return _REASONS.get(held, "").format(issuer=issuer, token=quote.token.symbol, **_filled(quote))


def _filled(quote: Quote) -> dict[str, str]:
    """The numbers of a rate that sentences about it name."""
    rate = quote.rate
    days = rate.unchanged_days(quote.asked) if rate else 0
    change = rate.change if rate and rate.change is not None else Decimal(0)
    return {"days": "1 day" if days == 1 else f"{days} days", "change": signed_percent(change * 100)}


def _no_rate(quote: Quote, issuer: str) -> str:
    if quote.token.rebases:
        return f"this token has no rate. {quote.token.rebases}"
    if not quote.rates_connected:
        return "this bot has no Ethereum node to read stated rates from."
    return f"no rate that can be relied on could be read from {issuer}'s contract."


def yield_line(quote: Quote, apy: YieldFigure | None) -> str:
    """The yield with its method; empty where it is not known or an incident is open."""
    if apy is None or quote.incidents:
        return ""
    method = f"; {quote.token.yield_method.rstrip('.')}" if quote.token.yield_method else ""
    rewards = f", of it {percent(apy.reward)} in reward tokens" if apy.reward else ""
    return f"Yield: {percent(apy.apy.value)} a year{rewards} ({apy.apy.source}, {relative(apy.apy.at)}{method})"


def tvl_line(protocol: Protocol | None, tvl: Dated | None) -> str:
    """What the protocol holds, with what must not be added to it; empty where it is not known."""
    if protocol is None or tvl is None:
        return ""
    note = f". {protocol.tvl_note.rstrip('.')}." if protocol.tvl_note else ""
    return f"Deposits at {protocol.name}: {rough_dollars(tvl.value)} ({tvl.source}, {relative(tvl.at)}){note}"


def _fine_print(quote: Quote) -> list[str]:
    lines = []
    if quote.rate is not None:
        lines.append(f"Rate from {quote.rate.contract}, block {quote.rate.block:,}. {quote.token.rate_assumes}".strip())
    return [*lines, MAINNET] if quote.token.address else lines


def board_line(quote: Quote) -> str:
    """One token on one line of a list: price, gap or the reason why there is none, and its age unless the price is of
    now; `board_notes` says how old those are, so that a line fits on a phone.
    """
    name = f"**{quote.token.symbol}**"
    if quote.spot is None:
        shown = " or ".join(f"{dollars(spot.usd)} ({spot.source}, {relative(spot.at)})" for spot in quote.others)
        return " · ".join([f"{name} {shown}", _short_gap(quote)]) if shown else f"{name} no price known"
    last = "last known " if quote.age is Age.LAST_KNOWN else ""
    in_ether = "" if quote.in_eth is None or quote.premium is not None else ether(quote.in_eth)
    age = "" if quote.age is Age.FRESH else relative(quote.spot.at)
    parts = filter(None, (dollars(quote.spot.usd), in_ether, _short_gap(quote), age))
    return f"{name} {last}{' · '.join(parts)}"


def _short_gap(quote: Quote) -> str:
    if quote.premium is not None:
        return signed_percent(quote.premium)
    grave = [_SHORT[held] for held in quote.held if held in _SHORT]
    return f"⚠️ {', '.join(grave)}" if grave else ""


_SHORT: Final[Mapping[Held, str]] = {
    Held.DISAGREE: "two sources disagree",
    Held.INCIDENT: "incident open",
    Held.PAUSED: "rate paused",
    Held.FROZEN: "rate frozen",
    Held.JUMPED: "rate jumped",
    Held.UNCONFIRMED: "price not confirmed",
}


def board_notes(quotes: Sequence[Quote]) -> tuple[str, ...]:
    """What the short lines of a board leave out."""
    sources = list(dict.fromkeys(quote.spot.source for quote in quotes if quote.spot is not None))
    of_now = [quote.spot.at for quote in quotes if quote.spot is not None and quote.age is Age.FRESH]
    since = f", from {relative(min(of_now))} or later where no age is shown" if of_now else ""
    prices = [f"Prices: {' and '.join(sources)}{since}."] if sources else []
    return (*prices, *premium_notes(quotes))


def premium_notes(quotes: Sequence[Quote]) -> tuple[str, ...]:
    """What the percentages are, or why there are none, and where all of it holds."""
    if any(quote.premium is not None for quote in quotes):
        return "The percentage compares the market price with the rate that the protocol states.", MAINNET
    if any(quote.token.rate_contract and not quote.rates_connected for quote in quotes):
        return "Premiums are unavailable: this bot has no Ethereum node to read stated rates from.", MAINNET
    return (MAINNET,)
