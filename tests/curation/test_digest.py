from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.curation.digest import APART, CALM, MOST, SENT_AT, WEEK, digest, next_digest
from bot.curation.drift import Drift, State
from bot.curation.freshness import Kind, Stale
from bot.curation.gaps import GapGroup, Inbox, Near
from bot.curation.linkcheck import Finding, Link, Place
from bot.curation.linkstate import Verdict
from bot.knowledge.facts import Figure
from bot.storage import EntryCount, EntryVotes
from tests.folders import TODAY, entry_text, library_of

FIGURE = Figure(
    "kelp-tvl", "about $1.1 billion", "1130", "million USD", TODAY, "A report", live="tvl:kelp", tolerance=15.0
)


def group(wording="how do i leave", *more, askers=3, kinds=("gap",), near=(), entry=None):
    found = tuple(Near(name, f"about {name}", 0.5) for name in near)
    return GapGroup("an-id", (wording, *more), askers, kinds, TODAY, TODAY, found, entry)


def inbox(*groups, hidden=0):
    return Inbox(groups, hidden, 0, TODAY)


@pytest.fixture
def library(tmp_path):
    files = {
        f"basics/{name}.md": entry_text(f"About {name}", [f"what is {name}"]) for name in ("kelp", "renzo", "swell")
    }
    return library_of(tmp_path, files)


@pytest.fixture
def of(library):
    return lambda **parts: digest(library, TODAY, **parts)


def titles(made):
    return [section.title for section in made.sections]


def lines(made, title):
    return next(section.lines for section in made.sections if section.title.startswith(title))


def stale(days, name="kelp"):
    return Stale(Kind.ENTRY, name, "About it", f"basics/{name}.md", None, TODAY - timedelta(days=days), days)


def finding(verdict, day=date(2026, 11, 20)):
    return Finding(Link("https://docs.example/a", (Place("basics/kelp.md", "kelp"),)), verdict, day, "it is gone")


def test_a_quiet_week_is_one_calm_sentence(of):
    made = of()
    assert (made.sections, made.calm) == ((), CALM)
    assert made.lines() == ["Weekly digest, 22 Nov 2026", "", CALM]


def test_what_is_in_order_is_not_spoken_of(of):
    within = Drift(FIGURE, State.WITHIN)
    made = of(
        stale=[stale(-8)],
        drifts=[within, Drift(FIGURE, State.MISSING), Drift(FIGURE, State.HELD)],
        links=[finding(verdict) for verdict in (Verdict.FINE, Verdict.NEW, Verdict.REFUSED, Verdict.UNREACHABLE)],
        asked=[EntryCount("kelp", 9)],
        votes=[EntryVotes("kelp", 20, 2)],
        inbox=inbox(hidden=7),
    )
    assert made.calm == CALM


def test_each_thing_to_look_at_has_its_section(of):
    made = of(
        stale=[stale(3), stale(-6, "renzo")],
        drifts=[Drift(FIGURE, State.DRIFTED, why="live value")],
        links=[finding(Verdict.DEAD), finding(Verdict.FINE, date(2026, 11, 21))],
        asked=[EntryCount("renzo", 2), EntryCount("kelp", 9)],
        votes=[EntryVotes("swell", 1, 3)],
        inbox=inbox(group(near=("kelp", "swell"))),
    )
    assert titles(made) == [
        "Past review",
        "Figures that have left their tolerance",
        "Sources that are gone, moved or changed, as of the check of 21 Nov 2026",
        "Answers that did not help",
        "Questions without an answer",
        "To be reviewed before the next digest",
        "Asked most in the last week",
    ]
    assert lines(made, "Questions") == ('"how do i leave", put by 3 members; nearest kelp, swell',)
    assert lines(made, "Answers") == ("About swell (swell): 3 of 4 who voted say that it did not help",)
    assert lines(made, "Asked") == ("About kelp (kelp): 9 times", "About renzo (renzo): 2 times")
    assert made.calm == ""


@pytest.mark.parametrize("askers", [0, 1, 2])
def test_what_fewer_than_three_members_did_is_never_told(of, askers):
    groups = group(askers=askers), group(askers=askers, kinds=("unhelpful",), entry="kelp")
    assert of(votes=[EntryVotes("kelp", 50, askers)], inbox=inbox(*groups)).calm == CALM


