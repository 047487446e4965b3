"""`price` and `selfcheck`: live figures for people and for programs, against providers and a node on this machine."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.clock import utc_now
from tests.doubles import behaviours, llama
from tests.folders import entry_text, write_folder

from .outside import (
    EZETH,
    INCIDENT,
    NODE_KEY,
    NOW,
    ORACLE,
    PROTOCOLS,
    RSETH,
    SECOND_KEY,
    STAMP,
    TOKENS,
    Outside,
    open_outside,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    with ExitStack() as stack:
        found = open_outside(lambda: NOW, stack)
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    asked = entry_text(
        "Prices", ["what is ezeth at now", "is rseth depegged"], "Look here.", live="prices", tokens="ezETH, rsETH"
    )
    files = {"facts/tokens.toml": TOKENS, "facts/protocols.toml": PROTOCOLS, "prices/now.md": asked}
    return write_folder(tmp_path / "knowledge", files)


@dataclass
class Ended:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ended]


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str], logging_as_before: None) -> Run:
    """Runs a command on the folder."""

    def start(command: str, *arguments: str) -> Ended:
        capsys.readouterr()
        code = main([command, "--knowledge", str(folder), *arguments])
        out, err = capsys.readouterr()
        for secret in (NODE_KEY, SECOND_KEY, "127.0.0.1"):
            assert secret not in out + err
        return Ended(code, out, err)

    return start


# For people


def test_without_a_token_all_are_shown_line_by_line(outside: Outside, run: Run):
    ended = run("price")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "Prices",
        "ETH $1,930.74",
        "ezETH $2,088.92 · −0.21%",
        "rsETH $2,077.76 · −0.01%",
        "",
        f"Prices: DefiLlama, from {STAMP} or later where no age is shown.",
        "The percentage compares the market price with the rate that the protocol states.",
        "Ethereum mainnet only; versions of a token on other chains can trade elsewhere.",
    ]


def test_one_token_is_shown_in_full(outside: Outside, run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.console.WIDTH", 200)
    monkeypatch.setenv("COLUMNS", "200")
    ended = run("price", "rseth")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "rsETH: Kelp Restaked ETH",
        f"$2,077.76 · 1.0761 ETH (DefiLlama, {STAMP})",
        f"Protocol-stated rate: 1.0763 ETH (read {STAMP})",
        "Market against that rate: −0.01%, about fair value",
        f"Yield: 2.48% a year (DefiLlama, {STAMP}; a figure that Kelp itself publishes)",
        f"Deposits at Kelp: $1.1 billion (DefiLlama, {STAMP}). Counted inside EigenLayer too.",
        "",
        f"Rate from {ORACLE}, block 25,500,000. A stored value that Kelp updates.",
        "Ethereum mainnet only; versions of a token on other chains can trade elsewhere.",
        "Each token's yield is reckoned in its own way, so they make no ranking.",
    ]


@pytest.mark.parametrize("typed", [("rseth", "EZETH"), ("kelp", "easy eth"), ("$rsETH", "ezETH", "RSETH")])
def test_several_tokens_are_lines_in_the_order_of_asking_each_once(typed: tuple[str, ...], outside: Outside, run: Run):
    lines = run("price", *typed).out.splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["rsETH", "ezETH"]
    assert lines[3] == ""


def test_an_unknown_token_is_one_sentence_and_exit_code_1(outside: Outside, run: Run):
    ended = run("price", "dogecoin")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "'dogecoin' is no token with a price; there are ETH, ezETH, rsETH.\n"
    assert outside.providers.requests == []


@pytest.mark.parametrize("typed", ["sweth", "swell", ""])
def test_a_token_without_a_price_is_told_as_one_and_never_taken_for_another(typed: str, outside: Outside, run: Run):
    ended = run("price", typed)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"'{typed}' is no token with a price")


def test_known_tokens_are_shown_beside_an_unknown_one(outside: Outside, run: Run):
    ended = run("price", "ezeth", "dogecoin")
    assert ended.code == 1
    assert ended.out.startswith("ezETH: Renzo Restaked ETH")
    assert ended.err.count("\n") == 1


def test_a_phrase_or_key_is_neither_looked_up_nor_repeated(outside: Outside, run: Run):
    for typed in (["abandon"] * 11 + ["about"], ["ab" * 32]):
        ended = run("price", *typed)
        assert (ended.code, ended.out) == (1, "")
        assert ended.err == (
            "That looks like a recovery phrase or a key. It was not looked up, and nobody needs it for a price.\n"
        )


def test_an_open_incident_stands_first_and_the_reasons_stand_apart(outside: Outside, folder: Path, run: Run):
    write_folder(folder, {"facts/incidents.toml": INCIDENT})
    outside.chain.set_paused(ORACLE, paused=True)
    lines = run("price", "rseth").out.splitlines()
    assert lines[0] == "!! Kelp's bridge has lost funds."
    marked = [line for line in lines if line.startswith("! ")]
    assert [line.split()[1] for line in marked] == ["No", "The", "Paused"]


# For programs

AT = "2026-11-22T12:00:00Z"


def figure(value: str, unit: str, source: str, state: str, **more: object) -> dict[str, object]:
    return {"value": value, "unit": unit, "source": source, "time": AT, "state": state} | more


def test_json_is_one_object_a_line_with_every_figure_and_where_it_is_from(outside: Outside, run: Run):
    ended = run("price", "ezeth", "rseth", "--json")
    assert (ended.code, ended.err) == (0, "")
    ezeth, rseth = ended.rows
    assert (ezeth["token"], rseth["token"]) == ("ezETH", "rsETH")
    assert (rseth["asked"], rseth["state"]) == (AT, "ok")
    contract, each, block = f"contract {ORACLE}", "ETH per rsETH", {"block": 25_500_000}
    assert rseth["price"] == figure("2077.76", "USD", "DefiLlama", "fresh", confidence="0.99")
    assert rseth["eth"] == figure("1.076147", each, "DefiLlama", "fresh")
    stands = {"unchanged_since": "2026-11-22", "assumes": "A stored value that Kelp updates."}
    assert rseth["rate"] == figure("1.076300000000000000", each, contract, "ok", **stands, **block)
    premium = figure("-0.0142", "percent", f"DefiLlama against {contract}", "ok", band="about fair value", **block)
    assert rseth["premium"] == premium
    method = "a figure that Kelp itself publishes"
    assert rseth["yield"] == figure("2.48", "percent a year", "DefiLlama", "ok", method=method)
    held = {"protocol": "kelp", "note": "Counted inside EigenLayer too."}
    assert rseth["tvl"] == figure("1130000000", "USD", "DefiLlama", "ok", **held)
    assert (rseth["held"], rseth["other_prices"], rseth["incidents"], rseth["notes"]) == ([], [], [], [])
    assert ezeth["premium"]["value"] == "-0.2096"


def test_json_without_a_token_has_a_line_for_each(outside: Outside, run: Run):
    rows = run("price", "--json").rows
    assert [row["token"] for row in rows] == ["ETH", "ezETH", "rsETH"]
    assert all(set(row) == set(rows[0]) for row in rows)
    assert (rows[0]["eth"], rows[0]["rate"]) == (None, None)


def test_json_of_a_halted_token_has_the_reason_in_the_place_of_the_premium(outside: Outside, folder: Path, run: Run):
    write_folder(folder, {"facts/incidents.toml": INCIDENT})
    outside.chain.set_paused(ORACLE, paused=True)
    outside.providers.price(f"ethereum:{RSETH}", Decimal(1600))
    outside.providers.gecko_price("kelp-dao-restaked-eth", usd=Decimal(1600), eth=Decimal("0.8287"))
    (row,) = run("price", "rseth", "--json").rows
    assert (row["state"], row["held"]) == ("incident", ["incident", "rate_paused"])
    assert (row["rate"]["value"], row["rate"]["state"]) == ("1.076300000000000000", "rate_paused")
    assert (row["premium"]["value"], row["premium"]["state"]) == (None, "incident")
    assert row["yield"] is None
    assert row["incidents"] == [
        {
            "id": "bridge",
            "title": "Loss at the bridge",
            "banner": "Kelp's bridge has lost funds.",
            "paused": "withdrawals",
        }
    ]
    assert len(row["notes"]) == 3
    assert "discount" not in json.dumps(row)


def test_json_of_two_sources_that_disagree_has_both_and_no_price(outside: Outside, run: Run):
    outside.providers.price(f"ethereum:{EZETH}", Decimal(700))
    (row,) = run("price", "ezeth", "--json").rows
    assert row["state"] == "sources_disagree"
    assert (row["price"], row["eth"], row["premium"]["value"]) == (None, None, None)
    assert [(price["source"], price["value"]) for price in row["other_prices"]] == [
        ("DefiLlama", "700"),
        ("CoinGecko", "2088.92"),
    ]


@pytest.mark.parametrize(("late", "state"), [(20 * 60, "delayed"), (5 * 3600, "old"), (13 * 3600, "last_known")])
def test_json_says_how_old_a_price_is(late: int, state: str, outside: Outside, run: Run):
    outside.providers.coins.behave(llama.aged(late))
    outside.providers.gecko.behave(behaviours.bad_gateway())
    (row,) = run("price", "ezeth", "--json").rows
    assert row["price"]["state"] == state
    assert row["price"]["time"] == (NOW - timedelta(seconds=late)).isoformat().replace("+00:00", "Z")


def test_json_of_a_gap_that_rounds_to_nothing_has_no_sign(outside: Outside, run: Run):
    outside.providers.price(f"ethereum:{RSETH}", Decimal("2077.76"))
    outside.rate(ORACLE, "1.076147384", "0xb4b46434")
    (row,) = run("price", "rseth", "--json").rows
    assert row["premium"]["value"] == "0.0000"


# What is down


def test_without_a_node_there_are_prices_and_no_premium(outside: Outside, run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ETH_RPC_URLS")
    (row,) = run("price", "rseth", "--json").rows
    assert row["price"]["value"] == "2077.76"
    assert (row["rate"], row["state"]) == (None, "no_rate")
    assert row["notes"] == ["No premium is shown: this bot has no Ethereum node to read stated rates from."]


def test_while_all_is_down_that_is_said_and_the_log_names_no_address(outside: Outside, run: Run):
    outside.break_all()
    ended = run("price", "rseth")
    assert ended.code == 0
    assert ended.out.splitlines()[:2] == [
        "rsETH: Kelp Restaked ETH",
        "No price is known at the moment. Please try again in a minute.",
    ]
    assert "WARNING bot.market: DefiLlama: HTTP status 502; skipped for 15 s." in ended.err
    assert "WARNING bot.market: Ethereum node 1: " in ended.err
    assert "http" not in ended.err


def test_while_all_is_down_json_has_empty_places_and_reasons(outside: Outside, run: Run):
    outside.break_all()
    rows = run("price", "--json").rows
    assert [row["state"] for row in rows] == ["no_price"] * 3
    assert all(row["price"] is None and row["other_prices"] == [] for row in rows)


def test_an_address_that_cannot_be_used_is_one_sentence(outside: Outside, run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ETH_RPC_URLS", f"node.example/{NODE_KEY}")
    ended = run("price")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "ETH_RPC_URLS holds something that is no address; write it like https://host/path.\n"


# The other commands


def test_ask_answers_a_question_about_a_price_with_its_figures(outside: Outside, run: Run):
    (row,) = run("ask", "--json", "is rseth depegged").rows
    assert (row["outcome"], row["entry"]) == ("live", "now")
    assert row["text"].startswith(f"**$2,077.76** · 1.0761 ETH (DefiLlama, {STAMP})")
    assert {figure["slot"] for figure in row["figures"]} == {
        *("price:rsETH", "rate:rsETH", "premium:rsETH", "apr:rsETH", "tvl:kelp")
    }


def test_ask_understands_a_follow_up_about_another_token(outside: Outside, run: Run):
    out = run("ask", "--previous", "what is ezeth at now", "and rseth?").out
    assert out.startswith("Understood as: what is rsETH at now\nrsETH price\n$2,077.76")


def test_ask_prints_the_entry_and_no_log_while_all_is_down(outside: Outside, run: Run):
    outside.break_all()
    ended = run("ask", "is rseth depegged")
    assert ended.code == 0
    assert "Look here." in ended.out
    assert "No live price of rsETH" in ended.out
    assert ended.err == ""


def test_a_self_check_of_what_is_as_expected_exits_0(outside: Outside, run: Run):
    ended = run("selfcheck")
    assert (ended.code, ended.err) == (0, "")
    assert all(line.startswith("ok ") for line in ended.out.splitlines())
    assert "Ethereum node 1, rate of rsETH: 1.076300 ETH" in ended.out


def test_a_self_check_that_finds_something_exits_1_and_names_it(outside: Outside, run: Run):
    outside.providers.coins.behave(llama.missing(f"ethereum:{RSETH}"))
    ended = run("selfcheck")
    assert ended.code == 1
    (line,) = [line for line in ended.out.splitlines() if not line.startswith("ok ")]
    assert line.startswith("differs  DefiLlama price of rsETH: missing")


def test_a_self_check_while_all_is_down_names_everything_and_no_address(outside: Outside, run: Run):
    outside.break_all()
    ended = run("selfcheck")
    assert ended.code == 1
    assert "differs  Ethereum node 1: HTTP status 502" in ended.out
    assert "http://" not in ended.out + ended.err


def test_help_names_the_commands_and_every_variable_of_providers(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    assert re.search(r"^ +price +", text, re.MULTILINE)
    assert re.search(r"^ +selfcheck$", text, re.MULTILINE)
    for name, default in (
        ("ETH_RPC_URLS", "none"),
        ("DEFILLAMA_COINS_URL", "https://coins.llama.fi"),
        ("DEFILLAMA_API_URL", "https://api.llama.fi"),
        ("DEFILLAMA_YIELDS_URL", "https://yields.llama.fi"),
        ("COINGECKO_URL", "https://api.coingecko.com/api/v3"),
        ("COINGECKO_API_KEY", "none"),
    ):
        assert re.search(rf"^  {name} .*\(default: {re.escape(default)}\)$", text, re.MULTILINE), name


# As a process of its own


def _process(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments, "--knowledge", str(folder)],
        cwd=ROOT,
        env=kept | {"PYTHONUTF8": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_process_prints_json_of_now_and_keeps_its_secrets_while_things_fail(folder: Path):
    with ExitStack() as stack:
        outside = open_outside(utc_now, stack)
        good = _process(folder, outside.environment, "price", "ezETH", "--json")
        outside.break_all()
        bad = _process(folder, outside.environment | {"LOG_LEVEL": "DEBUG"}, "price", "ezETH")
    assert (good.returncode, good.stderr) == (0, "")
    row = json.loads(good.stdout)
    assert row["price"]["value"] == "2088.92"
    assert abs(datetime.fromisoformat(row["rate"]["time"]) - utc_now()) < timedelta(minutes=1)
    assert bad.returncode == 0
    assert "No price is known at the moment." in bad.stdout
    assert "bot.market" in bad.stderr
    for secret in (NODE_KEY, SECOND_KEY):
        assert secret not in good.stdout + good.stderr + bad.stdout + bad.stderr
