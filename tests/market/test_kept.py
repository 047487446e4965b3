import asyncio
from datetime import timedelta

import pytest

from bot.market.circuit import Circuit
from bot.market.errors import Malformed, ProviderError
from bot.market.kept import Kept

SOON = 0.01
LONG = 5.0


class Source:
    """Gives the numbers 1, 2, 3 …, when its gate is open, or fails as told."""

    def __init__(self):
        self.asked = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.failure = None

    async def __call__(self):
        self.asked += 1
        number = self.asked
        await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return number


@pytest.fixture
async def source():
    return Source()


@pytest.fixture
def circuit(clock):
    return Circuit("A provider", clock)


@pytest.fixture
async def kept(source, circuit, clock):
    kept = Kept(source, clock=clock, circuit=circuit, fresh_for=timedelta(seconds=60))
    yield kept
    await kept.close()


async def test_a_value_is_fetched_when_it_is_first_asked_for(kept, source):
    assert source.asked == 0
    assert await kept.get(LONG) == 1


async def test_a_thousand_who_ask_at_once_share_one_request(kept, source):
    source.gate.clear()
    waiting = [asyncio.create_task(kept.get(LONG)) for _ in range(1000)]
    await asyncio.sleep(0)
    source.gate.set()
    assert set(await asyncio.gather(*waiting)) == {1}
    assert source.asked == 1


async def test_a_value_is_not_fetched_again_while_it_is_fresh(kept, source, clock):
    await kept.get(LONG)
    clock.forward(seconds=59)
    assert await kept.get(LONG) == 1
    clock.forward(seconds=1)
    assert await kept.get(LONG) == 2
    assert source.asked == 2


async def test_a_waiter_who_leaves_does_not_take_the_request_with_him(kept, source):
    source.gate.clear()
    leaving, staying = (asyncio.create_task(kept.get(LONG)) for _ in range(2))
    await asyncio.sleep(SOON)
    leaving.cancel()
    await asyncio.wait([leaving])
    source.gate.set()
    assert await staying == 1
    assert leaving.cancelled()
    assert source.asked == 1


async def test_a_request_that_nobody_waits_for_any_more_is_there_for_the_next(kept, source):
    source.gate.clear()
    only = asyncio.create_task(kept.get(LONG))
    await asyncio.sleep(SOON)
    only.cancel()
    await asyncio.wait([only])
    source.gate.set()
    await asyncio.sleep(SOON)
    assert await kept.get(LONG) == 1
    assert source.asked == 1


async def test_a_slow_request_gives_nothing_in_time_and_its_result_to_the_next(kept, source):
    source.gate.clear()
    assert await kept.get(SOON) is None
    assert await kept.get(SOON) is None
    source.gate.set()
    assert await kept.get(LONG) == 1
    assert source.asked == 1


async def test_while_a_new_value_is_slow_the_last_one_is_given(kept, source, clock):
    await kept.get(LONG)
    clock.forward(minutes=5)
    source.gate.clear()
    assert await kept.get(SOON) == 1


async def test_a_failure_leaves_the_last_value_and_the_provider_is_left_alone(kept, source, clock):
    await kept.get(LONG)
    source.failure = ProviderError("HTTP status 502")
    clock.forward(minutes=5)
    assert [await kept.get(LONG) for _ in range(5)] == [1] * 5
    assert source.asked == 2


async def test_a_failure_at_the_beginning_gives_nothing_and_recovers_within_a_minute(kept, source, clock):
    source.failure = ProviderError("HTTP status 502")
    for _ in range(4):
        assert await kept.get(LONG) is None
        clock.forward(minutes=1)
    source.failure = None
    assert await kept.get(LONG) == 5


async def test_an_answer_that_lacks_one_figure_rests_that_figure_and_no_other(kept, source, circuit, clock):
    other_source = Source()
    other = Kept(other_source, clock=clock, circuit=circuit, fresh_for=timedelta(seconds=60))
    source.failure = Malformed("HTTP status 404")
    assert await kept.get(LONG) is None
    assert await kept.get(LONG) is None
    assert source.asked == 1
    assert await other.get(LONG) == 1
    clock.forward(seconds=14)
    assert await kept.get(LONG) is None
    assert source.asked == 1
    clock.forward(seconds=1)
    source.failure = None
    assert await kept.get(LONG) == 2


async def test_a_figure_that_stays_missing_is_asked_for_ever_more_rarely_up_to_once_a_minute(kept, source, clock):
    source.failure = Malformed("HTTP status 404")
    for _ in range(300):
        await kept.get(LONG)
        clock.forward(seconds=1)
    assert source.asked == 7  # at 0, 15, 45, 105, 165, 225 and 285 seconds


async def test_after_a_figure_came_back_its_rests_begin_again(kept, source, clock):
    for failure in (Malformed("HTTP status 404"), None, Malformed("HTTP status 404"), None):
        source.failure = failure
        await kept.get(LONG)
        clock.forward(seconds=15 if failure else 60)
    assert source.asked == 4


async def test_figures_of_a_failing_provider_are_all_left_alone_and_one_finds_out(kept, source, circuit, clock):
    other_source = Source()
    other = Kept(other_source, clock=clock, circuit=circuit, fresh_for=timedelta(seconds=60))
    source.failure = ProviderError("HTTP status 502")
    await kept.get(LONG)
    assert await other.get(LONG) is None
    assert other_source.asked == 0
    clock.forward(seconds=15)
    source.failure = None
    assert await asyncio.gather(kept.get(LONG), other.get(LONG)) == [2, None]
    assert await other.get(LONG) == 1


async def test_a_fault_of_our_own_reaches_the_log_but_nobody_who_asks_and_is_not_repeated_at_once(kept, source, clock):
    seen = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: seen.append(context["exception"]))
    source.failure = ZeroDivisionError()
    assert [await kept.get(LONG) for _ in range(10)] == [None] * 10
    assert seen == [source.failure]
    assert source.asked == 1
    clock.forward(seconds=15)
    source.failure = None
    assert await kept.get(LONG) == 2


@pytest.mark.parametrize("hours", [-5, 5])
async def test_a_clock_that_jumps_makes_a_value_old_and_keeps_nothing_back(kept, source, clock, hours):
    await kept.get(LONG)
    clock.forward(hours=hours)
    assert await kept.get(LONG) == 2
    source.failure = Malformed("HTTP status 404")
    clock.forward(minutes=2)
    await kept.get(LONG)
    clock.forward(hours=hours)
    source.failure = None
    assert await kept.get(LONG) == 4


async def test_closing_gives_up_what_is_on_its_way(kept, source):
    source.gate.clear()
    waiting = asyncio.create_task(kept.get(LONG))
    await asyncio.sleep(SOON)
    await kept.close()
    assert await asyncio.wait_for(waiting, 1) is None
    await kept.close()
