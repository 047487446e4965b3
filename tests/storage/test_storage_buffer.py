import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.events import Asked, EventBuffer

steps = st.lists(st.sampled_from(["add", "take", "fail"]), max_size=80)


def event(at: int) -> Asked:
    return Asked("q", "answer", None, "dm", at)


@given(st.integers(1, 6), steps)
def test_every_event_is_written_waiting_or_counted_as_dropped_and_the_order_stays(capacity: int, steps: list[str]):
    buffer = EventBuffer(capacity)
    added = 0
    written: list[int] = []
    for step in steps:
        if step == "add":
            buffer.add(event(added))
            added += 1
        else:
            batch = buffer.take()
            assert len(buffer) == 0
            if step == "take":
                written += [event.at for event in batch]
            else:
                buffer.put_back(batch)
        assert len(buffer) <= capacity
    waiting = [event.at for event in buffer.take()]
    assert len(written) + len(waiting) + buffer.dropped == added
    assert written + waiting == sorted(set(written + waiting))
    assert waiting == list(range(added - len(waiting), added)), "the newest are those that stay"


@given(st.integers(1, 5), st.integers(0, 5), st.integers(0, 8))
def test_events_that_return_make_room_for_those_that_came_meanwhile(capacity: int, failed: int, newer: int):
    buffer = EventBuffer(capacity)
    for number in range(failed):
        buffer.add(event(number))
    batch = buffer.take()
    for number in range(newer):
        buffer.add(event(failed + number))
    buffer.put_back(batch)
    everything = list(range(failed + newer))
    kept = [event.at for event in buffer.take()]
    assert kept == [number for number in everything if number in kept]
    assert kept == everything[len(everything) - len(kept) :]
    assert len(kept) + buffer.dropped == len(everything)


def test_discarding_forgets_only_what_is_unwanted():
    buffer = EventBuffer(5)
    for number in range(5):
        buffer.add(event(number))
    assert buffer.discard(lambda event: event.at % 2 == 0) == 3
    assert [event.at for event in buffer.take()] == [1, 3]
    assert buffer.dropped == 0


def test_a_buffer_without_room_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        EventBuffer(0)
