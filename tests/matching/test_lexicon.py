import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge import Facts, Protocol, Synonyms, Token
from bot.matching.features import char_features, read, word_features
from bot.matching.lexicon import Lexicon, PhraseTable, stem

FACTS = Facts(
    tokens={
        "ETH": Token("ETH", "Ether", aliases=("ether", "plain eth")),
        "eETH": Token("eETH", "ether.fi ETH", "etherfi", aliases=("e eth",)),
        "weETH": Token("weETH", "Wrapped eETH", "etherfi", aliases=("wrapped eeth", "wrapped e eth")),
        "KINGS": Token("KINGS", "A token whose symbol has a plural's ending"),
    },
    protocols={"etherfi": Protocol("etherfi", "ether.fi", aliases=("ether.fi", "ether fi"))},
    synonyms=Synonyms(
        slang={"wen": "when", "wats": "what is", "ngmi": "not going to make it", "kings": "rulers"},
        same={"withdraw": ("withdrawal", "exit", "get out"), "fee": ("cost",)},
    ),
)
LEXICON = Lexicon.of(FACTS)


@pytest.mark.parametrize("word", ["slash", "slashes", "slashed", "slashing"])
def test_forms_of_a_word_have_one_stem(word):
    assert stem(word) == "slash"


def test_a_symbol_is_never_stemmed_where_an_ordinary_word_would_be():
    assert LEXICON.stemmed(["kings", "queens"]) == ["kings", "queen"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("wen withdraw", "when withdraw"),
        ("Wats ETH?", "what is eth"),
        ("wrapped eETH", "weeth"),
        ("wrapped e-eth", "weeth"),
        ("e-eth", "eeth"),
        ("is ether.fi ether", "is etherfi eth"),
        ("plain eth or ether fi", "eth or etherfi"),
        ("ETHER", "eth"),
        ("KINGS price", "kings price"),
        ("ngmi ngmi", "not going to make it not going to make it"),
    ],
)
def test_slang_and_aliases_become_plain_words_the_longest_run_first(typed, words):
    assert LEXICON.plain(typed) == words.split()


@given(st.lists(st.sampled_from(["how", "long", "wrapped", "the", "queue"])))
def test_words_that_stand_for_themselves_stay(words):
    assert LEXICON.plain(" ".join(words)) == words


@given(
    st.dictionaries(st.text("ab", min_size=1, max_size=2).map(tuple), st.tuples(st.just("x")), max_size=4),
    st.lists(st.sampled_from("abc")),
)
def test_what_no_run_covers_stays_in_its_order_and_what_one_covers_goes(phrases, words):
    replaced = PhraseTable(phrases).replace(words)
    assert [word for word in replaced if word == "c"] == [word for word in words if word == "c"]
    assert len(replaced) <= len(words)
    for run in phrases:
        assert run not in list(zip(*(replaced[at:] for at in range(len(run))), strict=False))


@pytest.mark.parametrize("typed", ["withdraw", "withdrawals", "exit", "exiting", "get out"])
def test_words_of_one_group_carry_its_meaning(typed):
    reading = read(LEXICON.plain(typed), LEXICON)
    assert reading.concepts == ("=withdraw",)
    assert "=withdraw" in word_features(reading)


def test_a_word_of_no_group_carries_none_and_two_groups_are_two():
    assert read(LEXICON.plain("restaking"), LEXICON).concepts == ()
    assert read(LEXICON.plain("exit cost"), LEXICON).concepts == ("=withdraw", "=fee")


def test_stopwords_carry_nothing_unless_there_is_nothing_else():
    assert read(["what", "is", "the", "slashing"], LEXICON).content == ("what", "slash")
    assert read(["is", "it"], LEXICON).content == ("is", "it")


def test_neighbours_count_as_pairs_and_so_do_the_ends_of_the_text():
    features = word_features(read(["exit", "the", "queue"], LEXICON))
    assert {"^ exit", "exit the", "the queue", "queue $"} <= features.keys()
    assert "exit queue" not in features


def test_letters_are_compared_inside_words_with_their_ends():
    grams = set(char_features(read(["gas"], LEXICON)))
    assert {" ga", "gas", "as "} <= grams
    assert all(gram in " gas " for gram in grams)
