"""What the moderators' guide writes, freezes and proposes as its examples; for its pictures and its tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bot.knowledge.entries import Status
from bot.knowledge.template import NewEntry

PICTURES: Final = Path(__file__).resolve().parents[2] / "knowledge" / "_guide"
WORDS: Final = "Description"
"""Where a picture holds the words that it shows."""

SAMPLE_FILE: Final = "glossary/what-is-gwei.md"
SAMPLE: Final = NewEntry(
    title="What is gwei?",
    questions=(
        "what is gwei",
        "gwei meaning",
        "how many gwei is one eth",
        "what does gwei stand for",
        "fee says 3 gwei, is that a lot of eth",
        "my wallet shows gwei instead of eth",
        "convert gwei to eth",
        "is gwei a coin or a unit",
    ),
    answer="Gwei is a small unit of ether: 1,000,000,000 gwei make one ETH.\n\nWallets show the price of gas in it, as "
    "whole ETH would need too many zeros.",
    sources=("2025-12-31 P [Intro to ether](https://ethereum.org/developers/docs/intro-to-ether/) its units",),
    status=Status.PUBLISHED,
)
SLIP: Final = ("reviewed:", "reviewd:")
"""A slip of the pen in its file."""
FROZEN_ENTRY: Final = "kelp-withdrawal"
REASON: Final = "example: a waiting time is wrong"
INCIDENT: Final[Mapping[str, str]] = {
    "protocols": "kelp",
    "title": "example: withdrawals paused",
    "banner": "Example: withdrawals are paused. Trust only the protocol's own channels, and sign nothing.",
}

SAVED: Final = "Saved: glossary"
REFUSED: Final = "not taken over"
FROZEN: Final = "I am silent there"
PROPOSED: Final = "Open an incident?"
"""Words by which each message is found."""
