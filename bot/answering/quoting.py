"""Quotes in words, the same on every face. Pure.

The market's gap to the stated rate is called a premium or a discount only where nothing speaks against it; otherwise
the reason stands in its place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.answering.numerals import dollars, ether, percent, relative, rough_dollars, short_date, signed_percent
from bot.knowledge.facts import Facts, Protocol
from bot.market.beside import Dated, YieldFigure
from bot.market.quotes import SURE, Age, Band, Held, Quote, Spot, StatedRate

MAINNET: Final = "Ethereum mainnet only; versions of a token on other chains can trade elsewhere."
METHODS: Final = "Methods differ between tokens, so these figures make no ranking."
_HELD: Final[Mapping[Held, str]] = {
    Held.INCIDENT: "An incident at {issuer} is open, so the gap between market price and stated rate is not shown: "
    "the rate may not know of a loss.",
    Held.PAUSED: "{issuer}'s contract reports that it is paused, so the stated rate may not follow what happened.",
    Held.FROZEN: "The stated rate has not changed for {days}, longer than it normally stands still, so the gap to "
    "it is not shown.",
    Held.JUMPED: "The stated rate changed by {change} within three days, which rates do not do by themselves: a loss "
    "that was booked, or an error. The gap to it is not shown.",
    Held.OLD_RATE: "Premium unavailable: the stated rate could not be read again.",
    Held.OLD_PRICE: "Premium unavailable: the price is too old to compare.",
    Held.NO_ETH: "Premium unavailable: there is no ETH price of the same moment.",
    Held.UNCONFIRMED: "Premium held back: the price is far from the stated rate or uncertain, and no second source "
    "confirms it.",
}
_GAPS: Final[Mapping[Band, str]] = {
    Band.FAIR: "about fair value",
    Band.SMALL: "a small {word}",
    Band.NOTABLE: "a notable {word}",
    Band.LARGE: "a large {word}: look for news of an incident at {issuer} first",
}


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
    beside = [line for line in (yield_line(quote, apy), tvl_line(protocol, tvl)) if line]
    return QuoteText(
        f"{quote.token.symbol}: {quote.token.name}",
        tuple(lines),
        warnings_of(quote, facts),
        tuple(beside),
        tuple(_fine_print(quote)),
    )


def issuer_of(quote: Quote, facts: Facts) -> str:
    """The name of the protocol behind a token."""
    protocol = facts.protocols.get(quote.token.protocol)
    return protocol.name if protocol else quote.token.protocol or "its issuer"


def price_lines(quote: Quote) -> list[str]:
    """The market price, or honestly that there is none."""
    if quote.spot is None:
        if not quote.others:
            return ["No price is known at the moment."]
        shown = "; ".join(_sourced(spot) for spot in quote.others)
        return [f"Two sources disagree, so neither is shown as the price: {shown}."]
    if quote.age is Age.LAST_KNOWN:
        return [f"No current price. Last known: {_sourced(quote.spot)}."]
    in_ether = "" if quote.in_eth is None else f" · {ether(quote.in_eth)}"
    late = "" if quote.age is Age.FRESH else ", delayed"
    lines = [f"**{dollars(quote.spot.usd)}**{in_ether} ({quote.spot.source}{late}, {relative(quote.spot.at)})"]
    if quote.spot.confidence is not None and quote.spot.confidence < SURE:
        lines.append(f"{quote.spot.source} is not sure of this price (confidence {quote.spot.confidence:.2f} of 1).")
    return [*lines, *(f"Second source: {_sourced(spot)}." for spot in quote.others)]


def _sourced(spot: Spot) -> str:
    in_ether = "" if spot.eth is None else f" · {ether(spot.eth)}"
    return f"{dollars(spot.usd)}{in_ether} ({spot.source}, {relative(spot.at)})"


def _rate_lines(quote: Quote) -> list[str]:
    if quote.rate is None:
        return []
    still = unchanged(quote.rate, quote)
    return [f"Protocol-stated rate: **{ether(quote.rate.value)}**{still} (read {relative(quote.rate.at)})"]


def unchanged(rate: StatedRate, quote: Quote) -> str:
    """`, unchanged for 3 days (since 18 Apr 2026)`, where it is at least a day."""
    days = rate.unchanged_days(quote.asked)
    if not days or rate.unchanged_since is None:
        return ""
    return f", unchanged for {_days(days)} (since {short_date(rate.unchanged_since)})"


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _gap_line(quote: Quote, issuer: str) -> list[str]:
    if quote.premium is None or quote.band is None:
        return []
    return [f"Market against that rate: **{signed_percent(quote.premium)}**, {gap_in_words(quote, issuer)}"]


def gap_in_words(quote: Quote, issuer: str) -> str:
    """What the premium is called; empty without one."""
    if quote.premium is None or quote.band is None:
        return ""
    return _GAPS[quote.band].format(word="premium" if quote.premium > 0 else "discount", issuer=issuer)


def warnings_of(quote: Quote, facts: Facts) -> tuple[str, ...]:
    """Why there is no premium, most serious first; what the protocol has paused."""
    issuer = issuer_of(quote, facts)
    paused = [f"Paused at {issuer}: {incident.paused}" for incident in quote.incidents if incident.paused]
    return (*paused, *filter(None, (_reason(held, quote, issuer) for held in quote.held)))


def _reason(held: Held, quote: Quote, issuer: str) -> str:
    if held is Held.NO_RATE:
        return _no_rate(quote, issuer)
    sentence, rate = _HELD.get(held, ""), quote.rate
    days = _days(rate.unchanged_days(quote.asked)) if rate else ""
    change = signed_percent(rate.change * 100) if rate and rate.change is not None else ""
    return sentence.format(issuer=issuer, days=days, change=change)


def _no_rate(quote: Quote, issuer: str) -> str:
    if quote.token.rebases:
        return f"Premium unavailable: {quote.token.rebases}"
    if not quote.rates_connected:
        return "Premium unavailable: this bot has no Ethereum node to read the protocol-stated rate from."
    return f"Premium unavailable: the rate that {issuer} states could not be read."


def yield_line(quote: Quote, apy: YieldFigure | None) -> str:
    """The yield with its method; empty where it is not known or an incident is open."""
    if apy is None or quote.incidents:
        return ""
    method = f"; {quote.token.yield_method.rstrip('.')}" if quote.token.yield_method else ""
    rewards = f", of it {percent(apy.reward)} in reward tokens" if apy.reward else ""
    return (
        f"Yield: {percent(apy.apy.value)} a year{rewards} ({apy.apy.source}, {relative(apy.apy.at)}{method}). {METHODS}"
    )


def tvl_line(protocol: Protocol | None, tvl: Dated | None) -> str:
    """What the protocol holds, with what must not be added to it; empty where it is not known."""
    if protocol is None or tvl is None:
        return ""
    note = f" {protocol.tvl_note.rstrip('.')}." if protocol.tvl_note else ""
    return f"Deposits at {protocol.name}: {rough_dollars(tvl.value)} ({tvl.source}, {relative(tvl.at)}).{note}"


def _fine_print(quote: Quote) -> list[str]:
    lines = []
    if quote.rate is not None:
        lines.append(f"Rate from {quote.rate.contract}, block {quote.rate.block:,}. {quote.token.rate_assumes}".strip())
    return [*lines, MAINNET] if quote.token.address else lines


def board_line(quote: Quote) -> str:
    """One token on one line of a list: price, gap or the reason why there is none, and its age."""
    if quote.spot is None:
        return f"**{quote.token.symbol}** " + ("two sources disagree" if quote.others else "no price known")
    parts = [dollars(quote.spot.usd)]
    if quote.in_eth is not None:
        parts.append(ether(quote.in_eth))
    parts += filter(None, [_short_gap(quote)])
    last = "last known " if quote.age is Age.LAST_KNOWN else ""
    return f"**{quote.token.symbol}** {last}{' · '.join(parts)} · {relative(quote.spot.at)}"


_SHORT: Final[Mapping[Held, str]] = {
    Held.INCIDENT: "⚠️ incident open",
    Held.PAUSED: "⚠️ rate paused",
    Held.FROZEN: "⚠️ rate frozen",
    Held.JUMPED: "⚠️ rate jumped",
    Held.UNCONFIRMED: "gap not confirmed",
}


def _short_gap(quote: Quote) -> str:
    if quote.premium is not None:
        return signed_percent(quote.premium)
    return next((_SHORT[held] for held in quote.held if held in _SHORT), "")


def board_notes(quotes: Sequence[Quote]) -> tuple[str, ...]:
    """What the short lines of a board leave out."""
    sources = list(dict.fromkeys(quote.spot.source for quote in quotes if quote.spot is not None))
    notes = [f"Prices: {' and '.join(sources)}."] if sources else []
    if any(quote.premium is not None for quote in quotes):
        notes.append("The percentage compares the market price with the rate that the protocol states.")
    elif any(quote.token.rate_contract and not quote.rates_connected for quote in quotes):
        notes.append("Premiums are unavailable: this bot has no Ethereum node to read stated rates from.")
    return (*notes, MAINNET)
