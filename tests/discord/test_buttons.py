"""What happens when a member presses a button under an answer."""

from dataclasses import replace

import discord
import pytest
import simcord

from tests.discord.seen import button, labels, parts, shown


@pytest.fixture
async def answered(env, channel, alice):
    """A private answer to alice."""
    return (await alice.slash(channel, "ask", question="what is restaking")).response


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("More", "The stake is delegated to an operator"),
        ("Sources", "**14 Jul 2026** [Proposal ELIP-002](https://github.com/eigenfoundation/ELIPs) (github.com)"),
        ("Related", "Related: What is restaking?"),
    ],
)
async def test_details_are_shown_to_the_member_who_presses(answered, alice, label, expected):
    result = await alice.click(answered, label=label)
    assert result.ephemeral
    assert expected in shown(result.response)


async def test_a_source_without_an_address_is_named_without_a_link(answered, alice):
    result = await alice.click(answered, label="Sources")
    assert "- **24 Jul 2025** Restaker overview" in shown(result.response)


async def test_details_in_a_direct_message_are_plain(env):
    bob = env.create_user("bob")
    await bob.send_dm("what is restaking")
    result = await bob.click(bob.dm_channel.last_message, label="More")
    assert not result.ephemeral
    assert "delegated to an operator" in shown(result.response)


async def test_details_of_a_public_answer_are_private_to_whoever_presses(env, channel, alice):
    await alice.send(channel, f"<@{env.bot.user.id}> what is restaking")
    bob = env.guild.add_member(env.create_user("bob"))
    assert (await bob.click(channel.last_message, label="Sources")).ephemeral


async def test_a_related_entry_can_be_opened(answered, alice):
    related = await alice.click(answered, label="Related")
    result = await alice.click(related.response, label="Can an AVS slash my stake?")
    assert "only the part that the operator marked" in shown(result.response)


async def test_a_choice_opens_its_entry_and_leaves_the_other_choices_standing(env, channel, alice, between_two):
    asked_back = await alice.slash(channel, "ask", question="how do i get my rewards")
    result = await alice.click(asked_back.response, label="Rewards at Beta")
    assert result.ephemeral
    assert "Beta pays rewards each month." in shown(result.response)
    assert "Rewards at Alpha" in labels(asked_back.response)


async def test_a_long_more_is_read_page_by_page(env, channel, alice):
    answer = await alice.slash(channel, "ask", question="can an avs slash my stake")
    first = await alice.click(answer.response, label="More")
    second = await alice.click(first.response, label="Continue")
    third = await alice.click(second.response, label="Continue")
    assert labels(third.response) == []
    pages = [shown(page.response) for page in (first, second, third)]
    assert sum(page.count("An operator that breaks the rules") for page in pages) == 80
    assert pages[0].endswith("…")


async def test_buttons_work_after_a_restart(env, answered, alice, build):
    await env.restart_bot(build())
    result = await alice.click(answered, label="More")
    assert "delegated to an operator" in shown(result.response)


async def test_answers_leave_nothing_in_the_memory_of_discord_py(env, channel, alice):
    for label in ("More", "Sources", "Related", "Share"):
        env.bot.pace.__init__(env.bot.services.clock)
        answer = await alice.slash(channel, "ask", question="what is restaking")
        await alice.click(answer.response, label=label)
    assert env.bot._connection._view_store._views == {}
    assert env.bot._connection._view_store._synced_message_views == {}


async def test_a_button_whose_entry_is_gone_says_so(env, answered, alice, desk, monkeypatch):
    async def gone(_):
        return None

    monkeypatch.setattr(desk, "open", gone)
    for label in ("More", "Helpful", "Share"):
        result = await alice.click(answered, label=label)
        said = result.followups[0] if result.followups else result.response
        assert "no longer here" in shown(said)


