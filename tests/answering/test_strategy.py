"""The strategy guide: what answers lead to, and what they can never lead to."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.strategy import Asked, Explained, answers_of, explained_as_json, step_of
from bot.errors import UsageError
from bot.knowledge import Library, read_library
from bot.knowledge.facts import Facts
from bot.knowledge.guide import Explanation, Guide, GuideQuestion, Lead, Option
from tests.folders import TODAY, library_of
from tests.knowledge.guide_cases import FILE, GUIDE
from tests.knowledge.problem_of import SMALLEST

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
CAUTIOUS = {"need", "leave", "month", "half-year", "unknown", "none", "lent"}
"""Shipped answers that show that a loss would hurt, that the ETH is needed soon, or no experience with leverage."""
ADVICE = re.compile(
    r"\byou (?:should|must|ought|had better)\b|\b(?:we|i) (?:recommend|suggest|advise)\b|\brecommended\b|\bbest\b"
    r"|\bideal\b|\bsuits? you\b|\bright for you\b|\bworth (?:buying|holding|restaking)\b|\bgo for\b|\bsafest?\b"
    r"|\bguarantee|\bconsider (?:buying|staking|restaking|holding)\b",
    re.IGNORECASE,
)


@cache
def shipped() -> Library:
    return read_library(KNOWLEDGE, TODAY).library


def guide_of(library: Library) -> Guide:
    assert library.facts.guide is not None
    return library.facts.guide


def every_way(guide: Guide) -> list[tuple[str, ...]]:
    """The ids of all combinations, made without the guide's own code."""
    return list(product(*([option.id for option in question.options] for question in guide.questions)))


def explained(library: Library, answers: Sequence[str]) -> Explained:
    step = step_of(library, answers)
    assert isinstance(step, Explained)
    return step


def said(told: Explained) -> str:
    """Everything that a face shows of a result, but the words that say that it is no advice."""
    reasons = [f"{one.label} {one.because}" for one in told.given]
    return "\n".join([told.title, told.say, *told.risks, *told.exits, *reasons, *(one.title for one in told.entries)])


# The guide that is shipped, every combination


def test_the_shipped_guide_asks_three_questions_of_a_few_answers():
    guide = guide_of(shipped())
    assert len(guide.questions) == 3
    assert all(2 <= len(question.options) <= 5 for question in guide.questions)
    assert set(guide.explanations) == {"plain", "conservative", "balanced", "aggressive"}


def test_every_combination_of_answers_leads_to_an_explanation_with_risks_exits_and_entries():
    library = shipped()
    for answers in every_way(guide_of(library)):
        told = explained(library, answers)
        assert told.risks, answers
        assert told.exits, answers
        assert told.entries, answers
        assert [one.answer for one in told.given] == list(answers)
        assert all(one.because.endswith(".") and not re.search(r"\. [A-Z]", one.because) for one in told.given)


def test_one_cautious_answer_is_enough_to_never_reach_leverage():
    library = shipped()
    for answers in every_way(guide_of(library)):
        if CAUTIOUS & set(answers):
            assert explained(library, answers).explanation != "aggressive", answers


def test_every_explanation_is_reached_by_somebody():
    library = shipped()
    reached = {explained(library, answers).explanation for answers in every_way(guide_of(library))}
    assert reached == set(guide_of(library).explanations)


@pytest.mark.parametrize("answers", [("need", "later", "leveraged"), ("bear", "month", "leveraged")])
def test_money_that_is_needed_leads_past_restaking(answers: tuple[str, ...]):
    assert explained(shipped(), answers).explanation == "plain"


def test_no_combination_is_given_advice_and_each_says_so():
    library = shipped()
    for answers in every_way(guide_of(library)):
        told = explained(library, answers)
        assert not ADVICE.search(said(told)), answers
        assert "not advice" in told.notice


def test_the_questions_themselves_recommend_nothing():
    guide = guide_of(shipped())
    asked = [guide.title, guide.intro]
    for question in guide.questions:
        asked += [question.ask, question.placeholder, *(option.label for option in question.options)]
    assert not ADVICE.search("\n".join(asked))


def test_every_slot_of_the_shipped_guide_is_filled():
    library = shipped()
    for answers in every_way(guide_of(library)):
        told = explained(library, answers)
        assert "{" not in said(told)
        explanation = guide_of(library).explanations[told.explanation]
        assert (len(told.risks), len(told.exits)) == (len(explanation.risks), len(explanation.exits))


# Any guide

options = st.builds(Option, st.sampled_from("abcde"), st.just("label"), st.just("So."), st.booleans())
questions = st.lists(options, min_size=2, max_size=4, unique_by=lambda option: option.id).map(
    lambda found: GuideQuestion("q", "And?", tuple(found))
)
NAMES = ("one", "two", "three")
takes = st.none() | st.frozensets(st.sampled_from("abcde"), min_size=1)


@st.composite
def guides(draw: st.DrawFn) -> Guide:
    asked = tuple(draw(st.lists(questions, min_size=1, max_size=3)))
    bold = draw(st.sets(st.sampled_from(NAMES)))
    leads = draw(st.lists(st.tuples(st.tuples(*[takes] * len(asked)), st.sampled_from(NAMES)), max_size=6))
    told = {name: Explanation(name, name, "Say.", ("R.",), ("E.",), (), name in bold) for name in NAMES}
    return Guide("T", "I", "No advice.", asked, MappingProxyType(told), tuple(Lead(*lead) for lead in leads))


def holding(guide: Guide) -> Library:
    return Library(MappingProxyType({}), replace(Facts(), guide=guide), "0")


