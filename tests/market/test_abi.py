import tracemalloc

import eth_abi
import pytest
from Crypto.Hash import keccak
from hypothesis import given
from hypothesis import strategies as st

from bot.market.abi import (
    AGGREGATE3,
    BLOCK_NUMBER,
    BLOCK_TIMESTAMP,
    MULTICALL3,
    PAUSED,
    Call,
    MalformedData,
    Result,
    boolean,
    call_data,
    decode_aggregate3,
    encode_aggregate3,
    uint,
)

WEETH = "0xCd5fE23C85820F7B72D0926FC9b05b43E359b7ee"
LRT_ORACLE = "0x349A73444b1a310BAe67ef67973022020d70020d"
LARGEST = 2**256 - 1

addresses = st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())
calls = st.lists(st.builds(Call, addresses, st.binary(max_size=100)), max_size=8)
results = st.lists(st.builds(Result, st.booleans(), st.binary(max_size=100)), max_size=8)
words = st.integers(0, LARGEST)


def keccak_256(data):
    return keccak.new(digest_bits=256, data=data).digest()


def returned(some_results):
    """Return data as eth-abi encodes it."""
    return eth_abi.encode(["(bool,bytes)[]"], [[(result.success, result.data) for result in some_results]])


def with_word(data, index, value):
    """The data with another number in one place."""
    return data[: 32 * index] + value.to_bytes(32, "big") + data[32 * index + 32 :]


@pytest.mark.parametrize(
    ("selector", "signature"),
    [
        (AGGREGATE3, "aggregate3((address,bool,bytes)[])"),
        (BLOCK_NUMBER, "getBlockNumber()"),
        (BLOCK_TIMESTAMP, "getCurrentBlockTimestamp()"),
        (PAUSED, "paused()"),
    ],
)
def test_each_selector_is_the_hash_of_its_signature(selector, signature):
    assert selector == "0x" + keccak_256(signature.encode())[:4].hex()


def test_the_address_of_multicall3_carries_its_checksum():
    digits = MULTICALL3.removeprefix("0x")
    digest = keccak_256(digits.lower().encode()).hex()
    pairs = zip(digits.lower(), digest, strict=False)
    assert digits == "".join(digit.upper() if int(nibble, 16) >= 8 else digit for digit, nibble in pairs)


def test_a_batch_of_two_rates_is_the_452_bytes_of_the_worked_example():
    batch = encode_aggregate3([Call(WEETH, call_data("0x679aefce")), Call(LRT_ORACLE, call_data("0xb4b46434"))])
    expected = ["20", "2", "40", "e0"]
    expected += ["cd5fe23c85820f7b72d0926fc9b05b43e359b7ee", "1", "60", "4", "679aefce".ljust(64, "0")]
    expected += ["349a73444b1a310bae67ef67973022020d70020d", "1", "60", "4", "b4b46434".ljust(64, "0")]
    assert batch.hex() == "82ad56cb" + "".join(word.rjust(64, "0") for word in expected)
    assert len(batch) == 452


@given(calls)
def test_any_batch_is_encoded_as_eth_abi_does_with_every_call_allowed_to_fail(some_calls):
    tuples = [(call.target, True, call.data) for call in some_calls]
    assert encode_aggregate3(some_calls) == bytes.fromhex("82ad56cb") + eth_abi.encode(
        ["(address,bool,bytes)[]"], [tuples]
    )


def test_the_case_of_an_address_changes_nothing():
    assert encode_aggregate3([Call(WEETH, b"")]) == encode_aggregate3([Call(WEETH.lower(), b"")])


@pytest.mark.parametrize(
    "target",
    ["", "0x", WEETH[2:], WEETH[:-1], WEETH + "0", "0x" + "g" * 40, WEETH[:-2] + "  ", "0x" + "ab " * 13 + "a"],
)
def test_a_target_that_is_no_address_is_refused(target):
    with pytest.raises(ValueError):
        encode_aggregate3([Call(target, b"")])


@given(words)
def test_calldata_is_the_selector_and_its_argument(argument):
    assert call_data("0x07a2d13a", argument) == bytes.fromhex("07a2d13a") + eth_abi.encode(["uint256"], [argument])
    assert call_data("0x07a2d13a") == bytes.fromhex("07a2d13a")


@pytest.mark.parametrize("selector", ["", "679aefce", "0x679aef", "0x679aefce00", "getRate()", "0x679aefcg"])
def test_a_selector_of_anything_but_four_bytes_is_refused(selector):
    with pytest.raises(ValueError):
        call_data(selector)


@pytest.mark.parametrize("argument", [-1, LARGEST + 1])
def test_an_argument_that_is_no_uint256_is_refused(argument):
    with pytest.raises(ValueError, match="uint256"):
        call_data("0x07a2d13a", argument)


@given(results)
def test_what_eth_abi_encodes_is_read_back(some_results):
    assert decode_aggregate3(returned(some_results), len(some_results)) == tuple(some_results)


