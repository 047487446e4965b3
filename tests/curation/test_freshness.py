from datetime import date, timedelta

import pytest

from bot.curation.freshness import QUIET, SOON, Kind, stale_entries, stale_lines
from tests.folders import TODAY, entry_text, library_of

FIGURE = """[{id}]
say = "about 5%"
value = "5"
unit = "percent"
as_of = 2026-08-01
source = "A report"
review_by = {due}
"""
INCIDENT = """[{id}]
title = "Loss at the bridge"
protocols = ["kelp"]
state = "{state}"
opened = 2026-10-01
updated = {updated}
banner = "The bridge has lost funds."
"""


def entry(reviewed, every="30 days", status="published"):
    return entry_text("What is it?", ["what is it"], reviewed=reviewed.isoformat(), review_every=every, status=status)


def reviewed_so_that_due(days):
    """The review day of an entry that is due so many days from today."""
    return TODAY + timedelta(days=days) - timedelta(days=30)


def entries_due(tmp_path, *days):
    files = {f"basics/due-{number}.md": entry(reviewed_so_that_due(day)) for number, day in enumerate(days)}
    return stale_entries(library_of(tmp_path, files), TODAY)


@pytest.mark.parametrize(
    ("days", "listed", "past"),
    [(-1, True, True), (0, True, False), (SOON.days, True, False), (SOON.days + 1, False, False)],
)
def test_an_entry_is_past_review_the_day_after_and_announced_two_weeks_before(tmp_path, days, listed, past):
    found = entries_due(tmp_path, days)
    assert bool(found) is listed
    assert any(one.is_past for one in found) is past


def test_what_is_longest_overdue_comes_first_whatever_it_is(tmp_path):
    found = stale_entries(
        library_of(
            tmp_path,
            {
                "basics/b.md": entry(reviewed_so_that_due(-20)),
                "basics/a.md": entry(reviewed_so_that_due(3)),
                "facts/figures.toml": FIGURE.format(id="fee", due=TODAY - timedelta(days=40)),
                "facts/incidents.toml": INCIDENT.format(id="bridge", state="open", updated=TODAY - timedelta(days=30)),
            },
        ),
        TODAY,
    )
    assert [one.id for one in found] == ["fee", "bridge", "b", "a"]
    assert [one.days for one in found] == [40, 23, 20, -3]


@pytest.mark.parametrize(("status", "every"), [("draft", "30 days"), ("retired", "30 days"), ("published", "never")])
def test_drafts_retired_entries_and_dated_events_never_grow_old(tmp_path, status, every):
    text = entry(TODAY - timedelta(days=900), every, status)
    assert not stale_entries(library_of(tmp_path, {"basics/a.md": text}), TODAY)


@pytest.mark.parametrize(
    ("state", "days", "asked_about"),
    [("open", QUIET.days - 1, False), ("open", QUIET.days, True), ("closed", 400, False), ("unconfirmed", 400, False)],
)
def test_an_open_incident_is_asked_about_after_a_week_without_an_update(tmp_path, state, days, asked_about):
    text = INCIDENT.format(id="bridge", state=state, updated=TODAY - timedelta(days=days))
    found = stale_entries(library_of(tmp_path, {"facts/incidents.toml": text}), TODAY)
    assert [one.is_past for one in found] == ([True] if asked_about else [])


def test_a_figure_without_a_day_of_review_is_left_alone(tmp_path):
    text = FIGURE.format(id="fee", due=TODAY).replace(f"review_by = {TODAY}\n", "")
    assert not stale_entries(library_of(tmp_path, {"facts/figures.toml": text}), TODAY)


def test_lines_say_where_it_stands_when_it_was_due_and_when_somebody_looked(tmp_path):
    [entry_found] = entries_due(tmp_path, -2)
    assert entry_found.line() == "basics/due-0.md: due 20 Nov 2026, 2 days ago, reviewed 21 Oct 2026"
    files = {
        "facts/figures.toml": FIGURE.format(id="fee", due="2026-11-23"),
        "facts/incidents.toml": INCIDENT.format(id="bridge", state="open", updated="2026-11-01"),
    }
    case, figure = stale_entries(library_of(tmp_path / "facts-only", files), TODAY)
    assert figure.line() == "facts/figures.toml [fee]: due 23 Nov 2026, in 1 day, true on 1 Aug 2026"
    assert case.line() == "facts/incidents.toml [bridge]: open, and without an update since 1 Nov 2026"


def test_the_report_has_what_is_past_before_what_is_due_soon(tmp_path):
    lines = stale_lines(entries_due(tmp_path, 5, -1, 0))
    assert lines[0] == "Past review (1), oldest first:"
    assert lines[2] == "Due within 14 days (2):"
    assert "due 22 Nov 2026, today" in lines[3]


def test_a_report_of_nothing_says_so():
    assert stale_lines([]) == ["Nothing is past its review, and nothing is due within 14 days."]


def test_programs_get_dates_and_days_as_numbers(tmp_path):
    [found] = entries_due(tmp_path, -2)
    assert found.as_json() == {
        "kind": "entry",
        "id": "due-0",
        "title": "What is it?",
        "file": "basics/due-0.md",
        "last": "2026-10-21",
        "due": "2026-11-20",
        "days": 2,
        "past": True,
    }
    assert found.kind is Kind.ENTRY
    assert found.due == date(2026, 11, 20)
