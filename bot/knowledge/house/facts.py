"""The house rules on the shared facts: their wording, and the day on which a figure is looked at again."""

from collections.abc import Iterator, Mapping

from bot.knowledge.document import Document
from bot.knowledge.facts import Facts
from bot.knowledge.house.wording import forbidden

_CHANGING = ("live", "param")


def check_facts(facts: Facts, documents: Mapping[str, Document]) -> None:
    """Report the sentences of the facts that the bot must not say, and the figures that nobody would look at again."""
    for file, name, text in _sentences(facts):
        document = documents[file]
        for code, words in forbidden(text, facts.rules):
            document.problems.add(document.file, document.line(name), code, text=words)
    if not facts.rules.review_param:
        return
    for figure in facts.figures.values():
        if figure.volatility in _CHANGING and figure.review_by is None:
            document = documents["figures.toml"]
            document.problems.add(document.file, document.line(figure.id), "figure-review", id=figure.id)


def _sentences(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """What the bot says out of each file, as the file, the record and the text."""
    for figure in facts.figures.values():
        yield "figures.toml", figure.id, figure.say
    for case in facts.incidents.values():
        yield "incidents.toml", case.id, f"{case.title}. {case.paused}. {case.banner}"
    for name, say in facts.caveats.items():
        yield "caveats.toml", name, say
    for protocol in facts.protocols.values():
        yield "protocols.toml", protocol.id, f"{protocol.tvl_note} {protocol.exit_note}"
    for token in facts.tokens.values():
        yield "tokens.toml", token.symbol, f"{token.rate_assumes} {token.rebases}"
