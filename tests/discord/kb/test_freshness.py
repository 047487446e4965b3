"""`/kb stale`, `/kb drift`, `/kb links`: what has grown old, as moderators see it."""

import asyncio
from decimal import Decimal

import pytest

from bot.answering.live import MarketFigures
from bot.cogs.kb import freshness
from bot.cogs.kb.freshness import NEVER, NO_LINK, NO_LINKS, NO_MARKET
from bot.curation.linkcheck import links_of
from bot.curation.linkstate import read_state
from bot.market import pages
from bot.market.beside import Dated
from bot.market.pages import Page
from bot.ui.kb_freshness import CHECKING
from tests.curation.small import entry, write
from tests.discord.kb.walk import WHERE, last
from tests.discord.seen import labels, shown

OLD = "reviewed: 2026-11-01", "reviewed: 2026-06-01"
FIGURE = """
[alpha-tvl]
say = "about $1.1 billion"
value = "1130"
unit = "million USD"
as_of = 2026-10-02
source = "DefiLlama"
grade = "U"
live = "tvl:alpha"
tolerance = 15
"""
HOST = "https://example.org"


def linked(number):
    return entry(
        f"Page {number}", f"what does page {number} say", "This.", source=f"2026-10-01 P [A]({HOST}/{number}) it"
    )


class Market:
    """States what Alpha holds."""

    def __init__(self, clock, value):
        self._clock, self._value = clock, value

    async def quotes(self, *_):
        return []

    async def tvl(self, *_):
        return Dated(Decimal(self._value), self._clock(), "DefiLlama")

    async def apr(self, *_):
        return None


@pytest.fixture
def stated(folder, serving, clock):
    """A figure in the files, and what is so now."""

    async def stated(value):
        write(folder, "facts/figures.toml", FIGURE)
        write(folder, "facts/protocols.toml", '[alpha]\nname = "Alpha"\ntvl_slugs = ["alpha"]\n')
        await serving.reload()
        edition = serving.desk.edition
        figures = MarketFigures(Market(clock, value), edition.library.facts)
        serving.desk.take(edition.told(edition.library, figures, None))

    return stated


@pytest.fixture
async def sources(folder, serving):
    """Three entries with a link each."""
    for number in range(3):
        write(folder, f"web/page-{number}.md", linked(number))
    assert (await serving.reload()).problems == ()


@pytest.fixture
def web(monkeypatch):
    """Plays the internet: the pages of the numbers in `gone` are gone, each takes `seconds`, and the one called `never`
    does not answer.
    """

    class Web:
        def __init__(self):
            self.gone, self.asked, self.closed = set(), [], 0
            self.seconds, self.never = 0, None

        def __call__(self, _clock):
            return self

        async def read(self, url):
            self.asked.append(url)
            number = int(url.rsplit("/", 1)[1])
            await asyncio.sleep(60 if number == self.never else self.seconds)
            if number in self.gone:
                return Page(url, 404)
            return Page(url, 200, f"<p>{'A long page says something. ' * 40}</p>".encode(), "text/html")

        async def close(self):
            self.closed += 1

    web = Web()
    monkeypatch.setattr(pages, "Pages", web)
    return web


# What is past its review


async def test_what_is_overdue_is_listed_with_a_button_that_opens_it(folder, serving, mo, kb, press):
    write(folder, "yield/rewards.md", entry("Where rewards come from", WHERE, "From fees.").replace(*OLD))
    await serving.reload()
    card = await kb(mo, "stale")
    assert "**Past review (1), oldest first:**" in shown(card)
    assert "- yield/rewards.md: due 30 Aug 2026, 84 days ago, reviewed 1 Jun 2026" in shown(card)
    assert labels(card) == ["Where rewards come from"]
    assert "From fees." in shown((await press(mo, card, "Where rewards come from")).response)


async def test_where_nothing_is_due_it_says_so(mo, kb):
    card = await kb(mo, "stale")
    assert "Nothing is past its review, and nothing is due within 14 days." in shown(card)
    assert labels(card) == []


async def test_a_list_that_does_not_fit_is_attached_as_a_whole(folder, serving, mo, kb):
    for number in range(90):
        write(folder, f"old/entry-{number}.md", entry(f"Old {number}", f"what is old {number}", "It.").replace(*OLD))
    await serving.reload()
    card = await kb(mo, "stale")
    assert " more" in shown(card).split("\n")[-2]
    (file,) = card.attachments
    assert (await file.read()).decode().count("due 30 Aug 2026") == 90
    assert len(labels(card)) == 10


