"""Addresses and calls on Ethereum: how they are spelled, so that a slip in one shows.

Keccak-256 takes 33 ms and 4.6 MiB to import, so it is loaded where it is first needed and never for a mere start.
"""

import re

ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
"""The shape of an address, whatever its capitals."""
SELECTOR = re.compile(r"0x[0-9a-f]{8}")
"""The shape of a selector."""
CALL = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\((?:uint256)?\)")
"""A call that takes nothing or one number, as `getRate()` or `convertToAssets(uint256)`."""
_CAPITAL_FROM = 8


def checksummed(address: str) -> str:
    """The address with the capitals of EIP-55: a letter is one where its digit of the hash of all letters is 8 or more.

    Raises:
        ValueError: `address` is not 0x and 40 digits.
    """
    if not ADDRESS.fullmatch(address):
        raise ValueError(f"'{address}' is not an address")
    digits = address[2:].lower()
    marks = _keccak(digits.encode()).hex()
    spelled = zip(digits, marks, strict=False)
    return "0x" + "".join(digit.upper() if int(mark, 16) >= _CAPITAL_FROM else digit for digit, mark in spelled)


def selector_of(signature: str) -> str:
    """What a call begins with, for a signature without blanks such as `getRate()`: 0x and the first four bytes of its
    hash.
    """
    return "0x" + _keccak(signature.encode())[:4].hex()


def _keccak(data: bytes) -> bytes:
    from Crypto.Hash import keccak  # noqa: PLC0415 - see above

    return keccak.new(data=data, digest_bits=256).digest()
