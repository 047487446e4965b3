import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import Facts, Synonyms, Token
from bot.matching.lexicon import Lexicon
from bot.matching.spelling import LOOKED_UP, SHORTEST, Speller

SYMBOLS = ["ETH", "WETH", "weETH", "eETH", "ezETH", "ETHx", "rsETH", "rswETH", "rETH", "stETH", "wstETH", "pufETH"]
LEXICON = Lexicon.of(
    Facts(tokens={name: Token(name, name) for name in SYMBOLS}, synonyms=Synonyms(slang={"wen": "when", "ngmi": "no"}))
)
WORDS = ["slashing", "withdrawal", "restaking", "operator", "delegation", "what", "how"]
NAMES = [name.lower() for name in SYMBOLS]
LETTERS = string.ascii_lowercase


@pytest.fixture
def speller():
    return Speller(WORDS, LEXICON)


def single_edits(word):
    """Every word that one slip makes of `word`: a letter left out, added, replaced, or two swapped."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    left_out = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    replaced = {a + letter + b[1:] for a, b in cuts if b for letter in LETTERS}
    added = {a + letter + b for a, b in cuts for letter in LETTERS}
    return (left_out | swapped | replaced | added) - {word}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("slahsing", "slashing"),
        ("slashng", "slashing"),
        ("withdrawl", "withdrawal"),
        ("restakng", "restaking"),
        ("opertaor", "operator"),
        ("pufeth", "pufeth"),
        ("pfueth", "pufeth"),
        ("wsteht", "wsteth"),
    ],
)
def test_a_slip_is_mended(speller, typed, meant):
    assert speller.mend([typed]) == [meant]


@pytest.mark.parametrize("word", ["striking", "operation", "12345678", "ngmi", "wen", "oper", "zzzzzzzzz", ""])
def test_an_ordinary_word_a_number_slang_and_a_foreign_word_stay(speller, word):
    assert speller.mend([word]) == [word]


@pytest.mark.parametrize("word", WORDS + NAMES)
def test_a_known_word_stays(speller, word):
    assert speller.mend([word]) == [word]


def test_a_slip_of_two_names_at_once_stays_as_it_was_typed(speller):
    assert {"rseth", "reth"} <= single_edits("rxeth") & set(NAMES)
    assert speller.mend(["rxeth"]) == ["rxeth"]


@pytest.mark.parametrize("name", [name for name in NAMES if len(name) >= SHORTEST])
def test_one_slip_in_a_name_gives_that_name_or_the_slip_unless_another_is_the_only_one_as_near(speller, name):
    for typo in sorted(single_edits(name) - set(NAMES)):
        near = single_edits(typo) & set(NAMES)
        allowed = {typo, *near} if len(near) == 1 else {typo}
        assert speller.mend([typo])[0] in allowed, typo


@given(st.lists(st.text(max_size=12), max_size=6))
def test_mending_keeps_the_number_of_words_and_does_nothing_the_second_time(words):
    speller = Speller(WORDS, LEXICON)
    once = speller.mend(words)
    assert len(once) == len(words)
    assert speller.mend(once) == once


@given(st.permutations(WORDS), st.text(LETTERS, min_size=4, max_size=10))
def test_the_order_of_the_vocabulary_does_not_matter(words, typed):
    assert Speller(words, LEXICON).mend([typed]) == Speller(WORDS, LEXICON).mend([typed])


def test_a_flood_of_new_words_is_forgotten_again():
    speller = Speller(WORDS, LEXICON)
    for number in range(10_000):
        speller.mend([f"q{number}z"])
    assert len(speller._memory) <= 4096


def test_only_so_many_unknown_words_of_a_question_are_looked_up(speller):
    gibberish = [f"{LETTERS[at]}qzxv{LETTERS[at]}qj" for at in range(LOOKED_UP)]
    assert speller.mend([*gibberish[1:], "slahsing"])[-1] == "slashing"
    assert speller.mend([*gibberish, "slahsing"])[-1] == "slahsing"
    assert speller.mend([*gibberish[1:] * 3, "slahsing"])[-1] == "slashing"


def test_another_form_of_a_known_word_is_no_slip():
    speller = Speller(["lend", "ends"], LEXICON)
    assert speller.mend(["lends", "lending"]) == ["lends", "lending"]


@pytest.mark.parametrize(("typed", "meant"), [("doas", "does"), ("whst", "what"), ("doge", "doge"), ("obol", "obol")])
def test_a_short_slip_of_a_word_without_a_topic_goes_and_a_ticker_stays(speller, typed, meant):
    assert speller.mend([typed]) == [meant]
