"""`facts/strategy.toml`: when a guide is served, and what is said about one that is not."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import Problem, read_library
from bot.knowledge.facts_files import read_facts
from bot.knowledge.guide import Guide
from bot.knowledge.guide_file import ASK_LIMIT, FEWEST, LABEL_LIMIT, NAME_LIMIT, OPTIONS, QUESTIONS
from bot.knowledge.problems import Problems
from bot.ui import limits
from bot.ui.ids import guide_id
from tests.folders import TODAY, write_folder
from tests.knowledge.guide_cases import FILE, GUIDE, Files, guided, more, without
from tests.knowledge.problem_of import SMALLEST

NAMES = st.sampled_from(["a", "b", "x", "y", "any", "plain", "bold", "->", ",", "/", "", "\n", "[guide]", "leads", '"'])


def read(files: Files, tmp_path: Path) -> tuple[Guide | None, tuple[Problem, ...]]:
    reading = read_library(write_folder(tmp_path / "k", files), TODAY, thorough=True)
    return reading.library.facts.guide, reading.problems


def codes(files: Files, tmp_path: Path) -> tuple[bool, list[str]]:
    """Whether the guide is served, and what is said of the folder."""
    guide, problems = read(files, tmp_path)
    return guide is not None, [problem.code for problem in problems]


def test_the_smallest_guide_is_read_as_it_stands(tmp_path: Path):
    guide, problems = read(guided(1, "[guide]"), tmp_path)
    assert problems == ()
    assert guide is not None
    assert [question.ask for question in guide.questions] == ["What then?", "When?"]
    assert [[option.id for option in question.options] for question in guide.questions] == [["a", "b"], ["x", "y"]]
    assert list(guide.explanations) == ["plain", "bold"]
    assert guide.explanations["bold"].leverage
    assert guide.questions[0].option("a").cautious  # type: ignore[union-attr]
    assert guide.questions[0].option("nobody") is None


def test_a_folder_without_the_file_has_no_guide_and_no_problem(tmp_path: Path):
    assert codes({"t/x.md": SMALLEST}, tmp_path) == (False, [])


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (guided(1, "[guide"), "bad-toml"),
        (without(1, 5), "guide-table"),
        (guided(6, "[quetions.loss]"), "unknown-field"),
        (guided(11, "cautios = true"), "unknown-field"),
        (guided(36, "levrage = true"), "unknown-field"),
        (guided(7, 'aks = "What then?"', 'ask = "What then?"'), "unknown-field"),
        (guided(11, 'cautious = "yes"'), "guide-field"),
        (guided(36, "leverage = 1"), "guide-field"),
        (guided(27, 'risks = "It can fall."'), "guide-field"),
        (guided(27, "risks = []"), "guide-field"),
        (guided(27, 'risks = ["It can fall.", " "]'), "guide-field"),
        (guided(4, 'notice = " "'), "guide-field"),
        (guided(5, "leads = []"), "guide-field"),
        (guided(5, 'leads = ["a, any, any -> plain"]'), "guide-line"),
        (guided(5, 'leads = ["a, any = plain"]'), "guide-line"),
        (guided(5, 'leads = ["a, any -> "]'), "guide-line"),
        (guided(8, "[questions.loss.A]"), "guide-name"),
        (guided(8, f"[questions.loss.{'a' * 25}]"), "guide-name"),
        (without(21, 23), "guide-options"),
        (without(20, 20), "guide-careless"),
        (guided(5, 'leads = ["b, any -> plain"]'), "guide-nowhere"),
        (guided(5, 'leads = ["any, any -> bold"]'), "guide-nowhere"),
    ],
)
def test_what_could_lead_somebody_astray_keeps_the_guide_from_being_served(files: Files, code: str, tmp_path: Path):
    served, found = codes(files, tmp_path)
    assert not served
    assert code in found


@pytest.mark.parametrize(
    ("files", "code"),
    [
        (guided(18, f'label = "{"a" * 101}"'), "guide-long"),
        (guided(16, f'ask = "{"a" * 151}"'), "guide-long"),
        (guided(16, 'ask = "When?"', f'placeholder = "{"a" * 151}"'), "guide-long"),
        (guided(18, f'label = "{"😀" * 51}"'), "guide-long"),
        (guided(29, 'entries = ["y"]'), "unknown-entry"),
        (guided(27, 'risks = ["It fell by 20%."]'), "undated-figure"),
        (guided(28, 'exits = ["It took {figure:queue}."]'), "unknown-figure"),
        (guided(28, 'exits = ["It took {tvl:kelp}."]'), "bad-slot"),
        (guided(26, 'say = "See https://a.b/c for more."'), "link-in-text"),
    ],
)
def test_a_smaller_slip_is_told_while_the_guide_stays(files: Files, code: str, tmp_path: Path):
    assert codes(files, tmp_path) == (True, [code])


def test_an_entry_that_does_not_exist_is_told_at_its_line_with_the_one_that_was_meant(tmp_path: Path):
    files = {**guided(29, 'entries = ["x", "exit-queu"]'), "t/exit-queue.md": ""}
    files["t/exit-queue.md"] = str(files["t/x.md"]).replace("- how", "- when")
    _, problems = read(files, tmp_path)
    assert [str(one) for one in problems] == [f"{FILE}:29: there is no entry 'exit-queu'; did you mean 'exit-queue'?"]


def test_the_first_combination_of_answers_that_leads_nowhere_is_named(tmp_path: Path):
    _, (problem,) = read(guided(5, 'leads = ["b, any -> plain"]'), tmp_path)
    assert problem.message.startswith("the answers 'a, x' lead nowhere; add a line such as 'a, x -> plain'")


def test_a_line_to_leverage_alone_leaves_cautious_answers_without_an_explanation(tmp_path: Path):
    _, problems = read(guided(5, 'leads = ["any, any -> bold"]'), tmp_path)
    assert [one.code for one in problems] == ["guide-nowhere"]


def test_advice_is_told_wherever_it_stands_in_the_guide(tmp_path: Path):
    rules = {"facts/rules.toml": 'advice = ["you should"]'}
    for line, text in (
        (3, 'intro = "You should read this."'),
        (10, 'because = "You should."'),
        (26, 'say = "You should."'),
    ):
        served, found = codes({**guided(line, text), **rules}, tmp_path / str(line))
        assert (served, found) == (True, ["advice-wording"])


def test_a_guide_without_leverage_needs_no_cautious_answer(tmp_path: Path):
    calm = GUIDE.replace("cautious = true\n", "").replace("leverage = true\n", "")
    assert codes({**more(""), FILE: calm}, tmp_path) == (True, [])


def test_a_missing_table_is_told_once_and_not_with_all_its_fields(tmp_path: Path):
    _, problems = read(without(24, 36), tmp_path)
    assert [one.code for one in problems] == ["guide-table"]


def test_the_limits_that_are_checked_are_those_of_the_cards():
    assert (LABEL_LIMIT, ASK_LIMIT, OPTIONS) == (limits.OPTION_LABEL, limits.PLACEHOLDER, limits.OPTIONS)
    assert FEWEST > 1


def test_the_longest_answers_fit_into_the_id_of_a_menu():
    assert guide_id(["a" * NAME_LIMIT] * (QUESTIONS - 1)) is not None


@given(st.lists(NAMES, max_size=12).map(" ".join), st.integers(1, 36))
def test_no_text_in_the_place_of_a_line_breaks_the_reading(text: str, line: int):
    lines = GUIDE.split("\n")
    lines[line - 1] = text
    problems = Problems()
    guide = read_facts({"strategy.toml": "\n".join(lines)}, problems).guide
    if guide is None:
        assert any(problem.fatal for problem in problems.sorted())
    else:
        assert all(guide.lead(picked) is not None for picked in guide.combinations())


def test_the_moderators_example_of_a_guide_is_served_without_a_problem(tmp_path: Path):
    page = (Path(__file__).parents[2] / "knowledge" / "README.md").read_text(encoding="utf-8")
    (example,) = [block for block in re.findall(r"```\n(.*?)```", page, re.DOTALL) if block.startswith(f"# {FILE}")]
    entries = {f"t/{name}.md": SMALLEST for name in ("conservative-strategy", "aggressive-strategy")}
    entries["t/aggressive-strategy.md"] = SMALLEST.replace("- how", "- why")
    assert codes({**entries, FILE: example}, tmp_path) == (True, [])
