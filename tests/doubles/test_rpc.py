import json
import threading
import time

import httpx
import pytest

pytest.importorskip("pyrevm")

from tests.doubles import rpc
from tests.doubles.calldata import (
    BLOCK_NUMBER,
    BLOCK_TIMESTAMP,
    GET_RATE,
    ONE,
    WEETH,
    batch,
    data_of,
    number,
    results,
)
from tests.doubles.evm import MULTICALL3, Chain
from tests.doubles.rpc import RpcDouble


@pytest.fixture
def chain():
    chain = Chain()
    chain.set_rate(WEETH, 11 * ONE // 10)
    return chain


@pytest.fixture
def node(chain):
    with RpcDouble(chain) as node:
        yield node


@pytest.fixture
def client():
    with httpx.Client(timeout=5, trust_env=False) as client:
        yield client


def eth_call(to=MULTICALL3, data=None, block="latest", ident=7):
    data = batch((WEETH, GET_RATE)) if data is None else data
    params = [{"to": to, "data": "0x" + data.hex()}, block]
    return {"jsonrpc": "2.0", "id": ident, "method": "eth_call", "params": params}


def asked(client, node, body=None):
    return client.post(node.url, json=eth_call() if body is None else body)


def rate_of(reply):
    """The rate in an answer to a batch that asked for one."""
    [(success, data)] = results(data_of(reply.json()["result"]))
    assert success
    return number(data)


# The node


def test_a_batch_is_answered_from_the_chain_under_the_id_of_the_request(node, client):
    reply = asked(client, node)
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.json()["id"] == 7
    assert rate_of(reply) == 11 * ONE // 10


def test_requests_are_kept_with_body_path_headers_and_arrival(node, client):
    before = time.monotonic()
    client.post(f"{node.url}/v3/made-up-key", json=eth_call(ident=1), headers={"User-Agent": "bot"})
    client.post(node.url, json=eth_call(ident=2))
    first, second = node.requests
    assert (first.path, first.headers["user-agent"], first.body) == ("/v3/made-up-key", "bot", eth_call(ident=1))
    assert before <= first.arrived <= second.arrived <= time.monotonic()


def test_two_nodes_disagree_when_their_chains_do(node, client):
    other = Chain()
    other.set_rate(WEETH, 11 * ONE // 10 * 103 // 100)
    with RpcDouble(other) as second, RpcDouble(node.chain) as third:
        assert rate_of(asked(client, second)) * 100 == rate_of(asked(client, node)) * 103
        assert rate_of(asked(client, third)) == rate_of(asked(client, node))


def test_a_call_that_reverts_is_code_3_with_the_reason(node, client):
    node.chain.set_reverting(WEETH)
    problem = asked(client, node, eth_call(WEETH, data_of(GET_RATE))).json()["error"]
    assert (problem["code"], problem["data"]) == (3, "0xeafdc186")
    node.chain.set_code(WEETH, b"\xfe")
    assert asked(client, node, eth_call(WEETH, data_of(GET_RATE))).json()["error"]["code"] == -32000


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"jsonrpc": "1.0"}, -32600),
        ({"id": None}, -32600),
        ({"params": None}, -32600),
        ({"method": "eth_sendTransaction"}, -32601),
        ({"params": []}, -32602),
        ({"params": [{"to": WEETH, "data": "679aefce"}, "latest"]}, -32602),
        ({"params": [{"to": WEETH[:-1], "data": "0x"}, "latest"]}, -32602),
        ({"params": [{"to": WEETH, "data": "0x"}, "0x1"]}, -32000),
    ],
)
def test_a_request_with_a_slip_is_refused_as_a_node_would(node, client, change, code):
    assert asked(client, node, eth_call() | change).json()["error"]["code"] == code


