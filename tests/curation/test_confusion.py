from bot.answering import Outcome
from bot.curation.confusion import QUOTED, Misleading, confusion_pairs, with_lines, worst_phrasings
from bot.curation.phrasings import place_of
from tests.curation.asking import asked
from tests.curation.conftest import FILES
from tests.folders import entry_text, library_of, write_folder

PEARS = "where do pears grow"


# Entries taken for each other


def test_pairs_are_counted_with_the_most_frequent_first_and_its_first_question_as_the_example():
    pairs = confusion_pairs([
        asked(["apple"], ["plum"], line=3),
        asked(["pear"], ["plum", "pear"], line=4),
        asked(["pear"], ["plum"], line=5),
    ])  # fmt: skip
    assert [(pair.right, pair.first, pair.count, pair.example.line) for pair in pairs] == [
        ("pear", "plum", 2, 4),
        ("apple", "plum", 1, 3),
    ]


def test_a_question_is_lost_by_the_best_of_its_right_entries_and_only_if_none_of_them_is_first():
    assert confusion_pairs([asked(["apple", "pear"], ["pear"])]) == ()
    (pair,) = confusion_pairs([asked(["apple", "pear"], ["plum"])])
    assert pair.right == "apple"


def test_off_topic_questions_are_nobody_s_and_a_question_without_candidates_is_lost_to_nothing():
    (pair,) = confusion_pairs([asked([], ["plum"]), asked(["apple"], [], outcome=Outcome.NO_ANSWER)])
    assert (pair.right, pair.first) == ("apple", None)
    assert "apple lost to nothing" in pair.line(quote=True)


def test_among_pairs_as_frequent_the_one_that_gave_a_wrong_answer_comes_first():
    declined, answered = asked(["apple"], ["plum"]), asked(["pear"], ["plum"], outcome=Outcome.ANSWER)
    pairs = confusion_pairs([declined, answered])
    assert [(pair.right, pair.answered) for pair in pairs] == [("pear", 1), ("apple", 0)]
    assert [pair.right for pair in confusion_pairs([declined, declined, answered])] == ["apple", "pear"]


def test_a_pair_reads_as_one_line_and_quotes_its_example_only_where_it_may():
    (pair,) = confusion_pairs([asked(["apple"], ["plum"], line=7)])
    assert pair.line(quote=True) == "1 × apple lost to plum: questions/dev.md:7: question 7"
    assert pair.line(quote=False) == "1 × apple lost to plum: questions/dev.md:7"
    assert pair.as_json(quote=True)["example"] == {"file": "questions/dev.md", "line": 7, "question": "question 7"}
    assert pair.as_json(quote=False)["example"] == {"file": "questions/dev.md", "line": 7, "question": None}


# Phrasings that mislead


def test_phrasings_are_counted_by_the_questions_they_took_with_the_entries_they_took_them_from(library):
    taken = [asked([entry], ["pear"], phrasing=PEARS) for entry in ("apple", "plum", "plum")]
    (worst,) = worst_phrasings([*taken, asked(["pear"], ["pear"], phrasing=PEARS)], library)
    assert (worst.phrasing, worst.entry, worst.file) == (PEARS, "pear", "fruit/pear.md")
    assert worst.lost == (("plum", 2), ("apple", 1))
    assert (worst.count, worst.answered) == (3, 0)


def test_the_phrasing_that_misled_most_comes_first_and_among_equals_one_that_gave_a_wrong_answer(library):
    once = asked(["apple"], ["pear"], phrasing=PEARS)
    answered = asked(["apple"], ["plum"], phrasing="plum jam recipe", outcome=Outcome.ANSWER)
    twice = [asked(["apple"], ["cherry"], phrasing="is a cherry sweet")] * 2
    worst = worst_phrasings([once, answered, *twice], library)
    assert [(one.phrasing, one.answered) for one in worst] == [
        ("is a cherry sweet", 0),
        ("plum jam recipe", 1),
        (PEARS, 0),
    ]


def test_an_off_topic_question_counts_when_it_was_not_declined(library):
    declined = asked([], ["pear"], phrasing=PEARS, outcome=Outcome.NO_ANSWER)
    assert worst_phrasings([declined], library) == ()
    (worst,) = worst_phrasings([asked([], ["pear"], phrasing=PEARS)], library)
    assert worst.lost == ((None, 1),)
    assert str(worst).endswith("took from off-topic questions")
    assert worst.as_json()["took_from"] == [{"entry": None, "count": 1}]


def test_what_a_rule_decided_was_misled_by_no_phrasing(library):
    assert worst_phrasings([asked(["apple"], ["poison"], outcome=Outcome.SAFETY, chance=None)], library) == ()


def test_a_phrasing_is_found_in_the_line_of_its_file(tmp_path):
    folder = write_folder(tmp_path, FILES)
    library = library_of(folder, {})
    (worst,) = with_lines(worst_phrasings([asked(["apple"], ["pear"], phrasing=PEARS)], library), folder)
    assert (folder / worst.file).read_text().splitlines()[worst.line - 1] == f"- {PEARS}"
    assert str(worst).startswith(f"1 × fruit/pear.md:{worst.line}: ")


def test_a_title_and_a_near_miss_of_another_entry_are_found_as_well(tmp_path):
    sender = entry_text("Quince", ["what is a quince"], not_this=["a pear that is hard -> pear"])
    folder = write_folder(tmp_path, FILES | {"fruit/quince.md": sender})
    library = library_of(folder, {})
    lost = [asked(["apple"], ["pear"], phrasing=phrasing) for phrasing in ("Pear", "a pear that is hard")]
    found = {one.phrasing: one for one in with_lines(worst_phrasings(lost, library), folder)}
    title, miss = found["Pear"], found["a pear that is hard"]
    assert (folder / title.file).read_text().splitlines()[title.line - 1] == "# Pear"
    assert miss.file == "fruit/quince.md"
    assert (folder / miss.file).read_text().splitlines()[miss.line - 1] == "- a pear that is hard -> pear"


def test_a_phrasing_is_found_however_a_keyboard_wrote_its_line(tmp_path):
    sender = entry_text("Quince", ["what\u00a0is a quince"], not_this=["a hard pear \u2014> pear"])
    folder = write_folder(tmp_path, FILES)
    (folder / "fruit/quince.md").write_bytes(sender.replace("\n", "\r\n").encode())
    library = library_of(folder, {})
    typed = sender.splitlines()
    for entry, phrasing, line in (
        ("quince", "what is a quince", "- what\u00a0is a quince"),
        ("pear", "a hard pear", "- a hard pear \u2014> pear"),
        ("quince", "Quince", "# Quince"),
    ):
        assert place_of(library, folder, entry, phrasing) == ("fruit/quince.md", typed.index(line) + 1)


def test_a_file_that_has_gone_has_no_lines(tmp_path):
    gone = Misleading(PEARS, "pear", "fruit/pear.md", (("apple", 1),), 0)
    (one,) = with_lines([gone], tmp_path)
    assert one.line is None
    assert str(one) == f'1 × fruit/pear.md: "{PEARS}" took from apple'


def test_a_long_phrasing_is_cut_for_people_and_whole_for_programs():
    long = "and so on " * 40
    one = Misleading(long, "pear", "fruit/pear.md", (("apple", 1),), 0)
    assert len(str(one)) < QUOTED + 60
    assert one.as_json()["phrasing"] == long
