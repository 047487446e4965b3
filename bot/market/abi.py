"""The contract ABI as far as the bot needs it: one batch of reads through Multicall3, and the numbers in its answer.

Layouts are those of the Solidity contract ABI specification (https://docs.soliditylang.org/en/latest/abi-spec.html).
Every value is a word of 32 bytes, big-endian; an offset is counted from the start of the tuple or list that holds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MULTICALL3 = "0xcA11bde05977b3631167028862bE2a173976CA11"
"""Multicall3 on Ethereum mainnet (https://github.com/mds1/multicall3)."""

AGGREGATE3 = "0x82ad56cb"
"""Selector of aggregate3((address,bool,bytes)[]), which returns (bool,bytes)[]."""
BLOCK_NUMBER = "0x42cbb15c"
"""Selector of Multicall3's getBlockNumber(), a uint256."""
BLOCK_TIMESTAMP = "0x0f28c97d"
"""Selector of Multicall3's getCurrentBlockTimestamp(), a uint256 in Unix seconds."""
PAUSED = "0x5c975abb"
"""Selector of paused(), a bool."""

WORD = 32
ADDRESS_BYTES = 20
SELECTOR_BYTES = 4


class MalformedData(ValueError):  # noqa: N818 - it names what came, as its message does
    """The return data is not what aggregate3 can have returned for these calls."""


@dataclass(frozen=True, slots=True)
class Call:
    """One read: the contract's 0x-address and the calldata for it."""

    target: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Result:
    """What one call returned; without `success`, what it reverted with."""

    success: bool
    data: bytes


def call_data(selector: str, argument: int | None = None) -> bytes:
    """Calldata for a function such as "0x679aefce" with no argument or one uint256. Raises ValueError."""
    arguments = b"" if argument is None else _uint_word(argument)
    return _hex_bytes(selector, SELECTOR_BYTES) + arguments


def encode_aggregate3(calls: Sequence[Call]) -> bytes:
    """Calldata that makes Multicall3 carry out the calls in one block, each of which may fail.

    Raises ValueError for a target that is not an address.
    """
    tails = [_call_tail(call) for call in calls]
    heads, offset = [], WORD * len(tails)
    for tail in tails:
        heads.append(_uint_word(offset))
        offset += len(tail)
    start = _hex_bytes(AGGREGATE3, SELECTOR_BYTES) + _uint_word(WORD) + _uint_word(len(tails))
    return b"".join([start, *heads, *tails])


def decode_aggregate3(data: bytes, count: int) -> tuple[Result, ...]:
    """The results of `count` calls, in their order.

    Only the one encoding that a compiler emits is read: results in order, without gap or overlap, padded with zeros,
    nothing behind them. Raises MalformedData for everything else.
    """
    if _number(data, 0) != WORD or _number(data, WORD) != count:
        raise MalformedData(f"not a list of {count} results")
    heads = 2 * WORD
    results, at = [], heads + count * WORD
    for index in range(count):
        if _number(data, heads + index * WORD) != at - heads:
            raise MalformedData(f"result {index} does not follow the one before")
        result, at = _result(data, at)
        results.append(result)
    if at != len(data):
        raise MalformedData(f"{len(data)} bytes where {at} belong to the results")
    return tuple(results)


def uint(result: Result) -> int | None:
    """The uint256 that a call returned; None where it failed or returned anything but one word.

    A call to an address without code succeeds and returns no data.
    """
    return int.from_bytes(result.data) if result.success and len(result.data) == WORD else None


def boolean(result: Result) -> bool | None:
    """The bool that a call returned; None where it failed or returned anything but 0 or 1 in one word."""
    value = uint(result)
    return bool(value) if value in {0, 1} else None


def _call_tail(call: Call) -> bytes:
    address = _hex_bytes(call.target, ADDRESS_BYTES).rjust(WORD, b"\0")
    may_fail, offset_of_data = _uint_word(1), _uint_word(3 * WORD)
    padded = call.data + bytes(-len(call.data) % WORD)
    return address + may_fail + offset_of_data + _uint_word(len(call.data)) + padded


def _result(data: bytes, at: int) -> tuple[Result, int]:
    """The result that begins at `at`, and where it ends."""
    success, offset, length = (_number(data, at + place * WORD) for place in range(3))
    start = at + 3 * WORD
    end = start + length
    padded_end = end + -length % WORD
    if success not in {0, 1} or offset != 2 * WORD or padded_end > len(data) or any(data[end:padded_end]):
        raise MalformedData(f"no result at byte {at}")
    return Result(bool(success), data[start:end]), padded_end


def _number(data: bytes, at: int) -> int:
    word = data[at : at + WORD]
    if len(word) < WORD:
        raise MalformedData(f"the data ends at byte {len(data)}, within a number")
    return int.from_bytes(word)


def _uint_word(value: int) -> bytes:
    if not 0 <= value < 1 << 8 * WORD:
        raise ValueError("not a uint256")
    return value.to_bytes(WORD)


def _hex_bytes(text: str, length: int) -> bytes:
    """Raises ValueError unless the text is 0x and two hex digits a byte."""
    value = bytes.fromhex(text.removeprefix("0x"))
    if len(text) != 2 + 2 * length or len(value) != length:
        raise ValueError(f"not 0x and {2 * length} hex digits: {text[:80]!r}")
    return value
