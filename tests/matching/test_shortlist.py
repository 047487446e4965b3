"""Libraries too large to compare a question with every phrasing."""

import numpy as np
import pytest

from bot.matching import matcher as matching
from bot.matching.matcher import Matcher
from bot.matching.shortlist import Shortlist
from tests.folders import entry_text, library_of

NOUNS = tuple(
    "apple bridge candle desk engine forest guitar hammer island jacket kettle ladder mirror needle".split()  # noqa: SIM905 - easier to read
)
VERBS = ("repair", "paint", "sell", "borrow", "move", "clean", "lift", "store")
QUESTIONS = {
    f"{verb}-{noun}": [f"how do i {verb} my {noun}", f"{verb} a {noun} quickly", f"best way to {verb} the old {noun}"]
    for noun in NOUNS
    for verb in VERBS
}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    files = {f"t/{name}.md": entry_text(name.replace("-", " "), asked) for name, asked in QUESTIONS.items()}
    return library_of(tmp_path_factory.mktemp("large"), files)


@pytest.fixture
def large(library, monkeypatch):
    monkeypatch.setattr(matching, "LARGEST", 100)
    matcher = Matcher(library)
    assert matcher._shortlist
    return matcher


def test_the_shortlist_leads_to_the_same_first_entries_as_comparing_with_everything(library, large):
    whole = Matcher(library)
    for name, asked in sorted(QUESTIONS.items())[::3]:
        question = f"please tell me {asked[0]} today"
        assert large.rank(question, 3).candidates[0].entry == whole.rank(question, 3).candidates[0].entry == name


def test_similarities_of_a_shortlist_are_those_of_the_whole_space(large):
    space, shortlist = large._space, large._shortlist
    point = space.locate(large.read("how do i paint my old ladder"))
    entries = shortlist.entries(point, None)
    phrasings, starts, similarity = shortlist.similarity(point, entries)
    whole = space.index.similarity(point.features) + space.likeness(space.meanings, point)
    assert np.allclose(similarity, whole[phrasings], atol=1e-5)
    assert phrasings[starts].tolist() == large._first[entries].tolist()


def test_an_entry_that_shares_no_word_is_named_by_its_meaning(large):
    entries = large._shortlist.entries(large._space.locate(large.read("mend a musical instrument")), None)
    assert any("guitar" in large._entries[at].id for at in entries)


def test_a_listed_question_is_answered_by_its_entry_even_where_no_look_names_it(large):
    ranking = large.rank("paint a kettle quickly")
    assert ranking.exact
    assert ranking.candidates[0].entry == "paint-kettle"


@pytest.mark.parametrize("question", ["", "🦆🦆", "zzyzx qwrtp", "the of and", "x" * 10_000, "paint " * 2_000])
def test_no_text_breaks_it(large, question):
    assert all(0 <= candidate.score <= 1 for candidate in large.rank(question).candidates)


def test_the_rarest_features_are_looked_up_first_and_no_more_than_the_budget(library, monkeypatch):
    monkeypatch.setattr("bot.matching.shortlist.BUDGET", 30)
    monkeypatch.setattr(matching, "LARGEST", 100)
    matcher = Matcher(library)
    assert isinstance(matcher._shortlist, Shortlist)
    assert matcher.rank("how do i lift my forest").candidates[0].entry == "lift-forest"
