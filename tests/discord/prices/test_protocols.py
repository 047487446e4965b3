"""`/compare` without tokens: the protocols, one of them in full, and what stands behind compared tokens."""

import asyncio
import re
from datetime import date

import pytest

from bot.answering.desk import Desk
from bot.answering.live import MarketFigures
from bot.knowledge import read_library
from bot.storage import ServerSettings
from tests.discord.prices.facts import FIGURE, NAMES, write_priced_library
from tests.discord.seen import button, labels, menus, parts, shown

BASE = """
[base]
name = "Base Layer"
kind = "restaking"
tvl_slugs = ["base"]
tvl_note = "Deposits of issuers are counted inside it."
what = "It is what the others build on."
yield_from = "Payments of services."
risks = ["slashing: possible since April 2025"]
"""
DATED = """
[kelp-tvl]
say = "about $870 million"
value = "870"
unit = "million USD"
as_of = 2026-06-29
source = "A report"
live = "tvl:kelp"
"""
INCIDENT = """
[kelp-loss]
title = "A loss"
protocols = ["kelp"]
state = "open"
opened = 2026-11-21
updated = 2026-11-22
banner = "Kelp has lost funds."
"""
GRADE = re.compile(r"\b(?:low|medium|moderate|high)\b", re.IGNORECASE)
RANK = re.compile(r"\b(?:first|best|top|largest|biggest|rank(?:ed)?|leading|#\d)\b", re.IGNORECASE)


def described(text: str) -> str:
    """The protocols of the small folder, with what the comparison shows of them."""
    for name, said in NAMES.items():
        kind = "LST issuer" if name == "lido" else "LRT issuer"
        fields = f'kind = "{kind}"\nwhat = "It issues one."\nyield_from = "Staking at {said}."\n'
        fields += f'risks = ["bridge: {said} lost some in April 2026", "exits: shut in May 2026"]\n'
        text = text.replace(f"[{name}]\n", f"[{name}]\n{fields}")
    return text + BASE


@pytest.fixture
def incidents() -> str:
    return ""


@pytest.fixture
def describe():
    return described


@pytest.fixture
def library(tmp_path, incidents, describe):
    folder = tmp_path / "priced"
    folder.mkdir()
    file = write_priced_library(folder, incidents) / "facts" / "protocols.toml"
    (folder / "facts" / "figures.toml").write_text(FIGURE + DATED, encoding="utf-8")
    file.write_text(describe(file.read_text(encoding="utf-8")), encoding="utf-8")
    reading = read_library(folder, date(2026, 11, 22))
    assert not [one for one in reading.problems if one.code != "no-sources"]
    return reading.library


@pytest.fixture
async def compared(env, channel, alice):
    result = await alice.slash(channel, "compare")
    assert result.ephemeral
    return result.response


async def test_the_layer_stands_first_and_apart_and_issuers_follow_by_the_alphabet(compared):
    text = shown(compared)
    assert text.startswith("### Protocols compared\n**Base Layer: the layer underneath, not an LRT**\n")
    headings = re.findall(r"^\*\*(.+?)\*\*$", text, re.MULTILINE)
    assert headings[1] == "Issuers of LRTs, in alphabetical order"
    assert headings[2:] == ["ether.fi: weETH", "Kelp: rsETH", "Puffer: pufETH", "Renzo: ezETH", "Swell: rswETH"]
    kinds = [part["type"] for part in parts(compared)]
    assert kinds.index(14) < kinds.index(1)


async def test_each_protocol_shows_live_deposits_and_the_names_of_its_risks(compared, clock):
    at = int(clock().timestamp())
    assert f"**Kelp: rsETH**\nDeposits: $118 million (DefiLlama, <t:{at}:R>).\n-# Risk factors: bridge, exits" in shown(
        compared
    )
    assert "Deposits of issuers are counted inside it." in shown(compared)


async def test_nothing_is_added_up_ranked_or_graded(compared):
    text = shown(compared)
    denied = text.replace("no ranking", "").replace("no grades", "")
    assert set(re.findall(r"\$[\d.,]+ \w+", text)) == {"$118 million"}
    assert not GRADE.search(text)
    assert not RANK.search(denied)
    assert "Deposits are not added up" in text
    assert "The order is that of the alphabet and no ranking." in text


