import asyncio

import pytest

from bot.answering import Question
from bot.answering.desk import Desk
from bot.matching.decision import FEATURES, Calibration, Calibrations
from tests.folders import entry_text, library_of

FACTS = {
    "facts/tokens.toml": """
[ETH]
name = "Ether"
[rsETH]
name = "Kelp ETH"
protocol = "kelp"
[ezETH]
name = "Renzo ETH"
protocol = "renzo"
""",
    "facts/protocols.toml": """
[kelp]
name = "Kelp"
[renzo]
name = "Renzo"
""",
    "facts/caveats.toml": """
[past-yield]
say = "This yield was paid in the past."
[not-advice]
say = "This names risks of this position; it weighs nothing up for you."
""",
    "facts/incidents.toml": """
[kelp-bridge]
title = "Loss at the bridge"
protocols = ["kelp"]
state = "open"
opened = 2026-04-18
updated = 2026-04-19
banner = "Transfers of rsETH are paused since 18 April 2026."
[renzo-pause]
title = "A pause"
protocols = ["renzo"]
state = "closed"
opened = 2025-01-02
updated = 2025-01-03
closed = 2025-01-03
banner = "Renzo is paused."
""",
    "facts/figures.toml": """
[queue]
say = "about 9 days"
value = "9"
unit = "days"
as_of = 2026-10-02
source = "A dashboard"
grade = "P"
live = "apr:ETH"
""",
    "facts/synonyms.toml": """
[slang]
wats = "what is"
""",
}
ENTRIES = {
    "slashing/what-is-slashing.md": entry_text(
        "What slashing is",
        ["what is slashing", "explain slashing to me", "why would stake be slashed", "slashing in simple words"],
        "A validator that breaks the rules loses part of its stake.",
        more="It has been part of Ethereum since December 2020.",
        caveats="not-advice, past-yield",
        related="exit-queue, tulips, rseth",
    ),
    "withdrawals/exit-queue.md": entry_text(
        "How long the exit queue is",
        ["how long is the exit queue", "when do i get my eth back", "days to withdraw", "withdrawal waiting time"],
        "Leaving takes {apr:ETH}. The queue depends on how many validators leave.",
        reviewed="2026-09-30",
    ),
    "tokens/rseth.md": entry_text(
        "What rsETH is", ["what is rseth", "rseth explained"], "rsETH is the token of Kelp.", tokens="rsETH"
    ),
    "tokens/ezeth.md": entry_text(
        "What ezETH is", ["what is ezeth", "ezeth explained"], "ezETH is the token of Renzo.", tokens="ezETH"
    ),
    "protocols/kelp.md": entry_text("Kelp", ["who is behind kelp", "kelp in short"], "A team.", protocols="kelp"),
    "forecasts/price.md": entry_text(
        "Nobody knows a future price",
        ["price forecast", "what will the price be"],
        "No forecast is made here.",
        always=["price / worth + 2027 + {token}"],
    ),
    "safety/fake-support.md": entry_text(
        "Support never writes first",
        ["is support writing to me", "a helper sent me a message"],
        "It is a fraud.",
        always=["support + message / dm"],
    ),
    "drafts/tulips.md": entry_text("Tulips", ["what are tulips"], status="draft"),
}


def flat(right: float, covered: float) -> Calibrations:
    """Calibrations whose chances are all but sure (1) or all but impossible (0) for every question."""
    nothing = (0.0,) * len(FEATURES)
    calibration = Calibration((60 * right - 30, *nothing), (60 * covered - 30, *nothing), 0.5, 0.5)
    return Calibrations(calibration, calibration)


SURE, UNSURE, LOST = flat(1, 1), flat(0, 1), flat(0, 0)


class Record:
    """Remembers what a desk tells about questions."""

    def __init__(self):
        self.told = []

    def asked(self, text, answer, question):
        self.told.append((text, answer, question))


def ask(desk, text):
    return asyncio.run(desk.ask(Question(text)))


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    return library_of(tmp_path_factory.mktemp("knowledge"), FACTS | ENTRIES)


@pytest.fixture(scope="session")
def make_desk(library):
    """Gives a desk on the small library that is sure, unsure or lost whatever is asked."""

    def make(calibrations=SURE, **more):
        return Desk(library, calibrations=calibrations, **more)

    return make
