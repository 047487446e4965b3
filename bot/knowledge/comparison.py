"""What protocols say of themselves in the comparison: everything that it shows, and risks as dated facts."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.knowledge.document import Document
from bot.knowledge.facts import FACTOR_ENDS, Facts, Protocol
from bot.knowledge.prose import DATED, slots_in
from bot.knowledge.sentences import check_sentence

_EXAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "what": 'what = "what it is, in a sentence"',
        "yield_from": 'yield_from = "where its yield comes from, with the date of what can change"',
        "risks": 'risks = ["factor: what happened, with its date"]',
    }
)
_GRADE = r"(?:very |rather |quite )?(?:low|medium|moderate|high|elevated|minimal)"
_LABEL = re.compile(
    rf"{_GRADE}(?:(?:[-/ ]| to ){_GRADE})?(?:[- ]risk)?\b(?=\W*(?:$|\(|:))|risk\W+{_GRADE}\b", re.IGNORECASE
)
"""A grade that stands alone, as `medium` or `low-medium (…)`, and not one within a sentence, as `low liquidity`."""


def check_comparison(facts: Facts, document: Document, *, thorough: bool) -> None:
    """Report what a protocol of the comparison lacks, and risks that are no dated facts."""
    for protocol in facts.protocols.values():
        _check_whole(protocol, document)
        for text in filter(None, (protocol.what, protocol.yield_from, *protocol.risks)):
            check_sentence(text, document, facts, thorough=thorough)
        for risk in protocol.risks:
            _check_risk(risk, document)


def _check_whole(protocol: Protocol, document: Document) -> None:
    lacking = [field for field in _EXAMPLES if not getattr(protocol, field)] if protocol.is_compared else []
    for field in lacking:
        line, example = document.line(protocol.id), _EXAMPLES[field]
        document.problems.add(document.file, line, "comparison-lacks", name=protocol.id, field=field, example=example)


def _check_risk(risk: str, document: Document) -> None:
    factor, ends, evidence = risk.partition(FACTOR_ENDS)
    if _LABEL.match(risk) or _LABEL.match(evidence.strip()):
        code = "risk-label"
    elif not (factor.strip() and ends and evidence.strip()):
        code = "risk-without-factor"
    elif not DATED.search(evidence) and not slots_in(evidence):
        code = "risk-without-date"
    else:
        return
    document.problems.add(document.file, document.line_with(risk), code, text=risk)
