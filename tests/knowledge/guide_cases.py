"""The smallest strategy guide, as it is and changed, and the smallest comparison of protocols."""

from collections.abc import Mapping
from pathlib import Path

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
