"""`/compare`: two to five tokens, one under the other."""

from tests.discord.prices.facts import TOKENS
from tests.discord.seen import labels, shown

FIVE = {f"token{place}": token.symbol for place, token in enumerate(TOKENS[:5], start=1)}


async def compared(alice, channel, **tokens):
    result = await alice.slash(channel, "compare", **tokens)
    assert result.ephemeral
    return result.response


async def test_two_tokens_stand_in_the_order_they_were_named(env, channel, alice):
    text = shown(await compared(alice, channel, token1="rseth", token2="ezETH"))
    assert text.startswith("### rsETH · ezETH\n**rsETH: Kelp Restaked ETH**\n**$2,140.00**")
    assert text.index("**rsETH: ") < text.index("**ezETH: ")


async def test_each_token_says_how_to_leave_with_dated_figures(env, channel, alice):
    text = shown(await compared(alice, channel, token1="ezETH", token2="weETH"))
    assert "Ways out at Renzo: usual wait about 3 days (1 Oct 2026). Leaving Renzo takes a queue." in text
    assert "Ways out at ether.fi: Leaving ether.fi takes a queue." in text


async def test_five_tokens_fit_with_everything_said_of_them(env, channel, alice):
    text = shown(await compared(alice, channel, **FIVE))
    for token in TOKENS[:5]:
        assert f"**{token.symbol}: {token.name}**" in text
    assert text.count("- Ways out at") == 5
    assert "…" not in text
    assert "shortened" not in text


async def test_what_all_of_them_share_is_said_once(env, channel, alice):
    assert shown(await compared(alice, channel, **FIVE)).count("no Ethereum node") == 1


async def test_a_token_that_is_named_twice_counts_once(env, channel, alice):
    response = await compared(alice, channel, token1="ezETH", token2="weETH", token3="renzo")
    assert shown(response).startswith("### ezETH · weETH\n")


async def test_one_token_named_twice_is_not_compared(env, channel, alice, upstream):
    response = await compared(alice, channel, token1="ezETH", token2="EZETH")
    assert shown(response) == "That is one token only. Name at least two different ones to compare."
    assert upstream.requests == 0


async def test_the_name_that_is_none_is_told_by_its_place(env, channel, alice):
    text = shown(await compared(alice, channel, token1="ezETH", token2="wetth"))
    assert "by the name in `token2`" in text
    assert "weETH" in text


async def test_a_token_of_another_kind_is_not_compared(env, channel, alice):
    text = shown(await compared(alice, channel, token1="ezETH", token2="ETH"))
    assert "ETH does not stand for staked or restaked ETH" in text
    assert "weETH, ezETH" in text


async def test_only_tokens_that_can_be_compared_are_suggested(env, channel, alice):
    for place in range(1, 6):
        found = await alice.autocomplete(channel, "compare", f"token{place}", "eth")
        assert [choice["value"] for choice in found].count("ETH") == 0
        assert {token.symbol for token in TOKENS} == {choice["value"] for choice in found}


async def test_a_comparison_can_be_refreshed_and_shared(env, channel, alice):
    response = await compared(alice, channel, **FIVE)
    assert labels(response) == ["Refresh", "Share"]
    await alice.click(response, label="Share")
    assert "### weETH · ezETH · rsETH · pufETH · rswETH" in shown(channel.last_message)
