"""The doubles of DefiLlama and CoinGecko do what a test asks of them, over real sockets."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from datetime import timedelta

import httpx
import pytest

from tests.doubles import behaviours, llama, ordinary
from tests.doubles.providers import Providers
from tests.doubles.serving import Host, Reply

NOW = ordinary.MOMENT
KEY, ETHER = ordinary.WEETH.key, ordinary.ETH.key
CURRENT = f"/prices/current/{ETHER},{KEY}"
POOL = "46bd2bdf-6d92-4066-b482-e885ee172264"


class TestHost:
    def test_the_log_tells_method_path_query_headers_and_order_of_arrival(self, double, client):
        client.get(double.coins_url + CURRENT, params={"searchWidth": "4h"}, headers={"User-Agent": "me/1"})
        client.get(double.gecko_url + "/ping")
        first, second = double.requests
        assert (first.host, first.method, first.path) == ("coins", "GET", CURRENT)
        assert first.query == {"searchWidth": "4h"}
        assert first.headers["user-agent"] == "me/1"
        assert (second.host, second.path) == ("gecko", "/ping")
        assert first.arrived < second.arrived
        assert double.coins.requests == [first]

    def test_a_stopped_host_refuses_and_comes_back_on_the_same_port_while_others_serve(self, double, client):
        before = double.coins_url
        assert client.get(before + CURRENT).status_code == 200
        double.coins.stop()
        with pytest.raises(httpx.ConnectError):
            httpx.get(before + CURRENT)
        assert client.get(double.api_url + "/tvl/kelp").status_code == 200
        double.coins.start()
        assert double.coins_url == before
        assert httpx.get(before + CURRENT).status_code == 200

    def test_stopping_cuts_answers_that_are_under_way(self, double, client):
        def stop_soon(reply: Reply) -> Reply:
            threading.Timer(0.05, double.coins.stop).start()
            return reply

        double.coins.behave(stop_soon, behaviours.slow(60))
        with pytest.raises(httpx.TransportError) as cut:
            client.get(double.coins_url + CURRENT)
        assert not isinstance(cut.value, httpx.TimeoutException)

    async def test_a_latency_holds_up_no_other_request(self, double):
        double.coins.simulate(latency=0.3)
        async with httpx.AsyncClient(timeout=10) as client:
            answers = await asyncio.gather(*(client.get(double.coins_url + CURRENT) for _ in range(24)))
        assert {answer.status_code for answer in answers} == {200}
        assert double.coins.busiest == 24

    def test_connections_are_kept_open(self, double, client):
        for _ in range(5):
            client.get(double.coins_url + CURRENT)
        assert (double.coins.connections, len(double.coins.requests)) == (1, 5)

    def test_behaviours_for_some_requests_queue_before_the_lasting_one(self, double, client):
        double.api.behave(behaviours.too_many(), times=1)
        double.api.behave(behaviours.bad_gateway(), times=2)
        double.api.behave(behaviours.forbidden())
        seen = [client.get(double.api_url + "/tvl/kelp").status_code for _ in range(5)]
        assert seen == [429, 502, 502, 403, 403]

    def test_a_behaviour_can_be_for_a_path_and_ends_when_told(self, double, client):
        double.yields.behave(behaviours.bad_gateway(), path="/pools")
        assert client.get(double.yields_url + "/pools").status_code == 502
        assert client.get(f"{double.yields_url}/chart/{POOL}").status_code == 200
        double.yields.behave(path="/pools")
        assert client.get(double.yields_url + "/pools").status_code == 200

    def test_being_well_forgets_everything(self, double, client):
        double.api.behave(behaviours.bad_gateway())
        double.api.behave(behaviours.forbidden(), times=9)
        double.api.well()
        assert client.get(double.api_url + "/tvl/kelp").status_code == 200

    def test_behaviours_combine(self, double, client):
        double.coins.behave(llama.missing(ETHER), behaviours.labelled("text/plain"))
        answer = client.get(double.coins_url + CURRENT)
        assert list(answer.json()["coins"]) == [KEY]
        assert answer.headers["content-type"] == "text/plain"

    def test_a_child_process_finds_it_by_the_environment(self, double):
        script = "import os,urllib.request as u; print(u.urlopen(os.environ['DEFILLAMA_API_URL']+'/tvl/kelp').read())"
        ran = subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | double.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stdout.strip() == "b'1130000000'"

    def test_a_fault_of_the_double_is_reported_to_the_test(self):
        def ask() -> None:
            with Providers() as double:
                double.api.behave(llama.undated())  # there are no coins in a total
                assert httpx.get(double.api_url + "/tvl/kelp").status_code == 500

        with pytest.raises(AssertionError, match="could not answer /tvl/kelp"):
            ask()

    def test_only_reading_is_allowed(self, double, client):
        assert client.post(double.coins_url + CURRENT).status_code == 405


class TestTrouble:
    @pytest.mark.parametrize(
        ("broken", "status", "kind"),
        [
            (behaviours.too_many(), 429, "text/plain"),
            (behaviours.forbidden(), 403, "text/html"),
            (behaviours.bad_gateway(), 502, "text/html"),
            (behaviours.server_error(), 500, "text/plain"),
            (behaviours.page(), 200, "text/html"),
            (behaviours.empty(), 200, "application/json"),
        ],
    )
    @pytest.mark.parametrize("name", ["coins", "api", "yields", "gecko"])
    def test_any_host_can_answer_with_something_else(self, double, client, name, broken, status, kind):
        host: Host = getattr(double, name)
        host.behave(broken)
        answer = client.get(host.url + "/any")
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith(kind)
        assert ("<html>" in answer.text) == (kind == "text/html")

    @pytest.mark.parametrize(
        ("asked", "header"),
        [
            (None, None),
            (119, "119"),
            (NOW + timedelta(seconds=90), "Tue, 21 Jul 2026 10:05:00 GMT"),
            ("soon", "soon"),
        ],
    )
    def test_too_many_requests_says_when_to_come_back_as_told(self, double, client, asked, header):
        double.coins.behave(behaviours.too_many(asked))
        assert client.get(double.coins_url + CURRENT).headers.get("retry-after") == header

    def test_truncated_json_comes_in_a_whole_answer(self, double, client):
        double.coins.behave(behaviours.truncated())
        answer = client.get(double.coins_url + CURRENT)
        assert answer.text.startswith('{"coins":')
        with pytest.raises(json.JSONDecodeError):
            answer.json()

    @pytest.mark.parametrize(
        ("broken", "error"),
        [
            (behaviours.reset(), httpx.ReadError),
            (behaviours.cut_off(), httpx.RemoteProtocolError),
            (behaviours.hang_up(), httpx.RemoteProtocolError),
        ],
    )
    def test_a_connection_can_end_in_the_middle(self, double, client, broken, error):
        double.coins.behave(broken, times=1)
        with pytest.raises(error):
            client.get(double.coins_url + CURRENT)
        assert client.get(double.coins_url + CURRENT).status_code == 200

    @pytest.mark.parametrize("broken", [behaviours.reset(), behaviours.cut_off()])
    def test_an_end_in_the_middle_comes_after_the_head_and_a_part_of_the_body(self, double, client, broken):
        double.coins.behave(broken)
        got: list[bytes] = []
        with client.stream("GET", double.coins_url + CURRENT) as answer:
            assert answer.status_code == 200
            with pytest.raises(httpx.TransportError):
                got.extend(answer.iter_raw(8))
        assert b"".join(got).startswith(b'{"coins":')
        assert sum(map(len, got)) < int(answer.headers["content-length"])

    def test_slow_sends_nothing_before_its_time(self, double, client):
        double.coins.behave(behaviours.slow(30))
        with pytest.raises(httpx.ReadTimeout):
            client.get(double.coins_url + CURRENT, timeout=0.1)

    def test_a_dripping_body_arrives_whole_in_many_pieces(self, double, client):
        right = client.get(double.coins_url + CURRENT).content
        double.coins.behave(behaviours.drip(0.01, piece=40))
        with client.stream("GET", double.coins_url + CURRENT) as answer:
            pieces = list(answer.iter_raw())
        assert b"".join(pieces) == right
        assert len(pieces) >= 3

    @pytest.mark.parametrize("announced", [True, False])
    @pytest.mark.parametrize("size", [1_100_000, 41_000_000])
    def test_a_huge_body_is_a_good_answer_for_who_reads_it_all(self, double, client, size, announced):
        double.coins.behave(behaviours.huge(size, announced=announced))
        answer = client.get(double.coins_url + CURRENT)
        assert len(answer.content) > size
        assert ("content-length" in answer.headers) == announced
        assert set(json.loads(answer.content)["coins"]) == {ETHER, KEY}

    def test_an_endless_body_ends_with_the_client_and_the_host_serves_on(self, double, client):
        double.coins.behave(behaviours.endless(), times=1)
        read = 0
        with client.stream("GET", double.coins_url + CURRENT) as answer:
            for part in answer.iter_raw():
                read += len(part)
                if read > 3_000_000:
                    break
        assert client.get(double.coins_url + CURRENT).status_code == 200

    def test_a_redirect_leads_where_it_is_told(self, double, client):
        double.coins.behave(behaviours.moved(double.coins_url + CURRENT), times=1)
        assert client.get(double.coins_url + CURRENT).status_code == 301
        double.coins.behave(behaviours.moved(double.coins_url + CURRENT), times=1)
        assert client.get(double.coins_url + CURRENT, follow_redirects=True).status_code == 200


class TestMarket:
    def test_the_ordinary_market_is_the_same_at_both_providers(self, double, client, simple):
        keys = ",".join(coin.key for coin in ordinary.COINS)
        at_llama = client.get(f"{double.coins_url}/prices/current/{keys}").json()["coins"]
        at_gecko = simple(ids=",".join(coin.gecko_id for coin in ordinary.COINS)).json()
        for coin in ordinary.COINS:
            assert at_llama[coin.key]["price"] == at_gecko[coin.gecko_id]["usd"]
            assert at_llama[coin.key]["symbol"] == coin.symbol

    def test_a_market_can_begin_empty_or_be_forgotten(self, double, coins, simple, client):
        double.forget()
        assert coins() == {}
        assert simple().json() == {}
        assert client.get(double.api_url + "/tvl/kelp").status_code == 404
        assert client.get(double.yields_url + "/pools").json()["data"] == []
        with Providers(filled=False) as empty:
            assert client.get(empty.coins_url + CURRENT).json() == {"coins": {}}