async def test_a_vote_is_thanked_in_private_and_counted_once(env, answered, alice, memory):
    first = await alice.click(answered, label="Helpful")
    second = await alice.click(answered, label="Not helpful")
    assert first.ephemeral
    assert second.ephemeral
    assert "vote is counted" in shown(second.response)
    assert (await memory.holdings(alice.id)).votes == 1


async def test_a_vote_in_a_direct_message_is_counted(env, memory):
    bob = env.create_user("bob")
    await bob.send_dm("what is restaking")
    await bob.click(bob.dm_channel.last_message, label="Not helpful")
    assert (await memory.holdings(bob.id)).votes == 1


async def test_sharing_posts_the_answer_for_everybody_and_says_who_shared(env, channel, alice, answered):
    await alice.click(answered, label="Share")
    public = channel.last_message
    assert not public.flags.ephemeral
    assert "Shared by **alice**" in shown(public)
    assert "staked ETH also secures other services" in shown(public)
    assert "Share" not in labels(public)
    assert public.mentions == []


async def test_after_sharing_the_button_shows_that_it_was_done(env, channel, alice, answered):
    await alice.click(answered, label="Share")
    assert button(answered, "Shared")["disabled"]
    assert "staked ETH also secures other services" in shown(answered)


@pytest.mark.parametrize(
    ("name", "shown_as"),
    [
        ("@everyone", "@\u200beveryone"),
        ("**b** <@123456789012345678>", r"\*\*b\*\* \<@" + "\u200b123456789012345678>"),
        ("https://evil.example", r"https:\//evil.example"),
        ("\u202egnikatser\u2066", "gnikatser"),
    ],
)
async def test_the_name_of_who_shared_is_shown_as_typed(env, channel, name, shown_as):
    member = env.guild.add_member(env.create_user("x", global_name=name))
    answer = await member.slash(channel, "ask", question="what is restaking")
    await member.click(answer.response, label="Share")
    assert f"Shared by **{shown_as}**" in shown(channel.last_message)


async def test_a_member_who_may_not_write_here_cannot_make_the_bot_post(env, channel, alice, answered):
    quiet = env.guild.create_text_channel(
        "news", overwrites={env.guild.default_role: discord.PermissionOverwrite(send_messages=False)}
    )
    answer = await alice.slash(quiet, "ask", question="what is restaking")
    result = await alice.click(answer.response, label="Share")
    assert result.ephemeral
    assert "cannot write in this channel" in shown(result.response)
    assert quiet.history() == []


async def test_where_outside_apps_are_kept_private_sharing_says_so(env, alice, answered, monkeypatch):
    real = simcord.interactions.base_payload

    def installed_by_the_user_only(backend, **given):
        record, payload = real(backend, **given)
        payload["authorizing_integration_owners"] = {"1": str(given["user_id"])}
        permissions = discord.Permissions(int(payload["member"]["permissions"]))
        permissions.update(use_external_apps=False)
        payload["member"]["permissions"] = str(permissions.value)
        return record, payload

    monkeypatch.setattr(simcord.interactions, "base_payload", installed_by_the_user_only)
    result = await alice.click(answered, label="Share")
    assert "this server has not added me" in shown(result.response)


async def test_a_failed_share_leaves_the_button_to_be_pressed_again(env, channel, alice, answered, caplog):
    env.inject_error("POST", "/webhooks/*", status=400, code=50035)
    result = await alice.click(answered, label="Share")
    assert "Something went wrong on my side" in shown(result.followups[-1])
    assert not button(answered, "Share").get("disabled")


async def test_incidents_stand_first_in_a_frame_of_their_own(env, channel, alice, desk, monkeypatch):
    real = desk.ask

    async def ask(question):
        return replace(await real(question), banners=("The bridge of Kelp is paused.",))

    monkeypatch.setattr(desk, "ask", ask)
    result = await alice.slash(channel, "ask", question="what is restaking")
    frames = [part for part in parts(result.response) if part["type"] == 17]
    assert "The bridge of Kelp is paused." in frames[0]["components"][0]["content"]
    assert frames[0]["accent_color"] != frames[1]["accent_color"]
