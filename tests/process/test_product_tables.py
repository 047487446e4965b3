"""The strategy guide and the comparison of protocols in the whole bot, with the knowledge that is shipped."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.process.product import BOT, environment, labels, shown
from tests.standin import StandIn, launch
from tests.standin.launch import CHECKOUT

SHIPPED = CHECKOUT / "knowledge"
NOBODY = "http://127.0.0.1:9"
"""No provider listens there, so every figure is a dated one."""
ALONE = dict.fromkeys(("DEFILLAMA_COINS_URL", "DEFILLAMA_API_URL", "DEFILLAMA_YIELDS_URL", "COINGECKO_URL"), NOBODY)
LATER = ("bot.answering.strategy", "bot.answering.protocols", "bot.ui.strategy", "bot.ui.protocols", "bot.console")
"""What the bot needs only once somebody asks for it."""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path / "data", SHIPPED, **ALONE)


async def test_the_guide_is_walked_through_across_a_restart(discord: StandIn, env: dict[str, str]):
    alice = discord.actor("alice")
    async with launch(discord, BOT, env):
        asked = await alice.slash("strategy")
        first = await asked.message()
        assert asked.ephemeral
        second = await (await alice.select(first, "What a loss of 20% would mean", "leave")).message()
        assert "2 of 3" in shown(second)
    async with launch(discord, BOT, env) as bot:
        third = await (await alice.select(second, "When the ETH might be needed", "later")).message()
        result = await (await alice.select(third, "Experience with borrowing on chain", "leveraged")).message()
        assert "### Conservative" in shown(result)
        assert "This is an explanation and not advice" in shown(result)
        opened = await (await alice.click(result, "What are the ways out of an LRT?")).message()
        assert "DEX" in shown(opened)
        assert labels(result)[-1] == "Start over"
        assert "Traceback" not in bot.stderr


async def test_protocols_are_compared_with_dated_figures_while_no_provider_answers(
    discord: StandIn, env: dict[str, str]
):
    async with launch(discord, BOT, env) as bot:
        alice = discord.actor("alice")
        table = await (await alice.slash("compare")).message(10.0)
        text = shown(table)
        assert text.startswith("### Protocols compared\n**EigenLayer: the layer underneath, not an LRT**")
        assert "(reported, 2 Oct 2026)" in text
        kelp = await (await alice.select(table, "One protocol in full", "kelp")).message(10.0)
        assert "- **bridge**: on 18 April 2026" in shown(kelp)
        assert "Traceback" not in bot.stderr


def test_nothing_of_both_is_loaded_before_somebody_asks():
    code = "import sys, bot.app; from bot.cogs import client; print(*(set(sys.argv[1:]) & set(sys.modules)))"
    ended = subprocess.run(
        [sys.executable, "-c", code, *LATER], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == ""
