"""What a guide must hold beyond its file being readable: answers that lead somewhere, and texts that can be shown."""

from collections.abc import Iterable

from bot.knowledge.document import Document
from bot.knowledge.facts import Facts
from bot.knowledge.guide import Guide
from bot.knowledge.hints import did_you_mean
from bot.knowledge.problems import Problems
from bot.knowledge.sentences import check_sentence


def leads_everywhere(guide: Guide, document: Document) -> bool:
    """Whether every combination of answers leads somewhere and none of them carelessly. Reports the first that does
    not, and what no answers ever reach.
    """
    led = set()
    for picked in guide.combinations():
        lead = guide.lead(picked)
        if lead is None:
            _lacks_lead(guide, ", ".join(option.id for option in picked), document)
            return False
        led.add(id(lead))
    _check_idle(guide, led, document)
    return _is_careful(guide, document)


def _lacks_lead(guide: Guide, answers: str, document: Document) -> None:
    plain = next((one.id for one in guide.explanations.values() if not one.leverage), "name-of-an-explanation")
    line = document.line("guide", "leads")
    document.problems.add(
        document.file, line, "guide-nowhere", answers=answers, example=f"{answers} -> {plain}", fatal=True
    )


def _check_idle(guide: Guide, led: set[int], document: Document) -> None:
    for lead in guide.leads:
        if id(lead) not in led:
            document.problems.add(document.file, document.line_with(lead.text), "guide-never", text=lead.text)
    named = {lead.explanation for lead in guide.leads}
    for name in guide.explanations.keys() - named:
        document.problems.add(document.file, document.line(f"explanations.{name}"), "guide-unled", name=name)


def _is_careful(guide: Guide, document: Document) -> bool:
    """Whether each question has an answer that keeps its giver from leverage; nothing else knows which ones should."""
    if not any(one.leverage for one in guide.explanations.values()):
        return True
    careless = [one.id for one in guide.questions if not any(option.cautious for option in one.options)]
    for name in careless:
        line = document.line(f"questions.{name}")
        document.problems.add(document.file, line, "guide-careless", fatal=True)
    return not careless


def check_texts(guide: Guide, document: Document, facts: Facts, *, thorough: bool) -> None:
    """Report what is wrong with the sentences that are shown."""
    options = [option for question in guide.questions for option in question.options]
    told = [guide.intro, guide.notice, *(option.because for option in options)]
    for one in guide.explanations.values():
        told += [one.title, one.say, *one.risks, *one.exits]
    for text in told:
        check_sentence(text, document, facts, thorough=thorough)


def check_entries(guide: Guide, entries: Iterable[str], problems: Problems) -> None:
    """Report what an explanation names and is none of the `entries`."""
    known = frozenset(entries)
    for explanation in guide.explanations.values():
        for entry in explanation.entries:
            if entry not in known and not problems.keeps_out(entry):
                hint = did_you_mean(entry, known)
                problems.add("facts/strategy.toml", explanation.line, "unknown-entry", id=entry, hint=hint)
