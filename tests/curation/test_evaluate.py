import asyncio
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering import Outcome
from bot.answering.desk import Desk
from bot.curation.evaluate import Share, evaluate
from bot.knowledge import RecordedQuestion, read_recorded
from bot.matching.decision import FEATURES, Calibration, Calibrations
from tests.curation.asking import asked
from tests.curation.conftest import FILES
from tests.folders import library_of, write_folder

NOTHING = (0.0,) * len(FEATURES)


def desk_that(library, right, covered):
    """A desk whose two chances are as given, whatever is asked."""
    calibration = Calibration((right, *NOTHING), (covered, *NOTHING), 0.5, 0.5)
    return Desk(library, calibrations=Calibrations(calibration, calibration))


def measured(library, questions, right=9.0, covered=9.0):
    recorded = [
        RecordedQuestion(question, entries, "questions/x.md", at) for at, (question, entries) in enumerate(questions, 3)
    ]
    return asyncio.run(evaluate(desk_that(library, right, covered), "x", recorded))


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    # Worked out by hand from p = (2k + z² ± z·√(z² + 4k(1 - k/n))) / (2(n + z²)) with z² = 3.841459.
    [(0, 10, 0.0, 0.27753), (10, 10, 0.72247, 1.0), (5, 10, 0.23659, 0.76341), (81, 263, 0.25527, 0.36619)],
)
def test_the_interval_is_wilson_s(hits, total, low, high):
    assert Share(hits, total).interval == pytest.approx((low, high), abs=1e-4)


def test_a_share_of_nothing_is_nought_and_unknown():
    assert Share(0, 0).value == 0
    assert Share(0, 0).interval == (0.0, 1.0)


