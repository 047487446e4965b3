"""What members see of prices while providers fail, are slow or disagree."""

import asyncio
import re
from datetime import timedelta

import pytest
from simcord import interactions

from tests.discord.prices.facts import BANNER, OPEN_INCIDENT
from tests.discord.seen import button, parts, shown

GALLERY = 12
DEFERRED, UPDATE_LATER, ANSWER = 5, 6, 4
SLOW = 0.2
"""Seconds of an answer that is longer away than the bot waits before it says that it is at it."""


def callbacks(env):
    return [request.json["type"] for request in env.http_requests if request.path.endswith("/callback")]


async def test_where_nobody_tells_a_price_the_card_says_so_without_a_number(env, channel, alice, upstream):
    upstream.down |= {"coins", "second", "totals", "yields"}
    text = shown((await alice.slash(channel, "price", token="ezETH")).response)
    assert "No price is known at the moment." in text
    assert "$" not in text
    assert "0.00" not in text


async def test_a_board_without_any_price_says_so(env, channel, alice, upstream):
    upstream.down |= {"coins", "second"}
    text = shown((await alice.slash(channel, "price")).response)
    assert "No provider tells a price at the moment." in text
    assert "$" not in text


async def test_when_providers_go_down_the_last_known_price_stands_out_with_its_age(
    env, channel, alice, upstream, clock
):
    known = int(clock().timestamp())
    await alice.slash(channel, "price", token="ezETH")
    upstream.down |= {"coins", "second"}
    clock.advance(13 * 3600)
    text = shown((await alice.slash(channel, "price", token="ezETH")).response)
    assert f"⚠️ **No current price. Last known: $2,160.00 · 1.0800 ETH (DefiLlama, <t:{known}:R>)." in text


async def test_the_first_provider_down_is_made_up_for_by_the_second(env, channel, alice, upstream):
    upstream.down.add("coins")
    text = shown((await alice.slash(channel, "price", token="ezETH")).response)
    assert "**$2,160.00**" in text
    assert "(CoinGecko, " in text


async def test_two_sources_that_disagree_are_shown_side_by_side_without_a_headline(env, channel, alice, upstream):
    upstream.usd["ezETH"], upstream.second["ezETH"] = 1500.0, 2160.0
    upstream.aged = timedelta(minutes=20)  # so that the second is asked
    text = shown((await alice.slash(channel, "price", token="ezETH")).response)
    assert "⚠️ **Two sources disagree, so there is no single price:**" in text
    assert "$1,500.00" in text
    assert "$2,160.00" in text
    assert "**$" not in text


class TestIncident:
    @pytest.fixture
    def incidents(self):
        return OPEN_INCIDENT

    @pytest.fixture
    def node(self):
        return True

    @pytest.mark.parametrize(
        ("command", "options"),
        [
            ("price", {"token": "ezETH"}),
            ("price", {}),
            ("compare", {"token1": "ezETH", "token2": "weETH"}),
            ("chart", {"token": "ezETH"}),
            ("ask", {"question": "whats ezeth at rn"}),
        ],
    )
    async def test_the_banner_stands_first_and_no_gap_is_shown(self, env, channel, alice, upstream, command, options):
        upstream.usd["ezETH"] = 2000 * 1.08 * 0.95
        result = await alice.slash(channel, command, **options)
        text = shown(result.response)
        assert text.startswith(f"⚠️ **{BANNER}**\n")
        assert not re.search(r"(?i)\b(discount|premium)\b\D{0,40}\d", text)
        assert "−5.0" not in text
        galleries = [part for part in parts(result.response) if part["type"] == GALLERY]
        assert not re.search(r"[−+]\d", str([gallery["items"][0]["description"] for gallery in galleries]))

    async def test_what_is_paused_stands_out(self, env, channel, alice):
        text = shown((await alice.slash(channel, "price", token="ezETH")).response)
        assert "⚠️ Paused at Renzo: withdrawals and deposits" in text
        assert "⚠️ **No premium is shown: an incident at Renzo is open" in text
        assert "Yield" not in text

    async def test_other_tokens_are_not_touched(self, env, channel, alice):
        text = shown((await alice.slash(channel, "price", token="weETH")).response)
        assert "⚠️" not in text
        assert "about fair value" in text

    async def test_a_shared_price_carries_the_banner(self, env, channel, alice):
        price = await alice.slash(channel, "price", token="ezETH")
        await alice.click(price.response, label="Share")
        assert "Renzo has paused withdrawals" in shown(channel.last_message)


