"""Questions in plain words that are answered with live prices."""

from dataclasses import replace

import pytest

from bot.answering import Outcome
from bot.ui.layout import Colour
from tests.discord.seen import button, labels, parts, shown

QUESTION = "whats ezeth at rn"


async def test_a_question_for_a_price_in_a_direct_message_gets_the_live_price(env):
    bob = env.create_user("bob")
    await bob.send_dm(QUESTION)
    answer = bob.dm_channel.last_message
    assert "**$2,160.00** · 1.0800 ETH (DefiLlama, <t:" in shown(answer)
    assert "-# Reviewed 22 Nov 2026 · ezeth-now" in shown(answer)
    assert labels(answer) == ["More", "Sources", "Helpful", "Not helpful", "Refresh"]


async def test_a_live_answer_has_the_colour_of_prices(env, channel, alice):
    result = await alice.slash(channel, "ask", question=QUESTION)
    assert next(parts(result.response))["accent_color"] == Colour.LIVE
    assert labels(result.response)[-2:] == ["Refresh", "Share"]


async def test_what_the_entry_says_is_read_under_more(env, channel, alice):
    answer = await alice.slash(channel, "ask", question=QUESTION)
    text = shown((await alice.click(answer.response, label="More")).response)
    assert "Its price moves all day." in text
    assert "Look at more than one exchange." in text


async def test_its_figures_are_among_the_sources_with_source_and_moment_once(env, channel, alice, clock):
    answer = await alice.slash(channel, "ask", question=QUESTION)
    text = shown((await alice.click(answer.response, label="Sources")).response)
    assert f"- **ezETH price** $2,160.00 (DefiLlama, <t:{int(clock().timestamp())}:R>)\n" in text
    assert "- **ezETH yield** 2.83% a year" in text


async def test_a_live_answer_is_not_held_and_shown_again_when_the_price_has_changed(
    env, channel, alice, upstream, clock
):
    await alice.slash(channel, "ask", question=QUESTION)
    upstream.usd["ezETH"] = 2170.0
    clock.advance(120)
    assert "**$2,170.00**" in shown((await alice.slash(channel, "ask", question=QUESTION)).response)


async def test_refreshing_a_live_answer_shows_the_price_of_now_in_its_place(env, channel, alice, upstream, clock):
    answer = (await alice.slash(channel, "ask", question=QUESTION)).response
    upstream.usd["ezETH"] = 2170.0
    clock.advance(120)
    await alice.click(answer, label="Refresh")
    assert "### ezETH: Renzo Restaked ETH\n**$2,170.00**" in shown(answer)


async def test_sharing_a_live_answer_posts_the_price(env, channel, alice):
    answer = (await alice.slash(channel, "ask", question=QUESTION)).response
    await alice.click(answer, label="Share")
    assert shown(channel.last_message).startswith("-# Shared by **alice**\n### ezETH: Renzo Restaked ETH")
    assert button(answer, "Shared")["disabled"]


async def test_a_live_answer_to_a_mention_cannot_be_changed_by_others(env, channel, alice):
    await alice.send(channel, f"<@{env.bot.user.id}> {QUESTION}")
    public = channel.last_message
    assert "**$2,160.00**" in shown(public)
    assert "Refresh" not in labels(public)
    bob = env.guild.add_member(env.create_user("bob"))
    result = await bob.click(public, label="Ask for yourself")
    assert result.ephemeral
    assert "### ezETH: Renzo Restaked ETH" in shown(result.response)


async def test_without_a_price_the_entry_stands_alone_and_can_be_shared_as_any_other(env, channel, alice, upstream):
    upstream.down |= {"coins", "second"}
    answer = await alice.slash(channel, "ask", question=QUESTION)
    assert "Its price moves all day." in shown(answer.response)
    assert "Refresh" not in labels(answer.response)
    await alice.click(answer.response, label="Share")
    assert "Its price moves all day." in shown(channel.last_message)


@pytest.mark.parametrize("label", ["Helpful", "Not helpful"])
async def test_a_live_answer_can_be_voted_on(env, channel, alice, label, memory):
    answer = await alice.slash(channel, "ask", question=QUESTION)
    await alice.click(answer.response, label=label)
    assert (await memory.holdings(alice.id)).votes == 1


async def test_several_tokens_are_lines_that_stay_lines_when_refreshed(env, channel, alice, desk, monkeypatch):
    real = desk.ask

    async def ask(question):
        return replace(await real(question), outcome=Outcome.LIVE, symbols=("weETH", "rsETH", "ETH"))

    monkeypatch.setattr(desk, "ask", ask)
    answer = (await alice.slash(channel, "ask", question=QUESTION)).response
    await alice.click(answer, label="Refresh")
    assert [line.split("**")[1] for line in shown(answer).split("\n")[1:4]] == ["weETH", "rsETH", "ETH"]
