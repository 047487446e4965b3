"""The card of `/kb why`: what decided on a question, in numbers and in words. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.answering import TEXTS, Answer, Outcome
from bot.answering.explain import RULE
from bot.answering.numerals import counted, short_date
from bot.knowledge import Entry
from bot.matching.decision import Calibration
from bot.ui.kb import whole_lines
from bot.ui.layout import Card, Colour, divider, panel, small, text
from bot.ui.text import escape

LONGEST: Final = 300
"""Units of a question or a phrasing that are shown."""
ROOM: Final = 3300

GUARDED: Final = (
    "The secret guard took this text: it holds what looks like a recovery phrase, a private key or a transaction hash. "
    "Nothing else has looked at it, nothing of it is kept, and nothing of it is shown here."
)
_PARTS: Final = {
    "chance": "classifier",
    "nearest": "nearest phrasing",
    "coverage": "coverage",
    "other_name": "names something else",
}
"""The signals of a score by names that say something to who edits phrasings."""
_OUTCOMES: Final = {
    Outcome.ANSWER: "an answer",
    Outcome.LIVE: "an answer with live prices",
    Outcome.SAFETY: "a safety card",
    Outcome.CHOICES: "asks back",
    Outcome.NO_ANSWER: "no answer",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a knowledge file: what it says, and where it stands as `file:line`."""

    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Why:
    """What is known of one question. `explained` is what `bot.answering.explain.explanation` gives; `entries` are the
    candidates in it, and `lines` the phrasing of each that matched, in the same order. `rule` is the `Always` line that
    decided; `held` says that moderators have frozen the answer, `exact` that one entry lists the question word for
    word. `calibration` holds the thresholds, those for a `trained` matcher or for one that is not (yet).
    """

    question: str
    answer: Answer
    explained: Mapping[str, Any]
    entries: Sequence[Entry]
    lines: Sequence[Line]
    calibration: Calibration
    trained: bool
    exact: bool = False
    rule: Line | None = None
    held: bool = False


def secret_card(answer: Answer) -> Card:
    """For a text that the secret guard took: nothing of it is repeated, as nothing else has looked at it."""
    seen = f"**Members see** “{escape(answer.title, 250)}”, for themselves alone."
    return Card([panel(Colour.SAFETY, text("### Why: the secret guard"), text(GUARDED), text(seen))])


def why_card(why: Why) -> Card:
    """What decided, the chances with their thresholds, and the first candidates with what their scores are made of."""
    lines = [
        f"**Question:** {escape(why.question, LONGEST)}",
        f"**Outcome:** {_outcome(why.answer)}",
        f"**Decided by:** {_decided(why)}",
        *_numbers(why),
        *(line for place in range(len(why.entries)) for line in _candidate(why, place)),
    ]
    return Card(
        [
            panel(
                Colour.ANSWER if why.answer.outcome in TEXTS else Colour.ASK_BACK,
                text("### Why this question goes there"),
                text(whole_lines(lines, ROOM)),
                divider(),
                small("This is not recorded as a question. Scores are sums of their parts; chances follow from them."),
            )
        ]
    )


def _outcome(answer: Answer) -> str:
    entry = f" from `{answer.entry}`" if answer.entry else ""
    choices = ", ".join(f"`{choice.entry}`" for choice in answer.choices)
    offered = f"; offered: {choices}" if choices else ""
    return f"{_OUTCOMES[answer.outcome]}{entry}; members see “{escape(answer.title, 250)}”{offered}"


def _decided(why: Why) -> str:
    """What tipped the scales, in a sentence."""
    chances = why.answer.chances
    if why.held:
        return "⚠️ moderators: that answer is frozen (`/kb unfreeze`)."
    if why.rule is not None:
        return f"the rule `{why.rule.text.replace('`', '')}` in `{why.rule.place}`, before anything was ranked."
    if chances is None:
        return "no ranking: there is nothing in it to rank."
    return _weighed(why, *chances)


def _weighed(why: Why, right: float, covered: float) -> str:
    """What the two chances led to."""
    if why.answer.outcome in TEXTS:
        return _answered(why, right)
    if why.answer.outcome is Outcome.CHOICES:
        return _asked_back(why, right)
    if right >= why.calibration.answer_from or covered >= why.calibration.choices_from:
        return "what it is and not what it is about: a greeting, or not English."
    return "neither chance reaches its threshold."


def _answered(why: Why, right: float) -> str:
    if why.exact:
        return "the entry lists it word for word."
    if right >= why.calibration.answer_from:
        return "the first entry is sure enough to be right."
    return "a part of the message that is sure enough by itself."


def _asked_back(why: Why, right: float) -> str:
    if right < why.calibration.answer_from:
        return "not sure enough of the first entry, but that one of the first few is right."
    return "the question names something that the first entry is not about, or asks several things, so I asked back."


def _numbers(why: Why) -> Iterator[str]:
    right, covered = why.answer.chances or (None, None)
    kept = why.calibration
    if right is not None and covered is not None:
        yield f"**Chance that the first entry is right:** {right:.1%} (answers from {kept.answer_from:.1%})"
        yield f"**Chance that one of the first few is:** {covered:.1%} (asks back from {kept.choices_from:.1%})"
    if not why.trained:
        yield "**Matcher:** not trained on this version (yet), so other thresholds hold than usual."
    runner_up = why.explained["runner_up"]
    if runner_up and why.rule is None:
        yield f"**Margin:** {why.explained['margin']:.2f} ahead of the runner-up `{runner_up}`"


def _candidate(why: Why, place: int) -> Iterator[str]:
    entry, line, row = why.entries[place], why.lines[place], why.explained["candidates"][place]
    parts: Mapping[str, float] = row["parts"]
    if RULE in parts:
        yield f"**{place + 1}. `{entry.id}`** by its rule"
    else:
        yield f"**{place + 1}. `{entry.id}`** score {sum(parts.values()):.2f}"
        yield f"- matched “{escape(line.text, LONGEST)}” in `{line.place}`"
        yield f"- {', '.join(_part(name, value) for name, value in parts.items() if value or name != 'other_name')}"
    yield f"- {_reviewed(entry)}, {counted(len(entry.sources), 'source')}"


def _part(name: str, value: float) -> str:
    shown = f"{round(value, 2) + 0.0:+.2f}".replace("-", "−")
    return f"{_PARTS.get(name, name)} {shown}"


def _reviewed(entry: Entry) -> str:
    if entry.reviewed is None:
        return "never reviewed"
    due = "" if entry.review_due is None else f", due {short_date(entry.review_due)}"
    return f"reviewed {short_date(entry.reviewed)}{due}"