def test_a_wording_that_did_not_help_stands_with_the_votes_on_its_entry_and_once(of):
    unhelped = group("when can i get my eth", askers=4, kinds=("unhelpful",), entry="kelp")
    together = of(votes=[EntryVotes("kelp", 0, 5)], inbox=inbox(unhelped))
    assert titles(together) == ["Answers that did not help"]
    [line] = lines(together, "Answers")
    assert line.endswith('5 of 5 who voted say that it did not help, put as "when can i get my eth"')
    assert lines(of(inbox=inbox(unhelped)), "Answers") == (
        'About kelp (kelp): did not help 4 members who put "when can i get my eth"',
    )


def test_questions_that_found_their_entry_at_a_second_try_name_it(of):
    found = group(kinds=("gap", "retry"), near=("swell",), entry="kelp")
    assert lines(of(inbox=inbox(found)), "Questions") == (
        '"how do i leave", put by 3 members; who asked again found kelp',
    )


def test_votes_and_counts_of_entries_that_are_no_more_are_left_out(of):
    made = of(stale=[stale(1)], votes=[EntryVotes("gone", 0, 9)], asked=[EntryCount("gone", 40), EntryCount("kelp", 1)])
    assert titles(made) == ["Past review", "Asked most in the last week"]
    assert lines(made, "Asked") == ("About kelp (kelp): once",)


def test_a_long_section_is_cut_and_the_rest_counted(of):
    made = of(stale=[stale(number) for number in range(1, 14)])
    assert len(lines(made, "Past")) == MOST + 1
    assert lines(made, "Past")[-1] == f"and {13 - MOST} more"


def test_a_long_wording_is_cut(of):
    [line] = lines(of(inbox=inbox(group("why " * 100))), "Questions")
    assert len(line) < 160
    assert "…" in line


def test_programs_get_the_same_words(of):
    made = of(stale=[stale(3)])
    [section] = made.as_json()["sections"]
    assert section == {"title": "Past review", "lines": list(lines(made, "Past"))}


# When it is sent

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
TIMES = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_digests_are_sent_on_mondays_at_nine():
    assert MONDAY.weekday() == 0
    assert next_digest(None, MONDAY - timedelta(days=3)) == MONDAY
    assert next_digest(None, MONDAY) == MONDAY
    assert next_digest(MONDAY + timedelta(seconds=5), MONDAY + timedelta(days=1)) == MONDAY + WEEK


def test_a_bot_that_was_off_for_weeks_sends_one_at_once_and_then_as_ever():
    back = MONDAY + timedelta(days=22)  # a Tuesday
    assert next_digest(MONDAY, back) <= back
    assert next_digest(back, back) == MONDAY + timedelta(days=28)


def test_a_late_one_at_the_end_of_a_week_stands_for_the_next_monday_too():
    saturday = MONDAY + timedelta(days=5)
    assert next_digest(saturday, saturday) == MONDAY + 2 * WEEK


def test_a_time_of_another_zone_is_understood():
    east = MONDAY.astimezone(datetime.fromisoformat("2026-01-01T00:00+13:00").tzinfo)
    assert next_digest(None, east) == MONDAY


def test_a_moment_in_the_future_that_a_wrong_clock_wrote_silences_nobody():
    assert next_digest(MONDAY + timedelta(days=4000), MONDAY) <= MONDAY + WEEK


@given(TIMES)
def test_every_digest_is_due_on_a_monday_at_the_hour_and_within_ten_days(sent):
    due = next_digest(sent, sent)
    assert (due.weekday(), due.timetz()) == (0, SENT_AT)
    assert APART <= due - sent < APART + WEEK


@given(TIMES, st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=20)), max_size=40))
def test_however_often_a_bot_looks_it_sends_none_twice_and_misses_none_it_was_there_for(start, steps):
    now, last, sent = start, start, []
    for step in steps:
        now += step
        if next_digest(last, now) <= now:
            sent.append(now)
            last = now
        assert now - last < APART + WEEK
        assert next_digest(last, now) > now
    assert all(later - earlier >= APART for earlier, later in pairwise(sent))
