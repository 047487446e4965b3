"""Protocol-stated rates, read from Ethereum mainnet: every rate of one block in one call through Multicall3."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from bot.knowledge.facts import Token
from bot.market.abi import (
    BLOCK_NUMBER,
    BLOCK_TIMESTAMP,
    MULTICALL3,
    PAUSED,
    Call,
    MalformedData,
    Result,
    boolean,
    call_data,
    decode_aggregate3,
    encode_aggregate3,
    uint,
)
from bot.market.errors import Malformed, ProviderError, RateLimited
from bot.market.http import Request
from bot.market.numbers import moment, read_json, table

log = logging.getLogger("bot.market")

LOWEST, HIGHEST = Decimal("0.9"), Decimal(2)
"""No liquid staking or restaking token has stated a rate outside of this, in ETH; other numbers are not a rate."""
LAGGING: Final = timedelta(minutes=2)
"""A block this old means a node that lags behind; a block comes every 12 seconds."""
ONE: Final = 10**18
ANSWER_LIMIT: Final = 200_000
_RATE_LIMIT_CODES: Final = frozenset({-32005, -32029})


@dataclass(frozen=True, slots=True)
class Reading:
    """A stated rate as read: ETH per token, exact, in the block of that number and time."""

    token: str
    rate: Decimal
    block: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Block:
    """What one node says of one block. A token whose rate cannot be read is missing from `rates`; `paused` holds the
    tokens whose contract could be asked whether it is.
    """

    number: int
    at: datetime
    rates: Mapping[str, Reading]
    paused: Mapping[str, bool]


def rate_calls(tokens: Sequence[Token]) -> list[tuple[str, Call]]:
    """The calls that read the rates of `tokens`, each with the token it is for."""
    return [(token.symbol, Call(token.rate_contract, _data(token))) for token in tokens if token.rate_contract]


def pause_calls(tokens: Sequence[Token]) -> list[tuple[str, Call]]:
    """The calls that ask whether a protocol has paused, each with its token."""
    return [(token.symbol, Call(token.pause_contract, call_data(PAUSED))) for token in tokens if token.pause_contract]


def _data(token: Token) -> bytes:
    return call_data(token.rate_selector, ONE if "uint256" in token.rate_call else None)


def block_request(url: str, tokens: Sequence[Token]) -> Request:
    """One `eth_call` for everything."""
    asked = [call for _, call in (*rate_calls(tokens), *pause_calls(tokens))]
    calls = [Call(MULTICALL3, call_data(BLOCK_NUMBER)), Call(MULTICALL3, call_data(BLOCK_TIMESTAMP)), *asked]
    to = {"to": MULTICALL3, "data": "0x" + encode_aggregate3(calls).hex()}
    payload = {"jsonrpc": "2.0", "id": 1, "method": "eth_call", "params": [to, "latest"]}
    return Request(url, payload=payload, limit=ANSWER_LIMIT)


def parse_block(body: bytes, tokens: Sequence[Token], now: datetime) -> Block:
    """What the node answered to `block_request`.

    Raises:
        ProviderError: an error, no data at all, or a block that is too old or lies in the future.
    """
    rates, pauses = rate_calls(tokens), pause_calls(tokens)
    results = _results(body, len(rates) + len(pauses) + 2)
    number, at = uint(results[0]), moment(uint(results[1]))
    if number is None or at is None:
        raise Malformed("it knows no Multicall3, so it is no node of Ethereum mainnet")
    if abs(now - at) > LAGGING:
        raise ProviderError(f"its newest block is of {at:%Y-%m-%d %H:%M} UTC")
    values = zip((symbol for symbol, _ in rates), results[2:], strict=False)
    flags = zip((symbol for symbol, _ in pauses), results[2 + len(rates) :], strict=True)
    readings = {symbol: Reading(symbol, rate, number, at) for symbol, result in values if (rate := _rate(result))}
    paused = {symbol: flag for symbol, result in flags if (flag := boolean(result)) is not None}
    return Block(number, at, readings, paused)


def _rate(result: Result) -> Decimal | None:
    stated = uint(result)
    if stated is None:
        return None
    rate = Decimal(stated).scaleb(-18)
    return rate if LOWEST <= rate <= HIGHEST else None


def _results(body: bytes, count: int) -> tuple[Result, ...]:
    answer = table(read_json(body))
    if answer.get("error") is not None:
        raise _refusal(table(answer["error"]))
    if answer.get("id") != 1:
        raise ProviderError("it answered another request")
    data = answer.get("result")
    try:
        if not isinstance(data, str) or not data.startswith("0x"):
            raise ProviderError("its answer holds no data")
        return decode_aggregate3(bytes.fromhex(data[2:]), count)
    except (MalformedData, ValueError) as error:
        raise ProviderError("its answer cannot be decoded") from error


def _refusal(error: dict[str, Any]) -> ProviderError:
    code = error.get("code")
    if code in _RATE_LIMIT_CODES:
        return RateLimited(None)
    return ProviderError(f"it refused the call (code {code if isinstance(code, int) else 'unknown'})")
