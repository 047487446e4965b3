import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.settings import VARIABLES
from tests.folders import entry_text, write_folder

FIGURE = """[fee]
say = "about 5%"
value = "5"
unit = "% of rewards"
as_of = 2026-10-02
source = "A report on fees"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tiny knowledge folder without a problem."""
    return write_folder(
        tmp_path / "knowledge",
        {
            "basics/what-is-restaking.md": entry_text(
                "What is restaking?",
                ["what is restaking", "explain restaking to me", "define restaking"],
                "Restaking means that staked ETH also secures other services. It costs {figure:fee} of what it earns.",
                sources=[
                    "2026-07-14 [A proposal](https://github.com/x/y) operator sets",
                    "2025-07-24 A book about it",
                ],
                caveats="not-advice",
                related="what-is-slashing",
            ),
            "slashing/what-is-slashing.md": entry_text(
                "What is slashing?",
                ["what is slashing", "how does slashing work", "will i get slashed"],
                "A validator or operator that breaks the rules loses a part of its stake.",
            ),
            "safety/seed-phrase.md": entry_text(
                "Never share a seed phrase",
                ["should i share my seed phrase", "support asks for my seed", "who may see my recovery phrase"],
                "Nobody who wants to help you needs it.",
                always=["seed phrase / recovery phrase"],
            ),
            "basics/half-done.md": entry_text("Half done", ["what is half done"], status="draft"),
            "facts/figures.toml": FIGURE,
            "facts/caveats.toml": '[not-advice]\nsay = "This explains; it recommends nothing."\n',
            "questions/dev.md": "# Dev\n\n- so restaking, define it -> what-is-restaking\n- pizza in rome -> nothing\n",
            "questions/test.md": "- slashing, how does that work -> what-is-slashing\n",
        },
    )


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The day of the tests, no variable set, and a data folder of their own, which is given."""
    for module in ("commands", "workshop.checking", "workshop.files", "workshop.measuring"):
        monkeypatch.setattr(f"bot.{module}.utc_now", lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))
    for name, _, _ in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path_factory.mktemp("remembered")
    monkeypatch.setenv("BOT_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """For commands that set up logging: pytest's own handlers must not be closed by a forced set-up."""
    root = logging.getLogger()
    names = ("httpx", "httpcore", "asyncio", "discord.gateway", "bot.market")
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in names}
    root.handlers = []
    logging.getLogger("bot.market").setLevel(logging.NOTSET)  # `ask` has it say less
    yield
    root.handlers, root.level = handlers, level
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
