"""A small knowledge folder for the tests of the Discord face."""

from pathlib import Path

SENTENCE = "An operator that breaks the rules of a service can lose part of the stake that it marked as slashable. "

HEADER = """---
status: published
reviewed: {reviewed}
review_every: 90 days
{extra}---
# {title}

## Questions
{questions}

## Answer
{answer}
{rest}"""


def write_library(folder: Path) -> Path:
    """Write the entries and give the folder back."""
    for topic, entry, text in ENTRIES:
        (folder / topic).mkdir(exist_ok=True)
        (folder / topic / f"{entry}.md").write_text(text, encoding="utf-8")
    return folder


def _entry(
    title: str, questions: list[str], answer: str, rest: str = "", extra: str = "", reviewed: str = "2026-11-22"
) -> str:
    listed = "\n".join(f"- {question}" for question in questions)
    return HEADER.format(title=title, questions=listed, answer=answer, rest=rest, extra=extra, reviewed=reviewed)


ENTRIES = [
    (
        "basics",
        "what-is-restaking",
        _entry(
            "What is restaking?",
            ["what is restaking", "explain restaking to me", "restaking in one sentence", "define restaking"],
            "Restaking means that staked ETH also secures other services. It earns extra and risks extra.",
            "\n## More\nThe stake is delegated to an operator, which runs the software of the services.\n"
            "\n## Sources\n- 2026-07-14 [Proposal ELIP-002](https://github.com/eigenfoundation/ELIPs) operator sets\n"
            "- 2025-07-24 Restaker overview\n",
            "related: avs-slashing, operators\n",
        ),
    ),
    (
        "basics",
        "operators",
        _entry(
            "What does an operator do?",
            ["what does an operator do", "who runs the avs software", "what is an operator for", "operator job"],
            "An operator runs the software of the services that the stake secures.",
            reviewed="2026-10-01",
        ),
    ),
    (
        "slashing",
        "avs-slashing",
        _entry(
            "Can an AVS slash my stake?",
            ["can an avs slash my stake", "what is slashing", "how does slashing work", "will i get slashed"],
            "Yes, but only the part that the operator marked as slashable for it.",
            f"\n## More\n{SENTENCE * 80}\n",
        ),
    ),
    (
        "withdrawals",
        "exit-queue",
        _entry(
            "How long does a withdrawal take?",
            ["how long does a withdrawal take", "exit queue length", "when do i get my eth back", "withdraw time"],
            "The exit queue of the chain comes first, then the escrow of the protocol.",
        ),
    ),
    (
        "rewards",
        "alpha-rewards",
        _entry(
            "Rewards at Alpha",
            ["how do i get my rewards at alpha", "alpha rewards", "where are the rewards of alpha"],
            "Alpha pays rewards each week.",
        ),
    ),
    (
        "rewards",
        "beta-rewards",
        _entry(
            "Rewards at Beta",
            ["how do i get my rewards at beta", "beta rewards", "where are the rewards of beta"],
            "Beta pays rewards each month.",
        ),
    ),
    (
        "safety",
        "leaked-secret",
        _entry(
            "Your secret may be known to others",
            ["i posted my seed phrase", "i leaked my private key", "someone has my recovery phrase", "seed leaked"],
            "Delete the message now. Then move what the wallet holds to a new one.",
        ),
    ),
]
