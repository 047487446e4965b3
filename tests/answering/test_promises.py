"""What the product promises, asked of the knowledge that it ships with."""

import asyncio
import json
from pathlib import Path

import pytest

from bot.answering import Outcome
from bot.answering.desk import Desk
from bot.curation.evaluate import Share, evaluate
from bot.knowledge import read_library, read_recorded
from bot.matching.matcher import Matcher
from tests.answering.conftest import ask
from tests.answering.wordings import FORECASTS, INNOCENT, NO_FORECASTS, SCAMS, lines
from tests.folders import TODAY
from tests.matching.test_spelling import single_edits

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
TEMPLATES = ("what is {}", "how do i withdraw {}", "is {} safe", "{} fees", "{} explained", "who issues {}")


@pytest.fixture(scope="module")
def library():
    return read_library(KNOWLEDGE, TODAY).library


@pytest.fixture(scope="module")
def desk(library):
    return Desk(library, matcher=Matcher(library).trained())


@pytest.fixture(scope="module")
def untrained(library):
    return Desk(library)


@pytest.fixture(scope="module")
def reports(desk, library):
    parts, _ = read_recorded(KNOWLEDGE, library.entries)
    return {part: asyncio.run(evaluate(desk, part, questions)) for part, questions in parts.items()}


@pytest.mark.parametrize(
    ("question", "outcome", "entries"),
    [
        ("is restaking safe to hold long term?", Outcome.ANSWER, {"is-restaking-safe"}),
        ("what will eth be worth in 2026", Outcome.ANSWER, {"eth-price-forecast"}),
        ("wats slahsing", Outcome.ANSWER, {"what-is-slashing"}),
        ("best pizza in rome", Outcome.NO_ANSWER, {None}),
        ("Is Ethereum going to break $5,000?", Outcome.ANSWER, {"will-eth-break-5000"}),
        ("What will 1 ETH be worth in 2026?", Outcome.ANSWER, {"eth-price-forecast"}),
        ("Is restaking safe for long-term holding?", Outcome.ANSWER, {"is-restaking-safe"}),
    ],
)
@pytest.mark.parametrize("kind", ["desk", "untrained"])
def test_what_it_must_show(request, kind, question, outcome, entries):
    answer = ask(request.getfixturevalue(kind), question)
    assert answer.outcome is outcome
    assert answer.entry in entries


# Safety and forecasts do not wait for the classifier: rules decide, so both desks must keep these promises.


@pytest.mark.parametrize("question", lines(SCAMS))
def test_wording_of_a_scam_gets_the_safety_card(untrained, question):
    answer = ask(untrained, question)
    assert answer.outcome is Outcome.SAFETY
    assert answer.topic == "safety"


@pytest.mark.parametrize("question", lines(INNOCENT))
@pytest.mark.parametrize("kind", ["desk", "untrained"])
def test_the_same_words_without_a_scam_do_not(request, kind, question):
    answer = ask(request.getfixturevalue(kind), question)
    # How to tell a real contract is in that topic too, and an ordinary answer to an ordinary question.
    assert answer.outcome is not Outcome.SAFETY or answer.entry == "is-this-token-real"


@pytest.mark.parametrize("question", lines(FORECASTS))
def test_price_targets_and_buying_and_selling_reach_a_forecast_entry(untrained, question):
    answer = ask(untrained, question)
    assert answer.outcome is Outcome.ANSWER
    assert answer.topic == "forecasts"


@pytest.mark.parametrize("question", lines(NO_FORECASTS))
def test_questions_that_only_sound_like_a_forecast_do_not(untrained, question):
    assert ask(untrained, question).topic != "forecasts"


def test_the_lists_are_as_long_as_promised():
    assert len(set(lines(SCAMS))) >= 40
    assert len(set(lines(INNOCENT))) >= 40
    assert len(set(lines(FORECASTS))) >= 30


def test_rules_never_take_a_recorded_off_topic_question_and_rarely_another_entry_s(reports):
    asked = [one for report in reports.values() for one in report.asked]
    ruled = [one for one in asked if one.answer.candidates and "rule" in one.answer.candidates[0].signals]
    assert [one.recorded.question for one in ruled if one.recorded.off_topic] == []
    strayed = [one for one in ruled if not one.recorded.off_topic and not one.answered_right]
    assert len(strayed) <= 0.02 * len(asked)


# Every entry


