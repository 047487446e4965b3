"""Sentences that stand in the shared facts and are shown to members as they are, but for `{figure:id}` slots."""

from bot.knowledge.document import Document
from bot.knowledge.facts import Facts
from bot.knowledge.hints import did_you_mean
from bot.knowledge.prose import check_dates, check_prose, slots_in


def check_sentence(text: str, document: Document, facts: Facts, *, thorough: bool) -> None:
    """Report what a card cannot show, figures without a date and slots that name none. `thorough` also holds the
    wording against the house rules.
    """
    line, report = document.line_with(text.partition("\n")[0]), document.problems.in_file(document.file)
    check_prose(text, line, report)
    check_dates(text, line, report)
    for slot in slots_in(text):
        if slot.kind != "figure":
            report.add(line, "bad-slot", text=str(slot), known="figure")
        elif slot.key not in facts.figures:
            report.add(line, "unknown-figure", id=slot.key, hint=did_you_mean(slot.key, facts.figures))
    if thorough:
        from bot.knowledge.house.wording import forbidden  # noqa: PLC0415 - a start has no time for it

        for code, words in forbidden(text, facts.rules):
            report.add(line, code, text=words)
