"""DefiLlama's doubles answer as documented and go wrong as told."""

from decimal import Decimal
from typing import Any

import pytest

from tests.doubles import llama, ordinary
from tests.doubles.serving import Verbatim

UNIX = 1_784_628_210
KEY, ETHER = ordinary.WEETH.key, ordinary.ETH.key
CURRENT = f"/prices/current/{ETHER},{KEY}"
POOL = "46bd2bdf-6d92-4066-b482-e885ee172264"


class TestCoins:
    def test_the_body_is_as_documented(self, double, client):
        double.price(ETHER, Decimal("1930.74"), at=UNIX - 20)
        double.price(KEY, Decimal("2122.85"), at=UNIX - 24)
        answer = client.get(double.coins_url + CURRENT)
        assert answer.text == (
            '{"coins":{"coingecko:ethereum":{"symbol":"ETH","price":1930.74,"timestamp":1784628190,"confidence":0.99},'
            f'"{KEY}":{{"decimals":18,"symbol":"weETH","price":2122.85,"timestamp":1784628186,"confidence":0.99}}}}}}'
        )
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["expires"] == "Tue, 21 Jul 2026 10:05:20 GMT"

    def test_keys_come_back_in_the_letters_in_which_they_were_asked_for(self, double, client):
        answer = client.get(f"{double.coins_url}/prices/current/{KEY.lower()}")
        assert list(answer.json()["coins"]) == [KEY.lower()]

    def test_unknown_coins_are_left_out(self, double, client):
        answer = client.get(f"{double.coins_url}/prices/current/ethereum:0xdead,{KEY}")
        assert list(answer.json()["coins"]) == [KEY]

    @pytest.mark.parametrize(
        ("age", "width", "served"),
        [(43_199, None, True), (43_200, None, False), (90_000, "2d", True), (14_400, "4h", False), (601, "600", False)],
    )
    def test_coins_older_than_the_search_width_are_left_out(self, double, client, age, width, served):
        double.price(KEY, 2122, at=UNIX - age)
        query = {} if width is None else {"searchWidth": width}
        assert (KEY in client.get(double.coins_url + CURRENT, params=query).json()["coins"]) == served

    @pytest.mark.parametrize(
        "text", ["0", "-1", "1e400", "NaN", "Infinity", "true", "null", '"12"', "2122.850000000001"]
    )
    def test_any_text_can_stand_in_the_place_of_a_price(self, double, client, text):
        double.price(KEY, text)
        assert f'"price":{text},' in client.get(double.coins_url + CURRENT).text
        double.price(KEY, 2122)
        double.coins.behave(llama.priced(text, KEY))
        body = client.get(double.coins_url + CURRENT).text
        assert body.count(f'"price":{text},') == 1
        assert '"price":1930.74' in body

    def test_floats_are_refused_because_they_are_not_what_they_seem(self, double):
        with pytest.raises(TypeError, match="not exact"):
            double.price(KEY, 1.0995)

    def test_a_price_may_come_without_confidence(self, double, coins):
        double.price(KEY, 2122, confidence=None)
        assert "confidence" not in coins()[KEY]

    @pytest.mark.parametrize(("value", "seen"), [(Decimal("0.4"), Decimal("0.4")), (None, None), ("1", 1)])
    def test_the_confidence_changes_for_the_named_coin_only(self, coins, value, seen):
        found = coins(llama.confidence(value, KEY))
        assert found[KEY].get("confidence") == seen
        assert found[ETHER]["confidence"] == Decimal("0.99")

    @pytest.mark.parametrize("age", [11 * 3600, 3 * 86_400])
    def test_stale_prices_are_served_however_old(self, coins, age):
        assert {coin["timestamp"] for coin in coins(llama.aged(age)).values()} == {UNIX - age}

    def test_one_coin_can_be_older_than_another(self, coins):
        found = coins(llama.aged(12 * 60, ETHER))
        assert found[KEY]["timestamp"] - found[ETHER]["timestamp"] == 720

    def test_coins_can_come_without_a_time_or_with_any(self, coins):
        assert "timestamp" not in coins(llama.undated(KEY))[KEY]
        assert coins(llama.stamped('"now"'))[KEY]["timestamp"] == "now"

    def test_coins_can_be_missing_one_or_all(self, coins):
        assert set(coins(llama.missing(KEY))) == {ETHER}
        assert coins(llama.no_coins()) == {}

    def test_distressed_coins_are_worth_nothing_with_more_than_certainty(self, coins):
        found = coins(llama.distressed(KEY))[KEY]
        assert (found["price"], found["confidence"]) == (0, Decimal("1.01"))

    def test_keys_can_come_back_in_small_letters(self, coins):
        assert set(coins(llama.lower_cased())) == {ETHER, KEY.lower()}


