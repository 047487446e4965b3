import threading
from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("pyrevm")

from tests.doubles.calldata import (
    BLOCK_NUMBER,
    BLOCK_TIMESTAMP,
    EZETH_RATE,
    GET_RATE,
    LRT_ORACLE,
    ONE,
    PAUSED,
    RSETH_PRICE,
    WEETH,
    batch,
    data_of,
    number,
    results,
)
from tests.doubles.evm import MULTICALL3, Chain, Halted, Reverted


@pytest.fixture
def chain():
    chain = Chain()
    chain.set_rate(WEETH, 11 * ONE // 10)
    return chain


def test_a_rate_is_returned_to_any_call_until_it_changes(chain):
    assert number(chain.call(WEETH, data_of(GET_RATE))) == 11 * ONE // 10
    chain.set_rate(WEETH, 12 * ONE // 10)
    assert number(chain.call(WEETH.lower(), data_of("0x07a2d13a") + bytes(32))) == 12 * ONE // 10


@pytest.mark.parametrize("rate", [0, 1, 2**255, 2**256 - 1])
def test_a_rate_may_be_any_uint256(chain, rate):
    chain.set_rate(WEETH, rate)
    assert number(chain.call(WEETH, data_of(GET_RATE))) == rate


def test_one_contract_holds_a_rate_and_a_pause_flag(chain):
    chain.set_rate(LRT_ORACLE, 107 * ONE // 100)
    for paused in (False, True, False):
        chain.set_paused(LRT_ORACLE, paused)
        assert number(chain.call(LRT_ORACLE, data_of(PAUSED))) == paused
        assert number(chain.call(LRT_ORACLE, data_of(RSETH_PRICE))) == 107 * ONE // 100


def test_a_rate_for_one_selector_leaves_other_calls_to_revert_without_data(chain):
    chain.set_rate(LRT_ORACLE, ONE, RSETH_PRICE)
    assert number(chain.call(LRT_ORACLE, data_of(RSETH_PRICE))) == ONE
    with pytest.raises(Reverted) as failure:
        chain.call(LRT_ORACLE, data_of(GET_RATE))
    assert failure.value.data == b""


def test_a_reverting_contract_gives_its_reason_and_still_answers_for_its_pause_flag(chain):
    chain.set_paused(EZETH_RATE, True)
    chain.set_reverting(EZETH_RATE)
    with pytest.raises(Reverted) as failure:
        chain.call(EZETH_RATE, data_of(GET_RATE))
    assert failure.value.data == data_of("0xeafdc186")
    assert number(chain.call(EZETH_RATE, data_of(PAUSED))) == 1
    chain.set_rate(EZETH_RATE, ONE)
    assert number(chain.call(EZETH_RATE, data_of(GET_RATE))) == ONE


@pytest.mark.parametrize("length", [0, 31, 32, 33, 64, 160])
def test_a_contract_returns_as_many_bytes_as_told(chain, length):
    chain.set_returning(WEETH, length)
    assert len(chain.call(WEETH, data_of(GET_RATE))) == length


def test_an_address_without_code_succeeds_and_returns_nothing(chain):
    chain.remove_code(WEETH)
    assert chain.call(WEETH, data_of(GET_RATE)) == b""
    assert chain.call("0x" + "11" * 20, data_of(GET_RATE)) == b""


def test_the_shortest_rate_contract_and_an_invalid_opcode_run_as_on_mainnet(chain):
    chain.set_code(WEETH, bytes.fromhex("60005460005260206000f3"))
    assert len(chain.call(WEETH, data_of(GET_RATE))) == 32
    chain.set_code(WEETH, b"\xfe")
    with pytest.raises(Halted):
        chain.call(WEETH, data_of(GET_RATE))


def test_multicall3_reads_one_block_and_survives_calls_that_fail_in_every_way(chain):
    chain.set_block(25_600_000, 1_796_000_000)
    chain.set_reverting(EZETH_RATE)
    chain.set_code(LRT_ORACLE, b"\xfe")
    nobody = "0x" + "11" * 20
    calls = [(MULTICALL3, BLOCK_NUMBER), (MULTICALL3, BLOCK_TIMESTAMP), (WEETH, GET_RATE)]
    calls += [(EZETH_RATE, GET_RATE), (LRT_ORACLE, GET_RATE), (nobody, GET_RATE)]
    block, timestamp, *rest = results(chain.call(MULTICALL3, batch(*calls)))
    assert (number(block[1]), number(timestamp[1])) == (25_600_000, 1_796_000_000)
    assert rest == [
        (True, (11 * ONE // 10).to_bytes(32, "big")),
        (False, data_of("0xeafdc186")),
        (False, b""),
        (True, b""),
    ]


def test_a_block_comes_every_twelve_seconds_of_the_clock():
    now = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
    chain = Chain(clock=lambda: now)
    number_before, timestamp_before = chain.block
    assert timestamp_before == now.timestamp()
    now += timedelta(seconds=35)
    assert chain.block == (number_before + 2, timestamp_before + 24)
    chain.set_block(1, 2)
    now += timedelta(days=1)
    assert chain.block == (1, 2)
    chain.follow(lambda: now)
    assert chain.block == (1, now.timestamp())


def test_threads_may_share_a_chain(chain):
    seen = []

    def read():
        seen.extend(number(chain.call(WEETH, data_of(GET_RATE))) for _ in range(50))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [11 * ONE // 10] * 400
