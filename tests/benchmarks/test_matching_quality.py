"""The arithmetic behind the comparison of methods, on corpora small enough to do by hand."""

import itertools
import json
from dataclasses import replace
from xml.dom import minidom

import numpy as np
import pytest

from bot.knowledge import Entry, NearMiss, RecordedQuestion, Status
from tests.benchmarks.matching import corpus, drawing, filler, table
from tests.benchmarks.matching.embedding import vocabulary
from tests.benchmarks.matching.measure import Figures, auroc, chosen, judged
from tests.benchmarks.matching.methods import METHODS, Phrasings, sqlite_fts5
from tests.benchmarks.matching.methods import Material as MethodMaterial
from tests.benchmarks.matching_quality import main, parse

FREQUENCIES = {"how": 6.5, "do": 6.8, "i": 7.1, "the": 7.7, "garden": 4.6, "kettle": 4.1, "violin": 4.2, "boat": 4.7}
FREQUENCIES |= {"lamp": 4.0, "pencil": 4.0, "cheese": 4.5, "ladder": 4.2, "harbour": 4.1}


def entry(name, *questions, not_this=()):
    return Entry(name, "topic", f"topic/{name}.md", Status.PUBLISHED, questions[0], questions, "", not_this=not_this)


def asked(text, *entries, part="dev"):
    return RecordedQuestion(text, entries, f"questions/{part}.md", 1)


UNSTAKE = entry("unstake", "how do i unstake", "how do i leave the pool", "unstake the tokens")
SLASH = entry("slash", "how do i avoid slashing", "slashed, what now", not_this=(NearMiss("i leave", "unstake"),))
QUESTIONS = (
    asked("leave", "unstake"),
    asked("slashed?", "slash"),
    asked("both", "slash", "unstake", part="test"),
    asked("pizza"),
)


@pytest.mark.parametrize(
    ("higher", "lower", "area"),
    [
        ([3.0, 4.0], [1.0, 2.0], 1.0),
        ([1.0, 2.0], [3.0, 4.0], 0.0),
        ([2.0, 2.0], [2.0], 0.5),
        ([3.0, 1.0], [2.0, 0.0], 0.75),
        ([1.0, 2.0], [1.0], 0.75),
        ([], [1.0], None),
        ([1.0], [], None),
    ],
)
def test_auroc_is_the_chance_that_a_covered_question_scores_higher(higher, lower, area):
    assert auroc(higher, lower) == area


def test_shares_count_covered_questions_only_and_cost_is_the_median():
    ranked = {
        "leave": (["unstake", "slash"], 0.9),
        "slashed?": (["unstake", "slash"], 0.6),
        "both": (["unstake"], 0.2),
        "pizza": (["slash"], 0.4),
    }
    ticks = iter([0.0, 0.001, 1.0, 1.002, 2.0, 2.003, 3.0, 3.1])
    found = judged(ranked.__getitem__, QUESTIONS, lambda: next(ticks))
    assert (found.asked, found.covered) == (4, 3)
    assert found.first == pytest.approx(2 / 3)
    assert found.three == 1.0
    assert dict(found.parts) == {"dev": 0.5, "test": 1.0}
    assert found.auroc == pytest.approx(2 / 3)
    assert found.cost == pytest.approx(2.5)


def test_a_sample_of_questions_is_the_same_every_time_and_keeps_their_order():
    questions = [asked(str(number)) for number in range(50)]
    sample = chosen(questions, 10, seed=1)
    assert sample == chosen(questions, 10, seed=1)
    assert sample != chosen(questions, 10, seed=2)
    assert sample == sorted(sample, key=questions.index)
    assert chosen(questions, 60, seed=1) == questions


def test_an_entry_ranks_by_its_best_phrasing_and_none_without_a_score():
    phrasings = Phrasings([("one", "a"), ("two", "a"), ("three", "b"), ("four", "c"), ("five", "d"), ("six", "e")])
    assert phrasings.best(np.array([0.1, 0.7, 0.9, 0.0, 0.2, 0.1])) == (["b", "a", "d"], 0.9)
    assert phrasings.best(np.array([0.0, 0.7, 0.0, 0.0, 0.0, 0.0])) == (["a"], 0.7)
    assert phrasings.best(np.zeros(6)) == ([], 0.0)


