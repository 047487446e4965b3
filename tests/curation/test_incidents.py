"""Incidents that two moderators declare, on top of the files."""

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.curation.incidents import (
    Act,
    Declared,
    IncidentError,
    Proposal,
    as_state,
    as_toml,
    closing,
    from_state,
    opening,
)
from bot.knowledge import Facts, Incident, Protocol
from bot.knowledge.facts_files import read_facts
from bot.knowledge.problems import Problems

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROTOCOLS = {
    "alpha": Protocol("alpha", "Alpha", aliases=("alfa",)),
    "beta": Protocol("beta", "Beta"),
}
OLD = Incident("old", "Old", ("beta",), "open", date(2026, 11, 1), date(2026, 11, 1), "Beta is shut.")
FACTS = Facts(protocols=PROTOCOLS, incidents={"old": OLD})


def proposal(case: Incident, by: str = "first", act: Act = Act.OPEN, at: datetime = NOW) -> Proposal:
    return Proposal("p1", act, case, by, at)


def test_an_incident_is_open_from_the_second_moderator_on():
    case = opening(FACTS, ["Alfa"], "Bridge stopped", "Alpha's bridge has stopped.", TODAY)
    waiting = Declared().proposed(proposal(case))
    assert waiting.over(FACTS).open_incidents(("alpha",)) == ()
    declared, carried_out = waiting.confirmed("p1", "second", NOW)
    (shown,) = declared.over(FACTS).open_incidents(("alpha",))
    assert shown == carried_out == case
    assert shown.banner == "Alpha's bridge has stopped."
    assert not declared.waiting


def test_nobody_confirms_what_they_proposed():
    waiting = Declared().proposed(proposal(opening(FACTS, ["alpha"], "T", "B.", TODAY)))
    with pytest.raises(IncidentError, match="Another moderator"):
        waiting.confirmed("p1", "first", NOW)


@pytest.mark.parametrize("late", [timedelta(hours=1), timedelta(days=3), timedelta(hours=-1)])
def test_a_proposal_waits_for_an_hour(late):
    waiting = Declared().proposed(proposal(opening(FACTS, ["alpha"], "T", "B.", TODAY)))
    with pytest.raises(IncidentError, match="is over"):
        waiting.confirmed("p1", "second", NOW + late)


def test_a_proposal_is_carried_out_once_and_can_be_taken_back():
    case = opening(FACTS, ["alpha"], "T", "B.", TODAY)
    declared, _ = Declared().proposed(proposal(case)).confirmed("p1", "second", NOW)
    with pytest.raises(IncidentError, match="is over"):
        declared.confirmed("p1", "third", NOW)
    with pytest.raises(IncidentError, match="is over"):
        Declared().proposed(proposal(case)).dropped("p1").confirmed("p1", "second", NOW)


def test_an_incident_of_the_files_is_closed_even_on_the_day_they_opened_it():
    facts = replace(FACTS, incidents={"old": replace(OLD, opened=TODAY, updated=TODAY)})
    declared, _ = Declared().proposed(proposal(closing(facts, "old", TODAY), act=Act.CLOSE)).confirmed("p1", "2", NOW)
    assert declared.over(facts).open_incidents(("beta",)) == ()
    assert declared.over(facts).incidents["old"].closed == TODAY


def test_files_that_are_newer_count():
    declared, _ = Declared().proposed(proposal(closing(FACTS, "old", TODAY), act=Act.CLOSE)).confirmed("p1", "2", NOW)
    newer = replace(FACTS, incidents={"old": replace(OLD, updated=TODAY + timedelta(days=1))})
    assert declared.over(newer).open_incidents(("beta",))
    assert not declared.settled(newer).incidents


def test_what_the_files_say_as_well_is_declared_no_more():
    case = opening(FACTS, ["alpha"], "T", "B.", TODAY)
    declared, _ = Declared().proposed(proposal(case)).confirmed("p1", "2", NOW)
    merged = replace(FACTS, incidents={case.id: case})
    assert not declared.settled(merged).incidents
    assert declared.settled(FACTS).incidents


def test_a_second_incident_of_a_day_has_a_name_of_its_own():
    first = opening(FACTS, ["alpha"], "T", "B.", TODAY)
    facts = replace(FACTS, incidents={first.id: first})
    assert opening(facts, ["alpha"], "T", "B.", TODAY).id != first.id


@pytest.mark.parametrize(
    ("protocols", "title", "banner", "says"),
    [
        (["gamma"], "T", "B.", "'gamma' is no protocol that I know. Known are: alpha, beta."),
        ([], "T", "B.", "Name at least one protocol."),
        (["alpha"], " ", "B.", "has a title"),
        (["alpha"], "T", "\n", "has a title"),
        (["alpha"], "T", "x" * 601, "has 601 characters"),
    ],
)
def test_what_cannot_be_opened_is_told(protocols, title, banner, says):
    with pytest.raises(IncidentError, match=says):
        opening(FACTS, protocols, title, banner, TODAY)


def test_only_what_is_open_can_be_closed_and_what_is_open_is_named():
    with pytest.raises(IncidentError, match="Open now: old"):
        closing(FACTS, "older", TODAY)


LETTERS = st.text(st.characters(categories=["L"]), min_size=1)
TEXTS = st.builds("{}{}{}".format, st.text(max_size=40), LETTERS, st.text(max_size=40))


@given(title=TEXTS, banner=TEXTS)
def test_the_lines_for_the_file_say_what_was_declared(title, banner):
    case = opening(FACTS, ["alpha", "beta"], title, banner, TODAY)
    problems = Problems()
    found = read_facts({"incidents.toml": as_toml(case)}, problems).incidents[case.id]
    assert found == case


@given(title=TEXTS, banner=TEXTS)
def test_what_is_kept_comes_back_as_it_was(title, banner):
    case = opening(FACTS, ["alpha"], title, banner, TODAY)
    declared, _ = Declared().proposed(proposal(case)).confirmed("p1", "2", NOW)
    declared = declared.proposed(Proposal("p2", Act.CLOSE, closing(declared.over(FACTS), case.id, TODAY), "x", NOW))
    assert from_state(as_state(declared)) == declared


def test_closed_lines_hold_the_day_and_the_links():
    case = replace(closing(FACTS, "old", TODAY), links=("https://example.org/a",))
    assert tomllib.loads(as_toml(case))["old"]["closed"] == TODAY
    assert tomllib.loads(as_toml(case))["old"]["links"] == ["https://example.org/a"]


@pytest.mark.parametrize("state", [{}, {"incidents": [{}], "waiting": []}, {"incidents": 3, "waiting": []}, None])
def test_what_is_damaged_is_refused(state):
    with pytest.raises(ValueError, match=r"declared|isoformat"):
        from_state(state)
