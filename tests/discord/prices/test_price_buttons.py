"""What happens when a member presses a button under prices."""

import discord
import pytest

from bot.cogs.pace import BURST
from tests.discord.seen import button, labels, shown


@pytest.fixture
async def price(env, channel, alice):
    """The price of ezETH, shown to alice alone."""
    return (await alice.slash(channel, "price", token="ezETH")).response


async def test_a_price_can_be_refreshed_shared_and_followed_up(price):
    assert labels(price) == ["Refresh", "Share", "Chart", "All prices"]


async def test_refreshing_within_the_interval_asks_nobody(price, alice, upstream):
    before = upstream.requests
    for _ in range(3):
        await alice.click(price, label="Refresh")
    assert upstream.requests == before
    assert "**$2,160.00**" in shown(price)


async def test_refreshing_later_shows_the_new_price_in_the_place_of_the_old(price, alice, upstream, clock, channel):
    upstream.usd["ezETH"] = 2170.0
    clock.advance(120)
    result = await alice.click(price, label="Refresh")
    assert "**$2,170.00**" in shown(price)
    assert result.followups == []
    assert channel.history() == []


async def test_the_price_of_one_token_leads_to_all(price, alice):
    result = await alice.click(price, label="All prices")
    assert result.ephemeral
    assert "### Live prices" in shown(result.response)
    assert "### ezETH" in shown(price)


async def test_sharing_posts_the_price_for_everybody_and_says_who_shared(price, alice, channel):
    await alice.click(price, label="Share")
    public = channel.last_message
    assert not public.flags.ephemeral
    assert shown(public).startswith("-# Shared by **alice**\n### ezETH: Renzo Restaked ETH")
    assert public.mentions == []
    assert button(price, "Shared")["disabled"]


async def test_a_shared_price_cannot_be_changed_by_others_who_get_one_of_their_own(env, price, alice, channel):
    await alice.click(price, label="Share")
    public = channel.last_message
    assert labels(public) == ["Ask for yourself"]
    before = shown(public)
    bob = env.guild.add_member(env.create_user("bob"))
    result = await bob.click(public, label="Ask for yourself")
    assert result.ephemeral
    assert labels(result.response) == ["Refresh", "Share", "Chart", "All prices"]
    assert shown(channel.last_message) == before


async def test_the_board_is_shared_without_its_menu(env, channel, alice):
    board = (await alice.slash(channel, "price")).response
    await alice.click(board, label="Share")
    assert labels(channel.last_message) == ["Ask for yourself"]
    assert "### Live prices" in shown(channel.last_message)


async def test_a_member_who_may_not_write_here_cannot_make_the_bot_post(env, alice):
    quiet = env.guild.create_text_channel(
        "news", overwrites={env.guild.default_role: discord.PermissionOverwrite(send_messages=False)}
    )
    price = await alice.slash(quiet, "price", token="ezETH")
    result = await alice.click(price.response, label="Share")
    assert "cannot write in this channel" in shown(result.response)
    assert quiet.history() == []


@pytest.mark.parametrize("label", ["Refresh", "Share", "Chart", "All prices"])
async def test_buttons_work_after_a_restart(env, price, alice, build, channel, label):
    await env.restart_bot(build())
    result = await alice.click(price, label=label)
    assert result.acknowledged
    said = "\n".join(shown(one) for one in (price, *channel.history(), *filter(None, [result.response])))
    assert "no longer" not in said
    assert "went wrong" not in said


@pytest.mark.parametrize("label", ["Refresh", "Share", "Chart"])
async def test_a_token_that_is_gone_is_told_kindly(price, alice, desk, monkeypatch, channel, label):
    monkeypatch.setattr(type(desk.prices), "symbols", ("ETH", "weETH"))
    result = await alice.click(price, label=label)
    assert result.ephemeral
    assert "I no longer follow every token of that card." in shown(result.response)
    assert channel.history() == []


async def test_a_token_of_an_older_menu_that_is_gone_is_told_kindly(env, channel, alice, desk, monkeypatch):
    board = (await alice.slash(channel, "price")).response
    monkeypatch.setattr(type(desk.prices), "symbols", ("ETH", "weETH"))
    result = await alice.select(board, ["ezETH"])
    assert "I no longer follow every token of that card." in shown(result.response)


async def test_where_there_are_no_prices_any_more_an_older_button_says_so(price, alice, desk, monkeypatch):
    monkeypatch.setattr(desk.edition, "prices", None)
    result = await alice.click(price, label="Refresh")
    assert "This bot has no live prices." in shown(result.response)


async def test_presses_count_against_the_pace(price, alice):
    for _ in range(BURST - 1):
        await alice.click(price, label="Refresh")
    slowed = await alice.click(price, label="Refresh")
    assert slowed.ephemeral
    assert "I can answer you again" in shown(slowed.response)


class TestTryout:
    @pytest.fixture
    def changes(self):
        return {"tryout": True}

    async def test_every_card_of_a_try_out_says_so_first(self, env, channel, alice):
        cards = [await alice.slash(channel, "price"), await alice.slash(channel, "chart", token="ezETH")]
        for card in cards:
            assert shown(card.response).startswith("-# Local try-out")
        assert cards[1].response.attachments