def test_a_listed_question_gets_its_entry_or_a_safety_card(desk, library):
    strayed = [
        (entry.id, answer.entry, question)
        for entry in library.published
        for question in entry.questions
        if len(desk.matcher.read(question).content) > 1
        and (answer := ask(desk, question)).entry != entry.id
        and answer.outcome is not Outcome.SAFETY
        and not _shared(desk, library, entry.id, question)
    ]
    assert strayed == []


def _shared(desk, library, owner, question):
    """Whether another entry lists the same question in other letters."""
    stems = desk.matcher.read(question).stems
    others = (other for entry in library.published if entry.id != owner for other in (*entry.questions, entry.title))
    return any(desk.matcher.read(other).stems == stems for other in others)


def test_no_answer_shows_a_slot_and_every_figure_has_its_date_and_source(desk, library):
    for entry in library.published:
        answer = asyncio.run(desk.open(entry.id))
        shown = f"{answer.body}\n{answer.more}"
        assert "{" not in shown, entry.id
        assert answer.sources, entry.id
        for figure in answer.figures:
            assert figure.text in shown
            assert str(figure.as_of.year) in figure.text
            assert figure.source


def test_a_price_target_gets_no_figure_of_the_future(desk):
    for question in lines(FORECASTS):
        assert all(figure.as_of <= TODAY for figure in ask(desk, question).figures)


# Names


def test_an_answer_about_one_token_is_never_given_for_another(desk, library):
    tokens = library.facts.tokens
    strayed = []
    for symbol, token in tokens.items():
        for template in TEMPLATES:
            answer = ask(desk, template.format(symbol))
            entry = library.entries.get(answer.entry)
            if entry is None or not (entry.tokens or entry.protocols):
                continue
            if symbol not in entry.tokens and token.protocol not in entry.protocols:
                strayed.append((template.format(symbol), entry.id))
    assert strayed == []


def test_a_slip_of_two_names_is_answered_from_neither_s_entry(desk, library):
    names = {name.lower() for name in (*library.facts.tokens, *library.facts.protocols)}
    typos = {typo for name in names for typo in single_edits(name)} - names
    unclear = sorted(
        # eeeth is how somebody shouts eeth: a letter typed three times stands for two.
        typo
        for typo in typos
        if len(single_edits(typo) & names) > 1 and not any(letter * 3 in typo for letter in typo)
    )
    assert len(unclear) > 100
    for typo in unclear[::4]:
        for template in TEMPLATES:
            answer = ask(desk, template.format(typo))
            entry = library.entries.get(answer.entry)
            assert entry is None or not (entry.tokens or entry.protocols), template.format(typo)


# Measured on recorded questions


def test_the_right_entry_is_first_for_four_of_five_recorded_questions(reports):
    first = Share(
        sum(report.first.hits for report in reports.values()), sum(report.first.total for report in reports.values())
    )
    assert first.total >= 150
    assert first.value >= 0.80, str(first)


def test_at_most_one_in_twenty_off_topic_questions_is_answered(reports):
    answered = reports["test"].false_answers
    assert answered.total >= 100
    assert answered.value <= 0.05, str(answered)


def test_before_the_classifier_is_trained_hardly_more_is_answered_wrongly(untrained, library):
    parts, _ = read_recorded(KNOWLEDGE, library.entries)
    report = asyncio.run(evaluate(untrained, "test", parts["test"]))
    assert report.false_answers.value <= 0.05, str(report.false_answers)
    assert report.precision.value >= 0.80, str(report.precision)


def test_scores_can_be_compared_between_questions(reports):
    """Covered questions score higher than off-topic ones: how often, over all pairs, is the area under the curve."""
    asked = [one for report in reports.values() for one in report.asked]
    best = {True: [], False: []}
    for one in asked:
        best[one.recorded.off_topic].append(one.answer.candidates[0].score if one.answer.candidates else 0.0)
    pairs = [(covered, foreign) for covered in best[False] for foreign in best[True]]
    higher = sum((covered > foreign) + 0.5 * (covered == foreign) for covered, foreign in pairs)
    assert higher / len(pairs) >= 0.9


def test_the_same_questions_give_the_same_report(desk, library):
    parts, _ = read_recorded(KNOWLEDGE, library.entries)
    few = parts["dev"][:60]
    one, other = (asyncio.run(evaluate(desk, "dev", few)) for _ in range(2))
    assert json.dumps(one.as_json()) == json.dumps(other.as_json())
    assert one.asked == other.asked
