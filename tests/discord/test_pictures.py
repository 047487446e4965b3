"""The picture of an answer: where it is shown, and that it never stands in the way of the answer."""

from datetime import date
from pathlib import Path

import aiohttp
import pytest

from bot.answering import Answer, Outcome, ShownPicture
from bot.answering.desk import Desk
from bot.knowledge import read_library
from bot.settings import Settings
from bot.ui.cards import answer_card
from bot.ui.layout import ALONE
from tests.diagrams.sample import STACKS, drawn
from tests.discord.library import write_library
from tests.discord.seen import button, labels, parts, shown

GALLERY = 12
PNG = b"\x89PNG\r\n\x1a\n"
ALT = "Two ways out."
QUESTION = "what is restaking"
LINES = ("- Liquid (for example), from the top down: Token, Validators.", "As of 1 May 2026.")


@pytest.fixture
def illustrated(tmp_path: Path) -> Path:
    """A knowledge folder in which the answer about restaking has a picture, and that about related entries too."""
    folder = write_library(tmp_path)
    for name in ("basics/what-is-restaking.md", "slashing/avs-slashing.md"):
        entry = folder / name
        text = entry.read_text(encoding="utf-8")
        entry.write_text(
            text.replace("review_every: 90 days\n", "review_every: 90 days\npicture: x\n"), encoding="utf-8"
        )
    (folder / "pictures").mkdir()
    for name, content in drawn(STACKS).items():
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


@pytest.fixture
def changes(illustrated: Path):
    desk = Desk(read_library(illustrated, date(2026, 11, 22)).library)
    return {"desk": desk, "settings": Settings(knowledge_dir=illustrated)}


def picture(message):
    """The only picture on a card: its item in the gallery, and the file that was sent."""
    (gallery,) = [part for part in parts(message) if part["type"] == GALLERY]
    (item,), (attachment,) = gallery["items"], message.attachments
    return item, attachment


async def assert_pictured(message):
    item, attachment = picture(message)
    assert attachment.filename == "x.png"
    assert item["media"]["url"] == attachment.url
    assert item["description"] == ALT
    assert (await attachment.read()).startswith(PNG)


def sent_descriptions(env):
    """What the bot said of each file that it sent, for who cannot see it."""
    sent = [request.json for request in env.http_requests if isinstance(request.json, dict)]
    data = [one.get("data", one) for one in sent]
    return [file.get("description") for one in data for file in one.get("attachments", [])]


@pytest.fixture
async def answered(env, channel, alice):
    return (await alice.slash(channel, "ask", question=QUESTION)).response


async def test_an_answer_shows_its_picture_with_its_alternative_text(env, answered):
    await assert_pictured(answered)
    assert "staked ETH also secures other services" in shown(answered)
    assert labels(answered) == ["More", "Sources", "Related", "Helpful", "Not helpful", "Share"]
    assert sent_descriptions(env) == [ALT]


async def test_the_picture_is_in_words_under_more(answered, alice):
    result = await alice.click(answered, label="More")
    said = shown(result.response)
    assert "The stake is delegated to an operator" in said
    assert "**The picture in words**" in said
    for line in LINES:
        assert line in said


@pytest.mark.parametrize("label", ["More", "Sources", "Related", "Helpful"])
async def test_the_picture_stays_where_it_is_when_a_button_is_pressed(answered, alice, label):
    await alice.click(answered, label=label)
    await assert_pictured(answered)


async def test_an_answer_is_shared_with_its_picture_and_keeps_its_own(env, channel, alice, answered):
    await alice.click(answered, label="Share")
    public = channel.last_message
    assert "Shared by **alice**" in shown(public)
    await assert_pictured(public)
    await assert_pictured(answered)
    assert button(answered, "Shared")["disabled"]


async def test_an_entry_that_is_opened_from_another_card_shows_its_picture(answered, alice):
    related = await alice.click(answered, label="Related")
    opened = await alice.click(related.response, label="Can an AVS slash my stake?")
    await assert_pictured(opened.response)


async def test_an_entry_that_is_picked_from_a_topic_shows_its_picture(env, channel, alice):
    topics = await alice.slash(channel, "topics")
    await alice.select(topics.response, ["slashing"])
    picked = await alice.select(topics.response, ["avs-slashing"])
    await assert_pictured(picked.response)


async def test_a_direct_message_is_answered_with_the_picture(env):
    bob = env.create_user("bob")
    await bob.send_dm(QUESTION)
    await assert_pictured(bob.dm_channel.last_message)


async def test_a_mention_is_answered_with_the_picture(env, channel, alice):
    question = await alice.send(channel, f"<@{env.bot.user.id}> {QUESTION}")
    assert channel.last_message.reference.message_id == question.id
    await assert_pictured(channel.last_message)


async def test_a_picture_is_whole_although_discord_was_unavailable_at_first(env):
    bob = env.create_user("bob")
    env.inject_error("POST", "/channels/*/messages", status=503)
    await bob.send_dm(QUESTION)
    await assert_pictured(bob.dm_channel.last_message)


async def test_a_picture_is_whole_although_the_line_dropped_while_it_was_sent(env, channel, alice, monkeypatch):
    real, left = env._webhook_adapter.request, [1]

    async def request(route, *given, **named):
        files = named.get("files") or []
        if files and left[0]:
            left[0] -= 1
            assert all(file.fp.read() for file in files)
            raise aiohttp.ServerDisconnectedError
        return await real(route, *given, **named)

    monkeypatch.setattr(env._webhook_adapter, "request", request)
    result = await alice.slash(channel, "ask", question=QUESTION)
    assert left == [0]
    await assert_pictured(result.response)


@pytest.mark.parametrize("content", [None, b"not a picture"])
async def test_without_its_drawing_an_answer_is_given_all_the_same(env, channel, alice, illustrated, caplog, content):
    drawing = illustrated / "pictures" / "x.png"
    drawing.unlink()
    if content:
        drawing.write_bytes(content)
    result = await alice.slash(channel, "ask", question=QUESTION)
    assert "staked ETH also secures other services" in shown(result.response)
    assert result.response.attachments == []
    assert [part for part in parts(result.response) if part["type"] == GALLERY] == []
    (line,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert line.startswith("The picture x cannot be shown: ")
    more = await alice.click(result.response, label="More")
    assert LINES[0] in shown(more.response)


async def test_a_drawing_that_goes_after_the_answer_does_not_keep_it_from_being_shared(
    env, channel, alice, answered, illustrated
):
    (illustrated / "pictures" / "x.png").unlink()
    await alice.click(answered, label="Share")
    assert "Shared by **alice**" in shown(channel.last_message)
    assert channel.last_message.attachments == []
    assert button(answered, "Shared")["disabled"]


async def test_an_answer_without_a_picture_sends_no_file(env, channel, alice):
    result = await alice.slash(channel, "ask", question="what does an operator do")
    assert result.response.attachments == []
    assert sent_descriptions(env) == []


def test_a_long_alternative_text_is_kept_within_the_limit_of_discord():
    answer = Answer(Outcome.ANSWER, "T", "B", entry="e", picture=ShownPicture("x", "A sentence. " * 300, "words"))
    (sent,) = answer_card(answer, ALONE, PNG).pictures
    assert 900 < len(sent.description) <= 1024
