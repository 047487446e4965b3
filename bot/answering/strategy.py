"""The strategy guide: which question comes next, and the explanation that the answers lead to. Pure.

Nothing is decided but by the guide's own table, and nothing is recommended: a result is a text that people wrote, with
its risks and its ways out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answering.answers import Choice
from bot.answering.compose import choices_for
from bot.answering.slots import fill
from bot.errors import UsageError
from bot.knowledge.guide import Guide, GuideQuestion, Option
from bot.knowledge.library import Library


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to be put. `place` counts from 1 to `total`; `answers` are the ids that were picked before it."""

    title: str
    intro: str
    question: GuideQuestion
    place: int
    total: int
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was given, by the ids of its question and its option, and what follows from it."""

    question: str
    ask: str
    answer: str
    label: str
    because: str


@dataclass(frozen=True, slots=True)
class Explained:
    """What answers lead to, with all slots filled. `notice` says that it is no advice and is always shown; `banners`
    are the incidents that are open; `entries` can be opened.
    """

    explanation: str
    title: str
    say: str
    risks: tuple[str, ...]
    exits: tuple[str, ...]
    given: tuple[Given, ...]
    notice: str
    entries: tuple[Choice, ...] = ()
    banners: tuple[str, ...] = ()


def step_of(library: Library, answers: Sequence[str]) -> Asked | Explained | None:
    """The question that follows the ids of `answers`, or after the last one the explanation. None where there is no
    guide, or it has no such answers, as after a change of the file.
    """
    guide = library.facts.guide
    picked = None if guide is None else _picked(guide, answers)
    if guide is None or picked is None:
        return None
    if len(picked) < len(guide.questions):
        place = len(picked)
        question = guide.questions[place]
        return Asked(guide.title, guide.intro, question, place + 1, len(guide.questions), tuple(answers))
    return _explained(library, guide, picked)


def _picked(guide: Guide, answers: Sequence[str]) -> list[Option] | None:
    """The options of these ids, one for each of the first questions."""
    if len(answers) > len(guide.questions):
        return None
    found = [question.option(answer) for question, answer in zip(guide.questions, answers, strict=False)]
    known = [option for option in found if option is not None]
    return known if len(known) == len(answers) else None


def _explained(library: Library, guide: Guide, picked: Sequence[Option]) -> Explained | None:
    lead = guide.lead(picked)
    if lead is None:
        return None
    told = guide.explanations[lead.explanation]
    facts = library.facts

    def filled(*texts: str) -> tuple[str, ...]:
        return tuple(filter(None, (fill(text, facts, {})[0] for text in texts)))

    given = (
        Given(question.id, question.ask, option.id, option.label, fill(option.because, facts, {})[0])
        for question, option in zip(guide.questions, picked, strict=True)
    )
    return Explained(
        told.id,
        told.title,
        " ".join(filled(told.say)),
        filled(*told.risks),
        filled(*told.exits),
        tuple(given),
        guide.notice,
        choices_for(library, told.entries),
        tuple(case.banner for case in facts.incidents.values() if case.is_open),
    )


def answers_of(guide: Guide, typed: str) -> list[str]:
    """The ids of answers that somebody typed, separated by commas, each by its name or its number. What was typed is
    never repeated: it may be anything.

    Raises:
        UsageError: there is not one for each question, or one is none of its answers.
    """
    parts = [part.strip() for part in typed.split(",")]
    if len(parts) != len(guide.questions):
        example = ",".join(question.options[0].id for question in guide.questions)
        raise UsageError(f"The guide asks {len(guide.questions)} questions; answer each, such as --answers {example}.")
    return [
        _answer(part, question, place)
        for place, (part, question) in enumerate(zip(parts, guide.questions, strict=True), 1)
    ]


def _answer(typed: str, question: GuideQuestion, place: int) -> str:
    ids = [option.id for option in question.options]
    if typed in ids:
        return typed
    if re.fullmatch("[1-9][0-9]?", typed) and int(typed) <= len(ids):
        return ids[int(typed) - 1]
    raise UsageError(f"Answer {place} is none of {', '.join(ids)}, nor a number from 1 to {len(ids)}.")


def explained_as_json(told: Explained) -> dict[str, object]:
    """The object that `strategy --json` prints."""
    return {
        "explanation": told.explanation,
        "title": told.title,
        "text": told.say,
        "risks": list(told.risks),
        "exits": list(told.exits),
        "answers": [
            {"question": one.question, "ask": one.ask, "answer": one.answer, "label": one.label, "because": one.because}
            for one in told.given
        ],
        "entries": [{"entry": choice.entry, "title": choice.title} for choice in told.entries],
        "notice": told.notice,
        "incidents": list(told.banners),
    }
