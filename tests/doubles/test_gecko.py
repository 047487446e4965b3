"""CoinGecko's double answers as its document says, and goes wrong as told."""

from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest

from tests.doubles import gecko, ordinary
from tests.doubles.providers import Providers

UNIX = 1_784_628_210
KEY, ETHER = ordinary.WEETH.key, ordinary.ETH.key
CURRENT = f"/prices/current/{ETHER},{KEY}"

# In our words after the schemas SimplePrice and CoinsMarketChart of CoinGecko's `demo-api.json` (22 June 2026), but
# tighter: the document lets anything pass under a currency that it does not name, even an error in the place of prices.
SIMPLE_PRICE = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["usd", "eth", "last_updated_at"],
        "properties": {"last_updated_at": {"type": "integer"}},
        "additionalProperties": {"type": "number"},
    },
}
_PAIRS = {
    "type": "array",
    "items": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
}
MARKET_CHART = {
    "type": "object",
    "required": ["prices", "market_caps", "total_volumes"],
    "properties": {"prices": _PAIRS, "market_caps": _PAIRS, "total_volumes": _PAIRS},
}


class TestCoinGecko:
    def test_prices_fit_its_document(self, double, simple):
        answer = simple(ids=",".join(coin.gecko_id for coin in ordinary.COINS))
        assert len(answer.json()) == len(ordinary.COINS)
        jsonschema_rs.validate(SIMPLE_PRICE, answer.json())

    @pytest.mark.parametrize("broken", [gecko.usd_null(), gecko.error_with_200(), gecko.emptied()])
    def test_broken_answers_do_not_fit_it(self, simple, broken):
        assert not jsonschema_rs.is_valid(SIMPLE_PRICE, simple(broken).json())

    def test_ids_currencies_and_time_are_given_as_asked(self, double, client):
        double.gecko_price("wrapped-eeth", usd=Decimal("2122.85"), eth=Decimal("1.0995"), at=UNIX - 30)
        ask = f"{double.gecko_url}/simple/price?ids=wrapped-eeth,nobody&vs_currencies="
        assert client.get(ask + "eth").text == '{"wrapped-eeth":{"eth":1.0995}}'
        assert client.get(ask + "usd,eth,xyz&include_last_updated_at=true").text == (
            '{"wrapped-eeth":{"usd":2122.85,"eth":1.0995,"last_updated_at":1784628180}}'
        )
        assert client.get(f"{double.gecko_url}/simple/price?ids=wrapped-eeth").status_code == 422

    @pytest.mark.parametrize("text", ["0", "-1", "1e400", "NaN", "Infinity", "true", "null", '"12"'])
    def test_any_text_can_stand_in_the_place_of_a_price(self, double, simple, text):
        double.gecko_price("wrapped-eeth", usd=text)
        assert f'"usd":{text},' in simple().text

    def test_ids_can_be_left_out_emptied_or_null(self, simple):
        assert set(simple(gecko.omitted("wrapped-eeth")).json()) == {"ethereum"}
        assert simple(gecko.omitted()).json() == {}
        assert simple(gecko.emptied("wrapped-eeth")).json()["wrapped-eeth"] == {}
        found = simple(gecko.usd_null("wrapped-eeth")).json()
        assert found["wrapped-eeth"]["usd"] is None
        assert found["ethereum"]["usd"] == 1930.74

    def test_prices_can_be_old_or_undated(self, simple):
        found = simple(gecko.aged(7200, "ethereum")).json()
        assert found["wrapped-eeth"]["last_updated_at"] - found["ethereum"]["last_updated_at"] == 7200
        assert "last_updated_at" not in simple(gecko.undated()).json()["ethereum"]

    @pytest.mark.parametrize(
        ("broken", "status", "way"),
        [
            (gecko.error_a(), 404, ["error"]),
            (gecko.error_b(429), 429, ["status", "error_message"]),
            (gecko.error_b(401, 10011), 401, ["status", "error_message"]),
            (gecko.error_c(), 401, ["error", "status", "error_message"]),
            (gecko.error_with_200(), 200, ["status", "error_message"]),
        ],
    )
    def test_errors_come_in_three_shapes(self, simple, broken, status, way):
        answer = simple(broken)
        text: Any = answer.json()
        for name in way:
            text = text[name]
        assert answer.status_code == status
        assert isinstance(text, str)

    def test_the_captured_limit_asks_for_two_minutes(self, simple):
        answer = simple(gecko.too_many())
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "119")
        assert answer.json()["status"]["error_code"] == 429
        assert "retry-after" not in simple(gecko.too_many(None)).headers

    def test_a_wrong_key_is_refused_and_no_key_is_fine(self, double, simple):
        double.gecko_key = "CG-right"
        assert simple(**{"x-cg-demo-api-key": "CG-right"}).status_code == 200
        assert simple(**{"x-cg-demo-api-key": "CG-wrong"}).status_code == 401
        assert simple().status_code == 200
        assert simple(gecko.wrong_key()).status_code == 401

    @pytest.mark.parametrize("name", ["x_cg_demo_api_key", "x_cg_pro_api_key"])
    def test_a_key_in_an_address_fails_the_test_without_being_repeated(self, client, name):
        with pytest.raises(AssertionError, match="stands in an address: gecko/ping") as told, Providers() as double:
            assert client.get(f"{double.gecko_url}/ping", params={name: "CG-secret"}).status_code == 400
        assert "CG-secret" not in str(told.value)

    def test_a_key_sent_to_another_provider_fails_the_test(self, client):
        with pytest.raises(AssertionError, match="sent to coins/prices"), Providers() as double:
            client.get(double.coins_url + CURRENT, headers={"x-cg-demo-api-key": "CG-secret"})


