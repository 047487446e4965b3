"""The whole comparison: what is counted, listed, printed and handed on."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.curation.diff import KnowledgeDiff, Side, compare, with_intended
from bot.curation.diff_text import COMMENT, MARK
from bot.curation.intended import read_intended
from bot.curation.moves import Case, Origin, Reached

SIDES = Side("aaa", 4), Side("bbb", 5, ("fruit/fig.md:1: the file must begin with a line '---'",))
APPLE = Reached("answer", "apple", (), ("apple",), "is an apple sweet")
PEAR = Reached("answer", "pear", (), ("pear",), "is a pear sweet")
NONE = Reached("no_answer", None)
KNOWN = ["apple", "pear", "plum"]


def case(question, *targets, part="dev", line=1):
    return Case(question, Origin.RECORDED, targets, f"questions/{part}.md:{line}")


def stolen(*cases):
    return compare(SIDES, cases, ([APPLE] * len(cases), [PEAR] * len(cases)))


def listing(diff, new, base=""):
    return with_intended(diff, read_intended(new), read_intended(base), KNOWN)


TWO = (case("how sweet is it", "apple", line=3), case("sweet one", "apple", line=4))


def test_a_stolen_question_is_told_with_both_entries_and_fails():
    diff = stolen(*TWO)
    assert [loss.sentence for loss in diff.losses] == ["apple loses 2 questions to pear"]
    assert len(diff.unlisted) == 2
    assert '    questions/dev.md:3 "how sweet is it": apple -> pear' in diff.lines()
    assert "'- apple -> pear'" in diff.lines()[-1]


def test_questions_are_counted_by_how_they_ended_on_each_side():
    cases = [case("a", "apple"), case("b", "apple"), case("c"), case("d")]
    diff = compare(SIDES, cases, ([APPLE, NONE, NONE, PEAR], [PEAR, APPLE, NONE, NONE]))
    assert (diff.before.right, diff.before.wrong, diff.before.declined) == (1, 1, 2)
    assert (diff.after.right, diff.after.wrong, diff.after.declined) == (1, 1, 2)
    assert [move.question for move in diff.newly_answered] == ["b"]
    assert [move.question for move in diff.newly_declined] == ["d"]
    assert [move.question for move in diff.gains] == ["b", "d"]


def test_an_off_topic_question_that_is_answered_is_lost_by_nothing():
    diff = compare(SIDES, [case("who won")], ([NONE], [PEAR]))
    assert diff.losses[0].sentence == "pear answers 1 question that must not be answered"
    assert listing(diff, "- nothing -> pear").unlisted == ()


def test_nothing_that_is_held_out_is_repeated_in_any_form():
    diff = stolen(case("a held out question", "apple", part="test", line=12))
    whole = "\n".join([*diff.lines(), diff.markdown(), json.dumps(diff.as_json()), repr(diff)])
    assert "questions/test.md:12" in whole
    assert "held out question" not in whole


def test_a_recent_question_counts_nowhere_and_is_shown_where_it_moves():
    diff = compare(SIDES, [Case("sweet?", Origin.RECENT)], ([APPLE], [PEAR]))
    assert (diff.unlisted, diff.before.asked, diff.recent) == ((), 0, 1)
    assert [move.question for move in diff.of_recent] == ["sweet?"]


# the list of what is intended


def test_a_pair_lists_all_that_goes_that_way_and_nothing_else():
    assert listing(stolen(*TWO), "- apple -> pear").unlisted == ()
    assert len(listing(stolen(*TWO), "- pear -> apple\n- apple -> plum\n- nothing -> pear").unlisted) == 2


def test_a_question_or_its_place_lists_that_one_alone():
    assert [m.question for m in listing(stolen(*TWO), "- How sweet is it?").unlisted] == ["sweet one"]
    assert [m.question for m in listing(stolen(*TWO), "- dev.md:4").unlisted] == ["how sweet is it"]


def test_slips_of_a_tired_hand_are_understood():
    for text in (
        "* Apple → pear",
        "apple -> pear",
        "- `apple` –> `pear`.",
        "1. apple --> pear",
        "\ufeff- apple ->  pear\r\n",
    ):
        assert listing(stolen(*TWO), text).unlisted == (), text
    for text in ("# apple -> pear", "Remarks about apple and pear"):
        assert len(listing(stolen(*TWO), text).unlisted) == 2, text


def test_a_line_that_the_base_has_already_allows_nothing_and_is_told():
    diff = listing(stolen(*TWO), "# Intended\n\n- apple -> pear", "- apple -> pear")
    assert len(diff.unlisted) == 2
    (told,) = diff.stale
    assert told.startswith("questions/intended.md:3: this line is of an earlier change and counts no more; remove it")
    assert told.endswith("or write today's date in front to list it again")
    assert listing(stolen(*TWO), "- 2026-11-22 apple -> pear", "- apple -> pear").unlisted == ()


def test_a_line_that_lists_nothing_is_told_with_a_guess_where_it_is_misspelled():
    diff = listing(stolen(*TWO), "- apple -> pear\n- plum -> pear\n- aple -> pear")
    assert diff.stale == (
        "questions/intended.md:2: nothing is lost that way, so the line lists nothing; remove it",
        "questions/intended.md:3: there is no entry 'aple'; did you mean 'apple'?",
    )


# forms


words = st.text(st.sampled_from("ab `*_@<>[]()|#\\-\n'\"é"), min_size=1, max_size=30).map(lambda t: " ".join(t.split()))


@given(st.lists(words, max_size=5))
def test_the_comparison_is_read_back_from_its_json(questions):
    diff = listing(stolen(*(case(text, "apple", line=at) for at, text in enumerate(questions, 1))), "- apple -> plum")
    assert KnowledgeDiff.from_json(json.loads(json.dumps(diff.as_json()))) == diff


@given(words)
def test_no_question_can_mention_anybody_or_mark_up_a_comment(question):
    from markdown_it import MarkdownIt

    body = stolen(case(question, "apple")).markdown()
    assert body.startswith(MARK)
    blocks = [token for token in MarkdownIt("commonmark").parse(body) if token.type == "inline"]
    pieces = [piece for block in blocks for piece in block.children if piece.type != "code_inline"]
    outside = "".join(piece.content for piece in pieces)
    assert "@" not in outside
    assert not {piece.type for piece in pieces} & {"link_open", "image", "html_inline", "em_open"}


def test_a_long_comment_is_cut_where_github_would_refuse_it():
    cases = [case("x" * 110 + str(at), f"entry-{at}", line=at) for at in range(900)]
    before = [Reached("answer", f"entry-{at}") for at in range(900)]
    body = compare(SIDES, cases, (before, [PEAR] * 900)).markdown()
    assert len(body) < COMMENT + 200
    assert body.rstrip().endswith("has all of it.")
    assert "900 questions are lost" in body


def test_files_that_were_left_out_are_told():
    assert "  fruit/fig.md:1: the file must begin with a line '---'" in stolen(*TWO).lines()
