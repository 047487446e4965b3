import logging
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.market.circuit import LONGEST_PATIENCE, Circuit
from bot.market.errors import ProviderError, RateLimited
from tests.market.room import MovedClock

BROKEN = ProviderError("HTTP status 502")


@pytest.fixture
def circuit(clock):
    return Circuit("A provider", clock)


def rest_of(circuit, clock):
    """How many seconds the circuit stays open, to the second; moves the clock to its end."""
    seconds = 0
    while circuit.is_open:
        clock.forward(seconds=1)
        seconds += 1
    return seconds


def test_a_healthy_provider_is_asked_as_often_as_anybody_wants(circuit):
    assert all(circuit.admits() for _ in range(10))
    circuit.succeeded()
    assert all(circuit.admits() for _ in range(10))


def test_failures_one_after_the_other_are_answered_with_15_30_and_60_seconds(circuit, clock):
    rests = []
    for _ in range(5):
        assert circuit.admits()
        circuit.failed(BROKEN)
        assert not circuit.admits()
        rests.append(rest_of(circuit, clock))
    assert rests == [15, 30, 60, 60, 60]


def test_after_a_success_the_rests_begin_again(circuit, clock):
    circuit.failed(BROKEN)
    circuit.failed(BROKEN)
    circuit.succeeded()
    assert circuit.admits()
    circuit.failed(BROKEN)
    assert rest_of(circuit, clock) == 15


@pytest.mark.parametrize(
    ("asked", "rest"), [(None, 60), (0, 60), (59.4, 60), (119, 119), (600, 600), (601, 600), (10**9, 600)]
)
def test_a_request_for_patience_is_honoured_between_one_and_ten_minutes(circuit, clock, asked, rest):
    circuit.failed(RateLimited(asked))
    assert rest_of(circuit, clock) == rest


def test_after_the_rest_one_request_finds_out_and_the_others_wait_for_it(circuit, clock):
    circuit.failed(BROKEN)
    clock.forward(seconds=15)
    assert [circuit.admits() for _ in range(3)] == [True, False, False]
    circuit.succeeded()
    assert [circuit.admits() for _ in range(3)] == [True, True, True]


def test_a_request_whose_outcome_is_never_told_does_not_keep_the_others_out(circuit, clock):
    circuit.failed(BROKEN)
    clock.forward(seconds=15)
    assert circuit.admits()
    clock.forward(seconds=10)
    assert circuit.admits()


def test_a_clock_that_is_set_back_does_not_prolong_the_rest(circuit, clock):
    circuit.failed(RateLimited(600))
    clock.forward(hours=-5)
    assert circuit.admits()


@given(st.lists(st.tuples(st.none() | st.floats(0, 1e12), st.integers(0, 700)), max_size=20))
def test_no_row_of_failures_keeps_a_provider_out_for_more_than_ten_minutes(failures):
    clock = MovedClock()
    circuit = Circuit("A provider", clock)
    for asked, wait in failures:
        circuit.failed(BROKEN if asked is None else RateLimited(asked))
        clock.forward(seconds=wait)
    clock.forward(LONGEST_PATIENCE)
    assert circuit.admits()


def test_the_log_has_one_line_when_failures_begin_and_one_when_they_end(circuit, clock, caplog):
    caplog.set_level(logging.INFO)
    for _ in range(4):
        circuit.failed(BROKEN)
        clock.forward(timedelta(minutes=1))
    circuit.succeeded()
    circuit.succeeded()
    told = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert told == [
        ("WARNING", "A provider: HTTP status 502; skipped for 15 s."),
        ("INFO", "A provider answers again."),
    ]