async def test_a_slow_answer_is_announced_in_private_and_then_given(env, channel, alice, upstream):
    upstream.wait = SLOW
    result = await alice.slash(channel, "price", token="ezETH")
    assert callbacks(env) == [DEFERRED]
    assert result.ephemeral
    assert "**$2,160.00**" in shown(result.response)


async def test_what_is_at_hand_is_answered_at_once(env, channel, alice):
    await alice.slash(channel, "price", token="ezETH")
    await alice.slash(channel, "price", token="ezETH")
    assert callbacks(env)[-1] == ANSWER


async def test_a_slow_refresh_leaves_the_card_until_the_new_price_is_there(env, channel, alice, upstream, clock):
    price = (await alice.slash(channel, "price", token="ezETH")).response
    upstream.usd["ezETH"], upstream.wait = 2170.0, SLOW
    clock.advance(120)
    result = await alice.click(price, label="Refresh")
    assert callbacks(env)[-1] == UPDATE_LATER
    assert result.followups == []
    assert "**$2,170.00**" in shown(price)


async def test_a_slow_chart_is_announced_and_then_given_with_its_picture(env, channel, alice, upstream):
    upstream.wait = SLOW
    result = await alice.slash(channel, "chart", token="ezETH")
    assert callbacks(env) == [DEFERRED]
    assert result.response.attachments


async def test_a_slow_range_takes_the_place_of_the_picture(env, channel, alice, upstream):
    chart = (await alice.slash(channel, "chart", token="ezETH")).response
    upstream.wait = SLOW
    await alice.click(chart, label="7 d")
    assert [attachment.filename for attachment in chart.attachments] == ["ezETH-7-days.png"]


async def test_two_hundred_members_at_once_cost_one_request_for_prices(env, channel, upstream):
    upstream.wait = 0.05
    members = [env.guild.add_member(env.create_user(f"member{number}")) for number in range(200)]
    before = asyncio.all_tasks()
    for member in members:
        env.bot._connection.parse_interaction_create(typed(env, channel, member, "price", token="ezETH"))
    await asyncio.wait(asyncio.all_tasks() - before, timeout=20)
    assert upstream.asked["coins prices"] == 1
    assert upstream.asked["totals tvl"] == 1
    assert len(callbacks(env)) == 200
    assert len([one for one in env.http_requests if "**$2,160.00**" in str(one.json)]) == 200


def typed(env, channel, member, name, **options):
    """What Discord sends when a member uses a command; SimCord's own verbs cannot overlap."""
    command = next(one for one in env.backend.visible_commands(user_id=member.id, channel_id=channel.id))
    given = [{"name": option, "type": 3, "value": value} for option, value in options.items()]
    data = {"id": str(command["id"]), "name": name, "type": 1, "options": given}
    _, payload = interactions.base_payload(
        env.backend, type=2, channel_id=channel.id, guild_id=env.guild.id, user_id=member.id, data=data
    )
    return payload


async def test_whatever_goes_wrong_the_member_gets_one_sentence_with_a_code(
    env, channel, alice, desk, monkeypatch, caplog
):
    async def fail(_):
        raise ValueError("ezETH")

    monkeypatch.setattr(desk.prices, "one", fail)
    result = await alice.slash(channel, "price", token="ezETH")
    assert result.ephemeral
    assert "Something went wrong on my side" in shown(result.response)
    assert "/price failed [" in caplog.text
    assert len(env.errors) == 1


async def test_a_refresh_that_fails_leaves_the_card_and_tells_the_member(env, channel, alice, desk, clock, monkeypatch):
    price = (await alice.slash(channel, "price", token="ezETH")).response

    async def fail_later(_):
        await asyncio.sleep(SLOW)
        raise ValueError

    monkeypatch.setattr(desk.prices, "one", fail_later)
    clock.advance(60)
    result = await alice.click(price, label="Refresh")
    assert "**$2,160.00**" in shown(price)
    assert "Something went wrong" in shown(result.followups[-1])


async def test_a_failed_share_leaves_the_button_to_be_pressed_again(env, channel, alice):
    price = (await alice.slash(channel, "price", token="ezETH")).response
    env.inject_error("POST", "/webhooks/*", status=400, code=50035)
    result = await alice.click(price, label="Share")
    assert "Something went wrong on my side" in shown(result.followups[-1])
    assert not button(price, "Share").get("disabled")
