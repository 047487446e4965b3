"""What an operator reads after a look at every provider."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.knowledge.facts import Facts
from bot.market.selfcheck import look
from tests.doubles import behaviours, gecko, llama, ordinary
from tests.market.room import (
    ETH_KEY,
    EZETH_RATE,
    FACTS,
    LRT_ORACLE,
    RATED,
    WEETH_KEY,
    endpoints_at,
)

SECRET = "made-up-key-5f0c93d2a1"


@pytest.fixture
def seen(double, http, clock):
    """Looks at the doubles and these nodes."""
    double.price(FACTS.tokens["eETH"].llama, Decimal(1999))
    double.gecko_price("ether-fi-staked-eth", usd=1999, eth=Decimal("0.9995"))

    async def seen_at(*nodes, facts=FACTS, key=""):
        return await look(facts, endpoints_at(double, [getattr(node, "url", node) for node in nodes], key), http, clock)

    return seen_at


async def off(asking):
    """What differs, by where it was seen."""
    return {finding.where: finding.seen for finding in await asking if not finding.fine}


async def test_where_all_is_as_expected_every_line_says_so(seen, new_node, double):
    nodes = new_node(), new_node()
    findings = await seen(*nodes)
    assert [str(finding) for finding in findings if not finding.fine] == []
    assert all(str(finding).startswith("ok ") for finding in findings)
    lines = {finding.where: finding.seen for finding in findings}
    assert lines["DefiLlama price of weETH"] == "2189 USD, 0 min old"
    assert lines["CoinGecko price of weETH"] == "2191.20 USD, 0 min old"
    assert lines["DefiLlama total of ether.fi as 'ether.fi-stake'"] == "5188000000 USD"
    assert lines["DefiLlama yield of weETH"] == "2.85% a year, 0 days old"
    assert lines["Ethereum node 2, rate of weETH"] == "1.100000 ETH"
    assert lines["Ethereum node 1, rsETH"] == "not paused"
    assert "block 25500000, 0 s old" in lines["Ethereum node 1"]


async def test_every_provider_is_asked_once_for_each_thing(seen, node, double):
    await seen(node)
    assert (len(double.coins.requests), len(double.gecko.requests), len(node.requests)) == (1, 1, 1)
    assert len(double.api.requests) == sum(len(protocol.tvl_slugs) for protocol in FACTS.protocols.values())
    paths = [request.path for request in double.yields.requests]
    assert len(paths) == len(set(paths)) == 1 + len(RATED)


async def test_a_pool_that_was_looked_up_is_told_as_it_stands_in_the_files(seen, node):
    lines = {finding.where: finding.seen for finding in await seen(node)}
    wanted = f'found; to save the look-up write yield_pool = "{ordinary.POOLS[4]["pool"]}"'
    assert lines["DefiLlama pool of ezETH"] == wanted


async def test_a_spare_name_that_is_unknown_is_no_fault(seen, node):
    lines = {finding.where: finding for finding in await seen(node)}
    spare = lines["DefiLlama total of EigenLayer as 'eigenlayer'"]
    assert (spare.fine, spare.seen) == (True, "HTTP status 404 (spare name, not needed)")


FIRST_FAULTS = {
    "missing": (llama.missing(WEETH_KEY), "missing, or no usable number; compare its address or id"),
    "zero": (llama.priced("0", WEETH_KEY), "missing, or no usable number; compare its address or id"),
    "old": (llama.aged(1200, WEETH_KEY), "20 min old; 20 min apart from ether's"),
    "ahead": (llama.aged(-1200, WEETH_KEY), "-20 min old; 20 min apart from ether's"),
    "apart": (llama.aged(600, WEETH_KEY), "10 min apart from ether's"),
    "unsure": (llama.confidence(Decimal("0.4"), WEETH_KEY), "confidence 0.4"),
}


@pytest.mark.parametrize(("behaviour", "told"), FIRST_FAULTS.values(), ids=FIRST_FAULTS)
async def test_a_price_of_the_first_source_that_is_off_is_told(seen, node, double, behaviour, told):
    double.coins.behave(behaviour)
    assert await off(seen(node)) == {"DefiLlama price of weETH": told}


async def test_a_late_price_of_ether_is_told_for_every_token(seen, node, double):
    double.coins.behave(llama.aged(720, ETH_KEY))
    told = await off(seen(node))
    assert told["DefiLlama price of weETH"] == "12 min apart from ether's"
    assert "DefiLlama price of ETH" not in told


SECOND_FAULTS = {
    "omitted": (gecko.omitted("wrapped-eeth"), "'wrapped-eeth' is missing or has no usable number; compare the id"),
    "null": (gecko.usd_null("wrapped-eeth"), "'wrapped-eeth' is missing or has no usable number; compare the id"),
    "old": (gecko.aged(1200, "wrapped-eeth"), "2191.20 USD, 20 min old"),
    "ahead": (gecko.aged(-1200, "wrapped-eeth"), "2191.20 USD, -20 min old"),
    "no ether": (gecko.field("eth", None, "wrapped-eeth"), "2191.20 USD, 0 min old, not in ETH"),
}


@pytest.mark.parametrize(("behaviour", "told"), SECOND_FAULTS.values(), ids=SECOND_FAULTS)
async def test_a_price_of_the_second_source_that_is_off_is_told(seen, node, double, behaviour, told):
    double.gecko.behave(behaviour)
    assert await off(seen(node)) == {"CoinGecko price of weETH": told}


WHOLE = {
    "refused": (None, "no connection (ConnectError)"),
    "403": (behaviours.forbidden(), "HTTP status 403"),
    "patience": (behaviours.too_many(119), "asks for patience, to be asked again in 119 s"),
    "patience without a time": (behaviours.too_many(), "asks for patience"),
    "page": (behaviours.page(), "an answer that is not JSON"),
    "no body": (behaviours.empty(), "it sent no JSON that can be read"),
}


@pytest.mark.parametrize(("behaviour", "told"), WHOLE.values(), ids=WHOLE)
@pytest.mark.parametrize("source", ["DefiLlama", "CoinGecko"])
async def test_a_source_that_does_not_answer_is_told_in_one_line(seen, node, double, source, behaviour, told):
    host = double.coins if source == "DefiLlama" else double.gecko
    if behaviour is None:
        host.stop()
    else:
        host.behave(behaviour)
    assert await off(seen(node)) == {f"{source} prices": told}


async def test_an_error_with_status_200_is_told(seen, node, double):
    double.gecko.behave(gecko.error_with_200(429))
    assert await off(seen(node)) == {"CoinGecko prices": "asks for patience"}
    for error in (gecko.error_with_200(10002), gecko.error_a(200), gecko.error_c(200)):
        double.gecko.behave(error)
        assert await off(seen(node)) == {"CoinGecko prices": "it sent an error in the place of prices"}


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [(llama.tvl_not_found(), "HTTP status 404"), (llama.tvl_null(), "its total is no positive number")],
)
async def test_a_total_that_is_missing_is_told_with_its_name(seen, node, double, behaviour, told):
    double.api.behave(behaviour, path="/tvl/kelp")
    assert await off(seen(node)) == {"DefiLlama total of Kelp as 'kelp'": told}


async def test_a_yield_that_is_missing_is_told(seen, node, double):
    double.yields.behave(llama.no_rows(), path=f"/chart/{FACTS.tokens['weETH'].yield_pool}")
    assert await off(seen(node)) == {"DefiLlama yield of weETH": "its yields hold no number; compare yield_pool"}


@pytest.mark.parametrize("days", [4, -4])
async def test_a_yield_of_another_week_is_told(seen, node, double, clock, days):
    at = (clock.now - timedelta(days=days)).isoformat()
    double.yield_rows(FACTS.tokens["weETH"].yield_pool, [{"timestamp": at, "apy": Decimal("2.5")}])
    assert await off(seen(node)) == {"DefiLlama yield of weETH": f"2.5% a year, {days} days old"}


async def test_a_pool_that_is_not_found_is_told(seen, node, double):
    double.pools(ordinary.POOLS[:5])
    assert await off(seen(node)) == {"DefiLlama pool of pufETH": "none of PUFETH by 'puffer-stake' on Ethereum"}


async def test_a_list_of_pools_that_cannot_be_read_is_told_for_every_pool(seen, node, double):
    double.yields.behave(behaviours.truncated(), path="/pools")
    told = await off(seen(node))
    assert told == dict.fromkeys(
        ("DefiLlama pool of ezETH", "DefiLlama pool of pufETH"), "its list of pools is empty or ends in the middle"
    )


async def test_that_no_node_is_set_is_told(seen):
    assert await off(seen()) == {"Ethereum nodes": "ETH_RPC_URLS is empty, so there are no premiums"}


async def test_each_node_that_is_broken_is_told_by_its_place(seen, new_node):
    from tests.doubles import rpc

    nodes = [new_node() for _ in range(4)]
    nodes[0].stop()
    nodes[1].behave(rpc.lagging(600))
    nodes[2].behave(rpc.error(-32000, "header not found"))
    assert await off(seen(*nodes)) == {
        "Ethereum node 1": "no connection (ConnectError)",
        "Ethereum node 2": "its newest block is of 2026-07-21 09:53 UTC",
        "Ethereum node 3": "it refused the call (code -32000)",
    }


async def test_a_contract_that_gives_no_rate_is_told_with_its_call(seen, node, chain):
    chain.set_reverting(EZETH_RATE)
    told = await off(seen(node))
    assert told == {"Ethereum node 1, rate of ezETH": f"getRate() of {EZETH_RATE} gives no rate"}


@pytest.mark.parametrize("paused", [True, None])
async def test_a_pause_and_a_contract_that_cannot_tell_are_told(seen, node, chain, paused):
    if paused:
        chain.set_paused(LRT_ORACLE, True)
    else:
        chain.set_reverting(LRT_ORACLE, selector="0x5c975abb")
    told = "paused" if paused else "cannot be asked whether it is paused"
    assert await off(seen(node)) == {"Ethereum node 1, rsETH": told}


async def test_a_node_that_states_another_rate_than_the_first_is_told(seen, new_node):
    told = await off(seen(new_node(), new_node(weETH=Decimal("1.133")), new_node()))
    assert told == {"Ethereum node 2, rate of weETH": "1.133000 ETH, 3.0000% away from the first node's"}


async def test_a_block_a_little_ahead_of_the_clock_is_no_day_old(seen, node, clock):
    clock.forward(seconds=-20)
    node.chain.set_block(25_500_001, int(clock.now.timestamp()) + 20)
    lines = {finding.where: finding.seen for finding in await seen(node)}
    assert lines["Ethereum node 1"] == "block 25500001, -20 s old"


FAULTS = [behaviours.body(text) for text in ("null", "[]", "7", '"no"', "{}", "NaN", '{"coins":{"a":null},"data":[7]}')]
FAULTS += [behaviours.reset(), behaviours.hang_up(), behaviours.moved("http://[")]


@pytest.mark.parametrize("fault", FAULTS)
async def test_whatever_all_providers_do_the_look_ends_with_findings(seen, double, fault):
    for host in double.hosts:
        host.behave(fault)
    told = await off(seen(f"{double.coins_url}/{SECRET}", "http://[", key="CG-made-up"))
    assert len(told) >= 5
    assert SECRET not in str(told)
    assert all(told.values())


async def test_files_without_tokens_leave_nothing_to_look_at(seen, double):
    assert await off(seen(facts=Facts())) == {"Ethereum nodes": "ETH_RPC_URLS is empty, so there are no premiums"}
    assert double.requests == []


async def test_a_proxy_that_cannot_be_used_is_told_at_every_provider(seen, node, monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "socks5://user:hunter2secret@host")
    told = await off(seen(node))
    assert told["DefiLlama prices"] == told["Ethereum node 1"] == "this machine's proxy or certificates (ImportError)"
