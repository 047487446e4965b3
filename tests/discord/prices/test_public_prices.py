"""Prices in a server that has its answers posted for everybody."""

import pytest

from bot.storage import ServerSettings
from tests.discord.seen import labels, menus, shown

PHRASE = "abandon " * 11 + "about"


@pytest.fixture(autouse=True)
async def public(env, channel, memory):
    await memory.set_server(ServerSettings(env.guild.id, public=True))


@pytest.mark.parametrize("wait", [0.0, 0.1])
@pytest.mark.parametrize(
    ("command", "options", "expected"),
    [
        ("price", {"token": "ezETH"}, "ezETH: Renzo Restaked ETH"),
        ("price", {}, "### Live prices"),
        ("compare", {"token1": "ezETH", "token2": "weETH"}, "weETH"),
        ("chart", {"token": "ezETH"}, "ezETH"),
    ],
)
async def test_prices_are_seen_by_all_once_however_long_they_take(
    env, channel, alice, upstream, wait, command, options, expected
):
    upstream.wait = wait
    result = await alice.slash(channel, command, **options)
    assert not result.ephemeral
    assert result.followups == []
    (message,) = channel.history()
    assert expected in shown(message)


async def test_nothing_on_a_public_card_can_be_changed_and_who_presses_gets_their_own(env, channel, alice):
    result = await alice.slash(channel, "price", token="ezETH")
    assert labels(result.response) == ["Ask for yourself"]
    assert menus(result.response) == []
    bob = env.guild.add_member(env.create_user("bob"))
    assert (await bob.click(result.response, label="Ask for yourself")).ephemeral


@pytest.mark.parametrize("typed", ["no such token", PHRASE])
async def test_what_is_no_price_stays_with_the_member(env, channel, alice, typed):
    result = await alice.slash(channel, "price", token=typed)
    assert result.ephemeral
    assert channel.history() == []


async def test_an_answer_to_a_question_about_a_price_is_public_too(env, channel, alice):
    result = await alice.slash(channel, "ask", question="what is the price of ezETH")
    assert not result.ephemeral
    assert labels(result.response)[-1] == "Ask for yourself"