def test_full_text_search_finds_inflected_words_and_survives_any_text():
    library = corpus.Corpus((UNSTAKE, SLASH), ())
    rank = sqlite_fts5(MethodMaterial(None, Phrasings(library.phrasings)))
    entries, score = rank("got SLASHED yesterday")
    assert entries == ["slash"]
    assert score > 0
    for text in ("", "?!", '" OR *', "NEAR(a b)", "pizza"):
        assert rank(text) == ((), 0.0)


def test_near_misses_are_phrasings_of_the_entry_they_name():
    assert "i leave" in corpus.phrasings_of((UNSTAKE, SLASH))["unstake"]
    assert corpus.count_of((UNSTAKE, SLASH)) == 6


def test_a_sample_has_the_wanted_size_and_only_questions_that_still_have_an_entry():
    entries = [entry(f"e{number:02}", *(f"phrasing {number} {at}" for at in range(8))) for number in range(20)]
    questions = [asked(f"question {number}", f"e{number:02}") for number in range(20)] + [asked("pizza")]
    wide = corpus.of_size(entries, questions, 50, FREQUENCIES, seed=3)
    narrow = corpus.of_size(entries, questions, 15, FREQUENCIES, seed=3)
    assert corpus.count_of(wide.entries) == 50
    assert len(wide.entries) == 20
    assert wide.questions == tuple(questions)
    assert corpus.count_of(narrow.entries) == 15
    assert len(narrow.entries) == 15 // corpus.FEWEST
    held = {one.id for one in narrow.entries}
    assert {one.entries for one in narrow.questions} == {(), *((name,) for name in held)}


def test_a_crowd_has_the_wanted_size_and_leaves_the_shipped_entries_alone():
    crowd = corpus.of_size((UNSTAKE, SLASH), QUESTIONS, 75, FREQUENCIES, seed=3)
    assert crowd.entries[:2] == (UNSTAKE, SLASH)
    assert corpus.count_of(crowd.entries) == 75
    assert crowd.questions == QUESTIONS


def test_filler_is_the_same_for_the_same_seed_only():
    words = filler.Words.of(UNSTAKE.questions, FREQUENCIES)
    assert list(filler.entries(words, 25, seed=1)) == list(filler.entries(words, 25, seed=1))
    assert list(filler.entries(words, 25, seed=1)) != list(filler.entries(words, 25, seed=2))


def test_filler_keeps_the_frame_of_a_real_phrasing_and_exchanges_the_rest():
    words = filler.Words.of(["how do i unstake the tokens?"], FREQUENCIES)
    for one in filler.entries(words, 20, seed=1):
        assert one.id.startswith("filler-")
        for text in one.questions:
            assert text.startswith("how do i ")
            assert text.endswith("?")
            assert text.split()[4] == "the"
            assert len(text.split()) == 6


def size(phrasings, *, shipped=False):
    return table.Size(phrasings, 112, max(0, phrasings - 4476), 500, 360, shipped)


def figures(asked=860, first=0.5, cost=0.25):
    return Figures(asked, 500, first, 0.75, 0.9, cost, 1.25, 3.0, 1234.4)


RUN = table.Run(
    (size(1000), size(4476, shipped=True), size(100_000)),
    ("minilm", "ours"),
    {
        ("minilm", 1000): figures(cost=5.0),
        ("minilm", 4476): figures(asked=200, cost=12.3),
        ("ours", 1000): figures(),
        ("ours", 4476): figures(first=0.875),
        ("ours", 100_000): replace(figures(cost=1234.0), trained=False),
    },
)


def test_the_full_table_shows_every_figure_and_stars_samples():
    rows = table.full(RUN, RUN.main).splitlines()
    assert rows[2] == "| MiniLM-L6 embeddings | 50.0%\\* | 75.0%\\* | 0.900\\* | 12 ms | 1.2 s | 1,234 MiB |"
    assert rows[3] == "| **ours** | 87.5% | 75.0% | 0.900 | 0.25 ms | 1.2 s | 1,234 MiB |"


def test_what_was_not_measured_is_a_dash():
    rows = table.by_size(RUN).splitlines()
    assert rows[0] == "| method | 1,000 | 4,476 (as shipped) | 100,000 |"
    assert rows[2].endswith("| – |")
    assert rows[3].endswith("| 50.0%†<br>1,234 ms<br>1,234 MiB |")
    assert len({row.count("|") for row in rows}) == 1