@given(st.integers(0, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_the_interval_holds_the_share_and_solves_wilson_s_equation(counts):
    share = Share(*counts)
    low, high = share.interval
    assert 0 <= low <= share.value + 1e-12
    assert share.value <= high + 1e-12 <= 1 + 2e-12
    for bound in (low, high):
        if share.total and 0 < bound < 1:
            distance = abs(share.value - bound)
            assert distance == pytest.approx(1.959964 * math.sqrt(bound * (1 - bound) / share.total), abs=1e-6)


@given(st.integers(0, 50), st.integers(1, 50))
def test_ten_times_the_questions_make_the_interval_narrower(hits, more):
    few, many = Share(hits, hits + more), Share(10 * hits, 10 * (hits + more))
    assert many.interval[1] - many.interval[0] < few.interval[1] - few.interval[0]


def test_a_share_reads_as_a_sentence():
    assert str(Share(5, 10)).split() == ["50.0%", "(5", "of", "10,", "95", "%", "between", "23.7%", "and", "76.3%)"]


QUESTIONS = [
    ("do apples grow here", ("apple",)),
    ("a sweet pear please", ("plum", "pear")),
    ("cherry cake", ("plum",)),
    ("i have eaten poison", ("poison",)),
    ("plum jam recipe, poison eaten", ("plum",)),
    ("do pears fly", ()),
    ("zzz qqq", ()),
]


def test_counts_of_a_desk_that_answers_everything(library):
    report = measured(library, QUESTIONS)
    assert (report.first.hits, report.first.total) == (3, 5)
    assert (report.answered.hits, report.answered.total) == (5, 5)
    # Right are apple, pear, poison, and the plum that stands as a button under the safety card.
    assert (report.precision.hits, report.precision.total) == (4, 5)
    assert (report.false_answers.hits, report.false_answers.total) == (1, 2)
    assert report.offered.total == 0


def test_counts_of_a_desk_that_always_asks_back(library):
    report = measured(library, QUESTIONS, right=-9.0)
    # The two with poison are still sent to the safety card.
    assert (report.answered.hits, report.answered.total) == (2, 5)
    assert (report.precision.hits, report.precision.total) == (1, 2)
    assert report.offered.total == 3
    assert report.false_answers.hits == 0
    assert report.first.hits == 3, "what stands first does not depend on the decision"


def test_counts_of_a_desk_that_declines_everything(library):
    report = measured(library, QUESTIONS[:3], right=-9.0, covered=-9.0)
    assert (report.answered.hits, report.answered.total) == (0, 3)
    assert (report.precision.total, report.offered.total, report.false_answers.total) == (0, 0, 0)
    assert report.first.hits == 2


def test_a_right_entry_behind_a_button_counts_under_a_safety_card_and_under_no_other_text():
    card = asked(["apple"], ["poison"], outcome=Outcome.SAFETY, offered=["apple"])
    text = asked(["apple"], ["plum"], outcome=Outcome.ANSWER, offered=["apple"])
    assert (card.answered_right, text.answered_right) == (True, False)


def test_right_within_three_counts_the_best_three(library):
    report = measured(library, [("how heavy is one", (entry,)) for entry in ("apple", "pear", "cherry", "plum")])
    assert report.first.hits == 1
    assert report.first_three.hits == 3


def test_what_went_wrong_is_listed_with_its_place_and_what_happened(library):
    report = measured(library, QUESTIONS)
    assert len(report.misses()) == 2
    wrong, false = report.misses()
    assert wrong.startswith("  questions/x.md:5: answer cherry")
    assert "instead of plum: cherry cake" in wrong
    assert "instead of nothing: do pears fly" in false


def test_an_honest_no_to_an_off_topic_question_is_no_miss_and_one_to_a_covered_question_is(library):
    report = measured(library, [("do apples fly", ()), ("do apples grow here", ("apple",))], right=-9.0, covered=-9.0)
    assert [line for line in report.misses() if "fly" in line] == []
    assert len(report.misses()) == 1


def test_the_report_for_programs_has_each_figure_with_its_count_and_interval(library):
    table = json.loads(json.dumps(measured(library, QUESTIONS).as_json()))
    assert table["part"] == "x"
    assert table["version"] == library.version
    assert table["first"]["value"] == pytest.approx(0.6)
    assert (table["first"]["hits"], table["first"]["total"]) == (3, 5)
    low, high = table["first"]["interval"]
    assert low < 0.6 < high


def test_the_report_for_people_names_the_part_and_every_figure(library):
    lines = "\n".join(measured(library, QUESTIONS).lines())
    assert "part 'x'" in lines
    assert "60.0%" in lines
    assert "(1 of 2," in lines


def test_confusion_pairs_are_the_covered_questions_whose_right_entry_is_not_first(library):
    report = measured(library, QUESTIONS)
    assert sum(pair.count for pair in report.confusions) == report.first.total - report.first.hits


def test_the_stated_chances_are_those_that_the_decision_rests_on_and_rules_state_none(library):
    report = measured(library, QUESTIONS, right=0.0)
    # Two questions of seven go to the safety card by its rule; nothing is known of the last one.
    assert report.reliability.total == 5
    halves = report.reliability.bins[5]
    assert (halves.stated, halves.right.total, halves.right.hits) == (pytest.approx(0.5), 4, 2)
    assert report.reliability.error == pytest.approx(0.0)


def test_the_bot_stands_on_the_curve_where_it_answers_and_errs(library):
    report = measured(library, QUESTIONS)
    assert (report.served.hits, report.served.total) == (6, 7)
    assert (report.wrong.hits, report.wrong.total) == (2, 6)
    assert report.risk_coverage.risks[5] == pytest.approx(report.wrong.value)
    assert len(report.risk_coverage.curve) == 7


def test_covered_questions_are_told_from_off_topic_ones_by_their_top_score(library):
    assert measured(library, [("do apples grow here", ("apple",)), ("zzz qqq", ())]).separation == 1.0
    assert measured(library, [("do apples grow here", ("apple",))]).separation is None


def test_a_table_of_many_rows_shows_ten_and_says_how_many_are_left(library):
    questions = [(f"do apples grow {'very ' * at}well", (f"entry-{at}",)) for at in range(12)]
    lines = measured(library, questions).lines()
    start = lines.index("Entries taken for each other (right entry lost to the one ranked first):")
    assert lines[start + 11] == "  … and 2 more, in --json"


def test_the_report_of_a_part_without_questions_is_empty_and_readable(library):
    report = measured(library, [])
    assert "Phrasings that mislead most: none" in report.lines()
    table = json.loads(json.dumps(report.as_json()))
    assert table["auroc"] is None
    assert (table["reliability"]["n"], table["risk_coverage"]["n"]) == (0, 0)
    assert table["confusion_pairs"] == table["worst_phrasings"] == []


def test_recorded_questions_are_read_from_the_folder_and_measured(tmp_path):
    text = "# Fruit\n\n- do apples grow here -> apple\n- sweet pears or plums -> pear, plum\n- who are you -> nothing\n"
    folder = write_folder(tmp_path, FILES | {"questions/dev.md": text})
    library = library_of(folder, {})
    parts, problems = read_recorded(folder, library.entries)
    assert problems == []
    report = asyncio.run(evaluate(desk_that(library, 9.0, 9.0), "dev", parts["dev"]))
    assert (report.first.total, report.false_answers.total) == (2, 1)
    assert report.first.hits == 2
