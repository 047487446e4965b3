"""`/chart`: a picture, and the same in words."""

import aiohttp
import pytest

from tests.discord.seen import button, labels, parts, shown

GALLERY = 12
PNG = b"\x89PNG\r\n\x1a\n"


def picture(message):
    """The only picture on a card: its item in the gallery, and the file that was sent."""
    (gallery,) = [part for part in parts(message) if part["type"] == GALLERY]
    (item,), (attachment,) = gallery["items"], message.attachments
    return item, attachment


async def charted(alice, channel, **options):
    result = await alice.slash(channel, "chart", token="ezETH", **options)
    assert result.ephemeral
    return result.response


async def test_a_chart_is_a_picture_with_the_same_in_words_under_it_and_for_screen_readers(env, channel, alice):
    response = await charted(alice, channel)
    item, attachment = picture(response)
    assert attachment.filename == "ezETH-30-days.png"
    assert item["media"]["url"] == attachment.url
    assert (await attachment.read()).startswith(PNG)
    assert "### ezETH over 30 days" in shown(response)
    assert "Market price: 1.0800 ETH" in shown(response)
    assert "Market price: 1.0800 ETH" in item["description"]
    assert len(item["description"]) <= 1024


@pytest.mark.parametrize(("days", "name"), [(1, "24 hours"), (7, "7 days"), (90, "90 days")])
async def test_the_range_can_be_chosen(env, channel, alice, days, name):
    response = await charted(alice, channel, range=days)
    assert f"### ezETH over {name}" in shown(response)
    assert [label for label in labels(response) if button(response, label).get("disabled")] == [
        name.replace(" hours", " h").replace(" days", " d")
    ]


async def test_another_range_takes_the_place_of_the_picture(env, channel, alice):
    response = await charted(alice, channel)
    assert labels(response) == ["24 h", "7 d", "30 d", "90 d", "Share"]
    await alice.click(response, label="7 d")
    _, attachment = picture(response)
    assert attachment.filename == "ezETH-7-days.png"
    assert "### ezETH over 7 days" in shown(response)
    assert button(response, "7 d")["disabled"]
    assert not button(response, "30 d").get("disabled")


async def test_a_chart_is_shared_with_its_picture(env, channel, alice):
    response = await charted(alice, channel)
    await alice.click(response, label="Share")
    public = channel.last_message
    assert "Shared by **alice**" in shown(public)
    assert (await public.attachments[0].read()).startswith(PNG)
    assert labels(public) == ["Ask for yourself"]
    assert button(response, "Shared")["disabled"]
    assert picture(response)[1].filename == "ezETH-30-days.png"


async def test_without_a_history_the_card_says_so_and_every_range_can_be_tried(env, channel, alice, upstream):
    upstream.down |= {"coins", "second"}
    response = await charted(alice, channel)
    assert "No provider tells the price history at the moment." in shown(response)
    assert response.attachments == []
    assert not button(response, "30 d").get("disabled")


async def test_a_picture_goes_where_the_next_range_has_none(env, channel, alice, upstream):
    response = await charted(alice, channel)
    upstream.down |= {"coins", "second"}
    await alice.click(response, label="7 d")
    assert response.attachments == []
    assert "No provider tells" in shown(response)


async def test_the_price_of_a_token_leads_to_its_chart(env, channel, alice):
    price = await alice.slash(channel, "price", token="ezETH")
    result = await alice.click(price.response, label="Chart")
    assert result.ephemeral
    assert picture(result.response)[1].filename == "ezETH-30-days.png"
    assert "### ezETH: Renzo" in shown(price.response)


@pytest.mark.parametrize("label", ["7 d", "Share"])
async def test_a_picture_is_whole_although_the_line_dropped_while_it_was_sent(env, channel, alice, label, monkeypatch):
    response = await charted(alice, channel)
    real, left = env._webhook_adapter.request, [1]

    async def request(route, *given, **named):
        files = named.get("files") or []
        if files and left[0]:
            left[0] -= 1
            assert all(file.fp.read() for file in files)
            raise aiohttp.ServerDisconnectedError
        return await real(route, *given, **named)

    monkeypatch.setattr(env._webhook_adapter, "request", request)
    await alice.click(response, label=label)
    message = channel.last_message if label == "Share" else response
    assert left == [0]
    assert (await message.attachments[0].read()).startswith(PNG)