@given(guides())
def test_no_lines_whatever_lead_a_cautious_answer_to_leverage(guide: Guide):
    for picked in product(*(question.options for question in guide.questions)):
        step = step_of(holding(guide), [option.id for option in picked])
        if isinstance(step, Explained) and any(option.cautious for option in picked):
            assert not guide.explanations[step.explanation].leverage


@given(guides())
def test_the_first_line_that_fits_decides_unless_it_is_held_back(guide: Guide):
    for picked in product(*(question.options for question in guide.questions)):
        ids = [option.id for option in picked]
        fitting = [
            lead.explanation
            for lead in guide.leads
            if all(ids_of is None or one in ids_of for ids_of, one in zip(lead.takes, ids, strict=True))
        ]
        calm = [name for name in fitting if not guide.explanations[name].leverage]
        wanted = calm if any(option.cautious for option in picked) else fitting
        step = step_of(holding(guide), ids)
        assert (step.explanation if isinstance(step, Explained) else None) == (wanted[0] if wanted else None)


# Step by step


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(tmp_path, {"t/x.md": SMALLEST, FILE: GUIDE})


def test_questions_come_in_their_order_with_what_was_picked_before(library: Library):
    first, second = step_of(library, []), step_of(library, ["b"])
    assert isinstance(first, Asked)
    assert isinstance(second, Asked)
    assert (first.question.ask, first.place, first.total, first.answers) == ("What then?", 1, 2, ())
    assert (second.question.ask, second.place, second.total, second.answers) == ("When?", 2, 2, ("b",))
    assert explained(library, ["b", "y"]).explanation == "bold"


@pytest.mark.parametrize("answers", [["c"], ["y"], ["a", "a"], ["a", "x", "x"], [""], ["A"]])
def test_answers_that_the_guide_does_not_have_lead_to_nothing(answers: list[str], library: Library):
    assert step_of(library, answers) is None


def test_without_a_guide_there_is_nothing_to_ask(tmp_path: Path):
    assert step_of(library_of(tmp_path, {"t/x.md": SMALLEST}), []) is None


def test_an_explanation_offers_its_published_entries_only(tmp_path: Path):
    draft = SMALLEST.replace("status: published", "status: draft")
    found = library_of(tmp_path, {"t/x.md": draft, FILE: GUIDE})
    assert explained(found, ["a", "x"]).entries == ()


def test_open_incidents_stand_above_every_explanation(tmp_path: Path):
    incident = (
        '[i]\ntitle = "Loss"\nprotocols = ["kelp"]\nstate = "{}"\nopened = 2026-04-18\nupdated = 2026-04-19\n'
        'banner = "Kelp has lost funds."\n'
    )
    for state, banners in (("open", ("Kelp has lost funds.",)), ("closed", ())):
        files = {"t/x.md": SMALLEST, FILE: GUIDE, "facts/incidents.toml": incident.format(state)}
        assert explained(library_of(tmp_path / state, files), ["a", "x"]).banners == banners


def test_a_figure_stands_with_its_date_and_an_unknown_one_takes_its_sentence_along(tmp_path: Path):
    text = GUIDE.replace('["A sale."]', '["A queue: {figure:queue}.", "Another: {figure:gone}."]')
    figure = '[queue]\nsay = "9 days"\nvalue = "9"\nunit = "days"\nas_of = 2026-10-02\nsource = "A dashboard"\n'
    found = library_of(tmp_path, {"t/x.md": SMALLEST, FILE: text, "facts/figures.toml": figure})
    assert explained(found, ["a", "x"]).exits == ("A queue: 9 days (2 Oct 2026).",)


# For scripts


@pytest.mark.parametrize("typed", ["a,y", " a , y ", "1,2", "a,2"])
def test_answers_are_typed_by_name_or_number(typed: str, library: Library):
    assert answers_of(guide_of(library), typed) == ["a", "y"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "The guide asks 2 questions; answer each, such as --answers a,x."),
        ("a", "The guide asks 2 questions; answer each, such as --answers a,x."),
        ("a,x,y", "The guide asks 2 questions; answer each, such as --answers a,x."),
        ("x,x", "Answer 1 is none of a, b, nor a number from 1 to 2."),
        ("a,3", "Answer 2 is none of x, y, nor a number from 1 to 2."),
        ("a,0", "Answer 2 is none of x, y, nor a number from 1 to 2."),
        ("a,²", "Answer 2 is none of x, y, nor a number from 1 to 2."),
        ("a,", "Answer 2 is none of x, y, nor a number from 1 to 2."),
    ],
)
def test_other_answers_are_refused_in_a_sentence(typed: str, sentence: str, library: Library):
    with pytest.raises(UsageError) as refused:
        answers_of(guide_of(library), typed)
    assert refused.value.sentence == sentence


@given(st.text())
def test_what_was_typed_is_never_repeated(typed: str):
    guide = guide_of(shipped())
    marked = f"zq{typed}zq"
    with pytest.raises(UsageError) as refused:
        answers_of(guide, marked)
    assert "zq" not in refused.value.sentence


def test_a_result_as_json_holds_everything_that_is_shown(library: Library):
    told = explained(library, ["b", "y"])
    assert json.loads(json.dumps(explained_as_json(told))) == {
        "explanation": "bold",
        "title": "Bold",
        "text": "Something is borrowed.",
        "risks": ["It can fall twice."],
        "exits": ["The debt is first."],
        "answers": [
            {
                "question": "loss",
                "ask": "What then?",
                "answer": "b",
                "label": "It does not",
                "because": "So it counts for nothing.",
            },
            {
                "question": "soon",
                "ask": "When?",
                "answer": "y",
                "label": "Later",
                "because": "Queues are shorter than that.",
            },
        ],
        "entries": [{"entry": "x", "title": "Title"}],
        "notice": "No advice.",
        "incidents": [],
    }