def test_parts_of_the_questions_have_columns_of_their_own():
    one = replace(figures(), parts=(("dev", 0.625), ("test", 0.375)))
    run = table.Run((size(4476, shipped=True),), ("ours", "minilm"), {("ours", 4476): one})
    rows = table.full(run, run.main).splitlines()
    assert rows[0].startswith("| method | right first | in `dev` | in `test` | among three |")
    assert rows[2].startswith("| **ours** | 50.0% | 62.5% | 37.5% | 75.0% |")
    assert len({row.count("|") for row in rows}) == 1
    assert table.TUNED in table.section(run, "one.svg")
    assert table.TUNED not in table.section(RUN, "one.svg")


def test_every_mark_is_explained_and_nothing_else():
    assert [line[:2] for line in table.marked(RUN)] == ["\\*", "† "]
    plain = table.Run((size(1000),), ("ours",), {("ours", 1000): figures()})
    assert table.marked(plain) == []


def test_the_section_is_put_between_the_markers_and_nothing_else_changes():
    page = f"before\n{table.BEGIN}\nold \\1 text\n{table.END}\nafter\n"
    text = table.section(RUN, "pictures/one.svg")
    once = table.replaced(page, text)
    assert once.startswith(f"before\n{table.BEGIN}\n")
    assert once.endswith(f"\n{table.END}\nafter\n")
    assert "old" not in once
    assert "(pictures/one.svg)" in once
    assert table.replaced(once, text) == once
    with pytest.raises(ValueError, match="the page has no lines"):
        table.replaced("no markers", text)


def test_the_picture_is_well_formed_and_names_every_method():
    points = ((100, 0.1, 0.5), (4476, 0.3, 0.9))
    series = [drawing.Series(f"method <{at}>", points, points[1]) for at in range(3)]
    series.append(drawing.Series("far away", ((100, 0.5, 0.5),), None))
    svg = minidom.parseString(drawing.picture(series, 4476))  # noqa: S318 - our own text
    labels = [node.firstChild.data for node in svg.getElementsByTagName("text")]
    assert [labels.count(f"method <{at}>") for at in range(3)] == [2, 2, 2]
    assert labels.count("far away") == 1


def test_labels_of_neighbouring_dots_do_not_cover_each_other():
    frame = drawing.Frame(0, 400, (0, 0), (1, 1), (False, False))
    taken = []
    for x in (200, 204, 208):
        taken.append(drawing._free(x, 100, 60, taken, frame))
    assert not any(drawing._overlap(one, other) for one, other in itertools.combinations(taken, 2))


def test_both_forms_of_the_vocabulary_give_the_same_pieces(tmp_path):
    plain, marked = tmp_path / "vocab.txt", tmp_path / "vocab.json"
    plain.write_text("[PAD]\n[unused0]\nthe\n##ing\n", encoding="utf-8")
    marked.write_text(json.dumps(["[PAD]", "▁", "▁the", "ing"]), encoding="utf-8")
    assert vocabulary(plain) == vocabulary(marked) == {"[PAD]": 0, "[unused0]": 1, "the": 2, "##ing": 3}


def test_a_method_without_its_vocabulary_says_so(tmp_path):
    missing = METHODS["ours"].missing(None), METHODS["minilm"].missing(tmp_path / "absent.txt")
    assert missing[0] is None
    assert missing[1].startswith("MiniLM-L6 embeddings is left out: ")


def test_a_size_is_a_number_or_the_shipped_one(capsys):
    assert parse(["--sizes", "100", "shipped"]).sizes == ["100", "shipped"]
    with pytest.raises(SystemExit):
        parse(["--sizes", "0"])
    assert "a number of phrasings or shipped, not 0" in capsys.readouterr().err


def test_a_folder_without_recorded_questions_is_refused_with_a_sentence(tmp_path, capsys):
    assert main([str(tmp_path)]) == 1
    assert "There are no recorded questions" in capsys.readouterr().err
    assert main([str(tmp_path / "absent")]) == 1
    assert "There is no knowledge folder called 'absent'" in capsys.readouterr().err
