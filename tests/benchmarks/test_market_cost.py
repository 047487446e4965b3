"""The pieces of the benchmark of live prices on a tiny case, without the packages that it compares with."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("pyrevm")

from bot.clock import today, utc_now
from bot.knowledge import read_library
from tests.benchmarks import market_cost
from tests.benchmarks.market import crowd, table
from tests.benchmarks.market.child import Cost
from tests.benchmarks.market.compare import Compared, Plan, compare
from tests.benchmarks.market.methods import METHODS, Kind, Ours
from tests.benchmarks.market.watched_bot import WatchedLoop
from tests.process.market import Outside, write_tokens


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tokens(tmp_path_factory.mktemp("tokens"))


def test_ours_quotes_every_rated_token_in_a_process_of_its_own_with_a_request_to_each_of_two_hosts(tokens):
    with Outside(read_library(tokens, today(utc_now)).library.facts) as outside:
        found = compare(outside, tokens, ["ours"], Plan(processes=1, rounds=1, quotes=1))["ours"]
        rated = set(outside.rates)
    assert found.requests == {"coins": 1, "node": 1}
    (cost,) = found.costs
    assert cost.premiums == {symbol: pytest.approx(0.1) for symbol in rated}
    assert cost.cold == cost.first
    assert min(cost.load, cost.bare, cost.cold, cost.again) > 0


def test_a_whole_run_prints_its_tables_and_writes_them(tokens, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(crowd, "PAUSE", 0.0)
    monkeypatch.setattr(market_cost, "METHODS", {"ours": METHODS["ours"]})
    page = tmp_path / "page.md"
    page.write_text(f"before\n{table.BEGIN}\n{table.END}\nafter\n")
    tiny = ["--latency", "0", "--processes", "1", "--rounds", "1", "--quotes", "1", "--members", "2"]
    market_cost.main([str(tokens), *tiny, "--readme", str(page)])
    printed = capsys.readouterr().out
    assert "**ours**" in printed
    assert "| 0 of 2 |" in printed
    assert "DefiLlama 4, Ethereum node 1" in printed
    assert page.read_text() == f"before\n{table.BEGIN}\n{printed}{table.END}\nafter\n"


def test_a_method_whose_package_is_absent_says_so():
    assert METHODS["ours"].missing is None
    absent = Kind("theirs", ("json", "no_such_package.inside"), Ours)
    assert absent.missing == "theirs is left out: no_such_package cannot be imported."


def test_a_loop_that_was_held_up_tells_for_how_long(capsys):
    with asyncio.Runner(loop_factory=WatchedLoop) as runner:
        runner.run(held_up())
    ((_, seconds),) = crowd.STALL.findall(capsys.readouterr().err)
    assert float(seconds) >= 0.04


async def held_up():
    await asyncio.sleep(0.02)
    time.sleep(0.05)  # noqa: ASYNC251 - this is what shall be seen
    await asyncio.sleep(0.02)


def cost(**figures):
    ordinary = Cost(load=0.04, memory=5.0, first=0.25, cold=0.24, bare=0.2, again=0.5, premiums={})
    return replace(ordinary, **figures)


def fared(**figures):
    times = [0.1] * 98 + [0.5] * 2
    ordinary = crowd.Crowd(100, 0, times, [2 * one for one in times], {"coins": 1, "api": 1, "node": 1}, 0, 0.2)
    return replace(ordinary, **figures)


def run(*costs, **figures):
    compared = {"ours": Compared(costs or [cost()], {"coins": 1, "node": 1})}
    crowds = crowd.Crowds(fared(**figures), fared(requests={}), fared(), crowd.First(0.07, 0.48, 0.06))
    return table.Run(0.2, 11, compared, crowds, ("A remark.",))


def test_figures_are_medians_over_processes_and_what_is_unknown_is_a_dash():
    found = run(cost(cold=0.22), cost(cold=0.3, memory=None), cost(cold=0.26, memory=7.0))
    row = table.costs(found).splitlines()[2]
    assert row == "| **ours** | 260 ms | 2 | 1.30 | 0.50 ms | 40 ms | 6 MiB |"
    unknown = table.costs(run(cost(memory=None, again=None))).splitlines()[2]
    assert unknown.count(table.DASH) == 2


def test_a_crowd_is_told_by_its_middle_and_its_slowest():
    rows = table.fared(run().crowds).splitlines()
    assert rows[2] == (
        "| `/price`, nothing known | 100 ms | 500 ms | 200 ms | 1,000 ms | 0 of 100 | 2.0 ms "
        "| DefiLlama 2, Ethereum node 1 |"
    )
    assert rows[3].endswith("| none |")
    assert len({row.count("|") for row in rows}) == 1


def test_the_section_ends_with_what_was_left_out():
    assert table.section(run()).endswith("\n\nA remark.")


def test_a_page_without_markers_is_refused():
    with pytest.raises(ValueError, match="the page has no lines"):
        table.replaced("no markers", "text")


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (run(cost(cold=0.28)), "1.40 times as long as the slowest host"),
        (run(cost(again=1.5)), "takes 1.50 ms of CPU"),
        (run(lost=1), "1 were lost"),
        (run(errors=2), "2 errors"),
        (run(acknowledged=[1.5] * 100), "p99 was 1.50 s"),
    ],
)
def test_a_requirement_that_is_not_met_is_named(found, sentence):
    (complaint,) = market_cost.unmet(found)
    assert sentence in complaint


def test_a_run_that_meets_all_requirements_is_fine():
    assert list(market_cost.unmet(run())) == []
