"""In the try-out the card of an entry appears when its file is saved."""

import pytest

from bot.cogs.saved import MOST, Saved
from tests.curation.small import entry, write
from tests.discord.kb.walk import WHERE
from tests.discord.seen import shown

TITLE = "Where rewards come from"


@pytest.fixture
def saved(simcord_bot, env, serving, channel):
    """Cards of what is saved appear in the channel."""
    shown = Saved(simcord_bot, channel.id, serving.base.entries)
    serving.readers.append(shown.show)
    return shown


def posts(channel) -> list[str]:
    return [shown(message) for message in channel.history()]


async def test_the_card_of_a_changed_entry_is_shown_as_members_will_see_it(saved, serving, folder, channel):
    write(folder, "yield/rewards.md", entry(TITLE, WHERE, "From what services pay."))
    await serving.reload()
    (post,) = posts(channel)
    assert "Saved: yield/rewards.md" in post
    assert "what members will get" in post
    assert TITLE in post
    assert "From what services pay." in post


async def test_what_breaks_a_house_rule_is_told_under_the_card(saved, serving, folder, channel):
    rule = 'advice = ["you should sell"]\n'
    write(folder, "facts/rules.toml", rule)
    await serving.reload()
    write(folder, "yield/rewards.md", entry(TITLE, WHERE, "You should sell now."))
    await serving.reload()
    card, told = posts(channel)
    assert "You should sell now." in card
    assert "**yield/rewards.md**, line 12" in told
    assert "advice" in told


async def test_a_draft_is_shown_and_said_to_be_one(saved, serving, folder, channel):
    text = entry("New one", "what is new", "This is new.").replace("status: published", "status: draft")
    write(folder, "yield/new-one.md", text)
    await serving.reload()
    (post,) = posts(channel)
    assert "Nobody sees it yet" in post
    assert "This is new." in post


async def test_what_has_not_changed_is_not_shown_again(saved, serving, folder, channel):
    write(folder, "yield/rewards.md", entry(TITLE, WHERE, "First."))
    await serving.reload()
    write(folder, "risk/slashing.md", entry("Slashing", "can my stake be slashed", "Second."))
    await serving.reload()
    first, second = posts(channel)
    assert "First." in first
    assert "First." not in second
    assert "Second." in second


async def test_a_change_of_many_files_shows_no_card(saved, serving, folder, channel):
    for number in range(MOST + 1):
        write(folder, f"yield/e{number}.md", entry(f"Entry {number}", f"what is number {number}", "It."))
    await serving.reload()
    assert posts(channel) == []


async def test_a_card_that_cannot_be_made_keeps_nothing_from_being_served(saved, serving, folder, monkeypatch):
    monkeypatch.setattr("bot.answering.compose.entry_answer", lambda *_: 1 / 0)
    write(folder, "yield/rewards.md", entry(TITLE, WHERE, "Served all the same."))
    report = await serving.reload()
    assert report.changes.changed == ("rewards",)
