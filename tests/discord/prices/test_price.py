"""`/price`: one token, all of them, and names that are none."""

import pytest

from bot.answering.desk import Desk
from bot.ui.layout import Colour
from tests.discord.prices.facts import TOKENS
from tests.discord.seen import labels, menus, parts, shown

PHRASE = "abandon " * 11 + "about"


async def test_one_token_is_shown_to_the_member_alone_with_price_source_and_moment(env, channel, alice, clock):
    result = await alice.slash(channel, "price", token="ezETH")
    assert result.ephemeral
    assert shown(result.response).startswith("### ezETH: Renzo Restaked ETH\n**$2,160.00** · 1.0800 ETH")
    assert f"(DefiLlama, <t:{int(clock().timestamp())}:R>)" in shown(result.response)


async def test_a_token_shows_its_yield_with_the_method_and_what_its_protocol_holds(env, channel, alice):
    text = shown((await alice.slash(channel, "price", token="ezETH")).response)
    assert "- Yield: 2.83% a year" in text
    assert "the change of its rate over 7 days" in text
    assert "- Deposits at Renzo: $118 million" in text


async def test_prices_have_a_colour_of_their_own(env, channel, alice):
    result = await alice.slash(channel, "price", token="ezETH")
    assert next(parts(result.response))["accent_color"] == Colour.LIVE


@pytest.mark.parametrize("typed", ["ezeth", "EZETH", "$ezETH", " ezeth ", "renzo", "Renzo Restaked ETH"])
async def test_a_token_is_found_by_any_of_its_names(env, channel, alice, typed):
    assert "### ezETH:" in shown((await alice.slash(channel, "price", token=typed)).response)


async def test_without_a_token_every_token_has_a_line(env, channel, alice):
    result = await alice.slash(channel, "price")
    assert result.ephemeral
    lines = shown(result.response).split("\n")
    assert lines[0] == "### Live prices"
    assert [line.split("**")[1] for line in lines[1:8]] == ["ETH", *(token.symbol for token in TOKENS)]


async def test_the_board_leads_to_the_details_of_one_token(env, channel, alice):
    board = await alice.slash(channel, "price")
    (menu,) = menus(board.response)
    assert menu["placeholder"] == "Details of one token"
    result = await alice.select(board.response, ["rsETH"])
    assert result.ephemeral
    assert "### rsETH: Kelp Restaked ETH" in shown(result.response)


async def test_an_unknown_token_is_met_with_names_that_are_near(env, channel, alice):
    result = await alice.slash(channel, "price", token="ezeht")
    assert result.ephemeral
    assert "I follow no token by the name that you typed. Did you mean ezETH" in shown(result.response)
    assert "`/price` without a token shows all" in shown(result.response)


async def test_at_most_five_names_are_offered(env, channel, alice):
    text = shown((await alice.slash(channel, "price", token="restaked")).response)
    hint = text.partition("Did you mean ")[2].partition("?")[0]
    assert 1 <= len(hint.replace(" or ", ", ").split(", ")) <= 5


async def test_where_no_name_is_near_none_is_offered(env, channel, alice):
    text = shown((await alice.slash(channel, "price", token="dogecoin")).response)
    assert "Did you mean" not in text
    assert "I follow no token" in text


@pytest.mark.parametrize("typed", ["@everyone", "[click](https://evil.example)", "\u202ehteze", "   ", "x" * 100])
async def test_what_was_typed_is_never_repeated(env, channel, alice, typed):
    result = await alice.slash(channel, "price", token=typed)
    assert "I follow no token" in shown(result.response)
    assert typed not in shown(result.response)


async def test_a_recovery_phrase_in_the_place_of_a_token_gets_the_safety_card(env, channel, alice, asked, upstream):
    result = await alice.slash(channel, "price", token=PHRASE)
    assert "Delete the message now" in shown(result.response)
    assert "abandon" not in str(env.http_requests)
    assert asked.questions == []
    assert upstream.requests == 0