@given(results, st.data())
def test_data_cut_short_anywhere_is_refused(some_results, data):
    whole = returned(some_results)
    length = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(MalformedData):
        decode_aggregate3(whole[:length], len(some_results))


@given(results, st.binary(min_size=1, max_size=64))
def test_data_behind_the_results_is_refused(some_results, more):
    with pytest.raises(MalformedData):
        decode_aggregate3(returned(some_results) + more, len(some_results))


@given(results, st.integers(0, 10))
def test_another_number_of_results_than_of_calls_is_refused(some_results, count):
    if count != len(some_results):
        with pytest.raises(MalformedData):
            decode_aggregate3(returned(some_results), count)


@given(results, st.data())
def test_with_any_one_byte_changed_the_data_is_refused_or_says_something_else(some_results, data):
    whole = returned(some_results)
    place = data.draw(st.integers(0, len(whole) - 1))
    changed = whole[:place] + bytes([whole[place] ^ data.draw(st.integers(1, 255))]) + whole[place + 1 :]
    try:
        read = decode_aggregate3(changed, len(some_results))
    except MalformedData:
        return
    assert read != tuple(some_results)
    assert returned(read) == changed


@given(results, st.data(), words)
def test_any_number_in_any_place_is_refused_or_read_as_eth_abi_would_encode_it(some_results, data, value):
    whole = returned(some_results)
    near = st.sampled_from([0, 1, 2, 31, 32, 33, 64, len(whole), 2**31, 2**63, 2**64, LARGEST - 31, LARGEST])
    index = data.draw(st.integers(0, len(whole) // 32 - 1))
    changed = with_word(whole, index, data.draw(near | st.just(value)))
    try:
        read = decode_aggregate3(changed, len(some_results))
    except MalformedData:
        return
    assert returned(read) == changed


@given(st.binary(max_size=600), st.integers(0, 5))
def test_random_bytes_are_refused_or_read_but_raise_nothing_else(soup, count):
    try:
        read = decode_aggregate3(soup, count)
    except MalformedData:
        return
    assert returned(read) == soup


# Two results of one word each, word by word: where the list lies, how many, two offsets, then
# for each result success, offset, length and value.
PAIR = returned([Result(True, bytes(31) + b"\7")] * 2)


@pytest.mark.parametrize(
    ("index", "value"),
    [
        pytest.param(0, 0, id="the list lies at its own offset"),
        pytest.param(1, 3, id="more results than the data holds"),
        pytest.param(1, LARGEST, id="more results than any data can hold"),
        pytest.param(2, 2**200, id="an offset beyond the end"),
        pytest.param(3, 64, id="two results in one place"),
        pytest.param(2, 192, id="results in another order"),
        pytest.param(4, 2, id="a success of 2"),
        pytest.param(4, LARGEST, id="a success of all ones"),
        pytest.param(5, 32, id="data that overlaps the success"),
        pytest.param(5, LARGEST - 31, id="an offset that wraps around"),
        pytest.param(6, 64, id="a length that reaches into the next result"),
        pytest.param(10, 33, id="a length beyond the end"),
        pytest.param(10, LARGEST, id="a length of all ones"),
        pytest.param(10, 31, id="padding that is not zero"),
    ],
)
def test_a_hostile_number_is_refused(index, value):
    assert decode_aggregate3(PAIR, 2)
    with pytest.raises(MalformedData):
        decode_aggregate3(with_word(PAIR, index, value), 2)


@pytest.mark.parametrize("index", range(12))
def test_no_number_in_the_data_makes_it_take_memory(index):
    hostile = with_word(PAIR, index, 2**40)
    tracemalloc.start()
    try:
        decode_aggregate3(hostile, 2)
    except MalformedData:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 100_000


def test_an_empty_answer_is_refused_even_for_no_calls():
    with pytest.raises(MalformedData):
        decode_aggregate3(b"", 0)


@given(words)
def test_a_word_is_a_number(value):
    assert uint(Result(True, eth_abi.encode(["uint256"], [value]))) == value


@given(st.binary(max_size=100).filter(lambda data: len(data) != 32))
def test_data_of_any_other_length_is_no_number(data):
    assert uint(Result(True, data)) is None
    assert boolean(Result(True, data)) is None


def test_an_address_without_code_gives_no_number():
    assert uint(Result(True, b"")) is None


@given(words)
def test_a_call_that_failed_gives_nothing_whatever_it_reverted_with(value):
    failed = Result(False, value.to_bytes(32, "big"))
    assert uint(failed) is None
    assert boolean(failed) is None


def test_zero_and_one_are_truth_values():
    assert boolean(Result(True, eth_abi.encode(["bool"], [False]))) is False
    assert boolean(Result(True, eth_abi.encode(["bool"], [True]))) is True


@given(st.integers(2, LARGEST))
def test_no_other_number_is_a_truth_value(value):
    assert boolean(Result(True, value.to_bytes(32, "big"))) is None
