"""Who asks for the same prices at the same time shares one answer."""

import asyncio

import pytest

from bot.answering.prices import PriceView
from bot.answering.quoting import QuoteText
from bot.cogs.looks import HELD, Looks
from bot.knowledge.facts import Token
from bot.market.quotes import Quote
from bot.ui.ids import Screen, Shown
from bot.ui.layout import PRIVATE, PUBLIC, posted

EZETH = Shown(Screen.ONE, ("ezETH",))


class Desk:
    """Answers with a price that counts how often it was asked; waits until it may, and fails when told to."""

    def __init__(self, clock):
        self._clock = clock
        self.times = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.trouble = None

    async def one(self, symbol):
        self.times += 1
        await self.may_answer.wait()
        if self.trouble is not None:
            raise self.trouble
        text = QuoteText(symbol, (f"price {self.times}",))
        return PriceView(symbol, (text,), (Quote(Token(symbol, symbol), self._clock()),))


@pytest.fixture
def desk(clock):
    return Desk(clock)


@pytest.fixture
def looks(clock):
    return Looks(clock)


def said(look, place=PRIVATE):
    return str(look(place).to_components())


async def test_all_who_ask_meanwhile_share_one_answer(looks, desk):
    desk.may_answer.clear()
    asking = [asyncio.create_task(looks.of(desk, EZETH)) for _ in range(20)]
    await asyncio.sleep(0)
    desk.may_answer.set()
    assert all("price 1" in said(look) for look in await asyncio.gather(*asking))
    assert desk.times == 1


async def test_an_answer_is_given_again_within_a_second_and_not_after_it(looks, desk, clock):
    await looks.of(desk, EZETH)
    clock.advance(0.5)
    assert "price 1" in said(await looks.of(desk, EZETH))
    clock.advance(0.5)
    assert "price 2" in said(await looks.of(desk, EZETH))


async def test_other_tokens_and_other_desks_have_answers_of_their_own(looks, desk, clock):
    await looks.of(desk, EZETH)
    await looks.of(desk, Shown(Screen.ONE, ("weETH",)))
    assert desk.times == 2
    other = Desk(clock)
    await looks.of(other, EZETH)
    assert other.times == 1


async def test_a_failure_is_told_to_all_who_wait_and_not_given_again(looks, desk):
    desk.trouble = ValueError()
    for found in await asyncio.gather(*(looks.of(desk, EZETH) for _ in range(3)), return_exceptions=True):
        assert found is desk.trouble
    assert desk.times == 1
    desk.trouble = None
    assert "price 2" in said(await looks.of(desk, EZETH))


async def test_one_who_goes_away_does_not_end_the_work_for_the_others(looks, desk):
    desk.may_answer.clear()
    first, second = (asyncio.create_task(looks.of(desk, EZETH)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    desk.may_answer.set()
    assert "price 1" in said(await second)
    assert desk.times == 1


async def test_a_card_is_made_once_for_each_place_but_never_kept_with_a_name(looks, desk):
    look = await looks.of(desk, EZETH)
    assert look(PRIVATE) is look(PRIVATE)
    assert look(PRIVATE) is not look(PUBLIC)
    assert look(posted("alice")) is not look(posted("alice"))
    assert "alice" not in said(look, PUBLIC)


async def test_only_so_many_answers_are_held(looks, desk):
    for number in range(3 * HELD):
        await looks.of(desk, Shown(Screen.ONE, (f"T{number}",)))
    assert len(looks._asked) == HELD