async def test_one_protocol_is_opened_in_full_from_the_menu(alice, compared):
    (menu,) = menus(compared)
    assert menu["placeholder"] == "One protocol in full"
    assert [option["value"] for option in menu["options"]][:3] == ["base", "etherfi", "kelp"]
    result = await alice.select(compared, ["renzo"])
    assert result.ephemeral
    assert shown(result.response).startswith(
        "### Renzo: ezETH\nIt issues one.\n**Yield from:** Staking at Renzo.\n"
        "**Risk factors, each with its date:**\n- **bridge**: Renzo lost some in April 2026\n"
        "- **exits**: shut in May 2026\n"
        "**Ways out:** usual wait about 3 days (1 Oct 2026). Leaving Renzo takes a queue.\n"
        "Deposits: $118 million"
    )
    assert "Counted inside the total of EigenLayer." in shown(result.response)
    assert labels(result.response) == ["Share", "All protocols"]
    back = await alice.click(result.response, label="All protocols")
    assert "### Protocols compared" in shown(back.response)


async def test_both_are_shared_and_who_presses_on_a_shared_one_gets_their_own(env, channel, alice, compared):
    detail = (await alice.select(compared, ["renzo"])).response
    for card, heading in ((compared, "Protocols compared"), (detail, "Renzo: ezETH")):
        await alice.click(card, label="Share")
        public = channel.last_message
        assert "Shared by **alice**" in shown(public)
        assert f"### {heading}" in shown(public)
        assert labels(public) == ["Ask for yourself"]
        assert menus(public) == []
        assert button(card, "Shared")["disabled"]
        bob = env.guild.add_member(env.create_user(f"bob-{len(heading)}"))
        own = await bob.click(public, label="Ask for yourself")
        assert own.ephemeral
        assert f"### {heading}" in shown(own.response)


async def test_where_the_provider_is_down_the_dated_figure_stands(env, channel, alice, upstream, desk):
    upstream.down.add("totals")
    text = shown((await alice.slash(channel, "compare")).response)
    assert "**Kelp: rsETH**\nDeposits: about $870 million (29 Jun 2026)." in text
    assert "**Renzo: ezETH**\nDeposits are not known at the moment." in text
    assert "$0" not in text


async def test_buttons_work_after_a_restart(env, alice, compared, build):
    await env.restart_bot(build())
    assert "### Kelp: rsETH" in shown((await alice.select(compared, ["kelp"])).response)


async def test_a_protocol_that_is_gone_is_told(env, alice, compared, desk, monkeypatch, library_folder):
    monkeypatch.setattr(desk.edition, "library", read_library(library_folder, date(2026, 11, 22)).library)
    result = await alice.select(compared, ["kelp"])
    assert "That protocol is no longer here." in shown(result.response)


async def test_in_a_direct_message_there_is_nobody_to_share_with(env):
    bob = env.create_user("bob")
    result = await bob.slash("compare")
    assert not result.ephemeral
    assert labels(result.response) == []


async def test_help_says_that_protocols_can_be_compared(env, channel, alice):
    assert "`/compare` without a token" in shown((await alice.slash(channel, "help")).response)


async def test_compared_tokens_lead_to_their_yield_sources_and_risks(env, channel, alice):
    card = (await alice.slash(channel, "compare", token1="rsETH", token2="wstETH")).response
    assert labels(card) == ["Refresh", "Share", "Yield and risks"]
    result = await alice.click(card, label="Yield and risks")
    assert result.ephemeral
    assert shown(result.response).startswith(
        "### Yield and risks\n"
        "**Kelp: rsETH**\n**Yield from:** Staking at Kelp.\n- **bridge**: Kelp lost some in April 2026\n"
        "- **exits**: shut in May 2026\n"
        "**Lido: wstETH**\n**Yield from:** Staking at Lido.\n"
    )


async def test_a_shared_comparison_stays_as_it_was(env, channel, alice):
    card = (await alice.slash(channel, "compare", token1="rsETH", token2="wstETH")).response
    await alice.click(card, label="Share")
    assert labels(channel.last_message) == ["Ask for yourself"]