@pytest.mark.usefixtures("ten_days")
class TestCoinsHistory:
    def test_a_chart_goes_forward_from_its_start_in_steps_of_the_period(self, double, client):
        query = {"start": UNIX - 6 * 86_400, "span": 3, "period": "2d"}
        answer = client.get(f"{double.coins_url}/chart/{KEY},{ETHER}", params=query).json()["coins"]
        assert answer[KEY] == {
            "symbol": "weETH",
            "confidence": 0.99,
            "decimals": 18,
            "prices": [
                {"timestamp": UNIX - 6 * 86_400, "price": 2006},
                {"timestamp": UNIX - 4 * 86_400, "price": 2004},
                {"timestamp": UNIX - 2 * 86_400, "price": 2002},
            ],
        }
        assert [point["price"] for point in answer[ETHER]["prices"]] == [1003, 1002, 1001]

    def test_a_chart_goes_back_from_its_end(self, double, client):
        answer = client.get(f"{double.coins_url}/chart/{KEY}", params={"end": UNIX, "span": 2}).json()
        assert [point["price"] for point in answer["coins"][KEY]["prices"]] == [2001, 2000]

    def test_moments_with_no_price_near_are_left_out_of_a_chart(self, double, client):
        query = {"start": UNIX - 86_400, "span": 9, "period": "4h"}
        answer = client.get(f"{double.coins_url}/chart/{KEY}", params=query).json()
        assert [point["price"] for point in answer["coins"][KEY]["prices"]] == [2001, 2000]

    def test_a_chart_with_both_ends_is_refused(self, double, client):
        answer = client.get(f"{double.coins_url}/chart/{KEY}", params={"start": 1, "end": 2})
        assert answer.status_code == 400
        assert "message" in answer.json()

    def test_a_coin_without_history_is_left_out_of_a_chart(self, double, client):
        answer = client.get(f"{double.coins_url}/chart/{KEY},ethereum:0xdead", params={"end": UNIX})
        assert list(answer.json()["coins"]) == [KEY]

    def test_a_historical_price_is_the_closest_within_six_hours(self, double, client):
        def ask(at: int) -> dict[str, Any]:
            found: dict[str, Any] = client.get(f"{double.coins_url}/prices/historical/{at}/{KEY}").json()["coins"]
            return found

        near = ask(UNIX - 86_400 + 3_600)[KEY]
        assert (near["price"], near["timestamp"]) == (2001, UNIX - 86_400)
        assert ask(UNIX - 86_400 + 7 * 3_600) == {}


class TestTotals:
    def test_a_total_is_a_bare_number(self, double, client):
        double.tvl("kelp", Decimal("1130000000.25"))
        answer = client.get(double.api_url + "/tvl/Kelp")
        assert answer.text == "1130000000.25"
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["expires"] == "Tue, 21 Jul 2026 10:08:30 GMT"

    def test_an_unknown_protocol_is_not_found_in_plain_text(self, double, client):
        answer = client.get(double.api_url + "/tvl/nobody")
        assert (answer.status_code, answer.text) == (404, "Not found")

    @pytest.mark.parametrize(
        ("broken", "status", "text"),
        [
            (llama.tvl_null(), 200, "null"),
            (llama.tvl_text(), 200, '"12"'),
            (llama.tvl_beyond(), 200, "1e400"),
            (llama.tvl_empty(), 200, ""),
            (llama.tvl_not_found(), 404, "Not found"),
            (llama.tvl_refused(), 400, '{"message":"Protocol is not in our database"}'),
        ],
    )
    def test_a_total_can_be_anything_else(self, double, client, broken, status, text):
        double.api.behave(broken)
        answer = client.get(double.api_url + "/tvl/kelp")
        assert (answer.status_code, answer.text) == (status, text)