async def test_tokens_are_suggested_while_typing_those_that_begin_so_first(env, channel, alice):
    found = await alice.autocomplete(channel, "price", "token", "rs")
    assert found[0] == {"name": "rsETH: Kelp Restaked ETH", "value": "rsETH"}
    assert all("rs" in choice["name"].lower() for choice in found)


async def test_suggestions_cost_no_request(env, channel, alice, upstream):
    assert await alice.autocomplete(channel, "price", "token", "")
    assert upstream.requests == 0


async def test_a_failing_suggestion_is_an_empty_list(env, channel, alice, desk, monkeypatch, caplog):
    monkeypatch.setattr(desk.prices, "suggest", lambda *_, **__: 1 / 0)
    assert await alice.autocomplete(channel, "price", "token", "ez") == []
    assert "suggestions failed" in caplog.text


async def test_in_a_direct_message_prices_are_plain_and_have_nobody_to_share_with(env):
    bob = env.create_user("bob")
    result = await bob.slash("price", token="ezETH")
    assert not result.ephemeral
    assert labels(result.response) == ["Refresh", "Chart", "All prices"]


async def test_ether_has_a_price_but_no_chart(env, channel, alice):
    assert "Chart" not in labels((await alice.slash(channel, "price", token="ETH")).response)
    result = await alice.slash(channel, "chart", token="ether")
    assert "Charts show prices in ETH, so there is none of ETH itself." in shown(result.response)


class TestStatedRates:
    @pytest.fixture
    def node(self):
        return True

    async def test_the_price_is_held_against_the_rate_of_the_contract(self, env, channel, alice, upstream):
        upstream.usd["ezETH"] = 2000 * 1.08 * 0.995
        text = shown((await alice.slash(channel, "price", token="ezETH")).response)
        assert "Protocol-stated rate: **1.0800 ETH**" in text
        assert "Market against that rate: **−0.50%**, a small discount" in text
        assert "block 21,345,678" in text

    async def test_the_board_shows_each_gap(self, env, channel, alice, upstream):
        upstream.usd["ezETH"] = 2000 * 1.08 * 0.995
        (line,) = [
            line for line in shown((await alice.slash(channel, "price")).response).split("\n") if "ezETH" in line
        ]
        assert line.endswith("· −0.50%")

    async def test_a_gap_that_nobody_confirms_stands_out_without_a_number(self, env, channel, alice, upstream):
        upstream.usd["ezETH"] = 2000 * 1.08 * 0.9
        upstream.down.add("second")
        text = shown((await alice.slash(channel, "price", token="ezETH")).response)
        assert "⚠️ **No premium is shown" in text
        assert "10.00%" not in text


async def test_what_is_merely_not_known_does_not_stand_out(env, channel, alice):
    text = shown((await alice.slash(channel, "price", token="ezETH")).response)
    assert "no Ethereum node" in text
    assert "⚠️" not in text


class TestWithoutPrices:
    @pytest.fixture
    def desk(self, library, asked):
        return Desk(library, recorder=asked)

    @pytest.mark.parametrize(
        ("command", "options"),
        [("price", {}), ("compare", {"token1": "a", "token2": "b"}), ("chart", {"token": "ezETH"})],
    )
    async def test_a_bot_without_live_prices_says_so_calmly(self, env, channel, alice, command, options):
        result = await alice.slash(channel, command, **options)
        assert result.ephemeral
        assert shown(result.response) == "This bot has no live prices. `/topics` lists what it can answer."

    async def test_nothing_is_suggested(self, env, channel, alice):
        assert await alice.autocomplete(channel, "price", "token", "ez") == []

    async def test_help_does_not_speak_of_prices(self, env, channel, alice):
        assert "/price" not in shown((await alice.slash(channel, "help")).response)


async def test_help_names_the_commands_for_prices(env, channel, alice):
    text = shown((await alice.slash(channel, "help")).response)
    assert all(f"`/{command}`" in text for command in ("price", "compare", "chart"))
