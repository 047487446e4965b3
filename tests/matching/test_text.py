import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.text import LIMIT, MOST_SENTENCES, clean, is_latin, sentences_of, words_of
from tests.work import calls_during

any_text = st.text(st.characters(), max_size=80)
"""Every code point, lone surrogates and unassigned ones included."""


@pytest.mark.parametrize(
    "typed",
    [
        "SLASHING",
        "Slashing",
        "ｓｌａｓｈｉｎｇ",
        "𝓼𝓵𝓪𝓼𝓱𝓲𝓷𝓰",
        "s̶̛͙l̷̨̥a̵̛̘s̸͇̆h̴̲̀i̵͔͝n̶̺̈g̷̲̀",
        "sla\u200bsh\u2060i\ufeffng",
        "\u202eslashing\u202c",
        "sla\x00shing\x07",
        "\ud800slash\udfffing",
        "sl\u0430shing",  # a Cyrillic a
        "ѕlаѕhіng",
        "slåshïng",
    ],
)
def test_texts_that_look_the_same_become_the_same(typed):
    assert clean(typed) == "slashing"


def test_a_line_break_separates_words_and_an_invisible_character_does_not():
    assert words_of(clean("one\ntwo\r\nthree\tfour fi\u200bve")) == ["one", "two", "three", "four", "five"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("don't", ["dont"]),
        ("don’t", ["dont"]),
        ("will ETH hit 5,000?", ["will", "eth", "hit", "5000"]),
        ("1,234,567", ["1234567"]),
        ("1,2,3", ["1", "2", "3"]),
        ("pleeeease", ["pleease"]),
        ("3.5% a year", ["3", "5", "%", "a", "year"]),
        ("ether.fi's", ["ether", "fis"]),
        ("", []),
        ("😀 🚀 ❤️ 👨‍👩‍👧", []),
        ("…?!", []),
    ],
)
def test_words(typed, words):
    assert words_of(clean(typed)) == words


@given(any_text)
def test_any_text_is_cleaned_to_at_most_the_limit_and_cleaning_it_again_changes_nothing(text):
    once = clean(text)
    assert len(once) <= LIMIT
    assert clean(once) == once
    assert not any(0xD800 <= ord(character) <= 0xDFFF for character in once)


@given(st.text(st.characters(max_codepoint=127), max_size=80))
def test_plain_text_is_cleaned_the_same_way_alone_and_beside_an_accent(text):
    assert clean(text + "é") == clean(text) + "e"


@pytest.mark.parametrize("piece", ["slashing ", "é", "z̷̧̢", "\ud800", "۞﷽", "a\n"])
@pytest.mark.parametrize("read", [clean, is_latin, sentences_of], ids=lambda read: read.__name__)
def test_a_hundred_thousand_characters_are_no_more_work_than_ten_thousand(read, piece):
    short, long = (piece * (size // len(piece) + 1) for size in (10_000, 100_000))
    assert calls_during(lambda: read(long)) == calls_during(lambda: read(short))


def test_sentences_end_at_a_stop_or_a_line_break_and_keep_what_was_typed():
    assert sentences_of("Is it Safe? ether.fi says so!\nI have 1.5 ETH\r\n…\nok") == [
        "Is it Safe?",
        "ether.fi says so!",
        "I have 1.5 ETH",
        "ok",
    ]


def test_a_text_without_a_word_is_one_sentence():
    assert sentences_of("?! …") == ["?! …"]


def test_a_sentence_in_wide_letters_is_kept():
    assert sentences_of("hi there. ｖａｌｉｄａｔｅ it")[1:] == ["ｖａｌｉｄａｔｅ it"]


@given(st.text("ab0. \n!?,'", max_size=60))
def test_no_word_is_lost_between_sentences(text):
    assert [word for part in sentences_of(text) for word in words_of(clean(part))] == words_of(clean(text))


@given(st.integers(1, 400))
def test_a_flood_of_sentences_is_looked_at_as_a_few_and_loses_nothing(count):
    parts = sentences_of("stop. " * count)
    assert len(parts) <= MOST_SENTENCES + 1
    assert " ".join(parts).split() == ["stop."] * count


@pytest.mark.parametrize(
    "typed", ["what is slashing", "", "123 %", "😀", "was ist Restaking für Anfänger", "is еzETH ѕаfе", "ЕTH rаte"]
)
def test_latin_letters_with_a_few_look_alikes_among_them_can_be_english(typed):
    assert is_latin(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "почему мой вывод застрял",
        "сколько стоит эфир",
        "что такое рестейкинг",
        "как вывести ezETH из моего кошелька",
        "什么是再质押",
        "ما هو إعادة التخزين",
        "リステーキングとは何ですか",
        "τι είναι ο κίνδυνος",
        "리스테이킹이 뭐예요",
    ],
)
def test_other_scripts_cannot_be_english_however_their_letters_look(typed):
    assert not is_latin(typed)


@settings(max_examples=300)
@given(any_text)
def test_whether_a_text_is_latin_can_be_said_of_any_text(text):
    assert is_latin(text) in {True, False}
