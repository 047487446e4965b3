"""Ethereum mainnet as the bot reads it: a real EVM in this process, with contracts of our own at the real addresses.

The contracts stand in `contracts/` as Solidity. `contracts/compiled.json` is what solc 0.8.37 (npm package `solc`)
makes of them for EVM version Paris without metadata; in that folder:

    solcjs --standard-json --base-path . < solc.json | tail -n 1 > compiled.json

pyrevm exists for some Pythons only. Where it is missing, tests that import this module are skipped.
"""

import json
import re
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

pytest.importorskip("pyrevm")

from pyrevm import EVM, AccountInfo, BlockEnv

MULTICALL3 = "0xcA11bde05977b3631167028862bE2a173976CA11"
PAUSED = "0x5c975abb"
ORACLE_PRICE_EXPIRED = bytes.fromhex("eafdc186")
"""What Renzo's rate contract reverts with when a price feed it relies on is too old."""

COMPILED = Path(__file__).with_name("contracts") / "compiled.json"
CALLER = "0x" + "00" * 20
GAS = 50_000_000
"""What a node gives one eth_call; Geth's default."""
BLOCK_SECONDS = 12
LIKELY_RATE = 1_050_000_000_000_000_000
WORD = 32
RETURNS, REVERTS = 1, 2

Clock = Callable[[], datetime]


class Reverted(Exception):  # noqa: N818 - it names what the contract did
    """The called contract reverted; `data` is what it gave as the reason."""

    def __init__(self, data: bytes) -> None:
        super().__init__(f"reverted with 0x{data.hex()}")
        self.data = data


class Halted(Exception):  # noqa: N818 - the same
    """The call broke off without return data, for instance for want of gas."""


class Chain:
    """The newest block of a chain, with Multicall3 and the contracts that a test puts there.

    The block's number and timestamp (Unix seconds) are what the test sets, or follow `clock`, which gives aware times:
    then a block comes every 12 seconds. Threads may share a chain.
    """

    def __init__(self, *, number: int = 25_500_000, timestamp: int = 1_795_340_100, clock: Clock | None = None) -> None:
        self._evm = EVM(gas_limit=GAS)
        self._lock = threading.Lock()
        self._clock = clock
        self._number = number
        self._timestamp = timestamp if clock is None else _seconds(clock)
        self.set_code(MULTICALL3, CODE["Multicall3"])

    @property
    def block(self) -> tuple[int, int]:
        """Number and timestamp of the newest block."""
        if self._clock is None:
            return self._number, self._timestamp
        blocks = (_seconds(self._clock) - self._timestamp) // BLOCK_SECONDS
        return self._number + blocks, self._timestamp + blocks * BLOCK_SECONDS

    def set_block(self, number: int, timestamp: int) -> None:
        """Stay at this block."""
        self._number, self._timestamp, self._clock = number, timestamp, None

    def follow(self, clock: Clock) -> None:
        """Go on from a block of this moment, with the clock."""
        number, _ = self.block
        self._number, self._timestamp, self._clock = number, _seconds(clock), clock

    def set_rate(self, address: str, value_wei: int, selector: str | None = None) -> None:
        """The contract there returns this uint256 to any call, or to one selector such as "0xb4b46434"."""
        self.set_answer(address, value_wei.to_bytes(WORD, "big"), selector)

    def set_paused(self, address: str, paused: bool) -> None:
        """The contract there has a pause flag, whatever else it answers."""
        self.set_answer(address, int(paused).to_bytes(WORD, "big"), PAUSED)

    def set_reverting(self, address: str, data: bytes = ORACLE_PRICE_EXPIRED, selector: str | None = None) -> None:
        """The contract there reverts on any call that has no answer of its own, or on one selector."""
        self._write(address, REVERTS, data, selector)

    def set_returning(self, address: str, length: int) -> None:
        """The contract there returns that many bytes, a likely rate to whoever does not look at their number."""
        word = LIKELY_RATE.to_bytes(WORD, "big")
        self.set_answer(address, word[WORD - min(length, WORD) :].ljust(length, b"\0"))

    def set_answer(self, address: str, data: bytes, selector: str | None = None) -> None:
        """The contract there returns these bytes to any call that has no answer of its own, or to one selector."""
        self._write(address, RETURNS, data, selector)

    def remove_code(self, address: str) -> None:
        """Nothing is there: calls succeed and return no data. Its storage stays."""
        self.set_code(address, b"")

    def set_code(self, address: str, code: bytes) -> None:
        """Any runtime code is there, for what the other methods cannot make a contract do."""
        with self._lock:
            self._evm.insert_account_info(address, AccountInfo(code=code or None))

    def call(self, to: str, data: bytes, *, lag_seconds: int = 0) -> bytes:
        """What `eth_call` returns, in a block that is so many seconds behind the newest.

        Raises Reverted or Halted.
        """
        number, timestamp = self.block
        block = BlockEnv(number=number - lag_seconds // BLOCK_SECONDS, timestamp=timestamp - lag_seconds, gas_limit=GAS)
        with self._lock:
            self._evm.set_block_env(block)
            before = self._evm.snapshot()
            try:
                return self._evm.message_call(CALLER, to, calldata=data, gas=GAS, is_static=True)
            except RuntimeError as error:
                raise _failure(str(error)) from error
            finally:
                self._evm.revert(before)  # or the journal grows with every call

    def _write(self, address: str, kind: int, data: bytes, selector: str | None) -> None:
        at = 0 if selector is None else int(selector, 16) << 32
        words = [data[start : start + WORD].ljust(WORD, b"\0") for start in range(0, len(data), WORD)]
        slots = [kind, len(data), *(int.from_bytes(word, "big") for word in words)]
        self.set_code(address, CODE["Answers"])
        with self._lock:
            for place, value in enumerate(slots):
                self._evm.insert_account_storage(address, at + place, value)


def _compiled() -> dict[str, bytes]:
    files = json.loads(COMPILED.read_text(encoding="utf-8"))["contracts"]
    return {
        name: bytes.fromhex(contract["evm"]["deployedBytecode"]["object"])
        for contracts in files.values()
        for name, contract in contracts.items()
    }


def _seconds(clock: Clock) -> int:
    return int(clock().timestamp())


CODE = _compiled()
"""Runtime code by the name of the contract."""


def _failure(text: str) -> Exception:
    """pyrevm tells of a failed call in words only."""
    reverted = re.fullmatch(r"Revert \{ gas_used: \d+, output: 0x([0-9a-f]*) \}", text)
    if reverted:
        return Reverted(bytes.fromhex(reverted[1]))
    return Halted(text) if text.startswith("Halt") else RuntimeError(text)
