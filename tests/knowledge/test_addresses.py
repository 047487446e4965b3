"""The spelling of addresses and calls, held against published examples."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.addresses import checksummed, selector_of

PUBLISHED = [
    "0x52908400098527886E0F7030069857D2E4169EE7",
    "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
    "0xde709f2102306220921060314715629080e2fb77",
    "0x27b1fdb04752bbc536007a920d24acb045561c26",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
]
"""The examples in the text of EIP-55."""
DIGITS = st.text("0123456789abcdefABCDEF", min_size=40, max_size=40)


@pytest.mark.parametrize("address", PUBLISHED)
def test_the_examples_of_eip_55_are_spelled_as_published(address: str):
    assert checksummed(address.lower()) == address
    assert checksummed(f"0x{address[2:].upper()}") == address


@given(DIGITS)
def test_the_spelling_keeps_the_digits_and_is_the_same_whatever_was_typed(digits: str):
    spelled = checksummed(f"0x{digits}")
    assert spelled.lower() == f"0x{digits}".lower()
    assert checksummed(spelled.lower()) == spelled


@pytest.mark.parametrize(
    "text", ["", "0x", "0x12", "12" * 20, f"0x{'1' * 41}", f"0X{'1' * 40}", f"0x{'g' * 40}", "weETH"]
)
def test_what_is_no_address_has_no_spelling(text: str):
    with pytest.raises(ValueError, match=re.escape(f"'{text}' is not an address")):
        checksummed(text)


@pytest.mark.parametrize(
    ("signature", "selector"),
    [
        ("transfer(address,uint256)", "0xa9059cbb"),
        ("balanceOf(address)", "0x70a08231"),
        ("totalSupply()", "0x18160ddd"),
        ("decimals()", "0x313ce567"),
    ],
)
def test_the_calls_of_erc_20_have_their_known_selectors(signature: str, selector: str):
    assert selector_of(signature) == selector


READ = """
import sys
from datetime import date
from pathlib import Path
from bot.knowledge import read_library
library = read_library(Path("knowledge"), date(2026, 11, 22), thorough={thorough}).library
print(any(token.address for token in library.facts.tokens.values()), "Crypto" in sys.modules)
"""


@pytest.mark.parametrize("thorough", [False, True])
def test_only_a_thorough_reading_pays_for_the_hashes(thorough: bool):
    script = READ.format(thorough=thorough)
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert run.stdout.split() == ["True", str(thorough)]