async def test_what_is_due_may_be_asked_in_any_server(env, mo, kb):
    env.create_guild("other")
    assert "Nothing is past its review" in shown(await kb(mo, "stale"))


# Figures


async def test_a_figure_that_has_left_its_tolerance_is_told_with_text_live_value_and_distance(stated, mo, kb):
    await stated("565000000")
    text = shown(await kb(mo, "drift"))
    assert "**Left their tolerance (1):**" in text
    assert "the text says about $1.1 billion (2 Oct 2026); live it is " in text
    assert "50% less, more than the 15% it may differ" in text
    assert "change it in facts/figures.toml" in text


async def test_a_figure_within_its_tolerance_is_no_worry(stated, mo, kb):
    await stated("1130000000")
    text = shown(await kb(mo, "drift"))
    assert "**Within their tolerance (1):**" in text
    assert "Left" not in text


async def test_without_a_market_there_is_nothing_to_compare(mo, kb):
    assert NO_MARKET in shown(await kb(mo, "drift"))


# Links


async def test_links_are_read_and_the_result_takes_the_place_of_the_progress(sources, web, mo, channel, tmp_path):
    web.gone = {1}
    card = (await mo.slash(channel, "kb links")).response
    assert sorted(web.asked) == [f"{HOST}/{number}" for number in range(3)]
    text = shown(card)
    assert "**Gone (1):**" in text
    assert "it is gone (status 404); named in web/page-1.md" in text
    assert "2 read for the first time." in text
    assert set(read_state(tmp_path / "data").pages) == set(web.asked)
    assert web.closed == 1


async def test_how_far_a_check_is_is_shown_until_the_result_takes_its_place(sources, web, mo, em, channel, env):
    web.seconds = 20
    result = await mo.slash(channel, "kb links")
    assert "0 of 3 pages read; begun <t:" in shown(result.response)
    assert CHECKING in shown(result.response)
    again = await em.slash(channel, "kb links")
    assert "A check is under way already" in shown(again.response)
    await env.advance_time(50)
    assert "2 of 3 pages read" in shown(result.response)
    await env.advance_time(20)
    assert "3 read for the first time" in shown(result.response)
    assert len(web.asked) == 3
    assert freshness._UNDER_WAY == []


async def test_only_the_links_of_one_entry_are_read_where_it_is_named(sources, web, mo, channel):
    await mo.slash(channel, "kb links", only="page-2")
    assert web.asked == [f"{HOST}/2"]
    assert NO_LINK in shown((await mo.slash(channel, "kb links", only="nothing")).response)


async def test_the_last_result_is_shown_without_reading_anything(sources, web, mo, channel):
    assert NEVER in shown((await mo.slash(channel, "kb links", last=True)).response)
    await mo.slash(channel, "kb links", only="page-2")
    web.asked.clear()
    text = shown((await mo.slash(channel, "kb links", last=True)).response)
    assert "1 read for the first time" in text
    assert "2 links never read" in text
    assert web.asked == []


async def test_without_a_link_there_is_nothing_to_read(web, mo, channel):
    assert NO_LINKS in shown((await mo.slash(channel, "kb links")).response)


async def test_a_check_goes_on_when_its_card_was_dismissed(sources, web, mo, channel, env, tmp_path):
    env.inject_error("PATCH", "/webhooks/*", status=404, code=10008)
    await mo.slash(channel, "kb links")
    assert env.errors == []
    assert len(read_state(tmp_path / "data").pages) == 3


async def test_what_ends_too_late_for_its_card_is_told_in_the_moderators_channel(
    sources, web, room, mo, channel, monkeypatch
):
    monkeypatch.setattr(freshness, "ANSWERABLE", 0.0)
    web.gone = {1}
    await mo.slash(channel, "kb links")
    assert "**Gone (1):**" in last(room)


async def test_a_result_that_could_not_be_kept_says_so(sources, web, mo, channel, monkeypatch):
    monkeypatch.setattr("bot.curation.linkstate.keep_state", lambda *_: False)
    assert "could not be kept" in shown((await mo.slash(channel, "kb links")).response)


async def test_what_was_read_is_kept_when_a_check_ends_early(sources, web, serving, services, tmp_path):
    named = links_of(serving.desk.library)
    check = freshness.Check(named, named, services.settings.data_dir, services.clock)
    web.never = 2
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(check.run(), 0.2)
    assert set(read_state(tmp_path / "data").pages) == {f"{HOST}/0", f"{HOST}/1"}
    assert web.closed == 1
