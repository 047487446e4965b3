import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.suggest import LENGTH, LIMIT, Suggester
from bot.matching.text import clean, words_of
from tests.folders import entry_text, library_of
from tests.work import calls_during

LONG = "why " * 26 + "does it take so long"
VERBS = ["slash", "withdraw", "delegate", "restake", "exit", "claim"]
FILES = {
    f"topic{at % 3}/entry-{at}.md": entry_text(
        f"About {VERBS[at % 6]}ing, part {at}",
        [
            f"how do i {VERBS[at % 6]} number {at}",
            f"can anyone {VERBS[(at + 1) % 6]} ezETH {at}",
            f"so, {at} wen?",
            LONG,
        ],
    )
    for at in range(40)
} | {"draft/secret.md": entry_text("A draft", ["how do i unpublish"], status="draft")}


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return library_of(tmp_path_factory.mktemp("knowledge"), FILES)


@pytest.fixture(scope="module")
def suggester(library):
    return Suggester(library)


def all_texts(library):
    titles = [entry.title for entry in library.published]
    ranked = [(at, entry.id, text) for entry in library.published for at, text in enumerate(entry.questions)]
    questions = [text for _, _, text in sorted(ranked, key=lambda one: one[:2])]
    return [text for text in dict.fromkeys([*titles, *questions]) if len(text) <= LENGTH]


@pytest.mark.parametrize("start", ["s", "sl", "slash", "slashing", "num", "ez", "ezeth", "1", "12", "wen", "zzz", "S"])
def test_one_beginning_gives_what_a_plain_search_through_all_texts_gives(library, suggester, start):
    found = [
        text for text in all_texts(library) if any(word.startswith(start.lower()) for word in words_of(clean(text)))
    ]
    assert suggester.suggest(start) == found[:LIMIT]


@settings(max_examples=100)
@given(st.text("abcdeghilmnorstwxz0123456789", min_size=1, max_size=5))
def test_any_beginning_gives_what_a_plain_search_gives(library, suggester, start):
    typed = words_of(clean(start))[-1]
    found = [text for text in all_texts(library) if any(word.startswith(typed) for word in words_of(clean(text)))]
    assert suggester.suggest(start) == found[:LIMIT]


def test_words_before_the_last_must_occur_whole(suggester):
    assert suggester.suggest("delegate number 2")
    for text in suggester.suggest("delegate number 2"):
        assert {"delegate", "number"} <= set(words_of(text))
        assert any(word.startswith("2") for word in words_of(text))


def test_a_word_nobody_uses_is_passed_over(suggester):
    assert suggester.suggest("gazpacho slash") == suggester.suggest("slash") != []


def test_case_accents_and_punctuation_do_not_matter(suggester):
    assert suggester.suggest("  ÉXIT?? ") == suggester.suggest("exit") != []


def test_titles_are_offered_before_anything_is_typed(library, suggester):
    offered = suggester.suggest("")
    assert 0 < len(offered) <= LIMIT
    assert set(offered) <= {entry.title for entry in library.published}
    assert offered == suggester.suggest(" ?! 😀")


def test_what_other_entries_point_to_most_is_offered_first(tmp_path):
    def entry(title, **header):
        return entry_text(title, [title.lower()], **header)

    library = library_of(
        tmp_path,
        {
            "a/alone.md": entry("Alone"),
            "b/first.md": entry("First", related="sought"),
            "b/sought.md": entry("Sought"),
            "c/third.md": entry("Third", related="sought"),
        },
    )
    assert Suggester(library).suggest("")[0] == "Sought"


def test_drafts_and_texts_too_long_for_discord_are_never_offered(suggester):
    assert "how do i unpublish" not in suggester.suggest("unpub")
    assert len(LONG) > LENGTH
    assert all(len(text) <= LENGTH for start in ("", "why", "does", "take") for text in suggester.suggest(start))


def test_a_title_too_long_for_discord_is_not_offered_at_the_start(tmp_path):
    library = library_of(
        tmp_path, {"a/one.md": entry_text("long " * 30, ["one two"]), "a/b.md": entry_text("B", ["b c"])}
    )
    assert Suggester(library).suggest("") == ["B"]


@settings(max_examples=300)
@given(st.text(st.characters(), max_size=150))
def test_any_text_gives_at_most_25_different_texts_of_at_most_100_characters(library, suggester, typed):
    offered = suggester.suggest(typed)
    assert len(offered) <= LIMIT == 25
    assert len(set(offered)) == len(offered)
    assert all(0 < len(text) <= 100 for text in offered)
    assert set(offered) <= set(all_texts(library))


def test_fewer_can_be_asked_for(suggester):
    assert suggester.suggest("how", limit=3) == suggester.suggest("how")[:3]
    assert len(suggester.suggest("how", limit=3)) == 3


def test_the_same_keystrokes_cost_nothing_the_second_time_and_a_flood_costs_no_more_than_a_line(suggester):
    line, flood = "q " * 50, "q " * 50_000
    suggester.suggest(line)
    assert calls_during(lambda: suggester.suggest(flood)) == calls_during(lambda: suggester.suggest(line))


def test_nothing_is_offered_from_nothing(tmp_path):
    assert Suggester(library_of(tmp_path, {"facts/tokens.toml": ""})).suggest("what") == []
