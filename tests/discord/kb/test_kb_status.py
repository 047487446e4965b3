"""`/kb status` and `/kb audit`: what is so now, and who did what."""

from dataclasses import replace
from datetime import UTC, datetime

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.frozen import Frozen
from bot.cogs.kb.group import ONE_VERSION
from bot.curation.decisions import Decisions, Pin
from bot.curation.serving import Changes, Outcome, Report
from bot.knowledge import Problem
from bot.storage import Audited
from bot.ui import limits
from bot.ui.kb import report_card, whole_lines
from bot.ui.kb_decisions import audit_card
from bot.ui.kb_status import Status, status_card
from bot.ui.text import units
from tests.curation.small import entry, write
from tests.discord.kb.walk import WHERE
from tests.discord.seen import shown

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def texts(card):
    return "\n".join(one.content for one in card.walk_children() if isinstance(one, discord.ui.TextDisplay))


async def test_the_status_tells_what_is_served_and_what_wants_a_moderator(mo, em, kb, room, serving, folder, press):
    old = entry("Where rewards come from", WHERE, "From fees.").replace("2026-11-01", "2026-05-01")
    write(folder, "yield/rewards.md", old)
    await kb(mo, "reload")
    await kb(mo, "freeze", reason="it is wrong", entry="queue")
    await kb(mo, "incident open", protocols="alpha", title="Bridge", banner="It stopped.")
    await press(em, room.last_message, "Confirm")
    await kb(mo, "incident open", protocols="beta", title="Oracle", banner="It is late.")
    text = shown(await kb(mo, "status"))
    assert f"**Version** `{serving.base.version}`, since <t:" in text
    assert "with 3 published entries." in text
    assert "- `rewards` 1 May 2026, **115 days overdue**" in text
    assert "- `queue` 1 Nov 2026, due 30 Jan 2027" in text
    assert "**Frozen:** `queue` How long an exit takes" in text
    assert "**Open incidents:** `alpha-2026-11-22` Bridge" in text
    assert "**Waiting for a second moderator:** open `beta-2026-11-22`" in text
    assert f"**Moderators' channel:** <#{room.id}>" in text
    assert "has not been measured" in text
    assert "**Records:** within reach." in text


async def test_a_dated_event_is_not_among_the_oldest_reviews(mo, kb, folder):
    once = entry("What happened", "what happened in april", "It did.").replace("90 days", "never")
    write(folder, "risk/event.md", once.replace("2026-11-01", "2026-01-01"))
    await kb(mo, "reload")
    text = shown(await kb(mo, "status"))
    assert "`event`" not in text
    assert "- `rewards` 1 Nov 2026" in text


async def test_files_that_say_something_else_than_what_is_served_are_told(mo, kb, folder, rewards):
    assert "The knowledge files" not in shown(await kb(mo, "status"))
    rewards("From AVS fees.")
    assert "The knowledge files say something else." in shown(await kb(mo, "status"))
    write(folder, "risk/half.md", "---\nstatus: publ")
    assert "say something else and have" in shown(await kb(mo, "status"))


async def test_without_records_the_status_says_what_that_means(mo, kb, unreachable):
    unreachable()
    text = shown(await kb(mo, "status"))
    assert "**Records:** ⚠️ out of reach." in text
    assert "**Moderators' channel:** ⚠️ none" in text


async def test_the_matcher_counts_as_trained_once_it_is(mo, kb, services):
    assert "**Matcher:** not trained" in shown(await kb(mo, "status"))
    library = services.desk.library
    assert "**Matcher:** trained" in texts(status_card(Status(library, library, Decisions(), NOW, trained=True)))


async def test_the_audit_log_shows_old_and_new_newest_first(mo, kb, memory):
    assert "Nothing is written down" in shown(await kb(mo, "audit"))
    await kb(mo, "freeze", reason="it is *wrong*", entry="rewards")
    await kb(mo, "unfreeze")
    text = shown(await kb(mo, "audit"))
    assert text.index("**unfreeze**") < text.index("**freeze**")
    assert f"by `{await memory.member_code(mo.id)}`" in text
    assert str(mo.id) not in text
    assert "nothing → " in text
    assert "**freeze**" not in shown(await kb(mo, "audit", count=1))


@pytest.mark.parametrize("size", [1, 25, 400])
def test_cards_of_any_size_fit_into_a_message(services, size):
    names = tuple(f"entry-{number}" for number in range(size))
    base = services.desk.library
    one = base.published[0]
    many = {name: replace(one, id=name, title="Title *" * 30, review_every=None) for name in names}
    library = replace(base, entries=many)
    frozen = Frozen(True, frozenset(names))
    problems = tuple(Problem(f"risk/{name}.md", 3, "x", "wrong @ * _ " * 40) for name in names)
    audited = [Audited(NOW, "reload", "0123456789", "knowledge", "old " * 900, "new " * 900)] * size
    status = Status(library, library, Decisions(frozen, pin=Pin("a", "b")), NOW, NOW, "f" * 900, "n" * 900, ["m" * 999])
    cards = [
        status_card(status),
        audit_card(audited),
        report_card(Report(Outcome.TAKEN, "v", "S.", (), Changes(names, names, names)), library, ["n" * 80] * 2),
        report_card(Report(Outcome.REFUSED, "v", "S.", problems), library),
    ]
    for card in cards:
        assert units(texts(card)) <= limits.TEXT - limits.NOTICE
        assert len(list(card.walk_children())) <= 40
        card.to_components()
    assert (size > 1) == ("more" in texts(cards[0]))


@given(st.lists(st.text(st.characters(exclude_characters="\n"), min_size=1, max_size=300)), st.integers(100, 3400))
def test_lines_that_do_not_fit_are_counted(lines, room):
    text = whole_lines(lines, room)
    assert units(text) <= room
    kept = text.split("\n") if text else []
    assert kept == lines or kept == [*lines[: len(kept) - 1], f"and {len(lines) - len(kept) + 1} more"]


async def test_where_there_is_one_version_only_that_is_said(env, channel, mo, build):
    await env.restart_bot(build(serving=None))
    for command in ("status", "reload", "history", "unfreeze", "incident list"):
        assert shown((await mo.slash(channel, f"kb {command}")).response) == ONE_VERSION


def test_problems_are_shown_as_they_were_written(services):
    problem = Problem("risk/a_b_c.md", 3, "x", "'@everyone **now**' is not a status")
    card = report_card(Report(Outcome.REFUSED, "v", "S.", (problem,)), services.desk.library)
    text = texts(card)
    assert "risk/a\\_b\\_c.md" in text
    assert "@everyone" not in text
    assert "\\*\\*now" in text


def test_buttons_open_what_came_or_differs_and_not_what_is_gone(services):
    changes = Changes(("queue",), ("rewards",), ("gone",))
    card = report_card(Report(Outcome.TAKEN, "v", "S.", (), changes), services.desk.library)
    found = [one.label for one in card.walk_children() if isinstance(one, discord.ui.Button)]
    assert found == ["How long an exit takes", "Where rewards come from"]