class TestWhileAnIncidentIsOpen:
    @pytest.fixture
    def incidents(self) -> str:
        return INCIDENT

    async def test_its_banner_stands_above_the_table_and_its_own_protocol_only(self, env, channel, alice):
        card = (await alice.slash(channel, "compare")).response
        assert shown(card).startswith("⚠️ **Kelp has lost funds.**")
        kelp, renzo = [(await alice.select(card, [one])).response for one in ("kelp", "renzo")]
        assert shown(kelp).startswith("⚠️ **Kelp has lost funds.**")
        assert "lost funds" not in shown(renzo)

    async def test_its_banner_stands_above_what_is_behind_its_token(self, env, channel, alice):
        card = (await alice.slash(channel, "compare", token1="rsETH", token2="ezETH")).response
        behind = await alice.click(card, label="Yield and risks")
        assert shown(behind.response).startswith("⚠️ **Kelp has lost funds.**")


class TestAtDiscordsLimits:
    @pytest.fixture
    def describe(self):
        """More text than a card holds, at more protocols than a menu takes options."""

        def long(text: str) -> str:
            said = "It lost some of it in April 2026, and then some more of it. " * 3
            risks = ", ".join(f'"factor {number} {"of a long name " * 4}: {said}"' for number in range(20))
            fields = f'what = "{said}"\nyield_from = "{said}"\nrisks = [{risks}]\n'
            for name in NAMES:
                text = text.replace(f"[{name}]\n", f'[{name}]\nkind = "LRT issuer"\n{fields}')
            more = "".join(
                f'[more{number}]\nname = "{"More" * 20} {number:02}"\nkind = "LRT issuer"\n{fields}'
                for number in range(24)
            )
            return text + BASE + more

        return long

    async def test_every_card_of_it_fits(self, env, channel, alice):
        overview = (await alice.slash(channel, "compare")).response
        tokens = {f"token{place}": one for place, one in enumerate(("weETH", "ezETH", "rsETH", "pufETH", "rswETH"), 1)}
        side = (await alice.slash(channel, "compare", **tokens)).response
        detail = (await alice.select(overview, ["kelp"], custom_id="rb1:protocol:0")).response
        behind = (await alice.click(side, label="Yield and risks")).response
        for card in (overview, detail, behind):
            texts = [part["content"] for part in parts(card) if part["type"] == 10]
            assert sum(len(text.encode("utf-16-le")) // 2 for text in texts) <= 4000
        assert [len(menu["options"]) for menu in menus(overview)] == [25, 6]
        assert "**Yield from:** It lost some" in shown(detail)
        assert "- **factor 0" in shown(detail)
        assert "**Ways out:**" in shown(detail)
        assert "shortened to fit" in shown(behind)


class TestWithoutPrices:
    @pytest.fixture
    def desk(self, library, asked):
        return Desk(library, recorder=asked)

    async def test_protocols_are_compared_without_live_prices_too(self, env, channel, alice):
        text = shown((await alice.slash(channel, "compare")).response)
        assert "**Kelp: rsETH**\nDeposits: about $870 million (29 Jun 2026)." in text


class TestWithoutATable:
    @pytest.fixture
    def describe(self):
        return lambda text: text

    async def test_where_no_protocol_is_described_tokens_are_asked_for(self, env, channel, alice):
        card = (await alice.slash(channel, "compare")).response
        assert shown(card) == "Name 2 to 5 tokens to compare."

    async def test_one_token_alone_is_not_compared(self, env, channel, alice):
        card = (await alice.slash(channel, "compare", token1="ezETH")).response
        assert shown(card) == "That is one token only. Name at least two different ones to compare."


@pytest.mark.parametrize("late", [False, True])
async def test_protocols_are_seen_by_all_where_the_server_has_its_answers_posted(
    env, channel, alice, memory, late, monkeypatch
):
    await memory.set_server(ServerSettings(env.guild.id, public=True))
    real = MarketFigures.figures

    async def figures(live, slots):
        await asyncio.sleep(0.1 if late else 0.0)
        return await real(live, slots)

    monkeypatch.setattr(MarketFigures, "figures", figures)
    result = await alice.slash(channel, "compare")
    assert not result.ephemeral
    (message,) = channel.history()
    assert "### Protocols compared" in shown(message)
    assert any(request.json.get("type") == 5 for request in env.http_requests if "callback" in request.path) is late
    assert "Share" not in labels(message)