def test_other_methods_types_and_bodies_are_refused(node, client):
    assert client.get(node.url).status_code == 405
    assert client.post(node.url, content=json.dumps(eth_call())).status_code == 415
    headers = {"Content-Type": "application/json"}
    for content in ("{", "[]", json.dumps([eth_call()])):
        assert client.post(node.url, content=content, headers=headers).json()["error"]["code"] == -32600


def test_a_node_tells_chain_and_block_number(node, client):
    def told(method):
        return asked(client, node, {"jsonrpc": "2.0", "id": 1, "method": method, "params": []}).json()["result"]

    assert told("eth_chainId") == "0x1"
    node.chain.set_block(25_600_000, 1_796_000_000)
    assert int(told("eth_blockNumber"), 16) == 25_600_000


# Its behaviours


@pytest.mark.parametrize(
    ("behaviour", "problem"),
    [
        (rpc.reverting(), {"code": 3, "message": "execution reverted", "data": "0xeafdc186"}),
        (rpc.error(-32000, "header not found"), {"code": -32000, "message": "header not found"}),
        (rpc.error(-32005, "limit exceeded"), {"code": -32005, "message": "limit exceeded"}),
    ],
)
def test_an_error_comes_with_status_200_and_the_id(node, client, behaviour, problem):
    node.behave(behaviour)
    reply = asked(client, node)
    assert (reply.status_code, reply.json()) == (200, {"jsonrpc": "2.0", "id": 7, "error": problem})


