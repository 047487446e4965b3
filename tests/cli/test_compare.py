"""`compare` on the command line: protocols beside each other, or two to five tokens with what stands behind them."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.answering.protocols import UNRANKED
from bot.cli import main
from tests.folders import entry_text, write_folder

from .outside import INCIDENT, NODE_KEY, NOW, PROTOCOLS, SECOND_KEY, STAMP, TOKENS, Outside, open_outside

SAID = 'what = "It issues one."\nyield_from = "Staking."\nrisks = ["bridge: lost some in April 2026"]\n'
TABLE = (
    PROTOCOLS.replace("[renzo]\n", f'[renzo]\nkind = "LRT issuer"\n{SAID}').replace(
        "[kelp]\n", f'[kelp]\nkind = "LRT issuer"\nexit_note = "A queue (2025)."\n{SAID}'
    )
    + f'[base]\nname = "Base"\nkind = "restaking"\n{SAID}'
)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    with ExitStack() as stack:
        found = open_outside(lambda: NOW, stack)
        for name, value in found.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr("bot.console.WIDTH", 200)
        monkeypatch.setenv("COLUMNS", "200")
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {"facts/tokens.toml": TOKENS, "facts/protocols.toml": TABLE, "t/x.md": entry_text("X", ["x"])}
    return write_folder(tmp_path / "knowledge", files)


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str], logging_as_before: None):
    """Runs the command on the folder: its exit code, and what it printed."""

    def start(*arguments: str) -> tuple[int, str, str]:
        code = main(["compare", "--knowledge", str(folder), *arguments])
        out, err = capsys.readouterr()
        assert not any(secret in out + err for secret in (NODE_KEY, SECOND_KEY, "127.0.0.1"))
        return code, out, err

    return start


def test_without_a_token_the_layer_stands_first_and_issuers_follow_by_the_alphabet(outside: Outside, run):
    code, out, err = run()
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "Base: the layer underneath, not an LRT",
        "It issues one.",
        "Yield from: Staking.",
        "Risk factors:",
        "- bridge: lost some in April 2026",
        "Ways out: Nothing dated is known here about the ways out; look in the protocol's own app.",
        "Deposits are not known at the moment.",
        "",
        "Issuers of LRTs, in alphabetical order:",
        "",
        "Kelp: rsETH",
        "It issues one.",
        "Yield from: Staking.",
        "Risk factors:",
        "- bridge: lost some in April 2026",
        "Ways out: A queue (2025).",
        f"Deposits: $1.1 billion (DefiLlama, {STAMP}). Counted inside EigenLayer too.",
        "",
        "Renzo: ezETH",
        "It issues one.",
        "Yield from: Staking.",
        "Risk factors:",
        "- bridge: lost some in April 2026",
        "Ways out: Nothing dated is known here about the ways out; look in the protocol's own app.",
        "Deposits are not known at the moment.",
        "",
        "Risks are named with their dates and not graded.",
        UNRANKED,
    ]


def test_json_without_a_token_is_one_object_a_protocol(outside: Outside, run):
    code, out, _ = run("--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [row["protocol"] for row in rows] == ["base", "kelp", "renzo"]
    assert rows[1]["deposits"] == {
        "text": f"$1.1 billion (DefiLlama, {STAMP})",
        "as_of": NOW.isoformat(),
        "source": "DefiLlama",
        "live": True,
    }
    assert rows[1]["risks"] == [{"factor": "bridge", "evidence": "lost some in April 2026"}]
    assert (rows[2]["deposits"], rows[0]["layer"]) == (None, True)
    assert not {"total", "sum", "rank", "grade", "risk"} & set(rows[0])


def test_tokens_are_shown_one_under_the_other_with_what_stands_behind_them(outside: Outside, run):
    code, out, err = run("rseth", "EZETH", "kelp")
    assert (code, err) == (0, "")
    assert re.findall(r"^(\w+): ", out, re.MULTILINE)[0] == "rsETH"
    assert out.index("rsETH: Kelp Restaked ETH") < out.index("ezETH: Renzo Restaked ETH")
    assert "Ways out at Kelp: A queue (2025)." in out
    assert out.endswith(
        "\nKelp: rsETH\nYield from: Staking.\n- bridge: lost some in April 2026\n"
        "\nRenzo: ezETH\nYield from: Staking.\n- bridge: lost some in April 2026\n"
    )


def test_json_of_tokens_is_one_object_a_token_with_what_stands_behind_it(outside: Outside, run):
    code, out, _ = run("rseth", "ezeth", "--json")
    rseth, ezeth = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert (rseth["token"], rseth["price"]["value"]) == ("rsETH", "2077.76")
    assert (rseth["behind"]["protocol"], rseth["behind"]["yield_from"]) == ("kelp", "Staking.")
    assert ezeth["behind"]["risks"] == [{"factor": "bridge", "evidence": "lost some in April 2026"}]


def test_an_open_incident_stands_first(outside: Outside, folder: Path, run):
    write_folder(folder, {"facts/incidents.toml": INCIDENT})
    assert run()[1].startswith("!! Kelp's bridge has lost funds.\n")


@pytest.mark.parametrize("typed", [("ezeth",), ("ezeth", "renzo")])
def test_fewer_than_two_tokens_are_one_sentence_and_exit_code_2(typed: tuple[str, ...], outside: Outside, run):
    assert run(*typed) == (2, "", "Name 2 to 5 different tokens to compare, or none to see the protocols.\n")
    assert outside.providers.requests == []


@pytest.mark.parametrize("typed", ["dogecoin", "eth", "sweth", ""])
def test_what_cannot_be_compared_is_one_sentence_and_exit_code_1(typed: str, outside: Outside, run):
    assert run("ezeth", typed) == (1, "", f"'{typed}' is no token to compare; there are ezETH, rsETH.\n")
    assert outside.providers.requests == []


def test_a_phrase_or_key_is_neither_looked_up_nor_repeated(outside: Outside, run):
    code, out, err = run(*["abandon"] * 11, "about")
    assert (code, out) == (1, "")
    assert "was not looked up" in err
    assert "abandon" not in err


def test_a_folder_without_a_comparison_asks_for_tokens(outside: Outside, folder: Path, run):
    write_folder(folder, {"facts/protocols.toml": PROTOCOLS})
    assert run() == (2, "", "These knowledge files compare no protocols; name two to five tokens.\n")


def test_while_all_is_down_the_protocols_are_still_told(outside: Outside, run):
    outside.break_all()
    code, out, _ = run()
    assert code == 0
    assert "Kelp: rsETH" in out
    assert "$" not in out
