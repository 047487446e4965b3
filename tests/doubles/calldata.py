"""Contract calls for the tests of the doubles, written and read by eth-abi instead of the product."""

from eth_abi.abi import decode, encode

WEETH = "0xCd5fE23C85820F7B72D0926FC9b05b43E359b7ee"
EZETH_RATE = "0x387dBc0fB00b26fb085aa658527D5BE98302c84C"
LRT_ORACLE = "0x349A73444b1a310BAe67ef67973022020d70020d"
GET_RATE, RSETH_PRICE, PAUSED = "0x679aefce", "0xb4b46434", "0x5c975abb"
BLOCK_NUMBER, BLOCK_TIMESTAMP = "0x42cbb15c", "0x0f28c97d"
ONE = 10**18


def number(data: bytes) -> int:
    """A word as a number."""
    return int.from_bytes(data, "big")


def data_of(text: str) -> bytes:
    """Bytes from 0x and hex digits."""
    return bytes.fromhex(text.removeprefix("0x"))


def batch(*calls: tuple[str, str]) -> bytes:
    """Calldata of aggregate3 for pairs of address and selector."""
    tuples = [(target, True, data_of(asked)) for target, asked in calls]
    return data_of("0x82ad56cb") + encode(["(address,bool,bytes)[]"], [tuples])


def results(data: bytes) -> list[tuple[bool, bytes]]:
    """What aggregate3 returned."""
    return list(decode(["(bool,bytes)[]"], data)[0])