def test_a_refusal_comes_with_and_without_a_time_to_wait(node, client):
    node.behave(rpc.too_many(), times=1)
    node.behave(rpc.too_many(119), times=1)
    node.behave(rpc.too_many("Wed, 21 Oct 2026 07:28:00 GMT"), times=1)
    replies = [asked(client, node) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [429] * 3
    waits = [reply.headers.get("retry-after") for reply in replies]
    assert waits == [None, "119", "Wed, 21 Oct 2026 07:28:00 GMT"]


@pytest.mark.parametrize("code", [200, 403, 502])
def test_a_page_comes_with_any_status(node, client, code):
    node.behave(rpc.html(code))
    reply = asked(client, node)
    assert (reply.status_code, reply.headers["content-type"]) == (code, "text/html; charset=UTF-8")
    assert reply.text.startswith("<!DOCTYPE html>")


def test_another_id_comes_with_the_right_answer(node, client):
    node.behave(rpc.wrong_id())
    reply = asked(client, node)
    assert reply.json()["id"] != 7
    assert rate_of(reply) == 11 * ONE // 10


@pytest.mark.parametrize("value", [None, "0x", "0xzz", 17, {"a": []}])
def test_any_value_stands_in_the_place_of_the_result(node, client, value):
    node.behave(rpc.result(value))
    assert asked(client, node).json() == {"jsonrpc": "2.0", "id": 7, "result": value}


def test_any_bytes_are_sent_as_json(node, client):
    node.behave(rpc.raw(b"\xff\x00"))
    assert asked(client, node).content == b"\xff\x00"


def test_a_lagging_node_answers_from_an_older_block_while_others_on_its_chain_do_not(node, client):
    node.behave(rpc.lagging(600))
    body = eth_call(data=batch((MULTICALL3, BLOCK_NUMBER), (MULTICALL3, BLOCK_TIMESTAMP)))
    with RpcDouble(node.chain) as punctual:
        late, new = (results(data_of(asked(client, one, body).json()["result"])) for one in (node, punctual))
    number_of, time_of = ([number(data) for _, data in pair] for pair in zip(late, new, strict=True))
    assert number_of[1] - number_of[0] == 50
    assert time_of[1] - time_of[0] == 600


@pytest.mark.parametrize("missing", [1, 31, 32, 100])
def test_a_truncated_result_is_good_json_that_lacks_bytes(node, client, missing):
    whole = asked(client, node).json()["result"]
    node.behave(rpc.truncated_result(missing))
    cut = asked(client, node).json()["result"]
    assert whole.startswith(cut)
    assert len(whole) - len(cut) == 2 * missing


def test_a_truncated_answer_is_whole_http_and_half_the_json(node, client):
    whole = asked(client, node).content
    node.behave(rpc.truncated())
    assert asked(client, node).content == whole[: len(whole) // 2]


def test_a_connection_is_cut_in_the_middle_of_an_answer(node, client):
    node.behave(rpc.cut_off(), times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        asked(client, node)
    assert rate_of(asked(client, node)) == 11 * ONE // 10


def test_a_slow_node_lets_the_client_run_out_of_patience(node, client):
    node.behave(rpc.slow(30), times=1)
    with pytest.raises(httpx.ReadTimeout):
        client.post(node.url, json=eth_call(), timeout=0.1)
    assert rate_of(asked(client, node)) == 11 * ONE // 10


def test_a_dripping_answer_arrives_whole_in_pieces_that_no_read_timeout_catches(node, client):
    whole = asked(client, node).content
    node.behave(rpc.drip(0.02, piece=100))
    with client.stream("POST", node.url, json=eth_call(), timeout=1) as reply:
        pieces = list(reply.iter_raw())
    assert b"".join(pieces) == whole
    assert len(pieces) > 1


@pytest.mark.parametrize("announced", [True, False])
def test_a_huge_answer_is_right_but_large(node, client, announced):
    node.behave(rpc.huge(3_000_000, announced=announced))
    reply = asked(client, node)
    assert len(reply.content) > 3_000_000
    assert ("content-length" in reply.headers) is announced
    assert rate_of(reply) == 11 * ONE // 10


def test_a_client_may_leave_in_the_middle_of_a_huge_answer(node, client, capsys):
    node.behave(rpc.huge(30_000_000), times=1)
    with client.stream("POST", node.url, json=eth_call()) as reply:
        next(reply.iter_raw())
    assert rate_of(asked(client, node)) == 11 * ONE // 10
    node.stop()
    assert capsys.readouterr().err == ""


def test_planned_behaviours_come_first_and_being_well_ends_all(node, client):
    node.behave(rpc.status(500))
    node.behave(rpc.status(503), times=2)
    assert [asked(client, node).status_code for _ in range(4)] == [503, 503, 500, 500]
    node.behave(rpc.status(503), times=2)
    node.well()
    assert [asked(client, node).status_code for _ in range(2)] == [200, 200]


# Its life


def test_a_stopped_node_refuses_connections_until_it_starts_on_the_same_port(node, client):
    url = node.url
    assert asked(client, node).status_code == 200
    node.stop()
    with pytest.raises(httpx.ConnectError):
        asked(client, node)
    node.start()
    assert node.url == url
    assert asked(client, node).status_code == 200


@pytest.mark.parametrize("behaviour", [rpc.slow(60), rpc.drip(60), rpc.huge(50_000_000)])
def test_stopping_waits_for_no_answer_and_leaves_no_thread(chain, client, behaviour):
    before = set(threading.enumerate())
    node = RpcDouble(chain)
    node.start()
    node.behave(behaviour)
    failures = []

    def ask():
        try:
            with httpx.stream("POST", node.url, json=eth_call(), timeout=60, trust_env=False) as reply:
                time.sleep(0.2)
                reply.read()
        except httpx.HTTPError as error:
            failures.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    while not node.requests:
        time.sleep(0.005)
    started = time.monotonic()
    node.stop()
    thread.join()
    assert time.monotonic() - started < 30
    assert failures
    while (left := set(threading.enumerate()) - before) and time.monotonic() - started < 30:
        time.sleep(0.005)
    assert not left


def test_many_clients_at_once_are_all_answered(node):
    seen = []

    def ask():
        reply = httpx.post(node.url, json=eth_call(), timeout=30, trust_env=False)
        seen.append(rate_of(reply))

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [11 * ONE // 10] * 20
    assert len(node.requests) == 20
