"""What protocols say of themselves in the comparison: complete, dated, and never a grade."""

import json

import pytest

from bot.knowledge import Protocol
from bot.knowledge.facts_files import read_facts
from bot.knowledge.problems import Problems
from tests.knowledge.guide_cases import PROTOCOL


def codes(text: str, **files: str) -> list[str]:
    problems = Problems()
    texts = {f"{name}.toml": content for name, content in files.items()} | {"protocols.toml": text}
    read_facts(texts, problems, thorough=True)
    return [problem.code for problem in problems.sorted()]


def with_risk(risk: str) -> str:
    return PROTOCOL.replace('"bridge: it lost rsETH in April 2026"', json.dumps(risk, ensure_ascii=False))


def test_a_protocol_that_says_all_three_has_no_problem():
    assert codes(PROTOCOL) == []


@pytest.mark.parametrize("kind", ["LRT issuer", "restaking"])
@pytest.mark.parametrize("field", ["what", "yield_from", "risks"])
def test_a_protocol_of_the_table_says_all_three(kind: str, field: str):
    lines = [line for line in PROTOCOL.replace("LRT issuer", kind).splitlines() if not line.startswith(f"{field} =")]
    assert codes("\n".join(lines)) == ["comparison-lacks"]


@pytest.mark.parametrize("kind", ["LRT issuer", "restaking", "LST issuer", ""])
def test_a_protocol_that_says_none_of_them_is_not_in_the_table(kind: str):
    assert codes(f'[a]\nname = "A"\nkind = "{kind}"\n') == []
    assert not Protocol("a", "A", kind).is_compared


def test_protocols_of_other_kinds_may_say_some_of_them():
    assert codes('[a]\nname = "A"\nkind = "LST issuer"\nyield_from = "Staking."\n') == []


@pytest.mark.parametrize(
    "risk",
    [
        "Medium",
        "low-medium",
        "Low to medium",
        "very high",
        "high risk",
        "High (smart contract and slashing, 2026)",
        "Medium risk: single vault in 2026",
        "bridge: high",
        "bridge: Low-Medium (2026)",
        "risk: medium, 2026",
        "moderate",
        "elevated risk",
    ],
)
def test_a_grade_is_told_apart_from_a_risk(risk: str):
    assert codes(with_risk(risk)) == ["risk-label"]


@pytest.mark.parametrize(
    "risk",
    [
        "market price: it fell in April 2024 for low liquidity",
        "high borrow rates: loops ran at a loss in July 2025",
        "concentration: a high share lay with seven operators in February 2025",
        "bridge: in 2026",
        "queue: {figure:queue}",
    ],
)
def test_a_dated_fact_is_a_risk_whatever_words_stand_in_it(risk: str):
    figure = '[queue]\nsay = "9 days"\nvalue = "9"\nunit = "days"\nas_of = 2026-10-02\nsource = "A dashboard"\n'
    assert codes(with_risk(risk), figures=figure) == []


@pytest.mark.parametrize(
    ("risk", "code"),
    [
        ("bridge: it lost rsETH", "risk-without-date"),
        ("in April 2026: ", "risk-without-factor"),
        ("it lost rsETH in April 2026", "risk-without-factor"),
        (": it lost rsETH in April 2026", "risk-without-factor"),
        ("bridge: it lost {figure:gone}", "unknown-figure"),
        ("bridge: it lost {tvl:kelp}", "bad-slot"),
        ("bridge: see https://a.b/c of 2026", "link-in-text"),
    ],
)
def test_a_risk_that_is_no_dated_fact_is_told(risk: str, code: str):
    assert codes(with_risk(risk)) == [code]


def test_a_yield_source_with_a_figure_needs_its_date():
    assert codes(PROTOCOL.replace('"Staking."', '"Staking, less 10%."')) == ["undated-figure"]
    assert codes(PROTOCOL.replace('"Staking."', '"Staking, less 10% (December 2025)."')) == []


def test_advice_and_verdicts_are_told_here_too():
    rules = 'verdict = ["safe"]\nadvice = ["you should"]\n'
    assert codes(PROTOCOL.replace('"Staking."', '"You should stake."'), rules=rules) == ["advice-wording"]
    assert codes(PROTOCOL.replace('"It issues rsETH."', '"It is safe."'), rules=rules) == ["verdict-wording"]
