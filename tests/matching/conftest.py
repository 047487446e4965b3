import pytest

from bot.matching.matcher import Matcher
from tests.folders import entry_text, library_of

FACTS = {
    "facts/tokens.toml": """
[ETH]
name = "Ether"
[eETH]
name = "ether.fi ETH"
protocol = "etherfi"
[weETH]
name = "Wrapped eETH"
protocol = "etherfi"
[ezETH]
name = "Renzo ETH"
protocol = "renzo"
aliases = ["ez eth"]
[ETHx]
name = "Stader ETH"
[rsETH]
name = "Kelp ETH"
protocol = "kelp"
""",
    "facts/protocols.toml": """
[etherfi]
name = "ether.fi"
aliases = ["ether fi"]
[renzo]
name = "Renzo"
[kelp]
name = "Kelp"
""",
    "facts/synonyms.toml": """
[slang]
wats = "what is"
wen = "when"
[same]
withdraw = ["withdrawal", "exit", "unstake"]
""",
}
ENTRIES = {
    "slashing/what-is-slashing.md": entry_text(
        "What slashing is",
        ["what is slashing", "explain slashing to me", "why would stake be slashed", "slashing in simple words"],
        "A validator that breaks the rules loses part of its stake.",
    ),
    "withdrawals/exit-queue.md": entry_text(
        "How long the exit queue is",
        ["how long is the exit queue", "when do i get my eth back", "days to withdraw", "withdrawal waiting time"],
        "The queue depends on how many validators leave.",
    ),
    "tokens/ezeth.md": entry_text(
        "What ezETH is",
        ["what is ezeth", "ezeth explained", "who issues ezeth", "how do i leave ezeth"],
        "ezETH is the token of Renzo.",
    ),
    "tokens/eeth.md": entry_text(
        "What eETH is",
        ["what is eeth", "eeth explained", "who issues eeth", "how do i leave eeth"],
        "eETH is the token of ether.fi.",
    ),
    "tokens/ethx.md": entry_text(
        "What ETHx is",
        ["what is ethx", "ethx explained", "who issues ethx", "how do i leave ethx"],
        "ETHx is the token of Stader.",
    ),
    "glossary/dvt.md": entry_text("DVT", ["dvt", "what does distributed validator mean"], "Several share one key."),
    "yield/fees.md": entry_text(
        "What the protocols charge",
        ["what fees do i pay", "how much does the protocol keep", "commission on my rewards", "cost of restaking"],
        "Each protocol keeps a part of the rewards.",
    ),
    "glossary/draft.md": entry_text("Tulips", ["what are tulips"], status="draft"),
}


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    return library_of(tmp_path_factory.mktemp("knowledge"), FACTS | ENTRIES)


@pytest.fixture(scope="session")
def matcher(library):
    return Matcher(library)