class TestYields:
    ROWS = (
        {
            "timestamp": "2026-07-20T23:01:34.685Z",
            "tvlUsd": 5_000_000_000,
            "apy": Decimal("2.61"),
            "apyBase": Decimal("2.6"),
        },
        {
            "timestamp": "2026-07-21T09:01:34.685Z",
            "tvlUsd": 5_100_000_000,
            "apy": Decimal("2.62"),
            "il7d": Verbatim("1e400"),
        },
    )

    def test_a_chart_holds_the_rows_as_told_and_null_for_the_rest(self, double, client):
        double.yield_rows(POOL, self.ROWS)
        answer = client.get(f"{double.yields_url}/chart/{POOL}")
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert answer.headers["expires"] == "Tue, 21 Jul 2026 10:22:00 GMT"
        assert '"il7d":1e400' in answer.text
        assert answer.json()["status"] == "success"
        assert answer.json()["data"][0] == {
            "timestamp": "2026-07-20T23:01:34.685Z",
            "tvlUsd": 5_000_000_000,
            "apy": 2.61,
            "apyBase": 2.6,
            "apyReward": None,
            "il7d": None,
            "apyBase7d": None,
            "pricePerShare": None,
        }

    def test_the_newest_yield_can_be_null(self, double, client):
        double.yield_rows(POOL, self.ROWS)
        double.yields.behave(llama.last_apy_null())
        rows = client.get(f"{double.yields_url}/chart/{POOL}").json()["data"]
        assert [row["apy"] for row in rows] == [2.61, None]

    def test_a_chart_can_be_empty_and_is_for_an_unknown_pool(self, double, client):
        unknown = POOL.replace("4", "5")
        assert client.get(f"{double.yields_url}/chart/{unknown}").json() == {"status": "success", "data": []}
        double.yields.behave(llama.no_rows())
        assert client.get(f"{double.yields_url}/chart/{POOL}").json() == {"status": "success", "data": []}

    def test_what_is_no_uuid_is_refused_in_a_json_text(self, double, client):
        answer = client.get(f"{double.yields_url}/chart/weeth")
        assert (answer.status_code, answer.text) == (400, '"invalid configID!"')
        double.yields.behave(llama.invalid_pool())
        answer = client.get(f"{double.yields_url}/chart/{POOL}")
        assert (answer.status_code, answer.text) == (400, '"invalid configID!"')

    def test_the_list_of_pools_has_every_documented_field(self, double, client):
        double.pools([{"project": "kelp", "symbol": "RSETH", "tvlUsd": 7, "apy": Decimal("2.5")}])
        answer = client.get(double.yields_url + "/pools").json()
        documented = (
            "chain project symbol tvlUsd apyBase apyReward apy rewardTokens pool apyPct1D apyPct7D apyPct30D "
            "stablecoin ilRisk exposure predictions poolMeta mu sigma count outlier underlyingTokens il7d apyBase7d "
            "apyMean30d volumeUsd1d volumeUsd7d apyBaseInception"
        )
        assert list(answer["data"][0]) == documented.split()
        assert answer["data"][0] | {"project": "kelp", "symbol": "RSETH", "tvlUsd": 7, "apy": 2.5} == answer["data"][0]

    def test_pools_and_charts_of_the_ordinary_market_agree(self, double, client):
        for pool in client.get(double.yields_url + "/pools").json()["data"]:
            row = client.get(f"{double.yields_url}/chart/{pool['pool']}").json()["data"][-1]
            assert (row["apy"], row["tvlUsd"]) == (pool["apy"], pool["tvlUsd"])
            assert row["timestamp"] == "2026-07-21T10:03:30.000Z"