@pytest.mark.usefixtures("ten_days")
class TestCharts:
    def test_a_chart_states_the_last_days_in_milliseconds(self, double, client):
        query = {"vs_currency": "usd", "days": "2"}
        answer = client.get(f"{double.gecko_url}/coins/wrapped-eeth/market_chart", params=query).json()
        moments, prices = zip(*answer["prices"], strict=True)
        assert prices == (2002, 2001, 2000)
        assert [at // 1000 for at in moments] == [UNIX - 2 * 86_400, UNIX - 86_400, UNIX]
        assert all(at % 1000 for at in moments)

    def test_a_chart_in_eth_follows_from_the_dollars_of_both(self, double, client):
        query = {"vs_currency": "eth", "days": "max"}
        answer = client.get(f"{double.gecko_url}/coins/wrapped-eeth/market_chart", params=query).json()
        assert {price for _, price in answer["prices"]} == {2}
        assert len(answer["prices"]) == 10

    def test_figures_of_its_own_and_a_range_of_time(self, double, client):
        double.gecko_history("wrapped-eeth", [(UNIX - 60, Decimal("1.0995")), (UNIX, Decimal("1.1"))], currency="eth")
        query = {"vs_currency": "eth", "from": UNIX - 90, "to": UNIX - 30}
        answer = client.get(f"{double.gecko_url}/coins/wrapped-eeth/market_chart/range", params=query)
        assert answer.json()["prices"] == [[(UNIX - 60) * 1000 + 41, 1.0995]]

    def test_charts_fit_its_document(self, double, client):
        query = {"vs_currency": "usd", "days": "30"}
        answer = client.get(f"{double.gecko_url}/coins/ethereum/market_chart", params=query).json()
        assert len(answer["prices"]) == 10
        jsonschema_rs.validate(MARKET_CHART, answer)

    def test_an_unknown_coin_has_no_chart(self, double, client):
        answer = client.get(f"{double.gecko_url}/coins/nobody/market_chart", params={"vs_currency": "usd", "days": 1})
        assert (answer.status_code, answer.json()) == (404, {"error": "coin not found"})
