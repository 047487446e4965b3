"""The smallest strategy guide and the smallest comparison of protocols, and each slip that they can hold."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.knowledge.problem_of import SMALLEST

Files = Mapping[str, str | bytes | Path]

FILE = "facts/strategy.toml"
GUIDE = """[guide]
title = "Which?"
intro = "Two questions."
notice = "No advice."
leads = ["a, any -> plain", "b, x -> plain", "b, y -> bold"]
[questions.loss]
ask = "What then?"
[questions.loss.a]
label = "It hurts"
because = "So it counts."
cautious = true
[questions.loss.b]
label = "It does not"
because = "So it counts for nothing."
[questions.soon]
ask = "When?"
[questions.soon.x]
label = "Soon"
because = "Queues are long."
cautious = true
[questions.soon.y]
label = "Later"
because = "Queues are shorter than that."
[explanations.plain]
title = "Plain"
say = "Nothing is added."
risks = ["It can fall."]
exits = ["A sale."]
entries = ["x"]
[explanations.bold]
title = "Bold"
say = "Something is borrowed."
risks = ["It can fall twice."]
exits = ["The debt is first."]
entries = ["x"]
leverage = true
"""
"""Thirty-six lines without a problem, where `t/x.md` is an entry; the cases name these lines by their number."""

PROTOCOLS = "facts/protocols.toml"
PROTOCOL = """[kelp]
name = "Kelp"
kind = "LRT issuer"
what = "It issues rsETH."
yield_from = "Staking."
risks = ["bridge: it lost rsETH in April 2026"]
"""


class Slip(NamedTuple):
    """A folder with one slip: its code, its files, the place of the slip and what is said about it."""

    code: str
    files: Files
    place: str
    message: str


def guided(line: int, *text: str) -> Files:
    """The smallest guide with other lines in the place of `line`, beside its entry."""
    lines = GUIDE.split("\n")
    return {"t/x.md": SMALLEST, FILE: "\n".join([*lines[: line - 1], *text, *lines[line:]])}


def without(first: int, last: int) -> Files:
    """The smallest guide without these lines."""
    lines = GUIDE.split("\n")
    return {"t/x.md": SMALLEST, FILE: "\n".join([*lines[: first - 1], *lines[last:]])}


def more(text: str) -> Files:
    """The smallest guide with more at its end."""
    return {"t/x.md": SMALLEST, FILE: GUIDE + text}


def compared(line: int, text: str = "") -> Files:
    """The smallest comparison with another text in `line`, or without that line."""
    lines = PROTOCOL.split("\n")
    return {PROTOCOLS: "\n".join([*lines[: line - 1], *([text] if text else []), *lines[line:]])}


OPTIONS = "".join(f'[questions.soon.z{number}]\nlabel = "{number}"\nbecause = "It is."\n' for number in range(24))
A_QUESTION = '[questions.{name}]\nask = "And?"\n' + "".join(
    f'[questions.{{name}}.{one}]\nlabel = "{one}"\nbecause = "It is."\ncautious = true\n' for one in "cd"
)
CASES = [
    Slip(
        "comparison-lacks",
        compared(5),
        f"{PROTOCOLS}:1",
        "[kelp] stands in the comparison of protocols, so it needs yield_from too; write yield_from = "
        '"where its yield comes from, with the date of what can change"',
    ),
    Slip(
        "risk-without-date",
        compared(6, 'risks = ["bridge: it lost rsETH"]'),
        f"{PROTOCOLS}:6",
        "the risk 'bridge: it lost rsETH' has no date; add when that was, for example 'in April 2026'",
    ),
    Slip(
        "risk-without-factor",
        compared(6, 'risks = ["it lost rsETH in 2026"]'),
        f"{PROTOCOLS}:6",
        "the risk 'it lost rsETH in 2026' names no factor; write 'factor: what happened, with its date'",
    ),
    Slip(
        "risk-label",
        compared(6, 'risks = ["Medium (DeFi integration)"]'),
        f"{PROTOCOLS}:6",
        "'Medium (DeFi integration)' is a grade that somebody gave; name what can go wrong and when it did",
    ),
    Slip(
        "guide-table",
        without(6, 23),
        f"{FILE}:1",
        "[questions] is missing or empty; write it on a line of its own with its fields below",
    ),
    Slip("guide-field", without(14, 14), f"{FILE}:12", '[questions.loss.b] needs because; write because = "…"'),
    Slip(
        "guide-questions",
        more(A_QUESTION.format(name="third") + A_QUESTION.format(name="fourth")),
        f"{FILE}:47",
        "there are 4 questions; a guide asks 3 at most",
    ),
    Slip(
        "guide-options",
        more(OPTIONS),
        f"{FILE}:15",
        "this question has 26 answers; a menu of Discord takes 2 to 25",
    ),
    Slip(
        "guide-name",
        guided(17, "[questions.soon.any]"),
        f"{FILE}:17",
        "'any' cannot name an answer; write up to 24 small letters, digits and '-', and not 'any'",
    ),
    Slip(
        "guide-long",
        guided(18, f'label = "{"a" * 101}"'),
        f"{FILE}:18",
        "label has 101 characters; Discord shows 100, so shorten it",
    ),
    Slip(
        "guide-line",
        guided(5, 'leads = ["a -> plain"]'),
        f"{FILE}:5",
        "'a -> plain' is not understood; write an answer to each question and where they lead, for example "
        "'any, any -> plain'",
    ),
    Slip(
        "guide-answer",
        guided(5, 'leads = ["anny, any -> plain"]'),
        f"{FILE}:5",
        "'anny' is no answer to the question 'loss'; did you mean 'any'?",
    ),
    Slip(
        "guide-explanation",
        guided(5, 'leads = ["any, any -> plan"]'),
        f"{FILE}:5",
        "there is no explanation 'plan' in this file; did you mean 'plain'?",
    ),
    Slip(
        "guide-nowhere",
        guided(5, 'leads = ["a, any -> plain", "any, any -> bold"]'),
        f"{FILE}:5",
        "the answers 'b, x' lead nowhere; add a line such as 'b, x -> plain' (one to an explanation with leverage "
        "takes no cautious answer)",
    ),
    Slip(
        "guide-never",
        guided(5, 'leads = ["b, y -> bold", "any, any -> plain", "b, x -> plain"]'),
        f"{FILE}:5",
        "no answers get as far as 'b, x -> plain'; the lines above it take them all, or they are cautious",
    ),
    Slip(
        "guide-unled",
        guided(5, 'leads = ["any, any -> plain"]'),
        f"{FILE}:30",
        "nothing leads to the explanation 'bold'; add a line to leads, or remove it",
    ),
    Slip(
        "guide-careless",
        without(20, 20),
        f"{FILE}:15",
        "no answer to this question is cautious, so anybody could be led to leverage; write cautious = true below "
        "those whose givers it could hurt",
    ),
]
