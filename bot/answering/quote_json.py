"""The JSON object that `price --json` prints for one token: each figure with value, unit, source, time and state."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from bot.answering.numerals import plain_times
from bot.answering.quoting import warnings_of
from bot.knowledge.facts import Facts, Incident
from bot.market.market import Details
from bot.market.quotes import Quote, Spot, age_of

RECENT: Final = timedelta(days=3)
"""Yields and totals are renewed about daily; an older one is stated as old."""


def quote_as_json(quote: Quote, details: Details, facts: Facts) -> dict[str, Any]:
    """Values are texts, so that no digit is lost; times are ISO 8601 in UTC; what is not known is null."""
    return {
        "token": quote.token.symbol,
        "name": quote.token.name,
        "state": quote.state,
        "held": [held.value for held in quote.held],
        "price": None if quote.spot is None else _price(quote.spot, quote.asked),
        "eth": None if quote.in_eth is None or quote.spot is None else _in_eth(quote.in_eth, quote.spot, quote),
        "other_prices": [_price(spot, quote.asked) for spot in quote.others],
        "rate": _rate(quote),
        "premium": _premium(quote),
        "yield": _yield(quote, details),
        "tvl": _tvl(quote, details, facts),
        "incidents": [_incident(case) for case in quote.incidents],
        "notes": [plain_times(warning) for warning in warnings_of(quote, facts)],
        "asked": _time(quote.asked),
    }


def _price(spot: Spot, asked: datetime) -> dict[str, Any]:
    confidence = None if spot.confidence is None else str(spot.confidence)
    state = age_of(spot.at, asked).value
    return _figure(spot.usd, "USD", spot.source, spot.at, state) | {"confidence": confidence}


def _in_eth(value: Decimal, spot: Spot, quote: Quote) -> dict[str, Any]:
    unit, state = f"ETH per {quote.token.symbol}", age_of(spot.at, quote.asked).value
    return _figure(_rounded(value, 6), unit, spot.source, spot.at, state)


def _rate(quote: Quote) -> dict[str, Any] | None:
    rate = quote.rate
    if rate is None:
        return None
    state = next((held.value for held in quote.held if held.value.startswith("rate_")), "ok")
    since = None if rate.unchanged_since is None else rate.unchanged_since.isoformat()
    return _figure(rate.value, f"ETH per {quote.token.symbol}", f"contract {rate.contract}", rate.at, state) | {
        "block": rate.block,
        "unchanged_since": since,
        "assumes": quote.token.rate_assumes,
    }


def _premium(quote: Quote) -> dict[str, Any]:
    """Always there, so that its state can be read where it has no value."""
    spot, rate = quote.spot, quote.rate
    if quote.premium is None or spot is None or rate is None:
        return {"value": None, "unit": "percent", "source": None, "time": None, "state": quote.state, "block": None}
    source, at = f"{spot.source} against contract {rate.contract}", min(spot.at, rate.at)
    return _figure(_rounded(quote.premium, 4), "percent", source, at, quote.state) | {
        "block": rate.block,
        "band": quote.band,
    }


def _yield(quote: Quote, details: Details) -> dict[str, Any] | None:
    if details.apy is None or quote.incidents:
        return None
    apy = details.apy.apy
    return _figure(apy.value, "percent a year", apy.source, apy.at, _state(apy.at, quote)) | {
        "method": quote.token.yield_method
    }


def _tvl(quote: Quote, details: Details, facts: Facts) -> dict[str, Any] | None:
    if details.tvl is None:
        return None
    protocol = facts.protocols.get(quote.token.protocol)
    total = details.tvl
    return _figure(total.value, "USD", total.source, total.at, _state(total.at, quote)) | {
        "protocol": quote.token.protocol,
        "note": protocol.tvl_note if protocol else "",
    }


def _state(at: datetime, quote: Quote) -> str:
    return "ok" if abs(quote.asked - at) <= RECENT else "old"


def _incident(case: Incident) -> dict[str, Any]:
    return {"id": case.id, "title": case.title, "banner": case.banner, "paused": case.paused}


def _figure(value: Decimal | str, unit: str, source: str, at: datetime, state: str) -> dict[str, Any]:
    said = value if isinstance(value, str) else f"{value:f}"
    return {"value": said, "unit": unit, "source": source, "time": _time(at), "state": state}


def _rounded(value: Decimal, places: int) -> str:
    """What rounds to nothing has no sign."""
    said = f"{value:.{places}f}"
    return said if Decimal(said) else said.lstrip("-")


def _time(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
